//! The names of a view's columns: MySQL keeps them beside the query where the author wrote them beside the name.

use crate::dialect::{Family, Token, TokenKind, tokens};

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
    rest.iter().enumerate().any(|(at, token)| {
        token.kind == TokenKind::Quoted
            && token.name().as_deref() == Some(alias.name.as_str())
            && !is_dot(at.checked_sub(1))
            && !is_dot(Some(at + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
