//! What of a table of MySQL and MariaDB stands in its CREATE TABLE only: parsers of words, periods.

use super::left_out::LeftOut;
use super::mysql_objects::NOT_READABLE;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Dialect, Family};

/// What the statement of a table says, line by line.
pub(super) async fn of_statement(session: &mut Session, dialect: Dialect, table: &str) -> Result<Vec<LeftOut>, Error> {
    let made = match session
        .query(&format!("SHOW CREATE TABLE {}", dialect.quote(table)))
        .await
    {
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with(NOT_READABLE)) => {
            return Ok(vec![LeftOut::unreadable("table", format!("`{table}`"))]);
        }
        made => made?,
    };
    let statement = made.into_iter().next().and_then(|row| row.into_iter().nth(1).flatten());
    let statement = statement.unwrap_or_default();
    Ok(statement.lines().filter_map(|line| of_line(line, table)).collect())
}

fn of_line(line: &str, table: &str) -> Option<LeftOut> {
    let mut cursor = Cursor::new(line, Family::Mysql);
    if cursor.take_words(&["period", "for"]) {
        let name = cursor.name()?;
        return Some(LeftOut::unmanaged("period", format!("`{name}` of table `{table}`")))
            .filter(|_| !name.eq_ignore_ascii_case("system_time"));
    }
    let kind = cursor.take_one_of(&["fulltext", "unique", "primary"])?;
    cursor.take_word("key");
    let name = match kind {
        "primary" => "PRIMARY".to_string(),
        _ => cursor.name()?,
    };
    let of_key = format!("`{name}` of table `{table}`");
    match kind {
        "fulltext" if line.contains("WITH PARSER") => {
            Some(LeftOut::unmanaged("fulltext parser", format!("of index {of_key}")))
        }
        "unique" | "primary" if line.contains(" WITHOUT OVERLAPS") => {
            Some(LeftOut::unmanaged("key without overlaps", of_key))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_statement_are_read() {
        let told = |line: &str| of_line(line, "t").map(|found| format!("{} {}", found.kind, found.name));
        for (line, is) in [
            ("  PERIOD FOR `p` (`a`, `b`),", Some("period `p` of table `t`")),
            ("  PERIOD FOR SYSTEM_TIME (`a`, `b`),", None),
            (
                "  UNIQUE KEY `u` (`id`,`p` WITHOUT OVERLAPS)",
                Some("key without overlaps `u` of table `t`"),
            ),
            (
                "  PRIMARY KEY (`id`,`p` WITHOUT OVERLAPS),",
                Some("key without overlaps `PRIMARY` of table `t`"),
            ),
            (
                "  FULLTEXT KEY `f` (`z`) /*!50100 WITH PARSER `ngram` */ ,",
                Some("fulltext parser of index `f` of table `t`"),
            ),
            ("  FULLTEXT KEY `f` (`z`)", None),
            ("  KEY `i` (`id`)", None),
            ("  `period` int DEFAULT NULL,", None),
        ] {
            assert_eq!(told(line).as_deref(), is, "{line}");
        }
    }
}
