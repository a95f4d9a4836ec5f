//! The tables of a live database that hold what was set aside.

use std::collections::BTreeSet;

use super::RunError;
use crate::database::Session;
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, Change, KEPT_PREFIX};
use crate::plan::{History, Record};
use crate::render::qualified;

/// A table that holds what was set aside.
#[derive(Debug, Clone)]
pub struct KeptTable {
    pub name: ObjectName,
    /// What it takes, where the database says so.
    pub bytes: Option<u64>,
}

/// The tables that hold what was set aside: all of the target's own schema, and those of others that the history knows.
pub async fn kept_tables(
    session: &mut Session,
    target: &Target,
    history: &History,
) -> Result<Vec<KeptTable>, RunError> {
    let length = KEPT_PREFIX.len();
    let sql = match target.dialect.family() {
        Family::Sqlite => format!(
            "SELECT NULL, name, (SELECT sum(pgsize) FROM dbstat WHERE dbstat.name = sqlite_schema.name) \
             FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, {length}) = '{KEPT_PREFIX}' ORDER BY name"
        ),
        Family::Postgres => format!(
            "SELECT n.nspname::text, c.relname::text, pg_total_relation_size(c.oid)::text FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND left(c.relname, {length}) = '{KEPT_PREFIX}' ORDER BY 1, 2"
        ),
        Family::Mysql => format!(
            "SELECT table_schema, table_name, CAST(data_length + index_length AS CHAR) FROM information_schema.tables \
             WHERE table_type = 'BASE TABLE' AND left(table_name, {length}) = '{KEPT_PREFIX}' ORDER BY 1, 2"
        ),
    };
    let catalog = Catalog::new(target.clone());
    let known: BTreeSet<ObjectName> = history
        .set_aside()
        .map(|(_, kept)| catalog.key(&kept.stored_in()))
        .collect();
    let mut found = Vec::new();
    for row in session.query(&sql).await? {
        let [schema, Some(name), bytes] = row.as_slice() else {
            continue;
        };
        let name = catalog.key(&ObjectName {
            schema: schema.as_ref().map(Name::new),
            name: Name::new(name),
        });
        if name.schema.is_none() || known.contains(&name) {
            let bytes = bytes.as_ref().and_then(|text| text.parse().ok());
            found.push(KeptTable { name, bytes });
        }
    }
    Ok(found)
}

/// The tables in which changesets set something aside, and that are no longer there.
pub async fn purged(
    session: &mut Session,
    target: &Target,
    history: &History,
    records: &[&Record],
) -> Result<BTreeSet<ObjectName>, RunError> {
    let changes = records.iter().filter_map(|record| record.changes.as_ref());
    let stores: BTreeSet<ObjectName> = changes
        .flat_map(|stored| &stored.changes)
        .filter_map(|change| match change {
            Change::SetAside { kept } => Some(kept.stored_in()),
            _ => None,
        })
        .collect();
    if stores.is_empty() {
        return Ok(stores);
    }
    let catalog = Catalog::new(target.clone());
    let there: BTreeSet<ObjectName> = kept_tables(session, target, history)
        .await?
        .into_iter()
        .map(|table| table.name)
        .collect();
    Ok(stores
        .into_iter()
        .filter(|store| !there.contains(&catalog.key(store)))
        .collect())
}

/// How many rows a table has.
pub async fn count_rows(session: &mut Session, target: &Target, table: &ObjectName) -> Result<u64, RunError> {
    let sql = format!("SELECT count(*) FROM {}", qualified(table, target.dialect));
    let rows = session.query(&sql).await?;
    let count = rows.into_iter().flatten().flatten().next();
    Ok(count.and_then(|text| text.parse().ok()).unwrap_or_default())
}
