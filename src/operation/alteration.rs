//! What the operations that alter a column share: each says what the column becomes, this says what goes along.

use std::sync::Arc;

use super::specification::TableRef;
use super::table_options::may_change;
use super::{Context, dependents};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, mentions};
use crate::model::{Change, Column, Constraint, ForeignKey, Object, Table, Type, Value};

/// How the values of a column are converted, and how back.
#[derive(Default)]
pub(super) struct Conversion {
    pub using: Option<String>,
    pub reverse_using: Option<String>,
}

/// A column that has to be there, with its table.
pub(super) fn column_in(context: &mut Context<'_>, table: &TableRef, column: &Name) -> Option<(Arc<Table>, Column)> {
    let table = context.table(table, "table")?;
    let column = context.column(&table, column, "column")?;
    Some((table, column))
}

/// The changes that make a column another one, with what stands in the way taken down and put back.
pub(super) fn alter(
    context: &mut Context<'_>,
    table: &Table,
    before: &Column,
    after: Column,
    conversion: Conversion,
) -> Vec<Change> {
    let dialect = context.dialect();
    // An enum with other values may be the same type to the engine.
    let retyped = before.ty.native(dialect) != after.ty.native(dialect)
        || before.collation != after.collation
        || before.charset != after.charset
        || conversion.using.is_some();
    if retyped {
        refuse_in_foreign_keys(context, table, &before.name, "type");
    }
    if retyped && context.family() == Family::Postgres {
        may_change(context, table, &before.name, "change the type of", "type");
    }
    let (checks_off, checks_on) = enum_checks(context, table, before, &after);
    let mut changes = Vec::new();
    changes.extend(checks_off);
    changes.push(Change::AlterColumn {
        table: table.name.clone(),
        before: Box::new(before.clone()),
        after: Box::new(after),
        using: conversion.using,
        reverse_using: conversion.reverse_using,
    });
    changes.extend(checks_on);
    // Only PostgreSQL refuses to alter what a view, a policy, or the head of a trigger reads.
    match retyped && context.family() == Family::Postgres {
        true => {
            let mut using = dependents::texts_using(context, &table.name, &before.name);
            using.retain(|object| match object {
                Object::Trigger(trigger) => {
                    let says = |text: &String| mentions(text, &before.name, Family::Postgres);
                    trigger.of.contains(&before.name) || trigger.when.as_ref().is_some_and(says)
                }
                _ => true,
            });
            using.extend(dependents::views_using(context, &table.name, &before.name));
            dependents::around(&using, changes, Clone::clone)
        }
        false => changes,
    }
}

/// Refuses NULL in a column of the primary key, and in one that numbers its rows.
pub(super) fn may_be_null(context: &mut Context<'_>, table: &Table, column: &Column, path: &str) -> bool {
    let keys = table.primary_key.iter();
    let in_key = keys.into_iter().any(|key| key.columns.contains(&column.name));
    let why = match (in_key, &column.identity) {
        (true, _) => "belongs to the primary key",
        (false, Some(_)) => "numbers its rows",
        (false, None) => return true,
    };
    let message = format!("`{}` {why}, and cannot hold NULL", column.name);
    context.is_so_already(Problem::error("key-not-nullable", message).at(path));
    false
}

/// Refuses to take away a default that is not there.
pub(super) fn has_default(context: &mut Context<'_>, column: &Column, path: &str) -> bool {
    if column.default.is_none() {
        let message = format!("column `{}` has no default", column.name);
        context.is_so_already(Problem::error("no-default", message).at(path));
    }
    column.default.is_some()
}

/// Refuses NULL for the default of a column that cannot hold it.
pub(super) fn may_be_default(context: &mut Context<'_>, value: &Value, column: &Column, path: &str) {
    if *value == Value::Null && !column.nullable {
        let message = format!(
            "column `{}` cannot hold NULL, and cannot have it for a default",
            column.name
        );
        context.problem(Problem::error("value-does-not-fit", message).at(path));
    }
}

/// Refuses a default for a column that gets its values otherwise.
pub(super) fn may_have_default(context: &mut Context<'_>, column: &Column, path: &str) -> bool {
    let (code, what) = match (&column.generated, &column.identity) {
        (Some(_), _) => ("generated-with-default", "is generated"),
        (None, Some(_)) => ("identity-with-default", "numbers its rows"),
        (None, None) => return true,
    };
    let message = format!("column `{}` {what}, and cannot have a default too", column.name);
    context.problem(Problem::error(code, message).at(path));
    false
}

/// The check that holds an enum's values goes and comes with the type, where the engine has no enums.
pub(super) fn enum_checks(
    context: &mut Context<'_>,
    table: &Table,
    before: &Column,
    after: &Column,
) -> (Option<Change>, Option<Change>) {
    if before.ty == after.ty {
        return (None, None);
    }
    let name = &table.name;
    let mut check = |ty: &Type| context.check_of_enum(name, &before.name, ty);
    let (old, new) = (check(&before.ty), check(&after.ty));
    let known = old.and_then(|old| same_check(table, &old));
    (
        known.map(|constraint| Change::DropConstraint {
            table: name.clone(),
            constraint,
        }),
        new.map(|constraint| Change::AddConstraint {
            table: name.clone(),
            constraint,
        }),
    )
}

/// The table's check that says the same: it keeps its name when the column gets another.
fn same_check(table: &Table, wanted: &Constraint) -> Option<Constraint> {
    let Constraint::Check(wanted) = wanted else {
        return None;
    };
    let known = table.checks.iter().find(|check| check.expression == wanted.expression);
    known.cloned().map(Constraint::Check)
}

/// MySQL and MariaDB do not alter the type of a column that a foreign key uses.
pub(super) fn refuse_in_foreign_keys(context: &mut Context<'_>, table: &Table, column: &Name, path: &str) {
    if context.family() != Family::Mysql {
        return;
    }
    let uses = |foreign: &&ForeignKey| {
        let to_itself = foreign.references == table.name && foreign.referenced_columns.contains(column);
        to_itself || foreign.columns.contains(column)
    };
    let own = table.foreign_keys.iter().filter(uses);
    let own = own.map(|foreign| (table.name.clone(), Constraint::ForeignKey(foreign.clone())));
    let incoming = context.catalog.incoming(&table.name);
    let incoming = incoming
        .into_iter()
        .filter(|(_, foreign)| foreign.referenced_columns.contains(column));
    let incoming = incoming.map(|(other, foreign)| (other.name.clone(), Constraint::ForeignKey(foreign.clone())));
    let found: Option<(_, Constraint)> = own.chain(incoming).next();
    if let Some((other, foreign)) = found {
        let message = format!(
            "{} cannot change the type of `{}.{}`, which the foreign key `{}` of `{other}` uses",
            context.target().title(),
            table.name,
            column,
            foreign.name()
        );
        let problem = Problem::error("not-on-dialect", message)
            .help("drop the foreign key before, alter both columns, and create it again after");
        context.problem(problem.at(path));
    }
}
