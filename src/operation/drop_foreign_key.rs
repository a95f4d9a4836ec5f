use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_constraint::choose;
use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Constraint};

/// Drops a foreign key, by its name or its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropForeignKey {
    pub table: TableRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns of the one that is meant, in place of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether all foreign keys of the table are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
}

impl Resolve for DropForeignKey {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let all = table.foreign_keys.iter().cloned().map(Constraint::ForeignKey);
        let drop = |constraint| Change::DropConstraint {
            table: table.name.clone(),
            constraint,
        };
        if self.all {
            if self.name.is_some() || !self.columns.is_empty() {
                let message = "`all` says which are meant: leave out `name` and `columns`";
                context.problem(Problem::error("too-many-keys", message).at("all"));
            }
            return all.map(drop).collect();
        }
        let chosen = choose(
            context,
            &table,
            all.collect(),
            self.name.as_ref(),
            &self.columns,
            "foreign key",
        );
        chosen.map(drop).into_iter().collect()
    }
}
