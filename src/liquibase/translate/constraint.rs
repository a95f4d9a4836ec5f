//! Changes of keys and checks.

use super::super::element::Element;
use super::super::node::{Body, flag, list, text};
use super::{Translator, table_name};
use crate::document::Node;

/// What a foreign key does when its row goes or changes, as Liquibase says it.
const ACTIONS: [(&str, &str); 5] = [
    ("CASCADE", "cascade"),
    ("SET NULL", "set_null"),
    ("SET DEFAULT", "set_default"),
    ("RESTRICT", "restrict"),
    ("NO ACTION", "no_action"),
];

impl Translator<'_> {
    pub fn add_primary_key(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(columns)) = (self.table(change), self.needed(change, "columnNames")) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        if let Some(name) = change.value("constraintName") {
            body.put("name", self.name(name));
        }
        body.put("columns", list(self.names(columns), columns.span));
        self.passed_over_keys(change, &["tablespace", "clustered", "forIndexName"]);
        for column in columns.text.split(',') {
            if let Some(known) = self.tables.column_mut(table_name(change), column.trim()) {
                known.is_key = true;
                known.nullable = false;
            }
        }
        vec![body.operation("create_primary_key")]
    }

    pub fn drop_primary_key(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        body.put("primary_key", flag(true, change.span));
        self.tables.drop_key(table_name(change));
        vec![body.operation("drop_constraint")]
    }

    pub fn add_unique(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(columns)) = (self.table(change), self.needed(change, "columnNames")) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        if let Some(name) = change.value("constraintName") {
            body.put("name", self.name(name));
        }
        body.put("columns", list(self.names(columns), columns.span));
        self.tables.make_unique(table_name(change), columns.text.split(','));
        self.deferral(change, &mut body);
        self.passed_over_keys(change, &["tablespace", "clustered", "disabled", "forIndexName"]);
        vec![body.operation("create_unique_constraint")]
    }

    /// Whether it is checked at the end of the transaction, which PostgreSQL alone can do.
    fn deferral(&mut self, change: &Element, body: &mut Body) {
        let (deferrable, deferred) = (
            self.is_set(change, "deferrable"),
            self.is_set(change, "initiallyDeferred"),
        );
        if self.is_postgres() {
            body.flag("deferrable", deferrable || deferred);
            body.flag("initially_deferred", deferred);
        }
    }

    pub fn add_foreign_key(&mut self, change: &Element) -> Vec<Node> {
        let table = self.object(change, "baseTableName", "baseTableSchemaName", "baseTableCatalogName");
        let to = self.object(
            change,
            "referencedTableName",
            "referencedTableSchemaName",
            "referencedTableCatalogName",
        );
        let columns = self.needed(change, "baseColumnNames");
        let referenced = self.needed(change, "referencedColumnNames");
        let name = self.needed(change, "constraintName");
        let (Some(table), Some(to), Some(columns), Some(referenced), Some(name)) =
            (table, to, columns, referenced, name)
        else {
            return Vec::new();
        };
        let mut references = Body::new(change.span)
            .with("table", to)
            .with("columns", list(self.names(referenced), referenced.span));
        for (key, own) in [("onDelete", "on_delete"), ("onUpdate", "on_update")] {
            if let Some(action) = self.action(change, key) {
                references.put(own, action);
            }
        }
        if self.is_set(change, "deleteCascade") && change.value("onDelete").is_none() {
            references.put("on_delete", text("cascade", change.span));
        }
        self.deferral(change, &mut references);
        let mut body = Body::new(change.span)
            .with("table", table)
            .with("name", self.name(name))
            .with("columns", list(self.names(columns), columns.span))
            .with("references", references.node());
        let is_unchecked = self.flag_of(change, "validate") == Some(false);
        body.flag("not_valid", is_unchecked && self.is_postgres());
        vec![body.operation("create_foreign_key")]
    }

    fn action(&mut self, change: &Element, key: &str) -> Option<Node> {
        let value = change.value(key)?;
        let written = value.text.trim();
        if written.is_empty() {
            return None;
        }
        match ACTIONS.iter().find(|(word, _)| word.eq_ignore_ascii_case(written)) {
            // What goes without saying.
            Some((_, "no_action")) => None,
            Some((_, own)) => Some(text(own, value.span)),
            None => {
                let known = ACTIONS.iter().map(|(word, _)| *word);
                let message = format!("`{key}` cannot be `{written}`");
                let diagnostic = crate::diagnostic::Diagnostic::error("wrong-value", message);
                let near = crate::diagnostic::nearest(&written.to_uppercase(), known.clone());
                let help = format!("one of {}", known.collect::<Vec<_>>().join(", "));
                self.problem(diagnostic.did_you_mean(near).help(help), value.span);
                None
            }
        }
    }

    pub fn drop_constraint(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(name)) = (self.table(change), self.needed(change, "constraintName")) else {
            return Vec::new();
        };
        if change.name == "dropUniqueConstraint" {
            self.tables.forget_uniques(table_name(change));
        }
        let body = Body::new(change.span)
            .with("table", table)
            .with("name", self.name(name));
        vec![body.operation("drop_constraint")]
    }

    pub fn drop_foreign_key(&mut self, change: &Element) -> Vec<Node> {
        let table = self.object(change, "baseTableName", "baseTableSchemaName", "baseTableCatalogName");
        let (Some(table), Some(name)) = (table, self.needed(change, "constraintName")) else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("table", table)
            .with("name", self.name(name))
            .with("keep_index", flag(true, change.span));
        vec![body.operation("drop_foreign_key")]
    }

    pub fn drop_all_foreign_keys(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.object(change, "baseTableName", "baseTableSchemaName", "baseTableCatalogName") else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("table", table)
            .with("all", flag(true, change.span))
            .with("keep_index", flag(true, change.span));
        vec![body.operation("drop_foreign_key")]
    }

    pub fn add_check(&mut self, change: &Element) -> Vec<Node> {
        let table = self.table(change);
        let expression = change.value("constraintBody").or(change.text.as_ref()).cloned();
        let (Some(table), Some(expression)) = (table, expression) else {
            self.needed(change, "constraintBody");
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        if let Some(name) = change.value("constraintName") {
            body.put("name", self.name(name));
        }
        let written = self.free(&expression);
        body.put("expression", text(without_brackets(&written), expression.span));
        let is_unchecked = self.flag_of(change, "validate") == Some(false);
        body.flag("not_valid", is_unchecked && self.is_postgres());
        let mut all = vec![body.operation("create_check_constraint")];
        if self.is_set(change, "disabled") {
            all.extend(self.switch_check(&change.called("disableCheckConstraint")));
        }
        all
    }

    /// A check that is enforced, or no longer: MySQL alone can say so.
    pub fn switch_check(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(name)) = (self.table(change), self.needed(change, "constraintName")) else {
            return Vec::new();
        };
        if self.dialect.name() != "mysql" {
            return self.nothing_there(change);
        }
        let (on, off) = ("ENFORCED", "NOT ENFORCED");
        let (up, down) = match change.name == "enableCheckConstraint" {
            true => (on, off),
            false => (off, on),
        };
        let table = self.quoted_object(&table);
        let name = self.quoted(self.free(name).trim());
        let statement = |word: &str| text(format!("ALTER TABLE {table} ALTER CHECK {name} {word}"), change.span);
        let body = Body::new(change.span)
            .with("up", statement(up))
            .with("down", statement(down))
            .with("effects", list(Vec::new(), change.span));
        vec![body.operation("sql")]
    }

    /// Tells that a database cannot do what a change says, where Liquibase refuses it, too.
    pub fn nothing_there(&mut self, change: &Element) -> Vec<Node> {
        let title = &self.dialect.facts().title;
        let message = format!("{title} has no `{}`, and Liquibase refuses it there, too", change.name);
        self.left_over(message, None, change.name_span);
        Vec::new()
    }

    /// Tells of keys that say how a database stores what is made.
    pub fn passed_over_keys(&mut self, change: &Element, keys: &[&str]) {
        for key in keys {
            let Some(value) = change.value(key).filter(|value| value.text.trim() != "false") else {
                continue;
            };
            let is_said = match *key {
                "tablespace" => self.is_postgres(),
                _ => true,
            };
            if is_said {
                self.passed_over(format!("`{key}` is not taken over"), value.span);
            }
        }
    }
}

/// An expression without the brackets around the whole of it.
fn without_brackets(text: &str) -> &str {
    let trimmed = text.trim();
    let Some(inner) = trimmed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return trimmed;
    };
    let mut depth = 0i32;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return trimmed;
        }
    }
    inner.trim()
}
