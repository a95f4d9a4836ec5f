//! Test pages: Markdown whose code blocks are a changelog, its files, and what has to come of them.

#![allow(dead_code)] // Each test takes its own part of this.

use std::path::{Path, PathBuf};

use driftless::changelog::{Changelog, Folder, gather};
use tempfile::TempDir;

/// The variable that makes the tests write what they find instead of comparing it.
const BLESS: &str = "DRIFTLESS_BLESS";

/// One page of `tests/<folder>/`.
#[derive(Debug, Clone)]
pub struct Page {
    /// `operations/create_table`, as failures call it.
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// A code block: what stands behind its opening fence, and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    pub info: &'a str,
    pub text: &'a str,
    /// Where the content stands in the page.
    start: usize,
}

/// All pages of a folder below `tests/`, in the order of their names.
pub fn pages(folder: &str) -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths.into_iter().map(|path| Page::read(folder, path)).collect()
}

impl Page {
    fn read(folder: &str, path: PathBuf) -> Page {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{folder}/{stem}");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Page { name, path, text }
    }

    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            match (open, line.strip_prefix("```")) {
                (None, Some(info)) => open = Some((info.trim(), at + line.len())),
                (Some((info, start)), Some(_)) => {
                    let text = &self.text[start..at];
                    blocks.push(Block { info, text, start });
                    open = None;
                }
                _ => {}
            }
            at += line.len();
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name);
        blocks
    }

    /// The text of the block of this kind, which has to be there.
    pub fn block(&self, info: &str) -> Block<'_> {
        let found = self.blocks().into_iter().find(|block| block.info == info);
        found.unwrap_or_else(|| panic!("{}: there is no block `{info}`", self.name))
    }

    /// The files of the page: `changelog.yaml`, and each block whose fence says `file=…` (`hex` is bytes).
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![(
            "changelog.yaml".to_string(),
            self.block("yaml").text.as_bytes().to_vec(),
        )];
        for block in self.blocks() {
            if let Some((kind, name)) = block.info.split_once(" file=") {
                let content = match kind {
                    "hex" => self.bytes(block.text),
                    _ => block.text.as_bytes().to_vec(),
                };
                files.push((name.to_string(), content));
            }
        }
        files
    }

    fn bytes(&self, hex: &str) -> Vec<u8> {
        let digits = hex.split_whitespace();
        let bytes = digits.map(|byte| u8::from_str_radix(byte, 16));
        bytes
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// A folder with the files of the page.
    pub fn folder(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder for a while");
        for (name, content) in self.files() {
            let path = folder.path().join(&name);
            let parent = path.parent().expect("a file stands in a folder");
            let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, content));
            written.unwrap_or_else(|error| panic!("{}: {name}: {error}", self.name));
        }
        folder
    }

    /// The changelog of the page, gathered from a folder that holds its files.
    pub fn changelog(&self, folder: &TempDir) -> Changelog {
        gather(&Folder::new(folder.path()), "changelog.yaml", Default::default())
    }

    /// Holds blocks against what they should be, or writes it into the page when blessing. Says what differs.
    pub fn hold(&self, wanted: &[(String, String)]) -> Result<(), String> {
        let mut changed = self.clone();
        let mut differences = Vec::new();
        for (info, text) in wanted {
            let text = format!("{}\n", text.trim_end());
            let block = changed.block(info);
            if block.text == text {
                continue;
            }
            differences.push(format!(
                "{}, `{info}`: the page says\n{}\nand it is\n{text}",
                self.name, block.text
            ));
            let (start, end) = (block.start, block.start + block.text.len());
            changed.text.replace_range(start..end, &text);
        }
        if differences.is_empty() {
            return Ok(());
        }
        if !is_blessing() {
            return Err(differences.join("\n"));
        }
        std::fs::write(&self.path, changed.text).map_err(|error| format!("{}: {error}", self.name))
    }
}

pub fn is_blessing() -> bool {
    std::env::var_os(BLESS).is_some_and(|value| value == "1")
}

/// Fails with all that went wrong, each naming its page.
pub fn all_hold(results: impl IntoIterator<Item = Result<(), String>>) {
    let wrong: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        wrong.is_empty(),
        "{}\n\n({BLESS}=1 writes what is found)",
        wrong.join("\n\n")
    );
}
