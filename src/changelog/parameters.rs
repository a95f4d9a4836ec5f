//! Parameters: what `${name}` stands for in a file, by all that is said of it there and outside.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::definition::{Definition, Origin, ParameterType, Said, Written};
use super::given::Given;
use crate::dialect::Dialect;
use crate::document::Node;

/// What is said of parameters for a file: in it, in those that include it, and outside of the changelog.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    given: Arc<Given>,
    /// By files; a file's own before those of the files that include it.
    defined: IndexMap<String, Vec<Arc<Definition>>>,
    /// The names that some definition calls secret, wherever it stands: known once all files are read.
    secrets: Arc<OnceLock<BTreeSet<String>>>,
}

impl PartialEq for Parameters {
    /// Whether files say the same of them. What is said again says nothing.
    fn eq(&self, other: &Parameters) -> bool {
        let said = |parameters: &Parameters, name: &str| {
            let mut all = parameters.defined.get(name).cloned().unwrap_or_default();
            all.dedup();
            all
        };
        let names = self.defined.keys().chain(other.defined.keys());
        names.into_iter().all(|name| said(self, name) == said(other, name))
    }
}

impl Parameters {
    /// What is said outside of the changelog.
    pub fn outside(given: Given) -> Parameters {
        Parameters {
            given: Arc::new(given),
            ..Parameters::default()
        }
    }

    /// The same with what a file says under `params`.
    pub(super) fn with_file(&self, params: &Node) -> Parameters {
        let mut inner = self.clone();
        for entry in params.entries() {
            if let Some(definition) = Definition::read(entry, Origin::File) {
                let known = inner.defined.entry(entry.key.to_string()).or_default();
                known.insert(0, Arc::new(definition));
            }
        }
        inner
    }

    /// Once all files are read: which names are secret.
    pub(super) fn set_secrets(&self, names: BTreeSet<String>) {
        // It is set once, by who gathers.
        let _ = self.secrets.set(names);
    }

    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    pub fn is_secret(&self, name: &str) -> bool {
        self.secrets.get().is_some_and(|names| names.contains(name))
    }

    /// The names of all that is defined, in the order of the strength of what defines it first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let only_in_files = self
            .defined
            .keys()
            .filter(|name| !self.given.definitions.contains_key(*name));
        self.given.definitions.keys().chain(only_in_files).map(String::as_str)
    }

    /// Everything that is said of a parameter, the strongest first.
    pub fn definitions(&self, name: &str) -> impl Iterator<Item = &Definition> {
        let given = self.given.definitions.get(name).into_iter().flatten();
        let defined = self.defined.get(name).into_iter().flatten();
        given.map(AsRef::as_ref).chain(defined.map(AsRef::as_ref))
    }

    pub fn type_of(&self, name: &str) -> Option<ParameterType> {
        self.definitions(name).find_map(|definition| definition.ty)
    }

    pub(super) fn one_of(&self, name: &str) -> Option<&[String]> {
        self.definitions(name)
            .find_map(|definition| definition.one_of.as_deref())
    }

    /// The value that holds on a dialect, and what says so.
    pub fn written(&self, name: &str, dialect: Dialect) -> Option<(&Definition, &Written)> {
        for definition in self.definitions(name) {
            match definition.said(dialect, &self.given.environments) {
                Said::Value(written) => return Some((definition, written)),
                Said::None => return None,
                Said::Nothing => {}
            }
        }
        None
    }

    /// The values that would hold, were those before them not there.
    pub fn shadowed(&self, name: &str, dialect: Dialect) -> Vec<&Definition> {
        let with_value = self
            .definitions(name)
            .filter(|definition| matches!(definition.said(dialect, &self.given.environments), Said::Value(_)));
        with_value.skip(1).collect()
    }
}

/// A `${name}` in a text, or a `$${name}`, which is the text `${name}`.
pub(super) struct Placeholder<'t> {
    pub start: usize,
    pub end: usize,
    pub name: &'t str,
    pub literal: bool,
}

/// Where `${name}` and `$${name}` stand in a text.
pub(super) fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("${") {
        let start = from + at;
        let body = start + 2;
        let Some(length) = text[body..].find('}') else {
            break;
        };
        let name = &text[body..body + length];
        if !is_name(name.strip_prefix("env:").unwrap_or(name)) {
            from = body;
            continue;
        }
        let end = body + length + 1;
        let literal = text[..start].ends_with('$');
        found.push(Placeholder {
            start,
            end,
            name,
            literal,
        });
        from = end;
    }
    found
}

/// Whether a parameter can have this name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// A text that is written so that it is read as it is.
pub fn escaped(text: &str) -> String {
    let mut result = String::new();
    let mut from = 0;
    for part in placeholders(text) {
        result += &text[from..part.start];
        result.push('$');
        from = part.start;
    }
    result + &text[from..]
}

/// Whether something has to be put into a text.
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains("${") && !placeholders(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_parameters() {
        let names = |text| {
            placeholders(text)
                .iter()
                .map(|found| (found.name.to_string(), found.literal))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("a ${b} $${c} $$ $1 ${} ${1} ${env:HOME}"),
            [
                ("b".to_string(), false),
                ("c".to_string(), true),
                ("env:HOME".to_string(), false)
            ]
        );
    }
}
