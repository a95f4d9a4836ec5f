use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::diagnostic::Problem;
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
        if context.target().schema.as_ref() == Some(&self.schema) {
            let message = format!("`{}` is the schema that names without one mean", self.schema);
            context.problem(Problem::error("has-dependents", message).at("schema"));
            return Vec::new();
        }
        let inside = self.inside(context);
        if !inside.is_empty() {
            let message = format!("schema `{}` holds {}", self.schema, inside.join(" and "));
            let problem = Problem::error("has-dependents", message).help("drop what lies in it before");
            context.problem(problem.at("schema"));
            return Vec::new();
        }
        self.warn_of_kept(context);
        context.drop_with_standing(object)
    }
}

impl DropSchema {
    /// What lies in it: tables, objects, and what an extension brought.
    fn inside(&self, context: &Context<'_>) -> Vec<String> {
        let catalog = context.catalog;
        // Of the name's form in which the catalog compares.
        let probe = |schema: &Name| {
            catalog.key(&ObjectName {
                schema: Some(schema.clone()),
                name: schema.clone(),
            })
        };
        let wanted = probe(&self.schema).schema;
        let inside = |name: &ObjectName| name.schema.is_some() && catalog.key(name).schema == wanted;
        let tables = catalog.tables().filter(|table| inside(&table.name));
        let tables = tables.map(|table| format!("the table `{}`", table.name));
        let objects = catalog.objects().filter(|object| match object {
            Object::Grant(_) => false,
            Object::Extension(extension) => extension
                .schema
                .as_ref()
                .is_some_and(|schema| probe(schema).schema == wanted),
            object => inside(&object.name()) && object.stands_on().is_none(),
        });
        let objects = objects.map(|object| format!("the {} `{}`", object.kind().word(), object.name()));
        tables.chain(objects).collect()
    }

    /// Data that was set aside lies in the schema of its table, as far as it has not been purged.
    fn warn_of_kept(&self, context: &mut Context<'_>) {
        let kept = context.catalog.kept_in(&self.schema).map(|kept| kept.what());
        let kept: Vec<String> = kept.collect();
        if kept.is_empty() {
            return;
        }
        let message = format!(
            "in schema `{}` lies what was set aside: {}",
            self.schema,
            kept.join(", ")
        );
        let help = "`driftless purge` takes it out; until then it is in the way on PostgreSQL, and falls with the schema \
                    on MySQL and MariaDB";
        context.problem(Problem::warning("set-aside", message).help(help).at("schema"));
    }
}
