use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::moved_values::{Coming, Move, backs, expression};
use super::specification::{ColumnSpec, TableRef};
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Name};
use crate::model::Change;

/// Puts the values of columns together into a new one, and drops them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeColumns {
    pub table: TableRef,
    /// The columns that go.
    pub columns: Vec<Name>,
    /// The column that comes.
    pub into: ColumnSpec,
    /// What stands between their values, in place of `expression`; those that are NULL are passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// What the new column is filled with, for all dialects or for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<ByDialect<String>>,
    /// What the columns are filled with on the way back, each computed from the new one.
    #[serde(
        default,
        skip_serializing_if = "IndexMap::is_empty",
        serialize_with = "super::in_order"
    )]
    pub back: IndexMap<Name, ByDialect<String>>,
    /// Drop the foreign keys of other tables and the views that use them as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

impl Resolve for MergeColumns {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(columns) = context.columns(&table, &self.columns, "columns") else {
            return Vec::new();
        };
        if columns.len() < 2 {
            let problem = Problem::error("one-column", "there is one column only, and nothing to merge it with");
            context.problem(problem.help("use `rename_column` or `alter_column`").at("columns"));
            return Vec::new();
        }
        let back = backs(context, &columns, &self.back);
        let Some(expression) = self.text(context, &columns) else {
            return Vec::new();
        };
        let going = columns.into_iter().enumerate();
        let values = Move {
            table: &self.table,
            going: going.map(|(at, name)| (name, format!("columns/{at}"))).collect(),
            coming: vec![Coming {
                column: self.into.clone(),
                expression,
                path: "into".into(),
            }],
            back,
            cascade: self.cascade,
        };
        values.resolve(context, &table)
    }
}

impl MergeColumns {
    fn text(&self, context: &mut Context<'_>, columns: &[Name]) -> Option<String> {
        match (&self.expression, &self.separator) {
            (Some(text), None) => expression(context, text, "expression"),
            (None, Some(separator)) => Some(joined(columns, separator, context.dialect())),
            _ => {
                let message = "say either by a `separator` or by an `expression` how they are put together";
                context.problem(Problem::error("one-of", message).at("columns"));
                None
            }
        }
    }
}

/// The values with a text between them, those that are NULL passed over.
fn joined(columns: &[Name], separator: &str, dialect: Dialect) -> String {
    let names: Vec<String> = columns.iter().map(|name| dialect.quote(name)).collect();
    let text = dialect.string(separator);
    match dialect.family() {
        Family::Postgres | Family::Mysql => format!("concat_ws({text}, {})", names.join(", ")),
        // It has no `concat_ws` before 3.44.
        Family::Sqlite => {
            let parts: Vec<String> = names
                .iter()
                .map(|name| format!("coalesce({text} || {name}, '')"))
                .collect();
            format!("substr({}, {})", parts.join(" || "), separator.chars().count() + 1)
        }
    }
}
