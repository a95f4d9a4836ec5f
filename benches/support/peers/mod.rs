//! The tools that are measured side by side: how each writes the workload in its own format, and how it is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::Database;
use crate::workload::Workload;

mod alembic;
mod dbmate;
mod driftless;
mod liquibase;
mod raw;
mod refinery;
mod sqlx;

/// What is measured of each tool, in the order in which it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The script of all changesets, on an empty database.
    Script,
    Apply,
    /// The same command once more, with nothing to do.
    Again,
    Status,
    /// All of it taken back.
    Down,
}

impl Task {
    pub const ALL: [Task; 5] = [Task::Script, Task::Apply, Task::Again, Task::Status, Task::Down];

    pub fn told(self, count: usize) -> String {
        match self {
            Task::Script => format!("script of {count}"),
            Task::Apply => format!("apply {count}"),
            Task::Again => format!("nothing to do, {count} applied"),
            Task::Status => format!("status, {count} applied"),
            Task::Down => format!("down of {count}"),
        }
    }

    /// The tool that the others are compared with: the raw client, where it does the same.
    pub fn reference(self) -> &'static str {
        match self {
            Task::Apply | Task::Down => "raw",
            Task::Script | Task::Again | Task::Status => "driftless",
        }
    }
}

pub trait Peer {
    fn name(&self) -> &'static str;

    /// Whether a run takes so long that a few rounds have to do.
    fn is_slow(&self) -> bool {
        false
    }

    /// Where its program is; nothing where it is not installed.
    fn program(&self) -> Option<PathBuf> {
        find(self.name())
    }

    /// Writes the workload into an empty folder.
    fn write(&self, work: &Workload, engine: &str, folder: &Path);

    /// None where it has no such command.
    fn command(&self, task: Task, site: &Site) -> Option<Command>;

    /// How often the command has to run for the task.
    fn repeats(&self, _task: Task, _count: usize) -> usize {
        1
    }
}

/// Where a tool runs.
pub struct Site<'a> {
    pub program: &'a Path,
    pub engine: &'a str,
    /// What `write` has filled.
    pub folder: &'a Path,
    pub database: &'a Database,
    /// How many changesets there are.
    pub count: usize,
}

impl Site<'_> {
    /// The program with these arguments, in its folder.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.current_dir(self.folder).args(arguments).stdin(Stdio::null());
        command
    }

    /// The database's file.
    fn sqlite_file(&self) -> &str {
        self.database.url.trim_start_matches("sqlite:")
    }
}

pub fn all() -> Vec<Box<dyn Peer>> {
    vec![
        Box::new(raw::Raw),
        Box::new(driftless::Driftless),
        Box::new(dbmate::Dbmate),
        Box::new(sqlx::Sqlx),
        Box::new(refinery::Refinery),
        Box::new(alembic::Alembic),
        Box::new(liquibase::Liquibase),
    ]
}

/// A program in the folder that `benches/install-peers` fills, or else on the PATH.
fn find(name: &str) -> Option<PathBuf> {
    let ours = std::env::var_os("DRIFTLESS_BENCH_PEERS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin"),
        PathBuf::from,
    );
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(ours)
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

fn write(file: PathBuf, text: &str) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
    fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
