//! How MySQL and MariaDB write expressions in `information_schema`, and what they mean.

use super::mysql_statement::bytes;
use crate::dialect::{Family, Token, TokenKind, tokens};
use crate::model::{ColumnDefault, Value};

/// The expression that MySQL shows escaped as if it stood in a text: `` (`a` = _utf8mb4\'x\') ``.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        plain.extend(letters.next().map(|escaped| match escaped {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'Z' => '\u{1a}',
            other => other,
        }));
    }
    encoded_once(plain)
}

/// MySQL keeps such expressions in UTF-8, and shows each of its bytes as a letter of its own.
fn encoded_once(text: String) -> String {
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(once)) => once,
        _ => text,
    }
}

/// A view's query without the name of its own database before the tables: it would be another one elsewhere.
pub(super) fn without_database(query: &str, database: &str) -> String {
    let all = tokens(query, Family::Mysql);
    let is_dot = |at: Option<usize>| at.and_then(|at| all.get(at)).is_some_and(|t| t.text == ".");
    let is_database = |token: &Token<'_>| token.kind == TokenKind::Quoted && token.name().as_deref() == Some(database);
    let mut plain = String::with_capacity(query.len());
    let mut at = 0;
    while at < all.len() {
        let token = &all[at];
        if is_database(token) && is_dot(Some(at + 1)) && !is_dot(at.checked_sub(1)) {
            at += 2;
            continue;
        }
        plain.push_str(token.text);
        at += 1;
    }
    plain
}

/// A default that MySQL shows as the bare value.
pub(super) fn bare_default(value: String, data_type: &str) -> ColumnDefault {
    let number = matches!(
        data_type,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" | "year"
    );
    match data_type {
        _ if number => ColumnDefault::Literal(Value::Number(value)),
        // Shown as `b'1'` and `0x6162`.
        "bit" => ColumnDefault::Expression(value),
        "binary" | "varbinary" => match value.strip_prefix("0x").and_then(bytes) {
            Some(bytes) => ColumnDefault::Literal(Value::Bytes(bytes)),
            None => ColumnDefault::Literal(Value::Text(value)),
        },
        _ => ColumnDefault::Literal(Value::Text(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_that_were_encoded_twice() {
        assert_eq!(
            unescaped("(`\u{c3}\u{9c}BER` <> _utf8mb4\\'\u{e6}\u{97}\u{a5}\\')"),
            "(`ÜBER` <> _utf8mb4'日')"
        );
        assert_eq!(unescaped("`日本` > 1"), "`日本` > 1");
    }

    #[test]
    fn escaped_expressions_are_read() {
        assert_eq!(
            unescaped(r"concat(`s`,_utf8mb4\' - \\\'q\\\\ \')"),
            r"concat(`s`,_utf8mb4' - \'q\\ ')"
        );
    }

    #[test]
    fn the_own_database_is_left_out_of_queries() {
        assert_eq!(
            without_database("select `d`.`d`.`id` AS `d`,'`d`.' from `d`.`d` join `e`.`d`", "d"),
            "select `d`.`id` AS `d`,'`d`.' from `d` join `e`.`d`"
        );
    }

    #[test]
    fn bare_values_are_typed_by_their_column() {
        assert_eq!(
            bare_default("0x61FF".into(), "varbinary"),
            ColumnDefault::Literal(Value::Bytes(vec![0x61, 0xff]))
        );
        assert_eq!(
            bare_default("5".into(), "varchar"),
            ColumnDefault::Literal(Value::Text("5".into()))
        );
        assert_eq!(
            bare_default("5".into(), "int"),
            ColumnDefault::Literal(Value::Number("5".into()))
        );
    }
}
