//! CREATE TABLE as Liquibase is told it, with what it has to be told behind it.

use super::change::named;
use super::column::column;
use super::keys::{create_index, foreign_key, key};
use super::said::{ChangeType, Said};
use crate::dialect::{Dialect, Family, Name};
use crate::model::{Action, Catalog, ForeignKey, Key, RowSecurity, Table};

/// The changes that make a table; `None`: Liquibase has no words for all of it.
pub(super) fn create_table(catalog: &Catalog, table: &Table) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    let is_plain = table.checks.is_empty()
        && table.exclusions.is_empty()
        && table.options.is_empty()
        && table.row_security == RowSecurity::default()
        && table.repeated_uniques().next().is_none();
    if !is_plain || !keys_in_order(table) {
        return None;
    }
    let mut columns = Vec::new();
    let (mut inline_uniques, mut inline_keys) = (Vec::new(), Vec::new());
    for one in &table.columns {
        let mut keys = column(one, dialect)?;
        let mut constraints: Vec<(&'static str, Said)> = Vec::new();
        let primary = table.primary_key.as_ref().filter(|key| key.columns.contains(&one.name));
        if let Some(primary) = primary {
            constraints.push(("primaryKey", true.into()));
            constraints.push(("primaryKeyName", (&*primary.name).into()));
        }
        if !one.nullable {
            constraints.push(("nullable", false.into()));
        }
        if let Some(unique) = table.uniques.iter().find(|key| is_inline(key, &one.name)) {
            inline_uniques.push(&unique.name);
            constraints.push(("unique", true.into()));
            constraints.push(("uniqueConstraintName", (&*unique.name).into()));
        }
        if let Some(foreign) = table.foreign_keys.iter().find(|key| refers_inline(key, &one.name)) {
            inline_keys.push(&foreign.name);
            constraints.push(("foreignKeyName", (&*foreign.name).into()));
            constraints.push(("referencedTableName", (&*foreign.references.name).into()));
            constraints.push(("referencedColumnNames", (&*foreign.referenced_columns[0]).into()));
            if foreign.on_delete == Action::Cascade {
                constraints.push(("deleteCascade", true.into()));
            }
        }
        if !constraints.is_empty() {
            keys.push(("constraints", Said::Map(constraints)));
        }
        columns.push(Said::Map(vec![("column", Said::Map(keys))]));
    }
    let mut keys = named(&table.name, "tableName", dialect)?;
    if let Some(comment) = &table.comment {
        keys.push(("remarks", comment.as_str().into()));
    }
    keys.push(("columns", Said::List(columns)));
    let mut changes = vec![ChangeType {
        name: "createTable",
        keys,
    }];
    for unique in table.uniques.iter().filter(|key| !inline_uniques.contains(&&key.name)) {
        changes.push(key("addUniqueConstraint", &table.name, unique, dialect)?);
    }
    for index in &table.indexes {
        changes.push(create_index(&table.name, index, dialect)?);
    }
    for foreign in table
        .foreign_keys
        .iter()
        .filter(|key| !inline_keys.contains(&&key.name))
    {
        changes.push(foreign_key(&table.name, foreign, dialect)?);
    }
    Some(changes)
}

/// Whether the primary key has its columns in the order of the table, as Liquibase takes them.
fn keys_in_order(table: &Table) -> bool {
    let Some(key) = &table.primary_key else {
        return true;
    };
    let in_table = table.columns.iter().map(|column| &column.name);
    let in_table = in_table.filter(|name| key.columns.contains(name));
    !key.deferrable && !key.nulls_not_distinct && in_table.eq(key.columns.iter())
}

fn is_inline(key: &Key, column: &Name) -> bool {
    key.columns.len() == 1 && key.columns[0] == *column && !key.deferrable && !key.nulls_not_distinct
}

/// Whether a column may say its foreign key itself: it says that rows fall with those they refer to, and no more.
fn refers_inline(key: &ForeignKey, column: &Name) -> bool {
    let is_own = key.columns.len() == 1 && key.columns[0] == *column && key.references.schema.is_none();
    let is_plain = !key.match_full && !key.deferrable && !key.not_valid && key.on_update == Action::NoAction;
    is_own && is_plain && matches!(key.on_delete, Action::NoAction | Action::Cascade)
}

/// Whether a table can be told more once it is there: SQLite would have to rebuild it.
pub(super) fn can_alter(dialect: Dialect) -> Option<()> {
    (dialect.family() != Family::Sqlite).then_some(())
}
