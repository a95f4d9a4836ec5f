//! `names: native`: what a changelog makes bears the names that it would bear had its author written SQL without quotes
//! and without names, on every engine; and the way back finds it by them.

mod support;

use std::path::PathBuf;

use support::{ENGINES, TestDatabase, assert_same, on_engines, write};

/// Tables with all that may be without a name, in capitals; what follows is made one by one.
const CHANGELOG: &str = r#"
names: native
changesets:
  - id: tables
    operations:
      - create_table:
          table: PARENT
          columns:
            - { name: ID, type: int, primary_key: true }
            - { name: CODE, type: varchar(20), nullable: false, unique: true }
      - create_table:
          table: CHILD
          columns:
            - { name: ID, type: int, nullable: false }
            - { name: NO, type: int, nullable: false, check: "NO > 0" }
            - { name: UPTO, type: int, check: "NO < UPTO" }
            - { name: PARENT_ID, type: int, references: PARENT(ID) }
            - { name: OTHER_ID, type: int }
          primary_key: { columns: [ID, NO] }
          uniques: [{ columns: [OTHER_ID, NO] }]
          checks: [{ expression: "UPTO > 1" }, { expression: "UPTO < 99" }]
          foreign_keys: [{ columns: [OTHER_ID], references: { table: PARENT, columns: [ID] } }]
  - id: more
    operations:
      - create_unique_constraint: { table: CHILD, columns: [OTHER_ID, UPTO] }
      - create_index: { table: CHILD, columns: [NO] }
      - create_index: { table: CHILD, columns: [NO] }
      - create_check_constraint: { table: CHILD, expression: "OTHER_ID > 0" }
      - add_column: { table: CHILD, column: { name: THIRD_ID, type: int, references: PARENT(ID) } }
  - id: rows
    only_if: { all: [{ table_exists: PARENT }, { column_exists: { table: CHILD, column: THIRD_ID } }] }
    operations:
      - insert: { table: PARENT, rows: [{ ID: 1, CODE: a }, { ID: 2, CODE: b }] }
      - update: { table: PARENT, set: { CODE: c }, where: "ID = 2" }
      - upsert: { table: PARENT, key: [ID], rows: [{ ID: 1, CODE: d }] }
      - load_data: { table: PARENT, file: parent.csv }
      - load_data: { table: PARENT, file: other.csv, columns: { ID: NUMBER, CODE: WORD } }
"#;

fn sql(engine: &str) -> String {
    let after = match engine {
        "sqlite" => return sqlite().to_string(),
        "postgres" => "CREATE INDEX ON CHILD (NO); CREATE INDEX ON CHILD (NO)",
        _ => "ALTER TABLE CHILD ADD INDEX (NO); ALTER TABLE CHILD ADD INDEX (NO)",
    };
    format!(
        "CREATE TABLE PARENT (ID integer PRIMARY KEY, CODE varchar(20) NOT NULL UNIQUE);
         CREATE TABLE CHILD (ID integer NOT NULL, NO integer NOT NULL CHECK (NO > 0), UPTO integer {upto},
           PARENT_ID integer, OTHER_ID integer, PRIMARY KEY (ID, NO), UNIQUE (OTHER_ID, NO){table_check}, CHECK (UPTO > 1), CHECK (UPTO < 99),
           FOREIGN KEY (PARENT_ID) REFERENCES PARENT (ID), FOREIGN KEY (OTHER_ID) REFERENCES PARENT (ID));
         ALTER TABLE CHILD ADD UNIQUE (OTHER_ID, UPTO); {after};
         ALTER TABLE CHILD ADD CHECK (OTHER_ID > 0);
         ALTER TABLE CHILD ADD COLUMN THIRD_ID integer; ALTER TABLE CHILD ADD FOREIGN KEY (THIRD_ID) REFERENCES PARENT (ID)",
        // MySQL lets a column's check speak of itself only.
        upto = if engine == "mysql" { "" } else { "CHECK (NO < UPTO)" },
        table_check = if engine == "mysql" { ", CHECK (NO < UPTO)" } else { "" },
    )
}

/// There a constraint without a name is shown under the one that driftless would give, and an index has to have one.
fn sqlite() -> &'static str {
    "CREATE TABLE PARENT (ID integer PRIMARY KEY NOT NULL, CODE varchar(20) NOT NULL UNIQUE);
     CREATE TABLE CHILD (ID integer NOT NULL, NO integer NOT NULL CHECK (NO > 0), UPTO integer CHECK (NO < UPTO),
       PARENT_ID integer, OTHER_ID integer, THIRD_ID integer, PRIMARY KEY (ID, NO), UNIQUE (OTHER_ID, NO), CHECK (UPTO > 1),
       CHECK (UPTO < 99), FOREIGN KEY (PARENT_ID) REFERENCES PARENT (ID), FOREIGN KEY (OTHER_ID) REFERENCES PARENT (ID),
       UNIQUE (OTHER_ID, UPTO), CHECK (OTHER_ID > 0), FOREIGN KEY (THIRD_ID) REFERENCES PARENT (ID));
     CREATE INDEX ix_CHILD_NO ON CHILD (NO)"
}

fn changelog(database: &TestDatabase) -> PathBuf {
    let text = match database.engine {
        "sqlite" => CHANGELOG.replacen("      - create_index: { table: CHILD, columns: [NO] }\n", "", 1),
        _ => CHANGELOG.to_string(),
    };
    write(database.folder().join("parent.csv"), "ID,CODE\n3,e\n");
    write(database.folder().join("other.csv"), "NUMBER,WORD\n4,f\n");
    write(database.folder().join("changelog.yaml"), &text)
}

#[test]
fn names_are_those_that_the_engine_gives() {
    on_engines(|engine| {
        let (made, own) = (TestDatabase::new(engine), TestDatabase::new(engine));
        for statement in sql(engine).split(';') {
            own.execute(statement);
        }
        let path = changelog(&made);
        let empty = made.normal_form();
        made.run(&path, &["up"]);
        assert_same(&own.normal_form(), &made.normal_form(), engine);
        let (table, columns) = if engine == "postgres" {
            ("parent", "code")
        } else {
            ("PARENT", "CODE")
        };
        let codes: Vec<_> = made.rows(table, columns).into_iter().flatten().flatten().collect();
        assert_eq!(codes, ["c", "d", "e", "f"], "{engine}");
        made.run(&path, &["drift"]);
        made.run(&path, &["down", "-3", "--allow-data-loss"]);
        assert_same(&empty, &made.normal_form(), engine);
    });
}

/// What is longer than a name may be, and what is taken by something else.
#[test]
fn postgres_shortens_and_numbers() {
    let (made, own) = (TestDatabase::new("postgres"), TestDatabase::new("postgres"));
    let table = "a_very_long_name_of_a_table_that_has_letters_and_mörë_of_them";
    let column = "a_quite_long_column_name_that_goes_on_and_on_and_on_to_the_énd";
    own.execute(&format!(
        "CREATE TABLE \"{table}\" (\"{column}\" int PRIMARY KEY, b int UNIQUE, UNIQUE (\"{column}\", b), CHECK (\"{column}\" > 0));
         CREATE INDEX ON \"{table}\" (\"{column}\", b) INCLUDE (b);
         ALTER TABLE \"{table}\" ADD COLUMN t text COLLATE \"C\";
         CREATE DOMAIN d AS int CHECK (VALUE > 0) CHECK (VALUE < 9);
         CREATE TABLE a_b (c int CHECK (c > 0)); CREATE TABLE a (b_c int CHECK (b_c > 0));
         CREATE TABLE x (y int, z text); CREATE VIEW x_y_idx AS SELECT 1 AS one; CREATE INDEX ON x (y);
         CREATE INDEX ON x (lower(z), lower(z || 'x'), (z || 'x'), (y + 1), z);
         CREATE INDEX ON x ((CASE WHEN y > 1 THEN y END), coalesce(z, 'x'), (y::text));
         ALTER TABLE x ADD EXCLUDE USING btree (lower(z) WITH =, y WITH =);
         CREATE MATERIALIZED VIEW m AS SELECT y FROM x; CREATE INDEX ON m (y); CREATE INDEX ON m (y)"
    ));
    let path = write(
        made.folder().join("changelog.yaml"),
        &format!(
            r#"
names: native
changesets:
  - id: one
    operations:
      - create_table:
          table: {table}
          columns:
            - {{ name: {column}, type: int, primary_key: true }}
            - {{ name: b, type: int, unique: true }}
          uniques: [{{ columns: [{column}, b] }}]
          checks: [{{ expression: "{column} > 0" }}]
      - create_index: {{ table: {table}, columns: [{column}, b], include: [b] }}
      - add_column: {{ table: {table}, column: {{ name: t, type: text, collation: C }} }}
      - create_domain: {{ name: D, type: int, checks: [{{ expression: VALUE > 0 }}, {{ expression: VALUE < 9 }}] }}
      - create_table: {{ table: A_B, columns: [{{ name: C, type: int, check: C > 0 }}] }}
      - create_table: {{ table: A, columns: [{{ name: B_C, type: int, check: B_C > 0 }}] }}
      - create_table: {{ table: X, columns: [{{ name: Y, type: int }}, {{ name: Z, type: text }}] }}
      - create_view: {{ view: X_Y_IDX, query: SELECT 1 AS one }}
      - create_index: {{ table: X, columns: [Y] }}
      - create_index:
          table: X
          columns: [{{ expression: lower(Z) }}, {{ expression: "lower(Z || 'x')" }}, {{ expression: "Z || 'x'" }}, {{ expression: Y + 1 }}, Z]
      - create_index:
          table: X
          columns: [{{ expression: CASE WHEN Y > 1 THEN Y END }}, {{ expression: "coalesce(Z, 'x')" }}, {{ expression: "Y::text" }}]
      - create_exclusion_constraint:
          table: X
          using: btree
          elements: [{{ expression: lower(Z), operator: "=" }}, {{ column: Y, operator: "=" }}]
      - create_materialized_view: {{ view: M, query: SELECT Y FROM X, indexes: [{{ columns: [y] }}, {{ columns: [y] }}] }}
"#
        ),
    );
    made.run(&path, &["up"]);
    assert_same(&own.normal_form(), &made.normal_form(), "postgres");
    made.run(&path, &["drift"]);
}

/// Which names need quotes, and which are taken as they stand.
#[test]
fn only_what_needs_no_quotes_is_folded() {
    for engine in ENGINES {
        let database = TestDatabase::new(engine);
        let path = write(
            database.folder().join("changelog.yaml"),
            "names: native_quoted\n\
             changesets:\n\
             - id: native\n  names: native\n  operations:\n  \
             - create_table: { table: ORDER, columns: [{ name: USER, type: int, unique: true }, { name: Mixed, type: int }, { name: PLAIN, type: int }] }\n\
             - id: quoted\n  operations:\n  - create_table: { table: LOUD, columns: [{ name: A, type: int, unique: true }] }\n",
        );
        database.run(&path, &["up"]);
        let shown = database.driftless(&path, &["inspect"]);
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let plain = if engine == "postgres" { "plain" } else { "PLAIN" };
        for word in ["ORDER", "USER", "Mixed", plain, "LOUD"] {
            assert!(shown.contains(word), "{engine}: no `{word}` in\n{shown}");
        }
        if engine == "postgres" {
            assert!(
                shown.contains("ORDER_USER_key") && shown.contains("LOUD_A_key"),
                "{shown}"
            );
        }
    }
}

/// A mistake is told where it stands, though the name in it is read as another one.
#[test]
fn mistakes_are_told_at_their_places() {
    let database = TestDatabase::new("postgres");
    let path = write(
        database.folder().join("changelog.yaml"),
        "names: native\nchangesets:\n- id: one\n  operations:\n  \
         - create_table: { table: T, columns: [{ name: A, type: int }] }\n  \
         - insert:\n      table: T\n      rows:\n      - A: 1\n        AB: 2\n",
    );
    let told = database.driftless(&path, &["validate", "--dialect", "postgres"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(
        told.contains("table `t` has no column `ab`") && told.contains("changelog.yaml:10:9"),
        "{told}"
    );
}

/// What the operations mean is another thing under other names: that counts like an edit of theirs.
#[test]
fn other_names_are_an_edit() {
    let database = TestDatabase::new("sqlite");
    let text = |names: &str| {
        format!(
            "{names}changesets:\n- id: one\n  operations:\n  - create_table: {{ table: T, columns: [{{ name: A, type: int }}] }}\n"
        )
    };
    let path = write(database.folder().join("changelog.yaml"), &text(""));
    database.run(&path, &["up"]);
    write(path.clone(), &text("names: as_written\n"));
    database.run(&path, &["up"]);
    write(path.clone(), &text("names: native\n"));
    let told = database.driftless(&path, &["up"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(
        told.contains("was edited after it was applied") && told.contains("`names`"),
        "{told}"
    );
}
