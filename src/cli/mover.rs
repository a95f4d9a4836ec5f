//! What moves in both directions have in common.

use std::time::Duration;

use serde::Serialize;

use super::arguments::{Naming, Writing};
use super::changed::patiently;
use super::confirm::{confirm, destruction};
use super::output::{Output, faint, plural};
use super::planning::{plan_way, refuse_errors};
use super::progress::Progress;
use super::project::{At, Live, Project};
use super::signals::stop_on_signals;
use super::way::Way;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::Holder;
use crate::dialect::Target;
use crate::executor::{
    Callbacks, Done, Failed, Interrupted, Outcome, Replan, Run, RunError, RunErrorKind, Stop, apply, look_after_loss,
    refuse_lacking_secrets, settle_what_is_left, with_run,
};
use crate::plan::{Advance, Direction, History, Plan, Turn};

#[derive(Serialize)]
pub(super) struct RunReport {
    pub target: String,
    pub done: Vec<DoneReport>,
    pub left_out: Vec<LeftOutReport>,
    /// What failed and may.
    pub failed: Vec<LeftOutReport>,
}

/// A changeset whose conditions do not hold.
#[derive(Serialize)]
pub(super) struct LeftOutReport {
    pub id: String,
    pub why: String,
}

impl LeftOutReport {
    pub fn of(outcome: &Outcome) -> Vec<LeftOutReport> {
        let each = outcome.left_out.iter().cloned();
        each.map(|(id, why)| LeftOutReport { id, why }).collect()
    }

    pub fn of_failed(outcome: &Outcome) -> Vec<LeftOutReport> {
        let each = outcome.failed.iter();
        each.map(|failed| LeftOutReport {
            id: failed.id.clone(),
            why: failed.why.clone(),
        })
        .collect()
    }
}

#[derive(Serialize)]
pub(super) struct DoneReport {
    pub id: String,
    pub direction: Direction,
    /// `run`, or `marked`: recorded, and nothing was run.
    pub turn: Turn,
    pub milliseconds: u64,
}

impl DoneReport {
    pub fn of(done: &Done) -> DoneReport {
        DoneReport {
            id: done.id.clone(),
            direction: done.direction,
            turn: done.turn,
            milliseconds: done.took.as_millis() as u64,
        }
    }
}

/// How often a plan is made anew without anything done of it.
pub(super) const MOST_IN_VAIN: usize = 3;

/// What moves in both directions have in common: the lock, the plan made under it, the run.
pub(super) struct Mover<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub output: &'a Output,
    pub writing: &'a Writing,
    pub naming: &'a Naming,
}

/// One attempt at a move.
struct Attempt<'a> {
    stop: &'a Stop,
    callbacks: &'a Callbacks,
    /// What is left of a move that was planned before.
    rest: Option<&'a Way>,
    /// Set to the end of the history that it begins at.
    begun_at: &'a mut Option<i64>,
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
        let callbacks = self.project.callbacks(&target, &self.changelog.parameters);
        let callbacks = callbacks.map_err(|error| self.output.run_failed(&error, &self.changelog.sources))?;
        let mut done = Outcome::default();
        // The end of the history that was planned from: where it does not move there is no other runner.
        let mut last_begun = None;
        let (mut in_vain, mut rest) = (0, None);
        loop {
            let mut begun_at = None;
            let mut observer = Progress::new(self.output);
            let waiting = &mut |holder: &Holder| self.output.say(format!("waiting for {}", holder.text));
            let result = {
                let (store, target, make, look) = (&store, &target, &make, &look);
                let (observer, files) = (&mut observer, &mut live.files);
                let attempt = Attempt {
                    stop: &stop,
                    callbacks: &callbacks,
                    rest: rest.as_ref(),
                    begun_at: &mut begun_at,
                };
                with_run(&mut live.session, store, &locking, patience, waiting, async |session| {
                    let at = At {
                        session,
                        target,
                        store,
                        files,
                    };
                    self.attempt(at, attempt, observer, make, look).await
                })
                .await
            };
            observer.finish();
            match result {
                Ok(Ok(outcome)) => {
                    in_vain = if outcome.done.is_empty() { in_vain + 1 } else { 0 };
                    done.done.extend(outcome.done);
                    for failed in &outcome.failed {
                        self.output.diagnostics(&failed.told, &self.changelog.sources);
                        in_vain = 0;
                    }
                    let has_failed = !outcome.failed.is_empty();
                    done.failed.extend(outcome.failed);
                    done.kept_back.extend(outcome.kept_back);
                    if let Some(replan) = outcome.replan {
                        if !has_failed {
                            self.plan_again(&replan, in_vain)?;
                        }
                        rest = Some(Way::up(Advance {
                            only: replan.rest,
                            ..Advance::all()
                        }));
                        continue;
                    }
                    done.left_out = outcome.left_out;
                    done.left_out.append(&mut done.kept_back);
                    for (id, why) in &done.left_out {
                        self.output
                            .say(format!("· {id} {}", faint(&format!("(left out: {why})"))));
                    }
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

    /// Says that the rest is planned anew. Answers that never stay the same are no answers.
    fn plan_again(&self, replan: &Replan, in_vain: usize) -> Result<(), Failure> {
        if in_vain > MOST_IN_VAIN {
            let message = format!(
                "the conditions of changeset `{}` are answered otherwise each time they are asked",
                replan.changeset
            );
            let error = RunError::failed(message).note(format!("now: {}", replan.why));
            return Err(self.output.run_failed(&error, &self.changelog.sources));
        }
        self.output.say(format!(
            "`{}` is not as it was planned ({}): the rest is planned anew",
            replan.changeset, replan.why
        ));
        Ok(())
    }

    /// What is done under the lock: what a run before left behind is settled, the plan made, looked at and carried out.
    /// The inner error is one that was told already.
    async fn attempt(
        &self,
        at: At<'_>,
        attempt: Attempt<'_>,
        observer: &mut Progress<'_>,
        make: &impl AsyncFn(&mut At<'_>, &History) -> Result<Plan, RunError>,
        look: &impl AsyncFn(&mut At<'_>, &Plan) -> Result<(), Failure>,
    ) -> Result<Result<Outcome, Failure>, RunError> {
        let At {
            session,
            target,
            store,
            files,
        } = at;
        let mut history = patiently(session, self.output, async |session| store.read(session).await).await?;
        if history.is_some()
            && let Some(found) = settle_what_is_left(session, store, target, self.changelog).await?
        {
            self.output.say(settled(&found));
            history = store.read(session).await?;
        }
        let was_there = history.is_some();
        let history = history.unwrap_or_default();
        *attempt.begun_at = Some(history.last_seq());
        // Connects while the plan is made; where nothing has to wait for that, nothing is to be done.
        let probe = session.lock_probe().map(|probe| tokio::spawn(probe.open()));
        let mut at = At {
            session,
            target,
            store,
            files,
        };
        let plan = match attempt.rest {
            Some(rest) => plan_way(&mut at, self.project, self.changelog, &history, rest).await?,
            None => make(&mut at, &history).await?,
        };
        refuse_lacking_secrets(&plan)?;
        let checked = match (refuse_errors(&plan, self.changelog, self.output), attempt.rest) {
            (Ok(()), None) => look(&mut at, &plan).await,
            (other, _) => other,
        };
        if let Err(refused) = checked {
            return Ok(Err(refused));
        }
        self.output.diagnostics(&plan.diagnostics, &self.changelog.sources);
        if attempt.rest.is_none() {
            let destroyed = destruction(&plan);
            confirm(self.project, session, &destroyed, self.writing.yes, self.output).await?;
        }
        // Where nothing happens the answers stay: nobody has to ask again.
        if let Some(outcome) = all_left_out(&plan).filter(|_| attempt.callbacks.begun().is_none()) {
            if let Some(probe) = probe {
                probe.abort();
            }
            return Ok(Ok(outcome));
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
        let count = plan
            .changesets
            .iter()
            .filter(|planned| planned.turn != Turn::LeftOut)
            .count();
        observer.total(count);
        let run = Run {
            store,
            target,
            root: self.project.folder.root(),
            changelog: self.changelog,
            deployment: &self.project.deployment(self.writing, self.naming),
            stop: attempt.stop,
            waits: self.project.config.timeouts.waits(),
            attempts: self.project.config.timeouts.attempts,
            is_lasting: true,
            callbacks: attempt.callbacks,
            last_seq: history.last_seq(),
            fence: session.fence_sql(),
        };
        let _held = attempt.stop.hold();
        let error = match apply(session, &run, &plan, observer).await {
            Ok(outcome) => return Ok(Ok(outcome)),
            // It goes on: nothing has failed.
            Err(error) if error.kind == RunErrorKind::Stale => return Err(error),
            Err(error) if error.kind == RunErrorKind::Lost => look_after_loss(session, &run, &plan, error).await,
            Err(error) => error,
        };
        Err(run.on_error(session, observer, error).await)
    }

    /// Goes a way, and reports it; `look` sees the plan before anything is done.
    pub async fn go(
        &self,
        live: Live,
        way: &Way,
        look: impl AsyncFn(&mut At<'_>, &Plan) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let target = live.target.clone();
        let make =
            async |at: &mut At<'_>, history: &History| plan_way(at, self.project, self.changelog, history, way).await;
        let outcome = self.run(live, make, look).await?;
        Ok(self.report(&target, &outcome, way))
    }

    fn report(&self, target: &Target, outcome: &Outcome, way: &Way) -> Exit {
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
            true if !outcome.failed.is_empty() => "nothing is applied".to_string(),
            true if !outcome.left_out.is_empty() => {
                format!(
                    "nothing to do: {} left out",
                    plural(outcome.left_out.len(), "changeset")
                )
            }
            true => format!("nothing to do: {}", way.nothing(target)),
            false => {
                let total: Duration = outcome.done.iter().map(|done| done.took).sum();
                format!("{} in {:.2} s", counts.join(", "), total.as_secs_f64())
            }
        });
        if !outcome.failed.is_empty() {
            let ids: Vec<String> = outcome.failed.iter().map(|failed| format!("`{}`", failed.id)).collect();
            let message = format!("{} failed, and may: {}", plural(ids.len(), "changeset"), ids.join(", "));
            self.output.say(message);
        }
        let exit = match outcome.failed.is_empty() {
            true => Exit::Done,
            false => Exit::LeftOver,
        };
        let report = RunReport {
            target: target.to_string(),
            done: outcome.done.iter().map(DoneReport::of).collect(),
            left_out: LeftOutReport::of(outcome),
            failed: LeftOutReport::of_failed(outcome),
        };
        self.output.end(exit, &[], &self.changelog.sources, report);
        exit
    }
}

/// What a plan comes to of which nothing happens; `None` where something does.
fn all_left_out(plan: &Plan) -> Option<Outcome> {
    let mut outcome = Outcome::default();
    for planned in &plan.changesets {
        let gate = planned.gate.as_ref().filter(|_| planned.turn == Turn::LeftOut)?;
        match planned.is_broken() {
            true => outcome.failed.push(Failed::of_plan(planned)),
            false => {
                let why = gate.why_not().unwrap_or_default();
                outcome.left_out.push((planned.id.clone(), why));
            }
        }
    }
    Some(outcome)
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
