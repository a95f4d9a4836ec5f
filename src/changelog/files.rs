//! The folder that a changelog may read from: nothing outside it is ever opened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::KeptFile;
use super::checksum::hex;
use crate::document::{LARGEST_TEXT, inside, open_below};
use crate::liquibase::Files;
use crate::model::LoadFormat;
use crate::operation::NamedFile;
use crate::render::{CsvReader, ReadError, Record, first_names};

/// The root of a changelog, and how its files are called in messages.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// What a changelog may not write over, beside its own files.
    kept: Vec<KeptFile>,
    /// Files as they would be; `None` where there would be none.
    instead: Arc<BTreeMap<String, Option<Arc<str>>>>,
    /// The folders that paths of a Liquibase changelog are meant from.
    search_path: Vec<String>,
}

/// The folder below which stand the originals of what was squashed.
pub const SQUASHED: &str = "squashed";

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        let root: PathBuf = root.into();
        Folder {
            root: if root.as_os_str().is_empty() { ".".into() } else { root },
            kept: Vec::new(),
            instead: Arc::default(),
            search_path: Vec::new(),
        }
    }

    /// The same with other files in it, by their paths below the root; `None` where there are none.
    pub fn with_files(mut self, files: BTreeMap<String, Option<Arc<str>>>) -> Folder {
        self.instead = Arc::new(files);
        self
    }

    /// The same, with folders that paths of a Liquibase changelog are meant from.
    pub fn searching(mut self, search_path: Vec<String>) -> Folder {
        self.search_path = search_path;
        self
    }

    pub(super) fn search_path(&self) -> &[String] {
        &self.search_path
    }

    /// Whether a path is that of a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        self.on_disk(path).is_dir() || self.instead_below(path).next().is_some()
    }

    pub fn is_there(&self, path: &str) -> bool {
        match self.instead.get(path) {
            Some(text) => text.is_some(),
            None => self.on_disk(path).exists() || self.is_folder(path),
        }
    }

    /// The files that would be in a folder or below it, by the rest of their paths.
    fn instead_below<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> {
        let start = match path.trim_end_matches('/') {
            "" => String::new(),
            path => format!("{path}/"),
        };
        let there = self.instead.iter().filter(|(_, text)| text.is_some());
        there.filter_map(move |(file, _)| file.strip_prefix(&start))
    }

    /// The same, with files that a changelog may not write over.
    pub fn keeping(mut self, files: impl IntoIterator<Item = KeptFile>) -> Folder {
        self.kept.extend(files);
        self
    }

    pub(super) fn kept(&self) -> &[KeptFile] {
        &self.kept
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path on disk of a path below the root.
    pub fn on_disk(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// How a file is called in messages: as a person in the current folder would call it.
    pub fn display(&self, path: &str) -> String {
        match self.root.as_os_str().to_str() {
            Some(".") => path.to_string(),
            _ => self.root.join(path).display().to_string(),
        }
    }

    /// The path below the root that a path written in a file means, or why there is none.
    pub fn resolve(&self, from: &str, written: &str) -> Result<String, String> {
        if written.contains('\0') {
            return Err("a path cannot hold a NUL".into());
        }
        let base = Path::new(from).parent().unwrap_or(Path::new(""));
        let mut parts: Vec<String> = Vec::new();
        for component in base.join(written).components() {
            match component {
                Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
                Component::CurDir => {}
                Component::ParentDir => {
                    if parts.pop().is_none() {
                        return Err(format!("`{written}` climbs out of the changelog's folder"));
                    }
                }
                Component::RootDir | Component::Prefix(_) => {
                    return Err(format!(
                        "`{written}` is absolute: paths are relative to the file that names them"
                    ));
                }
            }
        }
        let path = parts.join("/");
        self.check_links(&path, written)?;
        Ok(path)
    }

    /// A link may point anywhere below the root, not out of it.
    fn check_links(&self, path: &str, written: &str) -> Result<(), String> {
        match inside(&self.root, &self.on_disk(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::Other => {
                Err(format!("`{written}` leads out of the changelog's folder by a link"))
            }
            _ => Ok(()),
        }
    }

    /// What a path is, by whichever links it is reached.
    pub fn real(&self, path: &str) -> PathBuf {
        let on_disk = self.on_disk(path);
        on_disk.canonicalize().unwrap_or(on_disk)
    }

    /// A whole file as text, or why it cannot be had.
    pub fn read(&self, path: &str) -> Result<Arc<str>, String> {
        match self.instead.get(path) {
            Some(Some(text)) => return Ok(text.clone()),
            Some(None) => return Err(format!("cannot read `{}`: there is no such file", self.display(path))),
            None => {}
        }
        self.text(path, open_below(&self.root, path))
    }

    /// The changelog's first file. Who runs driftless names it, not a changelog: it may be a pipe, or stand anywhere.
    pub(super) fn read_first(&self, path: &str) -> Result<Arc<str>, String> {
        if self.instead.contains_key(path) {
            return self.read(path);
        }
        self.text(path, File::open(self.on_disk(path)))
    }

    fn text(&self, path: &str, file: std::io::Result<File>) -> Result<Arc<str>, String> {
        let shown = self.display(path);
        let mut bytes = Vec::new();
        file.and_then(|file| file.take(LARGEST_TEXT + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("cannot read `{shown}`: {}", reason(&error)))?;
        if bytes.len() as u64 > LARGEST_TEXT {
            return Err(format!("`{shown}` is larger than {} MiB", LARGEST_TEXT / 1024 / 1024));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(error) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
                Err(format!("`{shown}` is not UTF-8 (line {line})"))
            }
        }
    }

    /// A file that an operation names: its hash, and its text where it is SQL. A file of rows has a format and a delimiter.
    pub fn named(&self, path: &str, rows: Option<(LoadFormat, char)>) -> Result<NamedFile, String> {
        let shown = self.display(path);
        let failed = |error: std::io::Error| format!("cannot read `{shown}`: {}", reason(&error));
        let open = || -> Result<Box<dyn Read>, String> {
            match self.instead.contains_key(path) {
                true => Ok(Box::new(std::io::Cursor::new(self.read(path)?.as_bytes().to_vec()))),
                false => Ok(Box::new(open_below(&self.root, path).map_err(failed)?)),
            }
        };
        let Some((format, delimiter)) = rows else {
            let text = self.read(path)?;
            let normal = text.replace("\r\n", "\n");
            return Ok(NamedFile {
                path: path.to_string(),
                sha256: super::sha256_hex(normal.as_bytes()),
                text: Some(text),
                header: None,
            });
        };
        let first = match format {
            LoadFormat::Csv => first_record(BufReader::new(open()?), delimiter),
            LoadFormat::JsonLines => first_names(BufReader::new(open()?)),
        };
        let header = first.map_err(|error| format!("`{shown}` {} (line {})", error.message, error.line))?;
        Ok(NamedFile {
            path: path.to_string(),
            sha256: hash_lines(BufReader::new(open()?)).map_err(failed)?,
            text: None,
            header,
        })
    }

    /// The changelog files of a folder, in the order of their names.
    pub fn list(&self, path: &str, recursive: bool) -> Result<Vec<String>, String> {
        self.list_once(path, recursive, &mut BTreeSet::from([self.real(path)]))
    }

    /// As [`Folder::list`]; links must not lead through a folder again and again.
    fn list_once(&self, path: &str, recursive: bool, seen: &mut BTreeSet<PathBuf>) -> Result<Vec<String>, String> {
        let shown = self.display(path);
        let mut names: Vec<(String, bool)> = Vec::new();
        match std::fs::read_dir(self.on_disk(path)) {
            Err(_) if self.is_folder(path) => {}
            entries => {
                for entry in entries.map_err(|error| format!("cannot read `{shown}`: {}", reason(&error)))? {
                    let entry = entry.map_err(|error| format!("cannot read `{shown}`: {}", reason(&error)))?;
                    let is_folder = entry.path().is_dir();
                    names.push((entry.file_name().to_string_lossy().into_owned(), is_folder));
                }
            }
        }
        names.extend(self.instead_below(path).map(|rest| match rest.split_once('/') {
            Some((folder, _)) => (folder.to_string(), true),
            None => (rest.to_string(), false),
        }));
        names.sort();
        names.dedup();
        let mut files = Vec::new();
        for (name, is_folder) in names {
            if name.starts_with('.') {
                continue;
            }
            let below = match path.trim_end_matches('/') {
                "" => name.clone(),
                path => format!("{path}/{name}"),
            };
            if is_folder && name == SQUASHED {
                continue;
            }
            if is_folder && recursive {
                self.check_links(&below, &below)?;
                if !seen.insert(self.real(&below)) {
                    let shown = self.display(&below);
                    return Err(format!(
                        "`{shown}` leads by a link to a folder that is in the list already"
                    ));
                }
                files.extend(self.list_once(&below, true, seen)?);
            } else if !is_folder
                && [".yaml", ".yml", ".json"]
                    .iter()
                    .any(|extension| name.ends_with(extension))
                && self.instead.get(&below).is_none_or(Option::is_some)
            {
                files.push(below);
            }
        }
        Ok(files)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Arc<str>, String> {
        Folder::read(self, path)
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let shown = self.display(path);
        let mut bytes = Vec::new();
        let read = open_below(&self.root, path).and_then(|file| file.take(LARGEST_TEXT + 1).read_to_end(&mut bytes));
        read.map_err(|error| format!("cannot read `{shown}`: {}", reason(&error)))?;
        match bytes.len() as u64 > LARGEST_TEXT {
            true => Err(format!("`{shown}` is larger than {} MiB", LARGEST_TEXT / 1024 / 1024)),
            false => Ok(bytes),
        }
    }

    fn is_there(&self, path: &str) -> bool {
        match self.instead.get(path) {
            Some(text) => text.is_some(),
            None => self.resolve("", path).is_ok() && self.on_disk(path).is_file(),
        }
    }

    fn below(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        if self.resolve("", folder).is_ok() {
            self.all_below(folder, &mut BTreeSet::from([self.real(folder)]), &mut found);
        }
        found
    }

    fn shown(&self, path: &str) -> String {
        self.display(path)
    }
}

impl Folder {
    /// All files in a folder and below it, hidden ones too: Liquibase takes them.
    fn all_below(&self, folder: &str, seen: &mut BTreeSet<PathBuf>, found: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(self.on_disk(folder)) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let below = match folder {
                "" => name.clone(),
                folder => format!("{folder}/{name}"),
            };
            if name == ".git" || self.resolve("", &below).is_err() {
                continue;
            }
            match self.on_disk(&below).is_dir() {
                false => found.push(below),
                true if seen.insert(self.real(&below)) => self.all_below(&below, seen, found),
                true => {}
            }
        }
    }
}

/// What went wrong, without the number that Rust adds.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    }
}

/// The fields of the first record of a CSV file; `None` where there is none.
fn first_record(input: impl BufRead, delimiter: char) -> Result<Option<Vec<String>>, ReadError> {
    let mut record = Record::default();
    if !CsvReader::new(input, delimiter).next_record(&mut record)? {
        return Ok(None);
    }
    let fields = (0..record.count()).filter_map(|at| record.get(at));
    Ok(Some(fields.map(|(text, _)| text.to_string()).collect()))
}

/// SHA-256 of a file with `\r\n` read as `\n`; memory holds one line.
fn hash_lines(mut reader: impl BufRead) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let read = reader.by_ref().take(1 << 20).read_until(b'\n', &mut buffer)?;
        if read == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        if buffer.ends_with(b"\r\n") {
            buffer.truncate(buffer.len() - 2);
            buffer.push(b'\n');
        }
        hasher.update(&buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        let folder = Folder::new("");
        assert_eq!(folder.resolve("a/b.yaml", "../c.csv"), Ok("c.csv".into()));
        assert!(
            folder
                .resolve("a/b.yaml", "../../c.csv")
                .unwrap_err()
                .contains("climbs")
        );
        assert!(
            folder
                .resolve("b.yaml", "/etc/passwd")
                .unwrap_err()
                .contains("absolute")
        );
    }

    #[test]
    fn line_endings_do_not_count_in_a_hash() {
        assert_eq!(hash_lines(&b"a\r\nb"[..]).unwrap(), hash_lines(&b"a\nb"[..]).unwrap());
    }
}
