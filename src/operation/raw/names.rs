//! The names that engines give to constraints and indexes that have none.

use super::Reading;
use crate::dialect::{self, Family, Name};
use crate::model::{IndexColumn, IndexKey, Table};
use crate::operation::unnamed::{Unnamed, native_name};

impl Reading<'_, '_> {
    pub(super) fn primary_key_name(&self, table: &Table, columns: &[Name]) -> Name {
        native_name(self.now, table, Unnamed::PrimaryKey(columns))
    }

    pub(super) fn unique_name(&self, table: &Table, columns: &[Name]) -> Name {
        native_name(self.now, table, Unnamed::Unique(columns))
    }

    /// MySQL and MariaDB name the index behind it by rules of their own: there it needs a name.
    pub(super) fn foreign_key_name(&self, table: &Table, columns: &[Name]) -> Option<Name> {
        let named = self.family() != Family::Mysql;
        named.then(|| native_name(self.now, table, Unnamed::ForeignKey(columns)))
    }

    pub(super) fn check_name(&self, table: &Table, expression: &str, column: Option<&Name>) -> Name {
        let mentioned = |name: &Name| dialect::mentions(expression, name, self.family());
        let used = table.columns.iter().map(|column| &column.name);
        let used: Vec<Name> = used.filter(|name| mentioned(name)).cloned().collect();
        let unnamed = match column {
            Some(column) => Unnamed::ColumnCheck(column, &used),
            None => Unnamed::Check(&used),
        };
        native_name(self.now, table, unnamed)
    }

    /// What an expression is called is not worth guessing; SQLite names no index.
    pub(super) fn index_name(&self, table: &Table, columns: &[IndexColumn]) -> Option<Name> {
        let parts = columns.iter().map(|column| match &column.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        });
        let parts: Vec<Name> = parts.collect::<Option<_>>()?;
        let named = self.family() != Family::Sqlite;
        named.then(|| native_name(self.now, table, Unnamed::Index(&parts, columns, &[])))
    }
}
