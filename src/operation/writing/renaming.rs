//! What has another name after: said before anything else, so that it is no loss and no new thing.

use super::tables::table_ref;
use super::{Unwritable, Writer};
use crate::dialect::{Name, ObjectName};
use crate::model::Catalog;
use crate::operation::{Operation, RenameColumn, RenameTable};

/// Tables and columns that have other names after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    /// From one name to the other.
    pub tables: Vec<(ObjectName, Name)>,
    /// Of a table, by the name that it has after.
    pub columns: Vec<(ObjectName, Name, Name)>,
}

impl Renames {
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.is_empty()
    }
}

/// The operations that give new names, and the schema after them.
pub fn renamed(before: &Catalog, renames: &Renames) -> Result<(Vec<Operation>, Catalog), Unwritable> {
    let mut writer = Writer::new(before, before);
    for (table, to) in &renames.tables {
        let operation = Operation::RenameTable(RenameTable {
            table: table_ref(table),
            to: to.clone(),
        });
        writer.add(&format!("table `{table}`"), operation)?;
    }
    for (table, column, to) in &renames.columns {
        let operation = Operation::RenameColumn(RenameColumn {
            table: table_ref(table),
            column: column.clone(),
            to: to.clone(),
        });
        writer.add(&format!("column `{column}` of `{table}`"), operation)?;
    }
    Ok((writer.operations, writer.catalog))
}
