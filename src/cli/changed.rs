//! What the commands that look at a database have in common: its history held against the files.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::output::Output;
use super::project::{At, Live, Project};
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::{Holder, Session};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::Family;
use crate::executor::{Interrupted, RunError, RunErrorKind, UnderWay, Verdict, interrupted, know_triggers, purged};
use crate::model::{Catalog, Destroys};
use crate::plan::{
    Destination, Direction, Fold, History, Plan, PlannedChangeset, down_records, find_edited, pending, replay_history,
};

/// A changeset of a plan, as reports show it.
#[derive(Serialize)]
pub(super) struct PlannedReport {
    pub id: String,
    pub file: String,
    pub direction: Direction,
    pub changes: Vec<String>,
    pub destroys: Vec<String>,
    pub reverse: ReverseReport,
    pub transactional: bool,
}

#[derive(Serialize)]
pub(super) struct ReverseReport {
    pub restores: &'static str,
    pub reason: Option<String>,
    pub destroys: Vec<String>,
}

impl PlannedReport {
    pub fn of(planned: &PlannedChangeset) -> PlannedReport {
        let texts = |list: &[Destroys]| list.iter().map(Destroys::to_string).collect();
        PlannedReport {
            id: planned.id.clone(),
            file: planned.file.clone(),
            direction: planned.direction,
            changes: planned.changes[planned.done..]
                .iter()
                .map(|change| change.summary())
                .collect(),
            destroys: texts(&planned.destroys),
            reverse: ReverseReport {
                restores: planned.restores.word(),
                reason: planned.restores.reason().map(str::to_string),
                destroys: texts(&planned.reverse_destroys),
            },
            transactional: planned.transactional,
        }
    }
}

/// After how long who is in the way of a look at the history is told, and how long asking for that may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Looks at what driftless keeps in a database. Where somebody has it locked that is told, as long as it lasts.
pub(super) async fn patiently<T>(
    session: &mut Session,
    output: &Output,
    look: impl AsyncFnOnce(&mut Session) -> T,
) -> T {
    let mut canceller = session.canceller();
    let mut looking = pin!(look(session));
    let mut told = Vec::new();
    loop {
        tokio::select! {
            found = &mut looking => return found,
            () = sleep(PATIENCE) => {}
        }
        let blockers = match timeout(PATIENCE, canceller.blockers()).await {
            Ok(Ok(found)) if !found.is_empty() => found,
            _ => vec!["whoever keeps the history locked".to_string()],
        };
        for blocker in &blockers {
            if !told.contains(blocker) {
                output.say(format!("waiting for {blocker}"));
            }
        }
        told = blockers;
    }
}

/// Reads the history, empty where there is none yet; whether it was there.
pub(super) async fn read_history(live: &mut Live, output: &Output) -> Result<(History, bool), Failure> {
    let Live { session, store, .. } = live;
    let history = patiently(session, output, async |session| store.read_rows(session).await).await;
    let history = history.map_err(|error| output.run_failed(&error, &Sources::default()))?;
    let was_there = history.is_some();
    Ok((history.unwrap_or_default(), was_there))
}

/// What goes on in a database, for those who only look.
pub(super) enum Now {
    Quiet,
    /// A run is at it, with what it has written down of a changeset that is not one transaction.
    Running(Holder, Option<UnderWay>),
    /// A run was cut off in the middle of a changeset.
    CutOff(Interrupted),
}

/// Looks at what goes on. Who only looks has no lock: what is under way may be a run's own affair.
pub(super) async fn look(live: &mut Live, project: &Project) -> Result<Now, RunError> {
    let locking = project.locking(live)?;
    let key = live.store.lock_key(&live.session);
    let runner = live.session.runner(&key, &locking).await?;
    let under_way = live.store.journal().read(&mut live.session).await?;
    // It may have begun after the first look.
    let runner = match (runner, &under_way) {
        (None, Some(_)) => live.session.runner(&key, &locking).await?,
        (runner, _) => runner,
    };
    if let Some(runner) = runner {
        return Ok(Now::Running(runner, under_way));
    }
    // Read anew: it may have ended meanwhile.
    let found = match under_way {
        Some(_) => interrupted(&mut live.session, &live.store, &live.target).await?,
        None => None,
    };
    Ok(found.map_or(Now::Quiet, Now::CutOff))
}

/// Likewise, for a plan: as it is once what a run that was cut off left under way is settled.
pub(super) async fn read_settled(
    live: &mut Live,
    project: &Project,
    output: &Output,
) -> Result<(History, bool), Failure> {
    let (history, was_there) = read_history(live, output).await?;
    match looked(live, project, was_there, output).await? {
        Now::CutOff(found) => {
            output.say(super::mover::settled(&found));
            Ok((found.settled(), was_there))
        }
        Now::Running(..) | Now::Quiet => Ok((history, was_there)),
    }
}

/// Likewise, for a script: what a run that was cut off left under way cannot be gone on with by one.
pub(super) async fn read_for_script(
    live: &mut Live,
    project: &Project,
    output: &Output,
) -> Result<(History, bool), Failure> {
    let (history, was_there) = read_history(live, output).await?;
    match looked(live, project, was_there, output).await? {
        Now::CutOff(found) => {
            let message = format!(
                "changeset `{}` was cut off, and how far it came is not written down yet",
                found.id()
            );
            let help = "say `driftless resume` first: it writes that down, and begins nothing";
            Err(output.refuse(Exit::Partial, "half-applied", message, Some(help)))
        }
        Now::Running(..) | Now::Quiet => Ok((history, was_there)),
    }
}

/// What goes on where there is a history; that a run is at it is said. What only a person can tell is an error.
async fn looked(live: &mut Live, project: &Project, was_there: bool, output: &Output) -> Result<Now, Failure> {
    if !was_there {
        return Ok(Now::Quiet);
    }
    let now = look(live, project).await;
    let now = now.map_err(|error| output.run_failed(&error, &Sources::default()))?;
    match &now {
        Now::CutOff(found) if found.verdict == Verdict::Unknown => {
            return Err(output.run_failed(&found.question(), &Sources::default()));
        }
        Now::Running(runner, _) => output.say(format!(
            "note: a run is at work, and what it does is not looked at here: {}",
            runner.text
        )),
        Now::CutOff(_) | Now::Quiet => {}
    }
    Ok(now)
}

/// What a move up would do, from the history and the files.
pub(super) async fn plan_up(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
    destination: &Destination,
) -> Result<Plan, RunError> {
    refuse_edited(live, project, changelog, history).await?;
    let usage = |message| RunError::new(RunErrorKind::Usage, message);
    let chosen = pending(changelog, live.target, &project.selection, history, destination).map_err(usage)?;
    let mut plan = Plan {
        target: live.target.clone(),
        changesets: Vec::new(),
        diagnostics: Vec::new(),
    };
    if let Some(waiting) = history.partial() {
        let is_chosen = chosen.changesets.iter().any(|changeset| changeset.id == waiting.id);
        if !is_chosen {
            let message = format!(
                "changeset `{}` is half applied, and is not among what would be applied",
                waiting.id
            );
            return Err(RunError::new(RunErrorKind::Partial, message)
                .help("take back what is done of it with `driftless down -1`"));
        }
    }
    if chosen.changesets.is_empty() {
        return Ok(plan);
    }
    let (history, catalog) = full(live, history).await?;
    let mut fold = Fold::new(&changelog.sources, catalog).giving(&changelog.parameters);
    for changeset in &chosen.changesets {
        let record = history
            .last_of(&changeset.id)
            .filter(|record| record.state == crate::plan::State::Partial);
        let done = record
            .and_then(|record| record.changes.as_ref())
            .map_or(&[][..], |stored| &stored.changes);
        plan.changesets.push(fold.up(changeset, done));
    }
    if !chosen.out_of_order.is_empty() {
        let names: Vec<String> = chosen
            .out_of_order
            .iter()
            .map(|changeset| format!("`{}`", changeset.id))
            .collect();
        let message = format!(
            "out of order: {} stand before changesets that are applied already",
            names.join(", ")
        );
        let mut note = Diagnostic::warning("out-of-order", message);
        note.severity = crate::diagnostic::Severity::Note;
        plan.diagnostics.push(note);
    }
    plan.diagnostics.extend(fold.diagnostics);
    Ok(plan)
}

/// What a move down would do, from the history.
pub(super) async fn plan_down(
    live: &mut At<'_>,
    changelog: &Changelog,
    history: &History,
    destination: &Destination,
) -> Result<Plan, RunError> {
    let usage = |message| RunError::new(RunErrorKind::Usage, message);
    down_records(history, destination).map_err(usage)?;
    let (history, _) = full(live, history).await?;
    let mut catalog = replay_history(&history, live.target, true).map_err(RunError::failed)?;
    know_triggers(live.session, &mut catalog, None).await?;
    let records = down_records(&history, destination).map_err(usage)?;
    let gone = purged(live.session, live.target, &history, &records).await?;
    refuse_moved(live, &history).await?;
    let mut fold = Fold::new(&changelog.sources, catalog)
        .giving(&changelog.parameters)
        .without(gone);
    let mut changesets = Vec::new();
    for record in records {
        let changeset = changelog.changesets.iter().find(|changeset| changeset.id == record.id);
        changesets.push(fold.down(record, changeset));
    }
    Ok(Plan {
        target: live.target.clone(),
        changesets,
        diagnostics: fold.diagnostics,
    })
}

/// The history with its changes, and the schema that it leaves; a half-applied changeset left out.
async fn full(live: &mut At<'_>, known: &History) -> Result<(History, Catalog), RunError> {
    let history = match known.records().iter().all(|record| record.changes.is_some()) {
        true => known.clone(),
        false => live.store.read_changes(live.session).await?,
    };
    if history.last_seq() != known.last_seq() {
        return Err(moved());
    }
    let mut catalog = replay_history(&history, live.target, false).map_err(RunError::failed)?;
    let with_partial = match history.partial() {
        Some(_) => Some(replay_history(&history, live.target, true).map_err(RunError::failed)?),
        None => None,
    };
    know_triggers(live.session, &mut catalog, with_partial.as_ref()).await?;
    refuse_moved(live, known).await?;
    Ok((history, catalog))
}

/// Refuses to go on where another runner was here since the history was read: SQLite has no lock that spans several
/// looks.
async fn refuse_moved(live: &mut At<'_>, history: &History) -> Result<(), RunError> {
    if live.target.dialect.family() != Family::Sqlite {
        return Ok(());
    }
    let last = match history.last_seq() {
        0 => live.store.read(live.session).await?.map_or(0, |now| now.last_seq()),
        _ => live.store.last_seq(live.session).await?,
    };
    match last == history.last_seq() {
        true => Ok(()),
        false => Err(moved()),
    }
}

fn moved() -> RunError {
    RunError::new(RunErrorKind::Stale, "another runner was here in the meantime").help("run the command again")
}

async fn refuse_edited(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
) -> Result<(), RunError> {
    if find_edited(changelog, live.target, &project.selection, history).is_empty() {
        return Ok(());
    }
    let history = live.store.read_changes(live.session).await?;
    let edited = find_edited(changelog, live.target, &project.selection, &history);
    let diagnostics = edited
        .iter()
        .map(|edited| edited.diagnostic(edited.record.changes.as_ref()))
        .collect();
    Err(RunError::with(RunErrorKind::Disagree, diagnostics))
}

/// Stops where a plan has mistakes.
pub(super) fn refuse_errors(plan: &Plan, changelog: &Changelog, output: &Output) -> Result<(), Failure> {
    if !plan.has_errors() {
        return Ok(());
    }
    let irreversible = plan
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .all(|diagnostic| diagnostic.code == "irreversible");
    let differs = plan
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == "partial-differs");
    let exit = match (irreversible, differs) {
        (true, _) => Exit::Refused,
        (false, true) => Exit::Partial,
        (false, false) => Exit::Usage,
    };
    let failure = output.fail(exit, &plan.diagnostics, &changelog.sources);
    output.tally(&plan.diagnostics);
    Err(failure)
}
