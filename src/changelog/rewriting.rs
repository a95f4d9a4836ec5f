//! Files of a changelog as they are after squashing: new changesets in the place of those that they replace, and those in
//! a folder beside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::list_text::List;
use super::{Changeset, Folder, SQUASHED};
use crate::diagnostic::Sources;
use crate::document::{Limits, Node, parse, shortest};

/// Where a new changeset stands, and where those that it replaces go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub originals: Vec<String>,
    /// Its file.
    pub file: String,
    /// The folder below which the originals' paths begin; empty or with a slash at its end.
    base: String,
    /// The folder that they go to, without a slash at its end.
    pub folder: String,
    /// What its file says.
    pub text: String,
}

/// What becomes of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewriting {
    /// The files that are written, by their paths below the root, and those that are no more.
    pub files: BTreeMap<String, Option<Arc<str>>>,
    /// The files that go elsewhere as they are.
    pub moved: Vec<(String, String)>,
}

impl New {
    /// A place for what replaces some changesets; `taken` are names that others have.
    pub fn place(folder: &Folder, id: &str, originals: &[Arc<Changeset>], taken: &mut BTreeSet<String>) -> New {
        let first = originals.first().map(|first| first.file.as_str()).unwrap_or_default();
        let (home, name) = split(first);
        let stem = match is_alone(folder, first) {
            true => {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                format!("{}_squashed", stem.strip_suffix("_squashed").unwrap_or(stem))
            }
            false => id
                .chars()
                .map(|c| {
                    if c.is_alphanumeric() || "_-.".contains(c) {
                        c
                    } else {
                        '_'
                    }
                })
                .collect(),
        };
        let folders = originals.iter().map(|changeset| split(&changeset.file).0);
        let base = folders.fold(home.to_string(), |base, other| common(&base, other).to_string());
        let numbers = std::iter::once(String::new()).chain((2..).map(|number| format!("_{number}")));
        let mut free = numbers.map(|number| format!("{stem}{number}")).filter(|stem| {
            let file = format!("{home}{stem}.yaml");
            let into = format!("{base}{SQUASHED}/{stem}");
            !folder.is_there(&file) && !folder.is_there(&into) && !taken.contains(&file) && !taken.contains(&into)
        });
        let stem = free.next().unwrap_or(stem.clone());
        let new = New {
            originals: originals.iter().map(|changeset| changeset.id.clone()).collect(),
            file: format!("{home}{stem}.yaml"),
            folder: format!("{base}{SQUASHED}/{stem}"),
            base,
            text: String::new(),
        };
        taken.extend([new.file.clone(), new.folder.clone()]);
        new
    }

    /// A path as it is written in the new file.
    pub fn written(&self, path: &str) -> String {
        relative(split(&self.file).0, path)
    }
}

/// The files of a changelog with new changesets in the place of others, or why it cannot be written so.
pub fn rewritten(
    folder: &Folder,
    first: &str,
    changesets: &[Arc<Changeset>],
    news: &[New],
) -> Result<Rewriting, String> {
    let mut rewriter = Rewriter {
        folder,
        lists: BTreeMap::new(),
        includes: BTreeMap::new(),
        by_folder: BTreeSet::new(),
        rewriting: Rewriting::default(),
    };
    rewriter.read(first, &mut BTreeSet::new())?;
    for new in news {
        rewriter.replace(changesets, new)?;
    }
    for (file, list) in std::mem::take(&mut rewriter.lists) {
        if !list.instead.is_empty() {
            let text = list.rewritten(&file)?;
            rewriter.rewriting.files.insert(file, Some(text.into()));
        }
    }
    Ok(rewriter.rewriting)
}

struct Rewriter<'a> {
    folder: &'a Folder,
    lists: BTreeMap<String, List>,
    /// For each file that is included by its name, the list and the item that do.
    includes: BTreeMap<String, (String, usize)>,
    /// The files that are taken with their folder: any file beside them would be, too.
    by_folder: BTreeSet<String>,
    rewriting: Rewriting,
}

impl Rewriter<'_> {
    /// Reads the lists of a changelog, from a file on.
    fn read(&mut self, file: &str, seen: &mut BTreeSet<String>) -> Result<(), String> {
        if !seen.insert(file.to_string()) {
            return Ok(());
        }
        let text = match self.folder.read(file) {
            Ok(text) => text,
            Err(_) => self.folder.read_first(file)?,
        };
        let Some(root) = tree(&text) else {
            return Ok(());
        };
        let Some(list) = root.get("changesets") else {
            return Ok(());
        };
        for (at, item) in list.items().iter().enumerate() {
            let Some(written) = item.get("include").and_then(Node::as_str) else {
                continue;
            };
            let path = self.folder.resolve(file, written)?;
            if !self.folder.is_folder(&path) {
                self.includes.insert(path.clone(), (file.to_string(), at));
                self.read(&path, seen)?;
                continue;
            }
            let recursive = item
                .get("recursive")
                .is_some_and(|node| node.to_json() == serde_json::json!(true));
            for below in self.folder.list(&path, recursive)? {
                self.by_folder.insert(below.clone());
                self.read(&below, seen)?;
            }
        }
        let list = List {
            text,
            root,
            instead: BTreeMap::new(),
        };
        self.lists.insert(file.to_string(), list);
        Ok(())
    }

    fn replace(&mut self, changesets: &[Arc<Changeset>], new: &New) -> Result<(), String> {
        let mut cut: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut is_inside = false;
        for (place, id) in new.originals.iter().enumerate() {
            let Some(changeset) = changesets.iter().find(|changeset| changeset.id == *id) else {
                continue;
            };
            let include = |list: &str| format!("include: {}\n", shortest(&relative(split(list).0, &new.file), false));
            let file = changeset.file.as_str();
            if let Some(list) = self.lists.get_mut(file) {
                let at = list
                    .item(id)
                    .ok_or_else(|| format!("`{id}` is not found in `{file}`"))?;
                let item = match self.by_folder.contains(file) {
                    true => new.text.clone(),
                    false => include(file),
                };
                is_inside |= place == 0 && self.by_folder.contains(file);
                list.instead.insert(at, (place == 0).then_some(item));
                cut.entry(file.to_string()).or_default().push(at);
                continue;
            }
            if let Some((by, at)) = self.includes.get(file).cloned()
                && let Some(list) = self.lists.get_mut(&by)
            {
                list.instead.insert(at, (place == 0).then(|| include(&by)));
            }
            let into = format!("{}/{}", new.folder, file.strip_prefix(&new.base).unwrap_or(file));
            let text = self.folder.read(file)?;
            self.rewriting.files.insert(file.to_string(), None);
            self.rewriting.files.insert(into.clone(), Some(text));
            self.rewriting.moved.push((file.to_string(), into));
        }
        for (file, items) in cut {
            let list = &self.lists[&file];
            let into = format!("{}/{}", new.folder, file.strip_prefix(&new.base).unwrap_or(&file));
            let text = list.cut(&file, &items)?;
            self.rewriting.files.insert(into, Some(text.into()));
        }
        if !is_inside {
            let text: Arc<str> = new.text.as_str().into();
            self.rewriting.files.insert(new.file.clone(), Some(text));
        }
        Ok(())
    }
}

fn tree(text: &Arc<str>) -> Option<Node> {
    let mut sources = Sources::default();
    let id = sources.add("", text.clone());
    parse(id, &sources, Limits::default()).ok()
}

/// Whether a file is one changeset by itself.
fn is_alone(folder: &Folder, file: &str) -> bool {
    let root = folder.read(file).ok().and_then(|text| tree(&text));
    root.is_some_and(|root| root.get("changesets").is_none())
}

/// A path's folder, with a slash at its end unless it is the root, and its name.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// The deepest folder that holds both.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.split_inclusive('/').zip(other.split_inclusive('/'));
    let length: usize = same.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    &one[..length]
}

/// How a path below the root is written in a file of a folder.
fn relative(from: &str, path: &str) -> String {
    let shared = common(from, split(path).0);
    let up = from[shared.len()..].matches('/').count();
    format!("{}{}", "../".repeat(up), &path[shared.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_from_where_it_is_named() {
        assert_eq!(relative("", "a.yaml"), "a.yaml");
        assert_eq!(relative("a/", "a/b.yaml"), "b.yaml");
        assert_eq!(relative("a/b/", "a/squashed/x"), "../squashed/x");
        assert_eq!(relative("ab/", "a/x"), "../a/x");
    }
}
