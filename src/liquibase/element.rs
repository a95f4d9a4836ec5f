//! A part of a Liquibase changelog, whichever format it is written in: its name, its attributes, what is below it.

use crate::diagnostic::Span;

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub span: Span,
}

/// A value under a name: an attribute of XML; in YAML and JSON an entry whose value is a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    pub name_span: Span,
    pub value: Text,
    /// Whether it is the null of YAML or JSON.
    pub is_null: bool,
}

/// An element of XML; in YAML and JSON a key with a map or a list behind it, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Without its prefix.
    pub name: String,
    pub name_span: Span,
    /// From its beginning to its end.
    pub span: Span,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Element>,
    /// The text directly in it, blanks around it taken off; `None` where there is nothing but blanks.
    pub text: Option<Text>,
    /// The comments that stand before it.
    pub remarks: Vec<String>,
}

impl Element {
    pub fn new(name: &str, name_span: Span, span: Span) -> Element {
        Element {
            name: name.to_string(),
            name_span,
            span,
            attributes: Vec::new(),
            children: Vec::new(),
            text: None,
            remarks: Vec::new(),
        }
    }

    /// The attribute of a name, in whichever letters: Liquibase, too, looks for names so.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name.eq_ignore_ascii_case(name))
    }

    /// A value that is written as an attribute, or as the text of an element below: `where` is either.
    pub fn value(&self, name: &str) -> Option<&Text> {
        let attribute = self.attribute(name).filter(|attribute| !attribute.is_null);
        let attribute = attribute.map(|attribute| &attribute.value);
        attribute.or_else(|| self.child(name)?.text.as_ref())
    }

    /// The same, as text.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.value(name).map(|value| value.text.as_str())
    }

    /// The same under the name of another change.
    pub fn called(&self, name: &str) -> Element {
        Element {
            name: name.to_string(),
            ..self.clone()
        }
    }

    /// The elements of a list: directly below it as XML has them, or below the list's own name as YAML has them.
    pub fn listed<'e>(&'e self, list: &'e str, item: &'e str) -> impl Iterator<Item = &'e Element> {
        let lists = self
            .children
            .iter()
            .filter(move |child| child.name.eq_ignore_ascii_case(list));
        let below = lists.flat_map(|list| &list.children);
        let all = self.children.iter().chain(below);
        all.filter(move |child| child.name.eq_ignore_ascii_case(item))
    }
}
