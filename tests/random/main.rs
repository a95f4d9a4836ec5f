//! Changelogs made at random, held against every live engine: what driftless believes in is the database that is there,
//! one changeset back is the state before it, and no row that a step does not name changes or vanishes.
//!
//! `DRIFTLESS_RANDOM_CASES=500` says how many for each engine, `DRIFTLESS_RANDOM_SEED=7` from where; a night's run is
//! `DRIFTLESS_RANDOM_CASES=20000 cargo test --release --test random`. What it finds goes into `tests/random/found/`, named
//! after what was wrong, and is tried first from then on.

#[path = "../support/mod.rs"]
mod support;

mod between;
mod maker;
mod rows;
mod squashed;

use std::collections::BTreeSet;
use std::path::Path;

use driftless::changelog::{Folder, Selection, gather};
use driftless::dialect::Target;
use driftless::model::{Catalog, Change, NormalForm, Object, Restores};
use driftless::operation::KEYS;
use driftless::plan::Fold;
use maker::{FILE, Made, Maker, SCHEMAS};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rows::{Dump, dump, moved};
use support::{TestDatabase, write};

/// The state of a database: its schema and its rows.
struct State {
    schema: NormalForm,
    rows: Dump,
}

fn number(variable: &str, usual: u32) -> u32 {
    match std::env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is not a number: {text}")),
        Err(_) => usual,
    }
}

fn random(engine: &'static str) {
    let cases = number("DRIFTLESS_RANDOM_CASES", 25);
    let seed = number("DRIFTLESS_RANDOM_SEED", 1);
    let target = TestDatabase::new(engine).target();
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: number("DRIFTLESS_RANDOM_SHRINKS", 150),
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let steps = steps_of_numbers();
    let result = runner.run(&steps, |steps| {
        let changelog = made(&target, &steps).changelog;
        // The engine's own words belong to it; a panic inside is a finding as well.
        let held = std::panic::catch_unwind(|| holds(engine, &changelog));
        match held {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(TestCaseError::fail(format!("{why}\n\n{changelog}"))),
            Err(panic) => {
                let why = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                Err(TestCaseError::fail(format!("{why}\n\n{changelog}")))
            }
        }
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("{engine}, seed {seed}: {why}"),
        Err(TestError::Abort(why)) => panic!("{engine}, seed {seed}: given up: {why}"),
    }
}

/// The numbers of the steps of a changelog.
fn steps_of_numbers() -> impl Strategy<Value = Vec<Vec<u16>>> {
    vec(vec(any::<u16>(), 40), 8..20)
}

/// The changelog that some choices come to.
fn made(target: &Target, steps: &[Vec<u16>]) -> Made {
    let mut maker = Maker::new(target.clone());
    for step in steps {
        maker.step(step);
    }
    maker.made()
}

/// Everything that was ever found, on each engine that it was found on.
fn found(engine: &'static str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/random/found");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of what was found")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    let mut failures = Vec::new();
    for path in paths {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        // `postgres_name.yaml` was found there; the others may not be able to do the same.
        let is_changelog = path.extension().is_some_and(|extension| extension == "yaml");
        if !is_changelog || !name.starts_with(&format!("{engine}_")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a changelog");
        if let Err(why) = holds(engine, &text) {
            failures.push(format!("{name}: {why}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// One changeset: its name, what it does, and the schema that it leaves.
struct Step {
    id: String,
    changes: Vec<Change>,
    restores: Restores,
    after: Catalog,
}

fn steps(folder: &Path, target: &Target) -> Vec<Step> {
    let changelog = gather(&Folder::new(folder), "changelog.yaml", Default::default());
    let mut fold = Fold::new(&changelog, Catalog::new(target.clone()));
    let mut steps = Vec::new();
    for changeset in driftless::plan::selected(&changelog, target, &Selection::default()) {
        let planned = fold.up(changeset, &[]);
        steps.push(Step {
            id: changeset.id.clone(),
            changes: planned.changes,
            restores: planned.restores,
            after: fold.catalog.clone(),
        });
    }
    steps
}

fn holds(engine: &'static str, changelog: &str) -> Result<(), String> {
    let database = TestDatabase::new(engine);
    database.make_roles();
    let path = write(database.folder().join("changelog.yaml"), changelog);
    for line in changelog.lines() {
        if let Some((name, text)) = line.strip_prefix(FILE).and_then(|file| file.split_once(' ')) {
            let text: String = serde_json::from_str(text).expect("the text of a file, in JSON");
            write(database.folder().join(name), &text);
        }
    }
    let steps = steps(database.folder(), &database.target());
    let empty = Catalog::new(database.target());
    let catalogs: Vec<&Catalog> = [&empty]
        .into_iter()
        .chain(steps.iter().map(|step| &step.after))
        .collect();
    for object in catalogs.iter().flat_map(|catalog| catalog.objects()) {
        // What a run that failed left behind.
        if let Object::Schema(schema) = object
            && schema.name.starts_with(SCHEMAS)
        {
            database.execute(&format!("DROP SCHEMA IF EXISTS {}", schema.name));
        }
    }
    let run = |arguments: &[&str]| {
        let output = database.driftless(&path, arguments);
        match output.status.success() {
            true => Ok(()),
            false => Err(format!(
                "{engine}: driftless {}:\n{}{}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    };
    let state = |at: usize| State {
        schema: database.normal_form(),
        rows: dump(&database, catalogs[at]),
    };
    let mut seen = vec![state(0)];
    for (at, step) in steps.iter().enumerate() {
        run(&["up", &step.id])?;
        let now = state(at + 1);
        same(
            &NormalForm::of(catalogs[at + 1]),
            &now.schema,
            &format!("after `{}`, believed and there", step.id),
        )?;
        moved(catalogs[at], &seen[at].rows, &step.changes, &now.rows)
            .map_err(|why| format!("`{}` going up: {why}", step.id))?;
        seen.push(now);
    }
    let mut exact = true;
    for (at, step) in steps.iter().enumerate().rev() {
        let before = seen.pop().expect("a state for each step");
        let there = if exact {
            before.rows
        } else {
            dump(&database, catalogs[at + 1])
        };
        run(&["down", "-1", "--allow-data-loss"])?;
        let now = state(at);
        let was = seen.last().expect("a state before");
        same(
            &was.schema,
            &now.schema,
            &format!("`{}` up and down, before and after", step.id),
        )?;
        let inverse: Vec<Change> = step
            .changes
            .iter()
            .rev()
            .flat_map(|change| change.inverse().changes)
            .collect();
        moved(catalogs[at + 1], &there, &inverse, &now.rows)
            .map_err(|why| format!("`{}` going down: {why}", step.id))?;
        exact &= step.restores == Restores::Exact;
        if exact && now.rows != was.rows {
            return Err(format!(
                "`{}` is said to come back exactly:\n{:?}\nbecame\n{:?}",
                step.id, was.rows, now.rows
            ));
        }
    }
    run(&["up"])?;
    let last = catalogs.last().expect("at least the empty one");
    same(
        &NormalForm::of(last),
        &database.normal_form(),
        "up again, believed and there",
    )?;
    run(&["down", "base", "--allow-data-loss"])
}

fn same(left: &NormalForm, right: &NormalForm, what: &str) -> Result<(), String> {
    let differences: Vec<String> = left
        .differences(right)
        .iter()
        .map(|difference| {
            format!(
                "  {}\n    - {}\n    + {}",
                difference.what,
                difference.left.as_deref().unwrap_or("(nothing)"),
                difference.right.as_deref().unwrap_or("(nothing)")
            )
        })
        .collect();
    match differences.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}:\n{}", differences.join("\n"))),
    }
}

/// No operation is left out: each is made on some dialect.
#[test]
fn every_operation_is_made() {
    let mut left: BTreeSet<&str> = KEYS.iter().copied().collect();
    let mut runner = TestRunner::deterministic();
    let targets: Vec<Target> = ["sqlite:3.46", "postgres:15", "mysql:8.4", "mariadb:10.11"]
        .iter()
        .map(|name| Target::parse(name).expect("a dialect"))
        .collect();
    for round in 0.. {
        assert!(round < 500, "never made: {left:?}");
        let steps = steps_of_numbers().new_tree(&mut runner).expect("numbers").current();
        for target in &targets {
            for key in made(target, &steps).keys {
                left.remove(key);
            }
        }
        if left.is_empty() {
            break;
        }
    }
}

macro_rules! on_every_engine {
    ($($engine:ident)*) => {
        $(
            mod $engine {
                #[test]
                fn what_was_ever_found_holds() {
                    super::found(stringify!($engine));
                }

                #[test]
                fn random_changelogs_are_squashed() {
                    super::squashed::live(stringify!($engine));
                }

                #[test]
                fn random_schemas_become_each_other() {
                    super::between::live(stringify!($engine));
                }

                #[test]
                fn random_changelogs_hold() {
                    super::random(stringify!($engine));
                }
            }
        )*
    };
}

on_every_engine! { sqlite postgres mysql mariadb }
