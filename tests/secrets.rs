//! A password in a URL is never shown, whatever goes wrong, however it is said.

mod support;

use std::path::Path;
use std::process::{Command, Output};

use support::{ENGINES, TestDatabase, write};

const PASSWORD: &str = "Sw0rdf1sh";

/// Runs the program with all that could make it talk.
fn run(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
    for name in [
        "DRIFTLESS_URL",
        "DRIFTLESS_ENV",
        "DRIFTLESS_CONFIG",
        "DRIFTLESS_CHANGELOG",
        "DRIFTLESS_CONTEXTS",
    ] {
        command.env_remove(name);
    }
    let output = command
        .current_dir(folder)
        .envs([
            ("RUST_LOG", "trace"),
            ("RUST_BACKTRACE", "full"),
            ("CLICOLOR_FORCE", "1"),
        ])
        .envs(variables.iter().copied())
        .args(arguments)
        .output()
        .expect("the program starts");
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    (output, String::from_utf8_lossy(&all).into_owned())
}

/// It has to fail, and to say so without the password.
fn fails(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut said = String::new();
    for format in [&[][..], &["--format", "json"]] {
        let arguments = [arguments, format].concat();
        let (output, text) = run(folder, variables, &arguments);
        let code = output.status.code().unwrap_or_default();
        assert!((1..=6).contains(&code), "{arguments:?} ends with {code}: {text}");
        assert!(!text.trim().is_empty(), "{arguments:?} says nothing");
        assert!(!text.contains(PASSWORD), "{arguments:?} shows the password:\n{text}");
        said += &text;
    }
    said
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path().join("changelog.yaml"),
        "changesets:\n  - {id: one, operations: [{create_table: {table: t, columns: [{name: id, type: bigint, primary_key: true}]}}]}\n",
    );
    folder
}

/// URLs that lead nowhere, each with the password in it.
fn urls() -> Vec<String> {
    let mut all = Vec::new();
    for scheme in ["postgres", "mysql", "mariadb"] {
        for rest in [
            "//app:PASSWORD@127.0.0.1:1/x",
            "//app:PASSWORD@127.0.0.1:port/x",
            "//app:PASSWORD@127.0.0.1:99999/x",
            "//app:a/PASSWORD@127.0.0.1:1/x",
            "//app:PASSWORD?@127.0.0.1:1/x",
            "//app:PASSWORD#x@127.0.0.1:1/x",
            "//app:x@PASSWORD@127.0.0.1:1/x",
            "//app:PASSWORD%@127.0.0.1:1/x",
            "//app:PASSWORD@[::1/x",
            "//app:PASSWORD@no-such-host.invalid/x",
            "//app:PASSWORD@127.0.0.1:1/x?sslmode=maybe&ssl-mode=maybe",
            "//app:PASSWORD@127.0.0.1:1/x?sslrootcert=/nowhere&ssl-ca=/nowhere",
            "//app:PASSWORD@127.0.0.1:1/x?frobnicate=1",
            "//127.0.0.1:1/x?user=app&password=PASSWORD",
            "//127.0.0.1:1/x?user=app&p%61ssword=PASSWORD",
            "app:PASSWORD@127.0.0.1:1/x",
        ] {
            all.push(format!("{scheme}:{rest}"));
        }
    }
    all.push("oracle://app:PASSWORD@127.0.0.1/x".into());
    all.push("app:PASSWORD@127.0.0.1/x".into());
    all.iter().map(|url| url.replace("PASSWORD", PASSWORD)).collect()
}

/// What other programs take for a URL, and one with a key that is not known.
fn no_urls() -> Vec<String> {
    let all = [
        "host=127.0.0.1 password=PASSWORD",
        "host=127.0.0.1 password=a:PASSWORD user=app",
        "host=127.0.0.1 password = PASSWORD",
        "host=127.0.0.1 password='a PASSWORD'",
        "Server=127.0.0.1;Password=PASSWORD;Port=1",
        "Server=tcp:127.0.0.1;Pwd=PASSWORD",
        "Server=tcp://127.0.0.1;User=a@b;Password=a;PASSWORD",
        "jdbc:postgresql://127.0.0.1:1/x?user=app&password=PASSWORD",
        "postgres:host=127.0.0.1 password=PASSWORD",
        "sqlite:x.db?key=PASSWORD",
        "sqlite:no/x.db?mode=rw&hexkey=PASSWORD",
        "sqlite:?password=PASSWORD",
    ];
    all.map(|text| text.replace("PASSWORD", PASSWORD)).to_vec()
}

#[test]
fn a_url_that_leads_nowhere() {
    let folder = folder();
    let folder = folder.path();
    for url in urls() {
        fails(folder, &[], &["status", "--url", &url]);
        fails(folder, &[("DRIFTLESS_URL", &url)], &["up"]);
    }
}

#[test]
fn what_is_no_url() {
    let folder = folder();
    let folder = folder.path();
    for text in no_urls() {
        fails(folder, &[], &["status", "--url", &text]);
        fails(folder, &[("DRIFTLESS_URL", &text)], &["up"]);
        fails(folder, &[], &["test", "--url", "sqlite:a.db", "--scratch", &text]);
        // In the wrong place; with blanks around its `=` it may be SQL.
        for arguments in [&["up", &text][..], &["status", "--env", &text]] {
            let (_, said) = run(folder, &[], arguments);
            assert!(
                text.contains(" = ") || !said.contains(PASSWORD),
                "{arguments:?}: {said}"
            );
        }
    }
    let said = fails(folder, &[], &["status", "--url", "host=127.0.0.1 password=a"]);
    assert!(
        said.contains("a URL reads `postgres://user@host:port/database`"),
        "{said}"
    );
    assert!(!said.contains("sqlite:host"), "{said}");
}

#[test]
fn every_command() {
    let folder = folder();
    let folder = folder.path();
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:1/x");
    for command in [
        &["up"][..],
        &["up", "--dry-run"],
        &["up", "--rehearse"],
        &["down", "base"],
        &["plan"],
        &["sql"],
        &["status"],
        &["history"],
        &["repair"],
        &["purge"],
        &["resume"],
        &["test"],
    ] {
        fails(folder, &[], &[command, &["--url", &url]].concat());
    }
    let scratch = ["test", "--url", "sqlite:a.db", "--scratch", &url];
    fails(folder, &[], &scratch);
}

#[test]
fn a_url_in_the_wrong_place() {
    let folder = folder();
    let folder = folder.path();
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:1/x");
    for arguments in [
        &[url.as_str()][..],
        &["up", &url],
        &["down", &url],
        &["explain", &url],
        &["--ulr", &url, "status"],
        &[&format!("--ulr={url}"), "status"],
        &["status", "--env", &url],
        &["status", "--dialect", &url],
        &["status", "--config", &url],
        &["status", "--changelog", &url],
        &["status", "--labels", &url],
        &["up", "--lock-timeout", &url],
        &["up", "--format", &url],
    ] {
        // `--format` may be given once.
        let (output, text) = run(folder, &[], arguments);
        assert_ne!(output.status.code(), Some(0), "{arguments:?}: {text}");
        assert!(!text.contains(PASSWORD), "{arguments:?} shows the password:\n{text}");
    }
}

#[test]
fn a_url_in_a_configuration() {
    let folder = folder();
    let folder = folder.path();
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:1/x");
    for config in [
        format!("environments:\n  live:\n    url: {url}\n"),
        // Mistakes beside it, whose lines are shown.
        format!("environments:\n  live:\n    ulr: {url}\n"),
        format!("environments:\n  live:\n    url: {url}\n    context: a\n"),
        format!("environments:\n  live: {{ url: \"{url}\", context: a }}\n"),
        format!("environments:\n  live: {url}\n"),
        format!("environments:\n  live:\n    url: [{url}]\n"),
        format!("environments:\n  live:\n    url: {url}\n    url: {url}\n"),
        format!("environments:\n  live:\n    url: \"{url}\n"),
        format!("{{\"environments\":{{\"live\":{{\"url\":\"{url}\",\"x\":\"me@home\"}}}}}}"),
        format!(
            "{{\"a\":\"{}\",\"environments\":{{\"live\":{{\"url\":\"{url}\",\"x\":1}}}}}}",
            "x".repeat(2000)
        ),
        format!("environments:\n  {url}: {{}}\n"),
        format!("lock: {url}\n"),
    ] {
        write(folder.join("driftless.yaml"), &config);
        fails(folder, &[], &["status", "--env", "live"]);
    }
    write(
        folder.join("driftless.yaml"),
        "environments:\n  live:\n    url: ${env:LIVE_URL}\n",
    );
    fails(folder, &[("LIVE_URL", &url)], &["status", "--env", "live"]);
    // A part of it.
    write(
        folder.join("driftless.yaml"),
        "environments:\n  live:\n    url: postgres://app:${env:LIVE_PASSWORD}@127.0.0.1:1/x\n",
    );
    for password in [PASSWORD.to_string(), format!("/{PASSWORD}"), format!("a@{PASSWORD}?#")] {
        fails(folder, &[("LIVE_PASSWORD", &password)], &["status", "--env", "live"]);
    }
}

#[test]
fn a_url_in_a_changelog() {
    let folder = folder();
    let folder = folder.path();
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:1/x");
    for operation in [
        format!("{{sqll: \"CREATE SUBSCRIPTION s CONNECTION '{url}' PUBLICATION p\"}}"),
        format!("{{create_table: {{table: \"{url}\", colums: []}}}}"),
    ] {
        let text = format!("changesets:\n  - {{id: one, operations: [{operation}]}}\n");
        write(folder.join("changelog.yaml"), &text);
        fails(folder, &[], &["validate"]);
    }
}

#[test]
fn a_wrong_password() {
    let folder = folder();
    for engine in ENGINES.into_iter().filter(|engine| *engine != "sqlite") {
        let database = TestDatabase::new(engine);
        let (scheme, rest) = database.url.split_once("://").expect("a URL");
        let (account, place) = rest.rsplit_once('@').expect("an account");
        let (user, right) = account.split_once(':').expect("a password");
        let shown = support::block_on(async {
            let session = support::connect(&database.url).await;
            format!("{session:?} {:?}", session.canceller())
        });
        assert!(!shown.contains(&format!(":{right}@")), "{shown}");
        let wrong = format!("{scheme}://{user}:{PASSWORD}@{place}");
        let said = fails(folder.path(), &[], &["status", "--url", &wrong]);
        assert!(said.contains(":***@"), "{said}");
        // A server that lets us in, and then refuses.
        let missing = format!("{scheme}://{user}:{right}@{place}_that_is_not_there?password={PASSWORD}");
        fails(folder.path(), &[], &["status", "--url", &missing]);
    }
}

/// Nothing that is logged below driftless comes out.
#[test]
fn logs_are_off() {
    let folder = folder();
    let (output, _) = run(folder.path(), &[], &["up", "--url", "sqlite:a.db"]);
    assert!(output.status.success());
    let (output, text) = run(folder.path(), &[], &["history", "--url", "sqlite:a.db"]);
    assert!(output.status.success(), "{text}");
    assert!(output.stderr.is_empty(), "{text}");
    assert!(!text.contains("SELECT") && !text.contains("TRACE"), "{text}");
}
