use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in, may_be_default, may_have_default};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::dialect::Name;
use crate::model::{Change, Column, Value};

/// Says what a column holds where a row says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    pub table: TableRef,
    pub column: Name,
    /// A literal, `{fn: now}` or `{sql: …}`.
    pub default: Value,
}

impl Resolve for SetDefault {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        if !may_have_default(context, &before, "column") {
            return Vec::new();
        }
        may_be_default(context, &self.default, &before, "default");
        let after = Column {
            default: Some(context.default_of(&self.default, &before.ty, "default")),
            ..before.clone()
        };
        alter(context, &table, &before, after, Conversion::default())
    }
}
