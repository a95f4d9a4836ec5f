//! Data that is set aside, on live engines: it comes back row by row, and is told of where it is gone.

mod support;

use std::path::PathBuf;

use support::{TestDatabase, on_all, write};

type Rows = Vec<Vec<Option<String>>>;

const BASE: &str = "changesets:
  - id: tables
    operations:
      - create_table:
          table: owner
          columns:
            - { name: id, type: int, identity: true, primary_key: true }
            - { name: name, type: varchar(40), nullable: false, unique: true }
      - create_table:
          table: pet
          columns:
            - { name: id, type: int, identity: true, primary_key: true }
            - { name: owner, type: int, references: owner(id) }
            - { name: name, type: varchar(40), nullable: false }
            - { name: weight, type: { decimal: [6, 2] }, nullable: false, check: weight > 0 }
            - { name: chip, type: bytes }
            - { name: born, type: timestamp }
            - { name: note, type: text }
      - create_index: { table: pet, columns: [weight, name] }
      - create_table:
          table: visit
          columns:
            - { name: pet, type: int }
            - { name: day, type: date }
            - { name: cost, type: { decimal: [12, 4] }, nullable: false }
          primary_key: { columns: [pet, day] }
          foreign_keys:
            - { columns: [pet], references: { table: pet, columns: [id] } }
      - insert:
          table: owner
          rows: [{ id: 1, name: Ana }, { id: 7, name: \"B'o\" }]
      - insert:
          table: pet
          rows:
            - { id: 1, owner: 1, name: Rex, weight: \"12.50\", chip: { base64: AP8= }, born: 2020-02-29T12:00:00, note: \"\" }
            - { id: 2, owner: 7, name: Über, weight: \"0.01\", note: \"two\\nlines\" }
            - { id: 3, name: none, weight: 1 }
      - insert:
          table: visit
          rows: [{ pet: 1, day: 2021-01-01, cost: \"10.0001\" }, { pet: 2, day: 2021-01-01, cost: 0 }]
";

/// Changesets that destroy and keep, with what stands in their way taken off before.
const KEEPING: &[(&str, &str)] = &[
    (
        "updated",
        "- update: { table: pet, set: { note: gone, weight: { sql: weight * 2 } }, where: id < 3, keep: true }",
    ),
    ("deleted", "- delete: { table: visit, where: pet = 1, keep: true }"),
    (
        "upserted",
        "- upsert: { table: pet, rows: [{ id: 3, name: some, weight: 2 }, { id: 9, name: new, weight: 3 }] }",
    ),
    ("loaded", "- load_data: { table: owner, file: owners.csv, keep: true }"),
    ("visited", "- load_data: { table: visit, file: visits.csv, keep: true }"),
    (
        "weightless",
        "- drop_column: { table: pet, column: weight, keep: true }",
    ),
    ("chipless", "- drop_column: { table: pet, column: chip, keep: true }"),
    ("visitless", "- drop_table: { table: visit, keep: true }"),
    ("petless", "- drop_table: { table: pet, keep: true }"),
];

fn changelog(database: &TestDatabase, changesets: &[(&str, &str)]) -> PathBuf {
    let mut text = BASE.to_string();
    for (id, operations) in changesets {
        text += &format!("  - id: {id}\n    operations:\n");
        for line in operations.lines() {
            text += &format!("      {line}\n");
        }
    }
    let path = database.folder().join("changelog.yaml");
    write(path.clone(), &text);
    write(database.folder().join("owners.csv"), "name\nCy\nDi\n");
    write(
        database.folder().join("visits.csv"),
        "pet,day,cost\n1,2021-01-02,1\n3,2021-01-01,2.5\n",
    );
    path
}

/// All rows, whatever order the columns have.
fn known_rows(database: &TestDatabase) -> Vec<Rows> {
    vec![
        database.rows("owner", "id, name"),
        database.rows("pet", "id, owner, name, weight, chip, born, note"),
        database.rows("visit", "pet, day, cost"),
    ]
}

fn kept(database: &TestDatabase, path: &std::path::Path) -> usize {
    let text = database.run(path, &["purge"]);
    text.lines().filter(|line| line.contains("driftless_kept_")).count()
}

#[test]
fn what_is_kept_comes_back() {
    on_all(|database| {
        let path = changelog(database, KEEPING);
        let engine = database.engine;
        database.run(&path, &["up", "tables"]);
        let (before, form) = (known_rows(database), database.normal_form());
        for (id, _) in KEEPING {
            database.run(&path, &["up", id]);
            database.run(&path, &["down", "tables"]);
            assert_eq!(before, known_rows(database), "{engine}: {id}");
            database.run(&path, &["up", id]);
        }
        assert_eq!(kept(database, &path), KEEPING.len(), "{engine}");
        database.run(&path, &["down", "tables"]);
        support::assert_same(&form, &database.normal_form(), engine);
        assert_eq!(kept(database, &path), 0, "{engine}");
        database.execute("INSERT INTO owner (name) VALUES ('Ed')");
        database.execute("INSERT INTO pet (name, weight) VALUES ('Fly', 1)");
    });
}

#[test]
fn what_is_purged_is_gone_and_told() {
    on_all(|database| {
        let changesets = [
            ("noteless", "- drop_column: { table: pet, column: note, keep: true }"),
            ("deleted", "- delete: { table: visit, where: pet = 1, keep: true }"),
            ("visitless", "- drop_table: { table: visit, keep: true }"),
            ("upserted", "- upsert: { table: owner, rows: [{ id: 1, name: Other }] }"),
            ("loaded", "- load_data: { table: owner, file: owners.csv, keep: true }"),
        ];
        let path = changelog(database, &changesets);
        let engine = database.engine;
        database.run(&path, &["up", "tables"]);
        let form = database.normal_form();
        database.run(&path, &["up"]);
        assert_eq!(kept(database, &path), 5, "{engine}");
        let refused = database.driftless(&path, &["purge", "--all"]);
        assert_eq!(refused.status.code(), Some(6), "{engine}");
        assert_eq!(kept(database, &path), 5, "{engine}");
        let unknown = database.driftless(&path, &["purge", "nobody", "--allow-data-loss"]);
        assert_eq!(unknown.status.code(), Some(2), "{engine}");
        database.run(&path, &["purge", "--older-than", "1d", "--allow-data-loss"]);
        assert_eq!(kept(database, &path), 5, "{engine}");
        database.run(&path, &["purge", "noteless", "--allow-data-loss"]);
        assert_eq!(kept(database, &path), 4, "{engine}");
        let json = database.run(
            &path,
            &["purge", "--older-than", "0h", "--allow-data-loss", "--format", "json"],
        );
        assert_eq!(json.matches("\"purged\": true").count(), 4, "{engine}: {json}");
        let plan = database.run(&path, &["plan", "--down", "tables"]);
        assert_eq!(plan.matches("restores only").count(), 4, "{engine}: {plan}");
        database.run(&path, &["down", "tables"]);
        support::assert_same(&form, &database.normal_form(), engine);
        assert_eq!(database.rows("visit", "pet"), Rows::new(), "{engine}");
        let notes = database.rows("pet", "note");
        assert!(notes.iter().all(|row| row == &[None]), "{engine}: {notes:?}");
        database.run(&path, &["up"]);
        database.run(&path, &["down", "tables"]);
    });
}

#[test]
fn a_failing_assertion_leaves_nothing() {
    on_all(|database| {
        let failing = "- delete: { table: visit, all: true, keep: true }
- assert: { query: SELECT count(*) FROM owner, equals: 3, message: there are three }";
        let path = changelog(database, &[("checked", failing)]);
        let engine = database.engine;
        database.run(&path, &["up", "tables"]);
        let before = known_rows(database);
        let output = database.driftless(&path, &["up"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains("there are three"),
            "{engine}: {text}"
        );
        if matches!(engine, "mysql" | "mariadb") {
            // Each statement committed by itself.
            database.run(&path, &["down", "-1"]);
        }
        assert_eq!(before, known_rows(database), "{engine}");
        assert_eq!(kept(database, &path), 0, "{engine}");
        database.execute("INSERT INTO owner (name) VALUES ('Ed')");
        database.run(&path, &["up"]);
        assert_eq!(kept(database, &path), 1, "{engine}");
    });
}

#[test]
fn the_name_of_what_is_kept_is_not_given_again() {
    on_all(|database| {
        let changeset = ("deleted", "- delete: { table: visit, where: pet = 1, keep: true }");
        let path = changelog(database, &[changeset]);
        let mut text = std::fs::read_to_string(&path).expect("the changelog");
        text += "    reverse:\n      - insert: { table: visit, rows: [{ pet: 1, day: 2022-02-02, cost: 5 }] }\n";
        write(path.clone(), &text);
        let engine = database.engine;
        database.run(&path, &["up"]);
        database.run(&path, &["down", "tables"]);
        database.run(&path, &["up"]);
        assert_eq!(kept(database, &path), 2, "{engine}");
        let days = database.rows("driftless_kept_visit_2", "day");
        assert_eq!(days, [[Some("2022-02-02".to_string())]], "{engine}");
    });
}
