//! Holes: where the value of a secret stands in a text, from when it is planned until it is sent. Only the name is in it.
//!
//! A hole is the name between two control characters that no author's text may contain. Each time a text with a hole in it
//! becomes a literal, the hole is marked once more: as often is its value escaped before it is put in.

use std::borrow::Cow;

use super::Dialect;

const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
/// Once for each literal that the hole stands in.
const QUOTED: char = '\u{3}';

/// Where a hole stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole<'t> {
    pub start: usize,
    pub end: usize,
    pub name: &'t str,
    /// How many literals it stands in.
    quoted: usize,
}

/// The hole for a secret of this name.
pub fn hole(name: &str) -> String {
    format!("{OPEN}{name}{CLOSE}")
}

/// The character in a text that only holes are made of.
pub fn mark_of_holes(text: &str) -> Option<char> {
    text.bytes()
        .map(char::from)
        .find(|c| matches!(*c, OPEN | CLOSE | QUOTED))
}

/// The holes of a text, in order.
pub fn holes(text: &str) -> Vec<Hole<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(OPEN) {
        let start = from + at;
        match hole_at(text, start) {
            Some(hole) => {
                from = hole.end;
                found.push(hole);
            }
            None => from = start + OPEN.len_utf8(),
        }
    }
    found
}

/// The hole that begins there.
pub(super) fn hole_at(text: &str, start: usize) -> Option<Hole<'_>> {
    let rest = text[start..].strip_prefix(OPEN)?;
    let named = rest.trim_start_matches(QUOTED);
    let (name, _) = named.split_once(CLOSE)?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let quoted = rest.len() - named.len();
    is_name.then(|| Hole {
        start,
        end: start + OPEN.len_utf8() + quoted + name.len() + CLOSE.len_utf8(),
        name,
        quoted: quoted / QUOTED.len_utf8(),
    })
}

/// A text with something in place of each of its holes.
fn replaced<'t>(text: &'t str, mut by: impl FnMut(&Hole<'_>) -> String) -> Cow<'t, str> {
    if !text.contains(OPEN) {
        return text.into();
    }
    let (mut result, mut from) = (String::with_capacity(text.len()), 0);
    for hole in holes(text) {
        result += &text[from..hole.start];
        result += &by(&hole);
        from = hole.end;
    }
    result += &text[from..];
    result.into()
}

/// A text as a person sees it: `${name}` where a secret stands.
pub fn shown(text: &str) -> Cow<'_, str> {
    replaced(text, |hole| format!("${{{}}}", hole.name))
}

/// A text whose holes stand in a literal more than before.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    replaced(text, |hole| {
        let marks = QUOTED.to_string().repeat(hole.quoted + 1);
        format!("{OPEN}{marks}{}{CLOSE}", hole.name)
    })
}

/// A text as it is sent. A hole of which no value is known stays.
pub fn filled<'t, 'v>(text: &'t str, dialect: Dialect, value: impl Fn(&str) -> Option<&'v str>) -> Cow<'t, str> {
    replaced(text, |hole| match value(hole.name) {
        Some(value) => (0..hole.quoted).fold(value.to_string(), |value, _| dialect.escaped(&value)),
        None => text[hole.start..hole.end].to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).unwrap()
    }

    #[test]
    fn a_value_is_escaped_as_often_as_it_is_quoted() {
        let value = "it's \\ $1";
        let fill = |text: &str, name: &str| filled(text, dialect(name), |_| Some(value)).into_owned();
        let text = format!("a {} b", hole("pw"));
        for name in ["postgres", "mysql", "sqlite"] {
            assert_eq!(fill(&text, name), "a it's \\ $1 b");
            let plain = fill(&text, name);
            let once = dialect(name).string(&text);
            assert_eq!(fill(&once, name), dialect(name).string(&plain));
            let twice = dialect(name).string(&format!("SELECT {once}"));
            let expected = dialect(name).string(&format!("SELECT {}", dialect(name).string(&plain)));
            assert_eq!(fill(&twice, name), expected);
            assert_eq!(shown(&twice), dialect(name).string("SELECT 'a ${pw} b'"));
        }
    }

    #[test]
    fn what_is_no_hole_stays() {
        for text in ["\u{1}", "a\u{1}\u{2}b", "\u{1}a b\u{2}", "\u{1}\u{3}x"] {
            assert!(holes(text).is_empty());
            assert_eq!(shown(text), text);
            assert_eq!(dialect("sqlite").string(text), format!("'{text}'"));
        }
        let unknown = hole("x");
        assert_eq!(filled(&unknown, dialect("sqlite"), |_| None), unknown);
    }
}
