//! One statement of a changeset, whatever it is: SQL, rows of a file, a question, a line.

use std::path::Path;
use std::time::Duration;

use super::control::{self, ControlError};
use super::course::Course;
use super::guard::check_guard;
use super::load::{self, Bounds, LoadFailure};
use super::secret::sent_assertion;
use super::{Run, RunError, RunErrorKind};
use crate::changelog::{Folder, OF_THE_DATABASE, WRITE_ELSEWHERE};
use crate::database::{ErrorKind, Family, Session, files_of};
use crate::diagnostic::Diagnostic;
use crate::document::real_names;
use crate::plan::PlannedChangeset;
use crate::render::{Body, Load, Statement, Unload};

/// The error of a statement that was let run for so long.
pub(super) fn too_long(error: RunError, limit: Duration) -> RunError {
    error
        .note(format!("it took longer than {} s", limit.as_secs_f64()))
        .help("give it longer: `statement_timeout` of the changeset, or `timeouts.statement`")
}

impl Run<'_> {
    /// Carries out a statement; what it needs set around it is set back however it ends.
    pub(super) async fn statement(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        statement: &Statement,
    ) -> Result<(), RunError> {
        if let Some(guard) = &statement.guard {
            check_guard(course.session, guard).await?;
        }
        if let Some(around) = statement.around {
            course.session.run(around.before).await?;
        }
        let result = self.body(course, planned, statement).await;
        let result = result.map_err(|error| self.without_secrets(planned, error));
        if let Some(around) = statement.around {
            let set_back = course.session.run(around.after).await;
            // The error that led here is the one to tell.
            return result.and_then(|()| set_back.map_err(RunError::from));
        }
        result
    }

    async fn body(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        statement: &Statement,
    ) -> Result<(), RunError> {
        let limit = self.waits(planned).statement;
        match &statement.body {
            Body::Sql(sql) => {
                let result = course.send(&self.sent(planned, sql), limit).await;
                let cut_off = course.cut_off();
                result.map_err(|error| {
                    let located = self.located(planned, Some(statement), &error);
                    match cut_off.filter(|_| error.kind == ErrorKind::Cancelled) {
                        Some(limit) => too_long(located, limit),
                        None => located,
                    }
                })
            }
            Body::Load(load) => self.load(course, planned, statement, load).await,
            Body::Unload(unload) => {
                self.check_written_file(course.session, planned, statement)?;
                let unload = Unload {
                    query: self.sent(planned, &unload.query).into_owned(),
                    ..(**unload).clone()
                };
                let result = control::unload(course.session, &unload, self.root).await;
                result.map_err(|error| self.control_failed(planned, statement, "unload", error))
            }
            Body::Assert(assertion) => {
                let assertion = sent_assertion(assertion, &planned.secrets);
                let result = control::assert(course.session, &assertion).await;
                result.map_err(|error| self.control_failed(planned, statement, "assertion", error))
            }
            Body::Print(message) => {
                course.observer.says(&message.text);
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
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        statement: &Statement,
        load: &Load,
    ) -> Result<(), RunError> {
        if load.unload && !self.is_the_file(load)? {
            return Ok(());
        }
        let root = self.root;
        let limit = self.waits(planned).statement;
        let bounds = Bounds::new(self.stop, limit);
        let work = async |session: &mut Session| load::load(session, load, root, &bounds).await;
        match course.watched(limit, work).await {
            Ok(()) => Ok(()),
            Err(LoadFailure::Stopped(signal)) => {
                let message = "stopped as asked, in the middle of a file; what it had brought in is taken out again";
                let diagnostic = self.at(Diagnostic::error("stopped", message), planned, Some(statement));
                Err(RunError::with(RunErrorKind::Stopped(signal), vec![diagnostic]))
            }
            Err(LoadFailure::TooLong(limit)) => {
                let message = "the file is not loaded in time".to_string();
                Err(too_long(self.load_failed(planned, statement, message), limit))
            }
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

    /// Rows take the place of nothing that is needed.
    pub(super) fn check_written_file(
        &self,
        session: &Session,
        planned: &PlannedChangeset,
        statement: &Statement,
    ) -> Result<(), RunError> {
        let Body::Unload(unload) = &statement.body else {
            return Ok(());
        };
        let path = &unload.target.path;
        let of_the_database = || is_of_the_database(session, &self.root.join(path)).then_some(OF_THE_DATABASE);
        let Some(why) = self.changelog.why_kept(self.root, path).or_else(of_the_database) else {
            return Ok(());
        };
        let message = format!("`{path}` cannot be written: {why}");
        let diagnostic = Diagnostic::error("file-in-use", message).help(WRITE_ELSEWHERE);
        Err(RunError::with(
            RunErrorKind::Usage,
            vec![self.at(diagnostic, planned, Some(statement))],
        ))
    }

    /// What commits by itself is not taken back when a file turns out to be wrong later: its rows are looked at before.
    pub(super) fn check_files(&self, planned: &PlannedChangeset) -> Result<(), RunError> {
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
        let folder = Folder::new(self.root);
        let file = folder.named(&load.source.path, Some((load.source.format, load.source.delimiter)));
        Ok(file.is_ok_and(|file| file.sha256 == load.source.sha256))
    }
}

fn is_of_the_database(session: &Session, path: &Path) -> bool {
    if session.family() != Family::Sqlite {
        return false;
    }
    let names = real_names(path);
    let files = files_of(Path::new(&session.server().database)).into_iter();
    files
        .flat_map(|file| real_names(&file))
        .any(|name| names.contains(&name))
}
