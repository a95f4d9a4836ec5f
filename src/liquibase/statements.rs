//! SQL split into statements as Liquibase does it.

use fancy_regex::Regex;

use crate::dialect::{Family, TokenKind, tokens};

/// How a text is split.
pub(super) struct Splitting<'a> {
    pub splits: bool,
    /// What ends a statement instead of `;`, `GO` and `/`.
    pub delimiter: Option<&'a str>,
}

/// The statements of a text, blanks around them taken off.
pub(super) fn statements(sql: &str, splitting: &Splitting<'_>, family: Family) -> Vec<String> {
    let whole = sql.trim();
    if !splitting.splits {
        return Some(whole.to_string())
            .filter(|whole| !whole.is_empty())
            .into_iter()
            .collect();
    }
    let ends = match splitting.delimiter {
        None => usual_ends(sql, family),
        Some(delimiter) => own_ends(sql, delimiter, family),
    };
    let mut all = Vec::new();
    let mut from = 0;
    for (start, end) in ends {
        if start >= from {
            all.push(sql[from..start].trim());
            from = end;
        }
    }
    all.push(sql[from..].trim());
    all.into_iter()
        .filter(|piece| !piece.is_empty())
        .map(str::to_string)
        .collect()
}

/// Where `;` stands outside of a block, and `GO` or `/` at the beginning of a line.
fn usual_ends(sql: &str, family: Family) -> Vec<(usize, usize)> {
    let all = tokens(sql, family);
    let mut ends = Vec::new();
    let mut depth = 0usize;
    for (at, token) in all.iter().enumerate() {
        let next = all[at + 1..].iter().find(|next| !next.is_blank());
        let opens = |words: &[&str]| !next.is_some_and(|next| words.iter().any(|word| next.is_word(word)));
        if token.is_word("begin") && opens(&["transaction", "trans", "tran", "dialog", "conversation", "distributed"]) {
            // Alone it begins a transaction, and no block.
            depth += usize::from(next.is_none_or(|next| next.text != ";"));
        } else if token.is_word("end") && opens(&["transaction", "trans", "tran"]) {
            depth = depth.saturating_sub(1);
        }
        let before = sql[..token.start].trim_end_matches([' ', '\t', '\r']);
        let begins_line = before.is_empty() || before.ends_with('\n');
        let is_end = token.text == ";" || (begins_line && (token.is_word("go") || token.text == "/"));
        if is_end && depth == 0 {
            ends.push((token.start, token.end()));
        }
    }
    ends
}

/// Where a delimiter of one's own stands outside of texts and comments.
fn own_ends(sql: &str, delimiter: &str, family: Family) -> Vec<(usize, usize)> {
    let is_pattern = delimiter.chars().any(|c| "\\*+[|(^".contains(c)) && Regex::new(delimiter).is_ok();
    let pattern = match is_pattern {
        true => delimiter.to_string(),
        false => fancy_regex::escape(delimiter).into_owned(),
    };
    let at_line = match delimiter {
        "/" => "^",
        _ => "",
    };
    let is_word = delimiter.chars().all(|c| c.is_ascii_alphanumeric());
    let edge = if is_word { r"\b" } else { "" };
    let Ok(pattern) = Regex::new(&format!("(?im){at_line}{edge}(?:{pattern}){edge}")) else {
        return Vec::new();
    };
    let held: Vec<(usize, usize)> = tokens(sql, family)
        .iter()
        .filter(|token| {
            let is_text = matches!(token.kind, TokenKind::Text) && !token.text.starts_with('$');
            is_text || matches!(token.kind, TokenKind::Comment)
        })
        .map(|token| (token.start, token.end()))
        .collect();
    let found = pattern.find_iter(sql).filter_map(Result::ok);
    let found = found.map(|found| (found.start(), found.end()));
    let is_free = |(start, _): &(usize, usize)| !held.iter().any(|(from, to)| (*from..*to).contains(start));
    found.filter(is_free).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(sql: &str, delimiter: Option<&str>) -> Vec<String> {
        statements(
            sql,
            &Splitting {
                splits: true,
                delimiter,
            },
            Family::Postgres,
        )
    }

    #[test]
    fn statements_end_where_liquibase_ends_them() {
        assert_eq!(split("a; b ;\n\nc", None), ["a", "b", "c"]);
        assert_eq!(split("a 'x;y' -- no;\n; b", None), ["a 'x;y' -- no;", "b"]);
        assert_eq!(split("a\nGO\nb\n/\nc / d", None), ["a", "b", "c / d"]);
        let block = "create procedure p() begin a; b; end; c";
        assert_eq!(split(block, None), ["create procedure p() begin a; b; end", "c"]);
        assert_eq!(split("a; b\n/\nc", Some("/")), ["a; b", "c"]);
        assert_eq!(split("a; b GO c", Some("GO")), ["a; b", "c"]);
        assert_eq!(split("a; b\nGO\nc", Some(r"\nGO")), ["a; b", "c"]);
        assert_eq!(split("a; // b //", Some("//")), ["a;", "b"]);
        assert_eq!(split("begin; a; commit;", None), ["begin", "a", "commit"]);
        let whole = Splitting {
            splits: false,
            delimiter: None,
        };
        assert_eq!(statements(" a; b; ", &whole, Family::Mysql), ["a; b;"]);
    }
}
