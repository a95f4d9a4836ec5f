//! Lines of formatted SQL: what is said in a comment, and the `key:value` in it. Words match in any case.

/// The lines of a text, whichever line breaks it has.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.filter(|rest| !rest.is_empty())?;
        let Some(at) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let length = if text[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&text[at + length..]);
        Some(&text[..at])
    })
}

pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

pub fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What stands behind a word at the beginning of a text.
pub fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let start = text.as_bytes().get(..word.len())?;
    start.eq_ignore_ascii_case(word.as_bytes()).then(|| &text[word.len()..])
}

/// What stands behind `--word` on a line, blanks between them allowed.
pub fn said<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    after(skip_blanks(line.strip_prefix("--")?), word)
}

/// The same where blanks may stand before the dashes, too.
pub fn said_inside<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    said(skip_blanks(line), word)
}

/// What stands behind `-word`: one dash instead of two.
pub fn one_dash<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    after(skip_blanks(line.strip_prefix('-')?), word)
}

/// What a value may be made of.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// Letters, digits and `_`.
    Word,
    /// All up to a blank, maybe nothing.
    NonBlank,
    /// All up to a blank, after blanks.
    Spaced,
    /// Between double quotes, or all up to a blank.
    Quoted,
    /// Names with commas and `!`.
    Names,
    /// A word that may have parameters in it.
    Expression,
    /// The rest of the line.
    Rest,
}

impl Value {
    pub fn at_start_of(self, text: &str) -> Option<&str> {
        let up_to = |text: &'_ str, is_in: &dyn Fn(char) -> bool| text.find(|c| !is_in(c)).unwrap_or(text.len());
        let not_blank = |c| !is_blank(c);
        let length = match self {
            Value::Word => up_to(text, &is_word),
            Value::NonBlank => return Some(&text[..up_to(text, &not_blank)]),
            Value::Spaced => {
                let text = skip_blanks(text);
                return Some(&text[..up_to(text, &not_blank)]).filter(|value| !value.is_empty());
            }
            Value::Quoted => match text.strip_prefix('"').and_then(|inner| inner.find('"')) {
                Some(inner) => inner + 2,
                None => return Some(&text[..up_to(text, &not_blank)]),
            },
            Value::Names => {
                let first = text.chars().next().filter(|c| *c != ',')?.len_utf8();
                let rest = up_to(&text[first..], &|c| is_word(c) || matches!(c, '!' | ','));
                if rest == 0 { 0 } else { first + rest }
            }
            Value::Expression => up_to(text, &|c| is_word(c) || matches!(c, '$' | '{' | '}')),
            Value::Rest => return Some(text),
        };
        Some(&text[..length]).filter(|value| !value.is_empty())
    }
}

/// The last `key:value` on a line, wherever it stands, as Liquibase looks for it: its key and its value.
pub fn setting<'t>(line: &'t str, key: &str, value: Value) -> Option<(&'t str, &'t str)> {
    (0..line.len())
        .rev()
        .filter(|at| line.is_char_boundary(*at))
        .find_map(|at| {
            let rest = after(&line[at..], key)?.strip_prefix(':')?;
            Some((&line[at..at + key.len()], value.at_start_of(rest)?))
        })
}

/// A text between double quotes, with them.
pub fn quoted(text: &str) -> Option<&str> {
    let length = text.strip_prefix('"')?.find('"').filter(|length| *length > 0)?;
    Some(&text[..length + 2])
}

pub fn unquoted(text: &str) -> &str {
    let mut quotes = text.chars().next().into_iter().filter(|c| matches!(c, '"' | '\''));
    let inner = quotes.find_map(|quote| text[1..].strip_suffix(quote));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_setting_that_fits_is_taken() {
        let line = "--changeset a:b Context:\"x y\" rollbackSplitStatements:false dbms:!h2,mysql context:z dbms:,";
        let value = |key, kind| setting(line, key, kind).map(|(_, value)| value);
        assert_eq!(value("context", Value::Quoted), Some("z"));
        assert_eq!(value("splitStatements", Value::Word), Some("false"));
        assert_eq!(value("dbms", Value::Names), Some("!h2,mysql"));
        assert_eq!(value("labels", Value::Quoted), None);
    }

    #[test]
    fn lines_end_as_they_do() {
        assert_eq!(lines("a\r\nb\rc\n\nd").collect::<Vec<_>>(), ["a", "b", "c", "", "d"]);
    }
}
