//! What stands beside the tables on PostgreSQL: schemas, extensions, types, sequences, views, policies, grants.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::Draft;
use super::postgres::{columns_of, is, is_serial, no_member, texts_of};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName};
use crate::model::{
    Check, CheckOption, Domain, EnumType, Extension, Grant, GrantedOn, Object, Policy, PolicyCommand, Schema, Sequence,
    Type, View,
};

pub(super) async fn read_types(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    read_schemas_and_extensions(session, draft, schema).await?;
    read_enums(session, draft, schema).await?;
    read_domains(session, draft, schema).await?;
    read_sequences(session, draft, schema).await
}

/// Other schemas by their names alone: what lies in them belongs to others.
async fn read_schemas_and_extensions(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT 'schema', c.nspname, NULL, m.description FROM pg_namespace c
         LEFT JOIN pg_description m ON m.classoid = 'pg_namespace'::regclass AND m.objoid = c.oid
         WHERE c.oid <> {schema} AND c.nspname NOT IN ('public', 'information_schema') AND c.nspname NOT LIKE 'pg\\_%'
           AND {}
         UNION ALL
         SELECT 'extension', x.extname, CASE WHEN x.extnamespace <> {schema} THEN n.nspname END, m.description
         FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
         LEFT JOIN pg_available_extensions a ON a.name = x.extname
         LEFT JOIN pg_description m ON m.classoid = 'pg_extension'::regclass AND m.objoid = x.oid
           AND m.description IS DISTINCT FROM a.comment
         WHERE x.extname <> 'plpgsql'",
        no_member("pg_namespace", "c")
    );
    for [kind, name, lies_in, comment] in rows(session, &sql).await? {
        let name = Name::new(name.unwrap_or_default());
        draft.add_object(match kind.as_deref() {
            Some("schema") => Object::Schema(Arc::new(Schema { name, comment })),
            _ => Object::Extension(Arc::new(Extension {
                name,
                schema: lies_in.map(Name::new),
                version: None,
                comment,
            })),
        });
    }
    Ok(())
}

async fn read_enums(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT t.typname, (SELECT json_agg(v.enumlabel ORDER BY v.enumsortorder) FROM pg_enum v WHERE v.enumtypid = t.oid),
           m.description
         FROM pg_type t
         LEFT JOIN pg_description m ON m.classoid = 'pg_type'::regclass AND m.objoid = t.oid AND m.objsubid = 0
         WHERE t.typnamespace = {schema} AND t.typtype = 'e' AND {}",
        no_member("pg_type", "t")
    );
    for [name, values, comment] in rows(session, &sql).await? {
        let values = texts_of(values)?;
        draft.add_object(Object::Enum(Arc::new(EnumType {
            name: ObjectName::plain(name.unwrap_or_default()),
            values: values.iter().map(|value| value.to_string()).collect(),
            comment,
        })));
    }
    Ok(())
}

async fn read_domains(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT t.typname, o.conname, pg_get_expr(o.conbin, 0), o.convalidated
         FROM pg_type t JOIN pg_constraint o ON o.contypid = t.oid AND o.contype = 'c'
         WHERE t.typnamespace = {schema} ORDER BY o.conname"
    );
    let mut checks: HashMap<String, Vec<Check>> = HashMap::new();
    for [domain, name, expression, valid] in rows(session, &sql).await? {
        let mut check = Check::new(Name::new(name.unwrap_or_default()), expression.unwrap_or_default());
        check.not_valid = !is(&valid);
        checks.entry(domain.unwrap_or_default()).or_default().push(check);
    }
    let sql = format!(
        "SELECT t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, m.description
         FROM pg_type t
         LEFT JOIN pg_description m ON m.classoid = 'pg_type'::regclass AND m.objoid = t.oid AND m.objsubid = 0
         WHERE t.typnamespace = {schema} AND t.typtype = 'd' AND {}",
        no_member("pg_type", "t")
    );
    for [name, ty, not_null, default, comment] in rows(session, &sql).await? {
        let name = name.unwrap_or_default();
        draft.add_object(Object::Domain(Arc::new(Domain {
            checks: checks.remove(&name).unwrap_or_default(),
            name: ObjectName::plain(name),
            ty: Type::Native(ty.unwrap_or_default()),
            nullable: !is(&not_null),
            default: default.map(|text| draft.default(&text)),
            comment,
        })));
    }
    Ok(())
}

/// But for those that number the rows of a column: they belong to it.
async fn read_sequences(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
           s.seqcycle, m.description
         FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
         LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND NOT EXISTS (SELECT FROM pg_depend o
             LEFT JOIN pg_attribute a ON o.deptype = 'a' AND a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
             LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND (o.deptype IN ('i', 'e') OR {}))",
        is_serial("c.oid")
    );
    for [name, ty, start, increment, minimum, maximum, cache, cycle, comment] in rows(session, &sql).await? {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        draft.add_object(Object::Sequence(Arc::new(Sequence {
            name: ObjectName::plain(name.unwrap_or_default()),
            ty,
            start: number(start),
            increment: number(increment),
            minimum: number(minimum),
            maximum: number(maximum),
            cache: number(cache),
            cycle: is(&cycle),
            comment,
        })));
    }
    Ok(())
}

/// Indexes of tables have to be read before, with which those of materialized views are.
pub(super) async fn read_views(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, pg_get_viewdef(c.oid, true), c.relkind, m.description,
           (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'check_option')
         FROM pg_class c
         LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND c.relkind IN ('v', 'm') AND {}",
        no_member("pg_class", "c")
    );
    for [name, query, kind, comment, check_option] in rows(session, &sql).await? {
        let name = name.unwrap_or_default();
        let view = View {
            query: query.unwrap_or_default(),
            check_option: match check_option.as_deref() {
                Some("local") => Some(CheckOption::Local),
                Some("cascaded") => Some(CheckOption::Cascaded),
                _ => None,
            },
            materialized: kind.as_deref() == Some("m"),
            indexes: draft.indexes_of_view(&name),
            name: ObjectName::plain(name),
            comment,
        };
        draft.add_view(view);
    }
    Ok(())
}

pub(super) async fn read_policies(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, p.polname, p.polcmd, p.polpermissive, (SELECT json_agg(r.rolname ORDER BY r.rolname)
             FROM pg_roles r WHERE r.oid = ANY (p.polroles)),
           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), m.description
         FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
         LEFT JOIN pg_description m ON m.classoid = 'pg_policy'::regclass AND m.objoid = p.oid
         WHERE c.relnamespace = {schema} AND NOT c.relispartition"
    );
    for [table, name, command, permissive, roles, using, check, comment] in rows(session, &sql).await? {
        let table = table.unwrap_or_default();
        if !draft.knows(&table) {
            continue;
        }
        draft.add_object(Object::Policy(Arc::new(Policy {
            name: Name::new(name.unwrap_or_default()),
            table: ObjectName::plain(table),
            restrictive: !is(&permissive),
            command: match command.as_deref() {
                Some("r") => PolicyCommand::Select,
                Some("a") => PolicyCommand::Insert,
                Some("w") => PolicyCommand::Update,
                Some("d") => PolicyCommand::Delete,
                _ => PolicyCommand::All,
            },
            roles: columns_of(roles)?,
            using,
            check,
            comment,
        })));
    }
    Ok(())
}

/// What was given to others than the owner; of what is everybody's from the beginning, what was taken away.
pub(super) async fn read_grants(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT o.kind, o.name, o.arguments, o.\"column\", lower(a.privilege_type), coalesce(r.rolname, 'public'),
           a.is_grantable, false
         FROM (
           SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, c.relname AS name,
             NULL AS arguments, NULL AS \"column\", c.relowner AS owner, c.relacl AS acl
           FROM pg_class c
           WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT c.relispartition
             AND c.relacl IS NOT NULL AND {}
           UNION ALL
           SELECT 'table', c.relname, NULL, t.attname, c.relowner, t.attacl
           FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid
           WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
             AND t.attacl IS NOT NULL AND NOT t.attisdropped
           UNION ALL
           SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.proname,
             pg_get_function_identity_arguments(p.oid), NULL, p.proowner, p.proacl
           FROM pg_proc p
           WHERE p.pronamespace = {schema} AND p.prokind IN ('f', 'p', 'w') AND p.proacl IS NOT NULL AND {}
           UNION ALL
           SELECT 'type', t.typname, NULL, NULL, t.typowner, t.typacl
           FROM pg_type t
           WHERE t.typnamespace = {schema} AND t.typtype IN ('e', 'd') AND t.typacl IS NOT NULL AND {}
           UNION ALL
           SELECT 'schema', n.nspname, NULL, NULL, n.nspowner, n.nspacl
           FROM pg_namespace n
           WHERE n.nspname <> 'public' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
             AND n.nspacl IS NOT NULL
         ) o CROSS JOIN LATERAL aclexplode(o.acl) a
         LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE a.grantee <> o.owner AND (a.grantee <> 0 OR o.kind NOT IN ('function', 'procedure', 'type'))
         UNION ALL
         SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.proname,
           pg_get_function_identity_arguments(p.oid), NULL, 'execute', 'public', false, true
         FROM pg_proc p
         WHERE p.pronamespace = {schema} AND p.prokind IN ('f', 'p', 'w') AND p.proacl IS NOT NULL AND {}
           AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)
         UNION ALL
         SELECT 'type', t.typname, NULL, NULL, 'usage', 'public', false, true
         FROM pg_type t
         WHERE t.typnamespace = {schema} AND t.typtype IN ('e', 'd') AND t.typacl IS NOT NULL AND {}
           AND NOT EXISTS (SELECT FROM aclexplode(t.typacl) a WHERE a.grantee = 0)",
        no_member("pg_class", "c"),
        no_member("pg_proc", "p"),
        no_member("pg_type", "t"),
        no_member("pg_proc", "p"),
        no_member("pg_type", "t")
    );
    for [on, name, arguments, column, privilege, to, grantable, withheld] in rows(session, &sql).await? {
        let name = name.unwrap_or_default();
        let on = match on.as_deref() {
            Some("sequence") => GrantedOn::Sequence,
            Some("function") => GrantedOn::Function,
            Some("procedure") => GrantedOn::Procedure,
            Some("type") => GrantedOn::Type,
            Some("schema") => GrantedOn::Schema,
            _ => GrantedOn::Table,
        };
        if on == GrantedOn::Table && !draft.knows(&name) {
            continue;
        }
        draft.add_object(Object::Grant(Arc::new(Grant {
            on,
            name: ObjectName::plain(name),
            arguments,
            column: column.map(Name::new),
            privilege: privilege.unwrap_or_default(),
            to: to.unwrap_or_default(),
            grantable: is(&grantable),
            withheld: is(&withheld),
        })));
    }
    Ok(())
}
