//! The statement that Liquibase writes for a change of a key, an index, a column or rows, letter by letter: what `modifySql`
//! searches and lengthens.

use super::element::Element;
use super::translate::{Quoting, Translator};
use crate::dialect::Dialect;
use crate::document::Node;

/// Words that MySQL and MariaDB take for no name without quotes, of those that columns are called.
const RESERVED: [&str; 24] = [
    "change",
    "column",
    "condition",
    "groups",
    "index",
    "int",
    "interval",
    "key",
    "keys",
    "long",
    "match",
    "option",
    "range",
    "rank",
    "read",
    "release",
    "repeat",
    "require",
    "row",
    "rows",
    "schema",
    "system",
    "trigger",
    "usage",
];

impl Translator<'_> {
    /// The statement of a change that became one operation; `None` where it is not one of those.
    pub fn statement_of(&self, change: &Element, operation: &Node) -> Option<String> {
        match change.name.as_str() {
            "insert" => self.insert_statement(change, operation.get("insert")?),
            "update" => {
                let body = operation.get("update")?;
                let set = body.find("set").entries().iter();
                let set: Vec<String> = set
                    .map(|entry| format!("{} = {}", self.as_written(&entry.key), self.literal(&entry.value)))
                    .collect();
                let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
                Some(format!("UPDATE {table} SET {}{}", set.join(", "), where_of(body)))
            }
            "delete" => {
                let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
                Some(format!("DELETE FROM {table}{}", where_of(operation.get("delete")?)))
            }
            "addColumn" => self.column_statement(change, operation.get("add_column")?),
            "createIndex" => self.index_statement(change),
            "addUniqueConstraint" => {
                let body = format!("UNIQUE ({})", self.written_names(change, "columnNames")?);
                let deferral = self.deferral_text(change);
                self.added(change, "constraintName", &(body + &deferral))
            }
            "addPrimaryKey" => {
                let body = format!("PRIMARY KEY ({})", self.written_names(change, "columnNames")?);
                // It has no name of its own there.
                let name = if self.is_mysql() { "" } else { "constraintName" };
                self.added(change, name, &body)
            }
            "addForeignKeyConstraint" => self.reference_statement(change),
            _ => None,
        }
    }

    fn insert_statement(&self, change: &Element, body: &Node) -> Option<String> {
        let [row] = body.find("rows").items() else {
            return None;
        };
        let names: Vec<String> = row.entries().iter().map(|entry| self.as_written(&entry.key)).collect();
        let values: Vec<String> = row.entries().iter().map(|entry| self.literal(&entry.value)).collect();
        let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
        Some(format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        ))
    }

    /// That of one column that has no more than a type, a default and whether it takes NULL.
    fn column_statement(&self, change: &Element, body: &Node) -> Option<String> {
        let column = body.find("column");
        let known = ["name", "type", "nullable", "default"];
        let is_plain = column.entries().iter().all(|entry| known.contains(&&*entry.key));
        let ty = column.find("type").get("native").and_then(Node::as_str)?;
        let name = self.as_written(column.find("name").as_str()?);
        let default = column
            .get("default")
            .map(|value| format!(" DEFAULT {}", self.literal(value)));
        let null = match (column.get("nullable").is_some(), self.is_mysql()) {
            (true, _) => " NOT NULL",
            (false, true) => " NULL",
            (false, false) => "",
        };
        let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
        let statement = format!(
            "ALTER TABLE {table} ADD {name} {ty}{}{null}",
            default.unwrap_or_default()
        );
        Some(statement).filter(|_| is_plain)
    }

    fn index_statement(&self, change: &Element) -> Option<String> {
        let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
        let columns = change.listed("columns", "column").map(|column| {
            let written = self.trimmed(column, "name")?;
            let order = match is_true(column, "descending") {
                true => " DESC",
                false => "",
            };
            Some(match is_true(column, "computed") {
                true => written + order,
                false => self.as_written(&written) + order,
            })
        });
        let columns: Vec<String> = columns.collect::<Option<_>>()?;
        let unique = match is_true(change, "unique") {
            true => "UNIQUE ",
            false => "",
        };
        let name = self
            .trimmed(change, "indexName")
            .map(|name| self.as_written(&name) + " ");
        let name = name.unwrap_or_default();
        Some(format!("CREATE {unique}INDEX {name}ON {table}({})", columns.join(", ")))
    }

    fn reference_statement(&self, change: &Element) -> Option<String> {
        let to = self.written_object(
            change,
            "referencedTableName",
            "referencedTableSchemaName",
            "referencedTableCatalogName",
        )?;
        let mut body = format!(
            "FOREIGN KEY ({}) REFERENCES {to} ({})",
            self.written_names(change, "baseColumnNames")?,
            self.written_names(change, "referencedColumnNames")?
        );
        for (key, word) in [("onUpdate", "UPDATE"), ("onDelete", "DELETE")] {
            let action = self.trimmed(change, key).map(|action| action.to_uppercase());
            if let Some(action) = action.filter(|action| !action.is_empty()) {
                body += &format!(" ON {word} {action}");
            }
        }
        body += &self.deferral_text(change);
        let table = self.written_object(change, "baseTableName", "baseTableSchemaName", "baseTableCatalogName")?;
        let name = self.as_written(&self.trimmed(change, "constraintName")?);
        Some(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {body}"))
    }

    fn added(&self, change: &Element, name: &str, body: &str) -> Option<String> {
        let table = self.written_object(change, "tableName", "schemaName", "catalogName")?;
        let name = self.trimmed(change, name).filter(|name| !name.is_empty());
        let name = name.map(|name| format!("CONSTRAINT {} ", self.as_written(&name)));
        Some(format!("ALTER TABLE {table} ADD {}{body}", name.unwrap_or_default()))
    }

    fn deferral_text(&self, change: &Element) -> String {
        let mut said = String::new();
        for (key, words) in [
            ("deferrable", " DEFERRABLE"),
            ("initiallyDeferred", " INITIALLY DEFERRED"),
        ] {
            if self.is_postgres() && is_true(change, key) {
                said += words;
            }
        }
        said
    }

    fn trimmed(&self, element: &Element, key: &str) -> Option<String> {
        let value = element.value(key)?;
        Some(self.free(value).trim().to_string())
    }

    fn written_names(&self, change: &Element, key: &str) -> Option<String> {
        let names = self.split(change.value(key)?);
        let names: Vec<String> = names.iter().map(|name| self.as_written(name)).collect();
        Some(names.join(", "))
    }

    fn written_object(&self, change: &Element, key: &str, schema: &str, catalog: &str) -> Option<String> {
        let name = self.as_written(&self.trimmed(change, key)?);
        let schema = match self.is_mysql() {
            true => self.trimmed(change, catalog).or_else(|| self.trimmed(change, schema)),
            false => self.trimmed(change, schema).filter(|_| self.is_postgres()),
        };
        Some(match schema.filter(|schema| !schema.is_empty()) {
            Some(schema) => format!("{}.{name}", self.as_written(&schema)),
            None => name,
        })
    }

    /// A name as it stands in a statement: without quotes where it can do without.
    fn as_written(&self, name: &str) -> String {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.starts_with(|c: char| !c.is_ascii_digit());
        // A prefix of a column and an expression are no names.
        if name.contains('(') {
            return name.to_string();
        }
        let lower = name.to_ascii_lowercase();
        let has_both = lower != name && name.to_ascii_uppercase() != name;
        let is_quoted = match self.quoting {
            Quoting::All => true,
            Quoting::Legacy => !is_plain || (self.is_postgres() && has_both),
            Quoting::Reserved => !is_plain,
        };
        match is_quoted || is_reserved(self.dialect, &lower) {
            true => self.dialect.quote(name),
            false => name.to_string(),
        }
    }
}

fn is_reserved(dialect: Dialect, lower: &str) -> bool {
    // What PostgreSQL takes for no name, the others take for none either.
    let of_all = Dialect::named("postgres").map(|postgres| &postgres.facts().unquoted.reserved);
    of_all.is_some_and(|words| words.iter().any(|word| word == lower))
        || (dialect.family() == crate::dialect::Family::Mysql && RESERVED.contains(&lower))
}

fn where_of(body: &Node) -> String {
    let clause = body.get("where").and_then(Node::as_str);
    clause.map(|clause| format!(" WHERE {clause}")).unwrap_or_default()
}

fn is_true(element: &Element, key: &str) -> bool {
    element
        .text_of(key)
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}
