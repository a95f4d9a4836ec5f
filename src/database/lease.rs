//! A lease: the right to write for a while, renewed over a connection of its own while the run goes on.
//!
//! It is for where the lock of a session does not last: behind a pooler that lends sessions out for one transaction, and
//! on clusters where locks are of one node. A run that is held up for longer than its lease may be overtaken: its fence
//! then keeps it from writing.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::error::{Error, ErrorKind};
use super::holder::Holder;
use super::lease_table::LeaseTable;
use super::lock::is_true;
use super::lock_key::LockKey;
use super::session::{Origin, Session};
use super::url::Family;
use super::wait::{Awaited, Wait};

/// How often a lease is renewed while it lasts.
const RENEWALS: u32 = 3;

/// How long the goodbyes at its end may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// What a lease is taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub table: LeaseTable,
    /// How long it lasts when it is not renewed.
    pub length: Duration,
    /// Who takes it, for those who wait.
    pub who: String,
}

/// A lease that is held and renewed. Dropping it stops the renewing: it then runs out by itself.
#[derive(Debug)]
pub(super) struct Lease {
    terms: Terms,
    holder: String,
    origin: Origin,
    pulse: Arc<Pulse>,
    heart: Option<JoinHandle<()>>,
}

/// How the renewing goes.
#[derive(Debug)]
struct Pulse {
    state: Mutex<State>,
    /// Wakes who renews.
    wake: Notify,
    /// Wakes who waits for a renewal.
    beat: Notify,
    stop: Notify,
}

#[derive(Debug)]
struct State {
    /// When the last renewal that succeeded was asked for.
    renewed: Instant,
    /// Why the last one did not succeed.
    failure: Option<String>,
    /// Who has it now.
    lost_to: Option<String>,
}

impl Lease {
    /// Takes the lease, making its table where it is missing, or fails after `timeout`, naming the holder.
    pub async fn take(
        session: &mut Session,
        key: &LockKey,
        terms: &Terms,
        timeout: Duration,
        on_wait: &mut (dyn FnMut(&Holder) + Send),
    ) -> Result<Lease, Error> {
        session.refuse_other_bytes()?;
        let holder = random_name();
        let name = session.has_own_name.then(|| key.application_name());
        let sql = terms.table.take(&holder, &terms.who, terms.length, name.as_deref());
        let mut wait = Wait::new(timeout, on_wait);
        let asked = loop {
            let asked = Instant::now();
            match session.try_take(&terms.table, &sql).await? {
                Attempt::Taken => break asked,
                Attempt::Held => {
                    let holder = session.lease_holder(&terms.table, key).await?;
                    wait.pause(holder.map(Awaited::Lock).as_ref()).await?;
                }
                Attempt::NoTable => session.create_lease_table(&terms.table).await?,
            }
        };
        let pulse = Arc::new(Pulse {
            state: Mutex::new(State {
                renewed: asked,
                failure: None,
                lost_to: None,
            }),
            wake: Notify::new(),
            beat: Notify::new(),
            stop: Notify::new(),
        });
        let heart = Heart {
            terms: terms.clone(),
            key: *key,
            holder: holder.clone(),
            origin: session.origin.clone(),
            pulse: Arc::clone(&pulse),
        };
        Ok(Lease {
            terms: terms.clone(),
            holder,
            origin: session.origin.clone(),
            pulse,
            heart: Some(tokio::spawn(heart.beat())),
        })
    }

    pub fn fence_sql(&self) -> String {
        self.terms.table.fence(&self.holder)
    }

    pub fn connect_sql(&self) -> String {
        self.terms.table.connect(&self.holder)
    }

    /// Fails where the lease is lost; waits for a renewal that is overdue.
    pub async fn check(&self) -> Result<(), Error> {
        let length = self.terms.length;
        for late in [false, true] {
            let beat = self.pulse.beat.notified();
            {
                let state = self.pulse.state();
                if let Some(other) = &state.lost_to {
                    return Err(lost(Some(other)));
                }
                if state.renewed.elapsed() < length {
                    return Ok(());
                }
                if late {
                    return Err(not_renewed(length, state.failure.as_deref()));
                }
            }
            // It was held up, as a process is that was stopped and goes on.
            self.pulse.wake.notify_one();
            let _ = tokio::time::timeout(length, beat).await;
        }
        Ok(())
    }

    pub fn explain(&self, error: Error) -> Error {
        match self.terms.table.is_fence(&error) {
            true => lost(self.pulse.state().lost_to.as_deref()),
            false => error,
        }
    }

    /// Gives it back: over the session, or where that is gone, over another one.
    pub async fn release(mut self, session: &mut Session) -> Result<(), Error> {
        self.pulse.stop.notify_one();
        if let Some(heart) = self.heart.take() {
            let stop = heart.abort_handle();
            if tokio::time::timeout(GOODBYE, heart).await.is_err() {
                stop.abort();
            }
        }
        let sql = self.terms.table.release(&self.holder);
        let released = match session.execute(&sql).await {
            Ok(rows) => Ok(rows),
            Err(_) => {
                let again = async {
                    let mut other = self.origin.connect().await?;
                    let released = other.execute(&sql).await;
                    let _ = other.close().await;
                    released
                };
                tokio::time::timeout(GOODBYE, again)
                    .await
                    .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "no answer")))
            }
        };
        match released {
            Ok(0) => Err(lost(self.pulse.state().lost_to.as_deref())),
            // What cannot be given back runs out.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(heart) = self.heart.take() {
            heart.abort();
        }
    }
}

impl Pulse {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing that is done under it can fail half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews the lease over a connection of its own: a statement of the run may take an hour.
struct Heart {
    terms: Terms,
    key: LockKey,
    holder: String,
    origin: Origin,
    pulse: Arc<Pulse>,
}

impl Heart {
    async fn beat(self) {
        let mut session = None;
        let mut pause = self.terms.length / RENEWALS;
        loop {
            tokio::select! {
                () = self.pulse.stop.notified() => break,
                () = self.pulse.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
            let asked = Instant::now();
            let renewed = tokio::select! {
                () = self.pulse.stop.notified() => return,
                renewed = tokio::time::timeout(self.terms.length / RENEWALS, self.renew(&mut session)) => renewed,
            };
            {
                let mut state = self.pulse.state();
                match renewed.unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "no answer"))) {
                    Ok(None) => {
                        state.renewed = asked;
                        state.failure = None;
                        pause = self.terms.length / RENEWALS;
                    }
                    Ok(Some(other)) => state.lost_to = Some(other),
                    Err(error) => {
                        state.failure = Some(error.message.clone());
                        session = None;
                        pause = self.terms.length / (RENEWALS * 4);
                    }
                }
            }
            self.pulse.beat.notify_waiters();
            if self.pulse.state().lost_to.is_some() {
                break;
            }
        }
        if let Some(session) = session {
            let _ = tokio::time::timeout(GOODBYE, session.close()).await;
        }
    }

    /// Renews, or says who has it.
    async fn renew(&self, session: &mut Option<Session>) -> Result<Option<String>, Error> {
        let session = match session {
            Some(session) => session,
            None => session.insert(self.origin.connect().await?),
        };
        let sql = self.terms.table.renew(&self.holder, self.terms.length);
        if session.execute(&sql).await? > 0 {
            return Ok(None);
        }
        let other = session.lease_holder(&self.terms.table, &self.key).await?;
        Ok(Some(
            other.map_or_else(|| "one that has ended".to_owned(), |other| other.text),
        ))
    }
}

enum Attempt {
    Taken,
    Held,
    NoTable,
}

impl Session {
    async fn try_take(&mut self, table: &LeaseTable, sql: &str) -> Result<Attempt, Error> {
        let error = match self.query(sql).await {
            Ok(mut rows) => {
                let answer = rows.pop().unwrap_or_default().into_iter().next().flatten();
                return Ok(match is_true(answer) {
                    true => Attempt::Taken,
                    false => Attempt::Held,
                });
            }
            Err(error) => error,
        };
        if table.family == Family::Mysql && error.kind != ErrorKind::Lost {
            // Its message is of several statements: the transaction of the first ones may still be open.
            self.run("ROLLBACK").await?;
        }
        match error.kind {
            _ if is_missing(&error) => Ok(Attempt::NoTable),
            ErrorKind::Busy => Ok(Attempt::Held),
            _ => Err(cannot_lease(table, &error)),
        }
    }

    /// Makes the table, and waits until it is there where several make it at once.
    async fn create_lease_table(&mut self, table: &LeaseTable) -> Result<(), Error> {
        let mut failure = None;
        for pause in [0, 20, 100, 500] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match self.run(&table.create().join("; ")).await {
                Ok(()) => return Ok(()),
                // Of two that make the same thing at once PostgreSQL tells one that a key of its catalog is doubled.
                Err(error) if error.kind == ErrorKind::Lost => return Err(error),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) => Err(cannot_lease(table, &error)),
            None => Ok(()),
        }
    }

    /// Behind a pooler a setting of the session does not last.
    fn refuse_other_bytes(&self) -> Result<(), Error> {
        if !self.has_set_bytes {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unsteady,
            "`bytea_output` is `escape` on this server, which a run under a lease cannot set for all of its transactions",
        )
        .with_hint("set it for the role or the database: `ALTER ROLE … SET bytea_output = 'hex'`"))
    }
}

fn cannot_lease(table: &LeaseTable, error: &Error) -> Error {
    let mut told = error.clone();
    told.message = format!("the lease cannot be had: {}", error.message);
    if told.detail.is_none() {
        told.detail = Some(format!("it is a row of the table {}", table.name()));
    }
    told
}

fn is_missing(error: &Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.kind == ErrorKind::Statement && (matches!(code, "42P01" | "3F000") || code.starts_with("1146"))
}

fn lost(other: Option<&str>) -> Error {
    let message = match other {
        Some(other) => format!("the lease was lost to another run: {other}"),
        None => "the lease was lost to another run".to_owned(),
    };
    Error::new(ErrorKind::Lock, message)
        .with_hint("this run was held up for longer than its lease; run the command again to go on")
}

fn not_renewed(length: Duration, failure: Option<&str>) -> Error {
    let message = format!("the lease could not be renewed for {} s", length.as_secs_f64());
    let mut error = Error::new(ErrorKind::Lock, message).with_hint("run the command again to go on");
    error.detail = failure.map(str::to_owned);
    error
}

/// A name that no other run has.
fn random_name() -> String {
    let part = |salt: u8| RandomState::new().hash_one((salt, std::process::id(), SystemTime::now()));
    format!("{:016x}{:016x}", part(1), part(2))
}

#[cfg(test)]
mod tests {
    use super::random_name;

    #[test]
    fn names_differ() {
        let name = random_name();
        assert_eq!(name.len(), 32);
        assert_ne!(name, random_name());
    }
}
