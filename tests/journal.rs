//! Changesets that are not one transaction: how far they came is known, and gone on from.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{TestDatabase, block_on, write};

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn project(database: &TestDatabase, changelog: &str) -> PathBuf {
    write(database.folder().join("changelog.yaml"), changelog)
}

fn up(database: &TestDatabase, file: &Path, code: i32) -> String {
    moves(database, file, &["up"], code)
}

fn moves(database: &TestDatabase, file: &Path, arguments: &[&str], code: i32) -> String {
    let output = database.driftless(file, arguments);
    let told = said(&output);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}: {}: {told}",
        database.engine,
        arguments.join(" ")
    );
    told
}

/// The last state of each changeset.
fn states(database: &TestDatabase) -> Vec<(String, String)> {
    let mut states: Vec<(String, String)> = Vec::new();
    for row in database.query("SELECT id, state FROM driftless_history ORDER BY seq") {
        let [Some(id), Some(state)] = row.as_slice() else {
            panic!("a row without id and state");
        };
        states.retain(|(known, _)| known != id);
        states.push((id.clone(), state.clone()));
    }
    states
}

fn journal(database: &TestDatabase) -> usize {
    database.query("SELECT step FROM driftless_history_journal").len()
}

/// A raw statement that is sent by itself and fails, or a table that makes it fail no more.
const STEPS: &str = "
changesets:
  - id: steps
    transaction: false
    operations:
      - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}
      - insert: {table: a, rows: [{id: 1}, {id: 2}]}
      - sql: {up: \"INSERT INTO b VALUES (1)\", down: \"DELETE FROM b\"}
      - create_table: {table: c, columns: [{name: id, type: int, primary_key: true}]}
";

#[test]
fn a_changeset_corrected_after_it_failed_goes_on_with_what_is_left() {
    support::on_all(|database| {
        let file = project(database, STEPS);
        let told = up(database, &file, 5);
        assert!(told.contains("2 of its 4 changes are done"), "{told}");
        assert_eq!(journal(database), 0);
        let told = moves(database, &file, &["status"], 0);
        assert!(
            told.contains("half applied steps") && told.contains("stopped by:"),
            "{told}"
        );
        moves(database, &file, &["status", "--check"], 5);
        let file = project(
            database,
            &STEPS.replace(
                "      - sql: {up: \"INSERT INTO b VALUES (1)\", down: \"DELETE FROM b\"}\n",
                "      - create_table: {table: b, columns: [{name: id, type: int, primary_key: true}]}\n",
            ),
        );
        up(database, &file, 0);
        assert_eq!(states(database), [("steps".to_string(), "applied".to_string())]);
        assert_eq!(database.rows("a", "id").len(), 2);
        moves(database, &file, &["down", "base", "--allow-data-loss"], 0);
        assert!(
            !database.normal_form().0.keys().any(|what| what.starts_with("table a")),
            "{}",
            database.engine
        );
    });
}

#[test]
fn what_is_done_is_taken_back_from_half_way() {
    support::on_all(|database| {
        let file = project(database, STEPS);
        up(database, &file, 5);
        moves(database, &file, &["down", "-1", "--allow-data-loss"], 0);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
        assert_eq!(states(database), [("steps".to_string(), "reverted".to_string())]);
    });
}

/// The journal as it is when a run is cut off in the middle of a statement: written by a run that fails in it, and kept.
fn cut_off(database: &TestDatabase, file: &Path, statement: &str) {
    // Whatever the run writes down of its failure is refused, as if it were not there any more.
    let triggers: &[&str] = match database.engine {
        "postgres" => &[
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''cut''; END'",
            "CREATE TRIGGER cut BEFORE DELETE ON driftless_history_journal FOR EACH ROW EXECUTE FUNCTION cut()",
        ],
        _ => &[
            "CREATE TRIGGER cut BEFORE DELETE ON driftless_history_journal FOR EACH ROW \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut'",
        ],
    };
    triggers.iter().for_each(|sql| database.execute(sql));
    up(database, file, 1);
    match database.engine {
        "postgres" => database.execute("DROP FUNCTION cut CASCADE"),
        _ => database.execute("DROP TRIGGER cut"),
    }
    let rows = database.query("SELECT content FROM driftless_history_journal ORDER BY step DESC");
    let last = rows.first().and_then(|row| row[0].clone()).expect("an intent");
    assert!(last.contains(statement), "{}: {last}", database.engine);
}

const QUESTION: &str = "
changesets:
  - id: first
    operations:
      - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}
  - id: asked
    transaction: false
    operations:
      - sql: {up: \"CALL make_b()\", down: \"DROP TABLE b\"}
      - create_table: {table: c, columns: [{name: id, type: int, primary_key: true}]}
";

#[test]
fn a_question_is_shown_and_answered_once() {
    for engine in ["postgres", "mysql", "mariadb"] {
        let database = &TestDatabase::new(engine);
        let file = project(database, QUESTION);
        moves(database, &file, &["up", "+1"], 0);
        cut_off(database, &file, "CALL make_b()");
        let told = up(database, &file, 5);
        for part in [
            "changeset `asked` was cut off in the middle of a statement",
            "the statement was: CALL make_b()",
            "`driftless resume --done` or `driftless resume --not-done`",
        ] {
            assert!(told.contains(part), "{engine}: {told}");
        }
        moves(database, &file, &["plan"], 5);
        moves(database, &file, &["sql"], 5);
        moves(database, &file, &["status", "--check"], 5);
        let json = database.driftless(&file, &["status", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
        let partial = &json["result"]["partial"];
        assert_eq!(partial["id"], "asked");
        assert_eq!(partial["in_flight"]["verdict"], "unknown");
        assert_eq!(partial["in_flight"]["statement"], "CALL make_b()");
        moves(database, &file, &["resume"], 5);
        moves(database, &file, &["resume", "--done", "--not-done"], 2);
        // It did not happen: the procedure is not there.
        moves(database, &file, &["resume", "--not-done"], 0);
        assert_eq!(journal(database), 0);
        let told = moves(database, &file, &["resume", "--done"], 0);
        assert!(told.contains("nothing to resume"), "{told}");
        let body = match engine {
            "postgres" => "CREATE PROCEDURE make_b() LANGUAGE sql AS 'CREATE TABLE b (id int)'",
            _ => "CREATE PROCEDURE make_b() CREATE TABLE b (id int)",
        };
        database.execute(body);
        up(database, &file, 0);
        assert_eq!(
            states(database),
            [
                ("first".to_string(), "applied".to_string()),
                ("asked".to_string(), "applied".to_string())
            ]
        );
    }
}

#[test]
fn an_answer_against_what_the_database_shows_is_refused() {
    let database = &TestDatabase::new("mysql");
    let file = project(
        database,
        "changesets:\n  - id: one\n    operations:\n      - create_table: {table: a, columns: [{name: id, type: int}]}\n",
    );
    database.execute("CREATE TABLE a (id int)");
    moves(database, &file, &["status"], 0);
    // Makes the history, and fails.
    up(database, &file, 1);
    cut_off(database, &file, "CREATE TABLE `a`");
    let told = moves(database, &file, &["resume", "--not-done"], 2);
    assert!(
        told.contains("the database shows that the statement happened"),
        "{told}"
    );
    database.execute("DROP TABLE a");
    let told = moves(database, &file, &["resume", "--done"], 2);
    assert!(
        told.contains("the database shows that the statement did not happen"),
        "{told}"
    );
    moves(database, &file, &["resume"], 0);
    up(database, &file, 0);
}

#[test]
fn an_index_that_was_not_built_to_its_end_does_not_stay() {
    let database = &TestDatabase::new("postgres");
    let file = project(
        database,
        "changesets:\n  - id: table\n    operations:\n      - create_table: {table: a, columns: [{name: id, type: int}]}\n  \
         - id: index\n    operations:\n      \
         - create_index: {table: a, columns: [{expression: 1 / id}], name: ix_a, concurrently: true}\n",
    );
    moves(database, &file, &["up", "+1"], 0);
    let indexes = "SELECT indexrelid::regclass::text, indisvalid::text FROM pg_index WHERE indrelid = 'a'::regclass";
    database.execute("INSERT INTO a VALUES (0)");
    let told = up(database, &file, 1);
    assert!(told.contains("division by zero"), "{told}");
    assert!(database.query(indexes).is_empty());
    // The same, cut off in its middle: what is left is found by the next run.
    cut_off(database, &file, "CREATE INDEX CONCURRENTLY");
    let _ = database.driftless(&file, &["status"]);
    block_on(async {
        let mut session = support::connect(&database.url).await;
        let failed = session.run("CREATE INDEX CONCURRENTLY ix_a ON a ((1 / id))").await;
        assert!(failed.is_err());
    });
    // Who only looks writes nothing.
    for (look, code) in [
        (&["status"][..], 0),
        (&["plan"], 0),
        (&["plan", "--down", "-1"], 0),
        (&["sql"], 5),
        (&["up", "--dry-run"], 5),
        (&["down", "-1", "--dry-run"], 5),
        (&["up", "--rehearse"], 6),
    ] {
        let mut command = database.command(&file, look);
        command.env("PGOPTIONS", "-c default_transaction_read_only=on");
        let output = command.output().expect("the program starts");
        let told = said(&output);
        assert_eq!(output.status.code(), Some(code), "{look:?}: {told}");
        assert!(!told.contains("read-only transaction"), "{look:?}: {told}");
    }
    assert_eq!(
        database.query(indexes),
        [[Some("ix_a".to_string()), Some("false".to_string())]]
    );
    database.execute("UPDATE a SET id = 1");
    up(database, &file, 0);
    assert_eq!(
        database.query(indexes),
        [[Some("ix_a".to_string()), Some("true".to_string())]]
    );
}

/// Changesets that take their time, the last one of which fails on its way back.
fn unhurried(engine: &str) -> String {
    let slow = match engine {
        "postgres" => "INSERT INTO a SELECT 1 FROM pg_sleep(1)",
        "sqlite" => {
            "INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT count(*) FROM n"
        }
        _ => "INSERT INTO a SELECT SLEEP(1)",
    };
    format!(
        "changesets:\n  - id: one\n    operations:\n      - create_table: {{table: a, columns: [{{name: id, type: int}}]}}\n  \
         - id: slow\n    operations:\n      - sql: {{up: \"{slow}\", down: DELETE FROM a}}\n  \
         - id: last\n    transaction: false\n    operations:\n      - sql: {{up: INSERT INTO a VALUES (5), down: DELETE FROM nowhere}}\n      \
         - create_table: {{table: b, columns: [{{name: id, type: int}}]}}\n"
    )
}

#[test]
fn a_run_goes_on_when_nobody_listens_any_more() {
    support::on_all(|database| {
        let file = project(database, &unhurried(database.engine));
        let mut command = database.command(&file, &["up"]);
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop((child.stdout.take(), child.stderr.take()));
        let status = child.wait().expect("the program ends");
        assert!(status.success(), "{}: {status:?}", database.engine);
        let ids: Vec<String> = states(database).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["one", "slow", "last"], "{}", database.engine);
    });
}

#[test]
fn the_history_says_when_each_began_and_how_long_it_took() {
    support::on_all(|database| {
        let file = project(database, &unhurried(database.engine));
        up(database, &file, 0);
        let rows = database.query("SELECT started, duration_ms FROM driftless_history ORDER BY seq");
        let field = |row: usize, at: usize| rows[row][at].clone().expect("a value");
        let took: u64 = field(1, 1).parse().expect("a number");
        assert!(took >= 100, "{}: it took {took} ms", database.engine);
        // The first 23 characters: to the millisecond, and nothing finer.
        let moments: Vec<String> = (0..3).map(|row| field(row, 0)).collect();
        assert!(
            moments.iter().all(|moment| moment.len() == 24 && moment.ends_with('Z')),
            "{moments:?}"
        );
        assert!(moments.is_sorted(), "{}: {moments:?}", database.engine);
        // What came after it began at least as long after it began.
        let ms = |moment: &str| -> u64 {
            let parts: Vec<u64> = moment[11..23]
                .split([':', '.'])
                .map(|part| part.parse().expect("a number"))
                .collect();
            ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
        };
        let day = 24 * 60 * 60 * 1000;
        let apart = (ms(&moments[2]) + day - ms(&moments[1])) % day;
        assert!(apart + 20 >= took, "{}: {moments:?}, {took} ms", database.engine);
    });
}

#[test]
fn a_way_back_that_fails_again_is_half_applied_still() {
    support::on_all(|database| {
        let file = project(database, &unhurried(database.engine));
        up(database, &file, 0);
        for _ in 0..2 {
            let told = moves(database, &file, &["down", "-1", "--allow-data-loss"], 5);
            assert!(
                told.contains("1 of its 2 changes are taken back")
                    || told.contains("0 of its 1 changes are taken back"),
                "{told}"
            );
            assert!(told.contains("`driftless up` does again what is taken back"), "{told}");
        }
        up(database, &file, 0);
        let last = states(database).pop();
        assert_eq!(
            last,
            Some(("last".to_string(), "applied".to_string())),
            "{}",
            database.engine
        );
    });
}

#[test]
fn rows_without_transactions_are_a_question() {
    for engine in ["mysql", "mariadb"] {
        let database = &TestDatabase::new(engine);
        let file = project(
            database,
            "changesets:\n  - id: table\n    operations:\n      \
             - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}], options: {mysql: {engine: MyISAM}}}\n  \
             - id: rows\n    operations:\n      - insert: {table: a, rows: [{id: 1}, {id: 2}]}\n",
        );
        moves(database, &file, &["up", "+1"], 0);
        database.execute("INSERT INTO a VALUES (2)");
        cut_off(database, &file, "INSERT INTO `a`");
        let told = up(database, &file, 5);
        assert!(told.contains("the database cannot tell"), "{told}");
        // One of the two rows is there: taken out by hand, as whoever answers has to.
        database.execute("DELETE FROM a");
        moves(database, &file, &["resume", "--not-done"], 0);
        up(database, &file, 0);
        assert_eq!(database.rows("a", "id").len(), 2);
    }
}

#[test]
fn a_routine_that_is_replaced_in_two_statements_is_known_in_between() {
    let database = &TestDatabase::new("mysql");
    let routine = |id: &str, body: &str, more: &str| {
        format!(
            "  - id: {id}\n    operations:\n      \
             - create_procedure: {{procedure: p, body: \"{body}\"{more}}}\n"
        )
    };
    let first = routine("make", "SELECT 1", "");
    let broken = routine("replace", "SELECT FROM WHERE", ", replace: true");
    let file = project(database, &format!("changesets:\n{first}{broken}"));
    let told = up(database, &file, 5);
    assert!(told.contains("1 of its 2 changes are done"), "{told}");
    // Back: the old one stands again.
    moves(database, &file, &["down", "-1"], 0);
    let rows =
        database.query("SELECT routine_definition FROM information_schema.routines WHERE routine_schema = database()");
    assert_eq!(rows, [[Some("SELECT 1".to_string())]]);
}

#[test]
fn a_trigger_that_a_half_applied_changeset_made_is_not_in_its_way() {
    let database = &TestDatabase::new("sqlite");
    let text = "changesets:\n  - id: one\n    transaction: false\n    operations:\n      \
        - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}\n      \
        - create_trigger: {trigger: t, table: a, timing: after, events: [insert], body: DELETE FROM a WHERE id = 0}\n      \
        - insert: {table: a, rows: [{id: 1}]}\n      \
        - sql: {up: INSERT INTO a VALUES (1), down: DELETE FROM a}\n";
    let file = project(database, text);
    let told = up(database, &file, 5);
    assert!(told.contains("3 of its 4 changes are done"), "{told}");
    let file = project(database, &text.replace("VALUES (1)", "VALUES (2)"));
    up(database, &file, 0);
    assert_eq!(database.rows("a", "id").len(), 2);
}

#[test]
fn what_was_set_aside_for_nothing_is_not_brought_back_twice() {
    support::on_all(|database| {
        let text = "changesets:\n  - id: tables\n    operations:\n      \
            - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}, {name: n, type: int}]}\n      \
            - create_table: {table: b, columns: [{name: id, type: int, primary_key: true}, {name: a, type: int, references: a(id)}]}\n      \
            - insert: {table: a, rows: [{id: 1, n: 1}, {id: 2, n: 2}]}\n      - insert: {table: b, rows: [{id: 1, a: 2}]}\n  \
            - id: less\n    transaction: false\n    operations:\n      \
            - update: {table: a, set: {n: 5}, where: id = 1, keep: true}\n      \
            - delete: {table: a, where: id = 2, keep: true}\n";
        let file = project(database, text);
        let told = up(database, &file, 5);
        assert!(
            told.contains("changeset `less` is half applied: 3 of its 4 changes"),
            "{told}"
        );
        let before = database.rows("a", "id, n");
        let two = |n: &str| {
            vec![
                vec![Some("1".to_string()), Some(n.to_string())],
                vec![Some("2".to_string()), Some("2".to_string())],
            ]
        };
        assert_eq!(before, two("5"));
        moves(database, &file, &["down", "-1"], 0);
        assert_eq!(database.rows("a", "id, n"), two("1"));
        let kept = database
            .normal_form()
            .0
            .keys()
            .any(|what| what.starts_with("table driftless_kept"));
        assert!(!kept, "{}", database.engine);
        database.execute("DELETE FROM b");
        up(database, &file, 0);
        moves(database, &file, &["down", "-1"], 0);
        assert_eq!(database.rows("a", "id, n"), two("1"));
    });
}
