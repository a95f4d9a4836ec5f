use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::{ReferencesSpec, TableRef};
use super::unnamed::created;
use super::{Context, Resolve, is_false};
use crate::dialect::{Family, Name};
use crate::model::{Change, Constraint};

/// Ties columns of a table to the rows of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateForeignKey {
    pub table: TableRef,
    pub columns: Vec<Name>,
    pub references: ReferencesSpec,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Leave the rows that are there to `validate_constraint` (PostgreSQL; elsewhere they are checked at once).
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
}

impl Resolve for CreateForeignKey {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(columns) = context.columns(&table, &self.columns, "columns") else {
            return Vec::new();
        };
        if let Some(name) = &self.name {
            context.check_name(name, "name");
        }
        let found = context.foreign_key(&table, self.name.as_ref(), &columns, &self.references, "references");
        let Some(foreign) = found else {
            return Vec::new();
        };
        let not_valid = self.not_valid && context.family() == Family::Postgres;
        let constraint = Constraint::ForeignKey(foreign).with_not_valid(not_valid);
        if !context.check_constraint_name(&table, &constraint, "name") {
            return Vec::new();
        }
        let index = context.index_behind(&table, self.name.as_ref(), &columns);
        let index = index.map(|index| created(&table, index));
        let add = Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        };
        index.into_iter().chain([add]).collect()
    }
}
