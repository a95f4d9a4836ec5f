//! The lock that keeps two runs apart, and that dies with its session.
//!
//! It is polled, never waited for on the server: who waits in `pg_advisory_lock` keeps a snapshot, on which a
//! `CREATE INDEX CONCURRENTLY` of the holder waits in turn, until the server calls it a deadlock. SQLite has no locks
//! of sessions: there a file beside the database is locked; in memory there is nobody else.

use std::path::Path;
use std::time::Duration;

use super::error::{Error, ErrorKind};
use super::file_lock::{Attempt, FileLock, beside};
use super::holder::Holder;
use super::lease::{Lease, Terms};
use super::lock_key::LockKey;
use super::session::Session;
use super::url::Family;
use super::wait::{Awaited, Wait};

/// How many sessions of a pooler are looked through for a lock.
const MOST_SESSIONS: usize = 20;

/// How two runs are kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locking {
    /// By a lock of the session.
    Session,
    /// By a row that is leased, where what a session holds does not last from one transaction to the next.
    Lease(Terms),
}

/// What a session holds.
#[derive(Debug)]
pub(super) enum Held {
    /// The lock of the session, with the number of the backend that gave it.
    Session {
        key: LockKey,
        backend: String,
    },
    Lease(Lease),
    File {
        _lock: FileLock,
    },
}

impl Session {
    /// Takes the lock, or fails after `timeout` with [`ErrorKind::Lock`], naming the holder.
    ///
    /// `on_wait` hears who holds it: when the waiting begins, and whenever that changes.
    pub async fn lock(
        &mut self,
        key: &LockKey,
        timeout: Duration,
        on_wait: &mut (dyn FnMut(&Holder) + Send),
    ) -> Result<(), Error> {
        let mut wait = Wait::new(timeout, on_wait);
        while !self.try_lock(key).await? {
            let holder = self.lock_holder(key).await?;
            wait.pause(Some(&Awaited::Lock(holder))).await?;
        }
        Ok(())
    }

    /// Gives the lock back. Fails with [`ErrorKind::Lock`] when it was not held any more.
    pub async fn unlock(&mut self, key: &LockKey) -> Result<(), Error> {
        // What holds a file lets go of it by that.
        let held = self.held.take();
        let released = match self.family() {
            Family::Sqlite => true,
            Family::Postgres => {
                let sql = format!("SELECT pg_advisory_unlock({}), pg_backend_pid()", key.number());
                let mut row = self.query(&sql).await?.pop().unwrap_or_default();
                let (here, released) = (row.pop().flatten(), is_true(row.pop().flatten()));
                match held {
                    Some(Held::Session { backend, .. }) if !released && here.as_ref() != Some(&backend) => {
                        self.unlock_elsewhere(key, &backend).await
                    }
                    _ => released,
                }
            }
            Family::Mysql => {
                let sql = format!("SELECT release_lock('{}')", key.name());
                is_true(self.first(&sql).await?)
            }
        };
        if released {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Lock, "the lock was lost while it was needed")
            .with_hint("something in the session released it, such as `DISCARD ALL` or `RELEASE_ALL_LOCKS()`"))
    }

    /// Behind a pooler the lock is another session's by now, which would keep it for as long as the pooler keeps that
    /// session: it is looked for among those that are free, each of which is held on to until it is found.
    async fn unlock_elsewhere(&mut self, key: &LockKey, backend: &str) -> bool {
        let number = key.number();
        let sql = format!("BEGIN; SELECT pg_backend_pid() = {backend} AND pg_advisory_unlock({number})");
        let search = async {
            let mut others = Vec::new();
            while others.len() < MOST_SESSIONS {
                let mut other = self.origin.connect().await.ok()?;
                if is_true(other.first(&sql).await.ok()?) {
                    return Some(());
                }
                others.push(other);
            }
            None
        };
        let found = tokio::time::timeout(Duration::from_secs(2), search).await;
        found.is_ok_and(|found| found.is_some())
    }

    /// Runs `work` under the lock, which is given back however it ends. The error of the work comes first.
    pub async fn with_lock<T, E: From<Error>>(
        &mut self,
        key: &LockKey,
        locking: &Locking,
        timeout: Duration,
        on_wait: &mut (dyn FnMut(&Holder) + Send),
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        match locking {
            Locking::Session => self.lock(key, timeout, on_wait).await?,
            Locking::Lease(terms) => {
                let lease = Lease::take(self, key, terms, timeout, on_wait).await?;
                self.held = Some(Held::Lease(lease));
                // What an earlier run left behind is waited for under the lease: it is renewed meanwhile.
                if let Err(error) = self.wait_for_orphans(key, terms, timeout, on_wait).await {
                    let _ = self.give_back(key).await;
                    return Err(error.into());
                }
            }
        }
        let done = work(self).await;
        let given_back = self.give_back(key).await;
        let value = done?;
        given_back?;
        Ok(value)
    }

    async fn give_back(&mut self, key: &LockKey) -> Result<(), Error> {
        match self.held.take() {
            Some(Held::Lease(lease)) => lease.release(self).await,
            Some(Held::Session { .. } | Held::File { .. }) | None => self.unlock(key).await,
        }
    }

    async fn wait_for_orphans(
        &mut self,
        key: &LockKey,
        terms: &Terms,
        timeout: Duration,
        on_wait: &mut (dyn FnMut(&Holder) + Send),
    ) -> Result<(), Error> {
        let mut wait = Wait::new(timeout, on_wait);
        while let Some(orphan) = self.orphan(&terms.table, key).await? {
            wait.pause(Some(&Awaited::Orphan(orphan))).await?;
            self.check_lock().await?;
        }
        match &self.held {
            Some(Held::Lease(lease)) => {
                let sql = lease.connect_sql();
                self.run(&sql).await
            }
            Some(Held::Session { .. } | Held::File { .. }) | None => Ok(()),
        }
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, Error> {
        let sql = match self.family() {
            Family::Sqlite => return self.try_file_lock(),
            Family::Postgres => {
                let attempt = format!("pg_try_advisory_lock({})", key.number());
                // Who has the lock is called after it.
                let attempt = match self.has_own_name {
                    true => format!(
                        "CASE WHEN {attempt} THEN set_config('application_name', '{}', false) <> '' ELSE false END",
                        key.application_name()
                    ),
                    false => attempt,
                };
                format!("SELECT {attempt}, pg_backend_pid()")
            }
            Family::Mysql => format!("SELECT get_lock('{}', 0), connection_id() + 0", key.name()),
        };
        let mut row = self.query(&sql).await?.pop().unwrap_or_default();
        let backend = row.pop().flatten().unwrap_or_default();
        let is_ours = is_true(row.pop().flatten());
        if is_ours {
            self.held = Some(Held::Session { key: *key, backend });
        }
        Ok(is_ours)
    }

    /// On a database in memory it is nobody else's.
    fn try_file_lock(&mut self) -> Result<bool, Error> {
        let database = self.server().database.clone();
        if database == ":memory:" {
            return Ok(true);
        }
        match FileLock::attempt(&beside(Path::new(&database)))? {
            Attempt::Ours(lock) => self.held = Some(Held::File { _lock: lock }),
            Attempt::Taken => return Ok(false),
            Attempt::NotHere => {}
        }
        Ok(true)
    }

    /// The first value of the answer.
    pub(super) async fn first(&mut self, sql: &str) -> Result<Option<String>, Error> {
        let rows = self.query(sql).await?;
        Ok(rows.into_iter().flatten().flatten().next())
    }

    /// The query that fails unless the lease is still ours, where there is one: at the head of a transaction, that holds until its end.
    pub fn fence_sql(&self) -> Option<String> {
        match &self.held {
            Some(Held::Lease(lease)) => Some(lease.fence_sql()),
            Some(Held::Session { .. } | Held::File { .. }) | None => None,
        }
    }

    /// Fails with [`ErrorKind::Lock`] where the lease is known to be lost, or could not be renewed for as long as it lasts.
    pub async fn check_lock(&self) -> Result<(), Error> {
        match &self.held {
            Some(Held::Lease(lease)) => lease.check().await,
            Some(Held::Session { .. } | Held::File { .. }) | None => Ok(()),
        }
    }

    /// An error of the fence in words of ours; any other one as it is.
    pub fn explain_fence(&self, error: Error) -> Error {
        match &self.held {
            Some(Held::Lease(lease)) => lease.explain(error),
            Some(Held::Session { .. } | Held::File { .. }) | None => error,
        }
    }
}

pub(super) fn is_true(answer: Option<String>) -> bool {
    matches!(answer.as_deref(), Some("t" | "1"))
}
