//! Databases held against what they should be, on every engine: drift found, brought back and taken in; models applied
//! without changesets; schemas written down and compared.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{TestDatabase, on_all, write};

const CHANGELOG: &str = "changesets:
  - id: base
    operations:
      - create_table:
          table: team
          columns:
            - { name: id, type: bigint, identity: true, primary_key: true }
            - { name: name, type: varchar(40), nullable: false, unique: true }
      - create_table:
          table: person
          columns:
            - { name: id, type: bigint, identity: true, primary_key: true }
            - { name: age, type: int, default: 1, check: age > 0 AND (age < 200 OR team_id = 1) }
            - { name: team_id, type: bigint, references: team(id) }
      - create_view: { view: names, query: \"SELECT id, name FROM team WHERE id > 0 AND name <> ''\" }
      - create_index: { table: person, columns: [age], name: by_age }
  - include: more/
";

/// A folder with a changelog that the database has.
fn project(database: &TestDatabase) -> PathBuf {
    let path = write(database.folder().join("changelog.yaml"), CHANGELOG);
    std::fs::create_dir_all(database.folder().join("more")).expect("a folder");
    database.run(&path, &["up"]);
    path
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn told(database: &TestDatabase, path: &Path, arguments: &[&str], code: i32, words: &[&str]) -> String {
    let output = database.driftless(path, arguments);
    let text = text(&output);
    let engine = database.engine;
    assert_eq!(
        output.status.code(),
        Some(code),
        "{engine}: {}: {text}",
        arguments.join(" ")
    );
    for word in words {
        assert!(text.contains(word), "{engine}: `{word}` is not told:\n{text}");
    }
    text
}

fn drifted(database: &TestDatabase) {
    for sql in [
        "CREATE TABLE surplus (id INTEGER)",
        "ALTER TABLE person ADD COLUMN nick VARCHAR(10)",
        "DROP VIEW names",
    ] {
        database.execute(sql);
    }
    match database.engine {
        "mysql" | "mariadb" => database.execute("DROP INDEX by_age ON person"),
        _ => database.execute("DROP INDEX by_age"),
    }
}

const DRIFT: [&str; 5] = ["surplus", "nick", "names", "by_age", "changelog.yaml:"];

#[test]
fn drift_is_found_and_brought_back() {
    on_all(|database| {
        let path = project(database);
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
        told(database, &path, &["up", "--check-drift"], 0, &["up to date"]);
        drifted(database);
        told(database, &path, &["drift"], 4, &DRIFT);
        let json = told(
            database,
            &path,
            &["drift", "--format", "json"],
            4,
            &["\"drifted\": true", "\"gone\""],
        );
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["exit_code"], 4, "{json}");
        let before = database.history();
        write(
            path.with_file_name("more").join("0001_later.yaml"),
            "operations:\n  - create_table: { table: later, columns: [{ name: id, type: int }] }\n",
        );
        told(
            database,
            &path,
            &["up", "--check-drift"],
            4,
            &[
                "error[drift]",
                "column `nick` of `person` is not expected",
                "view names is missing",
            ],
        );
        assert_eq!(database.history(), before, "nothing was run");
        let shown = told(
            database,
            &path,
            &["drift", "--fix", "--dry-run"],
            0,
            &["only_if", "mark_applied", "drop_column"],
        );
        assert!(!shown.contains("wrote"), "{shown}");
        told(database, &path, &["drift", "--fix"], 0, &["wrote"]);
        told(database, &path, &["up"], 0, &["2 changesets applied"]);
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
        told(database, &path, &["up", "--check-drift"], 0, &["up to date"]);
        // Another database, which has not drifted, has no need of it.
        let other = TestDatabase::new(database.engine);
        told(&other, &path, &["up"], 0, &["applied"]);
        told(&other, &path, &["drift"], 0, &["is what the changelog says"]);
        told(
            &other,
            &path,
            &["diff", &database.url, &other.url, "--exit-code"],
            0,
            &["are the same"],
        );
        // Back over it, too.
        told(database, &path, &["down", "base", "--allow-data-loss"], 0, &[]);
    });
}

/// What SQL does that nobody has described is no secret: the drift that it seems to be is told with where it stands.
#[test]
fn sql_that_nothing_is_known_of_is_named() {
    on_all(|database| {
        let path = project(database);
        let sql = "CREATE TABLE copied AS SELECT 1 AS a";
        let changeset =
            |effects: &str| format!("operations:\n  - sql: {{ up: {sql}, down: DROP TABLE copied{effects} }}\n");
        let file = write(path.with_file_name("more").join("0001_copy.yaml"), &changeset(""));
        told(database, &path, &["up"], 0, &[]);
        let words = [
            "table copied",
            "what `CREATE TABLE copied",
            "0001_copy.yaml:2",
            "shown as drift",
        ];
        told(database, &path, &["drift"], 4, &words);
        told(database, &path, &["up", "--check-drift"], 4, &words[1..]);
        write(file, &changeset(", effects: []"));
        assert!(!told(database, &path, &["drift"], 4, &["table copied"]).contains("shown as drift"));
    });
}

#[test]
fn drift_is_taken_in() {
    on_all(|database| {
        let path = project(database);
        drifted(database);
        told(
            database,
            &path,
            &["drift", "--accept", "--title", "take it in"],
            0,
            &["wrote", "recorded"],
        );
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
        told(database, &path, &["status"], 0, &["0 pending"]);
        let other = TestDatabase::new(database.engine);
        told(&other, &path, &["up"], 0, &["2 changesets applied"]);
        told(
            &other,
            &path,
            &["diff", &database.url, &other.url, "--exit-code"],
            0,
            &["are the same"],
        );
        told(
            database,
            &path,
            &["down", "-1", "--allow-data-loss"],
            0,
            &["taken back"],
        );
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
    });
}

#[test]
fn what_others_make_is_ignored() {
    on_all(|database| {
        let path = project(database);
        drifted(database);
        let config = "ignore: [surplus, person.nick, \"index:by_*\", \"view:nam?s\"]\n";
        write(path.with_file_name("driftless.yaml"), config);
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
        let shown = told(database, &path, &["inspect"], 0, &["table: person"]);
        assert!(!shown.contains("surplus"), "{shown}");
        write(path.with_file_name("driftless.yaml"), "ignore: [\"***\"]\n");
        told(database, &path, &["drift"], 2, &["is no pattern"]);
    });
}

#[test]
fn words_of_the_server_are_no_drift() {
    on_all(|database| {
        let path = project(database);
        let check = "operations:
  - create_check_constraint: { table: team, name: long_enough, expression: \"length(name) BETWEEN 1 AND 40 AND name NOT IN ('x', 'y') AND NOT (name = 'z' AND name LIKE 'a%')\" }
  - create_view:
      view: counted
      query: SELECT team_id, count(*) AS people, max(age) AS oldest FROM person WHERE team_id IS NOT NULL GROUP BY team_id HAVING count(*) > 1
  - add_column: { table: person, column: { name: made, type: timestamp, default: { fn: now } } }
";
        write(path.with_file_name("more").join("0001_check.yaml"), check);
        told(database, &path, &["up"], 0, &["applied"]);
        told(database, &path, &["drift"], 0, &["is what the changelog says"]);
        told(
            database,
            &path,
            &["diff", "changelog", "database", "--exit-code"],
            0,
            &["are the same"],
        );
        // The brackets of a check count.
        let change = match database.engine {
            "sqlite" => return,
            "postgres" => {
                "ALTER TABLE person DROP CONSTRAINT ck_person_age, ADD CONSTRAINT ck_person_age CHECK ((age > 0 AND age < 200) OR team_id = 1)"
            }
            "mysql" => {
                "ALTER TABLE person DROP CHECK ck_person_age, ADD CONSTRAINT ck_person_age CHECK ((age > 0 AND age < 200) OR team_id = 1)"
            }
            _ => {
                "ALTER TABLE person DROP CONSTRAINT ck_person_age, ADD CONSTRAINT ck_person_age CHECK ((age > 0 AND age < 200) OR team_id = 1)"
            }
        };
        database.execute(change);
        told(database, &path, &["drift"], 4, &["~ check ck_person_age"]);
    });
}

#[test]
fn a_model_is_applied_without_changesets() {
    on_all(|database| {
        let path = database.folder().join("changelog.yaml");
        let first = "tables:
  - table: note
    columns:
      - { name: id, type: bigint, identity: true, primary_key: true }
      - { name: text, type: varchar(100), nullable: false }
";
        let model = write(database.folder().join("schema.yaml"), first)
            .display()
            .to_string();
        // What stood there before is left as it is where the model says so.
        database.execute("CREATE TABLE old (id INTEGER)");
        told(
            database,
            &path,
            &["apply", &model],
            6,
            &["has to be confirmed", "table `old`"],
        );
        told(
            database,
            &path,
            &["apply", &model, "--dry-run"],
            0,
            &["DROP TABLE", "CREATE TABLE"],
        );
        write(
            database.folder().join("schema.yaml"),
            &(first.to_string() + "  - table: old\n    columns: [{ name: id, type: int }]\n"),
        );
        told(database, &path, &["apply", &model], 0, &["+ table note"]);
        told(database, &path, &["apply", &model], 0, &["the database is what"]);
        told(
            database,
            &path,
            &["diff", "database", &model, "--exit-code"],
            0,
            &["are the same"],
        );
        database.execute("INSERT INTO note (text) VALUES ('one')");
        let second = first.replace("text, type", "body, renamed_from: text, type")
            + "      - { name: at, type: int, nullable: false }\n  - table: old\n    columns: [{ name: id, type: int }]\n";
        write(database.folder().join("schema.yaml"), &second);
        told(database, &path, &["apply", &model], 2, &["--fill note.at=VALUE"]);
        told(
            database,
            &path,
            &["apply", &model, "--fill", "note.at=5"],
            0,
            &["column text → body"],
        );
        assert_eq!(
            database.rows("note", "body, at"),
            [[Some("one".to_string()), Some("5".to_string())]]
        );
        told(database, &path, &["history"], 0, &["_apply"]);
    });
}

/// What was computed until now stays what it is.
#[test]
fn a_computed_column_becomes_one_of_its_own_with_its_values() {
    on_all(|database| {
        let path = database.folder().join("changelog.yaml");
        let model = |more: &str| {
            let text = format!(
                "tables:
  - table: item
    columns:
      - {{ name: id, type: int, primary_key: true }}
      - {{ name: price, type: int }}
      - {{ name: twice, type: int{more} }}
"
            );
            write(database.folder().join("schema.yaml"), &text)
                .display()
                .to_string()
        };
        let computed = model(", generated: { expression: price * 2, stored: true }");
        told(database, &path, &["apply", &computed], 0, &["+ table item"]);
        database.execute("INSERT INTO item (id, price) VALUES (1, 21)");
        let own = model("");
        told(database, &path, &["apply", &own, "--yes"], 0, &["column twice"]);
        database.execute("UPDATE item SET price = 1");
        assert_eq!(database.rows("item", "twice"), [[Some("42".to_string())]]);
        told(
            database,
            &path,
            &["diff", "database", &own, "--exit-code"],
            0,
            &["are the same"],
        );
    });
}

#[test]
fn what_is_written_of_a_schema_is_that_schema() {
    on_all(|database| {
        let path = project(database);
        let folder = database.folder();
        let at = |name: &str| folder.join(name).display().to_string();
        for form in ["yaml", "json"] {
            let file = at(&format!("snapshot.{form}"));
            told(database, &path, &["inspect", "--as", form, "-o", &file], 0, &["wrote"]);
            told(database, &path, &["inspect", "--as", form, "-o", &file], 0, &["wrote"]);
            for (from, to) in [
                ("database", file.as_str()),
                (&file, "database"),
                ("changelog", &file),
                ("changelog@base", "database"),
                (&file, &file),
            ] {
                told(
                    database,
                    &path,
                    &["diff", from, to, "--exit-code", "--dialect", database.engine],
                    0,
                    &["are the same"],
                );
            }
        }
        let other = TestDatabase::new(database.engine);
        let sql = told(database, &path, &["inspect", "--as", "sql"], 0, &["CREATE TABLE"]);
        let fed = other.feed(&sql);
        assert!(fed.status.success(), "{}", text(&fed));
        told(
            database,
            &path,
            &["diff", "database", &other.url, "--exit-code"],
            0,
            &["are the same"],
        );
        let drawn = told(
            database,
            &path,
            &["inspect", "--as", "mermaid"],
            0,
            &["erDiagram", "\"team\" |o--o{ \"person\" : \"team_id\""],
        );
        assert!(drawn.contains("bigint id PK") || drawn.contains("id PK"), "{drawn}");
        // The script of a difference makes the one of the other.
        drifted(&other);
        told(
            database,
            &path,
            &["diff", &other.url, "database", "--exit-code"],
            4,
            &["surplus"],
        );
        let script = told(
            database,
            &path,
            &["diff", &other.url, "database", "--as", "sql"],
            0,
            &["DROP TABLE"],
        );
        let script: String = script
            .lines()
            .filter(|line| !line.starts_with("`"))
            .map(|line| format!("{line}\n"))
            .collect();
        let fed = other.feed(&script);
        assert!(fed.status.success(), "{}\n{script}", text(&fed));
        told(
            database,
            &path,
            &["diff", &other.url, "database", "--exit-code"],
            0,
            &["are the same"],
        );
        let changeset = told(
            database,
            &path,
            &["diff", "database", "changelog@base", "--as", "operations"],
            0,
            &["are the same"],
        );
        assert!(!changeset.contains("operations:"), "{changeset}");
    });
}

#[test]
fn a_database_is_written_as_a_changelog_with_its_rows() {
    on_all(|database| {
        project(database);
        database.execute("INSERT INTO team (id, name) VALUES (1, 'one'), (2, 'two, \"quoted\"')");
        database.execute("INSERT INTO person (id, age, team_id) VALUES (1, 20, 1), (2, 30, NULL)");
        for split in ["none", "table", "schema"] {
            let folder = tempfile::tempdir().expect("a folder");
            let other = TestDatabase::new(database.engine);
            let first = folder.path().join("changelog.yaml");
            let source = [database.url.as_str()];
            let arguments = [&["generate"], &source[..], &["--split", split, "--data", "all"]].concat();
            told(&other, &first, &arguments, 0, &["wrote", "driftless baseline"]);
            told(
                &other,
                &first,
                &arguments,
                2,
                &["is there already", "overwrites nothing"],
            );
            told(
                &other,
                &first,
                &["validate", "--dialect", database.engine],
                0,
                &["valid"],
            );
            told(&other, &first, &["up"], 0, &["applied"]);
            told(
                &other,
                &first,
                &["diff", &database.url, &other.url, "--exit-code"],
                0,
                &["are the same"],
            );
            for (table, columns) in [("team", "id, name"), ("person", "id, age, team_id")] {
                assert_eq!(
                    database.rows(table, columns),
                    other.rows(table, columns),
                    "{}",
                    database.engine
                );
            }
            // The database itself has it: nothing is run there.
            let fresh = TestDatabase::new(database.engine);
            told(&fresh, &first, &["up"], 0, &["applied"]);
            fresh.execute("DROP TABLE driftless_history");
            told(&fresh, &first, &["baseline"], 0, &["baseline"]);
            told(&fresh, &first, &["drift"], 0, &["is what the changelog says"]);
        }
        let folder = tempfile::tempdir().expect("a folder");
        let first = folder.path().join("changelog.yaml");
        told(
            database,
            &first,
            &["generate", "--data", "nothing"],
            2,
            &["there is no table `nothing`"],
        );
        told(
            database,
            &first,
            &["generate", "--folder", "../out"],
            2,
            &["climbs out"],
        );
        told(
            database,
            &first,
            &["generate", "--dry-run"],
            0,
            &["would write", "create_table"],
        );
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
    });
}
