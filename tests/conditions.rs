//! Conditions, on every engine: each asked of what is there and of what is not, and what follows from the answers.

mod support;

use support::{TestDatabase, on_all, write};

fn said(output: &std::process::Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn changelog(database: &TestDatabase, text: &str) -> std::path::PathBuf {
    write(database.folder().join("changelog.yaml"), text)
}

/// The ids in the history with their states, in order.
fn held(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id, state FROM driftless_history ORDER BY seq");
    let each = rows
        .into_iter()
        .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "));
    each.collect()
}

/// What is there before driftless comes, made by hand.
fn furnish(database: &TestDatabase) {
    database.execute(
        "CREATE TABLE people (id INTEGER, name VARCHAR(40), boss INTEGER, \
         CONSTRAINT the_key PRIMARY KEY (id), CONSTRAINT the_name UNIQUE (name), CONSTRAINT the_check CHECK (id > 0), \
         CONSTRAINT the_boss FOREIGN KEY (boss) REFERENCES people (id))",
    );
    database.execute("CREATE INDEX the_index ON people (boss, name)");
    database.execute("CREATE VIEW names AS SELECT name FROM people");
    database.execute("INSERT INTO people VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cy', 1)");
    let quoted = match database.engine {
        "sqlite" | "postgres" => r#""o'dd"" `t\x""#,
        _ => r#"`o'dd" ``t\x`"#,
    };
    database.execute(&format!("CREATE TABLE {quoted} (id INTEGER)"));
    match database.engine {
        "postgres" => {
            database.execute(
                "CREATE SCHEMA other; CREATE TABLE other.things (id int CONSTRAINT other_key PRIMARY KEY); \
                 CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one; CREATE SEQUENCE numbers",
            );
        }
        "mariadb" => database.execute("CREATE SEQUENCE numbers"),
        _ => {}
    }
}

/// The user that the tests run as.
fn user(database: &TestDatabase) -> String {
    let rows = database.query("SELECT CURRENT_USER");
    let user = rows.into_iter().flatten().flatten().next().expect("a user");
    user.split('@').next().expect("a name").to_string()
}

/// Conditions with whether they hold.
fn cases(database: &TestDatabase) -> Vec<(String, bool)> {
    let engine = database.engine;
    let mut cases: Vec<(String, bool)> = [
        ("table_exists: people", true),
        ("table_exists: { table: people }", true),
        ("table_exists: nobody", false),
        (r#"table_exists: 'o''dd" `t\x'"#, true),
        (r#"table_exists: 'o''dd" `t\\x'"#, false),
        (r#"column_exists: { table: 'o''dd" `t\x', column: id }"#, true),
        (r#"row_count: { table: 'o''dd" `t\x', equals: 0 }"#, true),
        ("table_exists: names", false),
        ("view_exists: names", true),
        ("view_exists: { view: names }", true),
        ("view_exists: people", false),
        ("column_exists: { table: people, column: name }", true),
        ("column_exists: { table: people, column: age }", false),
        ("column_exists: { table: nobody, column: name }", false),
        ("column_exists: { table: names, column: name }", false),
        ("index_exists: { table: people, name: the_index }", true),
        ("index_exists: { table: people, name: no_index }", false),
        ("index_exists: { table: names, name: the_index }", false),
        ("constraint_exists: { table: people, name: the_name }", true),
        ("constraint_exists: { table: people, name: the_check }", true),
        ("constraint_exists: { table: people, name: the_boss }", true),
        ("constraint_exists: { table: people, name: the_father }", false),
        ("constraint_exists: { table: nobody, name: the_check }", false),
        ("row_count: { table: people, equals: 3 }", true),
        ("row_count: { table: people, equals: 2 }", false),
        ("row_count: { table: people, equals: 4 }", false),
        ("row_count: { table: people, at_least: 3 }", true),
        ("row_count: { table: people, at_least: 4 }", false),
        ("row_count: { table: people, at_most: 3 }", true),
        ("row_count: { table: people, at_most: 2 }", false),
        ("row_count: { table: people, at_least: 1, at_most: 3 }", true),
        ("row_count: { table: people, where: boss = 1 -- hers, equals: 2 }", true),
        (
            "row_count: { table: people, where: { default: boss IS NULL }, equals: 0 }",
            false,
        ),
        ("query: { sql: SELECT max(id) FROM people, equals: 3 }", true),
        ("query: { sql: SELECT max(name) FROM people, equals: cy }", true),
        ("query: { sql: SELECT max(name) FROM people, equals: bob }", false),
        (
            "query: { sql: SELECT boss FROM people WHERE id = 1, equals: null }",
            true,
        ),
        (
            "query: { sql: SELECT boss FROM people WHERE id = 2, equals: null }",
            false,
        ),
        ("query: { sql: { default: \"SELECT ${three}\" }, equals: 3 }", true),
        ("changeset_applied: yes-0", true),
        ("changeset_applied: { id: no-2 }", false),
        ("param_defined: three", true),
        ("param_defined: four", false),
        ("any: [{ table_exists: nobody }, { table_exists: people }]", true),
        ("any: [{ table_exists: nobody }, { table_exists: names }]", false),
        (
            "any: [{ not: { table_exists: nobody } }, { row_count: { table: nobody, at_least: 1 } }]",
            true,
        ),
        (
            "all: [{ table_exists: nobody }, { row_count: { table: nobody, at_least: 1 } }]",
            false,
        ),
        (
            "all: { conditions: [{ table_exists: people }, { view_exists: names }], message: so }",
            true,
        ),
        ("not: { table_exists: nobody }", true),
        ("not: { table_exists: people }", false),
        ("not: [{ table_exists: people }, { table_exists: nobody }]", true),
        ("not: { not: { all: [{ table_exists: people }] } }", true),
    ]
    .into_iter()
    .map(|(condition, holds)| (condition.to_string(), holds))
    .collect();
    let mut add = |condition: String, holds: bool| cases.push((condition, holds));
    add(format!("dialect: {engine}"), true);
    add(format!("dialect: [\"!{engine}\"]"), false);
    add("dialect: { is: [mysql, postgres, sqlite] }".into(), true);
    add("dialect: mysql".into(), matches!(engine, "mysql" | "mariadb"));
    let version = database.target().version;
    add(format!("server_version: \">= {version}\""), true);
    add(format!("server_version: \"< {version}\""), false);
    add(
        format!("server_version: {{ at_least: \"{version}\", below: 99 }}"),
        true,
    );
    // Case counts as the engine has it.
    add("table_exists: PEOPLE".into(), engine == "sqlite");
    add(
        "column_exists: { table: people, column: NAME }".into(),
        engine != "postgres",
    );
    add(
        "index_exists: { table: people, name: THE_INDEX }".into(),
        engine != "postgres",
    );
    add(
        "constraint_exists: { table: people, name: THE_CHECK }".into(),
        engine != "postgres",
    );
    add(
        "sequence_exists: numbers".into(),
        matches!(engine, "postgres" | "mariadb"),
    );
    add("sequence_exists: { sequence: no_numbers }".into(), false);
    add("table_exists: numbers".into(), false);
    // They call it PRIMARY, whatever its author says.
    let key = if matches!(engine, "mysql" | "mariadb") {
        "PRIMARY"
    } else {
        "the_key"
    };
    add(format!("constraint_exists: {{ table: people, name: {key} }}"), true);
    if engine != "sqlite" {
        let user = user(database);
        add(format!("running_as: {user}"), true);
        add(format!("running_as: {{ user: {user}x, message: no }}"), false);
    }
    let schema = database.target().schema;
    if let Some(schema) = schema {
        add(format!("table_exists: {{ schema: \"{schema}\", name: people }}"), true);
        add("table_exists: { schema: nowhere, name: people }".into(), false);
    }
    if engine == "postgres" {
        add("view_exists: kept".into(), true);
        add("table_exists: kept".into(), false);
        add("table_exists: { table: { schema: other, name: things } }".into(), true);
        add("table_exists: things".into(), false);
        let key = "{ table: { schema: other, name: things }, name: other_key }";
        add(format!("constraint_exists: {key}"), true);
        add(format!("index_exists: {key}"), true);
    }
    cases
}

fn furnished(database: &TestDatabase, key: &str) -> (String, Vec<String>, Vec<String>) {
    furnish(database);
    let mut text = String::from("params: { three: 3 }\nchangesets:\n");
    let (mut holding, mut failing) = (Vec::new(), Vec::new());
    for (at, (condition, holds)) in cases(database).into_iter().enumerate() {
        let id = format!("{}-{at}", if holds { "yes" } else { "no" });
        text += &format!("  - id: {id}\n    {key}:\n      - {condition}\n    operations: []\n");
        match holds {
            true => holding.push(format!("{id} applied")),
            false => failing.push(id),
        }
    }
    (text, holding, failing)
}

#[test]
fn each_condition_is_answered_by_what_is_there() {
    on_all(|database| {
        let (text, holding, failing) = furnished(database, "only_if");
        let file = changelog(database, &text);
        let before = database.normal_form();
        let output = database.driftless(&file, &["up"]);
        let told = said(&output);
        assert!(output.status.success(), "{}: {told}", database.engine);
        assert_eq!(held(database), holding, "{}: {told}", database.engine);
        for id in &failing {
            assert!(
                told.contains(&format!("· {id} (left out: ")),
                "{}: {id}: {told}",
                database.engine
            );
        }
        // Asked again, and answered the same.
        let told = said(&database.driftless(&file, &["up"]));
        let all = format!("nothing to do: {} changesets left out", failing.len());
        assert!(told.contains(&all), "{}: {told}", database.engine);
        support::assert_same(&before, &database.normal_form(), database.engine);
    });
}

#[test]
fn what_is_required_holds_in_a_script_too() {
    on_all(|database| {
        let (text, holding, _) = furnished(database, "require");
        let without: Vec<&str> = text
            .split("\n  - ")
            .filter(|item| !item.starts_with("id: no-"))
            .collect();
        let text = without
            .join("\n  - ")
            .replace("changeset_applied: { id: no-2 }", "changeset_applied: yes-0");
        let file = changelog(database, &text);
        let script = database.run(&file, &["sql"]);
        let fed = database.feed(&script);
        assert!(fed.status.success(), "{}: {}", database.engine, said(&fed));
        assert_eq!(held(database), holding, "{}", database.engine);
        // And stops where it does not.
        database.execute("DELETE FROM driftless_history");
        database.execute("DELETE FROM people WHERE id > 1");
        let fed = database.feed(&script);
        assert!(!fed.status.success(), "{}: {}", database.engine, said(&fed));
        assert_eq!(
            script.contains("holds := NOT holds;"),
            database.engine == "postgres",
            "{script}"
        );
        let rows = held(database).len();
        assert!((1..holding.len()).contains(&rows), "{}: {rows}", database.engine);
    });
}

/// A changelog whose conditions are about what it does itself.
const STEPS: &str = "
changesets:
  - id: people
    operations:
      - create_table:
          table: people
          columns: [{ name: id, type: int, primary_key: true }, { name: name, type: varchar(40) }]
  - id: first
    only_if:
      - row_count: { table: people, at_most: 0 }
    operations:
      - insert: { table: people, rows: [{ id: 1, name: ann }, { id: 2, name: bob }] }
  - id: second
    only_if:
      - row_count: { table: people, at_most: 1 }
    operations:
      - insert: { table: people, rows: [{ id: 3, name: cy }] }
  - id: third
    only_if:
      - table_exists: people
      - changeset_applied: first
    require:
      - not: { changeset_applied: second }
    operations:
      - create_index: { table: people, name: ix_name, columns: [name] }
  - id: fourth
    only_if: [{ not: { index_exists: { table: people, name: ix_name } } }]
    otherwise: mark_applied
    operations:
      - create_table: { table: marked, columns: [{ name: id, type: int, primary_key: true }] }
  - id: fifth
    require: [{ table_exists: marked }]
    operations: []
";

#[test]
fn a_plan_says_what_it_assumes_and_a_run_plans_anew_where_it_is_not_so() {
    on_all(|database| {
        let file = changelog(database, STEPS);
        let planned = database.run(&file, &["plan"]);
        assert!(
            planned.contains("assumed until its turn comes: `people` has at most 1 row"),
            "{planned}"
        );
        assert!(planned.contains("= fourth"), "{planned}");
        let output = database.driftless(&file, &["up"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(6), "{}: {told}", database.engine);
        assert!(
            told.contains("`second` is not as it was planned"),
            "{}: {told}",
            database.engine
        );
        assert!(told.contains("changelog.yaml:32:17"), "{}: {told}", database.engine);
        assert!(
            told.contains("there is no table `marked`"),
            "{}: {told}",
            database.engine
        );
        let so_far = ["people applied", "first applied", "third applied", "fourth marked"];
        assert_eq!(held(database), so_far, "{}: {told}", database.engine);
        // The plan knows `marked` from its changeset; the database does not have it, and is what is asked.
        database.execute("CREATE TABLE marked (id INTEGER NOT NULL PRIMARY KEY)");
        database.run(&file, &["up"]);
        assert_eq!(held(database).last().map(String::as_str), Some("fifth applied"));
        // Nothing was run of it, and nothing is taken back.
        let output = database.driftless(&file, &["down", "-2"]);
        assert!(
            said(&output).contains("was never run"),
            "{}: {}",
            database.engine,
            said(&output)
        );
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert_eq!(
            database.query("SELECT count(*) FROM marked"),
            vec![vec![Some("0".to_string())]]
        );
        let output = database.driftless(&file, &["down", "base", "--allow-data-loss"]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
    });
}

#[test]
fn so_many_are_counted_from_where_the_run_began() {
    on_all(|database| {
        let file = changelog(database, STEPS);
        database.run(&file, &["up", "+3"]);
        assert_eq!(
            held(database),
            ["people applied", "first applied"],
            "{}",
            database.engine
        );
    });
}

#[test]
fn a_file_is_asked_once_before_anything_of_the_run() {
    on_all(|database| {
        let text = "
require:
  - not: { table_exists: { table: old, message: the old schema is still there } }
only_if:
  - not: { table_exists: people }
changesets:
  - id: one
    operations:
      - create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }] }
  - id: two
    only_if: [{ row_count: { table: people, at_least: 1 } }]
    operations: []
  - include: more.yaml
";
        let more = "changesets:\n  - id: three\n    operations:\n      - insert: { table: people, rows: [{ id: 1 }] }\n  - id: four\n    operations: []\n";
        let file = changelog(database, text);
        write(database.folder().join("more.yaml"), more);
        database.execute("CREATE TABLE old (id INTEGER)");
        let output = database.driftless(&file, &["up"]);
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        assert!(
            said(&output).contains("error[require]: the old schema is still there"),
            "{}",
            said(&output)
        );
        database.execute("DROP TABLE old");
        database.run(&file, &["up", "one"]);
        assert_eq!(held(database), ["one applied"]);
        // Now all of it is left out, what is included too.
        let told = said(&database.driftless(&file, &["up"]));
        assert!(
            told.contains("nothing to do: 3 changesets left out"),
            "{}: {told}",
            database.engine
        );
        database.run(&file, &["down", "base"]);
        // In one run its own table does not count, however often the rest is planned.
        database.run(&file, &["up"]);
        let rows = held(database);
        assert_eq!(
            rows[rows.len() - 3..],
            ["one applied", "three applied", "four applied"],
            "{}",
            database.engine
        );
    });
}

#[test]
fn what_needs_something_left_out_is_left_out() {
    on_all(|database| {
        let text = "
changesets:
  - id: one
    only_if: [{ table_exists: nothing }]
    operations: []
  - id: two
    depends_on: [one]
    operations: []
  - id: three
    operations: []
";
        let file = changelog(database, text);
        let told = said(&database.driftless(&file, &["up"]));
        assert_eq!(held(database), ["three applied"]);
        assert!(told.contains("`one`, which it depends on, is left out"), "{told}");
    });
}

#[test]
fn asking_writes_nothing() {
    on_all(|database| {
        let writing = match database.engine {
            "postgres" => "WITH gone AS (DELETE FROM people RETURNING id) SELECT count(*) FROM gone",
            "sqlite" => "DELETE FROM people",
            _ => "SELECT id FROM people FOR UPDATE",
        };
        let text = format!(
            "changesets:\n  - id: one\n    require: [{{ query: {{ sql: \"{writing}\", equals: 3 }} }}]\n    operations: []\n"
        );
        database.execute("CREATE TABLE people (id INTEGER PRIMARY KEY)");
        database.execute("INSERT INTO people VALUES (1), (2), (3)");
        let file = changelog(database, &text);
        let output = database.driftless(&file, &["up"]);
        assert!(!output.status.success(), "{}", said(&output));
        assert!(
            said(&output).contains("changelog.yaml:3"),
            "{}: {}",
            database.engine,
            said(&output)
        );
        assert_eq!(
            database.query("SELECT count(*) FROM people"),
            vec![vec![Some("3".to_string())]]
        );
    });
}

#[test]
fn a_query_that_fails_is_told_at_its_place() {
    on_all(|database| {
        let text = "
changesets:
  - id: one
    require:
      - row_count: { table: people, at_least: 1 }
    operations: []
";
        let file = changelog(database, text);
        let output = database.driftless(&file, &["up"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(
            said(&output).contains("changelog.yaml:5:9"),
            "{}: {}",
            database.engine,
            said(&output)
        );
        assert!(said(&output).contains("`people` has at least 1"), "{}", said(&output));
    });
}

#[test]
fn a_script_says_what_it_assumes_and_can_be_refused() {
    on_all(|database| {
        let text = "
changesets:
  - id: one
    only_if: [{ table_exists: elsewhere }]
    require: [{ row_count: { table: elsewhere, at_least: 1 } }]
    operations: []
  - id: two
    only_if: [{ dialect: [mysql] }, { running_as: nobody }]
    operations: []
";
        let file = changelog(database, text);
        let offline = |arguments: &[&str]| {
            let path = file.display().to_string();
            let all = [&["--changelog", &path, "sql", "--dialect", database.engine], arguments].concat();
            support::driftless(database.folder(), &all)
        };
        let checked = said(&offline(&[]));
        assert!(checked.contains("-- assumed: table `elsewhere` exists"), "{checked}");
        assert!(checked.contains("LIMIT 1"), "{checked}");
        assert_eq!(
            checked.contains("left out"),
            !matches!(database.engine, "mysql" | "mariadb"),
            "{checked}"
        );
        let assumed = said(&offline(&["--conditions", "assume"]));
        assert!(
            assumed.contains("-- assumed: `elsewhere` has at least 1 row"),
            "{assumed}"
        );
        assert!(!assumed.contains("LIMIT 1"), "{assumed}");
        let refused = offline(&["--conditions", "refuse"]);
        assert_eq!(refused.status.code(), Some(6), "{}", said(&refused));
        assert!(
            said(&refused).contains("error[condition-in-script]"),
            "{}",
            said(&refused)
        );
        assert!(said(&refused).contains("changelog.yaml:4:17"), "{}", said(&refused));
    });
}

#[test]
fn rehearsals_and_tests_ask_too() {
    on_all(|database| {
        let file = changelog(
            database,
            &STEPS.replace(
                "  - id: fifth\n    require: [{ table_exists: marked }]\n    operations: []\n",
                "",
            ),
        );
        let output = database.driftless(&file, &["test"]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        database.run(&file, &["up", "first"]);
        let scratch: &[&str] = match database.engine {
            "mysql" | "mariadb" => &["--scratch"],
            _ => &[],
        };
        let mut arguments = vec!["up", "--rehearse"];
        if let [flag] = scratch {
            arguments.extend([*flag, database.url.as_str()]);
        }
        let output = database.driftless(&file, &arguments);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert_eq!(held(database), ["people applied", "first applied"]);
    });
}

#[test]
fn a_rehearsal_asks_of_the_rows_that_it_has_made() {
    on_all(|database| {
        let text = "
changesets:
  - id: people
    operations:
      - create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }] }
      - insert: { table: people, rows: [{ id: 1 }, { id: 2 }] }
  - id: count
    require: [{ row_count: { table: people, equals: 2 } }, { query: { sql: SELECT max(id) FROM people, equals: 2 } }]
    operations:
      - insert: { table: people, rows: [{ id: 3 }] }
  - id: more
    only_if: [{ row_count: { table: people, equals: 2 } }]
    operations: []
";
        if matches!(database.engine, "mysql" | "mariadb") {
            // Nothing of a schema can be rehearsed there, and another database is not asked.
            return;
        }
        let file = changelog(database, text.split("  - id: more").next().expect("a beginning"));
        let output = database.driftless(&file, &["up", "--rehearse"]);
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
        let file = changelog(database, text);
        let output = database.driftless(&file, &["up", "--rehearse"]);
        assert_eq!(output.status.code(), Some(6), "{}: {}", database.engine, said(&output));
        assert!(
            said(&output).contains("the rest cannot be tried"),
            "{}: {}",
            database.engine,
            said(&output)
        );
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
    });
}

/// The changesets for other dialects are recorded and change nothing, so each may say the same thing in its own way.
#[test]
fn what_is_marked_because_of_the_dialect_is_not_taken_to_be_there() {
    on_all(|database| {
        let engine = database.engine;
        let text = format!(
            "
params: {{ what: name }}
changesets:
  - id: table
    operations:
      - create_table: {{ table: people, columns: [{{ name: id, type: int, primary_key: true }}, {{ name: name, type: varchar(10) }}] }}
  - id: elsewhere
    only_if: [{{ column_exists: {{ table: people, column: name }} }}, {{ not: {{ dialect: {engine} }} }}]
    otherwise: mark_applied
    operations:
      - alter_column: {{ table: people, column: name, type: varchar(99) }}
      - create_index: {{ table: people, name: ix_name, columns: [id, name] }}
      - drop_index: {{ table: people, name: ix_nowhere }}
  - id: seen
    only_if: [{{ not: {{ dialect: {engine} }} }}]
    otherwise: mark_applied
    run: on_change
    operations:
      - sql: {{ up: 'CREATE VIEW seen AS SELECT ${{what}} FROM people', down: DROP VIEW seen }}
  - id: here
    only_if: [{{ dialect: {engine} }}]
    otherwise: mark_applied
    operations:
      - alter_column: {{ table: people, column: name, type: varchar(99) }}
      - create_index: {{ table: people, name: ix_name, columns: [name] }}
"
        );
        let file = changelog(database, &text);
        let output = database.driftless(&file, &["up"]);
        assert!(output.status.success(), "{engine}: {}", said(&output));
        assert!(said(&output).contains("= elsewhere"), "{engine}: {}", said(&output));
        let again = said(&database.driftless(&file, &["up"]));
        assert!(again.contains("nothing to do"), "{engine}: {again}");
        let drift = database.driftless(&file, &["drift"]);
        assert!(drift.status.success(), "{engine}: {}", said(&drift));
        let later = format!(
            "{text}  - id: later\n    operations:\n      - rename_index: {{ table: people, index: ix_name, to: ix_other }}\n"
        );
        let file = changelog(database, &later);
        let output = database.driftless(&file, &["up"]);
        assert!(output.status.success(), "{engine}: {}", said(&output));
        let output = database.driftless(&file, &["down", "base", "--yes", "--allow-data-loss"]);
        assert!(output.status.success(), "{engine}: {}", said(&output));
        let drift = database.driftless(&file, &["drift"]);
        assert!(drift.status.success(), "{engine}: {}", said(&drift));
    });
}

#[test]
fn what_does_not_fit_is_recorded_where_its_conditions_keep_it_out() {
    on_all(|database| {
        let engine = database.engine;
        let text = "
changesets:
  - id: table
    operations:
      - create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }, { name: name, type: varchar(10) }] }
  - id: nowhere
    only_if: [{ index_exists: { table: people, name: ix_nowhere } }]
    otherwise: mark_applied
    operations:
      - drop_index: { table: people, name: ix_nowhere }
  - id: fix
    only_if: [{ changeset_applied: later }]
    otherwise: mark_applied
    operations:
      - create_index: { table: people, name: ix_name, columns: [name, id] }
  - id: left
    only_if: [{ column_exists: { table: people, column: nick } }]
    operations:
      - drop_column: { table: people, column: nick }
  - id: later
    operations:
      - create_index: { table: people, name: ix_name, columns: [name] }
";
        let file = changelog(database, text);
        let checked = database.driftless(&file, &["validate"]);
        assert!(checked.status.success(), "{engine}: {}", said(&checked));
        let path = file.display().to_string();
        let arguments = ["--changelog", &path, "sql", "--dialect", engine];
        let script = support::driftless(database.folder(), &arguments);
        assert!(script.status.success(), "{engine}: {}", said(&script));
        let told = said(&script);
        for part in [
            "has no index `ix_nowhere`",
            "`nowhere` is taken to be recorded, and not run",
            "`left` is taken to be left out",
            "nowhere (changelog.yaml), recorded as applied: it does not fit",
        ] {
            assert!(told.contains(part), "{engine}: {part}: {told}");
        }
        let output = database.driftless(&file, &["up"]);
        assert!(output.status.success(), "{engine}: {}", said(&output));
        for part in ["= nowhere", "= fix"] {
            assert!(said(&output).contains(part), "{engine}: {part}: {}", said(&output));
        }
        let expected = ["table applied", "nowhere marked", "fix marked", "later applied"];
        assert_eq!(held(database), expected, "{engine}");
        for command in ["drift", "validate"] {
            let output = database.driftless(&file, &[command]);
            assert!(output.status.success(), "{engine}: {}", said(&output));
        }
        // A mistake that is none of the schema stays one.
        let wrong = text.replace(
            "drop_index: { table: people, name: ix_nowhere }",
            "add_column: { table: people, column: { name: a, type: vachar(3) } }",
        );
        let output = database.driftless(&changelog(database, &wrong), &["validate"]);
        assert!(!output.status.success(), "{engine}: {}", said(&output));
    });
}

#[test]
fn a_script_goes_back_as_it_went() {
    on_all(|database| {
        let text = "
only_if: [{ dialect: [sqlite, postgres, mysql] }]
require: [{ not: { table_exists: old } }]
changesets:
  - id: one
    operations:
      - create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }] }
  - id: two
    only_if: [{ not: { table_exists: people } }]
    otherwise: mark_applied
    operations:
      - create_table: { table: others, columns: [{ name: id, type: int, primary_key: true }] }
  - id: three
    only_if: [{ not: { table_exists: people } }]
    operations:
      - create_table: { table: thirds, columns: [{ name: id, type: int, primary_key: true }] }
";
        let file = changelog(database, text);
        let path = file.display().to_string();
        let offline = |arguments: &[&str]| {
            let all = [&["--changelog", &path, "sql", "--dialect", database.engine], arguments].concat();
            let output = support::driftless(database.folder(), &all);
            assert!(output.status.success(), "{}: {}", database.engine, said(&output));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let (up, down) = (offline(&[]), offline(&["--down"]));
        database.execute("CREATE TABLE old (id INTEGER)");
        let fed = database.feed(&up);
        assert!(!fed.status.success(), "{}: {}", database.engine, said(&fed));
        database.execute("DROP TABLE old");
        for script in [&up, &down] {
            let fed = database.feed(script);
            assert!(fed.status.success(), "{}: {}{script}", database.engine, said(&fed));
        }
        let all = ["one applied", "two marked", "two reverted", "one reverted"];
        assert_eq!(held(database), all, "{}", database.engine);
    });
}
