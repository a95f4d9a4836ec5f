//! A changeset step by step, where it cannot be one transaction: before each statement that commits by itself its intent
//! is written down, so that it is known at any moment how far it came.

use std::time::{Duration, Instant};

use super::course::{Course, begin};
use super::journal::{Entry, EntryState};
use super::step::{Step, StepKind, is_of_rows, steps};
use super::unbroken::broken;
use super::{NewRow, Run, RunError, RunErrorKind};
use crate::database::Family;
use crate::dialect::mentions;
use crate::model::Change;
use crate::plan::{Direction, PlannedChangeset, Record, State, StoredReverse};
use crate::render::{Body, Statement};

/// Why a step did not go through.
struct StepFailure {
    error: RunError,
    /// Whether a part of it is done: the journal keeps how far it came.
    half: bool,
}

impl From<RunError> for StepFailure {
    fn from(error: RunError) -> StepFailure {
        StepFailure { error, half: false }
    }
}

impl Run<'_> {
    /// One step after the other; where it stops, the history says so.
    pub(super) async fn step_by_step(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
    ) -> Result<(), RunError> {
        let started = Instant::now();
        self.check_files(planned)?;
        let asked = self.ask_up_front(course, planned, None).await;
        asked.map_err(|error| match planned.is_half {
            true => error,
            false => error.with_nothing_left(),
        })?;
        let mut rows = 0;
        for step in steps(planned, self.target) {
            let result = match self.stop.get() {
                Some(signal) => {
                    let message = "stopped as asked, in the middle of a changeset";
                    Err(RunError::new(RunErrorKind::Stopped(signal), message).into())
                }
                None => self.step(course, planned, &step, &mut rows).await,
            };
            if let Err(failure) = result {
                let done = step.changes.start;
                return Err(self
                    .record_failure(course, planned, done, failure, rows, started.elapsed())
                    .await);
            }
        }
        let took = started.elapsed().as_millis() as u64;
        let row = NewRow {
            by_steps: true,
            ..NewRow::of(planned, self.deployment, Some(took))
        };
        course.pending.push(self.store.insert(&row));
        course.pending.push(self.store.journal().clear());
        course.seq += 1;
        let shows = !matches!(planned.changes.last(), Some(Change::Raw { .. }));
        if course.family() == Family::Mysql && shows {
            // Sent with the next intent: that saves a commit, and until then the journal and the schema tell.
            return Ok(());
        }
        course.flush().await.map_err(|error| {
            let message = format!("changeset `{}` is carried out, but could not be recorded", planned.id);
            RunError::new(error.kind, message).note(error.to_string())
        })
    }

    async fn step(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        step: &Step<'_>,
        rows: &mut i64,
    ) -> Result<(), StepFailure> {
        for statement in step.statements {
            self.ask(course, planned, statement).await?;
        }
        match step.kind {
            StepKind::Free => {
                for statement in step.statements {
                    self.statement(course, planned, statement).await?;
                }
                let done = self.entry(course.seq, planned, step, 0, EntryState::Done, rows);
                course.pending.push(done);
                Ok(())
            }
            StepKind::Whole => {
                let done = self.entry(course.seq, planned, step, 0, EntryState::Done, rows);
                self.patiently(course, planned, async |course| {
                    self.whole(course, planned, step, &done).await
                })
                .await?;
                Ok(())
            }
            StepKind::Alone => self.alone(course, planned, step, rows).await,
        }
    }

    /// A step in a transaction of its own, with the row of the journal that says so.
    async fn whole(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        step: &Step<'_>,
        done: &str,
    ) -> Result<(), RunError> {
        let rebuilds = step.rebuilds();
        let pending = course.pending.join(";\n");
        let opening = self.opening(planned);
        course
            .without_foreign_keys(rebuilds, async |course| {
                course
                    .in_transaction(&opening, async |course| {
                        if !pending.is_empty() {
                            course.session.run(&pending).await?;
                        }
                        let before = match rebuilds {
                            true => Some(broken(course.session).await?),
                            false => None,
                        };
                        for statement in step.statements {
                            self.statement(course, planned, statement).await?;
                        }
                        if let Some(before) = before {
                            before.refuse_new(&broken(course.session).await?, planned)?;
                        }
                        Ok(course.session.run(done).await?)
                    })
                    .await
            })
            .await?;
        course.pending.clear();
        Ok(())
    }

    /// Statements that commit by themselves. Those of rows before one of them are committed with its intent.
    async fn alone(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        step: &Step<'_>,
        rows: &mut i64,
    ) -> Result<(), StepFailure> {
        let family = course.family();
        let (mut open, mut half) = (false, false);
        for (part, statement) in step.statements.iter().enumerate() {
            if family == Family::Mysql && is_of_rows(statement, self.target.dialect.family()) {
                if !open {
                    course.flush().await?;
                    course.begin(&self.opening(planned)).await?;
                    open = true;
                }
                if let Err(error) = self.statement(course, planned, statement).await {
                    let _ = course.session.run("ROLLBACK").await;
                    return Err(StepFailure { error, half });
                }
                continue;
            }
            let intent = self.entry(course.seq, planned, step, part, EntryState::Intent, rows);
            self.intend(course, planned, &intent, open).await?;
            // Behind a pooler the session that would have it is another one by then.
            if family == Family::Postgres && self.fence.is_none() {
                let lock = self.lock_timeout(planned, statement);
                let sql = format!("SET lock_timeout = {lock}");
                course.session.run(&sql).await.map_err(RunError::from)?;
            }
            let result = self
                .patiently(course, planned, async |course| {
                    self.statement(course, planned, statement).await
                })
                .await;
            if let Err(error) = result {
                if family == Family::Mysql {
                    // A statement that was refused before it began has committed nothing: not what was written before it.
                    let _ = course.session.run("COMMIT").await;
                }
                self.clear_away(course, planned, statement).await;
                let half = half || open;
                return Err(StepFailure { error, half });
            }
            (open, half) = (false, true);
        }
        if open {
            let done = self.entry(
                course.seq,
                planned,
                step,
                step.statements.len() - 1,
                EntryState::Done,
                rows,
            );
            course.session.run(&done).await.map_err(RunError::from)?;
            course.session.run("COMMIT").await.map_err(RunError::from)?;
        }
        Ok(())
    }

    /// Writes down what is about to happen, with what is not yet written down of what has happened. On MySQL and MariaDB
    /// the statement that follows commits it.
    async fn intend(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        intent: &str,
        open: bool,
    ) -> Result<(), RunError> {
        let mut texts = course.pending.clone();
        texts.push(intent.to_string());
        let texts = texts.join(";\n");
        let written = match (course.family(), open) {
            (Family::Mysql, true) => course.session.run(intent).await.map_err(RunError::from),
            (Family::Mysql, false) => {
                let begin = begin(Family::Mysql, &self.opening(planned));
                let written = course.session.run(&format!("{begin};\n{texts}")).await;
                if written.is_err() {
                    let _ = course.session.run("ROLLBACK").await;
                }
                written.map_err(|error| RunError::from(course.session.explain_fence(error)))
            }
            (Family::Postgres | Family::Sqlite, _) => {
                course
                    .in_transaction(&self.opening(planned), async |course| {
                        Ok(course.session.run(&texts).await?)
                    })
                    .await
            }
        };
        written.map_err(|error| {
            let message = "what is about to happen cannot be written down, so it was not done";
            RunError::new(error.kind, message).note(error.to_string())
        })?;
        if !open {
            course.pending.clear();
        }
        Ok(())
    }

    /// In milliseconds. What is built concurrently waits for the transactions of others and keeps nobody waiting: as long
    /// as it takes, unless the changeset says otherwise.
    fn lock_timeout(&self, planned: &PlannedChangeset, statement: &Statement) -> u128 {
        let concurrent = match &statement.body {
            Body::Sql(sql) => mentions(sql, "concurrently", self.target.dialect.family()),
            Body::Load(_) | Body::Unload(_) | Body::Assert(_) | Body::Print(_) => false,
        };
        let lock = match concurrent {
            true => planned.waits.lock,
            false => self.waits(planned).lock,
        };
        lock.unwrap_or_default().as_millis()
    }

    /// An index that could not be built concurrently stays behind, and is in the way of the next attempt.
    async fn clear_away(&self, course: &mut Course<'_>, planned: &PlannedChangeset, statement: &Statement) {
        if let Some(change) = planned.changes.get(statement.change) {
            // What cannot be dropped now is found by the next run.
            let _ = super::settle::drop_unfinished(course.session, self.target, change).await;
        }
    }

    fn entry(
        &self,
        seq: i64,
        planned: &PlannedChangeset,
        step: &Step<'_>,
        part: usize,
        state: EntryState,
        rows: &mut i64,
    ) -> String {
        *rows += 1;
        let statement = match step.statements.get(part).map(|statement| &statement.body) {
            Some(Body::Sql(sql)) => sql.clone(),
            Some(Body::Load(load)) => format!("the rows of {}", load.source.path),
            Some(Body::Unload(_) | Body::Assert(_) | Body::Print(_)) | None => String::new(),
        };
        let entry = Entry {
            from: step.changes.start,
            to: step.changes.end,
            part,
            statement,
            record: (*rows == 1).then(|| self.record_of(planned, seq + 1)),
            undoing: (*rows == 1 && planned.direction == Direction::Down).then(|| planned.undoing.clone()),
        };
        let run_by = &self.deployment.run_by;
        self.store.journal().insert(*rows, &planned.id, state, &entry, run_by)
    }

    /// The changeset as its row will be, and which that is.
    fn record_of(&self, planned: &PlannedChangeset, seq: i64) -> Record {
        let row = NewRow::of(planned, self.deployment, None);
        Record {
            seq,
            run: planned.run.map(|run| run.seq),
            id: planned.id.clone(),
            file: planned.file.clone(),
            author: planned.author.clone(),
            comment: planned.comment.clone(),
            tag: planned.tag.clone(),
            checksum: planned.checksum.clone(),
            reverse_checksum: planned.reverse_checksum.clone(),
            parameters: planned.parameters.clone(),
            state: row.state,
            direction: row.direction.to_string(),
            started: String::new(),
            duration_ms: 0,
            run_by: self.deployment.run_by.clone(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            deployment: self.deployment.name.clone(),
            reason: self.deployment.reason.clone(),
            changes: Some(row.stored()),
        }
    }

    /// Writes down how far a changeset came, and adds that to the error.
    async fn record_failure(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        done: usize,
        failure: StepFailure,
        rows: i64,
        took: Duration,
    ) -> RunError {
        let StepFailure { mut error, half } = failure;
        if error.kind == RunErrorKind::Lost {
            return error.note(format!("changeset `{}` was running", planned.id));
        }
        let journal = self.store.journal();
        let text = error.to_string();
        let nothing = done == 0 && !half;
        let (left, rest);
        if half {
            course.pending.push(journal.fail(rows, &text));
        } else {
            if done > 0 {
                let mut row = NewRow::of(planned, self.deployment, Some(took.as_millis() as u64));
                row.state = State::Partial;
                row.by_steps = true;
                row.changes = match planned.direction {
                    Direction::Up => &planned.changes[..done],
                    // What is left of a way back is what is not yet taken back.
                    Direction::Down => {
                        left = planned.undoing.left_after(&planned.changes, done);
                        rest = StoredReverse::Changes(planned.changes[done..].to_vec());
                        // It goes on with just that.
                        row.reverse = Some(&rest);
                        &left
                    }
                };
                row.error = Some(text);
                let insert = self.store.insert(&row);
                course.pending.push(insert);
            }
            course.pending.push(journal.clear());
        }
        let recorded = course.flush().await;
        error.undone = nothing && !planned.is_half && recorded.is_ok();
        if !self.is_lasting {
            return error;
        }
        if nothing && !planned.is_half {
            return error.note(format!("nothing of changeset `{}` was carried out", planned.id));
        }
        if matches!(error.kind, RunErrorKind::Failed | RunErrorKind::Busy) {
            error.kind = RunErrorKind::Partial;
        }
        let total = planned.changes.len();
        let (word, other) = match planned.direction {
            Direction::Up => ("done", "`driftless down -1` takes back what is done"),
            Direction::Down => ("taken back", "`driftless up` does again what is taken back"),
        };
        let error = error.note(format!(
            "changeset `{}` is half applied: {done} of its {total} changes are {word}{}",
            planned.id,
            if half { ", and a part of the next" } else { "" }
        ));
        match recorded {
            Ok(()) => error.help(format!(
                "mend the cause and run the command again: it goes on where it stopped; {other}"
            )),
            Err(again) => error.note(format!("and this could not be recorded: {again}")),
        }
    }
}
