use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::insert::{check_row, rows_in_order};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Change, Kept, KeptWhat, Key, Table, Value};

/// Puts rows into a table; where one of the same key is there, it is given the new values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Upsert {
    pub table: TableRef,
    /// Each row a map of column and value; what a new row does not name gets its default.
    #[serde(serialize_with = "rows_in_order")]
    pub rows: Vec<IndexMap<Name, Value>>,
    /// The columns that say which row is meant, a primary key or unique (default: the primary key).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<Name>,
    /// The columns that a row which is there is given (default: all that its new form names, but for the key).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Vec<Name>>,
}

/// Rows of the same columns.
struct Group {
    columns: Vec<Name>,
    update: Vec<Name>,
    rows: Vec<Vec<Value>>,
}

impl Resolve for Upsert {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        if self.rows.is_empty() {
            context.problem(Problem::error("no-rows", "at least one row is needed").at("rows"));
        }
        let (Some(key), Some(update)) = (self.key(context, &table), self.update(context, &table)) else {
            return Vec::new();
        };
        if let Some(name) = update.iter().flatten().find(|name| key.contains(name)) {
            let message = format!("`{name}` is of the key, which stays");
            context.problem(Problem::error("key-updated", message).at("update"));
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut keys: Vec<Vec<Value>> = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let path = format!("rows/{at}");
            let Some((columns, values)) = check_row(context, &table, row, &path, true) else {
                continue;
            };
            let Some(own) = key_of(context, &key, &columns, &values, &path) else {
                continue;
            };
            if let Some(first) = keys.iter().position(|known| *known == own) {
                let message = format!("the key of this row is that of row {} of the list", first + 1);
                context.problem(Problem::error("duplicate-key", message).at(path.as_str()));
            }
            keys.push(own);
            let update = updated(context, &update, &key, &columns, &path);
            match groups.last_mut() {
                Some(group) if group.columns == columns => group.rows.push(values),
                _ => groups.push(Group {
                    columns,
                    update,
                    rows: vec![values],
                }),
            }
        }
        changes(context, &table, &key, keys, groups)
    }
}

impl Upsert {
    fn key(&self, context: &mut Context<'_>, table: &Table) -> Option<Vec<Name>> {
        if self.key.is_empty() {
            let primary = table.primary_key.as_ref().map(|key| key.columns.clone());
            if primary.is_none() && !context.are_keys_uncertain(&table.name) {
                let message = format!("table `{}` has no primary key", table.name);
                context.problem(
                    Problem::error("no-key", message)
                        .help("say by `key` which unique columns tell its rows apart")
                        .at("table"),
                );
            }
            if let Some(columns) = &primary {
                check_at_once(context, table, columns, "table");
            }
            return primary;
        }
        let columns = context.columns(table, &self.key, "key")?;
        if !table.is_unique(&columns) && !context.are_keys_uncertain(&table.name) {
            let list: Vec<&str> = columns.iter().map(Name::as_str).collect();
            let message = format!(
                "`{}({})` is neither a primary key nor unique",
                table.name,
                list.join(", ")
            );
            let problem = Problem::error("key-not-unique", message).help("add a unique constraint before");
            context.problem(problem.at("key"));
        }
        check_at_once(context, table, &columns, "key");
        Some(columns)
    }

    /// `None` where it has a mistake; nothing in it where the default is meant.
    fn update(&self, context: &mut Context<'_>, table: &Table) -> Option<Option<Vec<Name>>> {
        match self.update.as_deref() {
            None => Some(None),
            // Rows that are there stay as they are.
            Some([]) => Some(Some(Vec::new())),
            Some(names) => context.columns(table, names, "update").map(Some),
        }
    }
}

/// PostgreSQL finds the row that is meant by a key that is held at once: one that is put off does not do, not even beside
/// another.
fn check_at_once(context: &mut Context<'_>, table: &Table, columns: &[Name], path: &str) {
    let deferrable = |key: &&Key| key.deferrable || key.initially_deferred;
    if let Some(key) = table.keys_of(columns).find(deferrable)
        && context.family() == Family::Postgres
    {
        let message = format!(
            "`{}` of `{}` is deferrable: rows cannot be found by it as they go in",
            key.name, table.name
        );
        let problem =
            Problem::error("key-deferrable", message).help("name by `key` columns of a key that is held at once");
        context.problem(problem.at(path));
    }
}

/// The values of a row's key, each of which has to be known before.
fn key_of(
    context: &mut Context<'_>,
    key: &[Name],
    columns: &[Name],
    values: &[Value],
    path: &str,
) -> Option<Vec<Value>> {
    let mut own = Vec::new();
    for name in key {
        let value = columns.iter().position(|column| column == name).map(|at| &values[at]);
        match value {
            Some(Value::Null | Value::Function(_) | Value::Sql(_)) | None => {
                let message = format!("`{name}` is of the key, and needs a value that is known");
                context.problem(Problem::error("key-missing", message).at(path));
                return None;
            }
            Some(value) => own.push(value.clone()),
        }
    }
    Some(own)
}

/// The columns that a row which is there is given.
fn updated(
    context: &mut Context<'_>,
    update: &Option<Vec<Name>>,
    key: &[Name],
    columns: &[Name],
    path: &str,
) -> Vec<Name> {
    let Some(update) = update else {
        return columns.iter().filter(|name| !key.contains(name)).cloned().collect();
    };
    if let Some(name) = update.iter().find(|name| !columns.contains(name)) {
        let message = format!("`{name}` is to be updated, but this row gives no value for it");
        context.problem(Problem::error("value-missing", message).at(path));
    }
    update.clone()
}

/// What is there is set aside once, for all groups.
fn changes(
    context: &Context<'_>,
    table: &Table,
    key: &[Name],
    keys: Vec<Vec<Value>>,
    groups: Vec<Group>,
) -> Vec<Change> {
    if groups.is_empty() {
        return Vec::new();
    }
    let mut columns = key.to_vec();
    let moments = table.set_by_themselves(|_| groups.iter().all(|group| group.update.is_empty()));
    for name in groups.iter().flat_map(|group| &group.update).chain(moments) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let aside = Change::SetAside {
        kept: Kept {
            store: context.catalog.name_for_kept(&table.name),
            table: table.name.clone(),
            what: KeptWhat::Replaced {
                key: key.to_vec(),
                columns,
                rows: keys,
            },
        },
    };
    let upserts = groups.into_iter().map(|group| Change::UpsertRows {
        table: table.name.clone(),
        columns: group.columns,
        rows: group.rows,
        key: key.to_vec(),
        update: group.update,
    });
    [aside].into_iter().chain(upserts).collect()
}
