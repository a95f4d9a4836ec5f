//! The history table: how it is made, read and added to. Rows are never changed nor deleted.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::journal::Journal;
use super::{Deployment, RunError, RunErrorKind};
use crate::changelog::{HeldAs, HistoryTable, sha256_hex};
use crate::database::{self, ErrorKind, LeaseTable, LockKey, Session};
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, Change, Column, Key, Table, Type};
use crate::plan::{Direction, History, PlannedChangeset, Record, State, StoredChanges, StoredReverse, Turn};
use crate::render::{qualified, table_text};

/// The form of the rows; a newer one is refused.
const FORMAT: i64 = 1;

/// The history table of one target.
#[derive(Debug, Clone)]
pub struct Store {
    target: Target,
    name: ObjectName,
}

/// The columns, their types and whether they may be NULL.
const COLUMNS: [(&str, &str, bool); 21] = [
    ("seq", "bigint", false),
    ("run", "bigint", true),
    ("id", "varchar(255)", false),
    ("file", "varchar(1000)", false),
    ("author", "varchar(255)", true),
    ("comment", "text", true),
    ("tag", "varchar(255)", true),
    ("checksum", "varchar(100)", false),
    ("reverse_checksum", "varchar(100)", true),
    ("parameters", "varchar(100)", true),
    ("changes", "text", false),
    ("changes_sha256", "varchar(64)", false),
    ("state", "varchar(20)", false),
    ("direction", "varchar(20)", false),
    ("started", "varchar(40)", false),
    ("duration_ms", "bigint", false),
    ("run_by", "varchar(255)", false),
    ("version", "varchar(50)", false),
    ("deployment", "varchar(255)", true),
    ("reason", "text", true),
    ("format", "int", false),
];

/// What is read to know what is applied: a few short texts of each row.
const LIGHT: &str = "seq, run, format, id, tag, checksum, reverse_checksum, state, version, direction, parameters";

/// Milliseconds since 1970, as SQLite counts them.
const UNIX_MS: &str = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/// Everything that a row says but its changes.
const FULL: &str = "seq, run, format, id, tag, checksum, reverse_checksum, state, version, direction, parameters, \
    file, author, comment, started, duration_ms, run_by, deployment, reason";

/// Which run of its changeset a row to be written is about.
#[derive(Debug, Clone, Copy)]
pub enum OfRun {
    /// The one that it begins.
    Own,
    /// The one that began with the row of this number.
    Begun(i64),
    /// The last one that the database holds, or one that began so many before it; its number is looked up.
    BeforeLast(usize),
}

/// A row to be written: what a changeset is called, and what happened of it.
#[derive(Debug, Clone)]
pub struct NewRow<'a> {
    /// Its number, where it is known; else the next one.
    pub seq: Option<i64>,
    /// The run that it is about.
    pub run: OfRun,
    pub id: &'a str,
    pub file: &'a str,
    pub author: Option<&'a str>,
    pub comment: Option<&'a str>,
    pub tag: Option<&'a str>,
    pub checksum: &'a str,
    pub reverse_checksum: Option<&'a str>,
    pub parameters: Option<&'a str>,
    pub state: State,
    pub direction: &'a str,
    /// What the author wrote.
    pub operations: Cow<'a, [serde_json::Value]>,
    /// What is done of the plan: all of it, but where it stopped half-way.
    pub changes: &'a [Change],
    pub reverse: Option<&'a StoredReverse>,
    /// Why it stopped.
    pub error: Option<String>,
    /// Whether the journal knows when it began.
    pub by_steps: bool,
    /// `None`: the database says how long it took, the transaction on PostgreSQL, on SQLite since what stands before
    /// ([`began`]).
    pub duration_ms: Option<u64>,
    /// When it began, where that is not now.
    pub started: Option<&'a str>,
    pub run_by: &'a str,
    pub deployment: Option<&'a str>,
    pub reason: Option<&'a str>,
}

impl<'a> NewRow<'a> {
    /// The row of a changeset that is done: all of it, the way it was planned.
    pub fn of(planned: &'a PlannedChangeset, deployment: &'a Deployment, duration_ms: Option<u64>) -> NewRow<'a> {
        let written = planned.source.as_ref().filter(|_| planned.direction == Direction::Up);
        NewRow {
            seq: None,
            run: planned.run.map_or(OfRun::Own, |run| OfRun::Begun(run.seq)),
            id: &planned.id,
            file: &planned.file,
            author: planned.author.as_deref(),
            comment: planned.comment.as_deref(),
            tag: planned.tag.as_deref(),
            checksum: &planned.checksum,
            reverse_checksum: planned.reverse_checksum.as_deref(),
            parameters: planned.parameters.as_deref(),
            state: match (planned.direction, planned.turn) {
                (Direction::Up, Turn::Marked) => State::Marked,
                (Direction::Up, Turn::Run | Turn::LeftOut) => State::Applied,
                (Direction::Down, _) => State::Reverted,
            },
            direction: planned.direction.word(),
            operations: written.map(|source| source.written()).unwrap_or_default().into(),
            changes: &planned.changes,
            reverse: planned.reverse.as_ref(),
            error: None,
            by_steps: false,
            duration_ms,
            started: None,
            run_by: &deployment.run_by,
            deployment: deployment.name.as_deref(),
            reason: deployment.reason.as_deref(),
        }
    }

    /// A row like one that was kept, of the same run, with another state.
    pub fn like(record: &'a Record, state: State, changes: &'a [Change]) -> NewRow<'a> {
        let stored = record.changes.as_ref();
        NewRow {
            seq: None,
            run: record.run.map_or(OfRun::Own, OfRun::Begun),
            id: &record.id,
            file: &record.file,
            author: record.author.as_deref(),
            comment: record.comment.as_deref(),
            tag: record.tag.as_deref(),
            checksum: &record.checksum,
            reverse_checksum: record.reverse_checksum.as_deref(),
            parameters: record.parameters.as_deref(),
            state,
            direction: &record.direction,
            operations: stored
                .map(|stored| stored.operations.as_slice())
                .unwrap_or_default()
                .into(),
            changes,
            reverse: stored.and_then(|stored| stored.reverse.as_ref()),
            error: None,
            by_steps: false,
            duration_ms: Some(0),
            started: None,
            run_by: &record.run_by,
            deployment: record.deployment.as_deref(),
            reason: record.reason.as_deref(),
        }
    }

    /// What is kept of it beside its columns.
    pub fn stored(&self) -> StoredChanges {
        StoredChanges {
            version: StoredChanges::VERSION,
            operations: self.operations.to_vec(),
            changes: self.changes.to_vec(),
            reverse: self.reverse.cloned(),
            error: self.error.clone(),
        }
    }
}

/// [`StoredChanges`] as it is written.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    operations: &'a [serde_json::Value],
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    reverse: Option<&'a StoredReverse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl Store {
    pub fn new(target: &Target, table: &HistoryTable) -> Result<Store, RunError> {
        if table.schema.is_some() && target.dialect.family() == Family::Sqlite {
            return Err(RunError::new(
                RunErrorKind::Usage,
                "SQLite has no schemas: `history.schema` cannot be set for it",
            ));
        }
        if table.table.is_empty() || table.table.contains('\0') {
            return Err(RunError::new(RunErrorKind::Usage, "`history.table` is not a name"));
        }
        Ok(Store {
            target: target.clone(),
            name: ObjectName {
                schema: table.schema.as_ref().map(Name::new),
                name: Name::new(&table.table),
            },
        })
    }

    /// The names of driftless's own tables.
    pub fn own_tables(&self) -> Vec<ObjectName> {
        vec![self.name.clone(), self.journal().name().clone(), self.lease_name()]
    }

    fn lease_name(&self) -> ObjectName {
        ObjectName {
            schema: self.name.schema.clone(),
            name: Name::new(format!("{}_lock", self.name.name)),
        }
    }

    /// The table beside the history in which runs lease the right to write, where a session's lock does not hold.
    pub fn lease_table(&self, session: &Session) -> LeaseTable {
        let dialect = self.target.dialect;
        let schema = self.name.schema.as_ref().map(|schema| dialect.quote(schema));
        LeaseTable::new(session.family(), qualified(&self.lease_name(), dialect), schema)
    }

    pub fn lock_key(&self, session: &Session) -> LockKey {
        let server = session.server();
        let schema = self.name.schema.as_ref().map(Name::as_str).or(server.schema.as_deref());
        LockKey::new(&server.database, schema.unwrap_or_default(), &self.name.name)
    }

    /// The statements that make it, and the journal beside it, where they are missing.
    pub fn create(&self) -> Vec<String> {
        let dialect = self.target.dialect;
        let schema = self
            .name
            .schema
            .as_ref()
            .filter(|_| dialect.family() == Family::Postgres);
        let schema = schema.map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", dialect.quote(schema)));
        let history = own_table(&self.target, &self.name, &COLUMNS);
        schema.into_iter().chain([history, self.journal().create()]).collect()
    }

    /// The journal of statements in flight.
    pub fn journal(&self) -> Journal {
        Journal::new(&self.target, &self.name)
    }

    /// What is applied, of each row what it takes to know that; `None` where there is no history yet.
    pub async fn read(&self, session: &mut Session) -> Result<Option<History>, RunError> {
        self.read_columns(session, LIGHT).await
    }

    /// The rows with everything but their changes; `None` where there is no history yet.
    pub async fn read_rows(&self, session: &mut Session) -> Result<Option<History>, RunError> {
        self.read_columns(session, FULL).await
    }

    async fn read_columns(&self, session: &mut Session, columns: &str) -> Result<Option<History>, RunError> {
        let sql = format!(
            "SELECT {columns} FROM {} ORDER BY seq",
            qualified(&self.name, self.target.dialect)
        );
        let rows = match session.query(&sql).await {
            Ok(rows) => rows,
            Err(error) if is_missing_table(&error) => return Ok(None),
            Err(error) => return Err(unreadable("history", &self.name, error)),
        };
        let records: Result<Vec<Record>, RunError> = rows.into_iter().map(|row| self.record(row)).collect();
        let records = records?;
        // They are added one by one and never deleted.
        let missing = records.iter().zip(1..).find(|(record, seq)| record.seq != *seq);
        let what = match (missing, records.iter().find(|record| !is_of_run(record, &records))) {
            (None, None) => return Ok(Some(History::new(records))),
            (Some((_, seq)), _) => format!("there is no row {seq}"),
            (None, Some(record)) => format!("row {} is about no run of `{}`", record.seq, record.id),
        };
        Err(RunError::failed(format!("the history is damaged: {what}"))
            .help("restore the row from a backup of the database"))
    }

    fn record(&self, row: Vec<Option<String>>) -> Result<Record, RunError> {
        let mut values = row.into_iter();
        let mut next = || values.next().flatten();
        let damaged = |what: &str| RunError::failed(format!("the history is damaged: {what}"));
        let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
        let seq = number(next()).ok_or_else(|| damaged("a row without `seq`"))?;
        let run = number(next());
        let format = number(next()).ok_or_else(|| damaged(&format!("row {seq} has no `format`")))?;
        let record = Record {
            seq,
            run,
            id: next().ok_or_else(|| damaged("a row without `id`"))?,
            tag: next(),
            checksum: next().unwrap_or_default(),
            reverse_checksum: next(),
            state: {
                let word = next().unwrap_or_default();
                State::parse(&word).ok_or_else(|| damaged(&format!("row {seq} has the state `{word}`")))?
            },
            version: next().unwrap_or_default(),
            direction: next().unwrap_or_default(),
            parameters: next(),
            file: next().unwrap_or_default(),
            author: next(),
            comment: next(),
            started: next().unwrap_or_default(),
            duration_ms: number(next()).unwrap_or_default(),
            run_by: next().unwrap_or_default(),
            deployment: next(),
            reason: next(),
            changes: None,
        };
        match format > FORMAT {
            true => Err(RunError::failed(format!(
                "row {} of the history was written by driftless {} in form {format}, which this version ({}) does not know",
                record.seq,
                record.version,
                env!("CARGO_PKG_VERSION")
            ))
            .help("use the newer version")),
            false => Ok(record),
        }
    }

    /// All rows with their changes.
    pub async fn read_changes(&self, session: &mut Session) -> Result<History, RunError> {
        let Some(mut history) = self.read_rows(session).await? else {
            return Ok(History::default());
        };
        self.add_changes(session, &mut history).await?;
        Ok(history)
    }

    /// Adds to rows that were read what happened, each held against its checksum. Rows that are new since then are left
    /// out.
    pub async fn add_changes(&self, session: &mut Session, history: &mut History) -> Result<(), RunError> {
        let sql = format!(
            "SELECT seq, changes, changes_sha256 FROM {} ORDER BY seq",
            qualified(&self.name, self.target.dialect)
        );
        let mut failed = None;
        session
            .query_each(&sql, &mut |row| match add_changes(history, &row) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            })
            .await?;
        match failed {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// The INSERT of a row. The number is the next one; it is safe under the lock, and unique in any case.
    pub fn insert(&self, row: &NewRow<'_>) -> String {
        let dialect = self.target.dialect;
        let table = qualified(&self.name, dialect);
        let text = |text: &str| dialect.string(text);
        let optional = |text: Option<&str>| text.map_or_else(|| "NULL".to_string(), |text| dialect.string(text));
        let stored = Written {
            version: StoredChanges::VERSION,
            operations: &row.operations,
            changes: row.changes,
            reverse: row.reverse,
            error: row.error.as_deref(),
        };
        let changes = serde_json::to_string(&stored).expect("our own types are JSON");
        let duration = match (row.duration_ms, dialect.family()) {
            (Some(milliseconds), _) => milliseconds.to_string(),
            (None, Family::Postgres) => "(EXTRACT(EPOCH FROM clock_timestamp() - now()) * 1000)::bigint".to_string(),
            (None, Family::Sqlite) => format!("MAX({UNIX_MS} - (SELECT at FROM began), 0)"),
            (None, Family::Mysql) => "0".to_string(),
        };
        let mut started = match row.started {
            Some(known) => text(known),
            None => started(dialect.family(), row.duration_ms),
        };
        if row.by_steps {
            // The row may be written later than it ended, and the journal begin later than it began.
            let journal = qualified(self.journal().name(), dialect);
            let least = match dialect.family() {
                Family::Sqlite => "MIN",
                Family::Postgres | Family::Mysql => "LEAST",
            };
            started = format!("{least}(COALESCE((SELECT MIN(started) FROM {journal}), {started}), {started})");
        }
        let id = match (row.seq, dialect.family()) {
            // Another runner may have been here, whose lock is its transaction: then there is no id, and it fails.
            (Some(seq), Family::Sqlite) => format!(
                "CASE WHEN (SELECT COALESCE(MAX(seq), 0) FROM {table}) = {} THEN {} END",
                seq - 1,
                text(row.id)
            ),
            _ => text(row.id),
        };
        let run = match row.run {
            OfRun::Own => "NULL".to_string(),
            OfRun::Begun(seq) => seq.to_string(),
            OfRun::BeforeLast(later) => format!(
                "(SELECT began.seq FROM {table} began WHERE began.id = {} AND began.run IS NULL AND NOT EXISTS (SELECT 1 \
                 FROM {table} gone WHERE gone.run = began.seq AND gone.state = 'reverted') \
                 ORDER BY began.seq DESC LIMIT 1 OFFSET {later})",
                text(row.id)
            ),
        };
        let names: Vec<String> = COLUMNS.iter().map(|(name, ..)| dialect.quote(name)).collect();
        let values = [
            row.seq
                .map_or_else(|| "COALESCE(MAX(seq), 0) + 1".to_string(), |seq| seq.to_string()),
            run,
            id,
            text(row.file),
            optional(row.author),
            optional(row.comment),
            optional(row.tag),
            text(row.checksum),
            optional(row.reverse_checksum),
            optional(row.parameters),
            text(&changes),
            text(&sha256_hex(changes.as_bytes())),
            text(row.state.word()),
            text(row.direction),
            started,
            duration,
            text(row.run_by),
            text(env!("CARGO_PKG_VERSION")),
            optional(row.deployment),
            optional(row.reason),
            FORMAT.to_string(),
        ];
        let (names, values) = (names.join(", "), values.join(", "));
        match row.seq {
            Some(_) => format!("INSERT INTO {table} ({names})\nVALUES ({values})"),
            None => format!("INSERT INTO {table} ({names})\nSELECT {values} FROM {table}"),
        }
    }

    /// An expression that is true where the database holds a changeset.
    pub(super) fn holds(&self, held: &HeldAs) -> String {
        let own = self.holds_id(&held.id);
        let by = held.by.as_ref().map(|by| self.holds(by));
        let of: Vec<String> = held.of.iter().map(|original| self.holds(original)).collect();
        let of = (!of.is_empty()).then(|| format!("({})", of.join(" AND ")));
        let others: Vec<String> = by.into_iter().chain(of).collect();
        match others.is_empty() {
            true => own,
            false => format!("({own} OR {})", others.join(" OR ")),
        }
    }

    fn holds_id(&self, id: &str) -> String {
        let table = qualified(&self.name, self.target.dialect);
        let id = self.target.dialect.string(id);
        format!(
            "EXISTS (SELECT 1 FROM {table} held WHERE held.id = {id} AND held.state IN ('applied', 'marked') \
             AND NOT EXISTS (SELECT 1 FROM {table} later WHERE later.id = {id} AND later.seq > held.seq \
             AND COALESCE(later.run, later.seq) = COALESCE(held.run, held.seq)))"
        )
    }

    /// The number of the last row, 0 where there is none.
    pub async fn last_seq(&self, session: &mut Session) -> Result<i64, RunError> {
        let table = qualified(&self.name, self.target.dialect);
        let sql = format!("SELECT COALESCE(MAX(seq), 0) FROM {table}");
        let rows = session.query(&sql).await?;
        let text = rows.first().and_then(|row| row.first()).cloned().flatten();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| RunError::failed("the history does not count"))
    }
}

/// What stands before the INSERT of a row on SQLite that tells how long it took since now.
pub(super) fn began() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("WITH began (at) AS (VALUES ({}))\n", now.as_millis())
}

/// Why a table of driftless's own cannot be read.
pub(super) fn unreadable(what: &str, name: &ObjectName, error: database::Error) -> RunError {
    if error.kind != ErrorKind::Statement {
        return RunError::from(error);
    }
    let refused = error
        .code
        .as_deref()
        .is_some_and(|code| code == "42501" || code.starts_with("1142 ") || code.starts_with("1143 "));
    let help = match refused {
        true => format!("the user of the URL needs the right to read `{name}`; for a run, to write it too"),
        false => format!("is `{name}` a table of driftless?"),
    };
    RunError::failed(format!("the {what} cannot be read: {}", error.message)).help(help)
}

/// Whether a row begins a run, or is about one that began before it; all rows are there.
fn is_of_run(record: &Record, records: &[Record]) -> bool {
    let Some(run) = record.run else {
        return record.state != State::Reverted;
    };
    let began = usize::try_from(run - 1).ok().and_then(|at| records.get(at));
    began.is_some_and(|began| began.seq < record.seq && began.run.is_none() && began.id == record.id)
}

fn add_changes(history: &mut History, row: &[Option<String>]) -> Result<(), RunError> {
    let [Some(seq), Some(changes), Some(sha256)] = row else {
        return Err(RunError::failed("the history is damaged: a row without its changes"));
    };
    if let Some(record) = seq.parse().ok().and_then(|seq| history.row_mut(seq)) {
        record.changes = Some(read_changes(record, changes, sha256)?);
    }
    Ok(())
}

fn read_changes(record: &Record, changes: &str, sha256: &str) -> Result<StoredChanges, RunError> {
    #[derive(Deserialize)]
    struct Form {
        version: u32,
    }
    if sha256_hex(changes.as_bytes()) != sha256 {
        let message = format!(
            "the history is damaged: the changes of `{}` (row {}) are not what was written",
            record.id, record.seq
        );
        return Err(RunError::failed(message).help("restore the row from a backup of the database"));
    }
    let read = serde_json::from_str::<StoredChanges>(changes);
    let version = match &read {
        Ok(stored) => Some(stored.version),
        // A newer form may not be read as this one.
        Err(_) => serde_json::from_str::<Form>(changes).ok().map(|form| form.version),
    };
    if version.is_some_and(|version| version > StoredChanges::VERSION) {
        let message = format!(
            "row {} of the history was written by driftless {}, which is newer than this one",
            record.seq, record.version
        );
        return Err(RunError::failed(message).help("use the newer version"));
    }
    read.map_err(|error| {
        RunError::failed(format!(
            "the history is damaged: the changes of `{}` cannot be read: {error}",
            record.id
        ))
    })
}

/// The moment of the statement as text, UTC, by the server's clock.
pub(super) fn now(family: Family) -> String {
    before_now(family, 0)
}

/// So many milliseconds before it.
fn before_now(family: Family, ms: u64) -> String {
    let moment = match (family, ms) {
        (Family::Postgres, 0) => "now()".to_string(),
        (Family::Postgres, _) => format!("(now() - {ms} * interval '1 ms')"),
        (Family::Mysql, 0) => "UTC_TIMESTAMP(3)".to_string(),
        (Family::Mysql, _) => format!("(UTC_TIMESTAMP(3) - INTERVAL {ms} * 1000 MICROSECOND)"),
        (Family::Sqlite, 0) => "'now'".to_string(),
        (Family::Sqlite, _) => format!("'now', '-{}.{:03} seconds'", ms / 1000, ms % 1000),
    };
    match family {
        Family::Postgres => format!("to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"),
        Family::Mysql => format!("CONCAT(LEFT(DATE_FORMAT({moment}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')"),
        Family::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {moment})"),
    }
}

/// When what took so long began.
fn started(family: Family, took: Option<u64>) -> String {
    match (family, took) {
        (Family::Sqlite, None) => {
            "strftime('%Y-%m-%dT%H:%M:%fZ', (SELECT at FROM began) / 1000.0, 'unixepoch')".to_string()
        }
        // The moment is that at which the transaction began.
        (_, None) => now(family),
        (_, Some(took)) => before_now(family, took),
    }
}

/// The statement that makes a table of driftless's own where it is missing: its columns with their types and whether
/// they may be NULL, the first one the key.
pub(super) fn own_table(target: &Target, name: &ObjectName, columns: &[(&str, &str, bool)]) -> String {
    let dialect = target.dialect;
    let mut table = Table::empty(name.clone());
    let typed = columns.iter().map(|(name, ty, nullable)| Column {
        name: Name::new(name),
        ty: ty
            .parse::<Type>()
            .expect("the types of our own tables are read by a test"),
        nullable: *nullable,
        default: None,
        identity: None,
        collation: None,
        comment: None,
        generated: None,
        charset: None,
        on_update: None,
        invisible: false,
    });
    table.columns = typed.collect();
    table.primary_key = Some(Key::new(
        Name::new(format!("pk_{}", name.name)),
        table.columns.iter().take(1).map(|column| column.name.clone()).collect(),
    ));
    let catalog = Catalog::new(target.clone());
    let mut text = table_text(&catalog, &table, &qualified(name, dialect), true)
        .expect("our own tables need nothing that a dialect lacks");
    if dialect.family() == Family::Mysql {
        text += " ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin";
    }
    text
}

pub(super) fn is_missing_table(error: &crate::database::Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.kind == ErrorKind::Statement
        && (matches!(code, "42P01" | "3F000") || code.starts_with("1146") || error.message.contains("no such table"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn every_dialect_can_hold_the_history() {
        for dialect in Dialect::all() {
            let store = Store::new(&Target::oldest(dialect), &HistoryTable::default()).unwrap();
            assert!(store.create()[0].contains("driftless_history"), "{dialect}");
        }
    }
}
