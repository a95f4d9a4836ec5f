use clap::Args;
use serde::Serialize;

use super::arguments::{Common, Writing};
use super::output::Output;
use super::project::{Access, Project};
use super::{Exit, Failure};
use crate::database::Holder;
use crate::diagnostic::Sources;
use crate::executor::{Interrupted, RunError, RunErrorKind, Verdict, interrupted, settle, with_run};

#[derive(Args)]
pub(super) struct Resume {
    /// The statement that was running happened
    #[arg(long, conflicts_with = "not_done")]
    done: bool,
    /// It did not happen, or it was undone by hand
    #[arg(long)]
    not_done: bool,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Serialize)]
struct Report {
    id: Option<String>,
    /// So many of its changes are done.
    done: usize,
    total: usize,
}

impl Resume {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        // It is asked for the values of secrets only: a mistake in it must not keep anybody from this.
        let changelog = project.changelog();
        let mut live = project.connect(Access::Change, output).await?;
        let (store, target) = (live.store.clone(), live.target.clone());
        let patience = self.writing.patience(&project.config);
        let locking = project
            .locking(&live)
            .map_err(|error| output.run_failed(&error, &Sources::default()))?;
        let waiting = &mut |holder: &Holder| output.say(format!("waiting for {}", holder.text));
        let result = with_run(
            &mut live.session,
            &store,
            &locking,
            patience,
            waiting,
            async |session| {
                let Some(mut found) = interrupted(session, &store, &target).await? else {
                    return Ok(None);
                };
                self.answer(&mut found)?;
                settle(session, &store, &target, changelog, &found).await?;
                Ok(Some(found))
            },
        )
        .await;
        let found = result.map_err(|error| output.run_failed(&error, &changelog.sources))?;
        let report = match &found {
            None => {
                output.say("nothing to resume: no run was cut off in the middle of a changeset");
                Report {
                    id: None,
                    done: 0,
                    total: 0,
                }
            }
            Some(found) => {
                let (done, total) = (found.done(), found.changes().len());
                output.say(format!(
                    "written down: {done} of the {total} changes of `{}` are done; `driftless {}` goes on from there",
                    found.id(),
                    found.direction().word()
                ));
                Report {
                    id: Some(found.id().to_string()),
                    done,
                    total,
                }
            }
        };
        output.end(Exit::Done, &[], &Sources::default(), report);
        Ok(Exit::Done)
    }

    /// Takes the answer, where the database has none.
    fn answer(&self, found: &mut Interrupted) -> Result<(), RunError> {
        let answer = match (self.done, self.not_done) {
            (true, _) => Verdict::Done,
            (_, true) => Verdict::NotDone,
            (false, false) => return Ok(()),
        };
        if found.verdict == Verdict::Unknown {
            found.verdict = answer;
            return Ok(());
        }
        if found.verdict == answer {
            return Ok(());
        }
        let fact = match found.verdict {
            Verdict::Done => "happened",
            Verdict::NotDone | Verdict::Unknown => "did not happen",
        };
        let message = format!("the database shows that the statement {fact}");
        Err(RunError::new(RunErrorKind::Usage, message)
            .note(format!("the statement was: {}", found.under_way.last.entry.statement))
            .help("say `driftless resume` without an answer to go by that"))
    }
}
