//! The session layer against live servers.
//!
//! Needs `DRIFTLESS_TEST_POSTGRES_URL`, `DRIFTLESS_TEST_MARIADB_URL` and `DRIFTLESS_TEST_MYSQL_URL`.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use driftless::database::{ConnectOptions, DatabaseUrl, Error, ErrorKind, LockKey, Locking, Session};

const SERVERS: [&str; 3] = ["POSTGRES", "MARIADB", "MYSQL"];

fn server_url(server: &str) -> String {
    let variable = format!("DRIFTLESS_TEST_{server}_URL");
    std::env::var(&variable).unwrap_or_else(|_| panic!("set {variable} or run ./tests/run"))
}

async fn try_connect(url: &str, options: &ConnectOptions) -> Result<Session, Error> {
    Session::connect(&DatabaseUrl::parse(url)?, options).await
}

async fn connect(server: &str) -> Session {
    try_connect(&server_url(server), &ConnectOptions::default())
        .await
        .expect("the server answers")
}

async fn memory() -> Session {
    try_connect("sqlite::memory:", &ConnectOptions::default())
        .await
        .expect("memory is there")
}

async fn fails(url: &str) -> Error {
    let options = ConnectOptions {
        connect_timeout: Duration::from_millis(700),
        ..ConnectOptions::default()
    };
    let started = Instant::now();
    let error = try_connect(url, &options).await.expect_err("nothing to connect to");
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "it took {:?}",
        started.elapsed()
    );
    error
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| Some((*value).to_owned())).collect()
}

/// The same account at another place.
fn at(url: &str, place: &str) -> String {
    let (account, _) = url.split_once('@').expect("an account");
    format!("{account}@{place}")
}

#[tokio::test]
async fn tells_what_it_speaks_to() {
    for (server, dialect) in [("POSTGRES", "postgres"), ("MARIADB", "mariadb"), ("MYSQL", "mysql")] {
        let session = connect(server).await;
        let told = session.server();
        assert_eq!(told.dialect, dialect);
        assert!(
            told.version.contains('.') && told.version.chars().all(|c| c.is_ascii_digit() || c == '.'),
            "{told:?}"
        );
        assert!(
            !told.database.is_empty() && told.schema.is_some() && told.user.is_some(),
            "{told:?}"
        );
        session.close().await.expect("closes");
    }
    let session = memory().await;
    assert_eq!(session.server().dialect, "sqlite");
    assert_eq!(session.server().database, ":memory:");
    assert!(session.server().version.starts_with("3."));
}

#[tokio::test]
async fn accepts_mariadb_as_a_scheme() {
    let url = server_url("MARIADB").replace("mysql://", "mariadb://");
    let session = try_connect(&url, &ConnectOptions::default())
        .await
        .expect("the server answers");
    assert_eq!(session.server().dialect, "mariadb");
}

#[tokio::test]
async fn refuses_a_wrong_password_without_repeating_it() {
    for server in SERVERS {
        let (before, place) = server_url(server)
            .split_once('@')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .expect("an account");
        let (scheme, account) = before.split_once("://").expect("a scheme");
        // A local PostgreSQL may trust whoever exists, so there it is somebody who does not.
        let user = if server == "POSTGRES" {
            "driftless_nobody"
        } else {
            account.split(':').next().expect("a user")
        };
        let error = fails(&format!("{scheme}://{user}:s3cret@{place}")).await;
        assert_eq!(error.kind, ErrorKind::Authentication, "{error:?}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        assert!(
            error
                .message
                .starts_with(&format!("cannot connect to `{scheme}://{user}:***@")),
            "{error}"
        );
        assert!(error.code.is_some());
    }
}

#[tokio::test]
async fn says_that_a_database_is_missing() {
    for server in SERVERS {
        let url = server_url(server);
        let (before, _) = url.rsplit_once('/').expect("a path");
        let error = fails(&format!("{before}/driftless_no_such_database")).await;
        assert_eq!(error.kind, ErrorKind::NoSuchDatabase, "{error:?}");
    }
}

#[tokio::test]
async fn fails_at_once_where_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    for server in SERVERS {
        let error = fails(&at(&server_url(server), &format!("127.0.0.1:{port}/x"))).await;
        assert_eq!(error.kind, ErrorKind::Unreachable, "{error:?}");
        assert!(error.message.ends_with("connection refused"), "{error}");
    }
}

#[tokio::test]
async fn gives_up_where_nobody_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    for server in SERVERS {
        let error = fails(&at(&server_url(server), &format!("127.0.0.1:{port}/x"))).await;
        assert_eq!(error.kind, ErrorKind::Timeout, "{error:?}");
        assert!(error.message.ends_with("no answer within 0.7 s"), "{error}");
    }
}

#[tokio::test]
async fn says_so_when_the_host_or_the_kind_of_server_is_wrong() {
    let error = fails("postgres://app:s3cret@driftless.invalid/x").await;
    assert!(
        matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Timeout),
        "{error:?}"
    );
    let place = server_url("MARIADB").split_once('@').expect("an account").1.to_owned();
    let error = fails(&at(&server_url("POSTGRES"), &place)).await;
    assert!(
        matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Timeout),
        "{error:?}"
    );
    assert!(error.hint.is_some(), "{error:?}");
}

#[tokio::test]
async fn connects_to_mysql_by_tls_and_says_that_it_must() {
    let mut session = connect("MYSQL").await;
    session
        .execute("FLUSH PRIVILEGES")
        .await
        .expect("the password cache is empty again");
    let url = server_url("MYSQL");
    let error = fails(&format!("{url}?ssl-mode=DISABLED")).await;
    assert_eq!(error.kind, ErrorKind::Authentication, "{error:?}");
    assert!(
        error
            .hint
            .as_deref()
            .is_some_and(|hint| hint.contains("ssl-mode=REQUIRED")),
        "{error:?}"
    );
    try_connect(&format!("{url}?ssl-mode=REQUIRED"), &ConnectOptions::default())
        .await
        .expect("connects by TLS");
}

#[tokio::test]
async fn reads_values_as_text() {
    let rows = connect("POSTGRES")
        .await
        .query(
            "SELECT NULL, 1, -2.50::numeric, 0.1::float8, true, 'ä', '', '\\x00ff'::bytea, '{1,NULL}'::int[], \
             '2020-01-02'::date, '{\"a\": 1}'::jsonb",
        )
        .await
        .expect("answers");
    let mut expected = some(&[
        "",
        "1",
        "-2.50",
        "0.1",
        "t",
        "ä",
        "",
        "\\x00ff",
        "{1,NULL}",
        "2020-01-02",
        "{\"a\": 1}",
    ]);
    expected[0] = None;
    assert_eq!(rows, [expected]);

    for server in ["MARIADB", "MYSQL"] {
        let mut session = connect(server).await;
        session
            .execute(
                "CREATE TEMPORARY TABLE v (i int, u bigint unsigned, d decimal(5,2), f double, b tinyint(1), t varchar(9), \
                 e varchar(9), n text COLLATE utf8mb4_bin, vb varbinary(9), bl blob, bi binary(2), bt bit(9), en enum('x'), \
                 j json, da date, l char(3) CHARACTER SET latin1)",
            )
            .await
            .expect("creates");
        session
            .execute(
                "INSERT INTO v VALUES (-1, 18446744073709551615, 2.5, 0.1, 1, 'ä', '', 'ß', x'00ff', x'', x'41', b'100000001', \
                 'x', '{\"a\": 1}', '2020-01-02', 'é'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
                 NULL, NULL, NULL, NULL, NULL)",
            )
            .await
            .expect("inserts");
        let rows = session.query("SELECT * FROM v").await.expect("answers");
        let expected = some(&[
            "-1",
            "18446744073709551615",
            "2.50",
            "0.1",
            "1",
            "ä",
            "",
            "ß",
            "\\x00ff",
            "\\x",
            "\\x4100",
            "\\x0101",
            "x",
            "{\"a\": 1}",
            "2020-01-02",
            "é",
        ]);
        assert_eq!(rows, [expected, vec![None; 16]], "{server}");
    }

    let rows = memory()
        .await
        .query("SELECT NULL, 1, -9223372036854775808, 0.1, 1e100, 'ä', '', x'00ff', x''")
        .await
        .expect("answers");
    let mut expected = some(&[
        "",
        "1",
        "-9223372036854775808",
        "0.1",
        "1.0e+100",
        "ä",
        "",
        "\\x00ff",
        "\\x",
    ]);
    expected[0] = None;
    assert_eq!(rows, [expected]);
}

#[tokio::test]
async fn reads_the_catalogs_of_mysql_as_text() {
    for server in ["MARIADB", "MYSQL"] {
        let mut session = connect(server).await;
        session
            .execute("CREATE TABLE IF NOT EXISTS driftless_catalog_test (a int DEFAULT 7 COMMENT 'ä', b varchar(9) DEFAULT 'x', KEY k (b))")
            .await
            .expect("creates");
        for sql in [
            "SELECT table_name, column_name, column_default, column_type, column_comment, extra, is_nullable, character_set_name \
             FROM information_schema.columns WHERE table_name = 'driftless_catalog_test'",
            "SELECT * FROM information_schema.statistics WHERE table_name = 'driftless_catalog_test'",
            "SELECT * FROM information_schema.tables WHERE table_name = 'driftless_catalog_test'",
            "SHOW CREATE TABLE driftless_catalog_test",
            "SELECT @@sql_mode, user(), concat('a', 1), hex('a'), sha2('a', 256)",
        ] {
            for row in session.query(sql).await.expect("answers") {
                assert!(
                    row.iter().flatten().all(|value| !value.starts_with("\\x")),
                    "{server}: {sql}: {row:?}"
                );
            }
        }
        session
            .execute("DROP TABLE driftless_catalog_test")
            .await
            .expect("drops");
    }
}

#[tokio::test]
async fn names_the_columns_also_without_rows() {
    let mut sessions = vec![memory().await];
    for server in SERVERS {
        sessions.push(connect(server).await);
    }
    for mut session in sessions {
        let table = session
            .query_table("SELECT 1 AS one, NULL AS two")
            .await
            .expect("answers");
        assert_eq!(table.columns, ["one", "two"]);
        assert_eq!(table.rows, [vec![Some("1".to_owned()), None]]);
        let table = session
            .query_table("SELECT * FROM (SELECT 1 AS one, 2 AS two) t WHERE one = 2")
            .await
            .expect("answers");
        assert_eq!(table.columns, ["one", "two"]);
        assert!(table.rows.is_empty());
        for (statement, columns) in [
            ("CREATE TEMPORARY TABLE no_rows (one integer)", vec!["one"]),
            ("ALTER TABLE no_rows ADD COLUMN two integer", vec!["one", "two"]),
        ] {
            session.execute(statement).await.expect("done");
            let table = session.query_table("SELECT * FROM no_rows").await.expect("answers");
            assert_eq!(table.columns, columns, "of the table as it is now");
        }
    }
}

#[tokio::test]
async fn sends_several_statements_and_counts_their_rows() {
    let mut sessions = vec![memory().await];
    for server in SERVERS {
        sessions.push(connect(server).await);
    }
    for mut session in sessions {
        let dialect = session.server().dialect.clone();
        let affected = session
            .execute(
                "CREATE TEMPORARY TABLE m (a int); INSERT INTO m VALUES (1), (2), (3); \
                 CREATE TEMPORARY TABLE n (a int); DELETE FROM m WHERE a = 1;",
            )
            .await
            .expect("runs");
        assert_eq!(affected, 4, "{dialect}");
        let rows = session
            .query("SELECT a FROM m ORDER BY a; SELECT 'x'")
            .await
            .expect("answers");
        assert_eq!(rows, [some(&["2"]), some(&["3"]), some(&["x"])], "{dialect}");
    }
}

#[tokio::test]
async fn hands_on_row_by_row_until_told_to_stop() {
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n";
    let mut sessions = vec![memory().await];
    for server in SERVERS {
        sessions.push(connect(server).await);
    }
    for mut session in sessions {
        let mut seen = 0;
        session
            .query_each(numbers, &mut |_| {
                seen += 1;
                ControlFlow::Continue(())
            })
            .await
            .expect("answers");
        assert_eq!(seen, 900);
        session
            .query_each(numbers, &mut |_| {
                seen += 1;
                ControlFlow::Break(())
            })
            .await
            .expect("answers");
        assert_eq!(seen, 901);
        assert_eq!(session.query("SELECT 1").await.expect("still answers"), [some(&["1"])]);
    }
}

#[tokio::test]
async fn points_at_the_error_on_postgres() {
    let mut session = connect("POSTGRES").await;
    let error = session
        .execute("SELECT 'ä';\nSELEKT 1")
        .await
        .expect_err("no such statement");
    assert_eq!(error.kind, ErrorKind::Statement);
    assert_eq!(error.to_string(), "syntax error at or near \"SELEKT\"");
    assert_eq!(error.code.as_deref(), Some("42601"));
    assert_eq!(error.position, Some(13));

    let error = session
        .execute("CREATE TEMPORARY TABLE u (a int PRIMARY KEY); INSERT INTO u VALUES (1), (1)")
        .await
        .expect_err("a duplicate");
    assert_eq!(error.code.as_deref(), Some("23505"));
    assert_eq!(error.detail.as_deref(), Some("Key (a)=(1) already exists."));

    let error = session
        .execute("DO $$ BEGIN EXECUTE 'SELECT nope'; END $$")
        .await
        .expect_err("no such column");
    assert_eq!(error.position, None);
    assert!(
        error
            .context
            .as_deref()
            .is_some_and(|context| context.contains("character 8 of the inner query SELECT nope"))
    );

    let error = session
        .execute("COPY pg_temp.u FROM STDIN")
        .await
        .expect_err("there is no input");
    assert_eq!(error.kind, ErrorKind::Statement, "{error:?}");
    assert_eq!(session.query("SELECT 1").await.expect("still answers"), [some(&["1"])]);
}

#[tokio::test]
async fn keeps_the_codes_of_mysql_and_sqlite() {
    for server in ["MARIADB", "MYSQL"] {
        let mut session = connect(server).await;
        let error = session
            .execute("CREATE TEMPORARY TABLE t (a int); CREATE TEMPORARY TABLE t (a int)")
            .await
            .expect_err("twice");
        assert_eq!(error.code.as_deref(), Some("1050 (42S01)"));
        assert_eq!(error.to_string(), "table 't' already exists");
        let error = session.execute("SELEKT 1").await.expect_err("no such statement");
        assert_eq!(error.code.as_deref(), Some("1064 (42000)"));
        assert!(error.message.contains("near 'SELEKT 1' at line 1"), "{error}");
        let error = session
            .execute("USE driftless_no_such_database")
            .await
            .expect_err("no such database");
        assert_eq!(error.kind, ErrorKind::Statement);
    }
    let mut session = memory().await;
    let error = session
        .execute("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1), (1)")
        .await
        .expect_err("a duplicate");
    assert_eq!(error.code.as_deref(), Some("2067"));
    assert_eq!(error.to_string(), "UNIQUE constraint failed: t.a");
}

#[tokio::test]
async fn leaves_the_settings_of_the_server() {
    for server in ["MARIADB", "MYSQL"] {
        let mut session = connect(server).await;
        let rows = session
            .query(
                "SELECT @@SESSION.sql_mode = @@GLOBAL.sql_mode, @@SESSION.time_zone = @@GLOBAL.time_zone, \
                 @@character_set_client, @@character_set_results",
            )
            .await
            .expect("answers");
        assert_eq!(rows, [some(&["1", "1", "utf8mb4", "utf8mb4"])], "{server}");
    }
    let rows = connect("POSTGRES")
        .await
        .query("SHOW application_name; SHOW extra_float_digits")
        .await
        .expect("answers");
    assert_eq!(rows, [some(&["driftless"]), some(&["1"])]);
}

#[tokio::test]
async fn tells_a_lost_connection_from_a_refused_statement() {
    for server in SERVERS {
        let mut session = connect(server).await;
        let mut killer = connect(server).await;
        let id = if server == "POSTGRES" {
            "SELECT pg_backend_pid()"
        } else {
            "SELECT connection_id()"
        };
        let id = session.query(id).await.expect("answers")[0][0].clone().expect("an id");
        let kill = if server == "POSTGRES" {
            format!("SELECT pg_terminate_backend({id})")
        } else {
            format!("KILL {id}")
        };
        killer.query(&kill).await.expect("kills");
        let error = session.execute("SELECT 1").await.expect_err("the session is gone");
        assert_eq!(error.kind, ErrorKind::Lost, "{server}: {error:?}");
    }
}

#[tokio::test]
async fn excludes_a_second_session_and_frees_with_the_first() {
    for server in SERVERS {
        let key = LockKey::new("driftless_test", server, &format!("history_{}", std::process::id()));
        let (mut first, mut second) = (connect(server).await, connect(server).await);
        first
            .lock(&key, Duration::ZERO, &mut |_| ())
            .await
            .expect("the lock is free");

        let mut heard = Vec::new();
        let error = second
            .lock(&key, Duration::from_millis(300), &mut |holder| {
                heard.push(holder.clone())
            })
            .await
            .expect_err("the lock is held");
        assert_eq!(error.kind, ErrorKind::Lock, "{error:?}");
        assert_eq!(heard.len(), 1, "{heard:?}");
        let holder = &heard[0];
        assert!(holder.who.starts_with("user `"), "{heard:?}");
        assert!(holder.text.contains("; idle "), "{heard:?}");
        assert!(error.message.contains(&holder.who), "{error}");

        drop(first);
        second
            .lock(&key, Duration::from_secs(5), &mut |_| ())
            .await
            .expect("the lock died with its session");
        second.unlock(&key).await.expect("it is held");
        let error = second.unlock(&key).await.expect_err("it is not held any more");
        assert_eq!(error.kind, ErrorKind::Lock);
    }
}

#[tokio::test]
async fn gives_the_lock_back_when_the_work_fails() {
    let mut sessions = vec![memory().await];
    for server in SERVERS {
        sessions.push(connect(server).await);
    }
    for mut session in sessions {
        let dialect = session.server().dialect.clone();
        let key = LockKey::new("driftless_test", &dialect, &format!("work_{}", std::process::id()));
        let done: Result<u64, Error> = session
            .with_lock(&key, &Locking::Session, Duration::ZERO, &mut |_| (), async |session| {
                session.execute("SELEKT 1").await
            })
            .await;
        assert_eq!(done.expect_err("no such statement").kind, ErrorKind::Statement);
        if dialect != "sqlite" {
            let mut other = connect(&dialect.to_ascii_uppercase()).await;
            other
                .lock(&key, Duration::ZERO, &mut |_| ())
                .await
                .expect("the lock is free");
        }
    }
}

#[tokio::test]
async fn opens_sqlite_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.db");
    let url = format!("sqlite:{}", path.display());
    let may_create = ConnectOptions {
        create_missing: true,
        ..ConnectOptions::default()
    };

    let error = fails(&url).await;
    assert_eq!(error.kind, ErrorKind::NoSuchFile);
    assert!(
        error
            .message
            .ends_with(&format!("there is no file `{}`", path.display())),
        "{error}"
    );
    let error = try_connect(&format!("{url}?mode=rw"), &may_create)
        .await
        .expect_err("the URL says not to create");
    assert_eq!(error.kind, ErrorKind::NoSuchFile);
    fails(&format!("{url}?mode=rwc")).await;
    assert!(!path.exists());

    let mut first = try_connect(&url, &may_create).await.expect("creates");
    assert!(first.server().database.ends_with("app.db"));
    assert_eq!(
        first
            .query("PRAGMA foreign_keys; PRAGMA busy_timeout")
            .await
            .expect("answers"),
        [some(&["1"]), some(&["5000"])]
    );
    first.execute("PRAGMA foreign_keys = OFF").await.expect("sets");
    assert_eq!(
        first.query("PRAGMA foreign_keys").await.expect("answers"),
        [some(&["0"])]
    );

    first
        .execute("CREATE TABLE t (a); BEGIN IMMEDIATE")
        .await
        .expect("begins");
    let mut second = try_connect(&format!("sqlite://{}", path.display()), &ConnectOptions::default())
        .await
        .expect("opens");
    second.execute("PRAGMA busy_timeout = 50").await.expect("sets");
    assert_eq!(
        second
            .execute("BEGIN IMMEDIATE")
            .await
            .expect_err("the file is locked")
            .kind,
        ErrorKind::Busy
    );
    first.execute("COMMIT").await.expect("commits");
    first.close().await.expect("closes");

    let mut reader = try_connect(&format!("{url}?mode=ro"), &may_create)
        .await
        .expect("opens");
    assert_eq!(
        reader
            .execute("INSERT INTO t VALUES (1)")
            .await
            .expect_err("read only")
            .kind,
        ErrorKind::Statement
    );
}

#[tokio::test]
async fn refuses_what_is_no_sqlite_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = folder.path().display();
    let error = fails(&format!("sqlite:{shown}/no/app.db")).await;
    assert!(
        error.message.ends_with(&format!("there is no folder `{shown}/no`")),
        "{error}"
    );
    let error = fails(&format!("sqlite:{shown}")).await;
    assert!(error.message.ends_with(&format!("`{shown}` is a folder")), "{error}");

    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "this is no database at all, only a text that somebody wrote\n".repeat(20),
    )
    .expect("writes");
    let error = fails(&format!("sqlite:{}", text.display())).await;
    assert_eq!(error.kind, ErrorKind::NoSuchDatabase, "{error:?}");
    assert!(error.message.ends_with("file is not a database"), "{error}");
}
