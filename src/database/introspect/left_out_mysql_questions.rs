//! What `information_schema` of MySQL and MariaDB is asked about what no catalog holds.

use super::left_out::Question;
use super::left_out_mysql::Tables;

/// The kind of tables that may have what only their statement tells.
pub(super) const CANDIDATE: &str = "candidate";

pub(super) fn questions(tables: &Tables) -> Vec<Question> {
    let mut all = objects(tables);
    all.extend(of_tables(tables));
    if !tables.views.is_empty() {
        all.extend(of_views(tables));
    }
    all.push(candidates(tables));
    all
}

/// The server's views do not agree on a collation.
fn named(name: &str, from: &str) -> String {
    format!("SELECT CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin AS name FROM information_schema.{from}")
}

fn objects(tables: &Tables) -> Vec<Question> {
    let routines = |which: &str| {
        named(
            "concat('`', routine_name, '`')",
            &format!("routines WHERE routine_schema = database() AND {which}"),
        )
    };
    let mut all = vec![
        Question::unmanaged(
            "event",
            named("concat('`', event_name, '`')", "events WHERE event_schema = database()"),
        ),
        Question::unmanaged("external routine", routines("routine_body = 'EXTERNAL'")),
        Question::unreadable(
            "function",
            routines("routine_type = 'FUNCTION' AND routine_definition IS NULL"),
        ),
        Question::unreadable(
            "procedure",
            routines("routine_type = 'PROCEDURE' AND routine_definition IS NULL"),
        ),
    ];
    // What every table has that says nothing of its own, where it is not what any database of the server has.
    all.push(Question::unmanaged(
        "collation",
        named(
            "concat('`', default_collation_name, '` of database `', schema_name, '`')",
            "schemata WHERE schema_name = database() AND default_collation_name <> @@global.collation_server",
        ),
    ));
    // Those of one moment are made in the order of their names.
    let ordered = "(SELECT trigger_name, event_object_table,
           lag(trigger_name) OVER (PARTITION BY event_object_table, action_timing, event_manipulation ORDER BY action_order)
             AS before_it
         FROM information_schema.triggers WHERE trigger_schema = database()) t";
    all.push(Question::unmanaged(
        "order of triggers",
        format!(
            "SELECT CONVERT(concat('`', before_it, '` before `', trigger_name, '` on table `', event_object_table, '`')
               USING utf8mb4) COLLATE utf8mb4_bin AS name
             FROM {ordered} WHERE CAST(before_it AS BINARY) > CAST(trigger_name AS BINARY)"
        ),
    ));
    if tables.mariadb {
        all.push(Question::unmanaged("package", routines("routine_type = 'PACKAGE'")));
        all.push(Question::unmanaged(
            "package body",
            routines("routine_type = 'PACKAGE BODY'"),
        ));
        // Nothing but its text tells one from another function.
        all.push(Question::unmanaged(
            "aggregate function",
            routines(
                "routine_type = 'FUNCTION' AND routine_definition REGEXP '(?i)fetch\\\\s+group\\\\s+next\\\\s+row'",
            ),
        ));
        all.push(Question::unmanaged(
            "comment",
            named(
                "concat('on database `', schema_name, '`')",
                "schemata WHERE schema_name = database() AND schema_comment <> ''",
            ),
        ));
    }
    if tables.known.contains("libraries") {
        let from = "libraries WHERE library_schema = database()";
        all.push(Question::unmanaged(
            "library",
            named("concat('`', library_name, '`')", from),
        ));
    }
    if tables.known.contains("json_duality_views") {
        let from = "json_duality_views WHERE table_schema = database()";
        all.push(Question::unmanaged(
            "JSON duality view",
            named("concat('`', table_name, '`')", from),
        ));
    }
    all
}

fn of_tables(tables: &Tables) -> Vec<Question> {
    let of_index = |prefix: &str, which: &str| {
        named(
            &format!("concat('{prefix}`', index_name, '` of table `', table_name, '`')"),
            &format!(
                "statistics WHERE table_schema = database() AND seq_in_index = 1 AND {which} AND table_name NOT IN ({})",
                tables.ours
            ),
        )
    };
    let of_primary = |which: &str| {
        named(
            "concat('of table `', table_name, '`')",
            &format!(
                "statistics WHERE table_schema = database() AND index_name = 'PRIMARY' AND {which} AND table_name NOT IN ({})",
                tables.ours
            ),
        )
    };
    let mut all = vec![
        Question::unmanaged("comment", of_index("on index ", "index_comment <> ''")),
        Question::unmanaged("primary key of beginnings", of_primary("sub_part IS NOT NULL")),
        Question::unmanaged("order of the primary key", of_primary("collation = 'D'")),
    ];
    match tables.mariadb {
        true => {
            all.push(Question::unmanaged("ignored index", of_index("", "ignored = 'YES'")));
            all.push(Question::unmanaged(
                "SRID",
                named(
                    "concat('of column `', g_geometry_column, '` of table `', g_table_name, '`')",
                    &format!(
                        "geometry_columns WHERE g_table_schema = database() AND srid <> 0 AND g_table_name NOT IN ({})
                         AND g_table_name NOT IN (SELECT table_name FROM information_schema.views
                           WHERE table_schema = database())",
                        tables.ours
                    ),
                ),
            ));
        }
        false => {
            all.push(Question::unmanaged(
                "invisible index",
                of_index("", "is_visible = 'NO'"),
            ));
            all.push(Question::unmanaged(
                "SRID",
                named(
                    "concat('of column `', column_name, '` of table `', table_name, '`')",
                    &format!(
                        "st_geometry_columns WHERE table_schema = database() AND srs_id IS NOT NULL AND table_name NOT IN ({})
                         AND table_name NOT IN (SELECT table_name FROM information_schema.views
                           WHERE table_schema = database())",
                        tables.ours
                    ),
                ),
            ));
            all.push(Question::unmanaged(
                "check without enforcement",
                named(
                    "concat('`', constraint_name, '` of table `', table_name, '`')",
                    &format!(
                        "table_constraints WHERE table_schema = database() AND enforced = 'NO' AND table_name NOT IN ({})",
                        tables.ours
                    ),
                ),
            ));
        }
    }
    if tables.partitioned {
        let partitions = |name: &str, which: &str| {
            let which = format!("partitions WHERE table_schema = database() AND {which}");
            format!("SELECT DISTINCT p.name FROM ({}) p", named(name, &which))
        };
        all.push(Question::unmanaged(
            "subpartitions",
            partitions("concat('of table `', table_name, '`')", "subpartition_name IS NOT NULL"),
        ));
        all.push(Question::unmanaged(
            "comment",
            partitions(
                "concat('on partition `', partition_name, '` of table `', table_name, '`')",
                "partition_comment <> ''",
            ),
        ));
    }
    all
}

fn of_views(tables: &Tables) -> Vec<Question> {
    let views = |name: &str, which: &str| named(name, &format!("views WHERE table_schema = database() AND {which}"));
    let mut all = vec![
        Question::unmanaged(
            "view option",
            views(
                "concat('`SQL SECURITY INVOKER` of view `', table_name, '`')",
                "security_type = 'INVOKER'",
            ),
        ),
        Question::unreadable(
            "view",
            views(
                "concat('`', table_name, '`')",
                "(view_definition IS NULL OR view_definition = '')",
            ),
        ),
    ];
    if tables.mariadb {
        all.push(Question::unmanaged(
            "view option",
            views(
                "concat('`ALGORITHM` of view `', table_name, '`')",
                "algorithm <> 'UNDEFINED'",
            ),
        ));
    }
    all
}

/// Tables that may have a parser of words or a period of their own: MariaDB keeps one as a check.
fn candidates(tables: &Tables) -> Question {
    let mut sql = named(
        "table_name",
        &format!(
            "statistics WHERE table_schema = database() AND index_type = 'FULLTEXT' AND table_name NOT IN ({})",
            tables.ours
        ),
    );
    if tables.mariadb {
        let which = "check_constraints WHERE constraint_schema = database() AND check_clause LIKE '`%` < `%`'";
        sql = format!("{sql} UNION {}", named("table_name", which));
    }
    if tables.known.contains("periods") {
        let which = "periods WHERE table_schema = database()";
        sql = format!("{sql} UNION {}", named("table_name", which));
    }
    Question::unmanaged(CANDIDATE, format!("SELECT DISTINCT c.name FROM ({sql}) c"))
}
