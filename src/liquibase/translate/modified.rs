//! Changes that alter a column. MySQL and MariaDB write a column anew for most of them, and Liquibase gives them the type and
//! little else: what it leaves out, the column loses.

use super::super::element::{Element, Text};
use super::super::node::{Body, flag, text};
use super::super::values::{DefaultOf, fill_of};
use super::{Translator, table_name};
use crate::diagnostic::{Diagnostic, Span};
use crate::document::Node;

/// What a column keeps when it is written anew.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    not_null: bool,
    default: bool,
    comment: bool,
    identity: bool,
}

impl Translator<'_> {
    /// What a column loses on MySQL and MariaDB where it is written anew with its type and, if given, a comment.
    pub fn written_anew(
        &mut self,
        change: &Element,
        table: &Node,
        column: &Text,
        ty: Option<&Text>,
        remarks: Option<&Text>,
    ) -> Vec<Node> {
        let kept = Kept {
            comment: remarks.is_some(),
            ..Kept::default()
        };
        self.losses(change, table, column, ty, kept)
    }

    fn losses(&mut self, change: &Element, table: &Node, column: &Text, ty: Option<&Text>, kept: Kept) -> Vec<Node> {
        if !self.is_mysql() {
            return Vec::new();
        }
        let native = ty.map(|ty| self.native(ty));
        let is_certain = self.is_certain;
        let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) else {
            return Vec::new();
        };
        let span = change.span;
        let new_type = native.filter(|native| !native.eq_ignore_ascii_case(&known.native));
        let loses_identity = known.is_identity && !kept.identity;
        let loses_not_null = !known.nullable && !known.is_key && !kept.not_null;
        let loses_default = known.has_default && !kept.default;
        let loses_comment = known.has_comment && !kept.comment;
        // A changeset that may not run has perhaps lost nothing.
        if is_certain {
            known.is_identity &= !loses_identity;
            known.nullable |= loses_not_null;
            known.has_default &= !loses_default;
            known.has_comment &= !loses_comment;
            if let Some(native) = &new_type {
                known.native = native.clone();
            }
        }
        let mut all = Vec::new();
        let start = |own: &Self| {
            Body::new(span)
                .with("table", table.clone())
                .with("column", own.name(column))
        };
        if loses_identity {
            all.push(
                start(self)
                    .with("identity", flag(false, span))
                    .operation("set_identity"),
            );
        }
        let mut body = start(self);
        if let (Some(native), Some(ty)) = (&new_type, ty) {
            body.put("type", self.type_node(native, ty));
        }
        if loses_not_null {
            body.put("nullable", flag(true, span));
        }
        if loses_default {
            body.put("drop_default", flag(true, span));
        }
        if loses_comment {
            body.put("comment", text("", span));
        }
        if new_type.is_some() || loses_not_null || loses_default || loses_comment {
            all.push(body.operation("alter_column"));
        }
        all
    }

    pub fn modify_data_type(&mut self, change: &Element) -> Vec<Node> {
        let (table, column) = (self.table(change), self.needed(change, "columnName"));
        let (Some(table), Some(column), Some(ty)) = (table, column, self.needed(change, "newDataType")) else {
            return Vec::new();
        };
        let native = self.native(ty);
        let takes = self.is_certain && !self.is_mysql();
        let known = self.tables.column_mut(table_name(change), column.text.trim());
        if let Some(known) = known.filter(|_| takes) {
            known.native = native.clone();
        }
        let lost = self.losses(change, &table, column, Some(ty), Kept::default());
        if self.is_mysql() && lost.iter().any(|node| node.find("alter_column").get("type").is_some()) {
            return lost;
        }
        let body = Body::new(change.span)
            .with("table", table)
            .with("column", self.name(column))
            .with("type", self.type_node(&native, ty));
        let mut all = vec![body.operation("alter_column")];
        all.extend(lost);
        all
    }

    pub fn add_default_value(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let known = self
            .tables
            .native(table_name(change), column.text.trim())
            .map(str::to_string);
        let of = DefaultOf::Added {
            written: change.text_of("columnDataType"),
            native: known.as_deref(),
        };
        let Some((default, _)) = self.default(change, of) else {
            return Vec::new();
        };
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.has_default = true;
        }
        let owner = table.clone();
        let body = Body::new(change.span)
            .with("table", table)
            .with("column", self.name(column))
            .with("default", default);
        let mut all = vec![body.operation("set_default")];
        // The sequence goes with the column then.
        if let Some(sequence) = change.value("defaultValueSequenceNext").filter(|_| self.is_postgres()) {
            all.push(self.owned(&self.free(sequence), &owner, column, Vec::new(), change.span));
        }
        all
    }

    /// That a sequence belongs to a column of PostgreSQL.
    fn owned(&self, sequence: &str, table: &Node, column: &Text, effects: Vec<Node>, span: Span) -> Node {
        let sequence = self.quoted(sequence.trim());
        let column = format!(
            "{}.{}",
            self.quoted_object(table),
            self.quoted(self.free(column).trim())
        );
        let sql = Body::new(span)
            .with("up", text(format!("ALTER SEQUENCE {sequence} OWNED BY {column}"), span))
            .with("down", text(format!("ALTER SEQUENCE {sequence} OWNED BY NONE"), span))
            .with("effects", super::super::node::list(effects, span));
        sql.operation("sql")
    }

    pub fn drop_default_value(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let is_certain = self.is_certain;
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.has_default &= !is_certain;
        }
        let body = Body::new(change.span)
            .with("table", table)
            .with("column", self.name(column));
        vec![body.operation("drop_default")]
    }

    pub fn add_not_null(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let known = self
            .tables
            .native(table_name(change), column.text.trim())
            .map(str::to_string);
        let mut body = Body::new(change.span)
            .with("table", table.clone())
            .with("column", self.name(column));
        let fill = change
            .value("defaultNullValue")
            .filter(|fill| !fill.text.eq_ignore_ascii_case("null"));
        if let Some(fill) = fill {
            let written = change.value("columnDataType");
            let native = written.map(|ty| self.native(ty)).or(known);
            let written = written.map(|ty| ty.text.as_str());
            match fill_of(&fill.text, written, native.as_deref(), self.dialect) {
                Ok(said) => body.put("fill", self.valued(&said.value, fill)),
                Err(why) => self.problem(Diagnostic::error("wrong-value", why), fill.span),
            }
        }
        let mut all = vec![body.operation("set_not_null")];
        let kept = Kept {
            not_null: true,
            ..Kept::default()
        };
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.nullable = false;
        }
        all.extend(self.losses(change, &table, column, change.value("columnDataType"), kept));
        all
    }

    pub fn drop_not_null(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let body = Body::new(change.span)
            .with("table", table.clone())
            .with("column", self.name(column));
        let mut all = vec![body.operation("drop_not_null")];
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.nullable = true;
        }
        all.extend(self.losses(change, &table, column, change.value("columnDataType"), Kept::default()));
        all
    }

    /// On PostgreSQL Liquibase makes a sequence and a default of it; elsewhere the column numbers its rows itself.
    pub fn add_auto_increment(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(column)) = (self.table(change), self.needed(change, "columnName")) else {
            return Vec::new();
        };
        let span = change.span;
        if let Some(known) = self.tables.column_mut(table_name(change), column.text.trim()) {
            known.is_identity = true;
            known.nullable = false;
        }
        if self.is_postgres() {
            return self.sequence_for(change, &table, column);
        }
        let mut identity = Body::new(span);
        if let Some(start) = self
            .number(change, "startWith")
            .filter(|start| start.scalar_text() != Some("1"))
        {
            identity.put("start", start);
        }
        let identity = match identity.is_empty() {
            true => flag(true, span),
            false => identity.node(),
        };
        let kept = Kept {
            identity: true,
            not_null: true,
            ..Kept::default()
        };
        let mut all = self.losses(change, &table, column, change.value("columnDataType"), kept);
        let body = Body::new(span)
            .with("table", table)
            .with("column", self.name(column))
            .with("identity", identity);
        all.push(body.operation("set_identity"));
        all
    }

    fn sequence_for(&mut self, change: &Element, table: &Node, column: &Text) -> Vec<Node> {
        let span = change.span;
        let table_text = change
            .value("tableName")
            .map(|table| self.free(table))
            .unwrap_or_default();
        let name = format!("{}_{}_seq", table_text.trim(), self.free(column).trim());
        // Unquoted where both names are, which PostgreSQL reads in small letters.
        let is_plain = |name: &str| crate::dialect::folded(self.dialect, name) == name.to_lowercase();
        let name = match is_plain(table_text.trim()) && is_plain(self.free(column).trim()) {
            true => name.to_lowercase(),
            false => name,
        };
        let mut create = Body::new(span).with("name", text(&name, span));
        if let Some(start) = self.number(change, "startWith") {
            create.put("start", start);
        }
        if let Some(increment) = self.number(change, "incrementBy") {
            create.put("increment", increment);
        }
        let is_held = self
            .tables
            .column(table_name(change), column.text.trim())
            .is_some_and(|known| known.is_key);
        // From then on it is a column that numbers its rows.
        let mut identity = Body::new(span);
        for (key, own) in [("startWith", "start"), ("incrementBy", "increment")] {
            let number = self
                .number(change, key)
                .filter(|number| number.scalar_text() != Some("1"));
            if let Some(number) = number {
                identity.put(own, number);
            }
        }
        let identity = match identity.is_empty() {
            true => flag(true, span),
            false => identity.node(),
        };
        let place = || {
            Body::new(span)
                .with("table", table.clone())
                .with("column", self.name(column))
        };
        let quoted = match crate::dialect::folded(self.dialect, &name) == name.as_str() && name == name.to_lowercase() {
            true => name.clone(),
            false => self.dialect.quote(&name),
        };
        let next = Body::new(span)
            .with("sql", text(format!("nextval('{quoted}')"), span))
            .node();
        let mut all = vec![create.operation("create_sequence")];
        if !is_held {
            all.push(place().operation("set_not_null"));
        }
        all.push(place().with("default", next).operation("set_default"));
        let effects = vec![
            place().operation("drop_default"),
            Body::new(span)
                .with("sequence", text(&name, span))
                .operation("drop_sequence"),
            place().with("identity", identity).operation("set_identity"),
        ];
        all.push(self.owned(&name, table, column, effects, span));
        all
    }
}
