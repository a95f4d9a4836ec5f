//! The files of a Liquibase changelog: where they are looked for, and what Liquibase calls them.

use std::sync::Arc;

/// Where files are read from: paths are below one root.
pub trait Files {
    /// A whole file as text, or why it cannot be had.
    fn read(&self, path: &str) -> Result<Arc<str>, String>;
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String>;
    fn is_there(&self, path: &str) -> bool;
    /// All files in a folder and below it.
    fn below(&self, folder: &str) -> Vec<String>;
    /// How a file is called in messages.
    fn shown(&self, path: &str) -> String;
}

/// The folders that paths of a changelog are looked for in, nearest first.
#[derive(Debug, Clone, Default)]
pub(super) struct SearchPath {
    folders: Vec<String>,
    /// The one that files were found in.
    found: Option<String>,
}

impl SearchPath {
    /// Those that are given; else the root, and each folder above the first file, which may be the root of a class path.
    pub fn new(given: &[String], first: &str) -> SearchPath {
        if !given.is_empty() {
            let folders = given.iter().map(|folder| as_start(&normalized(folder)));
            return SearchPath {
                folders: folders.collect(),
                found: None,
            };
        }
        let mut folders = vec![String::new()];
        let mut at = first.rfind('/');
        while let Some(end) = at {
            folders.push(first[..=end].to_string());
            at = first[..end].rfind('/');
        }
        SearchPath { folders, found: None }
    }

    /// Where a path is on disk, below the root.
    pub fn locate(&mut self, path: &str, files: &dyn Files) -> Option<String> {
        self.find(path, |path| files.is_there(path))
    }

    /// Where a folder is on disk, with what is below it.
    pub fn locate_folder(&mut self, path: &str, files: &dyn Files) -> Option<(String, Vec<String>)> {
        let folder = self.find(path, |path| !files.below(path).is_empty())?;
        let below = files.below(&folder);
        Some((folder, below))
    }

    fn find(&mut self, path: &str, is_there: impl Fn(&str) -> bool) -> Option<String> {
        let path = normalized(path);
        let known = self.found.iter().chain(&self.folders);
        let folder = known.into_iter().find(|folder| is_there(&format!("{folder}{path}")))?;
        let folder = folder.clone();
        let found = format!("{folder}{path}");
        self.found.get_or_insert(folder);
        Some(found)
    }

    /// What Liquibase calls a file: its path from the folder that files are found in.
    pub fn called(&self, on_disk: &str) -> String {
        let folder = self.found.as_deref().or(self.folders.first().map(String::as_str));
        let below = folder.and_then(|folder| on_disk.strip_prefix(folder));
        below.unwrap_or(on_disk).to_string()
    }
}

fn as_start(folder: &str) -> String {
    match folder.is_empty() {
        true => String::new(),
        false => format!("{folder}/"),
    }
}

/// A path as Liquibase compares it: without `classpath:`, drive, `./` and a slash before it.
pub(super) fn normalized(path: &str) -> String {
    let path = path.strip_prefix("classpath:").unwrap_or(path).replace('\\', "/");
    let path = match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => &path[2..],
        _ => path.as_str(),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path that is written in a file, where it is meant from that file.
pub(super) fn beside(file: &str, written: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) => normalized(&format!("{folder}/{written}")),
        None => normalized(written),
    }
}

/// A path as it is written in a file, from that file; the other way of [`beside`].
pub fn relative(file: &str, path: &str) -> String {
    let from: Vec<&str> = file.split('/').collect();
    let to: Vec<&str> = path.split('/').collect();
    let folders = &from[..from.len() - 1];
    let same = folders
        .iter()
        .zip(&to[..to.len() - 1])
        .take_while(|(one, other)| one == other)
        .count();
    let up = folders.len() - same;
    let parts: Vec<&str> = std::iter::repeat_n("..", up)
        .chain(to[same..].iter().copied())
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_without_what_does_not_count() {
        for path in [
            "classpath:a/b.xml",
            "/a/b.xml",
            "a\\b.xml",
            "./a/./b.xml",
            "a/c/../b.xml",
            "C:\\a\\b.xml",
        ] {
            assert_eq!(normalized(path), "a/b.xml", "{path}");
        }
        assert_eq!(beside("db/master.xml", "../x/a.xml"), "x/a.xml");
        assert_eq!(beside("master.xml", "a.xml"), "a.xml");
        assert_eq!(normalized("../a.xml"), "../a.xml");
    }

    #[test]
    fn a_path_leads_from_file_to_file() {
        assert_eq!(relative("db/master.xml", "db/changes/a.xml"), "changes/a.xml");
        assert_eq!(relative("db/a/b.xml", "data/c.csv"), "../../data/c.csv");
        assert_eq!(relative("a.xml", "b.xml"), "b.xml");
    }
}
