//! Names in expressions on a table that are none of its columns, found before an engine refuses them.

use std::collections::HashSet;
use std::sync::LazyLock;

use sqlparser::keywords::ALL_KEYWORDS;

use super::Context;
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Token, TokenKind, tokens};
use crate::model::Table;

/// Words that are no columns wherever they stand.
static KEYWORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| ALL_KEYWORDS.iter().copied().collect());

/// Columns that the engines have beside those of a table.
const OF_ENGINES: [&str; 9] = [
    "rowid", "oid", "_rowid_", "ctid", "tableoid", "xmin", "xmax", "cmin", "cmax",
];

/// Tells of a name that is none of the table's columns, and almost one of them: any other may be a word of the engine.
pub(super) fn check(context: &mut Context<'_>, table: &Table, text: &str, path: impl Into<String>) {
    if context.is_uncertain(&table.name.name) {
        return;
    }
    let family = context.family();
    let all = tokens(text, family);
    let all: Vec<Token<'_>> = all.into_iter().filter(|token| !token.is_blank()).collect();
    // Names in a query of its own may be those of other tables.
    if all.iter().any(|token| token.is_word("select")) {
        return;
    }
    let found = (0..all.len()).find_map(|at| Some((at, mistake(context, table, &all, at)?)));
    if let Some((at, problem)) = found {
        let token = all[at];
        context.problem(problem.inside(text, token.start, token.text.len()).at(path));
    }
}

/// The same of the rows that a trigger is handed: `NEW.name`, `OLD.name`.
pub(super) fn check_rows(context: &mut Context<'_>, table: &Table, text: &str, path: &str) {
    if context.is_uncertain(&table.name.name) {
        return;
    }
    let all = tokens(text, context.family());
    let all: Vec<Token<'_>> = all.into_iter().filter(|token| !token.is_blank()).collect();
    for triple in all.windows(3) {
        let [row, dot, token] = triple else { continue };
        let is_row = row.is_word("new") || row.is_word("old");
        let Some(name) = token.name().filter(|_| is_row && dot.text == ".") else {
            continue;
        };
        let is_of_engine = OF_ENGINES.contains(&name.to_ascii_lowercase().as_str());
        if is_of_engine || column_of(context, table, token, &name) || context.is_uncertain(&name) {
            continue;
        }
        let known = table.columns.iter().map(|column| column.name.as_str());
        let message = format!("table `{}` has no column `{name}`", table.name);
        let problem = Problem::error("unknown-column", message).did_you_mean(nearest(&name, known));
        context.problem(problem.inside(text, token.start, token.text.len()).at(path));
        return;
    }
}

fn mistake(context: &Context<'_>, table: &Table, all: &[Token<'_>], at: usize) -> Option<Problem> {
    let token = &all[at];
    let name = token.name()?;
    let text = |at: Option<usize>| at.and_then(|at| all.get(at)).map_or("", |token| token.text);
    let (before, after) = (at.checked_sub(1), all.get(at + 1));
    if token.kind == TokenKind::Word {
        let word = name.to_ascii_uppercase();
        let is_literal = after.is_some_and(|next| next.kind == TokenKind::Text);
        if KEYWORDS.contains(word.as_str()) || name.starts_with('@') || is_literal {
            return None;
        }
    }
    let follows = text(Some(at + 1));
    let names_argument = follows == ":" || (follows == "=" && text(Some(at + 2)) == ">");
    if matches!(follows, "(" | ".") || names_argument {
        return None;
    }
    let preceding = text(before);
    if preceding == ":"
        || ["as", "collate", "over"]
            .iter()
            .any(|word| preceding.eq_ignore_ascii_case(word))
    {
        return None;
    }
    if preceding == "." {
        let owner = before
            .and_then(|dot| all.get(dot.checked_sub(1)?))
            .and_then(Token::name);
        if owner.is_none_or(|owner| !owner.eq_ignore_ascii_case(&table.name.name)) {
            return None;
        }
    }
    let lower = name.to_ascii_lowercase();
    if column_of(context, table, token, &name) || OF_ENGINES.contains(&lower.as_str()) || context.is_uncertain(&name) {
        return None;
    }
    let known = table.columns.iter().map(|column| column.name.as_str());
    let folded = known.clone().find(|column| column.eq_ignore_ascii_case(&name));
    if let (Some(column), TokenKind::Word) = (folded, token.kind) {
        // PostgreSQL alone gets here: the others do not tell capitals of columns apart.
        let message = format!("PostgreSQL reads `{name}` as `{lower}`, and the column is `{column}`");
        return Some(Problem::error("unknown-column", message).help(format!("write \"{column}\", in its quotes")));
    }
    let near = nearest(&name, known)?;
    let message = format!("table `{}` has no column `{name}`", table.name);
    Some(Problem::error("unknown-column", message).did_you_mean(Some(near)))
}

/// Whether a token names a column of the table, as the engine reads it.
fn column_of(context: &Context<'_>, table: &Table, token: &Token<'_>, name: &str) -> bool {
    let folded = match (context.family(), token.kind) {
        (Family::Postgres, TokenKind::Word) => name.to_lowercase(),
        _ => name.to_string(),
    };
    table.column(&folded, context.catalog.column_case()).is_some()
}
