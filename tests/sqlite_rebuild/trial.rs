//! A changeset tried on a database with rows: what it leaves, and that its way back leaves everything as it was.

use std::path::PathBuf;

use driftless::model::NormalForm;

use crate::support::{TestDatabase, assert_same, write};

/// A database that a first changeset made, and the file that says so.
pub struct Trial {
    pub database: TestDatabase,
    pub path: PathBuf,
    base: String,
}

/// Schema and rows, each value with its type, each row with its `rowid`.
pub struct State {
    schema: NormalForm,
    rows: Vec<(String, Vec<Vec<Option<String>>>)>,
    /// Where each table stands in the schema: one that is built anew stands elsewhere.
    places: Vec<Vec<Option<String>>>,
}

impl State {
    pub fn assert_is(&self, other: &State, what: &str) {
        assert_same(&self.schema, &other.schema, what);
        assert_eq!(self.rows, other.rows, "{what}");
    }

    /// Whether a table of this state was built anew since.
    pub fn rebuilt_in(&self, after: &State) -> bool {
        let moved = |place: &&Vec<Option<String>>| {
            let same_name = after.places.iter().find(|other| other[0] == place[0]);
            same_name.is_some_and(|other| other != *place)
        };
        self.places.iter().any(|place| moved(&place))
    }

    /// What of the schema differs.
    pub fn differences(&self, other: &State) -> Vec<String> {
        let found = self.schema.differences(&other.schema);
        found.into_iter().map(|difference| difference.what).collect()
    }

    /// Whether no row changed, where the columns are the same.
    pub fn assert_rows_are(&self, other: &State, what: &str) {
        assert_eq!(self.rows, other.rows, "{what}");
    }
}

/// An empty table of counters is as good as none.
fn is_said((table, rows): &(String, Vec<Vec<Option<String>>>)) -> bool {
    table != "sqlite_sequence" || !rows.is_empty()
}

fn changesets(base: &str, operations: &str) -> String {
    let base = indented(base);
    match operations {
        "" => format!("changesets:\n  - id: base\n    operations:\n{base}"),
        _ => format!(
            "changesets:\n  - id: base\n    operations:\n{base}  - id: change\n    operations:\n{}",
            indented(operations)
        ),
    }
}

fn indented(operations: &str) -> String {
    let lines = operations.lines().map(|line| format!("      {line}\n"));
    lines.collect()
}

impl Trial {
    /// Runs operations, then SQL by hand.
    pub fn new(base: &str, by_hand: &str) -> Trial {
        let database = TestDatabase::new("sqlite");
        let path = write(database.folder().join("changelog.yaml"), &changesets(base, ""));
        database.run(&path, &["up"]);
        if !by_hand.is_empty() {
            database.execute(by_hand);
        }
        Trial {
            database,
            path,
            base: base.to_string(),
        }
    }

    /// A table that SQL makes and fills.
    pub fn sql(sql: &str, by_hand: &str) -> Trial {
        let lines: String = sql.lines().map(|line| format!("      {line}\n")).collect();
        Trial::new(&format!("- sql:\n    down: SELECT 1\n    up: |\n{lines}"), by_hand)
    }

    pub fn state(&self) -> State {
        let tables = "SELECT t.name, t.wr, group_concat('quote(\"' || replace(c.name, '\"', '\"\"') || '\")', ', ') \
             FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c \
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'driftless%' \
             AND t.name NOT IN ('sqlite_schema', 'sqlite_stat1') GROUP BY t.name ORDER BY t.name";
        let tables = self.database.query(tables);
        let text = |cell: &Option<String>| cell.clone().expect("a text");
        let questions: Vec<String> = tables
            .iter()
            .map(|row| {
                let (name, columns) = (text(&row[0]).replace('"', "\"\""), text(&row[2]));
                let rowid = match text(&row[1]).as_str() {
                    // Its rows have numbers of no meaning.
                    _ if name == "sqlite_sequence" => "",
                    "0" => "_rowid_, ",
                    _ => "",
                };
                let driftless = match name.as_str() {
                    "sqlite_sequence" => " WHERE name NOT LIKE 'driftless%'",
                    _ => "",
                };
                format!("SELECT {rowid}{columns} FROM \"{name}\"{driftless} ORDER BY 1, 2")
            })
            .collect();
        let rows = self.database.queries(&questions);
        let places = "SELECT name, rowid FROM sqlite_schema WHERE type = 'table' ORDER BY 1";
        State {
            schema: self.database.normal_form(),
            rows: tables
                .iter()
                .map(|row| text(&row[0]))
                .zip(rows)
                .filter(is_said)
                .collect(),
            places: self.database.query(places),
        }
    }

    /// The file with a second changeset of these operations.
    pub fn write(&self, operations: &str) {
        write(self.path.clone(), &changesets(&self.base, operations));
    }

    /// Carries them out.
    pub fn up(&self, operations: &str) {
        self.write(operations);
        self.database.run(&self.path, &["up"]);
    }

    pub fn down(&self) {
        self.database.run(&self.path, &["down", "-1", "--allow-data-loss"]);
    }

    /// Up and down again, which has to leave nothing changed; what `held` asks in between is asked after the way up.
    pub fn there_and_back(&self, operations: &str, rebuilds: bool, held: impl FnOnce(&Trial, &State)) {
        let before = self.state();
        self.up(operations);
        assert_eq!(before.rebuilt_in(&self.state()), rebuilds, "{operations}");
        held(self, &before);
        assert!(
            self.database.query("PRAGMA foreign_key_check").is_empty(),
            "{operations}"
        );
        self.down();
        self.state().assert_is(&before, operations);
    }

    /// The words with which it is refused; nothing may have changed.
    pub fn refused(&self, operations: &str, code: i32) -> String {
        let before = self.state();
        self.write(operations);
        let output = self.database.driftless(&self.path, &["up"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{operations}: {told}");
        self.state().assert_is(&before, operations);
        told
    }

    pub fn one(&self, sql: &str) -> String {
        let rows = self.database.query(sql);
        rows.first()
            .and_then(|row| row[0].clone())
            .unwrap_or_else(|| panic!("{sql}: nothing"))
    }

    /// What SQLite says of a statement that has to fail.
    pub fn fails(&self, sql: &str) -> String {
        let output = self
            .database
            .feed(&format!(".bail on\nPRAGMA foreign_keys = ON;\n{sql};\n"));
        assert!(!output.status.success(), "{sql} went through");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}
