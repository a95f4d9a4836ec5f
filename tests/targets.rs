//! How far a move goes, and what of it: ids and their beginnings, counts, tags, dates, single changesets, deployments.

mod support;

use support::{TestDatabase, on_all, refused, write};

const CHANGELOG: &str = "changesets:
  - id: 20260101120000_users
    operations:
      - create_table: {table: users, columns: [{name: id, type: int, primary_key: true}, {name: name, type: varchar(20)}]}
  - id: 20260201120000_teams
    tag: v1
    operations:
      - create_table: {table: teams, columns: [{name: id, type: int, primary_key: true}]}
  - id: 20260202_members
    operations:
      - create_table: {table: members, columns: [{name: id, type: int, primary_key: true}, {name: user_id, type: int, references: users(id)}]}
  - id: view
    operations:
      - create_view: {view: named, query: SELECT id FROM users WHERE name IS NOT NULL}
";

fn held(database: &TestDatabase, log: &std::path::Path) -> Vec<String> {
    let json: serde_json::Value =
        serde_json::from_str(&database.run(log, &["status", "--format", "json"])).expect("an envelope");
    let applied = json["result"]["applied"].as_array().expect("a list");
    applied
        .iter()
        .map(|row| row["id"].as_str().expect("an id").to_string())
        .collect()
}

const ALL: [&str; 4] = [
    "20260101120000_users",
    "20260201120000_teams",
    "20260202_members",
    "view",
];

#[test]
fn moves_end_where_they_are_told_to() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        let up = |to: &str, count: usize| {
            database.run(&log, &["up", to]);
            assert_eq!(held(database, &log), ALL[..count], "{}: up {to}", database.engine);
        };
        let down = |to: &str, count: usize| {
            database.run(&log, &["down", to]);
            assert_eq!(held(database, &log), ALL[..count], "{}: down {to}", database.engine);
        };
        up("+1", 1);
        up("tag:v1", 2);
        up("20260202", 3);
        up("head", 4);
        down("-1", 3);
        down("tag:v1", 2);
        down("20260101120000_users", 1);
        down("base", 0);
        up("2026-02-01", 1);
        up("2026-02-01T12:00:00Z", 2);
        up("date:2026-03-01", 3);
        up("id:vi", 4);
        down("2000-01-01", 0);
        up("head", 4);
        down("date:2999-12-31", 4);

        refused(
            database,
            &log,
            &["down", "2026"],
            2,
            &["`2026` is the beginning of 3 ids", "`20260202_members`", "say more"],
        );
        refused(
            database,
            &log,
            &["down", "tag:v2"],
            2,
            &["there is no tag `v2`", "did you mean `v1`?"],
        );
        refused(
            database,
            &log,
            &["up", "views"],
            2,
            &["there is no changeset `views`", "did you mean `view`?"],
        );
        refused(database, &log, &["up", "date:soon"], 2, &["`soon` is not a date"]);
        refused(database, &log, &["up", "-1"], 2, &["`-1` is a target of `down`"]);
        refused(database, &log, &["down", "+1"], 2, &["`+1` is a target of `up`"]);
    });
}

#[test]
fn one_changeset_goes_up_or_back_by_itself_where_nothing_is_in_the_way() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up", "--only", "20260201", "--only", "20260101"]);
        assert_eq!(held(database, &log), ALL[..2], "{}", database.engine);
        database.run(&log, &["up"]);
        let whole = database.normal_form();
        database.run(&log, &["down", "--only", "20260201"]);
        assert_eq!(held(database, &log), [ALL[0], ALL[2], ALL[3]], "{}", database.engine);
        database.run(&log, &["up"]);
        support::assert_same(&database.normal_form(), &whole, database.engine);

        refused(
            database,
            &log,
            &["down", "--only", "20260101"],
            6,
            &[
                "`20260202_members` stands on what would be taken back",
                "--only 20260202_members",
            ],
        );
        database.run(&log, &["down", "--only", "20260202"]);
        refused(
            database,
            &log,
            &["down", "--only", "20260101"],
            6,
            &["`view` stands on", "view `named` uses it"],
        );
        database.run(&log, &["down", "--only", "view", "--only", "20260101"]);
        assert_eq!(held(database, &log), [ALL[1]], "{}", database.engine);
        refused(
            database,
            &log,
            &["down", "--only", "view"],
            2,
            &["there is no changeset `view` among what is applied"],
        );
    });
}

#[test]
fn what_was_changed_since_is_not_taken_back_from_under_it() {
    on_all(|database| {
        let log = write(
            database.folder().join("changelog.yaml"),
            "changesets:
  - id: table
    operations: [{create_table: {table: t, columns: [{name: id, type: int, primary_key: true}, {name: a, type: int}]}}]
  - id: longer
    operations: [{alter_column: {table: t, column: a, type: bigint}}]
  - id: default
    operations: [{set_default: {table: t, column: a, default: 5}}]
  - id: renamed
    operations: [{rename_column: {table: t, column: a, to: b}}]
  - id: index
    operations: [{create_index: {table: t, columns: [b]}}]
",
        );
        database.run(&log, &["up"]);
        let before = database.normal_form();
        refused(
            database,
            &log,
            &["down", "--only", "longer"],
            6,
            &["`default` stands on"],
        );
        refused(
            database,
            &log,
            &["down", "--only", "renamed"],
            6,
            &["`index` stands on", "index `ix_t_b`"],
        );
        support::assert_same(&database.normal_form(), &before, database.engine);
        database.run(&log, &["down", "--only", "index", "--only", "renamed"]);
        assert_eq!(
            held(database, &log),
            ["table", "longer", "default"],
            "{}",
            database.engine
        );
    });
}

#[test]
fn what_later_rows_name_is_not_taken_back_from_under_them() {
    on_all(|database| {
        let log = write(
            database.folder().join("changelog.yaml"),
            "changesets:
  - id: table
    operations: [{create_table: {table: t, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: named
    operations: [{add_column: {table: t, column: {name: a, type: int}}}]
  - id: filtered
    operations: [{add_column: {table: t, column: {name: b, type: int}}}]
  - id: kept
    operations: [{add_column: {table: t, column: {name: c, type: int}}}]
  - id: free
    operations: [{add_column: {table: t, column: {name: d, type: int}}}]
  - id: insert
    operations: [{insert: {table: t, rows: [{id: 1, a: 7}]}}]
  - id: update
    operations: [{update: {table: t, set: {a: 8}, where: b = 1}}]
  - id: delete
    operations: [{delete: {table: t, where: id = 1, keep: true}}]
",
        );
        let stands = |of: &str, later: &str, why: &str| {
            let stands_on = format!("`{later}` stands on what would be taken back");
            refused(database, &log, &["down", "--only", of], 6, &[&stands_on, why]);
        };
        database.run(&log, &["up", "update"]);
        database.run(&log, &["down", "--only", "free"]);
        stands("table", "named", "no table `t`");
        stands("named", "insert", "no column `a` in `t`");
        stands("filtered", "update", "no column `b` in `t`");
        database.run(&log, &["up"]);
        // What is kept is kept with all its columns.
        stands("kept", "delete", "no column `c` in `t`");
        database.run(&log, &["down", "base", "--allow-data-loss"]);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);

        let log = write(
            database.folder().join("rows.yaml"),
            "changesets:
  - id: t
    operations: [{create_table: {table: t, columns: [{name: id, type: int, primary_key: true}]}}]
  - id: i
    operations: [{insert: {table: t, rows: [{id: 1}]}}]
  - id: d
    operations: [{delete: {table: t, where: id = 1}}]
",
        );
        database.run(&log, &["up"]);
        let t = ["down", "--only", "t", "--allow-data-loss"];
        refused(database, &log, &t, 6, &["`i` stands on", "no table `t`"]);
        database.run(&log, &["down", "--only", "t", "--only", "i", "--only", "d"]);
        assert!(held(database, &log).is_empty(), "{}", database.engine);
    });
}

#[test]
fn only_does_not_go_before_what_it_depends_on() {
    on_all(|database| {
        let text = format!("{CHANGELOG}    depends_on: [20260201120000_teams]\n");
        let log = write(database.folder().join("changelog.yaml"), &text);
        database.run(&log, &["up", "+1"]);
        let words = [
            "`view` depends on `20260201120000_teams`, which is pending",
            "--only 20260201120000_teams",
        ];
        refused(database, &log, &["up", "--only", "view"], 6, &words);
        database.run(&log, &["up", "--only", "view", "--only", "20260201"]);
        assert_eq!(held(database, &log), [ALL[0], ALL[1], ALL[3]], "{}", database.engine);
    });
}

#[test]
fn a_deployment_is_taken_back_by_its_name() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up", "+1", "--deployment", "first"]);
        database.run(
            &log,
            &["up", "+1", "--deployment", "second", "--reason", "teams are wanted"],
        );
        database.run(&log, &["up", "--deployment", "third"]);
        refused(
            database,
            &log,
            &["down", "--deployment", "first"],
            6,
            &["`20260202_members` stands on"],
        );
        refused(
            database,
            &log,
            &["down", "--deployment", "secnd"],
            2,
            &["no deployment `secnd`", "did you mean `second`?"],
        );
        database.run(&log, &["down", "--deployment", "second", "--reason", "they are not"]);
        assert_eq!(held(database, &log), [ALL[0], ALL[2], ALL[3]], "{}", database.engine);
        let history = database.run(&log, &["history", "--deployment", "second"]);
        assert!(
            history.contains("taken back") && history.contains("teams are wanted"),
            "{history}"
        );
        let rows = database.query("SELECT reason FROM driftless_history WHERE state = 'reverted'");
        assert_eq!(rows, [[Some("they are not".to_string())]], "{}", database.engine);
    });
}

#[test]
fn redo_goes_back_and_up_again_with_what_the_file_says_now() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        let mended = CHANGELOG.replace("IS NOT NULL", "IS NULL");
        write(log.clone(), &mended);
        refused(
            database,
            &log,
            &["up"],
            4,
            &["changeset `view` was edited after it was applied"],
        );
        database.run(&log, &["redo"]);
        assert_eq!(held(database, &log), ALL, "{}", database.engine);
        database.run(&log, &["status", "--check"]);
        database.run(&log, &["redo", "--only", "20260201"]);
        assert_eq!(
            held(database, &log),
            [ALL[0], ALL[2], ALL[3], ALL[1]],
            "{}",
            database.engine
        );
        database.execute("INSERT INTO teams VALUES (1)");
        refused(
            database,
            &log,
            &["redo"],
            6,
            &["going back would destroy data", "--allow-data-loss"],
        );
        let script = database.run(&log, &["redo", "--dry-run"]);
        assert!(
            script.contains("DROP TABLE") && script.contains("CREATE TABLE"),
            "{script}"
        );
        database.run(&log, &["redo", "--allow-data-loss"]);
        assert_eq!(database.rows("teams", "id").len(), 0, "{}", database.engine);
    });
}

#[test]
fn tags_are_given_listed_and_taken_away() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up", "+3"]);
        database.run(&log, &["tag", "release 1.2"]);
        database.run(&log, &["up"]);
        let list = database.run(&log, &["tag", "--list"]);
        assert!(
            list.contains("v1  after 20260201120000_teams") && list.contains("release 1.2  after 20260202_members"),
            "{list}"
        );
        refused(
            database,
            &log,
            &["tag", "v1"],
            2,
            &["the database bears the tag `v1` already"],
        );
        database.run(&log, &["down", "tag:release 1.2"]);
        assert_eq!(held(database, &log), ALL[..3], "{}", database.engine);
        // It stays.
        database.run(&log, &["down", "tag:release 1.2"]);
        refused(
            database,
            &log,
            &["tag", "release 1", "--delete"],
            2,
            &["no tag `release 1`", "`release 1.2`"],
        );
        database.run(&log, &["tag", "release 1.2", "--delete"]);
        refused(
            database,
            &log,
            &["down", "tag:release 1.2"],
            2,
            &["there is no tag `release 1.2`"],
        );
        database.run(&log, &["down", "base"]);
        refused(
            database,
            &log,
            &["tag", "nothing"],
            2,
            &["nothing is applied that could be tagged"],
        );
    });
}

#[test]
fn the_history_is_asked_for_parts_and_given_out_whole() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        database.run(&log, &["down", "-1"]);
        let count = |arguments: &[&str]| database.run(&log, &[&["history"], arguments].concat()).lines().count();
        assert_eq!(count(&[]), 5);
        assert_eq!(count(&["2..3"]), 2);
        assert_eq!(count(&["4.."]), 2);
        assert_eq!(count(&["--id", "view"]), 2);
        assert_eq!(count(&["--since", "2000-01-01", "-n", "3"]), 3);
        assert_eq!(
            database.run(&log, &["history", "--until", "2000-01-01"]),
            "no row of the history is like that\n"
        );
        refused(
            database,
            &log,
            &["history", "--id", "vew"],
            2,
            &["did you mean `view`?"],
        );
        refused(
            database,
            &log,
            &["history", "--since", "yesterday"],
            2,
            &["`yesterday` is not a date"],
        );
        let export = database.run(&log, &["history", "--export"]);
        let rows: Vec<serde_json::Value> = export
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(rows.len(), 5);
        assert_eq!(
            rows[0]["changes"]["changes"][0]["create_table"]["table"]["name"]["name"], "users",
            "{}",
            rows[0]
        );
        let json: serde_json::Value =
            serde_json::from_str(&database.run(&log, &["history", "--format", "json"])).expect("an envelope");
        assert_eq!(json["result"][3]["taken_back"]["seq"], 5, "{json}");
    });
}

const STAMPED: &str = "params: {who: nobody}
changesets:
  - id: log
    operations:
      - create_table: {table: log, columns: [{name: who, type: varchar(20)}]}
  - id: stamp
    run: always
    operations:
      - sql: {up: \"INSERT INTO log (who) VALUES ('${who}')\", down: \"DELETE FROM log WHERE who = '${who}'\", effects: []}
";

/// Each run of a changeset is a thing of its own: what is taken back, tagged or no longer tagged is the one that is meant.
#[test]
fn of_a_changeset_that_ran_several_times_the_run_that_is_meant_is_taken_back() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), STAMPED);
        database.run(&log, &["up", "--deployment", "d1", "--param", "who=one"]);
        database.run(&log, &["tag", "rel1"]);
        database.run(&log, &["up", "--deployment", "d2", "--param", "who=two"]);
        database.run(&log, &["tag", "rel2"]);
        database.run(&log, &["tag", "rel1", "--delete"]);
        let list = database.run(&log, &["tag", "--list"]);
        assert!(
            !list.contains("rel1") && list.contains("rel2  after stamp"),
            "{}: {list}",
            database.engine
        );
        database.run(&log, &["up", "--deployment", "d3", "--param", "who=three"]);
        // The script says which run it is by no number: those may be others where it is run.
        let script = database.run(&log, &["down", "--deployment", "d2", "--allow-data-loss", "--dry-run"]);
        let fed = database.feed(&script);
        assert!(fed.status.success(), "{}: {fed:?}", database.engine);
        assert_eq!(database.rows("log", "who").len(), 2, "{}", database.engine);
        refused(
            database,
            &log,
            &["down", "--deployment", "d2", "--allow-data-loss"],
            2,
            &["there is no deployment `d2`"],
        );
        let list = database.run(&log, &["tag", "--list"]);
        assert!(list.contains("bears no tag"), "{}: {list}", database.engine);
        let status = database.run(&log, &["status", "--verbose"]);
        assert!(
            status.contains("deployment d1") && status.contains("deployment d3") && !status.contains("deployment d2"),
            "{}: {status}",
            database.engine
        );
        let history = database.run(&log, &["history", "--deployment", "d2"]);
        assert!(history.contains("taken back"), "{}: {history}", database.engine);
        // `log` went up with `d1` as well, and is stood on by what `d3` did.
        database.run(&log, &["down", "--deployment", "d3", "--allow-data-loss"]);
        database.run(&log, &["down", "--deployment", "d1", "--allow-data-loss"]);
        assert!(held(database, &log).is_empty(), "{}", database.engine);
    });
}

/// A script that is made without looking at the history takes back the last run of each changeset that is there.
#[test]
fn a_script_from_the_files_alone_takes_back_what_is_there() {
    on_all(|database| {
        let log = write(database.folder().join("changelog.yaml"), CHANGELOG);
        database.run(&log, &["up"]);
        database.run(&log, &["redo", "--allow-data-loss"]);
        let script = database.driftless(&log, &["sql", "--down", "--from", ALL[1], "--dialect", database.engine]);
        let text = String::from_utf8_lossy(&script.stderr).into_owned();
        assert!(script.status.success(), "{}: {text}", database.engine);
        let fed = database.feed(&String::from_utf8_lossy(&script.stdout));
        assert!(fed.status.success(), "{}: {fed:?}", database.engine);
        assert_eq!(held(database, &log), ALL[..2], "{}", database.engine);
        database.run(&log, &["up"]);
        assert_eq!(held(database, &log), ALL, "{}", database.engine);
    });
}
