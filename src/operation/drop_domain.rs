use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve};
use crate::model::{Change, ObjectKind};

/// Drops a domain that no column has for its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropDomain {
    pub domain: TableRef,
}

impl Resolve for DropDomain {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(object) = context.known(ObjectKind::Domain, &self.domain.0, "domain") else {
            return Vec::new();
        };
        let users = context.users_of_type(&object.name());
        match context.refuse_used(&object, &users, "domain") {
            true => Vec::new(),
            false => context.drop_with_standing(object),
        }
    }
}
