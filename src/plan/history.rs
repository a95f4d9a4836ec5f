//! What a database says of itself: the rows of its history, the last one of an id being its state.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{Change, Kept};

/// What a row says its changeset came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Applied,
    /// Recorded as applied without having been run.
    Marked,
    Reverted,
    /// Begun and not finished, where DDL is not transactional.
    Partial,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Applied => "applied",
            State::Marked => "marked",
            State::Reverted => "reverted",
            State::Partial => "partial",
        }
    }

    pub fn parse(word: &str) -> Option<State> {
        [State::Applied, State::Marked, State::Reverted, State::Partial]
            .into_iter()
            .find(|state| state.word() == word)
    }

    /// Whether the database holds the changeset.
    pub fn is_there(self) -> bool {
        matches!(self, State::Applied | State::Marked)
    }
}

/// One row of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Counts up from 1; the order in which things happened.
    pub seq: i64,
    pub id: String,
    pub file: String,
    pub author: Option<String>,
    pub comment: Option<String>,
    pub tag: Option<String>,
    pub checksum: String,
    pub reverse_checksum: Option<String>,
    /// A digest of the parameters' values.
    pub parameters: Option<String>,
    pub state: State,
    /// `up`, `down` or `repair`.
    pub direction: String,
    /// When it began, in UTC, ISO 8601.
    pub started: String,
    pub duration_ms: i64,
    /// Who ran it.
    pub run_by: String,
    /// The version of driftless that did.
    pub version: String,
    pub deployment: Option<String>,
    /// What happened; read only where it is needed.
    pub changes: Option<StoredChanges>,
}

impl Record {
    /// Whether a run recorded it as applied because of its conditions, and ran nothing of it.
    pub fn is_marked_by_condition(&self) -> bool {
        self.state == State::Marked && self.direction == "up"
    }
}

/// What happened, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredChanges {
    /// Of this form; a newer one is refused.
    pub version: u32,
    /// What the author wrote, to show a difference against; as JSON.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<serde_json::Value>,
    pub changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<StoredReverse>,
    /// Why a half-applied changeset stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl StoredChanges {
    pub const VERSION: u32 = 1;
}

/// The author's own way back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredReverse {
    Changes(Vec<Change>),
    Irreversible(String),
}

/// All rows, in order.
#[derive(Debug, Clone, Default)]
pub struct History {
    records: Vec<Record>,
    /// The last row of each id.
    last: HashMap<String, usize>,
}

impl History {
    pub fn new(records: Vec<Record>) -> History {
        let last = records
            .iter()
            .enumerate()
            .map(|(at, record)| (record.id.clone(), at))
            .collect();
        History { records, last }
    }

    /// The same with one row more.
    pub fn with(mut self, record: Record) -> History {
        self.last.insert(record.id.clone(), self.records.len());
        self.records.push(record);
        self
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The row that says what has become of a changeset.
    pub fn last_of(&self, id: &str) -> Option<&Record> {
        self.last.get(id).map(|at| &self.records[*at])
    }

    pub fn state(&self, id: &str) -> Option<State> {
        self.last_of(id).map(|record| record.state)
    }

    pub fn last_seq(&self) -> i64 {
        self.records.last().map_or(0, |record| record.seq)
    }

    /// What the database holds, in the order in which it came to; a repaired changeset at its old place.
    pub fn applied(&self) -> Vec<&Record> {
        let mut first: HashMap<&str, i64> = HashMap::new();
        for record in &self.records {
            match record.state {
                State::Applied | State::Marked | State::Partial => {
                    first.entry(&record.id).or_insert(record.seq);
                }
                State::Reverted => {
                    first.remove(record.id.as_str());
                }
            }
        }
        let mut held: Vec<(i64, &Record)> = first
            .into_iter()
            .filter_map(|(id, seq)| Some((seq, self.last_of(id)?)))
            .collect();
        held.sort_by_key(|(seq, _)| *seq);
        held.into_iter().map(|(_, record)| record).collect()
    }

    /// Everything that was ever set aside by changesets that were carried out, with the row that did; the latest of a
    /// name last.
    pub fn set_aside(&self) -> impl Iterator<Item = (&Record, &Kept)> {
        let whole = self.records.iter().filter(|record| record.state == State::Applied);
        whole.flat_map(|record| {
            let changes = record.changes.iter().flat_map(|stored| &stored.changes);
            changes.filter_map(move |change| match change {
                Change::SetAside { kept } => Some((record, kept)),
                _ => None,
            })
        })
    }

    /// The half-applied changeset, if one waits.
    pub fn partial(&self) -> Option<&Record> {
        self.applied().into_iter().find(|record| record.state == State::Partial)
    }
}
