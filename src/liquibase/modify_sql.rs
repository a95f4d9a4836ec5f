//! `modifySql`: what is changed in the SQL of a changeset before it is run. Where a change is SQL itself, its text is changed;
//! of keys, indexes, columns and rows, the statement that Liquibase writes for them; of others, what is said of MySQL's tables
//! and of types. What cannot be changed like that stops a run.

use fancy_regex::Regex;

use super::element::Element;
use super::node::{Body, text};
use super::properties::{is_for, listed};
use super::translate::Translator;
use crate::document::{Entry, Kind, Node};

/// Keys that hold a whole statement.
const STATEMENTS: [&str; 2] = ["up", "query"];

impl Translator<'_> {
    /// The operations of a change after all that a changeset says of its SQL.
    pub fn modified(
        &mut self,
        changeset: &Element,
        change: &Element,
        operations: Vec<Node>,
        is_reverse: bool,
    ) -> Vec<Node> {
        let mut edits = Vec::new();
        for modification in changeset.children.iter().filter(|child| child.name == "modifySql") {
            let dbms = listed(modification.text_of("dbms").unwrap_or_default());
            let is_meant = is_for(&dbms, self.dialect);
            let applies = !is_reverse || self.is_set(modification, "applyToRollback");
            if !is_meant || !applies || operations.is_empty() {
                continue;
            }
            let said = ["dbms", "context", "contextFilter", "labels", "applyToRollback"];
            let visitors = modification
                .children
                .iter()
                .filter(|child| !said.contains(&child.name.as_str()));
            for visitor in visitors {
                edits.extend(self.edit_of(visitor).map(|edit| (edit, visitor)));
            }
        }
        if edits.is_empty() {
            return operations;
        }
        let only = match operations.as_slice() {
            [only] => self.statement_of(change, only).filter(|_| !is_a_place(only, &edits)),
            _ => None,
        };
        if let Some(statement) = only {
            let edited = edits
                .iter()
                .fold(statement.clone(), |text, (edit, _)| edit.apply(&text));
            return match edited == statement {
                true => operations,
                false => vec![self.restated(change, &operations[0], &statement, edited)],
            };
        }
        let mut result = Vec::new();
        for operation in operations {
            let mut operation = operation;
            for (edit, visitor) in &edits {
                match visited(&operation, edit) {
                    Some(changed) => operation = changed,
                    None => {
                        let message = format!(
                            "`modifySql` `{}` changes the SQL that Liquibase writes for `{}`, which is not written here",
                            visitor.name, change.name
                        );
                        result.extend(self.inexpressible(visitor, message));
                    }
                }
            }
            result.push(operation);
        }
        result
    }

    /// What a changed statement says, as an operation: rows that an index covers are said of the index.
    fn restated(&self, change: &Element, operation: &Node, statement: &str, edited: String) -> Node {
        let tail = edited.strip_prefix(statement).map(str::trim);
        let predicate = tail.and_then(|tail| {
            let (word, condition) = tail.split_once(char::is_whitespace)?;
            word.eq_ignore_ascii_case("where")
                .then(|| condition.trim().trim_end_matches(';'))
        });
        match (predicate, operation.get("create_index")) {
            (Some(predicate), Some(index)) if !self.is_mysql() => {
                let mut body = Body::new(change.span);
                for entry in index.entries() {
                    body.put(&entry.key, entry.value.clone());
                }
                body.put("where", text(predicate, change.span));
                body.operation("create_index")
            }
            _ => Body::new(change.span)
                .with("up", text(edited, change.span))
                .operation("sql"),
        }
    }

    fn edit_of(&mut self, visitor: &Element) -> Option<Edit> {
        let value = |key: &str| visitor.text_of(key).map(str::to_string);
        Some(match visitor.name.as_str() {
            "append" => Edit::Append(value("value")?),
            "appendSqlIfNotPresent" => {
                self.passed_over("Liquibase makes nothing of `appendSqlIfNotPresent`", visitor.name_span);
                return None;
            }
            "prepend" => Edit::Prepend(value("value")?),
            "replace" => Edit::Replace {
                pattern: Regex::new(&fancy_regex::escape(&value("replace")?)).ok()?,
                with: value("with").unwrap_or_default().replace('$', "$$"),
            },
            "regExpReplace" => {
                let written = visitor.value("replace")?;
                match Regex::new(&written.text) {
                    Ok(pattern) => Edit::Replace {
                        pattern,
                        // A group is `$1` to Java, and would be read as `$1abc` where letters follow.
                        with: braced(&value("with").unwrap_or_default()),
                    },
                    Err(error) => {
                        let message = format!(
                            "`{}` is no regular expression that is understood: {error}",
                            written.text
                        );
                        self.left_over(message, None, written.span);
                        return None;
                    }
                }
            }
            name => {
                let message = format!("`modifySql` has no `{name}`");
                self.left_over(message, None, visitor.name_span);
                return None;
            }
        })
    }
}

/// An operation after an edit; `None` where what it changes is not written there.
fn visited(operation: &Node, edit: &Edit) -> Option<Node> {
    let key = operation.entries().first().map(|entry| entry.key.to_string())?;
    match (edit, key.as_str()) {
        (_, "sql") => Some(with_texts(operation.clone(), &STATEMENTS, &|text| edit.apply(text))),
        (Edit::Append(tail), _) if tail.trim().trim_end_matches(';').is_empty() => Some(operation.clone()),
        (Edit::Append(tail), "create_table") => {
            table_options(tail).map(|options| with_options(operation.clone(), &options))
        }
        (Edit::Append(tail), "add_column") => after(tail).map(|after| {
            let mut body = Body::new(operation.span);
            let before = operation.find("add_column").entries().iter();
            for entry in before.filter(|entry| &*entry.key != "after") {
                body.put(&entry.key, entry.value.clone());
            }
            body.put("after", text(after, operation.span));
            body.operation("add_column")
        }),
        (Edit::Replace { .. }, _) => {
            let changed = with_texts(operation.clone(), &["native", "query"], &|text| edit.apply(text));
            Some(changed).filter(|changed| changed != operation)
        }
        _ => None,
    }
}

/// Whether all that is said of a column is where it comes.
fn is_a_place(operation: &Node, edits: &[(Edit, &Element)]) -> bool {
    let is_after = |edit: &Edit| matches!(edit, Edit::Append(tail) if after(tail).is_some());
    operation.get("add_column").is_some() && edits.iter().all(|(edit, _)| is_after(edit))
}

/// The column that another one comes behind.
fn after(tail: &str) -> Option<String> {
    let mut words = tail.trim().trim_end_matches(';').split_whitespace();
    let is_after = words.next()?.eq_ignore_ascii_case("after");
    let column = words.next()?.trim_matches('`').to_string();
    Some(column).filter(|_| is_after && words.next().is_none())
}

/// What is done to a text.
enum Edit {
    Append(String),
    Prepend(String),
    Replace { pattern: Regex, with: String },
}

impl Edit {
    fn apply(&self, text: &str) -> String {
        match self {
            Edit::Append(tail) => format!("{text}{tail}"),
            Edit::Prepend(head) => format!("{head}{text}"),
            Edit::Replace { pattern, with } => pattern.replace_all(text, with.as_str()).into_owned(),
        }
    }
}

/// Groups of a replacement in braces.
fn braced(with: &str) -> String {
    let mut result = String::new();
    let mut rest = with;
    while let Some(at) = rest.find('$') {
        result += &rest[..at];
        let digits: String = rest[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        match digits.is_empty() {
            true => result += "$$",
            false => result += &format!("${{{digits}}}"),
        }
        rest = &rest[at + 1 + digits.len()..];
    }
    result + rest
}

/// A tree with the texts under some keys changed.
fn with_texts(node: Node, keys: &[&str], change: &dyn Fn(&str) -> String) -> Node {
    let Node { span, kind } = node;
    let kind = match kind {
        Kind::Map(entries) => {
            let entries = entries.into_iter().map(|entry| {
                let value = match entry.value.as_str() {
                    Some(found) if keys.contains(&&*entry.key) => text(change(found), entry.value.span),
                    _ => with_texts(entry.value, keys, change),
                };
                Entry { value, ..entry }
            });
            Kind::Map(entries.collect())
        }
        Kind::Seq(items) => Kind::Seq(items.into_iter().map(|item| with_texts(item, keys, change)).collect()),
        other => other,
    };
    Node { span, kind }
}

/// What a text behind CREATE TABLE says of a table of MySQL, if that is all that it says.
fn table_options(tail: &str) -> Option<Vec<(&'static str, String)>> {
    let spaced = tail.replace('=', " ").replace([',', ';'], " ");
    let words: Vec<&str> = spaced
        .split_whitespace()
        .filter(|word| !word.eq_ignore_ascii_case("default"))
        .collect();
    let mut found = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut name = word.to_ascii_lowercase();
        if name == "character" && words.next().is_some_and(|next| next.eq_ignore_ascii_case("set")) {
            name = "charset".to_string();
        }
        let key = match name.as_str() {
            "engine" | "type" => "engine",
            "charset" => "charset",
            "collate" => "collation",
            _ => return None,
        };
        found.push((key, words.next()?.trim_matches(['\'', '"', '`']).to_string()));
    }
    Some(found).filter(|found| !found.is_empty())
}

/// A `create_table` with options for MySQL.
fn with_options(operation: Node, options: &[(&'static str, String)]) -> Node {
    let span = operation.span;
    let mut own = Body::new(span);
    for (key, value) in options {
        own.put(key, text(value, span));
    }
    let mut body = Body::new(span);
    let before = operation.find("create_table");
    for entry in before.entries().iter().filter(|entry| &*entry.key != "options") {
        body.put(&entry.key, entry.value.clone());
    }
    let mut all = Body::new(span);
    let known = before.get("options").map(Node::entries).unwrap_or_default();
    for entry in known.iter().filter(|entry| &*entry.key != "mysql") {
        all.put(&entry.key, entry.value.clone());
    }
    body.put("options", all.with("mysql", own.node()).node());
    body.operation("create_table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_table_are_told_from_other_sql() {
        let options = table_options(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin").unwrap();
        assert_eq!(options.len(), 3);
        assert_eq!(options[1], ("charset", "utf8mb4".to_string()));
        assert!(table_options(" PARTITION BY HASH (id)").is_none());
        assert!(table_options(" ").is_none());
    }

    #[test]
    fn groups_are_those_of_java() {
        assert_eq!(braced("a$1b $ $12"), "a${1}b $$ ${12}");
    }
}
