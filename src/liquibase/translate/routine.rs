//! Changes of procedures, functions and triggers: each is a statement of its own.

use super::super::element::Element;
use super::super::node::{Body, list, text};
use super::super::properties::{is_for, listed};
use super::Translator;
use crate::document::Node;

impl Translator<'_> {
    /// Whether a change is for this database, as its own `dbms` says.
    pub fn is_meant(&self, change: &Element) -> bool {
        is_for(&listed(change.text_of("dbms").unwrap_or_default()), self.dialect)
    }

    pub fn create_routine(&mut self, change: &Element) -> Vec<Node> {
        if !self.is_meant(change) {
            return Vec::new();
        }
        let (key, name) = match change.name.as_str() {
            "createProcedure" => ("procedureText", "procedureName"),
            "createFunction" => ("functionBody", "functionName"),
            _ => ("triggerBody", "triggerName"),
        };
        let Some((body, at)) = self.text_or_file(change, key) else {
            return Vec::new();
        };
        let statement = body.trim().trim_end_matches(';').trim_end();
        let statement = statement.strip_suffix("\n/").unwrap_or(statement).trim_end();
        let mut all = Vec::new();
        let replaces = self.is_set(change, "replaceIfExists") && self.is_mysql();
        if let Some(name) = change.value(name).filter(|_| replaces) {
            let word = match change.name.as_str() {
                "createProcedure" => "PROCEDURE",
                "createFunction" => "FUNCTION",
                _ => "TRIGGER",
            };
            let drop = format!("DROP {word} IF EXISTS {}", self.quoted(self.free(name).trim()));
            all.push(Body::new(change.span).with("up", text(drop, at)).operation("sql"));
        }
        all.push(Body::new(change.span).with("up", text(statement, at)).operation("sql"));
        if self.is_set(change, "disabled") {
            all.extend(self.switch_trigger(&change.called("disableTrigger")));
        }
        all
    }

    pub fn drop_routine(&mut self, change: &Element, operation: &str, own: &str, key: &str) -> Vec<Node> {
        let Some(name) = self.object(change, key, "schemaName", "catalogName") else {
            return Vec::new();
        };
        if self.family() == crate::dialect::Family::Sqlite {
            return self.nothing_there(change);
        }
        vec![Body::new(change.span).with(own, name).operation(operation)]
    }

    pub fn drop_trigger(&mut self, change: &Element) -> Vec<Node> {
        let (Some(name), Some(table)) = (self.needed(change, "triggerName"), self.table(change)) else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("trigger", self.name(name))
            .with("table", table);
        vec![body.operation("drop_trigger")]
    }

    /// A trigger that acts, or no longer, which PostgreSQL alone can say.
    pub fn switch_trigger(&mut self, change: &Element) -> Vec<Node> {
        let (Some(name), Some(table)) = (self.needed(change, "triggerName"), self.table(change)) else {
            return Vec::new();
        };
        if !self.is_postgres() {
            return self.nothing_there(change);
        }
        let (table, name) = (self.quoted_object(&table), self.quoted(self.free(name).trim()));
        let statement = |word: &str| text(format!("ALTER TABLE {table} {word} TRIGGER {name}"), change.span);
        let (up, down) = match change.name == "enableTrigger" {
            true => ("ENABLE", "DISABLE"),
            false => ("DISABLE", "ENABLE"),
        };
        let body = Body::new(change.span)
            .with("up", statement(up))
            .with("down", statement(down))
            .with("effects", list(Vec::new(), change.span));
        vec![body.operation("sql")]
    }

    pub fn rename_trigger(&mut self, change: &Element) -> Vec<Node> {
        let (old, new) = (
            self.needed(change, "oldTriggerName"),
            self.needed(change, "newTriggerName"),
        );
        let (Some(old), Some(new), Some(table)) = (old, new, self.table(change)) else {
            return Vec::new();
        };
        if !self.is_postgres() {
            return self.nothing_there(change);
        }
        let table = self.quoted_object(&table);
        let (old, new) = (self.quoted(self.free(old).trim()), self.quoted(self.free(new).trim()));
        let statement =
            |from: &str, to: &str| text(format!("ALTER TRIGGER {from} ON {table} RENAME TO {to}"), change.span);
        let body = Body::new(change.span)
            .with("up", statement(&old, &new))
            .with("down", statement(&new, &old));
        vec![body.operation("sql")]
    }
}
