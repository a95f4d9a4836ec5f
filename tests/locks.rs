//! Two runs are kept apart, by the lock of a session and by a lease, whatever becomes of the one that has it.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use driftless::changelog::HistoryTable;
use driftless::database::{ConnectOptions, DatabaseUrl, Error, ErrorKind, Locking, Session, Terms};
use driftless::executor::{RunError, Store, target_of, with_run};
use support::{TestDatabase, block_on, write};

const SERVERS: [&str; 3] = ["postgres", "mysql", "mariadb"];

/// How long a lease lasts in these tests.
const LEASE: &str = "lock: { lease: 3 }\n";

/// A test on a database of its own on each server, all at once.
fn on_servers(test: fn(&TestDatabase)) {
    let threads: Vec<_> = SERVERS
        .into_iter()
        .map(|engine| std::thread::spawn(move || test(&TestDatabase::new(engine))))
        .collect();
    for thread in threads {
        if let Err(why) = thread.join() {
            std::panic::resume_unwind(why);
        }
    }
}

/// The URL of a PostgreSQL database by way of the pooler.
fn pooled(database: &TestDatabase) -> String {
    let pooler =
        std::env::var("DRIFTLESS_TEST_PGBOUNCER_URL").expect("set DRIFTLESS_TEST_PGBOUNCER_URL or run ./tests/run");
    let (head, _) = pooler.rsplit_once('/').expect("a URL with a database");
    let (_, name) = database.url.rsplit_once('/').expect("a URL with a database");
    format!("{head}/{name}")
}

/// An operation that is at work for some seconds, which the server does not end when its client is gone. Outside a
/// transaction it shows in the schema whether it happened.
fn slow(engine: &str, seconds: u32, transaction: bool) -> String {
    let query = match engine {
        "postgres" if transaction => {
            return format!(
                "sql: {{ up: \"INSERT INTO slow SELECT 1 FROM pg_sleep({seconds})\", down: DELETE FROM slow }}"
            );
        }
        "postgres" => format!("SELECT 1 AS i FROM pg_sleep({seconds})"),
        _ => format!(
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT SUM(SLEEP(0.1)) AS i FROM n",
            seconds * 10
        ),
    };
    format!(
        "sql: {{ up: \"CREATE TABLE slow_too AS {query}\", down: DROP TABLE slow_too, effects: \
         [{{ create_table: {{ table: slow_too, columns: [{{ name: i, type: int }}] }} }}] }}"
    )
}

fn changelog(engine: &str, seconds: u32, transaction: bool) -> String {
    let slow = slow(engine, seconds, transaction);
    format!(
        "changesets:\n\
         \x20 - id: first\n\
         \x20   operations:\n\
         \x20     - create_table: {{ table: slow, columns: [{{ name: id, type: int }}] }}\n\
         \x20     - create_table: {{ table: counted, columns: [{{ name: id, type: int }}] }}\n\
         \x20 - id: slow\n\
         \x20   transaction: {transaction}\n\
         \x20   operations:\n\
         \x20     - {slow}\n\
         \x20 - id: last\n\
         \x20   operations:\n\
         \x20     - sql: {{ up: \"INSERT INTO counted VALUES (1)\", down: \"DELETE FROM counted\" }}\n"
    )
}

/// A changelog and a configuration in a folder of the database.
fn project(database: &TestDatabase, changelog: &str, config: &str) -> PathBuf {
    let folder = database.folder().to_path_buf();
    write(folder.join("changelog.yaml"), changelog);
    write(folder.join("driftless.yaml"), config);
    folder
}

fn start(folder: &Path, url: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
    for name in [
        "DRIFTLESS_URL",
        "DRIFTLESS_ENV",
        "DRIFTLESS_CONFIG",
        "DRIFTLESS_CHANGELOG",
        "DRIFTLESS_CONTEXTS",
        "PGAPPNAME",
    ] {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .args(["--url", url])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn run(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    start(folder, url, arguments)
        .wait_with_output()
        .expect("the program ends")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeeds(output: &Output) -> String {
    let told = stderr(output);
    assert!(output.status.success(), "{:?}:\n{told}", output.status);
    told
}

fn signal(child: &Child, signal: i32) {
    let id = i32::try_from(child.id()).expect("a process number");
    // SAFETY: a signal to a child of this process, which is not waited for yet.
    assert_eq!(unsafe { libc::kill(id, signal) }, 0);
}

/// Waits until the slow statement is at work.
fn await_slow(database: &TestDatabase, runner: &mut Child) {
    let sql = match database.engine {
        "postgres" => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND state = 'active' AND query LIKE '%pg_sleep%'"
        }
        _ => {
            "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND id <> connection_id() \
             AND info LIKE '%SUM(SLEEP(%'"
        }
    };
    let started = Instant::now();
    while database.query(sql)[0][0].as_deref() == Some("0") {
        assert!(
            started.elapsed() < Duration::from_secs(60) && runner.try_wait().expect("it can be asked").is_none(),
            "{}: it never began",
            database.engine
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn recorded(database: &TestDatabase) -> Vec<String> {
    let rows = database.query("SELECT id FROM driftless_history WHERE state = 'applied' ORDER BY seq");
    rows.into_iter().flatten().flatten().collect()
}

fn counted(database: &TestDatabase) -> String {
    database.query("SELECT count(*) FROM counted")[0][0]
        .clone()
        .expect("a number")
}

fn ten_runners(database: &TestDatabase, url: &str, config: &str) {
    let folder = project(database, &changelog(database.engine, 1, true), config);
    let runners: Vec<Child> = (0..10).map(|_| start(&folder, url, &["up"])).collect();
    for runner in runners {
        succeeds(&runner.wait_with_output().expect("the program ends"));
    }
    assert_eq!(recorded(database), ["first", "slow", "last"], "{}", database.engine);
    assert_eq!(counted(database), "1", "{}", database.engine);
}

#[test]
fn ten_runners_apply_each_changeset_once_under_a_lease() {
    on_servers(|database| ten_runners(database, &database.url, LEASE));
}

#[test]
fn ten_runners_apply_each_changeset_once_behind_a_pooler() {
    let database = TestDatabase::new("postgres");
    ten_runners(&database, &pooled(&database), LEASE);
}

#[test]
fn a_lease_in_a_schema_of_its_own_is_made_by_ten_at_once() {
    let database = TestDatabase::new("postgres");
    let config = format!("{LEASE}history: {{ table: past, schema: operations }}\n");
    let folder = project(&database, &changelog("postgres", 0, true), &config);
    let runners: Vec<Child> = (0..10).map(|_| start(&folder, &database.url, &["up"])).collect();
    for runner in runners {
        succeeds(&runner.wait_with_output().expect("the program ends"));
    }
    let rows = database.query("SELECT count(*) FROM operations.past; SELECT count(*) FROM operations.past_lock");
    assert_eq!(rows, [[Some("3".to_owned())], [Some("1".to_owned())]]);
}

#[test]
fn who_waits_is_told_who_has_the_lock_and_what_that_does() {
    on_servers(|database| {
        let folder = project(database, &changelog(database.engine, 3, true), "");
        let mut first = start(&folder, &database.url, &["up"]);
        await_slow(database, &mut first);
        let told = succeeds(&run(&folder, &database.url, &["up"]));
        succeeds(&first.wait_with_output().expect("the program ends"));
        assert!(told.contains("waiting for user `driftless` from "), "{told}");
        let (number, statement) = match database.engine {
            "postgres" => (", application `driftless ", "running since "),
            _ => (", connection ", "running for "),
        };
        assert!(told.contains(number) && told.contains(statement), "{told}");
        assert!(
            told.contains("if that run has died, this is an orphaned session"),
            "{told}"
        );
    });
}

/// MariaDB tells who has a transaction open, not who holds which table; MySQL likewise, where its user may not look.
#[test]
fn who_may_hold_a_table_is_named_so_and_nobody_of_another_database() {
    for engine in ["mariadb", "mysql"] {
        let (database, other) = (TestDatabase::new(engine), TestDatabase::new(engine));
        let changelog = "changesets:\n  - id: more\n    operations:\n      \
            - sql: { up: ALTER TABLE held ADD COLUMN more int, down: ALTER TABLE held DROP COLUMN more, effects: [] }\n";
        let config = "timeouts: { table_lock: 2, attempts: 1 }\n";
        let folder = project(&database, changelog, config);
        block_on(async {
            let mut sessions = Vec::new();
            for url in [&database.url, &other.url] {
                let mut session = connect(url).await;
                let hold = "CREATE TABLE held (id int); START TRANSACTION; SELECT count(*) FROM held";
                session.run(hold).await.expect("a transaction");
                let number = session.server().connection.expect("a number");
                sessions.push((session, number));
            }
            let told = stderr(&run(&folder, &database.url, &["up"]));
            let (ours, others) = (sessions[0].1, sessions[1].1);
            let named = format!("waiting for another session, perhaps connection {ours},");
            assert!(told.contains(&named), "{engine}: {told}");
            assert!(!told.contains(&format!("connection {others},")), "{engine}: {told}");
        });
    }
}

#[test]
fn who_looks_while_a_run_is_at_work_is_told_of_that_and_not_of_something_half_done() {
    on_servers(|database| {
        for config in ["", LEASE] {
            let folder = project(database, &changelog(database.engine, 4, false), config);
            let mut runner = start(&folder, &database.url, &["up"]);
            await_slow(database, &mut runner);
            let output = run(&folder, &database.url, &["status", "--check"]);
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(3), "{told}");
            assert!(
                told.contains("a run is at work: ") && told.contains("    at slow\n"),
                "{told}"
            );
            assert!(!told.contains("half applied"), "{told}");
            for command in [&["plan"][..], &["sql"], &["up", "--dry-run"]] {
                let output = run(&folder, &database.url, command);
                let told = succeeds(&output);
                assert!(told.contains("note: a run is at work"), "{told}");
            }
            succeeds(&runner.wait_with_output().expect("the program ends"));
            let output = run(&folder, &database.url, &["status"]);
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!told.contains("at work"), "{told}");
            succeeds(&run(&folder, &database.url, &["down", "-3", "--allow-data-loss"]));
        }
    });
}

#[test]
fn the_lock_of_a_killed_run_is_its_session_s_until_the_statement_ends() {
    on_servers(|database| {
        let folder = project(database, &changelog(database.engine, 4, false), "");
        let mut first = start(&folder, &database.url, &["up"]);
        await_slow(database, &mut first);
        signal(&first, libc::SIGKILL);
        first.wait().expect("the program ends");
        let impatient = run(&folder, &database.url, &["up", "--lock-timeout", "0.5"]);
        let told = stderr(&impatient);
        assert_eq!(impatient.status.code(), Some(1), "{told}");
        assert!(told.contains("did not let go within 0.5 s: user `driftless`"), "{told}");
        let told = succeeds(&run(&folder, &database.url, &["up"]));
        assert!(told.contains("this is an orphaned session"), "{told}");
        assert_eq!(recorded(database), ["first", "slow", "last"]);
    });
}

#[test]
fn a_name_of_the_user_s_own_stays() {
    let database = TestDatabase::new("postgres");
    for config in ["", LEASE] {
        database.execute("DROP TABLE IF EXISTS slow, counted, driftless_history");
        let folder = project(&database, &changelog("postgres", 2, true), config);
        let mut first = start(&folder, &format!("{}?application_name=deploy", database.url), &["up"]);
        await_slow(&database, &mut first);
        let told = succeeds(&run(&folder, &database.url, &["up"]));
        succeeds(&first.wait_with_output().expect("the program ends"));
        assert!(told.contains("application `deploy`"), "{told}");
    }
}

#[test]
fn a_lease_outlives_a_long_statement_and_says_who_has_it() {
    on_servers(|database| {
        // Longer than the lease lasts without being renewed.
        let folder = project(database, &changelog(database.engine, 5, true), LEASE);
        let mut first = start(&folder, &database.url, &["up"]);
        let process = format!("process {}", first.id());
        await_slow(database, &mut first);
        let told = succeeds(&run(&folder, &database.url, &["up"]));
        let first = succeeds(&first.wait_with_output().expect("the program ends"));
        assert!(
            told.contains(&process) && told.contains(", with the lease since "),
            "{told}"
        );
        assert!(told.contains("; running "), "{told}");
        assert!(told.contains("nothing to do"), "{told}");
        assert!(first.contains("3 changesets applied"), "{first}");
    });
}

#[test]
fn the_lease_of_a_killed_run_runs_out_and_its_statement_is_waited_for() {
    on_servers(|database| the_next_goes_on(database, &database.url, 6));
}

#[test]
fn behind_a_pooler_the_statement_of_a_killed_run_is_waited_for() {
    let database = TestDatabase::new("postgres");
    the_next_goes_on(&database, &pooled(&database), 6);
}

fn the_next_goes_on(database: &TestDatabase, url: &str, seconds: u32) {
    // Outside a transaction, which no lock of a row shows.
    let folder = project(database, &changelog(database.engine, seconds, false), LEASE);
    let mut first = start(&folder, url, &["up"]);
    await_slow(database, &mut first);
    signal(&first, libc::SIGKILL);
    first.wait().expect("the program ends");
    let started = Instant::now();
    let second = run(&folder, url, &["up"]);
    let told = succeeds(&second);
    assert!(
        told.contains("waiting for an orphaned session of an earlier run: user `driftless`"),
        "{told}"
    );
    assert!(started.elapsed() > Duration::from_secs(3), "{told}");
    assert_eq!(recorded(database), ["first", "slow", "last"]);
    assert_eq!(counted(database), "1");
}

#[test]
fn the_transaction_of_a_killed_run_is_waited_for() {
    let database = TestDatabase::new("postgres");
    let folder = project(&database, &changelog("postgres", 6, true), LEASE);
    // Under a name of its own, too: the transaction is found by its lock.
    let mut first = start(
        &folder,
        &format!("{}?application_name=deploy", pooled(&database)),
        &["up"],
    );
    await_slow(&database, &mut first);
    signal(&first, libc::SIGKILL);
    first.wait().expect("the program ends");
    let told = succeeds(&run(&folder, &pooled(&database), &["up"]));
    assert!(told.contains("with the lease since"), "{told}");
    // The server carried the message out to its end, the row of the history included.
    assert_eq!(recorded(&database), ["first", "slow", "last"]);
    assert_eq!(database.query("SELECT count(*) FROM slow"), [[Some("1".to_owned())]]);
}

#[test]
fn who_is_held_up_for_longer_than_the_lease_does_not_write_any_more() {
    on_servers(|database| {
        let folder = project(database, &changelog(database.engine, 2, false), LEASE);
        let mut first = start(&folder, &database.url, &["up"]);
        await_slow(database, &mut first);
        signal(&first, libc::SIGSTOP);
        let second = run(&folder, &database.url, &["up"]);
        signal(&first, libc::SIGCONT);
        succeeds(&second);
        let first = first.wait_with_output().expect("the program ends");
        let told = stderr(&first);
        assert_eq!(first.status.code(), Some(1), "{told}");
        assert!(told.contains("the lease was lost to another run"), "{told}");
        assert_eq!(recorded(database), ["first", "slow", "last"], "{told}");
        assert_eq!(counted(database), "1", "{told}");
    });
}

#[test]
fn behind_a_pooler_the_lock_of_a_session_is_refused() {
    let database = TestDatabase::new("postgres");
    let folder = project(&database, &changelog("postgres", 0, true), "");
    let url = pooled(&database);
    for round in 0..5 {
        let refused = run(&folder, &url, &["up"]);
        let told = stderr(&refused);
        assert_eq!(refused.status.code(), Some(2), "{round}: {told}");
        assert!(
            told.contains("a pooler lends out the sessions") && told.contains("set `lock: lease`"),
            "{told}"
        );
        // The session that the pooler keeps has not kept the lock.
        let left = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
             WHERE l.locktype = 'advisory' AND d.datname = current_database()";
        assert_eq!(database.query(left)[0][0].as_deref(), Some("0"), "{round}");
        assert_eq!(
            database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0][0].as_deref(),
            Some("0")
        );
    }
    // What only looks needs no lock.
    succeeds(&run(&folder, &url, &["status"]));
    succeeds(&run(&folder, &database.url, &["up"]));
    let refused = run(&folder, &url, &["down", "-1"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert_eq!(counted(&database), "1");
}

#[test]
fn behind_a_pooler_everything_works_under_a_lease() {
    let database = TestDatabase::new("postgres");
    let url = pooled(&database);
    let more = "  - id: loaded\n\
         \x20   operations:\n\
         \x20     - create_table: { table: empty, columns: [{ name: id, type: int }] }\n\
         \x20     - load_data: { table: counted, file: rows.csv }\n\
         \x20     - unload_data: { query: SELECT id AS number FROM empty, file: out.csv }\n\
         \x20 - id: indexed\n\
         \x20   transaction: false\n\
         \x20   operations:\n\
         \x20     - create_index: { table: counted, columns: [id], concurrently: true }\n";
    let folder = project(&database, &(changelog("postgres", 0, true) + more), LEASE);
    write(folder.join("rows.csv"), "id\n2\n3\n");
    for _ in 0..3 {
        succeeds(&run(&folder, &url, &["up"]));
        assert_eq!(counted(&database), "3");
        assert_eq!(
            std::fs::read_to_string(folder.join("out.csv")).expect("a file"),
            "number\n"
        );
        let status = run(&folder, &url, &["status"]);
        let told = String::from_utf8_lossy(&status.stdout).into_owned() + &stderr(&status);
        assert!(
            status.status.success() && told.contains("5 applied, 0 pending"),
            "{told}"
        );
        succeeds(&run(&folder, &url, &["down", "base", "--allow-data-loss"]));
        std::fs::remove_file(folder.join("out.csv")).expect("it was written");
    }
    assert_eq!(
        database.query("SELECT count(*) FROM pg_prepared_statements")[0][0].as_deref(),
        Some("0")
    );
}

#[test]
fn behind_a_pooler_bytes_have_to_come_as_the_server_s_own_setting_says() {
    let database = TestDatabase::new("postgres");
    let (_, name) = database.url.rsplit_once('/').expect("a URL with a database");
    database.execute(&format!("ALTER DATABASE {name} SET bytea_output = 'escape'"));
    let folder = project(&database, &changelog("postgres", 0, true), LEASE);
    let refused = run(&folder, &database.url, &["up"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("`bytea_output`"), "{}", stderr(&refused));
}

#[test]
fn sqlite_has_no_leases() {
    let database = TestDatabase::new("sqlite");
    let folder = project(&database, "changesets: []\n", "lock: lease\n");
    let refused = run(&folder, &database.url, &["up"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        stderr(&refused).contains("`lock: lease` is not for SQLite"),
        "{}",
        stderr(&refused)
    );
    let config = "lock: lease\ndefault_environment: dev\nenvironments: { dev: { lock: session } }\n";
    project(&database, "changesets: []\n", config);
    succeeds(&run(&folder, &database.url, &["up"]));
    project(&database, "changesets: []\n", "lock: { lease: 0 }\n");
    assert_eq!(run(&folder, &database.url, &["up"]).status.code(), Some(2));
}

async fn connect(url: &str) -> Session {
    let url = DatabaseUrl::parse(url).expect("a URL");
    Session::connect(&url, &ConnectOptions::default())
        .await
        .expect("it connects")
}

fn store(session: &Session) -> Store {
    let target = target_of(session).expect("a known dialect");
    Store::new(&target, &HistoryTable::default()).expect("a history")
}

fn terms(session: &Session, length: Duration) -> Locking {
    Locking::Lease(Terms {
        table: store(session).lease_table(session),
        length,
        who: "o'brien\\@host".to_owned(),
    })
}

#[test]
fn the_fence_fails_once_another_has_the_lease_and_keeps_others_out_of_a_transaction() {
    on_servers(|database| {
        block_on(async {
            let (mut first, mut second, mut admin) = (
                connect(&database.url).await,
                connect(&database.url).await,
                connect(&database.url).await,
            );
            let (store, locking) = (store(&first), terms(&first, Duration::from_secs(60)));
            let expire = "UPDATE driftless_history_lock SET expires = acquired WHERE part = 1";
            let begin = match database.engine {
                "postgres" => "BEGIN",
                _ => "START TRANSACTION",
            };
            let patience = Duration::from_millis(400);
            let result: Result<(), RunError> =
                with_run(&mut first, &store, &locking, patience, &mut |_| (), async |first| {
                    let fence = first.fence_sql().expect("there is a lease");
                    first.run(begin).await?;
                    first.query(&fence).await?;
                    admin.execute(expire).await?;
                    // In the middle of a fenced transaction nobody takes it, though it has run out.
                    let kept_out: Result<(), RunError> =
                        with_run(&mut second, &store, &locking, patience, &mut |_| (), async |_| Ok(())).await;
                    let told = kept_out.expect_err("it is held").to_string();
                    assert!(told.contains("o'brien@host") && told.contains("has run out"), "{told}");
                    first.run("COMMIT").await?;
                    first.check_lock().await?;
                    with_run(&mut second, &store, &locking, patience, &mut |_| (), async |_| {
                        Ok::<_, RunError>(())
                    })
                    .await?;
                    first.run(begin).await?;
                    let refused = first.query(&fence).await.expect_err("it is another's");
                    first.run("ROLLBACK").await?;
                    let refused = first.explain_fence(refused);
                    assert_eq!(refused.kind, ErrorKind::Lock, "{refused:?}");
                    assert!(refused.message.contains("lost to another run"), "{refused}");
                    let other = first.query("SELECT no_such_column").await.expect_err("there is none");
                    assert_eq!(first.explain_fence(other).kind, ErrorKind::Statement);
                    Ok(())
                })
                .await;
            let told = result.expect_err("it was lost in the end").to_string();
            assert!(told.contains("lost to another run"), "{told}");
        });
    });
}

#[test]
fn a_lease_is_renewed_and_given_back_and_its_loss_is_noticed() {
    on_servers(|database| {
        block_on(async {
            let (mut first, mut admin) = (connect(&database.url).await, connect(&database.url).await);
            let (store, locking) = (store(&first), terms(&first, Duration::from_millis(1500)));
            let patience = Duration::from_millis(200);
            let failed: Result<(), RunError> =
                with_run(&mut first, &store, &locking, patience, &mut |_| (), async |first| {
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    first.check_lock().await?;
                    // A failing work gives it back, too.
                    Err(RunError::failed("as asked"))
                })
                .await;
            assert_eq!(failed.expect_err("the work fails").to_string(), "as asked");
            let lost: Result<(), RunError> =
                with_run(&mut first, &store, &locking, patience, &mut |_| (), async |first| {
                    admin
                        .execute(
                            "UPDATE driftless_history_lock SET holder = 'somebody', who = 'somebody' WHERE part = 1",
                        )
                        .await?;
                    tokio::time::sleep(Duration::from_secs(2)).await;
                    let lost: Result<(), Error> = first.check_lock().await;
                    let lost = lost.expect_err("it is somebody's");
                    assert!(
                        lost.message.starts_with("the lease was lost to another run: somebody"),
                        "{lost}"
                    );
                    Err(lost.into())
                })
                .await;
            assert!(lost.is_err());
        });
    });
}
