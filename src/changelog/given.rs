//! What is said of parameters outside of a changelog: by `--param`, by files for `--params-file`, by the configuration.
//! No excerpt shows a value of these: which of them are secrets the changelog says, and a name may be misspelt.

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;

use super::definition::{Definition, Origin, Written};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::document::{self, Entry, Kind, Limits};

/// Definitions from outside, with the texts that they stand in.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// By name, the strongest first.
    pub definitions: IndexMap<String, Vec<Arc<Definition>>>,
    /// The environment and those that it extends, its own name first.
    pub environments: Vec<String>,
    /// The environments that the configuration knows.
    pub known_environments: Vec<String>,
    /// The contexts that hold.
    pub contexts: Vec<String>,
    pub sources: Sources,
    /// What was found wrong in them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Given {
    /// What the configuration says, which is weaker than all that is added after it.
    pub fn new(sources: Sources) -> Given {
        Given {
            sources,
            ..Given::default()
        }
    }

    /// Adds what is stronger than all before.
    pub fn add(&mut self, name: &str, definition: Definition) {
        let known = self.definitions.entry(name.to_string()).or_default();
        known.insert(0, Arc::new(definition));
    }

    /// Adds the value of a `--param`.
    pub fn add_flag(&mut self, name: &str, value: &str) {
        let source = self.sources.add("--param", format!("{name}={value}"));
        let whole = name.len() + 1 + value.len();
        let written = Written {
            text: value.to_string(),
            span: Span::new(source, name.len() + 1, whole),
        };
        self.sources.hide(written.span);
        self.add(
            name,
            Definition::plain(Origin::Flag, Span::new(source, 0, name.len()), written),
        );
    }

    /// Adds the values of a file for `--params-file`: a map of names and values.
    pub fn add_file(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot read `{shown}`: {error}");
                return self.diagnostics.push(Diagnostic::error("unreadable-file", message));
            }
        };
        let source = self.sources.add(shown, text);
        let root = match document::parse(source, &self.sources, Limits::default()) {
            Ok(root) => root,
            Err(found) => {
                hide_values(&mut self.sources, source);
                return self.diagnostics.extend(found);
            }
        };
        if !matches!(root.kind, Kind::Map(_)) {
            hide_values(&mut self.sources, source);
            let message = format!("expected a map, found {}", root.kind_name());
            let diagnostic = Diagnostic::error("wrong-value", message).label(root.span, "");
            return self
                .diagnostics
                .push(diagnostic.help("a file of parameters holds their names and values: `name: value`"));
        }
        for entry in root.entries() {
            self.add_value(entry);
        }
    }

    fn add_value(&mut self, entry: &Entry) {
        let value = &entry.value;
        self.sources.hide(value.span);
        let text = match &value.kind {
            Kind::Null(_) | Kind::Seq(_) | Kind::Map(_) => None,
            _ => value.scalar_text(),
        };
        let Some(text) = text else {
            let message = format!("`{}`: expected a value, found {}", entry.key, value.kind_name());
            let diagnostic = Diagnostic::error("wrong-value", message).label(value.span, "");
            return self.diagnostics.push(
                diagnostic.help("types, secrets and the like are said where the parameter is defined, under `params`"),
            );
        };
        let written = Written {
            text: text.to_string(),
            span: value.span,
        };
        self.add(
            &entry.key,
            Definition::plain(Origin::ParamsFile, entry.key_span, written),
        );
    }
}

/// Of a file that cannot be read as a tree nobody knows which values are secrets.
pub(super) fn hide_values(sources: &mut Sources, source: SourceId) {
    let text = sources.get(source).text.clone();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.find([':', '=']).map_or(0, |at| at + 1);
        let end = start + line.trim_end().len();
        if start + value < end {
            sources.hide(Span::new(source, start + value, end));
        }
        start += line.len();
    }
}
