//! The layers: a module uses only what stands left of it, and what one layer alone may know stays there.

use std::path::{Path, PathBuf};

/// From left to right; each uses only those before it.
const LAYERS: [&str; 12] = [
    "diagnostic",
    "document",
    "dialect",
    "model",
    "render",
    "operation",
    "liquibase",
    "changelog",
    "plan",
    "database",
    "executor",
    "cli",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

/// The lines of a layer's files that are not comments, with their files.
fn lines(layer: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files(&source().join(layer)) {
        let text = std::fs::read_to_string(&path).expect("a source file");
        let name = path.strip_prefix(source()).expect("below src").display().to_string();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.extend(code.map(|line| (name.clone(), line.to_string())));
    }
    found
}

#[test]
fn every_folder_is_a_layer() {
    let mut folders: Vec<String> = std::fs::read_dir(source())
        .expect("src")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut layers = LAYERS.map(str::to_string).to_vec();
    layers.sort();
    assert_eq!(folders, layers);
}

#[test]
fn a_layer_uses_only_those_left_of_it() {
    let mut wrong = Vec::new();
    for (at, layer) in LAYERS.iter().enumerate() {
        for (file, line) in lines(layer) {
            for right in &LAYERS[at + 1..] {
                if line.contains(&format!("crate::{right}::")) || line.contains(&format!("crate::{right};")) {
                    wrong.push(format!("{file} uses {right}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A word that goes on is another one: `sqlxml`.
fn has_word(text: &str, word: &str) -> bool {
    let goes_on = |rest: &str| word.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| !goes_on(&text[at + word.len()..]))
}

#[test]
fn what_one_layer_knows_stays_there() {
    let mut wrong = Vec::new();
    for (word, may) in [
        ("granit_parser", &["document"][..]),
        ("jsonschema", &["document"]),
        ("roxmltree", &["liquibase"]),
        ("sqlx", &["database"]),
        ("async fn", &["database", "executor", "cli"]),
        ("println!", &[]),
        ("print!(", &[]),
        ("anstream", &["cli"]),
        ("clap", &["cli"]),
        ("todo!", &[]),
        ("unimplemented!", &[]),
        ("dbg!", &[]),
    ] {
        for layer in LAYERS.iter().filter(|layer| !may.contains(layer)) {
            for (file, line) in lines(layer) {
                let in_words = line
                    .split(|c: char| !c.is_alphanumeric() && !"_!( ".contains(c))
                    .any(|part| has_word(part, word));
                if in_words {
                    wrong.push(format!("{file} has {word}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
