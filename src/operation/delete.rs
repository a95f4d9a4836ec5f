use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::update::check_filter;
use super::{Context, Resolve, is_false};
use crate::model::Change;

/// Deletes rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    pub table: TableRef,
    /// The rows that are meant, as an SQL condition.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// All rows are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
}

impl Resolve for Delete {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        check_filter(context, self.filter.as_deref(), self.all);
        vec![Change::DeleteRows {
            table: table.name.clone(),
            filter: self.filter.clone(),
            kept: false,
        }]
    }
}
