//! What partitions of PostgreSQL have: of one, the catalog holds its name and its bounds.

use super::left_out::Question;
use super::left_out_postgres::Place;

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    vec![
        Question::unmanaged(
            "partition",
            format!(
                "SELECT format('`%s` of %s `%s`', r.relname, CASE WHEN p.relispartition THEN 'partition' ELSE 'table' END,
                   CASE WHEN p.relnamespace = r.relnamespace THEN p.relname ELSE n.nspname || '.' || p.relname END) AS name
                 FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid JOIN pg_class p ON p.oid = i.inhparent
                 JOIN pg_namespace n ON n.oid = p.relnamespace
                 WHERE r.relispartition AND (p.relispartition OR p.relnamespace <> r.relnamespace)
                 UNION ALL SELECT format('`%s.%s` of %s', n.nspname, c.relname, r.told)
                 FROM relation r JOIN pg_inherits i ON i.inhparent = r.oid JOIN pg_class c ON c.oid = i.inhrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE r.relkind = 'p' AND c.relnamespace <> {}",
                place.schema
            ),
        ),
        Question::unmanaged(
            "unlogged",
            "SELECT r.told AS name FROM relation r WHERE r.relispartition AND r.relpersistence = 'u'",
        ),
        Question::unmanaged(
            "row security",
            "SELECT 'of ' || r.told AS name FROM relation r WHERE r.relispartition AND (r.relrowsecurity OR r.relforcerowsecurity)",
        ),
        Question::unmanaged(
            "policy",
            "SELECT format('`%s` of %s', p.polname, r.told) AS name
             FROM relation r JOIN pg_policy p ON p.polrelid = r.oid WHERE r.relispartition",
        ),
        Question::unmanaged(
            "privileges",
            "SELECT 'on ' || r.told AS name FROM relation r
             WHERE r.relispartition
               AND (EXISTS (SELECT FROM aclexplode(r.relacl) a WHERE a.grantee <> r.relowner)
                 OR EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = r.oid AND t.attacl IS NOT NULL))",
        ),
    ]
}
