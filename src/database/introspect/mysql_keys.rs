//! The keys and indexes of MySQL and MariaDB, which to the servers are one thing, and the foreign keys.

use std::collections::HashMap;

use super::draft::{Draft, action, foreign_key, index, index_column, key};
use super::mysql_text::unescaped;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName};
use crate::model::{Index, IndexKey, IndexKind, Key, Table};

pub(super) async fn read_foreign_keys(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT table_name, constraint_name, update_rule, delete_rule
         FROM information_schema.referential_constraints WHERE constraint_schema = database()";
    let mut rules = HashMap::new();
    for [table, name, on_update, on_delete] in rows(session, sql).await? {
        let on_update = action(&on_update.unwrap_or_default());
        let on_delete = action(&on_delete.unwrap_or_default());
        rules.insert((table, name), (on_update, on_delete));
    }
    let sql = "SELECT table_name, constraint_name, column_name,
           IF(referenced_table_schema = table_schema, NULL, referenced_table_schema),
           referenced_table_name, referenced_column_name
         FROM information_schema.key_column_usage
         WHERE table_schema = database() AND referenced_table_name IS NOT NULL
         ORDER BY table_name, constraint_name, ordinal_position";
    for [table, name, of_column, schema, other, referenced] in rows(session, sql).await? {
        let (on_update, on_delete) = rules.get(&(table.clone(), name.clone())).copied().unwrap_or_default();
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = Name::new(name.unwrap_or_default());
        if table.foreign_keys.last().is_none_or(|last| last.name != name) {
            let references = ObjectName {
                schema: schema.map(Name::new),
                name: Name::new(other.unwrap_or_default()),
            };
            let mut found = foreign_key(name, references);
            (found.on_update, found.on_delete) = (on_update, on_delete);
            table.foreign_keys.push(found);
        }
        if let Some(foreign) = table.foreign_keys.last_mut() {
            foreign.columns.push(Name::new(of_column.unwrap_or_default()));
            foreign
                .referenced_columns
                .push(Name::new(referenced.unwrap_or_default()));
        }
    }
    Ok(())
}

/// Foreign keys have to be read before.
pub(super) async fn read_keys(session: &mut Session, draft: &mut Draft, mariadb: bool) -> Result<(), Error> {
    let expression = if mariadb { "NULL" } else { "expression" };
    let sql = format!(
        "SELECT table_name, index_name, non_unique, column_name, {expression}, collation, sub_part, index_type
         FROM information_schema.statistics
         WHERE table_schema = database()
         ORDER BY table_name, index_name, seq_in_index"
    );
    for row in rows(session, &sql).await? {
        let [table, name, non_unique, of_column, expression, direction, length, kind] = row;
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = name.unwrap_or_default();
        if table.indexes.last().is_none_or(|last| *last.name != *name) {
            let unique = non_unique.as_deref() == Some("0");
            let mut found = index(&name, unique, None);
            match kind.as_deref().unwrap_or_default() {
                "FULLTEXT" => found.kind = IndexKind::Fulltext,
                "SPATIAL" | "RTREE" => found.kind = IndexKind::Spatial,
                "BTREE" => {}
                method => found.method = Some(Name::new(method)),
            }
            table.indexes.push(found);
        }
        let part = match of_column {
            Some(of_column) => IndexKey::Column(Name::new(of_column)),
            None => IndexKey::Expression(unescaped(&expression.unwrap_or_default())),
        };
        let descending = direction.as_deref() == Some("D");
        if let Some(index) = table.indexes.last_mut() {
            let mut column = index_column(part, descending);
            // A spatial index says 32 of every column.
            let length = length.filter(|_| index.kind.is_plain());
            column.length = length.and_then(|length| length.parse().ok());
            index.columns.push(column);
        }
    }
    draft.tables().for_each(sort_out);
    Ok(())
}

/// Indexes are all that the server shows: some are keys, and some come with a foreign key by themselves.
fn sort_out(table: &mut Table) {
    for index in std::mem::take(&mut table.indexes) {
        let columns = index.unique_columns().map(|names| names.into_iter().cloned().collect());
        match columns {
            Some(columns) if *index.name == *"PRIMARY" => {
                table.primary_key = Some(key(index.name, columns));
            }
            Some(columns) => table.uniques.push(key(index.name, columns)),
            None if *index.name == *"PRIMARY" => table.primary_key = primary_key_of(index),
            None if table.backs_a_foreign_key(&index) => {}
            None => table.indexes.push(index),
        }
    }
}

/// A primary key whose columns stand the other way round, which is told by itself. One of the beginnings of columns is no
/// key of the columns.
fn primary_key_of(index: Index) -> Option<Key> {
    let columns = index.columns.into_iter().map(|part| match part.key {
        IndexKey::Column(name) if part.length.is_none() => Some(name),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    });
    Some(key(index.name, columns.collect::<Option<_>>()?))
}
