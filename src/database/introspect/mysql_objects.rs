//! Partitions, sequences and grants of MySQL and MariaDB.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::draft::Draft;
use super::mysql_statement::{Said, said_by, statement_of};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Grant, GrantedOn, Object, ObjectKind, Sequence, normal_grantee};

/// What the server answers where a table may not be read.
pub(super) const NOT_READABLE: &str = "1142";

pub(super) async fn read_partitions(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT DISTINCT table_name, partition_ordinal_position, partition_name, partition_method,
           partition_expression, partition_description
         FROM information_schema.partitions WHERE table_schema = database() AND partition_name IS NOT NULL
         ORDER BY table_name, partition_ordinal_position";
    let mut found: BTreeMap<String, (String, String, Vec<String>)> = BTreeMap::new();
    let mut defaults: HashMap<String, Option<String>> = HashMap::new();
    for [table, _, name, method, expression, values] in rows(session, sql).await? {
        let (method, expression) = (method.unwrap_or_default(), expression.unwrap_or_default());
        // A part of the versioning of a table, which no catalog holds.
        if method == "SYSTEM_TIME" {
            continue;
        }
        let (table, name) = (table.unwrap_or_default(), name.unwrap_or_default());
        let values = values.unwrap_or_default();
        let may_be_default = dialect.name() == "mariadb" && method.starts_with("LIST");
        let is_default = may_be_default && (values == "0" || values.contains("MAXVALUE")) && {
            if !defaults.contains_key(&table) {
                let statement = statement_of(session, dialect, &table).await?;
                defaults.insert(table.clone(), default_partition(&statement.unwrap_or_default()));
            }
            defaults
                .get(&table)
                .is_some_and(|known| known.as_deref() == Some(&name))
        };
        let word = match method.split(' ').next() {
            Some("RANGE") => " VALUES LESS THAN",
            _ => " VALUES IN",
        };
        let name = dialect.quote(&name);
        let part = match is_default {
            true => format!("PARTITION {name} DEFAULT"),
            false => format!("PARTITION {name}{word} ({values})"),
        };
        let head = || (method, expression, Vec::new());
        let of_table = found.entry(table).or_insert_with(head);
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

fn default_partition(statement: &str) -> Option<String> {
    said_by(statement).into_iter().find_map(|said| match said {
        Said::DefaultPartition(name) => Some(name),
        Said::Period(_) | Said::KeyWithoutOverlaps(_) | Said::FulltextParser(_) => None,
    })
}

/// All of the sequences with these comments in one query, as each is a table with one row.
pub(super) async fn read_sequences(
    session: &mut Session,
    draft: &mut Draft,
    mut comments: HashMap<String, Option<String>>,
) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let each: Vec<String> = comments
        .keys()
        .map(|name| {
            format!(
                "SELECT {}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM {}",
                dialect.string(name),
                dialect.quote(name)
            )
        })
        .collect();
    if each.is_empty() {
        return Ok(());
    }
    for [name, start, increment, minimum, maximum, cache, cycle] in rows(session, &each.join(" UNION ALL ")).await? {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        let name = name.unwrap_or_default();
        draft.add_object(Object::Sequence(Arc::new(Sequence {
            comment: comments.remove(&name).flatten(),
            name: ObjectName::plain(name),
            ty: None,
            start: number(start),
            increment: number(increment),
            minimum: number(minimum),
            maximum: number(maximum),
            cache: number(cache),
            cycle: cycle.as_deref() == Some("1"),
        })));
    }
    Ok(())
}

/// Those on tables, views, sequences and routines, which have to be read before. What is given on the whole database
/// belongs to whoever made the database, and names it: it is no part of the schema.
pub(super) async fn read_grants(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT table_name, NULL, grantee, privilege_type
         FROM information_schema.table_privileges WHERE table_schema = database() AND privilege_type <> 'USAGE'
         UNION SELECT table_name, NULL, grantee, 'grant option'
         FROM information_schema.table_privileges WHERE table_schema = database() AND is_grantable = 'YES'
         UNION SELECT table_name, NULL, grantee, 'grant option'
         FROM information_schema.column_privileges WHERE table_schema = database() AND is_grantable = 'YES'
         UNION SELECT table_name, column_name, grantee, privilege_type
         FROM information_schema.column_privileges WHERE table_schema = database()";
    for [table, column, grantee, privilege] in rows(session, sql).await? {
        let name = ObjectName::plain(table.unwrap_or_default());
        let on = match draft.knows(&name.name) {
            true => GrantedOn::Table,
            false if draft.has(ObjectKind::Sequence, &name) => GrantedOn::Sequence,
            false => continue,
        };
        let grantee = grantee.unwrap_or_default().replace("'@'", "@");
        draft.add_object(Object::Grant(Arc::new(Grant {
            on,
            name,
            arguments: None,
            column: column.map(Name::new),
            privilege: privilege.unwrap_or_default().to_ascii_lowercase(),
            to: role_of(grantee.trim_matches('\'')),
            grantable: false,
            withheld: false,
        })));
    }
    read_grants_on_routines(session, draft).await
}

/// A role, or a user, as `user@host` where it is not for every host.
fn role_of(grantee: &str) -> String {
    let role = normal_grantee(grantee.trim_end_matches('@'), Family::Mysql);
    match role.as_str() {
        "PUBLIC" => "public".to_string(),
        _ => role,
    }
}

/// The server has a table for them and no view: who may not read it is shown none, as it is for tables of others.
async fn read_grants_on_routines(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    // The server writes the bytes of the name as if each were a letter.
    let sql = "SELECT routine_type, CONVERT(CAST(CONVERT(routine_name USING latin1) AS BINARY) USING utf8mb4),
           user, host, proc_priv
         FROM mysql.procs_priv WHERE db = database()";
    let granted = match rows(session, sql).await {
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with(NOT_READABLE)) => return Ok(()),
        granted => granted?,
    };
    if granted.is_empty() {
        return Ok(());
    }
    let sql = "SELECT routine_type, routine_name, definer FROM information_schema.routines
         WHERE routine_schema = database()";
    let mut definers = HashMap::new();
    for [kind, name, definer] in rows(session, sql).await? {
        definers.insert((kind, name.unwrap_or_default().to_lowercase()), definer);
    }
    for [kind, name, user, host, privileges] in granted {
        let name = name.unwrap_or_default();
        let user = user.unwrap_or_default();
        let definer_name = format!("{user}@{}", host.unwrap_or_default());
        let on = match kind.as_deref() {
            Some("PROCEDURE") => GrantedOn::Procedure,
            _ => GrantedOn::Function,
        };
        // Who makes a routine is given the privileges on it by the server.
        let definer = definers.get(&(kind, name.to_lowercase()));
        if definer.is_none_or(|definer| definer.as_ref() == Some(&definer_name)) {
            continue;
        }
        let privileges = privileges.unwrap_or_default().to_ascii_lowercase();
        for privilege in privileges.split(',').filter(|privilege| !privilege.is_empty()) {
            let privilege = if privilege == "grant" {
                "grant option"
            } else {
                privilege
            };
            draft.add_object(Object::Grant(Arc::new(Grant {
                on,
                name: ObjectName::plain(name.as_str()),
                arguments: None,
                column: None,
                privilege: privilege.to_string(),
                to: role_of(&definer_name),
                grantable: false,
                withheld: false,
            })));
        }
    }
    Ok(())
}
