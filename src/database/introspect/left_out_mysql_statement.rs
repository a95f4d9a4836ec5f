//! What of a table or a view of MySQL and MariaDB stands in its statement only: parsers of words, periods, algorithms.

use super::left_out::LeftOut;
use super::mysql_objects::NOT_READABLE;
use super::mysql_statement::{Said, said_by, statement_of};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Dialect, Family};

/// What the statement of a table says, line by line.
pub(super) async fn of_statement(session: &mut Session, dialect: Dialect, table: &str) -> Result<Vec<LeftOut>, Error> {
    let Some(statement) = statement_of(session, dialect, table).await? else {
        return Ok(vec![LeftOut::unreadable("table", format!("`{table}`"))]);
    };
    let told = said_by(&statement).into_iter().filter_map(|said| match said {
        Said::Period(name) => Some(LeftOut::unmanaged("period", format!("`{name}` of table `{table}`"))),
        Said::KeyWithoutOverlaps(name) => {
            let of_key = format!("`{name}` of table `{table}`");
            Some(LeftOut::unmanaged("key without overlaps", of_key))
        }
        Said::FulltextParser(name) => {
            let of_key = format!("of index `{name}` of table `{table}`");
            Some(LeftOut::unmanaged("fulltext parser", of_key))
        }
        // A catalog holds it.
        Said::DefaultPartition(_) => None,
    });
    Ok(told.collect())
}

/// Whether a view says how its rows are found: MySQL lists it nowhere.
pub(super) async fn algorithm_of(
    session: &mut Session,
    dialect: Dialect,
    view: &str,
) -> Result<Option<LeftOut>, Error> {
    let made = session
        .query(&format!("SHOW CREATE VIEW {}", dialect.quote(view)))
        .await;
    let made = match made {
        // What may not be read is told by itself.
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with(NOT_READABLE)) => return Ok(None),
        made => made?,
    };
    let statement = made.into_iter().next().and_then(|row| row.into_iter().nth(1).flatten());
    let is_said = says_algorithm(&statement.unwrap_or_default());
    Ok(is_said.then(|| LeftOut::unmanaged("view option", format!("`ALGORITHM` of view `{view}`"))))
}

fn says_algorithm(statement: &str) -> bool {
    let mut cursor = Cursor::new(statement, Family::Mysql);
    cursor.take_words(&["create", "algorithm"])
        && cursor.take_symbol("=")
        && cursor.take_one_of(&["merge", "temptable"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_is_found() {
        assert!(says_algorithm(
            "CREATE ALGORITHM=MERGE DEFINER=`a`@`%` VIEW `v` AS select 1"
        ));
        assert!(!says_algorithm(
            "CREATE ALGORITHM=UNDEFINED DEFINER=`a`@`%` VIEW `v` AS select 1"
        ));
    }
}
