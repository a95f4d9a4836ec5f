//! SQL as authors write it, split as Liquibase splits it.

use super::super::element::Element;
use super::super::node::{Body, text};
use super::super::statements::{Splitting, statements};
use super::Translator;
use super::rows::own_text;
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::split;
use crate::document::Node;

/// Statements that begin or end a transaction.
const TRANSACTION: [&str; 9] = [
    "begin",
    "begin work",
    "begin transaction",
    "start transaction",
    "commit",
    "commit work",
    "commit transaction",
    "rollback",
    "end transaction",
];

impl Translator<'_> {
    pub fn sql(&mut self, change: &Element) -> Vec<Node> {
        if !self.is_meant(change) {
            return Vec::new();
        }
        let Some(written) = own_text(change, "sql") else {
            return Vec::new();
        };
        let (sql, at) = (self.free(written), written.span);
        self.raw(change, &sql, at)
    }

    pub fn sql_file(&mut self, change: &Element) -> Vec<Node> {
        if !self.is_meant(change) || self.needed(change, "path").is_none() {
            return Vec::new();
        }
        let path = match self.resources.locate(change, "path") {
            Ok(path) => path,
            Err(problem) => {
                self.problems.push(problem);
                return Vec::new();
            }
        };
        let Some(at) = change.value("path").map(|path| path.span) else {
            return Vec::new();
        };
        let content = match self.resources.text(&path) {
            Ok(content) => content,
            Err(message) => {
                self.problem(Diagnostic::error("unreadable-file", message), at);
                return Vec::new();
            }
        };
        let put = self.reading.properties.put(&content, at, self.scope, self.dialect);
        let is_as_it_is = put.text == *content && put.kept == *content;
        if is_as_it_is && self.ready(change, &content).is_some_and(|ready| ready == *content) {
            self.resources.name(&path);
            let path = self.resources.relative(&path);
            return vec![
                Body::new(change.span)
                    .with("path", text(path, at))
                    .operation("sql_file"),
            ];
        }
        self.raw(change, &put.kept, at)
    }

    fn raw(&mut self, change: &Element, sql: &str, at: Span) -> Vec<Node> {
        let Some(ready) = self.ready(change, sql) else {
            return Vec::new();
        };
        vec![Body::new(change.span).with("up", text(ready, at)).operation("sql")]
    }

    /// The SQL so that driftless splits it as Liquibase does; `None` where there is no statement in it.
    fn ready(&mut self, change: &Element, sql: &str) -> Option<String> {
        let splitting = Splitting {
            splits: self.flag_of(change, "splitStatements") != Some(false),
            delimiter: change.text_of("endDelimiter").filter(|delimiter| !delimiter.is_empty()),
        };
        let mut all = statements(sql, &splitting, self.family());
        let before = all.len();
        all.retain(|statement| !is_of_transaction(statement));
        if all.len() < before {
            let message = "BEGIN, COMMIT and ROLLBACK are left out: a changeset is one transaction";
            self.passed_over(message, change.name_span);
        }
        let ours = split(sql, self.family());
        let is_same = before == all.len()
            && ours.len() == all.len()
            && ours
                .iter()
                .zip(&all)
                .all(|(ours, theirs)| bare(ours.text) == bare(theirs));
        if all.is_empty() {
            return None;
        }
        let is_whole = ours.is_empty() || is_same;
        Some(match is_whole {
            true => sql.to_string(),
            false => all.join(";\n"),
        })
    }

    /// The text that a change brings, in itself or in a file.
    pub fn text_or_file(&mut self, change: &Element, key: &str) -> Option<(String, Span)> {
        let Some(path) = change.value("path").map(|path| path.span) else {
            let Some(own) = own_text(change, key) else {
                self.needed(change, key);
                return None;
            };
            return Some((self.free(own), own.span));
        };
        let found = self.resources.locate(change, "path");
        let file = found.map_err(|problem| self.problems.push(problem)).ok()?;
        match self.resources.text(&file) {
            Ok(content) => {
                let put = self.reading.properties.put(&content, path, self.scope, self.dialect);
                Some((put.kept, path))
            }
            Err(message) => {
                self.problem(Diagnostic::error("unreadable-file", message), path);
                None
            }
        }
    }
}

/// A statement without what does not count between its words, and at its end.
fn bare(statement: &str) -> String {
    let words: Vec<&str> = statement.trim().trim_end_matches(';').split_whitespace().collect();
    words.join(" ")
}

fn is_of_transaction(statement: &str) -> bool {
    TRANSACTION.contains(&bare(statement).to_ascii_lowercase().as_str())
}
