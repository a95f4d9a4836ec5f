use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in, may_be_null};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Column};

/// Lets a column hold NULL again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropNotNull {
    pub table: TableRef,
    pub column: Name,
}

impl Resolve for DropNotNull {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        if !may_be_null(context, &table, &before, "column") {
            return Vec::new();
        }
        if before.nullable {
            let message = format!("column `{}` can hold NULL already", before.name);
            context.is_so_already(Problem::error("nothing-to-do", message).at("column"));
            return Vec::new();
        }
        let after = Column {
            nullable: true,
            ..before.clone()
        };
        alter(context, &table, &before, after, Conversion::default())
    }
}
