use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::unnamed::Unnamed;
use super::{Context, Resolve, expression_check, is_false, width_check};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Base, Change, Index, IndexColumn, IndexKey, IndexKind, Nulls, Order, Table, Type};

/// Creates an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    pub table: TableRef,
    /// Names of columns, or `{column, order, nulls, class, length}`, or the same with an `expression`.
    pub columns: Vec<IndexColumnSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Whether no two rows may hold the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The rows it covers (PostgreSQL, SQLite).
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub predicate: Option<String>,
    /// Do nothing where an index of this name is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
    /// Columns that it carries without sorting by them (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// The method: `gin`, `gist`, `brin`, `hash`, … (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Name>,
    /// Whether two rows with NULL are the same to a unique one (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// An index of words or of shapes (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "IndexKind::is_plain")]
    pub kind: IndexKind,
    /// Build it while the table is written to, outside of any transaction (PostgreSQL; elsewhere it is built at once).
    #[serde(default, skip_serializing_if = "is_false")]
    pub concurrently: bool,
}

/// What an index sorts by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a column's name, {column, order} or {expression, order}")]
pub enum IndexColumnSpec {
    Name(Name),
    Full(FullIndexColumn),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IndexColumnMap")]
pub struct FullIndexColumn {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub expression: Option<String>,
    #[serde(default, skip_serializing_if = "Order::is_ascending")]
    pub order: Order,
    /// Where NULL stands (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
    /// An operator class (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// So many letters or bytes of the beginning (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
}

impl IndexColumnSpec {
    /// The part of an index that it says; `None`: it is neither a column nor an expression, or both.
    pub(super) fn part(&self) -> Option<IndexColumn> {
        let full = match self {
            IndexColumnSpec::Name(name) => {
                return Some(IndexColumn::new(IndexKey::Column(name.clone()), Order::Asc));
            }
            IndexColumnSpec::Full(full) => full,
        };
        let key = match (&full.column, &full.expression) {
            (Some(name), None) => IndexKey::Column(name.clone()),
            (None, Some(text)) => IndexKey::Expression(text.clone()),
            _ => return None,
        };
        Some(IndexColumn {
            nulls: full.nulls,
            class: full.class.clone(),
            length: full.length,
            ..IndexColumn::new(key, full.order)
        })
    }
}

impl JsonSchema for IndexColumnSpec {
    fn schema_name() -> Cow<'static, str> {
        "IndexColumn".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let full = generator.subschema_for::<FullIndexColumn>();
        json_schema!({
            "description": "A column's name, or `{column, order, nulls, class, length}`, or the same with an `expression`.",
            "anyOf": [{ "type": "string", "minLength": 1 }, full],
        })
    }
}

impl Resolve for CreateIndex {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some((columns, named)) = self.columns(context, &table) else {
            return Vec::new();
        };
        let include = match self.include.is_empty() {
            true => Vec::new(),
            false => match context.columns(&table, &self.include, "include") {
                Some(include) => include,
                None => return Vec::new(),
            },
        };
        if let Some(predicate) = &self.predicate {
            expression_check::check(context, &table, predicate, "where");
        }
        if self.nulls_not_distinct && !self.unique {
            let message = "`nulls_not_distinct` is for an index that is `unique`";
            context.problem(Problem::error("not-unique", message).at("nulls_not_distinct"));
        }
        if self.unique {
            super::table_options::check_partition_key(context, &table, &named, "columns");
        }
        self.check_method(context, &table, &columns);
        let name = context.name_or(
            self.name.as_ref(),
            Unnamed::Index(&named, &columns, &include),
            &table,
            "",
        );
        let path = if self.name.is_some() { "name" } else { "columns" };
        let own = table.indexes.iter().any(|index| index.name == name)
            || table
                .uniques
                .iter()
                .any(|key| key.name == name && context.family() == Family::Mysql);
        let elsewhere = context.index_name_taken(&table.name, &name);
        if own || elsewhere.is_some() {
            if own && self.if_not_exists {
                return Vec::new();
            }
            let used = elsewhere.unwrap_or_else(|| format!("used on table `{}`", table.name));
            let message = format!("the name `{name}` is {used} already");
            context.problem(
                Problem::error("duplicate-name", message)
                    .help("give it a `name` of its own")
                    .at(path),
            );
            return Vec::new();
        }
        let index = Index {
            name,
            columns,
            unique: self.unique,
            predicate: self.predicate.clone(),
            include,
            method: self.using.clone(),
            nulls_not_distinct: self.nulls_not_distinct,
            kind: self.kind,
        };
        width_check::check_index(context, &table, &index, "columns");
        vec![Change::CreateIndex {
            table: table.name.clone(),
            index,
            if_not_exists: self.if_not_exists,
            concurrently: self.concurrently && context.family() == Family::Postgres,
        }]
    }
}

impl CreateIndex {
    /// Refuses a method that does not know how to order the values of a column. What extensions bring is not known.
    fn check_method(&self, context: &mut Context<'_>, table: &Table, columns: &[IndexColumn]) {
        if context.family() != Family::Postgres || self.using.as_deref() != Some("brin") {
            return;
        }
        for (at, part) in columns.iter().enumerate() {
            let IndexKey::Column(name) = &part.key else {
                continue;
            };
            let column = table.column(name, context.catalog.column_case());
            let Some(column) = column.filter(|_| part.class.is_none()) else {
                continue;
            };
            let held = context.catalog.held_type(&column.ty);
            let unordered = matches!(held, Type::Portable(Base::Boolean | Base::Json, _));
            if unordered || matches!(held, Type::Named { .. }) {
                let message = format!("`brin` has no way of its own to sort `{}`, a `{}`", name, column.ty);
                let problem = Problem::error("no-operator-class", message)
                    .help("say one by `class`, or leave `using` out for a B-tree");
                context.problem(problem.at(format!("columns/{at}")));
            }
        }
    }

    /// The columns, and the names that a generated name is made of.
    fn columns(&self, context: &mut Context<'_>, table: &Table) -> Option<(Vec<IndexColumn>, Vec<Name>)> {
        if self.columns.is_empty() {
            context.problem(Problem::error("no-columns", "at least one column is needed").at("columns"));
            return None;
        }
        let (mut columns, mut named) = (Vec::new(), Vec::new());
        for (at, spec) in self.columns.iter().enumerate() {
            let path = format!("columns/{at}");
            let Some(mut part) = spec.part() else {
                let message = "an index sorts by a `column` or by an `expression`";
                context.problem(Problem::error("one-of", message).at(path));
                return None;
            };
            match &mut part.key {
                IndexKey::Column(name) => {
                    let column = context.column(table, name, path.as_str())?;
                    if context.family() == Family::Mysql && named.contains(&column.name) {
                        let message = format!("column `{name}` is named twice");
                        context.problem(Problem::error("duplicate-column", message).at(path));
                        return None;
                    }
                    named.push(column.name.clone());
                    *name = column.name;
                }
                IndexKey::Expression(text) => {
                    expression_check::check(context, table, text, format!("{path}/expression"));
                    named.extend(context.columns_used(table, text));
                }
            }
            columns.push(part);
        }
        Some((columns, named))
    }
}
