//! The value of a secret parameter is in the row that it was meant for, and nowhere else: not in what is said, nor in the
//! history, nor in the journal.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use support::{TestDatabase, write};

/// A part of each secret by which it is found, and what is hard to quote.
const TOKEN: &str = "Tr0ub4dor";
const SECRET: &str = "Tr0ub4dor it's \"so\" \\ back\\\\slash \\' $1 $$ ${name} %s ; -- /* \n new line\tsöße 東京 `";

const FORMATS: [&[&str]; 2] = [&[], &["--format", "json"]];

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A file for `--params-file` with these values as they are.
fn values(folder: &Path, all: &[(&str, &str)]) -> PathBuf {
    let map: serde_json::Map<String, serde_json::Value> = all
        .iter()
        .map(|(name, value)| (name.to_string(), value.replace("${", "$${").into()))
        .collect();
    write(folder.join("values.json"), &serde_json::Value::from(map).to_string())
}

fn runs(database: &TestDatabase, file: &Path, arguments: &[&str], code: i32) -> String {
    let values = file.with_file_name("values.json").display().to_string();
    let all = [arguments, &["--params-file", &values]].concat();
    let output = database.driftless(file, &all);
    let told = said(&output);
    let engine = database.engine;
    assert_eq!(output.status.code(), Some(code), "{engine}: {arguments:?}: {told}");
    assert!(
        !told.contains(TOKEN),
        "{engine}: {arguments:?} shows the secret:\n{told}"
    );
    told
}

/// Everything that driftless keeps.
fn kept(database: &TestDatabase) -> String {
    let tables = ["driftless_history", "driftless_history_journal"];
    let rows = tables
        .iter()
        .flat_map(|table| database.query(&format!("SELECT * FROM {table}")));
    rows.flatten().flatten().collect::<Vec<_>>().join("\n")
}

fn assert_not_kept(database: &TestDatabase) {
    let kept = kept(database);
    assert!(!kept.contains(TOKEN), "{}: {kept}", database.engine);
}

const CHANGELOG: &str = r#"
params:
  password: { secret: true }
  plain: { secret: true }
  login: "app:${password}"
changesets:
  - id: accounts
    operations:
      - create_table:
          table: accounts
          columns:
            - { name: token, type: varchar(190), primary_key: true }
            - { name: login, type: varchar(190) }
            - { name: note, type: varchar(190) }
      - insert: { table: accounts, rows: [{ token: "${password}", login: "${login}" }, { token: b, login: b }] }
  - id: more
    operations:
      - upsert: { table: accounts, rows: [{ token: "${password}", login: "${login}", note: first }] }
      - update: { table: accounts, set: { note: "${password}" }, where: "login = '${plain}' OR token = 'b'" }
      - sql:
          up: "INSERT INTO accounts (token, note) VALUES ('${plain}', 'by hand')"
          down: "DELETE FROM accounts WHERE token = '${plain}'"
      - assert: { query: "SELECT count(*) FROM accounts WHERE token = '${plain}'", equals: 1, message: it is there }
      - delete: { table: accounts, where: "token = '${plain}'", keep: true }
"#;

const PLAIN: &str = "Tr0ub4dor-plain";

#[test]
fn a_secret_is_in_its_row_and_nowhere_else() {
    support::on_all(|database| {
        let file = write(database.folder().join("changelog.yaml"), CHANGELOG);
        values(database.folder(), &[("password", SECRET), ("plain", PLAIN)]);
        for format in FORMATS {
            let with = |arguments: &[&'static str]| [arguments, format].concat();
            runs(database, &file, &with(&["validate"]), 0);
            runs(database, &file, &with(&["params"]), 0);
            let plan = runs(database, &file, &with(&["plan"]), 0);
            assert!(plan.contains("${plain}"), "{plan}");
            let script = runs(database, &file, &with(&["up", "--dry-run"]), 0);
            assert!(
                script.contains("${password}") && script.contains("secret `password` is left out"),
                "{script}"
            );
        }
        runs(database, &file, &["test"], 0);
        runs(database, &file, &["up"], 0);
        let login = format!("app:{SECRET}");
        let expected = [
            vec![Some(SECRET.to_string()), Some(login), Some("first".to_string())],
            vec![Some("b".to_string()), Some("b".to_string()), Some(SECRET.to_string())],
        ];
        assert_eq!(
            database.rows("accounts", "token, login, note"),
            expected,
            "{}",
            database.engine
        );
        assert_not_kept(database);
        for format in FORMATS {
            let with = |arguments: &[&'static str]| [arguments, format].concat();
            runs(database, &file, &with(&["status", "-v"]), 0);
            runs(database, &file, &with(&["history"]), 0);
            runs(database, &file, &with(&["plan", "--down", "base"]), 0);
            runs(database, &file, &with(&["down", "base", "--dry-run"]), 0);
        }
        // Without its value the way back is known, and not gone.
        write(file.with_file_name("values.json"), "{}");
        let told = runs(database, &file, &["down", "-1"], 2);
        assert!(told.contains("parameter `plain` has no value here"), "{told}");
        values(database.folder(), &[("password", SECRET), ("plain", PLAIN)]);
        runs(database, &file, &["down", "-1", "--allow-data-loss"], 0);
        let rows = database.rows("accounts", "token, login");
        assert_eq!(rows[0][0].as_deref(), Some(SECRET), "{}", database.engine);
        // The history alone knows the way, and asks for what is in no file any more.
        write(file.clone(), "changesets: []\n");
        runs(database, &file, &["down", "base", "--allow-data-loss"], 0);
        assert_not_kept(database);
    });
}

#[test]
fn a_row_that_has_a_secret_for_its_key_is_taken_out_again() {
    support::on_all(|database| {
        let changelog = r#"
params: { password: { secret: true } }
changesets:
  - id: table
    operations:
      - create_table: { table: accounts, columns: [{ name: token, type: varchar(190), primary_key: true }] }
  - id: row
    operations:
      - insert: { table: accounts, rows: [{ token: "${password}" }] }
"#;
        let file = write(database.folder().join("changelog.yaml"), changelog);
        values(database.folder(), &[("password", SECRET)]);
        runs(database, &file, &["up"], 0);
        assert_eq!(database.rows("accounts", "token"), [[Some(SECRET.to_string())]]);
        write(file.with_file_name("values.json"), "{}");
        write(file.clone(), "changesets: []\n");
        let told = runs(database, &file, &["down", "-1"], 2);
        assert!(told.contains("undefined parameter `password`"), "{told}");
        assert_eq!(database.rows("accounts", "token").len(), 1);
        values(database.folder(), &[("password", SECRET)]);
        runs(database, &file, &["down", "-1"], 0);
        assert!(database.rows("accounts", "token").is_empty(), "{}", database.engine);
    });
}

#[test]
fn a_script_runs_only_with_the_values() {
    support::on_all(|database| {
        let file = write(database.folder().join("changelog.yaml"), CHANGELOG);
        values(database.folder(), &[("password", SECRET), ("plain", PLAIN)]);
        let script = runs(database, &file, &["up", "--dry-run"], 0);
        let output = database.feed(&script);
        let told = said(&output);
        assert!(!output.status.success(), "{}: {told}", database.engine);
        assert!(
            told.contains("secret `password` is left out"),
            "{}: {told}",
            database.engine
        );
        assert!(database.query("SELECT * FROM driftless_history").is_empty());
        let values = file.with_file_name("values.json").display().to_string();
        let arguments = ["up", "--dry-run", "--show-secrets", "--params-file", &values];
        let script = database.driftless(&file, &arguments);
        let output = database.feed(&String::from_utf8_lossy(&script.stdout));
        assert!(output.status.success(), "{}: {}", database.engine, said(&output));
        let tokens = database.rows("accounts", "token");
        assert!(
            tokens.contains(&vec![Some(SECRET.to_string())]),
            "{}: {tokens:?}",
            database.engine
        );
        assert_not_kept(database);
        runs(database, &file, &["status", "--check"], 0);
    });
}

/// What a server quotes of a statement that it refuses.
#[test]
fn a_server_that_quotes_it_is_not_quoted() {
    support::on_all(|database| {
        let table = "\nparams: { password: { secret: true } }\nchangesets:\n  - id: table\n    operations:\n      - create_table: \
                     { table: accounts, columns: [{ name: token, type: varchar(190), primary_key: true }, { name: short, \
                     type: varchar(190), unique: true }] }\n      - insert: { table: accounts, rows: [{ token: a, short: \
                     \"${password}\" }] }\n";
        let failing = [
            "sql: { up: \"INSERT INTO accounts VALUES ('b', '${password}')\", down: \"\", effects: [] }",
            "insert: { table: accounts, rows: [{ token: b, short: \"${password}\" }] }",
            "update: { table: accounts, set: { short: \"${password}\" }, where: \"token = '${password}' AND nonsense(1) = 1\" }",
            "sql: { up: \"SELECT * FROM accounts WHERE '${password}' ${password}\", down: \"\", effects: [] }",
            "sql: { up: \"SELECT nonsense('${password}')\", down: \"\", effects: [] }",
            "sql: { up: \"SELECT 1 ${password}${password}${password}\", down: \"\", effects: [] }",
            "assert: { query: \"SELECT '${password}'\", equals: x, message: no }",
        ];
        let file = write(database.folder().join("changelog.yaml"), table);
        values(
            database.folder(),
            &[(
                "password",
                "Tr0ub4dor with a long tail that is cut in the middle of it, by some",
            )],
        );
        runs(database, &file, &["up"], 0);
        for by_itself in [false, true] {
            for operation in failing {
                let transaction = if by_itself { "    transaction: false\n" } else { "" };
                let text = format!("{table}  - id: fails\n{transaction}    operations:\n      - {operation}\n");
                write(file.clone(), &text);
                for format in FORMATS {
                    let output = database.driftless(&file, &[&["up", "--params-file", "values.json"], format].concat());
                    let told = said(&output);
                    assert!(!output.status.success(), "{}: {operation}: {told}", database.engine);
                    for part in [TOKEN, "long tail", "cut in the", "middle"] {
                        assert!(!told.contains(part), "{}: {operation}: {told}", database.engine);
                    }
                    assert_not_kept(database);
                }
                // What stopped half-way is taken off.
                runs(database, &file, &["status"], 0);
                database.execute("DELETE FROM driftless_history WHERE id = 'fails'");
                database.execute("DELETE FROM driftless_history_journal");
            }
        }
    });
}

#[test]
fn the_place_of_a_mistake_is_found_behind_a_secret() {
    let database = &TestDatabase::new("postgres");
    let changelog = "params: { password: { secret: true } }\nchangesets:\n  - id: a\n    operations:\n      - sql:\n          \
                     up: |\n            SELECT 1;\n            SELECT '${password}', '${password}', nonsense, 1;\n          \
                     down: \"\"\n          effects: []\n";
    let file = write(database.folder().join("changelog.yaml"), changelog);
    for value in ["Tr0ub4dor, which is longer than its name", "Tr0", SECRET] {
        let value = value.replace('\'', "''");
        values(database.folder(), &[("password", &value)]);
        let output = database.driftless(&file, &["up", "--params-file", "values.json"]);
        let told = said(&output);
        assert!(told.contains("changelog.yaml:8:50"), "{told}");
        assert!(!told.contains(TOKEN), "{told}");
    }
}

#[test]
fn the_journal_of_a_run_that_was_cut_off_has_the_name_only() {
    support::on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let database = &TestDatabase::new(engine);
        let sleep = if engine == "postgres" {
            "(SELECT 1 FROM pg_sleep(60))"
        } else {
            "SLEEP(60)"
        };
        let changelog = format!(
            "params: {{ password: {{ secret: true }} }}\nchangesets:\n  - id: slow\n    transaction: false\n    operations:\n      \
             - create_table: {{ table: a, columns: [{{ name: id, type: varchar(190), primary_key: true }}] }}\n      \
             - insert: {{ table: a, rows: [{{ id: \"${{password}}\" }}] }}\n      \
             - sql: {{ up: \"CREATE TABLE b AS SELECT '${{password}}' AS secret, {sleep} AS slept\", down: \"DROP TABLE b\", \
             effects: [] }}\n"
        );
        let file = write(database.folder().join("changelog.yaml"), &changelog);
        values(database.folder(), &[("password", PLAIN)]);
        let mut command = database.command(&file, &["up", "--params-file", "values.json"]);
        let mut child = command
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        let deadline = Instant::now() + Duration::from_secs(100);
        while !asleep(database) {
            assert!(Instant::now() < deadline, "{engine}: it never came to sleep");
            std::thread::sleep(Duration::from_millis(100));
        }
        let journal = kept(database);
        assert!(
            journal.contains("CREATE TABLE b") && journal.contains("password"),
            "{engine}: {journal}"
        );
        assert_not_kept(database);
        for format in FORMATS {
            let told = runs(database, &file, &[&["status"], format].concat(), 0);
            assert!(
                told.contains("CREATE TABLE b AS SELECT '${password}'"),
                "{engine}: {told}"
            );
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        end_sleepers(database);
        let told = runs(database, &file, &["resume"], 5);
        assert!(
            told.contains("CREATE TABLE b AS SELECT '${password}'"),
            "{engine}: {told}"
        );
        runs(database, &file, &["resume", "--not-done"], 0);
        assert_not_kept(database);
        runs(database, &file, &["down", "-1", "--allow-data-loss"], 0);
        assert_not_kept(database);
    });
}

fn sleepers(engine: &str) -> &'static str {
    match engine {
        "postgres" => {
            "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = \
             current_database() AND state = 'active'"
        }
        _ => {
            "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(60)%' AND id <> connection_id() AND db = \
             database()"
        }
    }
}

fn asleep(database: &TestDatabase) -> bool {
    !database.query(sleepers(database.engine)).is_empty()
}

fn end_sleepers(database: &TestDatabase) {
    for row in database.query(sleepers(database.engine)) {
        let id = row.into_iter().flatten().next().expect("a number");
        // It may have ended by itself.
        support::block_on(async {
            let mut session = support::connect(&database.url).await;
            let sql = match database.engine {
                "postgres" => format!("SELECT pg_terminate_backend({id})"),
                _ => format!("KILL {id}"),
            };
            let _ = session.execute(&sql).await;
        });
    }
    let deadline = Instant::now() + Duration::from_secs(100);
    while asleep(database) {
        assert!(Instant::now() < deadline, "{}: it sleeps on", database.engine);
        std::thread::sleep(Duration::from_millis(100));
    }
}
