use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::unnamed::Unnamed;
use super::{Context, Resolve, expression_check, is_false};
use crate::dialect::{Family, Name};
use crate::model::{Change, Check, Constraint};

/// Lets only rows into a table that meet an expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCheckConstraint {
    pub table: TableRef,
    #[schemars(length(min = 1))]
    pub expression: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Leave the rows that are there to `validate_constraint` (PostgreSQL; elsewhere they are checked at once).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
}

impl Resolve for CreateCheckConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        expression_check::check(context, &table, &self.expression, "expression");
        let columns = context.columns_used(&table, &self.expression);
        let name = context.name_or(self.name.as_ref(), Unnamed::Check(&columns), &table, "");
        let constraint = Constraint::Check(Check {
            not_valid: self.not_valid && context.family() == Family::Postgres,
            ..Check::new(name, &self.expression)
        });
        if !context.check_constraint_name(&table, &constraint, "name") {
            return Vec::new();
        }
        vec![Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        }]
    }
}
