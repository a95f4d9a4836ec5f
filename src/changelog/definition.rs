//! What one place says of a parameter: what it is worth and when, its type, whether it is a secret.

use std::fmt;

use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::Parameter;
use crate::diagnostic::Span;
use crate::dialect::Dialect;
use crate::document::{self, Entry, Kind, Node};

/// What the value of a parameter has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    Text,
    Int,
    Number,
    Bool,
}

impl ParameterType {
    pub fn word(self) -> &'static str {
        match self {
            ParameterType::Text => "text",
            ParameterType::Int => "int",
            ParameterType::Number => "number",
            ParameterType::Bool => "bool",
        }
    }

    /// What a person calls a value of it.
    fn wanted(self) -> &'static str {
        match self {
            ParameterType::Text => "text",
            ParameterType::Int => "a whole number",
            ParameterType::Number => "a number",
            ParameterType::Bool => "`true` or `false`",
        }
    }

    /// A text as a value of it, or `None` where it is none.
    pub(super) fn read(self, text: &str) -> Option<Kind> {
        let raw: CompactString = text.into();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
        match (self, text) {
            (ParameterType::Text, _) => Some(Kind::Str(raw)),
            (ParameterType::Bool, "true") => Some(Kind::Bool(true, raw)),
            (ParameterType::Bool, "false") => Some(Kind::Bool(false, raw)),
            (ParameterType::Bool, _) => None,
            (ParameterType::Int | ParameterType::Number, _) if is_whole => Some(match text.parse() {
                Ok(value) => Kind::Int(value, raw),
                Err(_) => Kind::Float(text.parse().ok()?, raw),
            }),
            (ParameterType::Int, _) => None,
            (ParameterType::Number, _) => match text.parse::<f64>() {
                Ok(value) if is_decimal && value.is_finite() => Some(Kind::Float(value, raw)),
                _ => None,
            },
        }
    }
}

/// Where a definition stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `--param`
    Flag,
    /// `--params-file`
    ParamsFile,
    /// An environment of the configuration.
    Environment(String),
    Config,
    /// A file of the changelog.
    File,
}

/// A value as it was written. It does not show itself: it may be a secret.
#[derive(Clone, PartialEq)]
pub struct Written {
    pub text: String,
    pub span: Span,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A value under a key: of a dialect, or of an environment.
type Keyed = (String, Span, Option<Written>);

#[derive(Debug, Clone)]
pub struct Definition {
    pub origin: Origin,
    /// Where its name stands.
    pub span: Span,
    value: Option<Written>,
    by_dialect: Vec<Keyed>,
    by_environment: Vec<Keyed>,
    pub ty: Option<ParameterType>,
    pub one_of: Option<Vec<String>>,
    pub secret: Option<bool>,
    pub description: Option<String>,
}

/// What a definition says of its value at one place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said<'a> {
    Value(&'a Written),
    /// That there is none here.
    None,
    /// Nothing: others are asked.
    Nothing,
}

impl PartialEq for Definition {
    /// Whether both say the same, wherever they stand.
    fn eq(&self, other: &Definition) -> bool {
        let text = |written: &Option<Written>| written.as_ref().map(|written| written.text.clone());
        let keyed = |all: &[Keyed]| {
            let all = all.iter().map(|(key, _, written)| (key.clone(), text(written)));
            all.collect::<Vec<_>>()
        };
        text(&self.value) == text(&other.value)
            && keyed(&self.by_dialect) == keyed(&other.by_dialect)
            && keyed(&self.by_environment) == keyed(&other.by_environment)
            && (self.ty, &self.one_of, self.secret) == (other.ty, &other.one_of, other.secret)
    }
}

impl Definition {
    /// A value and nothing more.
    pub fn plain(origin: Origin, span: Span, value: Written) -> Definition {
        Definition {
            origin,
            span,
            value: Some(value),
            by_dialect: Vec::new(),
            by_environment: Vec::new(),
            ty: None,
            one_of: None,
            secret: None,
            description: None,
        }
    }

    /// As a file has it; `None` where it is not of the form, which is told elsewhere.
    pub fn read(entry: &Entry, origin: Origin) -> Option<Definition> {
        document::decode::<Parameter>(&entry.value).ok()?;
        if let Some(value) = written(&entry.value) {
            return Some(Definition::plain(origin, entry.key_span, value));
        }
        let node = &entry.value;
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let by_dialect = node.get("by_dialect");
        // One text for all dialects is a value like any other.
        let value = [node.get("value"), by_dialect].into_iter().flatten().find_map(written);
        Some(Definition {
            origin,
            span: entry.key_span,
            value,
            by_dialect: by_dialect.map(keyed).unwrap_or_default(),
            by_environment: node.get("by_environment").map(keyed).unwrap_or_default(),
            ty: node.get("type").and_then(|node| document::decode(node).ok()),
            one_of: node.get("one_of").map(|list| {
                let texts = list.items().iter().filter_map(Node::scalar_text);
                texts.map(str::to_string).collect()
            }),
            secret: node.get("secret").and_then(|node| document::decode(node).ok()),
            description: text("description").map(str::to_string),
        })
    }

    /// What it is worth on a dialect and in an environment, which is named with those that it extends.
    pub(super) fn said(&self, dialect: Dialect, environments: &[String]) -> Said<'_> {
        let find = |list: &'_ [Keyed], key: &str| list.iter().position(|(known, ..)| known == key);
        let by_environment = environments
            .iter()
            .map(String::as_str)
            .chain(["default"])
            .find_map(|name| find(&self.by_environment, name));
        let by_dialect = dialect
            .lineage()
            .chain(["default"])
            .find_map(|name| find(&self.by_dialect, name));
        let keyed = match (by_environment, by_dialect) {
            (Some(at), _) => self.by_environment.get(at),
            (None, Some(at)) => self.by_dialect.get(at),
            (None, None) => None,
        };
        match (keyed, &self.value) {
            (Some((_, _, Some(value))), _) => Said::Value(value),
            (Some((_, _, None)), _) => Said::None,
            (None, Some(value)) => Said::Value(value),
            (None, None) => Said::Nothing,
        }
    }

    /// All values that it names.
    pub(super) fn values(&self) -> impl Iterator<Item = &Written> {
        let keyed = self.by_environment.iter().chain(&self.by_dialect);
        self.value
            .iter()
            .chain(keyed.filter_map(|(_, _, value)| value.as_ref()))
    }

    /// The environments that it speaks of, and where.
    pub(super) fn environments(&self) -> impl Iterator<Item = (&str, Span)> {
        let named = self.by_environment.iter();
        named.map(|(name, span, _)| (name.as_str(), *span))
    }
}

fn written(node: &Node) -> Option<Written> {
    let text = match &node.kind {
        Kind::Null(_) => return None,
        _ => node.scalar_text()?.to_string(),
    };
    Some(Written { text, span: node.span })
}

fn keyed(node: &Node) -> Vec<Keyed> {
    let entries = node.entries().iter();
    entries
        .map(|entry| (entry.key.to_string(), entry.key_span, written(&entry.value)))
        .collect()
}

/// Why a text is no value for a parameter, as far as that is asked of it.
pub(super) fn misfit(
    text: &str,
    ty: Option<ParameterType>,
    one_of: Option<&[String]>,
    is_secret: bool,
) -> Option<String> {
    if let Some(ty) = ty.filter(|ty| ty.read(text).is_none()) {
        return Some(format!("has to be {}", ty.wanted()));
    }
    let one_of = one_of.filter(|list| !list.iter().any(|known| known == text))?;
    Some(match is_secret {
        true => "has to be one of those that its definition names".to_string(),
        false => format!("has to be one of {}", one_of.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_takes_what_is_of_it() {
        let is = |ty: ParameterType, text: &str| ty.read(text).is_some();
        for text in ["0", "-7", "007", "12345678901234567890"] {
            assert!(
                is(ParameterType::Int, text) && is(ParameterType::Number, text),
                "{text}"
            );
        }
        for text in ["1.5", "-0.25", ".5", "1e3"] {
            assert!(
                !is(ParameterType::Int, text) && is(ParameterType::Number, text),
                "{text}"
            );
        }
        for text in ["", "-", "a", "1 ", "inf", "NaN", "0x1", "1e999", "+1"] {
            assert!(
                !is(ParameterType::Int, text) && !is(ParameterType::Number, text),
                "{text}"
            );
        }
        assert!(is(ParameterType::Bool, "true") && !is(ParameterType::Bool, "True"));
        assert!(misfit("c", None, Some(&["a".into(), "b".into()]), false).is_some());
    }
}
