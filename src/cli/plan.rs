use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::changed::{PlannedReport, read_settled};
use super::output::{Output, bad, faint, good, plural, strong, warn};
use super::planning::{plan_way, refuse_errors};
use super::project::{Access, Project};
use super::way::EitherArguments;
use super::{Exit, Failure};
use crate::plan::{Direction, Plan, Turn, replay, stops};

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
        let (changelog, mut plan) = match project.has_url() && project.offline().is_none() {
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
        plan.diagnostics.extend(stops(&plan));
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
        let sign = match (planned.turn, planned.direction) {
            (Turn::LeftOut, _) => faint("·"),
            (Turn::Marked, _) => good("="),
            (Turn::Run, Direction::Up) => good("+"),
            (Turn::Run, Direction::Down) => bad("-"),
        };
        output.line(format!("{sign} {}  {}", strong(&report.id), faint(&report.file)));
        show_conditions(&report, planned.direction, output);
        if planned.turn != Turn::Run {
            continue;
        }
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

/// What the conditions of a changeset come to.
fn show_conditions(report: &PlannedReport, direction: Direction, output: &Output) {
    let why = report.why.as_deref().unwrap_or_default();
    match (report.turn, direction) {
        (Turn::Run, _) => {}
        (Turn::LeftOut, _) => output.line(format!("    left out: {why}")),
        (Turn::Marked, Direction::Up) => {
            output.line(format!("    recorded as applied, and nothing is run: {why}"));
        }
        (Turn::Marked, Direction::Down) => {
            output.line("    was never run: it is no longer recorded as applied, and nothing is run");
        }
    }
    for what in &report.assumed {
        output.line(format!(
            "    {}",
            warn(&format!("assumed until its turn comes: {what}"))
        ));
    }
    if let Some(why) = &report.stops {
        output.line(format!("    {}", bad(&format!("a run stops here: {why}"))));
    }
}
