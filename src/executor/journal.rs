//! The journal: what is under way of a changeset that is not one transaction, written down before each statement that
//! commits by itself. Empty where nothing is under way.
//!
//! A row is either an intent, written before its statement, or tells of a step that is done, written in the transaction
//! of that step. That an intent has a row behind it says that its statement is done: only the last one is in question.

use serde::{Deserialize, Serialize};

use super::store::{is_missing_table, now, own_table, unreadable};
use super::{RunError, RunErrorKind};
use crate::changelog::sha256_hex;
use crate::database::Session;
use crate::dialect::{Name, ObjectName, Target};
use crate::plan::{Record, Undoing};
use crate::render::qualified;

/// The form of the rows; a newer one is refused.
const FORMAT: i64 = 1;

/// The columns, their types and whether they may be NULL.
const COLUMNS: [(&str, &str, bool); 9] = [
    ("step", "bigint", false),
    ("id", "varchar(255)", false),
    ("state", "varchar(20)", false),
    ("content", "text", false),
    ("content_sha256", "varchar(64)", false),
    ("error", "text", true),
    ("started", "varchar(40)", false),
    ("run_by", "varchar(255)", false),
    ("format", "int", false),
];

/// The journal of one history.
#[derive(Debug, Clone)]
pub struct Journal {
    target: Target,
    name: ObjectName,
}

/// Whether what a row speaks of is about to happen, or has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    Intent,
    Done,
}

impl EntryState {
    fn word(self) -> &'static str {
        match self {
            EntryState::Intent => "intent",
            EntryState::Done => "done",
        }
    }
}

/// What a row speaks of: a statement, with the changes that are carried out once its unit is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The changes of the changeset that its unit carries out: from this one on, to before that one.
    pub from: usize,
    pub to: usize,
    /// Which of the unit's statements it is, counted from 0.
    pub part: usize,
    pub statement: String,
    /// What the changeset is, and all of its changes; in the first row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// What its way back undoes; there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoing: Option<Undoing>,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub step: i64,
    pub id: String,
    pub state: EntryState,
    pub entry: Entry,
    /// Why it stopped, where it was an error.
    pub error: Option<String>,
    /// When, in UTC, ISO 8601.
    pub started: String,
    pub run_by: String,
}

/// A changeset that was under way when its run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// What it is, with all of its changes.
    pub record: Record,
    /// What its way back undoes.
    pub undoing: Undoing,
    /// Its last row.
    pub last: Line,
}

impl Journal {
    pub(super) fn new(target: &Target, history: &ObjectName) -> Journal {
        Journal {
            target: target.clone(),
            name: ObjectName {
                schema: history.schema.clone(),
                name: Name::new(format!("{}_journal", history.name)),
            },
        }
    }

    pub fn name(&self) -> &ObjectName {
        &self.name
    }

    fn quoted(&self) -> String {
        qualified(&self.name, self.target.dialect)
    }

    /// The statement that makes it where it is missing.
    pub fn create(&self) -> String {
        own_table(&self.target, &self.name, &COLUMNS)
    }

    /// The INSERT of a row.
    pub fn insert(&self, step: i64, id: &str, state: EntryState, entry: &Entry, run_by: &str) -> String {
        let dialect = self.target.dialect;
        let content = serde_json::to_string(entry).expect("our own types are JSON");
        let names: Vec<String> = COLUMNS.iter().map(|(name, ..)| dialect.quote(name)).collect();
        let values = [
            step.to_string(),
            dialect.string(id),
            dialect.string(state.word()),
            dialect.string(&content),
            dialect.string(&sha256_hex(content.as_bytes())),
            "NULL".to_string(),
            now(dialect.family()),
            dialect.string(run_by),
            FORMAT.to_string(),
        ];
        let table = self.quoted();
        format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        )
    }

    /// The UPDATE that tells why the last statement did not go through.
    pub fn fail(&self, step: i64, error: &str) -> String {
        let table = self.quoted();
        let error = self.target.dialect.string(error);
        format!("UPDATE {table} SET error = {error} WHERE step = {step}")
    }

    /// The DELETE of all rows: what was under way is written down in the history.
    pub fn clear(&self) -> String {
        format!("DELETE FROM {}", self.quoted())
    }

    /// What is under way; `None` where nothing is, or where there is no journal.
    pub async fn read(&self, session: &mut Session) -> Result<Option<UnderWay>, RunError> {
        let names = "step, id, state, content, content_sha256, error, started, run_by, format";
        let sql = format!("SELECT {names} FROM {} ORDER BY step", self.quoted());
        let rows = match session.query(&sql).await {
            Ok(rows) => rows,
            Err(error) if is_missing_table(&error) => return Ok(None),
            Err(error) => return Err(unreadable("journal", &self.name, error)),
        };
        let lines: Result<Vec<Line>, RunError> = rows.into_iter().map(|row| self.line(row)).collect();
        let mut lines = lines?;
        let Some((record, undoing)) = lines
            .first_mut()
            .map(|first| (first.entry.record.take(), first.entry.undoing.take()))
        else {
            return Ok(None);
        };
        let record = record.ok_or_else(|| self.damaged("its first row does not say which changeset it is"))?;
        let last = lines.pop().ok_or_else(|| self.damaged("its rows are gone"))?;
        let whole = lines.iter().all(|line| line.id == record.id) && last.id == record.id;
        let within = record
            .changes
            .as_ref()
            .is_some_and(|stored| last.entry.from <= last.entry.to && last.entry.to <= stored.changes.len());
        match whole && within {
            true => Ok(Some(UnderWay {
                record,
                undoing: undoing.unwrap_or_default(),
                last,
            })),
            false => Err(self.damaged("its rows do not fit together")),
        }
    }

    fn line(&self, row: Vec<Option<String>>) -> Result<Line, RunError> {
        let mut values = row.into_iter();
        let mut next = || values.next().flatten();
        let step = next().and_then(|text| text.parse().ok());
        let step = step.ok_or_else(|| self.damaged("a row without `step`"))?;
        let id = next().unwrap_or_default();
        let state = match next().as_deref() {
            Some("intent") => EntryState::Intent,
            Some("done") => EntryState::Done,
            other => {
                let word = other.unwrap_or_default();
                return Err(self.damaged(&format!("row {step} has the state `{word}`")));
            }
        };
        let (content, sha256) = (next().unwrap_or_default(), next().unwrap_or_default());
        let (error, started, run_by) = (next(), next().unwrap_or_default(), next().unwrap_or_default());
        let format: i64 = next().and_then(|text| text.parse().ok()).unwrap_or_default();
        if format > FORMAT {
            let message = "the journal was written by a newer driftless than this one";
            return Err(RunError::failed(message).help("use the newer version"));
        }
        if sha256_hex(content.as_bytes()) != sha256 {
            return Err(self.damaged(&format!("row {step} is not what was written")));
        }
        let entry = serde_json::from_str(&content)
            .map_err(|error| self.damaged(&format!("row {step} cannot be read: {error}")))?;
        Ok(Line {
            step,
            id,
            state,
            entry,
            error,
            started,
            run_by,
        })
    }

    fn damaged(&self, what: &str) -> RunError {
        RunError::new(RunErrorKind::Failed, format!("the journal is damaged: {what}")).help(format!(
            "restore `{}` from a backup, or see how far the changeset came, bring the database to where it was before, \
             and empty the table",
            self.name
        ))
    }
}
