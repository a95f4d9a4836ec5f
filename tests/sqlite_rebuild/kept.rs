//! What a rebuild and its way back have to know of a table: all of it is there again, and works.

use crate::trial::Trial;

/// A check, which only a rebuild can add.
const CHECK: &str = "- create_check_constraint: {table: t, name: extra, expression: 1 = 1}";

fn nothing_else_differs(base: &str, by_hand: &str) -> Trial {
    let trial = Trial::new(base, by_hand);
    trial.there_and_back(CHECK, true, |trial, before| {
        let after = trial.state();
        after.assert_rows_are(before, base);
        let others: Vec<String> = before
            .differences(&after)
            .into_iter()
            .filter(|what| !what.contains("extra"))
            .collect();
        assert!(others.is_empty(), "{base}: {others:?}");
    });
    trial.up(CHECK);
    trial
}

/// Order of columns, types with their sizes, NULL, defaults of all kinds, collations, keys by name and order.
#[test]
fn columns_and_keys() {
    let trial = nothing_else_differs(
        "- create_table: {table: other, columns: [{name: x, type: text}, {name: y, type: int}], primary_key: {columns: [y, x]}}
- create_table:
    table: t
    columns:
      - {name: z, type: 'varchar(40)', collation: nocase, nullable: false, default: \"it's \\\"so\\\"\"}
      - {name: b, type: 'decimal(10,2)', default: -1.5}
      - {name: a, type: int, nullable: false, default: {sql: 'abs(-7)'}}
      - {name: when, type: timestamptz, default: {fn: now}}
      - {name: token, type: uuid, default: {fn: uuid}}
      - {name: raw, type: bytes, default: {base64: AP8=}}
      - {name: yes, type: boolean, default: true}
      - {name: kind, type: 'enum(small, \"it''s\")', default: small}
    primary_key: {name: key of it, columns: [a, z]}
    uniques: [{name: u1, columns: [b, a]}, {columns: [token]}]
    foreign_keys:
      - {name: f1, columns: [a, z], references: {table: other, columns: [y, x], on_delete: cascade, on_update: set_null, deferrable: true, initially_deferred: true}}
    checks: [{name: c1, expression: \"z <> 'a,(b' AND t.a > 0\"}]",
        "INSERT INTO other VALUES ('q', 1), ('Q2', 2); \
         INSERT INTO t (z, a, b) VALUES ('q', 1, 2); INSERT INTO t (z, a, b, token) VALUES ('Q2', 2, NULL, 'x')",
    );
    assert_eq!(trial.one("SELECT count(*) FROM t WHERE z = 'Q'"), "1", "NOCASE is lost");
    trial
        .database
        .execute("PRAGMA foreign_keys = ON; DELETE FROM other WHERE y = 1");
    assert_eq!(trial.one("SELECT group_concat(a) FROM t"), "2");
}

#[test]
fn tables_that_hold_their_types_and_those_stored_by_their_key() {
    for options in [
        "strict: true",
        "without_rowid: true",
        "strict: true, without_rowid: true",
    ] {
        let trial = nothing_else_differs(
            &format!(
                "- create_table:
    table: t
    columns: [{{name: a, type: text}}, {{name: b, type: int}}, {{name: c, type: {{native: INTEGER}}}}]
    primary_key: {{columns: [b, a]}}
    options: {{sqlite: {{{options}}}}}
- create_index: {{table: t, columns: [c]}}"
            ),
            "INSERT INTO t VALUES ('x', 1, 5), ('y', 0, NULL)",
        );
        let strict = options.starts_with("strict");
        assert_eq!(
            trial.one("SELECT strict FROM pragma_table_list('t')"),
            if strict { "1" } else { "0" }
        );
        let insert = "INSERT INTO t VALUES ('z', 3, 'no number')";
        match strict {
            true => assert!(trial.fails(insert).contains("cannot store TEXT"), "{options}"),
            false => trial.database.execute(insert),
        }
    }
}

#[test]
fn computed_columns_stored_and_not() {
    let trial = nothing_else_differs(
        "- create_table:
    table: t
    columns:
      - {name: id, type: int, primary_key: true}
      - {name: twice, type: int, generated: {expression: four / 2, stored: true}}
      - {name: four, type: int, generated: {expression: n * 4, stored: false}}
      - {name: n, type: int}
      - {name: said, type: text, nullable: false, generated: {expression: \"'(' || n || ')'\", stored: true}, check: \"said <> '(0)'\"}
- create_index: {table: t, columns: [twice], unique: true}",
        "INSERT INTO t (id, n) VALUES (1, 5), (2, 7)",
    );
    assert_eq!(
        trial.one("SELECT group_concat(twice || '/' || four || said) FROM t"),
        "10/20(5),14/28(7)"
    );
    assert!(trial.fails("UPDATE t SET n = 0").contains("CHECK constraint failed"));
    trial.down();
    trial.there_and_back("- drop_not_null: {table: t, column: said}", true, |_, _| {});
    trial.there_and_back(
        "- alter_column: {table: t, column: n, type: bigint}",
        true,
        |trial, _| {
            assert_eq!(trial.one("SELECT sum(twice) FROM t"), "24");
        },
    );
}

#[test]
fn indexes_of_parts_and_expressions() {
    let trial = nothing_else_differs(
        "- create_table: {table: t, columns: [{name: a b, type: text, collation: nocase}, {name: n, type: int}, {name: m, type: int}]}
- create_index: {table: t, name: part, columns: [n], unique: true, where: \"\\\"a b\\\" <> 'x;y' AND t.m > 0\"}
- create_index: {table: t, name: by expression, columns: [{expression: 'lower(\"a b\") || n'}, {column: m, order: desc}]}
- create_index: {table: t, columns: [{column: n, order: desc}, a b]}",
        "INSERT INTO t VALUES ('x', 1, 1), ('X', 1, -2), ('y', 2, 3)",
    );
    trial.database.execute("INSERT INTO t VALUES ('q', 1, -1)");
    assert!(
        trial
            .fails("INSERT INTO t VALUES ('r', 1, 1), ('r', 1, 1)")
            .contains("UNIQUE constraint failed")
    );
    let plan = "EXPLAIN QUERY PLAN SELECT 1 FROM t WHERE lower(\"a b\") || n = 'x1'";
    assert!(
        trial.database.query(plan)[0][3]
            .as_deref()
            .is_some_and(|text| text.contains("by expression"))
    );
}

/// Values of another type than their column's, which SQLite takes, are not bent by a rebuild that leaves the type.
#[test]
fn values_of_all_kinds() {
    nothing_else_differs(
        "- create_table:
    table: t
    columns: [{name: id, type: int, primary_key: true}, {name: i, type: int}, {name: r, type: double}, {name: x, type: text}, {name: b, type: bytes}]",
        "INSERT INTO t VALUES (1, 'text', 'text', x'00ff', 'text'), (2, 1.5, 9223372036854775807, '', x''), \
         (-3, x'', 1e308, 'a' || char(10) || char(0x1F600), 5), (4, NULL, -0.0, '1', 2.5), (5, 9223372036854775807, 4.9e-324, 1, NULL)",
    );
}

/// Names that need quotes, and names written in another case than they were made in.
#[test]
fn names_of_all_kinds() {
    for (table, column) in [
        ("Order", "Group"),
        ("a \"b\"", "c.d"),
        ("ünï", "日本"),
        ("it's", "x';--"),
    ] {
        let (t, c) = (table.replace('"', "\\\""), column.replace('"', "\\\""));
        let trial = Trial::new(
            &format!(
                "- create_table: {{table: \"{t}\", columns: [{{name: id, type: bigint, identity: true, primary_key: true}}, {{name: \"{c}\", type: int}}]}}
- create_table: {{table: child, columns: [{{name: id, type: int, references: {{table: \"{t}\", columns: [id], on_delete: cascade}}}}]}}
- create_index: {{table: \"{t}\", columns: [\"{c}\"]}}
- insert: {{table: \"{t}\", rows: [{{\"{c}\": 1}}, {{\"{c}\": 2}}]}}
- insert: {{table: child, rows: [{{id: 2}}]}}"
            ),
            "",
        );
        let (upper, lower) = (t.to_ascii_uppercase(), c.to_ascii_lowercase());
        let operation = format!("- set_not_null: {{table: \"{upper}\", column: \"{lower}\"}}");
        trial.there_and_back(&operation, true, |trial, before| {
            trial.state().assert_rows_are(before, &operation)
        });
    }
}

/// What SQL made is built anew as it was, or not at all.
#[test]
fn tables_that_sql_made() {
    let trial = Trial::sql(
        "CREATE TABLE t (
  id INTEGER PRIMARY KEY, -- the number
  a, \"b\" VARCHAR(9) DEFAULT (upper('x')) COLLATE rtrim, c INT CHECK (c > 0) UNIQUE,
  up CONSTRAINT fk REFERENCES t(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX i ON t (b DESC, (a || 'x')) WHERE c <> 3;
CREATE TRIGGER r AFTER INSERT ON t WHEN new.c = 9 BEGIN UPDATE t SET a = 'x; END' WHERE id = new.id; END",
        "INSERT INTO t (id, a, c, up) VALUES (1, x'01', 1, NULL), (2, 'x', 2, 1), (3, 1.5, 9, 2)",
    );
    trial.there_and_back(CHECK, true, |trial, before| {
        trial.state().assert_rows_are(before, "");
        trial
            .database
            .execute("PRAGMA foreign_keys = ON; DELETE FROM t WHERE id = 1");
        assert_eq!(trial.one("SELECT count(*) FROM t WHERE up IS NULL"), "1");
        trial
            .database
            .execute("INSERT INTO t (id, a, c, up) VALUES (1, x'01', 1, NULL); UPDATE t SET up = 1 WHERE id = 2");
    });
    // What is not understood is no table that a rebuild could be made of.
    for sql in [
        "CREATE TABLE t (a TEXT UNIQUE ON CONFLICT REPLACE)",
        "CREATE TABLE t (a TEXT NOT NULL ON CONFLICT IGNORE)",
        "CREATE TABLE t (a TEXT, UNIQUE (a COLLATE NOCASE))",
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
    ] {
        let told = Trial::sql(sql, "").refused(CHECK, 2);
        assert!(told.contains("unknown table `t`"), "{sql}: {told}");
    }
}
