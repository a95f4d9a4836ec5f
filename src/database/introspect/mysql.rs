//! MySQL and MariaDB, by `information_schema`.
//!
//! Not covered yet: fulltext and spatial indexes and those with a prefix's length (left out); visibility of indexes
//! and columns; checks that are not enforced; engines, character sets and other options of tables.

use std::collections::HashMap;

use super::draft::{Draft, column, identity};
use super::mysql_keys::{read_foreign_keys, read_keys};
use super::mysql_routines::{read_routines, read_triggers};
use super::mysql_text::{bare_default, unescaped, without_database};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::Name;
use crate::model::{Check, Column, ColumnDefault, Generated, Type, Value};

pub(super) async fn read(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let mariadb = draft.target().dialect.name() == "mariadb";
    let collations = read_tables(session, draft).await?;
    read_columns(session, draft, &collations, mariadb).await?;
    read_foreign_keys(session, draft).await?;
    read_keys(session, draft, mariadb).await?;
    read_checks(session, draft, mariadb).await?;
    read_views(session, draft).await?;
    read_routines(session, draft).await?;
    read_triggers(session, draft).await
}

/// Also gives each table's collation.
async fn read_tables(session: &mut Session, draft: &mut Draft) -> Result<HashMap<String, String>, Error> {
    let sql = "SELECT table_name, table_comment, table_collation FROM information_schema.tables
         WHERE table_schema = database() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";
    let mut collations = HashMap::new();
    for [name, comment, collation] in rows(session, sql).await? {
        let name = name.unwrap_or_default();
        draft.add_table(&name, comment);
        collations.insert(name, collation.unwrap_or_default());
    }
    Ok(collations)
}

async fn read_columns(
    session: &mut Session,
    draft: &mut Draft,
    collations: &HashMap<String, String>,
    mariadb: bool,
) -> Result<(), Error> {
    let sql = "SELECT table_name, column_name, column_type, is_nullable, data_type, column_default, extra,
           collation_name, column_comment, generation_expression
         FROM information_schema.columns WHERE table_schema = database()
         ORDER BY table_name, ordinal_position";
    for row in rows(session, sql).await? {
        let [
            table,
            name,
            ty,
            nullable,
            data_type,
            default,
            extra,
            collation,
            comment,
            expression,
        ] = row;
        let table = table.unwrap_or_default();
        let nullable = nullable.as_deref() == Some("YES");
        let mut found = column(&name.unwrap_or_default(), ty.unwrap_or_default(), nullable);
        let extra = extra.unwrap_or_default();
        let written = Written {
            default,
            data_type: data_type.unwrap_or_default().to_ascii_lowercase(),
            extra: extra.to_ascii_lowercase(),
            mariadb,
        };
        found.default = written.default(draft);
        found.identity = written.extra.contains("auto_increment").then(|| identity(false));
        found.collation = collation
            .filter(|collation| collations.get(&table) != Some(collation))
            .map(Name::new);
        found.comment = comment.filter(|text| !text.is_empty());
        found.generated = expression.filter(|text| !text.is_empty()).map(|text| Generated {
            expression: if mariadb { text } else { unescaped(&text) },
            stored: !written.extra.contains("virtual"),
        });
        if let Some(table) = draft.table(&table) {
            table.columns.push(found);
        }
    }
    Ok(())
}

/// What the server says of a column's default.
struct Written {
    default: Option<String>,
    data_type: String,
    extra: String,
    mariadb: bool,
}

impl Written {
    fn default(&self, draft: &Draft) -> Option<ColumnDefault> {
        let default = self.default.as_ref().map(|text| match self.mariadb {
            true => match draft.default(text) {
                ColumnDefault::Literal(Value::Text(text)) if self.data_type.ends_with("binary") => {
                    ColumnDefault::Literal(Value::Bytes(text.into_bytes()))
                }
                other => other,
            },
            false if self.extra.contains("default_generated") => ColumnDefault::Expression(unescaped(text)),
            false => bare_default(text.clone(), &self.data_type),
        });
        let default = default.filter(|known| *known != ColumnDefault::Literal(Value::Null));
        let Some(at) = self.extra.find("on update ") else {
            return default;
        };
        // It stands behind the default, and is carried with it so that it is not lost.
        let on_update = self.extra[at..].replace("on update", "ON UPDATE");
        let first = match default {
            Some(ColumnDefault::Expression(text)) => text,
            Some(ColumnDefault::Literal(Value::Text(text))) => draft.target().dialect.string(&text),
            _ => "NULL".into(),
        };
        Some(ColumnDefault::Expression(format!("{first} {on_update}")))
    }
}

async fn read_checks(session: &mut Session, draft: &mut Draft, mariadb: bool) -> Result<(), Error> {
    if !mariadb {
        return read_checks_of_mysql(session, draft).await;
    }
    let sql = "SELECT table_name, constraint_name, check_clause, level
         FROM information_schema.check_constraints WHERE constraint_schema = database()";
    for [table, name, clause, level] in rows(session, sql).await? {
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = Name::new(name.unwrap_or_default());
        let expression = clause.unwrap_or_default();
        let of_column = level.as_deref() == Some("Column");
        if of_column && expression == format!("json_valid(`{}`)", name.replace('`', "``")) {
            let json = table.columns.iter_mut().find(|column| column.name == name);
            json.into_iter().for_each(call_json);
            continue;
        }
        table.checks.push(Check::new(name, expression));
    }
    Ok(())
}

/// Two queries, as the server takes minutes to join them. Names of checks are unique in a database.
async fn read_checks_of_mysql(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT constraint_name, table_name FROM information_schema.table_constraints
         WHERE table_schema = database() AND constraint_type = 'CHECK'";
    let mut tables = HashMap::new();
    for [name, table] in rows(session, sql).await? {
        tables.insert(name, table.unwrap_or_default());
    }
    let sql = "SELECT constraint_name, check_clause
         FROM information_schema.check_constraints WHERE constraint_schema = database()";
    for [name, clause] in rows(session, sql).await? {
        let table = tables.get(&name).and_then(|table| draft.table(table));
        table.into_iter().for_each(|table| {
            table.checks.push(Check::new(
                Name::new(name.as_deref().unwrap_or_default()),
                unescaped(clause.as_deref().unwrap_or_default()),
            ));
        });
    }
    Ok(())
}

/// What MariaDB calls JSON is a text with a collation and a check of its own.
fn call_json(column: &mut Column) {
    column.ty = Type::Native("json".into());
    column.collation = None;
}

async fn read_views(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT table_name, view_definition, database()
         FROM information_schema.views WHERE table_schema = database()";
    for [name, query, database] in rows(session, sql).await? {
        let query = without_database(&query.unwrap_or_default(), &database.unwrap_or_default());
        draft.add_view(&name.unwrap_or_default(), &query);
    }
    Ok(())
}
