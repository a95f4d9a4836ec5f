use clap::Args;

use super::arguments::{Common, Naming, Writing};
use super::mover::Mover;
use super::output::Output;
use super::planning::refuse_losses;
use super::project::{Access, Project};
use super::sql::{Printing, dry_run, script_secrets};
use super::way::{Way, no_down_target};
use super::{Exit, Failure};
use crate::plan::{Destination, Retreat};

#[derive(Args)]
pub(super) struct Down {
    /// How far: `-N`, an id or the beginning of one (which stays), `tag:NAME` (likewise), a date, `base` for everything
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// This changeset and no other, where nothing later stands on it; may be given several times
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    only: Vec<String>,
    /// What went up under this name, where nothing later stands on it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["target", "only"])]
    deployment: Option<String>,
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
        let retreat = match (&self.target, &self.deployment, self.only.is_empty()) {
            (Some(target), ..) => Retreat::To(target.clone()),
            (None, Some(deployment), _) => Retreat::Deployment(deployment.clone()),
            (None, None, false) => Retreat::Only(self.only.clone()),
            (None, None, true) => return Err(no_down_target(output)),
        };
        let way = Way::down(retreat);
        let project = Project::open(common, output)?;
        // A file that is gone or broken must not keep anybody from going back: the history knows the way.
        let changelog = project.whole_changelog();
        if self.dry_run {
            let mut live = project.connect(Access::Look, output).await?;
            let printing = Printing {
                secrets: script_secrets(self.show_secrets),
                ..Printing::default()
            };
            return dry_run(&mut live, &project, changelog, &way, printing, output).await;
        }
        let live = project.connect(Access::Change, output).await?;
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &Naming::default(),
        };
        mover
            .go(live, &way, async |at, plan| {
                refuse_losses(at, plan, self.allow_data_loss, output).await
            })
            .await
    }
}
