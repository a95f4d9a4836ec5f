//! What went wrong with a database, in one sentence and its parts.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A failure of the database or of the way to it. Its parts are read as fields: `error.kind`, `error.hint`.
///
/// Boxed, because it stands in every result of this module and of those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Failure>);

/// The parts of an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: ErrorKind,
    /// One sentence: lower case, the fact first, no full stop. Never holds a password.
    pub message: String,
    /// The server's own code: SQLSTATE (`42P01`), number and SQLSTATE (`1050 (42S01)`), SQLite's extended code (`2067`).
    pub code: Option<String>,
    pub detail: Option<String>,
    /// What to do about it: the server's advice, or ours.
    pub hint: Option<String>,
    /// Where in the server it happened (PostgreSQL: the stack of functions and inner queries).
    pub context: Option<String>,
    /// 1-based character offset into the SQL sent (PostgreSQL only).
    pub position: Option<usize>,
}

/// What an [`Error`] means for who called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is no database URL.
    Url,
    /// Nobody answers there, or not as such a server does.
    Unreachable,
    /// No answer within the connect timeout.
    Timeout,
    /// The server refuses this user or password.
    Authentication,
    /// The server, or the disk, has no such database; or the file is none.
    NoSuchDatabase,
    /// An SQLite file that is not there.
    NoSuchFile,
    /// The server refuses the statement.
    Statement,
    /// Somebody else is in the way, now: a lock not granted in time, a deadlock, a busy SQLite file.
    Busy,
    /// The statement was ended on the way: by a wish to stop, or because it took too long.
    Cancelled,
    /// The connection broke; whether the statement took effect is unknown.
    Lost,
    /// The lock between runs is not to be had, or was not held any more.
    Lock,
    /// The kind of lock that is set does not hold here.
    Unsteady,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Failure {
            kind,
            message: message.into(),
            code: None,
            detail: None,
            hint: None,
            context: None,
            position: None,
        }))
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
