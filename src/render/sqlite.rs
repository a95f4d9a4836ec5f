//! SQL for SQLite: what its ALTER TABLE can do is done by it, everything else by one rebuild of the table.

use super::definition::{check_row_security, column, create_table, qualified};
use super::index::create_index;
use super::{Group, Statement, cannot, kept, object, raw, rebuild, rows};
use crate::diagnostic::Problem;
use crate::dialect::Family;
use crate::model::{Catalog, Change, Column, ColumnDefault, Table, Value};

pub(super) fn render(catalog: &Catalog, group: &Group<'_>) -> Result<Vec<Statement>, Problem> {
    for (_, change) in &group.changes {
        check(catalog, change)?;
    }
    if let Some((before, after)) = &group.altered {
        return match natively(catalog, group, before, after)? {
            Some(statements) => Ok(statements),
            None => rebuild::render(catalog, group, before, after),
        };
    }
    let mut statements = Vec::new();
    for (index, change) in &group.changes {
        let rebuilds = empties_self_reference(catalog, change);
        if let Some(found) = rows::render(catalog, *index, change)? {
            statements.extend(found.into_iter().map(|statement| Statement { rebuilds, ..statement }));
            continue;
        }
        if let Change::Raw { up, .. } = change {
            statements.extend(raw(*index, up, Family::Sqlite));
            continue;
        }
        let texts = whole_objects(catalog, change)?;
        statements.extend(texts.into_iter().map(|text| Statement {
            rebuilds,
            ..Statement::sql(*index, text)
        }));
    }
    Ok(statements)
}

/// Dropping a table deletes its rows first, in an order of its own, and so does emptying it: a reference among them, with
/// RESTRICT, is in the way while foreign keys are on.
fn empties_self_reference(catalog: &Catalog, change: &Change) -> bool {
    let table = match change {
        Change::DropTable { table } => Some(table),
        Change::Truncate { table, .. } => catalog.table(table),
        _ => None,
    };
    let Some(table) = table else {
        return false;
    };
    let own = catalog.key(&table.name);
    table
        .foreign_keys
        .iter()
        .any(|foreign| catalog.key(&foreign.references) == own)
}

/// SQLite has no schemas, in which a name could lie, and no policies.
fn check(catalog: &Catalog, change: &Change) -> Result<(), Problem> {
    if let Change::AlterTable { before, after, .. } = change {
        check_row_security(catalog, before, after)?;
    }
    let name = match change {
        Change::CreateTable { table, .. } | Change::DropTable { table } => Some(&table.name),
        Change::RenameTable { to, .. } => Some(to),
        other => other.altered_table(),
    };
    let object = match change {
        Change::CreateObject { object, .. } | Change::DropObject { object } => object.name().schema,
        _ => None,
    };
    match name.and_then(|name| name.schema.as_ref()).or(object.as_ref()) {
        Some(schema) => Err(cannot(
            catalog,
            &format!("keep tables in a schema (`{schema}`)"),
            "leave the schema out for this dialect",
        )),
        None => Ok(()),
    }
}

fn whole_objects(catalog: &Catalog, change: &Change) -> Result<Vec<String>, Problem> {
    let dialect = catalog.target().dialect;
    Ok(match change {
        Change::CreateTable { table, if_not_exists } => {
            let name = qualified(&table.name, dialect);
            let mut texts = vec![create_table(catalog, table, &name, *if_not_exists)?];
            for index in &table.indexes {
                texts.push(create_index(catalog, &table.name, index, false, false)?);
            }
            // The counter holds the last number given.
            if let Some(start) = table.columns.iter().find_map(|column| column.identity.as_ref()?.start) {
                let name = dialect.string(&table.name.name);
                texts.push(format!(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {})",
                    start - 1
                ));
            }
            texts
        }
        Change::DropTable { table } => vec![format!("DROP TABLE {}", qualified(&table.name, dialect))],
        Change::RenameTable { from, to } => {
            vec![format!(
                "ALTER TABLE {} RENAME TO {}",
                qualified(from, dialect),
                dialect.quote(&to.name)
            )]
        }
        Change::SetAside { .. } | Change::BringBack { .. } => kept::render(catalog, change)?,
        other => object::render(catalog, other)?,
    })
}

/// The group by SQLite's own ALTER TABLE and index statements, or `None` where it takes a rebuild.
fn natively(
    catalog: &Catalog,
    group: &Group<'_>,
    before: &Table,
    after: &Table,
) -> Result<Option<Vec<Statement>>, Problem> {
    let dialect = catalog.target().dialect;
    let mut statements = Vec::new();
    let mut width = before.columns.len();
    for (index_of, change) in &group.changes {
        let text = match change {
            Change::AddColumn {
                table,
                column: added,
                at,
            } => {
                let at_end = at.is_none_or(|at| at >= width);
                if !at_end || !can_be_added(added) {
                    return Ok(None);
                }
                width += 1;
                format!(
                    "ALTER TABLE {} ADD COLUMN {}",
                    qualified(table, dialect),
                    column(catalog, after, added)?
                )
            }
            Change::DropColumn { table, column, .. } => {
                if group
                    .changes
                    .iter()
                    .any(|(_, other)| matches!(other, Change::DropConstraint { .. }))
                {
                    return Ok(None);
                }
                width -= 1;
                format!(
                    "ALTER TABLE {} DROP COLUMN {}",
                    qualified(table, dialect),
                    dialect.quote(&column.name)
                )
            }
            Change::RenameColumn { table, from, to } => format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {}",
                qualified(table, dialect),
                dialect.quote(from),
                dialect.quote(to)
            ),
            Change::CreateIndex {
                table,
                index,
                if_not_exists,
                ..
            } => create_index(catalog, table, index, *if_not_exists, false)?,
            Change::DropIndex { index, .. } => format!("DROP INDEX {}", dialect.quote(&index.name)),
            Change::RenameIndex { table, from, to } => {
                let index = after.indexes.iter().find(|index| index.name == *to);
                if let Some(index) = index {
                    statements.push(Statement::sql(*index_of, format!("DROP INDEX {}", dialect.quote(from))));
                    let text = create_index(catalog, table, index, false, false)?;
                    statements.push(Statement::sql(*index_of, text));
                }
                continue;
            }
            // It keeps no comments.
            Change::AlterTable { .. } => continue,
            Change::AlterColumn {
                before, after, using, ..
            } if using.is_none() && only_comment(before, after) => continue,
            Change::ValidateConstraint { .. } => continue,
            _ => return Ok(None),
        };
        statements.push(Statement::sql(*index_of, text));
    }
    Ok(Some(statements))
}

/// Whether nothing of a column changes but its comment, which SQLite does not keep.
fn only_comment(before: &Column, after: &Column) -> bool {
    let uncommented = Column {
        comment: before.comment.clone(),
        ..after.clone()
    };
    *before == uncommented
}

/// What ADD COLUMN takes also on a table that has rows.
fn can_be_added(column: &Column) -> bool {
    let constant = match &column.default {
        None => column.nullable,
        Some(ColumnDefault::Literal(value)) => *value != Value::Null || column.nullable,
        Some(ColumnDefault::Function(_) | ColumnDefault::Expression(_)) => false,
    };
    let computed = column.generated.as_ref();
    match computed {
        Some(generated) => !generated.stored,
        None => constant && column.identity.is_none(),
    }
}
