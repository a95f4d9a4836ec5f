use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::changed::{PlannedReport, read_settled};
use super::output::{Output, bad, faint, good, plural, strong, warn};
use super::planning::{plan_way, refuse_errors};
use super::project::{Access, Project};
use super::way::EitherArguments;
use super::{Exit, Failure};
use crate::plan::{Direction, Plan, replay};

#[derive(Args)]
pub(super) struct PlanCommand {
    #[command(flatten)]
    either: EitherArguments,
}

#[derive(Serialize)]
struct Report {
    target: String,
    changesets: Vec<PlannedReport>,
}

impl PlanCommand {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let way = self.either.way(&project, output)?;
        let (changelog, plan) = match project.has_url() && project.offline().is_none() {
            true => {
                let (changelog, mut live) = project.changelog_and_connection(Access::Look, output).await?;
                let (history, _) = read_settled(&mut live, &project, output).await?;
                let plan = plan_way(&mut live.at(), &project, changelog, &history, &way).await;
                let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
                (changelog, plan)
            }
            false => {
                let changelog = project.sound_changelog(output)?;
                let target = project.targets().remove(0);
                let (fold, planned) = replay(changelog, &target, &project.selection);
                let plan = Plan {
                    target,
                    changesets: planned,
                    diagnostics: fold.diagnostics,
                };
                (changelog, plan)
            }
        };
        refuse_errors(&plan, changelog, output)?;
        show(&plan, output);
        let report = Report {
            target: plan.target.to_string(),
            changesets: plan.changesets.iter().map(PlannedReport::of).collect(),
        };
        output.end(Exit::Done, &plan.diagnostics, &changelog.sources, report);
        Ok(Exit::Done)
    }
}

/// A plan for people.
pub(super) fn show(plan: &Plan, output: &Output) {
    if plan.changesets.is_empty() {
        output.line("nothing to do");
        return;
    }
    output.line(format!(
        "{} for {}\n",
        plural(plan.changesets.len(), "changeset"),
        plan.target.title()
    ));
    for planned in &plan.changesets {
        let report = PlannedReport::of(planned);
        let sign = match planned.direction {
            Direction::Up => good("+"),
            Direction::Down => bad("-"),
        };
        output.line(format!("{sign} {}  {}", strong(&report.id), faint(&report.file)));
        for change in &report.changes {
            output.line(format!("    {change}"));
        }
        if planned.done > 0 {
            output.line(faint(&format!("    ({} done before)", plural(planned.done, "change"))));
        }
        for destroys in &report.destroys {
            output.line(format!("    {}", bad(&format!("destroys {destroys}"))));
        }
        if !report.transactional {
            output.line(format!(
                "    {}",
                warn("not one transaction: each statement commits by itself")
            ));
        }
        if planned.direction == Direction::Up {
            let reverse = &report.reverse;
            let reason = reverse
                .reason
                .as_ref()
                .map(|why| format!(" ({why})"))
                .unwrap_or_default();
            let text = format!("reverse: {}{reason}", reverse.restores);
            output.line(match reverse.restores {
                "exact" => faint(&format!("    {text}")),
                _ => format!("    {}", warn(&text)),
            });
            for destroys in &reverse.destroys {
                output.line(faint(&format!("    reverse destroys {destroys}")));
            }
        } else if let Some(why) = &report.reverse.reason {
            output.line(format!("    {}", warn(&format!("restores only {why}"))));
        }
    }
}
