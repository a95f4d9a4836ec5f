//! Parameters: where their values come from, what goes before what, their types, and what is told of mistakes.

mod support;

use std::path::Path;
use std::process::Output;

use support::{command, driftless, write};

const TABLE: &str = "changesets:
  - id: one
    operations:
      - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}, {name: a, type: varchar(100)}]}
      - insert: {table: t, rows: [{id: 1, a: \"${owner}\"}]}
";

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn expect(output: &Output, code: i32, words: &[&str]) -> String {
    let all = said(output);
    assert_eq!(output.status.code(), Some(code), "{all}");
    for word in words {
        assert!(all.contains(word), "`{word}` is missing in:\n{all}");
    }
    all
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        write(folder.path().join(name), text);
    }
    folder
}

/// The text that a script for SQLite puts into the first row.
fn owner(folder: &Path, arguments: &[&str]) -> String {
    let all = [&["sql", "--dialect", "sqlite"], arguments].concat();
    let script = expect(&driftless(folder, &all), 0, &["INSERT INTO \"t\""]);
    let (_, rest) = script.split_once("(1, '").expect("the row");
    rest.split('\'').next().expect("its end").to_string()
}

#[test]
fn what_goes_before_what() {
    let folder = folder(&[
        (
            "driftless.yaml",
            "params: {owner: config}\nenvironments:\n  base: {params: {owner: base}}\n  prod: {extends: base}\n  \
             dev: {extends: prod, params: {owner: dev}}\n",
        ),
        (
            "changelog.yaml",
            "params: {owner: outer}\nchangesets:\n  - include: inner.yaml\n",
        ),
        ("inner.yaml", &format!("params: {{owner: inner}}\n{TABLE}")),
        ("one.yaml", "owner: one\n"),
        ("two.json", "{\"owner\": \"two\"}"),
    ]);
    let folder = folder.path();
    assert_eq!(
        owner(folder, &["--param", "owner=flag", "--params-file", "one.yaml"]),
        "flag"
    );
    assert_eq!(
        owner(
            folder,
            &["--params-file", "one.yaml", "--params-file", "two.json", "--env", "dev"]
        ),
        "two"
    );
    assert_eq!(owner(folder, &["--params-file", "one.yaml", "--env", "dev"]), "one");
    assert_eq!(owner(folder, &["--env", "dev"]), "dev");
    assert_eq!(owner(folder, &["--env", "prod"]), "base");
    assert_eq!(owner(folder, &[]), "config");
    write(folder.join("driftless.yaml"), "targets: [sqlite]\n");
    assert_eq!(owner(folder, &[]), "inner");
    write(folder.join("inner.yaml"), TABLE);
    assert_eq!(owner(folder, &[]), "outer");
}

#[test]
fn a_variable_of_the_environment_is_never_a_parameter() {
    let folder = folder(&[("changelog.yaml", TABLE)]);
    for name in ["owner", "OWNER", "DRIFTLESS_PARAM_owner", "DRIFTLESS_PARAMS"] {
        let output = command(folder.path(), &["sql", "--dialect", "sqlite"])
            .env(name, "shadow")
            .output()
            .expect("the program starts");
        let all = expect(&output, 2, &["undefined parameter `owner`", "changelog.yaml:5:"]);
        assert!(!all.contains("shadow"), "{all}");
    }
    write(
        folder.path().join("changelog.yaml"),
        &TABLE.replace("${owner}", "${env:owner}"),
    );
    let output = command(folder.path(), &["sql", "--dialect", "sqlite"])
        .env("owner", "asked for")
        .output()
        .expect("the program starts");
    expect(&output, 0, &["(1, 'asked for')"]);
}

#[test]
fn a_value_by_environment_or_dialect() {
    let folder = folder(&[
        (
            "driftless.yaml",
            "environments:\n  prod: {}\n  eu: {extends: prod}\n  dev: {}\n",
        ),
        (
            "changelog.yaml",
            &format!(
                "params:\n  owner:\n    by_environment: {{prod: of-prod, default: of-others}}\n    by_dialect: {{mysql: \
                 of-mysql}}\n    value: of-all\n{TABLE}"
            ),
        ),
    ]);
    let folder = folder.path();
    assert_eq!(owner(folder, &["--env", "eu"]), "of-prod");
    assert_eq!(owner(folder, &["--env", "dev"]), "of-others");
    assert_eq!(owner(folder, &[]), "of-others");
    let text = format!("params:\n  owner: {{by_dialect: {{mysql: 7, sqlite: 8}}, value: 9}}\n{TABLE}");
    write(folder.join("changelog.yaml"), &text);
    assert_eq!(owner(folder, &[]), "8");
    let mariadb = driftless(folder, &["sql", "--dialect", "mariadb"]);
    expect(&mariadb, 0, &["(1, '7')"]);
    let postgres = driftless(folder, &["sql", "--dialect", "postgres"]);
    expect(&postgres, 0, &["(1, '9')"]);
}

#[test]
fn a_typed_parameter_is_a_value_of_its_type() {
    let folder = folder(&[(
        "changelog.yaml",
        "params:
  age: { type: int, value: 7 }
  price: { type: number, value: 1.10 }
  active: { type: bool, value: true }
  whole: \"${age} of ${price}\"
changesets:
  - id: one
    operations:
      - create_table:
          table: t
          comment: \"${age}\"
          columns: [{name: a, type: int}, {name: b, type: \"decimal(5,2)\"}, {name: c, type: boolean}, {name: d, type: text}]
      - insert: {table: t, rows: [{a: \"${age}\", b: \"${price}\", c: \"${active}\", d: \"${whole}\"}]}
      - sql: {up: \"${age}\", down: \"\", effects: []}
",
    )]);
    let output = driftless(folder.path(), &["sql", "--dialect", "postgres"]);
    expect(&output, 0, &["(7, 1.10, TRUE, '7 of 1.10')", "IS '7'", "\n7;\n"]);
}

#[test]
fn values_that_do_not_fit_are_told_where_they_were_given() {
    let folder = folder(&[
        (
            "driftless.yaml",
            "targets: [sqlite]\nenvironments:\n  dev: {params: {age: young}}\nparams:\n  level: high\n",
        ),
        (
            "changelog.yaml",
            &format!(
                "params:\n  age: {{ type: int, value: old }}\n  level: {{ one_of: [info, debug] }}\n  far: {{ type: number, \
                 value: \"${{env:FAR}}\" }}\n  owner: x\n{}",
                TABLE.replace("${owner}", "${far}")
            ),
        ),
        ("params.yaml", "# given\nage: [1]\nowner: {value: x}\nlevel: null\n"),
        ("more.yaml", "age: 1.5\n"),
    ]);
    let folder = folder.path();
    let run = |arguments: &[&str]| {
        let mut command = command(folder, arguments);
        command.env("FAR", "away").output().expect("the program starts")
    };
    expect(
        &run(&[
            "validate",
            "--env",
            "dev",
            "--params-file",
            "more.yaml",
            "--param",
            "age=x",
        ]),
        2,
        &[
            "`age` has to be a whole number, and is `old`\n --> changelog.yaml:2:28",
            "`age` has to be a whole number, and is `young`\n --> driftless.yaml:3:23",
            "`age` has to be a whole number, and is `1.5`\n --> more.yaml:1:6",
            "`age` has to be a whole number, and is `x`\n --> --param:1:5",
            "`level` has to be one of info, debug, and is `high`\n --> driftless.yaml:5:10",
            "`far` has to be a number, and is `away`\n --> changelog.yaml:4:31",
            "6 errors",
        ],
    );
    expect(
        &run(&["validate", "--params-file", "params.yaml"]),
        2,
        &[
            "`age`: expected a value, found a list\n --> params.yaml:2:6",
            "`owner`: expected a value, found a map\n --> params.yaml:3:8",
            "`level`: expected a value, found nothing\n --> params.yaml:4:8",
        ],
    );
}

#[test]
fn files_of_parameters_with_mistakes() {
    let folder = folder(&[
        (
            "changelog.yaml",
            &format!("params: {{owner: x, age: {{type: int, value: 1}}}}\n{TABLE}"),
        ),
        ("broken.yaml", "owner: \"x\nage: 1\n"),
        ("list.yaml", "- owner\n"),
        ("unknown.yaml", "ownr: hunter2\nage: 2\nother: hunter2\n"),
        ("twice.yaml", "owner: a\nowner: b\n"),
    ]);
    let run = |file: &str| driftless(folder.path(), &["validate", "--params-file", file]);
    expect(&run("broken.yaml"), 2, &["error[yaml-syntax]", "broken.yaml:2:1"]);
    expect(
        &run("list.yaml"),
        2,
        &["expected a map, found a list", "list.yaml:1:1", "`name: value`"],
    );
    expect(&run("twice.yaml"), 2, &["twice.yaml:2:1"]);
    expect(&run("none.yaml"), 2, &["cannot read `none.yaml`"]);
    let told = expect(
        &run("unknown.yaml"),
        0,
        &[
            "warning[unknown-parameter]: no parameter is called `ownr`",
            "unknown.yaml:1:1",
            "did you mean `owner`?",
            "no parameter is called `other`",
        ],
    );
    assert!(!told.contains("hunter2"), "{told}");
    let told = expect(
        &driftless(folder.path(), &["validate", "--param", "ownr=hunter2"]),
        0,
        &["no parameter is called `ownr`", "did you mean `owner`?"],
    );
    assert!(!told.contains("hunter2"), "{told}");
    expect(
        &driftless(folder.path(), &["validate", "--param", "1x=y"]),
        2,
        &["`1x` cannot be the name"],
    );
}

#[test]
fn no_excerpt_shows_what_is_given_from_outside() {
    let folder = folder(&[
        (
            "changelog.yaml",
            &format!("params: {{owner: x, pw: {{secret: true}}}}\n{TABLE}"),
        ),
        ("broken.yaml", "changesets: [\n"),
        ("name.yaml", "\"p w\": hunter2\n"),
        ("line.json", "{\"pw\": \"hunter2\", \"owner\": [1]}\n"),
        (
            "key.yaml",
            "params: { pw: { secret: true } }\nenvironments:\n  prod: { params: { pw: hunter2 }, confrim: true }\n",
        ),
        // That it is a secret stands in the changelog.
        ("other.yaml", "params: { pw: hunter2, owner: [1] }\n"),
        ("lists.yaml", "params: { pw: [hunter2] }\n"),
    ]);
    for (arguments, words) in [
        (&["--params-file", "name.yaml"][..], "`p w` cannot be the name"),
        (&["--param", " pw=hunter2"], "` pw` cannot be the name"),
        (
            &["--params-file", "line.json"],
            "`owner`: expected a value, found a list",
        ),
        (
            &["--params-file", "line.json", "--changelog", "broken.yaml"],
            "`owner`: expected a value, found a list",
        ),
        (&["--config", "key.yaml"], "unknown key `confrim`"),
        (&["--config", "other.yaml"], "other.yaml:1:31"),
        (&["--config", "lists.yaml"], "lists.yaml:1:15"),
    ] {
        let told = expect(
            &driftless(folder.path(), &[&["validate"], arguments].concat()),
            2,
            &[words],
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn the_list_tells_where_a_value_comes_from() {
    let folder = folder(&[
        (
            "driftless.yaml",
            "targets: [sqlite, mysql]\nenvironments:\n  prod: {params: {owner: of-prod}}\nparams:\n  owner: of-config\n  \
             password: {value: \"${env:SECRET_OF_TEST}\", secret: true}\n",
        ),
        (
            "changelog.yaml",
            &format!(
                "params:\n  owner: {{value: of-file, description: Who owns it}}\n  size: {{type: int, by_dialect: {{mysql: \
                 1, default: 2}}}}\n  unused: \"a \"\n{TABLE}      - insert: {{table: t, rows: [{{id: 2, a: \
                 \"${{password}} ${{lost}}\"}}]}}\n"
            ),
        ),
        ("given.yaml", "\nowner: given\n"),
    ]);
    let run = |arguments: &[&str]| {
        let all = [&["params", "--env", "prod", "--params-file", "given.yaml"], arguments].concat();
        let mut command = command(folder.path(), &all);
        command
            .env("SECRET_OF_TEST", "hunter2")
            .output()
            .expect("the program starts")
    };
    let told = expect(
        &run(&[]),
        0,
        &[
            "owner (text)  Who owns it\n    given  from given.yaml:2\n        shadows driftless.yaml:3, environment `prod`\n        \
             shadows driftless.yaml:5\n        shadows changelog.yaml:2\n    used at changelog.yaml:9\n",
            "size (int)\n    sqlite: 2  from changelog.yaml:3\n    mysql: 1  from changelog.yaml:3\n    not used\n",
            "unused (text)\n    \"a \"  from changelog.yaml:4\n",
            "password (text, secret)\n    (secret)  from driftless.yaml:6\n    used at changelog.yaml:10\n",
            "lost (text)\n    undefined parameter `lost`\n    used at changelog.yaml:10\n",
            "env:SECRET_OF_TEST (text)\n    (set)  from the environment\n    used at driftless.yaml:6\n",
            "1 parameter without a value",
        ],
    );
    assert!(!told.contains("hunter2"), "{told}");
    let told = expect(
        &run(&["size", "--dialect", "mysql"]),
        0,
        &["size (int)\n    1  from changelog.yaml:3"],
    );
    assert!(!told.contains("owner"), "{told}");
    let json = expect(
        &run(&["--format", "json"]),
        0,
        &["\"origin\": \"given.yaml:2\"", "\"type\": \"int\"", "\"secret\": true"],
    );
    assert!(!json.contains("hunter2"), "{json}");
    expect(
        &run(&["ownr"]),
        2,
        &["no parameter is called `ownr`", "did you mean `owner`?"],
    );
}
