//! The program as its users meet it: commands, flags, mistakes, exit codes, pipes.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{TestDatabase, driftless, write};

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn expect(output: &Output, code: i32, words: &[&str]) {
    let all = text(output);
    assert_eq!(output.status.code(), Some(code), "{all}");
    for word in words {
        assert!(all.contains(word), "`{word}` is missing in:\n{all}");
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn changelog(folder: &Path, changesets: &str) -> PathBuf {
    write(folder.join("changelog.yaml"), &format!("changesets:\n{changesets}"))
}

const USERS: &str = "  - id: users
    author: ana
    tag: v1
    operations:
      - create_table: {table: users, columns: [{name: id, type: bigint, primary_key: true}, {name: name, type: varchar(50)}]}
";

const ROWS: &str = "  - id: rows
    operations:
      - insert: {table: users, rows: [{id: 1, name: Ana}, {id: 2, name: Bo}]}
";

const EMAIL: &str = "  - id: email
    labels: [accounts]
    operations:
      - add_column: {table: users, column: {name: email, type: varchar(100)}}
";

#[test]
fn an_sqlite_file_that_has_to_be_there() {
    let folder = folder();
    write(
        folder.path().join("changelog.yaml"),
        "changesets: [{ id: a, operations: [{ print: { message: Hello } }] }]\n",
    );
    for mode in ["rw", "ro"] {
        let url = format!("sqlite:app.db?mode={mode}");
        for command in ["status", "plan", "up"] {
            let output = driftless(folder.path(), &[command, "--url", &url]);
            expect(
                &output,
                1,
                &[
                    "there is no file `app.db`",
                    "by the `mode` in its URL the file has to be there",
                ],
            );
            assert!(
                !String::from_utf8_lossy(&output.stderr).contains("is not there yet"),
                "{command}"
            );
        }
    }
    assert!(!folder.path().join("app.db").exists());
    expect(
        &driftless(folder.path(), &["up", "--url", "sqlite:app.db"]),
        0,
        &["Hello"],
    );
    write(
        folder.path().join("changelog.yaml"),
        "changesets: [{ id: b, operations: [{ print: { message: Hello } }] }]\n",
    );
    let output = driftless(folder.path(), &["up", "--url", "sqlite:app.db?mode=ro"]);
    expect(&output, 1, &["[8]", "or its URL has `mode=ro`"]);
}

#[test]
fn a_project_from_nothing() {
    let folder = folder();
    expect(&driftless(folder.path(), &["init"]), 0, &["wrote", "driftless.yaml"]);
    expect(&driftless(folder.path(), &["init"]), 2, &["there already"]);
    expect(
        &driftless(folder.path(), &["new", "add nickname to users"]),
        0,
        &["add_nickname_to_users.yaml"],
    );
    expect(&driftless(folder.path(), &["validate"]), 0, &["2 changesets valid"]);
    expect(
        &driftless(folder.path(), &["plan"]),
        0,
        &["app.db` is not there yet", "create table users"],
    );
    expect(
        &driftless(folder.path(), &["up"]),
        0,
        &["create-users", "2 changesets applied"],
    );
    expect(&driftless(folder.path(), &["up"]), 0, &["nothing to do"]);
    expect(&driftless(folder.path(), &["status"]), 0, &["2 applied, 0 pending"]);
    expect(&driftless(folder.path(), &["history"]), 0, &["create-users"]);
    expect(
        &driftless(folder.path(), &["down", "base"]),
        0,
        &["2 changesets taken back"],
    );
    expect(&driftless(folder.path(), &["status", "--check"]), 3, &["2 pending"]);
}

#[test]
fn targets_of_moves() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), &format!("{USERS}{ROWS}{EMAIL}"));
        let database = TestDatabase::new(engine);
        let run = |arguments: &[&str]| database.driftless(&log, arguments);
        expect(&run(&["up", "+1"]), 0, &["1 changeset applied"]);
        expect(&run(&["up", "rows"]), 0, &["+ rows"]);
        expect(&run(&["status", "--check"]), 3, &["2 applied, 1 pending", "tag v1"]);
        expect(&run(&["upgrade"]), 0, &["+ email"]);
        expect(&run(&["down"]), 2, &["needs a target"]);
        expect(&run(&["down", "-1"]), 0, &["- email"]);
        expect(&run(&["rollback", "users"]), 0, &["- rows"]);
        expect(&run(&["update"]), 0, &["2 changesets applied"]);
        expect(&run(&["down", "tag:v1"]), 0, &["- email", "- rows"]);
        expect(&run(&["down", "tag:v2"]), 2, &["no tag `v2`", "did you mean `v1`?"]);
        expect(&run(&["up", "emial"]), 2, &["did you mean `email`?"]);
        expect(&run(&["up", "-1"]), 2, &["is a target of `down`"]);
        expect(&run(&["up"]), 0, &[]);
        expect(
            &run(&["down", "base"]),
            6,
            &["table `users` with its rows", "--allow-data-loss"],
        );
        expect(
            &run(&["downgrade", "base", "--allow-data-loss"]),
            0,
            &["3 changesets taken back"],
        );
        expect(&run(&["history"]), 0, &["reverted"]);
        assert!(database.normal_form().0.is_empty(), "{engine}: something is left");
    }
}

/// A tag in the file is no part of the wording, and comes and goes by a repair.
#[test]
fn a_tag_that_is_written_or_taken_out_later_is_recorded_by_a_repair() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), &format!("{USERS}{ROWS}"));
        let database = TestDatabase::new(engine);
        let run = |arguments: &[&str]| database.driftless(&log, arguments);
        database.run(&log, &["up"]);
        expect(
            &run(&["tag", "v1", "--delete"]),
            2,
            &["take it out of the file, and say `driftless repair`"],
        );
        let moved = format!("{}{ROWS}", USERS.replace("    tag: v1\n", ""));
        changelog(
            folder.path(),
            &moved.replace("  - id: rows\n", "  - id: rows\n    tag: v2\n"),
        );
        expect(
            &run(&["status", "--check"]),
            4,
            &[
                "another tag in the file",
                "`driftless repair` records: users",
                "`driftless repair` records: rows",
            ],
        );
        expect(&run(&["up"]), 0, &["nothing to do"]);
        expect(&run(&["repair"]), 0, &["recorded users", "recorded rows"]);
        expect(&run(&["status", "--check"]), 0, &["2 applied, 0 pending, tag v2"]);
        expect(&run(&["repair"]), 0, &["nothing to repair"]);
        let list = database.run(&log, &["tag", "--list"]);
        assert!(
            !list.contains("v1") && list.contains("v2  after rows"),
            "{engine}: {list}"
        );
        expect(&run(&["down", "tag:v2"]), 0, &["nothing to do"]);
        expect(&run(&["down", "base", "--allow-data-loss"]), 0, &["- users"]);
    }
}

#[test]
fn edited_after_applied() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), USERS);
        let database = TestDatabase::new(engine);
        let run = |arguments: &[&str]| database.driftless(&log, arguments);
        database.run(&log, &["up"]);
        let before = database.normal_form();
        changelog(
            folder.path(),
            &format!("{}{ROWS}", USERS.replace("varchar(50)", "varchar(60)")),
        );
        expect(
            &run(&["up"]),
            4,
            &[
                "edited after it was applied",
                "-      type: varchar(50)",
                "+      type: varchar(60)",
                "accept_checksums",
                "repair",
            ],
        );
        expect(&run(&["status", "--check"]), 4, &["edited after it was applied"]);
        expect(
            &run(&["repair"]),
            6,
            &["means something else", "varchar(60)", "--schema-already-so"],
        );
        support::assert_same(&before, &database.normal_form(), "nothing was changed");
        expect(&run(&["repair", "--schema-already-so"]), 0, &["recorded"]);
        expect(&run(&["up"]), 0, &["+ rows"]);
        // A new wording of the same meaning is repaired without more ado.
        changelog(
            folder.path(),
            &format!("{}{ROWS}", USERS.replace("varchar(50)", "{varchar: [60]}")),
        );
        expect(&run(&["up"]), 4, &["edited"]);
        expect(&run(&["repair"]), 0, &["recorded"]);
        expect(&run(&["up"]), 0, &["nothing to do"]);
        expect(
            &run(&["down", "base", "--allow-data-loss"]),
            0,
            &["2 changesets taken back"],
        );
    }
}

#[test]
fn an_accepted_checksum_is_no_edit() {
    let folder = folder();
    let log = changelog(folder.path(), USERS);
    let database = TestDatabase::new("sqlite");
    database.run(&log, &["up"]);
    let old = database.query("SELECT checksum FROM driftless_history")[0][0]
        .clone()
        .expect("a checksum");
    changelog(
        folder.path(),
        &USERS.replace("varchar(50)", "varchar(60)").replace(
            "    tag: v1\n",
            &format!("    tag: v1\n    accept_checksums: [\"{old}\"]\n"),
        ),
    );
    expect(&database.driftless(&log, &["up"]), 0, &["nothing to do"]);
}

#[test]
fn the_history_knows_the_way_back_without_the_files() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), &format!("{USERS}{EMAIL}"));
        let database = TestDatabase::new(engine);
        database.run(&log, &["up"]);
        changelog(folder.path(), USERS);
        expect(
            &database.driftless(&log, &["status"]),
            0,
            &["applied, but not in the files"],
        );
        expect(&database.driftless(&log, &["down", "base"]), 0, &["- email", "- users"]);
        assert!(database.normal_form().0.is_empty(), "{engine}: something is left");
    }
}

#[test]
fn a_failing_statement_points_at_its_operation() {
    for engine in support::ENGINES {
        let folder = folder();
        let bad = "  - id: bad\n    operations:\n      - create_table: {table: t1, columns: [{name: id, type: int, primary_key: true}]}\n      - sql:\n          effects: []\n          down: select 1\n          up: |\n            select 1;\n            select nothing_there\n            from users;\n";
        let log = changelog(folder.path(), &format!("{USERS}{bad}"));
        let database = TestDatabase::new(engine);
        let output = database.driftless(&log, &["up"]);
        let code = if matches!(engine, "mysql" | "mariadb") { 5 } else { 1 };
        expect(
            &output,
            code,
            &["nothing_there", "changelog.yaml:", "in changeset `bad`"],
        );
        if engine == "postgres" {
            expect(&output, 1, &["select nothing_there", "changelog.yaml:15:20"]);
        }
        let there = database.normal_form();
        let has_t1 = there.0.contains_key("table t1");
        match engine {
            // What is done is recorded as such, and comes back.
            "mysql" | "mariadb" => {
                assert!(has_t1, "{engine}");
                expect(&output, 5, &["half applied"]);
                expect(
                    &database.driftless(&log, &["status", "--check"]),
                    5,
                    &["half applied", "done: create table t1", "nothing_there"],
                );
                expect(
                    &database.driftless(&log, &["tag", "v2"]),
                    5,
                    &["changeset `bad` is half applied"],
                );
                expect(
                    &database.driftless(&log, &["down", "-1"]),
                    6,
                    &["1 of the 2 statements of its SQL are done"],
                );
                // Without the statement that failed it goes on, and comes back.
                let mended = bad.replace("            select nothing_there\n            from users;\n", "");
                changelog(folder.path(), &format!("{USERS}{mended}"));
                expect(&database.driftless(&log, &["up"]), 0, &["+ bad"]);
                expect(&database.driftless(&log, &["down", "-1"]), 0, &["- bad"]);
                assert!(!database.normal_form().0.contains_key("table t1"), "{engine}");
            }
            _ => assert!(!has_t1, "{engine}: half a changeset stayed"),
        }
    }
}

#[test]
fn a_corrected_changeset_goes_on_where_it_stopped() {
    for engine in ["mysql", "mariadb"] {
        let folder = folder();
        let bad = "  - id: two\n    operations:\n      - create_table: {table: t1, columns: [{name: id, type: int, primary_key: true}]}\n      - sql: {up: 'insert into nowhere values (1)', down: select 1, effects: []}\n      - create_table: {table: t2, columns: [{name: id, type: int, primary_key: true}]}\n";
        let log = changelog(folder.path(), bad);
        let database = TestDatabase::new(engine);
        expect(
            &database.driftless(&log, &["up"]),
            5,
            &["half applied: 1 of its 3 changes"],
        );
        expect(&database.driftless(&log, &["up"]), 5, &["nowhere"]);
        changelog(
            folder.path(),
            &bad.replace("insert into nowhere values (1)", "insert into t1 values (1)"),
        );
        expect(&database.driftless(&log, &["plan"]), 0, &["1 change done before"]);
        expect(&database.driftless(&log, &["up"]), 0, &["+ two"]);
        assert_eq!(database.rows("t1", "id").len(), 1);
        expect(
            &database.driftless(&log, &["status", "--check"]),
            0,
            &["1 applied, 0 pending"],
        );
        expect(
            &database.driftless(&log, &["down", "base", "--allow-data-loss"]),
            0,
            &[],
        );
        assert!(database.normal_form().0.is_empty(), "{engine}: something is left");
    }
}

#[test]
fn contexts_labels_and_dialects_choose() {
    let folder = folder();
    let log = changelog(
        folder.path(),
        "  - {id: a, contexts: prod and not demo, operations: []}\n  - {id: b, labels: [billing], operations: []}\n  - {id: c, dialects: [mysql, \"!mariadb\"], operations: []}\n",
    );
    let database = TestDatabase::new("sqlite");
    let pending = |arguments: &[&str]| text(&database.driftless(&log, &[&["status"], arguments].concat()));
    assert!(pending(&[]).contains("2 pending"));
    assert!(pending(&["--contexts", "prod,demo"]).contains("1 pending"));
    assert!(pending(&["--contexts", "prod"]).contains("2 pending"));
    assert!(pending(&["--labels", "billing and not x"]).contains("1 pending"));
    expect(
        &database.driftless(&log, &["status", "--labels", "a and"]),
        2,
        &["expected a name", "^"],
    );
}

#[test]
fn mistakes_in_urls_and_flags() {
    let folder = folder();
    let log = changelog(folder.path(), USERS);
    let at = |url: &str| {
        driftless(
            folder.path(),
            &["--changelog", &log.display().to_string(), "--url", url, "status"],
        )
    };
    expect(&at("oracle://x"), 2, &["sqlite", "postgres", "mysql", "mariadb"]);
    expect(&at("sqlite:missing/x.db"), 1, &["missing"]);
    let output = at("postgres://app:s3cr3t@127.0.0.1:1/x");
    expect(&output, 1, &["cannot connect", "***"]);
    assert!(!text(&output).contains("s3cr3t"));
    expect(
        &driftless(folder.path(), &["status"]),
        2,
        &["no database is given", "--url"],
    );
    expect(&driftless(folder.path(), &["staus"]), 2, &["status"]);
    expect(
        &driftless(folder.path(), &["validate", "--dialect", "postgers"]),
        2,
        &["did you mean `postgres`?"],
    );
    expect(
        &driftless(folder.path(), &["validate", "--dialect", "postgres:9"]),
        2,
        &["older than the oldest supported"],
    );
    expect(&driftless(folder.path(), &["sql"]), 2, &["--dialect"]);
    expect(
        &driftless(folder.path(), &["validate", "--param", "x"]),
        2,
        &["NAME=VALUE"],
    );
    expect(
        &driftless(folder.path(), &["validate", "--changelog", "nowhere.yaml"]),
        2,
        &["nowhere.yaml", "no such file"],
    );
}

#[test]
fn wrong_passwords_are_not_printed() {
    for engine in ["postgres", "mysql", "mariadb"] {
        let folder = folder();
        let log = changelog(folder.path(), USERS);
        let database = TestDatabase::new(engine);
        let (head, tail) = database.url.split_once('@').expect("an account");
        let (user, _) = head.rsplit_once(':').expect("a password");
        let url = format!("{user}:wr0ng-s3cret@{tail}");
        let output = driftless(
            folder.path(),
            &["--changelog", &log.display().to_string(), "--url", &url, "up"],
        );
        expect(&output, 1, &["password"]);
        assert!(!text(&output).contains("wr0ng-s3cret"), "{engine}");
    }
}

#[test]
fn the_configuration_is_checked_and_overridden() {
    let folder = folder();
    changelog(folder.path(), USERS);
    let config = |text: &str| write(folder.path().join("driftless.yaml"), text);
    config("changelog: changelog.yaml\nenvironmnts: {}\n");
    expect(
        &driftless(folder.path(), &["validate"]),
        2,
        &[
            "unknown key `environmnts`",
            "did you mean `environments`?",
            "driftless.yaml:2:1",
        ],
    );
    config("targets: [postgers]\n");
    expect(
        &driftless(folder.path(), &["validate"]),
        2,
        &["did you mean `postgres`?", "driftless.yaml:1:11"],
    );
    config(
        "targets: [sqlite]\ndefault_environment: dev\nenvironments: {dev: {url: 'sqlite:dev.db'}, test: {url: 'sqlite:test.db'}}\n",
    );
    expect(&driftless(folder.path(), &["validate"]), 0, &["valid for SQLite 3.35"]);
    expect(&driftless(folder.path(), &["up"]), 0, &[]);
    assert!(folder.path().join("dev.db").exists());
    expect(&driftless(folder.path(), &["up", "--env", "test"]), 0, &[]);
    assert!(folder.path().join("test.db").exists());
    expect(
        &driftless(folder.path(), &["up", "--env", "tset"]),
        2,
        &["did you mean `test`?"],
    );
    config("history: {table: my_history}\n");
    expect(&driftless(folder.path(), &["up", "--url", "sqlite:own.db"]), 0, &[]);
    expect(
        &driftless(folder.path(), &["status", "--url", "sqlite:own.db", "--check"]),
        0,
        &["1 applied"],
    );
    expect(
        &driftless(folder.path(), &["sql", "--dialect", "mysql"]),
        0,
        &["`my_history`"],
    );
}

#[test]
fn json_is_one_envelope() {
    let folder = folder();
    let log = changelog(folder.path(), USERS);
    let database = TestDatabase::new("sqlite");
    let schema = driftless::cli::envelope_schema();
    for arguments in [
        &["validate"][..],
        &["plan", "--dialect", "postgres"],
        &["sql", "--dialect", "mysql"],
        &["up"],
        &["status"],
        &["history"],
        &["plan", "--down", "base"],
        &["down", "base"],
        &["down"],
        &["repair"],
        &["schema"],
    ] {
        let output = database.driftless(&log, &[arguments, &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", text(&output)));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        assert!(validator.is_valid(&json), "{arguments:?}: {json}");
        assert_eq!(json["command"], arguments[0]);
        assert_eq!(
            json["exit_code"].as_i64(),
            output.status.code().map(i64::from),
            "{arguments:?}"
        );
        assert!(output.stderr.is_empty(), "{arguments:?} says more: {}", text(&output));
    }
    write(
        log.clone(),
        "changesets:\n  - {id: a, operations: [{create_tabel: {}}]}\n",
    );
    let output = driftless(folder.path(), &["validate", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["diagnostics"][0]["code"], "unknown-key");
    assert_eq!(json["diagnostics"][0]["labels"][0]["line"], 2);
}

#[test]
fn scripts_go_to_stdout_and_nothing_else_does() {
    let folder = folder();
    let log = changelog(folder.path(), &format!("{USERS}{ROWS}{EMAIL}"));
    for dialect in support::ENGINES {
        let run = |more: &[&str]| {
            driftless(
                folder.path(),
                &[
                    &["sql", "--changelog", &log.display().to_string(), "--dialect", dialect],
                    more,
                ]
                .concat(),
            )
        };
        let output = run(&[]);
        assert!(output.stderr.is_empty());
        expect(&output, 0, &["CREATE TABLE", "INSERT INTO", "driftless_history"]);
        let output = run(&["--from", "users", "--to", "rows"]);
        expect(&output, 0, &["INSERT INTO"]);
        assert!(!text(&output).contains("CREATE TABLE"), "{dialect}");
        expect(&run(&["--from", "users", "--down"]), 0, &["taken back", "DELETE FROM"]);
        expect(&run(&["--from", "uesrs"]), 2, &["did you mean `users`?"]);
        expect(&run(&["--from", "email", "--to", "users"]), 2, &["stands behind"]);
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), USERS);
        let database = TestDatabase::new(engine);
        if engine == "sqlite" {
            database.execute("VACUUM");
        }
        expect(&database.driftless(&log, &["up", "--dry-run"]), 0, &["CREATE TABLE"]);
        assert!(database.normal_form().0.is_empty(), "{engine}");
        expect(
            &database.driftless(&log, &["history"]),
            0,
            &["there is no history here"],
        );
    }
}

#[test]
fn a_history_of_a_newer_version_is_refused() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), USERS);
        let database = TestDatabase::new(engine);
        database.run(&log, &["up"]);
        database.execute("UPDATE driftless_history SET format = 2, version = '9.9'");
        expect(
            &database.driftless(&log, &["up"]),
            1,
            &["written by driftless 9.9", "does not know"],
        );
    }
}

#[test]
fn a_damaged_history_is_noticed() {
    let folder = folder();
    let log = changelog(folder.path(), USERS);
    let database = TestDatabase::new("sqlite");
    database.run(&log, &["up"]);
    database.execute("UPDATE driftless_history SET changes = replace(changes, 'users', 'losers')");
    expect(
        &database.driftless(&log, &["down", "base"]),
        1,
        &["history is damaged", "`users`"],
    );
}

#[test]
fn ten_runners_at_once_on_an_empty_database() {
    for engine in support::ENGINES {
        let folder = folder();
        let log = changelog(folder.path(), &format!("{USERS}{ROWS}{EMAIL}"));
        let database = TestDatabase::new(engine);
        let runners: Vec<Output> = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..10)
                .map(|_| scope.spawn(|| database.driftless(&log, &["up"])))
                .collect();
            handles
                .into_iter()
                .map(|handle| handle.join().expect("a runner"))
                .collect()
        });
        for output in &runners {
            assert!(output.status.success(), "{engine}: {}", text(output));
        }
        let applied = database.query("SELECT id FROM driftless_history ORDER BY seq");
        assert_eq!(applied.len(), 3, "{engine}: {applied:?}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = folder();
    write(folder.path().join("changelog.yaml"), "changesets: 1\n");
    let output = driftless(folder.path(), &["validate"]);
    assert!(!text(&output).contains('\u{1b}'), "colour in a pipe");
}

#[test]
fn a_closed_pipe_is_no_failure_worth_a_word() {
    let folder = folder();
    changelog(folder.path(), USERS);
    let program = env!("CARGO_BIN_EXE_driftless");
    let output = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", &format!("{program} schema | head -1")])
        .output()
        .expect("a shell");
    assert!(output.stderr.is_empty(), "{}", text(&output));
}

#[test]
fn operations_are_explained() {
    let folder = folder();
    let run = |arguments: &[&str]| driftless(folder.path(), arguments);
    expect(
        &run(&["explain"]),
        0,
        &["create_table  ", "Puts rows into a table.", "truncate"],
    );
    let postgres = run(&["explain", "truncate", "--dialect", "postgres"]);
    expect(&postgres, 0, &["# truncate\n", "| `keep` |", "## PostgreSQL"]);
    assert!(!text(&postgres).contains("## SQLite"), "{}", text(&postgres));
    expect(
        &run(&["explain", "add_colum"]),
        2,
        &["unknown operation `add_colum`", "did you mean `add_column`?"],
    );
    // A misspelt one has the nearest at hand; what is near none, the list of all.
    expect(
        &run(&["explain", "grnt"]),
        2,
        &["unknown operation `grnt`", "did you mean `grant`?"],
    );
    let unknown = run(&["explain", "frobnicate"]);
    expect(
        &unknown,
        2,
        &["unknown operation `frobnicate`", "`driftless explain` lists them all"],
    );
    assert!(!text(&unknown).contains("did you mean"), "{}", text(&unknown));
    let json = run(&["explain", "print", "--format", "json"]);
    let envelope: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(envelope["result"]["operation"], "print");
}
