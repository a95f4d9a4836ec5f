//! Reading a statement token by token, over brackets, quotes and comments.

use super::Family;
use super::lexer::{Token, TokenKind, tokens};
use super::name::{Name, ObjectName};

/// Walks over the tokens that say something.
pub struct Cursor<'a> {
    sql: &'a str,
    family: Family,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(sql: &'a str, family: Family) -> Cursor<'a> {
        let mut tokens = tokens(sql, family);
        tokens.retain(|token| !token.is_blank());
        Cursor {
            sql,
            family,
            tokens,
            at: 0,
        }
    }

    pub fn family(&self) -> Family {
        self.family
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub fn take_word(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(is);
        is
    }

    pub fn peek_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(word))
    }

    /// All of the words, one behind the other, or none.
    pub fn take_words(&mut self, words: &[&str]) -> bool {
        let next = self.tokens.get(self.at..self.at + words.len());
        let are = next.is_some_and(|next| next.iter().zip(words).all(|(token, word)| token.is_word(word)));
        self.at += if are { words.len() } else { 0 };
        are
    }

    /// The one of these words that comes next.
    pub fn take_one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|word| self.take_word(word)).copied()
    }

    /// A bracket, a comma, a dot.
    pub fn take_symbol(&mut self, symbol: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.text == symbol);
        self.at += usize::from(is);
        is
    }

    /// A name as the engine reads it: PostgreSQL folds what is not quoted, SQLite also takes the quotes of a text.
    pub fn name(&mut self) -> Option<String> {
        let token = self.next()?;
        match (token.kind, self.family) {
            (TokenKind::Word, Family::Postgres) => Some(token.text.to_lowercase()),
            (TokenKind::Text, Family::Sqlite) => token.value(false),
            _ => token.name(),
        }
    }

    /// A name with or without its schema.
    pub fn object_name(&mut self) -> Option<ObjectName> {
        let first = Name::new(self.name()?);
        if !self.take_symbol(".") {
            return Some(ObjectName {
                schema: None,
                name: first,
            });
        }
        Some(ObjectName {
            schema: Some(first),
            name: Name::new(self.name()?),
        })
    }

    /// What a text literal stands for.
    pub fn text(&mut self) -> Option<String> {
        let escaped = self.family == Family::Postgres && self.take_word("e");
        let token = self.peek()?;
        let value = token.value(escaped || self.family == Family::Mysql)?;
        self.at += 1;
        Some(value)
    }

    pub fn number(&mut self) -> Option<i64> {
        let sign = if self.take_symbol("-") { "-" } else { "" };
        let token = self.next()?;
        format!("{sign}{}", token.text).parse().ok()
    }

    /// The text up to the first of these words that stands outside brackets, or to the end. It has one token at least.
    pub fn until(&mut self, words: &[&str]) -> Option<&'a str> {
        let start = self.peek()?.start;
        let mut end = start;
        while let Some(token) = self.peek() {
            if end > start && words.iter().any(|word| token.is_word(word)) {
                break;
            }
            if self.group().is_none() {
                self.at += 1;
            }
            end = self.tokens.get(self.at.checked_sub(1)?)?.end();
        }
        self.sql.get(start..end)
    }

    /// What stands in brackets, where the next token opens some.
    pub fn group(&mut self) -> Option<&'a str> {
        let open = self.peek().filter(|token| token.text == "(")?;
        let mut depth = 0;
        for (place, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at = place + 1;
                return self.sql.get(open.end()..token.start);
            }
        }
        self.at = self.tokens.len();
        None
    }

    /// The text from here on.
    pub fn rest(&self) -> &'a str {
        let start = self.peek().map_or(self.sql.len(), |token| token.start);
        self.sql.get(start..).unwrap_or_default()
    }
}

/// The text without what says nothing around it: a comment at its end would swallow what is written behind it.
pub fn trimmed(text: &str, family: Family) -> &str {
    let all = tokens(text, family);
    let mut says = all.iter().filter(|token| !token.is_blank());
    let Some(first) = says.next() else {
        return "";
    };
    let last = says.next_back().unwrap_or(first);
    &text[first.start..last.end()]
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Family, trimmed};

    #[test]
    fn names_and_brackets_are_read_whole() {
        let mut cursor = Cursor::new(
            "t /* ( */ ('it''s') (a (b) ')') [c d] \"e\"\"f\" 'g' rest -- of it",
            Family::Sqlite,
        );
        assert_eq!(cursor.name().as_deref(), Some("t"));
        assert_eq!(cursor.group(), Some("'it''s'"));
        assert_eq!(cursor.group(), Some("a (b) ')'"));
        assert_eq!(cursor.group(), None);
        for name in ["c d", "e\"f", "g"] {
            assert_eq!(cursor.name().as_deref(), Some(name));
        }
        assert!(!cursor.take_word("other"));
        assert_eq!(cursor.rest(), "rest -- of it");
        assert!(cursor.take_word("REST"));
        assert_eq!((cursor.rest(), cursor.name()), ("", None));
    }

    #[test]
    fn comments_around_are_left_out() {
        assert_eq!(trimmed(" /* a */ x -- b\n > 1 -- c", Family::Sqlite), "x -- b\n > 1");
        assert_eq!(trimmed("x", Family::Sqlite), "x");
        assert_eq!(trimmed(" -- x", Family::Sqlite), "");
    }
}
