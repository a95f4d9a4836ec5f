//! What SQLite's ALTER TABLE does and does not do, on a table with rows: one way or the other, it is done or refused.

use crate::trial::Trial;

/// A table with rows, among them NULL, and one that it may point at.
const BASE: &str = "- create_table:
    table: other
    columns: [{name: id, type: int, primary_key: true}]
- insert: {table: other, rows: [{id: 1}, {id: 2}]}
- create_table:
    table: t
    columns:
      - {name: id, type: int, primary_key: true}
      - {name: a, type: int}
      - {name: b, type: varchar(20)}
      - {name: c, type: text}
- insert: {table: t, rows: [{id: 1, a: 1, b: x, c: p}, {id: 2, a: 2, b: y, c: null}, {id: 5, a: null, b: z, c: q}]}";

fn add(column: &str) -> String {
    format!("- add_column: {{table: t, column: {{name: new, {column}}}}}")
}

#[test]
fn columns_that_alter_table_adds() {
    let trial = Trial::new(BASE, "");
    for (column, value) in [
        ("type: int", "NULL"),
        ("type: varchar(9), nullable: false, default: 'it''s'", "'it''s'"),
        ("type: int, generated: {expression: a + 1, stored: false}", "2"),
    ] {
        trial.there_and_back(&add(column), false, |trial, _| {
            assert_eq!(trial.one("SELECT quote(new) FROM t WHERE id = 1"), value, "{column}");
        });
    }
}

/// A check, a key, a reference, a default that is not constant, a place among the others, a value that is stored.
#[test]
fn columns_that_take_a_rebuild() {
    let trial = Trial::new(BASE, "");
    for (column, value) in [
        ("type: int, check: new > 0", "NULL"),
        ("type: int, default: 1, check: new > 0", "1"),
        ("type: int, unique: true", "NULL"),
        ("type: int, references: other(id)", "NULL"),
        ("type: int, default: 1, references: other(id)", "1"),
        ("type: int, nullable: false, default: {sql: 1 + 1}", "2"),
        ("type: int, generated: {expression: a + 1, stored: true}", "2"),
    ] {
        trial.there_and_back(&add(column), true, |trial, _| {
            assert_eq!(trial.one("SELECT quote(new) FROM t WHERE id = 1"), value, "{column}");
        });
    }
    trial.there_and_back(
        "- add_column: {table: t, column: {name: new, type: timestamp, nullable: false, default: {fn: now}}, after: a}",
        true,
        |trial, _| {
            assert_eq!(
                trial.one("SELECT group_concat(name) FROM pragma_table_info('t')"),
                "id,a,new,b,c"
            );
            assert_eq!(trial.one("SELECT count(*) FROM t WHERE new > '2020'"), "3");
        },
    );
}

#[test]
fn a_primary_key_that_is_added_numbers_the_rows() {
    let trial = Trial::new(
        "- create_table: {table: t, columns: [{name: a, type: text}]}\n- insert: {table: t, rows: [{a: x}, {a: y}]}",
        "",
    );
    trial.there_and_back(
        &add("type: bigint, identity: true, primary_key: true"),
        true,
        |trial, _| {
            assert_eq!(trial.one("SELECT group_concat(new || a) FROM t"), "1x,2y");
        },
    );
}

/// On an empty table all of it works, which a test on an empty database would not show.
#[test]
fn what_rows_have_no_value_for_is_refused_and_leaves_nothing() {
    let trial = Trial::new(BASE, "");
    let empty = Trial::new(BASE, "DELETE FROM t");
    for (column, word) in [
        ("type: int, nullable: false", "`new` takes no NULL and has no default"),
        ("type: int, default: 1, check: new > 1", "CHECK constraint failed"),
        ("type: int, default: 1, unique: true", "UNIQUE constraint failed"),
        ("type: int, default: 7, references: other(id)", "point at nothing"),
    ] {
        let told = trial.refused(&add(column), 1);
        assert!(told.contains(word), "{column}: {told}");
        empty.there_and_back(&add(column), true, |_, _| {});
    }
}

fn drop_of(column: &str) -> String {
    format!("- drop_column: {{table: t, column: {column}}}")
}

#[test]
fn columns_that_alter_table_drops() {
    let trial = Trial::new(BASE, "");
    trial.up(&drop_of("c"));
    assert_eq!(trial.one("SELECT group_concat(id || b) FROM t"), "1x,2y,5z");
}

/// Its own check, key, reference and index go with a column, and come back with it.
#[test]
fn what_stands_on_a_dropped_column_goes_and_comes_back() {
    for (made, column, rebuilds) in [
        ("- create_check_constraint: {table: t, expression: a < 9}", "a", true),
        ("- create_check_constraint: {table: t, expression: a <= id}", "a", true),
        ("- create_unique_constraint: {table: t, columns: [a, b]}", "a", true),
        (
            "- create_foreign_key: {table: t, columns: [a], references: other(id)}",
            "a",
            true,
        ),
        ("- create_index: {table: t, columns: [a]}", "a", false),
        ("- create_index: {table: t, columns: [b], where: a > 1}", "a", false),
        ("- create_index: {table: t, columns: [{expression: a + 1}]}", "a", false),
        ("- rename_column: {table: t, column: c, to: d}", "id", true),
    ] {
        // The reverse brings the schema back, not the values.
        let trial = Trial::new(&format!("{BASE}\n{made}"), "UPDATE t SET a = NULL");
        let before = trial.state();
        trial.up(&drop_of(column));
        assert_eq!(before.rebuilt_in(&trial.state()), rebuilds, "{made}");
        assert_eq!(trial.one("SELECT group_concat(b) FROM t"), "x,y,z", "{made}");
        if column == "a" {
            trial.down();
            trial.state().assert_is(&before, made);
        }
    }
}

/// SQLite itself would drop the first, and leave a trigger that fails whenever it fires.
#[test]
fn a_column_that_others_use_stays() {
    for (made, by_hand, user) in [
        (
            "- create_trigger: {trigger: r, table: other, timing: after, events: [insert], body: 'BEGIN UPDATE t SET a = 1; END'}",
            "",
            "trigger `r`",
        ),
        (
            "",
            "CREATE TRIGGER h AFTER INSERT ON other BEGIN UPDATE t SET a = 1; END",
            "trigger `h`",
        ),
        ("- create_view: {view: v, query: SELECT a FROM t}", "", "view `v`"),
        (
            "- add_column: {table: t, column: {name: twice, type: int, generated: {expression: a * 2}}}",
            "",
            "column `twice`",
        ),
    ] {
        let told = Trial::new(&format!("{BASE}\n{made}"), by_hand).refused(&drop_of("a"), 2);
        assert!(told.contains(user), "{made}: {told}");
    }
}

/// A view that no changeset made is in SQLite's own way, and not broken by a rebuild either.
#[test]
fn a_view_made_by_hand_is_not_broken() {
    let unique = "- create_unique_constraint: {table: t, columns: [a]}";
    for (base, word) in [
        (BASE.to_string(), "error in view h"),
        (format!("{BASE}\n{unique}"), "would break the view `h`"),
    ] {
        let told = Trial::new(&base, "CREATE VIEW h AS SELECT a FROM t").refused(&drop_of("a"), 1);
        assert!(told.contains(word) && told.contains("no such column: a"), "{told}");
    }
}

#[test]
fn renames_are_followed_by_indexes_views_and_triggers() {
    let made = format!(
        "{BASE}
- create_index: {{table: t, columns: [a], where: a > 0}}
- create_index: {{table: t, columns: [{{expression: a + 1}}], name: by_expression}}
- create_view: {{view: v, query: SELECT a FROM t}}
- create_view: {{view: w, query: SELECT a FROM v}}
- create_trigger: {{trigger: r, table: t, timing: after, events: [insert], body: 'BEGIN UPDATE t SET a = 7 WHERE id = new.id; END'}}
- create_trigger: {{trigger: s, table: other, timing: after, events: [insert], body: 'BEGIN INSERT INTO t (id) VALUES (new.id); END'}}"
    );
    let trial = Trial::new(&made, "");
    for (operation, table, column) in [
        (
            "- rename_column: {table: t, column: a, to: \"a new\"}",
            "t",
            "\"a new\"",
        ),
        ("- rename_table: {table: t, to: \"t new\"}", "\"t new\"", "a"),
    ] {
        trial.there_and_back(operation, false, |trial, _| {
            trial.database.execute("INSERT INTO other VALUES (9)");
            assert_eq!(trial.one(&format!("SELECT max({column}) FROM w")), "7", "{operation}");
            let clean = format!("DELETE FROM other WHERE id = 9; DELETE FROM {table} WHERE id = 9");
            trial.database.execute(&clean);
        });
    }
}

/// What 3.54 does in place and 3.40 refuses, and what both refuse.
#[test]
fn alterations_are_rebuilds_on_every_version() {
    let keyed = "- create_unique_constraint: {table: t, columns: [b], name: u}
- create_check_constraint: {table: t, expression: a < 9, name: k}
- create_foreign_key: {table: t, columns: [a], references: other(id), name: f}";
    let trial = Trial::new(&format!("{BASE}\n{keyed}"), "");
    for operation in [
        "- set_not_null: {table: t, column: b}",
        "- alter_column: {table: other, column: id, type: bigint}",
        "- create_check_constraint: {table: t, expression: id > 0}",
        "- drop_constraint: {table: t, name: k}",
        "- drop_constraint: {table: t, name: u}",
        "- drop_constraint: {table: t, name: f}",
        "- create_unique_constraint: {table: t, columns: [c]}",
        "- create_foreign_key: {table: t, columns: [a], references: {table: t, columns: [id]}}",
        "- alter_column: {table: t, column: b, type: text}",
        "- set_default: {table: t, column: b, default: new}",
        "- rename_constraint: {table: t, constraint: k, to: other}",
    ] {
        trial.there_and_back(operation, true, |trial, before| {
            trial.state().assert_rows_are(before, operation);
        });
    }
}
