//! Views that stand on something which changes: taken down before, put back after.

use std::sync::Arc;

use super::Context;
use crate::diagnostic::Problem;
use crate::dialect::{self, ObjectName};
use crate::model::{Change, View};

/// The changes with the views around them: down in the order given, up in the other, with their texts rewritten.
pub(super) fn around(views: &[Arc<View>], changes: Vec<Change>, rewrite: impl Fn(&View) -> View) -> Vec<Change> {
    let down = views.iter().map(|view| Change::DropView { view: view.clone() });
    let up = views.iter().rev().map(|view| Change::CreateView {
        view: Arc::new(rewrite(view)),
    });
    down.chain(changes).chain(up).collect()
}

/// A view with the name of a table replaced where it means the table, not a column.
pub(super) fn with_table_renamed(context: &Context<'_>, view: &View, from: &str, to: &str) -> View {
    let dialect = context.dialect();
    let family = dialect.family();
    let query = dialect::rename_where(&view.query, from, &dialect.quote(to), family, |place| {
        place.names_table()
    });
    View {
        name: view.name.clone(),
        query,
    }
}

/// A view with the name of a column replaced where it means this table's.
pub(super) fn with_column_renamed(context: &Context<'_>, view: &View, table: &str, from: &str, to: &str) -> View {
    let dialect = context.dialect();
    let aliases = dialect::aliases(&view.query, table, dialect.family());
    let query = dialect::rename_where(&view.query, from, &dialect.quote(to), dialect.family(), |place| {
        let own = place
            .qualifier()
            .is_none_or(|name| aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&name)));
        own && !place.names_table()
    });
    View {
        name: view.name.clone(),
        query,
    }
}

/// Views in the way of what goes: dropped with it on `cascade`, else the reason why it cannot go.
pub(super) fn in_the_way(
    context: &mut Context<'_>,
    what: &str,
    views: Vec<Arc<View>>,
    cascade: bool,
    path: &str,
) -> Option<Vec<Change>> {
    if !cascade && !views.is_empty() {
        let names: Vec<String> = views.iter().map(|view| format!("`{}`", view.name)).collect();
        let message = format!(
            "{what} is used by the view{} {}",
            if names.len() == 1 { "" } else { "s" },
            names.join(", ")
        );
        let problem = Problem::error("has-dependents", message)
            .help("drop what uses it before, or say `cascade: true` to drop that as well (the way back puts it back)");
        context.problem(problem.at(path));
        return None;
    }
    Some(views.into_iter().map(|view| Change::DropView { view }).collect())
}

/// The views that use a column of a table, and those that use them; dependents first.
pub(super) fn using_column(context: &Context<'_>, table: &ObjectName, column: &str) -> Vec<Arc<View>> {
    let catalog = context.catalog;
    let on_table = catalog.dependent_views(table);
    let direct: Vec<&Arc<View>> = on_table
        .iter()
        .filter(|view| {
            catalog.view_mentions(&view.name, &table.name)
                && (catalog.view_mentions(&view.name, column) || view.query.contains('*'))
        })
        .collect();
    on_table
        .iter()
        .filter(|view| {
            direct.iter().any(|used| {
                used.name == view.name
                    || catalog
                        .dependent_views(&used.name)
                        .iter()
                        .any(|above| above.name == view.name)
            })
        })
        .cloned()
        .collect()
}
