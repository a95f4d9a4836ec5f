use clap::{Args, Subcommand};
use serde::Serialize;

use super::adopted::{Adopted, Recorded};
use super::adopting::{Adopting, Found, Tables};
use super::arguments::{Common, Naming, Writing};
use super::both_changelogs::BothChangelogs;
use super::output::{Output, faint, good, plural, warn};
use super::project::{Access, At, Project};
use super::recorder::Recorder;
use super::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::executor::RunError;
use crate::liquibase::Identity;
use crate::plan::{History, State};

#[derive(Args)]
pub(super) struct Adopt {
    #[command(subcommand)]
    from: From,
}

#[derive(Subcommand)]
enum From {
    /// Take over what Liquibase wrote down in a database: the next `up` runs what Liquibase would have run
    Liquibase(Liquibase),
}

#[derive(Args)]
struct Liquibase {
    /// The first file of the Liquibase changelog (default: the changelog, where that is one of Liquibase)
    #[arg(value_name = "FILE")]
    file: Option<String>,
    /// The table of what was run; letters do not count
    #[arg(long, value_name = "NAME", default_value = "DATABASECHANGELOG")]
    table: String,
    /// The table of Liquibase's lock
    #[arg(long, value_name = "NAME", default_value = "DATABASECHANGELOGLOCK")]
    lock_table: String,
    /// The schema that both are in, where it is not that of the connection
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
    /// A folder that its paths are meant from, where it is neither this one nor one above the first file
    #[arg(long, value_name = "FOLDER")]
    search_path: Vec<String>,
    /// Show what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

#[derive(Serialize)]
struct Report {
    /// The table that was read.
    table: String,
    adopted: Vec<AdoptedReport>,
    /// Rows that are not taken over.
    left_over: Vec<RowReport>,
    /// What the next `up` runs.
    pending: Vec<PendingReport>,
    /// Whoever holds Liquibase's lock.
    locked: Option<LockReport>,
}

#[derive(Serialize)]
struct AdoptedReport {
    id: String,
    #[serde(flatten)]
    row: IdentityReport,
    /// `applied`, or `marked`.
    state: State,
    order: Option<i64>,
    executed: Option<String>,
    deployment: Option<String>,
    /// A tag that the row bears beside the changeset's own.
    tag: Option<String>,
    verified: bool,
    /// Why its checksum could not be held against the files.
    not_verified: Option<String>,
}

#[derive(Serialize)]
struct IdentityReport {
    liquibase_id: String,
    author: String,
    path: String,
}

impl IdentityReport {
    fn of(identity: &Identity) -> IdentityReport {
        IdentityReport {
            liquibase_id: identity.id.clone(),
            author: identity.author.clone(),
            path: identity.path.clone(),
        }
    }
}

#[derive(Serialize)]
struct RowReport {
    #[serde(flatten)]
    row: IdentityReport,
    why: String,
}

#[derive(Serialize)]
struct PendingReport {
    id: String,
    why: &'static str,
}

#[derive(Serialize)]
struct LockReport {
    by: Option<String>,
    since: Option<String>,
}

impl Adopt {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        match self.from {
            From::Liquibase(command) => command.run(common, output).await,
        }
    }
}

impl Liquibase {
    async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let read = BothChangelogs::of(&project, self.file.as_deref(), &self.search_path, output)?;
        let access = if self.dry_run { Access::Look } else { Access::Change };
        let mut live = project.connect(access, output).await?;
        let mut adopting = Adopting {
            project: &project,
            read: &read,
            tables: Tables {
                schema: self.schema.as_deref(),
                log: &self.table,
                lock: &self.lock_table,
            },
            output,
            found: None,
        };
        let recorded = if self.dry_run {
            let failed = |error: RunError| output.run_failed(&error, &read.changelog.sources);
            let history = live.store.read_changes(&mut live.session).await.map_err(failed)?;
            adopting.find(&mut live.at(), &history).await.map_err(failed)??
        } else {
            let recorder = Recorder {
                project: &project,
                changelog: read.changelog,
                output,
                writing: &self.writing,
                naming: &self.naming,
            };
            let find = async |at: &mut At<'_>, history: &History| adopting.find(at, history).await;
            recorder.run(live, find).await?
        };
        let found = adopting.found.take().unwrap_or_default();
        let adopted = recorded.iter().filter_map(|recorded| match recorded {
            Recorded::Changeset(one) => Some(&**one),
            Recorded::Tag(_) => None,
        });
        let adopted: Vec<&Adopted> = adopted.collect();
        Ok(self.tell(&found, &adopted, output))
    }

    fn tell(&self, found: &Found, adopted: &[&Adopted], output: &Output) -> Exit {
        for one in adopted {
            if let Err(why) = &one.verified {
                output.line(format!("  {} {}  {}", warn("not verified"), one.id(), faint(why)));
            }
            if one.is_moved {
                let path = format!("in the table its path is {}", one.row.identity.path);
                output.line(format!("  {} {}  {}", warn("at another path"), one.id(), faint(&path)));
            }
        }
        for (identity, why) in &found.left_over {
            output.line(format!("  {} {}  {}", warn("left over"), identity.whole(), faint(why)));
        }
        for (id, why) in &found.pending {
            output.line(format!("  {} {id}  {}", warn("pending"), faint(why)));
        }
        let exit = match found.left_over.is_empty() {
            true => Exit::Done,
            false => Exit::LeftOver,
        };
        let mut told = found.told.clone();
        if let Some(lock) = &found.lock {
            let by = lock.by.as_deref().unwrap_or("somebody");
            let since = lock.since.as_deref().unwrap_or("a moment that it does not say");
            let message = format!("Liquibase's lock is held by {by} since {since}: is somebody at work?");
            let diagnostic = Diagnostic::warning("liquibase-lock", message)
                .note("a run that was killed leaves it behind; driftless does not need it");
            told.push(diagnostic);
        }
        output.end(exit, &told, &Default::default(), self.report(found, adopted));
        let marked = adopted.iter().filter(|one| one.state == State::Marked).count();
        let unverified = adopted.iter().filter(|one| one.verified.is_err()).count();
        output.say(match (adopted.len(), self.dry_run) {
            (0, _) => format!("nothing to adopt: {}", found.nothing),
            (count, true) => format!(
                "would adopt {}, {marked} of them marked; {unverified} not verified",
                plural(count, "changeset")
            ),
            (count, false) => format!(
                "{} {} from {}, {marked} of them marked; {unverified} not verified; nothing was run",
                good("adopted"),
                plural(count, "changeset"),
                found.table,
            ),
        });
        if !found.left_over.is_empty() {
            output.say(format!(
                "{} left over, and listed above",
                plural(found.left_over.len(), "row")
            ));
        }
        exit
    }

    fn report(&self, found: &Found, adopted: &[&Adopted]) -> Report {
        let one = |one: &Adopted| AdoptedReport {
            id: one.id().to_string(),
            row: IdentityReport::of(&one.row.identity),
            state: one.state,
            order: one.row.order,
            executed: one.row.executed.clone(),
            deployment: one.row.deployment.clone(),
            tag: one.tag.clone(),
            verified: one.verified.is_ok(),
            not_verified: one.verified.clone().err(),
        };
        let row = |(identity, why): &(Identity, String)| RowReport {
            row: IdentityReport::of(identity),
            why: why.clone(),
        };
        Report {
            table: found.table.clone(),
            adopted: adopted.iter().copied().map(one).collect(),
            left_over: found.left_over.iter().map(row).collect(),
            pending: found
                .pending
                .iter()
                .map(|(id, why)| PendingReport { id: id.clone(), why })
                .collect(),
            locked: found.lock.as_ref().map(|lock| LockReport {
                by: lock.by.clone(),
                since: lock.since.clone(),
            }),
        }
    }
}
