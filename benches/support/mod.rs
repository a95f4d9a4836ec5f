//! What the benchmarks that run programs share: a process measured, a database made anew, numbers that look random.

use std::fs;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// One run of a process.
#[derive(Clone, Copy)]
pub struct Figures {
    pub wall: f64,
    pub cpu: f64,
    pub peak_mib: f64,
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs a process to its end.
pub fn measure(command: &mut Command) -> Figures {
    try_measure(command).unwrap_or_else(|said| panic!("{command:?} failed: {said}"))
}

/// Runs a process to its end; if it fails, the last lines of what it said. Its resources are its own and those of the
/// children that it waited for, of which the peak is the largest one's. No peak is below that of this program, whose
/// memory the process shares until it becomes another program.
#[allow(clippy::zombie_processes)] // wait4 reaps it, and tells what it used, as the standard library does not.
pub fn try_measure(command: &mut Command) -> Result<Figures, String> {
    let mut said = tempfile::tempfile().expect("a temporary file");
    command.stdout(Stdio::null());
    command.stderr(said.try_clone().expect("the file once more"));
    let started = Instant::now();
    let child = command.spawn().map_err(|error| error.to_string())?;
    let mut status = 0;
    // SAFETY: plain integers and structs of the C library, valid for the length of the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::wait4(child.id() as libc::pid_t, &mut status, 0, &mut usage);
        usage
    };
    let wall = started.elapsed().as_secs_f64();
    if !(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0) {
        let mut bytes = Vec::new();
        said.rewind()
            .and_then(|()| said.read_to_end(&mut bytes))
            .expect("the file");
        return Err(last_lines(&String::from_utf8_lossy(&bytes)));
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Ok(Figures {
        wall,
        cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak_mib: usage.ru_maxrss as f64 / 1024.0,
    })
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join("\n")
}

/// A database made anew, and dropped at the end.
pub struct Database {
    engine: String,
    pub url: String,
    name: String,
    /// Where databases are made and dropped; none on SQLite.
    server: String,
}

impl Database {
    /// On SQLite an empty file in the folder, else on the server that the environment names.
    pub fn new(engine: &str, folder: &Path) -> Database {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        if engine == "sqlite" {
            let file = folder.join("bench.db");
            fs::write(&file, "").expect("the database's file");
            return Database {
                engine: engine.into(),
                url: format!("sqlite:{}", file.display()),
                name: String::new(),
                server: String::new(),
            };
        }
        let variable = format!("DRIFTLESS_TEST_{}_URL", engine.to_uppercase());
        let server =
            std::env::var(&variable).unwrap_or_else(|_| panic!("set {variable} (see tests/run --servers-only)"));
        let (head, there) = server.rsplit_once('/').expect("a URL with a database");
        let options = there.find('?').map_or("", |at| &there[at..]);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("driftless_bench_{}_{number}", std::process::id());
        let database = Database {
            engine: engine.into(),
            url: format!("{head}/{name}{options}"),
            name,
            server,
        };
        database.ask(&database.server, &format!("CREATE DATABASE {}", database.name));
        database
    }

    /// The engine's own client, on this database.
    pub fn client(&self) -> Command {
        self.client_at(&self.url)
    }

    /// What the engine's own client prints for a query, without headings; at the database's URL, or the server's.
    pub fn ask(&self, url: &str, sql: &str) -> String {
        let mut command = self.client_at(url);
        match self.engine.as_str() {
            "sqlite" => command.arg(sql),
            "postgres" => command.args(["-At", "-c", sql]),
            _ => command.args(["-N", "-e", sql]),
        };
        let output = command.output().expect("the client starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    }

    fn client_at(&self, url: &str) -> Command {
        let named = |variable: &str, default: &str| std::env::var(variable).unwrap_or_else(|_| default.to_string());
        if self.engine == "sqlite" {
            let mut command = Command::new(named("DRIFTLESS_TEST_SQLITE3", "sqlite3"));
            command.arg(url.trim_start_matches("sqlite:"));
            return command;
        }
        if self.engine == "postgres" {
            let mut command = Command::new(named("DRIFTLESS_TEST_PSQL", "psql"));
            command.args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", url]);
            return command;
        }
        let mut command = Command::new(named(
            &format!("DRIFTLESS_TEST_{}_CLIENT", self.engine.to_uppercase()),
            "mariadb",
        ));
        let Place {
            user,
            password,
            host,
            port,
            name,
        } = Place::of(url);
        command
            .args(["--no-defaults", "-h", host, "-P", port, "-u", user, name])
            .env("MYSQL_PWD", password);
        command
    }
}

/// The parts of a server's URL.
pub struct Place<'a> {
    pub user: &'a str,
    pub password: &'a str,
    pub host: &'a str,
    pub port: &'a str,
    /// The database.
    pub name: &'a str,
}

impl Place<'_> {
    pub fn of(url: &str) -> Place<'_> {
        let (_, rest) = url.split_once("://").expect("a URL");
        let (account, place) = rest.split_once('@').expect("an account");
        let (user, password) = account.split_once(':').expect("a password");
        let (server, name) = place.split_once('/').expect("a database");
        let (host, port) = server.split_once(':').expect("a port");
        Place {
            user,
            password,
            host,
            port,
            name: name.split('?').next().unwrap_or_default(),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match self.engine.as_str() {
            "sqlite" => {
                let file = self.url.trim_start_matches("sqlite:");
                fs::remove_file(file).expect("the database's file");
                for rest in ["-journal", "-wal", "-shm"] {
                    let _ = fs::remove_file(format!("{file}{rest}"));
                }
            }
            _ => drop(self.ask(&self.server, &format!("DROP DATABASE {}", self.name))),
        }
    }
}

/// The same numbers on every run.
#[allow(dead_code)]
pub struct Random(pub u64);

// Not each benchmark throws dice.
#[allow(dead_code)]
impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
