//! The model first: what a desired state says and the changelog does not make yet becomes a changeset. Each kind of
//! difference that Alembic's users know, what is asked and given, mistakes told at their places. Without servers.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{driftless, write};
use tempfile::TempDir;

const DIALECTS: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

/// A project with a changelog that makes something, and a model of another thing.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(operations: &str, model: &str) -> Project {
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!("operations:\n{}", indented(operations));
        write(folder.path().join("changesets/0001_first.yaml"), &text);
        write(
            folder.path().join("changelog.yaml"),
            "changesets:\n  - include: changesets/\n",
        );
        write(folder.path().join("schema.yaml"), model);
        write(folder.path().join("driftless.yaml"), "model: schema.yaml\n");
        Project { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        driftless(self.path(), arguments)
    }

    /// The files of changesets beside the first.
    fn written(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path().join("changesets")).expect("the changesets");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        paths.remove(0);
        paths
    }
}

fn indented(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("  {line}\n"))
        .collect()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn told(output: &Output, code: i32, words: &[&str]) {
    let text = stdout(output) + &stderr(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not told:\n{text}");
    }
}

const BASE: &str = "
- create_table:
    table: team
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: name, type: varchar(40) }
- create_table:
    table: person
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: name, type: varchar(40), nullable: false, default: anon }
      - { name: age, type: int }
      - { name: team_id, type: int }
- create_index: { table: person, columns: [age], name: by_age }
";

const TEAM: &str = "  - table: team
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: name, type: varchar(40) }
";

fn model(person: &str) -> String {
    format!("tables:\n{TEAM}{person}")
}

const PERSON: &str = "  - table: person
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: name, type: varchar(40), nullable: false, default: anon }
      - { name: age, type: int }
      - { name: team_id, type: int }
    indexes:
      - { columns: [age], name: by_age }
";

/// What Alembic's documentation lists, and whether it detects it: `yes`, `asked` (where it is configured to), `no`.
/// Then what changes in the model, and what has to stand in the changeset.
const KINDS: [(&str, &str, &str, &str, &[&str]); 20] = [
    ("a table more", "yes", "", "+city", &["create_table", "table: city"]),
    ("a table less", "yes", "", "-team", &["drop_table: { table: team }"]),
    (
        "a column more",
        "yes",
        "      - { name: team_id",
        "      - { name: nick, type: text }\n      - { name: team_id",
        &["add_column", "name: nick"],
    ),
    (
        "a column less",
        "yes",
        "      - { name: team_id, type: int }\n",
        "",
        &["drop_column: { table: person, column: team_id }"],
    ),
    (
        "NULL allowed",
        "yes",
        "nullable: false, default: anon",
        "default: anon",
        &["alter_column", "nullable: true"],
    ),
    (
        "an index more",
        "yes",
        "      - { columns: [age], name: by_age }",
        "      - { columns: [age], name: by_age }\n      - { columns: [name, age] }",
        &["create_index", "[name, age]"],
    ),
    (
        "an index less",
        "yes",
        "    indexes:\n      - { columns: [age], name: by_age }\n",
        "",
        &["drop_index: { table: person, name: by_age }"],
    ),
    (
        "a named unique constraint",
        "yes",
        "    indexes:",
        "    uniques:\n      - { name: one_name, columns: [name] }\n    indexes:",
        &["create_unique_constraint", "name: one_name"],
    ),
    (
        "a foreign key",
        "yes",
        "name: team_id, type: int }",
        "name: team_id, type: int, references: team(id) }",
        &["create_foreign_key", "references: team(id)"],
    ),
    (
        "a type",
        "asked",
        "name: age, type: int",
        "name: age, type: bigint",
        &["alter_column", "type: bigint"],
    ),
    (
        "a length",
        "asked",
        "varchar(40), nullable",
        "varchar(50), nullable",
        &["alter_column", "type: varchar(50)"],
    ),
    (
        "a default",
        "asked",
        "default: anon",
        "default: nobody",
        &["alter_column", "default: nobody"],
    ),
    (
        "a table's name",
        "no",
        "  - table: person",
        "  - table: people\n    renamed_from: person",
        &["rename_table: { table: person, to: people }"],
    ),
    (
        "a column's name",
        "no",
        "name: age, type: int",
        "name: years, type: int, renamed_from: age",
        &["rename_column: { table: person, column: age, to: years }"],
    ),
    (
        "a constraint without a name",
        "no",
        "name: age, type: int",
        "name: age, type: int, unique: true",
        &["create_unique_constraint", "columns: [age]"],
    ),
    (
        "an enum",
        "no",
        "name: age, type: int",
        "name: age, type: int }\n      - { name: mood, type: \"enum(sad, glad)\"",
        &["add_column", "enum"],
    ),
    (
        "a check",
        "no",
        "name: age, type: int",
        "name: age, type: int, check: age > 0",
        &["create_check_constraint", "age > 0"],
    ),
    (
        "a primary key",
        "no",
        "      - { name: id, type: int, primary_key: true }\n      - { name: name, type: varchar(40), nullable: false",
        "      - { name: id, type: int, nullable: false }\n      - { name: name, type: varchar(40), nullable: false",
        &["drop_constraint"],
    ),
    (
        "the name of an index",
        "no",
        "name: by_age",
        "name: by_years",
        &["rename_index: { table: person, index: by_age, to: by_years }"],
    ),
    (
        "a column's comment",
        "yes",
        "name: age, type: int",
        "name: age, type: int, comment: In years",
        &["comment"],
    ),
];

#[test]
fn every_kind_of_difference_is_detected() {
    let mut found = 0;
    for dialect in DIALECTS {
        for (what, _, old, new, wanted) in KINDS {
            let text = match new {
                "+city" => model(PERSON) + "  - table: city\n    columns: [{ name: id, type: int }]\n",
                "-team" => format!("tables:\n{PERSON}"),
                new => {
                    assert!(PERSON.contains(old), "{what}");
                    let person = PERSON.replacen(old, new, 1);
                    // An index names the column as it is called by then.
                    model(&match new.contains("renamed_from: age") {
                        true => person.replace("[age]", "[years]"),
                        false => person,
                    })
                }
            };
            // SQLite keeps no comments.
            if (what, dialect) == ("a column's comment", "sqlite") {
                continue;
            }
            let project = Project::new(BASE, &text);
            let output = project.run(&["new", "x", "--autogenerate", "--dialect", dialect]);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{what} on {dialect}: {}",
                stderr(&output)
            );
            let written = project.written();
            let text = std::fs::read_to_string(&written[0]).expect("a changeset");
            for word in wanted {
                assert!(
                    text.contains(word),
                    "{what} on {dialect}: `{word}` is not there:\n{text}"
                );
            }
            let checked = project.run(&["check", "--dialect", dialect]);
            assert_eq!(
                checked.status.code(),
                Some(0),
                "{what} on {dialect}: {}{text}",
                stdout(&checked)
            );
            let valid = project.run(&["validate", "--dialect", dialect]);
            assert_eq!(valid.status.code(), Some(0), "{what} on {dialect}: {}", stderr(&valid));
            found += 1;
        }
    }
    assert_eq!(found, KINDS.len() * DIALECTS.len() - 1);
}

#[test]
fn indexes_of_some_rows_and_of_expressions_are_detected() {
    for (dialect, more, wanted) in [
        (
            "sqlite",
            "{ columns: [age], name: old, where: age > 60 }",
            "where: age > 60",
        ),
        (
            "postgres",
            "{ columns: [age], name: old, where: age > 60 }",
            "where: age > 60",
        ),
        (
            "postgres",
            "{ columns: [{ expression: lower(name) }], name: low }",
            "lower(name)",
        ),
        (
            "sqlite",
            "{ columns: [{ expression: lower(name) }], name: low }",
            "lower(name)",
        ),
        (
            "mysql",
            "{ columns: [{ expression: (lower(name)) }], name: low }",
            "lower(name)",
        ),
        (
            "postgres",
            "{ columns: [name], name: covers, include: [age] }",
            "include: [age]",
        ),
    ] {
        let person = format!("{PERSON}      - {more}\n");
        let project = Project::new(BASE, &model(&person));
        let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", dialect]);
        told(&output, 0, &["create_index", wanted]);
        // Another predicate is another index.
        let project = Project::new(
            &format!("{BASE}- create_index: {}\n", more.replacen('{', "{ table: person,", 1)),
            &model(&person),
        );
        told(&project.run(&["check", "--dialect", dialect]), 0, &["makes what"]);
        let other = person
            .replace("> 60", "> 70")
            .replace("lower(name)", "upper(name)")
            .replace("[age] }", "[age, team_id] }");
        write(project.path().join("schema.yaml"), &model(&other));
        let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", dialect]);
        told(&output, 0, &["drop_index", "create_index"]);
    }
}

#[test]
fn sequences_views_and_enums_are_detected() {
    let more = "enums:\n  - { name: mood, values: [sad, glad] }\nsequences:\n  - { name: numbers }\nviews:\n  - { view: names, query: \"SELECT name FROM person\" }\n";
    let project = Project::new(BASE, &(model(PERSON) + more));
    let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", "postgres"]);
    told(&output, 0, &["create_enum", "create_sequence", "create_view"]);
    let made = format!(
        "{BASE}- create_enum: {{ name: mood, values: [sad] }}\n- create_sequence: {{ name: numbers, increment: 2 }}\n- create_view: {{ view: names, query: \"SELECT age FROM person\" }}\n"
    );
    let project = Project::new(&made, &(model(PERSON) + more));
    let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", "postgres"]);
    told(
        &output,
        0,
        &[
            "add_enum_value: { enum: mood, value: glad }",
            "alter_sequence",
            "increment: 1",
            "replace: true",
        ],
    );
    let project = Project::new(&made, &model(PERSON));
    let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", "postgres"]);
    told(&output, 0, &["drop_view", "drop_enum", "drop_sequence"]);
}

#[test]
fn several_targets_become_one_changeset() {
    let person = PERSON.replace("name: age, type: int", "name: age, type: bigint, check: age > 0");
    let project = Project::new(BASE, &model(&person));
    write(
        project.path().join("driftless.yaml"),
        "model: schema.yaml\ntargets: [sqlite, postgres, mysql, mariadb]\n",
    );
    told(&project.run(&["check"]), 4, &["column age"]);
    told(&project.run(&["new", "x", "--autogenerate"]), 0, &["wrote"]);
    let text = std::fs::read_to_string(&project.written()[0]).expect("a changeset");
    assert!(!text.contains("only"), "{text}");
    told(
        &project.run(&["check"]),
        0,
        &["SQLite", "PostgreSQL", "MySQL", "MariaDB"],
    );
    told(
        &project.run(&["new", "x", "--autogenerate"]),
        0,
        &["nothing was written"],
    );
    assert_eq!(project.written().len(), 1);
}

#[test]
fn the_order_is_that_of_need_and_the_same_each_time() {
    let text = "tables:
  - table: alpha
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: zeta, type: int, references: zeta(id) }
  - table: middle
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: alpha, type: int, references: alpha(id) }
  - table: zeta
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: middle, type: int, references: middle(id) }
";
    let mut seen = Vec::new();
    for _ in 0..3 {
        let project = Project::new("- create_table: { table: t, columns: [{ name: id, type: int }] }", text);
        write(
            project.path().join("schema.yaml"),
            &format!("{text}  - table: t\n    columns: [{{ name: id, type: int }}]\n"),
        );
        let output = project.run(&["new", "x", "--autogenerate", "--dry-run", "--dialect", "postgres"]);
        let text = stdout(&output);
        // One of the three foreign keys is cut, and no more.
        assert_eq!(text.matches("create_foreign_key").count(), 1, "{text}");
        assert_eq!(text.matches("create_table:").count(), 3, "{text}");
        seen.push(text.split("operations:").nth(1).map(str::to_string));
    }
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].as_deref().map(before_plan) == pair[1].as_deref().map(before_plan))
    );
}

fn before_plan(text: &str) -> &str {
    text.split("changeset for").next().unwrap_or_default()
}

#[test]
fn one_changeset_for_each_table_stands_in_the_order_of_need() {
    let more = "  - table: alpha
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: zeta, type: int, references: zeta(id) }
  - table: zeta
    columns:
      - { name: id, type: int, primary_key: true }
";
    let project = Project::new(BASE, &(model(PERSON) + more));
    told(
        &project.run(&[
            "new",
            "two tables",
            "--autogenerate",
            "--per-table",
            "--dialect",
            "sqlite",
        ]),
        0,
        &["zeta", "alpha"],
    );
    assert_eq!(project.written().len(), 2);
    told(
        &project.run(&["validate", "--dialect", "sqlite"]),
        0,
        &["3 changesets valid"],
    );
    told(&project.run(&["check", "--dialect", "sqlite"]), 0, &["makes what"]);
}

#[test]
fn what_may_be_renamed_is_never_dropped_in_silence() {
    let person = PERSON
        .replace("name: age, type: int", "name: years, type: int")
        .replace("[age]", "[years]");
    let project = Project::new(BASE, &model(&person));
    let arguments = ["new", "x", "--autogenerate", "--dialect", "sqlite"];
    let words = [
        "undeclared-rename",
        "--rename person.age=years",
        "--no-rename person.age",
    ];
    told(&project.run(&arguments), 2, &words);
    assert!(project.written().is_empty());
    // A report shows it as a question.
    told(
        &project.run(&["check", "--dialect", "sqlite"]),
        4,
        &["was person.age renamed to years?", "both are"],
    );
    for (form, code) in [("tree", 0), ("operations", 2), ("sql", 2)] {
        let output = project.run(&["diff", "changelog", "schema.yaml", "--as", form, "--dialect", "sqlite"]);
        told(&output, code, &["--rename person.age=years"]);
    }
    let output = project.run(&[
        "new",
        "x",
        "--autogenerate",
        "--dry-run",
        "--dialect",
        "sqlite",
        "--no-rename",
        "person.age",
    ]);
    told(
        &output,
        0,
        &["drop_column", "add_column", "destroys values of `person.age`"],
    );
    let output = project.run(&[
        "new",
        "x",
        "--autogenerate",
        "--dialect",
        "sqlite",
        "--rename",
        "person.age=years",
    ]);
    told(&output, 0, &["rename column person.age to years", "reverse: exact"]);
    told(&project.run(&["check", "--dialect", "sqlite"]), 0, &["makes what"]);

    // A table, with a column of its own renamed as well.
    let people = PERSON
        .replace("table: person", "table: people")
        .replace("name: age", "name: years")
        .replace("[age]", "[years]");
    let project = Project::new(BASE, &model(&people));
    told(
        &project.run(&arguments),
        2,
        &["--rename person=people", "columns are the same"],
    );
    let output = project.run(
        &[
            &arguments[..],
            &["--rename", "person=people", "--rename", "person.age=years"],
        ]
        .concat(),
    );
    told(
        &output,
        0,
        &["rename table person to people", "rename column people.age to years"],
    );
    told(&project.run(&["check", "--dialect", "sqlite"]), 0, &["makes what"]);
    for (flag, words) in [
        ("nobody.x=y", "there is no"),
        ("people.nothing=y", "there is no column `nothing`"),
        ("team.name=nothing", "no such column after"),
        ("nothing=team", "there is no table `nothing`"),
        ("x", "expected OLD=NEW"),
    ] {
        told(
            &project.run(&["new", "x", "--autogenerate", "--dialect", "sqlite", "--rename", flag]),
            2,
            &[words],
        );
    }
}

#[test]
fn what_is_told_of_a_written_changeset_stands_at_its_place() {
    let table = "columns: [{ name: id, type: bigint }]";
    let function = "function: f, returns: int, options: READS SQL DATA";
    let base = format!(
        "- create_table: {{ table: person, {table} }}\n- create_function: {{ {function}, body: RETURN (SELECT max(id) FROM person) }}\n"
    );
    let model = format!(
        "tables: [{{ table: people, renamed_from: person, {table} }}]\nfunctions: [{{ {function}, body: RETURN (SELECT max(id) FROM people) }}]\n"
    );
    let project = Project::new(&base, &model);
    let output = project.run(&["new", "x", "--autogenerate", "--dialect", "mysql"]);
    told(
        &output,
        0,
        &[
            "mentioned-in-routine",
            "--> changesets/",
            "rename_table: { table: person",
        ],
    );
}

#[test]
fn rows_without_a_value_are_given_one() {
    let person = PERSON
        .replace("name: age, type: int", "name: age, type: int, nullable: false")
        .replace(
            "      - { name: team_id",
            "      - { name: nick, type: varchar(10), nullable: false }\n      - { name: team_id",
        );
    let project = Project::new(BASE, &model(&person));
    let base = ["new", "x", "--autogenerate", "--dialect", "sqlite"];
    told(
        &project.run(&base),
        2,
        &[
            "no-value-for-rows",
            "--fill person.nick=VALUE",
            "--fill person.age=VALUE",
            "--no-fill person.age",
        ],
    );
    let wrong = project.run(&[&base[..], &["--fill", "person.name=x", "--no-fill", "person.age"]].concat());
    told(&wrong, 2, &["no row of it lacks a value", "person.nick"]);
    let output = project.run(&[&base[..], &["--fill", "person.nick=none", "--fill", "person.age=0"]].concat());
    told(&output, 0, &["update rows of person"]);
    let text = std::fs::read_to_string(&project.written()[0]).expect("a changeset");
    assert!(
        text.contains("set_not_null") && text.contains("fill: none") && text.contains("fill: 0"),
        "{text}"
    );
    told(&project.run(&["check", "--dialect", "sqlite"]), 0, &["makes what"]);
    let project = Project::new(BASE, &model(&person));
    let output = project.run(&[&base[..], &["--no-fill", "person.nick", "--no-fill", "person.age"]].concat());
    told(&output, 0, &["alter column person.age"]);
}

#[test]
fn a_model_is_one_or_several_files_with_parameters() {
    let project = Project::new(BASE, "include: [model/, more.yaml]\nparams: { width: 40 }\n");
    write(
        project.path().join("model/team.yaml"),
        &format!("tables:\n{}", TEAM.replace("varchar(40)", "\"varchar(${width})\"")),
    );
    write(project.path().join("more.yaml"), &format!("tables:\n{PERSON}"));
    told(&project.run(&["check", "--dialect", "mysql"]), 0, &["makes what"]);
    write(
        project.path().join("model/views/all.json"),
        "{\"views\": [{\"view\": \"all_teams\", \"file\": \"all.sql\"}]}",
    );
    write(project.path().join("model/views/all.sql"), "SELECT id FROM team");
    told(&project.run(&["check", "--dialect", "mysql"]), 4, &["view all_teams"]);
    // A folder by itself.
    let alone = project.run(&[
        "diff",
        "changelog",
        "model",
        "--dialect",
        "mysql",
        "--param",
        "width=40",
        "--exit-code",
    ]);
    told(&alone, 4, &["table person", "view all_teams"]);
}

#[test]
fn kinds_that_the_model_does_not_speak_of_stay() {
    let made = format!(
        "{BASE}- create_function: {{ function: one, returns: int, body: SELECT 1 }}\n- grant: {{ privileges: select, on: {{ table: team }}, to: reader }}\n- set_row_security: {{ table: team, enabled: true }}\n- create_policy: {{ policy: own, table: team, using: id > 0 }}\n"
    );
    let project = Project::new(&made, &model(PERSON));
    let output = project.run(&["check", "--dialect", "postgres"]);
    told(&output, 0, &["speaks of no functions, no policies, no grants"]);
    write(project.path().join("schema.yaml"), &(model(PERSON) + "functions: []\n"));
    told(&project.run(&["check", "--dialect", "postgres"]), 4, &["function one"]);
    // Of two schemas each kind counts.
    let output = project.run(&[
        "diff",
        "changelog",
        "schema.yaml",
        "--dialect",
        "postgres",
        "--format",
        "json",
    ]);
    told(&output, 0, &["\"kind\": \"grant\"", "\"kind\": \"function\""]);
}

#[test]
fn a_model_that_contradicts_itself_is_told_at_its_places() {
    let project = Project::new(
        BASE,
        "tables:
  - table: a
    columns:
      - { name: id, type: int, references: nothing(id) }
      - { name: id, type: int }
  - table: a
    columns: [{ name: id, type: int }]
  - table: c
    columns: [{ name: id, type: int }]
    indexes:
      - { columns: [missing] }
  - table: b
    colums: []
views:
  - { view: v, query: SELECT 1, queries: 2 }
enums:
  - { name: e, values: [] }
",
    );
    let output = project.run(&["check", "--dialect", "postgres"]);
    told(
        &output,
        2,
        &[
            "schema.yaml:13:5",
            "unknown key `colums`",
            "schema.yaml:15",
            "unknown key `queries`",
        ],
    );
    let text = std::fs::read_to_string(project.path().join("schema.yaml")).expect("the model");
    let sound = text
        .replace("    colums: []\n", "    columns: [{ name: id, type: int }]\n")
        .replace(", queries: 2", "");
    write(project.path().join("schema.yaml"), &sound);
    let output = project.run(&["check", "--dialect", "postgres"]);
    let words = [
        "unknown table `nothing`",
        "schema.yaml:4:",
        "duplicate-column",
        "schema.yaml:5:",
        "table `a` exists already",
        "schema.yaml:6:",
        "`missing`",
        "schema.yaml:11:",
        "schema.yaml:17:",
    ];
    told(&output, 2, &words);
    for (text, words) in [
        ("", "empty"),
        ("- x\n", "expected a map"),
        ("changesets: []\n", "this is a changelog"),
        ("tables: [\n", "schema.yaml:"),
        ("dialect: oracle\ntables: []\n", "unknown dialect `oracle`"),
        ("dialect: sqlite\ntables: []\n", "is a schema of SQLite"),
        ("include: ../../x.yaml\n", "climbs out"),
        ("include: gone.yaml\n", "cannot read"),
    ] {
        write(project.path().join("schema.yaml"), text);
        let output = project.run(&["check", "--dialect", "postgres"]);
        if text.is_empty() {
            assert_ne!(output.status.code(), Some(0));
            continue;
        }
        told(&output, 2, &[words]);
    }
}

#[test]
fn a_source_that_is_none_says_what_could_be_meant() {
    let project = Project::new(BASE, &model(PERSON));
    for (source, words) in [
        ("changlog", "did you mean `changelog`?"),
        ("changelog@nothing", "nothing"),
        ("gone.yaml", "cannot read"),
        ("gone/deep", "there is no file or folder"),
        ("gone.sql", "cannot read"),
        ("oracle://x/y", "oracle"),
        ("sqlite:gone.db", "gone.db"),
    ] {
        told(
            &project.run(&["diff", source, "schema.yaml", "--dialect", "sqlite"]),
            // What is not there is the world's failure, not a wrong word.
            if source == "sqlite:gone.db" { 1 } else { 2 },
            &[words],
        );
    }
    let both = project.path().join("both");
    write(both.join("a.sql"), "CREATE TABLE a (id int);");
    write(both.join("a.yaml"), "tables: []");
    told(
        &project.run(&["diff", "changelog", "both", "--dialect", "sqlite"]),
        2,
        &["holds SQL and YAML"],
    );
    write(project.path().join("driftless.yaml"), "");
    told(&project.run(&["check", "--dialect", "sqlite"]), 2, &["--model"]);
    told(&project.run(&["new", "x", "--fill", "a.b=1"]), 2, &["--autogenerate"]);
}

#[test]
fn sql_is_a_model_read_or_loaded() {
    let project = Project::new(BASE, "");
    let sql = "BEGIN;
CREATE TABLE team (id integer NOT NULL CONSTRAINT pk_team_id PRIMARY KEY, name varchar(40));
CREATE TABLE person (
  id integer NOT NULL CONSTRAINT pk_person_id PRIMARY KEY,
  name varchar(40) DEFAULT 'anon' NOT NULL, age integer, team_id integer);
CREATE INDEX by_age ON person (age);
COMMIT;
";
    write(project.path().join("model.sql"), sql);
    for dialect in ["sqlite", "postgres"] {
        told(
            &project.run(&["check", "--model", "model.sql", "--dialect", dialect]),
            0,
            &["makes what"],
        );
    }
    write(
        project.path().join("model.sql"),
        &format!(
            "{sql}CREATE TABLE more (id integer);\nCREATE OPERATOR CLASS nobody DEFAULT FOR TYPE int USING btree AS STORAGE int;\n"
        ),
    );
    let output = project.run(&["check", "--model", "model.sql", "--dialect", "postgres"]);
    told(
        &output,
        2,
        &["statement 5 cannot be read", "model.sql:9:1", "--scratch URL"],
    );
    let output = project.run(&["check", "--model", "model.sql", "--dialect", "sqlite"]);
    told(&output, 2, &["statement 5 cannot be run", "model.sql:9:1"]);
    // A dump has rows in it, and words for its client.
    let dump = format!(
        "\\restrict x\n{sql}COPY public.team (id, name) FROM stdin;\n1\tit's; one\n\\.\n\nCREATE TABLE more (id int);\n"
    );
    write(project.path().join("model.sql"), &dump);
    told(
        &project.run(&["check", "--model", "model.sql", "--dialect", "postgres"]),
        4,
        &["+ table more"],
    );
    write(project.path().join("model.sql"), "CREATE TABLE (");
    told(
        &project.run(&["check", "--model", "model.sql", "--dialect", "postgres"]),
        2,
        &["statement 1", "model.sql:1:1"],
    );
}

#[test]
fn what_is_the_same_in_other_words_is_no_difference() {
    let made = "
- create_table:
    table: t
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: a, type: int, default: { sql: 1+1 }, check: (a > 1) AND (a < 9) }
      - { name: b, type: int, generated: { expression: a + 1, stored: true } }
- create_view: { view: v, query: \"SELECT id, a FROM t WHERE a = 1 OR b = 2\" }
";
    let text = "tables:
  - table: t
    columns:
      - { name: id, type: int, primary_key: true }
      - { name: a, type: int, default: { sql: (1 + 1) }, check: a > 1 and a < 9 }
      - { name: b, type: int, generated: { expression: (a + 1), stored: true } }
views:
  - { view: v, query: \"select id, a\\n from t\\n where (a = 1) or (b = 2)\" }
";
    for dialect in DIALECTS {
        let project = Project::new(made, text);
        told(&project.run(&["check", "--dialect", dialect]), 0, &["makes what"]);
        // Brackets that count are seen.
        let other = text.replace("a > 1 and a < 9", "a > 1 and (a < 9 or b = 1) and b > 0");
        write(project.path().join("schema.yaml"), &other);
        told(&project.run(&["check", "--dialect", dialect]), 4, &["check"]);
        let made = made.replace("(a > 1) AND (a < 9)", "a > 1 and a < 9 or b = 1 and b > 0");
        let project = Project::new(&made, &other);
        told(&project.run(&["check", "--dialect", dialect]), 4, &["check"]);
    }
}
