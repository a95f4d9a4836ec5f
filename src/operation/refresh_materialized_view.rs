use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_view::known_view;
use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::Change;

/// Asks for the rows of a materialized view again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshMaterializedView {
    pub view: TableRef,
    /// While it is read: it needs a unique index of columns.
    #[serde(default, skip_serializing_if = "is_false")]
    pub concurrently: bool,
}

impl Resolve for RefreshMaterializedView {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(view) = known_view(context, &self.view, true) else {
            return Vec::new();
        };
        let is_whole =
            |index: &crate::model::Index| index.unique && index.predicate.is_none() && index.plain_columns().is_some();
        if self.concurrently && !view.indexes.iter().any(is_whole) {
            let message = format!(
                "`{}` has no unique index, by which rows that are read meanwhile are told apart",
                view.name
            );
            let problem = Problem::error("no-unique-index", message)
                .help("give it one in `indexes`, or leave `concurrently` out");
            context.problem(problem.at("concurrently"));
            return Vec::new();
        }
        vec![Change::RefreshView {
            view: view.name.clone(),
            concurrently: self.concurrently,
        }]
    }
}
