//! What mistakes leave unknown, so that one mistake does not bring others about.

use std::collections::BTreeSet;

use super::Operation;
use crate::dialect::ObjectName;
use crate::document::Node;

/// The keys of operations that name something that is made or used.
const NAMING: [&str; 13] = [
    "table",
    "view",
    "to",
    "name",
    "column",
    "function",
    "procedure",
    "trigger",
    "policy",
    "schema",
    "extension",
    "domain",
    "sequence",
];

/// What operations with mistakes may have been about: of it no further mistakes are told.
#[derive(Debug, Clone, Default)]
pub struct Uncertain {
    /// Tables, views, columns, and whatever else has a name.
    names: BTreeSet<String>,
    /// Tables whose keys, constraints and indexes are not all known.
    keys_of: BTreeSet<String>,
}

impl Uncertain {
    pub fn name(&mut self, name: &str) {
        self.names.insert(name.to_string());
    }

    pub fn holds(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a key, a constraint or an index may be on a table that is not known.
    pub fn holds_keys_of(&self, table: &ObjectName) -> bool {
        self.holds(&table.name) || self.keys_of.contains(&*table.name)
    }

    /// The names in an operation that could not be read.
    pub fn unread(&mut self, node: &Node) {
        for entry in node.entries() {
            match entry.value.as_str() {
                Some(text) if NAMING.contains(&&*entry.key) => self.name(text),
                _ => self.unread(&entry.value),
            }
        }
        for item in node.items() {
            self.unread(item);
        }
    }

    /// What an operation would have made that failed.
    pub fn failed(&mut self, operation: &Operation) {
        let written = serde_json::to_value(operation).expect("our own types are JSON");
        let key = operation.key();
        let body = &written[key];
        let made = match key {
            "create_table" | "create_table_as" | "create_view" | "sql" | "sql_file" => return self.all_in(body),
            "merge_columns" | "split_column" => return self.all_in(&body["into"]),
            key if key.starts_with("rename_") => &body["to"],
            "add_column" => &body["column"]["name"],
            key => match key.strip_prefix("create_") {
                Some(kind) if body.get(kind).is_some() => &body[kind],
                Some("materialized_view") => &body["view"],
                _ => &body["name"],
            },
        };
        self.named(made);
        if (key.starts_with("create_") || key == "add_column")
            && let Some(table) = name_in(&body["table"])
        {
            self.keys_of.insert(table.to_string());
        }
    }

    /// Names under the keys that name something, of an operation that could not be read: of them nothing is known from
    /// here on.
    fn all_in(&mut self, written: &serde_json::Value) {
        match written {
            serde_json::Value::Object(entries) => {
                for (key, value) in entries {
                    match NAMING.contains(&key.as_str()) {
                        true => self.named(value),
                        false => self.all_in(value),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.all_in(item)),
            _ => {}
        }
    }

    fn named(&mut self, written: &serde_json::Value) {
        if let Some(name) = name_in(written) {
            self.name(name);
        }
    }
}

/// A name as it is written: by itself, or with its schema.
fn name_in(written: &serde_json::Value) -> Option<&str> {
    written.as_str().or_else(|| written["name"].as_str())
}
