//! Trees of driftless, put together of what stands in a Liquibase file: each part knows its place there.

use serde_json::Value;

use crate::diagnostic::Span;
use crate::document::{Entry, Kind, Node};

pub(super) fn text(text: impl AsRef<str>, span: Span) -> Node {
    Node {
        span,
        kind: Kind::Str(text.as_ref().into()),
    }
}

pub(super) fn flag(value: bool, span: Span) -> Node {
    Node {
        span,
        kind: Kind::Bool(value, value.to_string().into()),
    }
}

pub(super) fn list(items: Vec<Node>, span: Span) -> Node {
    Node {
        span,
        kind: Kind::Seq(items),
    }
}

pub(super) fn from_json(value: &Value, span: Span) -> Node {
    let kind = match value {
        Value::Null => Kind::Null("null".into()),
        Value::Bool(value) => Kind::Bool(*value, value.to_string().into()),
        Value::Number(number) => match number.as_i64() {
            Some(value) => Kind::Int(value, number.to_string().into()),
            None => Kind::Float(number.as_f64().unwrap_or_default(), number.to_string().into()),
        },
        Value::String(text) => Kind::Str(text.as_str().into()),
        Value::Array(items) => Kind::Seq(items.iter().map(|item| from_json(item, span)).collect()),
        Value::Object(map) => Kind::Map(
            map.iter()
                .map(|(key, value)| entry(key, from_json(value, span)))
                .collect(),
        ),
    };
    Node { span, kind }
}

fn entry(key: &str, value: Node) -> Entry {
    Entry {
        key: key.into(),
        key_span: value.span,
        value,
    }
}

/// A map that is being put together.
#[derive(Debug, Clone)]
pub(super) struct Body {
    span: Span,
    entries: Vec<Entry>,
}

impl Body {
    pub fn new(span: Span) -> Body {
        Body {
            span,
            entries: Vec::new(),
        }
    }

    pub fn put(&mut self, key: &str, value: Node) {
        self.entries.push(entry(key, value));
    }

    pub fn with(mut self, key: &str, value: Node) -> Body {
        self.put(key, value);
        self
    }

    /// Puts `true` where something is so; `false` goes without saying.
    pub fn flag(&mut self, key: &str, is_so: bool) {
        if is_so {
            self.put(key, flag(true, self.span));
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| &*entry.key == key)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn node(self) -> Node {
        Node {
            span: self.span,
            kind: Kind::Map(self.entries),
        }
    }

    /// The operation that it is the body of.
    pub fn operation(self, key: &str) -> Node {
        let span = self.span;
        Body::new(span).with(key, self.node()).node()
    }
}
