use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, known_object};
use crate::dialect::Name;
use crate::model::{Change, ObjectKind};

/// Drops a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropPolicy {
    pub policy: Name,
    /// The table that it stands on.
    pub table: TableRef,
}

impl Resolve for DropPolicy {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let found = known_object::on_table(context, ObjectKind::Policy, &self.policy, &table.name, "policy");
        found.map(|object| Change::DropObject { object }).into_iter().collect()
    }
}
