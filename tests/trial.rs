//! Trials that leave nothing: `up --rehearse` and `test`, on every engine.

mod support;

use support::{TestDatabase, on_all, write};

const CHANGELOG: &str = "
changesets:
  - id: create
    operations:
      - create_table:
          table: team
          columns: [{name: id, type: int, primary_key: true}, {name: name, type: varchar(40)}]
      - insert: {table: team, rows: [{id: 1, name: one}, {id: 2, name: two}]}
  - id: extend
    operations:
      - add_column: {table: team, column: {name: city, type: varchar(40)}}
      - create_index: {table: team, name: ix_team_name, columns: [name]}
  - id: fill
    operations:
      - update: {table: team, set: {city: here}, all: true}
";

fn said(output: &std::process::Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A URL of the same server.
fn scratch(database: &TestDatabase) -> Vec<String> {
    match database.engine {
        "mysql" | "mariadb" => vec!["--scratch".into(), database.url.clone()],
        _ => Vec::new(),
    }
}

fn rehearse(database: &TestDatabase, file: &std::path::Path, more: &[&str]) -> std::process::Output {
    let scratch = scratch(database);
    let mut arguments = vec!["up", "--rehearse"];
    arguments.extend(more);
    arguments.extend(scratch.iter().map(String::as_str));
    database.driftless(file, &arguments)
}

#[test]
fn a_rehearsal_leaves_everything_as_it_was() {
    on_all(|database| {
        let file = write(database.folder().join("changelog.yaml"), CHANGELOG);
        let output = rehearse(database, &file, &[]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert!(said(&output).contains("3 changesets rehearsed"), "{}", said(&output));
        database.run(&file, &["up", "+1"]);
        let (form, rows, history) = (
            database.normal_form(),
            database.rows("team", "id, name"),
            database.history(),
        );
        let output = rehearse(database, &file, &[]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert!(said(&output).contains("2 changesets rehearsed"), "{}", said(&output));
        assert_eq!(database.normal_form(), form);
        assert_eq!(database.rows("team", "id, name"), rows);
        assert_eq!(database.history(), history);
    });
}

#[test]
fn a_rehearsal_finds_what_would_fail_and_leaves_everything_as_it_was() {
    on_all(|database| {
        let failing = format!("{CHANGELOG}      - insert: {{table: team, rows: [{{id: 2, name: again}}]}}\n");
        let file = write(database.folder().join("changelog.yaml"), &failing);
        database.run(&file, &["up", "+2"]);
        let form = database.normal_form();
        let output = rehearse(database, &file, &[]);
        assert_eq!(output.status.code(), Some(1), "{}: {}", database.engine, said(&output));
        let told = said(&output);
        assert!(told.contains("changelog.yaml:16:9"), "{}: {told}", database.engine);
        assert_eq!(database.normal_form(), form);
        assert_eq!(database.rows("team", "city"), vec![vec![None], vec![None]]);
    });
}

#[test]
fn an_sqlite_rebuild_is_rehearsed_in_a_copy() {
    let database = TestDatabase::new("sqlite");
    let text =
        format!("{CHANGELOG}  - id: tighten\n    operations:\n      - set_not_null: {{table: team, column: city}}\n");
    let file = write(database.folder().join("changelog.yaml"), &text);
    database.run(&file, &["up", "+3"]);
    let form = database.normal_form();
    let output = rehearse(&database, &file, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("rehearsing in a copy of the file"),
        "{}",
        said(&output)
    );
    assert_eq!(database.normal_form(), form);
}

#[test]
fn what_cannot_be_rolled_back_is_not_rehearsed() {
    for engine in ["mysql", "mariadb", "postgres"] {
        let database = TestDatabase::new(engine);
        let text = match engine {
            "postgres" => CHANGELOG.replace("  - id: extend\n", "  - id: extend\n    transaction: false\n"),
            _ => CHANGELOG.to_string(),
        };
        let file = write(database.folder().join("changelog.yaml"), &text);
        let output = database.driftless(&file, &["up", "--rehearse"]);
        assert_eq!(output.status.code(), Some(6), "{engine}: {}", said(&output));
        assert!(said(&output).contains("--scratch URL"), "{engine}: {}", said(&output));
        let output = database.driftless(&file, &["up", "--rehearse", "--scratch", &database.url]);
        assert!(output.status.success(), "{engine}: {}", said(&output));
    }
}

/// How many scratch databases a process left on a server.
fn scratch_databases(database: &TestDatabase, process: u32) -> usize {
    let sql = match database.engine {
        "sqlite" => return 0,
        "postgres" => "SELECT datname FROM pg_database",
        _ => "SHOW DATABASES",
    };
    let start = format!("driftless_scratch_{process}_");
    let names = database.query(sql).into_iter().flatten().flatten();
    names.filter(|name| name.starts_with(&start)).count()
}

#[test]
fn a_sound_changelog_passes_its_test() {
    on_all(|database| {
        let file = write(database.folder().join("changelog.yaml"), CHANGELOG);
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_driftless"))
            .args(["test", "--url", &database.url, "--changelog"])
            .arg(&file)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        let process = child.id();
        let output = child.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert!(
            said(&output).contains("3 changesets: up, down and up again on"),
            "{}",
            said(&output)
        );
        assert_eq!(scratch_databases(database, process), 0);
        // The database that the URL names is not touched.
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
    });
}

#[test]
fn a_way_back_that_leaves_something_fails_the_test() {
    on_all(|database| {
        let text = CHANGELOG.replace(
            "  - id: fill\n",
            "    reverse:\n      - drop_index: {table: team, name: ix_team_name}\n  - id: fill\n",
        );
        let file = write(database.folder().join("changelog.yaml"), &text);
        let output = database.driftless(&file, &["test"]);
        assert_eq!(output.status.code(), Some(1), "{}: {}", database.engine, said(&output));
        let told = said(&output);
        for part in [
            "after changeset `extend` was taken back, the schema is not what it was",
            "column `city` of table `team` is left over",
        ] {
            assert!(told.contains(part), "{}: {told}", database.engine);
        }
    });
}

#[test]
fn what_fails_in_a_scratch_database_says_nothing_of_the_one_that_is_there() {
    on_all(|database| {
        let text = "changesets:
  - id: halves
    transaction: false
    operations:
      - create_table: {table: t, columns: [{name: id, type: int}]}
      - sql: {up: INSERT INTO nowhere VALUES (1), down: DELETE FROM nowhere, effects: []}
";
        let file = write(database.folder().join("changelog.yaml"), text);
        let output = database.driftless(&file, &["test"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", database.engine);
        assert!(told.contains("nowhere"), "{}: {told}", database.engine);
        for words in ["half applied", "driftless down", "run the command again"] {
            assert!(!told.contains(words), "{}: {told}", database.engine);
        }
    });
}

#[test]
fn what_cannot_be_taken_back_is_named_and_the_rest_is_tested() {
    on_all(|database| {
        let text = CHANGELOG.replace(
            "  - id: fill\n",
            "  - id: once\n    operations:\n      - sql: {up: \"UPDATE team SET name = 'x' WHERE id = 7\"}\n    \
             reverse: {irreversible: nobody knows}\n  - id: fill\n",
        );
        let file = write(database.folder().join("changelog.yaml"), &text);
        let output = database.driftless(&file, &["test", "--format", "json"]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(json["result"]["irreversible"], serde_json::json!(["once"]));
        assert_eq!(json["result"]["changesets"], 4);
    });
}
