//! A changelog reads and writes below its folder, and nowhere else; and what it reads there is files.

mod support;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::write;

const TABLE: &str = "      - create_table: {table: t, columns: [{name: id, type: bigint, primary_key: true}]}\n";

/// A folder with a changelog's folder in it, and beside that what nobody may read.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = Place { folder };
        std::fs::create_dir(place.root()).expect("a folder");
        write(place.outside("secret.csv"), "id\n4711\n");
        write(
            place.outside("secret.sql"),
            "CREATE TABLE hidden_word (id bigint PRIMARY KEY);\n",
        );
        write(
            place.outside("secret.yaml"),
            "changesets:\n  - {id: hidden_word, operations: []}\n",
        );
        place
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The changelog with these changesets; a table is there.
    fn changelog(&self, operations: &str) -> PathBuf {
        let text =
            format!("changesets:\n  - id: table\n    operations:\n{TABLE}  - id: last\n    operations:\n{operations}");
        write(self.root().join("changelog.yaml"), &text)
    }

    /// Runs the program, which has to end in time.
    fn run(&self, arguments: &[&str]) -> (Output, String) {
        self.run_on("sqlite:../test.db", arguments)
    }

    fn run_on(&self, url: &str, arguments: &[&str]) -> (Output, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_driftless"))
            .current_dir(self.root())
            .args(["--url", url])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let started = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            if started.elapsed() > Duration::from_secs(60) {
                child.kill().expect("it can be ended");
                panic!("driftless {} hangs", arguments.join(" "));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let output = child.wait_with_output().expect("its output");
        let all = [output.stdout.as_slice(), &output.stderr].concat();
        (output, String::from_utf8_lossy(&all).into_owned())
    }

    /// Nothing but the place and the message may be said, and nothing is done.
    fn refuses(&self, operations: &str, message: &str) {
        self.changelog(operations);
        let (output, text) = self.run(&["up"]);
        assert_eq!(output.status.code(), Some(2), "{operations}{text}");
        assert!(text.contains(message), "{operations}`{message}` is missing in:\n{text}");
        assert!(!text.contains("4711") && !text.contains("hidden_word"), "{text}");
        assert!(!self.outside("test.db").exists(), "something was run");
    }
}

/// Every key of an operation that names a file to be read.
fn readers(path: &str) -> Vec<String> {
    let csv = match path.rsplit_once('.') {
        Some((stem, "sql")) => format!("{stem}.csv"),
        _ => path.to_string(),
    };
    vec![
        format!("      - load_data: {{table: t, file: '{csv}'}}\n"),
        format!("      - sql_file: {{path: '{path}', effects: []}}\n"),
        format!("      - create_view: {{view: v, file: '{path}'}}\n"),
        format!("      - create_function: {{function: f, returns: int, file: '{path}'}}\n"),
        format!("      - create_procedure: {{procedure: f, file: '{path}'}}\n"),
        format!("      - create_trigger: {{trigger: f, table: t, timing: after, events: [insert], file: '{path}'}}\n"),
        format!("      - only: {{dialects: [sqlite], operations: [{{sql_file: {{path: '{path}', effects: []}}}}]}}\n"),
    ]
}

#[test]
fn nothing_outside_is_read() {
    let place = Place::new();
    let absolute = place.outside("secret.sql").display().to_string();
    symlink("../secret.sql", place.root().join("link.sql")).expect("a link");
    symlink("../secret.csv", place.root().join("link.csv")).expect("a link");
    symlink("..", place.root().join("up")).expect("a link");
    symlink("link.sql", place.root().join("twice.sql")).expect("a link");
    symlink("link.csv", place.root().join("twice.csv")).expect("a link");
    for (path, message) in [
        ("../secret.sql", "climbs out of the changelog's folder"),
        ("a/../../secret.sql", "climbs out of the changelog's folder"),
        (absolute.as_str(), "is absolute"),
        ("link.sql", "leads out of the changelog's folder by a link"),
        ("twice.sql", "leads out of the changelog's folder by a link"),
        ("up/secret.sql", "leads out of the changelog's folder by a link"),
    ] {
        for operation in readers(path) {
            place.refuses(&operation, message);
        }
    }
}

#[test]
fn nothing_outside_is_included() {
    let place = Place::new();
    let absolute = place.outside("secret.yaml").display().to_string();
    std::fs::create_dir(place.root().join("folder")).expect("a folder");
    symlink("../../secret.yaml", place.root().join("folder/link.yaml")).expect("a link");
    std::fs::create_dir(place.root().join("deep")).expect("a folder");
    symlink("../..", place.root().join("deep/up")).expect("a link");
    for (include, message) in [
        ("../secret.yaml", "climbs out of the changelog's folder"),
        (absolute.as_str(), "is absolute"),
        ("folder/link.yaml", "leads out of the changelog's folder by a link"),
        ("folder", "it leads out of the changelog's folder by a link"),
        ("deep", "leads out of the changelog's folder by a link"),
    ] {
        let include = format!("changesets:\n  - {{include: '{include}', recursive: true}}\n");
        write(place.root().join("changelog.yaml"), &include);
        let (output, text) = place.run(&["validate"]);
        assert_eq!(output.status.code(), Some(2), "{include}{text}");
        assert!(text.contains(message), "{include}{text}");
        assert!(!text.contains("hidden_word"), "{text}");
    }
}

#[test]
fn links_below_the_folder_are_followed() {
    let place = Place::new();
    std::fs::create_dir(place.root().join("data")).expect("a folder");
    write(place.root().join("data/rows.csv"), "id\n1\n");
    symlink("data/rows.csv", place.root().join("rows.csv")).expect("a link");
    place.changelog("      - load_data: {table: t, file: rows.csv}\n");
    let (output, text) = place.run(&["up"]);
    assert!(output.status.success(), "{text}");
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let place = Place::new();
    let pipe = place.root().join("pipe.sql");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    Command::new("mkfifo")
        .arg(place.root().join("pipe.csv"))
        .status()
        .expect("mkfifo");
    for operation in readers("pipe.sql") {
        place.refuses(&operation, "it is neither a file nor a folder");
    }
    // A device could only be had by a link, which leads out; a folder is none.
    std::fs::create_dir(place.root().join("folder.sql")).expect("a folder");
    place.refuses("      - sql_file: {path: folder.sql, effects: []}\n", "it is a folder");
    symlink("/dev/zero", place.root().join("zero.csv")).expect("a link");
    place.refuses(
        "      - load_data: {table: t, file: zero.csv}\n",
        "leads out of the changelog's folder by a link",
    );
    Command::new("mkfifo")
        .arg(place.root().join("pipe.yaml"))
        .status()
        .expect("mkfifo");
    let include = "changesets:\n  - include: pipe.yaml\n";
    write(place.root().join("changelog.yaml"), include);
    let (output, text) = place.run(&["validate"]);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("it is neither a file nor a folder"), "{text}");
}

/// A file of this many MiB that takes no room.
fn sparse(path: &Path, mebibytes: u64) {
    let file = std::fs::File::create(path).expect("a file");
    file.set_len(mebibytes * 1024 * 1024).expect("room for nothing");
}

#[test]
fn what_is_too_large_is_not_held_in_memory() {
    let place = Place::new();
    sparse(&place.root().join("large.sql"), 100_000);
    sparse(&place.root().join("large.csv"), 100_000);
    for operation in readers("large.sql").iter().skip(1) {
        place.refuses(operation, "is larger than 64 MiB");
    }
    place.refuses(
        "      - load_data: {table: t, file: large.csv}\n",
        "has a row larger than 64 MiB",
    );
    write(
        place.root().join("quote.jsonl"),
        &format!("\"{}", "x".repeat(65 * 1024 * 1024)),
    );
    place.refuses(
        "      - load_data: {table: t, file: quote.jsonl}\n",
        "has a row larger than 64 MiB",
    );
    let line = format!("{}\n", "x".repeat(1023));
    write(
        place.root().join("quote.csv"),
        &format!("id\n\"{}", line.repeat(65 * 1024)),
    );
    // Its first row is read when it is loaded.
    place.changelog("      - load_data: {table: t, file: quote.csv}\n");
    let (output, text) = place.run(&["up"]);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("has a row larger than 64 MiB"), "{text}");
}

#[test]
fn includes_do_not_grow_without_bound() {
    let place = Place::new();
    let root = place.root();
    // Each file includes the next one twice.
    for n in 0..40 {
        let next = format!("changesets:\n  - include: f{0}.yaml\n  - include: f{0}.yaml\n", n + 1);
        write(root.join(format!("f{n}.yaml")), &next);
    }
    write(root.join("f40.yaml"), "changesets: []\n");
    let (output, text) = place.run(&["validate", "--changelog", "f0.yaml"]);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("is included twice"), "{text}");
    // A chain.
    for n in 0..2000 {
        write(
            root.join(format!("g{n}.yaml")),
            &format!("changesets:\n  - include: g{}.yaml\n", n + 1),
        );
    }
    let (output, text) = place.run(&["validate", "--changelog", "g0.yaml"]);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("more than 64 deep"), "{text}");
    // A folder that holds itself, twice.
    std::fs::create_dir(root.join("loop")).expect("a folder");
    symlink(".", root.join("loop/a")).expect("a link");
    symlink(".", root.join("loop/b")).expect("a link");
    write(root.join("loop/x.yaml"), "changesets: []\n");
    write(
        root.join("loop.yaml"),
        "changesets:\n  - {include: loop, recursive: true}\n",
    );
    let (output, text) = place.run(&["validate", "--changelog", "loop.yaml"]);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("in the list already"), "{text}");
}

#[test]
fn the_first_file_may_be_a_pipe() {
    let place = Place::new();
    let changelog = place.changelog("      - sql: {up: SELECT 1, down: SELECT 1, effects: []}\n");
    let program = env!("CARGO_BIN_EXE_driftless");
    let command = format!(
        "cat '{}' | '{}' validate --changelog /dev/stdin",
        changelog.display(),
        program
    );
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(place.root())
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nothing_is_written_outside() {
    let place = Place::new();
    let absolute = place.outside("out.csv").display().to_string();
    std::fs::create_dir(place.outside("target")).expect("a folder");
    for path in ["../out.csv", "a/../../out.csv", &absolute, "a//b.csv"] {
        place.changelog(&format!("      - unload_data: {{table: t, file: '{path}'}}\n"));
        let (output, text) = place.run(&["up"]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("is not a path below the changelog's folder"), "{text}");
    }
    symlink("../target", place.root().join("link")).expect("a link");
    symlink("../nowhere", place.root().join("gone")).expect("a link");
    for (path, message) in [
        ("link/out.csv", "it leads out of the changelog's folder by a link"),
        ("link/new/out.csv", "it leads out of the changelog's folder by a link"),
        ("gone/out.csv", "cannot be written"),
    ] {
        place.changelog(&format!("      - unload_data: {{table: t, file: '{path}'}}\n"));
        let (output, text) = place.run(&["up"]);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(message), "{text}");
    }
    let left = std::fs::read_dir(place.outside("target")).expect("a folder").count();
    assert_eq!(left, 0, "something was made outside");
    assert!(!place.outside("nowhere").exists() && !place.outside("out.csv").exists());
    // A link in the file's own place is replaced, not followed.
    write(place.outside("kept.txt"), "kept");
    symlink("../kept.txt", place.root().join("out.csv")).expect("a link");
    place.changelog("      - unload_data: {table: t, file: out.csv}\n");
    let (output, text) = place.run(&["up"]);
    assert!(output.status.success(), "{text}");
    assert_eq!(
        std::fs::read_to_string(place.outside("kept.txt")).expect("it is there"),
        "kept"
    );
    assert_eq!(
        std::fs::read_to_string(place.root().join("out.csv")).expect("it is there"),
        "id\n"
    );
}

/// Neither the files of the changelog, nor the configuration, nor the database.
#[test]
fn nothing_that_is_needed_is_written_over() {
    let place = Place::new();
    let root = place.root();
    write(
        root.join("driftless.yaml"),
        "environments: {live: {url: 'sqlite:live.db'}}\n",
    );
    write(root.join("view.sql"), "SELECT id FROM t\n");
    write(root.join("rows.csv"), "id\n1\n");
    write(root.join("more.yaml"), "changesets: []\n");
    symlink(".", root.join("here")).expect("a link");
    symlink("more.yaml", root.join("more.csv")).expect("a link");
    let before = "      - create_view: {view: v, file: view.sql}\n      - load_data: {table: t, file: rows.csv}\n";
    let urls = ["sqlite:app.db", "sqlite:../root/here/app.db"];
    let refuses = |path: &str, message: &str, arguments: &[&str]| {
        let unload = format!("{{unload_data: {{table: t, file: {path}}}}}");
        for operation in [
            format!("      - {unload}\n"),
            format!("      - only: {{dialects: [sqlite, postgres], operations: [{unload}]}}\n"),
        ] {
            let changelog = place.changelog(&format!("{before}{operation}"));
            let text = std::fs::read_to_string(&changelog).expect("a file") + "  - include: more.yaml\n";
            write(changelog, &text);
            for url in urls {
                let (output, text) = place.run_on(url, arguments);
                assert_eq!(output.status.code(), Some(2), "{path}: {text}");
                assert!(text.contains(message), "{path}: {text}");
            }
            let now = std::fs::read_to_string(root.join("changelog.yaml")).expect("a file");
            assert_eq!(now, text);
            assert!(!root.join("out.csv").exists(), "something was written");
        }
    };
    for (path, message) in [
        ("changelog.yaml", "the changelog is read from it"),
        ("more.yaml", "the changelog is read from it"),
        ("here/more.yaml", "the changelog is read from it"),
        ("more.csv", "the changelog is read from it"),
        ("driftless.yaml", "it is the configuration"),
        ("here/driftless.yaml", "it is the configuration"),
        ("view.sql", "an operation reads it"),
        ("rows.csv", "an operation reads it"),
        ("app.db", "it belongs to the database"),
        ("app.db-wal", "it belongs to the database"),
        ("app.db-shm", "it belongs to the database"),
        ("here/app.db-journal", "it belongs to the database"),
        ("app.db-driftless", "it belongs to the database"),
        ("live.db", "it belongs to the database"),
    ] {
        let message = format!("`{path}` cannot be written: {message}");
        refuses(path, &message, &["validate"]);
        assert!(!root.join("app.db").exists(), "something was run");
        if path == "more.yaml" || path == "app.db" {
            refuses(path, &message, &["up"]);
            assert!(!root.join("app.db").exists(), "something was run");
        }
        // What a parameter makes of the name is known when the plan is made: before anything runs.
        if path != "rows.csv" {
            refuses("'${out}'", &message, &["up", "--param", &format!("out={path}")]);
            let (_, text) = place.run_on("sqlite:app.db", &["history"]);
            assert!(!text.contains("table"), "{path}: something was run: {text}");
            let _ = std::fs::remove_file(root.join("app.db"));
        }
    }
    // Rows that are read later may be written anew.
    place.changelog("      - unload_data: {table: t, file: rows.csv}\n      - load_data: {table: t, file: rows.csv}\n");
    let (output, text) = place.run(&["validate"]);
    assert!(output.status.success(), "{text}");
}

#[test]
fn a_history_cannot_name_a_file_outside() {
    let place = Place::new();
    write(place.root().join("rows.csv"), "id\n4711\n");
    place.changelog("      - load_data: {table: t, file: rows.csv}\n");
    let (output, text) = place.run(&["up"]);
    assert!(output.status.success(), "{text}");
    // Somebody who can write the history writes its checksum, too.
    let url = format!("sqlite:{}", place.outside("test.db").display());
    support::block_on(async {
        let mut session = support::connect(&url).await;
        let rows = session
            .query("SELECT changes FROM driftless_history WHERE id = 'last'")
            .await
            .expect("the history");
        let changes = rows[0][0].clone().expect("changes");
        let altered = changes.replace("\"rows.csv\"", "\"../secret.csv\"");
        assert_ne!(changes, altered);
        let sha256 = driftless::changelog::sha256_hex(altered.as_bytes());
        let altered = altered.replace('\'', "''");
        let update = format!(
            "UPDATE driftless_history SET changes = '{altered}', changes_sha256 = '{sha256}' WHERE id = 'last'"
        );
        session.execute(&update).await.expect("an update");
    });
    let (output, text) = place.run(&["down", "-1", "--allow-data-loss"]);
    assert!(!text.contains("4711"), "{text}");
    let rows = support::block_on(async {
        let mut session = support::connect(&url).await;
        session.query("SELECT id FROM t").await.expect("the rows")
    });
    assert_eq!(rows.len(), 1, "{:?}: {text}", output.status);
}
