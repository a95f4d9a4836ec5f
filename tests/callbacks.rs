//! Callbacks, on every engine: called in their order, told of what goes on, stopping what they fail before.

mod support;

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use support::{TestDatabase, on_all, write};

const CHANGELOG: &str = "
changesets:
  - id: one
    author: ann
    comment: It's the first
    labels: [a, b]
    tag: v1
    operations:
      - create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }] }
  - id: two
    operations:
      - insert: { table: people, rows: [{ id: 1 }, { id: 2 }] }
  - id: three
    operations:
      - create_index: { table: people, name: ix_people, columns: [id] }
";

/// Writes down when it is called, and about what.
const NOTED: &str = "[sh, -c, 'echo $DRIFTLESS_EVENT $DRIFTLESS_DIRECTION $DRIFTLESS_CHANGESET_ID >> calls.txt']";

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn project(database: &TestDatabase, config: &str) -> std::path::PathBuf {
    write(database.folder().join("driftless.yaml"), config);
    write(database.folder().join("changelog.yaml"), CHANGELOG)
}

fn calls(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("calls.txt")).unwrap_or_default();
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// A configuration that notes every event.
fn noting() -> String {
    let mut config = String::from("allow_commands: true\ncallbacks:\n");
    for event in [
        "before_up",
        "after_up",
        "before_changeset",
        "after_changeset",
        "on_error",
        "before_down",
        "after_down",
    ] {
        config += &format!("  {event}: {{ command: {NOTED} }}\n");
    }
    config
}

#[test]
fn everything_is_called_in_its_order() {
    on_all(|database| {
        let file = project(database, &noting());
        database.run(&file, &["up", "+2"]);
        let up = |id: &str| [format!("before_changeset up {id}"), format!("after_changeset up {id}")];
        let down = |id: &str| {
            [
                format!("before_changeset down {id}"),
                format!("after_changeset down {id}"),
            ]
        };
        let mut expected = vec!["before_up up".to_string()];
        expected.extend(up("one"));
        expected.extend(up("two"));
        expected.push("after_up up".into());
        assert_eq!(calls(database.folder()), expected, "{}", database.engine);
        // Where nothing is to be done nothing is called.
        database.run(&file, &["up", "two"]);
        database.run(&file, &["plan"]);
        database.run(&file, &["up", "--dry-run"]);
        assert_eq!(calls(database.folder()), expected, "{}", database.engine);
        database.run(&file, &["down", "-1"]);
        expected.push("before_down down".into());
        expected.extend(down("two"));
        expected.push("after_down down".into());
        assert_eq!(calls(database.folder()), expected, "{}", database.engine);
        // Down and up again in one run.
        database.run(&file, &["redo", "--allow-data-loss"]);
        expected.push("before_down down".into());
        expected.extend(down("one"));
        expected.extend(["after_down down".into(), "before_up up".into()]);
        expected.extend(up("one"));
        expected.push("after_up up".into());
        assert_eq!(calls(database.folder()), expected, "{}", database.engine);
    });
}

#[test]
fn sql_is_run_outside_of_the_changesets() {
    on_all(|database| {
        database.execute("CREATE TABLE calls (what VARCHAR(60), seen INTEGER)");
        // A database that is new has no history before the run.
        let config = "
params: { who: ann }
callbacks:
  before_up:
    - sql: INSERT INTO calls VALUES ('${who}', 0)
    - sql: { mysql: \"INSERT INTO calls VALUES ('mysql', 0); INSERT INTO calls VALUES ('; more', 0)\", default: null }
  before_changeset: { sql: \"INSERT INTO calls SELECT 'before', count(*) FROM driftless_history\" }
  after_changeset: { sql: \"INSERT INTO calls SELECT 'after', count(*) FROM driftless_history\" }
  after_up: [{ sql: DELETE FROM calls WHERE what = '; more' }]
";
        let file = project(database, config);
        let before = database.run(&file, &["up", "--dry-run"]);
        assert!(before.contains("INSERT INTO calls VALUES ('ann', 0);"), "{before}");
        database.run(&file, &["up"]);
        let mut expected: Vec<Vec<Option<String>>> = Vec::new();
        let mut row = |what: &str, seen: &str| expected.push(vec![Some(what.into()), Some(seen.into())]);
        for (what, seen) in [("after", "1"), ("after", "2"), ("after", "3"), ("ann", "0")] {
            row(what, seen);
        }
        for seen in ["0", "1", "2"] {
            row("before", seen);
        }
        if matches!(database.engine, "mysql" | "mariadb") {
            row("mysql", "0");
        }
        assert_eq!(database.rows("calls", "what, seen"), expected, "{}", database.engine);
        // The script does the same.
        database.run(&file, &["down", "base", "--allow-data-loss"]);
        database.execute("DELETE FROM calls");
        database.execute("DELETE FROM driftless_history");
        let fed = database.feed(&before);
        assert!(fed.status.success(), "{}: {}", database.engine, said(&fed));
        assert_eq!(database.rows("calls", "what, seen"), expected, "{}", database.engine);
    });
}

#[test]
fn what_fails_stops_the_run_where_it_is() {
    on_all(|database| {
        let two = "[sh, -c, 'test \"$DRIFTLESS_CHANGESET_ID\" != two || exit 3']";
        let on_error = "[sh, -c, 'echo \"$DRIFTLESS_EVENT: $DRIFTLESS_ERROR\" >> calls.txt']";
        let config = |event: &str| {
            format!(
                "allow_commands: true\ncallbacks:\n  {event}: {{ command: {two} }}\n  on_error: [{{ command: {on_error} }}]\n"
            )
        };
        let file = project(database, &config("before_changeset"));
        let output = database.driftless(&file, &["up"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", database.engine);
        assert!(
            told.contains("nothing of changeset `two` was carried out"),
            "{}: {told}",
            database.engine
        );
        assert!(told.contains("it is the callback `before_changeset`"), "{told}");
        assert!(told.contains("exit status: 3"), "{told}");
        assert_eq!(database.rows("driftless_history", "id").len(), 1, "{}", database.engine);
        let noted = calls(database.folder());
        assert!(
            matches!(noted.as_slice(), [one] if one.starts_with("on_error: `sh -c ")),
            "{noted:?}"
        );

        write(database.folder().join("driftless.yaml"), &config("after_changeset"));
        let output = database.driftless(&file, &["up"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", database.engine);
        assert!(
            told.contains("changeset `two` is applied and recorded"),
            "{}: {told}",
            database.engine
        );
        assert_eq!(database.rows("driftless_history", "id").len(), 2, "{}", database.engine);

        let sql = "callbacks:\n  before_down: { sql: SELECT nothing FROM nowhere }\n  on_error: { sql: SELECT 1 FROM nowhere_else }\n";
        write(database.folder().join("driftless.yaml"), sql);
        let output = database.driftless(&file, &["down", "-1"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", database.engine);
        assert!(
            told.contains("in the callback `before_down` of the configuration"),
            "{}: {told}",
            database.engine
        );
        assert!(
            told.contains("and the callback `on_error` failed"),
            "{}: {told}",
            database.engine
        );
        assert_eq!(database.rows("driftless_history", "id").len(), 2, "{}", database.engine);
    });
}

#[test]
fn a_failing_changeset_is_told_to_on_error_once() {
    on_all(|database| {
        let file = project(database, &noting());
        let failing = CHANGELOG.replace(
            "insert: { table: people, rows: [{ id: 1 }, { id: 2 }] }",
            "sql: { up: \"INSERT INTO people VALUES (1), (1)\", down: DELETE FROM people }",
        );
        write(database.folder().join("changelog.yaml"), &failing);
        let output = database.driftless(&file, &["up"]);
        assert!(!output.status.success(), "{}", database.engine);
        let expected = [
            "before_up up",
            "before_changeset up one",
            "after_changeset up one",
            "before_changeset up two",
            "on_error up",
        ];
        assert_eq!(calls(database.folder()), expected, "{}", database.engine);
    });
}

#[test]
fn a_command_is_told_of_its_changeset_and_of_no_password() {
    on_all(|database| {
        let config = "
allow_commands: true
default_environment: here
callbacks:
  before_changeset: { command: [sh, -c, exit 9] }
environments:
  here:
    callbacks:
      before_changeset: { command: [./note.sh, with a blank] }
";
        let file = project(database, config);
        let script = write(
            database.folder().join("note.sh"),
            "#!/bin/sh\nenv > \"env.$DRIFTLESS_CHANGESET_ID\"\necho \"got $1\"\n",
        );
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("a script");
        let mut command = support::command(database.folder(), &["up", "+1", "--deployment", "monday"]);
        command
            .env("DRIFTLESS_URL", &database.url)
            .env("DRIFTLESS_CHANGESET_TAG", "old");
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert!(output.stdout.is_empty(), "{}", said(&output));
        assert!(said(&output).contains("got with a blank"), "{}", said(&output));
        let known = std::fs::read_to_string(database.folder().join("env.one")).expect("what it was told");
        for line in [
            "DRIFTLESS_EVENT=before_changeset",
            "DRIFTLESS_DIRECTION=up",
            "DRIFTLESS_CHANGESET_ID=one",
            "DRIFTLESS_CHANGESET_FILE=changelog.yaml",
            "DRIFTLESS_CHANGESET_AUTHOR=ann",
            "DRIFTLESS_CHANGESET_COMMENT=It's the first",
            "DRIFTLESS_CHANGESET_TAG=v1",
            "DRIFTLESS_CHANGESET_LABELS=a,b",
            "DRIFTLESS_ENV=here",
            "DRIFTLESS_DEPLOYMENT=monday",
        ] {
            assert!(
                known.lines().any(|known| known == line),
                "{}: {line}: {known}",
                database.engine
            );
        }
        let target = format!("DRIFTLESS_TARGET={}:", database.engine);
        assert!(known.contains(&target), "{known}");
        assert!(!known.contains("DRIFTLESS_URL"), "{known}");
        assert!(!known.contains("DRIFTLESS_ERROR"), "{known}");
        // What it was told before is not what it is told now.
        database.run(&file, &["--env", "here", "up"]);
        let known = std::fs::read_to_string(database.folder().join("env.two")).expect("what it was told");
        assert!(!known.contains("DRIFTLESS_CHANGESET_TAG"), "{known}");
    });
}

#[test]
fn a_second_signal_ends_a_command_and_the_run() {
    on_all(|database| {
        let config = "
allow_commands: true
callbacks:
  before_changeset: { command: [sh, -c, 'echo begun > begun.txt; exec sleep 60'] }
";
        let file = project(database, config);
        let mut command = database.command(&file, &["up"]);
        let mut child = command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        let began = Instant::now();
        while !database.folder().join("begun.txt").exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", database.engine);
            std::thread::sleep(Duration::from_millis(20));
        }
        for _ in 0..2 {
            let pid = child.id() as libc::pid_t;
            // SAFETY: it is our child, and not yet waited for.
            assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
            std::thread::sleep(Duration::from_millis(300));
        }
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(143), "{}", database.engine);
        assert!(began.elapsed() < Duration::from_secs(50), "{}", database.engine);
        assert!(
            database.rows("driftless_history", "id").is_empty(),
            "{}",
            database.engine
        );
    });
}

#[test]
fn mistakes_in_a_configuration_are_told_at_their_places() {
    let database = TestDatabase::new("sqlite");
    let file = project(
        &database,
        "callbacks:\n  before_up: { command: [notify] }\n  after_up: [{ sql: \" \" }]\n\
         environments:\n  prod:\n    callbacks:\n      on_error:\n        - command: [notify]\n",
    );
    let told = |text: Option<&str>| {
        if let Some(text) = text {
            write(database.folder().join("driftless.yaml"), text);
        }
        let output = database.driftless(&file, &["up"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        said(&output)
    };
    let first = told(None);
    for place in ["driftless.yaml:2:16", "driftless.yaml:3:21", "driftless.yaml:8:11"] {
        assert!(first.contains(place), "{first}");
    }
    assert!(first.contains("set `allow_commands: true` in this file"), "{first}");
    let text = told(Some(
        "allow_commands: true\ncallbacks:\n  before_up: { command: notify --all }\n",
    ));
    assert!(text.contains("driftless.yaml:3:25"), "{text}");
    assert!(text.contains("`[notify, --all]`"), "{text}");
    let event = told(Some("callbacks:\n  befor_up: { sql: SELECT 1 }\n"));
    assert!(event.contains("did you mean `before_up`?"), "{event}");
    let key = told(Some("callbacks:\n  before_up: { slq: SELECT 1 }\n"));
    assert!(key.contains("did you mean `sql`?"), "{key}");
    let parameter = told(Some(
        "params: { who: ann }\ncallbacks:\n  before_up: { sql: \"SELECT '${wo}'\" }\n",
    ));
    assert!(parameter.contains("undefined parameter `wo`"), "{parameter}");
    assert!(parameter.contains("in the callback `before_up`"), "{parameter}");
    let dialect = told(Some("callbacks:\n  before_up: { sql: { postgres: SELECT 1 } }\n"));
    assert!(dialect.contains("has no SQL for SQLite"), "{dialect}");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let database = TestDatabase::new("sqlite");
    let file = project(
        &database,
        "allow_commands: true\ncallbacks: { before_up: { command: [no_such_program, x] } }\n",
    );
    let output = database.driftless(&file, &["up"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("there is no program `no_such_program`"),
        "{}",
        said(&output)
    );
}
