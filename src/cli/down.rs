use clap::Args;

use super::arguments::{Common, Writing};
use super::changed::{plan_down, read_for_script, refuse_errors};
use super::mover::Mover;
use super::output::Output;
use super::plan::no_down_target;
use super::project::{Access, At, Project};
use super::sql::script_secrets;
use super::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Sources};
use crate::executor::losses;
use crate::plan::{Destination, Direction, Plan};

#[derive(Args)]
pub(super) struct Down {
    /// How far: `-N`, an id (which stays), `tag:NAME` (likewise), `base` for everything
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// Go on where rows or values that are there would be destroyed
    #[arg(long)]
    allow_data_loss: bool,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    /// Put the values of secret parameters into that SQL, which stops where it needs one otherwise
    #[arg(long, requires = "dry_run")]
    show_secrets: bool,
    #[command(flatten)]
    writing: Writing,
}

impl Down {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let Some(destination) = self.target.clone() else {
            return Err(no_down_target(output));
        };
        let project = Project::open(common, output)?;
        // A file that is gone or broken must not keep anybody from going back: the history knows the way.
        let changelog = project.changelog();
        if self.dry_run {
            let mut live = project.connect(Access::Look, output).await?;
            let (history, _) = read_for_script(&mut live, &project, output).await?;
            let plan = plan_down(&mut live.at(), changelog, &history, &destination).await;
            let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
            refuse_errors(&plan, changelog, output)?;
            let secrets = script_secrets(self.show_secrets);
            return super::sql::print(&plan, &live.store, false, secrets, &project, changelog, output);
        }
        let live = project.connect(Access::Change, output).await?;
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
                async |at, history| plan_down(at, changelog, history, &destination).await,
                async |at, plan| self.refuse_losses(at, plan, output).await,
            )
            .await?;
        mover.report(&target, &outcome, Direction::Down);
        Ok(Exit::Done)
    }

    async fn refuse_losses(&self, at: &mut At<'_>, plan: &Plan, output: &Output) -> Result<(), Failure> {
        if self.allow_data_loss {
            return Ok(());
        }
        let found = losses(at.session, at.target.dialect, &plan.changesets).await;
        let found = found.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        if found.is_empty() {
            return Ok(());
        }
        let mut diagnostic = Diagnostic::error("data-loss", "going back would destroy data that is there");
        for loss in &found {
            diagnostic = diagnostic.note(format!("{} (changeset `{}`)", loss.what, loss.changeset));
        }
        let diagnostic = diagnostic.help("nothing was changed; say `--allow-data-loss` to go on all the same");
        Err(output.fail(Exit::Refused, &[diagnostic], &Sources::default()))
    }
}
