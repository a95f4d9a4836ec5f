use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, ObjectKind};

/// Takes an extension out of the database; what uses it is in the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropExtension {
    pub extension: Name,
}

impl Resolve for DropExtension {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = ObjectName::plain(self.extension.as_str());
        let found = context.known(ObjectKind::Extension, &name, "extension");
        found.map(|object| Change::DropObject { object }).into_iter().collect()
    }
}
