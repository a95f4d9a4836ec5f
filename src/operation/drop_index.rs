use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name};
use crate::model::{Change, Table};

/// Drops an index, by its name or its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    pub table: TableRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns of the one that is meant, in place of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Drop it while the table is written to, outside of any transaction (PostgreSQL; elsewhere it is dropped at once).
    #[serde(default, skip_serializing_if = "is_false")]
    pub concurrently: bool,
}

impl Resolve for DropIndex {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let (found, path): (Vec<_>, &str) = match &self.name {
            Some(name) => (
                table.indexes.iter().filter(|index| index.name == *name).collect(),
                "name",
            ),
            None if self.columns.is_empty() => {
                let message = "say which index: by `name` or by `columns`";
                context.problem(Problem::error("missing-key", message).at("table"));
                return Vec::new();
            }
            None => {
                let Some(columns) = context.columns(&table, &self.columns, "columns") else {
                    return Vec::new();
                };
                let same = table.indexes.iter().filter(|index| {
                    index
                        .plain_columns()
                        .is_some_and(|own| own.into_iter().eq(columns.iter()))
                });
                (same.collect(), "columns")
            }
        };
        match found.as_slice() {
            [index] => vec![Change::DropIndex {
                table: table.name.clone(),
                index: (*index).clone(),
                concurrently: self.concurrently && context.family() == Family::Postgres,
            }],
            [] => {
                unknown_index(context, &table, self.name.as_ref(), path);
                Vec::new()
            }
            _ => {
                let names: Vec<String> = found.iter().map(|index| format!("`{}`", index.name)).collect();
                let message = format!("several are meant: {}", names.join(", "));
                context.problem(
                    Problem::error("ambiguous", message)
                        .help("say which by its `name`")
                        .at(path),
                );
                Vec::new()
            }
        }
    }
}

/// Tells that a table has no such index, and what it has.
pub(super) fn unknown_index(context: &mut Context<'_>, table: &Table, named: Option<&Name>, path: &str) {
    if context.are_keys_uncertain(&table.name) || named.is_some_and(|name| context.is_uncertain(name)) {
        return;
    }
    let what = match named {
        Some(name) => format!("table `{}` has no index `{name}`", table.name),
        None => format!("table `{}` has no index on these columns", table.name),
    };
    let known: Vec<&str> = table.indexes.iter().map(|index| &*index.name).collect();
    let near = named.and_then(|name| nearest(name, known.iter().copied()));
    let problem = Problem::error("unknown-index", what).at(path);
    let constraint = table.constraint_names().find(|(known, _)| Some(*known) == named);
    context.problem(match (near, constraint) {
        (_, Some((_, word))) => problem.help(format!(
            "it is a {word}: `drop_constraint` drops it, `rename_constraint` renames it"
        )),
        (Some(near), None) => problem.did_you_mean(Some(near)),
        (None, None) if known.is_empty() => problem,
        (None, None) => problem.note(format!("it has {}", known.join(", "))),
    });
}
