use clap::Args;

use super::arguments::{Common, Naming, Writing};
use super::changed::read_settled;
use super::confirm::ask;
use super::mover::Mover;
use super::output::Output;
use super::plan::show;
use super::planning::{plan_way, refuse_errors, refuse_losses};
use super::project::{Access, Project};
use super::sql::{Printing, dry_run, script_secrets};
use super::unadopted::refuse_unadopted;
use super::way::{Onward, Way};
use super::{Exit, Failure};
use crate::plan::{Advance, Retreat};

#[derive(Args)]
pub(super) struct Switch {
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
    #[command(flatten)]
    naming: Naming,
}

impl Switch {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let (changelog, mut live) = project.changelog_for_both_ways(Access::Look, output).await?;
        let way = Way {
            down: Some(Retreat::Unknown),
            up: Some(Onward::Move(Advance::all())),
        };
        if self.dry_run {
            let printing = Printing {
                secrets: script_secrets(self.show_secrets),
                ..Printing::default()
            };
            return dry_run(&mut live, &project, changelog, &way, printing, output).await;
        }
        let (history, _) = read_settled(&mut live, &project, output).await?;
        let plan = plan_way(&mut live.at(), &project, changelog, &history, &way).await;
        let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
        refuse_errors(&plan, changelog, output)?;
        if !plan.changesets.is_empty() && !self.writing.yes {
            show(&plan, output);
            output.diagnostics(&plan.diagnostics, &changelog.sources);
            let asked = ask(
                "this has to be confirmed, and nobody is there to be asked",
                "go on? [y/N] ",
                &[],
                output,
            )
            .await;
            asked.map_err(|error| output.run_failed(&error, &changelog.sources))?;
        }
        let asked: Vec<_> = plan
            .changesets
            .iter()
            .map(|planned| (planned.id.clone(), planned.direction))
            .collect();
        let _ = live.session.close().await;
        let live = project.connect(Access::Create, output).await?;
        // It has been asked.
        let writing = Writing {
            yes: true,
            ..self.writing.clone()
        };
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &writing,
            naming: &self.naming,
        };
        mover
            .go(live, &way, async |at, plan| {
                // Whoever was asked has seen that plan and no other.
                let same = plan
                    .changesets
                    .iter()
                    .all(|planned| asked.contains(&(planned.id.clone(), planned.direction)));
                if !same && !self.writing.yes {
                    let message = "the database has changed since the plan was shown";
                    return Err(output.refuse(Exit::Failed, "stale", message, Some("run the command again")));
                }
                refuse_unadopted(plan, output)?;
                refuse_losses(at, plan, self.allow_data_loss, output).await
            })
            .await
    }
}
