//! What the changes so far have made, as far as later ones need it: Liquibase asks a live database for that.

use std::collections::{HashMap, HashSet};

use crate::document::Node;

/// The tables, indexes and views on one dialect, by their names in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    tables: HashMap<String, Vec<Column>>,
    /// The columns of each table that no two rows have the same of, besides its primary key.
    uniques: HashMap<String, Vec<Vec<String>>>,
    /// The table of each index.
    indexes: HashMap<String, Node>,
    /// The operation that made each view.
    views: HashMap<String, Node>,
    materialized: HashSet<String>,
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
    /// Whether no two rows have the same in it.
    pub is_unique: bool,
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
            is_unique: false,
        }
    }
}

impl Tables {
    pub fn create(&mut self, table: &str, columns: Vec<Column>) {
        self.tables.insert(folded(table), columns);
    }

    pub fn drop(&mut self, table: &str) {
        self.tables.remove(&folded(table));
        self.uniques.remove(&folded(table));
    }

    pub fn rename(&mut self, table: &str, to: &str) {
        if let Some(columns) = self.tables.remove(&folded(table)) {
            self.tables.insert(folded(to), columns);
        }
        if let Some(uniques) = self.uniques.remove(&folded(table)) {
            self.uniques.insert(folded(to), uniques);
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

    pub fn make_unique<'n>(&mut self, table: &str, columns: impl IntoIterator<Item = &'n str>) {
        let uniques = self.uniques.entry(folded(table)).or_default();
        uniques.push(columns.into_iter().map(folded).collect());
    }

    /// A unique constraint is gone, and it is not known which.
    pub fn forget_uniques(&mut self, table: &str) {
        self.uniques.remove(&folded(table));
        for column in self.tables.get_mut(&folded(table)).into_iter().flatten() {
            column.is_unique = false;
        }
    }

    pub fn drop_key(&mut self, table: &str) {
        for column in self.tables.get_mut(&folded(table)).into_iter().flatten() {
            column.is_key = false;
        }
    }

    /// Whether the changes have made columns tell the rows of a table apart.
    pub fn is_unique(&self, table: &str, columns: &[String]) -> bool {
        let Some(known) = self.tables.get(&folded(table)) else {
            return false;
        };
        let same = |own: Vec<String>| {
            let mut wanted: Vec<String> = columns.iter().map(|column| folded(column)).collect();
            let mut own = own;
            own.sort();
            wanted.sort();
            !own.is_empty() && own == wanted
        };
        let key = known.iter().filter(|column| column.is_key);
        let mut single = known.iter().filter(|column| column.is_unique);
        same(key.map(|column| folded(&column.name)).collect())
            || single.any(|column| same(vec![folded(&column.name)]))
            || self
                .uniques
                .get(&folded(table))
                .is_some_and(|all| all.iter().any(|own| same(own.clone())))
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

    /// Whether another view speaks of one.
    pub fn is_shown(&self, view: &str) -> bool {
        let name = folded(view);
        let mut others = self.views.iter().filter(|(known, _)| **known != name);
        others.any(|(_, operation)| {
            let query = operation.find("create_view").get("query").and_then(Node::as_str);
            let query = query.unwrap_or_default().to_lowercase();
            let mut words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == name)
        })
    }

    pub fn note_materialized(&mut self, view: &str) {
        self.materialized.insert(folded(view));
    }

    pub fn is_materialized(&self, view: &str) -> bool {
        self.materialized.contains(&folded(view))
    }

    pub fn drop_view(&mut self, view: &str) -> Option<Node> {
        self.views.remove(&folded(view))
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}
