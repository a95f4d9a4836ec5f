//! Each portable type on each engine: made, read from the database, held against what was asked for; and the values at
//! its edges, which come in by `insert`, CSV and JSON Lines, go out by `unload_data` and come in again, always the same.

mod support;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use driftless::changelog::{Folder, Selection, gather};
use driftless::model::{Moment, NormalForm};
use driftless::plan::replay;
use serde_json::{Value, json};
use support::{ENGINES, TestDatabase, assert_same, write};

/// A value as a changelog, a CSV file and a line of JSON write it, and what it reads as.
struct Cell {
    written: String,
    csv: String,
    json: String,
    reads: String,
}

/// A column, and the values at its edges.
type Case = (&'static str, Vec<Cell>);

fn text(value: &str) -> Cell {
    Cell {
        // YAML wants the one as an escape, and the other would be a parameter.
        written: json!(value)
            .to_string()
            .replace('\u{7f}', "\\u007f")
            .replace("${", "$${"),
        csv: format!("\"{}\"", value.replace('"', "\"\"")),
        json: json!(value).to_string(),
        reads: value.to_string(),
    }
}

/// A number or a word that stands without quotes.
fn bare(value: &str) -> Cell {
    Cell {
        written: value.to_string(),
        csv: value.to_string(),
        json: value.to_string(),
        reads: value.to_string(),
    }
}

fn bytes(value: &[u8]) -> Cell {
    let base64 = BASE64.encode(value);
    let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    Cell {
        written: json!({ "base64": base64 }).to_string(),
        csv: format!("\"{base64}\""),
        json: json!(base64).to_string(),
        reads: format!("\\x{hex}"),
    }
}

/// JSON stands in a line of JSON as it is.
fn json_value(value: &str) -> Cell {
    Cell {
        json: value.to_string(),
        ..text(value)
    }
}

fn all(values: &[&str], cell: fn(&str) -> Cell) -> Vec<Cell> {
    values.iter().map(|value| cell(value)).collect()
}

fn numbers() -> Vec<Case> {
    vec![
        ("smallint", all(&["-32768", "-1", "0", "32767"], bare)),
        ("int", all(&["-2147483648", "0", "2147483647"], bare)),
        (
            "bigint",
            all(&["-9223372036854775808", "0", "9223372036854775807"], bare),
        ),
        (
            "decimal(10,2)",
            all(&["-99999999.99", "0.01", "0", "-0.01", "99999999.99"], bare),
        ),
        ("decimal(5)", all(&["-99999", "0", "99999"], bare)),
        ("decimal(18)", all(&["-999999999999999999", "999999999999999999"], bare)),
        (
            "real",
            all(
                &[
                    "1.5",
                    "-0.25",
                    "0",
                    "0.1",
                    "3.4028234663852886e38",
                    "1.401298464324817e-45",
                ],
                bare,
            ),
        ),
        (
            "double",
            all(
                &[
                    "1.7976931348623157e308",
                    "-1e308",
                    "2.2250738585072014e-308",
                    "5e-324",
                    "-0.1",
                    "0.30000000000000004",
                    "123456789.12345679",
                    "0",
                ],
                bare,
            ),
        ),
        ("boolean", all(&["true", "false"], bare)),
    ]
}

fn texts() -> Vec<Case> {
    let (letters, long) = ("日".repeat(255), "ö".repeat(70_000));
    let words = [
        "",
        "it's",
        "a\\b\\n\\",
        "two\nlines\t",
        "\r\nand\rmore\r",
        "\u{10FFFF}🎷e\u{301}",
        "%_;--/*${x}*/",
        "NULL",
        "null",
        "\\N",
        "\\.",
        " spaces ",
        "\u{1}\u{8}\u{b}\u{1b}\u{7f}",
        "\"quoted\", 'so'",
        "\u{feff}\u{2028}",
        "true",
        "007",
    ];
    let with = |long: &str| {
        let mut cells = all(&words, text);
        cells.push(text(long));
        cells
    };
    vec![
        ("char", all(&["x", "🎷"], text)),
        ("char(5)", all(&["abcde", "äöüß日", "a'\\\"b"], text)),
        ("varchar(255)", with(&letters)),
        ("text", with(&long)),
        (
            "uuid",
            all(
                &[
                    "00000000-0000-0000-0000-000000000000",
                    "ffffffff-ffff-4fff-bfff-ffffffffffff",
                ],
                text,
            ),
        ),
        (
            "json",
            all(
                &[
                    "{\"\": null, \"a\": [1, \"ü'\\\\\\n🎷\", {\"b\": {}}]}",
                    "true",
                    "\"text\"",
                    "[]",
                    "-0.5",
                    "9007199254740993",
                    &format!("{}{}", "[".repeat(90), "]".repeat(90)),
                ],
                json_value,
            ),
        ),
        (
            "enum(small, 'it''s', ÜBER, NULL)",
            all(&["small", "it's", "ÜBER", "NULL"], text),
        ),
        ("binary(3)", vec![bytes(&[0, 1, 255]), bytes(&[0, 0, 0])]),
        (
            "bytes",
            vec![
                bytes(&[]),
                bytes(&[0]),
                bytes(&(0..=255).collect::<Vec<u8>>()),
                bytes(b"\\x00,\"'\n"),
                bytes("text: ü".as_bytes()),
            ],
        ),
    ]
}

fn moments() -> Vec<Case> {
    vec![
        (
            "date",
            all(
                &[
                    "0001-01-01",
                    "1582-10-10",
                    "1900-02-28",
                    "2000-02-29",
                    "2024-02-29",
                    "9999-12-31",
                ],
                text,
            ),
        ),
        (
            "time",
            all(&["00:00:00", "23:59:59", "23:59:59.999999", "00:00:00.000001"], text),
        ),
        ("time(0)", all(&["23:59:59"], text)),
        ("time(3)", all(&["23:59:59.999"], text)),
        (
            "timestamp",
            all(
                &[
                    "0001-01-01 00:00:00",
                    "2024-02-29 12:30:00.000001",
                    "9999-12-31 23:59:59.999999",
                ],
                text,
            ),
        ),
        ("timestamp(0)", all(&["2024-12-31 23:59:59"], text)),
        ("timestamp(3)", all(&["2024-12-31 23:59:59.123"], text)),
        (
            "timestamptz",
            all(
                &[
                    "1970-01-01T00:00:01Z",
                    "2024-12-31T23:59:59.000001Z",
                    "2024-02-29T12:00:00+14:00",
                    "2024-02-29T12:00:00-12:00",
                    "2024-02-29 12:00:00+05:45",
                    "2038-01-19T03:14:07.999999+00:00",
                ],
                text,
            ),
        ),
    ]
}

/// What some engines keep and others do not.
fn more_on(engine: &str) -> Vec<Case> {
    let widest = "99999999999999999999999999999999999.999999999999999999999999999999";
    let long = ["-9999999999999999999999999999.9999999999", "0.0000000001"];
    match engine {
        "sqlite" => vec![(
            "decimal",
            all(&["123456789012.345", "9223372036854775807", "1e-300"], bare),
        )],
        "postgres" => vec![
            ("decimal(38,10)", all(&long, bare)),
            ("decimal(65,30)", all(&[widest], bare)),
            (
                "decimal",
                all(
                    &["1e-100", "12345678901234567890123456789012345678901234567890.5"],
                    bare,
                ),
            ),
            ("double", all(&["NaN", "Infinity", "-Infinity"], text)),
            (
                "interval",
                all(&["1 year 2 mons 3 days 04:05:06.000007", "-1 days"], text),
            ),
            (
                "timestamptz",
                all(&["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], text),
            ),
        ],
        _ => vec![
            ("decimal(38,10)", all(&long, bare)),
            ("decimal(65,30)", all(&[widest], bare)),
            ("decimal", all(&["0.000000000000000000000000000001", widest], bare)),
        ],
    }
}

/// What an engine prints of a value, in the one form.
fn plain(ty: &str, text: &str) -> String {
    match ty.split('(').next().unwrap_or_default() {
        "boolean" => match text {
            "t" | "1" => "true".into(),
            "f" | "0" => "false".into(),
            other => other.into(),
        },
        "real" => text.parse::<f32>().expect("a number").to_string(),
        "double" => text.parse::<f64>().expect("a number").to_string(),
        "decimal" => plain_decimal(text),
        "time" => match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text.to_string(),
        },
        "timestamp" | "timestamptz" => {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            let utc = moment.utc();
            match utc.contains('.') {
                true => utc.trim_end_matches('0').trim_end_matches('.').to_string(),
                false => utc,
            }
        }
        "json" => {
            let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            value.to_string()
        }
        _ => text.to_string(),
    }
}

/// A decimal without the zeros that say nothing; what has an exponent is compared as a number.
fn plain_decimal(text: &str) -> String {
    if text.contains(['e', 'E']) || text.len() > 60 && text.starts_with("0.") {
        return text.parse::<f64>().expect("a number").to_string();
    }
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    }
}

/// The columns of one table, a row for each place in the lists of values; what a list does not have is NULL.
struct Table {
    cases: Vec<Case>,
}

impl Table {
    fn of(engine: &str) -> Table {
        let cases = [numbers(), texts(), moments(), more_on(engine)];
        Table {
            cases: cases.into_iter().flatten().collect(),
        }
    }

    fn rows(&self) -> usize {
        let longest = self.cases.iter().map(|(_, cells)| cells.len()).max();
        // And one row of nothing but NULL.
        longest.unwrap_or_default() + 1
    }

    fn create(&self, name: &str) -> String {
        let mut columns = vec![json!({ "name": "id", "type": "int", "primary_key": true })];
        let cases = self.cases.iter().enumerate();
        columns.extend(cases.map(|(at, (ty, _))| json!({ "name": format!("v{at}"), "type": ty })));
        json!({ "create_table": { "table": name, "columns": columns } }).to_string()
    }

    /// The fields of a row, or what stands for NULL.
    fn fields(&self, row: usize, null: &str, field: impl Fn(&Cell) -> &str) -> Vec<String> {
        let cells = self.cases.iter().map(|(_, cells)| cells.get(row));
        cells.map(|cell| cell.map_or(null, &field).to_string()).collect()
    }

    fn object(&self, row: usize, field: impl Fn(&Cell) -> &str) -> String {
        let mut text = format!("{{\"id\": {row}");
        for (at, value) in self.fields(row, "null", field).iter().enumerate() {
            write!(text, ", \"v{at}\": {value}").expect("a text");
        }
        text + "}"
    }

    fn insert(&self, name: &str) -> String {
        let rows: Vec<String> = (0..self.rows())
            .map(|row| self.object(row, |cell| &cell.written))
            .collect();
        format!(
            "{{\"insert\": {{\"table\": \"{name}\", \"rows\": [{}]}}}}",
            rows.join(",\n")
        )
    }

    fn csv(&self) -> String {
        let names: Vec<String> = (0..self.cases.len()).map(|at| format!("v{at}")).collect();
        let mut text = format!("id,{}\n", names.join(","));
        for row in 0..self.rows() {
            writeln!(text, "{row},{}", self.fields(row, "", |cell| &cell.csv).join(",")).expect("a text");
        }
        text
    }

    fn json_lines(&self) -> String {
        (0..self.rows())
            .map(|row| self.object(row, |cell| &cell.json) + "\n")
            .collect()
    }

    /// The columns as queries that show all of their values.
    fn shown(&self, engine: &str) -> String {
        let cases = self.cases.iter().enumerate();
        let columns = cases.map(|(at, (ty, _))| {
            let is = |word: &str| ty.split('(').next() == Some(word);
            match engine {
                // SQLite prints 15 digits of a number unless it is asked for all of them.
                "sqlite" if is("double") || is("real") => format!("printf('%!.17g', v{at})"),
                "postgres" if is("timestamptz") => format!("v{at} AT TIME ZONE 'UTC'"),
                "mysql" | "mariadb" if is("timestamptz") => {
                    format!("CONVERT_TZ(v{at}, @@session.time_zone, '+00:00')")
                }
                // A FLOAT is shown with six digits.
                "mysql" | "mariadb" if is("real") => format!("v{at} + 0e0"),
                _ => format!("v{at}"),
            }
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn assert_holds(&self, engine: &str, rows: &[Vec<Option<String>>]) {
        assert_eq!(rows.len(), self.rows(), "{engine}");
        for (row, found) in rows.iter().enumerate() {
            for ((ty, cells), found) in self.cases.iter().zip(found) {
                let wanted = cells.get(row).map(|cell| plain(ty, &cell.reads));
                let found = match (engine, *ty, found) {
                    // printf makes 0 of NULL.
                    ("sqlite", "double" | "real", Some(_)) if cells.len() <= row => None,
                    (.., found) => found.as_deref().map(|text| plain(ty, text)),
                };
                assert_eq!(found, wanted, "{engine}: {ty}");
            }
        }
    }
}

fn types(engine: &'static str) {
    let database = TestDatabase::new(engine);
    let table = Table::of(engine);
    let file = |name: &str, text: &str| write(database.folder().join(name), text);
    file("in.csv", &table.csv());
    file("in.jsonl", &table.json_lines());
    let tables: Vec<String> = ["t", "c", "j", "cc", "jj"].map(|name| table.create(name)).to_vec();
    let load = |name: &str, file: &str| json!({ "load_data": { "table": name, "file": file } }).to_string();
    let unload = |name: &str| json!({ "unload_data": { "table": "t", "file": name } }).to_string();
    let changeset =
        |id: &str, operations: &[String]| format!("{{\"id\": \"{id}\", \"operations\": [{}]}}", operations.join(",\n"));
    let first = [
        changeset("tables", &tables),
        changeset("rows", &[table.insert("t"), load("c", "in.csv"), load("j", "in.jsonl")]),
        changeset("out", &[unload("out/t.csv"), unload("out/t.jsonl")]),
    ];
    // YAML, which JSON is: so numbers and long texts go the same way as in any changelog.
    let path = file(
        "changelog.yaml",
        &format!("{{\"changesets\": [{}]}}", first.join(",\n")),
    );
    std::fs::create_dir_all(database.folder().join("out")).expect("a folder");
    database.run(&path, &["up"]);
    let again = changeset("again", &[load("cc", "out/t.csv"), load("jj", "out/t.jsonl")]);
    file(
        "changelog.yaml",
        &format!("{{\"changesets\": [{}, {again}]}}", first.join(",\n")),
    );
    database.run(&path, &["up"]);

    let changelog = gather(&Folder::new(database.folder()), "changelog.yaml", Default::default());
    let (fold, _) = replay(&changelog, &database.target(), &Selection::default());
    let what = format!("{engine}: believed and there");
    assert_same(&NormalForm::of(&fold.catalog), &database.normal_form(), &what);

    let rows = |name: &str| database.query(&format!("SELECT {} FROM {name} ORDER BY id", table.shown(engine)));
    let inserted = rows("t");
    table.assert_holds(engine, &inserted);
    for (name, how) in [
        ("c", "CSV"),
        ("j", "JSON Lines"),
        ("cc", "CSV that was unloaded"),
        ("jj", "JSON Lines that were unloaded"),
    ] {
        for (row, (left, right)) in inserted.iter().zip(rows(name)).enumerate() {
            for (at, (left, right)) in left.iter().zip(&right).enumerate() {
                assert_eq!(left, right, "{engine}: {how}: {} in row {row}", table.cases[at].0);
            }
        }
        assert_eq!(rows(name).len(), table.rows(), "{engine}: {how}");
    }
    database.run(&path, &["down", "base", "--allow-data-loss"]);
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

/// NULL, the empty text and the word NULL are three things; a word can stand for NULL, in quotes it is itself.
#[test]
fn null_is_no_text() {
    for engine in ENGINES {
        let database = TestDatabase::new(engine);
        let text = "changesets:
  - id: a
    operations:
      - create_table: { table: t, columns: [{ name: id, type: int, primary_key: true }, { name: v, type: text }] }
      - load_data: { table: t, file: words.csv, null: \"NULL\" }
      - load_data: { table: t, file: rows.jsonl }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        write(
            database.folder().join("words.csv"),
            "id,v\n1,\n2,\"\"\n3,NULL\n4,\"NULL\"\n5,null\n",
        );
        write(
            database.folder().join("rows.jsonl"),
            "{\"id\":6,\"v\":null}\n{\"id\":7,\"v\":\"\"}\n{\"id\":8,\"v\":\"NULL\"}\n",
        );
        database.run(&path, &["up"]);
        let found: Vec<Option<String>> = database
            .rows("t", "id, v")
            .into_iter()
            .map(|mut row| row.remove(1))
            .collect();
        let wanted = [
            None,
            Some(""),
            None,
            Some("NULL"),
            Some("null"),
            None,
            Some(""),
            Some("NULL"),
        ];
        assert_eq!(found, wanted.map(|text| text.map(str::to_string)), "{engine}");
    }
}

/// In a column of JSON, its `null` is a value: CSV keeps it apart from NULL, JSON Lines cannot.
#[test]
fn null_of_json_is_a_value() {
    for engine in ENGINES {
        let database = TestDatabase::new(engine);
        let text = "changesets:
  - id: a
    operations:
      - create_table: { table: t, columns: [{ name: id, type: int, primary_key: true }, { name: v, type: json }] }
      - insert: { table: t, rows: [{ id: 1, v: 'null' }, { id: 2, v: null }] }
      - unload_data: { table: t, file: t.csv }
";
        let path = write(database.folder().join("changelog.yaml"), text);
        database.run(&path, &["up"]);
        let file = std::fs::read_to_string(database.folder().join("t.csv")).expect("a file");
        assert_eq!(file, "id,v\n1,null\n2,\n", "{engine}");
        let more = "  - id: b
    operations:
      - delete: { table: t, all: true }
      - load_data: { table: t, file: t.csv }
      - unload_data: { table: t, file: t.jsonl }
";
        write(path.clone(), &format!("{text}{more}"));
        let output = database.driftless(&path, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{engine}: {told}");
        assert!(told.contains("cannot be told from NULL"), "{engine}: {told}");
        write(
            path.clone(),
            &format!(
                "{text}{}",
                more.replace("      - unload_data: { table: t, file: t.jsonl }\n", "")
            ),
        );
        database.run(&path, &["up"]);
        let found = database.query("SELECT v FROM t ORDER BY id");
        assert_eq!(found, [vec![Some("null".to_string())], vec![None]], "{engine}");
    }
}

/// What only PostgreSQL has: the others say so.
#[test]
fn an_interval_is_refused_where_there_is_none() {
    for engine in ENGINES {
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

/// PostgreSQL makes an enum anew where a value goes: lists of it follow, and a domain of it is told to be in the way.
#[test]
fn lists_of_an_enum_follow_it_back() {
    let database = TestDatabase::new("postgres");
    let text = "changesets:
  - id: first
    operations:
      - create_enum: { name: mood, values: [calm, glad] }
      - create_table:
          table: diary
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: all_of, type: { native: 'mood[]' }, nullable: false, default: { sql: \"ARRAY['glad'::mood]\" } }
      - insert: { table: diary, rows: [{ id: 1 }] }
  - id: sad
    operations: [{ add_enum_value: { enum: mood, value: sad } }]
";
    let path = write(database.folder().join("changelog.yaml"), text);
    database.run(&path, &["up"]);
    database.run(&path, &["down", "-1"]);
    let found = database.query("SELECT all_of::text, enum_range(NULL::mood)::text FROM diary");
    assert_eq!(found, [[Some("{glad}".to_string()), Some("{calm,glad}".to_string())]]);
    let domain = text.replace(
        "  - id: sad",
        "  - id: state\n    operations: [{ create_domain: { name: state, type: { enum: mood } } }]\n  - id: sad",
    );
    write(path.clone(), &domain);
    database.run(&path, &["up"]);
    let output = database.driftless(&path, &["down", "-1"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("while the domain `state` stands on it"),
        "{told}"
    );
}
