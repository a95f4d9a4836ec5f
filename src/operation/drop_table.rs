use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, Constraint};

/// Drops a table with its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    pub table: TableRef,
    /// Drop the foreign keys of other tables and the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

impl Resolve for DropTable {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let what = format!("table `{}`", table.name);
        let standing = context.catalog.standing_on(&table.name);
        let mut using = dependents::texts_on(context, &table.name);
        using.retain(|object| !standing.contains(object));
        let views = dependents::views_on(context, &table.name);
        using.retain(|object| !views.contains(object));
        using.extend(views);
        let Some(mut changes) = dependents::in_the_way(context, &what, using, self.cascade, "table") else {
            return Vec::new();
        };
        changes.extend(dependents::drops(&standing));
        let incoming: Vec<Change> = context
            .catalog
            .incoming(&table.name)
            .into_iter()
            .map(|(other, foreign)| Change::DropConstraint {
                table: other.name.clone(),
                constraint: Constraint::ForeignKey(foreign.clone()),
            })
            .collect();
        if let (
            false,
            Some(Change::DropConstraint {
                table: other,
                constraint,
            }),
        ) = (self.cascade, incoming.first())
        {
            let message = format!(
                "{what} is referenced by `{other}` (foreign key `{}`)",
                constraint.name()
            );
            let problem = Problem::error("has-dependents", message)
                .help("drop that foreign key before, or say `cascade: true` to drop it with the table");
            context.problem(problem.at("table"));
            return Vec::new();
        }
        changes.extend(incoming);
        dependents::warn_of_routines(context, &what, &[&table.name.name], "table");
        changes.push(Change::DropTable { table });
        changes
    }
}
