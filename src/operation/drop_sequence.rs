use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve};
use crate::model::{Change, Object};

/// Drops a sequence that no default and no text uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropSequence {
    pub sequence: TableRef,
}

impl Resolve for DropSequence {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(sequence) = context.known_sequence(&self.sequence, "sequence") else {
            return Vec::new();
        };
        let users = context.users_of_sequence(&sequence.name);
        let object = Object::Sequence(sequence);
        if context.refuse_used(&object, &users, "sequence") {
            return Vec::new();
        }
        context.drop_with_standing(object)
    }
}
