//! What a rebuild of a table on SQLite must not break: references, which nobody holds while it goes on, and views.

use std::collections::{BTreeMap, BTreeSet};

use super::RunError;
use crate::database::Session;
use crate::model::Change;
use crate::plan::PlannedChangeset;

/// What is broken at some moment: a rebuild may be around it, and may not add to it.
#[derive(Debug, Default)]
pub(super) struct Broken {
    /// The table that refers and the one referred to → how many of its rows point at nothing.
    references: BTreeMap<(String, String), u64>,
    /// Views that cannot be read, each with what SQLite says of it.
    views: BTreeMap<String, String>,
}

/// Looks what is broken now.
pub(super) async fn broken(session: &mut Session) -> Result<Broken, RunError> {
    let sql = "SELECT \"table\", \"parent\", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    let mut found = Broken::default();
    for row in session.query(sql).await? {
        if let [Some(table), Some(parent), Some(count)] = row.as_slice() {
            let count = count.parse().unwrap_or_default();
            found.references.insert((table.clone(), parent.clone()), count);
        }
    }
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'view'";
    for view in session.query(sql).await?.into_iter().flatten().flatten() {
        let sql = format!("SELECT 1 FROM \"{}\" LIMIT 0", view.replace('"', "\"\""));
        if let Err(error) = session.query(&sql).await {
            found.views.insert(view, error.message.clone());
        }
    }
    Ok(found)
}

impl Broken {
    /// Refuses what a changeset broke since.
    pub fn refuse_new(&self, after: &Broken, planned: &PlannedChangeset) -> Result<(), RunError> {
        let was = self.renamed(&planned.changes);
        let more = after.references.iter().filter(|(pair, count)| {
            let before = was.get(&lower(pair)).copied().unwrap_or_default();
            **count > before
        });
        let more: Vec<String> = more
            .map(|((table, parent), count)| format!("{table} -> {parent}: {count} rows"))
            .collect();
        if !more.is_empty() {
            let message = format!("changeset `{}` would leave rows that point at nothing", planned.id);
            return Err(RunError::failed(message).note(more.join(", ")));
        }
        let known: BTreeSet<&String> = self.views.keys().collect();
        match after.views.iter().find(|(view, _)| !known.contains(view)) {
            None => Ok(()),
            Some((view, why)) => {
                let message = format!("changeset `{}` would break the view `{view}`", planned.id);
                Err(RunError::failed(message)
                    .note(why.clone())
                    .help("drop it before, and create it again after"))
            }
        }
    }

    /// The references under the names that tables have now.
    fn renamed(&self, changes: &[Change]) -> BTreeMap<(String, String), u64> {
        let mut all: Vec<((String, String), u64)> = Vec::new();
        all.extend(self.references.iter().map(|(pair, count)| (lower(pair), *count)));
        for change in changes {
            if let Change::RenameTable { from, to } = change {
                let (from, to) = (from.name.to_lowercase(), to.name.to_lowercase());
                for ((table, parent), _) in &mut all {
                    for name in [table, parent].into_iter().filter(|name| **name == from) {
                        name.clone_from(&to);
                    }
                }
            }
        }
        all.into_iter().collect()
    }
}

fn lower((table, parent): &(String, String)) -> (String, String) {
    (table.to_lowercase(), parent.to_lowercase())
}

/// The same look for a script, in two parts: what is broken before is remembered, and what is broken after may not be
/// more. (Views are looked at by a run only.)
pub(super) const REMEMBER: [&str; 3] = [
    "CREATE TEMP TABLE IF NOT EXISTS driftless_check (broken INTEGER CHECK (broken = 0))",
    "DROP TABLE IF EXISTS temp.driftless_broken",
    "CREATE TEMP TABLE driftless_broken AS SELECT count(*) AS n FROM pragma_foreign_key_check",
];
pub(super) const HOLD: &str = "INSERT INTO driftless_check \
     SELECT max(0, (SELECT count(*) FROM pragma_foreign_key_check) - n) FROM driftless_broken";
