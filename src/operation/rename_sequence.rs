use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents};
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, Object, ObjectKind};

/// Gives a sequence another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameSequence {
    pub sequence: TableRef,
    /// The new name; the schema stays.
    pub to: Name,
}

impl Resolve for RenameSequence {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(sequence) = context.known_sequence(&self.sequence, "sequence") else {
            return Vec::new();
        };
        let to = ObjectName {
            schema: sequence.name.schema.clone(),
            name: self.to.clone(),
        };
        if context.free_name(ObjectKind::Sequence, &to, "to").is_none() {
            return Vec::new();
        }
        let users = context.users_of_sequence(&sequence.name);
        let object = Object::Sequence(sequence);
        if context.refuse_used(&object, &users, "sequence") {
            return Vec::new();
        }
        let grants: Vec<Object> = dependents::kept_by_name(context, context.catalog.falls_with(&object)).collect();
        let rename = Change::RenameObject {
            object,
            to: self.to.clone(),
        };
        dependents::around(&grants, vec![rename], |grant| grant.moved_to(&to))
    }
}
