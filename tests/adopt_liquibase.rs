//! The history of Liquibase taken over: its rows are those of a real run of 4.28, on tables as it makes them.

mod support;

use std::path::PathBuf;

use support::{TestDatabase, on_all, write};

/// The changelog of that run, and the rows that it left.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/liquibase/adopt");

const COLUMNS: &str = "ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, MD5SUM, DESCRIPTION, COMMENTS, TAG, LIQUIBASE, \
                       CONTEXTS, LABELS, DEPLOYMENT_ID";

/// What the changesets of the run made, but the last column.
fn schema(engine: &str) -> [String; 4] {
    let key = |table: &str| match engine {
        "sqlite" => format!("CONSTRAINT pk_{table}_id PRIMARY KEY (id)"),
        _ => "PRIMARY KEY (id)".to_string(),
    };
    [
        format!(
            "CREATE TABLE customer (id integer NOT NULL, name varchar(50) NOT NULL, {})",
            key("customer")
        ),
        format!(
            "CREATE TABLE purchase (id integer NOT NULL, customer_id integer, {})",
            key("purchase")
        ),
        "CREATE INDEX ix_purchase_customer ON purchase (customer_id)".into(),
        "CREATE VIEW customer_names AS SELECT id, name FROM customer".into(),
    ]
}

const EMAIL: &str = "ALTER TABLE customer ADD email varchar(80)";

/// Liquibase's tables as it makes them, without rows.
fn tables(database: &TestDatabase) {
    let (moment, flag) = match database.engine {
        "postgres" => ("timestamp without time zone", "boolean"),
        "sqlite" => ("TEXT", "BOOLEAN"),
        "mysql" => ("datetime", "TINYINT"),
        _ => ("datetime", "TINYINT(1)"),
    };
    database.execute(&format!(
        "CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, \
         DATEEXECUTED {moment} NOT NULL, ORDEREXECUTED INTEGER NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), \
         DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), \
         LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10))"
    ));
    database.execute(&format!(
        "CREATE TABLE DATABASECHANGELOGLOCK (ID INTEGER NOT NULL, LOCKED {flag} NOT NULL, LOCKGRANTED {moment}, \
         LOCKEDBY VARCHAR(255), PRIMARY KEY (ID))"
    ));
    database.execute("INSERT INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, FALSE)");
}

/// A database as the run left it, and its changelog.
fn ran(database: &TestDatabase) -> PathBuf {
    schema(database.engine).iter().for_each(|sql| database.execute(sql));
    database.execute("INSERT INTO customer VALUES (7, 'Bo')");
    tables(database);
    let rows = std::fs::read_to_string(format!("{DATA}/rows.tsv")).expect("the rows");
    for line in rows.lines() {
        let values = line.split('\t').map(|value| match value {
            "" => "NULL".to_string(),
            value => format!("'{value}'"),
        });
        let values: Vec<String> = values.collect();
        database.execute(&format!(
            "INSERT INTO DATABASECHANGELOG ({COLUMNS}) VALUES ({})",
            values.join(", ")
        ));
    }
    for file in ["master.xml", "tables.xml", "more.yaml", "views.sql"] {
        let text = std::fs::read_to_string(format!("{DATA}/{file}")).expect("a file");
        write(database.folder().join("db").join(file), &text);
    }
    // The paths of its files are meant from above.
    write(database.folder().join("driftless.yaml"), "changelog: db/master.xml\n");
    database.folder().join("db/master.xml")
}

/// Runs the program above the changelog, with its configuration.
fn run(database: &TestDatabase, arguments: &[&str]) -> (i32, String) {
    let all = [&["--url", database.url.as_str()], arguments].concat();
    let output = support::driftless(database.folder(), &all);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code().unwrap_or(-1), text)
}

#[track_caller]
fn says(database: &TestDatabase, arguments: &[&str], code: i32, words: &[&str]) -> String {
    let (found, text) = run(database, arguments);
    assert_eq!(found, code, "{}, {arguments:?}: {text}", database.engine);
    for words in words {
        assert!(
            text.contains(words),
            "{}, {arguments:?}: `{words}` is missing in {text}",
            database.engine
        );
    }
    text
}

fn history(database: &TestDatabase) -> Vec<String> {
    let rows = database.query(
        "SELECT id, state, direction, COALESCE(tag, '-'), COALESCE(deployment, '-') FROM driftless_history ORDER BY seq",
    );
    let words = rows
        .into_iter()
        .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "));
    words.collect()
}

fn has_history(database: &TestDatabase) -> bool {
    let (_, text) = run(database, &["history", "--format", "json"]);
    !text.contains("\"result\": []")
}

#[test]
fn what_liquibase_ran_is_not_run_again() {
    on_all(|database| {
        ran(database);
        let pending = "DELETE FROM DATABASECHANGELOG WHERE ID = 'email'";
        database.execute(pending);
        says(
            database,
            &["status"],
            0,
            &["Liquibase ran 6 changesets", "driftless adopt liquibase"],
        );
        says(database, &["up"], 6, &["driftless adopt liquibase", "nothing was run"]);
        let dry = says(
            database,
            &["adopt", "liquibase", "--dry-run"],
            0,
            &["would adopt 6 changesets, 1 of them marked"],
        );
        assert!(dry.contains("pending db/more.yaml::email::bob"), "{dry}");
        assert!(!has_history(database), "{}", database.engine);
        says(
            database,
            &["adopt", "liquibase"],
            0,
            &["adopted 6 changesets", "0 not verified"],
        );
        assert_eq!(
            history(database),
            [
                "db/tables.xml::1::ada applied up - 5979890431",
                "db/tables.xml::2::bob applied up - 5979890431",
                "db/tables.xml::tag-1::ada applied up v1 5979890431",
                "db/more.yaml::1::bob marked up - 5979890431",
                "db/views.sql::names::ada applied up - 5979890431",
                "db/views.sql::names::ada applied tag first 5979890431",
                "db/more.yaml::always::ada applied up - 5980182140",
            ],
            "{}",
            database.engine
        );
        let kept = database.query("SELECT author, comment, started FROM driftless_history WHERE seq = 1");
        let kept: Vec<&str> = kept[0].iter().flatten().map(String::as_str).collect();
        assert_eq!((kept[0], kept[1]), ("ada", "Who buys"));
        assert!(
            kept[2].starts_with("2026-11-29T19:18:11"),
            "{}: {}",
            database.engine,
            kept[2]
        );
        says(database, &["adopt", "liquibase"], 0, &["nothing to adopt"]);
        let up = says(database, &["--contexts", "test", "up"], 0, &["2 changesets applied"]);
        assert!(
            up.contains("email") && up.contains("always"),
            "{}: {up}",
            database.engine
        );
        let old = database.query("SELECT COUNT(*) FROM DATABASECHANGELOG");
        assert_eq!(old[0][0].as_deref(), Some("6"));
        says(database, &["tag", "--list"], 0, &["v1", "first"]);
        let drift = says(database, &["--contexts", "test", "drift"], 0, &[]);
        assert!(!drift.to_lowercase().contains("databasechangelog"), "{drift}");
    });
}

#[test]
fn the_ids_are_those_of_the_changelog_that_it_was_turned_into() {
    on_all(|database| {
        ran(database);
        let (code, text) = run(database, &["import", "liquibase", "db/master.xml"]);
        assert!(code == 0 || code == 7, "{}: {text}", database.engine);
        write(
            database.folder().join("driftless.yaml"),
            "changelog: changelogs/master.yaml\n",
        );
        says(database, &["adopt", "liquibase"], 2, &["name Liquibase's"]);
        says(
            database,
            &["adopt", "liquibase", "db/master.xml"],
            0,
            &["adopted 7 changesets"],
        );
        let ids = history(database);
        assert!(ids.iter().any(|row| row.starts_with("names applied up")), "{ids:?}");
        assert!(
            ids.iter()
                .any(|row| row.starts_with("db/tables.xml::1::ada applied up")),
            "{ids:?}"
        );
        says(database, &["--contexts", "test", "up"], 0, &["1 changeset applied"]);
    });
}

#[test]
fn what_contradicts_the_files_is_told_at_once_and_nothing_is_written() {
    on_all(|database| {
        ran(database);
        for sql in [
            "UPDATE DATABASECHANGELOG SET MD5SUM = '9:00000000000000000000000000000000' WHERE ID = 'email'",
            "UPDATE DATABASECHANGELOG SET EXECTYPE = 'FAILED' WHERE ID = 'always'",
            "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) \
             VALUES ('2', 'bob', 'classpath:db/tables.xml', '2026-11-30 00:00:00', 9, 'EXECUTED')",
        ] {
            database.execute(sql);
        }
        let words = [
            "the changeset `db/more.yaml::email::bob` is not what Liquibase ran",
            "db/more.yaml:15",
            "says `FAILED`, which Liquibase never writes",
            "the changeset `db/tables.xml::2::bob` has 2 rows",
            "nothing was recorded",
        ];
        says(database, &["adopt", "liquibase"], 4, &words);
        assert!(!has_history(database), "{}", database.engine);
    });
}

#[test]
fn what_is_left_over_is_listed_and_the_rest_goes_on() {
    on_all(|database| {
        ran(database);
        let locked = "UPDATE DATABASECHANGELOGLOCK SET LOCKED = TRUE, LOCKGRANTED = '2026-11-29 20:00:00', LOCKEDBY = 'ci (10.0.0.7)'";
        for sql in [
            locked,
            "UPDATE DATABASECHANGELOG SET FILENAME = 'BOOT-INF/classes/db/tables.xml' WHERE ID = '2'",
            "UPDATE DATABASECHANGELOG SET MD5SUM = '8:00000000000000000000000000000000' WHERE ID = 'email'",
            "UPDATE DATABASECHANGELOG SET MD5SUM = NULL WHERE ID = 'always'",
            "UPDATE DATABASECHANGELOG SET MD5SUM = '9:00000000000000000000000000000000' WHERE ID = 'names'",
            "UPDATE DATABASECHANGELOG SET TAG = 'first' WHERE ID = 'email'",
            "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) \
             VALUES ('gone', 'bob', 'db/old.xml', '2026-11-30 00:00:00', 9, 'EXECUTED')",
        ] {
            database.execute(sql);
        }
        database.execute(EMAIL);
        let words = [
            "left over db/old.xml::gone::bob  the files have no changeset for it",
            "at another path db/tables.xml::2::bob  in the table its path is BOOT-INF/classes/db/tables.xml",
            "its checksum is of version 8",
            "the row has no checksum",
            "pending db/views.sql::names::ada  it was changed since it ran",
            "2 rows bear the tag `first`: that after `db/views.sql::names::ada`",
            "Liquibase's lock is held by ci (10.0.0.7) since 2026-11-29T20:00:00",
            "1 row left over",
        ];
        says(database, &["adopt", "liquibase"], 7, &words);
    });
}

#[test]
fn a_view_that_was_changed_since_is_replaced() {
    on_all(|database| {
        tables(database);
        database.execute("CREATE TABLE t (id int)");
        database.execute("INSERT INTO t VALUES (1)");
        database.execute("CREATE VIEW v AS SELECT id FROM t WHERE id > 5");
        for (id, order, sum) in [("t", 1, "NULL"), ("v", 2, "'9:00000000000000000000000000000000'")] {
            database.execute(&format!(
                "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, MD5SUM) \
                 VALUES ('{id}', 'ada', 'master.yaml', '2026-11-29 10:00:00', {order}, 'RERAN', {sum})"
            ));
        }
        let text = "databaseChangeLog:
- changeSet: {id: t, author: ada, changes: [{createTable: {tableName: t, columns: [{column: {name: id, type: int}}]}}]}
- changeSet: {id: v, author: ada, runOnChange: true, changes: [{createView: {viewName: v, replaceIfExists: true, selectQuery: SELECT id FROM t}}]}
";
        write(database.folder().join("master.yaml"), text);
        write(database.folder().join("driftless.yaml"), "changelog: master.yaml\n");
        says(
            database,
            &["adopt", "liquibase"],
            0,
            &["pending master.yaml::v::ada  it was changed since it ran"],
        );
        let count = || database.query("SELECT COUNT(*) FROM v")[0][0].clone();
        assert_eq!(count().as_deref(), Some("0"));
        says(database, &["up"], 0, &["1 changeset applied"]);
        assert_eq!(count().as_deref(), Some("1"), "{}", database.engine);
        says(database, &["up"], 0, &["nothing to do"]);
    });
}

#[test]
fn a_table_that_is_none_of_liquibase_is_refused() {
    on_all(|database| {
        let log = ran(database);
        assert!(log.exists());
        says(
            database,
            &["adopt", "liquibase", "--table", "nothing"],
            2,
            &["has no table `nothing`", "--schema"],
        );
        says(
            database,
            &["adopt", "liquibase", "--table", "customer"],
            2,
            &["is no table of Liquibase: it has no column AUTHOR, FILENAME, DATEEXECUTED"],
        );
        says(
            database,
            &["adopt", "liquibase", "db/tables.xml"],
            2,
            &["the changelog is `db/master.xml`"],
        );
        database.execute("DELETE FROM DATABASECHANGELOG");
        says(
            database,
            &["adopt", "liquibase"],
            0,
            &["nothing to adopt: `", "` has no rows"],
        );
        says(database, &["status"], 0, &[]);
    });
}

#[test]
fn a_history_with_other_content_is_refused() {
    on_all(|database| {
        ran(database);
        database.execute(EMAIL);
        says(database, &["mark", "--applied", "db/tables.xml::1::ada"], 0, &[]);
        says(
            database,
            &["adopt", "liquibase"],
            2,
            &[
                "has a history of driftless already, in which 6 of the changesets",
                "driftless mark --applied",
            ],
        );
    });
}

#[test]
fn what_cannot_be_followed_is_said_with_its_changeset() {
    let database = TestDatabase::new("sqlite");
    ran(&database);
    database.execute("DELETE FROM DATABASECHANGELOG WHERE ID = '1' AND AUTHOR = 'ada'");
    let text = says(
        &database,
        &["adopt", "liquibase"],
        2,
        &["changeset `db/more.yaml::email::bob` was run"],
    );
    assert!(text.contains("unknown table `customer`"), "{text}");
    assert!(!has_history(&database));
    // From nothing it is tried where that is said.
    says(
        &database,
        &["up", "--allow-unadopted"],
        1,
        &["Liquibase ran 6 changesets", "\"customer\" already exists"],
    );
}

#[test]
fn what_the_changelog_makes_is_held_against_a_database() {
    on_all(|database| {
        ran(database);
        database.execute(EMAIL);
        let url = database.url.clone();
        let verify = |more: &[&str], code: i32, words: &[&str]| {
            let all = [more, &["--verify", &url]].concat();
            says(database, &all, code, words);
        };
        verify(&["import"], 0, &["the changelog makes the schema of"]);
        database.execute("CREATE TABLE more (id int)");
        verify(&["import"], 4, &["more", "1 difference"]);
        let imported = ["import", "liquibase", "db/master.xml", "--dry-run"];
        verify(&imported, 4, &["1 difference"]);
        assert!(!database.folder().join("changelogs").exists());
        says(database, &["import"], 2, &["--verify"]);
    });
}
