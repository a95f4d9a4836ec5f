use std::path::Path;
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::workload::Workload;

/// sqlx-cli. Its dry run names the files, and shows no SQL.
pub struct Sqlx;

impl Peer for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn write(&self, work: &Workload, engine: &str, folder: &Path) {
        for (at, step) in work.steps.iter().enumerate() {
            let file = |way| folder.join(format!("{:06}_{}.{way}.sql", at + 1, step.kind()));
            write(file("up"), &step.sql(engine));
            write(file("down"), &step.undo(engine));
        }
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let arguments: &[&str] = match task {
            Task::Apply | Task::Again => &["migrate", "run"],
            Task::Status => &["migrate", "info"],
            Task::Down => &["migrate", "revert", "--target-version", "0"],
            Task::Script => return None,
        };
        let mut command = site.command(arguments);
        command.args(["--source", ".", "--database-url", &site.database.url]);
        Some(command)
    }
}
