use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::dialect::Name;
use crate::model::{Change, Column};

/// Says what a column is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetColumnComment {
    pub table: TableRef,
    pub column: Name,
    /// The text; null takes the comment away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for SetColumnComment {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        let after = Column {
            comment: self.comment.clone().filter(|text| !text.is_empty()),
            ..before.clone()
        };
        alter(context, &table, &before, after, Conversion::default())
    }
}
