//! What MySQL and MariaDB have beside the catalog: what `information_schema` tells in one query, and what only the
//! statements of the few tables tell that may have such things.

use std::collections::BTreeSet;

use super::left_out::{Ignored, LeftOut, ask};
use super::left_out_mysql_questions::{CANDIDATE, questions};
use super::left_out_mysql_statement::{algorithm_of, of_statement};
use super::{left_out_mysql_rights, rows};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Family, Target};

pub(super) async fn find(session: &mut Session, target: &Target, ignored: &Ignored) -> Result<Vec<LeftOut>, Error> {
    let mut found = left_out_mysql_rights::find(session).await?;
    let tables = read_tables(session, target, ignored, &mut found).await?;
    for told in ask(session, "", &questions(&tables)).await? {
        // Not a thing but a table whose statement has to be read.
        match told.kind {
            CANDIDATE => found.extend(of_statement(session, target.dialect, &told.name).await?),
            _ => found.push(told),
        }
    }
    if !tables.mariadb {
        for view in &tables.views {
            found.extend(algorithm_of(session, target.dialect, view).await?);
        }
    }
    Ok(found)
}

/// What there is to ask about.
pub(super) struct Tables {
    pub mariadb: bool,
    /// A list of driftless's own tables, for SQL.
    pub ours: String,
    pub views: Vec<String>,
    pub partitioned: bool,
    /// Views of `information_schema` that only some versions have, in lower case.
    pub known: BTreeSet<String>,
}

async fn read_tables(
    session: &mut Session,
    target: &Target,
    ignored: &Ignored,
    found: &mut Vec<LeftOut>,
) -> Result<Tables, Error> {
    let mut tables = Tables {
        mariadb: target.dialect.name() == "mariadb",
        ours: "''".to_string(),
        views: Vec::new(),
        partitioned: false,
        known: BTreeSet::new(),
    };
    let sql = "SELECT 0, table_name, table_type, create_options, engine FROM information_schema.tables
         WHERE table_schema = database()
         UNION ALL SELECT 1, lower(table_name), NULL, NULL, NULL FROM information_schema.tables
         WHERE table_schema = 'information_schema' AND table_name IN ('LIBRARIES', 'JSON_DUALITY_VIEWS', 'PERIODS')";
    for [of_server, name, kind, options, engine] in rows(session, sql).await? {
        let name = name.unwrap_or_default();
        if of_server.as_deref() == Some("1") {
            tables.known.insert(name);
            continue;
        }
        if ignored.holds(&name) {
            tables.ours += &format!(", {}", target.dialect.string(&name));
            continue;
        }
        match kind.as_deref() {
            Some("VIEW") => tables.views.push(name.clone()),
            Some("SYSTEM VERSIONED") => {
                found.push(LeftOut::unmanaged("system versioning", format!("of table `{name}`")))
            }
            _ => {}
        }
        let is_aria = engine.as_deref() == Some("Aria");
        for (option, value) in options_of(&options.unwrap_or_default()) {
            match option.as_str() {
                "PARTITIONED" => tables.partitioned = true,
                // A table of Aria has them where nothing is said.
                "TRANSACTIONAL" | "PAGE_CHECKSUM" if is_aria && value == "1" => {}
                _ => found.push(LeftOut::unmanaged(
                    "table option",
                    format!("`{option}` of table `{name}`"),
                )),
            }
        }
    }
    Ok(tables)
}

/// The words that stand before a `=`, with what stands behind it, or alone: of
/// `` row_format=COMPRESSED `a b`='c' partitioned ``.
fn options_of(text: &str) -> Vec<(String, String)> {
    let mut cursor = Cursor::new(text, Family::Mysql);
    let mut found = Vec::new();
    while let Some(name) = cursor.name() {
        let value = match cursor.take_symbol("=") {
            true => cursor.next().map(|token| token.text.to_string()),
            false => None,
        };
        found.push((name.to_ascii_uppercase(), value.unwrap_or_default()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_told_apart() {
        let found = options_of("stats_persistent=1 `page compressed`='1' partitioned COMPRESSION=\"a b\"");
        let found: Vec<String> = found
            .into_iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        assert_eq!(
            found,
            [
                "STATS_PERSISTENT 1",
                "PAGE COMPRESSED '1'",
                "PARTITIONED ",
                "COMPRESSION \"a b\""
            ]
        );
        assert!(options_of("").is_empty());
    }
}
