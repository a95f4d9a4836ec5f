//! What the databases take as a default without brackets around it.

use super::literal::Literal;
use super::said::digits_of_now;
use crate::dialect::{Dialect, Family, Token, TokenKind, tokens};

/// A default as the database takes it: to SQLite a bare word is a text.
pub(super) fn taken(literal: Literal, dialect: Dialect) -> Literal {
    let Literal::Sql(sql) = &literal else {
        return literal;
    };
    let words = parts(sql, dialect);
    match words.as_slice() {
        [word] if dialect.family() == Family::Sqlite && word.kind == TokenKind::Word && !is_bare(sql, dialect) => {
            Literal::Sql(format!("'{}'", word.text))
        }
        _ => literal,
    }
}

/// Why a database refuses a default as Liquibase writes it; driftless would write it so that it is taken.
pub(super) fn refused(sql: &str, native: &str, dialect: Dialect) -> Option<String> {
    let title = &dialect.facts().title;
    if dialect.name() == "mysql" && has_no_literal(native) && !is_bracketed(sql, dialect) && !is_null(sql) {
        return Some(format!(
            "{title} takes no default of `{native}` without brackets around it, and Liquibase writes `{sql}`"
        ));
    }
    let is_taken = match dialect.name() {
        "postgres" => true,
        "mariadb" => is_bare(sql, dialect) || is_call(sql, dialect),
        _ => is_bare(sql, dialect) || is_bracketed(sql, dialect),
    };
    (!is_taken)
        .then(|| format!("{title} takes an expression as a default in brackets only, and Liquibase writes `{sql}`"))
}

/// Types of which MySQL takes no literal as a default.
fn has_no_literal(native: &str) -> bool {
    let lower = native.to_ascii_lowercase();
    let word = lower.split([' ', '(']).next().unwrap_or_default();
    word.ends_with("text")
        || word.ends_with("blob")
        || matches!(
            word,
            "json"
                | "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
        )
}

fn is_null(sql: &str) -> bool {
    sql.eq_ignore_ascii_case("null")
}

fn is_bare(sql: &str, dialect: Dialect) -> bool {
    let lower = sql.trim().to_ascii_lowercase();
    let number = lower.strip_prefix('+').unwrap_or(&lower);
    let is_now = match dialect.family() {
        Family::Mysql => digits_of_now(sql).is_some() || lower.contains("on update"),
        Family::Sqlite | Family::Postgres => {
            matches!(lower.as_str(), "current_timestamp" | "current_date" | "current_time")
        }
    };
    let is_text = match parts(sql, dialect).as_slice() {
        [text] => text.kind == TokenKind::Text,
        [prefix, text] => (prefix.is_word("b") || prefix.is_word("x")) && text.kind == TokenKind::Text,
        _ => false,
    };
    is_now || is_text || number.parse::<f64>().is_ok() || matches!(lower.as_str(), "null" | "true" | "false")
}

/// Whether there are no more than words and what stands in brackets: to MariaDB a call needs none around it.
fn is_call(sql: &str, dialect: Dialect) -> bool {
    let mut depth = 0;
    parts(sql, dialect).iter().all(|token| {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth > 0 || matches!(token.kind, TokenKind::Word | TokenKind::Quoted) || matches!(token.text, ")" | ".")
    })
}

/// Whether one pair of brackets is around all of it.
fn is_bracketed(sql: &str, dialect: Dialect) -> bool {
    let all = parts(sql, dialect);
    let mut depth = 0;
    for (at, token) in all.iter().enumerate() {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at > 0 && at + 1 == all.len();
        }
    }
    false
}

fn parts(sql: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let all = tokens(sql, dialect.family()).into_iter();
    all.filter(|token| !token.is_blank()).collect()
}
