//! What the commands that look at a database have in common: its history held against the files.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::output::Output;
use super::project::{Live, Project, rows_of};
use super::{Exit, Failure};
use crate::database::{Holder, Session};
use crate::diagnostic::Sources;
use crate::executor::{Interrupted, RunError, UnderWay, Verdict, interrupted};
use crate::model::Destroys;
use crate::plan::{Direction, History, PlannedChangeset, Turn};

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
    /// `run`, `left_out`, or `marked`: recorded, and nothing is run.
    pub turn: Turn,
    /// Why it is not run.
    pub why: Option<String>,
    /// What its conditions ask that nobody can tell before the run.
    pub assumed: Vec<String>,
    /// The condition that stops the run at it.
    pub stops: Option<String>,
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
        let gate = planned.gate.as_ref();
        let assumed = gate.map(|gate| gate.assumed()).unwrap_or_default();
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
            turn: planned.turn,
            why: gate.and_then(|gate| gate.why_not()),
            assumed: assumed.into_iter().map(|(_, what)| what).collect(),
            stops: gate.and_then(|gate| gate.stops()).map(|failing| failing.why()),
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
    let Live {
        session,
        store,
        access,
        rows,
        ..
    } = live;
    let history = match rows.take() {
        Some(history) => history,
        None => {
            let history = patiently(session, output, async |session| rows_of(store, session, *access).await).await;
            history.map_err(|error| output.run_failed(&error, &Sources::default()))?
        }
    };
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
