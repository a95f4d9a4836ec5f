//! MySQL and MariaDB say a column anew when one thing of it changes: what is not said again is lost. Nothing is.

mod support;

use support::{TestDatabase, write};

/// What the server says of the columns of `t`.
fn columns(database: &TestDatabase) -> Vec<Vec<Option<String>>> {
    database.query(
        "SELECT column_name, column_type, is_nullable, column_default, extra, character_set_name, collation_name, \
         column_comment, generation_expression FROM information_schema.columns \
         WHERE table_schema = database() AND table_name = 't' ORDER BY ordinal_position",
    )
}

const TABLE: &str = "
  - id: table
    operations:
      - sql:
          up: |
            CREATE TABLE t (
              id int NOT NULL AUTO_INCREMENT COMMENT 'the number', PRIMARY KEY (id),
              name varchar(40) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL DEFAULT 'it''s' COMMENT 'a \"name\"',
              made timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6) COMMENT 'when',
              hidden int NOT NULL DEFAULT 3 INVISIBLE COMMENT 'unseen',
              twice int GENERATED ALWAYS AS (id_of_other * 2) VIRTUAL COMMENT 'computed',
              id_of_other int NULL COMMENT 'other'
            ) COMMENT 'all of it'
          down: DROP TABLE t
";

/// One attribute of one column is changed; all others, of all columns, stay; and the way back restores it.
fn only_this_changes(engine: &'static str, operation: &str, column: usize, field: usize) {
    let database = TestDatabase::new(engine);
    let text = format!("changesets:{TABLE}\n  - id: change\n    operations:\n      - {operation}\n");
    let path = write(database.folder().join("changelog.yaml"), &text);
    database.run(&path, &["up", "table"]);
    let before = columns(&database);
    database.run(&path, &["up"]);
    let mut after = columns(&database);
    assert_ne!(
        before[column][field], after[column][field],
        "{engine}: {operation} did nothing"
    );
    after[column][field] = before[column][field].clone();
    assert_eq!(before, after, "{engine}: {operation} changed more");
    database.run(&path, &["down", "-1", "--allow-data-loss"]);
    assert_eq!(before, columns(&database), "{engine}: {operation} and back");
}

const TYPE: usize = 1;
const NULLABLE: usize = 2;
const DEFAULT: usize = 3;
const EXTRA: usize = 4;
const CHARSET: usize = 5;
const COLLATION: usize = 6;
const COMMENT: usize = 7;

#[test]
fn a_change_of_one_attribute_loses_no_other() {
    for engine in ["mysql", "mariadb"] {
        only_this_changes(
            engine,
            "alter_column: { table: t, column: name, type: varchar(60) }",
            1,
            TYPE,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: name, nullable: true }",
            1,
            NULLABLE,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: name, default: other }",
            1,
            DEFAULT,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: name, comment: new }",
            1,
            COMMENT,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: id, comment: new }",
            0,
            COMMENT,
        );
        only_this_changes(engine, "alter_column: { table: t, column: id, type: bigint }", 0, TYPE);
        only_this_changes(
            engine,
            "alter_column: { table: t, column: made, comment: new }",
            2,
            COMMENT,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: made, nullable: false }",
            2,
            NULLABLE,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: hidden, default: 4 }",
            3,
            DEFAULT,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: hidden, comment: new }",
            3,
            COMMENT,
        );
        only_this_changes(
            engine,
            "alter_column: { table: t, column: twice, comment: new }",
            4,
            COMMENT,
        );
    }
}

/// What the keys of `create_table` and `add_column` say is what the server then has.
#[test]
fn columns_are_as_their_keys_say() {
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        let text = "changesets:
  - id: table
    operations:
      - create_table:
          table: t
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(40), charset: latin1, collation: latin1_german1_ci }
            - { name: made, type: timestamp(3), default: { fn: now }, on_update: { fn: now } }
            - { name: hidden, type: int, default: 3, invisible: true }
  - id: more
    operations:
      - add_column: { table: t, column: { name: code, type: varchar(9), charset: latin1, invisible: true } }
      - alter_column: { table: t, column: name, charset: ascii }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        let of = |column: &Vec<Option<String>>, field: usize| column[field].clone().unwrap_or_default().to_lowercase();
        database.run(&path, &["up", "table"]);
        let before = columns(&database);
        assert_eq!(of(&before[1], COLLATION), "latin1_german1_ci", "{engine}");
        assert!(
            of(&before[2], EXTRA).contains("on update current_timestamp(3)"),
            "{engine}"
        );
        assert!(of(&before[3], EXTRA).contains("invisible"), "{engine}");
        database.run(&path, &["up"]);
        let after = columns(&database);
        assert_eq!(of(&after[1], COLLATION), "ascii_general_ci", "{engine}");
        assert_eq!(of(&after[4], CHARSET), "latin1", "{engine}");
        assert!(of(&after[4], EXTRA).contains("invisible"), "{engine}");
        database.run(&path, &["down", "-1", "--allow-data-loss"]);
        assert_eq!(before, columns(&database), "{engine}");
    }
}

/// Several changes of one table in one changeset are one statement: all of them, or none.
#[test]
fn several_changes_are_one_statement() {
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        let text = "changesets:
  - id: table
    operations:
      - create_table:
          table: t
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(40) }
            - { name: old, type: int }
  - id: change
    operations:
      - add_column: { table: t, column: { name: age, type: int, nullable: false, default: 1 } }
      - alter_column: { table: t, column: name, type: varchar(60) }
      - drop_column: { table: t, column: old }
      - create_index: { table: t, columns: [age] }
      - create_check_constraint: { table: t, expression: age > 0 }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        database.run(&path, &["up", "table"]);
        let script = database.run(&path, &["sql"]);
        assert_eq!(script.matches("ALTER TABLE `t`").count(), 1, "{engine}: {script}");
        database.run(&path, &["up"]);
    }
}

#[test]
fn a_value_of_an_enum_gets_other_capitals() {
    const MOODS: &str = "changesets:
  - id: moods
    operations:
      - create_enum: { name: mood, values: [calm, glad] }
      - create_table:
          table: diary
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: went, type: { enum: mood }, nullable: false, default: calm }
      - insert: { table: diary, rows: [{ id: 1 }, { id: 2, went: glad }] }
  - id: capitals
    operations:
      - rename_enum_value: { enum: mood, from: calm, to: Calm }
";
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        let path = write(database.folder().join("changelog.yaml"), MOODS);
        let diary = || {
            let rows = database.query("SELECT CAST(went AS char), id FROM diary ORDER BY id");
            let first = rows[0][0].clone().unwrap_or_default();
            let types = database.query(
                "SELECT column_type, column_default FROM information_schema.columns \
                 WHERE table_schema = database() AND column_name = 'went'",
            );
            let default = types[0][1].clone().unwrap_or_default();
            let ty = types[0][0].clone().unwrap_or_default();
            (first, ty, default.trim_matches('\'').to_string())
        };
        let of = |value: &str| (value.to_string(), format!("enum('{value}','glad')"), value.to_string());
        database.run(&path, &["up"]);
        assert_eq!(diary(), of("Calm"), "{engine}");
        database.run(&path, &["down", "-1", "--allow-data-loss"]);
        assert_eq!(diary(), of("calm"), "{engine}");
    }
}
