//! Partitions, sequences and grants of MySQL and MariaDB.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::ObjectName;
use crate::model::{Grant, GrantedOn, Object, Sequence};

pub(super) async fn read_partitions(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT DISTINCT table_name, partition_ordinal_position, partition_name, partition_method,
           partition_expression, partition_description
         FROM information_schema.partitions WHERE table_schema = database() AND partition_name IS NOT NULL
         ORDER BY table_name, partition_ordinal_position";
    let mut found: BTreeMap<String, (String, String, Vec<String>)> = BTreeMap::new();
    for [table, _, name, method, expression, values] in rows(session, sql).await? {
        let (method, expression) = (method.unwrap_or_default(), expression.unwrap_or_default());
        let word = match method.split(' ').next() {
            Some("RANGE") => " VALUES LESS THAN",
            _ => " VALUES IN",
        };
        let name = dialect.quote(&name.unwrap_or_default());
        let part = format!("PARTITION {name}{word} ({})", values.unwrap_or_default());
        let head = || (method, expression, Vec::new());
        let of_table = found.entry(table.unwrap_or_default()).or_insert_with(head);
        of_table.2.push(part);
    }
    for (table, (method, expression, parts)) in found {
        let listed = method.starts_with("RANGE") || method.starts_with("LIST");
        let tail = match listed {
            true => format!("({})", parts.join(", ")),
            false => format!("PARTITIONS {}", parts.len()),
        };
        if let Some(table) = draft.table(&table) {
            table.options.partition_by = Some(format!("{method} ({expression}) {tail}"));
        }
    }
    Ok(())
}

/// Two queries: what there is, and then all of them at once, as each is a table with one row.
pub(super) async fn read_sequences(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT table_name FROM information_schema.tables
         WHERE table_schema = database() AND table_type = 'SEQUENCE'";
    let names = rows(session, sql).await?;
    let each: Vec<String> = names
        .into_iter()
        .map(|[name]| {
            let name = name.unwrap_or_default();
            format!(
                "SELECT {}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM {}",
                dialect.string(&name),
                dialect.quote(&name)
            )
        })
        .collect();
    if each.is_empty() {
        return Ok(());
    }
    for [name, start, increment, minimum, maximum, cache, cycle] in rows(session, &each.join(" UNION ALL ")).await? {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        draft.add_object(Object::Sequence(Arc::new(Sequence {
            name: ObjectName::plain(name.unwrap_or_default()),
            ty: None,
            start: number(start),
            increment: number(increment),
            minimum: number(minimum),
            maximum: number(maximum),
            cache: number(cache),
            cycle: cycle.as_deref() == Some("1"),
            comment: None,
        })));
    }
    Ok(())
}

/// Those on tables and views; what is given on the whole database is not listed.
pub(super) async fn read_grants(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT table_name, grantee, privilege_type, is_grantable
         FROM information_schema.table_privileges WHERE table_schema = database() AND privilege_type <> 'USAGE'";
    for [table, grantee, privilege, grantable] in rows(session, sql).await? {
        let table = table.unwrap_or_default();
        if !draft.knows(&table) {
            continue;
        }
        let grantee = grantee.unwrap_or_default().replace("'@'", "@");
        draft.add_object(Object::Grant(Arc::new(Grant {
            on: GrantedOn::Table,
            name: ObjectName::plain(table),
            arguments: None,
            privilege: privilege.unwrap_or_default().to_ascii_lowercase(),
            to: grantee.trim_matches('\'').trim_end_matches('@').to_string(),
            grantable: grantable.as_deref() == Some("YES"),
        })));
    }
    Ok(())
}
