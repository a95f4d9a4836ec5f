//! What tables and views of PostgreSQL, and their columns, have that the catalog does not hold of them.

use super::left_out::Question;
use super::left_out_postgres::Place;
use super::postgres::{is_serial, no_member};

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    let mut all = settings();
    all.extend(columns(place));
    all.extend(comments(place));
    all
}

fn settings() -> Vec<Question> {
    vec![
        Question::unmanaged(
            "storage parameter",
            "SELECT format('`%s` of %s', split_part(o, '=', 1), r.told) AS name
             FROM relation r, unnest(r.reloptions) o WHERE r.relkind <> 'v'
             UNION ALL SELECT format('`toast.%s` of %s', split_part(o, '=', 1), r.told)
             FROM relation r JOIN pg_class t ON t.oid = r.reltoastrelid, unnest(t.reloptions) o
             UNION ALL SELECT format('`%s` of %s', split_part(o, '=', 1), x.told)
             FROM index_of x, unnest(x.reloptions) o WHERE NOT x.of_partition OR NOT x.relispartition",
        ),
        Question::unmanaged(
            "view option",
            "SELECT format('`%s` of %s', split_part(o, '=', 1), r.told) AS name
             FROM relation r, unnest(r.reloptions) o WHERE r.relkind = 'v' AND o NOT LIKE 'check_option=%'",
        ),
        Question::unmanaged(
            "replica identity",
            "SELECT 'of ' || r.told AS name FROM relation r WHERE r.relkind IN ('r', 'p') AND r.relreplident <> 'd'",
        ),
        Question::unmanaged(
            "clustering",
            "SELECT 'by ' || x.told AS name FROM index_of x WHERE x.indisclustered",
        ),
        Question::unmanaged(
            "table access method",
            "SELECT format('`%s` of %s', m.amname, r.told) AS name
             FROM relation r JOIN pg_am m ON m.oid = r.relam WHERE r.relkind <> 'v' AND m.amname <> 'heap'",
        ),
        Question::unmanaged(
            "tablespace",
            "SELECT format('`%s` of %s', s.spcname, o.told) AS name
             FROM (SELECT r.reltablespace, r.told FROM relation r WHERE r.relkind = 'm'
               UNION ALL SELECT x.reltablespace, x.told FROM index_of x WHERE NOT x.relispartition
               UNION ALL SELECT r.reltablespace, r.told
               FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid JOIN pg_class p ON p.oid = i.inhparent
               WHERE r.relispartition AND r.reltablespace <> p.reltablespace) o
             JOIN pg_tablespace s ON s.oid = o.reltablespace",
        ),
        Question::unmanaged(
            "typed table",
            "SELECT format('`%s` of type `%s`', r.relname, format_type(r.reloftype, NULL)) AS name
             FROM relation r WHERE r.reloftype <> 0",
        ),
    ]
}

fn columns(place: &Place<'_>) -> Vec<Question> {
    let of_columns = |what: &str, which: &str| {
        format!(
            "SELECT format('{what}of column `%s` of %s', a.attname, r.told) AS name
             FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attislocal
             JOIN pg_type t ON t.oid = a.atttypid WHERE {which}"
        )
    };
    let stored = "r.relkind IN ('r', 'p', 'm') AND NOT r.relispartition";
    let mut all = vec![
        // The catalog has no place for its schema.
        Question::unmanaged(
            "collation",
            of_columns(
                "",
                &format!(
                    "{stored} AND a.attcollation <> t.typcollation AND EXISTS (SELECT FROM pg_collation l
                       JOIN pg_namespace n ON n.oid = l.collnamespace
                       WHERE l.oid = a.attcollation AND n.nspname <> 'pg_catalog' AND n.oid <> r.relnamespace)"
                ),
            ),
        ),
        Question::unmanaged(
            "storage",
            of_columns("", &format!("{stored} AND a.attstorage <> t.typstorage")),
        ),
        Question::unmanaged(
            "statistics target",
            of_columns("", &format!("{stored} AND coalesce(a.attstattarget, -1) <> -1")),
        ),
        Question::unmanaged(
            "column options",
            of_columns("", &format!("{stored} AND a.attoptions IS NOT NULL")),
        ),
        Question::unmanaged("default", of_columns("", "r.relkind = 'v' AND a.atthasdef")),
    ];
    let compression = place.is_from(14).then_some("a.attcompression <> ''");
    all.extend(
        compression.map(|set| Question::unmanaged("compression", of_columns("", &format!("{stored} AND {set}")))),
    );
    // What a partition has of its parent is read with that alone.
    let compressed = match place.is_from(14) {
        true => " OR a.attcompression <> p.attcompression",
        false => "",
    };
    all.push(Question::unmanaged(
        "inherited column",
        format!(
            "SELECT format('`%s` of %s, unlike that of its parent', a.attname, r.told) AS name
             FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid
             JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attislocal
             JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname AND NOT p.attisdropped
             LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             LEFT JOIN pg_attrdef e ON e.adrelid = p.attrelid AND e.adnum = p.attnum
             WHERE a.attstorage <> p.attstorage{compressed} OR coalesce(a.attstattarget, -1) <> -1 OR a.attoptions IS NOT NULL
               OR r.relispartition AND (a.attnotnull <> p.attnotnull
                 OR pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(e.adbin, e.adrelid))"
        ),
    ));
    all
}

/// Comments where the catalog has no place for one.
fn comments(place: &Place<'_>) -> Vec<Question> {
    let sql = format!(
        "SELECT 'on ' || x.told AS name FROM index_of x
         JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = x.indexrelid AND m.objsubid = 0
         UNION ALL SELECT 'on ' || r.told FROM relation r
         JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = r.oid AND m.objsubid = 0
         WHERE r.relispartition
         UNION ALL SELECT format('on column `%s` of %s', a.attname, r.told) FROM relation r
         JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = r.oid AND m.objsubid > 0
         JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = m.objsubid
         WHERE r.relkind IN ('v', 'm') OR r.relispartition
         UNION ALL SELECT format('on constraint `%s` of %s', o.conname, r.told)
         FROM relation r JOIN pg_constraint o ON o.conrelid = r.oid
         JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = o.oid
         UNION ALL SELECT format('on constraint `%s` of domain `%s`', o.conname, t.typname)
         FROM pg_type t JOIN pg_constraint o ON o.contypid = t.oid
         JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = o.oid
         WHERE t.typnamespace = {schema} AND {}
         UNION ALL SELECT format('on sequence `%s`', c.relname) FROM pg_class c
         JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend o
           JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
           LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
           WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND (o.deptype = 'i' OR o.deptype = 'a' AND {}))",
        no_member("pg_type", "t"),
        is_serial("c.oid"),
        schema = place.schema
    );
    vec![Question::unmanaged("comment", sql)]
}
