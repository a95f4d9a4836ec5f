//! What MySQL and MariaDB have beside the catalog: what `information_schema` tells in one query, and what only the
//! statements of the few tables tell that may have such things.

use std::collections::BTreeSet;

use super::left_out::{Ignored, LeftOut, ask};
use super::left_out_mysql_questions::{CANDIDATE, questions};
use super::left_out_mysql_statement::of_statement;
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
    Ok(found)
}

/// What there is to ask about.
pub(super) struct Tables {
    pub mariadb: bool,
    /// A list of driftless's own tables, for SQL.
    pub ours: String,
    pub views: bool,
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
        views: false,
        partitioned: false,
        known: BTreeSet::new(),
    };
    let sql = "SELECT 0, table_name, table_type, create_options FROM information_schema.tables
         WHERE table_schema = database()
         UNION ALL SELECT 1, lower(table_name), NULL, NULL FROM information_schema.tables
         WHERE table_schema = 'information_schema' AND table_name IN ('LIBRARIES', 'JSON_DUALITY_VIEWS', 'PERIODS')";
    for [of_server, name, kind, options] in rows(session, sql).await? {
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
            Some("VIEW") => tables.views = true,
            Some("SYSTEM VERSIONED") => {
                found.push(LeftOut::unmanaged("system versioning", format!("of table `{name}`")))
            }
            _ => {}
        }
        for option in options_of(&options.unwrap_or_default()) {
            match option.as_str() {
                "PARTITIONED" => tables.partitioned = true,
                _ => found.push(LeftOut::unmanaged(
                    "table option",
                    format!("`{option}` of table `{name}`"),
                )),
            }
        }
    }
    Ok(tables)
}

/// The words that stand before a `=`, or alone: of `` row_format=COMPRESSED `a b`='c' partitioned ``.
fn options_of(text: &str) -> Vec<String> {
    let mut cursor = Cursor::new(text, Family::Mysql);
    let mut found = Vec::new();
    while let Some(name) = cursor.name() {
        found.push(name.to_ascii_uppercase());
        if cursor.take_symbol("=") {
            cursor.next();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_told_apart() {
        let found = options_of("stats_persistent=1 `page compressed`='1' partitioned COMPRESSION=\"a b\"");
        assert_eq!(
            found,
            ["STATS_PERSISTENT", "PAGE COMPRESSED", "PARTITIONED", "COMPRESSION"]
        );
        assert!(options_of("").is_empty());
    }
}
