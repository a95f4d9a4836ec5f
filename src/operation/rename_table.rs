use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, renamed};
use crate::diagnostic::Problem;
use crate::dialect::{Name, ObjectName};
use crate::model::Change;

/// Gives a table another name; foreign keys that point at it follow, views are put back with the new name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    pub table: TableRef,
    /// The new name; the schema stays.
    pub to: Name,
}

impl Resolve for RenameTable {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let to = ObjectName {
            schema: table.name.schema.clone(),
            name: self.to.clone(),
        };
        context.check_name(&self.to, "to");
        if let Some(word) = context.taken(&to) {
            context.problem(Problem::error("duplicate-table", format!("{word} `{to}` exists already")).at("to"));
            return Vec::new();
        }
        let change = Change::RenameTable {
            from: table.name.clone(),
            to: to.clone(),
        };
        let mut using = dependents::texts_on(context, &table.name);
        let views = dependents::views_on(context, &table.name);
        using.retain(|object| !views.contains(object));
        using.extend(views);
        let standing = context.catalog.standing_on(&table.name);
        using.extend(dependents::kept_by_name(context, standing));
        let what = format!("`{}`", table.name);
        dependents::warn_of_routines(context, &what, &[&table.name.name], "table");
        dependents::around(&using, vec![change], |object| {
            renamed::with_table(context, object, &table.name, &to)
        })
    }
}
