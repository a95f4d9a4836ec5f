//! Operations to be filled in: made from the shortest example on an operation's page, with words in capitals in the place
//! of the author's own.

use serde_json::{Map, Value, json};

use super::manner;
use crate::diagnostic::Sources;
use crate::document::{Forms, Kind, Limits, Node, parse};
use crate::operation::page;

/// An operation to be filled in.
#[derive(Debug, Clone)]
pub struct Skeleton {
    /// The map of its one key.
    pub operation: Value,
    /// The keys it takes beside those that are there.
    pub more: Vec<String>,
}

/// The skeleton of an operation; `None` where there is no such operation.
pub fn skeleton(key: &str) -> Option<Skeleton> {
    let root = first_yaml(page(key)?)?;
    let mut examples = Vec::new();
    for changeset in root.get("changesets").map(Node::items).unwrap_or_default() {
        examples_of(key, changeset, &mut examples);
    }
    let size = |node: &&Node| (node.entries().len(), node.span.end - node.span.start);
    let example = examples.into_iter().min_by_key(size)?;
    let operations = Forms::new(manner().schema).below("operations").items();
    let forms = operations.below(key);
    let known = forms.known();
    let more = known
        .iter()
        .filter(|known| example.get(known).is_none() && !example.entries().is_empty());
    Some(Skeleton {
        operation: json!({ key: filled(example, key, &forms) }),
        more: more.map(|key| key.to_string()).collect(),
    })
}

/// The changelog of a page.
fn first_yaml(page: &str) -> Option<Node> {
    let (_, rest) = page.split_once("\n```yaml\n")?;
    let (text, _) = rest.split_once("\n```")?;
    let mut sources = Sources::default();
    let source = sources.add("", text);
    parse(source, &sources, Limits::default()).ok()
}

/// What stands under the key of an operation, wherever operations are listed.
fn examples_of<'n>(key: &str, node: &'n Node, found: &mut Vec<&'n Node>) {
    for list in ["operations", "effects"] {
        for item in node.get(list).map(Node::items).unwrap_or_default() {
            found.extend(item.get(key));
            for entry in item.entries() {
                examples_of(key, &entry.value, found);
            }
        }
    }
}

/// An example with the author's own words taken out: what is one of a list of words stays, and so do numbers.
fn filled(node: &Node, key: &str, forms: &Forms<'_>) -> Value {
    match &node.kind {
        Kind::Str(text) => {
            let is_bound = ["enum", "const", "pattern", "examples", "maxLength"]
                .iter()
                .any(|word| forms.say(word));
            match is_bound {
                true => Value::from(&**text),
                false => Value::from(key.to_uppercase()),
            }
        }
        Kind::Seq(items) => {
            let one = key.strip_suffix('s').unwrap_or(key);
            items
                .first()
                .map(|item| filled(item, one, &forms.items()))
                .into_iter()
                .collect()
        }
        Kind::Map(entries) => {
            let known = forms.known();
            let mut map = Map::new();
            for entry in entries {
                if known.contains(&&*entry.key) {
                    let value = filled(&entry.value, &entry.key, &forms.below(&entry.key));
                    map.insert(entry.key.to_string(), value);
                } else {
                    map.insert("COLUMN".into(), "VALUE".into());
                }
            }
            Value::Object(map)
        }
        _ => node.to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changelog::changelog_schema;
    use crate::document::{Schema, decode};
    use crate::operation::{KEYS, Operation};

    #[test]
    fn every_operation_has_a_skeleton_that_is_valid() {
        let schema = Schema::new(changelog_schema());
        for key in KEYS {
            let found = skeleton(key).unwrap_or_else(|| panic!("{key} has none"));
            let text = json!({ "operations": [found.operation] }).to_string();
            let mut sources = Sources::default();
            let source = sources.add("a.yaml", text.as_str());
            let root = parse(source, &sources, Limits::default()).unwrap();
            let wrong = schema.check(&root);
            assert!(wrong.is_empty(), "{text}: {wrong:?}");
            decode::<Vec<Operation>>(root.get("operations").unwrap()).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn a_skeleton_has_what_its_operation_needs() {
        let text = |key| {
            skeleton(key)
                .map(|found| found.operation.to_string())
                .unwrap_or_default()
        };
        assert_eq!(text("drop_index"), r#"{"drop_index":{"table":"TABLE","name":"NAME"}}"#);
        assert_eq!(
            text("insert"),
            r#"{"insert":{"table":"TABLE","rows":[{"COLUMN":"VALUE"}]}}"#
        );
        assert!(skeleton("drop_indx").is_none());
    }
}
