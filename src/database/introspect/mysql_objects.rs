//! Partitions, sequences and grants of MySQL and MariaDB.

use std::sync::Arc;

use super::draft::Draft;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::ObjectName;
use crate::model::{Grant, GrantedOn, Object, Sequence};

pub(super) async fn read_partitions(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT table_name, partition_method, partition_expression,
           group_concat(concat(partition_name, '\\n', coalesce(partition_description, ''))
             ORDER BY partition_ordinal_position SEPARATOR '\\r'), count(*)
         FROM (SELECT DISTINCT table_name, partition_name, partition_method, partition_expression,
             partition_description, partition_ordinal_position
           FROM information_schema.partitions WHERE table_schema = database() AND partition_name IS NOT NULL) p
         GROUP BY table_name, partition_method, partition_expression";
    for [table, method, expression, partitions, count] in rows(session, sql).await? {
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let method = method.unwrap_or_default();
        let head = format!("{method} ({})", expression.unwrap_or_default());
        let word = match method.split(' ').next() {
            Some("RANGE") => "LESS THAN",
            Some("LIST") => "IN",
            _ => {
                table.options.partition_by = Some(format!("{head} PARTITIONS {}", count.unwrap_or_default()));
                continue;
            }
        };
        let partitions = partitions.unwrap_or_default();
        let parts = partitions.split('\r').map(|partition| {
            let (name, values) = partition.split_once('\n').unwrap_or((partition, ""));
            format!("PARTITION {} VALUES {word} ({values})", dialect.quote(name))
        });
        let parts: Vec<String> = parts.collect();
        table.options.partition_by = Some(format!("{head} ({})", parts.join(", ")));
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
