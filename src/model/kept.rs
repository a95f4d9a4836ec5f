//! Data that is set aside in the same database instead of being destroyed, so that a way back can bring it back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Column, Table, Value};
use crate::dialect::{Name, ObjectName};

/// The beginning of the names of all tables that hold what is set aside.
pub const KEPT_PREFIX: &str = "driftless_kept_";

/// What is set aside, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The table that holds it: in the schema of the table it comes from.
    pub store: Name,
    pub table: ObjectName,
    pub what: KeptWhat,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptWhat {
    /// A table by itself, renamed: what stood on it was taken off before.
    Table { definition: Arc<Table> },
    /// Values of rows that stay, with the key that finds them again.
    Values {
        key: Vec<Name>,
        columns: Vec<Name>,
        /// The rows that are meant; all where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
        /// Columns that go, and that can hold no NULL again only when their values are back: as they are then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_null: Vec<Column>,
    },
    /// Rows that go, with all their columns.
    Rows {
        columns: Vec<Name>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
    },
    /// Rows that an upsert replaces. On the way back, those of its keys that are not among them go.
    Replaced {
        key: Vec<Name>,
        columns: Vec<Name>,
        /// The keys of the upsert.
        rows: Vec<Vec<Value>>,
    },
    /// The keys of the rows that others put in: first those that are there already, then, with `made`, those that came.
    Keys { key: Vec<Name>, made: bool },
}

impl Kept {
    /// The table that holds it.
    pub fn stored_in(&self) -> ObjectName {
        ObjectName {
            schema: self.table.schema.clone(),
            name: self.store.clone(),
        }
    }

    /// What a person calls it.
    pub fn what(&self) -> String {
        match &self.what {
            KeptWhat::Table { .. } => format!("table {}", self.table),
            KeptWhat::Values { columns, .. } => {
                let names: Vec<&str> = columns.iter().map(Name::as_str).collect();
                format!("values of {}({})", self.table, names.join(", "))
            }
            KeptWhat::Rows { .. } => format!("rows of {}", self.table),
            KeptWhat::Replaced { .. } => format!("replaced rows of {}", self.table),
            KeptWhat::Keys { .. } => format!("keys of {}", self.table),
        }
    }
}
