use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_constraint::choose;
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::dialect::Name;
use crate::model::{Change, Constraint};

/// Drops a foreign key, by its name or its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropForeignKey {
    pub table: TableRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns of the one that is meant, in place of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
}

impl Resolve for DropForeignKey {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let all = table.foreign_keys.iter().cloned().map(Constraint::ForeignKey).collect();
        let chosen = choose(context, &table, all, self.name.as_ref(), &self.columns, "foreign key");
        let change = chosen.map(|constraint| Change::DropConstraint {
            table: table.name.clone(),
            constraint,
        });
        change.into_iter().collect()
    }
}
