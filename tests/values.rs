//! Values that do not fit their column are found where the catalog knows the type, told with file and line, and leave
//! nothing behind: the rows and the history are as before.

mod support;

use std::path::PathBuf;

use support::{ENGINES, TestDatabase, write};

/// A table with a column of every type, and rows.
const TABLE: &str = "changesets:
  - id: table
    operations:
      - create_enum: { name: mood, values: [sad, glad] }
      - create_table:
          table: t
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: small, type: smallint }
            - { name: whole, type: bigint }
            - { name: price, type: { decimal: [5, 2] } }
            - { name: ratio, type: double }
            - { name: part, type: real }
            - { name: flag, type: boolean }
            - { name: code, type: char(2) }
            - { name: name, type: varchar(255) }
            - { name: day, type: date }
            - { name: clock, type: time(0) }
            - { name: at, type: timestamp(3) }
            - { name: moment, type: timestamptz }
            - { name: key, type: uuid }
            - { name: facts, type: json }
            - { name: raw, type: bytes }
            - { name: hash, type: binary(2) }
            - { name: size, type: \"enum(small, it's)\" }
            - { name: mood, type: { enum: mood } }
            - { name: must, type: varchar(9), nullable: false, default: x }
      - insert: { table: t, rows: [{ id: 1, name: Ana, must: a }, { id: 2, name: null }] }
";

/// A column, a value as YAML says it, and what is told of it.
fn misfits() -> Vec<(&'static str, String, String)> {
    let told = |column: &'static str, value: &str, message: &str| (column, value.to_string(), message.to_string());
    let long = "x".repeat(300);
    vec![
        told("small", "32768", "32768 is out of the range of `smallint`"),
        told("small", "1.5", "`1.5` is not a value of `smallint`"),
        told("whole", "-9223372036854775809", "is out of the range of `bigint`"),
        told("whole", "'++7'", "`++7` is not a value of `bigint`"),
        told("price", "1000", "1000 does not fit `decimal(5,2)`"),
        told("price", "1.005", "1.005 does not fit `decimal(5,2)`"),
        told("price", "1e9", "1e9 does not fit `decimal(5,2)`"),
        told("ratio", "1e309", "1e309 is out of the range of `double`"),
        told("ratio", "1e-400", "1e-400 is out of the range of `double`"),
        told("ratio", "much", "`much` is not a value of `double`"),
        told("flag", "'yes'", "`yes` is not a value of `boolean`"),
        told("small", "true", "true and false are not values of `smallint`"),
        told("code", "USA", "3 characters do not fit `char(2)`"),
        told("name", &long, "300 characters do not fit `varchar(255)`"),
        told("day", "2023-02-29", "`2023-02-29` is not a date"),
        told("day", "0000-01-01", "`0000-01-01` is not a date"),
        told("day", "20240101", "`20240101` is not a date"),
        told("clock", "'24:00:00'", "`24:00:00` is not a time"),
        told("clock", "'10:00:00+02:00'", "`10:00:00+02:00` is not a time"),
        told(
            "clock",
            "'10:00:00.5'",
            "has more digits of a second than `time(0)` keeps",
        ),
        told("at", "2024-01-01T10:00:00Z", "is not a time stamp (`"),
        told(
            "at",
            "2024-01-01 10:00:00.1234",
            "has more digits of a second than `timestamp(3)` keeps",
        ),
        told("moment", "2024-01-01 10:00:00", "is not a time stamp with its zone"),
        told(
            "moment",
            "2024-01-01T10:00:00+02:75",
            "is not a time stamp with its zone",
        ),
        told("key", "'1234'", "`1234` is not a value of `uuid`"),
        told("facts", "'{a: 1}'", "`{a: 1}` is not JSON"),
        told("raw", "AP8=", "`bytes` takes `{base64: …}`"),
        told("hash", "{ base64: AAAA }", "3 bytes do not fit `binary(2)`"),
        told("code", "{ base64: AA== }", "bytes are not a value of `char(2)`"),
        told("size", "medium", "`medium` is not one of small, it's"),
        told("size", "1", "`1` is not one of small, it's"),
        told("size", "true", "true and false are not values of"),
        told("mood", "angry", "`angry` is not one of sad, glad"),
        told("must", "null", "column `must` cannot hold NULL"),
        told("nome", "x", "table `t` has no column `nome`"),
    ]
}

/// An engine's own limits.
fn misfits_on(engine: &str) -> Vec<(&'static str, &'static str, &'static str)> {
    match engine {
        "sqlite" => vec![
            ("ratio", "NaN", "`NaN` is not a value of `double`"),
            ("name", "\"a\\0b\"", "keeps no text with a character NUL"),
        ],
        "postgres" => vec![
            ("part", "1e39", "1e39 is out of the range of `real`"),
            ("name", "\"a\\0b\"", "keeps no text with a character NUL"),
        ],
        _ => vec![
            ("part", "1e39", "1e39 is out of the range of `real`"),
            ("ratio", "Infinity", "`Infinity` is not a value of `double`"),
            ("moment", "2050-01-01T00:00:00Z", "is out of the range of `timestamptz`"),
            (
                "moment",
                "1970-01-01T01:30:00+02:00",
                "is out of the range of `timestamptz`",
            ),
        ],
    }
}

type Rows = Vec<Vec<Option<String>>>;

/// A database with the table, and what has to stay: its rows and the history.
struct Trial {
    database: TestDatabase,
    path: PathBuf,
    before: (Rows, Rows),
}

const ROWS: &str = "id, name, must";

impl Trial {
    fn new(engine: &'static str) -> Trial {
        let database = TestDatabase::new(engine);
        let path = write(database.folder().join("changelog.yaml"), TABLE);
        database.run(&path, &["up"]);
        let before = (database.rows("t", ROWS), database.history());
        Trial { database, path, before }
    }

    /// What `up` says of more changesets, which have to fail and to leave nothing behind.
    fn refused(&self, changesets: &str, code: i32) -> String {
        write(self.path.clone(), &format!("{TABLE}{changesets}"));
        let output = self.database.driftless(&self.path, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let engine = self.database.engine;
        assert_eq!(output.status.code(), Some(code), "{engine}: {changesets}: {told}");
        let after = (self.database.rows("t", ROWS), self.database.history());
        assert_eq!(self.before, after, "{engine}: {changesets}");
        told
    }
}

/// Whether a message stands in a report with the line of the file that it is about.
#[track_caller]
fn assert_told(told: &str, message: &str, place: &str, engine: &str) {
    let found = told
        .split("\n\n")
        .any(|report| report.contains(message) && report.contains(place));
    assert!(found, "{engine}: no `{message}` at {place}:\n{told}");
}

#[test]
fn rows_and_defaults_are_held_against_their_columns() {
    for engine in ENGINES {
        let trial = Trial::new(engine);
        let mut all = misfits();
        all.extend(
            misfits_on(engine)
                .into_iter()
                .map(|(column, value, told)| (column, value.into(), told.into())),
        );
        let mut text = String::from("  - id: wrong\n    operations:\n");
        let mut expected: Vec<(String, usize)> = Vec::new();
        for (at, (column, value, told)) in all.iter().enumerate() {
            // Each in one of the places where values stand.
            let operation = match at % 3 {
                0 => format!("insert: {{ table: t, rows: [{{ id: 9, {column}: {value} }}] }}"),
                1 => format!("update: {{ table: t, set: {{ {column}: {value} }}, where: id = 1 }}"),
                _ => format!("upsert: {{ table: t, rows: [{{ id: 1, {column}: {value} }}] }}"),
            };
            text += &format!("      - {operation}\n");
            expected.push((told.clone(), format!("{TABLE}{text}").lines().count()));
        }
        for (operation, told) in [
            (
                "set_default: { table: t, column: price, default: 1.005 }",
                "1.005 does not fit",
            ),
            (
                "set_default: { table: t, column: moment, default: soon }",
                "`soon` is not a time stamp",
            ),
            (
                "alter_column: { table: t, column: name, type: varchar(2), default: abc }",
                "3 characters do not fit",
            ),
            (
                "alter_column: { table: t, column: must, type: int }",
                "the default of `must` does not fit",
            ),
            (
                "add_column: { table: t, column: { name: n1, type: smallint, default: 40000 } }",
                "40000 is out of the range",
            ),
            (
                "set_not_null: { table: t, column: day, fill: never }",
                "`never` is not a date",
            ),
            (
                "set_not_null: { table: t, column: clock, fill: null }",
                "cannot be filled with NULL",
            ),
            (
                "create_table: { table: u, columns: [{ name: a, type: date, default: 2023-02-29 }] }",
                "`2023-02-29` is not a date",
            ),
        ] {
            text += &format!("      - {operation}\n");
            expected.push((told.into(), format!("{TABLE}{text}").lines().count()));
        }
        let told = trial.refused(&text, 2);
        for (message, line) in &expected {
            assert_told(&told, message, &format!("changelog.yaml:{line}:"), engine);
        }
        assert!(told.contains(&format!("{} errors", expected.len())), "{engine}: {told}");
    }
}

/// Found before anything else, since the file cannot be read as it is meant.
#[test]
fn bytes_that_are_no_base64_are_told() {
    for engine in ENGINES {
        let text =
            "  - id: wrong\n    operations:\n      - insert: { table: t, rows: [{ id: 9, raw: { base64: A=B } }] }\n";
        let told = Trial::new(engine).refused(text, 2);
        let place = format!("changelog.yaml:{}:", TABLE.lines().count() + 3);
        assert_told(&told, "`A=B` is not base64", &place, engine);
    }
}

/// On PostgreSQL a domain holds what the type holds that it is made of.
#[test]
fn values_of_a_domain_are_held_against_its_type() {
    let trial = Trial::new("postgres");
    let told = trial.refused(
        "  - id: wrong
    operations:
      - create_domain: { name: short, type: varchar(3), default: abcd }
      - create_domain: { name: shorter, type: { domain: short } }
      - create_table: { table: d, columns: [{ name: a, type: { domain: shorter } }] }
      - insert: { table: d, rows: [{ a: abcd }] }
",
        2,
    );
    let lines = TABLE.lines().count();
    assert_told(
        &told,
        "4 characters do not fit",
        &format!("changelog.yaml:{}:", lines + 3),
        "postgres",
    );
    assert_told(
        &told,
        "4 characters do not fit",
        &format!("changelog.yaml:{}:", lines + 6),
        "postgres",
    );
}

/// A file of rows of which one is wrong, the line of that, and what is told.
const FILES: [(&str, &[u8], usize, &str); 24] = [
    (
        "a.csv",
        b"id,name\n3,c\n4,d,e\n",
        3,
        "has 3 fields where 2 are expected",
    ),
    (
        "a.csv",
        b"id,name\r\n3,c\r\n4\r\n",
        3,
        "has 1 fields where 2 are expected",
    ),
    ("a.csv", b"id,name\n3,c\n4,\xff\xfe\n", 3, "is not UTF-8"),
    (
        "a.csv",
        b"id,name\n3,\"two\nlines\"\n4,\"open\n",
        4,
        "has a quote that is never closed",
    ),
    (
        "a.csv",
        b"id,small\n3,1\n4,40000\n",
        3,
        "`small`: 40000 is out of the range of `smallint`",
    ),
    (
        "a.csv",
        b"id,price\n3,1\n4,1.005\n",
        3,
        "`price`: 1.005 does not fit `decimal(5,2)`",
    ),
    (
        "a.csv",
        b"id,flag\n3,true\n4,yes\n",
        3,
        "`flag`: `yes` is not a value of `boolean`",
    ),
    (
        "a.csv",
        b"id,day\n3,2024-02-29\n4,2023-02-29\n",
        3,
        "`day`: `2023-02-29` is not a date",
    ),
    (
        "a.csv",
        b"id,moment\n3,2024-01-01 00:00:00\n",
        2,
        "`moment`: `2024-01-01 00:00:00` is not a time stamp with its zone",
    ),
    ("a.csv", b"id,key\n3,x\n", 2, "`key`: `x` is not a value of `uuid`"),
    (
        "a.csv",
        b"id,facts\n3,\"{\"\"a\"\": 1}\"\n4,{a}\n",
        3,
        "`facts`: `{a}` is not JSON",
    ),
    ("a.csv", b"id,raw\n3,AP8=\n4,???\n", 3, "`raw`: is not base64"),
    (
        "a.csv",
        b"id,hash\n3,AAA=\n4,AAAA\n",
        3,
        "`hash`: 3 bytes do not fit `binary(2)`",
    ),
    (
        "a.csv",
        b"id,size\n3,small\n4,medium\n",
        3,
        "`size`: `medium` is not one of small, it's",
    ),
    ("a.csv", b"id,must\n3,y\n4,\n", 3, "`must`: cannot hold NULL"),
    (
        "a.jsonl",
        b"{\"id\":3,\"name\":\"c\"}\n\n{\"id\":4}\n",
        3,
        "has no `name`",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"name\":\"c\"}\n{\"id\":4,\"name\":\"d\",\"more\":1}\n",
        2,
        "has a field `more` that goes to no column",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"name\":\"c\"}\n{\"id\":4,\"name\":\"\xff\"}\n",
        2,
        "is not UTF-8",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"name\":\"c\"}\n{\"id\":4,\"name\":\"\\ud800\"}\n",
        2,
        "is not JSON",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"small\":1}\n{\"id\":4,\"small\":1.5}\n",
        2,
        "`small`: `1.5` is not a value of `smallint`",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"day\":20240101}\n",
        1,
        "`day`: `20240101` is not a date",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"name\":[1]}\n",
        1,
        "`name`: a list or an object is not a value of `varchar(255)`",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"must\":\"y\"}\n{\"id\":4,\"must\":null}\n",
        2,
        "`must`: cannot hold NULL",
    ),
    (
        "a.jsonl",
        b"{\"id\":3,\"ratio\":1e308}\n{\"id\":4,\"ratio\":1e309}\n",
        2,
        "`ratio`: 1e309 is out of the range of `double`",
    ),
];

fn files_are_held_against_their_columns(engine: &'static str) {
    let trial = Trial::new(engine);
    for (name, content, line, message) in FILES {
        std::fs::write(trial.database.folder().join(name), content).expect("a file");
        let text = format!("  - id: load\n    operations:\n      - load_data: {{ table: t, file: {name} }}\n");
        let told = trial.refused(&text, 1);
        assert_told(&told, message, &format!("{name}:{line}: "), engine);
    }
    // What is known before anything is read.
    for (content, message) in [
        (&b"id,nome\n3,c\n"[..], "table `t` has no column `nome`"),
        (b"id,id\n3,3\n", "names the column `id` twice"),
        (b"\xff\n", "is not UTF-8 (line 1)"),
        (b"", "is empty"),
        (b"name\nx\n", "a value is missing for `id`"),
    ] {
        std::fs::write(trial.database.folder().join("a.csv"), content).expect("a file");
        let text = "  - id: load\n    operations:\n      - load_data: { table: t, file: a.csv }\n";
        // SQLite numbers the rows by itself.
        if message.contains("is missing") && engine == "sqlite" {
            continue;
        }
        let told = trial.refused(text, 2);
        assert_told(&told, message, "changelog.yaml:", engine);
    }
    // Also where what comes before it commits by itself.
    std::fs::write(
        trial.database.folder().join("a.csv"),
        "id,day\n3,2024-02-29\n4,2023-02-29\n",
    )
    .expect("a file");
    let text = "  - id: load
    operations:
      - create_table: { table: u, columns: [{ name: id, type: int }, { name: day, type: date }] }
      - delete: { table: t, where: id = 1 }
      - load_data: { table: u, file: a.csv }
";
    for transaction in ["", "    transaction: false\n"] {
        let text = text.replace("load\n    op", &format!("load\n{transaction}    op"));
        let told = trial.refused(&text, 1);
        assert_told(&told, "is not a date", "a.csv:3: ", engine);
    }
}

#[test]
fn files_on_sqlite() {
    files_are_held_against_their_columns("sqlite");
}

#[test]
fn files_on_postgres() {
    files_are_held_against_their_columns("postgres");
}

#[test]
fn files_on_mysql() {
    files_are_held_against_their_columns("mysql");
}

#[test]
fn files_on_mariadb() {
    files_are_held_against_their_columns("mariadb");
}
