use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve};
use crate::model::{Change, TableTraits};

/// Says what a table is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTableComment {
    pub table: TableRef,
    /// The text; null takes the comment away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for SetTableComment {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        vec![Change::AlterTable {
            table: table.name.clone(),
            before: table.traits(),
            after: TableTraits {
                comment: self.comment.clone().filter(|text| !text.is_empty()),
                ..table.traits()
            },
        }]
    }
}
