use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::unnamed::Unnamed;
use super::{Context, Resolve, width_check};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Constraint, Key};

/// Makes columns the primary key of a table; those that may hold NULL no longer may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePrimaryKey {
    pub table: TableRef,
    pub columns: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl Resolve for CreatePrimaryKey {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(columns) = context.columns(&table, &self.columns, "columns") else {
            return Vec::new();
        };
        if let Some(key) = &table.primary_key {
            let message = format!("table `{}` has a primary key already, `{}`", table.name, key.name);
            context.problem(
                Problem::error("second-primary-key", message)
                    .help("drop that one before with `drop_constraint`")
                    .at("table"),
            );
            return Vec::new();
        }
        super::table_options::check_partition_key(context, &table, &columns, "columns");
        let name = context.name_or(self.name.as_ref(), Unnamed::PrimaryKey(&columns), &table, "");
        let constraint = Constraint::PrimaryKey(Key::new(name, columns.clone()));
        if !context.check_constraint_name(&table, &constraint, "name") {
            return Vec::new();
        }
        width_check::check_constraint(context, &table, &constraint, "columns");
        let nullable = table
            .columns
            .iter()
            .filter(|column| column.nullable && columns.contains(&column.name));
        let mut changes: Vec<Change> = nullable
            .map(|column| {
                let mut after = column.clone();
                after.nullable = false;
                Change::AlterColumn {
                    table: table.name.clone(),
                    before: Box::new(column.clone()),
                    after: Box::new(after),
                    using: None,
                    reverse_using: None,
                }
            })
            .collect();
        changes.push(Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        });
        changes
    }
}
