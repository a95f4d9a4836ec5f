//! Keys and indexes of a table that is there.

use super::change::named;
use super::said::{ChangeType, Said};
use super::table::can_alter;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Action, Catalog, Constraint, ForeignKey, Index, IndexKey, Key, Table};

fn listed(names: &[Name]) -> Option<Said> {
    // Liquibase takes a comma for the end of a name.
    let is_whole = names.iter().all(|name| !name.contains(',') && name.trim() == &**name);
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    is_whole.then(|| names.join(", ").as_str().into())
}

/// A primary key or a unique constraint of a table that is there.
pub(super) fn key(name: &'static str, table: &ObjectName, key: &Key, dialect: Dialect) -> Option<ChangeType> {
    can_alter(dialect)?;
    if key.nulls_not_distinct {
        return None;
    }
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("columnNames", listed(&key.columns)?));
    keys.push(("constraintName", (&*key.name).into()));
    keys.extend(deferred(key.deferrable, key.initially_deferred));
    Some(ChangeType { name, keys })
}

fn deferred(deferrable: bool, initially: bool) -> impl Iterator<Item = (&'static str, Said)> {
    let deferrable = deferrable.then(|| ("deferrable", true.into()));
    let initially = initially.then(|| ("initiallyDeferred", true.into()));
    deferrable.into_iter().chain(initially)
}

/// A foreign key of a table that is there.
pub(super) fn foreign_key(table: &ObjectName, key: &ForeignKey, dialect: Dialect) -> Option<ChangeType> {
    can_alter(dialect)?;
    if key.match_full || key.not_valid {
        return None;
    }
    let schema = |name: &ObjectName| match (&name.schema, dialect.family()) {
        (None, _) => Some(None),
        (Some(schema), Family::Postgres) => Some(Some(schema.clone())),
        (Some(_), Family::Mysql | Family::Sqlite) => None,
    };
    let mut keys: Vec<(&'static str, Said)> = vec![("constraintName", (&*key.name).into())];
    keys.extend(schema(table)?.map(|schema| ("baseTableSchemaName", (&*schema).into())));
    keys.push(("baseTableName", (&*table.name).into()));
    keys.push(("baseColumnNames", listed(&key.columns)?));
    keys.extend(schema(&key.references)?.map(|schema| ("referencedTableSchemaName", (&*schema).into())));
    keys.push(("referencedTableName", (&*key.references.name).into()));
    keys.push(("referencedColumnNames", listed(&key.referenced_columns)?));
    let mut acts = |word: &'static str, action: Action| {
        if action != Action::NoAction {
            keys.push((word, action.sql().into()));
        }
    };
    acts("onDelete", key.on_delete);
    acts("onUpdate", key.on_update);
    keys.extend(deferred(key.deferrable, key.initially_deferred));
    Some(ChangeType {
        name: "addForeignKeyConstraint",
        keys,
    })
}

/// MySQL and MariaDB keep an index that a foreign key needs, and one that they have made for it when it goes.
pub(super) fn needs_no_index(catalog: &Catalog, table: &ObjectName) -> Option<()> {
    let is_free = catalog.target().dialect.family() != Family::Mysql;
    let has_none = |table: &Table| table.foreign_keys.is_empty() && catalog.incoming(&table.name).is_empty();
    (is_free || has_none(catalog.table(table)?)).then_some(())
}

/// Nor do they drop by themselves an index of a foreign key that another one serves as well, unless they have made it.
pub(super) fn serves_no_key(catalog: &Catalog, table: &ObjectName, columns: &[&Name]) -> Option<()> {
    let is_free = catalog.target().dialect.family() != Family::Mysql;
    let is_served = |key: &ForeignKey| {
        columns.len() >= key.columns.len() && key.columns.iter().eq(columns[..key.columns.len()].iter().copied())
    };
    (is_free || !catalog.table(table)?.foreign_keys.iter().any(is_served)).then_some(())
}

pub(super) fn drop_constraint(
    catalog: &Catalog,
    table: &ObjectName,
    constraint: &Constraint,
) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    can_alter(dialect)?;
    needs_no_index(catalog, table)?;
    let name = match constraint {
        Constraint::PrimaryKey(_) => "dropPrimaryKey",
        Constraint::Unique(_) => "dropUniqueConstraint",
        Constraint::ForeignKey(_) => "dropForeignKeyConstraint",
        Constraint::Check(_) | Constraint::Exclusion(_) => return None,
    };
    let mut keys = match (constraint, &table.schema) {
        (Constraint::ForeignKey(_), None) => vec![("baseTableName", (&*table.name).into())],
        (Constraint::ForeignKey(_), Some(_)) => return None,
        _ => named(table, "tableName", dialect)?,
    };
    keys.push(("constraintName", (&**constraint.name()).into()));
    Some(vec![ChangeType { name, keys }])
}

/// An index that orders whole columns, and does no more.
pub(super) fn create_index(table: &ObjectName, index: &Index, dialect: Dialect) -> Option<ChangeType> {
    let is_plain = index.kind.is_plain()
        && index.predicate.is_none()
        && index.include.is_empty()
        && index.method.is_none()
        && !index.nulls_not_distinct;
    if !is_plain {
        return None;
    }
    let mut columns = Vec::new();
    for part in &index.columns {
        let IndexKey::Column(name) = &part.key else {
            return None;
        };
        if part.nulls.is_some() || part.class.is_some() || part.length.is_some() {
            return None;
        }
        let mut keys = vec![("name", (&**name).into())];
        if !part.order.is_ascending() {
            keys.push(("descending", true.into()));
        }
        columns.push(Said::Map(vec![("column", Said::Map(keys))]));
    }
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("indexName", (&*index.name).into()));
    if index.unique {
        keys.push(("unique", true.into()));
    }
    keys.push(("columns", Said::List(columns)));
    Some(ChangeType {
        name: "createIndex",
        keys,
    })
}
