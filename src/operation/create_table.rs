use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::{ColumnSpec, ReferencesSpec, TableRef};
use super::table_options::{self, TableOptionsSpec};
use super::unnamed::Unnamed;
use super::{Context, Resolve, expression_check, is_false, type_check, width_check};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Check, Constraint, Key, Table};

/// Creates a table with its columns and constraints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTable {
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
    /// What each dialect is told of the table beside its columns.
    #[serde(default, skip_serializing_if = "TableOptionsSpec::is_empty")]
    pub options: TableOptionsSpec,
    /// Do nothing where a table of this name is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Key")]
pub struct KeySpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    pub columns: Vec<Name>,
}

/// A foreign key of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForeignKey")]
pub struct ForeignKeySpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    pub columns: Vec<Name>,
    pub references: ReferencesSpec,
}

/// An expression that every row has to meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Check")]
pub struct CheckSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    #[schemars(length(min = 1))]
    pub expression: String,
}

impl Resolve for CreateTable {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = context.catalog.normal_name(&self.table.0);
        if let Some(word) = context.taken(&name) {
            if word == "table" && self.if_not_exists {
                return Vec::new();
            }
            let message = format!("{word} `{name}` exists already");
            context.problem(Problem::error("duplicate-table", message).at("table"));
            return Vec::new();
        }
        context.check_object_name(&name, "table");
        if name.name.to_ascii_lowercase().starts_with("driftless_") {
            let message = format!("names that begin with `driftless_`, such as `{name}`, are driftless's own");
            context.problem(Problem::error("reserved-name", message).at("table"));
        }
        let mut table = Table::empty(name.clone());
        table.comment = self.comment.clone();
        table.options = self.options.resolve(context);
        table.columns = context.catalog.inherited(&table.options);
        let width = table.columns.len();
        if self.columns.is_empty() && width == 0 {
            context.problem(Problem::error("no-columns", "a table needs at least one column").at("columns"));
        }
        let mut inline = Vec::new();
        for (at, spec) in self.columns.iter().enumerate() {
            let path = format!("columns/{at}");
            let column = context.column_of(spec, &path);
            type_check::check(context, &table, &column, &format!("{path}/type"));
            let known = table.position(&column.name, context.catalog.column_case());
            if known.is_some_and(|known| known >= width) {
                let message = format!("column `{}` is there twice", column.name);
                context.problem(Problem::error("duplicate-column", message).at(format!("{path}/name")));
                continue;
            }
            match known {
                Some(known) => table.columns[known] = column,
                None => table.columns.push(column),
            }
            inline.push((spec, path));
        }
        for (at, spec) in self.columns.iter().enumerate() {
            context.check_texts_of(&table, spec, &format!("columns/{at}"));
        }
        for (spec, path) in inline {
            context.constraints_of(&mut table, spec, |context, table, constraint| {
                self.add(context, table, constraint, &path);
            });
        }
        self.add_keys(context, &mut table);
        self.add_foreign_keys(context, &mut table);
        table_options::check(context, &table);
        vec![Change::CreateTable {
            table: Arc::new(table),
            if_not_exists: self.if_not_exists,
        }]
    }
}

impl CreateTable {
    fn add(&self, context: &mut Context<'_>, table: &mut Table, constraint: Constraint, path: &str) {
        if !context.check_constraint_name(table, &constraint, path) {
            return;
        }
        width_check::check_constraint(context, table, &constraint, path);
        if let (Constraint::PrimaryKey(key), Some(_)) = (&constraint, &table.primary_key) {
            let message = format!("table `{}` has a second primary key, `{}`", table.name, key.name);
            let problem = Problem::error("second-primary-key", message)
                .help("one key of several columns is `primary_key: {columns: [a, b]}` beside `columns`");
            return context.problem(problem.at(path));
        }
        table.add_constraint(constraint);
    }

    fn add_keys(&self, context: &mut Context<'_>, table: &mut Table) {
        if let Some(key) = &self.primary_key
            && let Some(columns) = context.columns(table, &key.columns, "primary_key/columns")
        {
            let name = context.name_or(key.name.as_ref(), Unnamed::PrimaryKey(&columns), table, "primary_key/");
            self.add(
                context,
                table,
                Constraint::PrimaryKey(Key::new(name, columns)),
                "primary_key",
            );
        }
        for (at, key) in self.uniques.iter().enumerate() {
            let path = format!("uniques/{at}");
            if let Some(columns) = context.columns(table, &key.columns, &format!("{path}/columns")) {
                let name = context.name_or(key.name.as_ref(), Unnamed::Unique(&columns), table, &format!("{path}/"));
                self.add(context, table, Constraint::Unique(Key::new(name, columns)), &path);
            }
        }
        for (at, check) in self.checks.iter().enumerate() {
            let path = format!("checks/{at}");
            expression_check::check(context, table, &check.expression, format!("{path}/expression"));
            let columns = context.columns_used(table, &check.expression);
            let name = context.name_or(
                check.name.as_ref(),
                Unnamed::Check(&columns),
                table,
                &format!("{path}/"),
            );
            let check = Check::new(name, &check.expression);
            self.add(context, table, Constraint::Check(check), &path);
        }
    }

    /// Last, since they may point at the table's own keys.
    fn add_foreign_keys(&self, context: &mut Context<'_>, table: &mut Table) {
        for (at, spec) in self.columns.iter().enumerate() {
            let Some(references) = &spec.references else {
                continue;
            };
            let path = format!("columns/{at}/references");
            let columns = [spec.name.clone()];
            if let Some(foreign) = context.foreign_key(table, None, &columns, references, &path) {
                table.indexes.extend(context.index_behind(table, None, &columns));
                self.add(context, table, Constraint::ForeignKey(foreign), &path);
            }
        }
        for (at, spec) in self.foreign_keys.iter().enumerate() {
            let path = format!("foreign_keys/{at}");
            let Some(columns) = context.columns(table, &spec.columns, &format!("{path}/columns")) else {
                continue;
            };
            let references = format!("{path}/references");
            if let Some(foreign) =
                context.foreign_key(table, spec.name.as_ref(), &columns, &spec.references, &references)
            {
                table
                    .indexes
                    .extend(context.index_behind(table, spec.name.as_ref(), &columns));
                self.add(context, table, Constraint::ForeignKey(foreign), &path);
            }
        }
    }
}
