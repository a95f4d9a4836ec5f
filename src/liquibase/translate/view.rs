//! Changes of views.

use super::super::element::Element;
use super::super::node::{Body, flag, list, text};
use super::Translator;
use crate::dialect::Family;
use crate::document::Node;

impl Translator<'_> {
    fn view_name(&mut self, change: &Element, key: &str) -> Option<Node> {
        self.object(change, key, "schemaName", "catalogName")
    }

    pub fn create_view(&mut self, change: &Element) -> Vec<Node> {
        let Some(view) = self.view_name(change, "viewName") else {
            return Vec::new();
        };
        let span = change.span;
        let Some((query, at)) = self.text_or_file(change, "selectQuery") else {
            return Vec::new();
        };
        let query = query.trim().trim_end_matches(';').trim_end().to_string();
        let replaces = self.is_set(change, "replaceIfExists");
        if self.is_set(change, "fullDefinition") {
            return self.full_view(change, query, replaces);
        }
        let mut body = Body::new(span).with("view", view).with("query", text(query, at));
        if replaces {
            body.put("replace", flag(true, span));
        }
        if let Some(remarks) = change
            .value("remarks")
            .filter(|remarks| !remarks.text.trim().is_empty())
        {
            body.put("comment", self.trimmed_node(remarks));
        }
        let operation = body.operation("create_view");
        let name = change.text_of("viewName").unwrap_or_default();
        self.tables.create_view(name, operation.clone());
        vec![operation]
    }

    /// A whole statement; to replace a view, the words for it are put in.
    fn full_view(&mut self, change: &Element, statement: String, replaces: bool) -> Vec<Node> {
        let first = statement
            .split_whitespace()
            .take(2)
            .map(str::to_lowercase)
            .collect::<Vec<_>>();
        let statement = match (replaces, first.as_slice()) {
            (true, [create, next]) if create == "create" && next != "or" => match self.family() {
                Family::Sqlite => statement,
                _ => format!(
                    "CREATE OR REPLACE{}",
                    &statement[statement.to_lowercase().find("create").unwrap_or(0) + 6..]
                ),
            },
            _ => statement,
        };
        if statement.to_lowercase().contains("materialized") {
            self.tables
                .note_materialized(change.text_of("viewName").unwrap_or_default());
        }
        let body = Body::new(change.span).with("up", text(statement, change.span));
        vec![body.operation("sql")]
    }

    pub fn drop_view(&mut self, change: &Element) -> Vec<Node> {
        let Some(view) = self.view_name(change, "viewName") else {
            return Vec::new();
        };
        let name = change.text_of("viewName").unwrap_or_default();
        let known = self.tables.drop_view(name);
        let is_asked = self.is_set(change, "ifExists");
        // Liquibase drops it as if it were an ordinary one, which the database refuses.
        let is_refused = self.tables.is_materialized(name);
        if known.is_none() && (is_asked || is_refused) {
            let asked = if is_asked { "IF EXISTS " } else { "" };
            let statement = format!("DROP VIEW {asked}{}", self.quoted_object(&view));
            let body = Body::new(change.span)
                .with("up", text(statement, change.span))
                .with("effects", list(Vec::new(), change.span));
            return vec![body.operation("sql")];
        }
        vec![Body::new(change.span).with("view", view).operation("drop_view")]
    }

    /// SQLite has no statement for it: there the view is made anew under its other name.
    pub fn rename_view(&mut self, change: &Element) -> Vec<Node> {
        let old = self.view_name(change, "oldViewName");
        let (Some(old), Some(new)) = (old, self.needed(change, "newViewName")) else {
            return Vec::new();
        };
        let span = change.span;
        let name = change.text_of("oldViewName").unwrap_or_default();
        // What another view shows of it, the database alone keeps up with.
        let is_shown = self.family() != Family::Sqlite && self.tables.is_shown(name);
        let Some(made) = self.tables.drop_view(name).filter(|_| !is_shown) else {
            return self.rename_unknown_view(change, &old, new);
        };
        let mut body = Body::new(span);
        for entry in made.find("create_view").entries() {
            match &*entry.key {
                "view" => body.put("view", renamed(&entry.value, self.name(new))),
                "replace" => {}
                key => body.put(key, entry.value.clone()),
            }
        }
        let create = body.operation("create_view");
        self.tables.create_view(&new.text, create.clone());
        let drop = Body::new(span).with("view", old.clone()).operation("drop_view");
        match self.family() {
            Family::Sqlite => vec![drop, create],
            Family::Postgres | Family::Mysql => vec![self.renaming(change, &old, new, vec![drop, create])],
        }
    }

    /// The statement that renames a view, and what comes of it.
    fn renaming(&self, change: &Element, old: &Node, new: &super::Text, effects: Vec<Node>) -> Node {
        let span = change.span;
        let whole = renamed(old, self.name(new));
        let (from, to) = (self.quoted_object(old), self.quoted_object(&whole));
        let last = |object: &Node| match object.get("name").and_then(Node::as_str) {
            Some(name) => self.quoted(name),
            None => self.quoted_object(object),
        };
        // On PostgreSQL it stays in its schema.
        let (up, down) = match self.is_postgres() {
            true => (
                format!("ALTER VIEW {from} RENAME TO {}", last(&whole)),
                format!("ALTER VIEW {to} RENAME TO {}", last(old)),
            ),
            false => (
                format!("RENAME TABLE {from} TO {to}"),
                format!("RENAME TABLE {to} TO {from}"),
            ),
        };
        Body::new(span)
            .with("up", text(up, span))
            .with("down", text(down, span))
            .with("effects", list(effects, span))
            .operation("sql")
    }

    fn rename_unknown_view(&mut self, change: &Element, old: &Node, new: &super::Text) -> Vec<Node> {
        if self.family() == Family::Sqlite {
            return self.nothing_there(change);
        }
        let message = "what this view shows is not known here: later changes of it may not be understood";
        self.passed_over(message, change.name_span);
        vec![self.renaming(change, old, new, Vec::new())]
    }

    pub fn set_view_remarks(&mut self, change: &Element) -> Vec<Node> {
        let Some(view) = self.view_name(change, "viewName") else {
            return Vec::new();
        };
        let on = Body::new(change.span).with("view", view).node();
        let mut body = Body::new(change.span).with("on", on);
        if let Some(remarks) = change.value("remarks") {
            body.put("comment", self.trimmed_node(remarks));
        }
        match self.is_postgres() {
            true => vec![body.operation("set_comment")],
            false => Vec::new(),
        }
    }
}

/// A name in the place of another one, in the same schema.
fn renamed(old: &Node, new: Node) -> Node {
    match old.get("schema") {
        Some(schema) => Body::new(new.span)
            .with("schema", schema.clone())
            .with("name", new)
            .node(),
        None => new,
    }
}
