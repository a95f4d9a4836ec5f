//! What stands on tables of PostgreSQL that the catalog does not hold, or not all of: rules, triggers, sequences of columns.

use super::left_out::Question;
use super::left_out_postgres::Place;
use super::postgres::{is_serial, no_member};

pub(super) fn questions(place: &Place<'_>) -> Vec<Question> {
    let mut all = triggers_and_rules();
    all.extend(sequences(place));
    all
}

fn triggers_and_rules() -> Vec<Question> {
    let triggers = |what: &str, which: &str| {
        format!(
            "SELECT format('{what}', t.tgname, r.told) AS name FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid
             WHERE {which} AND {}",
            no_member("pg_trigger", "t")
        )
    };
    let own = "NOT t.tgisinternal AND NOT r.relispartition";
    vec![
        Question::unmanaged(
            "rule",
            "SELECT format('`%s` of %s', w.rulename, r.told) AS name FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid
             WHERE w.rulename <> '_RETURN'",
        ),
        Question::unmanaged(
            "trigger",
            triggers(
                "`%s` of %s",
                "NOT t.tgisinternal AND t.tgparentid = 0 AND r.relispartition",
            ),
        ),
        Question::unmanaged(
            "constraint trigger",
            triggers("`%s` of %s", &format!("{own} AND t.tgconstraint <> 0")),
        ),
        Question::unmanaged(
            "transition tables",
            triggers(
                "of trigger `%s` of %s",
                &format!("{own} AND (t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL)"),
            ),
        ),
        Question::unmanaged(
            "disabled trigger",
            triggers("`%s` of %s", &format!("{own} AND t.tgenabled = 'D'")),
        ),
        Question::unmanaged(
            "replication trigger",
            triggers("`%s` of %s", &format!("{own} AND t.tgenabled IN ('R', 'A')")),
        ),
        // The triggers behind it are the server's.
        Question::unmanaged(
            "disabled foreign key",
            "SELECT format('`%s` of %s', o.conname, r.told) AS name
             FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND t.tgisinternal AND t.tgenabled = 'D'
             JOIN pg_constraint o ON o.oid = t.tgconstraint AND o.contype = 'f' AND o.conrelid = r.oid AND o.conparentid = 0",
        ),
    ]
}

fn sequences(place: &Place<'_>) -> Vec<Question> {
    let owned = format!(
        "FROM relation r JOIN pg_depend o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = r.oid
           AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
         JOIN pg_sequence s ON s.seqrelid = o.objid JOIN pg_class q ON q.oid = o.objid AND q.relnamespace = {}
         JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = o.refobjsubid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum",
        place.schema
    );
    vec![
        // The catalog holds it, and not that it goes with its column.
        Question::unmanaged(
            "sequence",
            format!(
                "SELECT format('`%s` of column `%s` of %s', q.relname, a.attname, r.told) AS name {owned}
                 WHERE o.deptype = 'a' AND NOT {}",
                is_serial("q.oid")
            ),
        ),
        Question::unmanaged(
            "sequence options",
            format!(
                "SELECT format('of column `%s` of %s', a.attname, r.told) AS name {owned}
                 WHERE (o.deptype = 'i' OR {}) AND (s.seqcycle OR s.seqcache <> 1
                   OR s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE CASE s.seqtypid WHEN 'int2'::regtype THEN -32768
                     WHEN 'int4'::regtype THEN -2147483648 ELSE -9223372036854775808 END END
                   OR s.seqmax <> CASE WHEN s.seqincrement < 0 THEN -1 ELSE CASE s.seqtypid WHEN 'int2'::regtype THEN 32767
                     WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END END)",
                is_serial("q.oid")
            ),
        ),
    ]
}
