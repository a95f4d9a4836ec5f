//! A schema back into operations: on every dialect, what is written for the schema that a page leaves makes that schema.

mod page;

use std::collections::BTreeMap;

use driftless::changelog::Selection;
use driftless::dialect::Target;
use driftless::model::{Catalog, Names, NormalForm, compare};
use driftless::operation::{
    Context, Fills, Operation, Resolve, Uncertain, operations_between, operations_for, things_of,
};
use driftless::plan::replay;
use page::{all_hold, pages};

const TARGETS: [&str; 6] = ["sqlite", "postgres", "postgres:16", "mysql", "mariadb", "sqlite:3.46"];

/// The schema that operations make of another one, after they were written as JSON and read again.
fn made(before: &Catalog, operations: &[Operation]) -> Result<Catalog, String> {
    let mut catalog = before.clone();
    let files = BTreeMap::new();
    for operation in operations {
        let json = serde_json::to_string(operation).map_err(|error| error.to_string())?;
        let read: Operation = serde_json::from_str(&json).map_err(|error| format!("{error}: {json}"))?;
        if read.key() != operation.key() {
            return Err(format!("{json} is read as another operation"));
        }
        let mut context = Context::new(&catalog, &files, Uncertain::default());
        let changes = read.resolve(&mut context);
        if let Some(problem) = context.problems.iter().find(|problem| problem.diagnostic.is_error()) {
            return Err(format!("{}: {json}", problem.diagnostic.message));
        }
        for change in &changes {
            catalog.apply(change)?;
        }
    }
    Ok(catalog)
}

fn differences(left: &Catalog, right: &Catalog) -> Result<(), String> {
    let differences = NormalForm::of(left).differences(&NormalForm::of(right));
    match differences.is_empty() {
        true => Ok(()),
        false => Err(format!("{differences:#?}")),
    }
}

#[test]
fn what_is_written_for_a_schema_makes_that_schema() {
    let mut written = 0;
    let mut results = Vec::new();
    for page in pages("operations") {
        let folder = page.folder();
        let changelog = page.changelog(&folder);
        for name in TARGETS {
            let target = Target::parse(name).expect("a target");
            let (fold, _) = replay(&changelog, &target, &Selection::default());
            let things = things_of(&fold.catalog);
            let result = operations_for(&Catalog::new(target.clone()), &fold.catalog, &things)
                .map_err(|why| format!("{}: {}", why.what, why.why))
                .and_then(|operations| {
                    written += operations.len();
                    differences(&fold.catalog, &made(&Catalog::new(target.clone()), &operations)?)
                });
            results.push(result.map_err(|why| format!("{} on {name}: {why}", page.name)));
        }
    }
    all_hold(results);
    assert!(written > 500, "only {written} operations were written");
}

/// Whether the operations for what differs between two schemas make the one of the other.
fn becomes(before: &Catalog, after: &Catalog) -> Result<usize, String> {
    let differing = compare(before, after, Names::Exact);
    let between = operations_between(before, after, &differing, Names::Exact, &Fills::new());
    if let Some(unwritable) = between.unwritable.first() {
        return Err(format!(
            "{}: {}\n{:#?}",
            unwritable.what, unwritable.why, between.operations
        ));
    }
    let left = compare(&made(before, &between.operations)?, after, Names::Exact);
    match left.is_empty() {
        true => Ok(between.operations.len()),
        false => Err(format!("{left:#?}\n{:#?}", between.operations)),
    }
}

#[test]
fn what_differs_between_two_schemas_makes_one_of_the_other() {
    let all = pages("operations");
    let mut written = 0;
    let mut results = Vec::new();
    for name in TARGETS {
        let target = Target::parse(name).expect("a target");
        let catalogs: Vec<Catalog> = all
            .iter()
            .map(|page| {
                replay(&page.changelog(&page.folder()), &target, &Selection::default())
                    .0
                    .catalog
            })
            .collect();
        for (at, before) in catalogs.iter().enumerate() {
            for step in [0, 1, 2, 3, 5, 8, 13, 21] {
                let other = (at + step) % catalogs.len();
                let result = becomes(before, &catalogs[other]).and_then(|count| {
                    written += count;
                    match step == 0 && count > 0 {
                        true => Err(format!("{count} operations between a schema and itself")),
                        false => Ok(()),
                    }
                });
                let pair = format!("from {} to {} on {name}", all[at].name, all[other].name);
                results.push(result.map_err(|why| format!("{pair}: {why}")));
            }
        }
    }
    all_hold(results);
    assert!(written > 5_000, "only {written} operations were written");
}
