//! Who stands in the way, and what it does, as far as the server tells.

use std::path::Path;

use super::error::Error;
use super::file_lock::{FileLock, beside};
use super::lease_table::{LeaseTable, NOW_POSTGRES};
use super::lock::{Locking, is_true};
use super::lock_key::LockKey;
use super::session::{Session, TextRow};
use super::url::Family;

/// How much of a statement is shown.
const SHOWN: usize = 80;

/// Who holds a lock, as far as the server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Like "user `app` from 10.0.0.7, application `driftless 1a2b3c4d`, pid 4711, connected since
    /// 2026-11-22 09:14:31+00; running since 2026-11-22 09:14:35+00: `ALTER TABLE orders …`".
    pub text: String,
    /// The part of the text that stays the same while it holds the lock.
    pub who: String,
}

/// A session as the server shows it.
#[derive(Debug, Default)]
struct Seen {
    who: Vec<String>,
    doing: Option<String>,
    /// In the middle of a statement or of a transaction.
    at_work: bool,
}

impl Session {
    /// Who is at a run now; `None` where nobody is. For those who only look.
    pub async fn runner(&mut self, key: &LockKey, locking: &Locking) -> Result<Option<Holder>, Error> {
        let held = match (locking, self.family()) {
            (Locking::Lease(terms), _) => {
                let now = match self.family() {
                    Family::Postgres => NOW_POSTGRES,
                    Family::Mysql | Family::Sqlite => "UTC_TIMESTAMP(3)",
                };
                let sql = format!(
                    "SELECT 1 FROM {} WHERE part = 1 AND expires > {now}",
                    terms.table.name()
                );
                // Where there is no such table yet there was no run.
                match self.query(&sql).await {
                    Ok(rows) if !rows.is_empty() => self.lease_holder(&terms.table, key).await?,
                    _ => None,
                }
            }
            (Locking::Session, Family::Postgres) => {
                let sql = format!("SELECT 1 FROM pg_locks l WHERE {}", key.in_pg_locks());
                match self.query(&sql).await?.is_empty() {
                    true => None,
                    false => Some(self.lock_holder(key).await?),
                }
            }
            (Locking::Session, Family::Mysql) => {
                let sql = format!("SELECT is_used_lock('{}')", key.name());
                match self.first(&sql).await? {
                    None => None,
                    Some(_) => Some(self.lock_holder(key).await?),
                }
            }
            (Locking::Session, Family::Sqlite) => {
                match FileLock::is_held(&beside(Path::new(&self.server().database))) {
                    true => Some(self.lock_holder(key).await?),
                    false => None,
                }
            }
        };
        Ok(held)
    }

    /// Who holds the lock of a session.
    pub(super) async fn lock_holder(&mut self, key: &LockKey) -> Result<Holder, Error> {
        let sql = match self.family() {
            Family::Postgres => format!(
                "SELECT {POSTGRES} FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid WHERE {}",
                key.in_pg_locks()
            ),
            Family::Mysql => format!(
                "SELECT {MYSQL} FROM (SELECT is_used_lock('{}') AS id) l \
                 LEFT JOIN information_schema.processlist p ON p.id = l.id",
                key.name()
            ),
            Family::Sqlite => {
                let process = FileLock::holder(&beside(Path::new(&self.server().database)));
                return Ok(Holder::of(Seen {
                    who: process
                        .into_iter()
                        .map(|number| format!("process {number}, which has the file locked"))
                        .collect(),
                    ..Seen::default()
                }));
            }
        };
        let row = self.query(&sql).await?.pop().unwrap_or_default();
        Ok(Holder::of(self.seen(row)))
    }

    /// Who holds the lease, and what its session does where that can be found; nobody where it has just been given back.
    pub(super) async fn lease_holder(&mut self, table: &LeaseTable, key: &LockKey) -> Result<Option<Holder>, Error> {
        let name = table.name();
        let sql = match self.family() {
            Family::Postgres => format!(
                "SELECT l.who, l.acquired, l.expires > {now}, l.expires < l.acquired, {POSTGRES} FROM {name} l LEFT JOIN LATERAL (\
                 SELECT * FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                 AND (application_name = '{}' OR (pid = l.connection AND state <> 'idle')) \
                 ORDER BY (state <> 'idle') DESC NULLS LAST, pid = l.connection DESC LIMIT 1) a ON true WHERE l.part = 1",
                key.application_name(),
                POSTGRES = POSTGRES.replace("l.pid", "a.pid"),
                now = NOW_POSTGRES,
            ),
            Family::Mysql => format!(
                "SELECT l.who, l.acquired, l.expires > UTC_TIMESTAMP(3), l.expires < l.acquired, {} FROM {name} l \
                 LEFT JOIN information_schema.processlist p ON p.id = l.connection AND p.id <> connection_id() \
                 WHERE l.part = 1",
                MYSQL.replace("l.id", "l.connection"),
            ),
            Family::Sqlite => return Ok(None),
        };
        let mut row = self.query(&sql).await?.pop().unwrap_or_default();
        let rest = row.split_off(row.len().min(4));
        let [who, since, lasts, free] = columns(row);
        // Nobody yet, or nobody any more.
        if is_true(free) || who.as_ref().is_none_or(String::is_empty) {
            return Ok(None);
        }
        let mut seen = self.seen(rest);
        let mut lease = who.unwrap_or_default();
        if let Some(since) = since {
            lease += &format!(", with the lease since {} UTC", without_fraction(&since));
        }
        if !is_true(lasts) {
            lease += ", which has run out, but not its last transaction";
        }
        seen.who.insert(0, lease);
        Ok(Some(Holder::of(seen)))
    }

    /// What an earlier run has left at work on the server, now that this one has the lease.
    pub(super) async fn orphan(&mut self, table: &LeaseTable, key: &LockKey) -> Result<Option<Orphan>, Error> {
        let name = table.name();
        let sql = match self.family() {
            Family::Postgres => format!(
                "SELECT a.pid, {} FROM {name} l JOIN pg_stat_activity a ON a.datname = current_database() \
                 AND a.pid <> pg_backend_pid() AND a.state <> 'idle' AND (a.application_name = '{}' \
                 OR (a.pid = l.connection AND a.usename = current_user \
                 AND a.query_start AT TIME ZONE 'UTC' < l.acquired)) WHERE l.part = 1 LIMIT 1",
                POSTGRES.replace("l.pid", "a.pid"),
                key.application_name(),
            ),
            // Since a restart of the server the number may be another's: who began its statement later is not meant.
            Family::Mysql => format!(
                "SELECT p.id, {} FROM {name} l JOIN information_schema.processlist p ON p.id = l.connection \
                 AND p.id <> connection_id() AND p.user = SUBSTRING_INDEX(USER(), '@', 1) AND p.command <> 'Sleep' \
                 AND p.time + 1 >= TIMESTAMPDIFF(SECOND, l.acquired, UTC_TIMESTAMP(3)) WHERE l.part = 1",
                MYSQL.replace("l.id", "p.id"),
            ),
            Family::Sqlite => return Ok(None),
        };
        let Some(mut row) = self.query(&sql).await?.pop() else {
            return Ok(None);
        };
        let rest = row.split_off(1);
        let mut seen = self.seen(rest);
        seen.at_work = false;
        let mut holder = Holder::of(seen);
        holder.text = format!("an orphaned session of an earlier run: {}", holder.text);
        let id = row.pop().flatten().unwrap_or_default();
        let end = match self.family() {
            Family::Postgres => format!("SELECT pg_terminate_backend({id})"),
            Family::Mysql | Family::Sqlite => format!("KILL {id}"),
        };
        Ok(Some(Orphan { holder, end }))
    }

    fn seen(&self, row: TextRow) -> Seen {
        match self.family() {
            Family::Postgres => seen_postgres(row),
            Family::Mysql => seen_mysql(row),
            Family::Sqlite => Seen::default(),
        }
    }
}

/// A session whose run is gone, and that the server still works for.
#[derive(Debug)]
pub(super) struct Orphan {
    pub holder: Holder,
    /// The statement that ends it.
    pub end: String,
}

impl Holder {
    fn of(seen: Seen) -> Holder {
        let who = match seen.who.is_empty() {
            true => "a session the server does not show".to_owned(),
            false => seen.who.join(", "),
        };
        let mut text = who.clone();
        if let Some(doing) = seen.doing {
            text += &format!("; {doing}");
        }
        if seen.at_work {
            text += "; if that run has died, this is an orphaned session: it ends when the server is done with it";
        }
        Holder { text, who }
    }
}

const POSTGRES: &str = "a.usename, coalesce(a.client_hostname, host(a.client_addr)), a.application_name, l.pid, \
     date_trunc('second', a.backend_start), a.state, \
     date_trunc('second', CASE a.state WHEN 'active' THEN a.query_start ELSE a.state_change END), left(a.query, 1000)";

fn seen_postgres(row: TextRow) -> Seen {
    let [user, host, application, pid, since, state, state_since, query] = columns(row);
    let here = "the server's own machine";
    let who = [
        user.map(|user| format!("user `{user}` from {}", host.as_deref().unwrap_or(here))),
        application
            .filter(|name| !name.is_empty())
            .map(|name| format!("application `{name}`")),
        pid.map(|pid| format!("pid {pid}")),
        since.map(|since| format!("connected since {since}")),
    ];
    let since = state_since.map(|since| format!(" since {since}")).unwrap_or_default();
    let query = query
        .map(|query| shown(&query, Family::Postgres))
        .filter(|query| !query.is_empty());
    let after = query
        .as_ref()
        .map(|query| format!(", after `{query}`"))
        .unwrap_or_default();
    let at_work = matches!(state.as_deref(), Some("active" | "idle in transaction"));
    let doing = state.map(|state| match state.as_str() {
        "active" => match &query {
            Some(query) => format!("running{since}: `{query}`"),
            None => format!("running{since}"),
        },
        "idle in transaction" => format!("idle in a transaction{since}{after}"),
        other => format!("{other}{since}"),
    });
    Seen {
        who: who.into_iter().flatten().collect(),
        doing,
        at_work,
    }
}

const MYSQL: &str = "p.user, p.host, l.id, p.command, p.time, p.state, LEFT(p.info, 1000)";

fn seen_mysql(row: TextRow) -> Seen {
    let [user, host, id, command, time, state, info] = columns(row);
    let who = [
        user.map(|user| format!("user `{user}` from {}", host.as_deref().unwrap_or("an unknown host"))),
        id.map(|id| format!("connection {id}")),
    ];
    let time = time.map(|time| format!(" for {time} s")).unwrap_or_default();
    let at_work = command.as_deref().is_some_and(|command| command != "Sleep");
    let doing = command.map(
        |command| match (command.as_str(), info, state.filter(|state| !state.is_empty())) {
            ("Sleep", ..) => format!("idle{time}"),
            ("Query", Some(info), None) => format!("running{time}: `{}`", shown(&info, Family::Mysql)),
            ("Query", Some(info), Some(state)) => {
                format!("running{time} ({state}): `{}`", shown(&info, Family::Mysql))
            }
            (command, _, Some(state)) => format!("{command}{time} ({state})"),
            (command, _, None) => format!("{command}{time}"),
        },
    );
    Seen {
        who: who.into_iter().flatten().collect(),
        doing,
        at_work,
    }
}

/// The beginning of a statement on one line, without the texts in it, which may be secrets.
pub(super) fn shown(sql: &str, family: Family) -> String {
    let mut text = String::new();
    let mut inside = None;
    for letter in sql.chars() {
        let is_quote = letter == '\'' || (letter == '"' && family == Family::Mysql);
        match inside {
            Some(quote) if letter == quote => {
                inside = None;
                text.push(letter);
            }
            Some(_) => {}
            None if is_quote => {
                inside = Some(letter);
                text.push(letter);
                text.push('…');
            }
            None if letter.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            None => text.push(letter),
        }
    }
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} …", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

fn without_fraction(time: &str) -> &str {
    time.split('.').next().unwrap_or(time)
}

/// A row of `N` columns; all unknown where there is none, as when the holder has just gone.
fn columns<const N: usize>(row: TextRow) -> [Option<String>; N] {
    row.try_into().unwrap_or([const { None }; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_statement_without_its_texts() {
        for (sql, family, text) in [
            (
                "ALTER TABLE a\n  ADD b int",
                Family::Postgres,
                "ALTER TABLE a ADD b int",
            ),
            (
                "ALTER ROLE a PASSWORD 'it''s secret'",
                Family::Postgres,
                "ALTER ROLE a PASSWORD '…''…'",
            ),
            ("SELECT \"a\" FROM t", Family::Postgres, "SELECT \"a\" FROM t"),
            ("SELECT \"secret\", 'cut o", Family::Mysql, "SELECT \"…\", '…"),
        ] {
            assert_eq!(shown(sql, family), text);
        }
        assert_eq!(
            shown(&"x".repeat(100), Family::Mysql),
            format!("{} …", "x".repeat(SHOWN))
        );
    }
}
