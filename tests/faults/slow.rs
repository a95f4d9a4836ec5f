//! A changelog with a statement that takes its time, so that something can happen while it runs.

use std::time::{Duration, Instant};

use crate::support::TestDatabase;
use crate::trial::{Running, Trial};

/// Long enough for a test to come in between.
pub const A_WHILE: u32 = 3;
/// Nobody waits for so long.
pub const FOR_EVER: u32 = 60;

/// A table; a changeset of three parts, of which the middle one puts a row into the table after so many seconds; another
/// table.
pub fn changelog(engine: &str, seconds: u32) -> String {
    let rows = |count: u32| format!("n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    let slow = match (engine, seconds) {
        ("sqlite", FOR_EVER) => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) * 0 FROM n".to_string()
        }
        // How long it takes depends on the machine.
        ("sqlite", _) => {
            format!(
                "WITH RECURSIVE {} SELECT count(*) * 0 FROM n",
                rows(seconds * 1_500_000 + 1)
            )
        }
        ("postgres", _) => format!("SELECT 0 FROM pg_sleep({seconds})"),
        // Many short ones: a single one that is stopped gives a row as if nothing had happened.
        _ => format!(
            "WITH RECURSIVE {} SELECT SUM(SLEEP(0.1)) * 0 FROM n",
            rows(seconds * 10 + 1)
        ),
    };
    format!(
        "changesets:
  - id: first
    operations:
      - create_table: {{table: waiting, columns: [{{name: id, type: int}}]}}
  - id: slow
    operations:
      - create_table: {{table: before_it, columns: [{{name: id, type: int}}]}}
      - sql:
          up: INSERT INTO waiting (id) {slow}
          down: DELETE FROM waiting
          effects: []
      - create_table: {{table: after_it, columns: [{{name: id, type: int}}]}}
  - id: last
    operations:
      - create_table: {{table: last, columns: [{{name: id, type: int}}]}}
"
    )
}

/// Starts `up`, and waits until the slow statement is under way.
pub fn start(trial: &Trial) -> Running {
    let mut running = trial.start(&["up"]);
    assert!(
        running.wait_for(|line| line.starts_with("+ first")),
        "{}",
        running.end().text
    );
    if trial.database.engine == "sqlite" {
        // It is not seen from outside; what is before it in its transaction is.
        let file = trial.database.folder().join("test.db-journal");
        within(Duration::from_secs(60), "a journal", || file.exists());
        std::thread::sleep(Duration::from_millis(300));
    } else {
        within(Duration::from_secs(60), "the slow statement", || {
            session(&trial.database).is_some()
        });
    }
    running
}

/// The session in which the server is at the slow statement: pid, or number of the connection.
pub fn session(database: &TestDatabase) -> Option<String> {
    let sql = match database.engine {
        "postgres" => {
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
             AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
        }
        // The journal is told of it before.
        _ => {
            "SELECT id FROM information_schema.processlist WHERE db = database() AND info LIKE 'INSERT INTO waiting%SLEEP(%' \
             AND id <> connection_id()"
        }
    };
    database.query(sql).into_iter().flatten().flatten().next()
}

/// Ends that session, which would be in the way of the database's end.
pub fn end_session(database: &TestDatabase) {
    match (database.engine, session(database)) {
        ("postgres", Some(pid)) => database.execute(&format!("SELECT pg_terminate_backend({pid})")),
        (_, Some(connection)) => database.execute(&format!("KILL {connection}")),
        (_, None) => {}
    }
}

/// Waits for something that has to come; how long is for machines that are slow.
#[track_caller]
pub fn within(limit: Duration, what: &str, mut there: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !there() {
        assert!(begun.elapsed() < limit, "waited for {what} for {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
