//! The tokens of SQL: enough to find names in texts, to split scripts, and never to be misled by quotes or comments.

use super::Family;
use super::hole::hole_at;

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
        // A secret: what it holds is told apart from words.
        '\u{1}' => match hole_at(rest, 0) {
            Some(hole) => (TokenKind::Text, hole.end),
            None => (TokenKind::Symbol, 1),
        },
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

/// Words that no dialect takes for a name unless they are quoted, or stand behind a point.
const RESERVED: [&str; 43] = [
    "all",
    "and",
    "as",
    "case",
    "check",
    "collate",
    "constraint",
    "create",
    "cross",
    "default",
    "distinct",
    "else",
    "except",
    "foreign",
    "from",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "into",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "right",
    "select",
    "table",
    "then",
    "union",
    "unique",
    "when",
    "where",
];

/// Types that stand before a text.
const TYPES: [&str; 5] = ["date", "time", "timestamp", "timestamptz", "interval"];

/// The names that a text uses, lower-cased where they are unquoted, or the engine does not tell letters apart by that.
pub fn words(sql: &str, family: Family) -> std::collections::BTreeSet<String> {
    let all = tokens(sql, family);
    let names = (0..all.len()).filter(|at| can_name(&all, *at));
    names
        .filter_map(|at| match all[at].kind {
            TokenKind::Quoted if family == Family::Postgres => all[at].name(),
            _ => all[at].name().map(|name| name.to_lowercase()),
        })
        .collect()
}

/// Whether a text uses a name.
pub fn mentions(sql: &str, name: &str, family: Family) -> bool {
    let all = tokens(sql, family);
    (0..all.len()).any(|at| is_name(&all, at, name, family))
}

pub(super) fn is_name(all: &[Token<'_>], at: usize, name: &str, family: Family) -> bool {
    bears(&all[at], name, family) && can_name(all, at)
}

/// Whether a token is a name, as the engine compares them.
pub(super) fn bears(token: &Token<'_>, name: &str, family: Family) -> bool {
    match token.kind {
        TokenKind::Word => token.text.eq_ignore_ascii_case(name),
        TokenKind::Quoted => token.name().is_some_and(|quoted| match family {
            Family::Postgres => quoted == name,
            Family::Sqlite | Family::Mysql => quoted.eq_ignore_ascii_case(name),
        }),
        _ => false,
    }
}

/// Whether a text calls a routine: its name, and a bracket behind it.
pub fn calls(sql: &str, routine: &str, family: Family) -> bool {
    let all = tokens(sql, family);
    (0..all.len()).any(|at| {
        let opens = after(&all, at).is_some_and(|next| all[next].text == "(");
        opens && bears(&all[at], routine, family)
    })
}

/// Whether a text turns a value into a type of this name: `::mood`, `CAST(… AS mood)`, `mood 'calm'`.
pub fn casts_to(sql: &str, ty: &str, family: Family) -> bool {
    let all = tokens(sql, family);
    let text = |at: Option<usize>| at.map_or("", |at| all[at].text);
    (0..all.len()).filter(|at| bears(&all[*at], ty, family)).any(|at| {
        let follows = after(&all, at);
        let mut first = at;
        // A schema before it.
        while text(before(&all, first)) == "." {
            match before(&all, first).and_then(|dot| before(&all, dot)) {
                Some(schema) => first = schema,
                None => break,
            }
        }
        let preceding = before(&all, first);
        let is_cast = preceding.is_some_and(|at| all[at].is_word("as") && is_in_cast(&all, at));
        let is_literal = follows.is_some_and(|next| all[next].kind == TokenKind::Text);
        text(preceding) == ":" || is_cast || is_literal
    })
}

/// Whether the brackets around a token are those of a `CAST`.
fn is_in_cast(all: &[Token<'_>], at: usize) -> bool {
    let mut depth = 0;
    for at in (0..at).rev() {
        match all[at].text {
            ")" => depth += 1,
            "(" if depth == 0 => return before(all, at).is_some_and(|at| all[at].is_word("cast")),
            "(" => depth -= 1,
            _ => {}
        }
    }
    false
}

/// The names that a text calls: those with a bracket behind them, lower-cased where they are unquoted.
pub fn called(sql: &str, family: Family) -> std::collections::BTreeSet<String> {
    let all = tokens(sql, family);
    let opens = |at: usize| after(&all, at).is_some_and(|next| all[next].text == "(");
    let names = (0..all.len()).filter(|at| opens(*at));
    names
        .filter_map(|at| match all[at].kind {
            TokenKind::Word => Some(all[at].text.to_lowercase()),
            _ => all[at].name(),
        })
        .collect()
}

/// Whether a token can name a table or a column: keywords and functions do not.
pub(super) fn can_name(all: &[Token<'_>], at: usize) -> bool {
    let token = &all[at];
    let is_word = match token.kind {
        TokenKind::Quoted => true,
        TokenKind::Word => before(all, at).is_some_and(|at| all[at].text == ".") || !is_one_of(token, &RESERVED),
        _ => false,
    };
    let opens = || after(all, at).is_some_and(|at| all[at].text == "(");
    // `date '2024-12-31'`, `x::date`
    let is_type = || {
        let before_text = all
            .get(at + 1..)
            .and_then(|rest| rest.iter().find(|token| !token.is_blank()));
        let before_text = before_text.is_some_and(|token| token.kind == TokenKind::Text) && is_one_of(token, &TYPES);
        before_text || at >= 2 && all[at - 1].text == ":" && all[at - 2].text == ":"
    };
    // `INSERT INTO t (a, b)` names a table.
    is_word && !is_type() && (!opens() || before(all, at).is_some_and(|at| all[at].is_word("into")))
}

pub(super) fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| token.is_word(word))
}

pub(super) fn before(all: &[Token<'_>], at: usize) -> Option<usize> {
    (0..at).rev().find(|at| !all[*at].is_blank())
}

pub(super) fn after(all: &[Token<'_>], at: usize) -> Option<usize> {
    (at + 1..all.len()).find(|at| !all[*at].is_blank())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_told_from_columns() {
        let casts = |sql: &str| casts_to(sql, "mood", Family::Postgres);
        assert!(casts("went = 'calm'::mood"));
        assert!(casts("went = 'calm'::app.mood"));
        assert!(casts("CAST(lower(went) AS \"mood\")"));
        assert!(casts("went = mood 'calm'"));
        assert!(!casts("SELECT mood, went AS mood FROM (SELECT 1 AS mood) t"));
        assert!(!casts("SELECT mood::text, 'mood' FROM mood"));
    }

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
    fn words_are_compared_as_the_engine_does() {
        let has = |family, word: &str| words("select \"Name\", NICK, date '2024-01-01' from t", family).contains(word);
        assert!(has(Family::Sqlite, "name") && has(Family::Postgres, "Name") && has(Family::Postgres, "nick"));
        assert!(!has(Family::Postgres, "name") && !has(Family::Sqlite, "date"));
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
    fn keywords_and_functions_are_no_names() {
        let sql = "select count(*), t.from, \"order\" from t group by length (x) order by y";
        for (name, there) in [
            ("count", false),
            ("from", true),
            ("order", true),
            ("group", false),
            ("length", false),
            ("x", true),
        ] {
            assert_eq!(mentions(sql, name, Family::Postgres), there, "{name}");
        }
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
