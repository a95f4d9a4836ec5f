//! Rows that are put in, each as an insert of its own.

use super::change::named;
use super::said::{ChangeType, Said};
use super::value;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Catalog, Table, Type, Value};

/// So many rows are inserts of Liquibase, each by itself; more are shorter as SQL.
const MOST_ROWS: usize = 50;

/// Rows, each an insert of its own.
pub(super) fn insert(
    catalog: &Catalog,
    table: &ObjectName,
    columns: &[Name],
    rows: &[Vec<Value>],
) -> Option<Vec<ChangeType>> {
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
pub(super) fn row<'v>(
    table: &Table,
    values: impl Iterator<Item = (&'v Name, &'v Value)>,
    catalog: &Catalog,
) -> Option<Said> {
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
