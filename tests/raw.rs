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
    r"CREATE TABLE written (id int, place varchar(20) DEFAULT 'c:\\d ''e''''', CHECK (place <> 'it''s a \\ b'))",
    "CREATE TABLE made (id int); INSERT INTO made (id) VALUES (1); CREATE INDEX by_id ON made (id)",
];

const SQLITE: &[&str] = &[
    "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL, \
     parent int REFERENCES counted (id), CHECK (parent > 0), CHECK (parent < 9))",
    r#"CREATE TABLE quoted ("a""b" int, `c``d` int CHECK ("a""b" > 1))"#,
    "DROP INDEX by_age",
    "CREATE TRIGGER stamp AFTER UPDATE OF age ON player WHEN new.age > 3 BEGIN UPDATE team SET size = size + 1 WHERE id = new.team; END",
    "DROP TRIGGER stamp",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE counted (id bigserial PRIMARY KEY, Other integer GENERATED ALWAYS AS IDENTITY, \
     parent bigint REFERENCES counted, noted timestamptz DEFAULT now(), CHECK (parent > 0), CHECK (parent < 9))",
    r#"CREATE TABLE quoted ("a""b" int, "Ü" text DEFAULT 'c\' CHECK ("a""b" > 1))"#,
    "ALTER TABLE team ALTER COLUMN size DROP NOT NULL, ALTER COLUMN size SET DEFAULT 5",
    "ALTER TABLE team ALTER COLUMN name TYPE text",
    "ALTER TABLE team ADD CONSTRAINT big CHECK (size > 1)",
    "ALTER TABLE team RENAME CONSTRAINT big TO large",
    "ALTER TABLE team DROP CONSTRAINT large",
    "CREATE INDEX ON player (team)",
    "CREATE UNIQUE INDEX some_ids ON player (id) WHERE age > 3",
    "DROP INDEX by_age",
    "ALTER TABLE team ADD CONSTRAINT small CHECK (size < 99) NOT VALID",
    "ALTER TABLE team VALIDATE CONSTRAINT small",
    "CREATE SCHEMA IF NOT EXISTS archive",
    "DROP SCHEMA archive",
    "CREATE SEQUENCE ticket AS integer START WITH 5 INCREMENT BY 2 MAXVALUE 99 NO CYCLE",
    "ALTER SEQUENCE ticket MAXVALUE 999 CYCLE",
    "ALTER SEQUENCE ticket RENAME TO tickets",
    "CREATE TYPE mood AS ENUM ('low', 'high')",
    "ALTER TYPE mood ADD VALUE 'mid' BEFORE 'high'",
    "ALTER TYPE mood RENAME VALUE 'mid' TO 'middle'",
    "CREATE DOMAIN score AS numeric(5, 2) DEFAULT 0 NOT NULL CHECK (VALUE >= 0) CONSTRAINT not_too_many CHECK (VALUE < 100)",
    "CREATE TABLE match (id int PRIMARY KEY, mood mood DEFAULT 'low', score score)",
    "CREATE FUNCTION doubled(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT a * b $$",
    "CREATE OR REPLACE FUNCTION doubled(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql STABLE STRICT AS 'SELECT b * a'",
    "CREATE FUNCTION stamp() RETURNS trigger AS $$ BEGIN NEW.age := 1; RETURN NEW; END $$ LANGUAGE plpgsql",
    "CREATE PROCEDURE clear(who int) BEGIN ATOMIC DELETE FROM match WHERE id = who; END",
    "CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF age ON player FOR EACH ROW WHEN (NEW.age > 3) EXECUTE FUNCTION stamp()",
    "ALTER TRIGGER stamp ON player RENAME TO stamped",
    "CREATE MATERIALIZED VIEW sizes AS SELECT id, size FROM team",
    "CREATE POLICY adults ON player FOR SELECT TO PUBLIC USING (age > 17)",
    "ALTER TABLE player ENABLE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT ON player, team TO PUBLIC",
    "REVOKE INSERT ON player FROM PUBLIC",
    "GRANT ALL PRIVILEGES ON team TO page_reader, page_writer WITH GRANT OPTION",
    "REVOKE GRANT OPTION FOR DELETE, UPDATE ON team FROM page_reader",
    "REVOKE ALL ON team FROM page_writer",
    "GRANT SELECT (id, code), UPDATE (code) ON player TO page_reader",
    "REVOKE SELECT (code) ON player FROM page_reader",
    "REVOKE ALL ON FUNCTION doubled(int, int) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION doubled(int, int) TO page_writer",
    "COMMENT ON TABLE player IS 'who plays'",
    "COMMENT ON COLUMN player.age IS 'in years'",
    "COMMENT ON FUNCTION doubled(int, int) IS 'twice'",
    "COMMENT ON TRIGGER stamped ON player IS 'it''s so'",
    "COMMENT ON TYPE mood IS 'how it feels'",
    "DROP PROCEDURE clear(int)",
    "DROP TRIGGER stamped ON player",
    "DROP FUNCTION doubled, stamp",
    "DROP MATERIALIZED VIEW sizes",
    "DROP POLICY adults ON player",
    "CREATE VIEW old AS SELECT id FROM player WHERE age > 60",
    "DROP TABLE match, player CASCADE",
    "DROP TYPE mood",
    "DROP DOMAIN score",
    "DROP SEQUENCE IF EXISTS tickets, no_such",
];

const MYSQL: &[&str] = &[
    r"CREATE TABLE quoted (`a``b` int COMMENT 'it''s \\ c', word varchar(9) DEFAULT '\'' CHECK (word <> 'a\\b'))",
    "CREATE TABLE counted (id bigint AUTO_INCREMENT PRIMARY KEY, code varchar(3), other int COMMENT 'what', \
     KEY (code), CHECK (other < 9)) ENGINE=InnoDB",
    "ALTER TABLE team ADD CONSTRAINT big CHECK (size > 1)",
    "DROP INDEX by_age ON player",
    "CREATE TABLE noted (id int PRIMARY KEY, at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, \
     word varchar(9) CHARACTER SET latin1) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='what was'",
    "ALTER TABLE noted ADD COLUMN before_it int AFTER id, ADD COLUMN front int FIRST",
    "ALTER TABLE noted MODIFY before_it bigint NOT NULL DEFAULT 4",
    "ALTER TABLE noted CHANGE front face varchar(30) COMMENT 'seen first'",
    "CREATE FUNCTION doubled(a int) RETURNS int DETERMINISTIC NO SQL COMMENT 'twice' RETURN a * 2",
    "CREATE PROCEDURE clear(IN who int) MODIFIES SQL DATA BEGIN DELETE FROM noted WHERE id = who; END",
    "CREATE TRIGGER stamp BEFORE UPDATE ON noted FOR EACH ROW BEGIN SET NEW.face = 'a;b'; END",
    "DROP TRIGGER stamp",
    "GRANT ALL ON team TO page_reader",
    "REVOKE INSERT, DELETE ON team FROM page_reader",
    "GRANT SELECT (id), UPDATE (face, id) ON noted TO page_writer WITH GRANT OPTION",
    "REVOKE GRANT OPTION ON noted FROM page_writer",
    "REVOKE UPDATE (id) ON noted FROM page_writer",
    "GRANT EXECUTE ON FUNCTION doubled TO page_writer",
    "DROP PROCEDURE IF EXISTS clear",
    "DROP FUNCTION doubled",
];

/// Those of MariaDB alone.
const MARIADB: &[&str] = &[
    "CREATE OR REPLACE SEQUENCE ticket START WITH 5 INCREMENT BY 2 NOCACHE CYCLE",
    "DROP SEQUENCE ticket",
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
        ("MariaDB", MARIADB),
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
    database.make_roles();
    let changelog = gather(&Folder::new(folder.path()), "changelog.yaml", Default::default());
    let target = database.target();
    let mut fold = Fold::new(&changelog, Catalog::new(target.clone()));
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
    holds("mariadb", &[MYSQL, MARIADB].concat());
}
