//! A changeset with its row as one transaction, in as few messages as can be.

use std::time::Instant;

use super::course::Course;
use super::statement::too_long;
use super::store::began;
use super::unbroken::broken;
use super::{NewRow, Run, RunError, RunErrorKind, needs};
use crate::database::{self, ErrorKind};
use crate::dialect::Family;
use crate::plan::PlannedChangeset;
use crate::render::Body;

/// A changeset put into words, for where nothing has to be asked or streamed in between.
pub(super) struct Message {
    statements: String,
    /// The INSERT of its row.
    row: String,
}

impl Message {
    /// All of the transaction.
    fn text(&self, family: database::Family, begin: &str) -> String {
        let Message { statements, row } = self;
        let began = match family {
            // Here it is the row's statement that asks how long the ones before it took.
            database::Family::Sqlite => began(),
            database::Family::Postgres | database::Family::Mysql => String::new(),
        };
        format!("{begin};\n{statements}{began}{row};\nCOMMIT")
    }
}

impl Run<'_> {
    /// A changeset as one message with its row and its commit, where it can be sent as such. `seq` is the number that its
    /// row will have.
    pub(super) fn message(&self, planned: &PlannedChangeset, seq: i64) -> Option<Message> {
        let plain = planned
            .statements
            .iter()
            .all(|statement| matches!(statement.body, Body::Sql(_)) && !statement.rebuilds);
        let (_, asks_in_between) = needs::split(planned);
        let is_of_mysql = self.target.dialect.family() == Family::Mysql;
        // There it is we who see to it that a statement does not take too long.
        let is_watched = self.target.dialect.family() == Family::Sqlite && self.waits(planned).statement.is_some();
        if !plain || !planned.transactional || asks_in_between || is_of_mysql || is_watched {
            return None;
        }
        let mut statements = String::new();
        for statement in &planned.statements {
            if let Body::Sql(sql) = &statement.body {
                statements += &self.sent(planned, sql);
                // A line comment at its end must not swallow the semicolon.
                statements += "\n;\n";
            }
        }
        // Shorter than to have it counted; where it is taken nothing is done, and it is gone through again.
        let row = NewRow {
            seq: Some(seq),
            ..NewRow::of(planned, self.deployment, None)
        };
        Some(Message {
            statements,
            row: self.store.insert(&row),
        })
    }

    /// All of a changeset and its row in one transaction.
    pub(super) async fn as_one(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        message: Option<&Message>,
    ) -> Result<(), RunError> {
        let asked = self.ask_up_front(course, planned, Some(course.seq)).await;
        asked.map_err(RunError::with_nothing_left)?;
        if let Some(message) = message.filter(|_| !course.is_rehearsal()) {
            let begin = course.beginning(&self.opening(planned));
            let Err(error) = course.send(&message.text(course.family(), &begin), None).await else {
                course.seq += 1;
                return Ok(());
            };
            // Some errors have ended the transaction already, some the connection.
            let _ = course.session.run("ROLLBACK").await;
            // What failed in the middle of a message is found by going through it again, one by one.
            if error.kind != ErrorKind::Statement {
                let located = self.without_secrets(planned, self.located(planned, None, &error));
                let told = match (error.kind, self.stop.get(), self.waits(planned).statement) {
                    (ErrorKind::Cancelled, None, Some(limit)) => too_long(located, limit),
                    _ => located,
                };
                return Err(told.with_nothing_left());
            }
        }
        self.in_parts(course, planned).await?;
        course.seq += 1;
        Ok(())
    }

    async fn in_parts(&self, course: &mut Course<'_>, planned: &PlannedChangeset) -> Result<(), RunError> {
        let rebuilds = planned.statements.iter().any(|statement| statement.rebuilds);
        let expected = course.seq;
        if planned
            .statements
            .iter()
            .any(|statement| matches!(statement.body, Body::Load(_)))
        {
            // It may take long: what is done is known to others before.
            course.flush().await?;
        }
        let pending = course.pending.join(";\n");
        let opening = self.opening(planned);
        let result = course
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
                        // PostgreSQL's transaction knows when it began.
                        let took = (course.family() != database::Family::Postgres).then_some(took);
                        let row = self.store.insert(&NewRow::of(planned, self.deployment, took));
                        course.session.run(&row).await?;
                        Ok(())
                    })
                    .await
            })
            .await;
        if let Err(error) = result {
            if !course.is_rehearsal() {
                // A commit that was refused may have left the transaction open.
                let _ = course.session.run("ROLLBACK").await;
            }
            return Err(error.with_nothing_left());
        }
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
}

fn stale() -> RunError {
    RunError::new(RunErrorKind::Stale, "another runner was here in the meantime")
}
