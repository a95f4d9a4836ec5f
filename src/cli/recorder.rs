//! What only writes to the history has in common: the lock, what is there, the rows.

use super::Failure;
use super::arguments::{Naming, Writing};
use super::output::Output;
use super::project::{At, Live, Project};
use crate::changelog::Changelog;
use crate::database::Holder;
use crate::executor::{Deployment, NewRow, RunError, refuse_under_way, with_run, write_rows};
use crate::plan::History;

/// Writes rows under the lock.
pub(super) struct Recorder<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub output: &'a Output,
    pub writing: &'a Writing,
    pub naming: &'a Naming,
}

/// A row to be written, by something that keeps what it says.
pub(super) trait AsRow {
    fn row<'a>(&'a self, deployment: &'a Deployment) -> NewRow<'a>;
}

impl Recorder<'_> {
    /// Finds out what is to be recorded from the history with its changes, and records it. The inner error of `find` was
    /// told already.
    pub async fn run<R: AsRow>(
        &self,
        mut live: Live,
        find: impl AsyncFnOnce(&mut At<'_>, &History) -> Result<Result<Vec<R>, Failure>, RunError>,
    ) -> Result<Vec<R>, Failure> {
        let failed = |error: RunError| self.output.run_failed(&error, &self.changelog.sources);
        let locking = self.project.locking(&live).map_err(failed)?;
        let (store, target) = (live.store.clone(), live.target.clone());
        let deployment = self.project.deployment(self.writing, self.naming);
        let patience = self.writing.patience(&self.project.config);
        let waiting = &mut |holder: &Holder| self.output.say(format!("waiting for {}", holder.text));
        let session = &mut live.session;
        let result = with_run(session, &store, &locking, patience, waiting, async |session| {
            refuse_under_way(session, &store).await?;
            let history = store.read_changes(session).await?;
            let mut at = At {
                session,
                target: &target,
                store: &store,
            };
            let found = match find(&mut at, &history).await? {
                Ok(found) => found,
                Err(told) => return Ok(Err(told)),
            };
            let rows: Vec<NewRow<'_>> = found.iter().map(|found| found.row(&deployment)).collect();
            write_rows(at.session, &store, &rows).await?;
            Ok(Ok(found))
        })
        .await;
        result.map_err(failed)?
    }
}
