//! What is said of a table beside its columns: each dialect has its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, as_written, mentions};
use crate::model::{Partition, Table, TableOptions};

/// What each dialect is told of a table beside its columns. The others leave it out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TableOptions")]
pub struct TableOptionsSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlite: Option<SqliteTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postgres: Option<PostgresTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mysql: Option<MysqlTable>,
    /// In place of what `mysql` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mariadb: Option<MysqlTable>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SqliteTable {
    /// Whether values are held to the types of their columns (SQLite 3.37).
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// Whether the rows are stored by their primary key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub without_rowid: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostgresTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Name>,
    /// Whether it is left out of the write-ahead log, and empty after a crash.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unlogged: bool,
    /// The tables whose columns it has too, before its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<TableRef>,
    /// How its rows are parted: `RANGE (day)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub partition_by: Option<String>,
    /// Its parts, which are created with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<PartitionSpec>,
}

/// A part of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Partition")]
pub struct PartitionSpec {
    pub name: Name,
    /// Which rows it holds: `FOR VALUES FROM (1) TO (100)`, or `DEFAULT`.
    #[schemars(length(min = 1))]
    pub bounds: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MysqlTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Name>,
    #[serde(default, deserialize_with = "as_written", skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    /// How its rows are parted, with the parts: `HASH (id) PARTITIONS 4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub partition_by: Option<String>,
}

impl TableOptionsSpec {
    pub fn is_empty(&self) -> bool {
        *self == TableOptionsSpec::default()
    }

    /// What the target is told.
    pub(super) fn resolve(&self, context: &mut Context<'_>) -> TableOptions {
        match context.family() {
            Family::Sqlite => self.sqlite.as_ref().map(SqliteTable::options),
            Family::Postgres => self.postgres.as_ref().map(|table| table.options(context)),
            Family::Mysql => {
                let own = self.mariadb.as_ref().filter(|_| context.dialect().name() == "mariadb");
                own.or(self.mysql.as_ref()).map(MysqlTable::options)
            }
        }
        .unwrap_or_default()
    }
}

impl SqliteTable {
    fn options(&self) -> TableOptions {
        TableOptions {
            strict: self.strict,
            without_rowid: self.without_rowid,
            ..TableOptions::default()
        }
    }
}

impl PostgresTable {
    fn options(&self, context: &mut Context<'_>) -> TableOptions {
        let mut inherits = Vec::new();
        for (at, parent) in self.inherits.iter().enumerate() {
            let found = context.table(parent, &format!("options/postgres/inherits/{at}"));
            inherits.extend(found.map(|table| table.name.clone()));
        }
        if self.partition_by.is_none() && !self.partitions.is_empty() {
            let message = "a table that is not parted has no partitions";
            let problem =
                Problem::error("no-partition-by", message).help("add `partition_by: RANGE (…)`, `LIST` or `HASH`");
            context.problem(problem.at("options/postgres/partitions"));
        }
        let partitions = self.partitions.iter().map(|partition| Partition {
            name: partition.name.clone(),
            bounds: partition.bounds.clone(),
        });
        TableOptions {
            tablespace: self.tablespace.clone(),
            unlogged: self.unlogged,
            inherits,
            partition_by: self.partition_by.clone(),
            partitions: partitions.collect(),
            ..TableOptions::default()
        }
    }
}

impl MysqlTable {
    fn options(&self) -> TableOptions {
        TableOptions {
            engine: self.engine.clone(),
            charset: self.charset.clone(),
            collation: self.collation.clone(),
            partition_by: self.partition_by.clone(),
            ..TableOptions::default()
        }
    }
}

/// Refuses a key that does not hold a column by which the rows are parted: each partition keeps its own part of an index.
pub(super) fn check_partition_key(context: &mut Context<'_>, table: &Table, columns: &[Name], path: &str) -> bool {
    let family = context.family();
    let missing = table
        .columns
        .iter()
        .find(|column| is_parted_by(table, &column.name, family) && !columns.contains(&column.name));
    if let Some(column) = missing {
        let message = format!(
            "the rows of `{}` are parted by `{}`: a key has to hold it too",
            table.name, column.name
        );
        let problem = Problem::error("partition-key", message);
        context.problem(problem.help(format!("add `{}` to its columns", column.name)).at(path));
    }
    missing.is_none()
}

/// Refuses to change a column by which the rows are parted; whether it may.
pub(super) fn may_change(context: &mut Context<'_>, table: &Table, column: &Name, what: &str, path: &str) -> bool {
    if !is_parted_by(table, column, context.family()) {
        return true;
    }
    let message = format!(
        "{} cannot {what} `{}.{column}`, by which the rows are parted",
        context.target().title(),
        table.name
    );
    let problem = Problem::error("not-on-dialect", message);
    context.problem(
        problem
            .help("create a table anew, move the rows, and rename it")
            .at(path),
    );
    false
}

fn is_parted_by(table: &Table, column: &Name, family: Family) -> bool {
    let by = table.options.parted_by(family);
    by.is_some_and(|(expression, _)| mentions(expression, column, family))
}

/// What tables of another kind than usual do not hold.
pub(super) fn check(context: &mut Context<'_>, table: &Table) {
    for key in table.primary_key.iter().chain(&table.uniques) {
        check_partition_key(context, table, &key.columns, "options");
    }
    if table.options.without_rowid && table.primary_key.is_none() {
        let problem = Problem::error(
            "no-primary-key",
            "rows are stored by their primary key, and the table has none",
        );
        context.problem(problem.at("options/sqlite/without_rowid"));
    }
    if table.options.without_rowid && table.columns.iter().any(|column| column.identity.is_some()) {
        let problem = Problem::error(
            "identity-without-rowid",
            "only a table with row ids can number its rows",
        )
        .help("leave `without_rowid` or `identity` out");
        context.problem(problem.at("options/sqlite/without_rowid"));
    }
}
