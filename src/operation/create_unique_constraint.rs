use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::unnamed::Unnamed;
use super::{Context, Resolve, is_false, width_check};
use crate::dialect::Name;
use crate::model::{Change, Constraint, Key};

/// Lets no two rows of a table hold the same in these columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUniqueConstraint {
    pub table: TableRef,
    pub columns: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Whether two rows with NULL are the same (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// Whether a transaction may put it off to its end (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferrable: bool,
    /// Whether it is put off to the end of the transaction unless said otherwise; it is then deferrable too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub initially_deferred: bool,
}

impl Resolve for CreateUniqueConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(columns) = context.columns(&table, &self.columns, "columns") else {
            return Vec::new();
        };
        super::table_options::check_partition_key(context, &table, &columns, "columns");
        let name = context.name_or(self.name.as_ref(), Unnamed::Unique(&columns), &table, "");
        let constraint = Constraint::Unique(Key {
            nulls_not_distinct: self.nulls_not_distinct,
            deferrable: self.deferrable || self.initially_deferred,
            initially_deferred: self.initially_deferred,
            ..Key::new(name, columns)
        });
        if !context.check_constraint_name(&table, &constraint, "name") {
            return Vec::new();
        }
        width_check::check_constraint(context, &table, &constraint, "columns");
        vec![Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        }]
    }
}
