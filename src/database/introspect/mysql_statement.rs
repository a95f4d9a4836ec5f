//! What of a table stands in its CREATE TABLE only: to MariaDB its periods, which are listed as checks, and the partition of
//! all other rows, which is listed as one of zeros; to MySQL the letters and bytes of a default that its lists cannot show.

use super::mysql_objects::NOT_READABLE;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Dialect, Family};

/// The statement that makes a table; `None` where the user may not see it.
pub(super) async fn statement_of(
    session: &mut Session,
    dialect: Dialect,
    table: &str,
) -> Result<Option<String>, Error> {
    let made = session
        .query(&format!("SHOW CREATE TABLE {}", dialect.quote(table)))
        .await;
    match made {
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with(NOT_READABLE)) => Ok(None),
        made => {
            let statement = made?
                .into_iter()
                .next()
                .and_then(|row| row.into_iter().nth(1).flatten());
            Ok(Some(statement.unwrap_or_default()))
        }
    }
}

/// What a line of such a statement says beside columns and plain keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Period(String),
    KeyWithoutOverlaps(String),
    FulltextParser(String),
    DefaultPartition(String),
}

pub(super) fn said_by(statement: &str) -> Vec<Said> {
    statement.lines().filter_map(said_by_line).collect()
}

pub(super) fn said_by_line(line: &str) -> Option<Said> {
    let mut cursor = Cursor::new(line, Family::Mysql);
    cursor.take_symbol("(");
    if cursor.take_word("partition") {
        let name = cursor.name()?;
        return cursor.take_word("default").then_some(Said::DefaultPartition(name));
    }
    if cursor.take_words(&["period", "for"]) {
        return match cursor.take_word("system_time") {
            true => None,
            false => cursor.name().map(Said::Period),
        };
    }
    let kind = cursor.take_one_of(&["fulltext", "unique", "primary"])?;
    cursor.take_word("key");
    let name = match kind {
        "primary" => "PRIMARY".to_string(),
        _ => cursor.name()?,
    };
    match kind {
        "fulltext" => line.contains("WITH PARSER").then_some(Said::FulltextParser(name)),
        _ => line
            .contains(" WITHOUT OVERLAPS")
            .then_some(Said::KeyWithoutOverlaps(name)),
    }
}

/// The bytes of a column's default.
pub(super) fn default_in(statement: &str, column: &str) -> Option<Vec<u8>> {
    let is_own = |line: &&str| {
        let mut cursor = Cursor::new(line, Family::Mysql);
        line.starts_with("  `") && cursor.name().as_deref() == Some(column)
    };
    let mut cursor = Cursor::new(statement.lines().find(is_own)?, Family::Mysql);
    while !cursor.take_word("default") {
        cursor.next()?;
    }
    let rest = cursor.rest().trim_start();
    match rest.strip_prefix("0x") {
        Some(digits) => {
            let end = digits.find(|letter: char| !letter.is_ascii_hexdigit());
            bytes(&digits[..end.unwrap_or(digits.len())])
        }
        None => cursor.peek()?.value(true).map(String::into_bytes),
    }
}

/// The bytes of which each is two digits.
pub(super) fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_statement_are_read() {
        for (line, is) in [
            ("  PERIOD FOR `p` (`a`, `b`),", Some(Said::Period("p".into()))),
            ("  PERIOD FOR SYSTEM_TIME (`a`, `b`),", None),
            (
                "  UNIQUE KEY `u` (`id`,`p` WITHOUT OVERLAPS)",
                Some(Said::KeyWithoutOverlaps("u".into())),
            ),
            (
                "  PRIMARY KEY (`id`,`p` WITHOUT OVERLAPS),",
                Some(Said::KeyWithoutOverlaps("PRIMARY".into())),
            ),
            (
                "  FULLTEXT KEY `f` (`z`) /*!50100 WITH PARSER `ngram` */ ,",
                Some(Said::FulltextParser("f".into())),
            ),
            ("  FULLTEXT KEY `f` (`z`)", None),
            ("  KEY `i` (`id`)", None),
            ("  `period` int DEFAULT NULL,", None),
            (
                "(PARTITION `y` DEFAULT ENGINE = InnoDB)",
                Some(Said::DefaultPartition("y".into())),
            ),
            (
                " PARTITION `y z` DEFAULT ENGINE = InnoDB,",
                Some(Said::DefaultPartition("y z".into())),
            ),
            ("(PARTITION `x` VALUES IN (0) ENGINE = InnoDB,", None),
        ] {
            assert_eq!(said_by_line(line), is, "{line}");
        }
    }

    #[test]
    fn defaults_are_read() {
        let statement = "CREATE TABLE `t` (\n  `a``b` varchar(9) DEFAULT 0xF09F9880,\n  `default` binary(3) NOT NULL DEFAULT \
                         'a\\0b' COMMENT 'x',\n  `c` int DEFAULT NULL\n)";
        assert_eq!(default_in(statement, "a`b"), Some("😀".as_bytes().to_vec()));
        assert_eq!(default_in(statement, "default"), Some(b"a\0b".to_vec()));
        assert_eq!(default_in(statement, "c"), None);
        assert_eq!(default_in(statement, "d"), None);
    }
}
