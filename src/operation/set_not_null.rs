use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in};
use super::specification::TableRef;
use super::update::without_news;
use super::{Context, Resolve, said};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Column, ColumnDefault, Table, Value};

/// Lets a column hold no NULL any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetNotNull {
    pub table: TableRef,
    pub column: Name,
    /// What the rows get that hold NULL; without it such rows stop the changeset.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub fill: Option<Value>,
}

impl Resolve for SetNotNull {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        if !before.nullable {
            let message = format!("column `{}` cannot hold NULL already", before.name);
            context.is_so_already(Problem::error("nothing-to-do", message).at("column"));
            return Vec::new();
        }
        if before.default == Some(ColumnDefault::Literal(Value::Null)) {
            let message = format!("column `{}` has NULL for its default", before.name);
            let problem = Problem::error("value-does-not-fit", message).help("take it away before with `drop_default`");
            context.problem(problem.at("column"));
        }
        let mut changes = Vec::new();
        changes.extend(self.filled(context, &table, &before));
        let after = Column {
            nullable: false,
            ..before.clone()
        };
        changes.extend(alter(context, &table, &before, after, Conversion::default()));
        changes
    }
}

impl SetNotNull {
    fn filled(&self, context: &mut Context<'_>, table: &Table, column: &Column) -> Option<Change> {
        let fill = self.fill.as_ref()?;
        if column.generated.is_some() {
            let message = format!("column `{}` is computed, and takes no value", column.name);
            context.problem(Problem::error("generated-column", message).at("fill"));
        }
        if *fill == Value::Null {
            let message = format!("column `{}` cannot be filled with NULL", column.name);
            context.problem(Problem::error("value-does-not-fit", message).at("fill"));
        }
        context.check_value(fill, &column.ty, "fill");
        Some(Change::UpdateRows {
            table: table.name.clone(),
            set: without_news(context.dialect(), table, vec![(column.name.clone(), fill.clone())]),
            filter: Some(format!("{} IS NULL", context.dialect().quote(&column.name))),
            back: Vec::new(),
            kept: false,
        })
    }
}
