use clap::Args;

use super::arguments::{Common, Writing};
use super::changed::{plan_up, read_for_script, refuse_errors};
use super::mover::Mover;
use super::output::Output;
use super::project::{Access, Project};
use super::rehearsal::Rehearsal;
use super::sql::script_secrets;
use super::{Exit, Failure};
use crate::plan::{Destination, Direction};

#[derive(Args)]
pub(super) struct Up {
    /// How far: `+N`, an id, `tag:NAME` (default: all that is pending)
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    /// Put the values of secret parameters into that SQL, which stops where it needs one otherwise
    #[arg(long, requires = "dry_run")]
    show_secrets: bool,
    /// Run all of it, and roll it back
    #[arg(long, conflicts_with = "dry_run")]
    rehearse: bool,
    /// Rehearse in a database that is made for it on this server, and dropped
    #[arg(long, value_name = "URL", requires = "rehearse")]
    scratch: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Up {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let destination = self.target.clone().unwrap_or(Destination::Head);
        if self.dry_run {
            let (changelog, mut live) = project.changelog_and_connection(Access::Look, output).await?;
            let (history, was_there) = read_for_script(&mut live, &project, output).await?;
            let plan = plan_up(&mut live.at(), &project, changelog, &history, &destination).await;
            let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
            refuse_errors(&plan, changelog, output)?;
            let secrets = script_secrets(self.show_secrets);
            return super::sql::print(&plan, &live.store, !was_there, secrets, &project, changelog, output);
        }
        if self.rehearse {
            let rehearsal = Rehearsal {
                project: &project,
                changelog: project.sound_changelog(output)?,
                output,
                writing: &self.writing,
                scratch: self.scratch.as_deref(),
            };
            return rehearsal.run(&destination).await;
        }
        let (changelog, live) = project.changelog_and_connection(Access::Create, output).await?;
        let target = live.target.clone();
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
        };
        let outcome = mover
            .run(
                live,
                async |at, history| plan_up(at, &project, changelog, history, &destination).await,
                async |_, _| Ok(()),
            )
            .await?;
        mover.report(&target, &outcome, Direction::Up);
        Ok(Exit::Done)
    }
}
