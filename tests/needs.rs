//! What a statement needs of the rows that are there is asked before it: how many are in the way, and which, is told
//! before the server is made to look.

mod support;

use std::path::PathBuf;
use std::process::Output;

use support::{ENGINES, TestDatabase, write};

const TABLES: &str = "changesets:
  - id: tables
    operations:
      - create_table:
          table: users
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: email, type: varchar(50) }
            - { name: age, type: int }
            - { name: boss, type: int }
      - create_table:
          table: orders
          columns: [{ name: id, type: int, primary_key: true }, { name: user_id, type: int }, { name: part, type: int }]
      - create_table: { table: notes, columns: [{ name: number, type: int }, { name: said, type: int, nullable: false }] }
  - id: rows
    operations:
      - insert:
          table: users
          rows:
            - { id: 1, email: ana@x, age: 20, boss: null }
            - { id: 2, email: null, age: 30, boss: 1 }
            - { id: 3, email: ana@x, age: 3, boss: 9 }
            - { id: 10, email: null, age: null, boss: 3 }
      - insert:
          table: orders
          rows:
            - { id: 1, user_id: 1, part: 1 }
            - { id: 2, user_id: 7, part: null }
            - { id: 3, user_id: 8, part: 2 }
            - { id: 4, user_id: null, part: null }
      - insert: { table: notes, rows: [{ number: 1, said: 1 }, { number: 1, said: 1 }, { number: null, said: 2 }] }
";

/// The two changesets, applied, and a third that is still to come.
struct Trial {
    database: TestDatabase,
    path: PathBuf,
}

impl Trial {
    fn new(engine: &'static str, head: &str, operations: &[&str]) -> Trial {
        let database = TestDatabase::new(engine);
        let path = write(database.folder().join("changelog.yaml"), TABLES);
        database.run(&path, &["up"]);
        let trial = Trial { database, path };
        trial.write(head, operations);
        trial
    }

    fn write(&self, head: &str, operations: &[&str]) {
        let operations: String = operations
            .iter()
            .map(|operation| format!("      - {operation}\n"))
            .collect();
        let change = format!("  - id: change\n{head}    operations:\n{operations}");
        write(self.path.clone(), &format!("{TABLES}{change}"));
    }

    fn go(&self, arguments: &[&str]) -> Output {
        self.database.driftless(&self.path, arguments)
    }

    /// Fails, says all of this, and leaves schema and history as they were.
    fn is_refused(&self, words: &[&str]) -> String {
        let (schema, history) = (self.database.normal_form(), self.database.history());
        let output = self.go(&["up"]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", self.database.engine);
        for word in words {
            assert!(
                told.contains(word),
                "{}: `{word}` is missing in:\n{told}",
                self.database.engine
            );
        }
        support::assert_same(&schema, &self.database.normal_form(), &told);
        assert_eq!(history, self.database.history(), "{}: {told}", self.database.engine);
        told
    }

    /// The server refuses it too, which a script leaves to it.
    fn is_refused_by_the_server(&self) {
        let script = self.database.run(&self.path, &["up", "--dry-run"]);
        let output = self.database.feed(&script);
        assert!(
            !output.status.success(),
            "{}: accepted:\n{script}",
            self.database.engine
        );
    }

    fn works(&self) {
        self.database.run(&self.path, &["up"]);
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// An operation, the engines that have it, and what is said of the rows.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "set_not_null: { table: users, column: email }",
        &ENGINES,
        &[
            "error[null-values]: column `email` of `users` holds NULL in 2 rows",
            "id = 2   email = NULL",
            "id = 10  email = NULL",
            "`fill`",
        ],
    ),
    (
        "alter_column: { table: users, column: age, type: bigint, nullable: false }",
        &ENGINES,
        &["column `age` of `users` holds NULL in 1 row", "id = 10  age = NULL"],
    ),
    (
        "create_unique_constraint: { table: users, columns: [email] }",
        &ENGINES,
        &[
            "error[duplicates]: 1 value of `email` stands more than once in `users` (2 rows)",
            "id = 1  email = ana@x",
            "id = 3  email = ana@x",
        ],
    ),
    (
        "create_unique_constraint: { table: notes, columns: [number, said] }",
        &ENGINES,
        &[
            "1 value of (`number`, `said`) stands more than once in `notes` (2 rows)",
            "number = 1  said = 1",
        ],
    ),
    (
        "create_index: { table: users, columns: [email], unique: true }",
        &ENGINES,
        &["1 value of `email` stands more than once in `users` (2 rows)"],
    ),
    (
        "create_index: { table: users, columns: [email], unique: true, where: age < 25 }",
        &["sqlite", "postgres"],
        &[
            "1 value of `email` stands more than once in `users` where `age < 25` (2 rows)",
            "age = 3",
        ],
    ),
    (
        "create_index: { table: users, columns: [{ expression: \"abs(age - 25)\" }], unique: true }",
        &["sqlite", "postgres", "mysql"],
        &[
            "1 value of `abs(age - 25)` stands more than once in `users` (2 rows)",
            "id = 2  age = 30",
        ],
    ),
    (
        "create_index: { table: users, columns: [{ column: email, length: 2 }], unique: true }",
        &["mysql", "mariadb"],
        &["1 value of `email` stands more than once in `users` (2 rows)"],
    ),
    (
        "create_index: { table: orders, columns: [part], unique: true, nulls_not_distinct: true }",
        &["postgres"],
        &[
            "1 value of `part` stands more than once in `orders` (2 rows)",
            "part = NULL",
        ],
    ),
    (
        "create_primary_key: { table: notes, columns: [said] }",
        &ENGINES,
        &[
            "1 value of `said` stands more than once in `notes` (2 rows)",
            "said = 1",
        ],
    ),
    (
        "create_foreign_key: { table: orders, columns: [user_id], references: { table: users, columns: [id] } }",
        &ENGINES,
        &[
            "error[orphans]: 2 rows of `orders` refer to no row of `users`",
            "id = 2  user_id = 7",
            "id = 3  user_id = 8",
        ],
    ),
    (
        "create_foreign_key: { table: users, columns: [boss], references: { table: users, columns: [id] } }",
        &ENGINES,
        &["1 row of `users` refers to no row of `users`", "id = 3  boss = 9"],
    ),
    (
        "create_check_constraint: { table: users, name: grown, expression: users.age >= 18 }",
        &ENGINES,
        &[
            "error[check-fails]: 1 row of `users` fails check `grown`",
            "id = 3  age = 3",
        ],
    ),
    (
        "add_column: { table: users, column: { name: city, type: varchar(9), nullable: false } }",
        &["sqlite", "postgres"],
        &[
            "error[rows-without-value]: table `users` has 4 rows, and the new column `city` takes no NULL and has no default",
            "id = 10",
        ],
    ),
    (
        "add_column: { table: users, column: { name: born, type: date, nullable: false } }",
        &["sqlite", "postgres", "mysql"],
        &["the new column `born` takes no NULL and has no default"],
    ),
];

/// Each in a changeset of its own, both ways of carrying it out, and by a script, which asks nothing.
fn each_is_told(engine: &'static str) {
    let trial = Trial::new(engine, "", &[]);
    for (operation, engines, words) in CASES {
        if !engines.contains(&engine) {
            continue;
        }
        for head in ["", "    transaction: false\n"] {
            trial.write(head, &[operation]);
            trial.is_refused(words);
        }
        trial.is_refused_by_the_server();
    }
}

#[test]
fn each_is_told_on_sqlite() {
    each_is_told("sqlite");
}

#[test]
fn each_is_told_on_postgres() {
    each_is_told("postgres");
}

#[test]
fn each_is_told_on_mysql() {
    each_is_told("mysql");
}

#[test]
fn each_is_told_on_mariadb() {
    each_is_told("mariadb");
}

#[test]
fn the_whole_of_what_is_told() {
    let trial = Trial::new(
        "sqlite",
        "",
        &[
            "create_unique_constraint: { table: users, columns: [email] }",
            "set_not_null: { table: orders, column: part }",
        ],
    );
    let expected = "\
error[duplicates]: 1 value of `email` stands more than once in `users` (2 rows)
  --> changelog.yaml:34:9
   |
34 |       - create_unique_constraint: { table: users, columns: [email] }
   |         ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: tell those rows apart with `update` before, or take out with `delete` those that are too many
   = note: id = 1  email = ana@x
           id = 3  email = ana@x
   = note: in changeset `change`, going up

error[null-values]: column `part` of `orders` holds NULL in 2 rows
  --> changelog.yaml:35:9
   |
35 |       - set_not_null: { table: orders, column: part }
   |         ^^^^^^^^^^^^
   |
   = help: give those rows a value before, with `update` or with `fill` of `set_not_null`
   = note: id = 2  part = NULL
           id = 4  part = NULL
   = note: in changeset `change`, going up

";
    let told = trial.is_refused(&[]);
    let folder = format!("{}/", trial.database.folder().display());
    assert_eq!(told.replace(&folder, ""), expected);
}

/// Also what more rows are in the way than are shown.
#[test]
fn no_more_than_five_are_shown() {
    support::on_all(|database| {
        let path = write(
            database.folder().join("changelog.yaml"),
            "changesets: [{ id: t, operations: [{ create_table: { table: t, columns: [{ name: id, type: int, primary_key: true }, { name: a, type: text }] } }] }]",
        );
        database.run(&path, &["up"]);
        database.execute("INSERT INTO t (id) VALUES (1), (2), (3), (4), (5), (6), (7)");
        let more = "changesets: [{ id: t, operations: [{ create_table: { table: t, columns: [{ name: id, type: int, primary_key: true }, { name: a, type: text }] } }] }, { id: u, operations: [{ set_not_null: { table: t, column: a } }] }]";
        write(path.clone(), more);
        let told = told(&database.driftless(&path, &["up"]));
        assert!(told.contains("holds NULL in 7 rows"), "{told}");
        assert!(told.contains("id = 5  a = NULL") && !told.contains("id = 6"), "{told}");
        assert!(told.contains("and 2 more"), "{told}");
    });
}

/// What is mended in the same changeset is asked for in the middle of it, and passes.
fn what_is_mended_passes(engine: &'static str) {
    let mended: [&[&str]; 6] = [
        &[
            "update: { table: users, set: { email: { sql: \"'none'\" } }, where: email IS NULL }",
            "set_not_null: { table: users, column: email }",
        ],
        &["set_not_null: { table: users, column: email, fill: none }"],
        &[
            "delete: { table: users, where: id = 3 }",
            "create_unique_constraint: { table: users, columns: [email] }",
        ],
        &[
            "delete: { table: orders, where: id = 2 }",
            "update: { table: orders, set: { user_id: null }, where: id = 3 }",
            "create_foreign_key: { table: orders, columns: [user_id], references: { table: users, columns: [id] } }",
        ],
        &[
            "rename_column: { table: users, column: age, to: years }",
            "update: { table: users, set: { years: 18 }, where: years < 18 }",
            "create_check_constraint: { table: users, expression: years >= 18 }",
        ],
        &[
            "create_table: { table: people, columns: [{ name: id, type: int, primary_key: true }] }",
            "insert: { table: people, rows: [{ id: 1 }, { id: 7 }, { id: 8 }] }",
            "create_foreign_key: { table: orders, columns: [user_id], references: { table: people, columns: [id] } }",
        ],
    ];
    for operations in mended {
        for head in ["", "    transaction: false\n"] {
            Trial::new(engine, head, operations).works();
        }
    }
    // What holds has nothing said about it.
    let holds = [
        "create_unique_constraint: { table: users, columns: [age] }",
        "create_check_constraint: { table: users, expression: age < 99 }",
        "create_unique_constraint: { table: orders, columns: [part] }",
    ];
    Trial::new(engine, "", &holds).works();
}

#[test]
fn what_is_mended_passes_on_sqlite() {
    what_is_mended_passes("sqlite");
}

#[test]
fn what_is_mended_passes_on_postgres() {
    what_is_mended_passes("postgres");
}

#[test]
fn what_is_mended_passes_on_mysql() {
    what_is_mended_passes("mysql");
}

#[test]
fn what_is_mended_passes_on_mariadb() {
    what_is_mended_passes("mariadb");
}

/// In the middle of a changeset: where that is a transaction nothing of it stays, else what is done is known.
#[test]
fn what_is_mended_in_part_only_is_told_in_the_middle() {
    for engine in ENGINES {
        let operations = [
            "update: { table: users, set: { email: { sql: \"'none'\" } }, where: id = 2 }",
            "set_not_null: { table: users, column: email }",
        ];
        let words = ["column `email` of `users` holds NULL in 1 row", "id = 10  email = NULL"];
        if !["mysql", "mariadb"].contains(&engine) {
            let trial = Trial::new(engine, "", &operations);
            trial.is_refused(&words);
            assert_eq!(trial.database.query("SELECT email FROM users WHERE id = 2"), [[None]]);
        }
        let trial = Trial::new(engine, "    transaction: false\n", &operations);
        let output = trial.go(&["up"]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(5), "{engine}: {told}");
        for word in words.into_iter().chain(["1 of its 2 changes"]) {
            assert!(told.contains(word), "{engine}: `{word}` is missing in:\n{told}");
        }
        trial
            .database
            .execute("UPDATE users SET email = 'late' WHERE email IS NULL");
        trial.works();
    }
}

/// The way back needs rows as well: of that it says what to do by hand.
#[test]
fn the_way_back_is_told_too() {
    support::on_all(|database| {
        let path = write(
            database.folder().join("changelog.yaml"),
            "changesets:
  - id: t
    operations:
      - create_table:
          table: t
          columns:
            - { name: id, type: int, primary_key: true }
            - { name: name, type: varchar(9), nullable: false }
            - { name: code, type: int, unique: true }
      - insert: { table: t, rows: [{ id: 1, name: a, code: 1 }] }
  - id: loose
    operations:
      - drop_not_null: { table: t, column: name }
      - drop_constraint: { table: t, columns: [code] }
",
        );
        database.run(&path, &["up"]);
        database.execute("INSERT INTO t (id, name, code) VALUES (2, NULL, 1), (3, NULL, NULL)");
        let (schema, history) = (database.normal_form(), database.history());
        let output = database.driftless(&path, &["down", "-1"]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", database.engine);
        for word in [
            "column `name` of `t` holds NULL in 2 rows",
            "id = 3  name = NULL",
            "1 value of `code` stands more than once in `t` (2 rows)",
            "id = 2  code = 1",
            "mend those rows by hand",
            "in changeset `loose`, going down",
        ] {
            assert!(
                told.contains(word),
                "{}: `{word}` is missing in:\n{told}",
                database.engine
            );
        }
        support::assert_same(&schema, &database.normal_form(), &told);
        assert_eq!(history, database.history(), "{}: {told}", database.engine);
        database.execute("UPDATE t SET name = 'b' WHERE name IS NULL");
        database.execute("UPDATE t SET code = NULL WHERE id = 2");
        database.run(&path, &["down", "-1"]);
    });
}

/// A column that comes back has no values for the rows that are there.
#[test]
fn a_column_that_comes_back_is_told_too() {
    for engine in ["sqlite", "postgres"] {
        let trial = Trial::new(engine, "", &["drop_column: { table: notes, column: said }"]);
        trial.works();
        let output = trial.go(&["down", "-1"]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{engine}: {told}");
        let fact = "table `notes` has 3 rows, and the new column `said` takes no NULL and has no default";
        assert!(told.contains(fact), "{engine}: {told}");
    }
}

/// A question that fails stops nothing: the server answers the statement.
#[test]
fn a_question_that_fails_leaves_it_to_the_server() {
    let divides = "create_check_constraint: { table: users, expression: 10 / (age - 20) > 0 }";
    for head in ["", "    transaction: false\n"] {
        let trial = Trial::new("postgres", head, &[divides]);
        let told = trial.is_refused(&["division by zero"]);
        assert!(!told.contains("check-fails"), "{told}");
    }
    // Nor does it keep another one from being asked, nor harm the transaction that it is asked in.
    let both = [divides, "set_not_null: { table: users, column: email }"];
    let trial = Trial::new("postgres", "", &both);
    trial.is_refused(&["column `email` of `users` holds NULL in 2 rows"]);
    let in_the_middle = [
        "update: { table: users, set: { boss: 1 }, where: id = 1 }",
        "create_index: { table: users, columns: [{ expression: \"10 / (age - 20)\" }], unique: true, where: age <> 20 and 10 / (age - 20) > 0 }",
        "update: { table: users, set: { email: { sql: \"'x' || id\" } }, where: id > 1 }",
        "create_unique_constraint: { table: users, columns: [email] }",
    ];
    Trial::new("postgres", "", &in_the_middle).works();
}

/// PostgreSQL: a constraint that was put off is asked for when it is held against all rows.
#[test]
fn what_is_validated_is_told() {
    let operations = [
        "create_check_constraint: { table: users, name: grown, expression: age >= 18, not_valid: true }",
        "create_foreign_key: { table: orders, name: of_user, columns: [user_id], references: { table: users, columns: [id] }, not_valid: true }",
    ];
    let trial = Trial::new("postgres", "", &operations);
    trial.works();
    let text = std::fs::read_to_string(&trial.path).expect("a changelog");
    for (validated, fact) in [
        (
            "{ table: users, constraint: grown }",
            "1 row of `users` fails check `grown`",
        ),
        (
            "{ table: orders, constraint: of_user }",
            "2 rows of `orders` refer to no row of `users`",
        ),
    ] {
        let more = format!("  - id: more\n    operations:\n      - validate_constraint: {validated}\n");
        write(trial.path.clone(), &format!("{text}{more}"));
        trial.is_refused(&[fact]);
    }
}

/// PostgreSQL: a key of several columns that is held in full.
#[test]
fn a_key_that_is_held_in_full_is_told() {
    let database = TestDatabase::new("postgres");
    let base = "changesets:
  - id: tables
    operations:
      - create_table: { table: pairs, columns: [{ name: a, type: int }, { name: b, type: int }], primary_key: { columns: [a, b] } }
      - create_table: { table: uses, columns: [{ name: id, type: int, primary_key: true }, { name: a, type: int }, { name: b, type: int }] }
";
    let path = write(database.folder().join("changelog.yaml"), base);
    database.run(&path, &["up"]);
    database
        .execute("INSERT INTO pairs VALUES (1, 1); INSERT INTO uses VALUES (1, 1, 1), (2, NULL, NULL), (3, 1, NULL)");
    let more = |full: &str| {
        format!(
            "{base}  - id: key\n    operations:\n      - create_foreign_key: {{ table: uses, columns: [a, b], references: {{ table: pairs, columns: [a, b]{full} }} }}\n"
        )
    };
    write(path.clone(), &more(", match: full"));
    let refused = told(&database.driftless(&path, &["up"]));
    assert!(
        refused.contains("1 row of `uses` refers to no row of `pairs`, or say only a part of it")
            && refused.contains("id = 3  a = 1  b = NULL"),
        "{refused}"
    );
    write(path.clone(), &more(""));
    database.run(&path, &["up"]);
}

/// Where MySQL and MariaDB are told to bend what does not fit, they are let.
#[test]
fn settings_of_the_server_are_its_own() {
    for engine in ["mysql", "mariadb"] {
        let operations = [
            "sql: { up: \"SET SESSION foreign_key_checks = 0\", down: \"\", effects: [] }",
            "create_foreign_key: { table: orders, columns: [user_id], references: { table: users, columns: [id] } }",
            "sql: { up: \"SET SESSION sql_mode = ''\", down: \"\", effects: [] }",
            "set_not_null: { table: users, column: email }",
        ];
        Trial::new(engine, "", &operations).works();
    }
    // A row of MariaDB gets the moment that it is.
    let operations = ["add_column: { table: users, column: { name: seen, type: timestamptz } }"];
    let trial = Trial::new("mariadb", "", &operations);
    trial.works();
    let text = std::fs::read_to_string(&trial.path).expect("a changelog");
    let more = "  - id: more\n    operations:\n      - set_not_null: { table: users, column: seen }\n";
    write(trial.path.clone(), &format!("{text}{more}"));
    trial.works();
}

/// What is the same to the server's collation is the same to the question.
#[test]
fn collations_are_the_columns_own() {
    for engine in ENGINES {
        let trial = Trial::new(
            engine,
            "",
            &["create_unique_constraint: { table: users, columns: [email] }"],
        );
        trial.database.execute("UPDATE users SET email = 'ANA@X' WHERE id = 3");
        match engine {
            "mysql" | "mariadb" => {
                trial.is_refused(&["1 value of `email` stands more than once", "ANA@X"]);
            }
            _ => trial.works(),
        }
    }
}

/// Runs on SQLite take turns from changeset to changeset: what another one put in behind a changeset is not in its way.
#[test]
fn rows_of_another_run_are_not_in_the_way() {
    let database = TestDatabase::new("sqlite");
    let mut text = String::from(
        "changesets:
  - id: t
    operations: [{ create_table: { table: t, columns: [{ name: id, type: int, primary_key: true }] } }]
",
    );
    for number in 0..20 {
        text += &format!(
            "  - id: column {number}
    operations: [{{ add_column: {{ table: t, column: {{ name: c{number}, type: int, nullable: false }} }} }}]
  - id: there {number}
    operations: [{{ sql: {{ up: \"INSERT INTO t VALUES (1{})\", down: \"\", effects: [] }} }}]
  - id: gone {number}
    operations: [{{ delete: {{ table: t, all: true }} }}]
",
            ", 1".repeat(number + 1)
        );
    }
    let path = write(database.folder().join("changelog.yaml"), &text);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| database.run(&path, &["up"]));
        }
    });
    let count = database.query("SELECT count(*), count(DISTINCT id) FROM driftless_history");
    assert_eq!(count, [[Some("61".to_string()), Some("61".to_string())]]);
}
