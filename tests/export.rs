//! The way out: the operations' pages as changelogs of Liquibase are what `tests/exported` holds, and scripts fed to the
//! engines' own clients make and unmake what a run does.

mod page;
mod support;

use std::path::{Path, PathBuf};

use page::{Page, all_hold, is_blessing, pages};
use serde_json::Value;
use support::{TestDatabase, assert_same, on_engines, write};

/// Runs an export into a new folder, and gives that with the exit code and what was said.
fn export(folder: &Path, arguments: &[&str]) -> (PathBuf, i32, String) {
    let out = folder.join("out");
    let _ = std::fs::remove_dir_all(&out);
    let all = [&["export"], arguments, &["--folder", "out"]].concat();
    let output = support::driftless(folder, &all);
    let code = output.status.code().expect("an exit code");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    (out, code, said)
}

/// The exported changelog of a page, for all dialects and for PostgreSQL alone.
fn exported(page: &Page) -> String {
    let folder = page.folder();
    let mut text = format!("# {}\n", page.name);
    for (title, flags) in [
        ("All dialects", &[][..]),
        ("PostgreSQL", &["--dialect", "postgres:16"][..]),
    ] {
        let (out, code, said) = export(folder.path(), &[&["liquibase"], flags].concat());
        assert!(matches!(code, 0 | 7), "{}, {title}: {said}", page.name);
        let yaml = std::fs::read_to_string(out.join("changelog.yaml")).expect("a changelog");
        text += &format!("\n## {title}\n\n```yaml\n{yaml}```\n");
        let left: Vec<&str> = said
            .lines()
            .filter_map(|line| line.strip_prefix("warning[left-over]: "))
            .collect();
        if !left.is_empty() {
            text += &format!("\nLeft over: {}.\n", left.join("; "));
        }
    }
    text
}

#[test]
fn every_page_becomes_a_changelog_of_liquibase() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exported");
    let wanted: Vec<Page> = pages("operations");
    all_hold(wanted.iter().map(|page| {
        let path = root.join(page.path.file_name().expect("a name"));
        let text = exported(page);
        if is_blessing() {
            write(path, &text);
            return Ok(());
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        match known == text {
            true => Ok(()),
            false => Err(format!(
                "{}: run it with DRIFTLESS_BLESS=1, and read what differs",
                path.display()
            )),
        }
    }));
    let there = std::fs::read_dir(root).expect("the folder").count();
    assert_eq!(there, wanted.len(), "tests/exported has files of no page");
}

const PROJECT: &str = "params:
  owner: anna
  size: { by_dialect: { postgres: '10', default: '20' } }
  key: { value: s3cret, secret: true }
changesets:
  - include: parts/
  - id: last
    author: bo
    contexts: prod and not demo
    labels: [billing]
    dialects: [postgres]
    tag: v1
    only_if: { not: { table_exists: old } }
    operations:
      - insert: { table: users, rows: [{ id: 1, name: \"${owner}\" }] }
      - sql: { up: \"UPDATE users SET name = '${key}'\", down: SELECT 1 }
      - sql: { up: SELECT 1, down: SELECT 2 }
";

const USERS: &str = "operations:
  - create_table:
      table: users
      columns:
        - { name: id, type: int, primary_key: true }
        - { name: name, type: \"varchar(${size})\", comment: Of old }
        - { name: facts, type: json }
        - { name: made, type: timestamptz, nullable: false, default: { fn: now } }
";

#[test]
fn files_parameters_conditions_and_secrets_are_said_as_liquibase_says_them() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path().join("changelog.yaml"), PROJECT);
    write(folder.path().join("parts/0001_users.yaml"), USERS);
    write(
        folder.path().join("driftless.yaml"),
        "changelog: changelog.yaml\ntargets: [postgres, mysql]\n",
    );
    let (out, code, said) = export(folder.path(), &["liquibase"]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("the secret `key` is not written"), "{said}");
    let read = |path: &str| std::fs::read_to_string(out.join(path)).expect(path);
    let (first, users) = (read("changelog.yaml"), read("parts/0001_users.yaml"));
    for words in [
        "file: parts/0001_users.yaml, relativeToChangelogFile: true",
        "{ name: owner, value: anna, dbms: postgresql }",
        "context: prod and not demo",
        "dbms: postgresql",
        "onFail: CONTINUE",
        "tableExists: { tableName: old }",
        "value: \"${owner}\"",
        "UPDATE users SET name = '${key}'",
        "tagDatabase",
    ] {
        assert!(first.contains(words), "`{words}` is missing in\n{first}");
    }
    for words in ["id: 0001_users", "type: \"${type_json}\"", "remarks: Of old"] {
        assert!(users.contains(words), "`{words}` is missing in\n{users}");
    }
    assert!(!(first + &users + &said).contains("s3cret"));
    let output = support::driftless(folder.path(), &["export", "liquibase", "--folder", "out"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("has files in it already"), "{said}");
}

#[test]
fn a_changeset_without_a_way_back_says_so_and_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let changelog = "changesets:\n  - id: Ohne Weg!\n    operations:\n      - sql: { up: DELETE FROM x, effects: [] }\n\
                     \x20   reverse: { irreversible: rows are gone }\n";
    write(folder.path().join("changelog.yaml"), changelog);
    let (out, code, said) = export(folder.path(), &["sql", "--dialect", "postgres:16"]);
    assert_eq!(code, 0, "{said}");
    let down = std::fs::read_to_string(out.join("0001_ohne_weg.down.sql")).expect("a script");
    assert!(
        down.starts_with("-- changeset Ohne Weg! cannot be taken back: rows are gone\n"),
        "{down}"
    );
    assert!(down.contains("RAISE EXCEPTION"), "{down}");
    let (out, _, _) = export(folder.path(), &["sql", "--dialect", "postgres:16", "--no-transactions"]);
    let up = std::fs::read_to_string(out.join("0001_ohne_weg.up.sql")).expect("a script");
    assert!(
        !up.contains("BEGIN") && !up.contains("COMMIT") && !up.contains("ON_ERROR_STOP"),
        "{up}"
    );
    let (out, code, said) = export(folder.path(), &["liquibase", "--dialect", "postgres:16"]);
    assert_eq!(code, 0, "{said}");
    let yaml = std::fs::read_to_string(out.join("changelog.yaml")).expect("a changelog");
    assert!(yaml.contains("stop: { message: rows are gone }"), "{yaml}");
}

/// Pages whose scripts are fed; `DRIFTLESS_PAGES=all` takes every one.
const FED: [&str; 12] = [
    "alter_column",
    "create_foreign_key",
    "create_function",
    "create_index",
    "create_table",
    "create_trigger",
    "drop_column",
    "insert",
    "load_data",
    "merge_columns",
    "rename_table",
    "sql",
];

#[test]
fn scripts_by_the_engines_own_clients_do_what_a_run_does() {
    on_engines(|engine| {
        TestDatabase::new(engine).make_roles();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        feed_both_ways(engine, "chinook", &root.join("changelogs/chinook/changelog.yaml"));
        let wanted = std::env::var("DRIFTLESS_PAGES").unwrap_or_default();
        for page in pages("operations") {
            let key = page.name.trim_start_matches("operations/");
            let is_wanted = match wanted.as_str() {
                "" => FED.contains(&key),
                "all" => true,
                names => names.split(',').any(|name| name == key),
            };
            if is_wanted {
                let folder = page.folder();
                feed_both_ways(engine, key, &folder.path().join("changelog.yaml"));
            }
        }
    });
}

fn feed_both_ways(engine: &'static str, key: &str, changelog: &Path) {
    let (run, fed) = (TestDatabase::new(engine), TestDatabase::new(engine));
    let out = fed.folder().join("scripts");
    let shown = out.display().to_string();
    let report = fed.run(changelog, &["export", "sql", "--folder", &shown, "--format", "json"]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let scripts = |end: &str| {
        let paths = report["result"]["written"].as_array().expect("a list");
        let mut paths: Vec<&str> = paths
            .iter()
            .filter_map(Value::as_str)
            .filter(|path| path.ends_with(end))
            .collect();
        paths.sort_unstable();
        paths
            .into_iter()
            .map(|path| std::fs::read_to_string(path).expect(path))
            .collect::<Vec<_>>()
    };
    run.run(changelog, &["up", "--yes"]);
    feed(&fed, key, &scripts(".up.sql"));
    assert_same(&run.normal_form(), &fed.normal_form(), &format!("{engine}, {key}: up"));
    let irreversible = report["result"]["irreversible"].as_array().expect("a list");
    if !irreversible.is_empty() {
        return;
    }
    run.run(changelog, &["down", "base", "--allow-data-loss", "--yes"]);
    let downs: Vec<String> = scripts(".down.sql").into_iter().rev().collect();
    feed(&fed, key, &downs);
    assert_same(
        &run.normal_form(),
        &fed.normal_form(),
        &format!("{engine}, {key}: down"),
    );
}

/// Feeds scripts one behind the other; the first error ends it.
fn feed(database: &TestDatabase, key: &str, scripts: &[String]) {
    let stop = match database.engine {
        "postgres" => "\\set ON_ERROR_STOP on\n",
        "sqlite" => ".bail on\n",
        _ => "",
    };
    let output = database.feed(&format!("{stop}{}", scripts.concat()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}, {key}: {said}", database.engine);
}
