//! How changelog files are formatted, and what shows that they mean the same as before.

use std::sync::LazyLock;

use serde_json::Value;

use super::checksum::checksum;
use super::format::{changelog_schema, config_schema};
use crate::diagnostic::Sources;
use crate::document::{self, Kind, Limits, Manner, Node, parse};
use crate::operation::Operation;

static SCHEMA: LazyLock<Value> = LazyLock::new(changelog_schema);

static CONFIG_SCHEMA: LazyLock<Value> = LazyLock::new(config_schema);

/// The form of `driftless.yaml`.
pub fn config_manner() -> Manner<'static> {
    Manner {
        schema: &CONFIG_SCHEMA,
        spread_maps: &[&[]],
        spread_lists: &[],
        apart: &[],
        ..manner()
    }
}

/// The form of changelog files.
pub fn manner() -> Manner<'static> {
    Manner {
        schema: &SCHEMA,
        spread_maps: &[
            &[],
            &["changesets", "*"],
            &["changesets", "*", "operations", "*"],
            &["changesets", "*", "reverse", "*"],
            &["operations", "*"],
            &["reverse", "*"],
        ],
        spread_lists: &[
            &["changesets"],
            &["changesets", "*", "operations"],
            &["changesets", "*", "reverse"],
            &["operations"],
            &["reverse"],
        ],
        apart: &[&["changesets"]],
        width: 120,
    }
}

/// What a changeset means, in short: its id, and the checksums of its operations and of its reverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub id: String,
    operations: String,
    reverse: String,
}

/// The changesets of a text, whatever is in the files that it names; `path` is the file it stands in.
pub fn meanings(path: &str, text: &str) -> Vec<Meaning> {
    let mut sources = Sources::default();
    let source = sources.add(path, text);
    let Ok(root) = parse(source, &sources, Limits::default()) else {
        return Vec::new();
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match root.get("changesets") {
        Some(list) => list.items().iter().filter_map(|item| meaning(item, None)).collect(),
        None => meaning(&root, Some(stem)).into_iter().collect(),
    }
}

fn meaning(node: &Node, stem: Option<&str>) -> Option<Meaning> {
    let written = node.get("id").filter(|id| !matches!(id.kind, Kind::Null(_)));
    let id = match written {
        Some(id) => id.as_str().map_or_else(|| id.to_json().to_string(), str::to_string),
        None => stem?.to_string(),
    };
    Some(Meaning {
        id,
        operations: checksum_of(node.get("operations")),
        reverse: checksum_of(node.get("reverse")),
    })
}

fn checksum_of(list: Option<&Node>) -> String {
    match list.map(|node| (node, &node.kind)) {
        Some((_, Kind::Seq(items))) => {
            // Those that cannot be read mean nothing yet.
            let operations: Vec<Operation> = items.iter().filter_map(|item| document::decode(item).ok()).collect();
            checksum(&operations.iter().collect::<Vec<_>>(), &Default::default())
        }
        Some((node, _)) => super::sha256_hex(node.to_json().to_string().as_bytes()),
        None => String::new(),
    }
}
