//! Changes of rows: the same on every dialect but for the literals.

use super::definition::{names, qualified};
use super::literal::literal;
use super::unload::table_query;
use super::{Assertion, Body, Load, Message, Statement, Unload};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Catalog, Change, Table, Type, Value};

/// Rows in one INSERT, and keys in one DELETE.
const ROWS_AT_ONCE: usize = 200;

/// The statements of a change of rows; `None` where the change is of another kind.
pub(super) fn render(catalog: &Catalog, index: usize, change: &Change) -> Result<Option<Vec<Statement>>, Problem> {
    let dialect = catalog.target().dialect;
    let texts = match change {
        Change::InsertRows {
            table, columns, rows, ..
        } => {
            let known = known(catalog, table)?;
            let inserts = rows
                .chunks(ROWS_AT_ONCE)
                .map(|rows| insert(catalog, &known, columns, rows));
            inserts.chain(counter(&known, columns, dialect)).collect()
        }
        Change::DeleteKeys { table, key, rows } => {
            let known = known(catalog, table)?;
            let types: Vec<Type> = key.iter().map(|name| type_of(catalog, &known, name)).collect();
            let cleared = self_references(catalog, &known);
            let clears = rows.chunks(ROWS_AT_ONCE).filter(|_| !cleared.is_empty());
            let clears = clears.map(|rows| clear_text(table, &cleared, key, &types, rows, dialect));
            let deletes = rows
                .chunks(ROWS_AT_ONCE)
                .map(|rows| delete_text(table, key, &types, rows, dialect));
            clears.chain(deletes).collect()
        }
        Change::UpdateRows { table, set, filter, .. } => {
            let known = known(catalog, table)?;
            let parts: Vec<String> = set
                .iter()
                .map(|(name, value)| {
                    format!(
                        "{} = {}",
                        dialect.quote(name),
                        literal(value, &type_of(catalog, &known, name), dialect)
                    )
                })
                .collect();
            vec![format!(
                "UPDATE {} SET {}{}",
                qualified(table, dialect),
                parts.join(", "),
                filtered(filter)
            )]
        }
        Change::DeleteRows { table, filter, .. } => {
            vec![format!("DELETE FROM {}{}", qualified(table, dialect), filtered(filter))]
        }
        Change::UpsertRows {
            table,
            columns,
            rows,
            key,
            update,
        } => {
            let known = known(catalog, table)?;
            let texts = upsert(catalog, &known, columns, rows, key, update);
            texts.into_iter().chain(counter(&known, columns, dialect)).collect()
        }
        Change::InsertQuery { table, columns, query } => {
            let known = known(catalog, table)?;
            let overriding = match overriding(&known, columns, dialect) {
                true => " OVERRIDING SYSTEM VALUE",
                false => "",
            };
            let text = format!(
                "INSERT INTO {} ({}){overriding}\n{}",
                qualified(table, dialect),
                names(columns, dialect),
                query.trim().trim_end_matches(';')
            );
            [text].into_iter().chain(counter(&known, columns, dialect)).collect()
        }
        Change::Truncate { table, .. } => {
            let verb = match dialect.family() {
                // What it does for a DELETE of all rows.
                Family::Sqlite => "DELETE FROM",
                Family::Postgres | Family::Mysql => "TRUNCATE TABLE",
            };
            vec![format!("{verb} {}", qualified(table, dialect))]
        }
        Change::Assert {
            query,
            expected,
            message,
        } => {
            let assertion = Assertion {
                query: query.clone(),
                expected: expected.clone(),
                message: message.clone(),
                dialect,
            };
            return Ok(Some(vec![Statement {
                body: Body::Assert(Box::new(assertion)),
                ..Statement::sql(index, "")
            }]));
        }
        Change::Print { message } => {
            let text = message.clone();
            return Ok(Some(vec![Statement {
                body: Body::Print(Message { text, dialect }),
                ..Statement::sql(index, "")
            }]));
        }
        Change::UnloadData { target } => {
            let (query, types) = match &target.table {
                Some(table) => table_query(&*known(catalog, table)?, dialect),
                None => (target.query.clone(), Vec::new()),
            };
            let unload = Unload {
                target: target.clone(),
                query,
                types,
                dialect,
            };
            return Ok(Some(vec![Statement {
                body: Body::Unload(Box::new(unload)),
                ..Statement::sql(index, "")
            }]));
        }
        Change::LoadRows { table, source, .. } | Change::UnloadRows { table, source } => {
            let known = known(catalog, table)?;
            let types = source
                .columns
                .iter()
                .map(|name| type_of(catalog, &known, name))
                .collect();
            let load = Load {
                target: catalog.target().clone(),
                table: table.clone(),
                source: source.clone(),
                types,
                nullable: source
                    .columns
                    .iter()
                    .map(|name| {
                        known
                            .column(name, catalog.column_case())
                            .is_none_or(|column| column.nullable)
                    })
                    .collect(),
                overriding: overriding(&known, &source.columns, dialect),
                // COPY is refused where policies choose among rows.
                copies: dialect.family() == Family::Postgres && known.row_security == Default::default(),
                cleared: self_references(catalog, &known),
                unload: matches!(change, Change::UnloadRows { .. }),
            };
            let counter = counter(&known, &source.columns, dialect).filter(|_| !load.unload);
            let load = Statement {
                body: Body::Load(Box::new(load)),
                ..Statement::sql(index, "")
            };
            let counter = counter.map(|text| Statement::sql(index, text));
            return Ok(Some([load].into_iter().chain(counter).collect()));
        }
        _ => return Ok(None),
    };
    Ok(Some(
        texts.into_iter().map(|text| Statement::sql(index, text)).collect(),
    ))
}

pub(super) fn filtered(filter: &Option<String>) -> String {
    filter.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default()
}

pub(super) fn known(catalog: &Catalog, table: &ObjectName) -> Result<std::sync::Arc<Table>, Problem> {
    let known = catalog.table(table).cloned();
    known.ok_or_else(|| Problem::error("unknown-table", format!("unknown table `{table}`")))
}

pub(super) fn type_of(catalog: &Catalog, table: &Table, column: &Name) -> Type {
    let column = table.column(column, catalog.column_case());
    column.map_or_else(|| Type::Native(String::new()), |column| catalog.held_type(&column.ty))
}

/// PostgreSQL does not count on behind the numbers that rows bring along, as the others do: without this, the next row
/// without a number would get one that is there already. Never backwards: a number is given once.
pub(super) fn counter(table: &Table, columns: &[Name], dialect: Dialect) -> Option<String> {
    let numbering = table
        .columns
        .iter()
        .find(|column| columns.contains(&column.name) && column.identity.is_some());
    let column = numbering.filter(|_| dialect.family() == Family::Postgres)?;
    let identity = column.identity.as_ref()?;
    if identity.increment.is_some_and(|increment| increment < 0) {
        return None;
    }
    let (name, table) = (dialect.quote(&column.name), qualified(&table.name, dialect));
    Some(format!(
        "SELECT setval(counter, highest) FROM (\n  SELECT pg_get_serial_sequence({}, {})::regclass AS counter, \
         max({name}) AS highest FROM {table}\n) AS numbers WHERE highest >= \
         coalesce(pg_sequence_last_value(counter) + 1, {})",
        dialect.string(&table),
        dialect.string(&column.name),
        identity.start.unwrap_or(1)
    ))
}

/// PostgreSQL refuses numbers for a column that is `always` an identity, unless this is said.
pub(super) fn overriding(table: &Table, columns: &[Name], dialect: Dialect) -> bool {
    dialect.family() == Family::Postgres
        && table.columns.iter().any(|column| {
            columns.contains(&column.name) && column.identity.as_ref().is_some_and(|identity| identity.always)
        })
}

fn insert(catalog: &Catalog, table: &Table, columns: &[Name], rows: &[Vec<Value>]) -> String {
    let dialect = catalog.target().dialect;
    let types: Vec<Type> = columns.iter().map(|name| type_of(catalog, table, name)).collect();
    insert_text(
        &table.name,
        columns,
        &types,
        rows,
        overriding(table, columns, dialect),
        dialect,
    )
}

/// Rows put in, or the rows of the same key given their values.
fn upsert(
    catalog: &Catalog,
    table: &Table,
    columns: &[Name],
    rows: &[Vec<Value>],
    key: &[Name],
    update: &[Name],
) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let inserts = rows
        .chunks(ROWS_AT_ONCE)
        .map(|rows| insert(catalog, table, columns, rows));
    let set = |value: &dyn Fn(&str) -> String| {
        let parts: Vec<String> = update
            .iter()
            .map(|name| dialect.quote(name))
            .map(|name| format!("{name} = {}", value(&name)))
            .collect();
        parts.join(", ")
    };
    let only_key = {
        let wanted: Vec<&Name> = key.iter().collect();
        let same = |set: &[&Name]| set.len() == wanted.len() && set.iter().all(|name| wanted.contains(name));
        table.unique_column_sets().all(|set| same(&set))
    };
    match dialect.family() {
        Family::Sqlite | Family::Postgres => {
            let tail = match update.is_empty() {
                true => "DO NOTHING".to_string(),
                false => format!("DO UPDATE SET {}", set(&|name| format!("excluded.{name}"))),
            };
            let tail = format!("\nON CONFLICT ({}) {tail}", names(key, dialect));
            inserts.map(|text| text + &tail).collect()
        }
        // It asks all unique keys at once: only where there is no other is that the same.
        Family::Mysql if only_key => {
            let tail = match update.is_empty() {
                true => {
                    let first = dialect.quote(&key[0]);
                    format!("{first} = {first}")
                }
                false => set(&|name| format!("VALUES({name})")),
            };
            inserts
                .map(|text| format!("{text}\nON DUPLICATE KEY UPDATE {tail}"))
                .collect()
        }
        Family::Mysql => rows
            .iter()
            .flat_map(|row| upsert_one(catalog, table, columns, row, key, update))
            .collect(),
    }
}

/// One row by two statements, by the one key that is meant.
fn upsert_one(
    catalog: &Catalog,
    table: &Table,
    columns: &[Name],
    row: &[Value],
    key: &[Name],
    update: &[Name],
) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let name = qualified(&table.name, dialect);
    let text_of = |column: &Name| {
        let value = columns.iter().zip(row).find(|(known, _)| *known == column);
        let value = value.map_or(&Value::Null, |(_, value)| value);
        literal(value, &type_of(catalog, table, column), dialect)
    };
    let on: Vec<String> = key
        .iter()
        .map(|column| format!("{} = {}", dialect.quote(column), text_of(column)))
        .collect();
    let on = on.join(" AND ");
    let all: Vec<String> = columns.iter().map(text_of).collect();
    let set: Vec<String> = update
        .iter()
        .map(|column| format!("{} = {}", dialect.quote(column), text_of(column)))
        .collect();
    let update = (!set.is_empty()).then(|| format!("UPDATE {name} SET {} WHERE {on}", set.join(", ")));
    let insert = format!(
        "INSERT INTO {name} ({}) SELECT {} FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM {name} WHERE {on})",
        names(columns, dialect),
        all.join(", ")
    );
    update.into_iter().chain([insert]).collect()
}

/// What stands before the rows.
pub(super) fn insert_head(table: &ObjectName, columns: &[Name], overriding: bool, dialect: Dialect) -> String {
    let overriding = match overriding {
        true => " OVERRIDING SYSTEM VALUE",
        false => "",
    };
    format!(
        "INSERT INTO {} ({}){overriding} VALUES",
        qualified(table, dialect),
        names(columns, dialect)
    )
}

pub(super) fn insert_text(
    table: &ObjectName,
    columns: &[Name],
    types: &[Type],
    rows: &[Vec<Value>],
    overriding: bool,
    dialect: Dialect,
) -> String {
    let mut text = insert_head(table, columns, overriding, dialect);
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

/// The columns by which rows of a table point at others of it, where they may be NULL. They are cleared before rows
/// go by their keys: the order in which those can go is not known.
pub(super) fn self_references(catalog: &Catalog, table: &Table) -> Vec<Name> {
    let own = catalog.key(&table.name);
    let to_itself = table
        .foreign_keys
        .iter()
        .filter(|foreign| catalog.key(&foreign.references) == own);
    let columns = to_itself.filter_map(|foreign| {
        foreign.columns.iter().find(|name| {
            table
                .column(name, catalog.column_case())
                .is_some_and(|column| column.nullable)
        })
    });
    columns.cloned().collect()
}

pub(super) fn clear_text(
    table: &ObjectName,
    cleared: &[Name],
    key: &[Name],
    types: &[Type],
    rows: &[Vec<Value>],
    dialect: Dialect,
) -> String {
    let set: Vec<String> = cleared
        .iter()
        .map(|name| format!("{} = NULL", dialect.quote(name)))
        .collect();
    format!(
        "UPDATE {} SET {} WHERE {}",
        qualified(table, dialect),
        set.join(", "),
        by_key(key, types, rows, dialect)
    )
}

pub(super) fn delete_text(
    table: &ObjectName,
    key: &[Name],
    types: &[Type],
    rows: &[Vec<Value>],
    dialect: Dialect,
) -> String {
    format!(
        "DELETE FROM {} WHERE {}",
        qualified(table, dialect),
        by_key(key, types, rows, dialect)
    )
}

/// The rows that have one of these keys.
pub(super) fn by_key(key: &[Name], types: &[Type], rows: &[Vec<Value>], dialect: Dialect) -> String {
    let values = |row: &Vec<Value>| {
        let values: Vec<String> = row
            .iter()
            .zip(types)
            .map(|(value, ty)| literal(value, ty, dialect))
            .collect();
        values.join(", ")
    };
    if let [name] = key {
        let all: Vec<String> = rows.iter().map(values).collect();
        return format!("{} IN ({})", dialect.quote(name), all.join(", "));
    }
    let all: Vec<String> = rows.iter().map(|row| format!("({})", values(row))).collect();
    let list = match dialect.family() {
        Family::Sqlite => format!("VALUES {}", all.join(", ")),
        Family::Postgres | Family::Mysql => all.join(", "),
    };
    format!("({}) IN ({list})", names(key, dialect))
}
