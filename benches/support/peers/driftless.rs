use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::workload::Workload;

pub struct Driftless;

impl Peer for Driftless {
    fn name(&self) -> &'static str {
        "driftless"
    }

    fn program(&self) -> Option<PathBuf> {
        Some(env!("CARGO_BIN_EXE_driftless").into())
    }

    fn write(&self, work: &Workload, _engine: &str, folder: &Path) {
        write(folder.join("changelog.yaml"), &work.yaml());
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let arguments: &[&str] = match task {
            Task::Script => &["sql"],
            Task::Apply | Task::Again => &["up"],
            Task::Status => &["status"],
            Task::Down => &["down", "base", "--allow-data-loss"],
        };
        let mut command = site.command(arguments);
        command.args(["--url", &site.database.url]);
        Some(command)
    }
}
