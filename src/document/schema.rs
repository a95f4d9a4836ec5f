//! JSON Schemas: generated from the Rust types, and held against a tree in place.

use std::borrow::Cow;

use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use jsonschema::{JsonType, ValidationError, Validator, error::ValidationErrorKind};
use schemars::{JsonSchema, Schema as RawSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Span, nearest};

/// The JSON Schema (2020-12) of a type, in the form that gives exact messages and completes keys in editors.
pub fn describe_schema<T: JsonSchema>() -> Value {
    generate::<T>(SchemaSettings::draft2020_12())
}

/// The same as draft-07, for editors that know no newer one.
pub fn draft07<T: JsonSchema>() -> Value {
    generate::<T>(SchemaSettings::draft07())
}

fn generate<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let generator = settings
        .with_transform(schemars::transform::RecursiveTransform(one_key_maps))
        .into_generator();
    generator.into_root_schema_for::<T>().into()
}

/// Turns "one of these one-key objects" into "an object with exactly one of these keys": the same documents, but
/// validators then name the wrong key, and editors complete the right ones.
fn one_key_maps(schema: &mut RawSchema) {
    let Some(branches) = schema.get("oneOf").and_then(Value::as_array) else {
        return;
    };
    let mut properties = Map::new();
    for branch in branches {
        let Some(required) = branch.get("required").and_then(Value::as_array) else {
            return;
        };
        let [Value::String(key)] = required.as_slice() else {
            return;
        };
        let Some(inner) = branch.get("properties").and_then(|p| p.get(key)) else {
            return;
        };
        let mut inner = inner.clone();
        if let (Some(text), Some(map)) = (branch.get("description"), inner.as_object_mut()) {
            map.insert("description".into(), text.clone());
        }
        properties.insert(key.clone(), inner);
    }
    schema.remove("oneOf");
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("additionalProperties".into(), false.into());
    schema.insert("minProperties".into(), 1.into());
    schema.insert("maxProperties".into(), 1.into());
}

/// A compiled schema.
pub struct Schema {
    value: Value,
    validator: Validator<Tree>,
}

impl Schema {
    /// Compiles a schema that [`describe_schema`] made.
    pub fn new(value: Value) -> Schema {
        let validator = jsonschema::options_for::<Tree>()
            .build(&value)
            .expect("a schema generated from types is a valid schema");
        Schema { value, validator }
    }

    pub fn value(&self) -> &Value {
        &self.value
    }

    /// All violations, each at its place.
    pub fn check(&self, root: &Node) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for error in self.validator.iter_errors(root) {
            self.describe(root, &error, &mut found);
        }
        without_echoes(found)
    }

    fn describe(&self, root: &Node, error: &ValidationError<'_>, found: &mut Vec<Diagnostic>) {
        let path = unescape(error.instance_path().as_str());
        let path = path.trim_start_matches('/');
        let node = root.find(path);
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.keys_beside(error);
                if let Some(diagnostic) = cut_by_comma(node, unexpected) {
                    found.push(diagnostic);
                    return;
                }
                for key in unexpected {
                    let span = node.entry(key).map_or(node.span, |entry| entry.key_span);
                    let inside = self.belongs_below(node, path, key);
                    let beside = self.belongs_beside(root, path, key);
                    let misplaced = misplaced_key(key, span, inside, beside);
                    found.push(misplaced.unwrap_or_else(|| unknown_key(key, span, &known)));
                }
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let (span, of) = owner(root, path);
                found.push(Diagnostic::error("missing-key", format!("{of} lacks the key `{key}`")).label(span, ""));
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.describe_branches(root, error, path, node, context, found);
            }
            ValidationErrorKind::MaxProperties { .. } if is_shallow(node, &self.keys_beside(error)) => {
                let first = &node.entries()[0];
                let message = format!("the keys of `{}` must be indented deeper than it", first.key);
                found.push(
                    Diagnostic::error("indentation", message)
                        .label(node.entries()[1].key_span, "indent from here on")
                        .label(first.key_span, ""),
                );
            }
            ValidationErrorKind::MaxProperties { .. } => {
                let second = node.entries().get(1);
                let span = second.map_or(node.span, |entry| entry.key_span);
                found.push(
                    Diagnostic::error(
                        "one-key",
                        format!("expected exactly one key, found {}", node.entries().len()),
                    )
                    .label(span, "")
                    .help("each item of the list is a map of one key; begin a new item with `- `"),
                );
            }
            ValidationErrorKind::MinProperties { .. } => {
                found.push(Diagnostic::error("one-key", "expected a key, found none").label(node.span, ""));
            }
            // That it is none of a few words is told by itself.
            ValidationErrorKind::Type { .. }
                if self.schema_of(error).is_some_and(|schema| schema.get("enum").is_some()) => {}
            ValidationErrorKind::Type { .. }
            | ValidationErrorKind::Enum { .. }
            | ValidationErrorKind::Constant { .. } => {
                let wanted = self.wanted(error);
                found.push(wrong_type(node, path, &wanted, self.words(error)));
            }
            ValidationErrorKind::Pattern { .. } => {
                let example = self
                    .schema_of(error)
                    .and_then(|schema| schema.get("examples")?.get(0)?.as_str());
                let key = path.rsplit('/').next().unwrap_or_default();
                let got = node.as_str().unwrap_or_default();
                let message = format!(
                    "`{key}`: expected the form `{}`, found `{got}`",
                    example.unwrap_or_default()
                );
                let mut diagnostic = Diagnostic::error("wrong-value", message).label(node.span, "");
                if !got.contains('(') {
                    diagnostic = diagnostic.help(format!("name the column too: `{got}(id)`"));
                }
                found.push(diagnostic);
            }
            ValidationErrorKind::MinItems { .. } => {
                let (span, of) = owner(root, path);
                found.push(Diagnostic::error("empty-list", format!("{of} must not be empty")).label(span, ""));
            }
            ValidationErrorKind::MaxLength { limit } => {
                let (_, of) = owner(root, path);
                let unit = if *limit == 1 { "character" } else { "characters" };
                let message = format!("{of} takes at most {limit} {unit}");
                found.push(Diagnostic::error("text-too-long", message).label(node.span, ""));
            }
            ValidationErrorKind::MinLength { .. } => {
                let (span, of) = owner(root, path);
                found.push(Diagnostic::error("empty-text", format!("{of} must not be empty")).label(span, ""));
            }
            _ => {
                found.push(Diagnostic::error("invalid-value", error.to_string()).label(node.span, ""));
            }
        }
    }

    /// Of "one of these forms", the form that was meant is the one of the value's own type: its mistakes are told.
    fn describe_branches(
        &self,
        root: &Node,
        error: &ValidationError<'_>,
        path: &str,
        node: &Node,
        context: &[Vec<ValidationError<'static>>],
        found: &mut Vec<Diagnostic>,
    ) {
        let here = error.instance_path().as_str();
        let meant = context
            .iter()
            .filter(|branch| {
                !branch.iter().any(|inner| {
                    inner.instance_path().as_str() == here
                        && matches!(
                            inner.kind(),
                            ValidationErrorKind::Type { .. }
                                | ValidationErrorKind::Enum { .. }
                                | ValidationErrorKind::Constant { .. }
                        )
                })
            })
            .min_by_key(|branch| {
                let own = || branch.iter().filter(|inner| inner.instance_path().as_str() == here);
                let unexpected: usize = own()
                    .map(|inner| match inner.kind() {
                        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.len(),
                        _ => 0,
                    })
                    .sum();
                (unexpected, own().count(), branch.len())
            });
        if let Some(branch) = meant {
            for inner in branch {
                self.describe(root, inner, found);
            }
            return;
        }
        let mut wanted: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for inner in context.iter().flatten() {
            if inner.instance_path().as_str() == here {
                words.extend(self.words(inner));
                let text = self.wanted(inner);
                if !text.is_empty() && !wanted.contains(&text) {
                    wanted.push(text);
                }
            }
        }
        found.push(wrong_type(node, path, &wanted.join(", or "), words));
    }

    /// The keys that the schema knows where an unknown one was found.
    fn keys_beside(&self, error: &ValidationError<'_>) -> Vec<String> {
        let Some(schema) = self.schema_of(error) else {
            return Vec::new();
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        properties.map_or_else(Vec::new, |map| {
            map.keys().filter(|key| !key.starts_with('$')).cloned().collect()
        })
    }

    /// The key beside the one that was found, below which that is known.
    fn belongs_below<'n>(&self, node: &'n Node, path: &str, key: &str) -> Option<&'n Entry> {
        let maps = node.entries().iter().filter(|entry| !entry.value.entries().is_empty());
        let path_of = |entry: &Entry| [path, &entry.key].join("/");
        maps.into_iter()
            .find(|entry| self.has_key_at(&self.value, path_of(entry).trim_start_matches('/'), key))
    }

    /// The key further out, on the way to where a key was found, beside which that key is known.
    fn belongs_beside<'n>(&self, root: &'n Node, path: &str, key: &str) -> Option<&'n Entry> {
        let ends = path.match_indices('/').map(|(at, _)| at).rev();
        ends.chain([0]).find_map(|end| {
            let (outer, step) = (&path[..end], path[end..].trim_start_matches('/'));
            let entry = root.find(outer).entry(step.split('/').next()?)?;
            self.has_key_at(&self.value, outer, key).then_some(entry)
        })
    }

    /// Whether the schema, from one of its parts on, knows a key of the map at a path.
    fn has_key_at(&self, schema: &Value, path: &str, key: &str) -> bool {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.value.pointer(target.trim_start_matches('#'));
            return target.is_some_and(|target| self.has_key_at(target, path, key));
        }
        let branches = ["anyOf", "oneOf"].map(|word| schema.get(word).and_then(Value::as_array));
        if branches
            .into_iter()
            .flatten()
            .flatten()
            .any(|branch| self.has_key_at(branch, path, key))
        {
            return true;
        }
        let (step, rest) = path.split_once('/').unwrap_or((path, ""));
        let property = |name: &str| schema.get("properties").and_then(|properties| properties.get(name));
        if step.is_empty() {
            return property(key).is_some();
        }
        let below = property(step).or_else(|| schema.get("items"));
        below.is_some_and(|below| self.has_key_at(below, rest, key))
    }

    fn schema_of(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let pointer = error.schema_path().as_str();
        let (parent, _) = pointer.rsplit_once('/')?;
        self.value.pointer(parent)
    }

    /// The words a value may be, where it may be one of a list of words.
    fn words(&self, error: &ValidationError<'_>) -> Vec<String> {
        let options = match error.kind() {
            ValidationErrorKind::Enum { options } => options.as_array().cloned().unwrap_or_default(),
            ValidationErrorKind::Constant { expected_value } => vec![(**expected_value).clone()],
            _ => Vec::new(),
        };
        options.iter().filter_map(Value::as_str).map(str::to_string).collect()
    }

    /// What was wanted, in words.
    fn wanted(&self, error: &ValidationError<'_>) -> String {
        let words = self.words(error);
        if !words.is_empty() {
            let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            return format!("one of {}", quoted.join(", "));
        }
        let Some(types) = self.schema_of(error).and_then(|schema| schema.get("type")) else {
            return "another kind of value".into();
        };
        let names: Vec<&str> = match types {
            Value::String(one) => vec![one.as_str()],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let names = names.iter().filter(|name| **name != "null").map(|name| match *name {
            "object" => "a map",
            "array" => "a list",
            "string" => "text",
            "boolean" => "`true` or `false`",
            "integer" => "a whole number",
            "number" => "a number",
            _ => "another kind of value",
        });
        names.collect::<Vec<_>>().join(" or ")
    }
}

/// Whether the keys of an operation stand beside it instead of below it.
fn is_shallow(node: &Node, known: &[String]) -> bool {
    let entries = node.entries();
    let first = entries.first();
    entries.len() > 1
        && first.is_some_and(|first| {
            known.iter().any(|key| **key == *first.key) && matches!(first.value.kind, Kind::Null(_))
        })
}

/// `{ type: decimal(10,2) }`: in YAML's flow style the comma ends the value.
fn cut_by_comma(node: &Node, unexpected: &[String]) -> Option<Diagnostic> {
    unexpected.iter().find(|key| key.ends_with(')') && !key.contains('('))?;
    let cut = node.entries().iter().find(|entry| {
        entry
            .value
            .as_str()
            .is_some_and(|text| text.contains('(') && !text.contains(')'))
    })?;
    let text = cut.value.as_str().unwrap_or_default();
    let name = text.split('(').next().unwrap_or_default();
    Some(
        Diagnostic::error(
            "flow-comma",
            format!(
                "inside `{{…}}` the comma ends the value: `{}` is `{text}` here",
                cut.key
            ),
        )
        .label(cut.value.span, "")
        .help(match name {
            "enum" => "put it in quotes: \"enum(…, …)\"".to_string(),
            name => format!("put it in quotes: \"{name}(…,…)\", or write `{{{name}: [10, 2]}}`"),
        }),
    )
}

/// Leaves out what only echoes another mistake: that a key is missing where it is there misspelt, that there is one too
/// many where it belongs further out, and everything that is said about the keys of an operation which stand too far
/// left.
fn without_echoes(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let misplaced: Vec<(String, Span)> = found
        .iter()
        .filter(|diagnostic| diagnostic.code == MISPLACED)
        .filter_map(|diagnostic| {
            let key = diagnostic.message.split('`').nth(1)?;
            Some((key.to_string(), diagnostic.labels.first()?.span))
        })
        .collect();
    let suggested: Vec<(String, Span)> = found
        .iter()
        .filter(|diagnostic| diagnostic.code == "unknown-key")
        .filter_map(|diagnostic| {
            let word = diagnostic
                .help
                .iter()
                .find_map(|help| help.strip_prefix("did you mean `")?.strip_suffix("`?"))?;
            Some((word.to_string(), diagnostic.labels.first()?.span))
        })
        .chain(misplaced.iter().cloned())
        .collect();
    let shallow: Vec<(Span, Span)> = found
        .iter()
        .filter(|diagnostic| diagnostic.code == "indentation")
        .filter_map(|diagnostic| Some((diagnostic.labels.get(1)?.span, diagnostic.labels.first()?.span)))
        .collect();
    let is_echo = |diagnostic: &Diagnostic| {
        let Some(span) = diagnostic.labels.first().map(|label| label.span) else {
            return false;
        };
        match diagnostic.code {
            "missing-key" => suggested.iter().any(|(word, at)| {
                let near = at.source == span.source && at.start.abs_diff(span.start) < 400;
                near && diagnostic.message.ends_with(&format!("lacks the key `{word}`"))
            }),
            "indentation" => false,
            "one-key" if misplaced.iter().any(|(_, at)| *at == span) => true,
            _ => shallow.iter().any(|(first, second)| {
                span.source == first.source
                    && span.start >= first.start
                    && span.start <= second.end + 200
                    && diagnostic.code != "duplicate-key"
            }),
        }
    };
    found
        .iter()
        .filter(|diagnostic| !is_echo(diagnostic))
        .cloned()
        .collect()
}

fn unescape(pointer: &str) -> Cow<'_, str> {
    match pointer.contains('~') {
        true => pointer.replace("~1", "/").replace("~0", "~").into(),
        false => pointer.into(),
    }
}

pub(super) fn unknown_key(key: &str, span: Span, known: &[String]) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("unknown-key", format!("unknown key `{key}`")).label(span, "");
    match nearest(key, known.iter().map(String::as_str)) {
        Some(word) => diagnostic = diagnostic.help(format!("did you mean `{word}`?")),
        None if !known.is_empty() => {
            diagnostic = diagnostic.note(format!("known here: {}", known.join(", ")));
        }
        None => {}
    }
    diagnostic
}

const MISPLACED: &str = "misplaced-key";

/// Where a key was meant to stand, as far as it is known elsewhere.
fn misplaced_key(key: &str, span: Span, inside: Option<&Entry>, beside: Option<&Entry>) -> Option<Diagnostic> {
    let message = match (inside, beside) {
        (None, None) => return None,
        (Some(inside), None) => format!("`{key}` belongs below `{}`, not beside it", inside.key),
        (None, Some(beside)) => format!("`{key}` belongs beside `{}`, not below it", beside.key),
        (Some(inside), Some(beside)) => {
            format!("`{key}` belongs below `{}`, or beside `{}`", inside.key, beside.key)
        }
    };
    let places = [(inside, "below this"), (beside, "beside this")];
    let labels = places
        .into_iter()
        .filter_map(|(entry, text)| Some((entry?.key_span, text)));
    let diagnostic = Diagnostic::error(MISPLACED, message).label(span, "");
    Some(labels.fold(diagnostic, |diagnostic, (at, text)| diagnostic.label(at, text)))
}

/// The key that a path ends at, and how to speak of it.
fn owner(root: &Node, path: &str) -> (Span, String) {
    let (parent, last) = path.rsplit_once('/').unwrap_or(("", path));
    match root.find(parent).entry(last) {
        Some(entry) => (entry.key_span, format!("`{last}`")),
        None if path.is_empty() => (root.span, "the file".to_string()),
        None => {
            let node = root.find(path);
            let span = node.entries().first().map_or(node.span, |entry| entry.key_span);
            let list = parent.rsplit('/').next().unwrap_or_default();
            (span, format!("this item of `{list}`"))
        }
    }
}

fn wrong_type(node: &Node, path: &str, wanted: &str, words: Vec<String>) -> Diagnostic {
    let key = path.rsplit('/').find(|step| step.parse::<usize>().is_err());
    let of = match key {
        Some(key) if !key.is_empty() => format!("`{key}`: "),
        _ => String::new(),
    };
    let got = match node.scalar_text().filter(|_| !matches!(node.kind, Kind::Null(_))) {
        Some(text) if !text.is_empty() && text.len() < 60 => format!("`{text}`"),
        _ => node.kind_name().to_string(),
    };
    let diagnostic =
        Diagnostic::error("wrong-value", format!("{of}expected {wanted}, found {got}")).label(node.span, "");
    match (&node.kind, node.as_str()) {
        (_, Some(text)) if !words.is_empty() => {
            diagnostic.did_you_mean(nearest(text, words.iter().map(String::as_str)))
        }
        (_, Some(text)) if wanted.contains("`true`") => match text {
            "yes" | "on" | "Yes" | "y" => diagnostic.did_you_mean(Some("true")),
            "no" | "off" | "No" | "n" => diagnostic.did_you_mean(Some("false")),
            _ => diagnostic.did_you_mean(nearest(text, ["true", "false"])),
        },
        (Kind::Int(..) | Kind::Float(..) | Kind::Bool(..), _) if wanted.contains("text") => diagnostic.help(format!(
            "put it in quotes: \"{}\"",
            node.scalar_text().unwrap_or_default()
        )),
        _ if wanted == "a list" => match node.scalar_text() {
            Some(text) if !text.is_empty() && !text.contains('\n') => {
                diagnostic.help(format!("write it as a list: `[{text}]`"))
            }
            _ => diagnostic,
        },
        _ => diagnostic,
    }
}

/// The tree, as the validator walks it.
struct Tree;

struct Number<'a>(&'a Node);

impl Json for Tree {
    type Node<'a> = &'a Node;
    type PreparedKey = String;
    type StringBuffer = Option<Node>;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Option<Node>, string: &str, f: impl FnOnce(&Node) -> T) -> T {
        f(buffer.insert(Node {
            span: Span::new(crate::diagnostic::SourceId(0), 0, 0),
            kind: Kind::Str(string.into()),
        }))
    }
}

impl JsonNumber for Number<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| value.try_into().ok())
    }

    fn as_i64(&self) -> Option<i64> {
        match self.0.kind {
            Kind::Int(value, _) => Some(value),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self.0.kind {
            Kind::Int(value, _) => Some(value as f64),
            Kind::Float(value, _) => Some(value),
            _ => None,
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        self.0.scalar_text().unwrap_or_default().into()
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        let number = match self.0.kind {
            Kind::Int(value, _) => Some(value.into()),
            Kind::Float(value, _) => serde_json::Number::from_f64(value),
            _ => None,
        };
        Cow::Owned(number.unwrap_or_else(|| 0.into()))
    }
}

impl<'a> JsonNode<'a, Tree> for &'a Node {
    type Object = &'a [Entry];
    type Array = &'a [Node];
    type Number = Number<'a>;

    fn as_object(&self) -> Option<&'a [Entry]> {
        matches!(self.kind, Kind::Map(_)).then(|| self.entries())
    }

    fn as_array(&self) -> Option<&'a [Node]> {
        matches!(self.kind, Kind::Seq(_)).then(|| self.items())
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number<'a>> {
        matches!(self.kind, Kind::Int(..) | Kind::Float(..)).then_some(Number(self))
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value, _) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    fn json_type(&self) -> JsonType {
        match self.kind {
            Kind::Null(_) => JsonType::Null,
            Kind::Bool(..) => JsonType::Boolean,
            Kind::Int(..) | Kind::Float(..) => JsonType::Number,
            Kind::Str(_) => JsonType::String,
            Kind::Seq(_) => JsonType::Array,
            Kind::Map(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(self.to_json())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Node>(*self) as usize))
    }
}

impl<'a> Object<'a, Tree> for &'a [Entry] {
    type Node = &'a Node;
    type MemberName = &'a str;
    type MembersIter = std::iter::Map<std::slice::Iter<'a, Entry>, fn(&'a Entry) -> (&'a str, &'a Node)>;

    fn len(&self) -> usize {
        <[Entry]>::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Node> {
        self.iter().find(|entry| *entry.key == **key).map(|entry| &entry.value)
    }

    fn members(&self) -> Self::MembersIter {
        self.iter().map(|entry| (&*entry.key, &entry.value))
    }
}

impl<'a> Array<'a, Tree> for &'a [Node] {
    type Node = &'a Node;
    type ElementsIter = std::slice::Iter<'a, Node>;

    fn len(&self) -> usize {
        <[Node]>::len(self)
    }

    fn elements(&self) -> std::slice::Iter<'a, Node> {
        self.iter()
    }
}
