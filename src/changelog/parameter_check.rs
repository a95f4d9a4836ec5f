//! What is wrong with definitions of parameters, told once all files are read.

use std::collections::{BTreeSet, HashSet};

use super::Parameters;
use super::definition::{Definition, Origin, misfit};
use super::given::Given;
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, nearest};
use crate::dialect::mark_of_holes;
use crate::document::{Kind, Node, has_placeholder, is_parameter_name, placeholders};

/// The parameters of each file, and the names that are used somewhere.
pub(super) struct Defined<'a> {
    pub scopes: &'a [Parameters],
    pub used: &'a BTreeSet<String>,
}

impl Defined<'_> {
    fn each(&self) -> impl Iterator<Item = (&Parameters, &str, &Definition)> {
        self.scopes.iter().flat_map(|scope| {
            let names = scope.names();
            names.flat_map(move |name| scope.definitions(name).map(move |definition| (scope, name, definition)))
        })
    }

    /// The names that some definition calls secret.
    pub fn secrets(&self) -> BTreeSet<String> {
        let secret = self.each().filter(|(.., definition)| definition.secret == Some(true));
        secret.map(|(_, name, _)| name.to_string()).collect()
    }

    /// Takes the values of secrets out of what excerpts of their files show.
    pub fn hide(&self, secrets: &BTreeSet<String>, sources: &mut Sources) {
        for (_, _, definition) in self.each().filter(|(_, name, _)| secrets.contains(*name)) {
            definition.values().for_each(|value| sources.hide(value.span));
        }
    }

    /// Everything that is wrong, each once.
    pub fn problems(&self, secrets: &BTreeSet<String>, sources: &mut Sources) -> Vec<Diagnostic> {
        let mut told: HashSet<(SourceId, u32)> = HashSet::new();
        let mut found = Vec::new();
        let mut tell = |span: Span, diagnostic: Diagnostic| {
            if told.insert((span.source, span.start)) {
                found.push(diagnostic.label(span, ""));
            }
        };
        for (scope, name, definition) in self.each() {
            if !is_parameter_name(name) {
                let message = format!("`{name}` cannot be the name of a parameter");
                let diagnostic = Diagnostic::error("parameter-name", message)
                    .help("a name begins with a letter; letters, digits, `_`, `-` and `.` follow");
                tell(definition.span, diagnostic);
                continue;
            }
            let is_secret = secrets.contains(name);
            for value in definition.values() {
                if let Some(diagnostic) = wrong_text(name, &value.text, is_secret) {
                    tell(value.span, diagnostic);
                    continue;
                }
                let misfit = misfit(&value.text, scope.type_of(name), scope.one_of(name), is_secret);
                // What refers to others is looked at where it is used.
                if let Some(why) = misfit.filter(|_| !has_placeholder(&value.text)) {
                    let message = match is_secret {
                        true => format!("the secret `{name}` {why}"),
                        false => format!("`{name}` {why}, and is `{}`", value.text),
                    };
                    tell(value.span, Diagnostic::error("parameter-value", message));
                }
            }
            self.environments(scope.given(), definition, &mut tell);
        }
        self.unknown(sources, &mut tell);
        found
    }

    fn environments(&self, given: &Given, definition: &Definition, tell: &mut impl FnMut(Span, Diagnostic)) {
        let known = || given.known_environments.iter().map(String::as_str);
        for (name, span) in definition.environments() {
            if name == "default" || known().any(|known| known == name) {
                continue;
            }
            let message = format!("there is no environment `{name}`");
            let diagnostic = Diagnostic::warning("unknown-environment", message);
            let diagnostic = match nearest(name, known().chain(["default"])) {
                Some(near) => diagnostic.did_you_mean(Some(near)),
                None => diagnostic.help("environments are named in driftless.yaml; `default` is for all others"),
            };
            tell(span, diagnostic);
        }
    }

    /// What is given from outside for a parameter that is nowhere.
    fn unknown(&self, sources: &mut Sources, tell: &mut impl FnMut(Span, Diagnostic)) {
        let is_given = |definition: &Definition| matches!(definition.origin, Origin::Flag | Origin::ParamsFile);
        let elsewhere: BTreeSet<&str> = self
            .each()
            .filter(|(.., definition)| !is_given(definition))
            .map(|(_, name, _)| name)
            .collect();
        let referred: BTreeSet<&str> = self
            .each()
            .flat_map(|(.., definition)| definition.values())
            .flat_map(|value| placeholders(&value.text))
            .map(|found| found.name)
            .collect();
        let is_known = |name: &str| elsewhere.contains(name) || self.used.contains(name) || referred.contains(name);
        for (_, name, definition) in self.each() {
            if !is_given(definition) || is_known(name) || !is_parameter_name(name) {
                continue;
            }
            // It may be a secret whose name was misspelt.
            definition.values().for_each(|value| sources.hide(value.span));
            let known = elsewhere.iter().copied().chain(self.used.iter().map(String::as_str));
            let diagnostic = Diagnostic::warning("unknown-parameter", format!("no parameter is called `{name}`"));
            let diagnostic = match nearest(name, known) {
                Some(near) => diagnostic.did_you_mean(Some(near)),
                None => diagnostic
                    .help("nothing defines it, and nothing uses it: `driftless params` lists those that are there"),
            };
            tell(definition.span, diagnostic);
        }
    }
}

fn wrong_text(name: &str, text: &str, is_secret: bool) -> Option<Diagnostic> {
    if let Some(c) = mark_of_holes(text) {
        let message = format!("`{name}` holds the control character U+{:04X}", u32::from(c));
        return Some(Diagnostic::error("control-character", message));
    }
    let message = format!("the secret `{name}` holds a NUL, which SQL cannot hold");
    (is_secret && text.contains('\0')).then(|| Diagnostic::error("nul", message))
}

/// Takes the values of what calls itself a secret out of what excerpts show, also where it is not of the right form.
pub(super) fn hide_secrets(params: &Node, sources: &mut Sources) {
    for entry in params.entries() {
        let secret = entry.value.get("secret");
        let is_secret = secret.is_some_and(|node| !matches!(node.kind, Kind::Bool(false, _)));
        let said = entry.value.entries().iter();
        for below in said.filter(|below| !matches!(&*below.key, "secret" | "type" | "description")) {
            if is_secret {
                hide_scalars(&below.value, sources);
            }
        }
    }
}

pub(super) fn hide_scalars(node: &Node, sources: &mut Sources) {
    match &node.kind {
        Kind::Seq(items) => items.iter().for_each(|item| hide_scalars(item, sources)),
        Kind::Map(entries) => entries.iter().for_each(|entry| hide_scalars(&entry.value, sources)),
        _ => sources.hide(node.span),
    }
}
