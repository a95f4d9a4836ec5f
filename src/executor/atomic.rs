//! A changeset with its row as one transaction, in as few messages as can be.

use std::time::Instant;

use super::course::{Course, begin};
use super::unbroken::broken;
use super::{NewRow, Run, RunError, RunErrorKind, needs};
use crate::database::{self, ErrorKind};
use crate::dialect::Family;
use crate::plan::PlannedChangeset;
use crate::render::Body;

impl Run<'_> {
    /// A changeset with its row and its commit as one message, where it can be sent as such: nothing has to be asked or
    /// streamed in between. `seq` is the number that its row will have.
    pub(super) fn message(&self, planned: &PlannedChangeset, seq: i64) -> Option<String> {
        let plain = planned
            .statements
            .iter()
            .all(|statement| matches!(statement.body, Body::Sql(_)) && !statement.rebuilds);
        let (_, asks_in_between) = needs::split(planned);
        if !plain || !planned.transactional || asks_in_between {
            return None;
        }
        let row = |duration| {
            // Shorter than to have it counted; where it is taken nothing is done, and it is gone through again.
            let row = NewRow::of(planned, self.deployment, duration);
            self.store.insert(&NewRow { seq: Some(seq), ..row })
        };
        match self.target.dialect.family() {
            Family::Postgres => {
                let begin = begin(database::Family::Postgres, &self.opening(planned));
                Some(format!("{begin};\n{}", joined(planned, &row(None))))
            }
            Family::Sqlite => Some(joined(planned, &row(Some(0)))),
            Family::Mysql => None,
        }
    }

    /// All of a changeset and its row in one transaction.
    pub(super) async fn as_one(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        message: Option<&str>,
    ) -> Result<(), RunError> {
        self.ask_up_front(course, planned, Some(course.seq)).await?;
        let message = message.filter(|_| !course.is_rehearsal());
        match (course.family(), message) {
            (database::Family::Postgres, Some(message)) => match course.send(message, None).await {
                Ok(()) => return Ok(()),
                // What failed in the middle of a message is found by going through it again, one by one.
                Err(error) if error.kind == ErrorKind::Statement => {
                    course.session.run("ROLLBACK").await?;
                }
                Err(error) => {
                    let _ = course.session.run("ROLLBACK").await;
                    return Err(self.located(planned, None, &error));
                }
            },
            (database::Family::Sqlite, Some(message)) if self.in_two_messages(course, planned, message).await? => {
                course.seq += 1;
                return Ok(());
            }
            _ => {}
        }
        self.in_parts(course, planned).await?;
        course.seq += 1;
        Ok(())
    }

    async fn in_parts(&self, course: &mut Course<'_>, planned: &PlannedChangeset) -> Result<(), RunError> {
        let rebuilds = planned.statements.iter().any(|statement| statement.rebuilds);
        let expected = course.seq;
        let pending = course.pending.join(";\n");
        let opening = self.opening(planned);
        course
            .without_foreign_keys(rebuilds, async |course| {
                course
                    .in_transaction(&opening, async |course| {
                        if course.family() == database::Family::Sqlite
                            && self.store.last_seq(course.session).await? != expected
                        {
                            return Err(stale());
                        }
                        if !pending.is_empty() {
                            course.session.run(&pending).await?;
                        }
                        let before = match rebuilds {
                            true => Some(broken(course.session).await?),
                            false => None,
                        };
                        let started = Instant::now();
                        for statement in &planned.statements {
                            self.refuse_to_go_on()?;
                            self.ask(course, planned, statement).await?;
                            self.statement(course, planned, statement).await?;
                        }
                        if let Some(before) = before {
                            before.refuse_new(&broken(course.session).await?, planned)?;
                        }
                        let took = started.elapsed().as_millis() as u64;
                        let row = self.store.insert(&NewRow::of(planned, self.deployment, Some(took)));
                        course.session.run(&row).await?;
                        Ok(())
                    })
                    .await
            })
            .await?;
        course.pending.clear();
        Ok(())
    }

    fn refuse_to_go_on(&self) -> Result<(), RunError> {
        match self.stop.get() {
            Some(signal) => Err(RunError::new(
                RunErrorKind::Stopped(signal),
                "stopped as asked; the changeset that was running is rolled back",
            )),
            None => Ok(()),
        }
    }

    /// On SQLite, where each message is a switch to the connection's thread: the lock and the look at the history's end,
    /// then everything else. Where that fails nothing is done, and it is gone through again one by one.
    async fn in_two_messages(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        message: &str,
    ) -> Result<bool, RunError> {
        let begin = begin(database::Family::Sqlite, &self.opening(planned));
        let look = format!("{begin};\n{}", self.store.last_seq_query());
        let rows = course.session.query(&look).await?;
        // What is set before may answer, too.
        let last = rows.last().and_then(|row| row.first()).cloned().flatten();
        if last != Some(course.seq.to_string()) {
            course.session.run("ROLLBACK").await?;
            return Err(stale());
        }
        match course.send(message, None).await {
            Ok(()) => Ok(true),
            Err(_) => {
                // Some errors have ended the transaction already.
                let _ = course.session.run("ROLLBACK").await;
                Ok(false)
            }
        }
    }
}

fn stale() -> RunError {
    RunError::new(RunErrorKind::Stale, "another runner was here in the meantime")
}

/// The statements of a changeset, its row, and the end of its transaction.
fn joined(planned: &PlannedChangeset, insert: &str) -> String {
    let mut message = String::new();
    for statement in &planned.statements {
        if let Body::Sql(sql) = &statement.body {
            message += sql;
            // A line comment at its end must not swallow the semicolon.
            message += "\n;\n";
        }
    }
    message += insert;
    message += ";\nCOMMIT";
    message
}
