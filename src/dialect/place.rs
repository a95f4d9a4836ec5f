//! Where a token of a text stands, and what its place says of the name that it is.

use super::Family;
use super::lexer::{Token, after, before, is_name, is_one_of, tokens};

/// The bracket that closes around a place, or the end.
pub(super) fn enclosing_end(all: &[Token<'_>], at: usize) -> usize {
    let mut depth = 0;
    let end = (at..all.len()).find(|at| {
        depth += i32::from(all[*at].text == "(") - i32::from(all[*at].text == ")");
        depth < 0 || (depth == 0 && all[*at].text == ";")
    });
    end.unwrap_or(all.len())
}

pub(super) fn closing(all: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0;
    (open..all.len()).find(|at| {
        depth += i32::from(all[*at].text == "(") - i32::from(all[*at].text == ")");
        depth == 0
    })
}

pub(super) fn opening(all: &[Token<'_>], close: usize) -> Option<usize> {
    let mut depth = 0;
    (0..=close).rev().find(|at| {
        depth += i32::from(all[*at].text == ")") - i32::from(all[*at].text == "(");
        depth == 0
    })
}

/// The name before the point that stands before this one: `u` of `u.id`.
pub(super) fn qualifier(all: &[Token<'_>], at: usize) -> Option<String> {
    let point = before(all, at).filter(|at| all[*at].text == ".")?;
    all[before(all, point)?].name()
}

pub(super) fn is_behind_as(all: &[Token<'_>], at: usize) -> bool {
    before(all, at).is_some_and(|at| all[at].is_word("as"))
}

/// The word that begins the part of a query in which something stands.
pub(super) fn clause(all: &[Token<'_>], at: usize) -> Option<&'static str> {
    const WORDS: [&str; 16] = [
        "select",
        "from",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "window",
        "set",
        "values",
        "on",
        "using",
        "join",
        "update",
        "into",
        "partition",
    ];
    let (mut at, mut depth) = (at, 0);
    while let Some(previous) = before(all, at) {
        match all[previous].text {
            ")" => depth += 1,
            "(" if depth == 0 => return None,
            "(" => depth -= 1,
            ";" => return None,
            _ if depth > 0 => {}
            _ => {
                if let Some(word) = WORDS.into_iter().find(|word| all[previous].is_word(word)) {
                    return Some(word);
                }
            }
        }
        at = previous;
    }
    None
}

/// The names by which a query calls a table: its own, and its aliases (`users u`, `users AS u`).
pub(super) fn aliases(sql: &str, table: &str, family: Family) -> Vec<String> {
    const NOT_AN_ALIAS: [&str; 26] = [
        "on",
        "join",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "natural",
        "outer",
        "where",
        "group",
        "order",
        "having",
        "limit",
        "union",
        "except",
        "intersect",
        "using",
        "set",
        "window",
        "fetch",
        "offset",
        "for",
        "straight_join",
        "use",
        "with",
    ];
    let all = tokens(sql, family);
    let mut found = vec![table.to_string()];
    for at in 0..all.len() {
        if !is_name(&all, at, table, family) || !names_table(&all, at) {
            continue;
        }
        let next = match after(&all, at) {
            Some(word) if all[word].is_word("as") => after(&all, word),
            next => next,
        };
        let name = next
            .map(|at| &all[at])
            .filter(|next| !NOT_AN_ALIAS.iter().any(|word| next.is_word(word)))
            .and_then(Token::name);
        found.extend(name);
    }
    found
}

/// Whether a name stands for a table: before a point, behind FROM and JOIN, where a statement says what it writes.
pub(super) fn names_table(all: &[Token<'_>], at: usize) -> bool {
    if after(all, at).is_some_and(|at| all[at].text == ".") {
        return true;
    }
    // Its schema stands before it.
    let first = match before(all, at).filter(|at| all[*at].text == ".") {
        Some(point) => before(all, point).unwrap_or(at),
        None => at,
    };
    is_written(all, first) || names_query(all, at) || is_read(all, first)
}

/// Behind the INTO, UPDATE, DELETE, TABLE of a statement.
fn is_written(all: &[Token<'_>], at: usize) -> bool {
    const HOW: [&str; 7] = [
        "only",
        "ignore",
        "low_priority",
        "quick",
        "delayed",
        "high_priority",
        "table",
    ];
    let mut verb = before(all, at);
    while let Some(word) = verb.filter(|at| is_one_of(&all[*at], &HOW)) {
        verb = before(all, word);
    }
    // `UPDATE OR IGNORE t`
    if let Some(or) = verb.and_then(|at| before(all, at)).filter(|at| all[*at].is_word("or")) {
        verb = before(all, or);
    }
    verb.is_some_and(|verb| is_one_of(&all[verb], &["into", "truncate"]) || is_verb(all, verb))
}

/// UPDATE or DELETE as the beginning of a statement: `ON DUPLICATE KEY UPDATE` goes on with a column.
fn is_verb(all: &[Token<'_>], at: usize) -> bool {
    is_one_of(&all[at], &["update", "delete"])
        && before(all, at).is_none_or(|at| !is_one_of(&all[at], &["key", "for", "do", "on", "no"]))
}

/// `WITH name AS (…)`
pub(super) fn names_query(all: &[Token<'_>], at: usize) -> bool {
    let mut next = after(all, at);
    if let Some(list) = next.filter(|at| all[*at].text == "(") {
        next = closing(all, list).and_then(|close| after(all, close));
    }
    if !next.is_some_and(|at| all[at].is_word("as")) {
        return false;
    }
    let (mut at, mut depth) = (at, 0);
    while let Some(previous) = before(all, at) {
        let token = &all[previous];
        match token.text {
            ")" => depth += 1,
            "(" if depth == 0 => return false,
            "(" => depth -= 1,
            _ if depth > 0 => {}
            _ if is_one_of(token, &["with", "recursive"]) => return true,
            "," => {}
            // The query before: `WITH a AS (…), b AS (…)`.
            _ if token.is_word("as") || is_one_of(token, &["materialized", "not"]) => {}
            _ if token.name().is_some() && !is_one_of(token, &["window", "select", "from", "join"]) => {}
            _ => return false,
        }
        at = previous;
    }
    false
}

/// Behind FROM and JOIN, or among what an UPDATE or DELETE of several tables names.
fn is_read(all: &[Token<'_>], at: usize) -> bool {
    const ENDS: [&str; 19] = [
        "select",
        "on",
        "where",
        "by",
        "having",
        "using",
        "and",
        "or",
        "set",
        "limit",
        "returning",
        "when",
        "then",
        "else",
        "loop",
        "do",
        "begin",
        "values",
        "return",
    ];
    let (mut at, mut depth) = (at, 0);
    while let Some(previous) = before(all, at) {
        let token = &all[previous];
        let opens_list =
            |at: usize| before(all, at).is_some_and(|at| all[at].text == "," || is_one_of(&all[at], &["from", "join"]));
        match token.text {
            ")" => depth += 1,
            "(" if depth > 0 => depth -= 1,
            "(" if !opens_list(previous) => return false,
            _ if depth > 0 => {}
            ";" => return false,
            _ if token.is_word("join") || is_verb(all, previous) => return true,
            _ if token.is_word("from") => return begins_clause(all, previous),
            _ if is_one_of(token, &ENDS) => return false,
            _ => {}
        }
        at = previous;
    }
    false
}

/// Whether a FROM belongs to a query: `IS DISTINCT FROM` compares, and `extract(year FROM day)` is a function.
fn begins_clause(all: &[Token<'_>], from: usize) -> bool {
    if before(all, from).is_some_and(|at| all[at].is_word("distinct")) {
        return false;
    }
    let (mut at, mut depth) = (from, 0);
    while let Some(previous) = before(all, at) {
        match all[previous].text {
            ")" => depth += 1,
            "(" if depth == 0 => return false,
            "(" => depth -= 1,
            ";" => return true,
            _ if depth == 0 && is_one_of(&all[previous], &["select", "delete", "update"]) => return true,
            _ => {}
        }
        at = previous;
    }
    true
}
