//! What happens to a database, both sides known.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Check, Column, ForeignKey, Index, Key, Table, Value, View};
use crate::dialect::{Name, ObjectName};

/// One thing that happens. Everything that is needed to take it back is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    CreateTable {
        table: Arc<Table>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        if_not_exists: bool,
    },
    DropTable {
        table: Arc<Table>,
    },
    RenameTable {
        from: ObjectName,
        to: ObjectName,
    },
    AddColumn {
        table: ObjectName,
        column: Column,
        /// The index it gets among the columns; at the end where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<usize>,
    },
    DropColumn {
        table: ObjectName,
        column: Column,
        at: usize,
    },
    RenameColumn {
        table: ObjectName,
        from: Name,
        to: Name,
    },
    AlterColumn {
        table: ObjectName,
        before: Box<Column>,
        after: Box<Column>,
        /// How the old values become new ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        using: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reverse_using: Option<String>,
    },
    AddConstraint {
        table: ObjectName,
        constraint: Constraint,
    },
    DropConstraint {
        table: ObjectName,
        constraint: Constraint,
    },
    CreateIndex {
        table: ObjectName,
        index: Index,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        if_not_exists: bool,
    },
    DropIndex {
        table: ObjectName,
        index: Index,
    },
    CreateView {
        view: Arc<View>,
    },
    DropView {
        view: Arc<View>,
    },
    ReplaceView {
        before: Arc<View>,
        after: Arc<View>,
    },
    /// Rows put in. `key` holds the columns that tell them apart, where they carry one.
    InsertRows {
        table: ObjectName,
        columns: Vec<Name>,
        rows: Vec<Vec<Value>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<Vec<Name>>,
    },
    /// Rows taken out by their key.
    DeleteKeys {
        table: ObjectName,
        key: Vec<Name>,
        rows: Vec<Vec<Value>>,
    },
    UpdateRows {
        table: ObjectName,
        set: Vec<(Name, Value)>,
        /// All rows where nothing is said.
        filter: Option<String>,
    },
    DeleteRows {
        table: ObjectName,
        filter: Option<String>,
    },
    /// The rows of a file put in.
    LoadRows {
        table: ObjectName,
        source: LoadSource,
    },
    /// The rows of a file taken out by their key.
    UnloadRows {
        table: ObjectName,
        source: LoadSource,
    },
    /// The author's own SQL, with what it does to the schema where that is known.
    Raw {
        up: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down: Option<String>,
        /// `None`: not known.
        effects: Option<Vec<Change>>,
        /// Which statement it is of so many that the author wrote as one text, where each commits by itself. The way
        /// back and the effects of all of them stand in the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<(usize, usize)>,
    },
}

/// A file of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadSource {
    /// Relative to the root of the changelog.
    pub path: String,
    /// SHA-256 of its content, line endings normalised.
    pub sha256: String,
    /// The columns its fields go to, in order.
    pub columns: Vec<Name>,
    /// Whether the first line holds names.
    pub header: bool,
    pub delimiter: char,
    /// The text that stands for NULL, beside an empty field without quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null: Option<String>,
    /// The columns that tell rows apart, where the file carries such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<Name>>,
}

/// What holds for the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    PrimaryKey(Key),
    Unique(Key),
    ForeignKey(ForeignKey),
    Check(Check),
}

impl Constraint {
    pub fn name(&self) -> &Name {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => &key.name,
            Constraint::ForeignKey(foreign) => &foreign.name,
            Constraint::Check(check) => &check.name,
        }
    }

    /// What a person calls it.
    pub fn word(&self) -> &'static str {
        match self {
            Constraint::PrimaryKey(_) => "primary key",
            Constraint::Unique(_) => "unique constraint",
            Constraint::ForeignKey(_) => "foreign key",
            Constraint::Check(_) => "check constraint",
        }
    }
}

impl Change {
    /// The table whose definition it alters, where it alters one that is there before and after.
    pub fn altered_table(&self) -> Option<&ObjectName> {
        match self {
            Change::AddColumn { table, .. }
            | Change::DropColumn { table, .. }
            | Change::RenameColumn { table, .. }
            | Change::AlterColumn { table, .. }
            | Change::AddConstraint { table, .. }
            | Change::DropConstraint { table, .. }
            | Change::CreateIndex { table, .. }
            | Change::DropIndex { table, .. } => Some(table),
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::RenameTable { .. }
            | Change::CreateView { .. }
            | Change::DropView { .. }
            | Change::ReplaceView { .. }
            | Change::InsertRows { .. }
            | Change::DeleteKeys { .. }
            | Change::UpdateRows { .. }
            | Change::DeleteRows { .. }
            | Change::LoadRows { .. }
            | Change::UnloadRows { .. }
            | Change::Raw { .. } => None,
        }
    }

    /// One line for a plan: `create table users`.
    pub fn summary(&self) -> String {
        match self {
            Change::CreateTable { table, .. } => format!("create table {}", table.name),
            Change::DropTable { table } => format!("drop table {}", table.name),
            Change::RenameTable { from, to } => format!("rename table {from} to {to}"),
            Change::AddColumn { table, column, .. } => {
                format!("add column {table}.{} {}", column.name, column.ty)
            }
            Change::DropColumn { table, column, .. } => {
                format!("drop column {table}.{}", column.name)
            }
            Change::RenameColumn { table, from, to } => {
                format!("rename column {table}.{from} to {to}")
            }
            Change::AlterColumn { table, after, .. } => {
                format!("alter column {table}.{}", after.name)
            }
            Change::AddConstraint { table, constraint } => {
                format!("add {} {} on {table}", constraint.word(), constraint.name())
            }
            Change::DropConstraint { table, constraint } => {
                format!("drop {} {} on {table}", constraint.word(), constraint.name())
            }
            Change::CreateIndex { table, index, .. } => {
                format!("create index {} on {table}", index.name)
            }
            Change::DropIndex { table, index } => format!("drop index {} on {table}", index.name),
            Change::CreateView { view } => format!("create view {}", view.name),
            Change::DropView { view } => format!("drop view {}", view.name),
            Change::ReplaceView { after, .. } => format!("replace view {}", after.name),
            Change::InsertRows { table, rows, .. } => {
                format!("insert {} into {table}", rows_word(rows.len()))
            }
            Change::DeleteKeys { table, rows, .. } => {
                format!("delete {} from {table} by key", rows_word(rows.len()))
            }
            Change::UpdateRows { table, .. } => format!("update rows of {table}"),
            Change::DeleteRows { table, .. } => format!("delete rows of {table}"),
            Change::LoadRows { table, source } => format!("load {} into {table}", source.path),
            Change::UnloadRows { table, source } => {
                format!("delete the rows of {} from {table}", source.path)
            }
            Change::Raw { up, .. } => {
                let line = up.trim().lines().next().unwrap_or_default();
                match line.char_indices().nth(60) {
                    Some((at, _)) => format!("run SQL: {}…", &line[..at]),
                    None => format!("run SQL: {line}"),
                }
            }
        }
    }
}

fn rows_word(count: usize) -> String {
    match count {
        1 => "1 row".into(),
        count => format!("{count} rows"),
    }
}
