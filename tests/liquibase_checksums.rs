//! Checksums of Liquibase's changesets are those that Liquibase itself has, whichever format they are written in.

use std::fs;
use std::path::Path;

use driftless::diagnostic::Sources;
use driftless::liquibase::checksum::{WantedFile, checksum_of};
use driftless::liquibase::{Element, read};

fn folder() -> std::path::PathBuf {
    match std::env::var_os("DRIFTLESS_LIQUIBASE_CHECKSUMS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/liquibase/checksums"),
    }
}

fn sums(folder: &Path, name: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let text = fs::read_to_string(folder.join(name)).expect(name);
    let source = sources.add(name, text);
    let root = match read(source, &sources) {
        Ok(root) => root,
        Err(told) => return vec![format!("{name}\t\t\tERR {}", told[0].message)],
    };
    let mut files = |wanted: &WantedFile| {
        let bytes = fs::read(folder.join(wanted.path)).ok()?;
        // One changelog has a property.
        match wanted.is_expanded && name == "layout.yaml" {
            true => Some(String::from_utf8(bytes).ok()?.replace("${unused}", "x").into_bytes()),
            false => Some(bytes),
        }
    };
    let changesets = root.children.iter().filter(|child| child.name == "changeSet");
    let line = |changeset: &Element, sum: &str| {
        let said = |name| changeset.text_of(name).unwrap_or_default().to_string();
        format!("{name}\t{}\t{}\t{sum}", said("author"), said("id"))
    };
    changesets
        .map(|changeset| match checksum_of(changeset, &mut files) {
            Ok(sum) => line(changeset, &sum),
            Err(why) => line(changeset, &format!("ERR {why:?}")),
        })
        .collect()
}

/// `sums.tsv` was written by Liquibase 4.28.1: file, author, id and checksum of each changeset.
#[test]
fn checksums_are_those_of_liquibase() {
    let folder = folder();
    let expected = fs::read_to_string(folder.join("sums.tsv")).expect("sums.tsv");
    let expected: Vec<&str> = expected.lines().collect();
    let mut names: Vec<&str> = expected.iter().filter_map(|line| line.split('\t').next()).collect();
    names.dedup();
    let mut wrong = Vec::new();
    for name in &names {
        let ours = sums(&folder, name);
        let theirs = expected.iter().filter(|line| line.split('\t').next() == Some(name));
        let theirs: Vec<&str> = theirs.copied().collect();
        if ours.len() != theirs.len() {
            wrong.push(format!(
                "{name}: {} changesets, not {}: {}",
                ours.len(),
                theirs.len(),
                ours[0]
            ));
            continue;
        }
        for (ours, theirs) in ours.iter().zip(theirs) {
            let both_fail = ours.contains("\tERR") && theirs.contains("\tERR");
            if ours != theirs && !both_fail {
                wrong.push(format!("{ours}\n    Liquibase: {theirs}"));
            }
        }
    }
    assert!(expected.len() > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
}
