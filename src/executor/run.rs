//! A plan carried out: each changeset and its row in the history in one transaction, wherever there is such a thing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::{Duration, Instant};

use super::control::{self, ControlError};
use super::error::diagnostic_of;
use super::load::LoadFailure;
use super::store::NewRow;
use super::transaction::{begin, in_transaction, without_foreign_keys};
use super::unbroken::broken;
use super::{RunError, RunErrorKind, Store};
use crate::changelog::Changelog;
use crate::database::{self, ErrorKind, Holder, Session};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::{Family, Target};
use crate::document::place_in_text;
use crate::plan::{Direction, Plan, PlannedChangeset, State};
use crate::render::{Body, Guard, Load, Statement};

/// Who runs, and under which name.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    pub run_by: String,
    pub name: Option<String>,
}

/// Hears how a run goes on.
pub trait Observer: Send {
    fn begins(&mut self, changeset: &PlannedChangeset);
    fn ends(&mut self, changeset: &PlannedChangeset, took: Duration);
    /// A line that a changeset has for whoever watches.
    fn says(&mut self, message: &str);
}

/// A wish to stop, set by a signal: its number.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    signal: Arc<AtomicI32>,
    /// Whether a statement runs that commits by itself: to die in the middle of it would be to lose track.
    held: Arc<AtomicBool>,
}

impl Stop {
    pub fn is_held(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    fn hold(&self, held: bool) {
        self.held.store(held, Ordering::SeqCst);
    }

    pub fn set(&self, signal: i32) {
        self.signal.store(signal, Ordering::SeqCst);
    }

    pub fn get(&self) -> Option<i32> {
        match self.signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal),
        }
    }
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub done: Vec<(String, Duration)>,
}

/// Runs work under the lock of the history, which dies with its session.
pub async fn with_run<T>(
    session: &mut Session,
    store: &Store,
    patience: Duration,
    observer: &mut (dyn FnMut(&Holder) + Send),
    work: impl AsyncFnOnce(&mut Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let key = store.lock_key(session);
    session.with_lock(&key, patience, observer, work).await
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
    /// The last row of the history that the plan was made from.
    pub last_seq: i64,
}

/// Carries out a plan. An error says which changesets are done.
pub async fn apply(
    session: &mut Session,
    run: &Run<'_>,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Outcome, RunError> {
    let mut outcome = Outcome::default();
    let mut seq = run.last_seq;
    let mut message = plan.changesets.first().and_then(|planned| run.message(planned));
    for (at, planned) in plan.changesets.iter().enumerate() {
        if let Some(signal) = run.stop.get() {
            return Err(stopped(signal, &outcome));
        }
        observer.begins(planned);
        let started = Instant::now();
        // While the database is at work, the next changeset is put into words.
        let next = plan.changesets.get(at + 1);
        let (result, following) = tokio::join!(
            run.changeset(session, planned, message.take(), &mut seq, observer),
            async { next.and_then(|planned| run.message(planned)) }
        );
        message = following;
        let took = started.elapsed();
        if let Err(mut error) = result {
            error.done = outcome.done.iter().map(|(id, _)| id.clone()).collect();
            return Err(error);
        }
        observer.ends(planned, took);
        outcome.done.push((planned.id.clone(), took));
    }
    Ok(outcome)
}

fn stopped(signal: i32, outcome: &Outcome) -> RunError {
    let mut error = RunError::new(
        RunErrorKind::Stopped(signal),
        "stopped as asked; what is applied is recorded",
    )
    .help("run the command again to go on");
    error.done = outcome.done.iter().map(|(id, _)| id.clone()).collect();
    error
}

impl Run<'_> {
    async fn changeset(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        message: Option<String>,
        seq: &mut i64,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        match planned.transactional {
            true => self.as_one(session, planned, message, seq, observer).await,
            false => {
                self.stop.hold(true);
                let result = self.step_by_step(session, planned, observer).await;
                self.stop.hold(false);
                result
            }
        }
    }

    fn row<'a>(&'a self, planned: &'a PlannedChangeset, duration_ms: Option<u64>) -> NewRow<'a> {
        NewRow {
            planned,
            state: match planned.direction {
                Direction::Up => State::Applied,
                Direction::Down => State::Reverted,
            },
            direction: planned.direction.word(),
            changes: &planned.changes,
            error: None,
            duration_ms,
            run_by: &self.deployment.run_by,
            deployment: self.deployment.name.as_deref(),
        }
    }

    /// A changeset with its row and its commit as one message, where it can be sent as such: nothing has to be asked or
    /// streamed in between.
    fn message(&self, planned: &PlannedChangeset) -> Option<String> {
        let family = self.target.dialect.family();
        let plain = planned
            .statements
            .iter()
            .all(|statement| matches!(statement.body, Body::Sql(_)) && !statement.rebuilds);
        let (_, asks_in_between) = super::needs::split(planned);
        if !plain || !planned.transactional || asks_in_between {
            return None;
        }
        match family {
            Family::Postgres => Some(one_message(planned, &self.store.insert(&self.row(planned, None)))),
            Family::Sqlite => Some(joined(planned, &self.store.insert(&self.row(planned, Some(0))))),
            Family::Mysql => None,
        }
    }

    /// All of a changeset and its row in one transaction.
    async fn as_one(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        message: Option<String>,
        seq: &mut i64,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        self.ask_up_front(session, planned, Some(*seq)).await?;
        let family = session.family();
        if let (database::Family::Postgres, Some(message)) = (family, &message) {
            match session.run(message).await {
                Ok(_) => return Ok(()),
                // What failed in the middle of a message is found by going through it again, one by one.
                Err(error) if error.kind == ErrorKind::Statement => {
                    session.run("ROLLBACK").await?;
                }
                Err(error) => {
                    let _ = session.run("ROLLBACK").await;
                    return Err(self.located(planned, None, &error));
                }
            }
        }
        let rebuilds = planned.statements.iter().any(|statement| statement.rebuilds);
        if let (database::Family::Sqlite, Some(message)) = (family, &message)
            && self.in_two_messages(session, message, *seq).await?
        {
            *seq += 1;
            return Ok(());
        }
        let expected = *seq;
        let result = without_foreign_keys(session, rebuilds, async |session| {
            in_transaction(session, async |session| {
                if session.family() == database::Family::Sqlite && self.store.last_seq(session).await? != expected {
                    return Err(RunError::new(
                        RunErrorKind::Stale,
                        "another runner was here in the meantime",
                    ));
                }
                let before = match rebuilds {
                    true => Some(broken(session).await?),
                    false => None,
                };
                let started = Instant::now();
                self.statements(session, planned, observer).await?;
                if let Some(before) = before {
                    before.refuse_new(&broken(session).await?, planned)?;
                }
                let took = started.elapsed().as_millis() as u64;
                session
                    .execute(&self.store.insert(&self.row(planned, Some(took))))
                    .await?;
                Ok(())
            })
            .await
        })
        .await;
        if result.is_ok() {
            *seq += 1;
        }
        result
    }

    /// On SQLite, where each message is a switch to the connection's thread: the lock and the look at the history's end,
    /// then everything else. Where that fails nothing is done, and it is gone through again one by one.
    async fn in_two_messages(&self, session: &mut Session, message: &str, seq: i64) -> Result<bool, RunError> {
        let begin = begin(database::Family::Sqlite);
        let rows = session
            .query(&format!("{begin};\n{}", self.store.last_seq_query()))
            .await?;
        let last = rows.first().and_then(|row| row.first()).cloned().flatten();
        if last != Some(seq.to_string()) {
            session.run("ROLLBACK").await?;
            return Err(RunError::new(
                RunErrorKind::Stale,
                "another runner was here in the meantime",
            ));
        }
        match session.run(message).await {
            Ok(()) => Ok(true),
            Err(_) => {
                // Some errors have ended the transaction already.
                let _ = session.run("ROLLBACK").await;
                Ok(false)
            }
        }
    }

    /// The statements of a changeset, as few messages as can be told apart when one fails.
    async fn statements(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        for statement in &planned.statements {
            self.ask(session, planned, statement).await?;
            self.statement(session, planned, statement, observer).await?;
        }
        Ok(())
    }

    async fn statement(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        statement: &Statement,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        if let Some(guard) = &statement.guard {
            check_guard(session, guard).await?;
        }
        match &statement.body {
            Body::Sql(sql) => {
                let result = session.run(sql).await;
                result
                    .map(|_| ())
                    .map_err(|error| self.located(planned, Some(statement), &error))
            }
            Body::Load(load) => self.load(session, planned, statement, load).await,
            Body::Unload(unload) => {
                let result = control::unload(session, unload, self.root).await;
                result.map_err(|error| self.control_failed(planned, statement, "unload", error))
            }
            Body::Assert(assertion) => {
                let result = control::assert(session, assertion).await;
                result.map_err(|error| self.control_failed(planned, statement, "assertion", error))
            }
            Body::Print(message) => {
                observer.says(&message.text);
                Ok(())
            }
        }
    }

    fn control_failed(
        &self,
        planned: &PlannedChangeset,
        statement: &Statement,
        code: &'static str,
        error: ControlError,
    ) -> RunError {
        match error {
            ControlError::Database(error) => self.located(planned, Some(statement), &error),
            ControlError::Failed(message) => {
                let diagnostic = Diagnostic::error(code, message);
                RunError::with(
                    RunErrorKind::Failed,
                    vec![self.at(diagnostic, planned, Some(statement))],
                )
            }
        }
    }

    async fn load(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        statement: &Statement,
        load: &Load,
    ) -> Result<(), RunError> {
        if load.unload && !self.is_the_file(load)? {
            return Ok(());
        }
        match super::load::load(session, load, self.root).await {
            Ok(()) => Ok(()),
            Err(LoadFailure::File(error)) => Err(self.load_failed(planned, statement, error.to_string())),
            Err(LoadFailure::Database(error, place)) => {
                let error = self.located(planned, Some(statement), &error);
                Err(match place {
                    Some(place) => error.note(format!("the row stands at {place}")),
                    None => error,
                })
            }
        }
    }

    /// What commits by itself is not taken back when a file turns out to be wrong later: its rows are looked at before.
    fn check_files(&self, planned: &PlannedChangeset) -> Result<(), RunError> {
        for statement in planned.statements.iter().skip(1) {
            if let Body::Load(load) = &statement.body
                && !load.unload
            {
                let checked = load.check(self.root);
                checked.map_err(|error| self.load_failed(planned, statement, error.to_string()))?;
            }
        }
        Ok(())
    }

    fn load_failed(&self, planned: &PlannedChangeset, statement: &Statement, message: String) -> RunError {
        let diagnostic = Diagnostic::error("load", message);
        RunError::with(
            RunErrorKind::Failed,
            vec![self.at(diagnostic, planned, Some(statement))],
        )
    }

    /// Whether the file is still the one that was loaded: its keys say which rows to take out.
    fn is_the_file(&self, load: &Load) -> Result<bool, RunError> {
        let folder = crate::changelog::Folder::new(self.root);
        let file = folder.named(&load.source.path, Some((load.source.format, load.source.delimiter)));
        Ok(file.is_ok_and(|file| file.sha256 == load.source.sha256))
    }

    /// One statement after the other, each committed by itself; where it stops, the history says so.
    async fn step_by_step(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        let started = Instant::now();
        self.check_files(planned)?;
        self.ask_up_front(session, planned, None).await?;
        let mut rest = planned.statements.as_slice();
        while let Some(first) = rest.first() {
            let count = step_length(rest);
            let result = match self.stop.get() {
                Some(signal) => Err(RunError::new(
                    RunErrorKind::Stopped(signal),
                    "stopped as asked, in the middle of a changeset",
                )),
                None => self.step(session, planned, &rest[..count], observer).await,
            };
            if let Err(error) = result {
                return Err(self
                    .record_partial(session, planned, first.change, error, started)
                    .await);
            }
            rest = &rest[count..];
        }
        let took = started.elapsed().as_millis() as u64;
        let insert = self.store.insert(&self.row(planned, Some(took)));
        if let Err(error) = session.run(&insert).await {
            let message = format!("changeset `{}` is carried out, but could not be recorded", planned.id);
            return Err(RunError::failed(message).note(error.message.clone()));
        }
        Ok(())
    }

    /// One statement, or the statements of one rebuild; the rows of a file go in whole or not at all.
    async fn step(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        statements: &[Statement],
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        let rebuilds = statements[0].rebuilds;
        let together = is_whole(&statements[0]);
        self.ask(session, planned, &statements[0]).await?;
        without_foreign_keys(session, rebuilds, async |session| {
            let mut work = async |session: &mut Session| {
                let before = match rebuilds {
                    true => Some(broken(session).await?),
                    false => None,
                };
                for statement in statements {
                    self.statement(session, planned, statement, observer).await?;
                }
                match before {
                    Some(before) => before.refuse_new(&broken(session).await?, planned),
                    None => Ok(()),
                }
            };
            match together {
                true => in_transaction(session, work).await,
                false => work(session).await,
            }
        })
        .await
    }

    /// Writes down how far a changeset came, and adds that to the error.
    async fn record_partial(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        done: usize,
        error: RunError,
        started: Instant,
    ) -> RunError {
        if done == 0 && planned.direction == Direction::Up {
            return error.note(format!("nothing of changeset `{}` was carried out", planned.id));
        }
        let text = error.to_string();
        let mut row = self.row(planned, Some(started.elapsed().as_millis() as u64));
        row.state = State::Partial;
        let left;
        row.changes = match planned.direction {
            Direction::Up => &planned.changes[..done],
            // What is left of a way back is what is not yet taken back.
            Direction::Down => {
                left = left_after(planned, done);
                &left
            }
        };
        row.error = Some(text);
        let mut error = error;
        if error.kind == RunErrorKind::Failed {
            error.kind = RunErrorKind::Partial;
        }
        let recorded = session.run(&self.store.insert(&row)).await;
        let total = planned.changes.len();
        let error = error.note(format!(
            "changeset `{}` is half applied: {done} of its {total} changes are done",
            planned.id
        ));
        match recorded {
            Ok(_) => error.help("mend the cause and run the command again: it goes on where it stopped; `driftless down -1` takes back what is done"),
            Err(again) => error.note(format!("and this could not be recorded: {}", again.message)),
        }
    }

    /// A server's error, at the operation that it belongs to, or inside the author's SQL where it says where.
    fn located(&self, planned: &PlannedChangeset, statement: Option<&Statement>, error: &database::Error) -> RunError {
        let mut diagnostic = diagnostic_of(error);
        let sql = statement.and_then(|statement| match &statement.body {
            Body::Sql(sql) => Some(sql.as_str()),
            Body::Load(_) | Body::Unload(_) | Body::Assert(_) | Body::Print(_) => None,
        });
        if let Some(sql) = sql.filter(|_| statement.is_some_and(|statement| statement.raw_offset.is_none())) {
            diagnostic = diagnostic.note(format!("the statement was: {}", shorten(sql)));
        }
        diagnostic = match statement.and_then(|statement| self.inside_raw(planned, statement, error)) {
            Some(span) => within(diagnostic.label(span, ""), planned),
            None => self.at(diagnostic, planned, statement),
        };
        RunError::with(RunErrorKind::Failed, vec![diagnostic])
    }

    fn at(&self, diagnostic: Diagnostic, planned: &PlannedChangeset, statement: Option<&Statement>) -> Diagnostic {
        self.at_change(diagnostic, planned, statement.map_or(0, |statement| statement.change))
    }

    /// At the operation that a change came from.
    pub(super) fn at_change(&self, diagnostic: Diagnostic, planned: &PlannedChangeset, at: usize) -> Diagnostic {
        let diagnostic = match planned.origins.get(at).copied().flatten() {
            Some(span) => diagnostic.label(span, ""),
            None => diagnostic,
        };
        within(diagnostic, planned)
    }

    /// The place in the changelog that a position in the author's own SQL is.
    fn inside_raw(&self, planned: &PlannedChangeset, statement: &Statement, error: &database::Error) -> Option<Span> {
        let offset = statement.raw_offset?;
        let Body::Sql(sql) = &statement.body else {
            return None;
        };
        let position = error.position.unwrap_or(1);
        let within = sql
            .char_indices()
            .nth(position.saturating_sub(1))
            .map_or(0, |(at, _)| at);
        let changeset = self
            .changelog
            .changesets
            .iter()
            .find(|changeset| changeset.id == planned.id)?;
        let crate::model::Change::Raw { up, .. } = planned.changes.get(statement.change)? else {
            return None;
        };
        let sources = &self.changelog.sources;
        let mut operations = changeset.operations.iter();
        operations.find_map(|operation| place_in_text(&operation.node, sources, up, offset + within, 1))
    }
}

/// How many of the statements are one step of a changeset that has no transaction around it: a rebuild is one thing, half
/// of one would be a table lost.
pub(super) fn step_length(rest: &[Statement]) -> usize {
    let same = |statement: &&Statement| rest[0].rebuilds && statement.rebuilds && statement.change == rest[0].change;
    rest.iter().take_while(same).count().max(1)
}

/// Whether a step has a transaction of its own: it is done as a whole or not at all.
pub(super) fn is_whole(first: &Statement) -> bool {
    first.rebuilds || matches!(first.body, Body::Load(_))
}

fn within(diagnostic: Diagnostic, planned: &PlannedChangeset) -> Diagnostic {
    diagnostic.note(format!(
        "in changeset `{}`, going {}",
        planned.id,
        planned.direction.word()
    ))
}

/// The changes that are still in the database when a way back stopped after so many of its steps.
fn left_after(planned: &PlannedChangeset, done: usize) -> Vec<crate::model::Change> {
    let steps = &planned.changes[done..];
    steps.iter().rev().flat_map(|change| change.inverse().changes).collect()
}

fn shorten(sql: &str) -> String {
    match sql.char_indices().nth(300) {
        Some((at, _)) => format!("{} …", &sql[..at]),
        None => sql.to_string(),
    }
}

/// A changeset and its row as one message to the server.
fn one_message(planned: &PlannedChangeset, insert: &str) -> String {
    format!("{};\n{}", begin(database::Family::Postgres), joined(planned, insert))
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

/// A rebuild may only take down what it knows how to put back.
async fn check_guard(session: &mut Session, guard: &Guard) -> Result<(), RunError> {
    let table = guard.table.replace('\'', "''");
    let sql = format!(
        "SELECT type, name, sql FROM sqlite_schema WHERE lower(tbl_name) = lower('{table}') AND type IN ('index', 'trigger', 'table')"
    );
    for row in session.query(&sql).await? {
        let [Some(kind), Some(name), text] = row.as_slice() else {
            continue;
        };
        let Some(text) = text else {
            continue;
        };
        let known = guard.objects.iter().any(|object| object.eq_ignore_ascii_case(name));
        let message = match kind.as_str() {
            "table" => {
                let tail = text.rsplit(')').next().unwrap_or_default().to_ascii_uppercase();
                let option = ["STRICT", "WITHOUT ROWID"]
                    .into_iter()
                    .find(|option| tail.contains(option) && !guard.options.contains(option));
                option.map(|option| format!("table `{}` is {option}, which its changesets do not say", guard.table))
            }
            _ if known => None,
            kind => Some(format!(
                "{kind} `{name}` stands on `{}`, and no changeset made it",
                guard.table
            )),
        };
        if let Some(message) = message {
            return Err(RunError::new(RunErrorKind::Disagree, message)
                .help("SQLite cannot make this change in place: the table would be built anew without it")
                .help("declare it with `sql` and `effects`, or drop it before and create it again after"));
        }
    }
    Ok(())
}
