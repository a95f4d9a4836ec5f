//! Parameters: what `${name}` stands for in a file, by all that is said of it there and outside.

use std::collections::{BTreeSet, HashMap};
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

    /// The values of all that is said outside, as they are written: by name, and by the dialect's.
    pub(super) fn all_values(&self) -> HashMap<String, HashMap<&'static str, String>> {
        let each = |name: &str| {
            let values = Dialect::all().filter_map(|dialect| {
                let (_, written) = self.written(name, dialect)?;
                Some((dialect.name(), written.text.clone()))
            });
            values.collect()
        };
        let names = self.given.definitions.keys();
        names.map(|name| (name.clone(), each(name))).collect()
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
