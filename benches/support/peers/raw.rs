use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::workload::Workload;

/// The engine's own client, fed one transaction for each changeset.
pub struct Raw;

impl Peer for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }

    /// It is not needed here: the database knows its client.
    fn program(&self) -> Option<PathBuf> {
        Some(PathBuf::new())
    }

    fn write(&self, work: &Workload, engine: &str, folder: &Path) {
        write(folder.join("up.sql"), &work.raw(engine));
        write(folder.join("down.sql"), &work.raw_down(engine));
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let script = match task {
            Task::Apply => "up.sql",
            Task::Down => "down.sql",
            Task::Script | Task::Again | Task::Status => return None,
        };
        let mut command = site.database.client();
        command.stdin(File::open(site.folder.join(script)).expect("the script"));
        Some(command)
    }
}
