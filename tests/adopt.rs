//! Databases that were there before driftless: marked changesets, baselines, and `up` where there is nothing yet.

mod support;

use support::{TestDatabase, assert_same, on_all, refused, write};

const CHANGELOG: &str = "changesets:
  - id: users
    operations:
      - create_table: {table: users, columns: [{name: id, type: int, primary_key: true}, {name: name, type: varchar(20), nullable: false}]}
  - id: index
    operations:
      - create_index: {table: users, columns: [name]}
  - id: teams
    tag: v1
    operations:
      - create_table: {table: teams, columns: [{name: id, type: int, primary_key: true}]}
";

const BY_HAND: [&str; 2] = [
    "CREATE TABLE users (id integer NOT NULL, name varchar(20) NOT NULL, CONSTRAINT pk_users_id PRIMARY KEY (id))",
    "CREATE INDEX ix_users_name ON users (name)",
];

fn by_hand(database: &TestDatabase) {
    for sql in BY_HAND {
        database.execute(sql);
    }
    database.execute("INSERT INTO users VALUES (1, 'Ana')");
}

fn states(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id, state, direction FROM driftless_history ORDER BY seq");
    let words = rows
        .into_iter()
        .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "));
    words.collect()
}

#[test]
fn a_database_that_has_the_schema_begins_at_a_changeset() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        by_hand(database);
        let before = database.normal_form();
        refused(
            database,
            &log,
            &["baseline"],
            4,
            &["the database lacks table `teams`", "driftless baseline ID"],
        );
        refused(
            database,
            &log,
            &["baseline", "users"],
            4,
            &["the database has index `ix_users_name` of table `users`"],
        );
        database.run(&log, &["baseline", "index"]);
        assert_eq!(
            states(database),
            ["users marked mark", "index marked mark"],
            "{}",
            database.engine
        );
        assert_same(&database.normal_form(), &before, database.engine);
        refused(
            database,
            &log,
            &["baseline", "index"],
            2,
            &["the database has a history already"],
        );
        // From here on it is one like any other.
        database.run(&log, &["up"]);
        database.run(&log, &["down", "users"]);
        assert!(
            !database
                .normal_form()
                .0
                .keys()
                .any(|what| what.contains("ix_users_name"))
        );
        assert_eq!(database.rows("users", "name"), [[Some("Ana".to_string())]]);
    });
}

#[test]
fn a_baseline_shows_each_difference() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        by_hand(database);
        database.execute("CREATE TABLE teams (id bigint NOT NULL, CONSTRAINT pk_teams_id PRIMARY KEY (id))");
        database.execute("CREATE TABLE extra (id int)");
        refused(
            database,
            &log,
            &["baseline"],
            4,
            &[
                "column `id` of table `teams` is",
                "the database has table `extra`, which the changelog does not make",
            ],
        );
        database.execute("DROP TABLE teams");
        database.execute("CREATE TABLE teams (id integer NOT NULL, CONSTRAINT pk_teams_id PRIMARY KEY (id))");
        refused(database, &log, &["baseline"], 4, &["table `extra`", "--ignore-extra"]);
        database.run(&log, &["baseline", "--ignore-extra"]);
        assert_eq!(states(database).len(), 3, "{}", database.engine);
    });
}

#[test]
fn changesets_are_marked_and_unmarked_and_nothing_runs() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        by_hand(database);
        let before = database.normal_form();
        refused(database, &log, &["mark", "users"], 2, &["--applied"]);
        refused(
            database,
            &log,
            &["mark", "--applied", "index"],
            2,
            &["unknown table `users`"],
        );
        refused(
            database,
            &log,
            &["mark", "--applied", "teams..users"],
            2,
            &["`teams` stands behind `users`"],
        );
        refused(
            database,
            &log,
            &["mark", "--applied", "team", "usrs"],
            2,
            &["did you mean `users`?"],
        );
        database.run(&log, &["mark", "--applied", "..index", "--reason", "made by hand"]);
        assert_eq!(
            states(database),
            ["users marked mark", "index marked mark"],
            "{}",
            database.engine
        );
        refused(
            database,
            &log,
            &["mark", "--applied", "users"],
            2,
            &["`users` is applied already"],
        );
        refused(
            database,
            &log,
            &["mark", "--not-applied", "users"],
            6,
            &["`index` stands on"],
        );
        database.run(&log, &["mark", "--not-applied", "index"]);
        assert_eq!(states(database)[2..], ["index reverted mark"], "{}", database.engine);
        assert_same(&database.normal_form(), &before, database.engine);
        let status = database.run(&log, &["status"]);
        assert!(status.contains("pending index"), "{status}");
    });
}

#[test]
fn a_database_with_something_in_it_is_gone_to_only_where_that_is_wanted() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.execute("CREATE TABLE other (id int)");
        refused(
            database,
            &log,
            &["up", "--if-clean"],
            6,
            &["the database is not empty", "table other", "driftless baseline"],
        );
        database.execute("DROP TABLE other");
        database.run(&log, &["up", "--if-clean"]);
        // By now it is driftless's own.
        database.execute("CREATE TABLE other (id int)");
        database.run(&log, &["up", "--if-clean"]);
        assert_eq!(states(database).len(), 3, "{}", database.engine);
    });
}

/// What was never run is worded anew: it is held once, at its old place, and its way back is what it was.
#[test]
fn what_is_recorded_without_being_run_can_be_repaired() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        by_hand(database);
        database.run(&log, &["baseline", "index"]);
        database.run(&log, &["up"]);
        let reworded = |ty: &str| {
            let text = CHANGELOG.replace("{name: id, type: int, primary_key: true}, {name: name", ty);
            write(database.folder().join("changelog.yaml"), &text);
        };
        for wording in [
            "{name: id, type: int, primary_key: true, nullable: false}, {name: name",
            "{name: id, type: int, primary_key: true}, {name: name",
        ] {
            reworded(wording);
            database.run(&log, &["repair"]);
            let status = database.run(&log, &["status", "--check"]);
            assert!(status.contains("3 applied, 0 pending"), "{}: {status}", database.engine);
            database.run(&log, &["plan"]);
        }
        database.run(&log, &["down", "-1"]);
        let states = states(database);
        let repaired = states.iter().filter(|state| *state == "users marked repair").count();
        assert_eq!(repaired, 2, "{}: {states:?}", database.engine);
        database.run(&log, &["down", "base", "--allow-data-loss"]);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
    });
}

/// Of what a condition had recorded nothing is run on the way back, once it is worded anew as well.
#[test]
fn what_a_condition_had_recorded_can_be_repaired_and_is_not_taken_down() {
    on_all(|database| {
        let conditional = CHANGELOG.replace(
            "  - id: users\n",
            "  - id: users\n    only_if: {not: {table_exists: users}}\n    otherwise: mark_applied\n",
        );
        let log = write(database.folder().join("changelog.yaml"), &conditional);
        by_hand(database);
        database.execute(match database.engine {
            "mysql" | "mariadb" => "DROP INDEX ix_users_name ON users",
            _ => "DROP INDEX ix_users_name",
        });
        database.run(&log, &["up"]);
        let reworded = conditional.replace("type: varchar(20)", "type: {varchar: [20]}");
        write(database.folder().join("changelog.yaml"), &reworded);
        database.run(&log, &["repair"]);
        let status = database.run(&log, &["status", "--check"]);
        assert!(status.contains("3 applied, 0 pending"), "{}: {status}", database.engine);
        database.run(&log, &["down", "base", "--allow-data-loss"]);
        assert_eq!(database.rows("users", "id").len(), 1, "{}", database.engine);
    });
}

/// What is left out here: by the dialect, by a table that is not there, by a file, and what depends on it. What it makes
/// itself keeps nothing out.
const CONDITIONED: &str = "changesets:
  - id: a
    only_if: [{not: {table_exists: a}}]
    operations: [{create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: elsewhere
    only_if: [{not: {dialect: [sqlite, postgres, mysql, mariadb]}}]
    operations: [{create_table: {table: elsewhere, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: legacy
    only_if: [{table_exists: legacy}]
    operations: [{create_table: {table: former, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: after_legacy
    depends_on: [legacy]
    operations: [{create_index: {table: former, columns: [id]}}]
  - include: own.yaml
  - id: b
    only_if: [{column_exists: {table: a, column: id}}]
    require: [{table_exists: a}]
    operations: [{add_column: {table: a, column: {name: b, type: int}}}]
";

const OWN: &str = "only_if: [{not: {table_exists: own}}]
changesets:
  - id: own
    operations: [{create_table: {table: own, columns: [{name: id, type: int, primary_key: true}]}}]
";

#[test]
fn what_conditions_leave_out_is_not_recorded() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CONDITIONED);
        write(database.folder().join("own.yaml"), OWN);
        database.run(&log, &["up"]);
        let applied = |word: &str| ["a", "own", "b"].map(|id| format!("{id} {word}"));
        assert_eq!(states(database), applied("applied up"), "{}", database.engine);
        let whole = database.normal_form();
        for recording in [&["baseline"][..], &["mark", "--applied", ".."]] {
            database.execute("DROP TABLE driftless_history");
            let output = database.driftless(&log, recording);
            let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {told}", database.engine);
            for id in ["elsewhere", "legacy", "after_legacy"] {
                assert!(told.contains(&format!("· {id} (left out: ")), "{told}");
            }
            assert_eq!(states(database), applied("marked mark"), "{}", database.engine);
        }
        database.run(&log, &["down", "base"]);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
        database.run(&log, &["up"]);
        assert_same(&database.normal_form(), &whole, database.engine);

        // What is named by itself is there, whatever its conditions say.
        database.execute("CREATE TABLE former (id integer NOT NULL, CONSTRAINT pk_former_id PRIMARY KEY (id))");
        database.run(&log, &["mark", "--applied", "legacy"]);
        database.run(&log, &["up"]);
        let last = states(database).pop();
        assert_eq!(last.as_deref(), Some("after_legacy applied up"), "{}", database.engine);
    });
}

#[test]
fn what_conditions_mark_is_recorded_as_a_run_does_and_its_way_back_runs_nothing() {
    on_all(|database| {
        let log = write(
            database.folder().join("changelog.yaml"),
            "changesets:
  - id: a
    operations: [{create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: index
    only_if: [{not: {table_exists: legacy}}]
    otherwise: mark_applied
    operations: [{create_index: {table: a, columns: [id]}}]
",
        );
        database.execute("CREATE TABLE legacy (id int)");
        database.execute("CREATE TABLE a (id integer NOT NULL, CONSTRAINT pk_a_id PRIMARY KEY (id))");
        database.execute("CREATE INDEX ix_a_id ON a (id)");
        database.run(&log, &["baseline", "--ignore-extra"]);
        assert_eq!(
            states(database),
            ["a marked mark", "index marked up"],
            "{}",
            database.engine
        );
        let before = database.normal_form();
        database.run(&log, &["down", "-1"]);
        assert_same(&database.normal_form(), &before, database.engine);
    });
}
