//! Rebuilds of tables on SQLite: what other tools lose in them stays.

mod support;

use std::path::{Path, PathBuf};

use support::{TestDatabase, write};

const TABLES: &str = "changesets:
  - id: tables
    operations:
      - create_table:
          table: parent
          columns:
            - {name: id, type: bigint, identity: true, primary_key: true}
            - {name: name, type: varchar(50), unique: true}
            - {name: age, type: text}
      - create_table:
          table: child
          columns:
            - {name: id, type: int, primary_key: true}
            - {name: parent_id, type: bigint, references: {table: parent, columns: [id], on_delete: cascade}}
      - create_index: {table: parent, columns: [age], where: age IS NOT NULL}
      - create_view: {view: names, query: 'SELECT name FROM parent'}
      - insert: {table: parent, rows: [{id: 1, name: Ana, age: '30'}, {id: 2, name: Bo, age: '40'}, {id: 9, name: Gone}]}
      - insert: {table: child, rows: [{id: 1, parent_id: 1}, {id: 2, parent_id: 2}]}
      - delete: {table: parent, where: id = 9}
";

const REBUILD: &str = "  - id: rebuild
    operations:
      - alter_column: {table: parent, column: age, type: int}
      - create_check_constraint: {table: parent, name: old enough, expression: age > 0}
      - alter_column: {table: parent, column: name, nullable: false}
";

fn start(folder: &Path) -> (TestDatabase, PathBuf) {
    let log = write(folder.join("changelog.yaml"), TABLES);
    let database = TestDatabase::new("sqlite");
    database.run(&log, &["up"]);
    (database, log)
}

fn rebuild(log: &Path) {
    write(log.to_path_buf(), &format!("{TABLES}{REBUILD}"));
}

fn one(database: &TestDatabase, sql: &str) -> String {
    database.query(sql)[0][0].clone().unwrap_or_default()
}

#[test]
fn nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, log) = start(folder.path());
    database.execute("CREATE TRIGGER by_hand AFTER INSERT ON parent BEGIN UPDATE child SET parent_id = parent_id; END");
    rebuild(&log);
    let script = database.run(&log, &["sql"]);
    assert_eq!(
        script.matches("ALTER TABLE \"driftless_rebuild_parent\"").count(),
        1,
        "several alterations are one rebuild"
    );
    database.run(&log, &["up"]);
    assert_eq!(
        one(&database, "SELECT count(*) FROM child"),
        "2",
        "child rows fell by the cascade"
    );
    assert_eq!(one(&database, "SELECT count(*) FROM parent"), "2");
    assert_eq!(one(&database, "SELECT count(*) FROM names"), "2", "the view is broken");
    assert_eq!(
        one(&database, "SELECT seq FROM sqlite_sequence WHERE name = 'parent'"),
        "9",
        "the counter went back"
    );
    assert_eq!(
        one(&database, "SELECT count(*) FROM sqlite_schema WHERE name = 'by_hand'"),
        "1",
        "the trigger is gone"
    );
    assert_eq!(
        one(
            &database,
            "SELECT count(*) FROM sqlite_schema WHERE name = 'ix_parent_age'"
        ),
        "1",
        "the index is gone"
    );
    let child = one(&database, "SELECT sql FROM sqlite_schema WHERE name = 'child'");
    assert!(
        child.contains("REFERENCES \"parent\""),
        "the child points elsewhere: {child}"
    );
    assert!(database.query("PRAGMA foreign_key_check").is_empty());
    database.run(&log, &["down", "-1"]);
    assert_eq!(one(&database, "SELECT count(*) FROM child"), "2");
    assert_eq!(
        one(&database, "SELECT count(*) FROM sqlite_schema WHERE name = 'by_hand'"),
        "1"
    );
}

#[test]
fn what_no_changeset_made_stops_it() {
    for (sql, word) in [
        ("CREATE INDEX by_hand ON parent (name, age)", "index `by_hand`"),
        (
            "PRAGMA foreign_keys = OFF; DROP VIEW names; ALTER TABLE parent RENAME TO p; CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, age TEXT) STRICT; CREATE INDEX x ON parent (age); DROP INDEX x; CREATE VIEW names AS SELECT name FROM parent",
            "STRICT",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let (database, log) = start(folder.path());
        database.execute(sql);
        rebuild(&log);
        let before = database.query("SELECT name, sql FROM sqlite_schema ORDER BY name");
        let output = database.driftless(&log, &["up"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{sql}: {text}");
        assert!(text.contains(word), "{sql}: {text}");
        assert_eq!(
            before,
            database.query("SELECT name, sql FROM sqlite_schema ORDER BY name"),
            "{sql}: something changed"
        );
    }
}

#[test]
fn values_that_do_not_fit_stop_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, log) = start(folder.path());
    database.execute("UPDATE parent SET age = 'old' WHERE id = 1");
    rebuild(&log);
    let output = database.driftless(&log, &["up"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("values of parent.age that are no int"), "{text}");
    assert_eq!(one(&database, "SELECT age FROM parent WHERE id = 1"), "old");
    assert_eq!(one(&database, "SELECT count(*) FROM child"), "2");
}

#[test]
fn a_rebuild_without_a_transaction_around_its_changeset_is_one_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, log) = start(folder.path());
    database.execute("UPDATE parent SET age = '-1' WHERE id = 1");
    write(
        log.clone(),
        &format!(
            "{TABLES}{}",
            REBUILD.replace("  - id: rebuild\n", "  - id: rebuild\n    transaction: false\n")
        ),
    );
    let output = database.driftless(&log, &["up"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        one(&database, "SELECT count(*) FROM parent"),
        "2",
        "the table is half rebuilt"
    );
    assert_eq!(
        one(
            &database,
            "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'driftless_rebuild%'"
        ),
        "0"
    );
    database.execute("UPDATE parent SET age = '1' WHERE id = 1");
    database.run(&log, &["up"]);
    assert_eq!(one(&database, "SELECT count(*) FROM child"), "2");
}

#[test]
fn rows_that_would_point_at_nothing_stop_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, log) = start(folder.path());
    database.execute("PRAGMA foreign_keys = OFF; INSERT INTO child (id, parent_id) VALUES (3, NULL); UPDATE child SET id = 77 WHERE id = 3");
    write(
        log.clone(),
        &format!(
            "{TABLES}  - id: link\n    operations:\n      - create_foreign_key: {{table: child, columns: [id], references: parent(id)}}\n"
        ),
    );
    let output = database.driftless(&log, &["up"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("point at nothing"), "{text}");
    assert_eq!(one(&database, "SELECT count(*) FROM child"), "3");
}
