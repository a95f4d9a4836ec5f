//! Changes of indexes.

use super::super::element::Element;
use super::super::node::{Body, list, text};
use super::{Translator, table_name};
use crate::document::Node;

impl Translator<'_> {
    pub fn create_index(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        // Where it goes with a key, the database makes it, and Liquibase makes none.
        if let Some(with) = change.value("associatedWith") {
            let keys = ["primarykey", "uniqueconstraint", "foreignkey"];
            if keys.iter().any(|key| with.text.to_lowercase().contains(key)) {
                self.passed_over("the index goes with a key: Liquibase makes none", with.span);
                return Vec::new();
            }
        }
        let mut body = Body::new(change.span).with("table", table.clone());
        if let Some(name) = change.value("indexName") {
            body.put("name", self.name(name));
            self.tables.create_index(&name.text, table);
        }
        let columns = change.listed("columns", "column");
        let columns: Vec<Node> = columns.filter_map(|column| self.index_column(column)).collect();
        body.put("columns", list(columns, change.span));
        let is_unique = self.is_set(change, "unique");
        body.flag("unique", is_unique);
        if is_unique {
            let names = change
                .listed("columns", "column")
                .filter_map(|column| column.text_of("name"));
            self.tables.make_unique(table_name(change), names);
        }
        self.passed_over_keys(change, &["tablespace", "clustered"]);
        vec![body.operation("create_index")]
    }

    fn index_column(&mut self, column: &Element) -> Option<Node> {
        let name = self.needed(column, "name")?;
        let written = self.free(name).trim().to_string();
        let is_computed = self.is_set(column, "computed") || written.contains('(');
        let is_descending = self.is_set(column, "descending");
        if !is_computed && !is_descending {
            return Some(text(written, name.span));
        }
        let key = match is_computed {
            true => "expression",
            false => "column",
        };
        let mut body = Body::new(column.span);
        // A prefix of a column is no expression.
        match prefix_of(&written).filter(|_| self.is_mysql()) {
            Some((name_of, length)) => {
                body.put("column", text(name_of, name.span));
                body.put("length", super::super::node::from_json(&length.into(), name.span));
            }
            None => body.put(key, text(written, name.span)),
        }
        if is_descending {
            body.put("order", text("desc", column.span));
        }
        Some(body.node())
    }

    pub fn drop_index(&mut self, change: &Element) -> Vec<Node> {
        let Some(index) = self.needed(change, "indexName") else {
            return Vec::new();
        };
        let known = self.tables.index_table(index.text.trim()).cloned();
        let table = match change.value("tableName") {
            Some(_) => self.table(change),
            None => known,
        };
        match table {
            Some(table) => {
                let body = Body::new(change.span)
                    .with("table", table)
                    .with("name", self.name(index));
                vec![body.operation("drop_index")]
            }
            // Its table is known to the database alone.
            None => {
                let statement = format!("DROP INDEX {}", self.quoted(self.free(index).trim()));
                vec![
                    Body::new(change.span)
                        .with("up", text(statement, change.span))
                        .operation("sql"),
                ]
            }
        }
    }
}

/// The column and the length of `name(10)`.
fn prefix_of(text: &str) -> Option<(&str, i64)> {
    let (name, rest) = text.split_once('(')?;
    let length = rest.strip_suffix(')')?.trim().parse().ok()?;
    Some((name.trim(), length))
}
