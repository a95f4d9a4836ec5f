//! Changes of rows: the same on every dialect but for the literals.

use super::definition::{names, qualified};
use super::literal::literal;
use super::{Body, Load, Statement};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Catalog, Change, Table, Type, Value};

/// Rows in one INSERT, and keys in one DELETE.
const ROWS_AT_ONCE: usize = 200;

/// The statements of a change of rows; `None` where the change is of another kind.
pub(super) fn render(catalog: &Catalog, index: usize, change: &Change) -> Result<Option<Vec<Statement>>, Problem> {
    let dialect = catalog.target().dialect;
    let texts = match change {
        Change::InsertRows { table, columns, rows, .. } => {
            let known = known(catalog, table)?;
            rows.chunks(ROWS_AT_ONCE)
                .map(|rows| insert(catalog, &known, columns, rows))
                .collect()
        }
        Change::DeleteKeys { table, key, rows } => {
            let known = known(catalog, table)?;
            rows.chunks(ROWS_AT_ONCE)
                .map(|rows| delete_keys(catalog, &known, key, rows))
                .collect()
        }
        Change::UpdateRows { table, set, filter } => {
            let known = known(catalog, table)?;
            let parts: Vec<String> = set
                .iter()
                .map(|(name, value)| {
                    format!("{} = {}", dialect.quote(name), literal(value, &type_of(catalog, &known, name), dialect))
                })
                .collect();
            vec![format!("UPDATE {} SET {}{}", qualified(table, dialect), parts.join(", "), filtered(filter))]
        }
        Change::DeleteRows { table, filter } => {
            vec![format!("DELETE FROM {}{}", qualified(table, dialect), filtered(filter))]
        }
        Change::LoadRows { table, source } | Change::UnloadRows { table, source } => {
            let known = known(catalog, table)?;
            let types = source.columns.iter().map(|name| type_of(catalog, &known, name)).collect();
            let load = Load {
                dialect,
                table: table.clone(),
                source: source.clone(),
                types,
                overriding: overriding(&known, &source.columns, dialect),
                unload: matches!(change, Change::UnloadRows { .. }),
            };
            return Ok(Some(vec![Statement {
                body: Body::Load(Box::new(load)),
                ..Statement::sql(index, "")
            }]));
        }
        _ => return Ok(None),
    };
    Ok(Some(texts.into_iter().map(|text| Statement::sql(index, text)).collect()))
}

fn filtered(filter: &Option<String>) -> String {
    filter.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default()
}

fn known(catalog: &Catalog, table: &ObjectName) -> Result<std::sync::Arc<Table>, Problem> {
    let known = catalog.table(table).cloned();
    known.ok_or_else(|| Problem::error("unknown-table", format!("unknown table `{table}`")))
}

fn type_of(catalog: &Catalog, table: &Table, column: &Name) -> Type {
    let column = table.column(column, catalog.column_case());
    column.map_or_else(|| Type::Native(String::new()), |column| column.ty.clone())
}

/// PostgreSQL refuses numbers for a column that is `always` an identity, unless this is said.
fn overriding(table: &Table, columns: &[Name], dialect: Dialect) -> bool {
    dialect.family() == Family::Postgres
        && table.columns.iter().any(|column| {
            columns.contains(&column.name) && column.identity.as_ref().is_some_and(|identity| identity.always)
        })
}

fn insert(catalog: &Catalog, table: &Table, columns: &[Name], rows: &[Vec<Value>]) -> String {
    let dialect = catalog.target().dialect;
    let types: Vec<Type> = columns.iter().map(|name| type_of(catalog, table, name)).collect();
    insert_text(&table.name, columns, &types, rows, overriding(table, columns, dialect), dialect)
}

pub(super) fn insert_text(
    table: &ObjectName,
    columns: &[Name],
    types: &[Type],
    rows: &[Vec<Value>],
    overriding: bool,
    dialect: Dialect,
) -> String {
    let mut text = format!("INSERT INTO {} ({})", qualified(table, dialect), names(columns, dialect));
    if overriding {
        text += " OVERRIDING SYSTEM VALUE";
    }
    text += " VALUES";
    for (at, row) in rows.iter().enumerate() {
        text += if at == 0 { "\n  (" } else { ",\n  (" };
        for (at, (value, ty)) in row.iter().zip(types).enumerate() {
            if at > 0 {
                text += ", ";
            }
            text += &literal(value, ty, dialect);
        }
        text.push(')');
    }
    text
}

fn delete_keys(catalog: &Catalog, table: &Table, key: &[Name], rows: &[Vec<Value>]) -> String {
    let types: Vec<Type> = key.iter().map(|name| type_of(catalog, table, name)).collect();
    delete_text(&table.name, key, &types, rows, catalog.target().dialect)
}

pub(super) fn delete_text(
    table: &ObjectName,
    key: &[Name],
    types: &[Type],
    rows: &[Vec<Value>],
    dialect: Dialect,
) -> String {
    let filter = match (key, types) {
        ([name], [ty]) => {
            let values: Vec<String> = rows.iter().map(|row| literal(&row[0], ty, dialect)).collect();
            format!("{} IN ({})", dialect.quote(name), values.join(", "))
        }
        _ => {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| {
                    let parts: Vec<String> = key
                        .iter()
                        .zip(types)
                        .zip(row)
                        .map(|((name, ty), value)| format!("{} = {}", dialect.quote(name), literal(value, ty, dialect)))
                        .collect();
                    format!("({})", parts.join(" AND "))
                })
                .collect();
            rows.join("\n  OR ")
        }
    };
    format!("DELETE FROM {} WHERE {filter}", qualified(table, dialect))
}
