//! The changes of Liquibase as operations, each for one dialect at a time.

mod column;
mod constraint;
mod index;
mod known;
mod load;
mod modified;
mod other;
mod routine;
mod rows;
mod sequence;
mod sql;
mod table;
mod view;

use std::collections::HashMap;

pub(super) use known::unknown_in;
pub(super) use rows::own_text;

use super::checksum::known_fields;
use super::element::{Element, Text};
use super::node::{Body, text};
use super::properties::Scope;
use super::reading::Reading;
use super::tables::Tables;
use super::{LEFT_OUT, LEFT_OVER};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::dialect::{Dialect, Family};
use crate::document::{Node, escaped};

/// The change types that are read: those of Liquibase itself, and those of its commercial part that have a form here.
pub const CHANGES: [&str; 59] = [
    "addAutoIncrement",
    "addCheckConstraint",
    "addColumn",
    "addDefaultValue",
    "addForeignKeyConstraint",
    "addLookupTable",
    "addNotNullConstraint",
    "addPrimaryKey",
    "addUniqueConstraint",
    "alterSequence",
    "createFunction",
    "createIndex",
    "createProcedure",
    "createSequence",
    "createTable",
    "createTrigger",
    "createView",
    "customChange",
    "delete",
    "disableCheckConstraint",
    "disableTrigger",
    "dropAllForeignKeyConstraints",
    "dropCheckConstraint",
    "dropColumn",
    "dropDefaultValue",
    "dropForeignKeyConstraint",
    "dropFunction",
    "dropIndex",
    "dropNotNullConstraint",
    "dropPrimaryKey",
    "dropProcedure",
    "dropSequence",
    "dropTable",
    "dropTrigger",
    "dropUniqueConstraint",
    "dropView",
    "empty",
    "enableCheckConstraint",
    "enableTrigger",
    "executeCommand",
    "insert",
    "loadData",
    "loadUpdateData",
    "mergeColumns",
    "modifyDataType",
    "output",
    "renameColumn",
    "renameSequence",
    "renameTable",
    "renameTrigger",
    "renameView",
    "setColumnRemarks",
    "setTableRemarks",
    "setViewRemarks",
    "sql",
    "sqlFile",
    "stop",
    "tagDatabase",
    "update",
];

/// Change types that came with the commercial part after the versions whose changes are known.
const OF_LATER: [&str; 4] = [
    "alterCompositeTypeAttributes",
    "createCompositeType",
    "dropCompositeType",
    "renameCompositeType",
];

/// What a changeset is found by: id, author and path in small letters.
pub(super) type Key = (String, String, String);

/// A file that an operation names, or whose text is taken in.
pub(super) trait Resources {
    /// The file that a change names, or why there is none.
    fn locate(&mut self, change: &Element, key: &str) -> Result<String, Diagnostic>;
    /// The text of a file, or why it cannot be had.
    fn text(&self, path: &str) -> Result<std::sync::Arc<str>, String>;
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String>;
    /// A path as it is written in the file at hand.
    fn relative(&self, path: &str) -> String;
    /// Notes that an operation names a file.
    fn name(&mut self, path: &str);
}

/// Which names Liquibase quotes, and so which of them PostgreSQL takes in small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quoting {
    /// Those with letters of both cases, and what cannot do without.
    #[default]
    Legacy,
    All,
    /// What cannot do without.
    Reserved,
}

impl Quoting {
    pub fn of(strategy: Option<&str>) -> Quoting {
        match strategy.map(str::trim) {
            Some("QUOTE_ALL_OBJECTS") => Quoting::All,
            Some("QUOTE_ONLY_RESERVED_WORDS") => Quoting::Reserved,
            _ => Quoting::Legacy,
        }
    }
}

/// What a change is translated with.
pub(super) struct Translator<'t> {
    pub dialect: Dialect,
    pub reading: &'t Reading,
    /// What Liquibase calls the file at hand.
    pub called: String,
    /// The ids of all changesets, by what Liquibase knows them by.
    pub ids: &'t HashMap<Key, String>,
    pub scope: Scope,
    /// Texts with properties in them, as driftless reads them.
    pub kept: &'t HashMap<Span, String>,
    pub tables: &'t mut Tables,
    pub quoting: Quoting,
    pub resources: &'t mut dyn Resources,
    pub problems: Vec<Diagnostic>,
    /// What stops a run here: it is left over, whatever becomes of it on other dialects.
    pub inexpressible: Vec<Diagnostic>,
    /// The name of the state that the changeset makes.
    pub tag: Option<Text>,
    /// Whether what is translated takes a changeset back.
    pub is_reverse: bool,
    /// Whether the changeset runs wherever it is for: it has no contexts, labels or conditions.
    pub is_certain: bool,
}

impl Translator<'_> {
    /// The operations of a change; none where it is for other databases.
    pub fn change(&mut self, change: &Element) -> Vec<Node> {
        match change.name.as_str() {
            "createTable" => self.create_table(change),
            "dropTable" => self.drop_table(change),
            "renameTable" => self.rename_table(change),
            "setTableRemarks" => self.set_table_remarks(change),
            "addLookupTable" => self.add_lookup_table(change),
            "addColumn" => self.add_column(change),
            "dropColumn" => self.drop_column(change),
            "renameColumn" => self.rename_column(change),
            "modifyDataType" => self.modify_data_type(change),
            "mergeColumns" => self.merge_columns(change),
            "setColumnRemarks" => self.set_column_remarks(change),
            "addDefaultValue" => self.add_default_value(change),
            "dropDefaultValue" => self.drop_default_value(change),
            "addNotNullConstraint" => self.add_not_null(change),
            "dropNotNullConstraint" => self.drop_not_null(change),
            "addAutoIncrement" => self.add_auto_increment(change),
            "addPrimaryKey" => self.add_primary_key(change),
            "dropPrimaryKey" => self.drop_primary_key(change),
            "addUniqueConstraint" => self.add_unique(change),
            "dropUniqueConstraint" | "dropCheckConstraint" => self.drop_constraint(change),
            "addForeignKeyConstraint" => self.add_foreign_key(change),
            "dropForeignKeyConstraint" => self.drop_foreign_key(change),
            "dropAllForeignKeyConstraints" => self.drop_all_foreign_keys(change),
            "addCheckConstraint" => self.add_check(change),
            "enableCheckConstraint" | "disableCheckConstraint" => self.switch_check(change),
            "createIndex" => self.create_index(change),
            "dropIndex" => self.drop_index(change),
            "createView" => self.create_view(change),
            "dropView" => self.drop_view(change),
            "renameView" => self.rename_view(change),
            "setViewRemarks" => self.set_view_remarks(change),
            "createSequence" => self.create_sequence(change),
            "alterSequence" => self.alter_sequence(change),
            "renameSequence" => self.rename_sequence(change),
            "dropSequence" => self.drop_sequence(change),
            "createProcedure" | "createFunction" | "createTrigger" => self.create_routine(change),
            "dropProcedure" => self.drop_routine(change, "drop_procedure", "procedure", "procedureName"),
            "dropFunction" => self.drop_routine(change, "drop_function", "function", "functionName"),
            "dropTrigger" => self.drop_trigger(change),
            "enableTrigger" | "disableTrigger" => self.switch_trigger(change),
            "renameTrigger" => self.rename_trigger(change),
            "insert" => self.insert(change),
            "update" => self.update(change),
            "delete" => self.delete(change),
            "loadData" => self.load_data(change),
            "loadUpdateData" => self.load_update_data(change),
            "sql" => self.sql(change),
            "sqlFile" => self.sql_file(change),
            "tagDatabase" => self.tag_database(change),
            "output" => self.output(change),
            "stop" => self.stop(change),
            "empty" => Vec::new(),
            "customChange" => self.custom_change(change),
            "executeCommand" => self.execute_command(change),
            name if OF_LATER.contains(&name) => {
                let message = format!("`{name}` is of Liquibase's commercial part, and is not known here");
                self.inexpressible(change, message)
            }
            name if known_fields(name).is_some() => {
                let message = format!("`{name}` is of databases that driftless does not know");
                self.inexpressible(change, message)
            }
            name => {
                let message = format!("unknown change type `{name}`");
                let diagnostic = Diagnostic::error("unknown-change", message).did_you_mean(nearest(name, CHANGES));
                let help = "change types of Liquibase's extensions are not known: write what it does as `sql`";
                self.problem(diagnostic.help(help), change.name_span);
                Vec::new()
            }
        }
    }

    pub fn problem(&mut self, diagnostic: Diagnostic, at: Span) {
        self.problems.push(diagnostic.label(at, ""));
    }

    /// Tells of what cannot be said, and has to be seen to by a person.
    pub fn left_over(&mut self, message: impl Into<String>, help: Option<&str>, at: Span) {
        let diagnostic = Diagnostic::warning(LEFT_OVER, message);
        self.problem(help.into_iter().fold(diagnostic, Diagnostic::help), at);
    }

    /// Tells of what makes no difference here, or another one.
    pub fn passed_over(&mut self, message: impl Into<String>, at: Span) {
        self.problem(Diagnostic::warning(LEFT_OUT, message), at);
    }

    pub fn family(&self) -> Family {
        self.dialect.family()
    }

    pub fn is_postgres(&self) -> bool {
        self.family() == Family::Postgres
    }

    pub fn is_mysql(&self) -> bool {
        self.family() == Family::Mysql
    }

    /// A value that has to be there.
    pub fn needed<'e>(&mut self, change: &'e Element, key: &str) -> Option<&'e Text> {
        let found = change.value(key).filter(|value| !value.text.trim().is_empty());
        if found.is_none() {
            let message = format!("`{}` needs a `{key}`", change.name);
            let near = change.attributes.iter().map(|attribute| attribute.name.as_str());
            let mut diagnostic = Diagnostic::error("missing-key", message);
            if let Some(near) = nearest(key, near) {
                diagnostic = diagnostic.help(format!("it has `{near}`, which says nothing"));
            }
            self.problem(diagnostic, change.name_span);
        }
        found
    }

    /// A text as driftless reads it: parameters stay, and what only looks like one is written so that it is none.
    pub fn free(&self, value: &Text) -> String {
        match self.kept.get(&value.span) {
            Some(kept) => kept.clone(),
            None => escaped(&value.text),
        }
    }

    pub fn free_node(&self, value: &Text) -> Node {
        text(self.free(value), value.span)
    }

    /// A text around which blanks and line ends do not count.
    pub fn trimmed_node(&self, value: &Text) -> Node {
        text(self.free(value).trim(), value.span)
    }

    /// A name: blanks around it do not count.
    pub fn name(&self, value: &Text) -> Node {
        text(self.taken(self.free(value).trim()), value.span)
    }

    /// A name as the database takes it, where only what has to be is quoted.
    pub fn taken(&self, name: &str) -> String {
        if self.quoting != Quoting::Reserved {
            return name.to_string();
        }
        let upper = name.to_ascii_uppercase();
        let folded = crate::dialect::folded(self.dialect, &upper);
        match folded == upper {
            true => name.to_string(),
            false => folded.into_owned(),
        }
    }

    /// The names of a list with commas.
    pub fn names(&self, value: &Text) -> Vec<Node> {
        let names = self.split(value).into_iter();
        names.map(|name| text(self.taken(&name), value.span)).collect()
    }

    /// The parts of a list with commas, as driftless reads them.
    pub fn split(&self, value: &Text) -> Vec<String> {
        let parts = |text: &str| -> Vec<String> {
            let parts = text.split(',').map(|part| part.trim().to_string());
            parts.filter(|part| !part.is_empty()).collect()
        };
        let (free, read) = (parts(&self.free(value)), parts(&value.text));
        match free.len() == read.len() {
            true => free,
            false => read,
        }
    }

    /// A table, or what else has a schema, by the keys that name it.
    pub fn object(&mut self, change: &Element, key: &str, schema: &str, catalog: &str) -> Option<Node> {
        let name = self.needed(change, key)?;
        let schema = match self.family() {
            Family::Postgres => change.value(schema),
            Family::Mysql => change.value(catalog).or(change.value(schema)),
            Family::Sqlite => None,
        };
        let is_own = |schema: &&Text| self.is_postgres() && schema.text.trim() == "public";
        let schema = schema
            .filter(|schema| !schema.text.trim().is_empty())
            .filter(|schema| !is_own(schema));
        Some(match schema {
            None => self.name(name),
            Some(schema) => Body::new(name.span)
                .with("schema", self.name(schema))
                .with("name", self.name(name))
                .node(),
        })
    }

    pub fn table(&mut self, change: &Element) -> Option<Node> {
        self.object(change, "tableName", "schemaName", "catalogName")
    }

    /// Whether a flag is set. What is neither true nor false is told.
    pub fn is_set(&mut self, element: &Element, key: &str) -> bool {
        self.flag_of(element, key) == Some(true)
    }

    pub fn flag_of(&mut self, element: &Element, key: &str) -> Option<bool> {
        let value = element.value(key)?;
        match value.text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
            "false" | "f" | "0" | "no" | "n" | "off" => Some(false),
            "" => None,
            _ => {
                let message = format!("`{key}` is true or false, not `{}`", value.text);
                self.problem(Diagnostic::error("wrong-value", message), value.span);
                None
            }
        }
    }

    /// A whole number.
    pub fn number(&mut self, element: &Element, key: &str) -> Option<Node> {
        let value = element.value(key)?;
        match value.text.trim().parse::<i64>() {
            Ok(number) => Some(super::node::from_json(&number.into(), value.span)),
            Err(_) => {
                let message = format!("`{key}` is a whole number, not `{}`", value.text);
                self.problem(Diagnostic::error("wrong-value", message), value.span);
                None
            }
        }
    }
}

/// The table that a change is about, to find it again.
pub(super) fn table_name(change: &Element) -> &str {
    change.text_of("tableName").unwrap_or_default()
}
