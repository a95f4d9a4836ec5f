use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::insert::check_row;
use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, Value};

/// Sets columns of the rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    pub table: TableRef,
    #[serde(serialize_with = "super::in_order")]
    pub set: IndexMap<String, Value>,
    /// The rows that are meant, as an SQL condition.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// All rows are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
}

impl Resolve for Update {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        check_filter(context, self.filter.as_deref(), self.all);
        let Some((names, values)) = check_row(context, &table, &self.set, "set", false) else {
            return Vec::new();
        };
        vec![Change::UpdateRows {
            table: table.name.clone(),
            set: names.into_iter().zip(values).collect(),
            filter: self.filter.clone(),
            back: Vec::new(),
            kept: false,
        }]
    }
}

/// Either some rows are meant, or all are said to be.
pub(super) fn check_filter(context: &mut Context<'_>, filter: Option<&str>, all: bool) {
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
