//! Other values for an enum: what becomes of the columns that have it, of their rows and of what stands on them.

use std::sync::Arc;

use super::alteration::{enum_checks, refuse_in_foreign_keys};
use super::update::without_news;
use super::{Context, dependents, enum_check};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, TokenKind, mentions, tokens};
use crate::model::{Catalog, Change, Column, ColumnDefault, EnumType, IndexKey, Object, Table, Type, Value};

/// The changes that give an enum other values of which none has another name.
pub(super) fn replace(
    context: &mut Context<'_>,
    before: Arc<EnumType>,
    after: Arc<EnumType>,
    path: &str,
) -> Vec<Change> {
    let replace = replaced(&before, &after);
    if context.family() == Family::Postgres {
        // On the way back the type is made anew, which nothing may stand on.
        let using = standing_on(context, &before);
        return dependents::around(&using, vec![replace], Clone::clone);
    }
    let mut catalog = context.catalog.clone();
    let mut changes = Vec::new();
    for (table, column) in context.catalog.columns_of_type(&before.name) {
        refuse_in_foreign_keys(context, &table, &column, path);
        changes.extend(retyped(context, &mut catalog, &table, &column, &after.values, None));
    }
    changes.push(replace);
    changes
}

/// The changes that give a value of an enum another name.
pub(super) fn rename(context: &mut Context<'_>, before: Arc<EnumType>, from: &str, to: &str) -> Vec<Change> {
    let columns = context.catalog.columns_of_type(&before.name);
    for (table, column) in &columns {
        refuse_texts(context, table, column, from);
    }
    let after = with_renamed(&before, from, to);
    if !enum_check::check_columns_of(context, &after, "to") {
        return Vec::new();
    }
    let mut catalog = context.catalog.clone();
    if context.family() == Family::Postgres {
        let mut changes = Vec::new();
        // A default can name a value only while the type has it.
        for (table, column) in &columns {
            changes.extend(without_default(&mut catalog, table, column, from));
        }
        let redefaulted = changes.len();
        let replace = replaced(&before, &after);
        apply(&mut catalog, &replace);
        changes.push(replace);
        for at in 0..redefaulted {
            changes.extend(with_default(&mut catalog, &changes[at].clone(), to));
        }
        return changes;
    }
    for (table, column) in &columns {
        refuse_in_foreign_keys(context, table, column, "enum");
    }
    // MySQL takes both for one, and can have them beside each other only where it does not.
    if context.family() == Family::Mysql && enum_check::are_one(from, to) {
        let between = (1..)
            .map(|number| format!("driftless_{number}"))
            .find(|name| !before.values.contains(name));
        let between = between.unwrap_or_default();
        let mut changes = renamed_by_both(context, &mut catalog, &before, from, &between);
        let halfway = with_renamed(&before, from, &between);
        changes.extend(renamed_by_both(context, &mut catalog, &halfway, &between, to));
        return changes;
    }
    renamed_by_both(context, &mut catalog, &before, from, to)
}

fn with_renamed(before: &Arc<EnumType>, from: &str, to: &str) -> Arc<EnumType> {
    let mut after = before.clone();
    let values = Arc::make_mut(&mut after).values.iter_mut();
    for value in values.filter(|value| *value == from) {
        *value = to.to_string();
    }
    after
}

/// The columns have both values for a while, in which their rows get the new one.
fn renamed_by_both(
    context: &mut Context<'_>,
    catalog: &mut Catalog,
    before: &Arc<EnumType>,
    from: &str,
    to: &str,
) -> Vec<Change> {
    let columns = context.catalog.columns_of_type(&before.name);
    let after = with_renamed(before, from, to);
    let mut both = before.values.clone();
    both.push(to.to_string());
    let mut changes = Vec::new();
    for (table, column) in &columns {
        changes.extend(retyped(context, catalog, table, column, &both, None));
    }
    for (table, column) in &columns {
        changes.push(renamed_in_rows(context, table, column, from, to));
    }
    for (table, column) in &columns {
        let renamed = Some((from, to));
        changes.extend(retyped(context, catalog, table, column, &after.values, renamed));
    }
    let replace = replaced(before, &after);
    apply(catalog, &replace);
    changes.push(replace);
    changes
}

fn replaced(before: &Arc<EnumType>, after: &Arc<EnumType>) -> Change {
    Change::ReplaceObject {
        before: Object::Enum(before.clone()),
        after: Object::Enum(after.clone()),
    }
}

/// Views, triggers and policies that use columns of the enum; what uses others before these.
fn standing_on(context: &Context<'_>, found: &EnumType) -> Vec<Object> {
    let mut all: Vec<Object> = Vec::new();
    let mut columns = context.catalog.columns_of_type(&found.name);
    columns.extend(context.catalog.lists_of_type(&found.name));
    for (table, column) in &columns {
        all.extend(dependents::texts_using(context, &table.name, column));
    }
    for (table, column) in &columns {
        all.extend(dependents::views_using(context, &table.name, column));
    }
    let mut once: Vec<Object> = Vec::new();
    for object in all {
        if !once.contains(&object) {
            once.push(object);
        }
    }
    once
}

/// A column with other values, the check that holds them on an engine without enums, and its default.
fn retyped(
    context: &mut Context<'_>,
    catalog: &mut Catalog,
    table: &Table,
    column: &Name,
    values: &[String],
    renamed: Option<(&str, &str)>,
) -> Vec<Change> {
    let Some((table, before)) = definition(catalog, table, column) else {
        return Vec::new();
    };
    let mut after = before.clone();
    if let Type::Named { values: known, .. } = &mut after.ty {
        *known = values.to_vec();
    }
    if let Some((_, to)) = renamed.filter(|(from, _)| has_default(&before, from)) {
        after.default = Some(ColumnDefault::Literal(Value::Text(to.into())));
    }
    let (checks_off, checks_on) = enum_checks(context, &table, &before, &after);
    let altered = altered(&table, before, after);
    let changes: Vec<Change> = checks_off.into_iter().chain([altered]).chain(checks_on).collect();
    changes.iter().for_each(|change| apply(catalog, change));
    changes
}

fn definition(catalog: &Catalog, table: &Table, column: &Name) -> Option<(Arc<Table>, Column)> {
    let table = catalog.table(&table.name)?.clone();
    let column = table.column(column, catalog.column_case())?.clone();
    Some((table, column))
}

fn has_default(column: &Column, value: &str) -> bool {
    matches!(&column.default, Some(ColumnDefault::Literal(Value::Text(text))) if text == value)
}

fn altered(table: &Table, before: Column, after: Column) -> Change {
    Change::AlterColumn {
        table: table.name.clone(),
        before: Box::new(before),
        after: Box::new(after),
        using: None,
        reverse_using: None,
    }
}

fn apply(catalog: &mut Catalog, change: &Change) {
    catalog.apply(change).expect("made for this catalog");
}

fn without_default(catalog: &mut Catalog, table: &Table, column: &Name, value: &str) -> Option<Change> {
    let (table, before) = definition(catalog, table, column)?;
    if !has_default(&before, value) {
        return None;
    }
    let mut after = before.clone();
    after.default = None;
    let change = altered(&table, before, after);
    apply(catalog, &change);
    Some(change)
}

/// Gives the column that a change took the default from another one.
fn with_default(catalog: &mut Catalog, taken: &Change, value: &str) -> Option<Change> {
    let Change::AlterColumn { table, after, .. } = taken else {
        return None;
    };
    let table = catalog.table(table)?.clone();
    let before = table.column(&after.name, catalog.column_case())?.clone();
    let mut after = before.clone();
    after.default = Some(ColumnDefault::Literal(Value::Text(value.into())));
    Some(altered(&table, before, after))
}

/// No row holds the new value before, and none the former after: one condition is for both ways.
fn renamed_in_rows(context: &Context<'_>, table: &Table, column: &Name, from: &str, to: &str) -> Change {
    let dialect = context.dialect();
    let set = |value: &str| without_news(dialect, table, vec![(column.clone(), Value::Text(value.into()))]);
    Change::UpdateRows {
        table: table.name.clone(),
        set: set(to),
        filter: Some(format!(
            "{} IN ({}, {})",
            dialect.quote(column),
            dialect.string(from),
            dialect.string(to)
        )),
        back: set(from),
        kept: false,
    }
}

/// Refuses where a text of the author's names the value: PostgreSQL follows in some, the others in none.
fn refuse_texts(context: &mut Context<'_>, table: &Table, column: &Name, value: &str) {
    let family = context.family();
    let names = |text: &str| {
        tokens(text, family).iter().any(|token| {
            token.kind == TokenKind::Text && token.value(family == Family::Mysql).as_deref() == Some(value)
        })
    };
    let uses = |text: &str| mentions(text, column, family) && names(text);
    let own = definition(context.catalog, table, column)
        .and_then(|(_, column)| context.check_of_enum(&table.name, &column.name, &column.ty));
    let mut found: Vec<String> = Vec::new();
    for check in &table.checks {
        let holds_values =
            matches!(&own, Some(crate::model::Constraint::Check(own)) if own.expression == check.expression);
        if !holds_values && uses(&check.expression) {
            found.push(format!("the check `{}` of `{}`", check.name, table.name));
        }
    }
    for index in &table.indexes {
        let expressions = index.columns.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(text) => Some(text),
            IndexKey::Column(_) => None,
        });
        if expressions.chain(&index.predicate).any(|text| uses(text)) {
            found.push(format!("the index `{}`", index.name));
        }
    }
    for other in &table.columns {
        if other
            .generated
            .as_ref()
            .is_some_and(|generated| uses(&generated.expression))
        {
            found.push(format!("the column `{}.{}`", table.name, other.name));
        }
    }
    let mut using = dependents::texts_using(context, &table.name, column);
    using.extend(dependents::views_using(context, &table.name, column));
    for object in using.iter().filter(|object| object.texts().into_iter().any(names)) {
        found.push(format!("the {} `{}`", object.kind().word(), object.name()));
    }
    for user in found {
        let problem = Problem::error("mentioned-in-text", format!("{user} names the value `{value}`"))
            .help("drop it before, and create it again after with the new value");
        context.problem(problem.at("from"));
    }
}
