//! Files of a changelog as they are after squashing: new changesets in the place of those that they replace, and those in
//! a folder beside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Changeset, Folder, SQUASHED};
use crate::diagnostic::Sources;
use crate::document::{Limits, Node, parse};

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

/// A list that stands in a file, with what is done to its items.
struct List {
    text: Arc<str>,
    root: Node,
    /// For each item what takes its place; items that stay are not among them.
    instead: BTreeMap<usize, Option<String>>,
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
            let include = |list: &str| format!("include: {}\n", relative(split(list).0, &new.file));
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

impl List {
    fn items(&self) -> &[Node] {
        self.root.get("changesets").map_or(&[], Node::items)
    }

    fn item(&self, id: &str) -> Option<usize> {
        let mut items = self.items().iter();
        items.position(|item| item.get("id").and_then(Node::scalar_text) == Some(id))
    }

    /// The lines of an item, with the comments right before it; and how far it is indented.
    fn lines(&self, file: &str, at: usize) -> Result<(usize, usize, usize), String> {
        let (start, indent) = self.start(file, at)?;
        let end = match at + 1 < self.items().len() {
            true => self.start(file, at + 1)?.0,
            false => self.end(),
        };
        Ok((start, end, indent))
    }

    fn start(&self, file: &str, at: usize) -> Result<(usize, usize), String> {
        let span = self.items()[at].span.start as usize;
        let line = self.text[..span].rfind('\n').map_or(0, |found| found + 1);
        let before = &self.text[line..span];
        if before.trim() != "-" || file.ends_with(".json") {
            return Err(format!(
                "the changesets of `{file}` do not stand in a block list of YAML, out of which they can be taken"
            ));
        }
        let indent = before.len() - before.trim_start().len();
        Ok((self.with_comments(line), indent))
    }

    /// The start of the comments that stand right before a line.
    fn with_comments(&self, mut line: usize) -> usize {
        while line > 0 {
            let before = self.text[..line - 1].rfind('\n').map_or(0, |found| found + 1);
            if !self.text[before..line].trim_start().starts_with('#') {
                break;
            }
            line = before;
        }
        line
    }

    /// Where the list ends: before the next key, or at the end.
    fn end(&self) -> usize {
        let from = self.root.entry("changesets").map_or(0, |entry| entry.key_span.start);
        let later = self.root.entries().iter().map(|entry| entry.key_span.start);
        match later.filter(|start| *start > from).min() {
            Some(start) => self.with_comments(start as usize),
            None => self.text.len(),
        }
    }

    /// A file with some of the items, and the parameters that they see.
    fn cut(&self, file: &str, items: &[usize]) -> Result<String, String> {
        let mut text = String::new();
        if let Some(params) = self.root.entry("params") {
            let start = params.key_span.start;
            let later = self.root.entries().iter().map(|entry| entry.key_span.start);
            let end = later.filter(|other| *other > start).min();
            let end = end.map_or(self.text.len(), |end| self.with_comments(end as usize));
            text += &with_end(&self.text[start as usize..end]);
        }
        text += "changesets:\n";
        for at in items {
            let (start, end, _) = self.lines(file, *at)?;
            text += &with_end(&self.text[start..end]);
        }
        Ok(text)
    }

    fn rewritten(&self, file: &str) -> Result<String, String> {
        let mut text = self.text.to_string();
        for (at, instead) in self.instead.iter().rev() {
            let (start, end, indent) = self.lines(file, *at)?;
            let item = instead.as_ref().map(|item| as_item(item, indent));
            text.replace_range(start..end, item.as_deref().unwrap_or_default());
        }
        let left = self.items().len() - self.instead.values().filter(|instead| instead.is_none()).count();
        if left == 0 {
            let (start, _, indent) = self.lines(file, 0)?;
            text.insert_str(start, &format!("{}[]\n", " ".repeat(indent.max(2))));
        }
        Ok(text)
    }
}

/// A map as an item of a list.
fn as_item(map: &str, indent: usize) -> String {
    let spaces = " ".repeat(indent);
    let lines = map.lines().enumerate().map(|(at, line)| match (at, line) {
        (0, line) => format!("{spaces}- {line}\n"),
        (_, "") => "\n".to_string(),
        (_, line) => format!("{spaces}  {line}\n"),
    });
    lines.collect()
}

fn with_end(text: &str) -> String {
    format!("{}\n", text.trim_end_matches('\n'))
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
