//! What PostgreSQL has in other schemas, on the own one, and of the database as a whole.

use super::left_out::Question;
use super::left_out_postgres::Place;
use super::postgres::no_member;

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    let schema = &place.schema;
    let system = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";
    vec![
        Question::unmanaged("schema", other_schemas(place, system)),
        Question::unreadable(
            "schema",
            format!(
                "SELECT format('`%s`', n.nspname) AS name FROM pg_namespace n
                 WHERE NOT has_schema_privilege(n.oid, 'USAGE') AND {system}"
            ),
        ),
        Question::unmanaged(
            "user mapping",
            "SELECT format('of role `%s` on server `%s`', m.usename, m.srvname) AS name FROM pg_user_mappings m",
        ),
        Question::unmanaged(
            "subscription",
            "SELECT format('`%s`', s.subname) AS name FROM pg_subscription s
             WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())",
        ),
        Question::unmanaged(
            "large objects",
            "SELECT format('of database `%s`', current_database()) AS name
             WHERE EXISTS (SELECT FROM pg_largeobject_metadata)",
        ),
        Question::unmanaged(
            "security label",
            "SELECT format('of provider `%s` on %s', l.provider, pg_describe_object(l.classoid, l.objoid, l.objsubid)) AS name
             FROM pg_seclabel l",
        ),
        // Those of the schema `public` are not read, as everybody has some from the beginning.
        Question::unmanaged(
            "privileges",
            format!(
                "SELECT format('on schema `%s`', n.nspname) AS name FROM pg_namespace n
                 WHERE n.oid = {schema} AND n.nspname = 'public' AND n.nspacl IS NOT NULL AND NOT EXISTS (
                   SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid
                     AND i.initprivs::text = n.nspacl::text)"
            ),
        ),
        Question::unmanaged(
            "comment",
            format!(
                "SELECT format('on schema `%s`', n.nspname) AS name FROM pg_namespace n
                 JOIN pg_description m ON m.classoid = 'pg_namespace'::regclass AND m.objoid = n.oid
                 WHERE n.oid = {schema} AND m.description <> 'standard public schema'"
            ),
        ),
    ]
}

/// One line for all that lies in the schema `public`, where it is not the own one: the others are read.
fn other_schemas(place: &Place<'_>, system: &str) -> String {
    let several = |count: &str, word: &str| {
        format!("CASE sum({count}) WHEN 0 THEN NULL WHEN 1 THEN '1 {word}' ELSE sum({count}) || ' {word}s' END")
    };
    format!(
        "SELECT format('`%s` with %s', n.nspname, concat_ws(' and ', {}, {})) AS name
         FROM pg_namespace n JOIN (
           SELECT c.relnamespace AS space, (c.relkind IN ('r', 'p', 'f'))::int AS tables,
             (c.relkind NOT IN ('r', 'p', 'f'))::int AS rest
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND NOT c.relispartition AND NOT ({})
             AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
               AND (d.deptype = 'e' OR d.deptype IN ('a', 'i') AND c.relkind = 'S'))
           UNION ALL SELECT p.pronamespace, 0, 1 FROM pg_proc p
           WHERE NOT EXISTS (SELECT FROM pg_depend d
             WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
           UNION ALL SELECT l.collnamespace, 0, 1 FROM pg_collation l WHERE {}
           UNION ALL SELECT t.typnamespace, 0, 1 FROM pg_type t WHERE t.typtype IN ('e', 'd', 'r') AND {}
         ) o ON o.space = n.oid
         WHERE n.oid <> {} AND n.nspname = 'public' AND {system} AND has_schema_privilege(n.oid, 'USAGE') AND {}
         GROUP BY n.nspname",
        several("o.tables", "table"),
        several("o.rest", "other object"),
        place.is_ours,
        no_member("pg_collation", "l"),
        no_member("pg_type", "t"),
        place.schema,
        no_member("pg_namespace", "n")
    )
}
