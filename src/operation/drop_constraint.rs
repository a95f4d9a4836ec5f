use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name};
use crate::model::{Change, Constraint, Key, Table};

/// Drops a primary key, a unique constraint, a foreign key or a check, by its name or its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropConstraint {
    pub table: TableRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns of the one that is meant, in place of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether the primary key is meant, whatever its name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
}

impl Resolve for DropConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(constraint) = self.chosen(context, &table) else {
            return Vec::new();
        };
        if let Some(problem) = still_referenced(context, &table, &constraint) {
            context.problem(problem);
            return Vec::new();
        }
        vec![Change::DropConstraint {
            table: table.name.clone(),
            constraint,
        }]
    }
}

impl DropConstraint {
    fn chosen(&self, context: &mut Context<'_>, table: &Table) -> Option<Constraint> {
        if !self.primary_key {
            return choose(
                context,
                table,
                table.constraints(),
                self.name.as_ref(),
                &self.columns,
                "constraint",
            );
        }
        if self.name.is_some() || !self.columns.is_empty() {
            let message = "`primary_key` says which is meant: leave out `name` and `columns`";
            context.problem(Problem::error("too-many-keys", message).at("primary_key"));
        }
        let found = table.primary_key.clone().map(Constraint::PrimaryKey);
        if found.is_none() && !context.are_keys_uncertain(&table.name) {
            let message = format!("table `{}` has no primary key", table.name);
            context.problem(Problem::error("unknown-constraint", message).at("primary_key"));
        }
        found
    }
}

/// The one that a name or columns mean.
pub(super) fn choose(
    context: &mut Context<'_>,
    table: &Table,
    all: Vec<Constraint>,
    name: Option<&Name>,
    columns: &[Name],
    word: &str,
) -> Option<Constraint> {
    let known: Vec<String> = all.iter().map(|constraint| constraint.name().to_string()).collect();
    let (found, path): (Vec<Constraint>, &str) = match name {
        Some(name) => (
            all.into_iter().filter(|constraint| constraint.name() == name).collect(),
            "name",
        ),
        None if columns.is_empty() => {
            context.problem(
                Problem::error("missing-key", format!("say which {word}: by `name` or by `columns`")).at("table"),
            );
            return None;
        }
        None => {
            let columns = context.columns(table, columns, "columns")?;
            (
                all.into_iter()
                    .filter(|constraint| constraint.columns() == columns)
                    .collect(),
                "columns",
            )
        }
    };
    if found.len() > 1 {
        let names: Vec<String> = found
            .iter()
            .map(|constraint| format!("`{}`", constraint.name()))
            .collect();
        let message = format!("several are meant: {}", names.join(", "));
        context.problem(
            Problem::error("ambiguous", message)
                .help("say which by its `name`")
                .at(path),
        );
        return None;
    }
    let is_uncertain = context.are_keys_uncertain(&table.name) || name.is_some_and(|name| context.is_uncertain(name));
    if found.is_empty() && !is_uncertain {
        let what = match name {
            Some(name) => format!("table `{}` has no {word} `{name}`", table.name),
            None => format!("table `{}` has no {word} on these columns", table.name),
        };
        let mut problem = Problem::error("unknown-constraint", what).at(path);
        let other = table.constraint_names().find(|(known, _)| Some(*known) == name);
        problem = match (
            other,
            name.and_then(|name| nearest(name, known.iter().map(String::as_str))),
        ) {
            (Some((_, word)), _) => problem.help(format!("it is a {word}: `drop_constraint` drops it")),
            (None, Some(near)) => problem.did_you_mean(Some(near)),
            (None, None) if known.is_empty() => problem,
            (None, None) => problem.note(format!("it has {}", known.join(", "))),
        };
        context.problem(problem);
    }
    found.into_iter().next()
}

/// A constraint that has to be there, with its table, under the keys `table` and `constraint`.
pub(super) fn named(context: &mut Context<'_>, table: &TableRef, name: &Name) -> Option<(Arc<Table>, Constraint)> {
    let table = context.table(table, "table")?;
    let told = context.problems.len();
    let found = choose(context, &table, table.constraints(), Some(name), &[], "constraint");
    for problem in &mut context.problems[told..] {
        problem.place.path = "constraint".into();
    }
    Some((table, found?))
}

/// A key that foreign keys rest on cannot go before them.
fn still_referenced(context: &Context<'_>, table: &Table, constraint: &Constraint) -> Option<Problem> {
    let (Constraint::PrimaryKey(key) | Constraint::Unique(key)) = constraint else {
        return None;
    };
    let mut wanted = key.columns.clone();
    wanted.sort();
    let others = table.unique_column_sets().filter(|set| {
        let mut set: Vec<_> = set.iter().map(|name| (*name).clone()).collect();
        set.sort();
        set == wanted
    });
    let is_enough = match context.family() {
        // It holds each reference by one of the keys that are not put off; by the first, as far as that is known here.
        Family::Postgres => {
            let at_once = |key: &&Key| !key.deferrable && !key.initially_deferred;
            let first = table.keys_of(&key.columns).find(at_once);
            !at_once(&key) || first.is_some_and(|first| first.name != key.name)
        }
        Family::Sqlite | Family::Mysql => others.count() > 1,
    };
    if is_enough {
        return None;
    }
    let own = table
        .foreign_keys
        .iter()
        .filter(|foreign| context.catalog.key(&foreign.references) == context.catalog.key(&table.name));
    let own = own.map(|foreign| (&table.name, foreign));
    let incoming = context.catalog.incoming(&table.name);
    let incoming = incoming.iter().map(|(other, foreign)| (&other.name, *foreign));
    let (other, foreign) = own.chain(incoming).find(|(_, foreign)| {
        let mut columns = foreign.referenced_columns.clone();
        columns.sort();
        columns == wanted
    })?;
    Some(
        Problem::error(
            "has-dependents",
            format!(
                "`{}` is what the foreign key `{}` of `{other}` points at",
                key.name, foreign.name
            ),
        )
        .help("drop that foreign key before")
        .at("table"),
    )
}
