//! The constraints of SQLite's tables: what the engine knows of them, under the names that only the texts have.

use std::collections::HashMap;

use super::draft::{Draft, action, foreign_key, key};
use super::sqlite::{Keys, Texts};
use super::sqlite_table::{CheckText, ForeignKeyText, TableText};
use crate::dialect::{self, Family, Name, NameCase, ObjectName};
use crate::model::{Check, ForeignKey, Key, Table};

/// Fills in primary keys, unique constraints and checks; one without a name gets the one it would have from us.
pub(super) fn add_keys_and_checks(draft: &mut Draft, texts: &Texts, keys: &Keys) {
    for (name, text) in &texts.tables {
        let Some(table) = draft.table(name) else {
            continue;
        };
        let uniques = columns_of_uniques(table, text);
        let used: Vec<Vec<Name>> = text.checks.iter().map(|check| columns_used(table, check)).collect();
        let primary_key = keys.get(name).map(|columns| {
            let unnamed = || draft.generated_name("pk", name, columns);
            let name = text.primary_key.as_ref().map_or_else(unnamed, Name::new);
            key(name, columns.clone())
        });
        let uniques = text.uniques.iter().zip(uniques).map(|(unique, columns)| {
            let unnamed = || draft.generated_name("uq", name, &columns);
            let name = unique.name.as_ref().map_or_else(unnamed, Name::new);
            key(name, columns)
        });
        let uniques: Vec<Key> = uniques.collect();
        let mut checks: Vec<Check> = Vec::new();
        for (check, used) in text.checks.iter().zip(used) {
            let unnamed = || free_name(draft.generated_name("ck", name, &used), &checks);
            let name = check.name.as_ref().map_or_else(unnamed, Name::new);
            checks.push(Check::new(name, &check.expression));
        }
        if let Some(table) = draft.table(name) {
            (table.primary_key, table.uniques, table.checks) = (primary_key, uniques, checks);
        }
    }
}

/// The columns by the names that the table gives them.
fn columns_of_uniques(table: &Table, text: &TableText) -> Vec<Vec<Name>> {
    let own = |written: &String| match table.column(written, NameCase::Ignored) {
        Some(column) => column.name.clone(),
        None => Name::new(written),
    };
    let uniques = text.uniques.iter();
    uniques.map(|unique| unique.columns.iter().map(own).collect()).collect()
}

/// The columns that a check without a name is named after.
fn columns_used(table: &Table, check: &CheckText) -> Vec<Name> {
    let used = table
        .columns
        .iter()
        .filter(|column| dialect::mentions(&check.expression, &column.name, Family::Sqlite));
    used.map(|column| column.name.clone()).collect()
}

/// The name, with a number behind it where another check has it.
fn free_name(name: Name, checks: &[Check]) -> Name {
    let is_free = |name: &Name| checks.iter().all(|check| check.name != *name);
    let numbered = (2..).map(|number| Name::new(format!("{name}_{number}")));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(is_free).unwrap_or(name)
}

/// Table, id, referenced table, column, referenced column, actions on delete and update. The engine counts the
/// foreign keys of a table backwards, so that the highest id stands first in the text.
pub(super) type ForeignKeyRow = [Option<String>; 7];

/// Fills in the foreign keys; those that name no columns mean the primary key.
pub(super) fn add_foreign_keys(draft: &mut Draft, rows: Vec<ForeignKeyRow>, texts: &Texts, keys: &Keys) {
    let mut found: HashMap<String, Vec<(Option<String>, ForeignKey)>> = HashMap::new();
    for [table, id, other, of_column, referenced, on_delete, on_update] in rows {
        let list = found.entry(table.unwrap_or_default()).or_default();
        if list.last().is_none_or(|(last, _)| *last != id) {
            let other = ObjectName::plain(other.unwrap_or_default());
            let mut foreign = foreign_key(other.name.clone(), other);
            foreign.on_delete = action(&on_delete.unwrap_or_default());
            foreign.on_update = action(&on_update.unwrap_or_default());
            list.push((id, foreign));
        }
        if let Some((_, foreign)) = list.last_mut() {
            foreign.columns.push(Name::new(of_column.unwrap_or_default()));
            foreign.referenced_columns.extend(referenced.map(Name::new));
        }
    }
    let keys: HashMap<String, &Vec<Name>> = keys
        .iter()
        .map(|(table, columns)| (table.to_ascii_lowercase(), columns))
        .collect();
    let nothing = ForeignKeyText::default();
    for (name, list) in found {
        let written = texts.tables.get(&name).map(|text| text.foreign_keys.as_slice());
        let written = written.unwrap_or_default();
        let mut foreign_keys = Vec::new();
        for (at, (_, mut foreign)) in list.into_iter().enumerate() {
            let text = written.get(at).unwrap_or(&nothing);
            let unnamed = || draft.generated_name("fk", &name, &foreign.columns);
            foreign.name = text.name.as_ref().map_or_else(unnamed, Name::new);
            foreign.deferrable = text.deferrable;
            foreign.initially_deferred = text.initially_deferred;
            if foreign.referenced_columns.is_empty() {
                let parent = keys.get(&foreign.references.name.to_ascii_lowercase());
                foreign.referenced_columns = parent.map(|key| key.to_vec()).unwrap_or_default();
            }
            foreign_keys.push(foreign);
        }
        if let Some(table) = draft.table(&name) {
            table.foreign_keys = foreign_keys;
        }
    }
}
