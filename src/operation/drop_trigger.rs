use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, known_object};
use crate::dialect::Name;
use crate::model::{Change, ObjectKind};

/// Drops a trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropTrigger {
    pub trigger: Name,
    /// The table that it stands on.
    pub table: TableRef,
}

impl Resolve for DropTrigger {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let view = context.catalog.view(&self.table.0).map(|view| view.name.clone());
        let Some(table) = view.or_else(|| Some(context.table(&self.table, "table")?.name.clone())) else {
            return Vec::new();
        };
        let found = known_object::on_table(context, ObjectKind::Trigger, &self.trigger, &table, "trigger");
        found.map(|object| Change::DropObject { object }).into_iter().collect()
    }
}
