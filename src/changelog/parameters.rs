//! Parameters: `${name}` in strings, put in when a changeset is planned for a target.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Sources, Span, nearest};
use crate::dialect::Dialect;
use crate::document::Node;
use crate::operation::ByDialect;

/// The values that hold for a file: its own, those of the files that include it, and those given from outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    /// By `--param` and the environment's configuration: they win.
    pub given: IndexMap<String, String>,
    /// By `params` in files; a file's own before those of the files that include it.
    pub defined: IndexMap<String, ByDialect<String>>,
}

impl Parameters {
    fn value(&self, name: &str, dialect: Dialect) -> Option<String> {
        if let Some(variable) = name.strip_prefix("env:") {
            return std::env::var(variable).ok();
        }
        if let Some(value) = self.given.get(name) {
            return Some(value.clone());
        }
        self.defined.get(name).and_then(|value| value.pick(dialect)).cloned()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.given.keys().chain(self.defined.keys()).map(String::as_str)
    }
}

/// Where `${name}` and `$${name}` stand in a text: start, end, name, and whether it is the literal.
fn placeholders(text: &str) -> Vec<(usize, usize, &str, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("${") {
        let start = from + at;
        let body = start + 2;
        let Some(length) = text[body..].find('}') else {
            break;
        };
        let name = &text[body..body + length];
        let identifier = name.strip_prefix("env:").unwrap_or(name);
        let is_name = identifier.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && identifier
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !is_name {
            from = body;
            continue;
        }
        let literal = text[..start].ends_with('$');
        found.push((start, body + length + 1, name, literal));
        from = body + length + 1;
    }
    found
}

/// A text that is written so that it is read as it is.
pub fn escaped(text: &str) -> String {
    let mut result = String::new();
    let mut from = 0;
    for (start, _, _, _) in placeholders(text) {
        result += &text[from..start];
        result.push('$');
        from = start;
    }
    result + &text[from..]
}

/// Whether a text needs [`expand`].
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains("${") && !placeholders(text).is_empty()
}

/// A tree with its parameters put in, and the values that were used. An undefined one is told at its place.
pub fn expand(
    node: &Node,
    parameters: &Parameters,
    dialect: Dialect,
    sources: &Sources,
) -> (Node, BTreeMap<String, String>, Vec<Diagnostic>) {
    let mut used = BTreeMap::new();
    let mut problems = Vec::new();
    let expanded = node.map_strings(&mut |text, span| {
        if !text.contains("${") {
            return text.into();
        }
        let mut result = String::with_capacity(text.len());
        let mut from = 0;
        for (start, end, name, literal) in placeholders(text) {
            if literal {
                result.push_str(&text[from..start - 1]);
                result.push_str(&text[start..end]);
            } else {
                result.push_str(&text[from..start]);
                match parameters.value(name, dialect) {
                    Some(value) => {
                        result.push_str(&value);
                        used.insert(name.to_string(), value);
                    }
                    None => problems.push(undefined(name, span, parameters, sources)),
                }
            }
            from = end;
        }
        result.push_str(&text[from..]);
        result.into()
    });
    (expanded, used, problems)
}

fn undefined(name: &str, span: Span, parameters: &Parameters, sources: &Sources) -> Diagnostic {
    let written = format!("${{{name}}}");
    let text = &sources.get(span.source).text;
    let place = text
        .get(span.start as usize..span.end as usize)
        .and_then(|inside| inside.find(&written))
        .map(|at| {
            Span::new(
                span.source,
                span.start as usize + at,
                span.start as usize + at + written.len(),
            )
        })
        .unwrap_or(span);
    if let Some(variable) = name.strip_prefix("env:") {
        return Diagnostic::error(
            "undefined-parameter",
            format!("the environment has no variable `{variable}`"),
        )
        .label(place, "");
    }
    let diagnostic = Diagnostic::error("undefined-parameter", format!("undefined parameter `{name}`")).label(place, "");
    match nearest(name, parameters.names()) {
        Some(word) => diagnostic.did_you_mean(Some(word)),
        None => diagnostic.help(format!(
            "define it under `params:`, or give `--param {name}=…`; the text itself is written `$${{{name}}}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_parameters() {
        let names = |text| {
            placeholders(text)
                .iter()
                .map(|(_, _, name, literal)| (name.to_string(), *literal))
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
