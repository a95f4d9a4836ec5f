use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, Constraint, Kept, KeptWhat, Table};

/// Drops a table with its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    pub table: TableRef,
    /// Drop the foreign keys of other tables and the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
    /// Set the table aside in the same database under another name, so that the way back brings its rows back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

impl Resolve for DropTable {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let what = format!("table `{}`", table.name);
        let mut standing = context.catalog.standing_on(&table.name);
        standing.extend(context.catalog.rights_on_numbering(&table, None));
        let using = dependents::using(context, &table.name);
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
        match self.keep {
            true => changes.extend(aside(context, &table)),
            false => changes.push(Change::DropTable { table }),
        }
        changes
    }
}

/// The table under another name. Its foreign keys would hold rows of others, and indexes and constraints whose names are
/// unique in a schema would take them from those to come: they go before, and come back after.
fn aside(context: &Context<'_>, table: &Arc<Table>) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut left = table.clone();
    let rest = Arc::make_mut(&mut left);
    let constraints = std::mem::take(&mut rest.foreign_keys)
        .into_iter()
        .map(Constraint::ForeignKey)
        .chain(taken(&mut rest.checks, context, Constraint::Check))
        .chain(taken(&mut rest.uniques, context, Constraint::Unique))
        .chain(taken(&mut rest.exclusions, context, Constraint::Exclusion));
    let constraints: Vec<Constraint> = constraints.collect();
    let primary = rest.primary_key.take_if(|key| {
        let key = Constraint::PrimaryKey(key.clone());
        context.catalog.is_named_in_schema(&key)
    });
    let constraints = constraints.into_iter().chain(primary.map(Constraint::PrimaryKey));
    changes.extend(constraints.map(|constraint| Change::DropConstraint {
        table: table.name.clone(),
        constraint,
    }));
    if context.catalog.are_indexes_named_in_schema() {
        changes.extend(
            std::mem::take(&mut rest.indexes)
                .into_iter()
                .map(|index| Change::DropIndex {
                    table: table.name.clone(),
                    index,
                    concurrently: false,
                }),
        );
    }
    changes.push(Change::SetAside {
        kept: Kept {
            store: context.catalog.name_for_kept(&table.name),
            table: table.name.clone(),
            what: KeptWhat::Table { definition: left },
        },
    });
    changes
}

/// Those of a list whose names are unique in a schema, taken out of it.
fn taken<T: Clone>(list: &mut Vec<T>, context: &Context<'_>, constraint: impl Fn(T) -> Constraint) -> Vec<Constraint> {
    let (named, rest) = std::mem::take(list)
        .into_iter()
        .partition(|part| context.catalog.is_named_in_schema(&constraint(part.clone())));
    *list = rest;
    let named: Vec<T> = named;
    named.into_iter().map(constraint).collect()
}
