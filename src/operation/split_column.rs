use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::moved_values::{Coming, Move, expression};
use super::specification::{ColumnSpec, IdentitySpec, TableRef, TypeSpec};
use super::{Context, Resolve, is_false, is_true, yes};
use crate::diagnostic::Problem;
use crate::dialect::{Name, as_written};
use crate::model::{Change, Value};

/// Takes the values of a column apart into new ones, and drops it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitColumn {
    pub table: TableRef,
    /// The column that goes.
    pub column: Name,
    /// The columns that come.
    pub into: Vec<SplitPart>,
    /// What the column is filled with on the way back, computed from the new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<ByDialect<String>>,
    /// Drop the foreign keys of other tables and the views that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

/// A column that is filled from another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitPart {
    pub name: Name,
    #[serde(rename = "type")]
    pub ty: TypeSpec,
    /// What it is filled with, for all dialects or for each.
    pub expression: ByDialect<String>,
    /// Whether it may hold NULL (default: true).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub nullable: bool,
    /// What it holds where a row that comes later says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether no two rows may hold the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// An expression that every row has to meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    #[serde(default, deserialize_with = "as_written", skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for SplitColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(column) = context.column(&table, &self.column, "column") else {
            return Vec::new();
        };
        if self.into.is_empty() {
            context.problem(Problem::error("no-columns", "at least one column is needed").at("into"));
        }
        let back = self.back.as_ref().and_then(|text| expression(context, text, "back"));
        let mut coming = Vec::new();
        for (at, part) in self.into.iter().enumerate() {
            let path = format!("into/{at}");
            if let Some(expression) = expression(context, &part.expression, &format!("{path}/expression")) {
                let column = part.column();
                coming.push(Coming {
                    column,
                    expression,
                    path,
                });
            }
        }
        if coming.is_empty() {
            return Vec::new();
        }
        let values = Move {
            table: &self.table,
            back: back.into_iter().map(|text| (column.name.clone(), text)).collect(),
            going: vec![(column.name, "column".into())],
            coming,
            cascade: self.cascade,
        };
        values.resolve(context, &table)
    }
}

impl SplitPart {
    fn column(&self) -> ColumnSpec {
        ColumnSpec {
            name: self.name.clone(),
            ty: self.ty.clone(),
            nullable: self.nullable,
            default: self.default.clone(),
            identity: IdentitySpec::Off,
            primary_key: false,
            unique: self.unique,
            references: None,
            check: self.check.clone(),
            collation: self.collation.clone(),
            comment: self.comment.clone(),
            generated: None,
            charset: None,
            on_update: None,
            invisible: false,
        }
    }
}
