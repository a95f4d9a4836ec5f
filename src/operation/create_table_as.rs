use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::create_table::{CheckSpec, CreateTable, ForeignKeySpec, KeySpec};
use super::insert::check_complete;
use super::specification::{ColumnSpec, TableRef};
use super::table_options::TableOptionsSpec;
use super::{Context, Resolve, query_check};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Table};

/// Creates a table and puts the rows of a query into it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTableAs {
    pub table: TableRef,
    pub columns: Vec<ColumnSpec>,
    /// A primary key of several columns, or one with a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<KeySpec>,
    /// Unique constraints of several columns, or with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<KeySpec>,
    /// Foreign keys of several columns, or with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKeySpec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The SELECT, for all dialects or for each (null: no rows there).
    pub query: ByDialect<String>,
    /// The columns that the query gives values for, in its order (default: all that are not generated).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query_columns: Vec<Name>,
}

impl Resolve for CreateTableAs {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let mut changes = self.table().resolve(context);
        let rows = match changes.first() {
            Some(Change::CreateTable { table, .. }) => self.rows(context, &table.clone()),
            _ => None,
        };
        changes.extend(rows);
        changes
    }
}

impl CreateTableAs {
    fn table(&self) -> CreateTable {
        CreateTable {
            table: self.table.clone(),
            columns: self.columns.clone(),
            primary_key: self.primary_key.clone(),
            uniques: self.uniques.clone(),
            foreign_keys: self.foreign_keys.clone(),
            checks: self.checks.clone(),
            comment: self.comment.clone(),
            options: TableOptionsSpec::default(),
            if_not_exists: false,
        }
    }

    fn rows(&self, context: &mut Context<'_>, table: &Table) -> Option<Change> {
        let dialect = context.dialect();
        let Some(query) = self.query.pick(dialect) else {
            if !self.query.speaks_of(dialect) {
                let message = format!("no query is given for {}", dialect.facts().title);
                context.problem(Problem::error("missing-dialect", message).at("query"));
            }
            return None;
        };
        if query.trim().is_empty() {
            context.problem(Problem::error("no-query", "the query is empty").at("query"));
            return None;
        }
        query_check::is_query(context, query, Some(&self.query), "query");
        let columns = self.query_columns(context, table)?;
        let given = query_check::columns_of(query, context.family()).map(|given| given.len());
        if let Some(given) = given.filter(|given| *given != columns.len()) {
            let names: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
            let columns = if given == 1 { "column" } else { "columns" };
            let message = format!("the query gives {given} {columns}, for {}", names.join(", "));
            let path = self.query.path("query", dialect);
            context.problem(Problem::error("column-count", message).at(path));
            return None;
        }
        Some(Change::InsertQuery {
            table: table.name.clone(),
            columns,
            query: query.trim().trim_end_matches(';').trim_end().to_string(),
        })
    }

    fn query_columns(&self, context: &mut Context<'_>, table: &Table) -> Option<Vec<Name>> {
        if self.query_columns.is_empty() {
            let filled = table.columns.iter().filter(|column| column.generated.is_none());
            return Some(filled.map(|column| column.name.clone()).collect());
        }
        let names = context.columns(table, &self.query_columns, "query_columns")?;
        let computed = table
            .columns
            .iter()
            .find(|column| column.generated.is_some() && names.contains(&column.name));
        if let Some(column) = computed {
            let message = format!("column `{}` is computed, and takes no value", column.name);
            context.problem(Problem::error("generated-column", message).at("query_columns"));
        }
        check_complete(context, table, &names, "query_columns");
        Some(names)
    }
}
