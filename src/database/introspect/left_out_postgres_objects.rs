//! Objects of PostgreSQL that no operation makes: those of the schema, and those beside all schemas.

use super::left_out::Question;
use super::left_out_postgres::Place;
use super::postgres::no_member;

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    let schema = &place.schema;
    let inside = IN_SCHEMA.iter().map(|(kind, class, space, name, which)| {
        Question::unmanaged(
            kind,
            format!(
                "SELECT {name} AS name FROM {class} o WHERE o.{space} = {schema} AND {which} AND {}",
                no_member(class, "o")
            ),
        )
    });
    let beside = BESIDE_SCHEMAS.iter().map(|(kind, class, name, which)| {
        let no_member = no_member(class, "o");
        Question::unmanaged(
            kind,
            format!("SELECT {name} AS name FROM {class} o WHERE {which} AND {no_member}"),
        )
    });
    inside.chain(beside).collect()
}

/// Kind, catalog, its column with the schema, how one is told, and which.
const IN_SCHEMA: [(&str, &str, &str, &str, &str); 17] = [
    (
        "composite type",
        "pg_type",
        "typnamespace",
        "format('`%s`', o.typname)",
        "o.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c')",
    ),
    (
        "range type",
        "pg_type",
        "typnamespace",
        "format('`%s`', o.typname)",
        "o.typtype = 'r'",
    ),
    (
        "base type",
        "pg_type",
        "typnamespace",
        "format('`%s`', o.typname)",
        "o.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid)",
    ),
    (
        "foreign table",
        "pg_class",
        "relnamespace",
        "format('`%s`', o.relname)",
        "o.relkind = 'f'",
    ),
    (
        "unlogged sequence",
        "pg_class",
        "relnamespace",
        "format('`%s`', o.relname)",
        "o.relkind = 'S' AND o.relpersistence = 'u' AND NOT EXISTS (SELECT FROM pg_depend d
           WHERE d.classid = 'pg_class'::regclass AND d.objid = o.oid AND d.deptype IN ('a', 'i'))",
    ),
    (
        "aggregate",
        "pg_proc",
        "pronamespace",
        "format('`%s(%s)`', o.proname, pg_get_function_identity_arguments(o.oid))",
        "o.prokind = 'a'",
    ),
    (
        "library",
        "pg_proc",
        "pronamespace",
        "format('of function `%s(%s)`', o.proname, pg_get_function_identity_arguments(o.oid))",
        "o.prokind <> 'a' AND o.probin IS NOT NULL",
    ),
    (
        "support function",
        "pg_proc",
        "pronamespace",
        "format('of function `%s(%s)`', o.proname, pg_get_function_identity_arguments(o.oid))",
        "o.prosupport <> 0",
    ),
    (
        "operator",
        "pg_operator",
        "oprnamespace",
        "format('`%s (%s)`', o.oprname, concat_ws(', ', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
           format_type(o.oprright, NULL)))",
        "o.oprcode <> 0",
    ),
    (
        "operator class",
        "pg_opclass",
        "opcnamespace",
        "format('`%s` of index method `%s`', o.opcname, (SELECT m.amname FROM pg_am m WHERE m.oid = o.opcmethod))",
        "true",
    ),
    (
        "operator family",
        "pg_opfamily",
        "opfnamespace",
        "format('`%s` of index method `%s`', o.opfname, (SELECT m.amname FROM pg_am m WHERE m.oid = o.opfmethod))",
        // One comes by itself with an operator class of its name.
        "NOT EXISTS (SELECT FROM pg_opclass c WHERE c.opcfamily = o.oid AND c.opcname = o.opfname)",
    ),
    (
        "collation",
        "pg_collation",
        "collnamespace",
        "format('`%s`', o.collname)",
        "true",
    ),
    (
        "conversion",
        "pg_conversion",
        "connamespace",
        "format('`%s`', o.conname)",
        "true",
    ),
    (
        "text search configuration",
        "pg_ts_config",
        "cfgnamespace",
        "format('`%s`', o.cfgname)",
        "true",
    ),
    (
        "text search dictionary",
        "pg_ts_dict",
        "dictnamespace",
        "format('`%s`', o.dictname)",
        "true",
    ),
    (
        "text search parser",
        "pg_ts_parser",
        "prsnamespace",
        "format('`%s`', o.prsname)",
        "true",
    ),
    (
        "text search template",
        "pg_ts_template",
        "tmplnamespace",
        "format('`%s`', o.tmplname)",
        "true",
    ),
];

/// Kind, catalog, how one is told, and which: the server's own have oids below 16384.
const BESIDE_SCHEMAS: [(&str, &str, &str, &str); 9] = [
    (
        "foreign-data wrapper",
        "pg_foreign_data_wrapper",
        "format('`%s`', o.fdwname)",
        "true",
    ),
    (
        "foreign server",
        "pg_foreign_server",
        "format('`%s`', o.srvname)",
        "true",
    ),
    (
        "cast",
        "pg_cast",
        "format('of `%s` to `%s`', format_type(o.castsource, NULL), format_type(o.casttarget, NULL))",
        // A range type has one to its multirange type.
        "o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
           WHERE d.classid = 'pg_cast'::regclass AND d.objid = o.oid AND d.deptype = 'i')",
    ),
    ("event trigger", "pg_event_trigger", "format('`%s`', o.evtname)", "true"),
    ("publication", "pg_publication", "format('`%s`', o.pubname)", "true"),
    ("language", "pg_language", "format('`%s`', o.lanname)", "o.oid >= 16384"),
    ("access method", "pg_am", "format('`%s`', o.amname)", "o.oid >= 16384"),
    (
        "transform",
        "pg_transform",
        "format('of `%s` for language `%s`', format_type(o.trftype, NULL),
           (SELECT l.lanname FROM pg_language l WHERE l.oid = o.trflang))",
        "true",
    ),
    (
        "default privileges",
        "pg_default_acl",
        "format('on %s of role `%s`%s', CASE o.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
           WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
           pg_get_userbyid(o.defaclrole),
           (SELECT format(' in schema `%s`', n.nspname) FROM pg_namespace n WHERE n.oid = o.defaclnamespace))",
        "true",
    ),
];
