//! The tree: a value, its span, and what is below it.

use compact_str::CompactString;
use serde_json::Value;

use crate::diagnostic::Span;

/// A value of the document. Numbers, booleans and nulls keep the text they were written as.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub span: Span,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Null(CompactString),
    Bool(bool, CompactString),
    Int(i64, CompactString),
    /// A decimal, or an integer that is too large for 64 bits.
    Float(f64, CompactString),
    Str(CompactString),
    Seq(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: CompactString,
    pub key_span: Span,
    pub value: Node,
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar as it was written, quotes taken off.
    pub fn scalar_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Null(raw) | Kind::Bool(_, raw) | Kind::Int(_, raw) | Kind::Float(_, raw) => Some(raw),
            Kind::Str(text) => Some(text),
            Kind::Seq(_) | Kind::Map(_) => None,
        }
    }

    /// What a person calls this kind of value.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::Null(_) => "nothing",
            Kind::Bool(..) => "true or false",
            Kind::Int(..) => "a whole number",
            Kind::Float(..) => "a number",
            Kind::Str(_) => "text",
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The node at a path of keys and indexes (`columns/0/type`), or the deepest one on the way there.
    pub fn find(&self, path: &str) -> &Node {
        let mut node = self;
        for step in path.split('/').filter(|step| !step.is_empty()) {
            let below = match &node.kind {
                Kind::Seq(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
                Kind::Map(_) => node.get(step),
                _ => None,
            };
            match below {
                Some(below) => node = below,
                None => return node,
            }
        }
        node
    }

    /// The span of the key at a path, or of the value where it stands in a list.
    pub fn find_key(&self, path: &str) -> Span {
        let (parent, last) = path.rsplit_once('/').unwrap_or(("", path));
        match self.find(parent).entry(last) {
            Some(entry) => entry.key_span,
            None => self.find(path).span,
        }
    }

    /// The tree with other keys, where `renamed` gives some.
    pub fn with_keys(self, renamed: &dyn Fn(&str) -> Option<String>) -> Node {
        let kind = match self.kind {
            Kind::Seq(items) => Kind::Seq(items.into_iter().map(|item| item.with_keys(renamed)).collect()),
            Kind::Map(entries) => {
                let entries = entries.into_iter().map(|entry| Entry {
                    key: renamed(&entry.key).map_or(entry.key, Into::into),
                    key_span: entry.key_span,
                    value: entry.value.with_keys(renamed),
                });
                Kind::Map(entries.collect())
            }
            other => other,
        };
        Node { span: self.span, kind }
    }

    /// All strings below this node (not keys), in order.
    pub fn visit_strings<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Span)) {
        match &self.kind {
            Kind::Str(text) => visit(text, self.span),
            Kind::Seq(items) => items.iter().for_each(|item| item.visit_strings(visit)),
            Kind::Map(entries) => entries.iter().for_each(|e| e.value.visit_strings(visit)),
            Kind::Null(_) | Kind::Bool(..) | Kind::Int(..) | Kind::Float(..) => {}
        }
    }

    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null(_) => Value::Null,
            Kind::Bool(value, _) => Value::Bool(*value),
            Kind::Int(value, _) => Value::from(*value),
            Kind::Float(value, _) => Value::from(*value),
            Kind::Str(text) => Value::from(&**text),
            Kind::Seq(items) => items.iter().map(Node::to_json).collect(),
            Kind::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.to_string(), entry.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}
