//! Environments of the configuration: a database by name, and what goes with it. One may extend another.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::callbacks::Callbacks;
use super::config::{HistoryTable, Lock, Timeouts};
use super::format::Parameter;
use super::{Definition, Expression};
use crate::diagnostic::{Diagnostic, UrlText, nearest};
use crate::document::{Kind, Node};

/// A database by name.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Another environment: what is not said here is as there.
    #[serde(default)]
    pub extends: Option<String>,
    /// `sqlite:file.db`, `postgres://…`, `mysql://…`; `${env:NAME}` reads the environment.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("default" = serde_json::Value::Null))]
    pub url: Option<UrlText>,
    #[serde(default)]
    pub history: Option<HistoryTable>,
    #[serde(default)]
    pub lock: Option<Lock>,
    #[serde(default)]
    pub timeouts: Option<Timeouts>,
    #[serde(default)]
    pub contexts: Option<Vec<String>>,
    /// In the place of the configuration's, for the events that are named.
    #[serde(default)]
    pub callbacks: Callbacks,
    /// Whether a person has to say yes before something is destroyed.
    #[serde(default)]
    pub confirm: Option<bool>,
    /// Values for `${name}`, over those of the file.
    #[serde(default)]
    #[allow(dead_code)]
    params: IndexMap<String, Parameter>,
    /// The same, with their places.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) defined: IndexMap<String, Definition>,
}

impl Environment {
    /// This one, and where it says nothing the other.
    fn or(self, other: &Environment) -> Environment {
        Environment {
            extends: other.extends.clone(),
            url: self.url.or_else(|| other.url.clone()),
            history: self.history.or_else(|| other.history.clone()),
            lock: self.lock.or(other.lock),
            timeouts: self.timeouts.or_else(|| other.timeouts.clone()),
            contexts: self.contexts.or_else(|| other.contexts.clone()),
            callbacks: self.callbacks.or(other.callbacks.clone()),
            confirm: self.confirm.or(other.confirm),
            params: self.params,
            defined: self.defined,
        }
    }
}

/// An environment with those that it extends.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its name, that of the one that it extends, and so on.
    pub names: Vec<String>,
    /// What holds in it.
    pub environment: Environment,
}

impl Chosen {
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// An environment by its name; `None` where there is none.
    pub fn find(name: &str, all: &IndexMap<String, Environment>) -> Option<Chosen> {
        let mut chosen = Chosen {
            names: vec![name.to_string()],
            environment: all.get(name)?.clone(),
        };
        while let Some(base) = chosen.environment.extends.clone() {
            // A configuration in which this happens is refused when it is read.
            let Some(other) = all.get(&base).filter(|_| !chosen.names.contains(&base)) else {
                break;
            };
            chosen.environment = chosen.environment.or(other);
            chosen.names.push(base);
        }
        Some(chosen)
    }
}

/// What is wrong with `extends`: names that are not there, and circles.
pub(super) fn check_extends(all: &IndexMap<String, Environment>, root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut in_circles: Vec<String> = Vec::new();
    for (name, environment) in all {
        let Some(base) = &environment.extends else {
            continue;
        };
        let node = root.get("environments").and_then(|node| node.get(name));
        let span = node
            .and_then(|node| node.get("extends"))
            .map_or(root.span, |node| node.span);
        if !all.contains_key(base) {
            let message = format!("there is no environment `{base}`");
            let near = nearest(base, all.keys().map(String::as_str).filter(|known| known != name));
            let diagnostic = Diagnostic::error("unknown-environment", message).label(span, "");
            found.push(diagnostic.did_you_mean(near));
            continue;
        }
        if let Some(circle) = circle(name, all).filter(|_| !in_circles.contains(name)) {
            let message = format!("these environments extend each other: {}", circle.join(" → "));
            found.push(Diagnostic::error("extends-cycle", message).label(span, ""));
            in_circles.extend(circle);
        }
    }
    found
}

/// What is wrong with `contexts`: names that no expression can hold, and a list of none, which would be read as if nothing
/// was said, or as if none held.
pub(super) fn check_contexts(root: &Node) -> Vec<Diagnostic> {
    let environments = root.get("environments").map(Node::entries).unwrap_or_default();
    let mut found = Vec::new();
    for list in environments.iter().filter_map(|entry| entry.value.get("contexts")) {
        if matches!(&list.kind, Kind::Seq(items) if items.is_empty()) {
            let message = "`contexts` of an environment must not be empty";
            let diagnostic = Diagnostic::error("empty-list", message).label(list.span, "");
            found.push(diagnostic.help(
                "name those that hold; left out, they are those of the environment that it extends, else every changeset runs",
            ));
        }
        for item in list.items() {
            let wrong = item.as_str().and_then(Expression::misnamed);
            found.extend(wrong.map(|message| Diagnostic::error("invalid-value", message).label(item.span, "")));
        }
    }
    found
}

/// The way from an environment back to itself.
fn circle(name: &str, all: &IndexMap<String, Environment>) -> Option<Vec<String>> {
    let mut way = vec![name.to_string()];
    let mut next = all.get(name)?.extends.as_ref()?;
    while next != name {
        if way.contains(next) {
            return None;
        }
        way.push(next.clone());
        next = all.get(next)?.extends.as_ref()?;
    }
    way.push(name.to_string());
    Some(way)
}
