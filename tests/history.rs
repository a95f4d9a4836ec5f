//! What a history holds never becomes SQL unchecked: a row or a journal that was altered is refused before anything runs.

mod support;

use support::{TestDatabase, on_all, write};

const CHANGELOG: &str = "changesets:
  - id: one
    operations:
      - create_table: {table: t, columns: [{name: id, type: bigint, primary_key: true}, {name: note, type: varchar(50)}]}
  - id: two
    operations:
      - sql: {up: \"INSERT INTO t VALUES (1, 'a')\", down: \"DELETE FROM t WHERE id = 1\", effects: []}
";

const PENDING: &str = "  - id: three
    operations:
      - add_column: {table: t, column: {name: more, type: int}}
";

/// Each is refused, says why, and leaves rows, schema and history as they are.
fn refuses(database: &TestDatabase, changelog: &std::path::Path, commands: &[&[&str]], words: &str) {
    let state = || {
        (
            database.rows("t", "id, note"),
            format!("{:?}", database.normal_form()),
            database.history(),
        )
    };
    let before = state();
    for command in commands {
        let output = database.driftless(changelog, command);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{}, {command:?}: {text}", database.engine);
        assert!(
            text.contains(words),
            "{}, {command:?}: `{words}` is missing in {text}",
            database.engine
        );
        assert_eq!(state(), before, "{}, {command:?} did something", database.engine);
    }
}

#[test]
fn altered_changes_are_refused() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        write(
            database.folder().join("changelog.yaml"),
            &format!("{CHANGELOG}{PENDING}"),
        );
        // The SQL of the way back.
        database.execute(
            "UPDATE driftless_history SET changes = REPLACE(changes, 'DELETE FROM t WHERE id = 1', 'DROP TABLE t') WHERE id = 'two'",
        );
        let damaged = "the history is damaged: the changes of `two` (row 2) are not what was written";
        refuses(
            database,
            &log,
            &[
                &["up"],
                &["up", "--dry-run"],
                &["plan"],
                &["down", "-1", "--allow-data-loss"],
                &["down", "base", "--allow-data-loss"],
                &["down", "base", "--dry-run"],
            ],
            damaged,
        );
        // A name, in changes whose checksum is that of another row.
        database.execute("UPDATE driftless_history SET changes = REPLACE(changes, '\"t\"', '\"u\"') WHERE id = 'one'");
        refuses(
            database,
            &log,
            &[&["down", "base", "--allow-data-loss"]],
            "the changes of `one` (row 1)",
        );
    });
}

#[test]
fn changes_that_are_gone_are_refused() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        database.execute("UPDATE driftless_history SET changes = '' WHERE id = 'two'");
        refuses(
            database,
            &log,
            &[&["down", "base", "--allow-data-loss"]],
            "the changes of `two` (row 2) are not what was written",
        );
    });
}

/// Which run a row is about, is said by a number.
#[test]
fn rows_that_are_about_no_run_are_refused() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        for (change, back, words) in [
            (
                "run = 1 WHERE id = 'two'",
                "run = NULL",
                "row 2 is about no run of `two`",
            ),
            (
                "run = 9 WHERE id = 'one'",
                "run = NULL",
                "row 1 is about no run of `one`",
            ),
            (
                "state = 'reverted' WHERE id = 'two'",
                "state = 'applied'",
                "row 2 is about no run of `two`",
            ),
        ] {
            database.execute(&format!("UPDATE driftless_history SET {change}"));
            refuses(
                database,
                &log,
                &[&["up"], &["down", "-1", "--allow-data-loss"], &["status"]],
                words,
            );
            database.execute(&format!("UPDATE driftless_history SET {back}"));
        }
    });
}

/// The row of a changeset that is under way is one of the journal.
#[test]
fn an_altered_journal_is_refused() {
    on_all(|database| {
        let log = write(
            database.folder().join("changelog.yaml"),
            &CHANGELOG.replace("  - id: two\n", "  - id: two\n    transaction: false\n"),
        );
        database.run(&log, &["up"]);
        let record = journal_row(database);
        database.execute(&record.replace("DELETE FROM t WHERE id = 1", "DROP TABLE t"));
        refuses(
            database,
            &log,
            &[
                &["up"],
                &["down", "base", "--allow-data-loss"],
                &["status"],
                &["resume"],
                &["resume", "--done"],
                &["resume", "--not-done"],
            ],
            "the journal is damaged",
        );
    });
}

/// The INSERT of a row into the journal as it would be while `two` is under way.
fn journal_row(database: &TestDatabase) -> String {
    let row = database.query("SELECT changes, changes_sha256 FROM driftless_history WHERE id = 'two'");
    let stored: serde_json::Value =
        serde_json::from_str(row[0][0].as_deref().expect("changes")).expect("what was written is JSON");
    let record = serde_json::json!({
        "seq": 2, "id": "two", "file": "changelog.yaml", "author": null, "comment": null, "tag": null,
        "checksum": "1:x", "reverse_checksum": null, "parameters": null, "state": "applied", "direction": "up",
        "started": "", "duration_ms": 0, "run_by": "x", "version": "0", "deployment": null, "changes": stored,
    });
    let entry = serde_json::json!({ "from": 0, "to": 1, "part": 0, "statement": "x", "record": record }).to_string();
    let sha256 = driftless::changelog::sha256_hex(entry.as_bytes());
    let entry = database.target().dialect.string(&entry);
    format!(
        "INSERT INTO driftless_history_journal (step, id, state, content, content_sha256, error, started, run_by, format) \
         VALUES (1, 'two', 'intent', {entry}, '{sha256}', NULL, '', 'x', 1)"
    )
}

/// The harmless twin of [`an_altered_journal_is_refused`]: the same row, not altered, is read.
#[test]
fn a_sound_journal_is_read() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        database.execute(&journal_row(database));
        database.execute("DELETE FROM driftless_history WHERE id = 'two'");
        let output = database.driftless(&log, &["status"]);
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("damaged"), "{}: {text}", database.engine);
        assert!(text.contains("two"), "{}: {text}", database.engine);
    });
}
