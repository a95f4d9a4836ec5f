use std::path::Path;
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::support::Place;
use crate::workload::{Workload, of_mysql};

/// refinery_cli. It only applies: there is no status, no script, no way back.
pub struct Refinery;

const CONFIGURATION: &str = "refinery.toml";

impl Peer for Refinery {
    fn name(&self) -> &'static str {
        "refinery"
    }

    fn write(&self, work: &Workload, engine: &str, folder: &Path) {
        for (at, step) in work.steps.iter().enumerate() {
            let file = format!("migrations/V{}__{}.sql", at + 1, step.kind());
            write(folder.join(file), &step.sql(engine));
        }
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        if !matches!(task, Task::Apply | Task::Again) {
            return None;
        }
        write(site.folder.join(CONFIGURATION), &configuration(site));
        Some(site.command(&["migrate", "-c", CONFIGURATION, "-p", "migrations"]))
    }
}

fn configuration(site: &Site) -> String {
    if site.engine == "sqlite" {
        return format!("[main]\ndb_type = \"Sqlite\"\ndb_path = \"{}\"\n", site.sqlite_file());
    }
    let kind = if of_mysql(site.engine) { "Mysql" } else { "Postgres" };
    let place = Place::of(&site.database.url);
    format!(
        "[main]\ndb_type = \"{kind}\"\ndb_host = \"{}\"\ndb_port = \"{}\"\n\
         db_user = \"{}\"\ndb_pass = \"{}\"\ndb_name = \"{}\"\n",
        place.host, place.port, place.user, place.password, place.name
    )
}
