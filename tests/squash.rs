//! Changesets that stand for others: what a database goes on with that holds none, some or all of those, and that squashing
//! writes such.

mod page;
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use support::{TestDatabase, assert_same, driftless, on_all, refused, write};

/// Four changesets in files of their own, the last outside of what is squashed.
fn files(folder: &Path) -> PathBuf {
    let write = |name: &str, text: &str| write(folder.join(name), text);
    write(
        "changes/0001_users.yaml",
        "operations:
  - create_table: {table: users, columns: [{name: id, type: int, primary_key: true}, {name: mail, type: varchar(80)}]}
",
    );
    write(
        "changes/0002_names.yaml",
        "operations:
  - add_column: {table: users, column: {name: nick, type: varchar(40)}}
  - rename_column: {table: users, column: mail, to: email}
  - create_view: {view: named, file: ../views/named.sql}
",
    );
    write("views/named.sql", "SELECT id, nick FROM users WHERE nick IS NOT NULL");
    write(
        "changes/0003_rows.yaml",
        "operations:
  - load_data: {table: users, file: ../data/users.csv}
  - create_index: {table: users, columns: [nick]}
  - create_table: {table: teams, columns: [{name: id, type: int, primary_key: true}, {name: lead_id, type: int, references: users(id)}]}
tag: v1
",
    );
    write("data/users.csv", "id,email,nick\n1,a@b,a\n2,c@d,\n");
    write(
        "changes/0004_after.yaml",
        "depends_on: [0002_names]
operations:
  - add_column: {table: teams, column: {name: title, type: varchar(40)}}
",
    );
    write("changelog.yaml", "changesets:\n  - include: changes/\n")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn ids(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id FROM driftless_history ORDER BY seq");
    rows.into_iter().flatten().flatten().collect()
}

/// All files below a folder, but for those of a database.
fn texts(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(texts(&path));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            all.insert(path, text);
        }
    }
    all
}

#[test]
fn a_database_before_inside_or_past_the_range_goes_on_and_comes_back() {
    on_all(|past| {
        let engine = past.engine;
        let (before, inside) = (TestDatabase::new(engine), TestDatabase::new(engine));
        let log = files(past.folder());
        inside.run(&log, &["up", "0002_names"]);
        past.run(&log, &["up", "0003_rows"]);
        let schema = past.normal_form();
        let squashed = past.driftless(&log, &["squash", "0001..0003"]);
        assert!(squashed.status.success(), "{engine}: {}", stderr(&squashed));
        let told = stderr(&squashed);
        assert!(told.contains("3 changesets became 1"), "{engine}: {told}");
        let proven = told
            .lines()
            .find(|line| line.starts_with("run and compared on"))
            .unwrap_or_default();
        let title = past.target().dialect.facts().title.clone();
        assert!(proven.contains(&title), "{engine}: {told}");
        let text =
            std::fs::read_to_string(past.folder().join("changes/0001_users_squashed.yaml")).expect("it is there");
        assert!(text.contains("originals: squashed/0001_users_squashed\n"), "{text}");
        assert!(text.contains("file: ../data/users.csv"), "{text}");

        // Past it: there is nothing of it to do, and nothing is said to be missing.
        let status = past.driftless(&log, &["status"]);
        let status = String::from_utf8_lossy(&status.stdout).into_owned() + &stderr(&status);
        assert!(
            !status.contains("not in the files") && !status.contains("missing"),
            "{engine}: {status}"
        );
        assert!(!status.contains("pending 0001_users_squashed"), "{engine}: {status}");
        past.run(&log, &["redo", "--allow-data-loss"]);
        assert_same(&past.normal_form(), &schema, engine);
        // Inside it: what is left of the originals.
        let plan = inside.run(&log, &["plan"]);
        assert!(
            plan.contains("+ 0003_rows") && !plan.contains("+ 0001_users_squashed"),
            "{engine}: {plan}"
        );

        for database in [past, &before, &inside] {
            database.run(&log, &["up"]);
            database.run(&log, &["switch", "--yes"]);
            assert!(database.run(&log, &["plan"]).contains("nothing to do"), "{engine}");
            assert_eq!(database.rows("users", "id, email, nick").len(), 2, "{engine}");
        }
        let own = "0001_users_squashed_0003_rows";
        assert_eq!(ids(&before), [own, "0004_after"], "{engine}");
        assert_eq!(
            ids(&inside),
            ["0001_users", "0002_names", "0003_rows", "0004_after"],
            "{engine}"
        );
        assert_same(&before.normal_form(), &past.normal_form(), engine);
        assert_same(&inside.normal_form(), &past.normal_form(), engine);

        // Back one: the schema after the range, on all of them.
        for database in [past, &before, &inside] {
            database.run(&log, &["down", "-1"]);
            assert_same(&database.normal_form(), &schema, engine);
        }
        // Back into the range, and on from there.
        past.run(&log, &["down", "-2", "--allow-data-loss"]);
        let plan = past.run(&log, &["plan"]);
        assert!(
            plan.contains("+ 0002_names") && plan.contains("+ 0003_rows"),
            "{engine}: {plan}"
        );
        past.run(&log, &["up"]);
        for database in [past, &before, &inside] {
            database.run(&log, &["down", "base", "--allow-data-loss"]);
            assert!(database.normal_form().0.is_empty(), "{engine}");
        }
        // All the way back, it begins with the new one.
        past.run(&log, &["up"]);
        assert_eq!(ids(past).last().map(String::as_str), Some("0004_after"));
        assert!(ids(past).contains(&own.to_string()), "{engine}");
    });
}

#[test]
fn a_database_inside_needs_the_originals_and_no_other_does() {
    on_all(|inside| {
        let engine = inside.engine;
        let past = TestDatabase::new(engine);
        let log = files(inside.folder());
        inside.run(&log, &["up", "+1"]);
        past.run(&log, &["up"]);
        inside.run(&log, &["squash", "..0003"]);
        std::fs::remove_dir_all(inside.folder().join("changes/squashed")).expect("it is there");
        let refused = inside.driftless(&log, &["up"]);
        assert_eq!(refused.status.code(), Some(6), "{engine}: {}", stderr(&refused));
        assert!(
            stderr(&refused).contains("the changesets themselves are gone"),
            "{engine}: {}",
            stderr(&refused)
        );
        assert!(
            stderr(&refused).contains("`0002_names`, `0003_rows`"),
            "{engine}: {}",
            stderr(&refused)
        );
        // Who looks sees what there is as well.
        for (check, code) in [(&[][..], 0), (&["--check"], 4)] {
            let looked = inside.driftless(&log, &[&["status"], check].concat());
            let told = String::from_utf8_lossy(&looked.stdout).into_owned();
            assert_eq!(looked.status.code(), Some(code), "{engine}: {told}");
            assert!(told.contains("1 applied, 2 pending"), "{engine}: {told}");
            assert!(
                stderr(&looked).contains("the changesets themselves are gone"),
                "{engine}: {}",
                stderr(&looked)
            );
        }
        assert!(past.run(&log, &["plan"]).contains("nothing to do"), "{engine}");
    });
}

#[test]
fn what_is_replaced_is_not_taken_for_what_replaces_it() {
    on_all(|old| {
        let engine = old.engine;
        let (new, inside) = (TestDatabase::new(engine), TestDatabase::new(engine));
        let log = files(old.folder());
        old.run(&log, &["up"]);
        inside.run(&log, &["up", "0002"]);
        old.run(&log, &["squash", "0001..0003", "--id", "0001_users_and_all"]);

        let replaced = [
            "`0001_users` is replaced by `0001_users_and_all`",
            "it stands for 3 changesets",
        ];
        for arguments in [
            &["mark", "--applied", "0001_users"][..],
            &["up", "0001_users"],
            &["up", "--only", "0001_users"],
            &["sql", "--dialect", "sqlite", "--to", "0001_users"],
        ] {
            refused(&new, &log, arguments, 2, &replaced);
        }
        // Nor is a beginning that both have.
        refused(&new, &log, &["up", "0001"], 2, &["is the beginning of 2 ids"]);
        new.run(&log, &["up", "0001_users_a"]);
        assert_eq!(ids(&new), ["0001_users_and_all"], "{engine}");
        for arguments in [
            &["down", "0001_users"][..],
            &["down", "--only", "0001_users"],
            &["mark", "--not-applied", "0001_users"],
        ] {
            refused(&new, &log, arguments, 2, &replaced);
        }
        let by_originals = ["this database goes by the changesets that `0001_users_and_all` replaces"];
        refused(old, &log, &["down", "0001_users_and_all"], 2, &by_originals);
        refused(&inside, &log, &["up", "--only", "0001_users_and_all"], 2, &by_originals);
        inside.run(&log, &["up", "--only", "0003"]);
        assert_eq!(ids(&inside), ["0001_users", "0002_names", "0003_rows"], "{engine}");
    });
}

#[test]
fn conditions_and_dependencies_mean_what_replaces_or_is_replaced() {
    on_all(|old| {
        let engine = old.engine;
        let new = TestDatabase::new(engine);
        let table = |id: &str, more: &str| {
            format!(
                "  - id: {id}\n{more}    operations:\n      - create_table: {{table: t_{id}, columns: [{{name: id, type: int}}]}}\n"
            )
        };
        let first = format!("changesets:\n{}{}", table("a", ""), table("b", ""));
        let log = write(old.folder().join("changelog.yaml"), &first);
        old.run(&log, &["up"]);
        let squashed = "    replaces: [a, b]\n";
        let later = [
            table("ab", squashed).as_str(),
            &table("by_original", "    require: [{changeset_applied: a}]\n"),
            &table("by_squashed", "    require: [{changeset_applied: ab}]\n"),
            &table("kept_out", "    only_if: [{not: {changeset_applied: b}}]\n"),
        ]
        .concat();
        write(old.folder().join("changelog.yaml"), &format!("changesets:\n{later}"));
        // The script asks the same.
        for database in [old, &new] {
            let script = database.run(&log, &["up", "--dry-run"]);
            let fed = database.feed(&script);
            assert!(fed.status.success(), "{engine}: {}", stderr(&fed));
            let there = ids(database);
            assert!(
                there.ends_with(&["by_original".into(), "by_squashed".into()]),
                "{engine}: {there:?}"
            );
            database.run(&log, &["down", "-2", "--allow-data-loss"]);
            database.run(&log, &["up"]);
            assert!(database.rows("t_by_squashed", "id").is_empty(), "{engine}");
            assert!(!ids(database).contains(&"kept_out".to_string()), "{engine}");
        }

        let needing = format!(
            "changesets:\n{}{}",
            table("xy", "    only_if: [{table_exists: nothing}]\n    replaces: [x, y]\n"),
            table("needing", "    depends_on: [x]\n"),
        );
        write(old.folder().join("changelog.yaml"), &needing);
        refused(old, &log, &["up", "--only", "needing"], 6, &["`x`, which is pending"]);
        let told = stderr(&old.driftless(&log, &["up"]));
        assert!(
            told.contains("`x`, which it depends on, is left out"),
            "{engine}: {told}"
        );
        assert!(!ids(old).contains(&"needing".to_string()), "{engine}");
    });
}

#[test]
fn what_was_squashed_is_squashed_again() {
    on_all(|database| {
        let engine = database.engine;
        let (first, second, none) = (
            TestDatabase::new(engine),
            TestDatabase::new(engine),
            TestDatabase::new(engine),
        );
        let log = files(database.folder());
        // One is inside of the inner range, one past that, one has the inner one.
        first.run(&log, &["up", "+1"]);
        second.run(&log, &["up", "+3"]);
        database.run(&log, &["squash", "0001..0002", "--id", "inner"]);
        database.run(&log, &["up", "inner"]);
        database.run(&log, &["squash", "inner..0004", "--id", "outer"]);
        for other in [database, &first, &second, &none] {
            other.run(&log, &["up"]);
            assert!(other.run(&log, &["plan"]).contains("nothing to do"), "{engine}");
        }
        assert_eq!(ids(&none), ["outer"], "{engine}");
        assert_eq!(ids(database), ["inner", "0003_rows", "0004_after"], "{engine}");
        assert_eq!(
            ids(&first),
            ["0001_users", "0002_names", "0003_rows", "0004_after"],
            "{engine}"
        );
        for other in [database, &first, &second] {
            assert_same(&other.normal_form(), &none.normal_form(), engine);
            other.run(&log, &["down", "base", "--allow-data-loss"]);
            assert!(other.normal_form().0.is_empty(), "{engine}");
        }
    });
}

const LIST: &str = "# What it is about.
params: {size: 40}   # of names
changesets:
  - id: stays
    operations:
      - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}
  # The first of those.
  - id: one
    comment: Said once.
    operations:
      - create_table: {table: b, columns: [{name: id, type: int, primary_key: true}]}   # as it was
  - include: two.yaml
  - id: three
    operations:
      - sql: {up: \"INSERT INTO b (id) VALUES (1)\", down: \"DELETE FROM b\", effects: []}
      - add_column: {table: b, column: {name: label, type: \"varchar(${size})\"}}

  # The last.
  - id: last
    operations:
      - add_column: {table: b, column: {name: more, type: int}}
";

#[test]
fn changesets_are_taken_out_of_a_list_with_their_comments() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path().join("changelog.yaml"), LIST);
    write(
        folder.path().join("two.yaml"),
        "id: two\noperations:\n  - add_column: {table: b, column: {name: n, type: int}}\n",
    );
    let output = driftless(folder.path(), &["squash", "one..three"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let wanted = "# What it is about.
params: {size: 40}   # of names
changesets:
  - id: stays
    operations:
      - create_table: {table: a, columns: [{name: id, type: int, primary_key: true}]}
  - include: one_squashed_three.yaml
  # The last.
  - id: last
    operations:
      - add_column: {table: b, column: {name: more, type: int}}
";
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), wanted);
    let cut = std::fs::read_to_string(folder.path().join("squashed/one_squashed_three/changelog.yaml"));
    let cut = cut.expect("it is there");
    assert!(
        cut.starts_with("params: {size: 40}   # of names\nchangesets:\n  # The first of those.\n"),
        "{cut}"
    );
    assert!(cut.contains("# as it was") && cut.contains("id: three"), "{cut}");
    assert!(folder.path().join("squashed/one_squashed_three/two.yaml").exists());
    let new = std::fs::read_to_string(folder.path().join("one_squashed_three.yaml")).expect("it is there");
    // The row is a barrier: what comes after is kept as it is, the parameter in it.
    assert!(
        new.contains("INSERT INTO b") && new.contains("varchar(${size})"),
        "{new}"
    );
    assert!(new.contains("- { name: \"n\", type: int }"), "{new}");
    let valid = driftless(folder.path(), &["validate"]);
    assert!(valid.status.success(), "{}", stderr(&valid));
}

/// Blanks at the ends of lines, tabs and quotes in SQL; a list that is formatted, with LF or CRLF; a folder whose lists hold
/// the new one themselves.
#[test]
fn what_is_written_is_formatted() {
    let text = "\
changesets:
  - include: first.yaml

  # The second.
  - id: two
    operations:
      - sql:
          up: \"-- with a blank \\nINSERT INTO t VALUES (2, 'a\\n  b');\\n\\nINSERT INTO t VALUES (3, 'no');\\n\"
          down: \"DELETE FROM t\\tWHERE id > 1\"
          effects: []
      - create_view: { view: a_view_with_a_name_that_is_rather_long, query: \"SELECT id, name FROM t WHERE id < 9\" }

  - id: three
    operations:
      - sql: { up: UPDATE t SET name = 'x', down: \"\", effects: [] }

  # The last.
  - id: last
    operations:
      - drop_view: { view: a_view_with_a_name_that_is_rather_long }
\
";
    let first = "\
operations:
  - create_table:
      table: t
      columns:
        - { name: id, type: int, primary_key: true }
        - { name: name, type: varchar(40) }
";
    let included = "changesets:\n  - include: first.yaml\n  - include: all/\n";
    for (changelog, line_break) in [
        ("changelog.yaml", "\n"),
        ("changelog.yaml", "\r\n"),
        ("all/one.yaml", "\n"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        write(at.join("driftless.yaml"), "targets: [sqlite]\n");
        write(at.join("changelog.yaml"), included);
        write(at.join("first.yaml"), first);
        let text = match changelog {
            "changelog.yaml" => text.to_string(),
            _ => text.replace("  - include: first.yaml\n\n", ""),
        };
        write(at.join(changelog), &text.replace('\n', line_break));
        let check = || driftless(at, &["fmt", "--check"]);
        let before = check();
        assert!(before.status.success(), "{before:?}");
        let range = if changelog == "changelog.yaml" {
            "first..three"
        } else {
            "two..three"
        };
        let output = driftless(at, &["squash", range, "--id", "new"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let after = check();
        assert!(after.status.success(), "{after:?}\n{:?}", texts(at));
        let list = std::fs::read_to_string(at.join(changelog)).expect("it is there");
        assert!(
            list.contains(&format!("{line_break}{line_break}  # The last.{line_break}")),
            "{list}"
        );
        assert_eq!(list.matches('\n').count(), list.matches(line_break).count(), "{list:?}");
    }
}

#[test]
fn what_cannot_be_squashed_is_told_and_no_file_is_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "changesets: [{id: a, operations: []}, {id: b, operations: []}]\n";
    let runs = "changesets:
  - id: a
    operations: []
    reverse: {irreversible: it is not}
  - id: b
    run: always
    operations: []
";
    let list =
        "changesets:\n  - id: a\n    operations: []\n  - id: b\n    operations: []\n  - id: c\n    operations: []\n";
    let cases: [(&str, &[&str], &str); 7] = [
        (flow, &["squash", "a..b"], "do not stand in a block list of YAML"),
        (runs, &["squash", "a..b"], "`a` stays: it has a `reverse` of its own"),
        (list, &["squash", "a"], "`a` is no range"),
        (
            list,
            &["squash", "a..a"],
            "no two changesets of the range can become one",
        ),
        (list, &["squash", "b..a"], "`b` stands behind `a`"),
        (
            list,
            &["squash", "a..bb"],
            "there is no changeset `bb` in the changelog",
        ),
        (
            list,
            &["squash", "a..b", "--id", "c"],
            "there is a changeset `c` already",
        ),
    ];
    for (text, arguments, told) in cases {
        write(folder.path().join("changelog.yaml"), text);
        let before = texts(folder.path());
        let output = driftless(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
        assert_eq!(texts(folder.path()), before);
    }
    write(folder.path().join("changelog.yaml"), list);
    let before = texts(folder.path());
    let shown = driftless(folder.path(), &["squash", "a..b", "--dry-run"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("replaces: [a, b]"));
    assert_eq!(texts(folder.path()), before);
}

#[test]
fn an_alias_is_not_parted_from_what_it_stands_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "changesets:
  - id: a
    operations:
      - create_table: {table: a, columns: &columns [{name: id, type: int}]}
  - id: b
    operations:
      - create_table: {table: b, columns: *columns}
  - id: c
    operations:
      - create_table: {table: c, columns: *columns}
";
    write(folder.path().join("changelog.yaml"), text);
    let before = texts(folder.path());
    for (range, alias) in [("a..b", "10:43"), ("b..c", "7:43")] {
        let output = driftless(folder.path(), &["squash", range]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{range}: {told}");
        for words in [
            "error[not-rewritable]",
            &format!("the alias at `changelog.yaml:{alias}`"),
            "at `changelog.yaml:4:",
            "write it out",
        ] {
            assert!(told.contains(words), "{range}: `{words}` is missing in {told}");
        }
        assert_eq!(texts(folder.path()), before);
    }
    let whole = driftless(folder.path(), &["squash", ".."]);
    assert!(whole.status.success(), "{}", stderr(&whole));
}

#[test]
fn different_contexts_and_what_runs_again_part_what_becomes_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = |name: &str| {
        format!(
            "    operations:\n      - create_table: {{table: {name}, columns: [{{name: id, type: int, primary_key: true}}]}}\n"
        )
    };
    let text = [
        format!("changesets:\n  - id: a\n{}", table("a")),
        format!("  - id: b\n{}    tag: inside\n", table("b")),
        format!("  - id: c\n    contexts: demo and not prod\n    labels: [x]\n{}", table("c")),
        format!("  - id: d\n    contexts: demo and not prod\n    labels: [x]\n{}", table("d")),
        "  - id: e\n    contexts: demo and not prod\n    labels: [x]\n    elidable: true\n    operations:\n      - insert: {table: d, rows: [{id: 1}]}\n".to_string(),
        format!("  - id: f\n    dialects: [sqlite]\n{}", table("f")),
    ];
    write(folder.path().join("changelog.yaml"), &text.concat());
    let output = driftless(folder.path(), &["squash", "..", "--id", "new", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an envelope");
    let result = &json["result"];
    assert_eq!(result["squashed"][0]["replaces"], serde_json::json!(["a", "b"]));
    assert_eq!(result["squashed"][1]["replaces"], serde_json::json!(["c", "d", "e"]));
    assert_eq!(result["squashed"][1]["id"], "new_2");
    assert_eq!(result["stay"][0]["id"], "f");
    let second = std::fs::read_to_string(folder.path().join("new_2.yaml")).expect("it is there");
    assert!(
        second.contains("labels: [x]") && second.contains("contexts:"),
        "{second}"
    );
    // What may be left out is.
    assert!(!second.contains("insert"), "{second}");
    let first = std::fs::read_to_string(folder.path().join("new.yaml")).expect("it is there");
    assert!(first.contains("tag: inside"), "{first}");
}

#[test]
fn what_differs_by_dialect_is_said_by_dialect() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "changesets:
  - id: a
    operations:
      - create_table:
          table: t
          options: {sqlite: {strict: true}, postgres: {unlogged: true}, mysql: {charset: utf8mb4}}
          columns:
            - {name: id, type: int, primary_key: true}
            - {name: kind, type: {postgres: int, default: varchar(20)}}
            - {name: mood, type: {enum: [good, bad]}}
  - id: b
    operations:
      - rename_table: {table: t, to: u}
      - create_view: {view: v, query: {postgres: \"SELECT 1 AS x\", default: \"SELECT 2 AS x\"}, comment: said}
      - only: {dialects: [postgres], operations: [{create_sequence: {name: s}}]}
";
    write(
        folder.path().join("changelog.yaml"),
        &text.replace("strict: true", "without_rowid: true"),
    );
    let output = driftless(folder.path(), &["squash", "a..b", "--id", "new"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let new = std::fs::read_to_string(folder.path().join("new.yaml")).expect("it is there");
    assert!(new.contains("type: { postgres: int, default: varchar(20) }"), "{new}");
    assert!(
        new.contains("unlogged: true") && new.contains("without_rowid: true"),
        "{new}"
    );
    assert!(
        new.contains("dialects: [postgres]") && new.contains("comment: said"),
        "{new}"
    );
    // The check that an enum brings keeps its name where there is one.
    assert!(
        new.contains("rename_constraint") && new.contains("ck_t_mood_enum"),
        "{new}"
    );
    assert_eq!(new.matches("create_table").count(), 1, "{new}");
}

#[test]
fn a_list_in_a_folder_that_is_included_holds_the_new_one_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path().join("changelog.yaml"), "changesets:\n- include: all/\n");
    let text = "changesets:
- id: a
  operations:
  - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}]}
- id: b
  operations:
  - create_view:
      view: v
      query: |
        SELECT id
        FROM t
- id: c
  operations: []
";
    let path = write(folder.path().join("all/one.yaml"), text);
    let output = driftless(folder.path(), &["squash", "a..b", "--id", "new"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let wanted = "changesets:
- id: new
  comment: \"2 changesets in one: a to b.\"
  replaces: [a, b]
  originals: squashed/new
  operations:
    - create_table:
        table: t
        columns:
          - { name: id, type: int, primary_key: true }
    - create_view:
        view: v
        query: |-
          SELECT id
          FROM t
- id: c
  operations: []
";
    assert_eq!(std::fs::read_to_string(path).expect("it is there"), wanted);
    assert!(folder.path().join("all/squashed/new/one.yaml").exists());
    let valid = driftless(folder.path(), &["validate"]);
    assert!(valid.status.success(), "{}", stderr(&valid));
}

#[test]
fn where_something_cannot_be_written_every_file_is_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    files(folder.path());
    // No folder can be made of that name.
    write(folder.path().join("changes/squashed"), "in the way");
    let before = texts(folder.path());
    let output = driftless(folder.path(), &["squash", "0001..0003"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("all files are as they were"),
        "{}",
        stderr(&output)
    );
    assert_eq!(texts(folder.path()), before);
}

#[test]
fn what_would_give_another_schema_or_other_rows_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "changesets:
  - id: a
    operations:
      - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}]}
  - id: b
    elidable: true
    operations:
      - sql: {up: \"CREATE TABLE u (id int NOT NULL)\", down: \"DROP TABLE u\"}
";
    write(folder.path().join("changelog.yaml"), text);
    let before = texts(folder.path());
    let output = driftless(folder.path(), &["squash", "a..b"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told = stderr(&output);
    assert!(
        told.contains("would leave another schema on") && told.contains("`elidable`"),
        "{told}"
    );
    assert_eq!(texts(folder.path()), before);

    // Rows that differ are told where nothing was left out, and noted where something was.
    let rows = "  - id: b
    elidable: true
    operations:
      - insert: {table: t, rows: [{id: 1}]}
";
    let (head, _) = text.split_once("  - id: b").expect("it is there");
    write(folder.path().join("changelog.yaml"), &format!("{head}{rows}"));
    let output = driftless(folder.path(), &["squash", "a..b", "--dry-run"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("leave other rows on SQLite"),
        "{}",
        stderr(&output)
    );
}

/// The page of every operation, on all dialects at once, and run on SQLite.
#[test]
fn every_page_of_operations_is_squashed() {
    let mut wrong = Vec::new();
    let mut shorter = 0;
    for page in page::pages("operations") {
        let folder = page.folder();
        let output = driftless(folder.path(), &["squash", "..", "--id", "new", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an envelope");
        let squashed = json["result"]["squashed"].as_array().map_or(0, Vec::len);
        shorter += usize::from(squashed > 0);
        if !output.status.success() {
            wrong.push(format!("{}: {}", page.name, json["diagnostics"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shorter > 60, "only {shorter} pages have something to squash");
}
