use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::arguments::{Common, Naming, Writing};
use super::gates::answered;
use super::output::{Output, faint, good, plural};
use super::planning::{full, refuse_errors};
use super::project::{Access, At, Project};
use super::recorder::{AsRow, Recorder};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Changeset, Holds};
use crate::diagnostic::{Diagnostic, Sources};
use crate::executor::{Deployment, NewRow, OfRun, RunError, RunErrorKind};
use crate::model::Catalog;
use crate::plan::{
    Entry, Files, Fold, History, Ids, Plan, PlannedChangeset, Record, State, Turn, held, refuse_standing_on, wanted,
};

#[derive(Args)]
#[group(id = "which", required = true, multiple = false, args = ["applied", "not_applied"])]
pub(super) struct Mark {
    /// Changesets: ids or the beginnings of them, and ranges: `A..B`, `A..`, `..B`, `..` for all
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Record that the database has them, without running anything
    #[arg(long)]
    applied: bool,
    /// Record that the database does not have them, without running anything
    #[arg(long)]
    not_applied: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

#[derive(Serialize)]
pub(super) struct Report {
    pub marked: Vec<String>,
}

/// What is recorded of a changeset without its being run.
pub(super) enum Marked {
    Applied(Box<PlannedChangeset>),
    NotApplied(Box<Record>),
}

impl Marked {
    pub fn id(&self) -> &str {
        match self {
            Marked::Applied(planned) => &planned.id,
            Marked::NotApplied(record) => &record.id,
        }
    }
}

impl AsRow for Marked {
    fn row<'a>(&'a self, deployment: &'a Deployment) -> NewRow<'a> {
        match self {
            Marked::Applied(planned) => NewRow {
                state: State::Marked,
                // What its own conditions mark is recorded as a run records it.
                direction: if planned.turn == Turn::Marked { "up" } else { "mark" },
                ..NewRow::of(planned, deployment, Some(0))
            },
            Marked::NotApplied(record) => NewRow {
                run: OfRun::Begun(record.began()),
                direction: "mark",
                run_by: &deployment.run_by,
                deployment: deployment.name.as_deref(),
                reason: deployment.reason.as_deref(),
                ..NewRow::like(record, State::Reverted, &[])
            },
        }
    }
}

/// A changeset that is to be recorded as applied.
pub(super) struct Meant<'a> {
    changeset: &'a Arc<Changeset>,
    asks: bool,
}

impl<'a> Meant<'a> {
    /// One of many: what its conditions say counts.
    pub fn where_its_conditions_hold(changeset: &'a Arc<Changeset>) -> Meant<'a> {
        Meant { changeset, asks: true }
    }

    /// Whatever its conditions say.
    pub(super) fn itself(changeset: &'a Arc<Changeset>) -> Meant<'a> {
        Meant { changeset, asks: false }
    }
}

/// Plans what is recorded of changesets that a database has already, on the schema before them, and the schema after
/// them. What is left out by conditions is told.
pub(super) async fn plan_marked(
    at: &mut At<'_>,
    changelog: &Changelog,
    history: &History,
    before: Catalog,
    meant: &[Meant<'_>],
    output: &Output,
) -> Result<Result<(Vec<Marked>, Catalog), Failure>, RunError> {
    let changesets: Vec<&Arc<Changeset>> = meant.iter().map(|meant| meant.changeset).collect();
    let mut fold = Fold::new(changelog, before).carried_out(&changesets);
    let mut plan = Plan {
        target: at.target.clone(),
        changesets: Vec::new(),
        diagnostics: Vec::new(),
    };
    for Meant { changeset, asks } in meant {
        let gate = match asks {
            true => answered(at, &mut fold, history, changeset, &plan.changesets).await?,
            false => None,
        };
        plan.changesets.push(match gate {
            Some(gate) => fold.gated(changeset, &[], gate),
            None => fold.up_or_leave_out(changeset, &[]),
        });
    }
    plan.diagnostics = fold.diagnostics;
    if let Err(told) = refuse_errors(&plan, changelog, output) {
        return Ok(Err(told));
    }
    let (left_out, marked): (Vec<_>, Vec<_>) = plan
        .changesets
        .into_iter()
        .partition(|planned| planned.turn == Turn::LeftOut);
    for planned in left_out {
        let why = planned.gate.and_then(|gate| gate.why_not()).unwrap_or_default();
        output.say(format!("· {} {}", planned.id, faint(&format!("(left out: {why})"))));
    }
    let marked = marked.into_iter().map(|planned| Marked::Applied(Box::new(planned)));
    Ok(Ok((marked.collect(), fold.catalog)))
}

impl Mark {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let access = if self.applied { Access::Create } else { Access::Change };
        let (changelog, live) = match self.applied {
            true => project.changelog_and_connection(access, output).await?,
            // What is applied is known without the files.
            false => (project.changelog(), project.connect(access, output).await?),
        };
        let recorder = Recorder {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        let find = async |at: &mut At<'_>, history: &History| match self.applied {
            true => self.applied(at, &project, changelog, history, output).await,
            false => self.not_applied(at, changelog, history).map(Ok),
        };
        let marked = recorder.run(live, find).await?;
        for found in &marked {
            output.say(format!("{} {}", good("marked"), found.id()));
        }
        let word = if self.applied { "applied" } else { "not applied" };
        output.say(format!(
            "{} recorded as {word}; nothing was run",
            plural(marked.len(), "changeset")
        ));
        let marked = marked.iter().map(|found| found.id().to_string()).collect();
        output.end(Exit::Done, &[], &Sources::default(), Report { marked });
        Ok(Exit::Done)
    }

    async fn applied(
        &self,
        at: &mut At<'_>,
        project: &Project,
        changelog: &Changelog,
        history: &History,
        output: &Output,
    ) -> Result<Result<Vec<Marked>, Failure>, RunError> {
        let files = Files {
            changelog,
            target: at.target,
            selection: &project.selection,
        };
        let all = wanted(files, history);
        let ids = Ids::new(all.iter().map(|changeset| changeset.id.as_str()), changelog, "");
        let is_there: Vec<bool> = all
            .iter()
            .map(|changeset| held(changeset, history) == Holds::All)
            .collect();
        let mut chosen = vec![false; all.len()];
        let mut is_named = vec![false; all.len()];
        for text in &self.ids {
            let range = ids.range(text).map_err(usage)?;
            if !text.contains("..") && is_there[range.start] {
                let message = format!("changeset `{}` is applied already", all[range.start].id);
                return Err(RunError::new(RunErrorKind::Usage, message));
            }
            if range.len() == 1 {
                is_named[range.start] = true;
            }
            range.for_each(|at| chosen[at] = true);
        }
        let meant = (0..all.len()).filter(|at| chosen[*at] && !is_there[*at]);
        let meant: Vec<Meant<'_>> = meant
            .map(|at| match is_named[at] {
                true => Meant::itself(all[at]),
                false => Meant::where_its_conditions_hold(all[at]),
            })
            .collect();
        refuse_partial(history)?;
        let (_, catalog) = full(at, history).await?;
        let planned = plan_marked(at, changelog, history, catalog, &meant, output).await?;
        Ok(planned.map(|(marked, _)| marked))
    }

    fn not_applied(&self, at: &At<'_>, changelog: &Changelog, history: &History) -> Result<Vec<Marked>, RunError> {
        let entries: Vec<Entry<'_>> = history.entries().collect();
        let ids = entries.iter().map(|entry| entry.record.id.as_str());
        let ids = Ids::new(ids, changelog, " among what is applied");
        let mut chosen = vec![false; entries.len()];
        for text in &self.ids {
            ids.range(text).map_err(usage)?.for_each(|at| chosen[at] = true);
        }
        let meant = entries.iter().zip(chosen).rev().filter(|(_, chosen)| *chosen);
        let meant: Vec<Entry<'_>> = meant.map(|(entry, _)| *entry).collect();
        refuse_standing_on(history, at.target, &meant)
            .map_err(|diagnostic| RunError::with(RunErrorKind::Refused, vec![diagnostic]))?;
        let records = meant
            .iter()
            .map(|entry| Marked::NotApplied(Box::new(entry.record.clone())));
        Ok(records.collect())
    }
}

pub(super) fn refuse_partial(history: &History) -> Result<(), RunError> {
    match history.partial() {
        None => Ok(()),
        Some(waiting) => {
            let message = format!("changeset `{}` is half applied", waiting.id);
            Err(RunError::new(RunErrorKind::Partial, message)
                .help("go on with it by `driftless up`, or take back what is done of it with `driftless down -1`"))
        }
    }
}

fn usage(diagnostic: Diagnostic) -> RunError {
    RunError::with(RunErrorKind::Usage, vec![diagnostic])
}
