use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::model::{Change, Object, ObjectKind, View};

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
    let word = if materialized { "materialized view" } else { "view" };
    let what = format!("{word} `{}`", view.name);
    let using = dependents::using(context, &view.name);
    let Some(mut changes) = dependents::in_the_way(context, &what, using, cascade, "view") else {
        return Vec::new();
    };
    changes.extend(dependents::drops(&context.catalog.standing_on(&view.name)));
    dependents::warn_of_routines(context, &what, &[&view.name.name], "view");
    changes.push(Change::DropObject {
        object: Object::View(view),
    });
    changes
}

/// A view that has to be there, of the kind that is meant.
pub(super) fn known_view(context: &mut Context<'_>, name: &TableRef, materialized: bool) -> Option<Arc<View>> {
    let kind = match materialized {
        true => ObjectKind::MaterializedView,
        false => ObjectKind::View,
    };
    match context.known(kind, &name.0, "view")? {
        Object::View(view) => Some(view),
        _ => None,
    }
}
