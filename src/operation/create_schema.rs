use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::diagnostic::Problem;
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
        if let Some(why) = self.is_there(context) {
            let message = format!("schema `{}` is {why}", self.schema);
            let problem = Problem::error("reserved-name", message).help("leave it out, or give it another name");
            context.problem(problem.at("schema"));
            return Vec::new();
        }
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

impl CreateSchema {
    /// Why there can be no other schema of this name.
    fn is_there(&self, context: &Context<'_>) -> Option<&'static str> {
        let own: &[&str] = match context.family() {
            Family::Postgres => &["public", "information_schema"],
            Family::Mysql => &["mysql", "information_schema", "performance_schema", "sys"],
            Family::Sqlite => &[],
        };
        let is_own = own.contains(&self.schema.as_str()) || context.target().schema.as_ref() == Some(&self.schema);
        if is_own {
            return Some("there from the beginning");
        }
        let systems = context.family() == Family::Postgres && self.schema.starts_with("pg_");
        systems.then_some("one of PostgreSQL's own: their names begin with `pg_`")
    }
}
