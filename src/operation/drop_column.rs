use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::table_options::may_change;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{self, Family, Name};
use crate::model::{Change, Column, Constraint, Exclusion, Index, IndexKey, Kept, KeptWhat, Table};

/// Drops a column with its values, and the indexes and constraints of its table that use it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    pub table: TableRef,
    pub column: Name,
    /// Drop the foreign keys of other tables and the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
    /// Set the values aside in the same database, so that the way back brings them back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

impl Resolve for DropColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(column) = context.column(&table, &self.column, "column") else {
            return Vec::new();
        };
        if table.columns.len() == 1 {
            let message = format!("`{}` is the only column of `{}`", column.name, table.name);
            context.problem(
                Problem::error("last-column", message)
                    .help("drop the table instead")
                    .at("column"),
            );
            return Vec::new();
        }
        if !may_change(context, &table, &column.name, "drop", "column") {
            return Vec::new();
        }
        if let Some(other) = computed_from(context, &table, &column.name) {
            let message = format!("column `{other}` is computed from `{}`", column.name);
            context.problem(
                Problem::error("has-dependents", message)
                    .help(format!("drop `{other}` before"))
                    .at("column"),
            );
            return Vec::new();
        }
        let what = format!("column `{}.{}`", table.name, column.name);
        let mut using = dependents::texts_using(context, &table.name, &column.name);
        let views = dependents::views_using(context, &table.name, &column.name);
        using.retain(|object| !views.contains(object));
        using.extend(views);
        let Some(mut changes) = dependents::in_the_way(context, &what, using, self.cascade, "column") else {
            return Vec::new();
        };
        let Some(incoming) = self.incoming(context, &table, &column.name, &what) else {
            return Vec::new();
        };
        dependents::warn_of_routines(context, &what, &[&table.name.name, &column.name], "column");
        changes.extend(dependents::drops(&dependents::grants_on_column(
            context,
            &table.name,
            &column.name,
        )));
        let rights = context.catalog.rights_on_numbering(&table, Some(&column.name));
        changes.extend(dependents::drops(&rights));
        changes.extend(incoming);
        changes.extend(own_parts(context, &table, &column.name));
        let aside = match self.keep && column.generated.is_none() {
            true => self.aside(context, &table, &column),
            false => None,
        };
        let kept = aside.is_some();
        changes.extend(aside);
        let at = table
            .position(&column.name, context.catalog.column_case())
            .unwrap_or_default();
        changes.push(Change::DropColumn {
            table: table.name.clone(),
            column,
            at,
            kept,
        });
        changes
    }
}

fn computed_from(context: &Context<'_>, table: &Table, name: &Name) -> Option<Name> {
    let computed = table.columns.iter().find(|other| {
        other.name != *name
            && other
                .generated
                .as_ref()
                .is_some_and(|generated| dialect::mentions(&generated.expression, name, context.family()))
    });
    computed.map(|other| other.name.clone())
}

/// What of the table's own goes with the column: foreign keys before the indexes that serve them.
fn own_parts(context: &Context<'_>, table: &Table, name: &Name) -> Vec<Change> {
    let family = context.family();
    let uses = |names: &[Name]| names.contains(name);
    let foreign = table.foreign_keys.iter().filter(|foreign| {
        uses(&foreign.columns)
            || (uses(&foreign.referenced_columns)
                && context.catalog.key(&foreign.references) == context.catalog.key(&table.name))
    });
    let checks = table
        .checks
        .iter()
        .filter(|check| dialect::mentions(&check.expression, name, family));
    let uniques = table.uniques.iter().filter(|key| uses(&key.columns));
    let primary = table.primary_key.iter().filter(|key| uses(&key.columns));
    let excludes = |exclusion: &&Exclusion| {
        let mut keys = exclusion.elements.iter().map(|element| &element.key);
        let in_rows = exclusion
            .predicate
            .as_deref()
            .is_some_and(|text| dialect::mentions(text, name, family));
        in_rows || keys.any(|key| key_uses(key, name, family))
    };
    let exclusions = table.exclusions.iter().filter(excludes);
    let constraints = foreign
        .cloned()
        .map(Constraint::ForeignKey)
        .chain(checks.cloned().map(Constraint::Check))
        .chain(uniques.cloned().map(Constraint::Unique))
        .chain(primary.cloned().map(Constraint::PrimaryKey))
        .chain(exclusions.cloned().map(Constraint::Exclusion));
    let indexes = table.indexes.iter().filter(|index| index_uses(context, index, name));
    constraints
        .map(|constraint| Change::DropConstraint {
            table: table.name.clone(),
            constraint,
        })
        .chain(indexes.map(|index| Change::DropIndex {
            table: table.name.clone(),
            index: index.clone(),
            concurrently: false,
        }))
        .collect()
}

pub(super) fn index_uses(context: &Context<'_>, index: &Index, name: &Name) -> bool {
    let family = context.family();
    let in_columns = index.columns.iter().any(|column| key_uses(&column.key, name, family));
    in_columns
        || index.include.contains(name)
        || index
            .predicate
            .as_ref()
            .is_some_and(|text| dialect::mentions(text, name, family))
}

fn key_uses(key: &IndexKey, name: &Name, family: Family) -> bool {
    match key {
        IndexKey::Column(column) => column == name,
        IndexKey::Expression(text) => dialect::mentions(text, name, family),
    }
}

impl DropColumn {
    /// The values of the column, with the primary key that finds their rows again.
    fn aside(&self, context: &mut Context<'_>, table: &Table, column: &Column) -> Option<Change> {
        let key = super::update::key_to_keep_by(context, table)?;
        if key.contains(&column.name) {
            let message = format!("`{}` is of the primary key, by which values are put back", column.name);
            context.problem(Problem::error("key-dropped", message).at("keep"));
            return None;
        }
        let not_null = column.needs_values().then(|| column.clone());
        Some(Change::SetAside {
            kept: Kept {
                store: context.catalog.name_for_kept(&table.name),
                table: table.name.clone(),
                what: KeptWhat::Values {
                    key,
                    columns: vec![column.name.clone()],
                    filter: None,
                    not_null: not_null.into_iter().collect(),
                },
            },
        })
    }

    fn incoming(&self, context: &mut Context<'_>, table: &Table, name: &Name, what: &str) -> Option<Vec<Change>> {
        let changes: Vec<Change> = context
            .catalog
            .incoming(&table.name)
            .into_iter()
            .filter(|(_, foreign)| foreign.referenced_columns.contains(name))
            .map(|(other, foreign)| Change::DropConstraint {
                table: other.name.clone(),
                constraint: Constraint::ForeignKey(foreign.clone()),
            })
            .collect();
        match changes.first() {
            Some(Change::DropConstraint {
                table: other,
                constraint,
            }) if !self.cascade => {
                let message = format!(
                    "{what} is referenced by `{other}` (foreign key `{}`)",
                    constraint.name()
                );
                let problem = Problem::error("has-dependents", message)
                    .help("drop that foreign key before, or say `cascade: true` to drop it with the column");
                context.problem(problem.at("column"));
                None
            }
            _ => Some(changes),
        }
    }
}
