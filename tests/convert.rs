//! `convert` as its users meet it: YAML into JSON and back, with whatever names the files, and nothing lost unsaid.

mod support;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};

use support::{command, driftless, write};

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn expect(output: &Output, code: i32, words: &[&str]) {
    let all = text(output);
    assert_eq!(output.status.code(), Some(code), "{all}");
    for word in words {
        assert!(all.contains(word), "`{word}` is missing in:\n{all}");
    }
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("a file")
}

fn piped(arguments: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = command(folder.path(), arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("driftless");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("written");
    drop(stdin);
    child.wait_with_output().expect("an end")
}

fn printed(arguments: &[&str], input: &str) -> String {
    let output = piped(arguments, input);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

const VALUES: &str = "\
operations:
  - insert:
      table: t
      rows:
        - { id: 1, a: 1.10, b: 0o17, c: 99999999999999999999, d: 1e3, e: -0.5, f: \"no\", g: yes, h: null, i: \"\" }
        - { id: 2, a: 2024-01-01, b: \"12:30\", c: \"1.10\", d: true, e: \"true\", f: \"a\\tb\\u0000\\u0085\", g: \"größe 🎉\" }
        - id: 3
          a: |
            first

              second
          b: |+
            kept

          c: >-
            folded
            line
          d: ' leading and trailing '
          e: ~
";

#[test]
fn values_come_back_the_same() {
    let json = printed(&["convert", "-", "--to", "json"], VALUES);
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let rows = &value["operations"][0]["insert"]["rows"];
    assert_eq!(rows[0]["b"], "0o17");
    assert_eq!(rows[0]["f"], "no");
    assert_eq!(rows[1]["a"], "2024-01-01");
    assert_eq!(rows[1]["f"], "a\tb\0\u{85}");
    assert_eq!(rows[2]["a"], "first\n\n  second\n");
    assert_eq!(rows[2]["b"], "kept\n\n");
    assert!(
        json.contains("\"a\": 1.10,") && json.contains("\"c\": 99999999999999999999,"),
        "{json}"
    );
    let yaml = printed(&["convert", "-", "--to", "yaml"], &json);
    for line in [
        "a: 1.10\n",
        "b: \"0o17\"\n",
        "f: \"no\"\n",
        "g: \"yes\"\n",
        "a: \"2024-01-01\"\n",
        "b: \"12:30\"\n",
        "b: |+\n",
    ] {
        assert!(yaml.contains(line), "`{line}` is missing in:\n{yaml}");
    }
    assert_eq!(printed(&["convert", "-", "--to", "json"], &yaml), json);
}

/// A changelog whose second file is included by its name, a third with its folder.
#[test]
fn what_is_empty_stays_so_on_however_many_lines() {
    let json = "{\n  \"params\": {\n  },\n  \"changesets\": [\n  ]\n}\n";
    assert_eq!(
        printed(&["convert", "-", "--to", "yaml"], json),
        "params: {}\nchangesets: []\n"
    );
    let json = "{ \"operations\": [{ \"insert\": { \"table\": \"t\", \"rows\": [\n] } }] }\n";
    assert_eq!(
        printed(&["convert", "-", "--to", "yaml"], json),
        "operations:\n  - insert:\n      table: t\n      rows: []\n"
    );
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(
        at.join("driftless.yaml"),
        "# ours\nchangelog: \"changelog.yaml\"  # the first\n",
    );
    write(
        at.join("changelog.yaml"),
        "changesets:\n  - include: 'db/a.yaml' # one\n  - { include: db/more/ }\n  - include: ./db/c.yml\n",
    );
    write(at.join("db/a.yaml"), "operations:\n  - print: { message: a }\n");
    write(at.join("db/more/b.yaml"), "operations:\n  - print: { message: b }\n");
    write(at.join("db/c.yml"), "# why\noperations:\n  - print: { message: c }\n");
    folder
}

fn up(folder: &Path, words: &[&str]) {
    expect(&driftless(folder, &["up", "--url", "sqlite:app.db"]), 0, words);
}

#[test]
fn whatever_names_a_file_follows() {
    let folder = project();
    let at = folder.path();
    up(at, &["+ a", "+ b", "+ c"]);
    std::fs::set_permissions(at.join("db/a.yaml"), PermissionsExt::from_mode(0o600)).expect("permissions");
    let done = driftless(at, &["convert", "db/a.yaml", "db/more/b.yaml", "--to", "json"]);
    expect(&done, 0, &["converted db/a.yaml to db/a.json", "mended changelog.yaml"]);
    assert!(!at.join("db/a.yaml").exists() && !at.join("db/more/b.yaml").exists());
    let mode = std::fs::metadata(at.join("db/a.json"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        read(at.join("changelog.yaml")),
        "changesets:\n  - include: 'db/a.json' # one\n  - { include: db/more/ }\n  - include: ./db/c.yml\n"
    );
    expect(
        &driftless(at, &["status", "--check", "--url", "sqlite:app.db"]),
        0,
        &["3 applied, 0 pending"],
    );
    let all = [
        "convert",
        "changelog.yaml",
        "db/c.yml",
        "--to",
        "json",
        "--drop-comments",
    ];
    expect(
        &driftless(at, &all),
        0,
        &["changelog.json, without 1 comment", "mended driftless.yaml"],
    );
    assert_eq!(
        read(at.join("driftless.yaml")),
        "# ours\nchangelog: \"changelog.json\"  # the first\n"
    );
    expect(
        &driftless(at, &["status", "--check", "--url", "sqlite:app.db"]),
        0,
        &["3 applied, 0 pending"],
    );
    let back = [
        "convert",
        "db/c.json",
        "db/a.json",
        "db/more/b.json",
        "changelog.json",
        "--to",
        "yaml",
    ];
    expect(
        &driftless(at, &back),
        0,
        &["converted changelog.json to changelog.yaml"],
    );
    assert_eq!(
        read(at.join("changelog.yaml")),
        "changesets:\n  - include: db/a.yaml\n  - include: db/more/\n  - include: ./db/c.yaml\n"
    );
    expect(
        &driftless(at, &["status", "--check", "--url", "sqlite:app.db"]),
        0,
        &["3 applied, 0 pending"],
    );
}

#[test]
fn comments_are_not_lost_unsaid() {
    let folder = project();
    let at = folder.path();
    let before = read(at.join("db/c.yml"));
    let refused = driftless(at, &["convert", "db/c.yml", "db/a.yaml", "--to", "json"]);
    expect(
        &refused,
        6,
        &[
            "JSON has no comments, and 1 comment of `db/c.yml` would be lost",
            "db/c.yml:1:1",
            "--drop-comments",
        ],
    );
    assert_eq!(read(at.join("db/c.yml")), before);
    assert!(at.join("db/a.yaml").exists(), "all is done, or nothing");
    let printed = driftless(
        at,
        &["convert", "db/c.yml", "--to", "json", "--stdout", "--drop-comments"],
    );
    expect(&printed, 0, &["\"print\": { \"message\": \"c\" }"]);
    assert!(at.join("db/c.yml").exists() && !at.join("db/c.json").exists());
}

#[test]
fn the_comment_for_editors_becomes_a_key() {
    let yaml = "# yaml-language-server: $schema=schema/changelog.schema.json\nid: a\noperations: []\n";
    let json = printed(&["convert", "-", "--to", "json"], yaml);
    assert!(
        json.starts_with("{\n  \"$schema\": \"schema/changelog.schema.json\",\n  \"id\": \"a\""),
        "{json}"
    );
    assert_eq!(printed(&["convert", "-", "--to", "yaml"], &json), yaml);
}

#[test]
fn what_cannot_be_done_is_told() {
    let folder = project();
    let at = folder.path();
    write(at.join("db/a.json"), "{}");
    for (arguments, words) in [
        (
            &["db/a.yaml", "--to", "json"][..],
            &["`db/a.json` is there already"][..],
        ),
        (
            &["db/a.yaml", "--to", "yaml"],
            &["`db/a.yaml` is YAML already", "driftless fmt"],
        ),
        (&["db/a.json", "--to", "json"], &["`db/a.json` is JSON already"]),
        (
            &["db/nowhere.yaml", "--to", "json"],
            &["cannot read `db/nowhere.yaml`: there is no such file"],
        ),
        (&["driftless.yaml", "--to", "json"], &["is the configuration"]),
        (&["rows.csv", "--to", "json"], &["`rows.csv` is neither"]),
        (
            &["db/a.yaml", "db/c.yml", "--to", "json", "--stdout"],
            &["only one file can be printed"],
        ),
    ] {
        let output = driftless(at, &[&["convert"], arguments].concat());
        expect(&output, 2, words);
    }
    let number = piped(
        &["convert", "-", "--to", "json"],
        "operations: [insert: {table: t, rows: [{a: +5}]}]\n",
    );
    expect(&number, 2, &["stdin:1:44", "JSON has no such number"]);
    let broken = piped(&["convert", "-", "--to", "json"], "operations: [\n");
    expect(&broken, 2, &["yaml-syntax", "stdin:1:"]);
    let aliases = piped(
        &["convert", "-", "--to", "json"],
        "params: { a: &a x, b: *a }\nchangesets: []\n",
    );
    expect(&aliases, 0, &["JSON has no aliases: 1 of `stdin` is written out"]);
}

/// The folder's files are taken in the order of their names, in which `a.b.yaml` stands before `a.yaml` and behind `a.json`.
#[test]
fn an_order_that_would_change_undoes_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(
        at.join("changelog.yaml"),
        "changesets:\n  - include: db/\n  - include: x.yaml\n",
    );
    write(at.join("x.yaml"), "operations: []\n");
    write(at.join("db/a.yaml"), "operations: []\n");
    write(at.join("db/a.k.yaml"), "operations: []\n");
    let output = driftless(at, &["convert", "db/a.yaml", "x.yaml", "--to", "json"]);
    expect(&output, 1, &["would not be the same", "nothing was changed"]);
    let mut names: Vec<String> = ["", "db"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(at.join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["a.k.yaml", "a.yaml", "changelog.yaml", "db", "x.yaml"]);
    assert_eq!(
        read(at.join("changelog.yaml")),
        "changesets:\n  - include: db/\n  - include: x.yaml\n"
    );
}

#[test]
fn a_first_file_that_nothing_names_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at.join("changelog.yaml"), "changesets: []\n");
    let output = driftless(at, &["convert", "changelog.yaml", "--to", "json"]);
    expect(&output, 0, &["set `changelog: changelog.json` in driftless.yaml"]);
}

#[test]
fn programs_are_told_in_json() {
    let folder = project();
    let arguments = [
        "convert",
        "db/c.yml",
        "--to",
        "json",
        "--drop-comments",
        "--format",
        "json",
    ];
    let output = driftless(folder.path(), &arguments);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let file = serde_json::json!({ "from": "db/c.yml", "to": "db/c.json", "dropped_comments": 1 });
    assert_eq!(
        json["result"],
        serde_json::json!({ "files": [file], "mended": ["changelog.yaml"] })
    );
}
