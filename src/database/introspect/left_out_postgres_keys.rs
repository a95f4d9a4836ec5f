//! What indexes and constraints of PostgreSQL have that the catalog does not hold of them.

use super::left_out::Question;
use super::left_out_postgres::Place;
use super::postgres::no_member;

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    let mut all = indexes();
    all.extend(constraints(place));
    all.extend(domains(place));
    all
}

fn indexes() -> Vec<Question> {
    vec![
        Question::unmanaged(
            "index",
            "SELECT format('`%s` of %s', x.relname, x.relation) AS name FROM index_of x
             WHERE x.of_partition AND NOT x.relispartition AND NOT EXISTS (SELECT FROM pg_constraint o
               WHERE o.conindid = x.indexrelid AND o.contype IN ('p', 'u', 'x'))",
        ),
        Question::unmanaged(
            "invalid index",
            "SELECT format('`%s` of %s', x.relname, x.relation) AS name FROM index_of x
             WHERE NOT x.indisvalid AND NOT x.of_partition",
        ),
        Question::unmanaged(
            "index options",
            "SELECT DISTINCT 'of ' || x.told AS name FROM index_of x JOIN pg_attribute a ON a.attrelid = x.indexrelid
             WHERE (a.attoptions IS NOT NULL OR coalesce(a.attstattarget, -1) <> -1) AND NOT x.of_partition",
        ),
        // Of an expression only the text knows whether a collation stands behind it.
        Question::unmanaged(
            "collation",
            "SELECT DISTINCT 'of ' || x.told AS name FROM index_of x
             CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) k
             LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1]
             WHERE x.indcollation[k - 1] <> 0 AND NOT x.of_partition AND x.indcollation[k - 1] <> coalesce(a.attcollation, 0)
               AND (a.attnum IS NOT NULL OR strpos(pg_get_indexdef(x.indexrelid),
                 pg_get_indexdef(x.indexrelid, k, false) || ' COLLATE ') > 0)",
        ),
        Question::unmanaged(
            "included columns",
            "SELECT format('of constraint `%s` of %s', o.conname, x.relation) AS name
             FROM index_of x JOIN pg_constraint o ON o.conindid = x.indexrelid AND o.conrelid = x.indrelid
               AND o.contype IN ('p', 'u', 'x')
             WHERE x.indnatts > x.indnkeyatts AND NOT x.of_partition",
        ),
        Question::unmanaged(
            "statistics",
            format!(
                "SELECT format('`%s` of %s', s.stxname, r.told) AS name
                 FROM relation r JOIN pg_statistic_ext s ON s.stxrelid = r.oid WHERE {}",
                no_member("pg_statistic_ext", "s")
            ),
        ),
    ]
}

fn constraints(place: &Place<'_>) -> Vec<Question> {
    let constraints = |which: &str| {
        format!(
            "SELECT format('`%s` of %s', o.conname, r.told) AS name
             FROM relation r JOIN pg_constraint o ON o.conrelid = r.oid AND o.conparentid = 0 WHERE {which}"
        )
    };
    let own = "NOT r.relispartition AND o.conislocal";
    let mut all = vec![
        Question::unmanaged(
            "constraint",
            constraints("r.relispartition AND o.conislocal AND o.contype IN ('p', 'u', 'f', 'c', 'x')"),
        ),
        Question::unmanaged(
            "check with NO INHERIT",
            constraints(&format!("{own} AND o.contype = 'c' AND o.connoinherit")),
        ),
    ];
    if place.is_from(15) {
        all.push(Question::unmanaged(
            "columns to set",
            format!(
                "SELECT format('of foreign key `%s` of %s', o.conname, r.told) AS name
                 FROM relation r JOIN pg_constraint o ON o.conrelid = r.oid AND o.conparentid = 0
                 WHERE {own} AND o.confdelsetcols IS NOT NULL"
            ),
        ));
    }
    if place.is_from(18) {
        all.push(Question::unmanaged(
            "constraint without enforcement",
            constraints(&format!("{own} AND NOT o.conenforced")),
        ));
        all.push(Question::unmanaged(
            "temporal constraint",
            constraints(&format!("{own} AND o.conperiod")),
        ));
        // PostgreSQL gives each a name that ends so.
        all.push(Question::unmanaged(
            "not null constraint",
            constraints(
                "o.contype = 'n' AND o.conislocal AND (NOT r.relispartition OR o.coninhcount = 0)
                 AND (o.connoinherit OR NOT o.convalidated OR o.conname !~ '_not_null[0-9]*$')",
            ),
        ));
    }
    all
}

fn domains(place: &Place<'_>) -> Vec<Question> {
    let domains = |what: &str, join: &str, which: &str| {
        format!(
            "SELECT format('{what}', t.typname) AS name FROM pg_type t {join}
             WHERE t.typnamespace = {} AND t.typtype = 'd' AND {which} AND {}",
            place.schema,
            no_member("pg_type", "t")
        )
    };
    let mut all = vec![Question::unmanaged(
        "collation",
        domains(
            "of domain `%s`",
            "JOIN pg_type b ON b.oid = t.typbasetype",
            "t.typcollation <> b.typcollation",
        ),
    )];
    if place.is_from(17) {
        all.push(Question::unmanaged(
            "not null constraint",
            domains(
                "of domain `%s`",
                "JOIN pg_constraint o ON o.contypid = t.oid AND o.contype = 'n'",
                "o.conname !~ '_not_null[0-9]*$'",
            ),
        ));
    }
    all
}
