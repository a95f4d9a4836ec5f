//! `on_error: go_on`: a changeset that fails is rolled back and stays pending, and the run goes on with what does not
//! depend on it.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{TestDatabase, on_engines, write};

/// The one in the middle fails for as long as there is no table that only somebody else makes.
const CHANGELOG: &str = r#"
changesets:
  - id: first
    operations:
      - create_table: { table: a, columns: [{ name: id, type: int, primary_key: true }] }
  - id: may-fail
    on_error: go_on
    operations:
      - sql: { up: "INSERT INTO somebody_elses VALUES (1)", down: "DELETE FROM somebody_elses" }
  - id: behind
    depends_on: [may-fail]
    operations:
      - insert: { table: a, rows: [{ id: 7 }] }
  - id: last
    operations:
      - insert: { table: a, rows: [{ id: 1 }] }
"#;

fn changelog(database: &TestDatabase, text: &str) -> PathBuf {
    write(database.folder().join("changelog.yaml"), text)
}

fn up(database: &TestDatabase, path: &Path) -> (i32, String) {
    told(&database.driftless(path, &["up"]))
}

fn told(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let code = output.status.code().expect("it ended by itself");
    (code, String::from_utf8_lossy(&text).into_owned())
}

fn ids(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id FROM driftless_history ORDER BY seq");
    rows.into_iter().flatten().flatten().collect()
}

#[test]
fn what_fails_stays_pending_and_the_others_are_applied() {
    on_engines(|engine| {
        let database = TestDatabase::new(engine);
        let path = changelog(&database, CHANGELOG);
        let (code, text) = up(&database, &path);
        assert_eq!(code, 7, "{engine}: {text}");
        for part in [
            "warning[",
            "stays pending",
            "behind",
            "which it depends on",
            "1 changeset failed",
        ] {
            assert!(text.contains(part), "{engine}: no `{part}` in\n{text}");
        }
        assert!(!text.contains("error["), "{engine}: {text}");
        assert_eq!(ids(&database), ["first", "last"], "{engine}");
        let (code, text) = up(&database, &path);
        assert_eq!((code, ids(&database).len()), (7, 2), "{engine}: {text}");
        let json = database.driftless(&path, &["up", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
        assert_eq!(json["exit_code"], 7, "{engine}: {json}");
        assert_eq!(json["result"]["failed"][0]["id"], "may-fail", "{engine}: {json}");
        assert_eq!(json["result"]["left_out"][0]["id"], "behind", "{engine}: {json}");
        database.execute("CREATE TABLE somebody_elses (id int)");
        let (code, text) = up(&database, &path);
        assert_eq!(code, 0, "{engine}: {text}");
        assert_eq!(ids(&database), ["first", "last", "may-fail", "behind"], "{engine}");
        database.run(&path, &["down", "-4", "--allow-data-loss"]);
    });
}

/// What the changeset did before it failed is not there; where that cannot be, the run ends, and goes on from there.
#[test]
fn what_it_did_is_rolled_back_or_the_run_ends() {
    on_engines(|engine| {
        let database = TestDatabase::new(engine);
        let operations = "      - create_table: { table: b, columns: [{ name: id, type: int }] }\n      - sql: {";
        let path = changelog(&database, &CHANGELOG.replacen("      - sql: {", operations, 1));
        let (code, text) = up(&database, &path);
        let commits_by_itself = matches!(engine, "mysql" | "mariadb");
        if !commits_by_itself {
            assert_eq!(
                (code, ids(&database)),
                (7, vec!["first".into(), "last".into()]),
                "{engine}: {text}"
            );
            database.execute("CREATE TABLE b (id int)");
            return;
        }
        assert_eq!((code, ids(&database).len()), (5, 2), "{engine}: {text}");
        assert!(text.contains("half applied"), "{engine}: {text}");
        database.execute("CREATE TABLE somebody_elses (id int)");
        let (code, text) = up(&database, &path);
        assert_eq!(code, 0, "{engine}: {text}");
    });
}

/// Mistakes that are found before the run leave it out; they are errors where it may not fail.
#[test]
fn mistakes_of_it_do_not_stop_the_others() {
    let database = TestDatabase::new("sqlite");
    let text = CHANGELOG.replacen(
        "      - sql: { up: \"INSERT INTO somebody_elses VALUES (1)\", down: \"DELETE FROM somebody_elses\" }\n",
        "      - create_table: { table: c, columns: [{ name: id, type: int }] }\n      - drop_table: { table: nowhere }\n",
        1,
    );
    let path = changelog(&database, &text);
    let (code, told_of) = told(&database.driftless(&path, &["validate"]));
    assert!(code == 0 && told_of.contains("unknown table `nowhere`"), "{told_of}");
    let (code, told_of) = up(&database, &path);
    assert_eq!(code, 7, "{told_of}");
    assert!(
        told_of.contains("warning[unknown-table]") && told_of.contains("is left out"),
        "{told_of}"
    );
    assert_eq!(ids(&database), ["first", "last"]);
    let script = database.run(&path, &["sql"]);
    assert!(script.contains("may-fail") && !script.contains("nowhere"), "{script}");
    let (code, told_of) = up(&database, &path);
    assert_eq!(code, 7, "{told_of}");
    write(path.clone(), &text.replace("    on_error: go_on\n", ""));
    let (code, told_of) = up(&database, &path);
    assert!(
        code == 2 && told_of.contains("error[unknown-table]"),
        "{code}: {told_of}"
    );
}

#[test]
fn a_script_says_that_it_ends_there() {
    let database = TestDatabase::new("sqlite");
    let path = changelog(&database, CHANGELOG);
    let script = database.run(&path, &["sql"]);
    assert!(
        script.contains("-- `on_error: go_on` cannot be said in a script"),
        "{script}"
    );
}
