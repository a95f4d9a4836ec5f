//! PostgreSQL, by its own catalogs.
//!
//! Not covered yet: indexes by another method than btree (left out), and operator classes, `INCLUDE` and `NULLS FIRST`
//! of those; exclusion constraints, deferrable keys, `NULLS NOT DISTINCT`, `NOT VALID`; materialized views and
//! partitions. Members of extensions are no part of the schema.

use super::draft::{Draft, action, column, foreign_key, identity, index, index_column, key};
use super::postgres_routines::{read_routines, read_triggers};
use super::rows;
use crate::database::error::{Error, ErrorKind};
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName};
use crate::model::{Action, Check, ColumnDefault, Generated, IndexKey, Value};

pub(super) async fn read(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let schema = match &draft.target().schema {
        Some(schema) => draft.target().dialect.string(schema),
        None => "current_schema()".to_string(),
    };
    let schema = format!("(SELECT oid FROM pg_namespace WHERE nspname = {schema})");
    read_tables(session, draft, &schema).await?;
    read_columns(session, draft, &schema).await?;
    read_constraints(session, draft, &schema).await?;
    read_indexes(session, draft, &schema).await?;
    read_views(session, draft, &schema).await?;
    read_routines(session, draft, &schema).await?;
    read_triggers(session, draft, &schema).await
}

/// Objects that belong to an extension come and go with it.
pub(super) fn no_member(class: &str, alias: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_depend e
           WHERE e.classid = '{class}'::regclass AND e.objid = {alias}.oid AND e.deptype = 'e')"
    )
}

async fn read_tables(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, m.description
         FROM pg_class c
         LEFT JOIN pg_description m
           ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND {}
         ORDER BY c.relname",
        no_member("pg_class", "c")
    );
    for [name, comment] in rows(session, &sql).await? {
        draft.add_table(&name.unwrap_or_default(), comment);
    }
    Ok(())
}

async fn read_columns(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    // A serial column's default asks the sequence that the column owns. `CASE` keeps the search to such defaults.
    let sql = format!(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, l.collname, m.description,
           CASE WHEN pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN EXISTS (SELECT FROM pg_depend own
             JOIN pg_depend used ON used.refobjid = own.objid AND used.refclassid = 'pg_class'::regclass
             WHERE own.classid = 'pg_class'::regclass AND own.refclassid = 'pg_class'::regclass
               AND own.refobjid = a.attrelid AND own.refobjsubid = a.attnum AND own.deptype = 'a'
               AND used.classid = 'pg_attrdef'::regclass AND used.objid = d.oid) END
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
         LEFT JOIN pg_description m
           ON m.classoid = 'pg_class'::regclass AND m.objoid = a.attrelid AND m.objsubid = a.attnum
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         ORDER BY c.oid, a.attnum"
    );
    for row in rows(session, &sql).await? {
        let [
            table,
            name,
            ty,
            not_null,
            expression,
            numbered,
            generated,
            collation,
            comment,
            serial,
        ] = row;
        let mut found = column(&name.unwrap_or_default(), ty.unwrap_or_default(), !is(&not_null));
        found.collation = collation.map(Name::new);
        found.comment = comment;
        let generated = generated.unwrap_or_default();
        match (numbered.as_deref(), expression) {
            (Some(kind @ ("a" | "d")), _) => found.identity = Some(identity(kind == "a")),
            (_, Some(_)) if is(&serial) => found.identity = Some(identity(false)),
            (_, Some(expression)) if generated.is_empty() => {
                let default = draft.default(&expression);
                found.default = Some(default).filter(|known| *known != ColumnDefault::Literal(Value::Null));
            }
            (_, Some(expression)) => {
                found.generated = Some(Generated {
                    expression,
                    stored: generated == "s",
                });
            }
            (_, None) => {}
        }
        if let Some(table) = draft.table(&table.unwrap_or_default()) {
            table.columns.push(found);
        }
    }
    Ok(())
}

async fn read_constraints(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let names = |kinds: &str, relation: &str, numbers: &str| {
        format!(
            "CASE WHEN o.contype IN ({kinds}) THEN (SELECT json_agg(a.attname ORDER BY k.place)
              FROM unnest({numbers}) WITH ORDINALITY AS k (number, place)
              JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.number) END"
        )
    };
    // Foreign keys to a partitioned table have a shadow for each partition, with a parent.
    let sql = format!(
        "SELECT c.relname, o.conname, o.contype, {}, pg_get_expr(o.conbin, o.conrelid),
           CASE WHEN f.relnamespace <> c.relnamespace THEN n.nspname END, f.relname, {},
           o.confdeltype, o.confupdtype, o.confmatchtype, o.condeferrable, o.condeferred
         FROM pg_class c
         JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype IN ('p', 'u', 'f', 'c') AND o.conparentid = 0
         LEFT JOIN pg_class f ON f.oid = o.confrelid
         LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         ORDER BY c.oid, o.oid",
        names("'p', 'u', 'f'", "o.conrelid", "o.conkey"),
        names("'f'", "o.confrelid", "o.confkey"),
    );
    for row in rows::<13>(session, &sql).await? {
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
        match kind.as_deref().unwrap_or_default() {
            "p" => table.primary_key = Some(key(name, columns)),
            "u" => table.uniques.push(key(name, columns)),
            "c" => table.checks.push(Check::new(name, expression.unwrap_or_default())),
            _ => {
                let [on_delete, on_update, matching, deferrable, deferred] = rules;
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
                table.foreign_keys.push(found);
            }
        }
    }
    Ok(())
}

async fn read_indexes(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, i.relname, x.indisunique, pg_get_expr(x.indpred, x.indrelid), a.attname,
           CASE WHEN x.indkey[k - 1] = 0 THEN pg_get_indexdef(x.indexrelid, k, true) END,
           (x.indoption[k - 1] & 1) = 1
         FROM pg_class c
         JOIN pg_index x ON x.indrelid = c.oid
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
         CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) k
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k - 1]
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND NOT EXISTS (SELECT FROM pg_constraint o
             WHERE o.conindid = x.indexrelid AND o.conrelid = c.oid AND o.contype IN ('p', 'u', 'x'))
         ORDER BY c.oid, x.indexrelid, k"
    );
    for [table, name, unique, predicate, of_column, expression, descending] in rows(session, &sql).await? {
        let Some(table) = draft.table(&table.unwrap_or_default()) else {
            continue;
        };
        let name = name.unwrap_or_default();
        if table.indexes.last().is_none_or(|last| *last.name != *name) {
            table.indexes.push(index(&name, is(&unique), predicate));
        }
        let part = match (of_column, expression) {
            (Some(of_column), _) => IndexKey::Column(Name::new(of_column)),
            (None, expression) => IndexKey::Expression(expression.unwrap_or_default()),
        };
        if let Some(index) = table.indexes.last_mut() {
            index.columns.push(index_column(part, is(&descending)));
        }
    }
    Ok(())
}

async fn read_views(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, pg_get_viewdef(c.oid, true) FROM pg_class c
         WHERE c.relnamespace = {schema} AND c.relkind = 'v' AND {}",
        no_member("pg_class", "c")
    );
    for [name, query] in rows(session, &sql).await? {
        draft.add_view(&name.unwrap_or_default(), &query.unwrap_or_default());
    }
    Ok(())
}

pub(super) fn is(value: &Option<String>) -> bool {
    value.as_deref() == Some("t")
}

pub(super) fn columns_of(json: Option<String>) -> Result<Vec<Name>, Error> {
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&json).map_err(|error| {
        let message = format!("the server's list of columns `{json}` cannot be read: {error}");
        Error::new(ErrorKind::Statement, message)
    })
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
