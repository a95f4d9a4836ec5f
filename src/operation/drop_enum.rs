use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve};
use crate::model::{Change, Object};

/// Drops an enum that no column has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropEnum {
    #[serde(rename = "enum")]
    pub name: TableRef,
}

impl Resolve for DropEnum {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(found) = context.known_enum(&self.name, "enum") else {
            return Vec::new();
        };
        let users = context.users_of_type(&found.name);
        let object = Object::Enum(found);
        if context.refuse_used(&object, &users, "enum") {
            return Vec::new();
        }
        context.drop_with_standing(object)
    }
}
