//! Another name for a table or a column is found in every text that means it, on every engine, up and down: checks,
//! computed columns, predicates, views on views, triggers, policies. What only looks like it stays: longer names, texts,
//! comments, and the names that queries give to what they show.

mod support;

use std::path::PathBuf;

use driftless::changelog::{Folder, Selection, gather};
use driftless::dialect::ObjectName;
use driftless::model::{Catalog, NormalForm, Object};
use driftless::plan::replay;
use support::{ENGINES, TestDatabase, assert_same, write};

const BASE: &str = r#"
  - id: start
    operations:
      - create_table:
          table: song
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(40), nullable: false }
            - { name: name_2, type: varchar(40) }
            - { name: nickname, type: varchar(40) }
            - { name: length, type: int, default: 1 }
          checks:
            - { name: k1, expression: "song.name <> 'name' AND name_2 <> name /* name */" }
            - { name: k2, expression: "length > 0 AND nickname <> 'song.length'" }
      - create_table:
          table: songs
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: song, type: int, references: song(id) }
            - { name: title, type: varchar(40) }
      - create_table: { table: log, columns: [{ name: what, type: varchar(200) }] }
      - create_index: { table: song, columns: [name, length] }
      - create_view:
          view: v1
          query: |
            SELECT song.id, name, nickname AS nick, 'name' AS word, upper(song.name) AS name_2 -- name, song
            FROM song WHERE name <> 'song.name'
      - create_view: { view: v2, query: "SELECT v1.name, v1.id, word FROM v1" }
      - create_view: { view: v3, query: "SELECT v2.name AS name, v2.id FROM v2" }
      - create_view: { view: v4, query: "SELECT name FROM v3 WHERE v3.name <> 'v2.name'" }
      - create_view:
          view: v5
          query: "SELECT q.name, songs.song FROM (SELECT name, s.id AS n FROM song AS s) q JOIN songs ON songs.song = q.n"
      - create_view:
          view: v6
          query: "WITH song AS (SELECT song AS n FROM songs) SELECT song.n FROM song"
      - create_view:
          view: v7
          query: "SELECT s.name AS name, count(*) AS n FROM song s GROUP BY s.name"
      - only:
          dialects: [sqlite, postgres]
          operations:
            - create_index: { table: song, name: part, columns: [length], where: "name <> 'name' AND song.length > 0" }
            - create_index: { table: song, name: by_expression, columns: [{ expression: "lower(name) || nickname" }] }
            - add_column:
                table: song
                column: { name: shout, type: varchar(90), generated: { expression: "name || '!name'", stored: true } }
      - only:
          dialects: ["mysql", "!mariadb"]
          operations:
            - create_index: { table: song, name: by_expression, columns: [{ expression: "concat(lower(name), 'name')" }] }
      - only:
          dialects: [mysql]
          operations:
            - add_column:
                table: song
                column: { name: twice, type: int, generated: { expression: "nickname <> 'name'", stored: false } }
      - only:
          dialects: [postgres]
          operations:
            - create_exclusion_constraint:
                table: song
                name: apart
                elements: [{ expression: "int4range(id, id + length)", operator: "&&" }]
                where: "song.name <> '' AND length > 0"
            - create_materialized_view:
                view: m1
                query: "SELECT name, length FROM song"
                indexes: [{ columns: [name], name: m1_name }]
            - create_policy:
                policy: p1
                table: songs
                using: "EXISTS (SELECT 1 FROM song WHERE song.id = songs.song AND song.name <> 'song')"
            - create_policy: { policy: p2, table: song, using: "name <> 'name' AND length > 0" }
            - create_function:
                function: note
                returns: trigger
                language: plpgsql
                body: "BEGIN INSERT INTO log VALUES (TG_NAME); RETURN NULL; END"
            - create_function:
                function: longest
                returns: int
                language: sql
                body: "SELECT max(length) FROM song WHERE name <> ''"
            - create_trigger:
                trigger: t1
                table: song
                timing: after
                events: [update]
                of: [name]
                when: "old.name <> new.name AND new.name <> 'name'"
                body: EXECUTE FUNCTION note()
      - only:
          dialects: [sqlite, mysql]
          operations:
            - create_trigger:
                trigger: t1
                table: song
                timing: after
                events: [update]
                body: "BEGIN INSERT INTO log SELECT 't1' FROM songs WHERE old.name <> new.name AND songs.song = new.id; END"
            - create_trigger:
                trigger: t2
                table: songs
                timing: after
                events: [insert]
                body: "BEGIN UPDATE song SET name = 'song', length = song.length + 1 WHERE song.id = new.song AND song.name <> 'name'; END"
            - create_trigger:
                trigger: t3
                table: log
                timing: after
                events: [delete]
                body: "BEGIN DELETE FROM songs WHERE song IN (SELECT v1.id FROM v1 WHERE v1.name = 'song'); END"
      - only:
          dialects: [sqlite]
          operations:
            - create_trigger:
                trigger: t4
                table: v1
                timing: instead_of
                events: [insert]
                body: "BEGIN INSERT INTO song (id, name, name_2, nickname) VALUES (new.id, new.name, 'name', 'x'); END"
"#;

/// Each renames one thing more; what comes after has to know of what came before.
const RENAMES: [(&str, &str); 5] = [
    ("r1", "rename_column: { table: song, column: name, to: Name of it }"),
    ("r2", "rename_table: { table: song, to: Piece no. }"),
    ("r3", "rename_column: { table: Piece no., column: length, to: order }"),
    ("r4", "set_not_null: { table: Piece no., column: nickname, fill: x }"),
    (
        "r5",
        "rename_column: { table: Piece no., column: Name of it, to: group }",
    ),
];

struct Trial {
    database: TestDatabase,
    path: PathBuf,
}

impl Trial {
    fn new(engine: &'static str) -> Trial {
        let database = TestDatabase::new(engine);
        let renames: String = RENAMES
            .iter()
            .map(|(id, operation)| format!("  - id: {id}\n    operations:\n      - {operation}\n"))
            .collect();
        let path = write(
            database.folder().join("changelog.yaml"),
            &format!("changesets:{BASE}{renames}"),
        );
        Trial { database, path }
    }

    fn catalog(&self, to: &str) -> Catalog {
        let text = std::fs::read_to_string(&self.path).expect("a file");
        // The changesets up to one of them.
        let after = format!("  - id: {to}\n");
        let end = text.find(&after).map_or(text.len(), |at| {
            let rest = &text[at + after.len()..];
            rest.find("  - id: ").map_or(text.len(), |next| at + after.len() + next)
        });
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path().join("changelog.yaml"), &text[..end]);
        let changelog = gather(&Folder::new(folder.path()), "changelog.yaml", Default::default());
        let (fold, _) = replay(&changelog, &self.database.target(), &Selection::default());
        fold.catalog
    }

    /// The database is what the files say, every view can be read, and every trigger fires.
    fn assert_works(&self, to: &str) {
        let engine = self.database.engine;
        let catalog = self.catalog(to);
        assert_same(
            &NormalForm::of(&catalog),
            &self.database.normal_form(),
            &format!("{engine}: {to}"),
        );
        let (table, name) = match to {
            "start" => ("song", "name"),
            "r1" => ("song", "Name of it"),
            "r2" | "r3" | "r4" => ("Piece no.", "Name of it"),
            _ => ("Piece no.", "group"),
        };
        let dialect = catalog.target().dialect;
        let (table, name) = (dialect.quote(table), dialect.quote(name));
        let views: Vec<String> = catalog
            .views()
            .map(|view| format!("SELECT * FROM {}", view.name))
            .collect();
        let mut all = vec![format!(
            "INSERT INTO {table} (id, {name}, name_2, nickname) VALUES (1, 'a', 'b', 'c')"
        )];
        if engine == "sqlite" {
            all.push(format!("INSERT INTO v1 (id, {name}) VALUES (9, 'z')"));
        }
        all.push("INSERT INTO songs (id, song) VALUES (1, 1)".to_string());
        all.push(format!("UPDATE {table} SET {name} = 'new' WHERE id = 1"));
        all.extend(views);
        let log = all.len();
        all.push("SELECT what FROM log".to_string());
        all.push(format!("SELECT count(*) FROM {table}"));
        all.push("DELETE FROM log".to_string());
        all.push("DELETE FROM songs".to_string());
        all.push(format!("DELETE FROM {table}"));
        let answers = self.database.queries(&all);
        assert!(!answers[log].is_empty(), "{engine}: {to}: no trigger fired");
        let count = if engine == "sqlite" { "2" } else { "1" };
        assert_eq!(answers[log + 1][0][0].as_deref(), Some(count), "{engine}: {to}");
        for value in ["name", "a"] {
            let check = format!("INSERT INTO {table} (id, {name}, name_2, nickname) VALUES (1, '{value}', 'a', 'c')");
            let output = self.database.feed(&format!("{check};\nSELECT nothing_at_all;\n"));
            let told = String::from_utf8_lossy(&output.stderr).to_lowercase();
            assert!(told.contains("k1"), "{engine}: {to}: the check is gone: {told}");
        }
    }
}

fn texts_follow(engine: &'static str) {
    let trial = Trial::new(engine);
    trial.database.run(&trial.path, &["up", "start"]);
    trial.assert_works("start");
    let before = trial.database.normal_form();
    for (id, _) in RENAMES {
        trial.database.run(&trial.path, &["up", id]);
        trial.assert_works(id);
    }
    for at in (0..RENAMES.len()).rev() {
        trial.database.run(&trial.path, &["down", "-1", "--allow-data-loss"]);
        trial.assert_works(if at == 0 { "start" } else { RENAMES[at - 1].0 });
    }
    assert_same(&before, &trial.database.normal_form(), engine);
}

#[test]
fn texts_follow_on_sqlite() {
    texts_follow("sqlite");
}

#[test]
fn texts_follow_on_postgres() {
    texts_follow("postgres");
}

#[test]
fn texts_follow_on_mysql() {
    texts_follow("mysql");
}

#[test]
fn texts_follow_on_mariadb() {
    texts_follow("mariadb");
}

/// What the texts are after, word for word.
#[test]
fn what_only_looks_like_the_name_stays() {
    for engine in ENGINES {
        let catalog = Trial::new(engine).catalog("r3");
        let dialect = catalog.target().dialect;
        let (table, name) = (dialect.quote("Piece no."), dialect.quote("Name of it"));
        let query = |view: &str| {
            let view = catalog.view(&ObjectName::plain(view)).expect("a view");
            view.query.trim().to_string()
        };
        for (view, wanted) in [
            (
                "v1",
                format!(
                    "SELECT {table}.id, {name}, nickname AS nick, 'name' AS word, upper({table}.{name}) AS name_2 -- name, song\n\
                     FROM {table} WHERE {name} <> 'song.name'"
                ),
            ),
            ("v2", format!("SELECT v1.{name}, v1.id, word FROM v1")),
            ("v3", format!("SELECT v2.{name} AS name, v2.id FROM v2")),
            ("v4", "SELECT name FROM v3 WHERE v3.name <> 'v2.name'".to_string()),
            (
                "v5",
                format!(
                    "SELECT q.{name}, songs.song FROM (SELECT {name}, s.id AS n FROM {table} AS s) q JOIN songs ON songs.song = q.n"
                ),
            ),
            (
                "v6",
                "WITH song AS (SELECT song AS n FROM songs) SELECT song.n FROM song".to_string(),
            ),
            (
                "v7",
                format!("SELECT s.{name} AS name, count(*) AS n FROM {table} s GROUP BY s.{name}"),
            ),
        ] {
            assert_eq!(query(view), wanted, "{engine}: {view}");
        }
        let checks = &catalog.table(&ObjectName::plain("Piece no.")).expect("a table").checks;
        assert_eq!(
            checks
                .iter()
                .find(|check| *check.name == *"k1")
                .expect("a check")
                .expression,
            format!("{table}.{name} <> 'name' AND name_2 <> {name} /* name */"),
            "{engine}"
        );
        if engine != "postgres" {
            let body = catalog
                .objects()
                .find_map(|object| match object {
                    Object::Trigger(trigger) if *trigger.name == *"t2" => Some(trigger.body.clone()),
                    _ => None,
                })
                .expect("a trigger");
            let order = dialect.quote("order");
            assert_eq!(
                body,
                format!(
                    "BEGIN UPDATE {table} SET {name} = 'song', {order} = {table}.{order} + 1 \
                     WHERE {table}.id = new.song AND {table}.{name} <> 'name'; END"
                ),
                "{engine}"
            );
        }
    }
}

/// No engine and not driftless rewrites a routine: it is told of. What cannot be told apart is refused.
#[test]
fn what_cannot_follow_is_told() {
    let path_of = |trial: &Trial| std::fs::read_to_string(&trial.path).expect("a file");
    let trial = Trial::new("postgres");
    let output = support::driftless(
        trial.database.folder(),
        &["--changelog", "changelog.yaml", "sql", "--dialect", "postgres"],
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("the body of function `longest` mentions `song.name`"),
        "{told}"
    );
    assert!(path_of(&trial).contains("longest"));
    for (made, word) in [
        (
            "create_view: { view: w, query: 'SELECT name FROM song JOIN v3 ON v3.id = song.id' }",
            "which both `song` and `v3` have",
        ),
        (
            "create_view: { view: w, query: 'SELECT name, nickname AS `Name of it` FROM song' }",
            "view `w` would show two columns `Name of it`",
        ),
        (
            "create_trigger: { trigger: w, table: song, timing: after, events: [insert], body: 'BEGIN DECLARE name int; SET name = 1; END' }",
            "declares a variable `name`",
        ),
    ] {
        let trial = Trial::new("mysql");
        let text = path_of(&trial).replace(
            "  - id: r1\n",
            &format!("  - id: made\n    operations:\n      - {made}\n  - id: r1\n"),
        );
        write(trial.path.clone(), &text);
        let output = trial.database.driftless(&trial.path, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(word), "{told}");
    }
}
