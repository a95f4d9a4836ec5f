//! Changes as changes of Liquibase.

use super::altered::{alter_column, rename_column};
use super::column::column;
use super::keys::{create_index, drop_constraint, foreign_key, key, needs_no_index, serves_no_key};
use super::rows::{insert, row};
use super::said::{ChangeType, Said};
use super::table::{can_alter, create_table};
use crate::dialect::{Dialect, Family, ObjectName};
use crate::model::{Catalog, Change, Constraint, Object, Sequence, View};

/// Who says how a change is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// Liquibase knows the way back by itself.
    ByItself,
    /// It has to be told.
    AsTold,
}

impl ChangeType {
    /// Whether Liquibase knows the way back on a database.
    pub fn undone(&self, dialect: Dialect) -> Undone {
        // MySQL and MariaDB make indexes for foreign keys, and keep others that these need.
        let is_free = dialect.family() != Family::Mysql;
        match self.name {
            "createTable" | "createView" | "createSequence" | "addColumn" | "renameTable" | "renameSequence"
            | "output" => Undone::ByItself,
            "createIndex" | "addPrimaryKey" | "addUniqueConstraint" | "addForeignKeyConstraint" if is_free => {
                Undone::ByItself
            }
            _ => Undone::AsTold,
        }
    }
}

/// Changes as changes of Liquibase, on the schema before them, which is taken along; `None` where Liquibase would not make
/// the same of them.
pub fn change_types(catalog: &mut Catalog, changes: &[Change]) -> Option<Vec<ChangeType>> {
    let mut all = Vec::new();
    let mut is_known = true;
    for change in changes {
        let found = if is_known { change_type(catalog, change) } else { None };
        is_known &= found.is_some();
        all.extend(found.into_iter().flatten());
        // What cannot be applied is told where it is planned.
        let _ = catalog.apply(change);
    }
    is_known.then_some(all)
}

fn change_type(catalog: &Catalog, change: &Change) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    let one = |name: &'static str, keys: Vec<(&'static str, Said)>| Some(vec![ChangeType { name, keys }]);
    match change {
        Change::CreateTable {
            table,
            if_not_exists: false,
        } => create_table(catalog, table),
        Change::DropTable { table } => one("dropTable", named(&table.name, "tableName", dialect)?),
        Change::RenameTable { from, to } if from.schema == to.schema => {
            let mut keys = named(from, "oldTableName", dialect)?;
            keys.push(("newTableName", (&*to.name).into()));
            one("renameTable", keys)
        }
        Change::AddColumn {
            table,
            column: added,
            at: None,
        } if added.identity.is_none() => {
            can_alter(dialect)?;
            let mut keys = column(added, dialect)?;
            if !added.nullable {
                keys.push(("constraints", Said::Map(vec![("nullable", false.into())])));
            }
            let columns = Said::List(vec![Said::Map(vec![("column", Said::Map(keys))])]);
            let mut keys = named(table, "tableName", dialect)?;
            keys.push(("columns", columns));
            one("addColumn", keys)
        }
        Change::DropColumn { table, column, .. } => {
            can_alter(dialect)?;
            let mut keys = named(table, "tableName", dialect)?;
            keys.push(("columnName", (&*column.name).into()));
            one("dropColumn", keys)
        }
        Change::RenameColumn { table, from, to } => rename_column(catalog, table, from, to),
        Change::AlterColumn {
            table,
            before,
            after,
            using: None,
            ..
        } => alter_column(dialect, table, before, after),
        Change::AddConstraint { table, constraint } => {
            can_alter(dialect)?;
            if let Constraint::PrimaryKey(added) | Constraint::Unique(added) = constraint {
                serves_no_key(catalog, table, &added.columns.iter().collect::<Vec<_>>())?;
            }
            Some(vec![match constraint {
                Constraint::PrimaryKey(added) if !added.deferrable => key("addPrimaryKey", table, added, dialect)?,
                Constraint::Unique(added) => key("addUniqueConstraint", table, added, dialect)?,
                Constraint::ForeignKey(added) => foreign_key(table, added, dialect)?,
                Constraint::PrimaryKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => return None,
            }])
        }
        Change::DropConstraint { table, constraint } => drop_constraint(catalog, table, constraint),
        Change::CreateIndex {
            table,
            index,
            if_not_exists: false,
            concurrently: false,
        } => {
            serves_no_key(catalog, table, &index.leading_columns())?;
            Some(vec![create_index(table, index, dialect)?])
        }
        Change::DropIndex {
            table,
            index,
            concurrently: false,
        } => {
            needs_no_index(catalog, table)?;
            let mut keys = named(table, "tableName", dialect)?;
            keys.push(("indexName", (&*index.name).into()));
            one("dropIndex", keys)
        }
        Change::CreateObject {
            object,
            if_not_exists: false,
        } => match object {
            Object::View(view) => one("createView", view_keys(view, dialect)?),
            Object::Sequence(sequence) => one("createSequence", sequence_keys(sequence, dialect)?),
            _ => None,
        },
        Change::DropObject { object } => match object {
            Object::View(view) if !view.materialized => one("dropView", named(&view.name, "viewName", dialect)?),
            Object::Sequence(sequence) => {
                has_sequences(dialect)?;
                one("dropSequence", named(&sequence.name, "sequenceName", dialect)?)
            }
            _ => None,
        },
        Change::RenameObject { object, to } => match object {
            // Of MariaDB Liquibase has the words of others.
            Object::Sequence(sequence) if dialect.family() == Family::Postgres => {
                let mut keys = named(&sequence.name, "oldSequenceName", dialect)?;
                keys.push(("newSequenceName", (&**to).into()));
                one("renameSequence", keys)
            }
            _ => None,
        },
        Change::InsertRows {
            table, columns, rows, ..
        } => insert(catalog, table, columns, rows),
        Change::UpdateRows {
            table,
            set,
            filter,
            kept: false,
            ..
        } => {
            let known = catalog.table(table)?;
            let columns = row(known, set.iter().map(|(name, value)| (name, value)), catalog)?;
            let mut keys = named(table, "tableName", dialect)?;
            keys.push(("columns", columns));
            keys.extend(filter.as_deref().map(|filter| ("where", filter.into())));
            one("update", keys)
        }
        Change::DeleteRows {
            table,
            filter,
            kept: false,
        } => {
            let mut keys = named(table, "tableName", dialect)?;
            keys.extend(filter.as_deref().map(|filter| ("where", filter.into())));
            one("delete", keys)
        }
        Change::Print { message } => one("output", vec![("message", message.as_str().into())]),
        _ => None,
    }
}

/// The key of a name, with that of its schema, which only PostgreSQL takes for one.
pub(super) fn named(name: &ObjectName, key: &'static str, dialect: Dialect) -> Option<Vec<(&'static str, Said)>> {
    let mut keys = Vec::new();
    if let Some(schema) = &name.schema {
        if dialect.family() != Family::Postgres {
            return None;
        }
        keys.push(("schemaName", (&**schema).into()));
    }
    keys.push((key, (&*name.name).into()));
    Some(keys)
}

fn view_keys(view: &View, dialect: Dialect) -> Option<Vec<(&'static str, Said)>> {
    if view.materialized || view.check_option.is_some() || view.comment.is_some() {
        return None;
    }
    let mut keys = named(&view.name, "viewName", dialect)?;
    keys.push(("selectQuery", view.query.as_str().into()));
    Some(keys)
}

fn has_sequences(dialect: Dialect) -> Option<()> {
    matches!(dialect.name(), "postgres" | "mariadb").then_some(())
}

fn sequence_keys(sequence: &Sequence, dialect: Dialect) -> Option<Vec<(&'static str, Said)>> {
    has_sequences(dialect)?;
    if sequence.ty.is_some() || sequence.comment.is_some() {
        return None;
    }
    let mut keys = named(&sequence.name, "sequenceName", dialect)?;
    let numbers = [
        ("startValue", sequence.start),
        ("incrementBy", sequence.increment),
        ("minValue", sequence.minimum),
        ("maxValue", sequence.maximum),
        ("cacheSize", sequence.cache),
    ];
    keys.extend(
        numbers
            .into_iter()
            .filter_map(|(key, number)| Some((key, number?.into()))),
    );
    if sequence.cycle {
        keys.push(("cycle", true.into()));
    }
    Some(keys)
}
