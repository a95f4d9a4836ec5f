//! The rows of a database, and what of them has to be there after a step.

use std::collections::{BTreeMap, BTreeSet};

use driftless::dialect::{Family, Name, ObjectName, mentions};
use driftless::model::{Catalog, Change, KeptWhat, Table};
use driftless::render::qualified;

use crate::support::TestDatabase;

/// Table → its rows, each a value for each column's name; in an order of their own.
pub type Dump = BTreeMap<String, Vec<BTreeMap<String, Option<String>>>>;

pub fn dump(database: &TestDatabase, catalog: &Catalog) -> Dump {
    let dialect = catalog.target().dialect;
    let questions: Vec<String> = catalog
        .tables()
        .map(|table| {
            let quoted: Vec<String> = table.columns.iter().map(|column| dialect.quote(&column.name)).collect();
            format!("SELECT {} FROM {}", quoted.join(", "), qualified(&table.name, dialect))
        })
        .collect();
    if questions.is_empty() {
        return Dump::new();
    }
    let mut dump = Dump::new();
    for (table, rows) in catalog.tables().zip(database.queries(&questions)) {
        let columns: Vec<&Name> = table.columns.iter().map(|column| &column.name).collect();
        let named = |row: Vec<Option<String>>| columns.iter().map(|name| name.to_string()).zip(row).collect();
        let mut rows: Vec<BTreeMap<String, Option<String>>> = rows.into_iter().map(named).collect();
        rows.sort();
        dump.insert(table.name.to_string(), rows);
    }
    dump
}

/// What a table is called now, and what of it a step may change.
#[derive(Default)]
struct Moves {
    /// A renamed column's name now → what it was before.
    renamed: BTreeMap<String, String>,
    /// The columns whose values may change, by their names before.
    free: BTreeSet<String>,
    all_rows: bool,
}

impl Moves {
    /// What is computed from a column whose values may change may change as well.
    fn free_computed(&mut self, table: &Table, family: Family) {
        for column in &table.columns {
            let Some(generated) = &column.generated else {
                continue;
            };
            if self
                .free
                .iter()
                .any(|name| mentions(&generated.expression, name, family))
            {
                self.free.insert(column.name.to_string());
            }
        }
    }
}

/// Whether the rows that changes do not name are as they were, in the schema that was there before.
pub fn moved(schema: &Catalog, before: &Dump, changes: &[Change], after: &Dump) -> Result<(), String> {
    let family = schema.target().dialect.family();
    // The name now → the name before.
    let mut tables: BTreeMap<String, Option<String>> =
        before.keys().map(|name| (name.clone(), Some(name.clone()))).collect();
    let mut moves: BTreeMap<String, Moves> = before.keys().map(|name| (name.clone(), Moves::default())).collect();
    for change in changes {
        follow(change, &mut tables, &mut moves);
    }
    for (name, was) in &tables {
        let Some(was) = was else {
            continue;
        };
        let moves = moves.get_mut(name).expect("what moved in each table that was there");
        if let Some(table) = schema.tables().find(|table| table.name.to_string() == *was) {
            moves.free_computed(table, family);
        }
        if moves.all_rows {
            continue;
        }
        let now = after.get(name).ok_or_else(|| format!("table {name} is gone"))?;
        let was_there = &before[was];
        let kept: BTreeSet<(String, String)> = kept_columns(was_there, moves);
        let left = projected(was_there, kept.iter().map(|(was, _)| was));
        let right = projected(now, kept.iter().map(|(_, now)| now));
        if left != right {
            return Err(format!("rows of {name} changed:\n  {left:?}\nbecame\n  {right:?}"));
        }
    }
    Ok(())
}

/// The columns that are there before and after, by their names then and now.
fn kept_columns(rows: &[BTreeMap<String, Option<String>>], moves: &Moves) -> BTreeSet<(String, String)> {
    let names = rows.first().into_iter().flat_map(BTreeMap::keys);
    let now = |was: &String| {
        let renamed = moves.renamed.iter().find(|(_, before)| *before == was);
        renamed.map_or_else(|| was.clone(), |(now, _)| now.clone())
    };
    names
        .filter(|was| !moves.free.contains(*was))
        .map(|was| (was.clone(), now(was)))
        .collect()
}

fn projected<'a>(
    rows: &[BTreeMap<String, Option<String>>],
    columns: impl Iterator<Item = &'a String> + Clone,
) -> Vec<Vec<Option<String>>> {
    let mut all: Vec<Vec<Option<String>>> = rows
        .iter()
        .map(|row| columns.clone().map(|name| row.get(name).cloned().flatten()).collect())
        .collect();
    all.sort();
    all
}

fn follow(change: &Change, tables: &mut BTreeMap<String, Option<String>>, moves: &mut BTreeMap<String, Moves>) {
    let mut free = |table: &ObjectName| {
        if let Some(moves) = moves.get_mut(&table.to_string()) {
            moves.all_rows = true;
        }
    };
    match change {
        Change::CreateTable { table, .. } => {
            tables.entry(table.name.to_string()).or_insert(None);
        }
        Change::DropTable { table } => {
            tables.remove(&table.name.to_string());
        }
        Change::SetAside { kept } => {
            if let KeptWhat::Table { .. } = kept.what {
                tables.remove(&kept.table.to_string());
            }
        }
        Change::BringBack { kept } => match &kept.what {
            KeptWhat::Table { .. } => {
                tables.entry(kept.table.to_string()).or_insert(None);
            }
            _ => free(&kept.table),
        },
        Change::Raw { effects, .. } => {
            for effect in effects.iter().flatten() {
                follow(effect, tables, moves);
            }
        }
        Change::RenameTable { from, to } => {
            if let Some(was) = tables.remove(&from.to_string()) {
                tables.insert(to.to_string(), was);
            }
            if let Some(was) = moves.remove(&from.to_string()) {
                moves.insert(to.to_string(), was);
            }
        }
        Change::RenameColumn { table, from, to } => {
            if let Some(moves) = moves.get_mut(&table.to_string()) {
                let was = moves.renamed.remove(from.as_str()).unwrap_or(from.to_string());
                moves.renamed.insert(to.to_string(), was);
            }
        }
        Change::AddColumn { table, column, .. } | Change::DropColumn { table, column, .. } => {
            forget(moves, table, column.name.as_str());
        }
        Change::AlterColumn {
            table, before, after, ..
        } if before.ty != after.ty => forget(moves, table, after.name.as_str()),
        Change::UpdateRows { table, set, .. } => {
            for (name, _) in set {
                forget(moves, table, name.as_str());
            }
        }
        Change::InsertRows { table, .. }
        | Change::DeleteKeys { table, .. }
        | Change::UpsertRows { table, .. }
        | Change::InsertQuery { table, .. }
        | Change::Truncate { table, .. }
        | Change::DeleteRows { table, .. }
        | Change::LoadRows { table, .. }
        | Change::UnloadRows { table, .. } => free(table),
        _ => {}
    }
}

/// A column whose values may change: nothing is held against it.
fn forget(moves: &mut BTreeMap<String, Moves>, table: &ObjectName, column: &str) {
    if let Some(moves) = moves.get_mut(&table.to_string()) {
        let was = moves.renamed.get(column).cloned().unwrap_or(column.to_string());
        moves.free.insert(was);
    }
}
