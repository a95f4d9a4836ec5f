//! Changes as changes of Liquibase.

use super::column::{column, ty};
use super::said::{ChangeType, Said};
use super::table::{can_alter, create_table};
use super::value;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{
    Action, Catalog, Change, Column, Constraint, ForeignKey, Index, IndexKey, Key, Object, Sequence, Table, Type,
    Value, View,
};

/// So many rows are inserts of Liquibase, each by itself; more are shorter as SQL.
const MOST_ROWS: usize = 50;

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
        } => Some(vec![create_index(table, index, dialect)?]),
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
            Object::Sequence(sequence) => {
                has_sequences(dialect)?;
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
fn needs_no_index(catalog: &Catalog, table: &ObjectName) -> Option<()> {
    let is_free = catalog.target().dialect.family() != Family::Mysql;
    let has_none = |table: &Table| table.foreign_keys.is_empty() && catalog.incoming(&table.name).is_empty();
    (is_free || has_none(catalog.table(table)?)).then_some(())
}

fn drop_constraint(catalog: &Catalog, table: &ObjectName, constraint: &Constraint) -> Option<Vec<ChangeType>> {
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

/// MySQL and MariaDB are told all of a column again, of which Liquibase says the type alone.
fn is_no_more_than_its_type(column: &Column) -> bool {
    column.nullable
        && column.default.is_none()
        && column.identity.is_none()
        && column.comment.is_none()
        && column.collation.is_none()
        && column.charset.is_none()
        && column.generated.is_none()
        && column.on_update.is_none()
        && !column.invisible
}

fn rename_column(catalog: &Catalog, table: &ObjectName, from: &Name, to: &Name) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    can_alter(dialect)?;
    let known = catalog.table(table)?;
    let column = known.column(from, catalog.column_case())?;
    if dialect.family() == Family::Mysql && (!is_no_more_than_its_type(column) || known.check_of_column(from).is_some())
    {
        return None;
    }
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("oldColumnName", (&**from).into()));
    keys.push(("newColumnName", (&**to).into()));
    keys.push(("columnDataType", ty(column, dialect)?));
    Some(vec![ChangeType {
        name: "renameColumn",
        keys,
    }])
}

/// Another default, another type, or whether it may be NULL: one of them.
fn alter_column(dialect: Dialect, table: &ObjectName, before: &Column, after: &Column) -> Option<Vec<ChangeType>> {
    can_alter(dialect)?;
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("columnName", (&*after.name).into()));
    let one = |name: &'static str, keys: Vec<(&'static str, Said)>| Some(vec![ChangeType { name, keys }]);
    let with_default = Column {
        default: after.default.clone(),
        ..before.clone()
    };
    if with_default == *after {
        return match value::default_of(after, dialect) {
            Some(default) => {
                keys.push(default);
                one("addDefaultValue", keys)
            }
            None => one("dropDefaultValue", keys),
        };
    }
    let is_plain = dialect.family() == Family::Postgres
        || is_no_more_than_its_type(&Column {
            nullable: true,
            ..before.clone()
        });
    let with_null = Column {
        nullable: after.nullable,
        ..before.clone()
    };
    if with_null == *after && is_plain {
        keys.push(("columnDataType", ty(after, dialect)?));
        return match after.nullable {
            true => one("dropNotNullConstraint", keys),
            false => one("addNotNullConstraint", keys),
        };
    }
    let with_type = Column {
        ty: after.ty.clone(),
        ..before.clone()
    };
    let is_free = dialect.family() == Family::Postgres && before.default.is_none() || is_no_more_than_its_type(before);
    if with_type == *after && is_free {
        keys.push(("newDataType", ty(after, dialect)?));
        return one("modifyDataType", keys);
    }
    None
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

/// Rows, each an insert of its own.
fn insert(catalog: &Catalog, table: &ObjectName, columns: &[Name], rows: &[Vec<Value>]) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    let known = catalog.table(table)?;
    let is_counted = |name: &Name| {
        let column = known.column(name, catalog.column_case());
        column.is_some_and(|column| column.identity.is_some())
    };
    // PostgreSQL's counter is moved on behind numbers that are given, which Liquibase does not do.
    let counts = dialect.family() == Family::Postgres && columns.iter().any(is_counted);
    if rows.len() > MOST_ROWS || counts {
        return None;
    }
    let mut changes = Vec::new();
    for values in rows {
        let mut keys = named(table, "tableName", dialect)?;
        keys.push(("columns", row(known, columns.iter().zip(values), catalog)?));
        changes.push(ChangeType { name: "insert", keys });
    }
    Some(changes)
}

/// Columns with their values.
fn row<'v>(table: &Table, values: impl Iterator<Item = (&'v Name, &'v Value)>, catalog: &Catalog) -> Option<Said> {
    let dialect = catalog.target().dialect;
    let mut columns = Vec::new();
    for (name, value) in values {
        let ty: &Type = &table.column(name, catalog.column_case())?.ty;
        let (key, said) = value::of_row(value, ty, dialect);
        let keys = vec![("name", (&**name).into()), (key, said)];
        columns.push(Said::Map(vec![("column", Said::Map(keys))]));
    }
    Some(Said::List(columns))
}
