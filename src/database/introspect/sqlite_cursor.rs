//! Reading the statements that SQLite keeps, token by token, over brackets, quotes and comments.

use crate::dialect::{Family, Token, tokens};

/// Walks over the tokens that say something.
pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str) -> Cursor<'a> {
        let mut tokens = tokens(sql, Family::Sqlite);
        tokens.retain(|token| !token.is_blank());
        Cursor { sql, tokens, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(is);
        is
    }

    /// A name, which SQLite also takes in the quotes of a text.
    pub(super) fn name(&mut self) -> Option<String> {
        let token = self.next()?;
        token.name().or_else(|| token.value(false))
    }

    /// What stands in brackets, where the next token opens some.
    pub(super) fn group(&mut self) -> Option<&'a str> {
        let open = self.peek().filter(|token| token.text == "(")?;
        let mut depth = 0;
        while let Some(token) = self.next() {
            match token.text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.sql.get(open.end()..token.start);
            }
        }
        None
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'a str {
        let start = self.peek().map_or(self.sql.len(), |token| token.start);
        self.sql.get(start..).unwrap_or_default()
    }
}

/// The text without what says nothing around it: a comment at its end would swallow what is written behind it.
pub(super) fn trimmed(text: &str) -> &str {
    let all = tokens(text, Family::Sqlite);
    let mut says = all.iter().filter(|token| !token.is_blank());
    let Some(first) = says.next() else {
        return "";
    };
    let last = says.next_back().unwrap_or(first);
    &text[first.start..last.end()]
}

#[cfg(test)]
mod tests {
    use super::{Cursor, trimmed};

    #[test]
    fn names_and_brackets_are_read_whole() {
        let mut cursor = Cursor::new("t /* ( */ ('it''s') (a (b) ')') [c d] \"e\"\"f\" 'g' rest -- of it");
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
        assert_eq!(trimmed(" /* a */ x -- b\n > 1 -- c"), "x -- b\n > 1");
        assert_eq!(trimmed("x"), "x");
        assert_eq!(trimmed(" -- x"), "");
    }
}
