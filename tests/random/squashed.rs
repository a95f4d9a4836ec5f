//! Changelogs made at random, squashed: the new changesets leave the schema and the rows that those before leave.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use driftless::changelog::{Folder, New, Selection, gather, manner, rewritten};
use driftless::diagnostic::Sources;
use driftless::dialect::Target;
use driftless::document::{Form, format};
use driftless::model::{Catalog, NormalForm};
use driftless::operation::{Context, Resolve, Uncertain, operations_for, things_of};
use driftless::plan::{Part, file_of, replay, squash};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::maker::FILE;
use crate::support::{TestDatabase, write};
use crate::{made, number, same, steps_of_numbers};

/// The files of a made changelog, in a folder.
pub fn put(folder: &Path, changelog: &str) {
    write(folder.join("changelog.yaml"), changelog);
    for line in changelog.lines() {
        if let Some((name, text)) = line.strip_prefix(FILE).and_then(|file| file.split_once(' ')) {
            let text: String = serde_json::from_str(text).expect("the text of a file, in JSON");
            write(folder.join(name), &text);
        }
    }
}

/// Squashes a range of a changelog as a plan. How many operations became how many.
fn as_planned(text: &str, target: &Target, from: usize, to: usize) -> Result<(usize, usize), String> {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), text);
    let folder = Folder::new(folder.path());
    let before = gather(&folder, "changelog.yaml", Default::default());
    let range = &before.changesets[from..to];
    let all = Selection::default();
    let parts = squash(&before, range, std::slice::from_ref(target), &all).map_err(|wrong| format!("{wrong:?}"))?;
    let (mut taken, mut news, mut count) = (BTreeSet::new(), Vec::new(), (0, 0));
    for part in &parts {
        let Part::Folded(folded) = part else {
            continue;
        };
        count.0 += folded
            .originals
            .iter()
            .map(|changeset| changeset.operations.len())
            .sum::<usize>();
        count.1 += folded.operations.len();
        let id = format!("new{}", news.len());
        let mut new = New::place(&folder, &id, &folded.originals, &mut taken);
        new.text = file_of(folded, &id, &new);
        let mut sources = Sources::default();
        let source = sources.add("", new.text.as_str());
        match format(source, &sources, Form::Yaml, &manner()) {
            Ok(formatted) if formatted == new.text => {}
            other => return Err(format!("it is not formatted: {other:?}\n{}", new.text)),
        }
        news.push(new);
    }
    let rewriting = rewritten(&folder, "changelog.yaml", &before.changesets, &news)?;
    let after = gather(
        &folder.clone().with_files(rewriting.files),
        "changelog.yaml",
        Default::default(),
    );
    let texts: Vec<&str> = news.iter().map(|new| new.text.as_str()).collect();
    let texts = texts.join("\n");
    let wrong: Vec<String> = after
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .map(|found| format!("{found:?}"))
        .collect();
    if !wrong.is_empty() {
        return Err(format!("{}\n{texts}", wrong.join("\n")));
    }
    let (one, _) = replay(&before, target, &all);
    let (other, _) = replay(&after, target, &all);
    if let Some(wrong) = other.diagnostics.iter().find(|found| found.is_error()) {
        return Err(format!("{wrong:?}\n{texts}"));
    }
    same(
        &NormalForm::of(&one.catalog),
        &NormalForm::of(&other.catalog),
        "squashed",
    )
    .map_err(|why| format!("{why}\n{texts}"))?;
    Ok(count)
}

#[test]
fn made_changelogs_are_squashed_as_planned() {
    let mut runner = TestRunner::deterministic();
    let (mut before, mut after) = (0, 0);
    for target in ["sqlite:3.46", "postgres:15", "mysql:8.4", "mariadb:10.11"] {
        let target = Target::parse(target).expect("a dialect");
        for round in 0..number("DRIFTLESS_RANDOM_CASES", 25) {
            let numbers = steps_of_numbers().new_tree(&mut runner).expect("numbers").current();
            let made = made(&target, &numbers);
            let count = made.changelog.lines().filter(|line| line.starts_with("  - ")).count();
            let some = (round as usize % count, count - (round as usize / 3) % count);
            let ranges = [(0, count), (some.0.min(some.1), some.0.max(some.1))];
            for (from, to) in ranges {
                let counts = as_planned(&made.changelog, &target, from, to);
                let counts =
                    counts.unwrap_or_else(|why| panic!("{target}, {from} to {to}: {why}\n\n{}", made.changelog));
                before += counts.0;
                after += counts.1;
            }
        }
    }
    assert!(after < before, "{before} operations became {after}");
}

/// What is written for a made schema makes that schema.
#[test]
fn made_schemas_are_written() {
    let mut runner = TestRunner::deterministic();
    for target in ["sqlite:3.46", "postgres:15", "mysql:8.4", "mariadb:10.11"] {
        let target = Target::parse(target).expect("a dialect");
        for _ in 0..number("DRIFTLESS_RANDOM_CASES", 25) {
            let numbers = steps_of_numbers().new_tree(&mut runner).expect("numbers").current();
            let made = made(&target, &numbers);
            let folder = tempfile::tempdir().expect("a folder");
            put(folder.path(), &made.changelog);
            let changelog = gather(&Folder::new(folder.path()), "changelog.yaml", Default::default());
            let (fold, _) = replay(&changelog, &target, &Selection::default());
            let things = things_of(&fold.catalog);
            let written = operations_for(&Catalog::new(target.clone()), &fold.catalog, &things);
            let mut catalog = Catalog::new(target.clone());
            match &written {
                Ok(operations) => {
                    for operation in operations {
                        let files = BTreeMap::new();
                        let mut context = Context::new(&catalog, &files, Uncertain::default());
                        for change in operation.resolve(&mut context) {
                            catalog
                                .apply(&change)
                                .unwrap_or_else(|why| panic!("{target}: {why}: {operation:?}"));
                        }
                    }
                }
                Err(why) => panic!("{target}: {}: {}\n\n{}", why.what, why.why, made.changelog),
            }
            same(&NormalForm::of(&fold.catalog), &NormalForm::of(&catalog), "written")
                .unwrap_or_else(|why| panic!("{target}: {why}\n\n{}", made.changelog));
        }
    }
}

/// The program squashes, and proves it on the engine.
pub fn live(engine: &'static str) {
    let mut runner = TestRunner::deterministic();
    let database = TestDatabase::new(engine);
    database.make_roles();
    let target = database.target();
    for round in 0..number("DRIFTLESS_RANDOM_CASES", 25).div_ceil(5) {
        let numbers = steps_of_numbers().new_tree(&mut runner).expect("numbers").current();
        let made = made(&target, &numbers);
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &made.changelog);
        let path = folder.path().join("changelog.yaml");
        let output = database.driftless(
            &path,
            &["squash", "..", "--id", "new", "--dialect", &target.to_string()],
        );
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let nothing = told.contains("no two changesets of the range can become one");
        assert!(
            output.status.success() || nothing,
            "{engine}, round {round}: {told}\n\n{}",
            made.changelog
        );
    }
}
