use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in, has_default};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::dialect::Name;
use crate::model::{Change, Column};

/// Takes away the default of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropDefault {
    pub table: TableRef,
    pub column: Name,
}

impl Resolve for DropDefault {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        if !has_default(context, &before, "column") {
            return Vec::new();
        }
        let after = Column {
            default: None,
            ..before.clone()
        };
        alter(context, &table, &before, after, Conversion::default())
    }
}
