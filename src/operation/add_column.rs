use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::{ColumnSpec, TableRef};
use super::unnamed::created;
use super::{Context, Resolve, type_check, width_check};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Change, Constraint};

/// Adds a column to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    pub table: TableRef,
    pub column: ColumnSpec,
    /// The column it comes after; at the end where nothing is said. PostgreSQL adds at the end always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Name>,
}

impl Resolve for AddColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let mut column = context.column_of(&self.column, "column");
        if table.column(&column.name, context.catalog.column_case()).is_some() {
            if !context.is_uncertain(&table.name.name) && !context.is_uncertain(&column.name) {
                let message = format!("table `{}` has a column `{}` already", table.name, column.name);
                context.problem(Problem::error("duplicate-column", message).at("column/name"));
            }
            return Vec::new();
        }
        let filled =
            column.nullable || column.default.is_some() || column.identity.is_some() || column.generated.is_some();
        if !filled {
            let message = format!(
                "column `{}` cannot hold NULL and has no default: rows that are there have no value for it",
                column.name
            );
            let problem = Problem::warning("no-value-for-rows", message)
                .help("give it a `default`, or add it nullable, fill it with `update`, and set `nullable: false` with `alter_column`");
            context.problem(problem.at("column"));
        }
        type_check::check(context, &table, &column, "column/type");
        let at = self.position(context, &table);
        let mut with_column = (*table).clone();
        with_column.columns.push(column.clone());
        context.check_texts_of(&with_column, &self.column, "column");
        let mut added = Vec::new();
        context.constraints_of(&mut with_column, &self.column, |context, with_column, constraint| {
            if !context.check_constraint_name(with_column, &constraint, "column") {
                return;
            }
            if let (Constraint::PrimaryKey(_), Some(key)) = (&constraint, &table.primary_key) {
                let message = format!("table `{}` has a primary key already, `{}`", table.name, key.name);
                context.problem(Problem::error("second-primary-key", message).at("column/primary_key"));
                return;
            }
            width_check::check_constraint(context, with_column, &constraint, "column");
            with_column.add_constraint(constraint.clone());
            added.push(constraint);
        });
        let mut index = None;
        if let Some(references) = &self.column.references {
            let names = [column.name.clone()];
            let foreign = context.foreign_key(&with_column, None, &names, references, "column/references");
            index = foreign
                .as_ref()
                .and_then(|_| context.index_behind(&with_column, None, &names));
            added.extend(foreign.map(Constraint::ForeignKey));
        }
        column.nullable &= !self.column.primary_key;
        let mut changes = vec![Change::AddColumn {
            table: table.name.clone(),
            column,
            at,
        }];
        changes.extend(index.map(|index| created(&table, index)));
        changes.extend(added.into_iter().map(|constraint| Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        }));
        changes
    }
}

impl AddColumn {
    fn position(&self, context: &mut Context<'_>, table: &crate::model::Table) -> Option<usize> {
        let after = self.after.as_ref()?;
        context.column(table, after, "after")?;
        if context.family() == Family::Postgres {
            let message = "PostgreSQL adds a column at the end of its table";
            context.problem(Problem::warning("no-column-order", message).at("after"));
            return None;
        }
        let at = table.position(after, context.catalog.column_case())? + 1;
        (at < table.columns.len()).then_some(at)
    }
}
