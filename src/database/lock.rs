//! The lock that keeps two runs apart, and that dies with its session.
//!
//! It is polled, never waited for on the server: who waits in `pg_advisory_lock` keeps a snapshot, on which a
//! `CREATE INDEX CONCURRENTLY` of the holder waits in turn, until the server calls it a deadlock. SQLite has no locks
//! of sessions: there the executor's `BEGIN IMMEDIATE` is the lock, and these functions do nothing.

use std::time::{Duration, Instant};

use super::error::{Error, ErrorKind};
use super::lock_key::LockKey;
use super::session::{Session, TextRow};
use super::url::Family;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Who holds a lock, as far as the server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Like "user `app` from 10.0.0.7, application `driftless`, pid 4711, connected since 2026-11-22 09:14:31+00".
    pub text: String,
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
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut known = None;
        while !self.try_lock(key).await? {
            let holder = self.holder(key).await?;
            let left = timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(not_granted(&holder, timeout));
            }
            if known.as_ref() != Some(&holder) {
                on_wait(&holder);
                known = Some(holder);
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(())
    }

    /// Gives the lock back. Fails with [`ErrorKind::Lock`] when it was not held any more.
    pub async fn unlock(&mut self, key: &LockKey) -> Result<(), Error> {
        let released = match self.family() {
            Family::Sqlite => true,
            Family::Postgres => {
                self.is_true(&format!("SELECT pg_advisory_unlock({})", key.number()))
                    .await?
            }
            Family::Mysql => self.is_true(&format!("SELECT release_lock('{}')", key.name())).await?,
        };
        if released {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Lock, "the lock was lost while it was needed")
            .with_hint("something in the session released it, such as `DISCARD ALL` or `RELEASE_ALL_LOCKS()`"))
    }

    /// Runs `work` under the lock, which is given back however it ends. The error of the work comes first.
    pub async fn with_lock<T, E: From<Error>>(
        &mut self,
        key: &LockKey,
        timeout: Duration,
        on_wait: &mut (dyn FnMut(&Holder) + Send),
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        self.lock(key, timeout, on_wait).await?;
        let done = work(self).await;
        let unlocked = self.unlock(key).await;
        let value = done?;
        unlocked?;
        Ok(value)
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, Error> {
        match self.family() {
            Family::Sqlite => Ok(true),
            Family::Postgres => {
                self.is_true(&format!("SELECT pg_try_advisory_lock({})", key.number()))
                    .await
            }
            Family::Mysql => self.is_true(&format!("SELECT get_lock('{}', 0)", key.name())).await,
        }
    }

    async fn is_true(&mut self, sql: &str) -> Result<bool, Error> {
        let rows = self.query(sql).await?;
        let answer = rows.into_iter().flatten().flatten().next();
        Ok(matches!(answer.as_deref(), Some("t" | "1")))
    }

    async fn holder(&mut self, key: &LockKey) -> Result<Holder, Error> {
        let (sql, describe): (_, fn(TextRow) -> String) = match self.family() {
            Family::Postgres => (postgres_holder(key), describe_postgres),
            Family::Mysql => (mysql_holder(key), describe_mysql),
            Family::Sqlite => return Ok(Holder { text: describe([]) }),
        };
        let row = self.query(&sql).await?.pop().unwrap_or_default();
        Ok(Holder { text: describe(row) })
    }
}

fn not_granted(holder: &Holder, timeout: Duration) -> Error {
    let message = format!(
        "another run holds the lock, and did not let go within {} s: {}",
        timeout.as_secs_f64(),
        holder.text
    );
    Error::new(ErrorKind::Lock, message).with_hint("wait for it to end, or end its session: the lock dies with it")
}

/// `pg_locks` shows the number as two halves, and the lock as of one database.
fn postgres_holder(key: &LockKey) -> String {
    let number = key.number() as u64;
    format!(
        "SELECT a.usename, coalesce(a.client_hostname, host(a.client_addr)), a.application_name, l.pid, \
         date_trunc('second', a.backend_start) \
         FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.classid::bigint = {} AND l.objid::bigint = {} \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        number >> 32,
        number & 0xffff_ffff,
    )
}

fn mysql_holder(key: &LockKey) -> String {
    format!(
        "SELECT p.user, p.host, l.id FROM (SELECT is_used_lock('{}') AS id) l \
         LEFT JOIN information_schema.processlist p ON p.id = l.id",
        key.name(),
    )
}

fn describe_postgres(row: TextRow) -> String {
    let [user, host, application, pid, since] = columns(row);
    describe([
        user.map(|user| {
            format!(
                "user `{user}` from {}",
                host.unwrap_or_else(|| "the server's own machine".to_owned())
            )
        }),
        application
            .filter(|name| !name.is_empty())
            .map(|name| format!("application `{name}`")),
        pid.map(|pid| format!("pid {pid}")),
        since.map(|since| format!("connected since {since}")),
    ])
}

fn describe_mysql(row: TextRow) -> String {
    let [user, host, id] = columns(row);
    describe([
        user.map(|user| {
            format!(
                "user `{user}` from {}",
                host.unwrap_or_else(|| "an unknown host".to_owned())
            )
        }),
        id.map(|id| format!("connection {id}")),
    ])
}

/// A row of `N` columns; all unknown where there is none, as when the holder has just gone.
fn columns<const N: usize>(row: TextRow) -> [Option<String>; N] {
    row.try_into().unwrap_or([const { None }; N])
}

fn describe<const N: usize>(facts: [Option<String>; N]) -> String {
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if facts.is_empty() {
        return "a session the server does not show".to_owned();
    }
    facts.join(", ")
}
