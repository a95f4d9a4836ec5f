//! Each portable type on each engine: made, read from the database, held against what was asked for; and the values at
//! its edges, stored and read back: by `insert`, and from a file.

mod support;

use driftless::changelog::{Folder, Selection, gather};
use driftless::model::{Catalog, NormalForm};
use driftless::plan::Fold;
use serde_json::{Value, json};
use support::{TestDatabase, assert_same, write};

/// A type, and values with what they read as, brought to one form for all engines.
fn cases() -> Vec<(&'static str, Vec<(Value, String)>)> {
    let same = |values: &[&str]| {
        values
            .iter()
            .map(|text| (json!(text), text.to_string()))
            .collect::<Vec<_>>()
    };
    let whole = |values: &[i64]| {
        values
            .iter()
            .map(|number| (json!(number), number.to_string()))
            .collect::<Vec<_>>()
    };
    let bytes = |values: &[&[u8]]| {
        let one = |bytes: &&[u8]| {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            (json!({ "base64": text }), format!("\\x{hex}"))
        };
        values.iter().map(one).collect::<Vec<_>>()
    };
    let all_bytes: Vec<u8> = (0..=255).collect();
    let (letters, long) = ("日".repeat(255), "ö".repeat(70_000));
    vec![
        ("smallint", whole(&[i16::MIN.into(), 0, i16::MAX.into()])),
        ("int", whole(&[i32::MIN.into(), 0, i32::MAX.into()])),
        ("bigint", whole(&[i64::MIN, 0, i64::MAX])),
        ("decimal(10,2)", same(&["-99999999.99", "0.01", "99999999.99"])),
        ("decimal(5)", whole(&[-99999, 99999])),
        ("real", vec![(json!(1.5), "1.5".into()), (json!(-0.25), "-0.25".into())]),
        (
            "double",
            vec![
                (json!(1.7976931348623157e308), f64::MAX.to_string()),
                (json!(2.2250738585072014e-308), f64::MIN_POSITIVE.to_string()),
                (json!(-0.1), "-0.1".into()),
            ],
        ),
        (
            "boolean",
            vec![(json!(true), "true".into()), (json!(false), "false".into())],
        ),
        ("char", same(&["x"])),
        ("char(5)", same(&["abcde", "äöüß日"])),
        (
            "varchar(255)",
            same(&["", "it's", "a\\b", "two\nlines\t", "\u{10FFFF}", "%_;--", &letters]),
        ),
        ("text", same(&["", "'", "\\", "NULL", &long])),
        ("binary(3)", bytes(&[&[0, 1, 255]])),
        ("bytes", bytes(&[&[], &all_bytes])),
        ("date", same(&["1000-01-01", "2024-02-29", "9999-12-31"])),
        ("time", same(&["00:00:00", "23:59:59"])),
        ("time(6)", same(&["23:59:59.999999"])),
        (
            "timestamp",
            same(&["1000-01-01 00:00:00", "2024-02-29 12:30:00", "9999-12-31 23:59:59"]),
        ),
        ("timestamp(3)", same(&["2024-12-31 23:59:59.123"])),
        (
            "timestamptz",
            vec![
                (json!("1970-01-02T00:00:00Z"), "1970-01-02 00:00:00".into()),
                (json!("2024-12-31T23:59:59Z"), "2024-12-31 23:59:59".into()),
                (json!("2038-01-19T03:14:07Z"), "2038-01-19 03:14:07".into()),
            ],
        ),
        (
            "uuid",
            same(&[
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-4fff-bfff-ffffffffffff",
            ]),
        ),
        (
            "json",
            vec![
                (json!("{\"a\": [1, \"ü'\\\\\"]}"), "{\"a\":[1,\"ü'\\\\\"]}".into()),
                (json!("null"), "null".into()),
                (json!(true), "true".into()),
            ],
        ),
        ("enum(small, 'it''s', ÜBER)", same(&["small", "it's", "ÜBER"])),
    ]
}

/// What an engine prints of a value, in the one form.
fn plain(ty: &str, text: &str) -> String {
    match ty.split('(').next().unwrap_or_default() {
        "boolean" => match text {
            "t" | "1" => "true".into(),
            "f" | "0" => "false".into(),
            other => other.into(),
        },
        "real" | "double" => text.parse::<f64>().expect("a number").to_string(),
        // SQLite has no decimals: it keeps the number, not the zeros behind it.
        "decimal" => match text.parse::<f64>() {
            Ok(number) if text.len() < 15 => number.to_string(),
            _ => text.to_string(),
        },
        "time" | "timestamp" | "timestamptz" => {
            let text = text.trim_end_matches("+00:00").trim_end_matches("+00");
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
                false => text.to_string(),
            }
        }
        "json" => {
            let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            value.to_string()
        }
        _ => text.to_string(),
    }
}

/// A value as it stands in JSON Lines: bytes in base64, JSON as it is.
fn in_a_file(ty: &str, value: &Value) -> String {
    match (value, ty) {
        (Value::String(text), "json") => text.clone(),
        (Value::Object(of), _) => of["base64"].to_string(),
        _ => value.to_string(),
    }
}

/// JSON Lines has one null, which is not that of a value.
fn is_null(ty: &str, value: &Value) -> bool {
    in_a_file(ty, value) == "null"
}

fn types(engine: &'static str) {
    let database = TestDatabase::new(engine);
    let mut operations = Vec::new();
    let cases = cases();
    for (at, (ty, values)) in cases.iter().enumerate() {
        for table in [format!("t{at}"), format!("loaded{at}")] {
            operations.push(json!({ "create_table": { "table": table, "columns": [
                { "name": "id", "type": "int", "primary_key": true },
                { "name": "v", "type": ty },
            ] } }));
        }
        let rows: Vec<Value> = values
            .iter()
            .enumerate()
            .map(|(id, (value, _))| json!({ "id": id, "v": value }))
            .collect();
        operations.push(json!({ "insert": { "table": format!("t{at}"), "rows": rows } }));
        let line = |(id, (value, _)): (usize, &(Value, String))| {
            format!("{{\"id\": {id}, \"v\": {}}}\n", in_a_file(ty, value))
        };
        let in_file = values.iter().enumerate().filter(|(_, (value, _))| !is_null(ty, value));
        let lines: String = in_file.map(line).collect();
        write(database.folder().join(format!("{at}.jsonl")), &lines);
        operations.push(json!({ "load_data": { "table": format!("loaded{at}"), "file": format!("{at}.jsonl") } }));
    }
    let changelog = json!({ "changesets": [{ "id": "types", "operations": operations }] });
    let path = write(database.folder().join("changelog.yaml"), &changelog.to_string());
    database.run(&path, &["up"]);

    let changelog = gather(&Folder::new(database.folder()), "changelog.yaml", Default::default());
    let target = database.target();
    let mut fold = Fold::new(&changelog.sources, Catalog::new(target.clone()));
    for changeset in driftless::plan::selected(&changelog, &target, &Selection::default()) {
        fold.up(changeset, &[]);
    }
    assert_same(
        &NormalForm::of(&fold.catalog),
        &database.normal_form(),
        &format!("{engine}: believed and there"),
    );

    for (at, (ty, values)) in cases.iter().enumerate() {
        // SQLite prints 15 digits of a number unless it is asked for all of them.
        let value = match (engine, *ty) {
            ("sqlite", "double") => "printf('%!.17g', v)",
            _ => "v",
        };
        for table in ["t", "loaded"] {
            let rows = database.query(&format!("SELECT {value} FROM {table}{at} ORDER BY id"));
            let values = values.iter().filter(|(value, _)| table == "t" || !is_null(ty, value));
            let values: Vec<_> = values.collect();
            assert_eq!(rows.len(), values.len(), "{engine}: {table}: {ty}");
            for (row, (_, wanted)) in rows.iter().zip(values) {
                let there = row[0]
                    .as_deref()
                    .unwrap_or_else(|| panic!("{engine}: {table}: {ty}: NULL instead of {wanted}"));
                assert_eq!(plain(ty, there), plain(ty, wanted), "{engine}: {table}: {ty}");
            }
        }
    }
    database.run(&path, &["down", "-1", "--allow-data-loss"]);
}

#[test]
fn types_on_sqlite() {
    types("sqlite");
}

#[test]
fn types_on_postgres() {
    types("postgres");
}

#[test]
fn types_on_mysql() {
    types("mysql");
}

#[test]
fn types_on_mariadb() {
    types("mariadb");
}

/// What only PostgreSQL has: the others say so.
#[test]
fn an_interval_is_refused_where_there_is_none() {
    for engine in ["sqlite", "mysql", "mariadb", "postgres"] {
        let database = TestDatabase::new(engine);
        let text = "changesets:\n  - id: a\n    operations:\n      - create_table: { table: t, columns: [{ name: v, type: interval }] }\n";
        let path = write(database.folder().join("changelog.yaml"), text);
        let output = database.driftless(&path, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), engine == "postgres", "{engine}: {told}");
        assert!(
            output.status.success() || told.contains("there is no type `interval`"),
            "{engine}: {told}"
        );
    }
}
