use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve, is_false};
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, Extension, Object, ObjectKind};

/// Makes an extension of the server usable in the database (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateExtension {
    pub extension: Name,
    /// The schema that its objects go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// Its version (default: the server's newest).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Do nothing where it is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
}

impl Resolve for CreateExtension {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = ObjectName::plain(self.extension.as_str());
        let known = context.catalog.object(ObjectKind::Extension, &name).is_some();
        if !(known && self.if_not_exists) && context.free_name(ObjectKind::Extension, &name, "extension").is_none() {
            return Vec::new();
        }
        vec![Change::CreateObject {
            object: Object::Extension(Arc::new(Extension {
                name: self.extension.clone(),
                schema: self.schema.clone(),
                version: self.version.clone(),
                comment: None,
            })),
            if_not_exists: self.if_not_exists,
        }]
    }
}
