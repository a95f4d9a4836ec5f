//! Changes of columns.

use super::super::element::{Element, Text};
use super::super::node::{Body, flag, list, text};
use super::super::tables::Column;
use super::super::types::{NativeType, letters_of, native_type};
use super::super::values::{DefaultOf, ValueKind, default_of};
use super::table::{LONGEST_WITH_KEY, Parts};
use super::{Translator, table_name};
use crate::document::Node;

/// The attributes that give a default, with their kinds, in the order in which Liquibase asks for them.
pub(super) const DEFAULTS: [(&str, ValueKind); 6] = [
    ("defaultValue", ValueKind::Plain),
    ("defaultValueBoolean", ValueKind::Boolean),
    ("defaultValueNumeric", ValueKind::Numeric),
    ("defaultValueDate", ValueKind::Date),
    ("defaultValueComputed", ValueKind::Computed),
    ("defaultValueSequenceNext", ValueKind::SequenceNext),
];

impl Translator<'_> {
    /// A type as the database has it, noted until the types of all dialects are known.
    pub fn type_node(&self, native: &str, at: &Text) -> Node {
        Body::new(at.span)
            .with("native", text(crate::document::escaped(native), at.span))
            .node()
    }

    /// What a type is natively; one that Liquibase refuses is told.
    pub fn native_of(&mut self, ty: &Text) -> Option<NativeType> {
        match native_type(&ty.text, self.dialect) {
            Ok(native) => Some(native),
            Err(why) => {
                self.problem(
                    crate::diagnostic::Diagnostic::error("unknown-type", why.to_string()),
                    ty.span,
                );
                None
            }
        }
    }

    /// The same, its text alone.
    pub fn native(&mut self, ty: &Text) -> String {
        self.native_of(ty).map(|native| native.text).unwrap_or_default()
    }

    /// A column of a new table: what is known of it, and its map. What it says of the table goes to the parts.
    pub fn new_column(&mut self, change: &Element, column: &Element, parts: &mut Parts) -> Option<(Column, Node)> {
        let name = self.needed(column, "name")?;
        let ty = self.needed(column, "type")?;
        let native = self.native_of(ty)?;
        let letters = letters_of(&native.text, self.dialect);
        let is_identity = native.auto_increment || self.is_set(column, "autoIncrement");
        let constraints = column.child("constraints");
        let mut known = Column::plain(&name.text, letters.native.clone());
        known.is_identity = is_identity;
        let mut body = Body::new(column.span)
            .with("name", self.name(name))
            .with("type", self.type_node(&letters.native, ty));
        for (key, given) in [("charset", &letters.charset), ("collation", &letters.collation)] {
            if let Some(given) = given {
                body.put(key, text(given, ty.span));
            }
        }
        let is_key = constraints.is_some_and(|own| self.is_set(own, "primaryKey"));
        known.is_key = is_key;
        known.is_unique =
            constraints.is_some_and(|own| self.is_set(own, "unique") && own.value("uniqueConstraintName").is_none());
        if constraints.is_some_and(|own| self.flag_of(own, "nullable") == Some(false)) && !is_key && !is_identity {
            body.put("nullable", flag(false, column.span));
        }
        known.nullable = body_is_nullable(&body) && !is_key && !is_identity;
        if let Some(generated) = self.generated(column) {
            body.put("generated", generated);
        } else if let Some((default, on_update)) = self.default(column, DefaultOf::Column { written: &ty.text }) {
            known.has_default = true;
            body.put("default", default);
            if let Some(on_update) = on_update {
                body.put("on_update", on_update);
            }
        }
        if is_identity {
            body.put("identity", self.identity(column));
        }
        if let Some(own) = constraints {
            self.constraints(change, own, (name, is_key), &mut body, parts);
        }
        if let Some(remarks) = column
            .value("remarks")
            .filter(|remarks| !remarks.text.trim().is_empty())
        {
            known.has_comment = true;
            body.put("comment", self.trimmed_node(remarks));
        }
        Some((known, body.node()))
    }

    /// What stands in `constraints`, at the column or in the parts of the table.
    fn constraints(
        &mut self,
        change: &Element,
        own: &Element,
        (name, is_key): (&Text, bool),
        body: &mut Body,
        parts: &mut Parts,
    ) {
        if is_key {
            let table = table_name(change);
            let is_plain = !table.chars().any(|c| c.is_ascii_uppercase()) && table.len() <= LONGEST_WITH_KEY;
            let key_name = own.value("primaryKeyName").map(|name| self.name(name));
            let count = change
                .listed("columns", "column")
                .filter(|column| is_key_of(column))
                .count();
            match is_plain && key_name.is_none() && count == 1 && change.name == "createTable" {
                true => body.flag("primary_key", true),
                false => parts.key.push(self.name(name)),
            }
            parts.key_name = parts.key_name.take().or(key_name);
        }
        // Of a key that is unique as well PostgreSQL makes one.
        let keys = change
            .listed("columns", "column")
            .filter(|column| is_key_of(column))
            .count();
        let is_one = is_key && keys == 1 && self.is_postgres() && change.name == "createTable";
        if self.is_set(own, "unique") && !is_one {
            let given = own.value("uniqueConstraintName").map(|name| self.name(name));
            match given {
                None if change.name == "createTable" => body.flag("unique", true),
                given => parts.unique(given, self.name(name)),
            }
        }
        if let Some(key) = self.inline_foreign_key(own, name) {
            parts.foreign_keys.push(key);
        }
        if let Some(check) = own.value("checkConstraint") {
            let message = "Liquibase makes nothing of `checkConstraint`, and so no check is made";
            self.passed_over(message, check.span);
        }
    }

    fn inline_foreign_key(&mut self, own: &Element, column: &Text) -> Option<Node> {
        let span = own.span;
        let mut references = Body::new(span);
        match (own.value("references"), own.value("referencedTableName")) {
            (Some(written), _) => {
                let whole = self.free(written);
                let (table, columns) = match whole.trim().strip_suffix(')').and_then(|whole| whole.split_once('(')) {
                    Some((table, columns)) => (table.trim().to_string(), columns.to_string()),
                    None => (whole.trim().to_string(), String::new()),
                };
                let table = match table.split_once('.') {
                    Some((schema, name)) => Body::new(written.span)
                        .with("schema", text(unquoted(schema), written.span))
                        .with("name", text(unquoted(name), written.span))
                        .node(),
                    None => text(unquoted(&table), written.span),
                };
                references.put("table", table);
                let columns: Vec<Node> = columns
                    .split(',')
                    .filter(|column| !column.trim().is_empty())
                    .map(|column| text(unquoted(column), written.span))
                    .collect();
                if columns.is_empty() {
                    let message = "`references` names no column: the primary key is meant";
                    self.left_over(message, Some("write `table(column)`"), written.span);
                    return None;
                }
                references.put("columns", list(columns, written.span));
            }
            (None, Some(_)) => {
                let table = self.object(
                    own,
                    "referencedTableName",
                    "referencedTableSchemaName",
                    "referencedTableCatalogName",
                )?;
                let columns = self.needed(own, "referencedColumnNames")?;
                references.put("table", table);
                references.put("columns", list(self.names(columns), columns.span));
            }
            (None, None) => return None,
        }
        if self.is_set(own, "deleteCascade") {
            references.put("on_delete", text("cascade", span));
        }
        if self.is_postgres() {
            let (deferrable, deferred) = (self.is_set(own, "deferrable"), self.is_set(own, "initiallyDeferred"));
            references.flag("deferrable", deferrable || deferred);
            references.flag("initially_deferred", deferred);
        }
        let name = self.needed(own, "foreignKeyName")?;
        let key = Body::new(span)
            .with("name", self.name(name))
            .with("columns", list(vec![self.name(column)], column.span))
            .with("references", references.node());
        Some(key.node())
    }

    /// What a column is computed from, where its default says that it is.
    fn generated(&self, column: &Element) -> Option<Node> {
        let written = column.value("defaultValueComputed")?;
        let free = self.free(written);
        let pattern = r"(?is)^\s*generated\s+always\s+as\s*\((.*)\)\s*(stored|persistent|virtual)?\s*$";
        let found = fancy_regex::Regex::new(pattern).ok()?.captures(&free).ok()??;
        let expression = text(found.get(1)?.as_str().trim(), written.span);
        let mut body = Body::new(written.span).with("expression", expression);
        // Only PostgreSQL does not say it where it means the other.
        let is_kept = found.get(2).map_or(self.is_postgres(), |word| {
            !word.as_str().eq_ignore_ascii_case("virtual")
        });
        if !is_kept {
            body.put("stored", flag(false, written.span));
        }
        Some(body.node())
    }

    /// The default that a column is given, if any, and what it is set to whenever its row changes.
    pub fn default(&mut self, column: &Element, of: DefaultOf<'_>) -> Option<(Node, Option<Node>)> {
        let (value, kind) = DEFAULTS
            .iter()
            .find_map(|(key, kind)| Some((column.value(key)?, *kind)))?;
        match default_of(kind, &value.text, of, self.dialect) {
            Ok(None) => None,
            Ok(Some(said)) => {
                let on_update = said.on_update.map(|update| self.valued(&update, value));
                Some((self.valued(&said.value, value), on_update))
            }
            Err(why) => {
                self.left_over(why, None, value.span);
                None
            }
        }
    }

    /// A value whose texts are those of the file: what parameters it has stay.
    pub fn valued(&self, found: &serde_json::Value, written: &Text) -> Node {
        let kept = self.kept.get(&written.span);
        let text_of = |found: &str| match kept {
            Some(kept) if found == written.text => kept.clone(),
            _ => crate::document::escaped(found),
        };
        match found {
            serde_json::Value::String(found) => text(text_of(found), written.span),
            serde_json::Value::Object(map) => {
                let mut body = Body::new(written.span);
                for (key, inner) in map {
                    match inner.as_str().filter(|_| key == "sql") {
                        Some(inner) => body.put(key, text(text_of(inner), written.span)),
                        None => body.put(key, super::super::node::from_json(inner, written.span)),
                    }
                }
                body.node()
            }
            other => super::super::node::from_json(other, written.span),
        }
    }

    fn identity(&mut self, column: &Element) -> Node {
        let span = column.span;
        let mut body = Body::new(span);
        let number = |own: &mut Self, key: &str| {
            let found = own.number(column, key);
            found.filter(|number| number.scalar_text() != Some("1"))
        };
        if let Some(start) = number(self, "startWith") {
            body.put("start", start);
        }
        if let Some(increment) = number(self, "incrementBy").filter(|_| self.is_postgres()) {
            body.put("increment", increment);
        }
        let always = column.text_of("generationType");
        body.flag(
            "always",
            self.is_postgres() && always.is_some_and(|text| text.trim().eq_ignore_ascii_case("always")),
        );
        match body.is_empty() {
            true => flag(true, span),
            false => body.node(),
        }
    }

    pub fn add_column(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut parts = Parts::default();
        let (mut added, mut filled, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for column in change.listed("columns", "column") {
            let Some((known, mut node)) = self.new_column(change, column, &mut parts) else {
                continue;
            };
            let native = known.native.clone();
            if let Some((value, _)) = self.column_value(column, Some(&native)) {
                let name = column.value("name").map(|name| self.taken(self.free(name).trim()));
                let set = Body::new(column.span).with(&name.unwrap_or_default(), value);
                let update = Body::new(column.span)
                    .with("table", table.clone())
                    .with("set", set.node())
                    .with("all", flag(true, column.span));
                filled.push(update.operation("update"));
                // It can hold NULL until its rows have been given the value.
                if let crate::document::Kind::Map(entries) = &mut node.kind
                    && let Some(at) = entries.iter().position(|entry| &*entry.key == "nullable")
                {
                    entries.remove(at);
                    let mut not_null = Body::new(column.span).with("table", table.clone());
                    if let Some(name) = column.value("name") {
                        not_null.put("column", self.name(name));
                    }
                    held.push(not_null.operation("set_not_null"));
                }
            }
            let mut body = Body::new(column.span).with("table", table.clone()).with("column", node);
            if let Some(after) = column.value("afterColumn") {
                body.put("after", self.name(after));
            }
            for key in ["beforeColumn", "position"] {
                if let Some(value) = column.value(key) {
                    let message = format!("`{key}`: the column comes behind all others");
                    self.left_over(
                        message,
                        Some("`afterColumn` says its place on MySQL and MariaDB"),
                        value.span,
                    );
                }
            }
            self.tables.add(table_name(change), known);
            added.push(body.operation("add_column"));
        }
        added.extend(filled);
        added.extend(held);
        added.extend(self.parts_of(change, &table, parts));
        added
    }

    /// What is said of the table by columns that are added to it.
    fn parts_of(&mut self, change: &Element, table: &Node, mut parts: Parts) -> Vec<Node> {
        let span = change.span;
        let mut all = Vec::new();
        if !parts.key.is_empty() {
            let columns = list(std::mem::take(&mut parts.key), span);
            let body = Body::new(span).with("table", table.clone()).with("columns", columns);
            all.push(body.operation("create_primary_key"));
        }
        for (name, columns) in std::mem::take(&mut parts.uniques) {
            let mut body = Body::new(span).with("table", table.clone());
            if let Some(name) = name {
                body.put("name", name);
            }
            body.put("columns", list(columns, span));
            all.push(body.operation("create_unique_constraint"));
        }
        for key in parts.foreign_keys {
            let mut body = Body::new(key.span).with("table", table.clone());
            for entry in key.entries() {
                body.put(&entry.key, entry.value.clone());
            }
            all.push(body.operation("create_foreign_key"));
        }
        all
    }

    pub fn drop_column(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut names: Vec<Text> = change
            .listed("columns", "column")
            .filter_map(|column| column.value("name").cloned())
            .collect();
        if names.is_empty() {
            names.extend(self.needed(change, "columnName").cloned());
        }
        let one = |name: Text| {
            self.tables.drop_column(table_name(change), name.text.trim());
            let body = Body::new(change.span)
                .with("table", table.clone())
                .with("column", self.name(&name));
            body.operation("drop_column")
        };
        names.into_iter().map(one).collect()
    }

    pub fn rename_column(&mut self, change: &Element) -> Vec<Node> {
        let (table, from) = (self.table(change), self.needed(change, "oldColumnName"));
        let (Some(table), Some(from), Some(to)) = (table, from, self.needed(change, "newColumnName")) else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("table", table.clone())
            .with("column", self.name(from))
            .with("to", self.name(to));
        let mut all = vec![body.operation("rename_column")];
        if let Some(remarks) = change.value("remarks").filter(|_| self.is_mysql()) {
            let comment = Body::new(change.span)
                .with("table", table.clone())
                .with("column", self.name(to))
                .with("comment", self.trimmed_node(remarks));
            all.push(comment.operation("set_column_comment"));
        }
        if let Some(column) = self.tables.column_mut(table_name(change), from.text.trim()) {
            column.name = to.text.trim().to_string();
        }
        all.extend(self.written_anew(
            change,
            &table,
            to,
            change.value("columnDataType"),
            change.value("remarks"),
        ));
        all
    }

    pub fn merge_columns(&mut self, change: &Element) -> Vec<Node> {
        let table = self.table(change);
        let (one, other) = (self.needed(change, "column1Name"), self.needed(change, "column2Name"));
        let (name, ty) = (
            self.needed(change, "finalColumnName"),
            self.needed(change, "finalColumnType"),
        );
        let (Some(table), Some(one), Some(other), Some(name), Some(ty)) = (table, one, other, name, ty) else {
            return Vec::new();
        };
        let between = match change.value("joinString") {
            Some(between) => self.free(between),
            // Liquibase puts the word in.
            None => "null".to_string(),
        };
        let literal = self.dialect.string(&between);
        let (left, right) = (self.quoted(self.free(one).trim()), self.quoted(self.free(other).trim()));
        let expression = match self.is_mysql() {
            true => format!("CONCAT_WS({literal}, {left}, {right})"),
            false => format!("{left} || {literal} || {right}"),
        };
        let native = self.native(ty);
        let into = Body::new(name.span)
            .with("name", self.name(name))
            .with("type", self.type_node(&native, ty));
        let body = Body::new(change.span)
            .with("table", table)
            .with("columns", list(vec![self.name(one), self.name(other)], change.span))
            .with("into", into.node())
            .with("expression", text(expression, change.span));
        let known = table_name(change);
        self.tables.drop_column(known, one.text.trim());
        self.tables.drop_column(known, other.text.trim());
        self.tables.add(known, Column::plain(&name.text, native));
        vec![body.operation("merge_columns")]
    }

    pub fn set_column_remarks(&mut self, change: &Element) -> Vec<Node> {
        let is_view = change
            .text_of("columnParentType")
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("view"));
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let remarks = change.value("remarks");
        if is_view {
            let what = Body::new(change.span)
                .with("view", table)
                .with("column", self.name(column))
                .node();
            let mut body = Body::new(change.span).with("on", what);
            if let Some(remarks) = remarks {
                body.put("comment", self.trimmed_node(remarks));
            }
            return vec![body.operation("set_comment")];
        }
        let mut body = Body::new(change.span)
            .with("table", table.clone())
            .with("column", self.name(column));
        if let Some(remarks) = remarks {
            body.put("comment", self.trimmed_node(remarks));
        }
        let mut all = vec![body.operation("set_column_comment")];
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.has_comment = remarks.is_some();
        }
        all.extend(self.written_anew(change, &table, column, change.value("columnDataType"), remarks));
        all
    }
}

fn body_is_nullable(body: &Body) -> bool {
    !body.has("nullable")
}

/// A name without the quotes that it is written in.
fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let inside = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('`')).unwrap_or(name)
}

fn is_key_of(column: &Element) -> bool {
    let constraints = column.child("constraints");
    constraints.is_some_and(|own| own.text_of("primaryKey") == Some("true"))
}
