//! A process that is killed in the middle of a rebuild: nothing of it is left, and the next run works.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::trial::Trial;

/// A query that never ends: whoever runs it is caught in the middle.
const ENDLESS: &str = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)";

const BASE: &str = "- create_table:
    table: t
    columns: [{name: id, type: bigint, identity: true, primary_key: true}, {name: a, type: int}]
- create_table:
    table: child
    columns: [{name: id, type: int, primary_key: true}, {name: t, type: bigint, references: {table: t, columns: [id], on_delete: cascade}}]
- create_index: {table: t, columns: [a]}
- create_view: {view: v, query: SELECT a FROM t}
- create_trigger: {trigger: r, table: t, timing: after, events: [insert], body: 'BEGIN INSERT INTO child VALUES (new.id, new.id); END'}";

/// More than fits into the cache: some of it is written to the file before the transaction ends.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO t (a) SELECT i FROM n; DELETE FROM t WHERE id = 3000";

const MENDED: &str = "- create_check_constraint: {table: t, expression: a > 0}";

/// Starts `up`, and waits until it says a word.
fn up(trial: &Trial, word: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_driftless"))
        .args([
            "--changelog",
            &trial.path.display().to_string(),
            "--url",
            &trial.database.url,
            "up",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains(word) {
        line.clear();
        assert_ne!(
            told.read_line(&mut line).expect("a line"),
            0,
            "it ended before it said {word}"
        );
    }
    // Whatever it has to say from here on is lost with it.
    std::mem::forget(told);
    child
}

/// Waits for a file that the program makes.
fn until_there(file: &Path, child: &mut Child) {
    while !file.exists() {
        let ended = child.try_wait().expect("its state");
        assert!(ended.is_none(), "it ended before there was {}", file.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn killed(operations: &str, transaction: bool) {
    let trial = Trial::new(BASE, ROWS);
    let before = trial.state();
    trial.write(operations);
    if !transaction {
        let text = std::fs::read_to_string(&trial.path).expect("a file");
        let text = text.replace("- id: change\n", "- id: change\n    transaction: false\n");
        std::fs::write(&trial.path, text).expect("a file");
    }
    let mut child = up(&trial, "ready");
    until_there(&trial.database.folder().join("test.db-journal"), &mut child);
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    trial.state().assert_is(&before, operations);
    assert_eq!(trial.one("PRAGMA integrity_check"), "ok");
    trial.up(MENDED);
    trial.state().assert_rows_are(&before, operations);
    trial.down();
    trial.state().assert_is(&before, operations);
}

#[test]
fn while_rows_are_copied() {
    let copies = format!(
        "- print: {{message: ready}}\n- alter_column: {{table: t, column: a, type: bigint, using: \"CASE id WHEN 2900 THEN {ENDLESS} ELSE a END\"}}"
    );
    killed(&copies, true);
    killed(&copies, false);
}

#[test]
fn between_the_rebuild_and_the_end_of_its_transaction() {
    killed(
        &format!("{MENDED}\n- print: {{message: ready}}\n- sql: {{up: \"SELECT {ENDLESS}\", effects: []}}"),
        true,
    );
}
