//! A plan carried out: each changeset and its row in the history in one transaction, wherever there is such a thing.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::atomic::Message;
use super::conditions::Passing;
use super::course::{Course, Opening};
use super::go_on::Failed;
use super::{Callbacks, RunError, RunErrorKind, Stop, Store, refuse_lacking_secrets};
use crate::changelog::{Changelog, Waits};
use crate::database::{Holder, Locking, Session};
use crate::dialect::{Family, Target};
use crate::plan::{Direction, Plan, PlannedChangeset, Turn};

/// Who runs, and under which name.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    pub run_by: String,
    pub name: Option<String>,
    /// Why it is done.
    pub reason: Option<String>,
}

/// Hears how a run goes on.
pub trait Observer: Send {
    fn begins(&mut self, changeset: &PlannedChangeset);
    fn ends(&mut self, changeset: &PlannedChangeset, took: Duration);
    /// A line that a changeset has for whoever watches.
    fn says(&mut self, message: &str);
    /// What the run waits for.
    fn waits(&mut self, message: &str);
    /// Whether somebody else writes where it is watched.
    fn gives_way(&mut self, gives_way: bool);
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub done: Vec<Done>,
    /// What conditions kept out, and why.
    pub left_out: Vec<(String, String)>,
    /// What failed without ending the run.
    pub failed: Vec<Failed>,
    /// What depends on that, and why it is left out.
    pub kept_back: Vec<(String, String)>,
    /// Where the run ended early: a condition is answered otherwise than the plan took it to be, which has to be made anew
    /// from there.
    pub replan: Option<Replan>,
}

/// Why a plan has to be made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replan {
    pub changeset: String,
    /// What is so.
    pub why: String,
    /// What of the plan is not done.
    pub rest: Vec<String>,
}

/// A changeset that is done.
#[derive(Debug, Clone)]
pub struct Done {
    pub id: String,
    pub direction: Direction,
    pub turn: Turn,
    pub took: Duration,
}

/// Runs work under the lock of the history.
pub async fn with_run<T>(
    session: &mut Session,
    store: &Store,
    locking: &Locking,
    patience: Duration,
    observer: &mut (dyn FnMut(&Holder) + Send),
    work: impl AsyncFnOnce(&mut Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let key = store.lock_key(session);
    session.with_lock(&key, locking, patience, observer, work).await
}

/// What a run needs to know.
pub struct Run<'a> {
    pub store: &'a Store,
    pub target: &'a Target,
    /// The root below which files are loaded.
    pub root: &'a Path,
    /// For the positions of errors.
    pub changelog: &'a Changelog,
    pub deployment: &'a Deployment,
    pub stop: &'a Stop,
    /// How long statements wait whose changeset says nothing of it.
    pub waits: Waits,
    /// How often a statement is tried that does not get its lock.
    pub attempts: u32,
    /// Whether what it does is there to stay: not so in a scratch database.
    pub is_lasting: bool,
    /// The last row of the history that the plan was made from.
    pub last_seq: i64,
    /// What is called around it and its changesets.
    pub callbacks: &'a Callbacks,
    /// Under a lease, the query that fails where it is not ours any more ([`Session::fence_sql`]).
    pub fence: Option<String>,
}

/// How long a run waits before it tries again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How often it listens in the meantime.
const LISTENING: Duration = Duration::from_millis(50);

/// Carries out a plan. An error says which changesets are done.
pub async fn apply(
    session: &mut Session,
    run: &Run<'_>,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Outcome, RunError> {
    let mut course = Course::new(session, observer, run.stop, run.last_seq);
    let mut outcome = Outcome::default();
    let result = run.changesets(&mut course, plan, &mut outcome).await;
    let flushed = course.flush().await;
    if flushed.is_err() {
        // Done, and not recorded: the journal knows.
        outcome.done.pop();
    }
    // The error that led here first is the one to tell.
    match result.and(flushed) {
        Ok(()) => Ok(outcome),
        Err(mut error) => {
            error.done = outcome.done.iter().map(|done| done.id.clone()).collect();
            Err(error)
        }
    }
}

/// What a plan has on its way up and is not done, left out or not; but for what failed, and what depends on that: it is
/// noted in the outcome.
pub(super) fn undone(plan: &Plan, outcome: &mut Outcome) -> Vec<String> {
    let known = |outcome: &Outcome, id: &str| outcome.failed.iter().any(|failed| failed.id == id);
    for planned in plan.changesets.iter().filter(|planned| planned.is_broken()) {
        if !known(outcome, &planned.id) {
            outcome.failed.push(Failed::of_plan(planned));
        }
    }
    let failed: Vec<String> = outcome.failed.iter().map(|failed| failed.id.clone()).collect();
    let standing = plan.standing_on(&failed).into_iter();
    let because = |needed: &str| format!("`{needed}`, which it depends on, is left out");
    outcome.kept_back = standing.map(|(id, needed)| (id.to_string(), because(needed))).collect();

    let up = plan
        .changesets
        .iter()
        .filter(|planned| planned.direction == Direction::Up);
    let done = |id: &str| {
        let mut up = outcome.done.iter().filter(|done| done.direction == Direction::Up);
        up.any(|done| done.id == id)
    };
    let kept_back =
        |id: &str| failed.iter().any(|known| known == id) || outcome.kept_back.iter().any(|(known, _)| known == id);
    up.filter(|planned| !done(&planned.id) && !kept_back(&planned.id))
        .map(|planned| planned.id.clone())
        .collect()
}

impl Run<'_> {
    pub(super) async fn changesets(
        &self,
        course: &mut Course<'_>,
        plan: &Plan,
        outcome: &mut Outcome,
    ) -> Result<(), RunError> {
        refuse_lacking_secrets(plan)?;
        for planned in &plan.changesets {
            let mut statements = planned.statements.iter();
            statements.try_for_each(|statement| self.check_written_file(course.session, planned, statement))?;
        }
        // Each changeset adds a row, unless it is left out.
        let numbers: Vec<i64> = plan
            .changesets
            .iter()
            .scan(self.last_seq, |last, planned| {
                *last += i64::from(planned.turn != Turn::LeftOut);
                Some(*last)
            })
            .collect();
        let message_of = |at: usize| {
            let planned = plan
                .changesets
                .get(at)
                .filter(|planned| planned.turn != Turn::LeftOut)?;
            self.message(planned, numbers[at])
        };
        let mut message = message_of(0);
        for (at, planned) in plan.changesets.iter().enumerate() {
            if let Some(signal) = self.stop.get() {
                return Err(self.stopped(signal));
            }
            if planned.turn != Turn::LeftOut {
                self.enter(course, planned.direction).await?;
            }
            match self.pass(course, planned).await? {
                Passing::Goes => {}
                Passing::LeftOut if planned.is_broken() => {
                    outcome.failed.push(Failed::of_plan(planned));
                    message = message_of(at + 1);
                    continue;
                }
                Passing::LeftOut => {
                    let why = planned.gate.as_ref().and_then(|gate| gate.why_not());
                    outcome.left_out.push((planned.id.clone(), why.unwrap_or_default()));
                    message = message_of(at + 1);
                    continue;
                }
                Passing::Changed(why) => {
                    outcome.replan = Some(Replan {
                        changeset: planned.id.clone(),
                        why,
                        rest: undone(plan, outcome),
                    });
                    return Ok(());
                }
            }
            if planned.turn == Turn::Run {
                self.before_changeset(course, planned).await?;
            }
            course.observer.begins(planned);
            let started = Instant::now();
            // While the database is at work, the next changeset is put into words.
            let (result, following) = tokio::join!(self.changeset(course, planned, message.as_ref()), async {
                message_of(at + 1)
            });
            if let Err(error) = result {
                if !self.goes_on(course, planned, &error) {
                    return Err(error);
                }
                return self.go_on_without(course, plan, planned, error, outcome).await;
            }
            message = following;
            let took = started.elapsed();
            course.observer.ends(planned, took);
            outcome.done.push(Done {
                id: planned.id.clone(),
                direction: planned.direction,
                turn: planned.turn,
                took,
            });
            if planned.turn == Turn::Run {
                self.after_changeset(course, planned).await?;
            }
        }
        self.leave(course).await
    }

    /// Writes down what is done before a changeset goes on.
    pub(super) async fn flush_before(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
    ) -> Result<(), RunError> {
        let flushed = course.flush().await;
        flushed.map_err(|error| error.note(format!("this was before changeset `{}` went on", planned.id)))
    }

    fn stopped(&self, signal: i32) -> RunError {
        let kind = RunErrorKind::Stopped(signal);
        match self.is_lasting {
            true => RunError::new(kind, "stopped as asked; what is applied is recorded")
                .help("run the command again to go on"),
            false => RunError::new(kind, "stopped as asked"),
        }
    }

    async fn changeset(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        message: Option<&Message>,
    ) -> Result<(), RunError> {
        course.session.check_lock().await?;
        course.look_before(self.waits(planned).lock);
        let result = match planned.transactional {
            true if course.is_rehearsal() => self.as_one(course, planned, None).await,
            true => {
                self.patiently(course, planned, async |course| {
                    self.as_one(course, planned, message).await
                })
                .await
            }
            false => self.step_by_step(course, planned).await,
        };
        result.map_err(|error| self.without_secrets(planned, error))
    }

    /// How long the statements of a changeset wait.
    pub(super) fn waits(&self, planned: &PlannedChangeset) -> Waits {
        planned.waits.or(self.waits)
    }

    /// What is said where a transaction of a changeset begins.
    pub(super) fn opening(&self, planned: &PlannedChangeset) -> Opening {
        Opening {
            settings: self.settings(planned),
            fence: self.fence.clone(),
        }
    }

    fn settings(&self, planned: &PlannedChangeset) -> String {
        let waits = self.waits(planned);
        let lock = waits.lock.unwrap_or_default();
        match self.target.dialect.family() {
            Family::Postgres => {
                let mut text = format!("SET LOCAL lock_timeout = {}", lock.as_millis());
                if let Some(limit) = waits.statement {
                    text += &format!(";\nSET LOCAL statement_timeout = {}", limit.as_millis());
                }
                text
            }
            // In whole seconds, of which one is the least.
            Family::Mysql => format!("SET SESSION lock_wait_timeout = {}", lock.as_secs_f64().ceil().max(1.0)),
            Family::Sqlite => format!("PRAGMA busy_timeout = {}", lock.as_millis()),
        }
    }

    /// Does work again for as long as somebody else is in its way, and not for ever.
    pub(super) async fn patiently<'c, T>(
        &self,
        course: &mut Course<'c>,
        planned: &PlannedChangeset,
        mut work: impl AsyncFnMut(&mut Course<'c>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let error = match work(course).await {
                Err(error) if error.kind == RunErrorKind::Busy => error,
                other => return other,
            };
            if attempt >= self.attempts || self.stop.get().is_some() {
                let mut error = error.note(format!("tried {attempt} times: somebody else is in the way"));
                for blocker in course.blockers() {
                    error = error.note(format!("the last one was {blocker}"));
                }
                return Err(error.help(
                    "end what holds the lock, or wait longer: `lock_timeout` of the changeset, \
                     `timeouts.table_lock` and `timeouts.attempts` of the configuration",
                ));
            }
            attempt += 1;
            course.observer.waits(&format!(
                "`{}` gives way, and is tried again in {:.1} s ({attempt} of {}): {error}",
                planned.id,
                pause.as_secs_f64(),
                self.attempts
            ));
            let until = Instant::now() + pause;
            while Instant::now() < until && self.stop.get().is_none() {
                sleep(LISTENING).await;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
