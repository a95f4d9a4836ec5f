//! How a rebuild goes wrong elsewhere: each case, and that it does not go wrong here.

use std::path::{Path, PathBuf};

use crate::support::{TestDatabase, write};
use crate::trial::Trial;

/// A parent and its children, and a rebuild of the parent.
fn family(reference: &str) -> Trial {
    Trial::new(
        &format!(
            "- create_table:
    table: parent
    columns: [{{name: id, type: int, primary_key: true}}, {{name: a, type: text}}]
- create_table:
    table: child
    columns:
      - {{name: id, type: int, primary_key: true}}
      - {{name: parent, type: int, default: 2, references: {{table: parent, columns: [id]{reference}}}}}
- insert: {{table: parent, rows: [{{id: 1, a: x}}, {{id: 2, a: y}}]}}
- insert: {{table: child, rows: [{{id: 1, parent: 1}}, {{id: 2, parent: 2}}]}}"
        ),
        "",
    )
}

const REBUILD: &str = "- set_not_null: {table: parent, column: a}";

/// A to F: whatever the reference does when its parent goes, the children stay, and still point at it.
#[test]
fn children_stay_whatever_their_reference_does() {
    for reference in [
        ", on_delete: cascade",
        ", on_delete: set_null",
        ", on_delete: set_default",
        ", on_delete: restrict",
        "",
        ", on_delete: cascade, deferrable: true, initially_deferred: true",
        ", deferrable: true, initially_deferred: true",
    ] {
        let trial = family(reference);
        let text = "SELECT sql FROM sqlite_schema WHERE name = 'child'";
        let child = trial.one(text);
        trial.there_and_back(REBUILD, true, |trial, before| {
            trial.state().assert_rows_are(before, reference);
            assert_eq!(trial.one(text), child, "{reference}");
        });
    }
}

/// A table with a reference to itself, and two that refer to each other.
#[test]
fn circles_of_references_stay() {
    let trial = Trial::new(
        "- create_table:
    table: t
    columns:
      - {name: id, type: int, primary_key: true}
      - {name: up, type: int, references: {table: t, columns: [id], on_delete: cascade}}
- create_table:
    table: u
    columns: [{name: id, type: int, primary_key: true}, {name: t, type: int, references: {table: t, columns: [id], on_delete: cascade}}]
- add_column: {table: t, column: {name: u, type: int, references: {table: u, columns: [id], on_delete: set_null}}}
- insert: {table: t, rows: [{id: 1, up: null}, {id: 2, up: 1}, {id: 3, up: 3}]}
- insert: {table: u, rows: [{id: 1, t: 2}]}
- update: {table: t, set: {u: 1}, where: id = 1}",
        "",
    );
    for table in ["t", "u"] {
        let operation = format!("- create_check_constraint: {{table: {table}, expression: id > 0}}");
        trial.there_and_back(&operation, true, |trial, before| {
            trial.state().assert_rows_are(before, table)
        });
    }
    trial.up("- create_check_constraint: {table: t, expression: id > 0}");
    trial
        .database
        .execute("PRAGMA foreign_keys = ON; DELETE FROM t WHERE id = 1");
    assert_eq!(
        trial.one("SELECT group_concat(id) FROM t"),
        "3",
        "the reference to itself is another"
    );
    assert_eq!(
        trial.one("SELECT count(*) FROM u"),
        "0",
        "the reference from outside is another"
    );
}

/// B: the pragma works outside a transaction only; on again right after, also for what the same run does next.
#[test]
fn foreign_keys_are_off_before_the_transaction_and_on_after_it() {
    let trial = family("");
    trial.write(REBUILD);
    let script = trial.database.run(&trial.path, &["sql"]);
    let at = |word: &str| script.find(word).unwrap_or_else(|| panic!("no {word}: {script}"));
    assert!(at("foreign_keys = OFF") < at("BEGIN IMMEDIATE"), "{script}");
    assert!(
        at("DROP TABLE \"parent\"") < at("pragma_foreign_key_check) - n"),
        "{script}"
    );
    let changelog = std::fs::read_to_string(&trial.path).expect("a file");
    let next = "  - id: next\n    operations:\n      - insert: {table: child, rows: [{id: 9, parent: 99}]}\n";
    std::fs::write(&trial.path, changelog + next).expect("a file");
    let output = trial.database.driftless(&trial.path, &["up"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("+ change") && told.contains("FOREIGN KEY constraint failed"),
        "{told}"
    );
}

/// The check before the commit: what was broken before does not stop it, what it breaks does.
#[test]
fn rows_that_point_at_nothing_may_be_there_but_not_become_more() {
    let broken = "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (7, 70), (8, 80)";
    let trial = family("");
    trial.database.execute(broken);
    trial.up(REBUILD);
    trial.down();
    trial.up("- delete: {table: child, where: id = 8}\n- set_not_null: {table: parent, column: a}");
    trial.down();
    trial.up("- rename_table: {table: child, to: kid}\n- rename_table: {table: parent, to: old}\n- set_not_null: {table: old, column: a}");
    trial.down();
    // A conversion that makes another number of the one that a child points at.
    let converts =
        "- alter_column: {table: parent, column: id, type: bigint, using: id + 100, reverse_using: id - 100}";
    let told = trial.refused(converts, 1);
    assert!(told.contains("would leave rows that point at nothing"), "{told}");
    assert!(told.contains("child -> parent: 3 rows"), "{told}");
    trial.refused(&format!("{REBUILD}\n{converts}"), 1);
}

/// A script says the same: it stops where a run does, and leaves nothing.
#[test]
fn a_script_holds_references_as_a_run_does() {
    for transaction in ["", "    transaction: false\n"] {
        let trial = family("");
        trial
            .database
            .execute("PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (7, 70)");
        let before = trial.state();
        for (operation, works) in [
            (
                "- alter_column: {table: parent, column: id, type: bigint, using: id + 100}",
                false,
            ),
            ("- create_check_constraint: {table: parent, expression: a = 'x'}", false),
            (REBUILD, true),
        ] {
            trial.write(operation);
            let text = std::fs::read_to_string(&trial.path).expect("a file");
            let text = text.replace("- id: change\n", &format!("- id: change\n{transaction}"));
            std::fs::write(&trial.path, text).expect("a file");
            let script = trial.database.run(&trial.path, &["sql"]);
            let output = trial.database.feed(&script);
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.success(), works, "{operation}: {told}");
            match works {
                true => trial.state().assert_rows_are(&before, operation),
                false => trial.state().assert_is(&before, operation),
            }
        }
    }
}

/// H: views on the table, and views on those.
#[test]
fn views_stay_and_still_read_the_table() {
    let trial = family("");
    trial
        .database
        .execute("CREATE VIEW h (one) AS SELECT a FROM parent; CREATE VIEW hh AS SELECT one FROM h");
    trial.up("- create_view: {view: v, query: 'SELECT id, a FROM parent'}\n- create_view: {view: w, query: 'SELECT max(id) AS m FROM v JOIN h ON one = a'}");
    let trial_text =
        "SELECT group_concat(name || sql, ';') FROM (SELECT * FROM sqlite_schema WHERE type = 'view' ORDER BY name)";
    let views = trial.one(trial_text);
    let text = std::fs::read_to_string(&trial.path).expect("a file");
    let more = "  - id: rebuild\n    operations:\n      - set_not_null: {table: parent, column: a}\n";
    std::fs::write(&trial.path, text + more).expect("a file");
    for arguments in [&["up"][..], &["down", "-1"]] {
        trial.database.run(&trial.path, arguments);
        assert_eq!(trial.one(trial_text), views);
        assert_eq!(trial.one("SELECT m FROM w"), "2");
        assert_eq!(trial.one("SELECT group_concat(one) FROM hh"), "x,y");
    }
}

/// I: triggers on the table, also those made by hand; on other tables with bodies that use it; on views.
#[test]
fn triggers_stay_and_still_fire() {
    let trial = Trial::new(
        "- create_table: {table: log, columns: [{name: what, type: text}]}
- create_table:
    table: t
    columns: [{name: id, type: int, primary_key: true}, {name: \"a b\", type: int}]
- insert: {table: t, rows: [{id: 1, \"a b\": 1}]}
- create_view: {view: v, query: 'SELECT id FROM t'}
- create_trigger: {trigger: own, table: t, timing: before, events: [update], of: [\"a b\"], when: 'new.\"a b\" > 5', body: 'BEGIN INSERT INTO log VALUES (''own''); END'}
- create_trigger: {trigger: of view, table: v, timing: instead_of, events: [insert], body: 'BEGIN INSERT INTO t (id) VALUES (new.id); END'}
- create_trigger: {trigger: of log, table: log, timing: after, events: [insert], body: 'BEGIN UPDATE t SET \"a b\" = 2 WHERE new.what = ''own''; END'}",
        "CREATE TRIGGER \"by hand\" AFTER DELETE ON t WHEN old.id > 0 BEGIN INSERT INTO log SELECT 'gone; end' || count(*) FROM t; END",
    );
    trial.there_and_back(
        "- create_check_constraint: {table: t, expression: id > 0}",
        true,
        |trial, _| {
            trial
                .database
                .execute("UPDATE t SET \"a b\" = 6; INSERT INTO v VALUES (5); DELETE FROM t WHERE id = 5");
            assert_eq!(trial.one("SELECT group_concat(what) FROM log"), "own,gone; end1");
            assert_eq!(trial.one("SELECT \"a b\" FROM t"), "6");
            trial.database.execute("DELETE FROM log; UPDATE t SET \"a b\" = 1");
        },
    );
}

/// J: the counter of AUTOINCREMENT, also where the last rows are gone, there were never any, or all are gone.
#[test]
fn a_counter_never_goes_back() {
    for (by_hand, next) in [
        (
            "INSERT INTO t (a) VALUES ('x'), ('y'), ('z'); DELETE FROM t WHERE id > 1",
            "4",
        ),
        ("", "1"),
        ("INSERT INTO t (a) VALUES ('x'), ('y'); DELETE FROM t", "3"),
        (
            "INSERT INTO t (id, a) VALUES (9223372036854775806, 'x'); DELETE FROM t",
            "9223372036854775807",
        ),
    ] {
        let base = "- create_table: {table: t, columns: [{name: id, type: bigint, identity: true, primary_key: true}, {name: a, type: text}]}";
        let trial = Trial::new(base, by_hand);
        trial.there_and_back(
            "- create_unique_constraint: {table: t, columns: [a]}",
            true,
            |trial, before| {
                trial.state().assert_rows_are(before, by_hand);
            },
        );
        trial.up("- create_unique_constraint: {table: t, columns: [a]}");
        trial.database.execute("INSERT INTO t (a) VALUES ('new')");
        assert_eq!(trial.one("SELECT id FROM t WHERE a = 'new'"), next, "{by_hand}");
    }
}

/// K: a statement that fails takes all of it back.
#[test]
fn a_rebuild_that_fails_leaves_nothing() {
    let trial = family("");
    for operation in [
        "- create_check_constraint: {table: parent, expression: a = 'x'}",
        "- create_unique_constraint: {table: child, columns: [parent]}\n- set_not_null: {table: parent, column: a}\n- sql: {up: SELECT nothing, effects: []}",
        "- alter_column: {table: parent, column: a, type: int}",
    ] {
        trial.refused(operation, 1);
        assert_eq!(
            trial.one("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'driftless_rebuild%'"),
            "0"
        );
    }
    trial.up(REBUILD);
}

/// Numbers of rows that are in no column: views and other programs may go by them.
#[test]
fn rows_keep_their_numbers() {
    for columns in [
        "{name: a, type: text}",
        "{name: a, type: text, primary_key: true}",
        "{name: a, type: text}, {name: RowId, type: int}",
        "{name: a, type: text}, {name: rowid, type: int}, {name: oid, type: int}",
    ] {
        let base = format!("- create_table: {{table: t, columns: [{columns}, {{name: z, type: int}}]}}");
        let trial = Trial::new(
            &base,
            "INSERT INTO t (a) VALUES ('x'), ('y'), ('z'); DELETE FROM t WHERE a = 'y'",
        );
        trial.there_and_back(
            "- create_unique_constraint: {table: t, columns: [z]}",
            true,
            |trial, before| {
                assert_eq!(
                    trial.one("SELECT group_concat(_rowid_ || a) FROM t"),
                    "1x,3z",
                    "{columns}"
                );
                trial.state().assert_rows_are(before, columns);
            },
        );
    }
}

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

const ALL_AT_ONCE: &str = "  - id: rebuild
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
    write(log.to_path_buf(), &format!("{TABLES}{ALL_AT_ONCE}"));
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
            ALL_AT_ONCE.replace("  - id: rebuild\n", "  - id: rebuild\n    transaction: false\n")
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
