//! Changes of whole tables.

use super::super::element::Element;
use super::super::node::{Body, flag, list, text};
use super::super::tables::Column;
use super::{Quoting, Translator, table_name};
use crate::dialect::folded;
use crate::document::Node;

/// So many bytes of a table's name stand in the name of its primary key, in PostgreSQL's 63.
pub(super) const LONGEST_WITH_KEY: usize = 58;

impl Translator<'_> {
    pub fn create_table(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        let mut parts = Parts::default();
        let mut known = Vec::new();
        let columns: Vec<Node> = change
            .listed("columns", "column")
            .filter_map(|column| {
                let (made, node) = self.new_column(change, column, &mut parts)?;
                known.push(made);
                Some(node)
            })
            .collect();
        body.put("columns", list(columns, change.span));
        if let Some(key) = self.primary_key(change, &mut parts) {
            body.put("primary_key", key);
        }
        let uniques = parts.unique_columns();
        if !parts.uniques.is_empty() {
            body.put("uniques", list(parts.uniques_as_nodes(), change.span));
        }
        if !parts.foreign_keys.is_empty() {
            body.put(
                "foreign_keys",
                list(std::mem::take(&mut parts.foreign_keys), change.span),
            );
        }
        if let Some(remarks) = change.value("remarks") {
            body.put("comment", self.trimmed_node(remarks));
        }
        let mut options = Body::new(change.span);
        if let Some(space) = change.value("tablespace") {
            options.put("tablespace", self.name(space));
        }
        if let Some(kind) = change.value("tableType") {
            self.table_type(kind, &mut options);
        }
        if !options.is_empty() {
            body.put(
                "options",
                Body::new(change.span).with("postgres", options.node()).node(),
            );
        }
        if self.is_set(change, "ifNotExists") {
            body.put("if_not_exists", flag(true, change.span));
        }
        self.tables.create(table_name(change), known);
        for columns in &uniques {
            self.tables
                .make_unique(table_name(change), columns.iter().map(String::as_str));
        }
        vec![body.operation("create_table")]
    }

    /// The word between CREATE and TABLE.
    fn table_type(&mut self, kind: &super::Text, options: &mut Body) {
        if kind.text.trim().eq_ignore_ascii_case("unlogged") {
            options.put("unlogged", flag(true, kind.span));
        } else {
            let message = format!("`tableType` `{}`: an ordinary table is made", kind.text);
            self.left_over(message, Some("write such a table as `sql`"), kind.span);
        }
    }

    /// The primary key of the columns that say they are in it, where a column cannot say it alone.
    fn primary_key(&mut self, change: &Element, parts: &mut Parts) -> Option<Node> {
        let columns = std::mem::take(&mut parts.key);
        if columns.is_empty() {
            return None;
        }
        let span = change.span;
        let mut key = Body::new(span);
        // Liquibase gives it a name of its own on PostgreSQL, the table's as it is written.
        let has_capitals = table_name(change).chars().any(|c| c.is_ascii_uppercase());
        let is_long = table_name(change).len() > LONGEST_WITH_KEY;
        match parts.key_name.take() {
            Some(name) => key.put("name", name),
            None if has_capitals || is_long => {
                let table = change.value("tableName")?;
                let name = self.free(table).trim().to_string();
                // One that is too long loses a letter more than it would have to.
                let name = match is_long {
                    true => name[..name.floor_char_boundary(LONGEST_WITH_KEY - 1)].to_string(),
                    false => name,
                };
                key.put("name", text(format!("{name}_pkey"), table.span));
            }
            None => {}
        }
        key.put("columns", list(columns, span));
        Some(key.node())
    }

    pub fn drop_table(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        let cascades = self.is_set(change, "cascadeConstraints");
        body.flag("cascade", cascades);
        self.tables.drop(table_name(change));
        vec![body.operation("drop_table")]
    }

    pub fn rename_table(&mut self, change: &Element) -> Vec<Node> {
        let table = self.object(change, "oldTableName", "schemaName", "catalogName");
        let to = self.needed(change, "newTableName");
        let (Some(table), Some(to)) = (table, to) else {
            return Vec::new();
        };
        let from = change.text_of("oldTableName").unwrap_or_default();
        self.tables.rename(from, &to.text);
        let body = Body::new(change.span).with("table", table).with("to", self.name(to));
        vec![body.operation("rename_table")]
    }

    pub fn set_table_remarks(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let mut body = Body::new(change.span).with("table", table);
        if let Some(remarks) = change.value("remarks") {
            body.put("comment", self.trimmed_node(remarks));
        }
        vec![body.operation("set_table_comment")]
    }

    /// A table of the values that a column has, which the column then refers to.
    pub fn add_lookup_table(&mut self, change: &Element) -> Vec<Node> {
        let existing = self.object(
            change,
            "existingTableName",
            "existingTableSchemaName",
            "existingTableCatalogName",
        );
        let new = self.object(change, "newTableName", "newTableSchemaName", "newTableCatalogName");
        let (from, to) = (
            self.needed(change, "existingColumnName"),
            self.needed(change, "newColumnName"),
        );
        let (Some(existing), Some(new), Some(from), Some(to)) = (existing, new, from, to) else {
            return Vec::new();
        };
        let span = change.span;
        let old_table = change.text_of("existingTableName").unwrap_or_default();
        let new_table = change.text_of("newTableName").unwrap_or_default();
        // PostgreSQL keeps the type of the column; MySQL is told the type that is given.
        let given = change.value("newColumnDataType").filter(|_| self.is_mysql());
        let native = match given {
            Some(given) => self.native(given),
            None => match self.tables.native(old_table, &from.text) {
                Some(native) => native.to_string(),
                None => match change.value("newColumnDataType") {
                    Some(given) => self.native(given),
                    None => {
                        let message = format!("the type of `{old_table}.{}` is not known here", from.text);
                        self.left_over(message, Some("give `newColumnDataType`"), from.span);
                        return Vec::new();
                    }
                },
            },
        };
        let column = Body::new(span)
            .with("name", self.name(to))
            .with("type", Body::new(span).with("native", text(&native, span)).node())
            .with("nullable", flag(false, span));
        let column_sql = self.quoted(&self.free(from));
        let query = format!(
            "SELECT DISTINCT {column_sql} FROM {} WHERE {column_sql} IS NOT NULL",
            self.quoted_object(&existing)
        );
        let create = Body::new(span)
            .with("table", new.clone())
            .with("columns", list(vec![column.node()], span))
            .with(
                "primary_key",
                Body::new(span).with("columns", list(vec![self.name(to)], span)).node(),
            )
            .with("query", text(query, span));
        let name = match change.value("constraintName") {
            Some(name) => self.name(name),
            None => text(format!("FK_{old_table}_{new_table}").to_uppercase(), span),
        };
        let references = Body::new(span)
            .with("table", new)
            .with("columns", list(vec![self.name(to)], span));
        let key = Body::new(span)
            .with("table", existing)
            .with("name", name)
            .with("columns", list(vec![self.name(from)], span))
            .with("references", references.node());
        self.tables.create(
            new_table,
            vec![Column {
                nullable: false,
                is_key: true,
                ..Column::plain(&to.text, native)
            }],
        );
        vec![create.operation("create_table_as"), key.operation("create_foreign_key")]
    }

    /// A name in SQL, as Liquibase means it: PostgreSQL reads one without small letters as if it had no others.
    pub fn quoted(&self, name: &str) -> String {
        match self.quoting {
            Quoting::All => self.dialect.quote(name),
            Quoting::Legacy | Quoting::Reserved => self.dialect.quote(&folded(self.dialect, &self.taken(name))),
        }
    }

    pub fn quoted_object(&self, object: &Node) -> String {
        match object.as_str() {
            Some(name) => self.quoted(name),
            None => {
                let part = |key: &str| object.get(key).and_then(Node::as_str).unwrap_or_default();
                format!("{}.{}", self.quoted(part("schema")), self.quoted(part("name")))
            }
        }
    }
}

/// What the columns of a new table say that is said of the table.
#[derive(Debug, Default)]
pub(in crate::liquibase) struct Parts {
    /// The columns of the primary key, and its name.
    pub key: Vec<Node>,
    pub key_name: Option<Node>,
    /// Unique constraints with their names; of the same name they are one.
    pub uniques: Vec<(Option<Node>, Vec<Node>)>,
    pub foreign_keys: Vec<Node>,
}

impl Parts {
    /// The names of the columns of each unique constraint.
    pub fn unique_columns(&self) -> Vec<Vec<String>> {
        let names = |columns: &Vec<Node>| columns.iter().filter_map(Node::as_str).map(str::to_string).collect();
        self.uniques.iter().map(|(_, columns)| names(columns)).collect()
    }

    pub fn unique(&mut self, name: Option<Node>, column: Node) {
        let known = self.uniques.iter_mut().find(|(known, _)| {
            let same = |known: &Node, name: &Node| known.as_str() == name.as_str();
            known
                .as_ref()
                .zip(name.as_ref())
                .is_some_and(|(known, name)| same(known, name))
        });
        match known {
            Some((_, columns)) => columns.push(column),
            None => self.uniques.push((name, vec![column])),
        }
    }

    fn uniques_as_nodes(&mut self) -> Vec<Node> {
        let all = std::mem::take(&mut self.uniques).into_iter();
        let one = |(name, columns): (Option<Node>, Vec<Node>)| {
            let span = columns[0].span;
            let mut body = Body::new(span);
            if let Some(name) = name {
                body.put("name", name);
            }
            body.with("columns", list(columns, span)).node()
        };
        all.map(one).collect()
    }
}
