//! Constraints and indexes of PostgreSQL.

use super::draft::{Draft, action, foreign_key, index, index_column, key};
use super::postgres::{columns_of, is};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName, Version};
use crate::model::{Action, Check, Exclusion, ExclusionElement, IndexKey, Nulls};

/// What asks for `NULLS NOT DISTINCT`, which there is from PostgreSQL 15 on.
fn nulls_not_distinct(draft: &Draft) -> &'static str {
    match draft.target().version >= Version(15, 0, 0) {
        true => "x.indnullsnotdistinct",
        false => "false",
    }
}

pub(super) async fn read_constraints(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let names = |kinds: &str, relation: &str, numbers: &str| {
        format!(
            "CASE WHEN o.contype IN ({kinds}) THEN (SELECT json_agg(a.attname ORDER BY k.place)
              FROM unnest({numbers}) WITH ORDINALITY AS k (number, place)
              JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.number) END"
        )
    };
    // Foreign keys to a partitioned table have a shadow for each partition, with a parent. A check that is inherited
    // and nothing else belongs to the parent.
    let sql = format!(
        "SELECT c.relname, o.conname, o.contype, {}, pg_get_expr(o.conbin, o.conrelid),
           CASE WHEN f.relnamespace <> c.relnamespace THEN n.nspname END, f.relname, {},
           o.confdeltype, o.confupdtype, o.confmatchtype, o.condeferrable, o.condeferred, o.convalidated, {}
         FROM pg_class c
         JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype IN ('p', 'u', 'f', 'c') AND o.conparentid = 0
         LEFT JOIN pg_class f ON f.oid = o.confrelid
         LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
         LEFT JOIN pg_index x ON x.indexrelid = o.conindid AND o.contype = 'u'
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND o.conislocal
         ORDER BY c.oid, o.oid",
        names("'p', 'u', 'f'", "o.conrelid", "o.conkey"),
        names("'f'", "o.confrelid", "o.confkey"),
        nulls_not_distinct(draft),
    );
    for row in rows::<15>(session, &sql).await? {
        let [
            table,
            name,
            kind,
            columns,
            expression,
            other_schema,
            other,
            referenced,
            rules @ ..,
        ] = row;
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = Name::new(name.unwrap_or_default());
        let columns = columns_of(columns)?;
        let [on_delete, on_update, matching, deferrable, deferred, valid, nulls] = rules;
        let mut key = key(name.clone(), columns.clone());
        key.deferrable = is(&deferrable);
        key.initially_deferred = is(&deferred);
        key.nulls_not_distinct = is(&nulls);
        match kind.as_deref().unwrap_or_default() {
            "p" => table.primary_key = Some(key),
            "u" => table.uniques.push(key),
            "c" => {
                let mut check = Check::new(name, expression.unwrap_or_default());
                check.not_valid = !is(&valid);
                table.checks.push(check);
            }
            _ => {
                let references = ObjectName {
                    schema: other_schema.map(Name::new),
                    name: Name::new(other.unwrap_or_default()),
                };
                let mut found = foreign_key(name, references);
                found.columns = columns;
                found.referenced_columns = columns_of(referenced)?;
                found.on_delete = action_by_letter(on_delete);
                found.on_update = action_by_letter(on_update);
                found.match_full = matching.as_deref() == Some("f");
                found.deferrable = is(&deferrable);
                found.initially_deferred = is(&deferred);
                found.not_valid = !is(&valid);
                table.foreign_keys.push(found);
            }
        }
    }
    read_exclusions(session, draft, schema).await
}

async fn read_exclusions(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, o.conname, m.amname, pg_get_expr(x.indpred, x.indrelid), o.condeferrable, o.condeferred,
           a.attname, CASE WHEN x.indkey[k - 1] = 0 THEN pg_get_indexdef(x.indexrelid, k, true) END,
           CASE WHEN NOT p.opcdefault THEN p.opcname END, r.oprname
         FROM pg_class c
         JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype = 'x' AND o.conparentid = 0
         JOIN pg_index x ON x.indexrelid = o.conindid
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_am m ON m.oid = i.relam
         CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) k
         JOIN pg_opclass p ON p.oid = x.indclass[k - 1]
         JOIN pg_operator r ON r.oid = o.conexclop[k]
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k - 1]
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         ORDER BY c.oid, o.oid, k"
    );
    for row in rows(session, &sql).await? {
        let [
            table,
            name,
            method,
            predicate,
            deferrable,
            deferred,
            of_column,
            expression,
            class,
            operator,
        ] = row;
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = Name::new(name.unwrap_or_default());
        if table.exclusions.last().is_none_or(|last| last.name != name) {
            table.exclusions.push(Exclusion {
                name,
                method: Name::new(method.unwrap_or_default()),
                elements: Vec::new(),
                predicate,
                deferrable: is(&deferrable),
                initially_deferred: is(&deferred),
            });
        }
        if let Some(exclusion) = table.exclusions.last_mut() {
            exclusion.elements.push(ExclusionElement {
                key: part(of_column, expression),
                class: class.map(Name::new),
                operator: operator.unwrap_or_default(),
            });
        }
    }
    Ok(())
}

fn part(of_column: Option<String>, expression: Option<String>) -> IndexKey {
    match of_column {
        Some(of_column) => IndexKey::Column(Name::new(of_column)),
        None => IndexKey::Expression(expression.unwrap_or_default()),
    }
}

/// Of tables and of materialized views. One of a partitioned table that is not valid is not there on all partitions.
pub(super) async fn read_indexes(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, i.relname, x.indisunique, pg_get_expr(x.indpred, x.indrelid), a.attname,
           CASE WHEN x.indkey[k - 1] = 0 THEN pg_get_indexdef(x.indexrelid, k, true) END,
           (x.indoption[k - 1] & 1) = 1, (x.indoption[k - 1] & 2) = 2, c.relkind = 'm',
           CASE WHEN m.amname <> 'btree' THEN m.amname END, {}, CASE WHEN NOT p.opcdefault THEN p.opcname END,
           k > x.indnkeyatts
         FROM pg_class c
         JOIN pg_index x ON x.indrelid = c.oid
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_am m ON m.oid = i.relam
         CROSS JOIN LATERAL generate_series(1, x.indnatts) k
         LEFT JOIN pg_opclass p ON k <= x.indnkeyatts AND p.oid = x.indclass[k - 1]
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k - 1]
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
           AND (x.indisvalid OR c.relkind <> 'p') AND NOT EXISTS (SELECT FROM pg_constraint o
             WHERE o.conindid = x.indexrelid AND o.conrelid = c.oid AND o.contype IN ('p', 'u', 'x'))
         ORDER BY c.oid, x.indexrelid, k",
        nulls_not_distinct(draft)
    );
    for row in rows(session, &sql).await? {
        let [
            table,
            name,
            unique,
            predicate,
            of_column,
            expression,
            descending,
            nulls_first,
            of_view,
            method,
            nulls_not_distinct,
            class,
            is_included,
        ] = row;
        let Some(indexes) = draft.indexes(&table.unwrap_or_default(), is(&of_view)) else {
            continue;
        };
        let name = name.unwrap_or_default();
        if indexes.last().is_none_or(|last| *last.name != *name) {
            let mut found = index(&name, is(&unique), predicate);
            found.method = method.map(Name::new);
            found.nulls_not_distinct = is(&nulls_not_distinct);
            indexes.push(found);
        }
        let Some(index) = indexes.last_mut() else {
            continue;
        };
        if is(&is_included) {
            index.include.extend(of_column.map(Name::new));
            continue;
        }
        let mut column = index_column(part(of_column, expression), is(&descending));
        column.nulls = match (is(&descending), is(&nulls_first)) {
            (false, true) => Some(Nulls::First),
            (true, false) => Some(Nulls::Last),
            _ => None,
        };
        column.class = class.map(Name::new);
        index.columns.push(column);
    }
    Ok(())
}

fn action_by_letter(letter: Option<String>) -> Action {
    action(match letter.as_deref() {
        Some("r") => "RESTRICT",
        Some("c") => "CASCADE",
        Some("n") => "SET NULL",
        Some("d") => "SET DEFAULT",
        _ => "NO ACTION",
    })
}
