//! Queries that are none: other statements, and several of them.

use sqlparser::ast::{Expr, Ident, SelectItem, SetExpr, Statement};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::{ByDialect, Context, known_object};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, ObjectName, Token, TokenKind, split, tokens};

/// Words that begin a statement which is no query.
const OTHERS: [&str; 20] = [
    "insert", "update", "delete", "replace", "merge", "create", "alter", "drop", "truncate", "rename", "grant",
    "revoke", "call", "do", "set", "begin", "commit", "rollback", "lock", "vacuum",
];

/// Refuses a text of the author's that is not one query; the key of the text, and what is given there.
pub(super) fn is_query(context: &mut Context<'_>, text: &str, given: Option<&ByDialect<String>>, key: &str) -> bool {
    let family = context.family();
    let path = given.map_or_else(|| "file".to_string(), |given| given.path(key, context.dialect()));
    let pieces = split(text, family);
    let first = tokens(text, family).into_iter().find(|token| !token.is_blank());
    let problem = if let [_, second, ..] = pieces.as_slice() {
        let message = format!("a query is one statement, and here are {}", pieces.len());
        Problem::error("not-a-query", message).inside(text, second.start, second.text.len())
    } else if let Some(token) = first.filter(|token| OTHERS.iter().any(|word| token.is_word(word))) {
        let message = format!("`{}` is no query", token.text.to_ascii_uppercase());
        Problem::error("not-a-query", message)
            .help("begin it with `SELECT`, `WITH` or `VALUES`")
            .inside(text, token.start, token.text.len())
    } else {
        warn_of_tables(context, text, &path);
        return true;
    };
    context.problem(problem.at(path));
    false
}

/// Warns of a table that is not known, and almost called like one: any other may be one of the engine.
fn warn_of_tables(context: &mut Context<'_>, text: &str, path: &str) {
    let all = tokens(text, context.family());
    let all: Vec<Token<'_>> = all.into_iter().filter(|token| !token.is_blank()).collect();
    // What a query names itself, as `WITH few AS (…)`, `few (a, b) AS (…)`.
    let named: Vec<String> = all
        .windows(2)
        .filter(|pair| matches!(pair[1].text, "(") || pair[1].is_word("as"))
        .filter_map(|pair| pair[0].name())
        .collect();
    for (at, token) in all.iter().enumerate() {
        let Some(name) = token.name().filter(|_| names_table(&all, at)) else {
            continue;
        };
        if named.iter().any(|own| own.eq_ignore_ascii_case(&name)) || context.is_uncertain(&name) {
            continue;
        }
        let name = match (context.family(), token.kind) {
            (Family::Postgres, TokenKind::Word) => name.to_lowercase(),
            _ => name,
        };
        let wanted = ObjectName::plain(&name);
        if context.catalog.table(&wanted).is_some() || context.catalog.view(&wanted).is_some() {
            continue;
        }
        let known: Vec<ObjectName> = context.catalog.tables().map(|table| table.name.clone()).collect();
        let views = context.catalog.views().map(|view| view.name.clone());
        let known: Vec<ObjectName> = known.into_iter().chain(views).collect();
        let Some(near) = known_object::meant(&wanted, &known) else {
            continue;
        };
        let problem = Problem::warning("unknown-table", format!("unknown table `{name}`"));
        let problem = problem
            .did_you_mean(Some(&near))
            .inside(text, token.start, token.text.len());
        context.problem(problem.at(path));
    }
}

/// Whether a token stands behind `FROM` or `JOIN`, neither inside a function such as `EXTRACT(year FROM …)` nor as a
/// schema or a function itself.
fn names_table(all: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| all[before]) else {
        return false;
    };
    if !before.is_word("from") && !before.is_word("join") {
        return false;
    }
    let distinct = at >= 2 && all[at - 2].is_word("distinct");
    let goes_on = all.get(at + 1).is_some_and(|next| matches!(next.text, "." | "("));
    let mut depth = 0;
    for outer in (0..at).rev() {
        match all[outer].text {
            ")" => depth += 1,
            "(" if depth == 0 => {
                let of_function = all.get(outer + 1).is_some_and(|first| !first.is_word("select"));
                return !distinct && !goes_on && !of_function;
            }
            "(" => depth -= 1,
            _ => {}
        }
    }
    !distinct && !goes_on
}

/// The names of the columns that a query gives, as far as they are plain; `None`: it is not understood, or says `*`.
pub(super) fn columns_of(text: &str, family: Family) -> Option<Vec<Option<String>>> {
    let dialect: &dyn Dialect = match family {
        Family::Sqlite => &SQLiteDialect {},
        Family::Postgres => &PostgreSqlDialect {},
        Family::Mysql => &MySqlDialect {},
    };
    let parsed = Parser::parse_sql(dialect, text).ok()?;
    let [Statement::Query(query)] = parsed.as_slice() else {
        return None;
    };
    let SetExpr::Select(select) = &*query.body else {
        return None;
    };
    let read = |name: &Ident| match (name.quote_style, family) {
        (None, Family::Postgres) => name.value.to_lowercase(),
        _ => name.value.clone(),
    };
    let items = select.projection.iter().map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(Some(read(alias))),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(Some(read(name))),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => Some(names.last().map(read)),
        SelectItem::UnnamedExpr(_) => Some(None),
        _ => None,
    });
    items.collect()
}

/// Refuses two columns of one name in a view: SQLite alone gives the second another one.
pub(super) fn refuse_twins(
    context: &mut Context<'_>,
    text: &str,
    given: Option<&ByDialect<String>>,
    key: &str,
) -> bool {
    let family = context.family();
    let case = context.catalog.column_case();
    let columns = columns_of(text, family).filter(|_| family != Family::Sqlite);
    let names: Vec<Name> = columns.into_iter().flatten().flatten().map(Name::new).collect();
    let twin = names
        .iter()
        .enumerate()
        .find(|(at, name)| names[..*at].iter().any(|other| other.same(name, case)));
    let Some((_, name)) = twin else {
        return true;
    };
    let path = given.map_or_else(|| "file".to_string(), |given| given.path(key, context.dialect()));
    let problem = Problem::error("duplicate-column", format!("the query gives two columns `{name}`"))
        .help("give one of them another name: `AS …`");
    context.problem(problem.at(path));
    false
}
