//! Environments: what one takes from another, what has to be confirmed, and variables from `.env`.

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::{command, driftless, write};

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

const TABLE: &str = "changesets:
  - id: one
    operations:
      - create_table: {table: t, columns: [{name: id, type: int, primary_key: true}]}
      - insert: {table: t, rows: [{id: 1}]}
  - id: two
    contexts: demo
    operations:
      - print: {message: \"of ${owner}\"}
";

fn project(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path().join("changelog.yaml"), TABLE);
    write(folder.path().join("driftless.yaml"), config);
    folder
}

const CONFIG: &str = "environments:
  base: { contexts: [demo], params: { owner: base }, history: { table: past } }
  middle: { extends: base, url: \"sqlite:middle.db\" }
  own: { extends: middle, url: \"sqlite:own.db\", contexts: [demo, own], params: { owner: own } }
  prod: { extends: middle, url: \"sqlite:prod.db\", confirm: true }
  canary: { extends: prod, url: \"sqlite:canary.db\" }
  open: { extends: prod, url: \"sqlite:open.db\", confirm: false }
";

#[test]
fn what_is_not_said_is_as_in_the_one_that_is_extended() {
    let folder = project(CONFIG);
    let folder = folder.path();
    expect(
        &driftless(folder, &["up", "--env", "middle"]),
        0,
        &["of base", "2 changesets applied"],
    );
    expect(
        &driftless(folder, &["up", "--env", "own"]),
        0,
        &["of own", "2 changesets applied"],
    );
    for name in ["middle", "own"] {
        let url = format!("sqlite:{}", folder.join(format!("{name}.db")).display());
        support::block_on(async {
            let mut session = support::connect(&url).await;
            let rows = session
                .query("SELECT id FROM past")
                .await
                .expect("the history's own table");
            assert_eq!(rows.len(), 2);
        });
    }
    // One that is there to be extended needs no database until it is used.
    expect(
        &driftless(folder, &["validate", "--env", "base"]),
        0,
        &["2 changesets valid"],
    );
    expect(
        &driftless(folder, &["up", "--env", "base"]),
        2,
        &[
            "the environment `base` has no `url`",
            "give `--url`, or `--env` with one of middle, own, prod, canary, open",
        ],
    );
    expect(
        &driftless(folder, &["up", "--env", "prd"]),
        2,
        &["there is no environment `prd`", "did you mean `prod`?"],
    );
}

#[test]
fn an_environment_has_timeouts_of_its_own() {
    let folder = project(&format!(
        "{CONFIG}  patient: {{ extends: middle, timeouts: {{ lock: -1 }} }}\n"
    ));
    expect(&driftless(folder.path(), &["validate"]), 2, &["driftless.yaml:8:49"]);
    let folder = project(&format!(
        "timeouts: {{ attempts: 3 }}\n{CONFIG}  once: {{ extends: middle, timeouts: {{ table_lock: 0.1, attempts: 1 }} }}\n"
    ));
    let folder = folder.path();
    expect(
        &driftless(folder, &["up", "--env", "once", "+1"]),
        0,
        &["1 changeset applied"],
    );
    support::block_on(async {
        let url = format!("sqlite:{}", folder.join("middle.db").display());
        let mut other = support::connect(&url).await;
        other.execute("BEGIN IMMEDIATE").await.expect("it is free");
        expect(&driftless(folder, &["up", "--env", "once"]), 1, &["tried 1 times"]);
        expect(
            &driftless(folder, &["up", "--env", "middle", "--lock-timeout", "1"]),
            1,
            &["tried 3 times"],
        );
    });
}

#[test]
fn environments_that_extend_what_is_not_there_or_each_other() {
    let folder = project(
        "environments:\n  base: {}\n  prod: { extends: bsae }\n  a: { extends: b }\n  b: { extends: c }\n  c: { extends: a }\n  \
         d: { extends: a }\n  e: { extends: e }\n",
    );
    let output = driftless(folder.path(), &["validate"]);
    expect(
        &output,
        2,
        &[
            "there is no environment `bsae`\n --> driftless.yaml:3:20",
            "did you mean `base`?",
            "error[extends-cycle]: these environments extend each other: a → b → c → a\n --> driftless.yaml:4:17",
            "these environments extend each other: e → e\n --> driftless.yaml:8:17",
        ],
    );
    assert_eq!(said(&output).matches("extend each other").count(), 2);
}

#[test]
fn contexts_of_an_environment_are_some() {
    let folder = project(&format!("{CONFIG}  none: {{ extends: prod, contexts: [] }}\n"));
    expect(
        &driftless(folder.path(), &["plan", "--env", "none"]),
        2,
        &[
            "error[empty-list]: `contexts` of an environment must not be empty\n --> driftless.yaml:8:36",
            "help: name those that hold; left out",
        ],
    );
    let folder = project("environments: { dev: { contexts: [prod, \"a b\", Not] } }\nparams: { owner: x }\n");
    expect(
        &driftless(folder.path(), &["validate"]),
        2,
        &[
            "no expression can name `a b`: a name has letters",
            "driftless.yaml:1:41",
            "no expression can name `Not`",
            "driftless.yaml:1:48",
        ],
    );
    write(folder.path().join("driftless.yaml"), "params: { owner: x }\n");
    for contexts in ["prod,a b", "and", "a,,b", ""] {
        expect(
            &driftless(folder.path(), &["plan", "--dialect", "sqlite", "--contexts", contexts]),
            2,
            &["no expression can name", "`--contexts` takes names"],
        );
    }
}

#[test]
fn an_environment_that_is_not_there_in_a_parameter() {
    let folder = project(CONFIG);
    let text = format!("params:\n  owner: {{by_environment: {{prdo: a, prod: b, default: c}}}}\n{TABLE}");
    write(folder.path().join("changelog.yaml"), &text);
    expect(
        &driftless(folder.path(), &["validate"]),
        0,
        &[
            "warning[unknown-environment]: there is no environment `prdo`\n --> changelog.yaml:2:28",
            "did you mean `prod`?",
        ],
    );
}

/// With nobody at the other end.
fn piped(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

#[test]
fn destruction_is_confirmed_or_refused() {
    let folder = project(CONFIG);
    let folder = folder.path();
    for name in ["prod", "canary"] {
        write(folder.join("changelog.yaml"), TABLE);
        // Nothing is destroyed by that.
        expect(&piped(folder, &["up", "--env", name]), 0, &["2 changesets applied"]);
        let down = ["down", "base", "--allow-data-loss", "--env", name];
        let refused = expect(
            &piped(folder, &down),
            6,
            &[
                "error[not-confirmed]",
                "one is taken back, which destroys table `t` with its rows",
                "say `--yes`",
            ],
        );
        assert!(refused.contains(&format!("environment `{name}`")), "{refused}");
        assert!(refused.contains(&format!("{name}.db`")), "{refused}");
        let json = expect(
            &piped(folder, &[&down[..], &["--format", "json"]].concat()),
            6,
            &["\"not-confirmed\""],
        );
        assert!(!json.contains('\u{1b}'), "{json}");
        expect(&piped(folder, &["status", "--env", name]), 0, &["2 applied"]);
        expect(
            &piped(folder, &["down", "base", "--dry-run", "--env", name]),
            0,
            &["DROP TABLE"],
        );
        expect(
            &piped(folder, &[&down[..], &["--yes"]].concat()),
            0,
            &["2 changesets taken back"],
        );
    }
    // On the way up, too.
    expect(&piped(folder, &["up", "--env", "prod"]), 0, &[]);
    let drops = format!(
        "{TABLE}  - id: drops\n    operations: [{{drop_table: {{table: t, keep: true}}}}]\n  - id: drops-again\n    \
         operations: [{{create_table: {{table: u, columns: [{{name: id, type: int}}]}}}}, {{drop_table: {{table: u}}}}]\n"
    );
    write(folder.join("changelog.yaml"), &drops);
    expect(&piped(folder, &["up", "+1", "--env", "prod"]), 0, &["+ drops"]);
    expect(
        &piped(folder, &["up", "--env", "prod"]),
        6,
        &["drops-again destroys table `u`"],
    );
    expect(&piped(folder, &["up", "--env", "prod", "--yes"]), 0, &["+ drops-again"]);
    expect(
        &piped(folder, &["purge", "--all", "--allow-data-loss", "--env", "prod"]),
        6,
        &["not-confirmed", "1 row"],
    );
    expect(
        &piped(
            folder,
            &["purge", "--all", "--allow-data-loss", "--env", "prod", "--yes"],
        ),
        0,
        &["1 table dropped"],
    );
    // By the author's own SQL as well, as far as it is understood; what it made itself is no loss.
    let raw = format!(
        "{drops}  - id: raw\n    operations: [{{sql: CREATE TABLE x (id int)}}]\n  - id: in-between\n    operations: [{{sql:          CREATE TABLE y (id int); DROP TABLE y}}]\n  - id: raw-drop\n    operations: [{{sql: {{up: DROP TABLE x, down: CREATE          TABLE x (id int)}}}}]\n"
    );
    write(folder.join("changelog.yaml"), &raw);
    expect(
        &piped(folder, &["up", "in-between", "--env", "prod"]),
        0,
        &["+ in-between"],
    );
    expect(
        &piped(folder, &["up", "--env", "prod"]),
        6,
        &["raw-drop destroys table `x`"],
    );
    // Where nothing is to be confirmed nobody is asked.
    write(folder.join("changelog.yaml"), TABLE);
    let redo = ["redo", "--allow-data-loss", "--env", "canary"];
    expect(&piped(folder, &["up", "--env", "canary"]), 0, &[]);
    expect(&piped(folder, &redo), 6, &["not-confirmed", "two is taken back"]);
    expect(&piped(folder, &[&redo[..], &["--yes"]].concat()), 0, &["of base"]);
    write(folder.join("changelog.yaml"), "changesets: []\n");
    let switch = ["switch", "--allow-data-loss", "--env", "canary"];
    expect(&piped(folder, &switch), 6, &["not-confirmed"]);
    expect(
        &piped(folder, &[&switch[..], &["-y"]].concat()),
        0,
        &["2 changesets taken back"],
    );
    write(folder.join("changelog.yaml"), TABLE);
    expect(&piped(folder, &["up", "--env", "open"]), 0, &[]);
    expect(
        &piped(folder, &["down", "base", "--allow-data-loss", "--env", "open"]),
        0,
        &[],
    );
}

/// With a terminal at the other end, on which something is typed.
fn typed(folder: &Path, arguments: &str, keys: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_driftless");
    let script = format!("(sleep 1; printf '{keys}'; sleep 2) | script -qefc '{program} {arguments}' /dev/null");
    let mut command = Command::new("bash");
    command.args(["-o", "pipefail", "-c", &script]).current_dir(folder);
    command.output().expect("a terminal")
}

#[test]
fn an_answer_is_waited_for_on_a_terminal() {
    let folder = project(CONFIG);
    let folder = folder.path();
    expect(&piped(folder, &["up", "--env", "prod"]), 0, &[]);
    let down = "down base --allow-data-loss --env prod";
    for keys in ["n\\n", "\\n", "what?\\n"] {
        expect(
            &typed(folder, down, keys),
            6,
            &["[y/N]", "is taken back, which destroys", "not confirmed; nothing"],
        );
    }
    expect(&typed(folder, down, "\\003"), 130, &["[y/N]", "nothing was begun"]);
    expect(&piped(folder, &["status", "--env", "prod"]), 0, &["2 applied"]);
    expect(&typed(folder, down, "Y\\n"), 0, &["2 changesets taken back"]);
}

#[test]
fn variables_are_read_from_a_file() {
    let folder = project(
        "environments: { dev: { url: \"sqlite:${env:DATABASE_OF_TEST}\" } }\nparams: { owner: \"${env:OWNER_OF_TEST}\" }\n",
    );
    let folder = folder.path();
    write(
        folder.join(".env"),
        "\u{feff}# of this project\nexport DRIFTLESS_ENV=dev\nDATABASE_OF_TEST=from_file.db\nOWNER_OF_TEST='the $owner # it is'\n",
    );
    expect(&driftless(folder, &["up"]), 0, &["of the $owner # it is"]);
    assert!(folder.join("from_file.db").exists());
    // What the environment says goes before it.
    let output = command(folder, &["up"])
        .env("DATABASE_OF_TEST", "real.db")
        .env("OWNER_OF_TEST", "me")
        .output()
        .expect("the program starts");
    expect(&output, 0, &["of me"]);
    assert!(folder.join("real.db").exists());
    // So does the file of this folder before that of the configuration's.
    let below = folder.join("below");
    write(
        below.join(".env"),
        "OWNER_OF_TEST=nearer\nDRIFTLESS_URL=sqlite:below.db\n",
    );
    expect(
        &driftless(&below, &["up", "--config", "../driftless.yaml"]),
        0,
        &["of nearer"],
    );
    assert!(below.join("below.db").exists());
    std::fs::remove_file(below.join(".env")).expect("it is there");
    expect(
        &driftless(&below, &["up", "--config=../driftless.yaml"]),
        0,
        &["is up to date"],
    );
    // Something else of that name is no file of variables.
    std::fs::create_dir(below.join(".env")).expect("a folder");
    expect(
        &driftless(&below, &["status", "--config=../driftless.yaml"]),
        0,
        &["2 applied"],
    );
}

#[test]
fn an_environment_that_is_named_goes_before_a_variable() {
    const NOTE: &str = "note: DRIFTLESS_URL is not used: `--env prod` has a `url` of its own\n";
    let fresh = |url: &str| {
        let folder = project(
            "environments:\n  base: { params: { owner: base } }\n  prod: { extends: base, url: \"sqlite:prod.db\" }\n  \
             same: { extends: base, url: \"${env:DRIFTLESS_URL}\" }\n",
        );
        write(folder.path().join(".env"), &format!("DRIFTLESS_URL={url}\n"));
        folder
    };
    for (url, arguments, made, notes) in [
        ("sqlite:dev.db", &["up", "--env", "prod"][..], "prod.db", 1),
        ("sqlite:dev.db", &["--env=prod", "up"], "prod.db", 1),
        ("sqlite:prod.db", &["up", "--env", "prod"], "prod.db", 0),
        ("sqlite:dev.db", &["up", "--env", "same"], "dev.db", 0),
        // One that has none of its own.
        ("sqlite:dev.db", &["up", "--env", "base"], "dev.db", 0),
        // A flag goes before all.
        (
            "sqlite:dev.db",
            &["up", "--env", "prod", "--url", "sqlite:flag.db"],
            "flag.db",
            0,
        ),
        (
            "sqlite:dev.db",
            &["up", "--url=sqlite:dev.db", "--env", "prod"],
            "dev.db",
            0,
        ),
    ] {
        let folder = fresh(url);
        let folder = folder.path();
        let told = expect(&driftless(folder, arguments), 0, &["2 changesets applied"]);
        assert_eq!(told.matches(NOTE).count(), notes, "{arguments:?}: {told}");
        for name in ["dev.db", "prod.db", "flag.db"] {
            assert_eq!(folder.join(name).exists(), name == made, "{arguments:?}: {name}");
        }
    }
    // Of two variables the URL.
    let folder = fresh("sqlite:dev.db");
    let output = command(folder.path(), &["up"]).env("DRIFTLESS_ENV", "prod").output();
    expect(&output.expect("the program starts"), 0, &["of base"]);
    assert!(folder.path().join("dev.db").exists());
}

#[test]
fn a_file_of_variables_with_a_mistake() {
    let folder = project("targets: [sqlite]\nparams: {owner: x}\n");
    for (text, line) in [
        ("A=b\n\nhunter2 hunter2\n", 3),
        ("A=b\nB='hunter2\n", 2),
        ("A=hunter2 hunter2\n", 1),
    ] {
        write(folder.path().join(".env"), text);
        for format in [&[][..], &["--format", "json"]] {
            let output = driftless(folder.path(), &[&["validate"], format].concat());
            let told = expect(
                &output,
                2,
                &[
                    "env-file",
                    &format!("`.env` cannot be read: line {line} is not `NAME=value`"),
                ],
            );
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
    expect(&driftless(folder.path(), &["--help"]), 0, &["Usage"]);
    std::fs::write(folder.path().join(".env"), b"A=b\nB='hunter2 \xe9'\n").expect("a file");
    let told = expect(
        &driftless(folder.path(), &["validate"]),
        2,
        &["`.env` cannot be read: line 2 is not UTF-8", "it is a text in UTF-8"],
    );
    assert!(!told.contains("hunter2"), "{told}");
}
