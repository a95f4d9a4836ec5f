//! Names as databases take them that are written without quotes.

use std::borrow::Cow;
use std::cell::Cell;

use serde::{Deserialize, Deserializer};

use super::{Dialect, Name, UnquotedCase};

thread_local! {
    /// The dialect as which names are read that come without quotes.
    static READ_AS: Cell<Option<Dialect>> = const { Cell::new(None) };
}

/// Does work in which every [`Name`] that is read from a document is taken as a dialect takes it without
/// quotes. Names stand at any depth of what is read, some behind types that know only of a deserializer.
pub fn reading_unquoted<T>(dialect: Dialect, work: impl FnOnce() -> T) -> T {
    reading(Some(dialect), work)
}

/// For serde: a name that is written in quotes wherever it is meant, such as that of a collation.
pub fn as_written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    reading(None, || Option::deserialize(deserializer))
}

fn reading<T>(read_as: Option<Dialect>, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Dialect>);

    impl Drop for Restore {
        fn drop(&mut self) {
            READ_AS.set(self.0);
        }
    }
    let _restore = Restore(READ_AS.replace(read_as));
    work()
}

/// The name that a text is where it is read.
pub(super) fn read(text: &str) -> Cow<'_, str> {
    match READ_AS.get() {
        None => Cow::Borrowed(text),
        Some(dialect) => folded(dialect, text),
    }
}

/// A name as a dialect takes it without quotes. One that needs them, or whose letters are of both cases, is meant as it
/// is written. What is too long is cut where the database cuts it.
pub fn folded(dialect: Dialect, name: &str) -> Cow<'_, str> {
    let unquoted = &dialect.facts().unquoted;
    if unquoted.case == UnquotedCase::Lower && !dialect.facts().fits(name) {
        let cut = dialect.facts().cut(name, 0);
        return Cow::Owned(folded(dialect, cut).into_owned());
    }
    let is_plain = name
        .bytes()
        .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    let begins = name.starts_with(|first: char| !first.is_ascii_digit());
    if unquoted.case == UnquotedCase::Kept || !is_plain || !begins {
        return Cow::Borrowed(name);
    }
    let lower = name.to_ascii_lowercase();
    match unquoted.reserved.contains(&lower) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(lower),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_quotes_is_folded() {
        let fold = |name: &'static str| folded(Dialect::named("postgres").unwrap(), name);
        for (name, meant) in [
            ("USERS", "users"),
            ("USER_ID2", "user_id2"),
            ("_A", "_a"),
            ("TABLES", "tables"),
        ] {
            assert_eq!(fold(name), meant);
        }
        for name in ["users", "Users", "ORDER", "USER", "1ST", "A B", "A-B", "ÄRA", "A$"] {
            assert_eq!(fold(name), name);
        }
        for dialect in ["sqlite", "mysql", "mariadb"] {
            assert_eq!(folded(Dialect::named(dialect).unwrap(), "USERS"), "USERS");
        }
    }

    #[test]
    fn names_are_read_so_within_the_work_alone() {
        let read = || serde_json::from_str::<Name>("\"USERS\"").unwrap();
        let postgres = Dialect::named("postgres").unwrap();
        assert_eq!(reading_unquoted(postgres, read).as_str(), "users");
        assert_eq!(read().as_str(), "USERS");
    }
}
