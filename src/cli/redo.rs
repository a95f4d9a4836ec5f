use clap::Args;

use super::arguments::{Common, Naming, Writing};
use super::mover::Mover;
use super::output::Output;
use super::planning::refuse_losses;
use super::project::{Access, Project};
use super::sql::{Printing, dry_run, script_secrets};
use super::way::{Onward, Way};
use super::{Exit, Failure};
use crate::plan::{Destination, Retreat};

#[derive(Args)]
pub(super) struct Redo {
    /// From where on: `-N`, an id (which stays), `tag:NAME` (likewise), a date, `base` (default: `-1`, the last one)
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// This changeset and no other, where nothing later stands on it; may be given several times
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    only: Vec<String>,
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

impl Redo {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let retreat = match self.only.is_empty() {
            true => Retreat::To(self.target.clone().unwrap_or(Destination::Steps(-1))),
            false => Retreat::Only(self.only.clone()),
        };
        let way = Way {
            down: Some(retreat),
            up: Some(Onward::Same),
        };
        let access = if self.dry_run { Access::Look } else { Access::Change };
        let (changelog, mut live) = project.changelog_for_both_ways(access, output).await?;
        if self.dry_run {
            let printing = Printing {
                secrets: script_secrets(self.show_secrets),
                ..Printing::default()
            };
            return dry_run(&mut live, &project, changelog, &way, printing, output).await;
        }
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        mover
            .go(live, &way, async |at, plan| {
                refuse_losses(at, plan, self.allow_data_loss, output).await
            })
            .await
    }
}
