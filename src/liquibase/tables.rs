//! What the changes so far have made, as far as later ones need it: Liquibase asks a live database for that.

use std::collections::HashMap;

use crate::document::Node;

/// The tables, indexes and views on one dialect, by their names in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    tables: HashMap<String, Vec<Column>>,
    /// The table of each index.
    indexes: HashMap<String, Node>,
    /// The operation that made each view.
    views: HashMap<String, Node>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub name: String,
    /// Its type, as the database has it.
    pub native: String,
    pub nullable: bool,
    pub has_default: bool,
    pub has_comment: bool,
    pub is_identity: bool,
    pub is_key: bool,
}

impl Column {
    /// A column of a type that has nothing more.
    pub fn plain(name: &str, native: String) -> Column {
        Column {
            name: name.trim().to_string(),
            native,
            nullable: true,
            has_default: false,
            has_comment: false,
            is_identity: false,
            is_key: false,
        }
    }
}

impl Tables {
    pub fn create(&mut self, table: &str, columns: Vec<Column>) {
        self.tables.insert(folded(table), columns);
    }

    pub fn drop(&mut self, table: &str) {
        self.tables.remove(&folded(table));
    }

    pub fn rename(&mut self, table: &str, to: &str) {
        if let Some(columns) = self.tables.remove(&folded(table)) {
            self.tables.insert(folded(to), columns);
        }
    }

    pub fn add(&mut self, table: &str, column: Column) {
        if let Some(columns) = self.tables.get_mut(&folded(table)) {
            columns.push(column);
        }
    }

    pub fn drop_column(&mut self, table: &str, column: &str) {
        if let Some(columns) = self.tables.get_mut(&folded(table)) {
            columns.retain(|known| !known.name.eq_ignore_ascii_case(column));
        }
    }

    pub fn column(&self, table: &str, column: &str) -> Option<&Column> {
        let columns = self.tables.get(&folded(table))?;
        columns.iter().find(|known| known.name.eq_ignore_ascii_case(column))
    }

    pub fn column_mut(&mut self, table: &str, column: &str) -> Option<&mut Column> {
        let columns = self.tables.get_mut(&folded(table))?;
        columns.iter_mut().find(|known| known.name.eq_ignore_ascii_case(column))
    }

    pub fn native(&self, table: &str, column: &str) -> Option<&str> {
        self.column(table, column).map(|column| column.native.as_str())
    }

    pub fn create_index(&mut self, index: &str, table: Node) {
        self.indexes.insert(folded(index), table);
    }

    pub fn index_table(&self, index: &str) -> Option<&Node> {
        self.indexes.get(&folded(index))
    }

    pub fn create_view(&mut self, view: &str, operation: Node) {
        self.views.insert(folded(view), operation);
    }

    pub fn drop_view(&mut self, view: &str) -> Option<Node> {
        self.views.remove(&folded(view))
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}
