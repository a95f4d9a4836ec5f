use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::autogenerate::{ModelArguments, on_targets, show_all};
use super::difference_tree::{CandidateReport, DifferenceReport, remarks};
use super::ignored::Ignored;
use super::output::{Output, plural};
use super::project::Project;
use super::renames::{RenameArguments, Undeclared};
use super::source::Reading;
use super::{Exit, Failure};

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    renames: RenameArguments,
}

#[derive(Serialize)]
struct Report {
    model: String,
    targets: Vec<TargetReport>,
}

#[derive(Serialize)]
struct TargetReport {
    target: String,
    differs: bool,
    differences: Vec<DifferenceReport>,
    may_be_renamed: Vec<CandidateReport>,
}

impl Check {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let ignored = Ignored::of(&project, output)?;
        let reading = Reading {
            project: &project,
            output,
            ignored: &ignored,
            scratch: Reading::scratch_of(self.model.scratch.as_deref(), output)?,
        };
        let model = self.model.source(&project, output)?;
        let all = on_targets(&reading, &model, &ignored, &self.renames, Undeclared::Show).await?;
        let first = all.first().expect("there is a target");
        output.diagnostics(&first.model.told, &first.model.sources);
        let differs = all.iter().any(|on| !on.compared.is_same());
        let exit = if differs { Exit::Disagree } else { Exit::Done };
        show_all(&all, output);
        remarks(&first.compared, output);
        let targets = all.iter().map(|on| TargetReport {
            target: on.compared.after.target().to_string(),
            differs: !on.compared.is_same(),
            differences: on
                .compared
                .differing
                .iter()
                .map(|found| DifferenceReport::of(found, None))
                .collect(),
            may_be_renamed: CandidateReport::all(&on.compared.candidates),
        });
        let report = Report {
            model: first.model.title.clone(),
            targets: targets.collect(),
        };
        output.end(exit, &[], &first.model.sources, &report);
        let titles: Vec<String> = all.iter().map(|on| on.compared.after.target().title()).collect();
        match all.iter().find(|on| !on.compared.is_same()) {
            None => output.line(format!(
                "the changelog makes what {} says, for {}",
                report.model,
                titles.join(", ")
            )),
            Some(shown) => output.say(format!(
                "{} has {} without a changeset, for {}: `driftless new --autogenerate \"what it is for\"` writes one",
                report.model,
                plural(shown.compared.differing.len().max(1), "change"),
                shown.compared.after.target().title()
            )),
        }
        Ok(exit)
    }
}
