use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, plural};
use super::project::Project;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::diagnostic::Diagnostic;
use crate::dialect::Target;
use crate::plan::replay;

#[derive(Args)]
pub(super) struct Validate {
    /// Let warnings fail as well
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct Report {
    changesets: usize,
    targets: Vec<String>,
}

impl Validate {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.changelog();
        let targets = project.targets();
        let diagnostics = check(&project, &changelog, &targets);
        let wrong = diagnostics
            .iter()
            .any(|diagnostic| diagnostic.is_error() || self.strict);
        let exit = if wrong { Exit::Usage } else { Exit::Done };
        let report = Report {
            changesets: changelog.changesets.len(),
            targets: targets.iter().map(Target::to_string).collect(),
        };
        output.end(exit, &diagnostics, &changelog.sources, &report);
        output.tally(&diagnostics);
        if !wrong {
            let titles: Vec<String> = targets.iter().map(Target::title).collect();
            output.line(format!(
                "{} valid for {}",
                plural(report.changesets, "changeset"),
                titles.join(", ")
            ));
        }
        Ok(exit)
    }
}

/// The mistakes of a changelog on all targets, each told once; what holds on some of them only says on which.
pub(super) fn check(project: &Project, changelog: &Changelog, targets: &[Target]) -> Vec<Diagnostic> {
    let mut found: Vec<(Diagnostic, Vec<String>)> = Vec::new();
    for target in targets {
        let (fold, _) = replay(changelog, target, &project.selection);
        for diagnostic in fold.diagnostics {
            match found.iter_mut().find(|(known, _)| *known == diagnostic) {
                Some((_, titles)) => titles.push(target.title()),
                None => found.push((diagnostic, vec![target.title()])),
            }
        }
    }
    let mut all = changelog.diagnostics.clone();
    for (mut diagnostic, titles) in found {
        let named = titles.iter().all(|title| diagnostic.message.contains(title.as_str()));
        if titles.len() < targets.len() && !named {
            diagnostic.notes.push(format!("on {}", titles.join(", ")));
        }
        all.push(diagnostic);
    }
    all.sort_by_key(|diagnostic| {
        diagnostic
            .labels
            .first()
            .map(|label| (label.span.source, label.span.start))
    });
    all
}
