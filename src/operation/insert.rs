use std::collections::HashMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Column, Table, Value};

/// Puts rows into a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Insert {
    pub table: TableRef,
    /// Each row a map of column and value; what a row does not name gets its default.
    #[serde(serialize_with = "rows_in_order")]
    pub rows: Vec<IndexMap<Name, Value>>,
}

pub(super) fn rows_in_order<S: serde::Serializer>(
    rows: &[IndexMap<Name, Value>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    struct Row<'a>(&'a IndexMap<Name, Value>);

    impl Serialize for Row<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            super::in_order(self.0, serializer)
        }
    }
    serializer.collect_seq(rows.iter().map(Row))
}

impl Resolve for Insert {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        if self.rows.is_empty() {
            context.problem(Problem::error("no-rows", "at least one row is needed").at("rows"));
        }
        let mut changes: Vec<Change> = Vec::new();
        let mut seen = Seen::default();
        for (at, row) in self.rows.iter().enumerate() {
            let Some((names, values)) = check_row(context, &table, row, &format!("rows/{at}"), true) else {
                continue;
            };
            seen.note(context, &table, &names, &values, at);
            // Rows of the same columns go together.
            if let Some(Change::InsertRows { columns, rows, .. }) = changes.last_mut()
                && *columns == names
            {
                rows.push(values);
                continue;
            }
            changes.push(Change::InsertRows {
                table: table.name.clone(),
                columns: names,
                rows: vec![values],
                key: None,
            });
        }
        for change in &mut changes {
            if let Change::InsertRows { columns, rows, key, .. } = change {
                *key = context.row_key(&table, columns, rows);
            }
        }
        changes
    }
}

/// The values of unique columns in the rows so far, and in which row of the list they stand.
#[derive(Default)]
struct Seen(HashMap<(usize, String), usize>);

impl Seen {
    /// Refuses a row with the values of another one where no two rows may have the same.
    fn note(&mut self, context: &mut Context<'_>, table: &Table, names: &[Name], values: &[Value], at: usize) {
        let keys = table.primary_key.iter().chain(&table.uniques);
        for (number, key) in keys.enumerate() {
            let own = key.columns.iter().map(|name| {
                let place = names.iter().position(|known| known == name)?;
                let value = &values[place];
                let is_known = !matches!(value, Value::Null | Value::Function(_) | Value::Sql(_));
                is_known.then(|| format!("{value:?}"))
            });
            let Some(own) = own.collect::<Option<Vec<String>>>() else {
                continue;
            };
            if let Some(first) = self.0.insert((number, own.join("\u{0}")), at) {
                let columns: Vec<String> = key.columns.iter().map(|name| format!("`{name}`")).collect();
                let message = format!(
                    "row {} of the list has the same {}, which no two rows of `{}` may have",
                    first + 1,
                    columns.join(", "),
                    table.name
                );
                context.problem(Problem::error("duplicate-key", message).at(format!("rows/{at}")));
            }
        }
    }
}

/// Refuses rows that leave out a column which has to hold something.
pub(super) fn check_complete(context: &mut Context<'_>, table: &Table, names: &[Name], path: &str) {
    let missing = table.columns.iter().filter(|column| {
        !column.nullable
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none()
            && !names.contains(&column.name)
    });
    let missing: Vec<String> = missing.map(|column| format!("`{}`", column.name)).collect();
    // SQLite numbers the one integer column of a primary key by itself.
    let numbered = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.len() == 1 && missing == [format!("`{}`", key.columns[0])]);
    if missing.is_empty()
        || (numbered && context.family() == crate::dialect::Family::Sqlite)
        || context.is_uncertain(&table.name.name)
    {
        return;
    }
    let message = format!(
        "a value is missing for {}, which cannot hold NULL and has no default",
        missing.join(", ")
    );
    context.problem(Problem::error("value-missing", message).at(path));
}

/// The columns and values of a row, each checked.
pub(super) fn check_row(
    context: &mut Context<'_>,
    table: &Table,
    row: &IndexMap<Name, Value>,
    path: &str,
    inserts: bool,
) -> Option<(Vec<Name>, Vec<Value>)> {
    let (mut names, mut values, mut is_known) = (Vec::new(), Vec::new(), true);
    if row.is_empty() {
        context.problem(Problem::error("no-columns", "at least one column is needed").at(path));
    }
    for (name, value) in row {
        let path = format!("{path}/{name}");
        let Some(column) = known_column(context, table, name, &path) else {
            is_known = false;
            continue;
        };
        if column.generated.is_some() {
            let message = format!("column `{name}` is computed, and takes no value");
            context.problem(Problem::error("generated-column", message).at(path.as_str()));
        }
        if *value == Value::Null && !column.nullable {
            let message = format!("column `{name}` cannot hold NULL");
            context.problem(Problem::error("value-does-not-fit", message).at(path.as_str()));
        }
        context.check_value(value, &column.ty, path.as_str());
        names.push(column.name);
        values.push(value.clone());
    }
    if inserts && is_known {
        check_complete(context, table, &names, path);
    }
    (is_known && !names.is_empty()).then_some((names, values))
}

/// The column that a key of a row names: a mistake is told at the key.
fn known_column(context: &mut Context<'_>, table: &Table, name: &str, path: &str) -> Option<Column> {
    let before = context.problems.len();
    let column = context.column(table, name, path);
    for problem in &mut context.problems[before..] {
        problem.place.at_key = true;
    }
    column
}
