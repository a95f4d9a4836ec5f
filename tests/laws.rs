//! The laws, held by every operation's page on every live engine: what driftless believes in is the database that is
//! there; up and then down is the identity; what a dry run prints does what a run does.

mod support;

use std::path::{Path, PathBuf};

use driftless::changelog::{Folder, Selection, gather};
use driftless::model::{Catalog, NormalForm};
use driftless::plan::Fold;
use support::{TestDatabase, assert_same, write};

/// The pages: the operation's key, and its changelog written to a folder.
fn pages(folder: &Path) -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operations");
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(root).expect("the pages") {
        let path = entry.expect("a page").path();
        let key = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a page");
        pages.push((key.clone(), unpack(&text, &folder.join(&key))));
    }
    pages.sort();
    assert!(pages.len() >= 24, "only {} pages", pages.len());
    // For work on some pages: `DRIFTLESS_PAGES=insert,upsert cargo test --test laws`.
    if let Ok(wanted) = std::env::var("DRIFTLESS_PAGES") {
        pages.retain(|(key, _)| wanted.split(',').any(|name| name == key));
        assert!(!pages.is_empty(), "no page is called {wanted}");
    }
    pages
}

/// Writes the blocks of a page as files: the changelog, and those that have a name.
fn unpack(page: &str, folder: &Path) -> PathBuf {
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(info)) => block = Some((info.to_string(), String::new())),
            (Some((info, text)), Some(_)) => {
                if let Some((_, name)) = info.split_once("file=") {
                    write(folder.join(name.trim()), text);
                } else if info == "yaml" {
                    write(folder.join("changelog.yaml"), text);
                }
                block = None;
            }
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    folder.join("changelog.yaml")
}

/// What driftless believes after each changeset that runs on the database, with the changesets' ids.
fn beliefs(changelog: &Path, database: &TestDatabase) -> Vec<(String, NormalForm)> {
    let folder = Folder::new(changelog.parent().expect("a folder"));
    let changelog = gather(&folder, "changelog.yaml", Default::default());
    let target = database.target();
    let mut fold = Fold::new(&changelog, Catalog::new(target.clone()));
    let selection = Selection::default();
    let mut beliefs = Vec::new();
    for changeset in driftless::plan::selected(&changelog, &target, &selection) {
        fold.up(changeset, &[]);
        beliefs.push((changeset.id.clone(), NormalForm::of(&fold.catalog)));
    }
    beliefs
}

fn up_and_down(engine: &'static str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    TestDatabase::new(engine).make_roles();
    let mut failures = Vec::new();
    for (key, changelog) in pages(folder.path()) {
        let result = std::panic::catch_unwind(|| one_page(engine, &key, &changelog));
        if result.is_err() {
            failures.push(key);
        }
    }
    assert!(
        failures.is_empty(),
        "{engine}: the laws do not hold for {}",
        failures.join(", ")
    );
}

fn one_page(engine: &'static str, key: &str, changelog: &Path) {
    let database = TestDatabase::new(engine);
    let empty = database.normal_form();
    let beliefs = beliefs(changelog, &database);
    let mut seen = vec![empty];
    for (id, belief) in &beliefs {
        database.run(changelog, &["up", id]);
        let there = database.normal_form();
        assert_same(
            belief,
            &there,
            &format!("{key} on {engine}: after `{id}`, believed (-) and there (+)"),
        );
        seen.push(there);
    }
    for (id, _) in beliefs.iter().rev() {
        seen.pop();
        database.run(changelog, &["down", "-1", "--allow-data-loss"]);
        let before = seen.last().expect("a state before");
        assert_same(
            before,
            &database.normal_form(),
            &format!("{key} on {engine}: `{id}` up and down, before (-) and after (+)"),
        );
    }
    database.run(changelog, &["up"]);
    if let Some((_, belief)) = beliefs.last() {
        assert_same(belief, &database.normal_form(), &format!("{key} on {engine}: up again"));
    }
    dry_run(engine, key, changelog, &database);
}

/// What `sql` prints for an empty database, fed to the engine's own client, leaves what `up` leaves.
fn dry_run(engine: &'static str, key: &str, changelog: &Path, run: &TestDatabase) {
    let fed = TestDatabase::new(engine);
    if engine == "sqlite" {
        fed.execute("VACUUM");
    }
    let script = fed.run(changelog, &["sql"]);
    let output = fed.feed(&script);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{key} on {engine}: the script fails:\n{}\n{script}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_same(
        &run.normal_form(),
        &fed.normal_form(),
        &format!("{key} on {engine}: a run (-) and its script (+)"),
    );
    let fresh = TestDatabase::new(engine);
    fresh.run(changelog, &["up"]);
    assert_eq!(
        fresh.history(),
        fed.history(),
        "{key} on {engine}: the history of a run and of its script"
    );
    // And back.
    let script = fed.run(changelog, &["down", "base", "--dry-run"]);
    let output = fed.feed(&script);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{key} on {engine}: the script of the way back fails:\n{}\n{script}",
        String::from_utf8_lossy(&output.stderr)
    );
    fresh.run(changelog, &["down", "base", "--allow-data-loss"]);
    assert_same(
        &fresh.normal_form(),
        &fed.normal_form(),
        &format!("{key} on {engine}: down (-) and its script (+)"),
    );
    assert_eq!(
        fresh.history(),
        fed.history(),
        "{key} on {engine}: the history of the way back and of its script"
    );
}

#[test]
fn the_laws_hold_on_sqlite() {
    up_and_down("sqlite");
}

#[test]
fn the_laws_hold_on_postgres() {
    up_and_down("postgres");
}

#[test]
fn the_laws_hold_on_mysql() {
    up_and_down("mysql");
}

#[test]
fn the_laws_hold_on_mariadb() {
    up_and_down("mariadb");
}
