use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::model::{Change, Object, View};

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
        drop(context, &self.view, self.cascade, false)
    }
}

/// The drop of a view, materialized or not, with what uses it on `cascade`.
pub(super) fn drop(context: &mut Context<'_>, name: &TableRef, cascade: bool, materialized: bool) -> Vec<Change> {
    let Some(view) = known_view(context, name, materialized) else {
        return Vec::new();
    };
    let what = format!("view `{}`", view.name);
    let using = dependents::views_on(context, &view.name);
    let Some(mut changes) = dependents::in_the_way(context, &what, using, cascade, "view") else {
        return Vec::new();
    };
    changes.extend(dependents::drops(&context.catalog.standing_on(&view.name)));
    changes.push(Change::DropObject {
        object: Object::View(view),
    });
    changes
}

/// A view that has to be there, of the kind that is meant.
pub(super) fn known_view(context: &mut Context<'_>, name: &TableRef, materialized: bool) -> Option<Arc<View>> {
    let found = context.catalog.view(&name.0).cloned();
    let word = if materialized { "materialized view" } else { "view" };
    let problem = match (&found, context.catalog.table(&name.0)) {
        (Some(view), _) if view.materialized == materialized => return found,
        (Some(view), _) => {
            let other = if view.materialized {
                "a materialized view"
            } else {
                "a plain view"
            };
            Problem::error("unknown-view", format!("`{}` is {other}", view.name))
        }
        (None, Some(table)) => Problem::error("unknown-view", format!("`{}` is a table, not a view", table.name)),
        (None, None) if context.is_uncertain(&name.0.name) => return None,
        (None, None) => {
            let known = context.catalog.views().filter(|view| view.materialized == materialized);
            let known: Vec<String> = known.map(|view| view.name.to_string()).collect();
            let near = nearest(&name.0.to_string(), known.iter().map(String::as_str));
            Problem::error("unknown-view", format!("unknown {word} `{}`", name.0)).did_you_mean(near)
        }
    };
    context.problem(problem.at("view"));
    None
}
