//! A schema of SQLite that driftless has not written goes round: a database is read, what was read makes another one, and
//! both are the same, to driftless and to the engine.

mod support;

#[path = "schemas/round.rs"]
mod round;

use std::path::PathBuf;

use driftless::dialect::{Family, Token, tokens};
use round::{Round, differences};
use support::TestDatabase;

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    std::fs::read_to_string(path).expect("a schema")
}

/// What the engine knows of tables and indexes, and the texts of the rest, but for names of constraints, of which each has
/// one from driftless.
fn facts(database: &TestDatabase) -> Vec<String> {
    let own =
        "m.type = 'table' AND m.name NOT LIKE 'driftless!_%' ESCAPE '!' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let queries = [
        format!(
            "SELECT 'table', l.name, l.wr, l.strict, m.sql LIKE '%autoincrement%' FROM sqlite_schema m
             JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name WHERE {own}"
        ),
        // What is in a key holds no NULL; where SQLite allows it, it is told.
        format!(
            "SELECT 'column', m.name, c.cid, c.name, upper(c.type), c.\"notnull\" OR c.pk > 0,
               CASE upper(c.dflt_value) WHEN 'NULL' THEN NULL WHEN 'TRUE' THEN '1' ELSE replace(c.dflt_value, 'x''deadbeef', 'X''DEADBEEF') END, c.pk, c.hidden
             FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE {own}"
        ),
        format!(
            "SELECT 'foreign key', m.name, f.seq, f.\"table\", f.\"from\", coalesce(f.\"to\", (SELECT c.name FROM pragma_table_info(f.\"table\") c
               WHERE c.pk = f.seq + 1)), f.on_update, f.on_delete
             FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE {own}"
        ),
        format!(
            "SELECT 'index', m.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\", i.origin, i.partial,
               group_concat(coalesce(c.name, 'expression') || ' ' || c.\"desc\" || ' ' || c.coll)
             FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) c
             WHERE {own} AND c.key GROUP BY m.name, i.name"
        ),
    ];
    let answers = database.queries(&queries);
    let line = |row: &Vec<Option<String>>| {
        let values = row.iter().map(|value| value.as_deref().unwrap_or("-"));
        values.collect::<Vec<_>>().join(" | ")
    };
    let mut all: Vec<String> = answers.iter().flatten().map(line).collect();
    let texts = database.query(
        "SELECT sql FROM sqlite_schema WHERE type IN ('view', 'trigger') OR type = 'index' AND tbl_name NOT LIKE 'driftless!_%' ESCAPE '!'",
    );
    let texts = texts.into_iter().flatten().flatten();
    // What an index sorts by stands in brackets of its own, and rises where nothing is said.
    let bare = |text: String| match text.contains(" index ") {
        true => text
            .replace(" asc", "")
            .replace(['(', ')'], "")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        false => text,
    };
    all.extend(texts.map(|text| bare(spelt(&text))));
    let tables = database
        .query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'driftless!_%' ESCAPE '!'");
    for table in tables {
        if let [Some(name), Some(sql)] = table.as_slice() {
            all.extend(expressions(sql).into_iter().map(|text| format!("{name}: {text}")));
        }
    }
    all.sort();
    all
}

/// A text without what says nothing: quotes around names, blanks, comments, `FOR EACH ROW`, brackets behind `WHEN`.
fn spelt(text: &str) -> String {
    let all = tokens(text, Family::Sqlite);
    let all: Vec<&Token<'_>> = all.iter().filter(|token| !token.is_blank()).collect();
    let words = all
        .iter()
        .map(|token| token.name().unwrap_or(token.text.to_string()).to_lowercase());
    let text = words.collect::<Vec<_>>().join(" ");
    let text = text.replace(" for each row", "");
    match text
        .split_once(" when ( ")
        .and_then(|(head, rest)| Some((head, rest.split_once(" ) begin ")?)))
    {
        Some((head, (when, body))) => format!("{head} when {when} begin {body}"),
        None => text,
    }
}

/// The checks of a table, and what its columns are computed from and sorted by, and when its foreign keys are held.
fn expressions(sql: &str) -> Vec<String> {
    let all = tokens(sql, Family::Sqlite);
    let all: Vec<&Token<'_>> = all.iter().filter(|token| !token.is_blank()).collect();
    let mut found = Vec::new();
    for at in 0..all.len() {
        let word = all[at];
        let next = all.get(at + 1).map_or("", |token| token.text);
        if word.is_word("collate") || word.is_word("initially") {
            let text = spelt(&format!("{} {next}", word.text));
            // What is so where nothing is said.
            found.extend(Some(text).filter(|text| text != "collate binary"));
        }
        if (word.is_word("check") || word.is_word("as")) && next == "(" {
            let mut depth = 0;
            let end = all[at + 1..].iter().position(|token| {
                depth += i32::from(token.text == "(") - i32::from(token.text == ")");
                depth == 0
            });
            let end = end.map_or(all.len() - 1, |end| at + 1 + end);
            found.push(spelt(&format!(
                "{} {}",
                word.text,
                &sql[all[at + 1].start..all[end].end()]
            )));
        }
    }
    found
}

/// What is told to be left out, and what makes it: with that the engine knows the same of both.
fn goes_round(schema: &str, left_out: &[&str], rest: &str, split: Option<&str>) {
    let round = Round::new("sqlite");
    round.load(&round.before, schema);
    round.generate(split, left_out);
    round.up();
    round.is_the_same(!left_out.is_empty());
    if !rest.is_empty() {
        round.load(&round.after, rest);
    }
    let found = differences(&facts(&round.before), &facts(&round.after));
    assert!(found.is_empty(), "{found}");
}

const LEFT_OUT_OF_EVERYTHING: [&str; 11] = [
    "collation of a unique constraint of table `team`",
    "column names of view `young_person`",
    "conflict clause of table `person`",
    "conflict clause of table `team`",
    "nullable column `id` of the primary key of table `alias_descending`",
    "nullable column `id` of the primary key of table `int_not_alias`",
    "nullable column `id` of the primary key of table `null_in_key`",
    "nullable column `room` of the primary key of table `membership`",
    "sort order of the primary key of table `alias_descending`",
    "sort order of the primary key of table `team`",
    "virtual table `words`",
];

const REST_OF_EVERYTHING: &str = "
    PRAGMA foreign_keys = OFF;
    DROP TABLE team;
    CREATE TABLE team (
      tenant INTEGER NOT NULL DEFAULT 1,
      id INTEGER NOT NULL,
      name TEXT NOT NULL CONSTRAINT team_name_not_blank CHECK (trim(name) <> ''),
      lead_id INTEGER REFERENCES person (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
      CONSTRAINT team_pk PRIMARY KEY (tenant, id DESC),
      CONSTRAINT team_name_unique UNIQUE (name COLLATE NOCASE) ON CONFLICT REPLACE
    ) WITHOUT ROWID;
    DROP TABLE alias_descending;
    CREATE TABLE alias_descending (id INTEGER PRIMARY KEY DESC, n INTEGER);
    DROP VIEW young_person;
    CREATE VIEW young_person (id, mail) AS SELECT id, email FROM living_person WHERE born > '2000-01-01';
    CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = 'porter');
";

/// A database with the first schema is made one with the second, by what is written for the difference.
fn becomes(before: &str, after: &str) {
    let round = Round::new("sqlite");
    round.load(&round.before, before);
    round.load(&round.after, after);
    let (before, after) = (round.before.url.as_str(), round.after.url.as_str());
    round.writes(&["generate", before], &[]);
    for arguments in [
        &["baseline", "--url", before][..],
        &["new", "next", "--autogenerate", "--model", after],
        &["up", "--url", before],
    ] {
        let output = round.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
    }
    round.differs_in_nothing();
    let found = differences(&facts(&round.before), &facts(&round.after));
    assert!(found.is_empty(), "{found}");
}

#[test]
fn types_of_many_signs_and_numbers_in_hexadecimal_go_round() {
    let schema =
        "CREATE TABLE odd (a \"BIG-INT\" NOT NULL, b \"of two words\", c INT DEFAULT 0x10, d [x\"y](3), e DEC (4, 2));";
    goes_round(schema, &[], "", None);
}

#[test]
fn what_a_column_no_longer_has_is_taken_away() {
    becomes(
        "CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE); INSERT INTO item VALUES (3, 'a');",
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
    );
    let plain = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE BINARY)";
    goes_round(plain, &[], "", None);
}

#[test]
fn a_key_that_may_hold_null_is_told() {
    let schema = "CREATE TABLE one (a TEXT PRIMARY KEY); CREATE TABLE two (a TEXT NOT NULL, b, PRIMARY KEY (a, b));
        CREATE TABLE three (a TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE four (a INTEGER PRIMARY KEY);";
    let told = [
        "nullable column `a` of the primary key of table `one`",
        "nullable column `b` of the primary key of table `two`",
    ];
    goes_round(schema, &told, "", None);
}

#[test]
fn everything() {
    let schema = text("schemas/sqlite/everything.sql");
    goes_round(&schema, &LEFT_OUT_OF_EVERYTHING, REST_OF_EVERYTHING, None);
    goes_round(&schema, &LEFT_OUT_OF_EVERYTHING, REST_OF_EVERYTHING, Some("table"));
}

#[test]
fn chinook() {
    let schema = text("data/chinook/Chinook_Sqlite.sql");
    let schema = schema.trim_start_matches('\u{feff}');
    goes_round(schema, &[], "", Some("table"));
}

#[test]
fn chinook_with_its_rows() {
    let schema = text("data/chinook/Chinook_Sqlite.sql");
    let round = Round::new("sqlite");
    round.load(&round.before, schema.trim_start_matches('\u{feff}'));
    round.writes(&["generate", &round.before.url, "--data", "all"], &[]);
    round.up();
    round.is_the_same(false);
    round.has_the_same_rows(15_607);
}
