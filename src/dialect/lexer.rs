//! The tokens of SQL: enough to find names in texts, to split scripts, and never to be misled by quotes or comments.

use super::Family;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An unquoted word: keyword or name.
    Word,
    /// A quoted name.
    Quoted,
    /// A text literal, dollar-quoted bodies included.
    Text,
    Number,
    Comment,
    Space,
    Symbol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that a word or quoted token stands for.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_string()),
            TokenKind::Quoted => {
                let close = self.text.chars().last()?;
                let inner = self.text.get(1..self.text.len().checked_sub(close.len_utf8())?)?;
                Some(inner.replace(&format!("{close}{close}"), &close.to_string()))
            }
            _ => None,
        }
    }

    /// The text that a text literal stands for; `escapes`: a backslash in it says what the next letter means.
    pub fn value(&self, escapes: bool) -> Option<String> {
        if self.kind != TokenKind::Text {
            return None;
        }
        if self.text.starts_with('$') {
            let tag = self.text[1..].find('$')? + 2;
            return self
                .text
                .get(tag..self.text.len().checked_sub(tag)?)
                .map(str::to_string);
        }
        let quote = self.text.chars().next()?;
        let inner = self.text.get(1..self.text.len().checked_sub(1)?)?;
        let mut value = String::new();
        let mut letters = inner.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if escapes => value.extend(letters.next().map(unescaped)),
                _ => {
                    // The second of two quotes.
                    if letter == quote {
                        letters.next();
                    }
                    value.push(letter);
                }
            }
        }
        Some(value)
    }

    pub fn is_blank(&self) -> bool {
        matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }
}

/// What a letter behind a backslash means, in texts of MySQL and in `E'…'`.
fn unescaped(letter: char) -> char {
    match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        '0' => '\0',
        'Z' => '\u{1a}',
        other => other,
    }
}

/// All tokens of a text, in order and without gaps.
pub fn tokens(sql: &str, family: Family) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let (kind, length) = next(&sql[at..], family, found.last());
        found.push(Token {
            kind,
            text: &sql[at..at + length],
            start: at,
        });
        at += length;
    }
    found
}

fn next(rest: &str, family: Family, before: Option<&Token<'_>>) -> (TokenKind, usize) {
    let first = rest.chars().next().expect("asked only where text is left");
    let mysql = family == Family::Mysql;
    match first {
        c if c.is_whitespace() => (TokenKind::Space, run(rest, char::is_whitespace)),
        '-' if rest.starts_with("--") => (TokenKind::Comment, line(rest)),
        '#' if mysql => (TokenKind::Comment, line(rest)),
        '/' if rest.starts_with("/*") => (TokenKind::Comment, block_comment(rest, family)),
        '\'' => {
            let escapes = mysql || escape_string(before, family);
            (TokenKind::Text, quoted(rest, '\'', escapes))
        }
        '"' if mysql => (TokenKind::Text, quoted(rest, '"', true)),
        '"' => (TokenKind::Quoted, quoted(rest, '"', false)),
        '`' if family != Family::Postgres => (TokenKind::Quoted, quoted(rest, '`', false)),
        '[' if family == Family::Sqlite => (TokenKind::Quoted, rest.find(']').map_or(rest.len(), |at| at + 1)),
        '$' if family == Family::Postgres => match dollar_quoted(rest) {
            Some(length) => (TokenKind::Text, length),
            None => (TokenKind::Symbol, 1),
        },
        c if c.is_alphabetic() || c == '_' || c == '@' => (
            TokenKind::Word,
            run(rest, |c| c.is_alphanumeric() || matches!(c, '_' | '$' | '@')),
        ),
        c if c.is_ascii_digit() => (TokenKind::Number, run(rest, |c| c.is_alphanumeric() || c == '.')),
        c => (TokenKind::Symbol, c.len_utf8()),
    }
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// PostgreSQL nests block comments, the others do not.
fn block_comment(rest: &str, family: Family) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") && (depth == 0 || family == Family::Postgres) {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// `E'…'` on PostgreSQL: the word before the quote, with nothing between.
fn escape_string(before: Option<&Token<'_>>, family: Family) -> bool {
    family == Family::Postgres && before.is_some_and(|token| token.is_word("e"))
}

fn quoted(rest: &str, quote: char, backslash: bool) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\\' && backslash {
            characters.next();
        } else if c == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return at + quote.len_utf8(),
            }
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> Option<usize> {
    let close = rest[1..].find('$')? + 1;
    let tag = &rest[1..close];
    let is_tag = tag.chars().all(|c| c.is_alphanumeric() || c == '_') && !tag.starts_with(|c: char| c.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let quote = &rest[..=close];
    let body = &rest[close + 1..];
    Some(body.find(quote).map_or(rest.len(), |at| close + 1 + at + quote.len()))
}

/// The names (and keywords) that a text uses, lower-cased where they are unquoted.
pub fn words(sql: &str, family: Family) -> std::collections::BTreeSet<String> {
    tokens(sql, family)
        .iter()
        .filter_map(|token| match token.kind {
            TokenKind::Word => Some(token.text.to_lowercase()),
            TokenKind::Quoted => token.name(),
            _ => None,
        })
        .collect()
}

/// Whether a text uses a name.
pub fn mentions(sql: &str, name: &str, family: Family) -> bool {
    tokens(sql, family).iter().any(|token| is_name(token, name, family))
}

fn is_name(token: &Token<'_>, name: &str, family: Family) -> bool {
    match token.kind {
        TokenKind::Word => token.text.eq_ignore_ascii_case(name),
        TokenKind::Quoted => token.name().is_some_and(|quoted| match family {
            Family::Postgres => quoted == name,
            Family::Sqlite | Family::Mysql => quoted.eq_ignore_ascii_case(name),
        }),
        _ => false,
    }
}

/// The text with every use of one name replaced by another, already quoted as it should stand.
pub fn rename_in(sql: &str, from: &str, to_quoted: &str, family: Family) -> String {
    rename_where(sql, from, to_quoted, family, |_| true)
}

/// Where a name stands in a text: what is right before it and right after it, blanks left out.
pub struct Place<'t, 'a> {
    all: &'t [Token<'a>],
    at: usize,
}

impl<'a> Place<'_, 'a> {
    fn neighbour(&self, step: isize) -> Option<(usize, Token<'a>)> {
        let mut at = self.at as isize + step;
        while let Some(token) = usize::try_from(at).ok().and_then(|at| self.all.get(at)) {
            if !token.is_blank() {
                return Some((at as usize, *token));
            }
            at += step;
        }
        None
    }

    /// The name before the dot that stands before this one: `u` of `u.id`.
    pub fn qualifier(&self) -> Option<String> {
        let (at, dot) = self.neighbour(-1)?;
        let before = Place { all: self.all, at };
        (dot.text == ".").then(|| before.neighbour(-1)?.1.name()).flatten()
    }

    /// Whether a dot follows: the name qualifies another.
    pub fn qualifies(&self) -> bool {
        self.neighbour(1).is_some_and(|(_, token)| token.text == ".")
    }
}

/// The text with those uses of a name replaced that are chosen.
pub fn rename_where(
    sql: &str,
    from: &str,
    to_quoted: &str,
    family: Family,
    chosen: impl Fn(&Place<'_, '_>) -> bool,
) -> String {
    let all = tokens(sql, family);
    all.iter()
        .enumerate()
        .map(|(at, token)| {
            let is_meant = is_name(token, from, family) && chosen(&Place { all: &all, at });
            match is_meant {
                true => to_quoted,
                false => token.text,
            }
        })
        .collect()
}

/// The names by which a query calls a table: its own, and its aliases (`users u`, `users AS u`).
pub fn aliases(sql: &str, table: &str, family: Family) -> Vec<String> {
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
    let all: Vec<Token<'_>> = tokens(sql, family)
        .into_iter()
        .filter(|token| !token.is_blank())
        .collect();
    let mut found = vec![table.to_string()];
    for (at, token) in all.iter().enumerate() {
        let is_column = at > 0
            && all[at - 1].text == "."
            && all
                .get(at.wrapping_sub(2))
                .is_some_and(|before| before.name().is_some());
        if !is_name(token, table, family) || is_column {
            continue;
        }
        let next = match all.get(at + 1) {
            Some(word) if word.is_word("as") => all.get(at + 2),
            next => next,
        };
        let name = next
            .filter(|next| !NOT_AN_ALIAS.iter().any(|word| next.is_word(word)))
            .and_then(Token::name);
        found.extend(name);
    }
    found
}

/// How often a name stands in a text alone, and behind which qualifiers.
pub fn uses(sql: &str, name: &str, family: Family) -> (usize, Vec<String>) {
    let all = tokens(sql, family);
    let (mut alone, mut qualifiers) = (0, Vec::new());
    for at in 0..all.len() {
        if is_name(&all[at], name, family) {
            match (Place { all: &all, at }).qualifier() {
                Some(qualifier) => qualifiers.push(qualifier),
                None => alone += 1,
            }
        }
    }
    (alone, qualifiers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_outside_strings_and_comments_only() {
        let sql = "select a, 'b' from \"T\" -- c\n where /* d */ e = $x$ f $x$";
        for (name, there) in [
            ("a", true),
            ("b", false),
            ("T", true),
            ("c", false),
            ("d", false),
            ("e", true),
            ("f", false),
        ] {
            assert_eq!(mentions(sql, name, Family::Postgres), there, "{name}");
        }
    }

    #[test]
    fn renaming_leaves_everything_else_as_it_is() {
        let sql = "age > 0 AND \"age\" < 'age'";
        assert_eq!(
            rename_in(sql, "age", "\"years\"", Family::Sqlite),
            "\"years\" > 0 AND \"years\" < 'age'"
        );
    }

    #[test]
    fn a_text_literal_stands_for_its_text() {
        for (sql, family, escapes, value) in [
            ("'it''s'", Family::Sqlite, false, "it's"),
            (r"'a\b'", Family::Postgres, false, r"a\b"),
            ("$x$it's$x$", Family::Postgres, false, "it's"),
            (r"'a\\b\'c\n'", Family::Mysql, true, "a\\b'c\n"),
            (r#""it's""#, Family::Mysql, true, "it's"),
        ] {
            let all = tokens(sql, family);
            assert_eq!(all.len(), 1, "{sql}");
            assert_eq!(all[0].value(escapes).as_deref(), Some(value), "{sql}");
        }
        assert_eq!(tokens("a", Family::Sqlite)[0].value(false), None);
    }

    #[test]
    fn tokens_cover_the_text() {
        for sql in [
            "'a\\'b' \"x",
            "$$ unclosed",
            "/* /* */",
            "a[b",
            "\u{e9}\u{e8} 1.5e3 @@x",
            "E'\\''",
        ] {
            for family in [Family::Sqlite, Family::Postgres, Family::Mysql] {
                let joined: String = tokens(sql, family).iter().map(|token| token.text).collect();
                assert_eq!(joined, sql);
            }
        }
    }
}
