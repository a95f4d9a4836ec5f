use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, drop_view, is_false};
use crate::model::Change;

/// Drops a materialized view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropMaterializedView {
    pub view: TableRef,
    /// Drop the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

impl Resolve for DropMaterializedView {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        drop_view::drop(context, &self.view, self.cascade, true)
    }
}
