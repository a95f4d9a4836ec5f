//! PostgreSQL, by its own catalogs.
//!
//! Not covered: constraint triggers and transition tables, partitions of partitions, what lies in other schemas.
//! Members of extensions are no part of the schema.

use super::draft::{Draft, column};
use super::postgres_keys::{read_constraints, read_indexes};
use super::postgres_objects::{read_grants, read_policies, read_types, read_views};
use super::postgres_routines::{read_routines, read_triggers};
use super::rows;
use crate::database::error::{Error, ErrorKind};
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName};
use crate::model::{ColumnDefault, Generated, Identity, Partition, Type, Value};

pub(super) async fn read(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let schema = match &draft.target().schema {
        Some(schema) => draft.target().dialect.string(schema),
        None => "current_schema()".to_string(),
    };
    let schema = format!("(SELECT oid FROM pg_namespace WHERE nspname = {schema})");
    read_types(session, draft, &schema).await?;
    read_tables(session, draft, &schema).await?;
    read_partitions(session, draft, &schema).await?;
    read_columns(session, draft, &schema).await?;
    read_constraints(session, draft, &schema).await?;
    read_indexes(session, draft, &schema).await?;
    read_views(session, draft, &schema).await?;
    read_policies(session, draft, &schema).await?;
    read_routines(session, draft, &schema).await?;
    read_triggers(session, draft, &schema).await?;
    read_grants(session, draft, &schema).await
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
        "SELECT c.relname, m.description, c.relpersistence = 'u', c.relrowsecurity, c.relforcerowsecurity, s.spcname,
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
           CASE WHEN c.relhassubclass OR NOT c.relispartition THEN (SELECT json_agg(json_build_array(
               CASE WHEN p.relnamespace <> c.relnamespace THEN (SELECT n.nspname FROM pg_namespace n WHERE n.oid = p.relnamespace) END, p.relname) ORDER BY i.inhseqno)
             FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid) END
         FROM pg_class c
         LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
         LEFT JOIN pg_description m
           ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND {}
         ORDER BY c.relname",
        no_member("pg_class", "c")
    );
    for [
        name,
        comment,
        unlogged,
        secured,
        forced,
        tablespace,
        partition_by,
        parents,
    ] in rows(session, &sql).await?
    {
        let name = name.unwrap_or_default();
        draft.add_table(&name, comment);
        let parents: Vec<(Option<Name>, Name)> = listed(parents)?;
        let Some(table) = draft.table(&name) else {
            continue;
        };
        table.row_security.enabled = is(&secured);
        table.row_security.forced = is(&forced);
        table.options.unlogged = is(&unlogged);
        table.options.tablespace = tablespace.map(Name::new);
        table.options.partition_by = partition_by;
        table.options.inherits = parents
            .into_iter()
            .map(|(schema, name)| ObjectName { schema, name })
            .collect();
    }
    Ok(())
}

async fn read_partitions(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, p.relname, pg_get_expr(p.relpartbound, p.oid)
         FROM pg_class c JOIN pg_inherits i ON i.inhparent = c.oid JOIN pg_class p ON p.oid = i.inhrelid
         WHERE c.relnamespace = {schema} AND c.relkind = 'p' AND NOT c.relispartition AND p.relispartition
           AND p.relnamespace = c.relnamespace
         ORDER BY c.relname, p.relname"
    );
    for [table, name, bounds] in rows(session, &sql).await? {
        if let Some(table) = draft.table(&table.unwrap_or_default()) {
            table.options.partitions.push(Partition {
                name: Name::new(name.unwrap_or_default()),
                bounds: bounds.unwrap_or_default(),
            });
        }
    }
    Ok(())
}

async fn read_columns(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
           CASE WHEN l.collnamespace IN ('pg_catalog'::regnamespace, c.relnamespace) THEN l.collname END, m.description,
           CASE WHEN t.typtype IN ('e', 'd') THEN t.typname END,
           CASE WHEN t.typtype IN ('e', 'd') AND t.typnamespace <> c.relnamespace THEN n.nspname END,
           CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(v.enumlabel ORDER BY v.enumsortorder)
             FROM pg_enum v WHERE v.enumtypid = t.oid) END,
           q.seqstart, q.seqincrement
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_type t ON t.oid = a.atttypid
         JOIN pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN LATERAL (SELECT s.seqstart, s.seqincrement FROM pg_depend o JOIN pg_sequence s ON s.seqrelid = o.objid
             WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
               AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i') AND (a.attidentity <> '' OR {})
             LIMIT 1) q ON true
         LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
         LEFT JOIN pg_description m
           ON m.classoid = 'pg_class'::regclass AND m.objoid = a.attrelid AND m.objsubid = a.attnum
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         ORDER BY c.oid, a.attnum",
        is_serial("o.objid")
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
            type_name,
            type_schema,
            values,
            first,
            step,
        ] = row;
        let mut found = column(&name.unwrap_or_default(), ty.unwrap_or_default(), !is(&not_null));
        if let Some(type_name) = type_name {
            let values = texts_of(values)?;
            found.ty = Type::Named {
                name: ObjectName {
                    schema: type_schema.map(Name::new),
                    name: Name::new(type_name),
                },
                values: values.iter().map(|value| value.to_string()).collect(),
            };
        }
        found.collation = collation.map(Name::new);
        found.comment = comment;
        let generated = generated.unwrap_or_default();
        match (numbered.as_deref(), expression) {
            (Some(kind @ ("a" | "d")), _) => found.identity = Some(numbers(kind == "a", first, step)),
            (_, Some(_)) if first.is_some() => found.identity = Some(numbers(false, first, step)),
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

/// Whether the column `a` with the default `d` is one of type `serial`: it asks the sequence that it owns, of this oid.
/// One that may hold NULL is no column that numbers its rows, whatever fills it; and heirs and partitions have the default
/// of their parent, which they would not have of an identity.
pub(super) fn is_serial(sequence: &str) -> String {
    format!(
        "(a.atthasdef AND a.attnotnull AND pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', {sequence}::regclass)
          AND NOT EXISTS (SELECT FROM pg_class p WHERE p.oid = a.attrelid AND (p.relkind = 'p'
            OR EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = p.oid))))"
    )
}

/// What is said of numbers: where they begin and how far they are apart, where that is not usual.
fn numbers(always: bool, first: Option<String>, step: Option<String>) -> Identity {
    let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
    Identity::counting(number(first), number(step), always)
}

pub(super) fn is(value: &Option<String>) -> bool {
    value.as_deref() == Some("t")
}

pub(super) fn columns_of(json: Option<String>) -> Result<Vec<Name>, Error> {
    listed(json)
}

/// A list of texts, whatever they hold.
pub(super) fn texts_of(json: Option<String>) -> Result<Vec<String>, Error> {
    listed(json)
}

fn listed<T: serde::de::DeserializeOwned>(json: Option<String>) -> Result<Vec<T>, Error> {
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&json).map_err(|error| {
        let message = format!("the server's list `{json}` cannot be read: {error}");
        Error::new(ErrorKind::Statement, message)
    })
}
