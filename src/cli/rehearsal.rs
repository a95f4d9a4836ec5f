//! `up --rehearse`: everything is run, and nothing stays.

use std::collections::HashMap;
use std::time::Duration;

use super::arguments::{Naming, Writing};
use super::changed::read_settled;
use super::mover::{DoneReport, LeftOutReport, RunReport};
use super::output::{Output, plural};
use super::planning::{plan_way, refuse_errors};
use super::progress::Progress;
use super::project::{Live, Project};
use super::signals::stop_on_signals;
use super::trial::{in_scratch, refuse_replan};
use super::way::Way;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::{DatabaseUrl, Holder, Scratch};
use crate::diagnostic::Sources;
use crate::dialect::{Family, Feature};
use crate::executor::{
    Callbacks, Outcome, Run, RunError, RunErrorKind, Stop, rehearse, why_not_in_transaction, with_run,
};
use crate::model::Catalog;
use crate::plan::{Begun, Fold, History, Plan, PlannedChangeset, Turn};

pub(super) struct Rehearsal<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub output: &'a Output,
    pub writing: &'a Writing,
    pub scratch: Option<&'a str>,
}

impl Rehearsal<'_> {
    pub async fn run(&self, mut live: Live, way: &Way) -> Result<Exit, Failure> {
        let sources = &self.changelog.sources;
        let failed = |error: RunError| self.output.run_failed(&error, sources);
        let stop = stop_on_signals();
        let (mut history, was_there) = read_settled(&mut live, self.project, self.output).await?;
        let plan = plan_way(&mut live.at(), self.project, self.changelog, &history, way).await;
        let plan = plan.map_err(failed)?;
        refuse_errors(&plan, self.changelog, self.output)?;
        self.output.diagnostics(&plan.diagnostics, sources);
        let target = live.target.title();
        let outcome = if plan.changesets.is_empty() {
            Ok(Outcome::default())
        } else if let Some(scratch) = self.scratch {
            if was_there {
                history = live.store.read_changes(&mut live.session).await.map_err(failed)?;
            }
            let url = DatabaseUrl::parse(scratch).map_err(|error| failed(error.into()))?;
            self.in_scratch(&url, &history, plan, &stop).await
        } else {
            match (why_not_in_transaction(&plan), live.target.dialect.family()) {
                (None, _) => self.in_transaction(live, &history, was_there, &plan, &stop).await,
                (Some(_), Family::Sqlite) => self.in_copy(live, plan, &stop).await,
                (Some(why), _) => Err(cannot(&plan, why)),
            }
        };
        let outcome = outcome.map_err(failed)?;
        self.output.say(match outcome.done.len() {
            0 => format!("nothing to rehearse: {target} is up to date"),
            count => {
                let total: Duration = outcome.done.iter().map(|done| done.took).sum();
                let seconds = total.as_secs_f64();
                format!(
                    "{} rehearsed in {seconds:.2} s; nothing of it stays",
                    plural(count, "changeset")
                )
            }
        });
        let report = RunReport {
            target,
            done: outcome.done.iter().map(DoneReport::of).collect(),
            failed: LeftOutReport::of_failed(&outcome),
            left_out: LeftOutReport::of(&outcome),
        };
        self.output.end(Exit::Done, &[], &Sources::default(), report);
        Ok(Exit::Done)
    }

    /// All in one transaction, under the lock.
    async fn in_transaction(
        &self,
        mut live: Live,
        history: &History,
        was_there: bool,
        plan: &Plan,
        stop: &Stop,
    ) -> Result<Outcome, RunError> {
        let locking = self.project.locking(&live)?;
        let Live {
            session, target, store, ..
        } = &mut live;
        let patience = self.writing.patience(&self.project.config);
        let waiting = &mut |holder: &Holder| self.output.say(format!("waiting for {}", holder.text));
        let deployment = self.project.deployment(self.writing, &Naming::default());
        let mut progress = Progress::new(self.output);
        let observer = &mut progress;
        let result = with_run(session, &store.clone(), &locking, patience, waiting, async |session| {
            let last_seq = store.read(session).await?.map_or(0, |history| history.last_seq());
            if last_seq != history.last_seq() {
                let message = "another runner was here in the meantime";
                return Err(RunError::new(RunErrorKind::Stale, message).help("rehearse again"));
            }
            let _held = stop.hold();
            observer.total(plan.changesets.len());
            let run = Run {
                store,
                target,
                root: self.project.folder.root(),
                changelog: self.changelog,
                deployment: &deployment,
                stop,
                waits: self.project.config.timeouts.waits(),
                attempts: self.project.config.timeouts.attempts,
                is_lasting: false,
                callbacks: &Callbacks::default(),
                last_seq,
                fence: session.fence_sql(),
            };
            refuse_replan(rehearse(session, &run, plan, !was_there, &mut *observer).await?)
        })
        .await;
        progress.finish();
        result
    }

    /// In a copy of an SQLite file.
    async fn in_copy(&self, mut live: Live, plan: Plan, stop: &Stop) -> Result<Outcome, RunError> {
        let scratch = Scratch::copy(&mut live.session).await?;
        self.output.say("rehearsing in a copy of the file");
        let mut progress = Progress::new(self.output);
        let outcome = in_scratch(self.project, self.changelog, stop, scratch, async |trial| {
            refuse_replan(trial.apply(plan.changesets, &mut progress).await?)
        })
        .await;
        progress.finish();
        outcome
    }

    /// In a database of its own, which is brought to where this one is by its history.
    async fn in_scratch(
        &self,
        url: &DatabaseUrl,
        history: &History,
        plan: Plan,
        stop: &Stop,
    ) -> Result<Outcome, RunError> {
        let scratch = Scratch::make(Some(url), &self.project.connect_options(true)).await?;
        let mut progress = Progress::new(self.output);
        let outcome = in_scratch(self.project, self.changelog, stop, scratch, async |trial| {
            if trial.live.target.dialect != plan.target.dialect {
                let message = format!(
                    "the scratch database is {}, and the other one {}",
                    trial.live.target.title(),
                    plan.target.title()
                );
                return Err(RunError::new(RunErrorKind::Usage, message));
            }
            let catalog = Catalog::new(trial.live.target.clone());
            let mut fold = Fold::new(self.changelog, catalog);
            let before: Vec<_> = history.applied().into_iter().map(|record| fold.again(record)).collect();
            if let Some(problem) = fold.diagnostics.iter().find(|found| found.is_error()) {
                let message = format!("what is applied cannot be built anew: {}", problem.message);
                return Err(RunError::failed(message));
            }
            self.output.say(format!(
                "bringing a scratch database to where this one is: {}",
                plural(before.len(), "changeset")
            ));
            trial.apply_quietly(before).await?;
            // Each run that is held has one row here.
            let places: HashMap<i64, i64> = history.entries().map(|entry| entry.began.seq).zip(1..).collect();
            let anew = |run: Begun| Begun {
                seq: places.get(&run.seq).copied().unwrap_or(run.seq),
                ..run
            };
            trial
                .apply(without_questions(plan.changesets, anew), &mut progress)
                .await
        })
        .await;
        progress.finish();
        outcome
    }
}

/// The changesets as the real database had them planned: another one has nothing to say of their conditions, and other
/// numbers for their runs.
fn without_questions(changesets: Vec<PlannedChangeset>, anew: impl Fn(Begun) -> Begun) -> Vec<PlannedChangeset> {
    let happening = changesets.into_iter().filter(|planned| planned.turn != Turn::LeftOut);
    happening
        .map(|planned| PlannedChangeset {
            gate: None,
            run: planned.run.map(&anew),
            ..planned
        })
        .collect()
}

fn cannot(plan: &Plan, why: String) -> RunError {
    let title = plan.target.title();
    let message = match plan.target.supports(Feature::TransactionalDdl) {
        true => format!("this cannot be rehearsed in a transaction of {title}"),
        false => format!("{title} cannot roll back changes of the schema, so nothing can be rehearsed in it"),
    };
    RunError::new(RunErrorKind::Refused, message)
        .note(why)
        .help("give a server for a scratch database: `--scratch URL`; it is made there, and dropped")
}
