use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name, ObjectName};
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
        if self.extension.as_str() == "plpgsql" && !self.if_not_exists && context.family() == Family::Postgres {
            let problem = Problem::error("duplicate-name", "extension `plpgsql` is there from the beginning")
                .help("leave it out, or say `if_not_exists: true`");
            context.problem(problem.at("extension"));
            return Vec::new();
        }
        if !(known && self.if_not_exists) && context.free_name(ObjectKind::Extension, &name, "extension").is_none() {
            return Vec::new();
        }
        if context.family() == Family::Postgres {
            self.warn_of_typo(context);
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

impl CreateExtension {
    /// A server may have any; one that is almost called like a common one is most likely that.
    fn warn_of_typo(&self, context: &mut Context<'_>) {
        let name = self.extension.as_str();
        let known = context.dialect().facts().extensions.keys().map(String::as_str);
        if let Some(near) = nearest(name, known).filter(|near| *near != name) {
            let message = format!("`{name}` is not the name of a common extension");
            context.problem(
                Problem::warning("unknown-extension", message)
                    .did_you_mean(Some(near))
                    .at("extension"),
            );
        }
    }
}
