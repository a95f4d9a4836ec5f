//! Expressions as they are compared: without what engines add, take away or say in other words.

use super::Value;
use super::phrase;
use crate::dialect::{Dialect, Family, Token, TokenKind, tokens};

/// An expression in one form: no casts, brackets, schemas and tables before a column, character sets before a text;
/// words and names in lower case and without quotes, operators and texts written in one way.
pub fn normal_expression(text: &str, dialect: Dialect) -> String {
    parts(text, dialect).join(" ")
}

/// The value of an expression that is a literal, casts and brackets aside.
pub fn literal_of(text: &str, dialect: Dialect) -> Option<Value> {
    let parts = parts(text, dialect);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["true"] => Some(Value::Bool(true)),
        ["false"] => Some(Value::Bool(false)),
        ["null"] => Some(Value::Null),
        ["x", text] => unquoted(text).and_then(|hex| bytes(&hex)),
        [one] if is_number(one) => Some(Value::Number(one.to_string())),
        ["-", one] if is_number(one) => Some(Value::Number(format!("-{one}"))),
        [one] => unquoted(one).map(Value::Text),
        _ => None,
    }
}

/// A number in decimal digits.
fn is_number(part: &str) -> bool {
    let is_hexadecimal = part.starts_with("0x") || part.starts_with("0X");
    part.starts_with(|first: char| first.is_ascii_digit()) && !is_hexadecimal
}

fn unquoted(part: &str) -> Option<String> {
    let inner = part.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

fn bytes(hex: &str) -> Option<Value> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect::<Option<Vec<u8>>>().map(Value::Bytes)
}

fn parts(text: &str, dialect: Dialect) -> Vec<String> {
    let family = dialect.family();
    let tokens: Vec<Token<'_>> = tokens(text, family)
        .into_iter()
        .filter(|token| !token.is_blank())
        .collect();
    let mut reader = Reader {
        tokens,
        at: 0,
        family,
        parts: Vec::new(),
    };
    while reader.at < reader.tokens.len() {
        reader.step();
    }
    phrase::normal(reader.parts)
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    family: Family,
    parts: Vec<String>,
}

/// Longer ones first.
const OPERATORS: [(&str, &str); 11] = [
    ("!~~*", "not ilike"),
    ("!~~", "not like"),
    ("~~*", "ilike"),
    ("~~", "like"),
    ("!=", "<>"),
    ("<>", "<>"),
    (">=", ">="),
    ("<=", "<="),
    ("==", "="),
    ("||", "||"),
    ("::", "::"),
];

/// Names of one function of which MySQL and MariaDB each print their own choice.
const MYSQL_WORDS: [(&str, &str); 11] = [
    ("ucase", "upper"),
    ("lcase", "lower"),
    ("substring", "substr"),
    ("mid", "substr"),
    ("character_length", "char_length"),
    ("octet_length", "length"),
    ("ceil", "ceiling"),
    ("power", "pow"),
    ("mod", "%"),
    ("now", "current_timestamp"),
    ("rlike", "regexp"),
];

impl Reader<'_> {
    fn step(&mut self) {
        let token = self.tokens[self.at];
        match token.kind {
            TokenKind::Symbol => self.symbol(token),
            TokenKind::Text => {
                self.at += 1;
                self.text(token, self.family == Family::Mysql);
            }
            TokenKind::Quoted => self.push(token.name().unwrap_or_default().to_lowercase()),
            TokenKind::Word => self.word(token),
            // Elsewhere it is a number.
            TokenKind::Number => match token.text.strip_prefix("0x") {
                Some(hex) if self.family == Family::Mysql => {
                    self.parts.push("x".into());
                    self.push(format!("'{}'", hex.to_ascii_lowercase()));
                }
                _ => self.push(token.text.to_string()),
            },
            TokenKind::Space | TokenKind::Comment => self.at += 1,
        }
    }

    fn push(&mut self, part: impl Into<String>) {
        self.parts.push(part.into());
        self.at += 1;
    }

    fn symbol(&mut self, token: Token<'_>) {
        let operator = OPERATORS.iter().find(|(text, _)| self.reads(text));
        match (operator, token.text) {
            (Some(("::", _)), _) => self.at = self.after_own_name(self.at + 2),
            (Some((text, normal)), _) => {
                self.parts.extend(normal.split(' ').map(str::to_string));
                self.at += text.len();
            }
            (None, ".") => {
                self.parts.pop();
                self.at += 1;
            }
            (None, "(" | ")" | ";" | "]") => self.at += 1,
            (None, other) => self.push(other),
        }
    }

    /// Whether an operator of several symbols stands here.
    fn reads(&self, operator: &str) -> bool {
        operator.char_indices().all(|(offset, symbol)| {
            self.tokens.get(self.at + offset).is_some_and(|token| {
                token.start == self.tokens[self.at].start + offset
                    && token.text.len() == symbol.len_utf8()
                    && token.text.starts_with(symbol)
            })
        })
    }

    fn word(&mut self, token: Token<'_>) {
        let word = token.text.to_lowercase();
        let next = self.tokens.get(self.at + 1).copied();
        let before_text = next.is_some_and(|next| next.kind == TokenKind::Text);
        match word.as_str() {
            // MySQL prints `_utf8mb4'x'`.
            _ if before_text && word.starts_with('_') => self.at += 1,
            "date" | "time" | "timestamp" | "timestamptz" | "interval" if before_text => {
                self.at += 1;
            }
            "e" if before_text && self.family == Family::Postgres => {
                self.at += 2;
                next.into_iter().for_each(|text| self.text(text, true));
            }
            "cast" if next.is_some_and(|next| next.text == "(") => {
                self.forget_type_of_cast();
                self.at += 1;
            }
            // PostgreSQL prints `x IN (1, 2)` as `x = ANY (ARRAY[1, 2])`.
            "any" | "all" => match (self.parts.last().map(String::as_str), self.list_at()) {
                (Some("="), Some(list)) if word == "any" => {
                    self.parts.pop();
                    self.at = list;
                    self.parts.push("in".into());
                }
                (Some("<>"), Some(list)) if word == "all" => {
                    self.parts.pop();
                    self.at = list;
                    self.parts.extend(["not".into(), "in".into()]);
                }
                _ => self.push(word),
            },
            _ if self.family == Family::Mysql => {
                let synonym = MYSQL_WORDS.iter().find(|(name, _)| *name == word);
                self.push(synonym.map_or(word.clone(), |(_, normal)| normal.to_string()));
            }
            _ => self.push(word),
        }
    }

    /// Where the elements of `ANY (ARRAY[…])` begin.
    fn list_at(&self) -> Option<usize> {
        let mut at = self.at + 1;
        while self.tokens.get(at)?.text == "(" {
            at += 1;
        }
        let is_array = self.tokens[at].is_word("array") && self.tokens.get(at + 1)?.text == "[";
        is_array.then_some(at + 2)
    }

    /// A text, which PostgreSQL also prints where a number or bytes were meant: `'-1'::integer`.
    fn text(&mut self, token: Token<'_>, escapes: bool) {
        let value = token.value(escapes).unwrap_or_default();
        let cast = (self.at < self.tokens.len() && self.reads("::"))
            .then(|| self.tokens.get(self.at + 2))
            .flatten()
            .map(|ty| ty.text.to_lowercase())
            .unwrap_or_default();
        let numeric = ["smallint", "integer", "bigint", "numeric", "real", "double"];
        if numeric.contains(&cast.as_str()) && value.parse::<f64>().is_ok() {
            self.parts.extend(value.starts_with('-').then(|| "-".to_string()));
            self.parts.push(value.trim_start_matches('-').to_string());
        } else if let (Some(hex), "bytea") = (value.strip_prefix("\\x"), cast.as_str()) {
            self.parts.extend(["x".into(), format!("'{hex}'")]);
        } else {
            self.parts.push(format!("'{}'", value.replace('\'', "''")));
        }
    }

    /// Where what follows a type begins: `character varying(10)[]`, `app.mood`.
    fn after_type(&self, at: usize) -> usize {
        let is = |at: usize, text: &str| self.tokens.get(at).is_some_and(|token| token.text == text);
        let mut at = at + 1;
        while is(at, ".") {
            at += 2;
        }
        let goes_on = ["varying", "precision", "without", "with", "time", "zone"];
        while let Some(token) = self.tokens.get(at)
            && goes_on.iter().any(|word| token.is_word(word))
        {
            at += 1;
        }
        let has_size = self
            .tokens
            .get(at + 1)
            .is_some_and(|size| size.kind == TokenKind::Number);
        if is(at, "(") && has_size {
            while at < self.tokens.len() && !is(at, ")") {
                at += 1;
            }
            at += 1;
        }
        // `timestamp(3) without time zone`
        while let Some(token) = self.tokens.get(at)
            && goes_on.iter().any(|word| token.is_word(word))
        {
            at += 1;
        }
        while is(at, "[") || is(at, "]") {
            at += 1;
        }
        at.min(self.tokens.len())
    }

    /// Behind a type, and behind the name that what becomes of it has by itself: `NULL::inet AS inet`.
    fn after_own_name(&self, at: usize) -> usize {
        let end = self.after_type(at);
        let word = |at: usize| {
            self.tokens
                .get(at)
                .and_then(Token::name)
                .map(|name| name.to_lowercase())
        };
        let mut first = at;
        while self.tokens.get(first + 1).is_some_and(|token| token.text == ".") {
            first += 2;
        }
        let is_varying = self.tokens.get(first + 1).is_some_and(|token| token.is_word("varying"));
        let ty = word(first).unwrap_or_default();
        let zone = self.tokens[at..end].iter().any(|token| token.is_word("with"));
        let own = match ty.as_str() {
            "smallint" => "int2",
            "integer" => "int4",
            "bigint" => "int8",
            "real" => "float4",
            "double" => "float8",
            "boolean" => "bool",
            "character" if is_varying => "varchar",
            "character" => "bpchar",
            "bit" if is_varying => "varbit",
            "timestamp" if zone => "timestamptz",
            "time" if zone => "timetz",
            other => other,
        };
        let says_as = self.tokens.get(end).is_some_and(|token| token.is_word("as"));
        match says_as && word(end + 1).is_some_and(|name| name == own) {
            true => end + 2,
            false => end,
        }
    }

    /// Takes `AS type` out of `CAST(x AS type)`.
    fn forget_type_of_cast(&mut self) {
        let (mut depth, mut from) = (0, None);
        for at in self.at + 1..self.tokens.len() {
            match self.tokens[at].text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ if depth == 1 && self.tokens[at].is_word("as") => from = Some(at),
                _ => {}
            }
            if depth == 0 {
                self.tokens.drain(from.unwrap_or(at)..at);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(name: &str, asked: &str, shown: &str) {
        let dialect = Dialect::named(name).expect("a known dialect");
        assert_eq!(normal_expression(asked, dialect), normal_expression(shown, dialect));
    }

    #[test]
    fn postgres_says_the_same_in_other_words() {
        for (asked, shown) in [
            ("email LIKE '%@%'", "((email)::text ~~ '%@%'::text)"),
            ("a NOT LIKE 'x'", "(a !~~ 'x'::text)"),
            (
                "status in ('a', 'b')",
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("s NOT IN ('a')", "(s <> ALL (ARRAY['a'::text]))"),
            ("n BETWEEN -1 AND 3", "((n >= '-1'::integer) AND (n <= 3))"),
            ("n != 1 or n = 2", "((n <> 1) OR (n = 2))"),
            ("CAST(n AS varchar(10)) <> E'a\\'b'", "((n)::text <> 'a''b'::text)"),
            (
                "at > timestamp '2020-01-02'",
                "(at > '2020-01-02'::timestamp(3) without time zone)",
            ),
            ("m = 'happy'", "(m = 'happy'::app.mood)"),
            (
                "SELECT id, count(*) AS n FROM users AS u INNER JOIN t ON (t.id = u.id) ORDER BY id ASC",
                " SELECT u.id,\n    count(*) AS n\n   FROM users u\n     JOIN t ON t.id = u.id\n  ORDER BY u.id;",
            ),
            (
                "SELECT ip, at FROM a UNION SELECT NULL::inet, NULL::timestamp(3) with time zone FROM b",
                "SELECT ip, at FROM a UNION SELECT NULL::inet AS inet, NULL::timestamp(3) with time zone AS timestamptz FROM b",
            ),
        ] {
            same("postgres", asked, shown);
        }
    }

    #[test]
    fn mysql_says_the_same_in_other_words() {
        for (asked, shown) in [
            ("age >= 0", "(`age` >= 0)"),
            ("s in ('a', \"b'c\")", "(`s` in (_utf8mb4'a',_utf8mb4'b\\'c'))"),
            ("s not like '%x%'", "(not((`s` like _utf8mb4'%x%')))"),
            ("n > -1", "(`n` > -(1))"),
            ("upper(a) = substring(b, 1)", "ucase(`a`) = substr(`b`,1)"),
            (
                "select t.id, s as ss, count(*) as n from t",
                "select `t`.`id` AS `id`,`t`.`s` AS `ss`,count(0) AS `n` from `t`",
            ),
        ] {
            same("mysql", asked, shown);
        }
    }

    #[test]
    fn literals_have_their_value() {
        let of = |text: &str, name: &str| literal_of(text, Dialect::named(name).expect("known"));
        assert_eq!(of("'a\\b'::text", "postgres"), Some(Value::Text("a\\b".into())));
        assert_eq!(of("'-1.50'::numeric", "postgres"), Some(Value::Number("-1.50".into())));
        assert_eq!(of("'\\x00ff'::bytea", "postgres"), Some(Value::Bytes(vec![0, 255])));
        assert_eq!(of("'it\\'s'", "mariadb"), Some(Value::Text("it's".into())));
        assert_eq!(of("0x00FF", "mysql"), Some(Value::Bytes(vec![0, 255])));
        assert_eq!(of("X'00ff'", "sqlite"), Some(Value::Bytes(vec![0, 255])));
        assert_eq!(of("(TRUE)", "sqlite"), Some(Value::Bool(true)));
        assert_eq!(of("'a' || 'b'", "sqlite"), None);
        assert_eq!(of("0x10", "sqlite"), None);
        assert_eq!(of("now()", "postgres"), None);
    }
}
