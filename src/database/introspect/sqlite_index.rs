//! What only the text of a CREATE INDEX or CREATE VIEW says on SQLite: expressions, predicates, queries.

use crate::dialect::{Cursor, Family, trimmed};

/// The parts of an index as written, without `ASC` and `DESC`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct IndexText {
    pub parts: Vec<String>,
    pub predicate: Option<String>,
}

/// Reads a CREATE INDEX that SQLite has accepted.
pub(super) fn parse(sql: &str) -> IndexText {
    let mut cursor = Cursor::new(sql, Family::Sqlite);
    while let Some(token) = cursor.peek()
        && token.text != "("
    {
        cursor.next();
    }
    let parts = cursor.group().map(parts).unwrap_or_default();
    let predicate = cursor
        .take_word("where")
        .then(|| trimmed(cursor.rest(), Family::Sqlite).to_string());
    IndexText { parts, predicate }
}

fn parts(list: &str) -> Vec<String> {
    let mut cursor = Cursor::new(list, Family::Sqlite);
    let mut found = Vec::new();
    let mut from = 0;
    let mut end = None;
    while let Some(token) = cursor.peek() {
        if cursor.group().is_some() {
            end = None;
            continue;
        }
        cursor.next();
        if token.text == "," {
            found.push(trimmed(&list[from..end.unwrap_or(token.start)], Family::Sqlite).to_string());
            (from, end) = (token.end(), None);
        } else {
            let order = token.is_word("asc") || token.is_word("desc");
            end = order.then_some(token.start);
        }
    }
    found.push(trimmed(&list[from..end.unwrap_or(list.len())], Family::Sqlite).to_string());
    found
}

/// The query of a CREATE VIEW. The names of its columns, given before it, are not covered yet.
pub(super) fn query_of(sql: &str) -> &str {
    let mut cursor = Cursor::new(sql, Family::Sqlite);
    while cursor.peek().is_some() && !cursor.take_word("as") {
        if cursor.group().is_none() {
            cursor.next();
        }
    }
    trimmed(cursor.rest(), Family::Sqlite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_predicate_are_found() {
        let found = parse(
            "CREATE UNIQUE INDEX \"i (x\" ON t (a DESC, lower(b, ',') , (c + 1) asc, d COLLATE NOCASE)
             WHERE a IS NOT NULL -- all",
        );
        assert_eq!(found.parts, ["a", "lower(b, ',')", "(c + 1)", "d COLLATE NOCASE"]);
        assert_eq!(found.predicate.as_deref(), Some("a IS NOT NULL"));
        assert_eq!(parse("CREATE INDEX i ON t (a)").predicate, None);
    }

    #[test]
    fn a_view_is_its_query() {
        assert_eq!(
            query_of("CREATE VIEW \"as\" (a, b) AS SELECT 1 AS a, 2"),
            "SELECT 1 AS a, 2"
        );
        assert_eq!(query_of("CREATE VIEW v"), "");
    }
}
