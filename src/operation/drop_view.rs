use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::model::{Change, Object};

/// Drops a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropView {
    pub view: TableRef,
    /// Drop the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

impl Resolve for DropView {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(view) = context.catalog.view(&self.view.0).cloned() else {
            if !context.is_uncertain(&self.view.0.name) {
                let problem = match context.catalog.table(&self.view.0) {
                    Some(table) => Problem::error("unknown-view", format!("`{}` is a table, not a view", table.name)),
                    None => {
                        let known: Vec<String> = context.catalog.views().map(|view| view.name.to_string()).collect();
                        let near = nearest(&self.view.0.to_string(), known.iter().map(String::as_str));
                        Problem::error("unknown-view", format!("unknown view `{}`", self.view.0)).did_you_mean(near)
                    }
                };
                context.problem(problem.at("view"));
            }
            return Vec::new();
        };
        let what = format!("view `{}`", view.name);
        let using = dependents::views_on(context, &view.name);
        let Some(mut changes) = dependents::in_the_way(context, &what, using, self.cascade, "view") else {
            return Vec::new();
        };
        changes.extend(dependents::drops(&context.catalog.standing_on(&view.name)));
        changes.push(Change::DropObject {
            object: Object::View(view),
        });
        changes
    }
}
