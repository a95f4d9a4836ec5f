use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, Object, ObjectKind};

/// Drops a schema that is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropSchema {
    pub schema: Name,
}

impl Resolve for DropSchema {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = ObjectName::plain(self.schema.as_str());
        let Some(object) = context.known(ObjectKind::Schema, &name, "schema") else {
            return Vec::new();
        };
        let inside = |name: &ObjectName| name.schema.as_ref() == Some(&self.schema);
        let tables = context.catalog.tables().filter(|table| inside(&table.name));
        let tables = tables.map(|table| format!("the table `{}`", table.name));
        let objects = context
            .catalog
            .objects()
            .filter(|object| !matches!(object, Object::Grant(_)) && inside(&object.name()));
        let objects = objects.map(|object| format!("the {} `{}`", object.kind().word(), object.name()));
        let users: Vec<String> = tables.chain(objects).collect();
        match context.refuse_used(&object, &users, "schema") {
            true => Vec::new(),
            false => context.drop_with_standing(object),
        }
    }
}
