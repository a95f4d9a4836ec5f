use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::insert::check_row;
use super::specification::TableRef;
use super::{Context, Resolve, expression_check, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Name};
use crate::model::{Change, Kept, KeptWhat, Table, Value};

/// Sets columns of the rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    pub table: TableRef,
    #[serde(serialize_with = "super::in_order")]
    pub set: IndexMap<Name, Value>,
    /// The rows that are meant, as an SQL condition.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// All rows are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// Set the values that were there aside in the same database, so that the way back brings them back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

impl Resolve for Update {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        check_filter(context, &table, self.filter.as_deref(), self.all);
        let Some((names, values)) = check_row(context, &table, &self.set, "set", false) else {
            return Vec::new();
        };
        let aside = self.keep.then(|| self.aside(context, &table, &names)).flatten();
        let update = Change::UpdateRows {
            table: table.name.clone(),
            set: names.into_iter().zip(values).collect(),
            filter: self.filter.clone(),
            back: Vec::new(),
            kept: self.keep,
        };
        aside.into_iter().chain([update]).collect()
    }
}

impl Update {
    /// The values that are there, with the primary key that finds their rows again.
    fn aside(&self, context: &mut Context<'_>, table: &Table, names: &[Name]) -> Option<Change> {
        let key = key_to_keep_by(context, table)?;
        if let Some(name) = names.iter().find(|name| key.contains(name)) {
            let message = format!("`{name}` is of the primary key, by which values are put back");
            context.problem(Problem::error("key-updated", message).at("keep"));
        }
        let moments = table.set_by_themselves(|name| names.contains(name) || key.contains(name));
        let columns = names.iter().chain(moments).cloned().collect();
        Some(Change::SetAside {
            kept: Kept {
                store: context.catalog.name_for_kept(&table.name),
                table: table.name.clone(),
                what: KeptWhat::Values {
                    key,
                    columns,
                    filter: self.filter.clone(),
                    not_null: Vec::new(),
                },
            },
        })
    }
}

/// Values that are set without being news of their rows: the columns that would be set to the moment stay as they are.
pub(super) fn without_news(dialect: Dialect, table: &Table, set: Vec<(Name, Value)>) -> Vec<(Name, Value)> {
    let is_set = |name: &Name| set.iter().any(|(other, _)| other == name);
    let still: Vec<(Name, Value)> = table
        .set_by_themselves(is_set)
        .map(|name| (name.clone(), Value::Sql(dialect.quote(name))))
        .collect();
    set.into_iter().chain(still).collect()
}

/// Either some rows are meant, or all are said to be.
pub(super) fn check_filter(context: &mut Context<'_>, table: &Table, filter: Option<&str>, all: bool) {
    if let Some(filter) = filter {
        expression_check::check(context, table, filter, "where");
    }
    let problem = match (filter, all) {
        (None, false) => Problem::error("no-where", "say which rows: by `where`, or `all: true`").at("table"),
        (Some(_), true) => Problem::error("contradiction", "`where` and `all` say different things").at("all"),
        (Some(text), false) if text.trim().is_empty() => Problem::error("no-where", "`where` is empty")
            .help("say `all: true` where all rows are meant")
            .at("where"),
        _ => return,
    };
    context.problem(problem);
}

/// The primary key, by which what is set aside finds its rows again; `keep` is in vain without one.
pub(super) fn key_to_keep_by(context: &mut Context<'_>, table: &Table) -> Option<Vec<Name>> {
    let key = table.primary_key.as_ref().map(|key| key.columns.clone());
    if key.is_none() && !context.are_keys_uncertain(&table.name) {
        let message = format!(
            "table `{}` has no primary key, by which values are put back",
            table.name
        );
        context.problem(Problem::error("no-key", message).at("keep"));
    }
    key
}
