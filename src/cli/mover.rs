//! What moves in both directions have in common.

use std::time::Duration;

use serde::Serialize;

use super::arguments::{Naming, Writing};
use super::changed::patiently;
use super::confirm::{confirm, destruction};
use super::output::{Output, plural};
use super::planning::refuse_errors;
use super::progress::Progress;
use super::project::{At, Live, Project};
use super::signals::stop_on_signals;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::Holder;
use crate::dialect::Target;
use crate::executor::{
    Done, Interrupted, Outcome, Run, RunError, RunErrorKind, Stop, apply, look_after_loss, refuse_lacking_secrets,
    settle_what_is_left, with_run,
};
use crate::plan::{Direction, History, Plan};

#[derive(Serialize)]
pub(super) struct RunReport {
    pub target: String,
    pub done: Vec<DoneReport>,
}

#[derive(Serialize)]
pub(super) struct DoneReport {
    pub id: String,
    pub direction: Direction,
    pub milliseconds: u64,
}

impl DoneReport {
    pub fn of(done: &Done) -> DoneReport {
        DoneReport {
            id: done.id.clone(),
            direction: done.direction,
            milliseconds: done.took.as_millis() as u64,
        }
    }
}

/// What moves in both directions have in common: the lock, the plan made under it, the run.
pub(super) struct Mover<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub output: &'a Output,
    pub writing: &'a Writing,
    pub naming: &'a Naming,
}

impl Mover<'_> {
    /// Plans and runs under the lock, anew where another runner of an SQLite file was quicker.
    pub async fn run(
        &self,
        mut live: Live,
        make: impl AsyncFn(&mut At<'_>, &History) -> Result<Plan, RunError>,
        look: impl AsyncFn(&mut At<'_>, &Plan) -> Result<(), Failure>,
    ) -> Result<Outcome, Failure> {
        let stop = stop_on_signals();
        let patience = self.writing.patience(&self.project.config);
        let locking = self
            .project
            .locking(&live)
            .map_err(|error| self.output.run_failed(&error, &self.changelog.sources))?;
        let (store, target) = (live.store.clone(), live.target.clone());
        let mut done = Outcome::default();
        // The end of the history that was planned from: where it does not move there is no other runner.
        let mut last_begun = None;
        loop {
            let mut begun_at = None;
            let mut observer = Progress::new(self.output);
            let waiting = &mut |holder: &Holder| self.output.say(format!("waiting for {}", holder.text));
            let result = {
                let (store, target, stop, make, look) = (&store, &target, &stop, &make, &look);
                let (begun_at, observer) = (&mut begun_at, &mut observer);
                with_run(&mut live.session, store, &locking, patience, waiting, async |session| {
                    let at = At { session, target, store };
                    self.attempt(at, stop, observer, begun_at, make, look).await
                })
                .await
            };
            observer.finish();
            match result {
                Ok(Ok(outcome)) => {
                    done.done.extend(outcome.done);
                    // A server that is told goodbye has nothing to complain of in its log.
                    let _ = live.session.close().await;
                    return Ok(done);
                }
                Ok(Err(refused)) => return Err(refused),
                Err(error) if error.kind == RunErrorKind::Stale && begun_at != last_begun => last_begun = begun_at,
                Err(error) => {
                    let failure = self.output.run_failed(&error, &self.changelog.sources);
                    let count = done.done.len() + error.done.len();
                    if count > 0 {
                        self.output
                            .say(format!("{} before it done and recorded", plural(count, "changeset")));
                    }
                    return Err(failure);
                }
            }
        }
    }

    /// What is done under the lock: what a run before left behind is settled, the plan made, looked at and carried out.
    /// The inner error is one that was told already.
    async fn attempt(
        &self,
        at: At<'_>,
        stop: &Stop,
        observer: &mut Progress<'_>,
        begun_at: &mut Option<i64>,
        make: &impl AsyncFn(&mut At<'_>, &History) -> Result<Plan, RunError>,
        look: &impl AsyncFn(&mut At<'_>, &Plan) -> Result<(), Failure>,
    ) -> Result<Result<Outcome, Failure>, RunError> {
        let At { session, target, store } = at;
        let mut history = patiently(session, self.output, async |session| store.read(session).await).await?;
        if history.is_some()
            && let Some(found) = settle_what_is_left(session, store, target, self.changelog).await?
        {
            self.output.say(settled(&found));
            history = store.read(session).await?;
        }
        let was_there = history.is_some();
        let history = history.unwrap_or_default();
        *begun_at = Some(history.last_seq());
        // Connects while the plan is made; where nothing has to wait for that, nothing is to be done.
        let probe = session.lock_probe().map(|probe| tokio::spawn(probe.open()));
        let mut at = At { session, target, store };
        let plan = make(&mut at, &history).await?;
        refuse_lacking_secrets(&plan)?;
        let checked = match refuse_errors(&plan, self.changelog, self.output) {
            Ok(()) => look(&mut at, &plan).await,
            Err(failure) => Err(failure),
        };
        if let Err(refused) = checked {
            return Ok(Err(refused));
        }
        self.output.diagnostics(&plan.diagnostics, &self.changelog.sources);
        confirm(
            self.project,
            session,
            &destruction(&plan),
            self.writing.yes,
            self.output,
        )
        .await?;
        if plan.changesets.is_empty() {
            if let Some(probe) = probe {
                probe.abort();
            }
            return Ok(Ok(Outcome::default()));
        }
        if let Some(probe) = probe {
            match probe.await.expect("it does not panic, and nobody stops it") {
                Ok(probe) => probe.finish(session).await?,
                Err(error) => self.output.say(format!(
                    "note: whether the lock holds cannot be found out without a second connection: {error}"
                )),
            }
        }
        // An older history may have no journal yet.
        let steps = plan.changesets.iter().any(|planned| !planned.transactional);
        let missing = match (was_there, steps) {
            (false, _) => store.create(),
            (true, true) => vec![store.journal().create()],
            (true, false) => Vec::new(),
        };
        for statement in missing {
            session.run(&statement).await?;
        }
        observer.total(plan.changesets.len());
        let run = Run {
            store,
            target,
            root: self.project.folder.root(),
            changelog: self.changelog,
            deployment: &self.project.deployment(self.writing, self.naming),
            stop,
            waits: self.project.config.timeouts.waits(),
            attempts: self.project.config.timeouts.attempts,
            is_lasting: true,
            last_seq: history.last_seq(),
            fence: session.fence_sql(),
        };
        let _held = stop.hold();
        match apply(session, &run, &plan, observer).await {
            Err(error) if error.kind == RunErrorKind::Lost => Err(look_after_loss(session, &run, &plan, error).await),
            other => other.map(Ok),
        }
    }

    pub fn report(&self, target: &Target, outcome: &Outcome) {
        let counted = |direction| {
            let count = outcome.done.iter().filter(|done| done.direction == direction).count();
            let word = match direction {
                Direction::Up => "applied",
                Direction::Down => "taken back",
            };
            (count > 0).then(|| format!("{} {word}", plural(count, "changeset")))
        };
        let counts: Vec<String> = [Direction::Down, Direction::Up]
            .into_iter()
            .filter_map(counted)
            .collect();
        self.output.say(match counts.is_empty() {
            true => format!("nothing to do: {} is up to date", target.title()),
            false => {
                let total: Duration = outcome.done.iter().map(|done| done.took).sum();
                format!("{} in {:.2} s", counts.join(", "), total.as_secs_f64())
            }
        });
        let report = RunReport {
            target: target.to_string(),
            done: outcome.done.iter().map(DoneReport::of).collect(),
        };
        self.output.end(Exit::Done, &[], &self.changelog.sources, report);
    }
}

/// What was found of a run that was cut off.
pub(super) fn settled(found: &Interrupted) -> String {
    let total = found.changes().len();
    format!(
        "`{}` was cut off on its way {}: {} of its {total} changes are done; going on from there",
        found.id(),
        found.direction().word(),
        found.done()
    )
}
