//! How long the statements of a changeset wait, and how long they may take.

use std::time::Duration;

/// What is said of it; `None` leaves it to who is asked next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// For a lock, before the statement gives way.
    pub lock: Option<Duration>,
    /// For the statement as a whole, before it is cancelled; zero: as long as it takes.
    pub statement: Option<Duration>,
}

impl Waits {
    /// These, and where they say nothing the others.
    pub fn or(self, other: Waits) -> Waits {
        Waits {
            lock: self.lock.or(other.lock),
            statement: self.statement.or(other.statement),
        }
    }
}

/// A number of seconds as it is written.
pub(super) fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}
