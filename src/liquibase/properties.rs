//! Properties of Liquibase: what `${name}` is worth at a place of a changelog, and how much of that stays a parameter.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::element::{Element, Text};
use crate::diagnostic::Span;
use crate::dialect::Dialect;
use crate::document::{escaped, is_parameter_name};

/// So many properties may refer to each other, one to the next.
const DEEPEST: usize = 50;

/// Attributes and elements whose texts are for people, or for the rows of a table.
const VALUES: [&str; 8] = [
    "value",
    "defaultValue",
    "remarks",
    "comment",
    "message",
    "onFailMessage",
    "onErrorMessage",
    "with",
];

/// So long a text may become, in bytes, by what is put into it.
const LONGEST: usize = 16 * 1024 * 1024;

/// A property as a changelog defines it.
#[derive(Debug, Clone)]
pub(super) struct Property {
    pub name: String,
    pub value: Text,
    /// For which databases, as `dbms` lists them.
    pub dbms: Vec<String>,
    /// Where its definition stands.
    pub span: Span,
}

/// Where a text stands: which properties are known there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// So many of those that hold everywhere.
    pub globals: usize,
    /// The file, and so many of its own.
    pub file: usize,
    pub locals: usize,
}

/// A property that is needed as a parameter: where it is defined, and under which name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needed {
    Global(String),
    Local(usize, String),
}

impl Needed {
    pub fn name(&self) -> &str {
        match self {
            Needed::Global(name) | Needed::Local(_, name) => name,
        }
    }
}

/// What is said of a text in which something is put in.
#[derive(Debug, Clone)]
pub(super) enum Finding {
    /// A property that is not defined: the text stays as it is. It may be meant so where it stands in a value.
    Undefined { name: String, at: Span, is_value: bool },
    /// A property that a variable of the environment hides from Liquibase.
    Hidden { name: String, variable: String, at: Span },
    /// Properties that refer to each other without end.
    Endless { name: String, at: Span },
}

/// The properties of all files.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub globals: Vec<Property>,
    /// Of each file its own.
    pub locals: Vec<Vec<Property>>,
    /// What the command line says, which goes before all.
    pub given: HashMap<String, HashMap<&'static str, String>>,
    pub needed: RefCell<BTreeSet<Needed>>,
    pub findings: RefCell<Vec<Finding>>,
}

/// A text with its properties put in.
#[derive(Default)]
pub(super) struct Put {
    /// As Liquibase reads it.
    pub text: String,
    /// As driftless reads it: what can stay a parameter is one.
    pub kept: String,
    /// Whether it is a value, which may look like anything.
    is_value: bool,
}

/// What a name is worth at a place.
enum Worth<'p> {
    /// A property that a changelog defines, and what it is as a parameter.
    Defined(&'p Property, Needed),
    /// What is given from outside: its name and its value.
    Given(&'p str, &'p str),
    /// A text that is put in.
    Text(String),
    /// A variable of the environment.
    Variable(String, String),
    Nothing,
}

impl Properties {
    /// An element with all of its texts as they are on a dialect; what its texts are as driftless reads them goes to `kept`.
    pub fn put_into(
        &self,
        element: &Element,
        scope: Scope,
        dialect: Dialect,
        kept: &mut HashMap<Span, String>,
    ) -> Element {
        let mut text = |value: &Text, is_value: bool| {
            if !value.text.contains("${") {
                return value.clone();
            }
            let mut put = Put {
                is_value,
                ..Put::default()
            };
            self.put_all(&value.text, value.span, scope, dialect, 0, &mut put);
            kept.insert(value.span, put.kept);
            Text {
                text: put.text,
                span: value.span,
            }
        };
        let attributes = element.attributes.iter().map(|attribute| {
            let mut attribute = attribute.clone();
            let is_value = VALUES.iter().any(|name| name.eq_ignore_ascii_case(&attribute.name));
            attribute.value = text(&attribute.value, is_value);
            attribute
        });
        let attributes = attributes.collect();
        let is_value = VALUES.iter().any(|name| name.eq_ignore_ascii_case(&element.name)) || element.name == "column";
        let own = element.text.as_ref().map(|own| text(own, is_value));
        let children = element.children.iter();
        let children = children
            .map(|child| self.put_into(child, scope, dialect, kept))
            .collect();
        Element {
            attributes,
            text: own,
            children,
            ..element.clone_head()
        }
    }

    /// A text with its properties put in.
    pub fn put(&self, text: &str, span: Span, scope: Scope, dialect: Dialect) -> Put {
        let mut put = Put::default();
        self.put_all(text, span, scope, dialect, 0, &mut put);
        put
    }

    fn put_all(&self, text: &str, span: Span, scope: Scope, dialect: Dialect, depth: usize, put: &mut Put) {
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            put.both(&rest[..at]);
            let body = &rest[at + 2..];
            let Some(length) = closing(body) else {
                put.both(&rest[at..]);
                return;
            };
            let written = &body[..length];
            // A name may be put together of others.
            let name = match written.contains("${") {
                true => self.put(written, span, scope, dialect).text,
                false => written.to_string(),
            };
            self.put_one(name.trim(), written, span, scope, dialect, depth, put);
            rest = &body[length + 1..];
            if put.text.len() > LONGEST {
                return;
            }
        }
        put.both(rest);
    }

    #[allow(clippy::too_many_arguments)]
    fn put_one(
        &self,
        name: &str,
        written: &str,
        span: Span,
        scope: Scope,
        dialect: Dialect,
        depth: usize,
        put: &mut Put,
    ) {
        if depth > DEEPEST {
            self.find(Finding::Endless {
                name: name.to_string(),
                at: span,
            });
            return put.both(&format!("${{{name}}}"));
        }
        match self.worth(name, scope, dialect) {
            Worth::Defined(property, needed) => {
                if let Some(variable) = variable_named(name) {
                    self.find(Finding::Hidden {
                        name: property.name.clone(),
                        variable,
                        at: property.span,
                    });
                }
                let mut inner = Put {
                    is_value: put.is_value,
                    ..Put::default()
                };
                self.put_all(
                    &property.value.text,
                    property.value.span,
                    scope,
                    dialect,
                    depth + 1,
                    &mut inner,
                );
                put.text += &inner.text;
                match is_parameter_name(&property.name) && !written.contains("${") {
                    true => {
                        put.kept += &format!("${{{}}}", property.name);
                        self.needed.borrow_mut().insert(needed);
                    }
                    false => put.kept += &inner.kept,
                }
            }
            Worth::Given(known, value) => {
                put.text += value;
                put.kept += &format!("${{{known}}}");
            }
            Worth::Text(text) => put.both(&text),
            Worth::Variable(variable, value) => {
                put.text += &value;
                put.kept += &format!("${{env:{variable}}}");
            }
            Worth::Nothing => {
                self.find(Finding::Undefined {
                    name: name.to_string(),
                    at: span,
                    is_value: put.is_value,
                });
                put.both(&format!("${{{name}}}"));
            }
        }
    }

    fn find(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// Whether a property has a value, as `changeLogPropertyDefined` asks.
    pub fn value(&self, name: &str, scope: Scope, dialect: Dialect) -> Option<String> {
        match self.worth(name, scope, dialect) {
            Worth::Defined(property, _) => Some(self.put(&property.value.text, property.span, scope, dialect).text),
            Worth::Given(_, value) => Some(value.to_string()),
            Worth::Text(text) | Worth::Variable(_, text) => Some(text),
            Worth::Nothing => None,
        }
    }

    /// Of the same name the first that holds everywhere counts, else the last of the file's own.
    fn worth(&self, name: &str, scope: Scope, dialect: Dialect) -> Worth<'_> {
        let given = self.given.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((known, value)) = given.and_then(|(known, each)| Some((known, each.get(dialect.name())?))) {
            return Worth::Given(known, value);
        }
        let is_meant =
            |property: &&Property| property.name.eq_ignore_ascii_case(name) && is_for(&property.dbms, dialect);
        let globals = &self.globals[..scope.globals.min(self.globals.len())];
        if let Some(property) = globals.iter().find(is_meant) {
            return Worth::Defined(property, Needed::Global(property.name.clone()));
        }
        let locals = self.locals.get(scope.file).map(Vec::as_slice).unwrap_or_default();
        let locals = &locals[..scope.locals.min(locals.len())];
        if let Some(property) = locals.iter().rev().find(is_meant) {
            return Worth::Defined(property, Needed::Local(scope.file, property.name.clone()));
        }
        if let Some(text) = of_the_database(name, dialect) {
            return Worth::Text(text);
        }
        match variable_named(name) {
            Some(variable) => {
                let value = std::env::var(&variable).unwrap_or_default();
                Worth::Variable(variable, value)
            }
            None => Worth::Nothing,
        }
    }
}

impl Put {
    /// A text that is no parameter: driftless has to read it as it is.
    fn both(&mut self, text: &str) {
        self.text += text;
        self.kept += &escaped(text);
    }
}

impl Element {
    /// The element without what is in it.
    fn clone_head(&self) -> Element {
        Element {
            remarks: self.remarks.clone(),
            ..Element::new(&self.name, self.name_span, self.span)
        }
    }
}

/// Where a `${` closes, those in it closed before.
fn closing(body: &str) -> Option<usize> {
    let mut depth = 0;
    let bytes = body.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The variable of the environment by a name, whose case does not count.
fn variable_named(name: &str) -> Option<String> {
    if std::env::var_os(name).is_some() {
        return Some(name.to_string());
    }
    let names = std::env::vars_os().filter_map(|(known, _)| known.into_string().ok());
    let mut names = names.filter(|known| known.eq_ignore_ascii_case(name));
    names.next()
}

/// What Liquibase knows of a database by itself, as far as it is the same for all of its kind.
fn of_the_database(name: &str, dialect: Dialect) -> Option<String> {
    let key = name.to_ascii_lowercase();
    let key = key.strip_prefix("database.")?;
    let name = dialect.name();
    let is_postgres = name == "postgres";
    let is_sqlite = name == "sqlite";
    let text = match key {
        "typename" => short_name(dialect),
        "databaseproductname" => match name {
            "postgres" => "PostgreSQL",
            "mysql" => "MySQL",
            "mariadb" => "MariaDB",
            _ => "SQLite",
        },
        "autoincrementclause" => match name {
            "postgres" => "GENERATED BY DEFAULT AS IDENTITY",
            "sqlite" => "AUTOINCREMENT",
            _ => "AUTO_INCREMENT",
        },
        "currentdatetimefunction" => match name {
            "sqlite" => "CURRENT_TIMESTAMP",
            _ => "NOW()",
        },
        "databasechangelogtablename" => "DATABASECHANGELOG",
        "databasechangeloglocktablename" => "DATABASECHANGELOGLOCK",
        "defaultschemaname" | "liquibaseschemaname" if is_postgres => "public",
        "defaultschemanameprefix" if is_postgres => ".public",
        "defaultschemanameprefix" => "",
        "linecomment" => "--",
        "supportsinitiallydeferrablecolumns" => return Some(is_postgres.to_string()),
        "supportssequences" => return Some((is_postgres || name == "mariadb").to_string()),
        "supportsschemas" => return Some(is_postgres.to_string()),
        "supportstablespaces" => return Some(is_postgres.to_string()),
        "supportsforeignkeydisable" => return Some((!is_postgres && !is_sqlite).to_string()),
        "supportsrestrictforeignkeys" => "true",
        _ => return None,
    };
    Some(text.to_string())
}

/// What Liquibase calls a database.
pub(super) fn short_name(dialect: Dialect) -> &'static str {
    match dialect.name() {
        "postgres" => "postgresql",
        other => other,
    }
}

/// The items of a list as `dbms` has it.
pub(super) fn listed(text: &str) -> Vec<String> {
    let items = text.split(',').map(|item| item.trim().to_ascii_lowercase());
    items.filter(|item| !item.is_empty()).collect()
}

/// Whether a list as `dbms` has it means a dialect; an empty one means all.
pub(super) fn is_for(dbms: &[String], dialect: Dialect) -> bool {
    let name = short_name(dialect);
    let has = |word: &str| dbms.iter().any(|item| item == word);
    if dbms.is_empty() || has("all") {
        return true;
    }
    if has("none") || has(&format!("!{name}")) {
        return false;
    }
    let mut named = dbms.iter().filter(|item| !item.starts_with('!')).peekable();
    named.peek().is_none() || named.any(|item| item == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    fn properties(all: &[(&str, &str, &str)]) -> (Properties, Span) {
        let mut sources = Sources::default();
        let span = Span::new(sources.add("a", "a"), 0, 1);
        let globals = all.iter().map(|(name, value, dbms)| Property {
            name: name.to_string(),
            value: Text {
                text: value.to_string(),
                span,
            },
            dbms: listed(dbms),
            span,
        });
        let properties = Properties {
            globals: globals.collect(),
            ..Properties::default()
        };
        (properties, span)
    }

    #[test]
    fn the_first_that_is_meant_counts() {
        let (properties, span) = properties(&[
            ("Clob.Type", "text", "postgresql"),
            ("clob.type", "longtext", "mysql, mariadb"),
            ("clob.type", "blob", ""),
            ("t", "${p}x", ""),
            ("p", "a", ""),
        ]);
        let scope = Scope {
            globals: 5,
            ..Scope::default()
        };
        let put = |text: &str, dialect: &str| {
            let put = properties.put(text, span, scope, Dialect::named(dialect).unwrap());
            (put.text, put.kept)
        };
        assert_eq!(put("${clob.type}", "postgres").0, "text");
        assert_eq!(put("${CLOB.TYPE}", "mariadb").0, "longtext");
        assert_eq!(put("${clob.type}", "sqlite").0, "blob");
        assert_eq!(put("a ${t} b", "sqlite"), ("a ax b".into(), "a ${t} b".into()));
        assert_eq!(put("${clob.${no}}", "sqlite").0, "${clob.${no}}");
        assert_eq!(put("${nowhere}", "sqlite"), ("${nowhere}".into(), "$${nowhere}".into()));
        assert_eq!(put("${database.typeName}", "postgres").0, "postgresql");
        assert_eq!(put("${unclosed", "postgres").0, "${unclosed");
    }

    #[test]
    fn a_list_means_what_it_names() {
        let is = |dbms: &str, dialect: &str| is_for(&listed(dbms), Dialect::named(dialect).unwrap());
        assert!(is("", "mysql") && is("all", "mysql") && is("mysql,h2", "mysql") && is("!h2", "mysql"));
        assert!(!is("mysql", "mariadb") && !is("none", "mysql") && !is("!mysql", "mysql") && !is("oracle", "mysql"));
        assert!(is("PostgreSQL", "postgres"));
    }
}
