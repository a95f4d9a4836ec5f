//! How a run can fail, with what is known of it.

use crate::database;
use crate::diagnostic::Diagnostic;

/// What kind of failure, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunErrorKind {
    /// The world: a server, a file (1).
    Failed,
    /// Usage, configuration or changelog (2).
    Usage,
    /// Files and database disagree (4).
    Disagree,
    /// A half-applied changeset waits (5).
    Partial,
    /// Refused for safety (6).
    Refused,
    /// Somebody else is in the way, now (1).
    Busy,
    /// The connection broke; the history or the next run knows what came of it (1).
    Lost,
    /// Another runner came first; the plan has to be made anew.
    Stale,
    /// Stopped by a signal: SIGINT (130) or SIGTERM (143).
    Stopped(i32),
}

impl RunErrorKind {
    pub(super) fn of(error: &database::Error) -> RunErrorKind {
        match error.kind {
            database::ErrorKind::Url | database::ErrorKind::Unsteady => RunErrorKind::Usage,
            database::ErrorKind::Busy => RunErrorKind::Busy,
            database::ErrorKind::Lost => RunErrorKind::Lost,
            _ => RunErrorKind::Failed,
        }
    }
}

/// One failure, with its cause and the ways out.
#[derive(Debug, Clone)]
pub struct RunError {
    pub kind: RunErrorKind,
    pub diagnostics: Vec<Diagnostic>,
    /// What happened to the changesets before and at it.
    pub done: Vec<String>,
    /// Whether nothing is left of what the changeset did that failed.
    pub undone: bool,
}

impl RunError {
    pub fn new(kind: RunErrorKind, message: impl Into<String>) -> RunError {
        let code = match kind {
            RunErrorKind::Failed => "failed",
            RunErrorKind::Usage => "usage",
            RunErrorKind::Disagree => "disagree",
            RunErrorKind::Partial => "half-applied",
            RunErrorKind::Refused => "refused",
            RunErrorKind::Busy => "busy",
            RunErrorKind::Lost => "connection-lost",
            RunErrorKind::Stale => "stale",
            RunErrorKind::Stopped(_) => "stopped",
        };
        RunError::with(kind, vec![Diagnostic::error(code, message)])
    }

    pub fn with(kind: RunErrorKind, diagnostics: Vec<Diagnostic>) -> RunError {
        RunError {
            kind,
            diagnostics,
            done: Vec::new(),
            undone: false,
        }
    }

    pub fn failed(message: impl Into<String>) -> RunError {
        RunError::new(RunErrorKind::Failed, message)
    }

    /// Of a changeset that failed and of which nothing is left.
    pub(super) fn with_nothing_left(mut self) -> RunError {
        self.undone = true;
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> RunError {
        if let Some(first) = self.diagnostics.first_mut() {
            first.help.push(text.into());
        }
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> RunError {
        if let Some(first) = self.diagnostics.first_mut() {
            first.notes.push(text.into());
        }
        self
    }
}

/// A database's error as a diagnostic, without position.
pub(super) fn diagnostic_of(error: &database::Error) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("database", error.message.clone());
    if let Some(code) = &error.code {
        diagnostic.message = format!("{} [{code}]", diagnostic.message);
    }
    for text in [&error.detail, &error.context].into_iter().flatten() {
        diagnostic = diagnostic.note(text.clone());
    }
    if let Some(hint) = &error.hint {
        diagnostic = diagnostic.help(hint.clone());
    }
    diagnostic
}

impl From<database::Error> for RunError {
    fn from(error: database::Error) -> RunError {
        RunError::with(RunErrorKind::of(&error), vec![diagnostic_of(&error)])
    }
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<&str> = self
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.message.as_str())
            .collect();
        f.write_str(&texts.join("; "))
    }
}

impl std::error::Error for RunError {}
