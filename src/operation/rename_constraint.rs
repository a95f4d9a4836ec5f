use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_constraint::named;
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::dialect::Name;
use crate::model::Change;

/// Gives a primary key, a unique constraint, a foreign key or a check another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameConstraint {
    pub table: TableRef,
    pub constraint: Name,
    pub to: Name,
}

impl Resolve for RenameConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, constraint)) = named(context, &self.table, &self.constraint) else {
            return Vec::new();
        };
        context.check_name(&self.to, "to");
        if !context.check_constraint_name(&table, &constraint.renamed(&self.to), "to") {
            return Vec::new();
        }
        vec![Change::RenameConstraint {
            table: table.name.clone(),
            constraint,
            to: self.to.clone(),
        }]
    }
}
