//! Expressions over names, as contexts and labels use them: `prod and not (demo or trial)`.

use std::fmt;

/// The words of an expression, brackets and all: it is read and asked by recursion.
const LONGEST: usize = 500;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    Name(String),
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
}

/// What is wrong with an expression, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    pub at: usize,
    pub message: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Expression {
    /// Reads an expression; a comma is read as `or`.
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let words = words(text)?;
        if let Some((at, _)) = words.get(LONGEST) {
            return Err(ExpressionError {
                at: *at,
                message: format!("an expression has at most {LONGEST} words"),
            });
        }
        let mut parser = Parser {
            words,
            at: 0,
            end: text.len(),
        };
        let expression = parser.either()?;
        match parser.peek() {
            None => Ok(expression),
            Some((at, word)) => Err(ExpressionError {
                at,
                message: format!("expected `and` or `or` before `{word}`"),
            }),
        }
    }

    /// Why a label or a context is none: no expression could name it.
    pub fn misnamed(name: &str) -> Option<String> {
        match Expression::parse(name) {
            Ok(Expression::Name(read)) if read == name => None,
            _ => Some(format!(
                "no expression can name `{name}`: a name has letters, digits, `_`, `-`, `.`, `@` and `:`, and is not `and`, `or` or \
                 `not`"
            )),
        }
    }

    /// As it is written: brackets stand where `and` and `or` meet, and behind a `not` of more than a name.
    pub fn text(&self) -> String {
        let bracketed = |inner: &Expression, is_bracketed: bool| match is_bracketed {
            true => format!("({})", inner.text()),
            false => inner.text(),
        };
        let of_or = |inner: &Expression| bracketed(inner, matches!(inner, Expression::Or(..)));
        let of_and = |inner: &Expression| bracketed(inner, matches!(inner, Expression::And(..)));
        match self {
            Expression::Name(name) => name.clone(),
            Expression::Not(inner) => format!("not {}", bracketed(inner, !matches!(**inner, Expression::Name(_)))),
            Expression::And(left, right) => format!("{} and {}", of_or(left), of_or(right)),
            Expression::Or(left, right) => format!("{} or {}", of_and(left), of_and(right)),
        }
    }

    /// The names in it.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Expression::Name(name) => vec![name],
            Expression::Not(inner) => inner.names(),
            Expression::And(left, right) | Expression::Or(left, right) => {
                let mut names = left.names();
                names.extend(right.names());
                names
            }
        }
    }

    /// Whether it holds where these names do. Case does not count.
    pub fn holds(&self, names: &[String]) -> bool {
        match self {
            Expression::Name(name) => names.iter().any(|known| known.eq_ignore_ascii_case(name)),
            Expression::Not(inner) => !inner.holds(names),
            Expression::And(left, right) => left.holds(names) && right.holds(names),
            Expression::Or(left, right) => left.holds(names) || right.holds(names),
        }
    }
}

type Word<'a> = (usize, &'a str);

fn words(text: &str) -> Result<Vec<Word<'_>>, ExpressionError> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        let length = match first {
            '(' | ')' | ',' | '!' => 1,
            c if is_name(c) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
            other => {
                return Err(ExpressionError {
                    at,
                    message: format!("`{other}` has no meaning here: write names with `and`, `or`, `not` and brackets"),
                });
            }
        };
        found.push((at, &rest[..length]));
        rest = &rest[length..];
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | ':')
}

struct Parser<'a> {
    words: Vec<Word<'a>>,
    at: usize,
    end: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, wanted: &[&str]) -> bool {
        let found = self
            .peek()
            .is_some_and(|(_, word)| wanted.iter().any(|known| word.eq_ignore_ascii_case(known)));
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Expression, ExpressionError> {
        let mut left = self.both()?;
        while self.take(&["or", ","]) {
            left = Expression::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expression, ExpressionError> {
        let mut left = self.one()?;
        while self.take(&["and"]) {
            left = Expression::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression, ExpressionError> {
        if self.take(&["not", "!"]) {
            return Ok(Expression::Not(Box::new(self.one()?)));
        }
        if self.take(&["("]) {
            let inner = self.either()?;
            return match self.take(&[")"]) {
                true => Ok(inner),
                false => Err(self.expected("`)`")),
            };
        }
        match self.peek() {
            Some((_, word)) if !matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "not" | ")" | ",") => {
                self.at += 1;
                Ok(Expression::Name(word.to_string()))
            }
            _ => Err(self.expected("a name")),
        }
    }

    fn expected(&self, what: &str) -> ExpressionError {
        match self.peek() {
            Some((at, word)) => ExpressionError {
                at,
                message: format!("expected {what}, found `{word}`"),
            },
            None => ExpressionError {
                at: self.end,
                message: format!("expected {what} at the end"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, names: &[&str]) -> bool {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        Expression::parse(text).unwrap().holds(&names)
    }

    #[test]
    fn a_long_expression_is_refused_at_its_end() {
        for word in ["(", "not ", "a or ", "a and "] {
            let error = Expression::parse(&word.repeat(100_000)).unwrap_err();
            assert_eq!(error.message, "an expression has at most 500 words");
        }
        assert!(holds(&format!("{}a{}", "(".repeat(249), ")".repeat(249)), &["a"]));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(holds("a or b and c", &["a"]));
        assert!(!holds("(a or b) and c", &["a"]));
        assert!(holds("prod and not demo", &["PROD"]));
        assert!(holds("a, b", &["b"]));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["a", "not a", "a and not (b or c)", "(a or b) and c", "a or (b and c)"] {
            assert_eq!(Expression::parse(text).unwrap().text(), text);
        }
    }

    #[test]
    fn a_name_is_what_an_expression_can_name() {
        for name in ["a", "x-1", "über", "42", "team:a.b@c", "android"] {
            assert_eq!(Expression::misnamed(name), None);
        }
        for name in ["", " a", "a b", "a,b", "(a)", "and", "Not", "OR", "'a'", "!a"] {
            assert!(Expression::misnamed(name).is_some(), "{name}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        assert_eq!(Expression::parse("a and").unwrap_err().at, 5);
        assert_eq!(Expression::parse("a b").unwrap_err().at, 2);
        assert_eq!(Expression::parse("(a").unwrap_err().message, "expected `)` at the end");
        assert!(Expression::parse("a & b").unwrap_err().message.contains("`&`"));
    }
}
