//! SQLite: what pragmas tell, joined with the statements that `sqlite_schema` keeps.
//!
//! Not covered: virtual tables; `ON CONFLICT`; the columns that a view names.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{Draft, column, identity, index, index_column, view};
use super::rows;
use super::sqlite_constraints::{add_foreign_keys, add_keys_and_checks};
use super::sqlite_index::{self, IndexText};
use super::sqlite_table::{self, TableText};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{self, Family, Name, trimmed};
use crate::model::{ColumnDefault, IndexKey, Object, Value, trigger_of};

pub(super) async fn read(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let texts = read_schema(session, draft).await?;
    let keys = read_columns(session, draft, &texts).await?;
    add_keys_and_checks(draft, &texts, &keys);
    read_foreign_keys(session, draft, &texts, &keys).await?;
    read_indexes(session, draft, &texts).await
}

/// What the statements of the schema say, by the name of the table or index.
#[derive(Default)]
pub(super) struct Texts {
    pub tables: HashMap<String, TableText>,
    pub indexes: HashMap<String, IndexText>,
}

/// Table → columns of its primary key.
pub(super) type Keys = HashMap<String, Vec<Name>>;

async fn read_schema(session: &mut Session, draft: &mut Draft) -> Result<Texts, Error> {
    // Tables without those that are virtual, and those in which virtual ones keep what is theirs.
    let sql = "SELECT s.type, s.name, s.sql, l.strict, l.wr FROM sqlite_schema s
         LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.type = 'table' AND l.name = s.name AND s.type = 'table'
         WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND (s.type <> 'table' OR l.name IS NOT NULL)
         ORDER BY s.type = 'trigger', s.rowid";
    let mut texts = Texts::default();
    for [kind, name, sql, strict, without_rowid] in rows(session, sql).await? {
        let name = name.unwrap_or_default();
        let sql = sql.unwrap_or_default();
        match kind.as_deref().unwrap_or_default() {
            "table" => {
                draft.add_table(&name, None);
                if let Some(table) = draft.table(&name) {
                    table.options.strict = is(&strict);
                    table.options.without_rowid = is(&without_rowid);
                }
                texts.tables.insert(name, sqlite_table::parse(&sql));
            }
            "index" => {
                texts.indexes.insert(name, sqlite_index::parse(&sql));
            }
            "view" => draft.add_view(view(&name, sqlite_index::query_of(&sql))),
            _ => {
                let trigger = trigger_of(&sql, Family::Sqlite).map(|trigger| Object::Trigger(Arc::new(trigger)));
                let on_known = trigger.filter(|trigger| trigger.stands_on().is_some_and(|on| draft.knows(&on.name)));
                on_known.into_iter().for_each(|trigger| draft.add_object(trigger));
            }
        }
    }
    Ok(texts)
}

async fn read_columns(session: &mut Session, draft: &mut Draft, texts: &Texts) -> Result<Keys, Error> {
    // The root page of a virtual table is 0; its module may be missing.
    let sql = "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden
         FROM sqlite_schema m JOIN pragma_table_xinfo(m.name, 'main') c
         WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.rowid, c.cid";
    let mut keys: HashMap<String, Vec<(u32, Name)>> = HashMap::new();
    for row in rows(session, sql).await? {
        let [table, name, ty, not_null, default, place, hidden] = row;
        let (table, name) = (table.unwrap_or_default(), name.unwrap_or_default());
        let mut found = column(&name, type_of(draft, &ty.unwrap_or_default()), !is(&not_null));
        if let Some(text) = texts.tables.get(&table) {
            let name = name.to_lowercase();
            found.collation = text.collations.get(&name).map(Name::new);
            found.generated = text.generated.get(&name).cloned();
            if let Some(generated) = &mut found.generated {
                generated.stored = hidden.as_deref() == Some("3");
            }
            let in_key = place.as_deref() != Some("0");
            found.identity = (in_key && text.numbers_rows).then(|| identity(false));
        }
        let default = default.map(|text| default_of(draft, trimmed(&text, Family::Sqlite)));
        found.default = default.filter(|known| *known != ColumnDefault::Literal(Value::Null));
        let place = place.and_then(|place| place.parse().ok()).unwrap_or_default();
        if place > 0 {
            let key = keys.entry(table.clone()).or_default();
            key.push((place, found.name.clone()));
        }
        if let Some(table) = draft.table(&table) {
            table.columns.push(found);
        }
    }
    Ok(keys
        .into_iter()
        .map(|(table, mut columns)| {
            columns.sort();
            (table, columns.into_iter().map(|(_, name)| name).collect())
        })
        .collect())
}

/// A type as a statement says it: the engine tells it without the quotes that it had.
fn type_of(draft: &Draft, text: &str) -> String {
    let words = text.split_once('(').map_or(text, |(words, _)| words);
    match words
        .chars()
        .all(|letter| letter.is_alphanumeric() || "_ \t\r\n".contains(letter))
    {
        true => text.to_string(),
        false => draft.target().dialect.quote(text),
    }
}

/// SQLite takes a name in double quotes for a text where there can be no name.
fn default_of(draft: &Draft, text: &str) -> ColumnDefault {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => ColumnDefault::Literal(Value::Text(inner.replace("\"\"", "\""))),
        None => draft.default(text),
    }
}

async fn read_indexes(session: &mut Session, draft: &mut Draft, texts: &Texts) -> Result<(), Error> {
    let sql = "SELECT m.name, i.name, i.\"unique\", c.seqno, c.name, c.\"desc\"
         FROM sqlite_schema m JOIN pragma_index_list(m.name, 'main') i JOIN pragma_index_xinfo(i.name, 'main') c
         WHERE m.type = 'table' AND m.rootpage > 0 AND i.origin = 'c' AND c.key = 1
         ORDER BY m.rowid, i.name, c.seqno";
    for [table, name, unique, place, of_column, descending] in rows(session, sql).await? {
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = name.unwrap_or_default();
        let text = texts.indexes.get(&name);
        if table.indexes.last().is_none_or(|last| *last.name != *name) {
            let predicate = text.and_then(|text| text.predicate.clone());
            table.indexes.push(index(&name, is(&unique), predicate));
        }
        let place: usize = place.and_then(|place| place.parse().ok()).unwrap_or_default();
        let written = text.and_then(|text| text.parts.get(place));
        let part = match (of_column, written) {
            // A collation of its own makes of a column an expression.
            (Some(of_column), Some(written)) if !has_collation(written) => IndexKey::Column(Name::new(of_column)),
            (_, Some(written)) => IndexKey::Expression(written.clone()),
            (of_column, None) => IndexKey::Column(Name::new(of_column.unwrap_or_default())),
        };
        if let Some(index) = table.indexes.last_mut() {
            index.columns.push(index_column(part, is(&descending)));
        }
    }
    Ok(())
}

async fn read_foreign_keys(session: &mut Session, draft: &mut Draft, texts: &Texts, keys: &Keys) -> Result<(), Error> {
    let sql = "SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_delete, f.on_update
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name, 'main') f
         WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.rowid, f.id DESC, f.seq";
    add_foreign_keys(draft, rows(session, sql).await?, texts, keys);
    Ok(())
}

fn is(value: &Option<String>) -> bool {
    value.as_deref() == Some("1")
}

/// Whether a part of an index sorts by a collation of its own.
fn has_collation(part: &str) -> bool {
    let all = dialect::tokens(part, Family::Sqlite);
    all.iter().any(|token| token.is_word("collate"))
}
