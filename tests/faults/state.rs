//! What a run leaves behind, to be compared with that of another: the schema, all rows, and the end of the history.

use std::collections::{BTreeMap, BTreeSet};

use driftless::changelog::sha256_hex;
use driftless::model::NormalForm;

use crate::support::{TestDatabase, assert_same};

type Rows = Vec<Vec<Option<String>>>;

/// What is in a database.
pub struct State {
    schema: NormalForm,
    rows: BTreeMap<String, Rows>,
    /// Of each changeset its last row: state, checksums, file, tag, changes.
    history: BTreeMap<String, Vec<Option<String>>>,
}

/// What the history says was done, in order: id and state.
pub fn moves(database: &TestDatabase) -> Vec<(String, String)> {
    if !tables(database).iter().any(|table| table == "driftless_history") {
        return Vec::new();
    }
    let rows = database.query("SELECT id, state FROM driftless_history ORDER BY seq");
    let text = |value: &Option<String>| value.clone().expect("a text");
    rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

impl State {
    /// Looks at a database in which no run is under way: nothing may be noted as in flight.
    pub fn of(database: &TestDatabase) -> State {
        let in_flight = in_flight(database);
        assert!(
            in_flight.is_empty(),
            "{}: left in the journal: {in_flight:?}",
            database.engine
        );
        let tables: Vec<String> = tables(database)
            .into_iter()
            .filter(|table| !table.starts_with("driftless_history"))
            .collect();
        let quote = if matches!(database.engine, "mysql" | "mariadb") {
            '`'
        } else {
            '"'
        };
        let queries: Vec<String> = tables
            .iter()
            .map(|table| format!("SELECT * FROM {quote}{table}{quote}"))
            .collect();
        let kept = Kept::among(&tables);
        let names = tables.iter().map(|table| kept.numbered_anew(table));
        let mut rows: BTreeMap<String, Rows> = names.zip(database.queries(&queries)).collect();
        rows.values_mut().for_each(|rows| rows.sort());
        let mut history = history(database);
        for text in history.values_mut().flatten().flatten() {
            *text = kept.numbered_anew(text);
        }
        State {
            schema: database.normal_form(),
            rows,
            history,
        }
    }

    /// Whether there is nothing but the history, in which nothing is applied.
    pub fn assert_empty(&self, what: &str) {
        assert!(self.schema.0.is_empty(), "{what}: left behind: {:?}", self.schema);
        assert!(self.rows.is_empty(), "{what}: left behind: {:?}", self.rows);
        for (id, row) in &self.history {
            assert_eq!(row[0].as_deref(), Some("reverted"), "{what}: `{id}`: {row:?}");
        }
    }

    pub fn assert_is(&self, expected: &State, what: &str) {
        assert_same(&expected.schema, &self.schema, what);
        let tables = |state: &State| state.rows.keys().cloned().collect::<Vec<_>>();
        assert_eq!(tables(expected), tables(self), "{what}: tables");
        for (table, rows) in &expected.rows {
            assert_eq!(rows, &self.rows[table], "{what}: rows of `{table}`");
        }
        let ids = |state: &State| state.history.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(expected), ids(self), "{what}: changesets");
        for (id, row) in &expected.history {
            assert_eq!(row, &self.history[id], "{what}: the history of `{id}`");
        }
    }
}

/// The numbers of the tables in which rows are set aside. They count up for ever: where something was taken back and done
/// again, they are others than where it was not, and only their order is the same.
struct Kept(BTreeSet<u64>);

const KEPT: &str = "driftless_kept_";

impl Kept {
    fn among(tables: &[String]) -> Kept {
        let kept = tables.iter().filter_map(|table| table.strip_prefix(KEPT));
        Kept(kept.filter_map(|name| name.rsplit_once('_')?.1.parse().ok()).collect())
    }

    fn numbered_anew(&self, text: &str) -> String {
        let mut parts = text.split(KEPT);
        let mut anew = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let end = part
                .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            let numbered = name.rsplit_once('_').and_then(|(table, number)| {
                let number: u64 = number.parse().ok()?;
                let place = self.0.iter().position(|kept| *kept == number)?;
                Some(format!("{table} no {place}"))
            });
            anew += &format!("{KEPT}{}{rest}", numbered.as_deref().unwrap_or(name));
        }
        anew
    }
}

/// The statements in flight. There may be no such table where none ever was.
pub fn in_flight(database: &TestDatabase) -> Rows {
    match tables(database)
        .iter()
        .any(|table| table == "driftless_history_journal")
    {
        true => database.query("SELECT * FROM driftless_history_journal"),
        false => Rows::new(),
    }
}

fn tables(database: &TestDatabase) -> Vec<String> {
    let sql = match database.engine {
        "sqlite" => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        "postgres" => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        _ => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = database() AND table_type = 'BASE TABLE'"
        }
    };
    database.query(sql).into_iter().flatten().flatten().collect()
}

/// The last row of each changeset. That rows are numbered without a gap, and undamaged, is seen on the way.
fn history(database: &TestDatabase) -> BTreeMap<String, Vec<Option<String>>> {
    let rows = database.query(
        "SELECT seq, changes_sha256, changes, id, state, checksum, reverse_checksum, file, tag \
         FROM driftless_history ORDER BY seq",
    );
    let mut last = BTreeMap::new();
    for (at, mut row) in rows.into_iter().enumerate() {
        let [seq, sha256, changes, id] = [0, 1, 2, 3].map(|column| row[column].clone().unwrap_or_default());
        assert_eq!(seq, (at + 1).to_string(), "{}: a gap in the history", database.engine);
        assert_eq!(
            sha256,
            sha256_hex(changes.as_bytes()),
            "{}: `{id}` is damaged",
            database.engine
        );
        let mut json: serde_json::Value = serde_json::from_str(&changes).expect("JSON");
        if let Some(object) = json.as_object_mut() {
            object.remove("error");
        }
        let mut facts = row.split_off(4);
        facts.push(Some(json.to_string()));
        last.insert(id, facts);
    }
    last
}
