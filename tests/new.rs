//! `new` as its users meet it: names that do not collide, templates, operations to begin with, and what it leaves alone.

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// A project whose changelog includes a folder, with more of a configuration.
fn project(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at.join("driftless.yaml"), &format!("changelog: changelog.yaml\n{more}"));
    write(
        at.join("changelog.yaml"),
        "# all of it\nchangesets:\n  - include: changesets/ # by name\n",
    );
    std::fs::create_dir(at.join("changesets")).expect("a folder");
    folder
}

/// `driftless new` where git knows nobody.
fn new(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = command(folder, &[&["new"], arguments].concat());
    let command = command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command.output().expect("driftless")
}

fn written(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("changesets")).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// The text of the one file that was written.
fn only(folder: &Path) -> String {
    let paths = written(folder);
    assert_eq!(paths.len(), 1, "{paths:?}");
    read(&paths[0])
}

#[test]
fn a_file_that_the_folder_takes_in_touches_no_other() {
    let folder = project("");
    let at = folder.path();
    let before = read(at.join("changelog.yaml"));
    let output = new(at, &["add e-mail to users"]);
    expect(&output, 0, &["wrote changesets/2", "_add_e_mail_to_users.yaml"]);
    assert!(!text(&output).contains("add it to"));
    assert_eq!(only(at), "comment: add e-mail to users\noperations: []\n");
    assert_eq!(read(at.join("changelog.yaml")), before);
    expect(&driftless(at, &["validate"]), 0, &["1 changeset valid"]);
}

#[test]
fn nothing_is_written_over() {
    let folder = project("");
    let at = folder.path();
    let runs: Vec<_> = (0..12)
        .map(|_| {
            command(at, &["new", "the same title"])
                .stderr(std::process::Stdio::null())
                .spawn()
                .expect("driftless")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("an end").success());
    }
    assert_eq!(written(at).len(), 12);
    expect(&driftless(at, &["validate"]), 0, &["12 changesets valid"]);
}

#[test]
fn titles_of_any_script_become_names() {
    let folder = project("");
    let at = folder.path();
    for (title, name) in [
        ("Größe: \"neu\"", "_größe_neu.yaml"),
        ("Cafe\u{301}", "_caf\u{e9}.yaml"),
        ("名前を追加", "_名前を追加.yaml"),
        ("../../a/b", "_a_b.yaml"),
    ] {
        expect(&new(at, &[title]), 0, &["changesets/", name]);
    }
    let long = "word ".repeat(100);
    expect(&new(at, &[&long]), 0, &["_word.yaml"]);
    expect(&driftless(at, &["validate"]), 0, &["5 changesets valid"]);
    expect(&new(at, &["🎉 !"]), 2, &["the title holds no letter"]);
}

#[test]
fn a_title_of_control_characters_is_told() {
    let folder = project("");
    let output = new(folder.path(), &["a \u{7f} b"]);
    expect(&output, 2, &["error[control-character]", "comment: \"a \\u007f b\""]);
    assert!(written(folder.path()).is_empty());
}

#[test]
fn the_author_is_who_is_named_or_who_git_says() {
    let folder = project("");
    let at = folder.path();
    let init = Command::new("git").args(["init", "-q"]).current_dir(at).status();
    // Without git there is nobody that it could name.
    if init.is_ok_and(|status| status.success()) {
        let config = Command::new("git")
            .args(["config", "user.name", "Ana: Ö"])
            .current_dir(at)
            .status();
        assert!(config.expect("git").success());
        expect(&new(at, &["one"]), 0, &[]);
        assert_eq!(only(at), "author: \"Ana: Ö\"\ncomment: one\noperations: []\n");
        std::fs::remove_file(&written(at)[0]).expect("removed");
    }
    expect(&new(at, &["two", "--author", "bo"]), 0, &[]);
    assert_eq!(only(at), "author: bo\ncomment: two\noperations: []\n");
}

#[test]
fn a_file_elsewhere_is_included_where_that_is_asked_for() {
    let folder = project("");
    let at = folder.path();
    let output = new(at, &["one", "--folder", "other"]);
    expect(
        &output,
        0,
        &["add it to `changelog.yaml`:\n  - include: other/2", "_one.yaml"],
    );
    assert!(!read(at.join("changelog.yaml")).contains("other"));
    expect(
        &new(at, &["two", "--folder", "other/", "--include"]),
        0,
        &["included it in changelog.yaml"],
    );
    let changelog = read(at.join("changelog.yaml"));
    assert!(
        changelog.starts_with("# all of it\nchangesets:\n  - include: changesets/ # by name\n  - include: other/2"),
        "{changelog}"
    );
    expect(&driftless(at, &["validate"]), 0, &["1 changeset valid"]);
    write(at.join("changelog.yaml"), "changesets: [{ include: changesets/ }]\n");
    expect(
        &new(at, &["three", "--folder", "other", "--include"]),
        0,
        &[
            "add it to `changelog.yaml`",
            "warning[not-included]: `changelog.yaml` stays as it is: its `changesets` stand in brackets, and not line by line",
        ],
    );
    expect(
        &new(at, &["four", "--folder", "../x"]),
        2,
        &["`../x` climbs out of the changelog's folder"],
    );
}

#[test]
fn what_to_add_is_told_from_the_first_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at.join("driftless.yaml"), "changelog: db/changelog.yaml\n");
    write(at.join("db/changelog.yaml"), "changesets: []\n");
    expect(
        &new(at, &["one"]),
        0,
        &["wrote db/2", "add it to `db/changelog.yaml`:\n  - include: 2"],
    );
    expect(
        &new(at, &["two", "--folder", "other", "--include"]),
        0,
        &["included it in db/changelog.yaml"],
    );
    assert!(read(at.join("db/changelog.yaml")).starts_with("changesets:\n  - include: ../other/2"));
}

#[test]
fn an_empty_list_keeps_its_comments() {
    let folder = project("");
    let at = folder.path();
    write(at.join("changelog.yaml"), "changesets: [\n  # none yet\n]\n");
    let planned = new(at, &["one", "--include", "--dry-run"]);
    expect(&planned, 0, &["would include it in changelog.yaml"]);
    assert_eq!(read(at.join("changelog.yaml")), "changesets: [\n  # none yet\n]\n");
    expect(&new(at, &["one", "--include"]), 0, &["included it in changelog.yaml"]);
    let changelog = read(at.join("changelog.yaml"));
    assert!(
        changelog.starts_with("changesets:\n  # none yet\n  - include: 2"),
        "{changelog}"
    );
}

#[test]
fn a_list_that_is_not_added_to_is_told_with_why() {
    let folder = project("");
    let at = folder.path();
    write(
        at.join("all.json"),
        "{\n  \"changesets\": [\n    { \"include\": \"x.yaml\" }\n  ]\n}\n",
    );
    write(at.join("x.yaml"), "operations: []\n");
    write(at.join("one.yaml"), "operations: []\n");
    write(at.join("broken.yaml"), "changesets: [\n");
    for (first, words) in [
        (
            "all.json",
            &[
                "add it to `all.json`:\n  { \"include\": \"other/2",
                "stays as it is: its `changesets` stand in brackets",
            ][..],
        ),
        (
            "one.yaml",
            &["`one.yaml` stays as it is: it has no list under `changesets`"],
        ),
        (
            "broken.yaml",
            &["`broken.yaml` stays as it is: it has mistakes of syntax"],
        ),
    ] {
        let before = read(at.join(first));
        let output = new(at, &["one", "--include", "--changelog", first, "--folder", "other"]);
        expect(&output, 0, words);
        assert_eq!(read(at.join(first)), before);
    }
}

/// Both files, or none.
#[test]
fn where_the_changelog_cannot_be_written_nothing_is() {
    let folder = project("");
    let at = folder.path();
    let output = new(at, &["one", "--include", "--changelog", "c8.yaml", "--folder", "other"]);
    expect(
        &output,
        2,
        &["cannot read `c8.yaml`: there is no such file", "nothing was written"],
    );
    assert!(!at.join("other").exists());
    std::fs::set_permissions(at.join("changelog.yaml"), PermissionsExt::from_mode(0o444)).expect("permissions");
    let output = new(at, &["one", "--include", "--folder", "other"]);
    expect(&output, 1, &["cannot write `changelog.yaml`: permission denied"]);
    assert!(!at.join("other").exists());
    // A file in a folder's place.
    write(at.join("other"), "");
    let output = new(at, &["one", "--include", "--folder", "other/deep"]);
    expect(&output, 1, &["cannot write `other/deep/2"]);
    assert!(!read(at.join("changelog.yaml")).contains("other"));
}

const TEMPLATES: &str = "templates: { table: templates/table.yaml, rows: templates/rows.json }\n";

fn with_templates(table: &str) -> tempfile::TempDir {
    let folder = project(TEMPLATES);
    write(folder.path().join("templates/table.yaml"), table);
    folder
}

#[test]
fn a_template_is_filled_in() {
    let folder = with_templates(
        "# {{ title }}, {{ date }}\nid: {{ id }}\nauthor: '{{author}}'\ncomment: {{ title }}\nlabels: [{{ slug }}]\n\
         operations:\n  - load_data: { table: t, file: \"data/{{ slug }}_{{ timestamp }}.csv\" }\n",
    );
    let at = folder.path();
    let output = new(
        at,
        &["it's \"new\": a", "--template", "table", "--author", "Ann O'Hara"],
    );
    expect(&output, 0, &["_it_s_new_a.yaml"]);
    let found = only(at);
    let stem = written(at)[0]
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    assert!(found.starts_with("# it's \"new\": a, 2"), "{found}");
    for line in [
        format!("id: \"{stem}\"").replace('"', ""),
        "author: 'Ann O''Hara'".to_string(),
        "comment: \"it's \\\"new\\\": a\"".to_string(),
        "labels: [it_s_new_a]".to_string(),
        format!("data/it_s_new_a_{}.csv", &stem[..14]),
    ] {
        assert!(
            found.replace(&format!("\"{stem}\""), &stem).contains(&line),
            "`{line}` is missing in\n{found}"
        );
    }
    write(
        at.join("templates/rows.json"),
        "{\"comment\": \"{{ title }}\", \"operations\": []}\n",
    );
    std::fs::remove_file(&written(at)[0]).expect("removed");
    expect(&new(at, &["say \"hi\"", "--template", "rows"]), 0, &["_say_hi.json"]);
    assert_eq!(only(at), "{\"comment\": \"say \\\"hi\\\"\", \"operations\": []}\n");
}

#[test]
fn a_broken_template_writes_nothing() {
    for (template, words) in [
        (
            "comment: {{ titel }}\noperations: []\n",
            &["unknown-field", "table.yaml:1:10", "did you mean `title`?"][..],
        ),
        (
            "comment: {{ foo }}\noperations: []\n",
            &["unknown field `foo`", "known are: id, title, slug, author"],
        ),
        (
            "comment: {{ author }}\noperations: []\n",
            &["no-author", "table.yaml:1:10", "--author NAME"],
        ),
        (
            "comment: {{ title }}\noperations: [\n",
            &["yaml-syntax", "table.yaml:2:"],
        ),
        (
            "comment: {{ title }}\noperations: [print: {mesage: x}]\n",
            &[
                "unknown key `mesage`",
                "did you mean `message`?",
                "this is what the template `table` makes",
            ],
        ),
        ("", &["empty"]),
    ] {
        let folder = with_templates(template);
        expect(&new(folder.path(), &["one", "--template", "table"]), 2, words);
        assert!(written(folder.path()).is_empty());
    }
}

#[test]
fn a_template_of_json_makes_json() {
    let folder = project(TEMPLATES);
    let at = folder.path();
    let template = at.join("templates/rows.json");
    write(
        template.clone(),
        "{\"author\": {{ author }}, \"comment\": {{ title }}, \"operations\": []}\n",
    );
    let arguments = ["three words", "--template", "rows", "--author", "Ann O'Hara"];
    expect(&new(at, &arguments), 0, &["_three_words.json"]);
    assert_eq!(
        only(at),
        "{\"author\": \"Ann O'Hara\", \"comment\": \"three words\", \"operations\": []}\n"
    );
    std::fs::remove_file(&written(at)[0]).expect("removed");
    write(template, "{\"comment\": {{ title }},\n \"operations\": [],}\n");
    expect(
        &new(at, &arguments),
        2,
        &["error[not-json]: this is YAML, and no JSON", "rows.json:2:19"],
    );
    assert!(written(at).is_empty());
}

#[test]
fn templates_that_are_not_there_are_told() {
    let folder = with_templates("comment: {{ title }}\noperations: []\n");
    let at = folder.path();
    expect(
        &new(at, &["one", "--template", "tabel"]),
        2,
        &["there is no template `tabel`", "did you mean `table`?"],
    );
    expect(
        &new(at, &["one", "--template", "rows"]),
        2,
        &["cannot read the template `templates/rows.json`"],
    );
    let without = project("");
    let output = new(without.path(), &["one", "--template", "table"]);
    expect(
        &output,
        2,
        &["name its file in driftless.yaml: `templates: { table: templates/table.yaml }`"],
    );
}

#[test]
fn the_default_template_is_taken_where_none_is_named() {
    let folder = project("templates: { default: t.yaml }\n");
    let at = folder.path();
    write(
        at.join("t.yaml"),
        "id: fixed\ncomment: ours, {{ title }}\noperations: []\n",
    );
    expect(&new(at, &["one"]), 0, &[]);
    assert_eq!(only(at), "id: fixed\ncomment: \"ours, one\"\noperations: []\n");
    expect(
        &new(at, &["two"]),
        2,
        &["changeset `fixed` is there already", "make it with a field"],
    );
    expect(&new(at, &["three", "--operations", "print"]), 0, &["_three.yaml"]);
}

#[test]
fn operations_to_begin_with_are_those_that_are_there() {
    let folder = project("");
    let at = folder.path();
    expect(&new(at, &["one", "--operations", "create_table,drop_index"]), 0, &[]);
    let wanted = "\
comment: one
operations:
  # also takes primary_key, uniques, foreign_keys, checks, comment, options, if_not_exists; see `driftless explain
  # create_table`
  - create_table:
      table: TABLE
      columns:
        - { name: NAME, type: int, primary_key: true }
  # also takes columns, concurrently; see `driftless explain drop_index`
  - drop_index:
      table: TABLE
      name: NAME
";
    assert_eq!(only(at), wanted);
    expect(&driftless(at, &["fmt", "--check"]), 0, &[]);
    expect(
        &new(at, &["two", "--operations", "create_tabel, x"]),
        2,
        &["did you mean `create_table`?", "unknown operation `x`"],
    );
}

#[test]
fn all_operations_can_be_begun_with() {
    let folder = project("");
    let at = folder.path();
    let all = driftless::operation::KEYS.join(",");
    expect(&new(at, &["all", "--operations", &all]), 0, &["_all.yaml"]);
    let found = only(at);
    for key in driftless::operation::KEYS {
        assert!(found.contains(&format!("\n  - {key}:")), "{key}");
    }
    expect(&driftless(at, &["fmt", "--check"]), 0, &[]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = project("");
    let at = folder.path();
    let output = new(at, &["one", "--dry-run"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "comment: one\noperations: []\n"
    );
    expect(&output, 0, &["would write changesets/2"]);
    let output = new(at, &["one", "--dry-run", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["result"]["text"], "comment: one\noperations: []\n");
    assert_eq!(json["result"]["included"], true);
    assert!(written(at).is_empty());
}
