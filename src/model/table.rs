//! Tables and views as a catalog knows them: everything has a name, everything that was short is spelt out.

use serde::{Deserialize, Serialize};

use super::{Constraint, Type, Value};
use crate::dialect::{Name, NameCase, ObjectName};

/// A table with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: ObjectName,
    pub columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Made by hand, known from a live database only: carried through a rebuild.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: Name,
    #[serde(rename = "type")]
    pub ty: Type,
    pub nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ColumnDefault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
}

/// What a column holds where a row says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnDefault {
    Literal(Value),
    /// A portable function: `now`, `current_date`, `uuid`.
    Function(String),
    /// SQL, as it is.
    Expression(String),
}

/// A column that numbers its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// Whether rows may not bring a number of their own (PostgreSQL).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    pub expression: String,
    pub stored: bool,
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub name: Name,
    pub columns: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    pub name: Name,
    pub columns: Vec<Name>,
    pub references: ObjectName,
    pub referenced_columns: Vec<Name>,
    #[serde(default)]
    pub on_delete: Action,
    #[serde(default)]
    pub on_update: Action,
    /// `MATCH FULL`: all columns are NULL, or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub initially_deferred: bool,
}

/// What happens to the referring rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl Action {
    pub fn sql(self) -> &'static str {
        match self {
            Action::NoAction => "NO ACTION",
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub name: Name,
    pub expression: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub name: Name,
    pub columns: Vec<IndexColumn>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// The rows it covers (`WHERE`), all where nothing is said.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexColumn {
    pub key: IndexKey,
    #[serde(default, skip_serializing_if = "Order::is_ascending")]
    pub order: Order,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    Column(Name),
    Expression(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Asc,
    Desc,
}

impl Order {
    pub fn is_ascending(&self) -> bool {
        *self == Order::Asc
    }
}

/// A trigger that driftless did not make, by its own text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub name: Name,
    pub sql: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub name: ObjectName,
    pub query: String,
}

impl Table {
    pub fn column(&self, name: &str, case: NameCase) -> Option<&Column> {
        self.position(name, case).map(|at| &self.columns[at])
    }

    pub fn position(&self, name: &str, case: NameCase) -> Option<usize> {
        self.columns.iter().position(|column| column.name.same(name, case))
    }

    /// All keys whose columns are unique together.
    pub fn unique_column_sets(&self) -> impl Iterator<Item = Vec<&Name>> {
        let keys = self.primary_key.iter().chain(&self.uniques);
        let keys = keys.map(|key| key.columns.iter().collect());
        let indexes = self
            .indexes
            .iter()
            .filter(|index| index.unique && index.predicate.is_none());
        keys.chain(indexes.filter_map(Index::plain_columns))
    }

    /// All constraints, in the order in which CREATE TABLE lists them.
    pub fn constraints(&self) -> Vec<Constraint> {
        let primary = self.primary_key.iter().cloned().map(Constraint::PrimaryKey);
        let uniques = self.uniques.iter().cloned().map(Constraint::Unique);
        let foreign = self.foreign_keys.iter().cloned().map(Constraint::ForeignKey);
        let checks = self.checks.iter().cloned().map(Constraint::Check);
        primary.chain(uniques).chain(foreign).chain(checks).collect()
    }

    /// The names of everything on this table that has a name of its own, with the word for it.
    pub fn constraint_names(&self) -> impl Iterator<Item = (&Name, &'static str)> {
        let primary = self.primary_key.iter().map(|key| (&key.name, "primary key"));
        let uniques = self.uniques.iter().map(|key| (&key.name, "unique constraint"));
        let foreign = self.foreign_keys.iter().map(|key| (&key.name, "foreign key"));
        let checks = self.checks.iter().map(|check| (&check.name, "check constraint"));
        primary.chain(uniques).chain(foreign).chain(checks)
    }
}

impl Index {
    /// The columns in order, where the index has no expression.
    pub fn plain_columns(&self) -> Option<Vec<&Name>> {
        self.columns
            .iter()
            .map(|column| match &column.key {
                IndexKey::Column(name) => Some(name),
                IndexKey::Expression(_) => None,
            })
            .collect()
    }

    /// The columns in order, where the index does no more than a unique constraint.
    pub fn unique_columns(&self) -> Option<Vec<&Name>> {
        let ascending = self.columns.iter().all(|column| column.order.is_ascending());
        self.plain_columns()
            .filter(|_| self.unique && self.predicate.is_none() && ascending)
    }
}
