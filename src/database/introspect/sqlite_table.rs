//! What only the text of a CREATE TABLE says on SQLite: names of constraints, checks, collations, how columns are
//! computed, AUTOINCREMENT, and when foreign keys are checked.

use std::collections::HashMap;

use crate::dialect::{Cursor, Family, TokenKind, tokens, trimmed};
use crate::model::Generated;

/// Names are as written; columns are found by their name in lower case.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TableText {
    pub primary_key: Option<String>,
    pub numbers_rows: bool,
    pub uniques: Vec<UniqueText>,
    /// In the order of the text.
    pub foreign_keys: Vec<ForeignKeyText>,
    pub checks: Vec<CheckText>,
    pub collations: HashMap<String, String>,
    pub generated: HashMap<String, Generated>,
}

#[derive(Debug, PartialEq)]
pub(super) struct UniqueText {
    pub name: Option<String>,
    pub columns: Vec<String>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct ForeignKeyText {
    pub name: Option<String>,
    pub match_full: bool,
    pub deferrable: bool,
    pub initially_deferred: bool,
}

#[derive(Debug, PartialEq)]
pub(super) struct CheckText {
    pub name: Option<String>,
    pub expression: String,
}

/// Reads a statement that SQLite has accepted; what it does not know it passes over.
pub(super) fn parse(sql: &str) -> TableText {
    let mut parser = Parser {
        cursor: Cursor::new(sql, Family::Sqlite),
        found: TableText::default(),
    };
    while let Some(token) = parser.cursor.peek()
        && token.text != "("
    {
        parser.cursor.next();
    }
    parser.cursor.next();
    parser.elements();
    parser.found
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    found: TableText,
}

impl Parser<'_> {
    fn elements(&mut self) {
        let constraints = ["constraint", "primary", "unique", "check", "foreign"];
        while let Some(token) = self.cursor.peek() {
            if token.text == ")" {
                return;
            }
            let of_table = constraints.iter().any(|word| token.is_word(word));
            let column = match of_table {
                true => None,
                false => self.cursor.name(),
            };
            self.element(column.as_deref());
        }
    }

    /// A column's type and constraints, or constraints of the table, to behind the comma.
    fn element(&mut self, column: Option<&str>) {
        let mut name = None;
        while let Some(token) = self.cursor.peek() {
            match token.text {
                ")" => return,
                "," => {
                    self.cursor.next();
                    return;
                }
                "(" => {
                    self.cursor.group();
                    continue;
                }
                _ => self.cursor.next(),
            };
            if token.kind == TokenKind::Word {
                self.clause(&token.text.to_ascii_lowercase(), column, &mut name);
            }
        }
    }

    fn clause(&mut self, word: &str, column: Option<&str>, name: &mut Option<String>) {
        match word {
            "constraint" => *name = self.cursor.name(),
            "primary" => {
                self.found.primary_key = name.take();
                self.cursor.take_word("key");
                let words = self.cursor.group().map(|text| tokens(text, Family::Sqlite));
                let mut words = words.into_iter().flatten();
                self.found.numbers_rows |= words.any(|token| token.is_word("autoincrement"));
            }
            "autoincrement" => self.found.numbers_rows = true,
            "unique" => {
                let columns = match column {
                    Some(column) => vec![column.to_string()],
                    None => self.cursor.group().map(names).unwrap_or_default(),
                };
                let name = name.take();
                self.found.uniques.push(UniqueText { name, columns });
            }
            "check" => {
                if let Some(expression) = self.cursor.group() {
                    self.found.checks.push(CheckText {
                        name: name.take(),
                        expression: trimmed(expression, Family::Sqlite).to_string(),
                    });
                }
            }
            "references" => {
                self.found.foreign_keys.push(ForeignKeyText {
                    name: name.take(),
                    ..ForeignKeyText::default()
                });
                self.cursor.name();
            }
            // What a foreign key sets is no default of the column.
            "on" if self.cursor.take_one_of(&["delete", "update"]).is_some() => {
                self.cursor.take_word("set");
                self.cursor.take_one_of(&["null", "default"]);
            }
            "match" => {
                let full = self.cursor.take_word("full");
                self.last_foreign_key(|foreign| foreign.match_full = full);
            }
            "not" => {
                *name = None;
                self.cursor.take_word("deferrable");
            }
            "deferrable" => self.last_foreign_key(|foreign| foreign.deferrable = true),
            "initially" => {
                let deferred = self.cursor.take_word("deferred");
                self.last_foreign_key(|foreign| foreign.initially_deferred = deferred);
            }
            "null" => *name = None,
            "default" => {
                *name = None;
                self.default();
            }
            "collate" => {
                *name = None;
                if let (Some(column), Some(collation)) = (column, self.cursor.name()) {
                    self.found.collations.insert(column.to_lowercase(), collation);
                }
            }
            "as" => {
                *name = None;
                self.generated(column);
            }
            _ => {}
        }
    }

    fn last_foreign_key(&mut self, change: impl FnOnce(&mut ForeignKeyText)) {
        if let Some(foreign) = self.found.foreign_keys.last_mut() {
            change(foreign);
        }
    }

    /// Passes over a value that could read as a constraint: `DEFAULT "unique"`, `DEFAULT - 1`.
    fn default(&mut self) {
        if self.cursor.group().is_none() {
            self.cursor.next();
        }
    }

    fn generated(&mut self, column: Option<&str>) {
        let (Some(column), Some(expression)) = (column, self.cursor.group()) else {
            return;
        };
        let expression = trimmed(expression, Family::Sqlite).to_string();
        let stored = self.cursor.take_word("stored");
        let generated = Generated { expression, stored };
        self.found.generated.insert(column.to_lowercase(), generated);
    }
}

/// The names that a list in brackets begins its parts with.
fn names(list: &str) -> Vec<String> {
    let mut cursor = Cursor::new(list, Family::Sqlite);
    let mut found = Vec::new();
    let mut at_start = true;
    while let Some(token) = cursor.peek() {
        if std::mem::take(&mut at_start) {
            found.extend(cursor.name());
            continue;
        }
        at_start = token.text == ",";
        cursor.next();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        Some(value.to_string())
    }

    #[test]
    fn everything_that_has_no_pragma_is_found() {
        let found = parse(
            "CREATE TABLE \"a (b\" ( -- CHECK (x)
               id INTEGER CONSTRAINT \"the key\" PRIMARY KEY AUTOINCREMENT NOT NULL,
               [Full Name] VARCHAR(10) DEFAULT ('CHECK (') CONSTRAINT n NOT NULL CHECK (length([Full Name]) > (1 + 2)),
               code TEXT COLLATE NOCASE UNIQUE DEFAULT \"unique\" /* UNIQUE */,
               twice INT GENERATED ALWAYS AS (id * 2) STORED, thrice AS (id * 3),
               parent INT CONSTRAINT up REFERENCES 'a (b' (id) MATCH FULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
               CONSTRAINT both UNIQUE (code COLLATE BINARY, \"parent\" DESC) ON CONFLICT IGNORE
               CHECK (twice <> 'a)b' -- )
 )
               FOREIGN KEY (parent) REFERENCES other ON UPDATE SET DEFAULT NOT DEFERRABLE
             ) STRICT, WITHOUT ROWID",
        );
        assert_eq!(found.primary_key, text("the key"));
        assert!(found.numbers_rows);
        let unique = |name: Option<String>, columns: &[&str]| UniqueText {
            name,
            columns: columns.iter().map(|name| name.to_string()).collect(),
        };
        assert_eq!(
            found.uniques,
            [unique(None, &["code"]), unique(text("both"), &["code", "parent"])]
        );
        let checks: Vec<_> = found
            .checks
            .iter()
            .map(|check| (check.name.as_deref(), check.expression.as_str()))
            .collect();
        assert_eq!(
            checks,
            [(None, "length([Full Name]) > (1 + 2)"), (None, "twice <> 'a)b'")]
        );
        assert_eq!(
            found.foreign_keys,
            [
                ForeignKeyText {
                    name: text("up"),
                    match_full: true,
                    deferrable: true,
                    initially_deferred: true
                },
                ForeignKeyText::default(),
            ]
        );
        assert_eq!(found.collations.get("code"), text("NOCASE").as_ref());
        let generated = |expression: &str, stored| Generated {
            expression: expression.into(),
            stored,
        };
        assert_eq!(found.generated.get("twice"), Some(&generated("id * 2", true)));
        assert_eq!(found.generated.get("thrice"), Some(&generated("id * 3", false)));
    }

    #[test]
    fn a_key_of_the_table_may_number_its_rows() {
        let found = parse("CREATE TABLE t (id INTEGER, PRIMARY KEY (id AUTOINCREMENT))");
        assert!(found.numbers_rows && found.primary_key.is_none());
        assert_eq!(parse("CREATE TABLE t"), TableText::default());
        assert_eq!(parse("CREATE TABLE t (a INT, CHECK (a > ("), TableText::default());
    }
}
