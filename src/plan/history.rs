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
    /// The row with which the run began that this one is about; `None` for one that begins a run.
    #[serde(default)]
    pub run: Option<i64>,
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
    /// `up`, `down`, `repair`, `mark`, `tag` or `untag`.
    pub direction: String,
    /// When it began, in UTC, ISO 8601.
    pub started: String,
    pub duration_ms: i64,
    /// Who ran it.
    pub run_by: String,
    /// The version of driftless that did.
    pub version: String,
    pub deployment: Option<String>,
    /// Why it was done, as whoever ran it said.
    #[serde(default)]
    pub reason: Option<String>,
    /// What happened; read only where it is needed.
    pub changes: Option<StoredChanges>,
}

impl Record {
    /// The number of the row with which the run began that it is about.
    pub fn began(&self) -> i64 {
        self.run.unwrap_or(self.seq)
    }
}

/// A run of a changeset that began before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The number of the row with which it did.
    pub seq: i64,
    /// How many runs of the changeset the database holds that began later; that is the same in a history whose rows have
    /// other numbers.
    pub later: usize,
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

/// All rows, in order, and what they leave.
#[derive(Debug, Clone, Default)]
pub struct History {
    records: Vec<Record>,
    /// What came to be in the database, in that order; nothing where it was taken back.
    held: Vec<Option<Held>>,
    /// For each id where it is held, first to last.
    places: HashMap<String, Vec<usize>>,
    /// For each row that began a run where that is held.
    runs: HashMap<i64, usize>,
    /// The last row of each id.
    last: HashMap<String, usize>,
    /// For each row with which something began that was taken back, the row that says so.
    taken_back: HashMap<usize, usize>,
}

/// A run of a changeset whose outcome the database holds, by its rows.
#[derive(Debug, Clone)]
struct Held {
    /// The row with which it began, and the one that says what it is now.
    began: usize,
    now: usize,
    /// Tags that were given to the state after it.
    tags: Vec<String>,
}

/// A run of a changeset whose outcome the database holds. One that runs again and again has several.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What it is now.
    pub record: &'a Record,
    /// The row with which it began.
    pub began: &'a Record,
    /// How many runs of its changeset the database holds that began later.
    pub later: usize,
    tags: &'a [String],
}

impl<'a> Entry<'a> {
    /// A run of which there is one row.
    pub fn of(record: &'a Record) -> Entry<'a> {
        Entry {
            record,
            began: record,
            later: 0,
            tags: &[],
        }
    }

    /// Whether a run recorded it as applied because of its conditions, and ran nothing of it.
    pub fn is_marked_by_condition(self) -> bool {
        self.began.state == State::Marked && self.began.direction == "up"
    }

    /// The tags that the database bears after it: the changeset's own, and those that were given later.
    pub fn tags(self) -> impl Iterator<Item = &'a str> {
        let own = self.record.tag.as_deref().into_iter();
        own.chain(self.tags.iter().map(String::as_str))
    }
}

impl History {
    pub fn new(records: Vec<Record>) -> History {
        let mut history = History::default();
        for record in records {
            history.add(record);
        }
        history
    }

    /// The same with one row more.
    pub fn with(mut self, record: Record) -> History {
        self.add(record);
        self
    }

    fn add(&mut self, record: Record) {
        let now = self.records.len();
        match record.run {
            None => self.begin(&record, now),
            Some(run) => self.go_on(run, &record, now),
        }
        match self.last.get_mut(&record.id) {
            Some(last) => *last = now,
            None => {
                self.last.insert(record.id.clone(), now);
            }
        }
        self.records.push(record);
    }

    fn begin(&mut self, record: &Record, now: usize) {
        let place = self.held.len();
        self.places.entry(record.id.clone()).or_default().push(place);
        self.runs.insert(record.seq, place);
        self.held.push(Some(Held {
            began: now,
            now,
            tags: Vec::new(),
        }));
    }

    fn go_on(&mut self, run: i64, record: &Record, now: usize) {
        let Some(place) = self.runs.get(&run).copied() else {
            return;
        };
        let Some(held) = &mut self.held[place] else {
            return;
        };
        match (record.direction.as_str(), record.state) {
            ("tag", _) => held.tags.extend(record.tag.clone()),
            ("untag", _) => held.tags.retain(|tag| Some(tag) != record.tag.as_ref()),
            (_, State::Reverted) => {
                self.taken_back.insert(held.began, now);
                self.held[place] = None;
                self.runs.remove(&run);
                if let Some(places) = self.places.get_mut(&record.id) {
                    places.retain(|held| *held != place);
                }
            }
            (_, State::Applied | State::Marked | State::Partial) => held.now = now,
        }
    }

    /// The row of a number, to be told what happened.
    pub fn row_mut(&mut self, seq: i64) -> Option<&mut Record> {
        let at = self.records.binary_search_by_key(&seq, |record| record.seq).ok()?;
        Some(&mut self.records[at])
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The row that says what a changeset is: where it ran several times, the last run that the database holds.
    pub fn last_of(&self, id: &str) -> Option<&Record> {
        let held = self.places.get(id).and_then(|places| places.last());
        let held = held.and_then(|place| self.held[*place].as_ref()).map(|held| held.now);
        let at = held.or_else(|| self.last.get(id).copied())?;
        Some(&self.records[at])
    }

    pub fn state(&self, id: &str) -> Option<State> {
        self.last_of(id).map(|record| record.state)
    }

    /// Whether the database holds the changeset, all of it.
    pub fn is_there(&self, id: &str) -> bool {
        self.state(id).is_some_and(State::is_there)
    }

    pub fn last_seq(&self) -> i64 {
        self.records.last().map_or(0, |record| record.seq)
    }

    /// What the database holds, in the order in which it came to; a repaired changeset at its old place.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Entry<'_>> {
        let held = self.held.iter().enumerate();
        held.filter_map(|(place, held)| {
            let held = held.as_ref()?;
            let began = &self.records[held.began];
            let runs = self.places.get(&began.id).map_or(&[][..], Vec::as_slice);
            Some(Entry {
                record: &self.records[held.now],
                began,
                later: runs.len() - runs.partition_point(|run| *run <= place),
                tags: &held.tags,
            })
        })
    }

    /// Likewise, the row of each.
    pub fn applied(&self) -> Vec<&Record> {
        self.entries().map(|entry| entry.record).collect()
    }

    /// The row that says that what began with a row was taken back; rows are counted from 0.
    pub fn taken_back(&self, row: usize) -> Option<&Record> {
        self.taken_back.get(&row).map(|at| &self.records[*at])
    }

    /// The tags that the database bears, with what they were given to.
    pub fn tags(&self) -> impl Iterator<Item = (&str, Entry<'_>)> {
        self.entries()
            .flat_map(|entry| entry.tags().map(move |tag| (tag, entry)))
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
        self.entries()
            .map(|entry| entry.record)
            .find(|record| record.state == State::Partial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows by their id, the row with which their run began, state and direction.
    fn history(rows: &[(&str, Option<i64>, State, &str)]) -> History {
        let records = rows.iter().zip(1..).map(|((id, run, state, direction), seq)| Record {
            seq,
            run: *run,
            id: id.to_string(),
            file: String::new(),
            author: None,
            comment: None,
            tag: direction.strip_suffix("tag").map(|_| "v1".to_string()),
            checksum: String::new(),
            reverse_checksum: None,
            parameters: None,
            state: *state,
            direction: direction.to_string(),
            started: String::new(),
            duration_ms: 0,
            run_by: String::new(),
            version: String::new(),
            deployment: None,
            reason: None,
            changes: None,
        });
        History::new(records.collect())
    }

    fn held(history: &History) -> Vec<(i64, i64)> {
        let entries = history.entries();
        entries.map(|entry| (entry.began.seq, entry.record.seq)).collect()
    }

    #[test]
    fn each_run_of_a_changeset_is_held_by_itself() {
        use State::{Applied, Partial, Reverted};
        let rows = [
            ("a", None, Applied, "up"),
            ("b", None, Applied, "up"),
            ("a", None, Applied, "up"),
        ];
        assert_eq!(held(&history(&rows)), [(1, 1), (2, 2), (3, 3)]);
        // Either of its runs can be the one that is taken back.
        for (run, left) in [(3, [(1, 1), (2, 2)]), (1, [(2, 2), (3, 3)])] {
            let back = history(&[&rows[..], &[("a", Some(run), Reverted, "down")]].concat());
            assert_eq!(held(&back), left);
            assert!(back.is_there("a"));
            let by = back.taken_back(run as usize - 1).map(|record| record.seq);
            assert_eq!(by, Some(4));
        }
        let resumed = history(&[
            ("a", None, Partial, "up"),
            ("b", None, Applied, "up"),
            ("a", Some(1), Applied, "up"),
        ]);
        assert_eq!(held(&resumed), [(1, 3), (2, 2)]);
        let half_back = history(&[
            ("a", None, Applied, "up"),
            ("a", Some(1), Partial, "down"),
            ("a", Some(1), Reverted, "down"),
        ]);
        assert_eq!(held(&half_back), []);
        assert!(!half_back.is_there("a"));
    }

    #[test]
    fn what_is_repaired_is_held_once_at_its_old_place() {
        use State::{Applied, Marked};
        for (state, direction) in [(Marked, "mark"), (Marked, "up"), (Applied, "up")] {
            let repaired = history(&[
                ("a", None, state, direction),
                ("b", None, Applied, "up"),
                ("a", Some(1), state, "repair"),
            ]);
            assert_eq!(held(&repaired), [(1, 3), (2, 2)]);
            let by_condition = repaired.entries().next().is_some_and(Entry::is_marked_by_condition);
            assert_eq!(by_condition, (state, direction) == (Marked, "up"));
        }
    }

    #[test]
    fn tags_go_with_what_they_were_given_to() {
        use State::{Applied, Reverted};
        let rows = [
            ("a", None, Applied, "up"),
            ("a", Some(1), Applied, "tag"),
            ("a", None, Applied, "up"),
        ];
        let with = |row| history(&[&rows[..], &[row]].concat());
        let tagged = history(&rows);
        assert_eq!(held(&tagged), [(1, 1), (3, 3)]);
        let tags: Vec<(&str, i64)> = tagged.tags().map(|(tag, entry)| (tag, entry.record.seq)).collect();
        assert_eq!(tags, [("v1", 1)]);
        assert_eq!(with(("a", Some(1), Reverted, "down")).tags().count(), 0);
        assert_eq!(with(("a", Some(1), Applied, "untag")).tags().count(), 0);
        assert_eq!(with(("a", Some(3), Reverted, "down")).tags().count(), 1);
    }
}
