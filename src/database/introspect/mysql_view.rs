//! The query of a view: MySQL keeps the names of its columns beside it where the author wrote them beside the name, and lists
//! some queries in words of its own.

use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Dialect, Family, Token, TokenKind, tokens};

/// What may stand behind the list of what a query selects.
const ENDS: [&str; 12] = [
    "from",
    "union",
    "intersect",
    "except",
    "where",
    "group",
    "having",
    "window",
    "order",
    "limit",
    "for",
    "lock",
];

/// Whether a query is listed with what MySQL makes of `WITH ROLLUP` inside, which is no SQL.
pub(super) fn is_garbled(query: &str) -> bool {
    query.contains("rollup_group_item(") || query.contains("rollup_sum_switcher(")
}

/// The query by the statement of its view.
pub(super) async fn query_of(session: &mut Session, dialect: Dialect, view: &str) -> Result<Option<String>, Error> {
    let made = session
        .query(&format!("SHOW CREATE VIEW {}", dialect.quote(view)))
        .await?;
    let statement = made.into_iter().next().and_then(|row| row.into_iter().nth(1).flatten());
    Ok(statement.as_deref().and_then(query_in).map(str::to_string))
}

fn query_in(statement: &str) -> Option<&str> {
    let mut cursor = Cursor::new(statement, Family::Mysql);
    while !cursor.take_word("view") {
        cursor.next()?;
    }
    cursor.object_name()?;
    cursor.group();
    cursor.take_word("as").then(|| cursor.rest())
}

/// A query that gives its columns these names, as the server prints it.
pub(super) fn with_names(query: &str, names: &[String]) -> String {
    let Some(aliases) = aliases_of(query).filter(|aliases| aliases.len() == names.len()) else {
        return query.to_string();
    };
    let changed: Vec<(&Alias<'_>, &String)> = aliases
        .iter()
        .zip(names)
        .filter(|(alias, name)| alias.name != **name)
        .collect();
    if changed.is_empty() {
        return query.to_string();
    }
    if changed.iter().any(|(alias, _)| is_used(query, alias, &aliases)) {
        return around(query, names);
    }
    let mut text = String::with_capacity(query.len());
    let mut at = 0;
    for (alias, name) in changed {
        text += &query[at..alias.token.start];
        text += &quoted(name);
        at = alias.token.end();
    }
    text + &query[at..]
}

/// Sorting and grouping by a name stays as it is, and the names are given around it.
fn around(query: &str, names: &[String]) -> String {
    let list = |each: &dyn Fn(&String) -> String| names.iter().map(each).collect::<Vec<_>>().join(",");
    let selected = list(&|name| format!("`named`.{} AS {}", quoted(name), quoted(name)));
    format!(
        "select {selected} from ({query}) `named` ({})",
        list(&|name| quoted(name))
    )
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

struct Alias<'a> {
    name: String,
    token: Token<'a>,
}

/// The names that the first of a view's queries gives to what it selects: the server writes each.
fn aliases_of(query: &str) -> Option<Vec<Alias<'_>>> {
    let all: Vec<Token<'_>> = tokens(query, Family::Mysql)
        .into_iter()
        .filter(|token| !token.is_blank())
        .collect();
    let base = all.iter().take_while(|token| token.text == "(").count();
    let mut depth = 0;
    let mut begun = false;
    let mut last: Option<&Token<'_>> = None;
    let mut aliases = Vec::new();
    for token in &all {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if !begun {
            begun = depth == base && token.is_word("select");
            continue;
        }
        let ends = depth < base || (depth == base && ENDS.iter().any(|word| token.is_word(word)));
        if ends || (depth == base && token.text == ",") {
            aliases.push(alias_of(last?)?);
        }
        if ends {
            return Some(aliases);
        }
        last = Some(token);
    }
    aliases.push(alias_of(last?)?);
    Some(aliases)
}

fn alias_of<'a>(token: &Token<'a>) -> Option<Alias<'a>> {
    let name = token.name().filter(|_| token.kind == TokenKind::Quoted)?;
    Some(Alias { name, token: *token })
}

/// Whether a name stands alone behind the list, as what is sorted or grouped by.
fn is_used(query: &str, alias: &Alias<'_>, aliases: &[Alias<'_>]) -> bool {
    let Some(end) = aliases.last().map(|last| last.token.end()) else {
        return false;
    };
    let rest: Vec<Token<'_>> = tokens(&query[end..], Family::Mysql)
        .into_iter()
        .filter(|token| !token.is_blank())
        .collect();
    let is_dot = |at: Option<usize>| at.and_then(|at| rest.get(at)).is_some_and(|token| token.text == ".");
    // The queries of a union give names that nothing sorts by.
    let is_given = |at: usize| at > 0 && rest[at - 1].is_word("as");
    rest.iter().enumerate().any(|(at, token)| {
        token.kind == TokenKind::Quoted
            && token.name().as_deref() == Some(alias.name.as_str())
            && !is_dot(at.checked_sub(1))
            && !is_dot(Some(at + 1))
            && !is_given(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_stands_behind_the_head() {
        let head = "CREATE ALGORITHM=UNDEFINED DEFINER=`view`@`%` SQL SECURITY DEFINER VIEW";
        for name in ["`d`.`v`", "`d`.`v` (`as`,`b`)"] {
            let statement = format!("{head} {name} AS select 1 AS `a` from `t` with rollup");
            assert_eq!(query_in(&statement), Some("select 1 AS `a` from `t` with rollup"));
        }
    }

    #[test]
    fn a_query_gives_its_columns_the_names_of_the_view() {
        let named = |query: &str, names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            with_names(query, &names)
        };
        for (query, names, wanted) in [
            ("select `a` AS `a` from `t`", &["a"][..], "select `a` AS `a` from `t`"),
            (
                "select `t`.`a` AS `a`,concat(`b`,', ') AS `c` from `t` where (`t`.`a` > 1)",
                &["x`y", "c"],
                "select `t`.`a` AS `x``y`,concat(`b`,', ') AS `c` from `t` where (`t`.`a` > 1)",
            ),
            (
                "with `x` as (select 1 AS `q`) select `x`.`q` AS `q`,2 AS `2` from `x` union select `t`.`q` AS `q`,3 AS `3` from `t`",
                &["a", "b"],
                "with `x` as (select 1 AS `q`) select `x`.`q` AS `a`,2 AS `b` from `x` union select `t`.`q` AS `q`,3 AS `3` from `t`",
            ),
            (
                "(select 1 AS `1` limit 1) union (select 2 AS `2`)",
                &["n"],
                "(select 1 AS `n` limit 1) union (select 2 AS `2`)",
            ),
            ("select 1 AS `1`", &["n"], "select 1 AS `n`"),
            (
                "select count(0) AS `n` from `t` order by `n`",
                &["m"],
                "select `named`.`m` AS `m` from (select count(0) AS `n` from `t` order by `n`) `named` (`m`)",
            ),
            // An invalid view has no columns.
            ("select `a` AS `a` from `t`", &[], "select `a` AS `a` from `t`"),
        ] {
            assert_eq!(named(query, names), wanted, "{query}");
        }
    }
}
