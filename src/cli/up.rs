use clap::Args;

use super::arguments::{Common, Naming, Writing};
use super::clean::refuse_unclean;
use super::drift::refuse_drift;
use super::mover::Mover;
use super::output::Output;
use super::project::{Access, Project};
use super::rehearsal::Rehearsal;
use super::sql::{How, Printing, dry_run, script_secrets};
use super::unadopted::refuse_unadopted;
use super::way::{UpArguments, Way};
use super::{Exit, Failure};

#[derive(Args)]
pub(super) struct Up {
    #[command(flatten)]
    up: UpArguments,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    /// Only where the database holds nothing but what driftless put there
    #[arg(long)]
    if_clean: bool,
    /// Only where the database is what its history says: on a drifted one nothing is run
    #[arg(long)]
    check_drift: bool,
    /// Begin from nothing although Liquibase ran these changesets here: what it wrote down is not looked at
    #[arg(long)]
    allow_unadopted: bool,
    /// Put the values of secret parameters into that SQL, which stops where it needs one otherwise
    #[arg(long, requires = "dry_run")]
    show_secrets: bool,
    /// Run all of it, and roll it back
    #[arg(long, conflicts_with = "dry_run")]
    rehearse: bool,
    /// Rehearse in a database that is made for it on this server, and dropped
    #[arg(long, value_name = "URL", requires = "rehearse")]
    scratch: Option<String>,
    /// What becomes of conditions in a script, which cannot choose
    #[arg(long, value_enum, value_name = "HOW", default_value_t, requires = "dry_run")]
    conditions: How,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

impl Up {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let way = Way::up(self.up.advance(&project));
        if self.dry_run {
            let (changelog, mut live) = project.changelog_and_connection(Access::Look, output).await?;
            if self.if_clean {
                refuse_unclean(&mut live.at(), output).await?;
            }
            let printing = Printing {
                conditions: self.conditions.into(),
                secrets: script_secrets(self.show_secrets),
                ..Printing::default()
            };
            return dry_run(&mut live, &project, changelog, &way, printing, output).await;
        }
        if self.rehearse {
            let (changelog, live) = project.changelog_and_connection(Access::Look, output).await?;
            let rehearsal = Rehearsal {
                project: &project,
                changelog,
                output,
                writing: &self.writing,
                scratch: self.scratch.as_deref(),
            };
            return rehearsal.run(live, &way).await;
        }
        let (changelog, live) = project.changelog_and_connection(Access::Create, output).await?;
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        mover
            .go(live, &way, async |at, plan| {
                if !self.allow_unadopted {
                    refuse_unadopted(plan, output)?;
                }
                if self.if_clean {
                    refuse_unclean(at, output).await?;
                }
                match self.check_drift {
                    true => refuse_drift(at, &project, changelog, output).await,
                    false => Ok(()),
                }
            })
            .await
    }
}
