//! Ends the statement that a session waits for: on the server, where the connection's end alone would not end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::Error;
use super::session::{Origin, Session};
use super::url::Family;

/// Speaks for a session that is busy: over a session of its own, opened when it is first needed.
#[derive(Debug)]
pub struct Canceller {
    origin: Origin,
    /// What the server calls the busy session.
    connection: Option<u64>,
    interrupt: Arc<AtomicBool>,
    beside: Option<Session>,
}

impl Canceller {
    pub(super) fn new(origin: Origin, connection: Option<u64>, interrupt: Arc<AtomicBool>) -> Canceller {
        Canceller {
            origin,
            connection,
            interrupt,
            beside: None,
        }
    }

    /// Asks the server to end the statement, which then fails with [`ErrorKind::Cancelled`](super::ErrorKind::Cancelled),
    /// unless it is done by then.
    pub async fn cancel(&mut self) -> Result<(), Error> {
        let sql = match (self.origin.url.family(), self.connection) {
            (Family::Sqlite, _) | (_, None) => {
                self.interrupt.store(true, Ordering::SeqCst);
                return Ok(());
            }
            (Family::Postgres, Some(number)) => format!("SELECT pg_cancel_backend({number})"),
            (Family::Mysql, Some(number)) => format!("KILL QUERY {number}"),
        };
        self.beside().await?.query(&sql).await.map(|_| ())
    }

    /// Takes back a wish that came too late, so that it does not hit another statement.
    pub fn forget(&self) {
        self.interrupt.store(false, Ordering::SeqCst);
    }

    /// Who is in the way of the statement, as far as the server tells.
    pub async fn blockers(&mut self) -> Result<Vec<String>, Error> {
        let Some(number) = self.connection else {
            return Ok(Vec::new());
        };
        self.beside().await?.blockers_of(number).await
    }

    async fn beside(&mut self) -> Result<&mut Session, Error> {
        let session = match self.beside.take() {
            Some(session) => session,
            None => self.origin.connect().await?,
        };
        Ok(self.beside.insert(session))
    }
}
