//! The pages of Liquibase's change types: what each becomes, and its SQL on every database.

mod page;

use std::sync::Arc;

use driftless::changelog::{Changelog, Changeset, Folder, gather_liquibase, manner, short};
use driftless::diagnostic::{Diagnostic, Style, render};
use driftless::dialect::{Dialect, Target};
use driftless::document;
use driftless::liquibase::{CHANGES, Ids};
use driftless::model::Catalog;
use driftless::plan::Fold;
use driftless::render::{Body, Statement};
use page::{Page, all_hold, pages};
use serde_json::json;
use tempfile::TempDir;

/// What is no change itself, and has a page all the same.
const OTHERS: [&str; 1] = ["modifySql"];

const HEAD: &str = "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\">\n";

#[test]
fn every_change_type_has_a_page() {
    let there: Vec<String> = pages("liquibase").into_iter().map(|page| page.name).collect();
    let names = CHANGES.iter().chain(&OTHERS);
    let known: Vec<String> = names.map(|name| format!("liquibase/{name}")).collect();
    for name in &known {
        assert!(there.contains(name), "{name}: there is no page");
    }
    for name in &there {
        assert!(known.contains(name), "{name}: the page of no change type");
    }
}

#[test]
fn the_handbook_names_every_page() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/from-liquibase.md");
    let text = std::fs::read_to_string(path).expect("the handbook");
    for name in CHANGES.iter().chain(&OTHERS) {
        assert!(text.contains(&format!("tests/liquibase/{name}.md")), "{name}");
    }
}

#[test]
fn changes_become_what_their_pages_say() {
    all_hold(pages("liquibase").iter().map(|page| page.hold(&wanted(page)?)));
}

fn folder_of(page: &Page) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for a while");
    let text = format!("{HEAD}{}</databaseChangeLog>\n", page.block("xml").text);
    std::fs::write(folder.path().join("changelog.xml"), text).expect("a file");
    for block in page.blocks() {
        if let Some((_, name)) = block.info.split_once(" file=") {
            std::fs::write(folder.path().join(name), block.text).expect("a file");
        }
    }
    folder
}

fn wanted(page: &Page) -> Result<Vec<(String, String)>, String> {
    let folder = folder_of(page);
    let folder = Folder::new(folder.path());
    let (changelog, translated) = gather_liquibase(&folder, "changelog.xml", Ids::Short, Default::default());
    let wrong = changelog.diagnostics.iter().find(|told| told.is_error());
    if let Some(wrong) = wrong {
        return Err(format!("{}: {}", page.name, told(wrong, &changelog)));
    }
    let root = short(translated.files[0].node.to_json());
    let last = root["changesets"].as_array().and_then(|all| all.last()).cloned();
    let mut last = last.unwrap_or_default();
    if let Some(map) = last.as_object_mut() {
        map.retain(|key, _| !["id", "author", "names"].contains(&key.as_str()));
    }
    let yaml = match last["operations"].as_array().is_some_and(Vec::is_empty) {
        true if last.as_object().is_some_and(|map| map.len() == 1) => "operations: []".to_string(),
        _ => document::write(&json!(last), &manner()),
    };
    let mut blocks = vec![("yaml".to_string(), yaml)];
    for dialect in Dialect::all() {
        blocks.push((format!("sql {dialect}"), sql(&changelog, dialect)));
    }
    Ok(blocks)
}

/// The SQL of the last changeset, or why there is none.
fn sql(changelog: &Changelog, dialect: Dialect) -> String {
    let target = Target::oldest(dialect);
    let mut fold = Fold::new(changelog, Catalog::new(target));
    let mut text = String::new();
    let count = changelog.changesets.len();
    for (at, changeset) in changelog.changesets.iter().enumerate() {
        let before = fold.diagnostics.len();
        let planned = fold.up(changeset, &[]);
        let wrong = fold.diagnostics[before..].iter().find(|told| told.is_error());
        if let Some(wrong) = wrong {
            return format!("-- refused: {}", wrong.message);
        }
        if at + 1 == count {
            text = match applies(changeset, dialect) {
                true => written(&planned.statements),
                false => "-- nothing to do".to_string(),
            };
        }
    }
    text
}

fn applies(changeset: &Arc<Changeset>, dialect: Dialect) -> bool {
    driftless::operation::applies(&changeset.dialects, dialect)
}

fn written(statements: &[Statement]) -> String {
    if statements.is_empty() {
        return "-- nothing to do".into();
    }
    let texts = statements.iter().map(|statement| match &statement.body {
        Body::Sql(sql) => match statement.around {
            Some(around) => format!("{};\n{sql};\n{};", around.before, around.after),
            None => format!("{sql};"),
        },
        Body::Load(load) => format!("-- the rows of {}", load.source.path),
        Body::Unload(unload) => format!("-- to {}", unload.target.path),
        Body::Assert(assertion) => assertion.script().join(";\n") + ";",
        Body::Print(message) => format!("{};", message.script()),
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn told(diagnostic: &Diagnostic, changelog: &Changelog) -> String {
    render(diagnostic, &changelog.sources, Style::Plain)
}
