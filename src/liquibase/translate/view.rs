//! Changes of views.

use super::super::element::Element;
use super::super::node::{Body, flag, list, text};
use super::Translator;
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
            body.put("comment", self.free_node(remarks));
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
                crate::dialect::Family::Sqlite => statement,
                _ => format!(
                    "CREATE OR REPLACE{}",
                    &statement[statement.to_lowercase().find("create").unwrap_or(0) + 6..]
                ),
            },
            _ => statement,
        };
        let body = Body::new(change.span).with("up", text(statement, change.span));
        vec![body.operation("sql")]
    }

    pub fn drop_view(&mut self, change: &Element) -> Vec<Node> {
        let Some(view) = self.view_name(change, "viewName") else {
            return Vec::new();
        };
        let name = change.text_of("viewName").unwrap_or_default();
        let known = self.tables.drop_view(name);
        if known.is_none() && self.is_set(change, "ifExists") {
            let statement = format!("DROP VIEW IF EXISTS {}", self.quoted_object(&view));
            let body = Body::new(change.span)
                .with("up", text(statement, change.span))
                .with("effects", list(Vec::new(), change.span));
            return vec![body.operation("sql")];
        }
        vec![Body::new(change.span).with("view", view).operation("drop_view")]
    }

    /// The view is made anew under its other name.
    pub fn rename_view(&mut self, change: &Element) -> Vec<Node> {
        let old = self.view_name(change, "oldViewName");
        let (Some(old), Some(new)) = (old, self.needed(change, "newViewName")) else {
            return Vec::new();
        };
        let span = change.span;
        let name = change.text_of("oldViewName").unwrap_or_default();
        let Some(made) = self.tables.drop_view(name) else {
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
        vec![Body::new(span).with("view", old).operation("drop_view"), create]
    }

    fn rename_unknown_view(&mut self, change: &Element, old: &Node, new: &super::Text) -> Vec<Node> {
        let span = change.span;
        if self.family() == crate::dialect::Family::Sqlite {
            return self.nothing_there(change);
        }
        let to = self.free(new).trim().to_string();
        let (from, to) = (self.quoted_object(old), self.quoted(&to));
        let statement = |from: &str, to: &str| match self.is_postgres() {
            true => format!("ALTER VIEW {from} RENAME TO {to}"),
            false => format!("RENAME TABLE {from} TO {to}"),
        };
        let body = Body::new(span)
            .with("up", text(statement(&from, &to), span))
            .with("down", text(statement(&to, &from), span))
            .with("effects", list(Vec::new(), span));
        let message = "what this view shows is not known here: later changes of it may not be understood";
        self.passed_over(message, change.name_span);
        vec![body.operation("sql")]
    }

    pub fn set_view_remarks(&mut self, change: &Element) -> Vec<Node> {
        let Some(view) = self.view_name(change, "viewName") else {
            return Vec::new();
        };
        let on = Body::new(change.span).with("view", view).node();
        let mut body = Body::new(change.span).with("on", on);
        if let Some(remarks) = change.value("remarks") {
            body.put("comment", self.free_node(remarks));
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
