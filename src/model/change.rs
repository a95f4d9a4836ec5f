//! What happens to a database, both sides known.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Check, Column, Exclusion, ForeignKey, Index, Kept, KeptWhat, Key, Object, Table, TableTraits, Value};
use crate::dialect::{Name, ObjectName, shown};

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
        /// Whether what it destroys was set aside before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
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
        /// While the table is written to, outside of any transaction (PostgreSQL).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        concurrently: bool,
    },
    DropIndex {
        table: ObjectName,
        index: Index,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        concurrently: bool,
    },
    /// The comment of a table, or whether policies are held against its rows.
    AlterTable {
        table: ObjectName,
        before: TableTraits,
        after: TableTraits,
    },
    RenameConstraint {
        table: ObjectName,
        /// As it is before.
        constraint: Constraint,
        to: Name,
    },
    /// A constraint that was added `not_valid` held against all rows.
    ValidateConstraint {
        table: ObjectName,
        /// As it is before.
        constraint: Constraint,
    },
    RenameIndex {
        table: ObjectName,
        from: Name,
        to: Name,
    },
    CreateObject {
        object: Object,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        if_not_exists: bool,
    },
    DropObject {
        object: Object,
    },
    /// Another definition, or another comment, under the same name.
    ReplaceObject {
        before: Object,
        after: Object,
    },
    RenameObject {
        /// As it is before.
        object: Object,
        to: Name,
    },
    /// The rows of a materialized view asked for again.
    RefreshView {
        view: ObjectName,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        concurrently: bool,
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
        /// What the way back sets, where it can be computed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        back: Vec<(Name, Value)>,
        /// Whether what it destroys was set aside before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
    },
    /// Rows put in; where one of the same key is there, it is given the values of `update`. What was there is set aside
    /// before.
    UpsertRows {
        table: ObjectName,
        columns: Vec<Name>,
        rows: Vec<Vec<Value>>,
        key: Vec<Name>,
        update: Vec<Name>,
    },
    /// The rows of a query put in.
    InsertQuery {
        table: ObjectName,
        columns: Vec<Name>,
        query: String,
    },
    /// All rows, at once.
    Truncate {
        table: ObjectName,
        /// Whether what it destroys was set aside before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
    },
    DeleteRows {
        table: ObjectName,
        filter: Option<String>,
        /// Whether what it destroys was set aside before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
    },
    /// The rows of a file put in.
    LoadRows {
        table: ObjectName,
        source: LoadSource,
        /// Whether the keys of what it puts in are set aside after.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
    },
    /// The rows of a file taken out by their key.
    UnloadRows {
        table: ObjectName,
        source: LoadSource,
    },
    /// The rows of a query, written to a file.
    UnloadData {
        target: UnloadTarget,
    },
    /// Data set aside in the same database, so that it comes back.
    SetAside {
        kept: Kept,
    },
    /// What was set aside, brought back.
    BringBack {
        kept: Kept,
    },
    /// A question to the database that has to be answered as expected.
    Assert {
        query: String,
        expected: Value,
        message: String,
    },
    /// A line for whoever watches.
    Print {
        message: String,
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
    #[serde(default, skip_serializing_if = "LoadFormat::is_csv")]
    pub format: LoadFormat,
    /// The names in the file, where they are not those of the columns; in the order of `columns`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The text that stands for NULL, beside an empty field without quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null: Option<String>,
    /// The columns that tell rows apart, where the file carries such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<Name>>,
}

/// How the rows of a file are written: CSV is RFC 4180 in UTF-8, JSON Lines one object a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadFormat {
    #[default]
    Csv,
    JsonLines,
}

impl LoadFormat {
    pub fn is_csv(&self) -> bool {
        *self == LoadFormat::Csv
    }
}

/// A file that rows are written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnloadTarget {
    /// Relative to the root of the changelog.
    pub path: String,
    /// The table whose rows they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<ObjectName>,
    /// A SELECT, where it is not a table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    #[serde(default, skip_serializing_if = "LoadFormat::is_csv")]
    pub format: LoadFormat,
    pub delimiter: char,
}

/// What holds for the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    PrimaryKey(Key),
    Unique(Key),
    ForeignKey(ForeignKey),
    Check(Check),
    Exclusion(Exclusion),
}

impl Constraint {
    pub fn name(&self) -> &Name {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => &key.name,
            Constraint::ForeignKey(foreign) => &foreign.name,
            Constraint::Check(check) => &check.name,
            Constraint::Exclusion(exclusion) => &exclusion.name,
        }
    }

    /// The same under another name.
    pub fn renamed(&self, to: &Name) -> Constraint {
        let mut constraint = self.clone();
        match &mut constraint {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.name = to.clone(),
            Constraint::ForeignKey(foreign) => foreign.name = to.clone(),
            // With a name of its own it is no column's any more.
            Constraint::Check(check) => (check.name, check.of_column) = (to.clone(), false),
            Constraint::Exclusion(exclusion) => exclusion.name = to.clone(),
        }
        constraint
    }

    /// Whether it is not yet held against the rows that were there before it.
    pub fn is_not_valid(&self) -> bool {
        match self {
            Constraint::ForeignKey(foreign) => foreign.not_valid,
            Constraint::Check(check) => check.not_valid,
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => false,
        }
    }

    /// The same, held against all rows or not.
    pub fn with_not_valid(&self, not_valid: bool) -> Constraint {
        let mut constraint = self.clone();
        match &mut constraint {
            Constraint::ForeignKey(foreign) => foreign.not_valid = not_valid,
            Constraint::Check(check) => check.not_valid = not_valid,
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => {}
        }
        constraint
    }

    /// What a person calls it.
    pub fn word(&self) -> &'static str {
        match self {
            Constraint::PrimaryKey(_) => "primary key",
            Constraint::Unique(_) => "unique constraint",
            Constraint::ForeignKey(_) => "foreign key",
            Constraint::Check(_) => "check constraint",
            Constraint::Exclusion(_) => "exclusion constraint",
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
            | Change::AlterTable { table, .. }
            | Change::RenameConstraint { table, .. }
            | Change::ValidateConstraint { table, .. }
            | Change::RenameIndex { table, .. }
            | Change::CreateIndex { table, .. }
            | Change::DropIndex { table, .. } => Some(table),
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::RenameTable { .. }
            | Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::RefreshView { .. }
            | Change::InsertRows { .. }
            | Change::DeleteKeys { .. }
            | Change::UpdateRows { .. }
            | Change::UpsertRows { .. }
            | Change::InsertQuery { .. }
            | Change::Truncate { .. }
            | Change::DeleteRows { .. }
            | Change::LoadRows { .. }
            | Change::UnloadRows { .. }
            | Change::UnloadData { .. }
            | Change::SetAside { .. }
            | Change::BringBack { .. }
            | Change::Assert { .. }
            | Change::Print { .. }
            | Change::Raw { .. } => None,
        }
    }

    /// The table whose rows it changes, and nothing else.
    pub fn written_table(&self) -> Option<&ObjectName> {
        match self {
            Change::InsertRows { table, .. }
            | Change::DeleteKeys { table, .. }
            | Change::UpdateRows { table, .. }
            | Change::UpsertRows { table, .. }
            | Change::InsertQuery { table, .. }
            | Change::DeleteRows { table, .. }
            | Change::LoadRows { table, .. }
            | Change::UnloadRows { table, .. } => Some(table),
            Change::Truncate { .. }
            | Change::SetAside { .. }
            | Change::BringBack { .. }
            | Change::Raw { .. }
            | Change::UnloadData { .. }
            | Change::Assert { .. }
            | Change::Print { .. }
            | Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::RenameTable { .. }
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::RenameColumn { .. }
            | Change::AlterColumn { .. }
            | Change::AlterTable { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::RenameIndex { .. }
            | Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::RefreshView { .. } => None,
        }
    }

    /// Whether it touches rows alone, and nothing of the schema, so that it can be part of a transaction everywhere.
    pub fn is_of_rows(&self) -> bool {
        match self {
            Change::InsertRows { .. }
            | Change::DeleteKeys { .. }
            | Change::UpdateRows { .. }
            | Change::UpsertRows { .. }
            | Change::InsertQuery { .. }
            | Change::DeleteRows { .. }
            | Change::LoadRows { .. }
            | Change::UnloadRows { .. }
            | Change::UnloadData { .. }
            | Change::Assert { .. }
            | Change::Print { .. } => true,
            // On MySQL, truncating is a change of the schema, and what is set aside gets a table of its own.
            Change::Truncate { .. } | Change::SetAside { .. } | Change::BringBack { .. } | Change::Raw { .. } => false,
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::RenameTable { .. }
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::RenameColumn { .. }
            | Change::AlterColumn { .. }
            | Change::AlterTable { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::RenameIndex { .. }
            | Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::RefreshView { .. } => false,
        }
    }

    /// Whether the engine refuses it inside a transaction.
    pub fn is_concurrent(&self) -> bool {
        matches!(
            self,
            Change::CreateIndex { concurrently: true, .. } | Change::DropIndex { concurrently: true, .. }
        )
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
            Change::DropIndex { table, index, .. } => format!("drop index {} on {table}", index.name),
            Change::AlterTable { table, before, after } => match before.comment == after.comment {
                true => format!("alter row-level security of {table}"),
                false => format!("comment on table {table}"),
            },
            Change::RenameConstraint { table, constraint, to } => {
                format!("rename {} {} on {table} to {to}", constraint.word(), constraint.name())
            }
            Change::ValidateConstraint { table, constraint } => {
                format!("validate {} {} on {table}", constraint.word(), constraint.name())
            }
            Change::RenameIndex { table, from, to } => format!("rename index {from} on {table} to {to}"),
            Change::CreateObject {
                object: Object::Grant(grant),
                ..
            } if grant.withheld => format!("revoke {} from {}", grant.subject(), grant.to),
            Change::CreateObject {
                object: Object::Grant(grant),
                ..
            } => format!("grant {} to {}", grant.subject(), grant.to),
            Change::DropObject {
                object: Object::Grant(grant),
            } if grant.withheld => format!("grant {} to {}", grant.subject(), grant.to),
            Change::DropObject {
                object: Object::Grant(grant),
            } => format!("revoke {} from {}", grant.subject(), grant.to),
            Change::CreateObject { object, .. } => format!("create {object}"),
            Change::DropObject { object } => format!("drop {object}"),
            Change::ReplaceObject { after, .. } => format!("replace {after}"),
            Change::RenameObject { object, to } => format!("rename {object} to {to}"),
            Change::RefreshView { view, .. } => format!("refresh materialized view {view}"),
            Change::InsertRows { table, rows, .. } => {
                format!("insert {} into {table}", rows_word(rows.len()))
            }
            Change::DeleteKeys { table, rows, .. } => {
                format!("delete {} from {table} by key", rows_word(rows.len()))
            }
            Change::UpdateRows { table, .. } => format!("update rows of {table}"),
            Change::UpsertRows { table, rows, .. } => {
                format!("upsert {} into {table}", rows_word(rows.len()))
            }
            Change::InsertQuery { table, .. } => format!("insert the rows of a query into {table}"),
            Change::Truncate { table, .. } => format!("truncate {table}"),
            Change::UnloadData { target } => format!("write rows to {}", target.path),
            Change::SetAside { kept } => match &kept.what {
                KeptWhat::Table { .. } => format!("set {} aside", kept.what()),
                _ => format!("set {} aside in {}", kept.what(), kept.store),
            },
            Change::BringBack { kept } => format!("bring {} back", kept.what()),
            Change::Assert { message, .. } => format!("assert: {message}"),
            Change::Print { message } => format!("print: {message}"),
            Change::DeleteRows { table, .. } => format!("delete rows of {table}"),
            Change::LoadRows { table, source, .. } => format!("load {} into {table}", source.path),
            Change::UnloadRows { table, source } => {
                format!("delete the rows of {} from {table}", source.path)
            }
            Change::Raw { up, .. } => {
                let line = shown(up.trim().lines().next().unwrap_or_default());
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
