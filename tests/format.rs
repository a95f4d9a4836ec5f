//! `fmt` as its users meet it: what it writes, what it leaves alone, and how it says so.

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

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("a file")
}

fn piped(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = command(folder, arguments)
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

/// What `fmt -` makes of a text, which is formatted then.
fn formatted(input: &str) -> String {
    let folder = folder();
    let output = piped(folder.path(), &["fmt", "-"], input);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let first = String::from_utf8(output.stdout).expect("UTF-8");
    let again = piped(folder.path(), &["fmt", "-"], &first);
    assert_eq!(String::from_utf8(again.stdout).expect("UTF-8"), first);
    first
}

#[test]
fn keys_stand_in_order_and_comments_go_with_them() {
    let input = "\
# yaml-language-server: $schema=schema/changelog.schema.json

# what it does
operations: [{sql: 'select 1'},   # one
   {print: {message: hello}}]
# who it is
id:   'it''s'  # the id
author: ana
comment: >-
   Long
   text
";
    let wanted = "\
# yaml-language-server: $schema=schema/changelog.schema.json

# who it is
id: \"it's\"     # the id
author: ana
comment: >-
  Long
  text

# what it does
operations:
  # one
  - sql: \"select 1\"
  - print: { message: hello }
";
    assert_eq!(formatted(input), wanted);
}

#[test]
fn comments_stay_where_they_speak_of_something() {
    let input = "\
changesets:   # in order
# the first
- id: a # who
  # why
  operations: # what
    # before one
  - sql: | # a block
       select 1
         from t

  # before two
  - create_table: { columns: [ # open
        {type: int, name: a}, # of a

        # before b
        {name: b, type: int}
        # behind b
      ], # closed
      table: t }
    # behind the second
  # the labels
  labels: [x,
    y]
# the second

- operations: []
  id: b
# the end
";
    let wanted = "\
changesets:   # in order
  # the first
  - id: a # who
    # the labels
    labels:
      - x
      - y
    # why
    operations: # what
      # before one
      - sql: | # a block
          select 1
            from t

      # before two
      - create_table:
          table: t
          columns: # closed
            # open
            - { name: a, type: int } # of a

            # before b
            - { name: b, type: int }
            # behind b
        # behind the second

  # the second

  - id: b
    operations: []
# the end
";
    assert_eq!(formatted(input), wanted);
}

#[test]
fn what_is_empty_stays_so_on_however_many_lines() {
    let input = "\
params: {
}
changesets: [
  # none yet
]
";
    assert_eq!(formatted(input), "params: {}\nchangesets: [] # none yet\n");
    let input = "\
id: a
operations: [ # one
  # two
] # three
reverse:
  - insert: { table: t, rows: [
    ] }
  - insert: { table: t, rows: [{ a: [
      # nothing
    ] }] }
";
    let wanted = "\
id: a
# one
# two
operations: [] # three
reverse:
  - insert:
      table: t
      rows: []
  - insert:
      table: t
      rows:
        - a: [] # nothing
";
    assert_eq!(formatted(input), wanted);
    assert_eq!(formatted("[ # one\n]\n"), "[]\n# one\n");
    assert_eq!(formatted("{\n}\n"), "{}\n");
    assert_eq!(formatted("changesets: &none [\n]\n"), "changesets: &none []\n");
}

#[test]
fn notes_in_line_stay_in_line() {
    let input = "params:\n  a: 1        # one\n  bcd: 2      # two\n  ef: 3 #three\nchangesets: []\n";
    assert_eq!(formatted(input), input);
}

#[test]
fn rare_parts_of_yaml_keep_their_meaning() {
    for input in [
        "%YAML 1.2\n--- # the document\nchangesets: []\n",
        "# nothing\n\n# but comments\n",
        "params:\n  x: &x 1\n  y: *x\n  z: !!str 2\nchangesets: []\n",
        "params:\n  text: \"a\n    b\n\n    c\"\n  plain: a\n    b # c\nchangesets: []\n",
        "params:\n  kept: |+\n    a\n\n\n  ind: |2-\n      b\n    c\n  none: ''\n  null:\nchangesets: []\n",
        "changesets:\n  - id: größe # schön\n    comment: ${a}  \n    operations: [ ]\n",
    ] {
        formatted(input);
    }
    let bytes = "\u{feff}changesets:\r\n- id: a\t#\ttab\r\n  operations:\r\n  - sql: |\r\n      a\r\n\r\n      b\r\n";
    let wanted =
        "changesets:\r\n  - id: a #\ttab\r\n    operations:\r\n      - sql: |\r\n          a\r\n\r\n          b\r\n";
    assert_eq!(formatted(bytes), wanted);
    assert_eq!(
        formatted("params: {x: &x 1, y: *x}\nchangesets: []"),
        "params: { x: &x 1, y: *x }\nchangesets: []\n"
    );
}

#[test]
fn an_anchor_stays_before_its_aliases() {
    let input = "\
changesets:
  - operations:
      - insert: { rows: &rows [{ id: 1 }], table: t }
      - insert: { rows: *rows, table: u }
    id: a
";
    assert_eq!(formatted(input), input);
}

#[test]
fn json_is_formatted_as_json() {
    let input = r#"{"changesets": [
{"operations":[{"insert":{"rows":[{"a":1.10,"b":null}],"table":"t"}}],"id":"a"}]}"#;
    let wanted = r#"{
  "changesets": [
    {
      "id": "a",
      "operations": [
        {
          "insert": { "table": "t", "rows": [{ "a": 1.10, "b": null }] }
        }
      ]
    }
  ]
}
"#;
    assert_eq!(formatted(input), wanted);
}

/// A changelog of three files, of which the last is not formatted.
fn project() -> tempfile::TempDir {
    let folder = folder();
    write(folder.path().join("driftless.yaml"), "changelog: changelog.yaml\n");
    write(
        folder.path().join("changelog.yaml"),
        "changesets:\n  - include: a.yaml\n  - include: more/\n",
    );
    write(folder.path().join("a.yaml"), "id: a\noperations: []\n");
    write(folder.path().join("more/b.yaml"), "operations: []\nid:   b\n");
    folder
}

#[test]
fn all_files_of_the_changelog_are_formatted() {
    let folder = project();
    let at = folder.path();
    write(at.join("other.yaml"), "x:   1\n");
    std::fs::set_permissions(at.join("more/b.yaml"), PermissionsExt::from_mode(0o600)).expect("permissions");
    expect(
        &driftless(at, &["fmt", "--check"]),
        4,
        &["more/b.yaml", "1 file to format"],
    );
    let diff = driftless(at, &["fmt", "--diff"]);
    expect(&diff, 4, &["-id:   b", "+id: b", "--- more/b.yaml"]);
    assert_eq!(
        read(at.join("more/b.yaml")),
        "operations: []\nid:   b\n",
        "nothing is written"
    );
    expect(&driftless(at, &["fmt"]), 0, &["formatted more/b.yaml"]);
    assert_eq!(read(at.join("more/b.yaml")), "id: b\noperations: []\n");
    let mode = std::fs::metadata(at.join("more/b.yaml"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    expect(&driftless(at, &["fmt", "--check"]), 0, &["0 files to format"]);
    assert_eq!(read(at.join("other.yaml")), "x:   1\n");
    assert_eq!(
        std::fs::read_dir(at).expect("a folder").count(),
        5,
        "nothing is left over"
    );
}

#[test]
fn a_file_with_a_mistake_is_told_and_left_alone() {
    let folder = project();
    let at = folder.path();
    let broken = "operations:\n  - print: {message: \"x\n";
    write(at.join("more/a.yaml"), broken);
    expect(
        &driftless(at, &["fmt"]),
        2,
        &["error[yaml-syntax]", "more/a.yaml:2:", "formatted more/b.yaml"],
    );
    assert_eq!(read(at.join("more/a.yaml")), broken);
    assert_eq!(read(at.join("more/b.yaml")), "id: b\noperations: []\n");
    expect(
        &driftless(at, &["fmt", "nowhere.yaml"]),
        2,
        &["cannot read `nowhere.yaml`: there is no such file"],
    );
}

#[test]
fn a_file_of_the_changelog_that_is_missing_is_told() {
    let folder = project();
    let at = folder.path();
    write(
        at.join("a.yaml"),
        "id: a\noperations:\n  - sql_file: { path: later.sql }\n",
    );
    expect(&driftless(at, &["fmt"]), 0, &["formatted more/b.yaml"]);
    write(at.join("changelog.yaml"), "changesets:\n  - include: b.yaml\n");
    expect(
        &driftless(at, &["fmt"]),
        2,
        &["changelog.yaml:2:14", "there is no such file"],
    );
    std::fs::remove_file(at.join("changelog.yaml")).expect("removed");
    expect(&driftless(at, &["fmt"]), 2, &["cannot read `changelog.yaml`"]);
}

#[test]
fn a_folder_is_searched_for_changelogs() {
    let folder = project();
    let at = folder.path();
    write(at.join("package.json"), "{\"x\":1}");
    expect(
        &driftless(at, &["fmt", ".", "more"]),
        0,
        &["1 file formatted, 2 as they should be"],
    );
    assert_eq!(read(at.join("package.json")), "{\"x\":1}");
    assert_eq!(read(at.join("more/b.yaml")), "id: b\noperations: []\n");
}

#[test]
fn templates_are_no_changelogs() {
    let folder = project();
    let at = folder.path();
    write(
        at.join("driftless.yaml"),
        "changelog: changelog.yaml\ntemplates: { table: templates/table.yaml }\n",
    );
    write(
        at.join("templates/table.yaml"),
        "author: {{ author }}\noperations: []\n",
    );
    write(at.join("templates/other.yaml"), "operations: []\nid:   c\n");
    expect(
        &driftless(at, &["fmt", ".", "--check"]),
        4,
        &[
            "more/b.yaml",
            "templates/other.yaml",
            "2 files to format, 2 as they should be",
        ],
    );
    expect(
        &driftless(at, &["fmt", "templates/table.yaml"]),
        2,
        &["templates/table.yaml:1:"],
    );
}

/// Whether a file, the configuration or another file calls a parameter secret.
#[test]
fn values_of_secrets_are_not_shown() {
    let folder = project();
    let at = folder.path();
    let config = "\
changelog: changelog.yaml
params: { key: {secret: true} }
environments: {prod: { url: \"postgres://ana:hunter2url@db/x\", params: { key: hunter2prod, pw: hunter2dev } }}
";
    write(at.join("driftless.yaml"), config);
    write(
        at.join("a.yaml"),
        "params:\n  pw: {secret: true,   value: hunter2}\n  other:   shown\nchangesets: []\n",
    );
    write(
        at.join("more/b.yaml"),
        "params: {key: 'hunter2b',   a: b}\nchangesets: []\n",
    );
    let diff = driftless(at, &["fmt", "--diff"]);
    expect(
        &diff,
        4,
        &[
            "--- a.yaml\n+++ a.yaml\n@@ -1,4 +1,4 @@\n params:\n",
            "-  pw: {secret: true,   value: *******}",
            "+  pw: { value: *******, secret: true }",
            "-  other:   shown",
            "-params: {key: **********,   a: b}",
            "+params: { key: **********, a: b }",
        ],
    );
    assert!(!text(&diff).contains("hunter2"), "{}", text(&diff));
    let diff = driftless(at, &["fmt", "--diff", "driftless.yaml", "a.yaml"]);
    expect(&diff, 4, &["key: ***********", "pw: **********", "ana:***@db"]);
    assert!(!text(&diff).contains("hunter2"), "{}", text(&diff));
    for broken in [
        "params: { pw: { secret: true, value: \"hunter2 } }\n",
        "params:\n  pw: { secret: true, value: hunter2, value: hunter2 }\n",
        "params:\n  key: hunter2\n  key: hunter2\n",
    ] {
        for output in [
            piped(at, &["fmt", "-"], broken),
            piped(at, &["convert", "-", "--to", "json"], broken),
        ] {
            expect(&output, 2, &["stdin:"]);
            assert!(!text(&output).contains("hunter2"), "{}", text(&output));
        }
    }
    let lost = "params:\n  key: hunter2 # why\nchangesets: []\n";
    let output = piped(at, &["convert", "-", "--to", "json"], lost);
    expect(&output, 6, &["key: ******* # why"]);
}

#[test]
fn a_file_that_cannot_be_written_stays() {
    let folder = project();
    let at = folder.path();
    std::fs::set_permissions(at.join("more/b.yaml"), PermissionsExt::from_mode(0o444)).expect("permissions");
    let output = driftless(at, &["fmt"]);
    expect(
        &output,
        1,
        &["cannot write `more/b.yaml`: permission denied", "0 files formatted"],
    );
    assert_eq!(read(at.join("more/b.yaml")), "operations: []\nid:   b\n");
    expect(&driftless(at, &["fmt", "-", "a.yaml"]), 2, &["`-` stands alone"]);
}

#[test]
fn json_that_is_none_is_told() {
    let folder = folder();
    let at = folder.path();
    write(at.join("a.json"), "{\"operations\": []} # why\n");
    expect(
        &driftless(at, &["fmt", "a.json"]),
        2,
        &["a.json:1:20", "JSON has no comments"],
    );
    write(at.join("a.json"), "{\n  \"operations\": [],\n}\n");
    expect(
        &driftless(at, &["fmt", "a.json"]),
        2,
        &["a.json:3:1", "this is YAML, and no JSON"],
    );
}

#[test]
fn programs_are_told_in_json() {
    let folder = project();
    let output = driftless(folder.path(), &["fmt", "--check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["exit_code"], 4);
    assert_eq!(
        json["result"]["files"][2],
        serde_json::json!({ "file": "more/b.yaml", "changed": true })
    );
    let piped = piped(
        folder.path(),
        &["fmt", "-", "--format", "json"],
        "id:  a\noperations: []\n",
    );
    let json: serde_json::Value = serde_json::from_slice(&piped.stdout).expect("JSON");
    assert_eq!(json["result"]["text"], "id: a\noperations: []\n");
}

#[test]
fn the_worked_example_is_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    expect(&driftless(root, &["fmt", "--check"]), 0, &["0 files to format"]);
}
