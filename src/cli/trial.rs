//! A scratch database to try things in: made, used, and taken away however it ends.

use super::arguments::{Naming, Writing};
use super::progress::Progress;
use super::project::{Live, Project};
use crate::changelog::Changelog;
use crate::database::Scratch;
use crate::executor::{Deployment, Observer, Outcome, Run, RunError, Stop, apply};
use crate::plan::{Plan, PlannedChangeset};

pub(super) struct Trial<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub deployment: Deployment,
    pub stop: &'a Stop,
    pub live: Live,
    /// The last row of its history.
    seq: i64,
}

/// Runs work in a scratch database, which is gone after it.
pub(super) async fn in_scratch<T>(
    project: &Project,
    changelog: &Changelog,
    stop: &Stop,
    scratch: Scratch,
    work: impl AsyncFnOnce(&mut Trial<'_>) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let _held = stop.hold();
    let result = async {
        let mut trial = Trial {
            live: project.live(scratch.url()).await?,
            project,
            changelog,
            deployment: project.deployment(&Writing::default(), &Naming::default()),
            stop,
            seq: 0,
        };
        trial.begin().await?;
        let value = work(&mut trial).await?;
        // A server that is told goodbye has nothing to complain of in its log.
        let _ = trial.live.session.close().await;
        Ok::<T, RunError>(value)
    }
    .await;
    let removed = scratch.remove().await;
    let value = result?;
    removed.map_err(|error| RunError::from(error).note("the scratch database could not be dropped"))?;
    Ok(value)
}

impl Trial<'_> {
    /// Makes the history where there is none, and sees how far it is.
    async fn begin(&mut self) -> Result<(), RunError> {
        for statement in self.live.store.create() {
            self.live.session.run(&statement).await?;
        }
        let history = self.live.store.read(&mut self.live.session).await?;
        self.seq = history.map_or(0, |history| history.last_seq());
        Ok(())
    }

    /// Carries out changesets, one after the other.
    pub async fn apply(
        &mut self,
        changesets: Vec<PlannedChangeset>,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, RunError> {
        let plan = Plan {
            target: self.live.target.clone(),
            changesets,
            diagnostics: Vec::new(),
        };
        let Live { session, target, store } = &mut self.live;
        let run = Run {
            store,
            target,
            root: self.project.folder.root(),
            changelog: self.changelog,
            deployment: &self.deployment,
            stop: self.stop,
            waits: self.project.config.timeouts.waits(),
            attempts: self.project.config.timeouts.attempts,
            is_lasting: false,
            last_seq: self.seq,
            fence: None,
        };
        let outcome = apply(session, &run, &plan, observer).await?;
        self.seq += outcome.done.len() as i64;
        Ok(outcome)
    }

    /// Likewise, unseen.
    pub async fn apply_quietly(&mut self, changesets: Vec<PlannedChangeset>) -> Result<(), RunError> {
        self.apply(changesets, &mut Progress::silent()).await.map(|_| ())
    }
}
