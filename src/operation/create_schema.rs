use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Change, Object, ObjectKind, Schema};

/// Creates a schema, in which tables and other objects lie; on MySQL and MariaDB that is a database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSchema {
    pub schema: Name,
    /// What it is for (PostgreSQL keeps it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreateSchema {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = ObjectName::plain(self.schema.as_str());
        if context.free_name(ObjectKind::Schema, &name, "schema").is_none() {
            return Vec::new();
        }
        let comment = self.comment.clone().filter(|_| context.family() == Family::Postgres);
        vec![Change::CreateObject {
            object: Object::Schema(Arc::new(Schema {
                name: self.schema.clone(),
                comment,
            })),
            if_not_exists: false,
        }]
    }
}
