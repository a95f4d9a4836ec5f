//! What the tests on live databases share: databases of their own, the program, and what is in a database.

#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use driftless::changelog::HistoryTable;
use driftless::database::{ConnectOptions, DatabaseUrl, Session, introspect::introspect};
use driftless::executor::{Store, target_of};
use driftless::model::NormalForm;

/// The engines, by the name of their dialect.
pub const ENGINES: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

/// Roles that are there for privileges to be given to, where a database has made them.
pub const ROLES: [&str; 2] = ["page_reader", "page_writer"];

/// A database that is there for one test, and gone after it.
pub struct TestDatabase {
    pub engine: &'static str,
    pub url: String,
    /// The URL of its server; empty on SQLite.
    server: String,
    name: String,
    folder: tempfile::TempDir,
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("set {name} or run ./tests/run"))
}

fn server_url(engine: &str) -> String {
    variable(&format!("DRIFTLESS_TEST_{}_URL", engine.to_uppercase()))
}

/// A test on a database of its own on each engine, all at once.
pub fn on_all(test: fn(&TestDatabase)) {
    on_engines(move |engine| test(&TestDatabase::new(engine)));
}

/// A test for each engine, all at once.
pub fn on_engines(test: impl Fn(&'static str) + Copy + Send + 'static) {
    on_some(&ENGINES, test);
}

pub fn on_some(engines: &[&'static str], test: impl Fn(&'static str) + Copy + Send + 'static) {
    let threads: Vec<_> = engines
        .iter()
        .copied()
        .map(|engine| std::thread::spawn(move || test(engine)))
        .collect();
    // All are waited for: each that fails has something to tell.
    let ended: Vec<_> = threads.into_iter().map(std::thread::JoinHandle::join).collect();
    if let Some(why) = ended.into_iter().find_map(Result::err) {
        std::panic::resume_unwind(why);
    }
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(work)
}

impl TestDatabase {
    pub fn new(engine: &'static str) -> TestDatabase {
        let server = match engine {
            "sqlite" => String::new(),
            _ => server_url(engine),
        };
        TestDatabase::on(engine, server)
    }

    /// A database on a server of that engine.
    pub fn on(engine: &'static str, server: String) -> TestDatabase {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let url = match engine {
            "sqlite" => format!("sqlite:{}", folder.path().join("test.db").display()),
            _ => {
                execute(&server, &format!("CREATE DATABASE {name}"));
                let (head, _) = server.rsplit_once('/').expect("a URL with a database");
                format!("{head}/{name}")
            }
        };
        TestDatabase {
            engine,
            url,
            server,
            name,
            folder,
        }
    }

    /// Sees to it that the roles are there that pages and made changelogs give privileges to. They stay: all databases of
    /// a server share them.
    pub fn make_roles(&self) {
        for role in ROLES {
            let sql = match self.engine {
                "sqlite" => continue,
                "postgres" => format!(
                    "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
                ),
                _ => format!("CREATE ROLE IF NOT EXISTS {role}"),
            };
            self.execute(&sql);
        }
    }

    /// What its server calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program on this database.
    pub fn driftless(&self, changelog: &Path, arguments: &[&str]) -> Output {
        let mut command = self.command(changelog, arguments);
        command.output().expect("the program starts")
    }

    /// The program on this database, not yet started.
    pub fn command(&self, changelog: &Path, arguments: &[&str]) -> Command {
        let changelog_text = changelog.display().to_string();
        let all = [&["--changelog", &changelog_text, "--url", &self.url], arguments].concat();
        command(changelog.parent().expect("a folder"), &all)
    }

    /// Runs the program and fails the test where it fails.
    pub fn run(&self, changelog: &Path, arguments: &[&str]) -> String {
        let output = self.driftless(changelog, arguments);
        assert!(
            output.status.success(),
            "{}: driftless {} failed:\n{}{}",
            self.engine,
            arguments.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }

    pub fn query(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        block_on(async {
            let mut session = connect(&self.url).await;
            session
                .query(sql)
                .await
                .unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.engine))
        })
    }

    /// The rows of several queries, asked over one connection.
    pub fn queries(&self, all: &[String]) -> Vec<Vec<Vec<Option<String>>>> {
        block_on(async {
            let mut session = connect(&self.url).await;
            let mut answers = Vec::new();
            for sql in all {
                let rows = session.query(sql).await;
                answers.push(rows.unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.engine)));
            }
            answers
        })
    }

    /// The schema as the engine shows it, driftless's own tables left out.
    pub fn normal_form(&self) -> NormalForm {
        block_on(async {
            let mut session = connect(&self.url).await;
            let target = target_of(&session).expect("a known dialect");
            let store = Store::new(&target, &HistoryTable::default()).expect("a history");
            let catalog = introspect(&mut session, &target, &store.own_tables()).await;
            NormalForm::of(&catalog.unwrap_or_else(|error| panic!("{}: {error}", self.engine)))
        })
    }

    pub fn target(&self) -> driftless::dialect::Target {
        block_on(async { target_of(&connect(&self.url).await).expect("a known dialect") })
    }

    /// All rows of a table, in an order that does not depend on how they are stored.
    pub fn rows(&self, table: &str, columns: &str) -> Vec<Vec<Option<String>>> {
        let mut rows = self.query(&format!("SELECT {columns} FROM {table}"));
        rows.sort();
        rows
    }

    /// The history, but for when, how long, by whom and with which deployment.
    pub fn history(&self) -> Vec<Vec<Option<String>>> {
        self.query(
            "SELECT seq, run, id, file, author, comment, tag, checksum, reverse_checksum, parameters, changes, changes_sha256, \
             state, direction, version, format FROM driftless_history ORDER BY seq",
        )
    }

    /// Feeds a script to the engine's own client.
    pub fn feed(&self, script: &str) -> Output {
        let mut command = self.client();
        command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().expect("the client starts");
        let mut input = child.stdin.take().expect("a pipe");
        let script = script.to_string();
        let writer = std::thread::spawn(move || {
            use std::io::Write;
            // A client that stops at an error closes its end.
            let _ = input.write_all(script.as_bytes());
        });
        let output = child.wait_with_output().expect("the client ends");
        writer.join().expect("the script is written");
        output
    }

    fn client(&self) -> Command {
        if self.engine == "sqlite" {
            let mut command = Command::new(std::env::var("DRIFTLESS_TEST_SQLITE3").unwrap_or("sqlite3".into()));
            command.arg(self.url.trim_start_matches("sqlite:"));
            return command;
        }
        if self.engine == "postgres" {
            let mut command = Command::new(std::env::var("DRIFTLESS_TEST_PSQL").unwrap_or("psql".into()));
            command.args(["-qX", "-d", &self.url]);
            return command;
        }
        let program = format!("DRIFTLESS_TEST_{}_CLIENT", self.engine.to_uppercase());
        let mut command =
            Command::new(std::env::var(&program).unwrap_or_else(|_| panic!("set {program} or run ./tests/run")));
        let (account, place) = self
            .url
            .trim_start_matches("mysql://")
            .split_once('@')
            .expect("an account");
        let (user, password) = account.split_once(':').expect("a password");
        let (host, _) = place.split_once('/').expect("a database");
        let (host, port) = host.split_once(':').expect("a port");
        command.args([
            "--no-defaults",
            "--default-character-set=utf8mb4",
            "-h",
            host,
            "-P",
            port,
            "-u",
            user,
            &self.name,
        ]);
        command.env("MYSQL_PWD", password);
        command
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.engine == "sqlite" {
            return;
        }
        let force = if self.engine == "postgres" { " WITH (FORCE)" } else { "" };
        let sql = format!("DROP DATABASE {}{force}", self.name);
        let server = DatabaseUrl::parse(&self.server).expect("a URL");
        block_on(async {
            // A test that failed has more to tell than this.
            if let Ok(mut session) = Session::connect(&server, &ConnectOptions::default()).await {
                let _ = session.execute(&sql).await;
            }
        });
    }
}

pub async fn connect(url: &str) -> Session {
    let options = ConnectOptions {
        connect_timeout: std::time::Duration::from_secs(100),
        create_missing: true,
        ..ConnectOptions::default()
    };
    let url = DatabaseUrl::parse(url).expect("a URL");
    Session::connect(&url, &options)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

pub fn execute(url: &str, sql: &str) {
    block_on(async {
        let mut session = connect(url).await;
        session
            .execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    });
}

/// Runs the program, which has to end with this code and say these words.
#[track_caller]
pub fn refused(database: &TestDatabase, log: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let output = database.driftless(log, arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}, {arguments:?}: {text}",
        database.engine
    );
    for words in words {
        assert!(
            text.contains(words),
            "{}, {arguments:?}: `{words}` is missing in {text}",
            database.engine
        );
    }
}

/// Runs the program in a folder.
pub fn driftless(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program starts")
}

/// The program in a folder, not yet started, with nothing of this process's environment that it would listen to.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
    for name in [
        "DRIFTLESS_URL",
        "DRIFTLESS_ENV",
        "DRIFTLESS_CONFIG",
        "DRIFTLESS_CHANGELOG",
        "DRIFTLESS_CONTEXTS",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments);
    command
}

/// A file with its folders.
pub fn write(path: PathBuf, text: &str) -> PathBuf {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(&path, text).expect("a file");
    path
}

/// Says what differs, fact by fact.
pub fn assert_same(left: &NormalForm, right: &NormalForm, what: &str) {
    let differences: Vec<String> = left
        .differences(right)
        .iter()
        .map(|difference| {
            format!(
                "  {}\n    - {}\n    + {}",
                difference.what,
                difference.left.as_deref().unwrap_or("(nothing)"),
                difference.right.as_deref().unwrap_or("(nothing)")
            )
        })
        .collect();
    assert!(differences.is_empty(), "{what}:\n{}", differences.join("\n"));
}
