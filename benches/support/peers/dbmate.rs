use std::path::Path;
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::workload::Workload;

/// It has no script, and takes back one changeset in a run.
pub struct Dbmate;

/// More runs than that say nothing new.
const MOST_ROLLBACKS: usize = 100;

impl Peer for Dbmate {
    fn name(&self) -> &'static str {
        "dbmate"
    }

    fn write(&self, work: &Workload, engine: &str, folder: &Path) {
        for (at, step) in work.steps.iter().enumerate() {
            let file = format!("{}_{}.sql", 20_240_101_000_001 + at, step.kind());
            let text = format!(
                "-- migrate:up\n{}\n-- migrate:down\n{}",
                step.sql(engine),
                step.undo(engine)
            );
            write(folder.join(file), &text);
        }
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let word = match task {
            Task::Apply | Task::Again => "migrate",
            Task::Status => "status",
            Task::Down if site.count <= MOST_ROLLBACKS => "rollback",
            Task::Down | Task::Script => return None,
        };
        let mut command = site.command(&["--migrations-dir", ".", "--no-dump-schema"]);
        command.args(["--url", &url(site), word]);
        Some(command)
    }

    fn repeats(&self, task: Task, count: usize) -> usize {
        if task == Task::Down { count } else { 1 }
    }
}

/// Its driver of PostgreSQL wants TLS where the URL says nothing.
fn url(site: &Site) -> String {
    let url = &site.database.url;
    if site.engine != "postgres" || url.contains("sslmode=") {
        return url.clone();
    }
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}sslmode=disable")
}
