//! The values of secrets: put into a statement when it is sent, and taken out of whatever is said of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;

/// How many characters at least are taken for a secret or a part of one, wherever they stand.
const SHORTEST_PART: usize = 4;
/// So many of a long one: less than that is a word like any other.
const LONGEST_WORD: usize = 6;

/// Values by the names of their parameters. They do not show themselves.
#[derive(Clone, Default, PartialEq)]
pub struct Secrets {
    values: BTreeMap<String, String>,
    /// Those that are nowhere, which keeps a plan from being carried out, but not from being looked at.
    lacking: BTreeMap<String, Diagnostic>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Secrets {
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn add(&mut self, name: &str, value: String) {
        self.values.insert(name.to_string(), value);
    }

    /// A secret that has no value, and what is to be told of it.
    pub fn lack(&mut self, name: &str, why: Diagnostic) {
        self.lacking.entry(name.to_string()).or_insert(why);
    }

    /// What is to be told of those that have no value.
    pub fn lacking(&self) -> impl Iterator<Item = &Diagnostic> {
        self.lacking.values()
    }

    /// Whether it was looked for already.
    pub fn knows(&self, name: &str) -> bool {
        self.values.contains_key(name) || self.lacking.contains_key(name)
    }

    pub fn extend(&mut self, others: Secrets) {
        self.values.extend(others.values);
        for (name, why) in others.lacking {
            self.lack(&name, why);
        }
    }

    /// A text with `${name}` for each value in it, also where only a part of one is quoted, or as it stands in a literal.
    pub fn masked(&self, text: &str, dialect: Dialect) -> String {
        let forms = self.values.iter().flat_map(|(name, value)| {
            let mask = format!("${{{name}}}");
            [(dialect.escaped(value), mask.clone()), (value.clone(), mask)]
        });
        let is_short = |(form, _): &(String, String)| form.chars().count() < SHORTEST_PART;
        let (short, mut long): (Vec<_>, Vec<_>) = forms.partition(is_short);
        // A part that is taken out first leaves the rest of a whole.
        long.sort_by_key(|(form, _)| Reverse(form.len()));
        let mut shown = text.to_string();
        for (form, mask) in &long {
            shown = shown.replace(form, mask);
        }
        for (form, mask) in &long {
            shown = without_parts(&shown, form, mask);
        }
        for (form, mask) in &short {
            shown = without_word(&shown, form, mask);
        }
        shown
    }
}

/// A text without the parts of a secret that are long enough to be such.
fn without_parts(text: &str, secret: &str, mask: &str) -> String {
    let parts = Parts::of(secret);
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        let (taken, masked) = match (rest.starts_with(mask), parts.longest(rest)) {
            (true, _) => (mask.len(), true),
            (false, 0) => (first.len_utf8(), false),
            (false, length) => (length, true),
        };
        match masked {
            true => shown += mask,
            false => shown.push(first),
        }
        rest = &rest[taken..];
    }
    shown
}

/// The parts of a secret that are as short as one may be.
struct Parts<'s> {
    secret: &'s str,
    length: usize,
    shortest: HashSet<&'s str>,
}

impl<'s> Parts<'s> {
    fn of(secret: &'s str) -> Parts<'s> {
        let ends = secret.char_indices().map(|(at, _)| at).chain([secret.len()]);
        let ends: Vec<usize> = ends.collect();
        let length = ((ends.len() - 1) / 2).clamp(SHORTEST_PART, LONGEST_WORD);
        let shortest = ends.windows(length + 1).map(|part| &secret[part[0]..part[length]]);
        Parts {
            secret,
            length,
            shortest: shortest.collect(),
        }
    }

    /// How many bytes at the beginning of a text are a part of the secret.
    fn longest(&self, text: &str) -> usize {
        let mut ends = text
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .skip(self.length - 1);
        let Some(first) = ends.next().filter(|end| self.shortest.contains(&text[..*end])) else {
            return 0;
        };
        let longer = ends.take_while(|end| self.secret.contains(&text[..*end]));
        longer.last().unwrap_or(first)
    }
}

/// A text without a word, where it stands by itself: as a part of others it tells nothing.
fn without_word(text: &str, word: &str, mask: &str) -> String {
    if word.is_empty() {
        return text.to_string();
    }
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut shown, mut from) = (String::with_capacity(text.len()), 0);
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        let alone = !text[..at].ends_with(is_of_word) && !text[end..].starts_with(is_of_word);
        if alone && at >= from {
            shown += &text[from..at];
            shown += mask;
            from = end;
        }
    }
    shown + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(value: &str, text: &str, dialect: &str) -> String {
        let mut secrets = Secrets::default();
        secrets.add("pw", value.to_string());
        secrets.masked(text, Dialect::named(dialect).unwrap())
    }

    #[test]
    fn what_is_whole_goes_before_its_parts() {
        assert_eq!(masked("abcd'zq7Kx9mPw2", "not abcd'zq7Kx9mPw2", "sqlite"), "not ${pw}");
        assert_eq!(masked("abcd'zq7Kx9mPw2", "not abcd''zq7Kx9mPw2", "sqlite"), "not ${pw}");
        let mut secrets = Secrets::default();
        secrets.add("a", "hunter2hunter".to_string());
        secrets.add("b", "xyzhunter2hunter".to_string());
        let sqlite = Dialect::named("sqlite").unwrap();
        assert_eq!(secrets.masked("xyzhunter2hunter, hunter2hunter", sqlite), "${b}, ${a}");
    }

    #[test]
    fn values_are_taken_out_whole_in_part_and_escaped() {
        assert_eq!(masked("hunter2", "near 'hunter2'", "mysql"), "near '${pw}'");
        assert_eq!(masked("hunter2", "near \"unter2x\"", "postgres"), "near \"${pw}x\"");
        assert_eq!(masked("it's\\so", "near 'it''s\\\\so'", "mysql"), "near '${pw}'");
        assert_eq!(masked("it's so", "at 'it''s so'", "postgres"), "at '${pw}'");
        assert_eq!(masked("söße Düse", "«öße D»", "sqlite"), "«${pw}»");
        assert_eq!(masked("a1", "a1, a12, xa1: 'a1'", "sqlite"), "${pw}, a12, xa1: '${pw}'");
        assert_eq!(masked("", "nothing", "sqlite"), "nothing");
        assert_eq!(
            masked("a-password-for-users", "table `users`", "sqlite"),
            "table `users`"
        );
        assert_eq!(masked("hunter2", "${pw} hunter2 ${pw}", "sqlite"), "${pw} ${pw} ${pw}");
        assert_eq!(
            format!("{:?}", {
                let mut s = Secrets::default();
                s.add("pw", "x".into());
                s
            }),
            "{\"pw\"}"
        );
    }
}
