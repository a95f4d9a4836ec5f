//! MySQL and MariaDB say a column anew when one thing of it changes: what is not said again is lost. Nothing is.

mod support;

use std::path::Path;

use driftless::changelog::{Folder, Selection, gather};
use driftless::model::NormalForm;
use driftless::plan::replay;
use support::{TestDatabase, assert_same, write};

/// What the server says of a column, field by field.
type Column = Vec<Option<String>>;

/// The columns of all tables, in their order: the name of the table, then the fields below.
fn columns(database: &TestDatabase) -> Vec<Column> {
    let mut columns = database.query(
        "SELECT table_name, column_name, column_type, is_nullable, column_default, extra, character_set_name, \
         collation_name, column_comment, generation_expression FROM information_schema.columns \
         WHERE table_schema = database() AND table_name LIKE 'c%' ORDER BY table_name, ordinal_position",
    );
    // MariaDB says of a column that may hold NULL that this is its default.
    for column in &mut columns {
        column[DEFAULT] = column[DEFAULT].take().filter(|text| text != "NULL");
    }
    columns
}

const NAME: usize = 1;
const TYPE: usize = 2;
const NULLABLE: usize = 3;
const DEFAULT: usize = 4;
const EXTRA: usize = 5;
const CHARSET: usize = 6;
const COLLATION: usize = 7;
const COMMENT: usize = 8;

/// A table whose columns have all that a column can have.
const TABLE: &str = "CREATE TABLE {t} (
  id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'the number',
  name varchar(40) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL DEFAULT 'it''s' COMMENT 'a \"name\"',
  made timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6) COMMENT 'when',
  hidden int NOT NULL DEFAULT 3 INVISIBLE COMMENT 'unseen',
  other int NULL DEFAULT NULL COMMENT 'other',
  twice int GENERATED ALWAYS AS (other * 2) VIRTUAL COMMENT 'computed',
  thrice bigint GENERATED ALWAYS AS (other * 3) STORED INVISIBLE COMMENT 'kept',
  code int(5) unsigned NOT NULL DEFAULT 7 COMMENT 'padded',
  price decimal(10,2) unsigned NULL DEFAULT 1.50 COMMENT 'positive',
  kind enum('small','it''s') CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 'small' COMMENT 'which',
  token varchar(36) CHARACTER SET ascii NULL DEFAULT (uuid()) COMMENT 'by expression',
  said text CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'long',
  raw varbinary(8) NOT NULL DEFAULT 'ab' INVISIBLE COMMENT 'bytes',
  moved datetime NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP COMMENT 'later',
  PRIMARY KEY (id), KEY by_name (name DESC), UNIQUE KEY by_code (code), CONSTRAINT k_{t} CHECK (other < 100)
) COMMENT 'all of it'";

/// A table that an operation makes, with types that SQL is not read for, and an enum of its own.
const MADE: &str = "create_enum: {name: e_{t}, values: [small, \"it's\"]}
- create_table:
    table: {t}
    comment: all of it
    columns:
      - {name: id, type: {native: int unsigned zerofill}, identity: true, primary_key: true, comment: the number}
      - {name: kind, type: {enum: e_{t}}, charset: latin1, collation: latin1_bin, nullable: false, default: small, comment: which, invisible: true}
      - {name: code, type: {native: int(5) unsigned zerofill}, nullable: false, default: 7, comment: padded}
      - {name: made, type: timestamp(3), default: {fn: now}, on_update: {fn: now}, comment: when}
      - {name: name, type: varchar(40), charset: latin1, default: x, comment: said}
      - {name: twice, type: int, generated: {expression: code * 2, stored: false}, comment: computed, invisible: true}";

/// A table without a primary key, and with a check that stands in its column.
const KEYLESS: &str = "CREATE TABLE {t} (
  name varchar(20) CHARACTER SET latin1 COLLATE latin1_bin NULL DEFAULT 'x' INVISIBLE COMMENT 'said',
  number int unsigned NOT NULL COMMENT 'counted',
  other int NULL DEFAULT 5 COMMENT 'held' CHECK (other < 100),
  KEY (number)
)";

/// A table, operations on it, the column that they may change, and which of its fields.
const CHANGES: [(&str, &str, &str, &[usize]); 67] = [
    (
        TABLE,
        "alter_column: {table: {t}, column: name, type: varchar(60)}",
        "name",
        &[TYPE],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, nullable: true}",
        "name",
        &[NULLABLE],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, default: other}",
        "name",
        &[DEFAULT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, drop_default: true}",
        "name",
        &[DEFAULT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, comment: new}",
        "name",
        &[COMMENT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, comment: ''}",
        "name",
        &[COMMENT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, collation: latin1_bin}",
        "name",
        &[COLLATION],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: name, charset: ascii}",
        "name",
        &[CHARSET, COLLATION],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: id, comment: new}",
        "id",
        &[COMMENT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: id, type: bigint}",
        "id",
        &[TYPE],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: made, nullable: false}",
        "made",
        &[NULLABLE],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: hidden, default: 4}",
        "hidden",
        &[DEFAULT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: hidden, type: bigint}",
        "hidden",
        &[TYPE],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: code, type: {native: bigint unsigned zerofill}}",
        "code",
        &[TYPE, DEFAULT],
    ),
    (
        TABLE,
        "alter_column: {table: {t}, column: said, type: varchar(99)}",
        "said",
        &[TYPE],
    ),
    (
        TABLE,
        "set_not_null: {table: {t}, column: said, fill: x}",
        "said",
        &[NULLABLE],
    ),
    (TABLE, "set_not_null: {table: {t}, column: price}", "price", &[NULLABLE]),
    (TABLE, "set_not_null: {table: {t}, column: token}", "token", &[NULLABLE]),
    (TABLE, "set_not_null: {table: {t}, column: made}", "made", &[NULLABLE]),
    (
        TABLE,
        "drop_not_null: {table: {t}, column: hidden}",
        "hidden",
        &[NULLABLE],
    ),
    (TABLE, "drop_not_null: {table: {t}, column: kind}", "kind", &[NULLABLE]),
    (TABLE, "drop_not_null: {table: {t}, column: raw}", "raw", &[NULLABLE]),
    (
        TABLE,
        "set_default: {table: {t}, column: code, default: 8}",
        "code",
        &[DEFAULT],
    ),
    (
        TABLE,
        "set_default: {table: {t}, column: kind, default: \"it's\"}",
        "kind",
        &[DEFAULT],
    ),
    (
        TABLE,
        "set_default: {table: {t}, column: moved, default: '2024-02-29 12:00:00'}",
        "moved",
        &[DEFAULT],
    ),
    (
        TABLE,
        "set_default: {table: {t}, column: raw, default: {base64: Yf8A}}",
        "raw",
        &[DEFAULT],
    ),
    (
        TABLE,
        "set_default: {table: {t}, column: said, default: {sql: \"concat('a', 'b')\"}}",
        "said",
        &[DEFAULT, EXTRA],
    ),
    (
        TABLE,
        "drop_default: {table: {t}, column: made}",
        "made",
        &[DEFAULT, EXTRA],
    ),
    (
        TABLE,
        "drop_default: {table: {t}, column: token}",
        "token",
        &[DEFAULT, EXTRA],
    ),
    (TABLE, "drop_default: {table: {t}, column: price}", "price", &[DEFAULT]),
    (
        TABLE,
        "set_column_comment: {table: {t}, column: twice, comment: new}",
        "twice",
        &[COMMENT],
    ),
    (
        TABLE,
        "set_column_comment: {table: {t}, column: thrice, comment: new}",
        "thrice",
        &[COMMENT],
    ),
    (
        TABLE,
        "set_column_comment: {table: {t}, column: kind, comment: \"it's\\\\new\"}",
        "kind",
        &[COMMENT],
    ),
    (
        TABLE,
        "set_column_comment: {table: {t}, column: moved, comment: ''}",
        "moved",
        &[COMMENT],
    ),
    (
        TABLE,
        "set_column_comment: {table: {t}, column: raw, comment: new}",
        "raw",
        &[COMMENT],
    ),
    (
        TABLE,
        "set_identity: {table: {t}, column: id, identity: false}",
        "id",
        &[EXTRA],
    ),
    (
        TABLE,
        "rename_column: {table: {t}, column: name, to: title}",
        "name",
        &[NAME],
    ),
    (
        TABLE,
        "rename_column: {table: {t}, column: hidden, to: unseen}",
        "hidden",
        &[NAME],
    ),
    (
        TABLE,
        "rename_column: {table: {t}, column: made, to: at}",
        "made",
        &[NAME],
    ),
    (
        TABLE,
        "rename_column: {table: {t}, column: kind, to: sort}",
        "kind",
        &[NAME],
    ),
    (
        TABLE,
        "rename_column: {table: {t}, column: id, to: number}",
        "id",
        &[NAME],
    ),
    (
        TABLE,
        "drop_constraint: {table: {t}, name: by_code}\n- create_unique_constraint: {table: {t}, columns: [name, code]}",
        "",
        &[],
    ),
    (
        TABLE,
        "add_column: {table: {t}, column: {name: new, type: int}, after: id}\n- drop_column: {table: {t}, column: new}",
        "",
        &[],
    ),
    (
        TABLE,
        "create_index: {table: {t}, columns: [other]}\n- set_table_comment: {table: {t}, comment: other}",
        "",
        &[],
    ),
    (MADE, "add_enum_value: {enum: e_{t}, value: new}", "kind", &[TYPE]),
    (
        MADE,
        "add_enum_value: {enum: e_{t}, value: new, before: small}",
        "kind",
        &[TYPE],
    ),
    (
        MADE,
        "rename_enum_value: {enum: e_{t}, from: small, to: tiny}",
        "kind",
        &[TYPE, DEFAULT],
    ),
    (
        MADE,
        "set_default: {table: {t}, column: kind, default: \"it's\"}",
        "kind",
        &[DEFAULT],
    ),
    (MADE, "drop_not_null: {table: {t}, column: kind}", "kind", &[NULLABLE]),
    (
        MADE,
        "set_column_comment: {table: {t}, column: id, comment: new}",
        "id",
        &[COMMENT],
    ),
    (MADE, "drop_default: {table: {t}, column: code}", "code", &[DEFAULT]),
    (
        MADE,
        "set_column_comment: {table: {t}, column: made, comment: new}",
        "made",
        &[COMMENT],
    ),
    (
        MADE,
        "alter_column: {table: {t}, column: name, charset: ascii, collation: ascii_bin}",
        "name",
        &[CHARSET, COLLATION],
    ),
    (
        MADE,
        "set_column_comment: {table: {t}, column: twice, comment: ''}",
        "twice",
        &[COMMENT],
    ),
    (
        KEYLESS,
        "create_primary_key: {table: {t}, columns: [number]}",
        "number",
        &[],
    ),
    (
        KEYLESS,
        "create_primary_key: {table: {t}, columns: [name]}",
        "name",
        &[NULLABLE],
    ),
    (
        KEYLESS,
        "create_primary_key: {table: {t}, columns: [name]}\n- drop_constraint: {table: {t}, columns: [name]}",
        "name",
        &[NULLABLE],
    ),
    (
        KEYLESS,
        "set_identity: {table: {t}, column: number, identity: true}",
        "number",
        &[EXTRA],
    ),
    (
        KEYLESS,
        "set_column_comment: {table: {t}, column: other, comment: new}",
        "other",
        &[COMMENT],
    ),
    (
        KEYLESS,
        "drop_default: {table: {t}, column: other}",
        "other",
        &[DEFAULT],
    ),
    (
        KEYLESS,
        "rename_column: {table: {t}, column: other, to: another}",
        "other",
        &[NAME],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} MODIFY name varchar(60)",
        "name",
        &[TYPE, NULLABLE, DEFAULT, CHARSET, COLLATION, COMMENT],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} MODIFY COLUMN made timestamp(6) NULL COMMENT 'new'",
        "made",
        &[DEFAULT, EXTRA, COMMENT],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} MODIFY hidden int NOT NULL",
        "hidden",
        &[DEFAULT, EXTRA, COMMENT],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} CHANGE kind sort enum('small','it''s','x')",
        "kind",
        &[NAME, TYPE, NULLABLE, DEFAULT, CHARSET, COLLATION, COMMENT],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} ALTER price SET DEFAULT 2.5",
        "price",
        &[DEFAULT],
    ),
    (
        TABLE,
        "sql: ALTER TABLE {t} MODIFY code bigint(5) unsigned NOT NULL DEFAULT 7 COMMENT 'padded'",
        "code",
        &[TYPE],
    ),
];

fn table(at: usize) -> String {
    format!("c{at:02}")
}

/// What makes a table, as an operation.
fn making(at: usize) -> String {
    let text = CHANGES[at].0.replace("{t}", &table(at));
    match text.starts_with("CREATE") {
        true => format!(
            "sql:\n    down: SELECT 1\n    up: |\n      {}",
            text.replace('\n', "\n      ")
        ),
        false => text,
    }
}

/// A changelog of two changesets: one makes the tables, the other changes each.
fn changelog() -> String {
    let changeset = |id: &str, operations: &dyn Fn(usize) -> String| {
        let lines: String = (0..CHANGES.len())
            .map(|at| format!("      - {}\n", operations(at).replace('\n', "\n      ")))
            .collect();
        format!("  - id: {id}\n    operations:\n{lines}")
    };
    let changing = |at: usize| CHANGES[at].1.replace("{t}", &table(at));
    format!(
        "changesets:\n{}{}",
        changeset("tables", &making),
        changeset("change", &changing)
    )
}

/// The tables as the server would make them again, but for the next number.
fn definitions(database: &TestDatabase) -> Vec<String> {
    let questions: Vec<String> = (0..CHANGES.len())
        .map(|at| format!("SHOW CREATE TABLE {}", table(at)))
        .collect();
    let texts = database.queries(&questions).into_iter();
    let texts = texts.map(|rows| rows[0][1].clone().expect("a text"));
    let numbered = |text: String| match text.split_once(" AUTO_INCREMENT=") {
        Some((head, tail)) => format!("{head}{}", tail.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => text,
    };
    texts.map(numbered).collect()
}

/// The schema that the files say.
fn believed(database: &TestDatabase, path: &Path) -> NormalForm {
    let folder = Folder::new(path.parent().expect("a folder"));
    let changelog = gather(&folder, "changelog.yaml", Default::default());
    let (fold, _) = replay(&changelog, &database.target(), &Selection::default());
    NormalForm::of(&fold.catalog)
}

/// A row of values that are not the defaults.
fn row(at: usize) -> String {
    let values = match CHANGES[at].0 {
        TABLE => "(id, other, said, token, made) VALUES (5, 6, 's', 't', '2024-02-29 12:00:00.5')",
        MADE => "(id, kind, code, made) VALUES (5, 'small', 3, '2024-02-29 12:00:00.5')",
        _ => "(name, number, other) VALUES ('n', 4, 6)",
    };
    format!("INSERT INTO {} {values}", table(at))
}

fn contents(database: &TestDatabase) -> Vec<Vec<Vec<Option<String>>>> {
    let question = |at: usize| {
        let columns = match CHANGES[at].0 {
            TABLE => "id, name, made, hidden, other, twice, thrice, code, price, kind, token, said, raw, moved",
            MADE => "id, kind, code, made, name, twice",
            _ => "name, number, other",
        };
        format!("SELECT {columns} FROM {}", table(at))
    };
    database.queries(&(0..CHANGES.len()).map(question).collect::<Vec<_>>())
}

fn loses_nothing(engine: &'static str) {
    let database = TestDatabase::new(engine);
    let path = write(database.folder().join("changelog.yaml"), &changelog());
    database.run(&path, &["up", "tables"]);
    database.queries(&(0..CHANGES.len()).map(row).collect::<Vec<_>>());
    let (before, defined, stored) = (columns(&database), definitions(&database), contents(&database));
    database.run(&path, &["up"]);
    assert_same(&believed(&database, &path), &database.normal_form(), engine);
    let after = columns(&database);
    for (at, (_, operation, column, fields)) in CHANGES.iter().enumerate() {
        let of = |all: &[Column]| -> Vec<Column> {
            let own = |column: &&Column| column[0].as_deref() == Some(&table(at));
            all.iter().filter(own).cloned().collect()
        };
        let (before, mut after) = (of(&before), of(&after));
        let changed = before.iter().position(|known| known[NAME].as_deref() == Some(column));
        for field in *fields {
            let changed = changed.expect("the column is there");
            let (was, is) = (&before[changed][*field], &after[changed][*field]);
            // What the server says in EXTRA goes with a default now and then.
            assert!(was != is || *field == EXTRA, "{engine}: {operation} did nothing");
            after[changed][*field] = was.clone();
        }
        assert_eq!(before.len(), after.len(), "{engine}: {operation}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "{engine}: {operation} changed more");
        }
    }
    database.run(&path, &["down", "-1", "--allow-data-loss"]);
    for ((was, is), (_, operation, ..)) in defined.iter().zip(definitions(&database)).zip(&CHANGES) {
        assert_eq!(*was, is, "{engine}: {operation} and back");
    }
    for ((was, is), (_, operation, ..)) in stored.iter().zip(contents(&database)).zip(&CHANGES) {
        assert_eq!(*was, is, "{engine}: the row after {operation} and back");
    }
}

#[test]
fn a_change_of_one_attribute_loses_no_other_on_mysql() {
    loses_nothing("mysql");
}

#[test]
fn a_change_of_one_attribute_loses_no_other_on_mariadb() {
    loses_nothing("mariadb");
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
          table: c
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(40), charset: latin1, collation: latin1_german1_ci }
            - { name: made, type: timestamp(3), default: { fn: now }, on_update: { fn: now } }
            - { name: hidden, type: int, default: 3, invisible: true }
  - id: more
    operations:
      - add_column: { table: c, column: { name: code, type: varchar(9), charset: latin1, invisible: true } }
      - alter_column: { table: c, column: name, charset: ascii }
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
          table: c
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(40) }
            - { name: old, type: int }
  - id: change
    operations:
      - add_column: { table: c, column: { name: age, type: int, nullable: false, default: 1 } }
      - alter_column: { table: c, column: name, type: varchar(60) }
      - drop_column: { table: c, column: old }
      - create_index: { table: c, columns: [age] }
      - create_check_constraint: { table: c, expression: age > 0 }
      - set_not_null: { table: c, column: name }
      - set_default: { table: c, column: name, default: x }
      - set_column_comment: { table: c, column: name, comment: said }
      - drop_default: { table: c, column: name }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        database.run(&path, &["up", "table"]);
        let script = database.run(&path, &["sql"]);
        assert_eq!(script.matches("ALTER TABLE `c`").count(), 1, "{engine}: {script}");
        let before = columns(&database);
        database.run(&path, &["up"]);
        assert_same(&believed(&database, &path), &database.normal_form(), engine);
        let back = database.run(&path, &["sql", "--down", "table"]);
        assert_eq!(back.matches("ALTER TABLE `c`").count(), 1, "{engine}: {back}");
        database.run(&path, &["down", "-1", "--allow-data-loss"]);
        assert_eq!(before, columns(&database), "{engine}");
    }
}

/// Values that driftless moves, renames and puts back are no news of their rows: what is set whenever a row changes stays.
#[test]
fn rows_that_are_moved_are_no_news() {
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        let text = "changesets:
  - id: table
    operations:
      - create_enum: {name: mood, values: [sad, glad]}
      - create_table:
          table: c
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: first, type: varchar(40) }
            - { name: last, type: varchar(40) }
            - { name: made, type: timestamp(3), default: { fn: now }, on_update: { fn: now } }
            - { name: mood, type: { enum: mood } }
  - id: moves
    operations:
      - rename_enum_value: { enum: mood, from: sad, to: blue }
      - set_not_null: { table: c, column: mood, fill: glad }
      - merge_columns:
          table: c
          columns: [first, last]
          into: { name: name, type: varchar(90) }
          expression: concat(first, ' ', last)
          back: { first: \"substring_index(name, ' ', 1)\", last: \"substring_index(name, ' ', -1)\" }
      - drop_column: { table: c, column: name, keep: true }
  - id: news
    operations:
      - update: { table: c, set: { mood: glad }, where: id = 1, keep: true }
      - upsert: { table: c, rows: [{ id: 2, mood: blue }] }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        database.run(&path, &["up", "table"]);
        database.execute("INSERT INTO c VALUES (1, 'a', 'b', '2000-01-01', 'sad'), (2, 'c', 'd', '2000-01-01', NULL)");
        let made = "SELECT group_concat(DISTINCT made) FROM c";
        let before = database.query(made);
        database.run(&path, &["up", "moves"]);
        assert_eq!(before, database.query(made), "{engine}");
        database.run(&path, &["up"]);
        assert_ne!(
            before,
            database.query(made),
            "{engine}: what the author updates is news"
        );
        database.run(&path, &["down", "-1"]);
        assert_eq!(before, database.query(made), "{engine}: kept values");
        database.run(&path, &["down", "-1", "--allow-data-loss"]);
        assert_eq!(before, database.query(made), "{engine}: the way back");
        assert_eq!(
            database.rows("c", "first, last"),
            [["a", "b"], ["c", "d"]].map(|row| row.map(|text| Some(text.to_string())).to_vec())
        );
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
