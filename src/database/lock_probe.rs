//! Finds out whether the lock of a session holds where the URL leads.
//!
//! A pooler that lends a server's sessions out for one transaction each gives a run now this session, now that one: its lock is
//! of whichever it had when it asked. So a second connection opens a transaction: a pooler has to lend it the session that
//! is free, which is the run's own, or to give the run another one. On clusters, where every node takes writes, the locks
//! of a session are of one node.

use std::time::Duration;

use super::error::{Error, ErrorKind};
use super::lock::{Held, is_true};
use super::lock_key::LockKey;
use super::session::{Origin, Session, TextRow};
use super::url::Family;

/// How long the run's session may be without an answer while the other one is in a transaction: a pool of one is lent to
/// one after the other.
const ANSWER: Duration = Duration::from_secs(2);

/// Finds it out by a second connection, which can be made while the run does something else.
#[derive(Debug)]
pub struct LockProbe {
    origin: Origin,
    key: LockKey,
    backend: String,
}

/// A second connection in a transaction.
#[derive(Debug)]
pub struct OpenProbe {
    session: Session,
    key: LockKey,
    backend: String,
    finding: Option<Error>,
}

impl Session {
    /// Where this session has its lock, what finds out whether it holds; `None` for a lease and for SQLite.
    pub fn lock_probe(&self) -> Option<LockProbe> {
        match &self.held {
            Some(Held::Session { key, backend }) => Some(LockProbe {
                origin: self.origin.clone(),
                key: *key,
                backend: backend.clone(),
            }),
            Some(Held::Lease(_) | Held::File { .. }) | None => None,
        }
    }

    /// Finds it out at once.
    pub async fn check_session_lock(&mut self) -> Result<(), Error> {
        match self.lock_probe() {
            Some(probe) => probe.open().await?.finish(self).await,
            None => Ok(()),
        }
    }

    async fn has_lock(&mut self, key: &LockKey) -> Result<bool, Error> {
        let sql = match self.family() {
            Family::Sqlite => return Ok(true),
            Family::Postgres => format!(
                "SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = pg_backend_pid() AND {})",
                key.in_pg_locks()
            ),
            Family::Mysql => format!("SELECT is_used_lock('{}') = connection_id() + 0", key.name()),
        };
        Ok(is_true(self.first(&sql).await?))
    }
}

impl LockProbe {
    /// Connects, begins a transaction, and looks whether this is a cluster.
    pub async fn open(self) -> Result<OpenProbe, Error> {
        let session = self.origin.connect().await?;
        let mut probe = OpenProbe {
            session,
            key: self.key,
            backend: self.backend,
            finding: None,
        };
        probe.finding = match probe.begins_on_ours().await? {
            true => Some(lent_out()),
            false => None,
        };
        if probe.session.family() == Family::Mysql && probe.finding.is_none() {
            let rows = probe.session.query(CLUSTER).await?;
            probe.finding = cluster(&rows);
        }
        Ok(probe)
    }
}

impl OpenProbe {
    /// Fails with [`ErrorKind::Unsteady`] where the session's lock does not hold.
    pub async fn finish(mut self, session: &mut Session) -> Result<(), Error> {
        let finding = match self.finding.take() {
            Some(finding) => Some(finding),
            None => self.compare(session).await?,
        };
        // Ends its transaction.
        let _ = self.session.close().await;
        match finding {
            Some(finding) => Err(finding),
            None => Ok(()),
        }
    }

    async fn compare(&mut self, session: &mut Session) -> Result<Option<Error>, Error> {
        if !self.is_still_ours(session).await? {
            return Ok(Some(lent_out()));
        }
        // The session that was used last is the first to be lent out again.
        self.session.run("ROLLBACK").await?;
        if self.begins_on_ours().await? || !self.is_still_ours(session).await? {
            return Ok(Some(lent_out()));
        }
        Ok(None)
    }

    /// Begins a transaction, and says whether it is in the session that gave the lock.
    async fn begins_on_ours(&mut self) -> Result<bool, Error> {
        let sql = match self.session.family() {
            Family::Sqlite => return Ok(false),
            Family::Postgres => "BEGIN; SELECT pg_backend_pid()",
            // Not the bare function, which a proxy may answer by itself.
            Family::Mysql => "START TRANSACTION; SELECT connection_id() + 0",
        };
        Ok(self.session.first(sql).await?.as_deref() == Some(self.backend.as_str()))
    }

    async fn is_still_ours(&mut self, session: &mut Session) -> Result<bool, Error> {
        let mut asking = std::pin::pin!(session.has_lock(&self.key));
        tokio::select! {
            answer = &mut asking => return answer,
            () = tokio::time::sleep(ANSWER) => {}
        }
        self.session.run("ROLLBACK").await?;
        asking.await.map(|_| false)
    }
}

fn lent_out() -> Error {
    Error::new(
        ErrorKind::Unsteady,
        "a pooler lends out the sessions of this server anew for each transaction: the lock of a session holds nothing here",
    )
    .with_hint("set `lock: lease` in driftless.yaml, or connect to the server itself")
}

/// What tells of a cluster; servers that are none have some of these variables, or none of them.
const CLUSTER: &str = "SHOW GLOBAL VARIABLES WHERE Variable_name IN \
     ('wsrep_on', 'group_replication_single_primary_mode'); \
     SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size')";

fn cluster(rows: &[TextRow]) -> Option<Error> {
    let value = |name: &str| {
        rows.iter().find_map(|row| match row.as_slice() {
            [Some(found), value] if found.eq_ignore_ascii_case(name) => value.as_deref(),
            _ => None,
        })
    };
    let is_on = |name: &str| value(name).is_some_and(|value| value.eq_ignore_ascii_case("ON") || value == "1");
    let size: u32 = value("wsrep_cluster_size")
        .and_then(|size| size.parse().ok())
        .unwrap_or(0);
    let what = if is_on("wsrep_on") && size > 1 {
        format!("this is a Galera cluster of {size} nodes")
    } else if value("group_replication_single_primary_mode").is_some()
        && !is_on("group_replication_single_primary_mode")
    {
        "this server is set up for group replication with several primaries".to_owned()
    } else {
        return None;
    };
    Some(
        Error::new(
            ErrorKind::Unsteady,
            format!("{what}: the lock of a session is of one of them, and keeps nobody on the others out"),
        )
        .with_hint("set `lock: lease` in driftless.yaml"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &[(&str, &str)]) -> Option<String> {
        let rows: Vec<TextRow> = rows
            .iter()
            .map(|(name, value)| vec![Some((*name).to_owned()), Some((*value).to_owned())])
            .collect();
        cluster(&rows).map(|error| error.message.clone())
    }

    #[test]
    fn knows_clusters() {
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[("wsrep_on", "OFF"), ("wsrep_cluster_size", "0")]), None);
        assert_eq!(told(&[("wsrep_on", "ON"), ("wsrep_cluster_size", "1")]), None);
        assert!(
            told(&[("wsrep_on", "ON"), ("wsrep_cluster_size", "3")]).is_some_and(|told| told.contains("of 3 nodes"))
        );
        assert_eq!(told(&[("group_replication_single_primary_mode", "ON")]), None);
        assert!(told(&[("group_replication_single_primary_mode", "OFF")]).is_some());
    }
}
