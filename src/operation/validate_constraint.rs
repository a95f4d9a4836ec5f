use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_constraint::named;
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::Change;

/// Holds a constraint that was created `not_valid` against the rows that were there before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateConstraint {
    pub table: TableRef,
    pub constraint: Name,
}

impl Resolve for ValidateConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, constraint)) = named(context, &self.table, &self.constraint) else {
            return Vec::new();
        };
        if constraint.is_not_valid() {
            return vec![Change::ValidateConstraint {
                table: table.name.clone(),
                constraint,
            }];
        }
        // Elsewhere every constraint was held against all rows when it was created.
        if context.family() == Family::Postgres {
            let message = format!(
                "{} `{}` is held against all rows already",
                constraint.word(),
                constraint.name()
            );
            context.problem(Problem::error("nothing-to-do", message).at("constraint"));
        }
        Vec::new()
    }
}
