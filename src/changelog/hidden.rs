//! What is not shown of files that are looked at one by one: the values of the parameters that one of them calls secret.

use std::collections::BTreeSet;

use super::given::hide_values;
use super::parameter_check::hide_scalars;
use crate::diagnostic::{SourceId, Sources};
use crate::document::{Entry, Kind, Limits, Node, parse};

/// The names of parameters that are secrets.
#[derive(Debug, Clone, Default)]
pub struct SecretNames(BTreeSet<String>);

impl SecretNames {
    /// Adds those that a file calls secret: a changelog or a configuration.
    pub fn learn(&mut self, text: &str) {
        let mut sources = Sources::default();
        let source = sources.add("", text);
        let Ok(root) = parse(source, &sources, Limits::default()) else {
            return;
        };
        let is_secret = |entry: &&Entry| {
            let said = entry.value.get("secret");
            said.is_some_and(|node| !matches!(node.kind, Kind::Bool(false, _)))
        };
        let secret = params(&root).filter(is_secret);
        self.0.extend(secret.map(|entry| entry.key.to_string()));
    }

    /// Takes their values out of what is shown of a file. Of one that has no tree nobody knows where they stand.
    pub fn hide(&self, source: SourceId, sources: &mut Sources) {
        let Ok(root) = parse(source, sources, Limits::default()) else {
            let text = sources.get(source).text.clone();
            if text.contains("secret") || self.0.iter().any(|name| text.contains(name)) {
                hide_values(sources, source);
            }
            return;
        };
        for entry in params(&root).filter(|entry| self.0.contains(&*entry.key)) {
            match &entry.value.kind {
                Kind::Map(said) => {
                    let values = said
                        .iter()
                        .filter(|below| !matches!(&*below.key, "secret" | "type" | "description"));
                    values.for_each(|below| hide_scalars(&below.value, sources));
                }
                _ => hide_scalars(&entry.value, sources),
            }
        }
    }
}

/// The parameters of a file, and of the environments of a configuration.
fn params(root: &Node) -> impl Iterator<Item = &Entry> {
    let environments = root.get("environments").into_iter().flat_map(Node::entries);
    let own = environments.filter_map(|entry| entry.value.get("params"));
    root.get("params").into_iter().chain(own).flat_map(Node::entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_file_calls_secret_is_shown_of_none() {
        let mut names = SecretNames::default();
        names.learn("params: { pw: { secret: true, value: a }, open: { secret: false, value: b } }\n");
        names.learn("environments: { prod: { params: { key: { secret: true } } } }\n");
        let shown = |text: &str| {
            let mut sources = Sources::default();
            let source = sources.add("a.yaml", text);
            names.hide(source, &mut sources);
            sources.get(source).shown(0, text.len()).into_owned()
        };
        assert_eq!(
            shown("params:\n  pw: { values: { dev: hunter2 }, type: text }\n  open: b\n  key: |\n    one\n"),
            "params:\n  pw: { values: { dev: ******* }, type: text }\n  open: b\n  key: |\n    ***\n"
        );
        assert_eq!(
            shown("environments: { prod: { params: { pw: hunter2 } } }\n"),
            "environments: { prod: { params: { pw: ******* } } }\n"
        );
        assert_eq!(shown("pw: hunter2\npw: \"\n"), "pw:********\npw:**\n");
        assert_eq!(shown("a: b\na: \"\n"), "a: b\na: \"\n");
    }
}
