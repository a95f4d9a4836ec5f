//! What SQLite has beside the catalog: it stands in the texts of its statements, but for virtual tables and the order
//! of keys.

use super::left_out::{Ignored, LeftOut};
use super::{rows, sqlite_table};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Family, Token, tokens};
use crate::model::trigger_of;

pub(super) async fn find(session: &mut Session, ignored: &Ignored) -> Result<Vec<LeftOut>, Error> {
    // Tables in which virtual ones keep what is theirs belong to them.
    let sql = "SELECT coalesce(l.type, s.type), s.name, s.tbl_name, s.sql FROM sqlite_schema s
         LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name AND s.type = 'table'
         WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let mut found = Vec::new();
    for [kind, name, table, sql] in rows(session, sql).await? {
        let (name, table) = (name.unwrap_or_default(), table.unwrap_or_default());
        let sql = sql.unwrap_or_default();
        if ignored.holds(&table) {
            continue;
        }
        match kind.as_deref().unwrap_or_default() {
            "virtual" => found.push(LeftOut::unmanaged("virtual table", format!("`{name}`"))),
            "table" => found.extend(of_table(&name, &sql)),
            "view" if names_columns(&sql) => {
                found.push(LeftOut::unmanaged("column names", format!("of view `{name}`")));
            }
            "trigger" if trigger_of(&sql, Family::Sqlite).is_none() => {
                found.push(LeftOut::unmanaged("trigger", format!("`{name}` of table `{table}`")));
            }
            _ => {}
        }
    }
    found.extend(key_orders(session, ignored).await?);
    Ok(found)
}

/// What the columns of keys have that the catalog does not hold of them: NULL in a primary key, an order, and a collation
/// other than their own.
async fn key_orders(session: &mut Session, ignored: &Ignored) -> Result<Vec<LeftOut>, Error> {
    let sql = "SELECT m.name, m.sql, i.origin, c.name, c.\"desc\", c.coll, i.origin = 'pk' AND t.\"notnull\" = 0
         FROM sqlite_schema m
         JOIN pragma_index_list(m.name, 'main') i JOIN pragma_index_xinfo(i.name, 'main') c
         JOIN pragma_table_xinfo(m.name, 'main') t ON t.cid = c.cid
         WHERE m.type = 'table' AND m.rootpage > 0 AND i.origin <> 'c' AND c.key = 1
           AND (c.\"desc\" = 1 OR c.coll <> 'BINARY' OR m.sql LIKE '%COLLATE%' OR i.origin = 'pk' AND t.\"notnull\" = 0)";
    let mut found = Vec::new();
    for [table, sql, origin, of_column, descending, collation, nullable] in rows(session, sql).await? {
        let table = table.unwrap_or_default();
        if ignored.holds(&table) {
            continue;
        }
        let key = match origin.as_deref() {
            Some("pk") => "the primary key",
            _ => "a unique constraint",
        };
        let name = format!("of {key} of table `{table}`");
        let text = sqlite_table::parse(&sql.unwrap_or_default());
        let of_column = of_column.unwrap_or_default();
        let own = text.collations.get(&of_column.to_lowercase());
        if nullable.as_deref() == Some("1") {
            found.push(LeftOut::unmanaged("nullable column", format!("`{of_column}` {name}")));
        }
        if descending.as_deref() == Some("1") {
            found.push(LeftOut::unmanaged("sort order", name.clone()));
        }
        let own = own.map_or("BINARY", String::as_str);
        if collation.is_some_and(|collation| !collation.eq_ignore_ascii_case(own)) {
            found.push(LeftOut::unmanaged("collation", name));
        }
    }
    Ok(found)
}

/// Whether a CREATE VIEW has a list of names before its query.
fn names_columns(sql: &str) -> bool {
    let mut cursor = Cursor::new(sql, Family::Sqlite);
    while let Some(token) = cursor.next() {
        match token.text {
            "(" => return true,
            _ if token.is_word("as") => return false,
            _ => {}
        }
    }
    false
}

/// What a CREATE TABLE says that the catalog does not hold.
fn of_table(table: &str, sql: &str) -> Vec<LeftOut> {
    let mut all = tokens(sql, Family::Sqlite);
    all.retain(|token| !token.is_blank());
    let mut found = Vec::new();
    for at in 0..all.len() {
        let rest = &all[at..];
        let says = |word: &str, place: usize| rest.get(place).is_some_and(|token| token.is_word(word));
        if says("on", 0) && says("conflict", 1) && !says("abort", 2) {
            found.push(LeftOut::unmanaged("conflict clause", format!("of table `{table}`")));
        }
        if says("constraint", 0)
            && NAMELESS.iter().any(|word| says(word, 2))
            && let Some(name) = rest.get(1).and_then(Token::name)
        {
            let name = format!("`{name}` of table `{table}`");
            found.push(LeftOut::unmanaged("constraint name", name));
        }
    }
    found
}

/// What the catalog holds without the name of a constraint that stands before it.
const NAMELESS: [&str; 6] = ["not", "null", "default", "collate", "generated", "as"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_table_are_found() {
        let told = |sql: &str| {
            let found = of_table("t", sql);
            found
                .iter()
                .map(|found| format!("{} {}", found.kind, found.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told("CREATE TABLE t (a INT CONSTRAINT \"n n\" NOT NULL ON CONFLICT IGNORE, CONSTRAINT u UNIQUE (a))"),
            ["constraint name `n n` of table `t`", "conflict clause of table `t`"]
        );
        assert!(
            told("CREATE TABLE t (a TEXT DEFAULT 'on conflict fail' UNIQUE ON CONFLICT ABORT /* on conflict fail */)")
                .is_empty()
        );
    }

    #[test]
    fn names_of_the_columns_of_a_view_are_noticed() {
        assert!(names_columns("CREATE VIEW \"as\" (a) AS SELECT 1"));
        assert!(!names_columns("CREATE VIEW IF NOT EXISTS v AS SELECT (1)"));
    }
}
