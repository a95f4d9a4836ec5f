//! Who is in the way of a session that waits for a lock.

use super::error::Error;
use super::holder::shown;
use super::session::{Session, TextRow};
use super::url::Family;

/// How much of another session's statement is fetched, in characters.
const FETCHED: usize = 200;

impl Session {
    /// The sessions that the one of this number waits for, each in a few words; none where the server does not tell.
    ///
    /// PostgreSQL and MySQL know exactly; MariaDB, and MySQL without its `performance_schema`, show which sessions have a
    /// transaction open: those in the same database may be in the way.
    pub(super) async fn blockers_of(&mut self, number: u64) -> Result<Vec<String>, Error> {
        let ways = match (self.family(), self.server().dialect.as_str()) {
            (Family::Sqlite, _) => Vec::new(),
            (Family::Postgres, _) => vec![postgres(number)],
            (Family::Mysql, "mariadb") => vec![with_transactions(number)],
            (Family::Mysql, _) => vec![mysql(number), with_transactions(number)],
        };
        let mut rows = Vec::new();
        for sql in ways {
            if rows.is_empty() {
                // A user without the right to look is told nothing, which is no reason to fail.
                rows = self.query(&sql).await.unwrap_or_default();
            }
        }
        let family = self.family();
        Ok(rows.into_iter().map(|row| describe(row, family)).collect())
    }
}

fn postgres(number: u64) -> String {
    format!(
        "SELECT 'pid ' || a.pid, a.usename, coalesce(host(a.client_addr), 'the server''s own machine'), \
         nullif(a.application_name, ''), a.state, left(a.query, {FETCHED}), date_trunc('second', a.xact_start)::text \
         FROM unnest(pg_blocking_pids({number})) AS b(pid) JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY a.pid"
    )
}

fn mysql(number: u64) -> String {
    format!(
        "SELECT DISTINCT CONCAT('connection ', t.processlist_id), t.processlist_user, t.processlist_host, NULL, \
         LOWER(t.processlist_command), LEFT(t.processlist_info, {FETCHED}), NULL \
         FROM performance_schema.metadata_locks w \
         JOIN performance_schema.threads own ON own.thread_id = w.owner_thread_id AND own.processlist_id = {number} \
         JOIN performance_schema.metadata_locks g ON g.object_type = w.object_type AND g.lock_status = 'GRANTED' \
         AND g.object_schema <=> w.object_schema AND g.object_name <=> w.object_name \
         AND g.owner_thread_id <> w.owner_thread_id \
         JOIN performance_schema.threads t ON t.thread_id = g.owner_thread_id \
         WHERE w.lock_status = 'PENDING' AND t.processlist_id IS NOT NULL"
    )
}

fn with_transactions(number: u64) -> String {
    format!(
        "SELECT CONCAT('another session, perhaps connection ', p.id), p.user, p.host, NULL, LOWER(p.command), LEFT(p.info, {FETCHED}), \
         x.trx_started \
         FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id \
         JOIN information_schema.processlist w ON w.id = {number} AND w.db = p.db \
         WHERE p.id <> w.id AND w.state LIKE 'Waiting for%lock%' ORDER BY p.id"
    )
}

/// Like "pid 4711, user `app` from 10.0.0.7, idle in transaction, its transaction began at 2026-11-22 09:14:31+00".
fn describe(row: TextRow, family: Family) -> String {
    let mut values = row.into_iter();
    let mut next = || values.next().flatten();
    let (name, user, host, application) = (next(), next(), next(), next());
    let (state, query, since) = (next(), next(), next());
    let from = host.map(|host| format!(" from {host}")).unwrap_or_default();
    let mut parts = vec![name.unwrap_or_else(|| "another session".to_string())];
    parts.extend(user.map(|user| format!("user `{user}`{from}")));
    parts.extend(application.map(|name| format!("application `{name}`")));
    parts.extend(state);
    parts.extend(since.map(|since| format!("its transaction began at {since}")));
    parts.extend(query.map(|query| format!("its statement: `{}`", shown(&query, family))));
    parts.join(", ")
}
