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
        let changelog = project.whole_changelog();
        let targets = project.targets();
        let diagnostics = check(&project, changelog, &targets);
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
    let mut found: Vec<Finding> = Vec::new();
    for target in targets {
        let (fold, _) = replay(changelog, target, &project.selection);
        let told = |found: &Diagnostic| changelog.diagnostics.contains(found);
        for diagnostic in fold.diagnostics.into_iter().filter(|found| !told(found)) {
            Finding::add(&mut found, diagnostic, target);
        }
    }
    let mut all = changelog.diagnostics.clone();
    all.extend(found.into_iter().map(|finding| finding.told(targets)));
    all.sort_by_key(|diagnostic| {
        diagnostic
            .labels
            .first()
            .map(|label| (label.span.source, label.span.start))
    });
    all
}

/// A mistake with the targets that it is one on; where its message names them, holes stand in their place.
struct Finding {
    diagnostic: Diagnostic,
    targets: Vec<Target>,
}

/// In the place of a target's name with its version, and without.
const HOLES: [&str; 2] = ["\u{4}", "\u{5}"];

impl Finding {
    fn add(found: &mut Vec<Finding>, mut diagnostic: Diagnostic, target: &Target) {
        let message = diagnostic.message.replace(&target.title(), HOLES[0]);
        diagnostic.message = message.replace(&target.dialect.facts().title, HOLES[1]);
        let same = found.iter_mut().find(|known| {
            let known = &known.diagnostic;
            (known.code, &known.message, &known.labels) == (diagnostic.code, &diagnostic.message, &diagnostic.labels)
        });
        let Some(known) = same else {
            return found.push(Finding {
                diagnostic,
                targets: vec![target.clone()],
            });
        };
        if known.targets.last() != Some(target) {
            known.targets.push(target.clone());
        }
        let texts = |known: &mut Vec<String>, more: Vec<String>| {
            let new: Vec<String> = more.into_iter().filter(|text| !known.contains(text)).collect();
            known.extend(new);
        };
        texts(&mut known.diagnostic.help, diagnostic.help);
        texts(&mut known.diagnostic.notes, diagnostic.notes);
    }

    fn told(self, of: &[Target]) -> Diagnostic {
        let bare = self.bare_titles(of);
        let titles: Vec<String> = self.targets.iter().map(Target::title).collect();
        let mut diagnostic = self.diagnostic;
        let named = HOLES.iter().any(|hole| diagnostic.message.contains(hole));
        let message = diagnostic.message.replace(HOLES[0], &listed(&titles));
        diagnostic.message = message.replace(HOLES[1], &listed(&bare));
        if titles.len() < of.len() && !named {
            diagnostic.notes.push(format!("on {}", listed(&titles)));
        }
        diagnostic
    }

    /// The titles of the dialects; with the version where the mistake is none on another one that is asked for.
    fn bare_titles(&self, of: &[Target]) -> Vec<String> {
        let mut titles: Vec<String> = Vec::new();
        for target in &self.targets {
            let mut versions = of.iter().filter(|other| other.dialect == target.dialect);
            let title = match versions.all(|version| self.targets.contains(version)) {
                true => target.dialect.facts().title.clone(),
                false => target.title(),
            };
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        titles
    }
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
