//! Tables of another tool, whose names a server may have in other letters than they are written.

use super::error::Error;
use super::session::{Session, Table};
use super::url::Family;
use crate::dialect::{Name, ObjectName, Target};
use crate::render::qualified;

/// Looks for a table by its name, letters not counted: in a schema, else where the session is. Of several the one that
/// is spelt so goes first.
pub async fn find_table(
    session: &mut Session,
    target: &Target,
    schema: Option<&str>,
    table: &str,
) -> Result<Option<ObjectName>, Error> {
    let dialect = target.dialect;
    let name = dialect.string(table);
    let within = |own: &str| match schema {
        Some(schema) => format!("lower({})", dialect.string(schema)),
        None => format!("lower({own})"),
    };
    let sql = match session.family() {
        Family::Sqlite => format!(
            "SELECT NULL, name FROM sqlite_master WHERE type IN ('table', 'view') AND lower(name) = lower({name})"
        ),
        Family::Postgres => format!(
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'v', 'f') AND lower(c.relname) = lower({name}) AND lower(n.nspname) = {}",
            within("current_schema()")
        ),
        Family::Mysql => format!(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE lower(TABLE_NAME) = lower({name}) \
             AND lower(TABLE_SCHEMA) = {}",
            within("DATABASE()")
        ),
    };
    let rows = session.query(&sql).await?;
    let named = rows.into_iter().filter_map(|row| match <[_; 2]>::try_from(row) {
        Ok([schema, Some(name)]) => Some((schema, name)),
        _ => None,
    });
    let found = named.min_by_key(|(_, name)| name != table);
    Ok(found.map(|(schema, name)| ObjectName {
        schema: schema.map(Name::new),
        name: Name::new(name),
    }))
}

/// All rows of a table, as texts.
pub async fn read_table(session: &mut Session, target: &Target, name: &ObjectName) -> Result<Table, Error> {
    let sql = format!("SELECT * FROM {}", qualified(name, target.dialect));
    session.query_table(&sql).await
}
