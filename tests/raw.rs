//! What is read of the author's own SQL, held against live engines: after each statement the database is what driftless
//! believes, and the way back that is derived from it leaves what was there before.

mod support;

use support::{TestDatabase, assert_same, write};

use driftless::changelog::{Folder, Selection, gather};
use driftless::model::{Catalog, NormalForm};
use driftless::plan::Fold;

/// Statements that are understood everywhere.
const COMMON: &[&str] = &[
    "CREATE TABLE team (id int NOT NULL, name varchar(40) DEFAULT 'none', size int DEFAULT 3 NOT NULL, CONSTRAINT team_key PRIMARY KEY (id))",
    "CREATE TABLE player (id int PRIMARY KEY, code varchar(10) UNIQUE, team int, age int CHECK (age > 0), \
     UNIQUE (code, age), CHECK (age < id), CONSTRAINT of_team FOREIGN KEY (team) REFERENCES team (id) ON DELETE CASCADE)",
    "CREATE INDEX by_age ON player (age DESC, code)",
    "CREATE VIEW young AS SELECT id, code FROM player WHERE age < 18",
    "DROP VIEW young",
    "ALTER TABLE team ADD COLUMN city varchar(20) DEFAULT 'it''s' NOT NULL",
    "ALTER TABLE team RENAME COLUMN city TO town",
    "ALTER TABLE team DROP COLUMN town",
    "CREATE TABLE spare (id int)",
    "ALTER TABLE spare RENAME TO extra",
    "DROP TABLE extra",
    "CREATE TABLE made (id int); INSERT INTO made (id) VALUES (1); CREATE INDEX by_id ON made (id)",
];

const SQLITE: &[&str] = &[
    "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL, \
     parent int REFERENCES counted (id), CHECK (parent > 0), CHECK (parent < 9))",
    "DROP INDEX by_age",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE counted (id bigserial PRIMARY KEY, Other integer GENERATED ALWAYS AS IDENTITY, \
     parent bigint REFERENCES counted, noted timestamptz DEFAULT now(), CHECK (parent > 0), CHECK (parent < 9))",
    "ALTER TABLE team ALTER COLUMN size DROP NOT NULL, ALTER COLUMN size SET DEFAULT 5",
    "ALTER TABLE team ALTER COLUMN name TYPE text",
    "ALTER TABLE team ADD CONSTRAINT big CHECK (size > 1)",
    "ALTER TABLE team RENAME CONSTRAINT big TO large",
    "ALTER TABLE team DROP CONSTRAINT large",
    "CREATE INDEX ON player (team)",
    "CREATE UNIQUE INDEX some_ids ON player (id) WHERE age > 3",
    "DROP INDEX by_age",
];

const MYSQL: &[&str] = &[
    "CREATE TABLE counted (id bigint AUTO_INCREMENT PRIMARY KEY, code varchar(3), other int COMMENT 'what', \
     KEY (code), CHECK (other < 9)) ENGINE=InnoDB",
    "ALTER TABLE team ADD CONSTRAINT big CHECK (size > 1)",
    "DROP INDEX by_age ON player",
];

/// The table of the handbook, which is these lists.
#[test]
fn the_handbook_lists_what_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/raw-sql.md");
    let page = std::fs::read_to_string(path).expect("the page");
    let (begin, end) = ("<!-- statements -->\n", "<!-- end -->");
    let (before, rest) = page.split_once(begin).expect("where the list begins");
    let (_, after) = rest.split_once(end).expect("where the list ends");
    let mut list = String::new();
    let parts = [
        ("On every engine", COMMON),
        ("SQLite", SQLITE),
        ("PostgreSQL", POSTGRES),
        ("MySQL and MariaDB", MYSQL),
    ];
    for (title, statements) in parts {
        list += &format!("\n### {title}\n\n```sql\n{};\n```\n", statements.join(";\n"));
    }
    let written = format!("{before}{begin}{list}\n{end}{after}");
    if std::env::var_os("DRIFTLESS_BLESS").is_some() {
        std::fs::write(path, &written).expect("the page can be written");
        return;
    }
    assert_eq!(page, written, "run it with DRIFTLESS_BLESS=1");
}

fn holds(engine: &'static str, own: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all: Vec<&str> = COMMON.iter().chain(own).copied().collect();
    let mut text = String::from("changesets:\n");
    for (at, sql) in all.iter().enumerate() {
        let sql = serde_json::to_string(sql).expect("a text");
        text += &format!("  - id: step-{at}\n    operations:\n      - sql: {sql}\n");
    }
    let path = folder.path().join("changelog.yaml");
    write(path.clone(), &text);
    let database = TestDatabase::new(engine);
    let changelog = gather(&Folder::new(folder.path()), "changelog.yaml", Default::default());
    let target = database.target();
    let mut fold = Fold::new(&changelog.sources, Catalog::new(target.clone()));
    let mut seen = vec![database.normal_form()];
    for (changeset, sql) in driftless::plan::selected(&changelog, &target, &Selection::default()).zip(&all) {
        fold.up(changeset, &[]);
        let told: Vec<String> = fold.diagnostics.iter().map(|told| format!("{told:?}")).collect();
        assert!(told.is_empty(), "{engine}: {sql}: {told:?}");
        database.run(&path, &["up", &changeset.id]);
        let there = database.normal_form();
        assert_same(
            &NormalForm::of(&fold.catalog),
            &there,
            &format!("{engine}: after `{sql}`, believed (-) and there (+)"),
        );
        seen.push(there);
    }
    for sql in all.iter().rev() {
        seen.pop();
        database.run(&path, &["down", "-1", "--allow-data-loss"]);
        let before = seen.last().expect("a state before");
        assert_same(
            before,
            &database.normal_form(),
            &format!("{engine}: `{sql}` up and down, before (-) and after (+)"),
        );
    }
}

#[test]
fn what_is_read_is_there_on_sqlite() {
    holds("sqlite", SQLITE);
}

#[test]
fn what_is_read_is_there_on_postgres() {
    holds("postgres", POSTGRES);
}

#[test]
fn what_is_read_is_there_on_mysql() {
    holds("mysql", MYSQL);
}

#[test]
fn what_is_read_is_there_on_mariadb() {
    holds("mariadb", MYSQL);
}
