//! Parameters put into an operation for a target: values into texts, and in place of secrets the holes that they are put
//! into when they are sent.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::definition::{ParameterType, misfit};
use super::secret_places::may_hold_secret;
use super::{Parameters, Secrets};
use crate::diagnostic::{Diagnostic, Sources, Span, nearest};
use crate::dialect::{Dialect, hole, holes, mark_of_holes};
use crate::document::{Entry, Kind, Node, Placeholder, placeholders};

/// How large a value may become by what it refers to, in bytes.
pub const LARGEST_VALUE: usize = 1024 * 1024;

/// How many values may lie between a text and one that is referred to.
const DEEPEST_REFERENCE: usize = 100;

/// A tree with its parameters put in.
#[derive(Debug)]
pub struct Expanded {
    pub node: Node,
    /// The values that were used, but for those of secrets.
    pub used: BTreeMap<String, String>,
    pub secrets: Secrets,
    /// What is undefined, or of another type: each at its place.
    pub problems: Vec<Diagnostic>,
}

/// Whether a text that is a parameter and nothing else takes its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    AsDefined,
    AsText,
}

/// Puts parameters into a tree.
pub fn expand(node: &Node, parameters: &Parameters, dialect: Dialect, sources: &Sources, typed: Typed) -> Expanded {
    let mut expansion = Expansion {
        values: Values::new(parameters, dialect, sources),
        typed,
        path: Vec::new(),
        used: BTreeMap::new(),
        secrets: Secrets::default(),
        problems: Vec::new(),
    };
    let node = expansion.node(node);
    Expanded {
        node,
        used: expansion.used,
        secrets: expansion.secrets,
        problems: expansion.problems,
    }
}

impl Parameters {
    /// A text of no file with its parameters put in. A secret has no place in it.
    pub fn put_in(&self, text: &str, dialect: Dialect) -> Result<String, Diagnostic> {
        let mut sources = Sources::default();
        let source = sources.add("", text);
        let node = Node {
            span: Span::new(source, 0, text.len()),
            kind: Kind::Str(text.into()),
        };
        let expanded = expand(&node, self, dialect, &sources, Typed::AsText);
        if let Some(mut problem) = expanded.problems.into_iter().next() {
            problem.labels.clear();
            return Err(problem);
        }
        Ok(expanded.node.as_str().unwrap_or_default().to_string())
    }

    /// Whether a parameter has a value on a dialect.
    pub fn is_defined(&self, name: &str, dialect: Dialect) -> bool {
        match name.strip_prefix("env:") {
            Some(variable) => std::env::var_os(variable).is_some(),
            None => self.written(name, dialect).is_some(),
        }
    }
}

/// What the secrets are worth that texts have holes for.
pub fn secrets_of<'t>(
    texts: impl Iterator<Item = &'t str>,
    parameters: &Parameters,
    dialect: Dialect,
    sources: &Sources,
) -> Secrets {
    let values = Values::new(parameters, dialect, sources);
    let mut secrets = Secrets::default();
    for hole in texts.flat_map(holes) {
        values.add_secret(hole.name, None, &mut secrets);
    }
    secrets
}

/// What a parameter is worth, with what it refers to put in and holes in place of secrets; `None`: a secret that has no
/// value.
pub fn value_of(
    name: &str,
    parameters: &Parameters,
    dialect: Dialect,
    sources: &Sources,
) -> Result<Option<String>, Diagnostic> {
    let values = Values::new(parameters, dialect, sources);
    if parameters.is_secret(name) && parameters.written(name, dialect).is_none() {
        return Ok(None);
    }
    values
        .of(name, None, &mut Vec::new(), Secret::Hole)
        .map(Some)
        .map_err(|problem| *problem)
}

struct Expansion<'a> {
    values: Values<'a>,
    typed: Typed,
    /// The keys and indexes that lead to where it is.
    path: Vec<String>,
    used: BTreeMap<String, String>,
    secrets: Secrets,
    problems: Vec<Diagnostic>,
}

impl Expansion<'_> {
    fn node(&mut self, node: &Node) -> Node {
        let kind = match &node.kind {
            Kind::Str(text) => self.text(text, node.span),
            Kind::Seq(items) => {
                let items = items.iter().enumerate();
                Kind::Seq(items.map(|(at, item)| self.below(at.to_string(), item)).collect())
            }
            Kind::Map(entries) => {
                let entries = entries.iter().map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: self.below(entry.key.to_string(), &entry.value),
                });
                Kind::Map(entries.collect())
            }
            other => other.clone(),
        };
        Node { span: node.span, kind }
    }

    fn below(&mut self, step: String, node: &Node) -> Node {
        self.path.push(step);
        let node = self.node(node);
        self.path.pop();
        node
    }

    fn text(&mut self, text: &str, span: Span) -> Kind {
        let found = placeholders(text);
        if found.is_empty() {
            return Kind::Str(text.into());
        }
        let mut result = String::with_capacity(text.len());
        let mut from = 0;
        for part in &found {
            result.push_str(&text[from..part.start - usize::from(part.literal)]);
            match part.literal {
                true => result.push_str(&text[part.start..part.end]),
                false => result.push_str(&self.part(part, span).unwrap_or_default()),
            }
            from = part.end;
        }
        result.push_str(&text[from..]);
        let alone = match found.as_slice() {
            [only] if !only.literal && only.start == 0 && only.end == text.len() => Some(only.name),
            _ => None,
        };
        let ty = alone.filter(|_| self.typed == Typed::AsDefined && holes(&result).is_empty());
        let ty = ty.and_then(|name| self.values.parameters.type_of(name));
        let kind = ty.and_then(|ty: ParameterType| ty.read(&result));
        kind.unwrap_or_else(|| Kind::Str(result.into()))
    }

    fn part(&mut self, part: &Placeholder<'_>, span: Span) -> Option<String> {
        let place = self.values.place(part, span);
        let text = match self.values.of(part.name, Some(place), &mut Vec::new(), Secret::Hole) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let inside: Vec<String> = holes(&text).iter().map(|hole| hole.name.to_string()).collect();
        if let Some(name) = inside.first().filter(|_| !may_hold_secret(&self.path)) {
            let message = format!("the secret `{name}` cannot stand here");
            let diagnostic = Diagnostic::error("secret-place", message).label(place, "").help(
                "secrets stand in rows, in `where`, in the queries of `assert` and `unload_data`, and in `sql`: all else the \
                 schema would show",
            );
            self.problems.push(diagnostic);
            return None;
        }
        for name in inside {
            self.values.add_secret(&name, Some(place), &mut self.secrets);
        }
        if !self.values.parameters.is_secret(part.name) {
            self.used.insert(part.name.to_string(), text.clone());
        }
        Some(text)
    }
}

/// What stands for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Secret {
    Hole,
    Value,
}

/// The values of parameters on a dialect.
struct Values<'a> {
    parameters: &'a Parameters,
    dialect: Dialect,
    sources: &'a Sources,
    /// What is known of them: a value may be asked for by many others.
    known: RefCell<HashMap<(String, Secret), String>>,
}

impl<'a> Values<'a> {
    fn new(parameters: &'a Parameters, dialect: Dialect, sources: &'a Sources) -> Values<'a> {
        Values {
            parameters,
            dialect,
            sources,
            known: RefCell::default(),
        }
    }

    fn add_secret(&self, name: &str, at: Option<Span>, secrets: &mut Secrets) {
        if secrets.knows(name) {
            return;
        }
        match self.of(name, at, &mut Vec::new(), Secret::Value) {
            Ok(value) => secrets.add(name, value),
            Err(problem) => secrets.lack(name, *problem),
        }
    }

    /// `at` is where it is used; `within` are the parameters whose values refer to it, one to the next.
    fn of(
        &self,
        name: &str,
        at: Option<Span>,
        within: &mut Vec<String>,
        secret: Secret,
    ) -> Result<String, Box<Diagnostic>> {
        if let Some(variable) = name.strip_prefix("env:") {
            return variable_value(variable, at);
        }
        if within.iter().any(|outer| outer == name) {
            within.push(name.to_string());
            let message = format!("these parameters refer to each other: {}", within.join(" → "));
            return Err(labelled(Diagnostic::error("parameter-cycle", message), at));
        }
        if within.len() > DEEPEST_REFERENCE {
            let message = format!("values refer to each other more than {DEEPEST_REFERENCE} deep");
            return Err(labelled(Diagnostic::error("parameter-value", message), at));
        }
        let is_secret = self.parameters.is_secret(name);
        if is_secret && secret == Secret::Hole {
            return Ok(hole(name));
        }
        let Some((_, written)) = self.parameters.written(name, self.dialect) else {
            return Err(self.undefined(name, at));
        };
        let key = (name.to_string(), secret);
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        within.push(name.to_string());
        let found = placeholders(&written.text);
        let mut result = String::with_capacity(written.text.len());
        let mut from = 0;
        for part in &found {
            result.push_str(&written.text[from..part.start - usize::from(part.literal)]);
            match part.literal {
                true => result.push_str(&written.text[part.start..part.end]),
                false => {
                    let place = self.place(part, written.span);
                    result.push_str(&self.of(part.name, Some(place), within, secret)?);
                }
            }
            from = part.end;
            if result.len() + written.text.len() > LARGEST_VALUE {
                let largest = LARGEST_VALUE / 1024 / 1024;
                let message = format!("with what it refers to, `{name}` is larger than {largest} MiB");
                let diagnostic = Diagnostic::error("parameter-value", message);
                return Err(labelled(diagnostic, Some(written.span)));
            }
        }
        result.push_str(&written.text[from..]);
        within.pop();
        // Where it refers to nothing that has been told where it is read: what uses it brings no other mistake.
        let (ty, one_of) = (self.parameters.type_of(name), self.parameters.one_of(name));
        if let Some(why) = misfit(&result, ty, one_of, is_secret).filter(|_| holes(&result).is_empty()) {
            let message = match is_secret {
                true => format!("the secret `{name}` {why}"),
                false => format!("`{name}` {why}, and is `{result}`"),
            };
            return Err(labelled(
                Diagnostic::error("parameter-value", message),
                Some(written.span),
            ));
        }
        self.known.borrow_mut().insert(key, result.clone());
        Ok(result)
    }

    fn undefined(&self, name: &str, at: Option<Span>) -> Box<Diagnostic> {
        let declared = self.parameters.definitions(name).next();
        let diagnostic = match declared {
            None => Diagnostic::error("undefined-parameter", format!("undefined parameter `{name}`")),
            Some(_) => Diagnostic::error("undefined-parameter", format!("parameter `{name}` has no value here")),
        };
        let near = nearest(name, self.parameters.names()).filter(|_| declared.is_none());
        let diagnostic = match (near, self.parameters.is_secret(name) || at.is_none()) {
            (Some(word), _) => diagnostic.did_you_mean(Some(word)),
            (None, true) => diagnostic.help(format!(
                "give it from outside: `--params-file FILE`, or `{name}: {{value: \"${{env:NAME}}\", secret: true}}` \
                 under `params`"
            )),
            (None, false) => diagnostic.help(format!(
                "define it under `params:`, or give `--param {name}=…`; the text itself is written `$${{{name}}}`"
            )),
        };
        let diagnostic = match declared {
            Some(definition) if at.is_some() => labelled(diagnostic, at).label(definition.span, "declared here"),
            _ => *labelled(diagnostic, at),
        };
        Box::new(diagnostic)
    }

    /// Where a placeholder stands in its file; the text as a whole where it is not written as it reads.
    fn place(&self, part: &Placeholder<'_>, span: Span) -> Span {
        let written = format!("${{{}}}", part.name);
        let text = &self.sources.get(span.source).text;
        let inside = text.get(span.start as usize..span.end as usize);
        match inside.and_then(|inside| inside.find(&written)) {
            Some(at) => {
                let start = span.start as usize + at;
                Span::new(span.source, start, start + written.len())
            }
            None => span,
        }
    }
}

fn variable_value(variable: &str, at: Option<Span>) -> Result<String, Box<Diagnostic>> {
    let Ok(value) = std::env::var(variable) else {
        let message = format!("the environment has no variable `{variable}`");
        return Err(labelled(Diagnostic::error("undefined-parameter", message), at));
    };
    match mark_of_holes(&value) {
        None => Ok(value),
        Some(c) => {
            let number = u32::from(c);
            let message = format!("the variable `{variable}` holds the control character U+{number:04X}");
            Err(labelled(Diagnostic::error("control-character", message), at))
        }
    }
}

fn labelled(diagnostic: Diagnostic, span: Option<Span>) -> Box<Diagnostic> {
    Box::new(match span {
        Some(span) => diagnostic.label(span, ""),
        None => diagnostic,
    })
}
