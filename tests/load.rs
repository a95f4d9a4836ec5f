//! Files of more rows than one statement takes: they come in as they are written, or not at all.

mod support;

use std::fmt::Write as _;

use support::{TestDatabase, on_all, write};

/// Rows of the files here: several statements of them, and a last one that is not full.
const ROWS: usize = 4503;

/// A changelog that makes a table `t` and loads a file into it.
fn changelog(database: &TestDatabase, columns: &str, file: &str, content: &str) -> std::path::PathBuf {
    write(database.folder().join(file), content);
    let text = format!(
        "changesets:
  - id: table
    operations:
      - create_table:
          table: t
          columns:
            - {{ name: id, type: bigint, primary_key: true }}
{columns}
  - id: rows
    operations:
      - load_data: {{ table: t, file: {file} }}
"
    );
    write(database.folder().join("changelog.yaml"), &text)
}

/// A text of each kind that could be read as something else; some are longer than a statement gets.
fn note(id: usize) -> Option<String> {
    match id % 7 {
        0 => None,
        1 => Some(String::new()),
        2 => Some("it's ?, \\ \\' \\N, \"two\"\r \nlines;\t--".into()),
        3 => Some("日本 \u{10FFFF} straße".into()),
        4 => Some("NULL".into()),
        5 if id % 100 == 5 => Some("ö".repeat(200_000)),
        _ => Some(format!("row {id}")),
    }
}

#[test]
fn rows_come_in_as_they_are_written() {
    on_all(|database| {
        let mut file = String::from("id,note,seen\n");
        for id in 1..=ROWS {
            let seen = ["", "2024-02-29T12:30:00+02:00"][id % 2];
            let note = note(id).map_or(String::new(), |text| format!("\"{}\"", text.replace('"', "\"\"")));
            let _ = writeln!(file, "{id},{note},{seen}");
        }
        let columns = "            - { name: note, type: text }\n            - { name: seen, type: timestamptz }";
        let log = changelog(database, columns, "rows.csv", &file);
        database.run(&log, &["up"]);
        let there = database.query("SELECT id, note FROM t ORDER BY id");
        let wanted: Vec<_> = (1..=ROWS).map(|id| vec![Some(id.to_string()), note(id)]).collect();
        assert!(there == wanted, "{}: not the texts of the file", database.engine);

        let fed = TestDatabase::new(database.engine);
        let output = fed.feed(&fed.run(&log, &["sql"]));
        assert!(output.status.success(), "{}: the script fails", database.engine);
        let all = |database: &TestDatabase| database.query("SELECT id, note, seen FROM t ORDER BY id");
        assert!(
            all(database) == all(&fed),
            "{}: not the rows of the script",
            database.engine
        );
    });
}

#[test]
fn a_refused_row_is_told_with_its_line_and_leaves_nothing() {
    on_all(|database| {
        // From row 1 on a line more, and from 1100 on two; the row of line 4303 has a key that is there already.
        let mut file = String::from("id,note,amount\n1,\"two\nlines\",1\n");
        for id in 2..=ROWS {
            let id = if id == 4300 { 900 } else { id };
            let note = if id == 1100 { "\"\nx\"" } else { "x" };
            let _ = writeln!(file, "{id},{note},1");
        }
        let columns =
            "            - { name: note, type: varchar(20) }\n            - { name: amount, type: 'decimal(4,1)' }";
        let log = changelog(database, columns, "rows.csv", &file);
        database.run(&log, &["up", "table"]);
        let output = database.driftless(&log, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr);
        let engine = database.engine;
        assert!(
            !output.status.success() && told.contains("rows.csv:4303"),
            "{engine}: {told}"
        );
        assert_eq!(database.rows("t", "id").len(), 0, "{engine}");
        assert_eq!(database.query("SELECT id FROM driftless_history").len(), 1, "{engine}");

        write(
            database.folder().join("rows.csv"),
            &file.replace("900,x,1", "900,x,12345"),
        );
        let output = database.driftless(&log, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && told.contains("rows.csv:902"),
            "{engine}: {told}"
        );
        assert_eq!(database.rows("t", "id").len(), 0, "{engine}");
    });
}

/// MySQL and MariaDB take 65,535 parameters in a statement at most.
#[test]
fn a_row_may_have_many_fields() {
    on_all(|database| {
        let names: Vec<String> = (1..=200).map(|at| format!("c{at}")).collect();
        let mut columns = String::new();
        names.iter().for_each(|name| {
            let _ = writeln!(columns, "            - {{ name: {name}, type: smallint }}");
        });
        let mut file = format!("id,{}\n", names.join(","));
        let rows = 1000;
        for id in 1..=rows {
            let fields: Vec<String> = (1..=200).map(|at| (id * at % 1000).to_string()).collect();
            let _ = writeln!(file, "{id},{}", fields.join(","));
        }
        database.run(&changelog(database, &columns, "rows.csv", &file), &["up"]);
        let there = database.query("SELECT sum(c1), sum(c200) FROM t");
        let sum = |at: usize| (1..=rows).map(|id| id * at % 1000).sum::<usize>();
        assert_eq!(
            there,
            [[Some(sum(1).to_string()), Some(sum(200).to_string())]],
            "{}",
            database.engine
        );
    });
}

/// To a bit, a year or an enum, 1 and '1' are two things.
#[test]
fn numbers_stay_numbers_in_types_of_the_engine() {
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        let columns = "            - { name: bits, type: { native: bit(8) } }
            - { name: since, type: { native: year } }
            - { name: size, type: { native: \"enum('2','1')\" } }
            - { name: large, type: { native: bigint unsigned } }
            - { name: part, type: { native: float unsigned } }";
        let file =
            "{\"id\": 1, \"bits\": 5, \"since\": 1999, \"size\": \"1\", \"large\": 18446744073709551615, \"part\": 0.5}
{\"id\": 2, \"bits\": 65, \"since\": 0, \"size\": \"2\", \"large\": 0, \"part\": 1e3}\n";
        let log = changelog(&database, columns, "rows.jsonl", file);
        database.run(&log, &["up"]);
        let there = database.query("SELECT bits + 0, since, size, large, part FROM t ORDER BY id");
        let row = |fields: [&str; 5]| fields.map(|field| Some(field.to_string())).to_vec();
        let wanted = [
            row(["5", "1999", "1", "18446744073709551615", "0.5"]),
            row(["65", "0000", "2", "0", "1000"]),
        ];
        assert_eq!(there, wanted, "{engine}");
    }
}
