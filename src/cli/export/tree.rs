//! The files of a changelog as they include each other.

use crate::changelog::{Changelog, Folder};
use crate::document::{Limits, Node, parse};

/// A file with what stands in it, in order.
pub(super) struct File {
    /// Below the root.
    pub path: String,
    pub items: Vec<Item>,
}

pub(super) enum Item {
    /// A changeset, by its id.
    Changeset(String),
    /// Another file, by its path below the root.
    Include(String),
}

/// All files, the first one first, each behind the one that includes it.
pub(super) fn files(changelog: &Changelog, folder: &Folder, first: &str) -> Vec<File> {
    let mut found = Vec::new();
    let read = |path: &str| {
        let source = changelog.source_of(&folder.display(path))?;
        parse(source, &changelog.sources, Limits::default()).ok()
    };
    let mut waiting = vec![(first.to_string(), vec![first.to_string()])];
    while let Some((path, chain)) = waiting.pop() {
        let Some(root) = read(&path) else {
            continue;
        };
        let items = match root.get("changesets") {
            Some(list) => list
                .items()
                .iter()
                .flat_map(|item| items(item, &path, &chain, folder))
                .collect(),
            None if root.get("operations").is_some() => vec![Item::Changeset(id_of(&root, &path))],
            None => Vec::new(),
        };
        for item in items.iter().rev() {
            if let Item::Include(below) = item {
                let mut chain = chain.clone();
                chain.push(below.clone());
                waiting.push((below.clone(), chain));
            }
        }
        found.push(File { path, items });
    }
    found
}

fn items(item: &Node, path: &str, chain: &[String], folder: &Folder) -> Vec<Item> {
    let Some(written) = item.get("include") else {
        return vec![Item::Changeset(id_of(item, path))];
    };
    let Some(below) = written.as_str().and_then(|text| folder.resolve(path, text).ok()) else {
        return Vec::new();
    };
    if !folder.is_folder(&below) {
        return vec![Item::Include(below)];
    }
    let recursive = item.get("recursive").and_then(Node::scalar_text) == Some("true");
    let files = folder.list(&below, recursive).unwrap_or_default();
    let others = files.into_iter().filter(|file| !chain.contains(file));
    others.map(Item::Include).collect()
}

/// The id of a changeset; that of a file which is one is the file's name where it says none.
fn id_of(node: &Node, path: &str) -> String {
    let written = node.get("id").and_then(Node::scalar_text).map(str::to_string);
    written.unwrap_or_else(|| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string()
    })
}
