//! What a native type says of the letters of its texts, which a column says apart from its type.

use crate::dialect::{Cursor, Dialect, Family};

/// A native type without what it says of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letters {
    pub native: String,
    pub charset: Option<String>,
    pub collation: Option<String>,
}

/// Takes `CHARACTER SET latin1`, `COLLATE "C"` from the end of a native type, and the set that NCHAR and NVARCHAR stand for
/// on MySQL and MariaDB. A type that says anything else there stays as it is.
pub fn letters_of(native: &str, dialect: Dialect) -> Letters {
    let whole = Letters {
        native: native.to_string(),
        charset: None,
        collation: None,
    };
    let has_charsets = dialect.family() == Family::Mysql;
    let mut cursor = Cursor::new(native, dialect.family());
    let Some(ty) = cursor.until(&["character", "charset", "collate"]) else {
        return whole;
    };
    let (plain, mut charset) = match national(ty).filter(|_| has_charsets) {
        Some(plain) => (plain, Some("utf8mb3".to_string())),
        None => (ty.to_string(), None),
    };
    let mut collation = None;
    while !cursor.is_done() {
        if has_charsets && (cursor.take_words(&["character", "set"]) || cursor.take_word("charset")) {
            charset = cursor.name();
        } else if cursor.take_word("collate") {
            collation = cursor.name();
        } else {
            return whole;
        }
    }
    Letters {
        native: plain,
        charset,
        collation,
    }
}

/// The type that a national one is, but for its letters.
fn national(ty: &str) -> Option<String> {
    let (word, sizes) = ty.split_at(ty.find('(').unwrap_or(ty.len()));
    let plain = match word.to_ascii_lowercase().as_str() {
        "nvarchar" => "VARCHAR",
        "nchar" => "CHAR",
        _ => return None,
    };
    Some(format!("{plain}{sizes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_from_the_type() {
        let of = |native: &str, dialect: &str| {
            let letters = letters_of(native, Dialect::named(dialect).expect("a dialect"));
            (letters.native, letters.charset, letters.collation)
        };
        let some = |text: &str| Some(text.to_string());
        assert_eq!(
            of("VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_bin", "mysql"),
            ("VARCHAR(255)".into(), some("latin1"), some("latin1_bin"))
        );
        assert_eq!(
            of("NVARCHAR(5)", "mariadb"),
            ("VARCHAR(5)".into(), some("utf8mb3"), None)
        );
        assert_eq!(of("NVARCHAR(5)", "sqlite"), ("NVARCHAR(5)".into(), None, None));
        assert_eq!(
            of("CHAR(2) COLLATE \"C\"", "postgres"),
            ("CHAR(2)".into(), None, some("C"))
        );
        assert_eq!(
            of("TIMESTAMP(3) WITHOUT TIME ZONE", "postgres"),
            ("TIMESTAMP(3) WITHOUT TIME ZONE".into(), None, None)
        );
        assert_eq!(of("INT unsigned", "mysql"), ("INT unsigned".into(), None, None));
        assert_eq!(of("CHARACTER VARYING", "postgres").0, "CHARACTER VARYING");
        assert_eq!(of("NVARCHAR(20) character", "mysql").0, "NVARCHAR(20) character");
    }
}
