//! Schemas made at random, by twos: what differs between them makes one of the other, as planned and on every engine; and
//! what a database has is written as a changelog that makes it again.

use std::collections::BTreeMap;

use driftless::changelog::{Folder, Selection, gather, manner, short, with_texts};
use driftless::dialect::Target;
use driftless::document;
use driftless::document::escaped;
use driftless::model::{Catalog, Change, Differing, Names, NormalForm, compare};
use driftless::operation::{Context, Fills, Operation, Resolve, Uncertain, operations_between};
use driftless::plan::replay;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::squashed::put;
use crate::support::{TestDatabase, write};
use crate::{made, number, same, steps_of_numbers};

const TARGETS: [&str; 4] = ["sqlite:3.46", "postgres:15", "mysql:8.4", "mariadb:10.11"];

/// A schema that a made changelog leaves.
fn schema(target: &Target, runner: &mut TestRunner) -> Catalog {
    let numbers = steps_of_numbers().new_tree(runner).expect("numbers").current();
    let made = made(target, &numbers);
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), &made.changelog);
    let changelog = gather(&Folder::new(folder.path()), "changelog.yaml", Default::default());
    replay(&changelog, target, &Selection::default()).0.catalog
}

/// The operations for what differs. `None` where an extension would have to go that what stays uses,
/// or a table be stored otherwise.
fn between(before: &Catalog, after: &Catalog) -> Result<Option<Vec<Operation>>, String> {
    let differing = compare(before, after, Names::Exact);
    let between = operations_between(before, after, &differing, Names::Exact, &Fills::new());
    match between.unwritable.first() {
        Some(found) if found.what.starts_with("extension ") && found.why.contains("is used by") => Ok(None),
        Some(found) if found.why.starts_with("no operation changes the engine") => Ok(None),
        Some(found) => Err(format!("{}: {}\n{:#?}", found.what, found.why, between.operations)),
        None => Ok(Some(between.operations)),
    }
}

fn after(before: &Catalog, operations: &[Operation]) -> Result<Catalog, String> {
    let mut catalog = before.clone();
    for operation in operations {
        let files = BTreeMap::new();
        let mut context = Context::new(&catalog, &files, Uncertain::default());
        let changes: Vec<Change> = operation.resolve(&mut context);
        for change in &changes {
            catalog.apply(change).map_err(|why| format!("{why}: {operation:?}"))?;
        }
    }
    Ok(catalog)
}

fn in_words(differing: &[Differing]) -> String {
    let lines = differing.iter().map(|found| {
        format!(
            "{} {:?}\n    - {}\n    + {}",
            found.what,
            found.how,
            found.before.as_deref().unwrap_or("(nothing)"),
            found.after.as_deref().unwrap_or("(nothing)")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn made_schemas_become_each_other_as_planned() {
    let mut runner = TestRunner::deterministic();
    let mut written = 0;
    for target in TARGETS {
        let target = Target::parse(target).expect("a dialect");
        let mut before = Catalog::new(target.clone());
        for round in 0..number("DRIFTLESS_RANDOM_CASES", 25) * 2 {
            let next = schema(&target, &mut runner);
            assert_eq!(compare(&next, &next, Names::Exact), [], "{target}, round {round}");
            let found = between(&before, &next).unwrap_or_else(|why| panic!("{target}, round {round}: {why}"));
            let Some(operations) = found else {
                continue;
            };
            let made = after(&before, &operations).unwrap_or_else(|why| panic!("{target}, round {round}: {why}"));
            let left = compare(&made, &next, Names::Exact);
            assert!(
                left.is_empty(),
                "{target}, round {round}: {}\n{operations:#?}",
                in_words(&left)
            );
            written += operations.len();
            before = next;
        }
    }
    assert!(written > 1_000, "only {written} operations were written");
}

/// A changeset as a file has it.
fn changeset(operations: &[Operation]) -> String {
    let operations: Vec<Value> = operations
        .iter()
        .map(|operation| serde_json::to_value(operation).expect("our own types are JSON"))
        .map(|json| short(with_texts(json, &escaped)))
        .collect();
    document::write(&json!({ "operations": operations }), &manner())
}

/// Facts without the places of columns, whose order is taken for no difference.
fn without_order(form: &NormalForm) -> NormalForm {
    let facts = form.0.iter().map(|(what, text)| {
        let what = match what.split_once(" / column ") {
            Some((table, column)) => {
                let placed = column
                    .split_once(' ')
                    .filter(|(at, _)| at.len() == 3 && at.parse::<u32>().is_ok());
                format!("{table} / column {}", placed.map_or(column, |(_, name)| name))
            }
            None => what.clone(),
        };
        (what, text.clone())
    });
    NormalForm(facts.collect())
}

/// A database is brought from one schema to the next, and each time is what it was to be; then it is written as a
/// changelog, which makes a second one that is the same.
pub fn live(engine: &'static str) {
    let mut runner = TestRunner::deterministic();
    let (mut tried, mut brought) = (0, 0);
    for round in 0..number("DRIFTLESS_RANDOM_CASES", 25).div_ceil(12) {
        let database = TestDatabase::new(engine);
        database.make_roles();
        let target = database.target();
        let folder = tempfile::tempdir().expect("a folder");
        let path = write(
            folder.path().join("changelog.yaml"),
            "changesets:\n  - include: steps/\n",
        );
        let mut before = Catalog::new(target.clone());
        for step in 0..3 {
            let next = schema(&target, &mut runner);
            let place = format!("{engine}, round {round}, step {step}");
            tried += 1;
            let found = between(&before, &next).unwrap_or_else(|why| panic!("{place}: {why}"));
            let Some(operations) = found else {
                continue;
            };
            let text = changeset(&operations);
            let file = write(folder.path().join(format!("steps/{step}.yaml")), &text);
            let output = database.driftless(&path, &["up"]);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            // PostgreSQL lets a routine stand whose tables are gone, and makes none of such.
            if engine == "postgres" && told.contains("[42P01]") && told.contains("- create_") && told.contains("AS $") {
                std::fs::remove_file(file).expect("the file of a step");
                continue;
            }
            assert!(output.status.success(), "{place}: {told}\n{text}");
            same(
                &without_order(&NormalForm::of(&next)),
                &without_order(&database.normal_form()),
                &place,
            )
            .unwrap_or_else(|why| panic!("{why}\n{text}"));
            before = next;
            brought += 1;
        }
        written_again(&database, &format!("{engine}, round {round}"));
    }
    assert!(
        brought * 4 >= tried * 3,
        "{engine}: of {tried} schemas only {brought} were made"
    );
}

fn written_again(database: &TestDatabase, place: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("changelog.yaml");
    let generated = database.driftless(&path, &["generate"]);
    let told = String::from_utf8_lossy(&generated.stderr).into_owned();
    // What stands beside the schema is named, and left.
    let is_done = matches!(generated.status.code(), Some(0 | 7)) && !told.contains("no operation makes");
    assert!(is_done, "{place}: {told}");
    let other = TestDatabase::new(database.engine);
    let up = other.driftless(&path, &["up"]);
    let told = String::from_utf8_lossy(&up.stderr).into_owned();
    assert!(up.status.success(), "{place}, made again: {told}");
    for (from, to) in [(&database.url, &other.url), (&other.url, &other.url)] {
        let diff = other.driftless(&path, &["diff", from, to, "--exit-code"]);
        let told = String::from_utf8_lossy(&diff.stdout).into_owned() + &String::from_utf8_lossy(&diff.stderr);
        assert_eq!(diff.status.code(), Some(0), "{place}, made again: {told}");
    }
}
