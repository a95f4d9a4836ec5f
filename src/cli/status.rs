use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::changed::{Now, look, read_history};
use super::output::{Output, bad, faint, good, plural, warn};
use super::planning::not_chosen;
use super::project::{Access, Project};
use super::unadopted::Unadopted;
use super::{Exit, Failure};
use crate::changelog::{Changeset, Runs};
use crate::database::Holder;
use crate::diagnostic::Sources;
use crate::executor::{EntryState, Interrupted, UnderWay, Verdict};
use crate::model::Change;
use crate::plan::{Entry, Files, History, State, due, find_edited, find_retagged, known_ids, selected};

#[derive(Args)]
pub(super) struct Status {
    /// Exit with 3 where something is pending, with 4 or 5 where something is wrong
    #[arg(long)]
    check: bool,
    /// List the applied changesets too
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Serialize)]
struct Report {
    target: String,
    applied: Vec<AppliedReport>,
    pending: Vec<String>,
    /// What runs with every `up`, and is there.
    every_up: Vec<String>,
    /// Edited after they were applied.
    edited: Vec<String>,
    /// Applied, and given another tag in the files since.
    retagged: Vec<String>,
    /// Applied, and not in the files.
    missing: Vec<String>,
    /// Half applied, with the reason why it stopped.
    partial: Option<PartialReport>,
    /// A run that is at work now.
    running: Option<RunningReport>,
    tag: Option<String>,
}

#[derive(Serialize)]
struct AppliedReport {
    id: String,
    file: String,
    state: State,
    #[serde(flatten)]
    last: AppliedRun,
    /// Its runs before that, where the database holds several.
    earlier: Vec<AppliedRun>,
}

#[derive(Serialize)]
struct AppliedRun {
    started: String,
    run_by: String,
    deployment: Option<String>,
    /// The tags that the database bears after it.
    tags: Vec<String>,
}

#[derive(Serialize)]
struct RunningReport {
    /// Who it is, as far as the server tells.
    who: String,
    /// The changeset it is at, where that is not one transaction.
    id: Option<String>,
    /// The statement of it.
    statement: Option<String>,
    /// When the statement began.
    started: Option<String>,
}

#[derive(Serialize)]
struct PartialReport {
    id: String,
    direction: String,
    done: Vec<String>,
    error: Option<String>,
    /// The statement that was running when the run was cut off.
    in_flight: Option<InFlightReport>,
}

#[derive(Serialize)]
struct InFlightReport {
    changes: Vec<String>,
    statement: String,
    started: String,
    run_by: String,
    /// `done`, `not_done` or `unknown`: what the database says of it.
    verdict: &'static str,
}

impl Status {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let access = match self.verbose || output.is_json() {
            true => Access::LookClosely,
            false => Access::Look,
        };
        let (changelog, mut live) = project.changelog_and_connection(access, output).await?;
        let (mut history, was_there) = read_history(&mut live, output).await?;
        let now = match was_there {
            true => look(&mut live, &project).await,
            false => Ok(Now::Quiet),
        };
        let now = now.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        if history.partial().is_some() {
            let full = live.store.read_changes(&mut live.session).await;
            history = full.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        }
        let files = Files {
            changelog,
            target: &live.target,
            selection: &project.selection,
        };
        // That there is no way up is told beside everything else.
        let (due, stuck) = due(files, &history);
        let problems = stuck.map(|why| not_chosen(why).diagnostics).unwrap_or_default();
        let known = known_ids(changelog);
        let mut told = HashSet::new();
        let (partial, running) = match &now {
            Now::CutOff(found) => (Some(under_way_report(found)), None),
            Now::Running(runner, under_way) => (None, Some(running_report(runner, under_way.as_ref()))),
            Now::Quiet => (partial_report(&history), None),
        };
        let (every_up, pending): (Vec<_>, Vec<_>) = due
            .into_iter()
            .filter(|changeset| partial.as_ref().is_none_or(|partial| partial.id != changeset.id))
            .partition(|changeset| changeset.runs == Runs::Always && history.is_there(&changeset.id));
        let ids = |changesets: Vec<&Arc<Changeset>>| changesets.iter().map(|changeset| changeset.id.clone()).collect();
        let report = Report {
            target: live.target.to_string(),
            applied: applied_reports(&history),
            pending: ids(pending),
            every_up: ids(every_up),
            edited: find_edited(changelog, &live.target, &project.selection, &history)
                .iter()
                .map(|edited| edited.changeset.id.clone())
                .collect(),
            retagged: find_retagged(changelog, &live.target, &project.selection, &history)
                .iter()
                .map(|retagged| retagged.changeset.id.clone())
                .collect(),
            missing: history
                .entries()
                .map(|entry| &entry.record.id)
                .filter(|id| !known.contains(id.as_str()) && told.insert(*id))
                .cloned()
                .collect(),
            tag: history.tags().last().map(|(tag, _)| tag.to_string()),
            partial,
            running,
        };
        let left_out = changelog.changesets.len() - selected(changelog, &live.target, &project.selection).count();
        self.show(&live.target.title(), &report, left_out, output);
        let unadopted = match history.last_seq() {
            0 => Unadopted::find(&mut live.session, &live.target, changelog).await,
            _ => None,
        };
        let exit = match &report {
            _ if !self.check => Exit::Done,
            report if report.partial.is_some() => Exit::Partial,
            report if !report.edited.is_empty() || !report.retagged.is_empty() => Exit::Disagree,
            _ if !problems.is_empty() => Exit::Disagree,
            report if !report.pending.is_empty() => Exit::Pending,
            _ => Exit::Done,
        };
        let told = problems.into_iter().chain(unadopted.map(|found| found.warning()));
        output.end(exit, &told.collect::<Vec<_>>(), &changelog.sources, report);
        Ok(exit)
    }

    fn show(&self, title: &str, report: &Report, left_out: usize, output: &Output) {
        let tag = report
            .tag
            .as_ref()
            .map(|tag| format!(", tag {tag}"))
            .unwrap_or_default();
        let half = match report.partial {
            Some(_) => ", 1 half applied",
            None => "",
        };
        output.line(format!(
            "{title}: {} applied{half}, {} pending{tag}",
            report.applied.len(),
            report.pending.len()
        ));
        if self.verbose {
            for applied in &report.applied {
                for run in applied.earlier.iter().chain([&applied.last]) {
                    let mut more = format!("{}  {} by {}", applied.file, run.started, run.run_by);
                    if let Some(deployment) = &run.deployment {
                        more += &format!(", deployment {deployment}");
                    }
                    let tags: String = run.tags.iter().map(|tag| format!("  tag {tag}")).collect();
                    let word = good(applied.state.word());
                    output.line(format!("  {word} {}{tags}  {}", applied.id, faint(&more)));
                }
            }
        }
        if let Some(running) = &report.running {
            output.line(format!("  {} {}", warn("a run is at work:"), running.who));
            if let (Some(id), Some(statement)) = (&running.id, &running.statement) {
                output.line(format!("    at {id}"));
                output.line(faint(&format!("      {}", statement.replace('\n', "\n      "))));
            }
        }
        if let Some(partial) = &report.partial {
            output.line(format!("  {} {}", bad("half applied"), partial.id));
            for done in &partial.done {
                output.line(format!("    done: {done}"));
            }
            if let Some(error) = &partial.error {
                output.line(format!("    stopped by: {error}"));
            }
            if let Some(in_flight) = &partial.in_flight {
                output.line(format!(
                    "    cut off in: {} ({})",
                    in_flight.changes.join(", "),
                    match in_flight.verdict {
                        "done" => "which happened",
                        "not_done" => "which did not happen",
                        _ => "the database cannot tell whether it happened: `driftless resume`",
                    }
                ));
                output.line(faint(&format!(
                    "      {}",
                    in_flight.statement.replace('\n', "\n      ")
                )));
                output.line(faint(&format!(
                    "      begun at {} by {}",
                    in_flight.started, in_flight.run_by
                )));
            }
        }
        for id in &report.edited {
            output.line(format!("  {} {id}", bad("edited after it was applied")));
        }
        for id in &report.retagged {
            output.line(format!(
                "  {} {id}",
                warn("another tag in the file, which `driftless repair` records:")
            ));
        }
        for id in &report.missing {
            output.line(format!("  {} {id}", warn("applied, but not in the files")));
        }
        if !report.missing.is_empty() {
            output.line(faint(
                "    of another branch? `driftless switch` takes them back, and applies what is pending here",
            ));
        }
        for id in &report.pending {
            output.line(format!("  {} {id}", warn("pending")));
        }
        for id in &report.every_up {
            output.line(faint(&format!("  runs with every `up` {id}")));
        }
        if left_out > 0 {
            output.line(faint(&format!(
                "  {} left out by dialect, contexts or labels",
                plural(left_out, "changeset")
            )));
        }
    }
}

/// Each changeset once, where the first of its runs stands.
fn applied_reports(history: &History) -> Vec<AppliedReport> {
    let mut reports: Vec<AppliedReport> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in history.entries().filter(|entry| entry.record.state.is_there()) {
        let report = applied_report(entry);
        match places.get(entry.record.id.as_str()) {
            Some(at) => {
                let AppliedReport { last, mut earlier, .. } = mem::replace(&mut reports[*at], report);
                earlier.push(last);
                reports[*at].earlier = earlier;
            }
            None => {
                places.insert(&entry.record.id, reports.len());
                reports.push(report);
            }
        }
    }
    reports
}

fn applied_report(entry: Entry<'_>) -> AppliedReport {
    AppliedReport {
        id: entry.record.id.clone(),
        file: entry.record.file.clone(),
        state: entry.record.state,
        last: AppliedRun {
            started: entry.began.started.clone(),
            run_by: entry.began.run_by.clone(),
            deployment: entry.began.deployment.clone(),
            tags: entry.tags().map(str::to_string).collect(),
        },
        earlier: Vec::new(),
    }
}

fn running_report(runner: &Holder, under_way: Option<&UnderWay>) -> RunningReport {
    RunningReport {
        who: runner.text.clone(),
        id: under_way.map(|under_way| under_way.record.id.clone()),
        statement: under_way.map(|under_way| under_way.last.entry.statement.clone()),
        started: under_way.map(|under_way| under_way.last.started.clone()),
    }
}

fn under_way_report(found: &Interrupted) -> PartialReport {
    let last = &found.under_way.last;
    let summaries = |changes: &[Change]| changes.iter().map(Change::summary).collect();
    let in_flight = (last.state == EntryState::Intent).then(|| InFlightReport {
        changes: summaries(found.in_flight()),
        statement: last.entry.statement.clone(),
        started: last.started.clone(),
        run_by: last.run_by.clone(),
        verdict: match found.verdict {
            Verdict::Done => "done",
            Verdict::NotDone => "not_done",
            Verdict::Unknown => "unknown",
        },
    });
    PartialReport {
        id: found.id().to_string(),
        direction: found.direction().word().to_string(),
        done: summaries(&found.changes()[..found.done()]),
        error: last.error.clone(),
        in_flight,
    }
}

fn partial_report(history: &History) -> Option<PartialReport> {
    let record = history.partial()?;
    let stored = record.changes.as_ref();
    Some(PartialReport {
        id: record.id.clone(),
        direction: record.direction.clone(),
        in_flight: None,
        done: stored
            .map(|stored| stored.changes.iter().map(|change| change.summary()).collect())
            .unwrap_or_default(),
        error: stored.and_then(|stored| stored.error.clone()),
    })
}
