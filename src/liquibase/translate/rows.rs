//! Changes of rows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::super::element::{Element, Text};
use super::super::node::{Body, flag, list, text};
use super::super::values::{ValueKind, value_of};
use super::{Translator, table_name};
use crate::document::{Node, escaped};

/// The attributes that give a value, with their kinds, in the order in which Liquibase asks for them.
const VALUES: [(&str, ValueKind); 7] = [
    ("value", ValueKind::Plain),
    ("valueBoolean", ValueKind::Boolean),
    ("valueNumeric", ValueKind::Numeric),
    ("valueDate", ValueKind::Date),
    ("valueComputed", ValueKind::Computed),
    ("valueSequenceNext", ValueKind::SequenceNext),
    ("valueSequenceCurrent", ValueKind::SequenceCurrent),
];

impl Translator<'_> {
    /// The value that a column is given, if any, and whether it is NULL.
    pub fn column_value(&mut self, column: &Element, native: Option<&str>) -> Option<(Node, bool)> {
        if let Some(file) = ["valueClobFile", "valueBlobFile"]
            .iter()
            .find(|key| column.value(key).is_some())
        {
            return self.value_of_file(column, file).map(|value| (value, false));
        }
        let given = VALUES.iter().find_map(|(key, kind)| Some((column.value(key)?, *kind)));
        let (value, kind) = match (given, &column.text) {
            (Some(given), _) => given,
            (None, Some(own)) => (own, ValueKind::Plain),
            (None, None) => return None,
        };
        self.stored(value, kind, native)
    }

    /// A value as driftless stores what Liquibase would store, and whether it is NULL.
    pub fn stored(&mut self, value: &Text, kind: ValueKind, native: Option<&str>) -> Option<(Node, bool)> {
        match value_of(kind, &value.text, native, self.dialect) {
            Ok(said) => Some((self.valued(&said.value, value), said.value.is_null())),
            Err(why) => {
                self.left_over(why, None, value.span);
                None
            }
        }
    }

    fn value_of_file(&mut self, column: &Element, key: &str) -> Option<Node> {
        let at = column.value(key)?.span;
        let found = self.resources.locate(column, key);
        let path = found.map_err(|problem| self.problems.push(problem)).ok()?;
        let content = match key {
            "valueBlobFile" => self.resources.bytes(&path).map(|bytes| {
                let encoded = BASE64.encode(bytes);
                Body::new(at).with("base64", text(encoded, at)).node()
            }),
            _ => self.resources.text(&path).map(|content| text(escaped(&content), at)),
        };
        content
            .map_err(|message| self.problem(crate::diagnostic::Diagnostic::error("unreadable-file", message), at))
            .ok()
    }

    /// The columns that a change gives values, by their names.
    fn values(&mut self, change: &Element, nulls: bool) -> Option<Node> {
        let mut row = Body::new(change.span);
        for column in change.listed("columns", "column") {
            let name = self.needed(column, "name")?.text.trim().to_string();
            if self.is_set(column, "autoIncrement") {
                continue;
            }
            let native = self.tables.native(table_name(change), &name).map(str::to_string);
            let value = match self.column_value(column, native.as_deref()) {
                Some((value, _)) => value,
                None if nulls => super::super::node::from_json(&serde_json::Value::Null, column.span),
                None => continue,
            };
            row.put(&self.taken(&name), value);
        }
        (!row.is_empty()).then(|| row.node())
    }

    pub fn insert(&mut self, change: &Element) -> Vec<Node> {
        if !self.is_meant(change) {
            return Vec::new();
        }
        let (Some(table), Some(row)) = (self.table(change), self.values(change, true)) else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("table", table)
            .with("rows", list(vec![row], change.span));
        vec![body.operation("insert")]
    }

    pub fn update(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(set)) = (self.table(change), self.values(change, true)) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table).with("set", set);
        self.restrict(change, &mut body);
        vec![body.operation("update")]
    }

    pub fn delete(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        self.restrict(change, &mut body);
        vec![body.operation("delete")]
    }

    /// Which rows are meant.
    fn restrict(&mut self, change: &Element, body: &mut Body) {
        match self.where_of(change) {
            Some((clause, at)) => body.put("where", text(clause, at)),
            None => body.put("all", flag(true, change.span)),
        }
    }

    /// The condition, with the names and values of its parameters put in.
    fn where_of(&mut self, change: &Element) -> Option<(String, crate::diagnostic::Span)> {
        let written = change.value("where").or(change.value("whereClause"))?;
        let clause = self.free(written).trim().to_string();
        if clause.is_empty() {
            return None;
        }
        // The columns of an update stand beside them, and are none.
        let lists = change.children.iter().filter(|child| child.name == "whereParams");
        let is_param = |child: &&Element| child.name == "param" || child.name == "column";
        let params = lists.flat_map(|list| &list.children).filter(is_param);
        let mut clause = clause;
        for param in params {
            if let Some(name) = param.value("name") {
                let name = self.quoted(self.free(name).trim());
                clause = clause.replacen(":name", &name, 1);
            }
            let native = param
                .text_of("name")
                .and_then(|name| self.tables.native(table_name(change), name));
            let native = native.map(str::to_string);
            if let Some((value, _)) = self.column_value(param, native.as_deref()) {
                let literal = self.literal(&value);
                clause = match clause.find(":value").or_else(|| clause.find('?')) {
                    Some(at) => {
                        let length = if clause[at..].starts_with('?') {
                            1
                        } else {
                            ":value".len()
                        };
                        format!("{}{literal}{}", &clause[..at], &clause[at + length..])
                    }
                    None => clause,
                };
            }
        }
        Some((clause, written.span))
    }

    /// A value in SQL.
    pub fn literal(&self, value: &Node) -> String {
        if let Some(number) = value.get("decimal").and_then(Node::scalar_text) {
            return number.to_string();
        }
        if let Some(bytes) = value.get("base64").and_then(Node::as_str) {
            let bytes = BASE64.decode(bytes).unwrap_or_default();
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            return match self.is_postgres() {
                true => format!("'\\x{digits}'"),
                false => format!("X'{digits}'"),
            };
        }
        match (value.as_str(), value.get("sql").and_then(Node::as_str)) {
            (Some(text), _) => self.dialect.string(text),
            (None, Some(sql)) => sql.to_string(),
            (None, None) if value.get("fn").is_some() => "CURRENT_TIMESTAMP".to_string(),
            (None, None) => match &value.kind {
                crate::document::Kind::Bool(value, _) => {
                    let literals = &self.dialect.facts().literals;
                    if *value {
                        literals.true_.clone()
                    } else {
                        literals.false_.clone()
                    }
                }
                _ => value.scalar_text().unwrap_or("NULL").to_string(),
            },
        }
    }
}

/// The text of an element's own, or of an attribute.
pub(in crate::liquibase) fn own_text<'e>(change: &'e Element, key: &str) -> Option<&'e Text> {
    change.value(key).or(change.text.as_ref())
}
