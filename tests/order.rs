//! The order of changesets: what depends on what, what runs again and again, what a merged branch brings in before.

mod support;

use std::path::Path;

use support::{TestDatabase, driftless, on_all, write};

fn table(id: &str, more: &str) -> String {
    format!(
        "  - id: {id}\n{more}    operations:\n      - create_table: {{table: t_{id}, columns: [{{name: id, type: int, primary_key: true}}]}}\n"
    )
}

fn changelog(folder: &Path, changesets: &[String]) -> std::path::PathBuf {
    write(
        folder.join("changelog.yaml"),
        &format!("changesets:\n{}", changesets.concat()),
    )
}

/// The ids of `graph`, in order.
fn order(folder: &Path) -> Vec<String> {
    let output = driftless(folder, &["graph", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an envelope");
    let changesets = json["result"]["changesets"].as_array().expect("changesets");
    changesets
        .iter()
        .map(|node| node["id"].as_str().expect("an id").to_string())
        .collect()
}

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn ids(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id FROM driftless_history ORDER BY seq");
    rows.into_iter().flatten().flatten().collect()
}

#[test]
fn what_depends_on_others_moves_behind_them_and_nothing_else_moves() {
    let folder = tempfile::tempdir().expect("it is there");
    changelog(
        folder.path(),
        &[
            table("a", "    depends_on: [d]\n"),
            table("b", ""),
            table("c", "    depends_on: [a]\n"),
            table("d", ""),
            table("e", ""),
        ],
    );
    assert_eq!(order(folder.path()), ["b", "d", "a", "c", "e"]);
}

#[test]
fn what_runs_again_comes_last_but_for_what_depends_on_it_and_what_says_otherwise() {
    let folder = tempfile::tempdir().expect("it is there");
    changelog(
        folder.path(),
        &[
            table("a", "    run: always\n"),
            table("b", "    run: on_change\n    in_order: true\n"),
            table("c", ""),
            table("d", "    run: on_change\n"),
            table("e", "    depends_on: [d]\n"),
        ],
    );
    assert_eq!(order(folder.path()), ["b", "c", "a", "d", "e"]);
}

#[test]
fn a_graph_is_printed_in_three_forms() {
    let folder = tempfile::tempdir().expect("it is there");
    changelog(
        folder.path(),
        &[
            table("a\\\"#", "    depends_on: [b]\n").replace("t_a\\\"#", "t_a"),
            table("b", ""),
        ],
    );
    let graph = |form: &str| {
        let output = driftless(folder.path(), &["graph", "--as", form]);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).expect("it is there")
    };
    assert_eq!(
        graph("text"),
        "1  b  changelog.yaml\n2  a\\\"#  changelog.yaml  needs b\n"
    );
    let mermaid = "flowchart TD\n    n0[\"b\"]\n    n1[\"a#92;#34;#35;\"]\n    n0 -.-> n1\n    n0 --> n1\n";
    assert_eq!(graph("mermaid"), mermaid);
    let dot = "digraph changelog {\n    node [shape=box];\n    n0 [label=\"b\"];\n    n1 [label=\"a\\\\\\\"#\"];\n    \
               n0 -> n1 [style=dotted];\n    n0 -> n1;\n}\n";
    assert_eq!(graph("dot"), dot);
}

#[test]
fn a_pending_changeset_before_an_applied_one_is_told_refused_or_left_out() {
    on_all(|database| {
        let folder = database.folder();
        let log = changelog(folder, &[table("a", ""), table("d", "")]);
        database.run(&log, &["up"]);
        let all = [
            table("a", ""),
            table("b", ""),
            table("c", ""),
            table("d", ""),
            table("e", ""),
            table("f", "    depends_on: [b]\n"),
        ];
        changelog(folder, &all);
        let plan = database.driftless(&log, &["plan"]);
        let told = "out of order, before changesets that are applied already: `b`, `c`";
        assert!(stderr(&plan).contains(told), "{}", stderr(&plan));
        // Up to a place of which none stands before, nothing is said.
        assert!(!stderr(&database.driftless(&log, &["plan", "a"])).contains("out of order"));

        let refused = database.driftless(&log, &["up", "--out-of-order", "refuse"]);
        assert_eq!(refused.status.code(), Some(6), "{}", stderr(&refused));
        assert!(
            stderr(&refused).contains("changesets are pending that stand before"),
            "{}",
            stderr(&refused)
        );
        assert_eq!(ids(database), ["a", "d"], "{}", database.engine);

        write(folder.join("driftless.yaml"), "out_of_order: skip\n");
        let skipped = database.driftless(&log, &["up"]);
        assert!(
            stderr(&skipped).contains("left out, as they stand"),
            "{}",
            stderr(&skipped)
        );
        // With what depends on them.
        assert_eq!(ids(database), ["a", "d", "e"], "{}", database.engine);

        database.run(&log, &["up", "--out-of-order", "allow"]);
        assert_eq!(ids(database), ["a", "d", "e", "b", "c", "f"], "{}", database.engine);
    });
}

#[test]
fn only_what_would_run_is_out_of_order_and_what_is_named_is_too() {
    on_all(|database| {
        let folder = database.folder();
        let waits = "    only_if: [{table_exists: legacy}]\n";
        let log = changelog(folder, &[table("a", waits), table("b", "")]);
        for _ in 0..2 {
            let told = database.driftless(&log, &["up", "--out-of-order", "refuse"]);
            assert!(told.status.success(), "{}: {}", database.engine, stderr(&told));
            assert!(!stderr(&told).contains("out of order"), "{}", stderr(&told));
        }
        changelog(folder, &[table("a", waits), table("a2", ""), table("b", "")]);
        let one = ["up", "--only", "a2", "--out-of-order"];
        let refused = database.driftless(&log, &[&one[..], &["refuse"]].concat());
        assert_eq!(refused.status.code(), Some(6), "{}", stderr(&refused));
        let skipped = database.driftless(&log, &[&one[..], &["skip"]].concat());
        let told = stderr(&skipped);
        assert!(
            told.contains("applied already: `a2`") && told.contains("nothing of that is pending"),
            "{told}"
        );
        let applied = database.driftless(&log, &["up", "--only", "a2"]);
        assert!(stderr(&applied).contains("out of order"), "{}", stderr(&applied));
        assert_eq!(ids(database), ["b", "a2"], "{}", database.engine);
    });
}

const VIEWS: &str = "params: {least: 2}
changesets:
  - id: view
    run: on_change
    operations:
      - create_view: {view: v, file: views/v.sql}
  - id: table
    operations:
      - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}, {name: n, type: int}, {name: m, type: int}]}
  - id: above
    run: on_change
    operations:
      - create_view: {view: w, query: \"SELECT id FROM v WHERE id > ${least}\"}
  - id: each-time
    run: always
    operations:
      - sql: {up: \"DELETE FROM t WHERE n < 0\", down: \"\", effects: []}
";

#[test]
fn a_view_is_made_anew_when_its_file_changes_with_what_stands_on_it_and_comes_back() {
    on_all(|database| {
        let folder = database.folder();
        let view = folder.join("views/v.sql");
        write(view.clone(), "SELECT id, n FROM t");
        let log = write(folder.join("changelog.yaml"), VIEWS);
        database.run(&log, &["up"]);
        assert_eq!(ids(database), ["table", "view", "above", "each-time"]);
        let first = database.normal_form();
        // Nothing has changed but that there is a row for what runs each time.
        database.run(&log, &["up"]);
        assert_eq!(ids(database)[4..], ["each-time"], "{}", database.engine);

        // Another column in front: no engine takes that while something stands on it.
        write(view.clone(), "SELECT m, id FROM t");
        let plan = database.run(&log, &["plan"]);
        assert!(plan.contains("+ view"), "{}: {plan}", database.engine);
        assert!(!plan.contains("+ above"), "{}: {plan}", database.engine);
        database.run(&log, &["up"]);
        assert_eq!(ids(database)[5..], ["view", "each-time"], "{}", database.engine);
        database.query("SELECT m, id FROM v");
        database.query("SELECT id FROM w");

        database.run(&log, &["down", "-2"]);
        support::assert_same(&database.normal_form(), &first, database.engine);
        let status = database.run(&log, &["status"]);
        assert!(
            status.contains("pending view") && status.contains("runs with every `up` each-time"),
            "{status}"
        );

        // A value of a parameter counts as its text does.
        database.run(&log, &["up"]);
        let plan = database.run(&log, &["plan", "--param", "least=5"]);
        assert!(
            plan.contains("+ above") && !plan.contains("+ view"),
            "{}: {plan}",
            database.engine
        );
        database.run(&log, &["up", "--param", "least=5"]);
        let again = database.run(&log, &["plan", "--param", "least=5"]);
        assert!(!again.contains("+ above"), "{}: {again}", database.engine);
        database.run(&log, &["down", "base", "--allow-data-loss"]);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
    });
}

#[test]
fn routines_and_triggers_are_made_anew_likewise() {
    on_all(|database| {
        let log = database.folder().join("changelog.yaml");
        let text = |value: u32| {
            format!(
                "changesets:
  - id: table
    operations:
      - create_table: {{table: t, columns: [{{name: id, type: int, primary_key: true}}, {{name: n, type: int}}]}}
  - id: function
    run: on_change
    dialects: [postgres, mysql]
    operations:
      - create_function:
          function: f
          returns: int
          options: {{ mysql: DETERMINISTIC, default: IMMUTABLE }}
          body: {{ postgres: SELECT {value}, mysql: RETURN {value} }}
  - id: procedure
    run: on_change
    dialects: [postgres, mysql]
    operations:
      - create_procedure:
          procedure: p
          body: {{ postgres: \"DELETE FROM t WHERE n = {value}\", mysql: \"DELETE FROM t WHERE n = {value}\" }}
  - id: trigger
    run: on_change
    dialects: [sqlite, mysql]
    operations:
      - create_trigger:
          trigger: g
          table: t
          timing: after
          events: delete
          body: {{ sqlite: UPDATE t SET n = {value} WHERE id = -1, mysql: SET @n = {value} }}
"
            )
        };
        write(log.clone(), &text(1));
        database.run(&log, &["up"]);
        let first = database.normal_form();
        write(log.clone(), &text(2));
        database.run(&log, &["up"]);
        let second = database.normal_form();
        assert_ne!(first, second, "{}", database.engine);
        let changed = ids(database).len() / 2;
        assert!(
            database.run(&log, &["plan"]).contains("nothing to do"),
            "{}",
            database.engine
        );
        database.run(&log, &["down", &format!("-{changed}")]);
        support::assert_same(&database.normal_form(), &first, database.engine);
    });
}

#[test]
fn a_context_that_no_changeset_speaks_of_is_refused_where_contexts_are_strict() {
    let folder = tempfile::tempdir().expect("it is there");
    let log = changelog(
        folder.path(),
        &[table("a", "    contexts: prod and not demo\n"), table("b", "")],
    );
    let with = |arguments: &[&str]| {
        let url = format!("sqlite:{}", folder.path().join("app.db").display());
        let log = log.display().to_string();
        let output = driftless(
            folder.path(),
            &[&["--changelog", &log, "--url", &url], arguments].concat(),
        );
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr(&output),
        )
    };
    // One that is misspelt leaves out what it was to bring in.
    let (code, plan, _) = with(&["plan", "--contexts", "prdo"]);
    assert!(code == Some(0) && !plan.contains("+ a "), "{plan}");
    write(folder.path().join("driftless.yaml"), "strict_contexts: true\n");
    for command in ["plan", "up", "status"] {
        let (code, _, told) = with(&[command, "--contexts", "prdo"]);
        assert_eq!(code, Some(2), "{command}: {told}");
        assert!(told.contains("no changeset speaks of the context `prdo`"), "{told}");
        assert!(told.contains("did you mean `prod`?"), "{told}");
    }
    let (code, plan, told) = with(&["plan", "--contexts", "PROD"]);
    assert!(code == Some(0) && plan.contains("+ a "), "{plan}{told}");
}

#[test]
fn a_materialized_view_is_made_anew_with_what_stands_on_it() {
    let database = TestDatabase::new("postgres");
    let log = database.folder().join("changelog.yaml");
    let text = |query: &str| {
        format!(
            "changesets:
  - id: table
    operations:
      - create_table: {{table: t, columns: [{{name: id, type: int, primary_key: true}}, {{name: n, type: int}}]}}
  - id: totals
    run: on_change
    operations:
      - create_materialized_view: {{view: totals, query: \"{query}\", indexes: [{{columns: [n], unique: true}}]}}
  - id: above
    run: on_change
    operations:
      - create_view: {{view: above, query: SELECT n FROM totals WHERE n > 1}}
"
        )
    };
    write(log.clone(), &text("SELECT n, count(*) AS rows FROM t GROUP BY n"));
    database.run(&log, &["up"]);
    let first = database.normal_form();
    write(log.clone(), &text("SELECT count(*) AS rows, n FROM t GROUP BY n"));
    database.run(&log, &["up"]);
    assert_eq!(ids(&database), ["table", "totals", "above", "totals"]);
    database.query("SELECT n FROM above");
    database.run(&log, &["down", "-1"]);
    support::assert_same(&database.normal_form(), &first, "postgres");
}

/// What ran several times is one changeset, and what runs every time is never behind.
#[test]
fn status_counts_changesets_and_what_runs_every_time_is_not_pending_once_it_is_there() {
    on_all(|database| {
        let always = "  - id: stamp\n    run: always\n    operations:\n      - sql: {up: 'DELETE FROM t_a WHERE id = 7', down: 'DELETE FROM t_a WHERE id = 7', effects: []}\n";
        let all = [table("a", ""), always.to_string()];
        let log = changelog(database.folder(), &all);
        let check = || {
            let output = database.driftless(&log, &["status", "--check"]);
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stdout).into_owned(),
            )
        };
        database.run(&log, &["up", "a"]);
        let (code, told) = check();
        assert_eq!(code, Some(3), "{}: {told}", database.engine);
        assert!(told.contains("1 applied, 1 pending"), "{}: {told}", database.engine);
        for run in 1..=3 {
            database.run(&log, &["up", "--deployment", &format!("d{run}")]);
        }
        let (code, told) = check();
        assert_eq!(code, Some(0), "{}: {told}", database.engine);
        for words in ["2 applied, 0 pending", "runs with every `up` stamp"] {
            assert!(told.contains(words), "{}: {told}", database.engine);
        }
        let told = database.run(&log, &["status", "--verbose"]);
        assert_eq!(told.matches("applied stamp").count(), 3, "{}: {told}", database.engine);
        let json: serde_json::Value =
            serde_json::from_str(&database.run(&log, &["status", "--format", "json"])).expect("an envelope");
        let stamp = &json["result"]["applied"][1];
        let deployments = (
            &stamp["deployment"],
            &stamp["earlier"][0]["deployment"],
            &stamp["earlier"][1]["deployment"],
        );
        assert_eq!(
            format!("{deployments:?}"),
            r#"(String("d3"), String("d1"), String("d2"))"#
        );
        assert_eq!(json["result"]["every_up"], serde_json::json!(["stamp"]));
        changelog(database.folder(), &all[..1]);
        let told = database.run(&log, &["status"]);
        let missing = told.matches("applied, but not in the files stamp").count();
        assert_eq!(missing, 1, "{}: {told}", database.engine);
    });
}

/// Views that stand on each other, each in a changeset that runs again: their names and queries.
fn views(log: &Path, views: &[(&str, &str)]) {
    let mut text = "changesets:
  - id: table
    operations:
      - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}, {name: x, type: int}, {name: y, type: int}]}
"
    .to_string();
    for (view, query) in views {
        text += &format!(
            "  - id: {view}\n    run: on_change\n    operations: [{{create_view: {{view: {view}, query: \"{query}\"}}}}]\n"
        );
    }
    write(log.to_path_buf(), &text);
}

#[test]
fn views_that_stand_on_each_other_are_edited_together() {
    on_all(|database| {
        let log = database.folder().join("changelog.yaml");
        let last = ("v_last", "SELECT id FROM v_above");
        let before = [
            ("v_base", "SELECT id, x FROM t"),
            ("v_above", "SELECT id, x FROM v_base"),
            ("v_beside", "SELECT x FROM v_base"),
            last,
        ];
        let after = [
            ("v_base", "SELECT id, y FROM t"),
            // One that is new between them, and one that stands on another now.
            ("v_new", "SELECT y AS z FROM v_base"),
            ("v_beside", "SELECT z FROM v_new"),
            ("v_above", "SELECT id, y, z FROM v_base CROSS JOIN v_beside"),
            last,
        ];
        views(&log, &after);
        database.run(&log, &["up"]);
        let whole = database.normal_form();
        database.run(&log, &["down", "base"]);
        views(&log, &before);
        database.run(&log, &["up"]);
        let first = database.normal_form();
        views(&log, &after);
        let script = database.run(&log, &["up", "--dry-run"]);
        database.run(&log, &["up"]);
        assert_eq!(
            &ids(database)[ids(database).len() - 4..],
            ["v_base", "v_new", "v_beside", "v_above"],
            "{}",
            database.engine
        );
        support::assert_same(&database.normal_form(), &whole, database.engine);
        database.query("SELECT z FROM v_above");
        let plan = database.run(&log, &["plan"]);
        assert!(plan.contains("nothing to do"), "{}: {plan}", database.engine);
        // What comes last has nothing left to do, and goes back without anything.
        database.run(&log, &["down", "-1"]);
        database.run(&log, &["up"]);
        support::assert_same(&database.normal_form(), &whole, database.engine);
        database.run(&log, &["down", "-4"]);
        support::assert_same(&database.normal_form(), &first, database.engine);
        let fed = database.feed(&script);
        assert!(fed.status.success(), "{}: {}", database.engine, stderr(&fed));
        support::assert_same(&database.normal_form(), &whole, database.engine);
    });
}

#[test]
fn a_text_that_waits_for_another_one_comes_in_its_own_time() {
    on_all(|database| {
        let log = database.folder().join("changelog.yaml");
        views(
            &log,
            &[
                ("v_base", "SELECT id, x FROM t"),
                ("v_other", "SELECT x FROM t"),
                ("v_above", "SELECT id FROM v_base"),
            ],
        );
        database.run(&log, &["up"]);
        views(
            &log,
            &[
                ("v_base", "SELECT y, id FROM t"),
                ("v_other", "SELECT y, x FROM t"),
                (
                    "v_above",
                    "SELECT v_base.y FROM v_base CROSS JOIN v_other WHERE v_other.y = 1",
                ),
            ],
        );
        database.run(&log, &["up"]);
        database.query("SELECT y FROM v_above");
    });
}

#[test]
fn views_of_one_changeset_are_edited_together() {
    on_all(|database| {
        let folder = database.folder();
        let text = |column: &str| {
            format!(
                "changesets:
  - id: table
    operations:
      - create_table: {{table: t, columns: [{{name: id, type: int, primary_key: true}}, {{name: x, type: int}}, {{name: y, type: int}}]}}
  - id: views
    run: on_change
    operations:
      - create_view: {{view: v_base, query: \"SELECT id, {column} FROM t\"}}
      - create_view: {{view: v_above, query: SELECT {column} FROM v_base}}
"
            )
        };
        let log = write(folder.join("changelog.yaml"), &text("x"));
        database.run(&log, &["up"]);
        let first = database.normal_form();
        write(log.clone(), &text("y"));
        database.run(&log, &["up"]);
        database.query("SELECT y FROM v_above");
        database.run(&log, &["down", "-1"]);
        support::assert_same(&database.normal_form(), &first, database.engine);
    });
}

/// A function whose arguments change is dropped and made again, with the view that calls it.
#[test]
fn a_function_and_the_view_that_calls_it_are_edited_together() {
    let database = TestDatabase::new("postgres");
    let log = database.folder().join("changelog.yaml");
    let text = |returns: &str, query: &str| {
        format!(
            "changesets:
  - id: function
    run: on_change
    operations:
      - create_function: {{function: f, returns: {returns}, body: {{postgres: \"SELECT 1::{returns}\"}}}}
  - id: view
    run: on_change
    operations: [{{create_view: {{view: v, query: \"{query}\"}}}}]
"
        )
    };
    write(log.clone(), &text("int", "SELECT f() + 1 AS n"));
    database.run(&log, &["up"]);
    let first = database.normal_form();
    write(log.clone(), &text("text", "SELECT f() || 'a' AS n"));
    database.run(&log, &["up"]);
    database.query("SELECT n FROM v");
    database.run(&log, &["down", "-2"]);
    support::assert_same(&database.normal_form(), &first, "postgres");
}
