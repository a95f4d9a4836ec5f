//! Ctrl-C and SIGTERM: the first lets the statement that runs end, the second cancels it.

use std::time::Duration;

use crate::slow::{self, A_WHILE, FOR_EVER, within};
use crate::state::{State, in_flight, moves};
use crate::support::{TestDatabase, on_engines, on_some};
use crate::trial::{Ended, Running, Trial};

const SIGNALS: [(i32, i32); 2] = [(libc::SIGINT, 130), (libc::SIGTERM, 143)];

fn there(database: &TestDatabase, table: &str) -> bool {
    let sql = match database.engine {
        "sqlite" => format!("SELECT name FROM sqlite_schema WHERE name = '{table}'"),
        "postgres" => format!("SELECT tablename FROM pg_tables WHERE tablename = '{table}'"),
        _ => format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name = '{table}'"
        ),
    };
    !database.query(&sql).is_empty()
}

/// The state that the history gives the changeset that was stopped, held against what is there of it: the table before
/// the slow statement, its row, and the table after it.
fn stopped_at(database: &TestDatabase) -> (Option<String>, [bool; 3]) {
    let last = moves(database).into_iter().rev().find(|(id, _)| id == "slow");
    let row = !database.query("SELECT id FROM waiting").is_empty();
    let parts = [there(database, "before_it"), row, there(database, "after_it")];
    (last.map(|(_, state)| state), parts)
}

/// Nothing holds the next run up, and it comes to the end.
fn goes_on(trial: &Trial, expected: &State) {
    let ended = trial.run(&["up"]).expect(0, &[]);
    assert!(
        !ended.text.contains("waiting for"),
        "the lock was not released:\n{}",
        ended.text
    );
    trial.state().assert_is(expected, "after a signal and another `up`");
}

fn undisturbed(engine: &'static str, seconds: u32) -> State {
    let trial = Trial::new(engine, &slow::changelog(engine, seconds));
    trial.run(&["up"]).expect(0, &[]);
    trial.state()
}

fn end(trial: &Trial, mut running: Running) -> Ended {
    let ended = running.end();
    trial.note(format!("up: {:?}\n{}", ended.code, ended.text));
    ended
}

#[test]
fn a_signal_stops_after_the_statement_in_flight_with_the_history_true_and_the_lock_released() {
    on_engines(|engine| {
        let expected = undisturbed(engine, A_WHILE);
        for (signal, code) in SIGNALS {
            let trial = Trial::new(engine, &slow::changelog(engine, A_WHILE));
            let running = slow::start(&trial);
            running.signal(signal);
            end(&trial, running).expect(code, &["stop"]);
            assert!(!there(&trial.database, "last"), "{engine}: it went on");
            assert!(
                in_flight(&trial.database).is_empty(),
                "{engine}: something is in flight"
            );
            let (state, parts) = stopped_at(&trial.database);
            match state.as_deref() {
                Some("applied") => assert_eq!(parts, [true; 3], "{engine}"),
                // The statement that ran has ended, and what follows has not begun.
                Some("partial") => assert_eq!(parts, [true, true, false], "{engine}"),
                _ => assert_eq!(parts, [false; 3], "{engine}: what is there is not recorded"),
            }
            goes_on(&trial, &expected);
        }
    });
}

#[test]
fn a_second_signal_cancels_the_statement_on_the_server() {
    on_engines(|engine| {
        let expected = undisturbed(engine, 0);
        for (signal, code) in SIGNALS {
            let trial = Trial::new(engine, &slow::changelog(engine, FOR_EVER));
            let running = slow::start(&trial);
            running.signal(signal);
            std::thread::sleep(Duration::from_millis(300));
            running.signal(signal);
            // The whole of a transaction may be one message, of which nobody knows how far it got.
            let place = match engine {
                "postgres" => "- id: slow",
                _ => "stopped as asked",
            };
            end(&trial, running).expect(code, &[place]);
            if engine != "sqlite" {
                let limit = Duration::from_secs(20);
                within(limit, "the statement to be cancelled", || {
                    slow::session(&trial.database).is_none()
                });
            }
            let (state, parts) = stopped_at(&trial.database);
            match state.as_deref() {
                Some("partial") => assert_eq!(parts, [true, false, false], "{engine}"),
                None => assert_eq!(parts, [false; 3], "{engine}: what is there is not recorded"),
                Some(other) => panic!("{engine}: what was cancelled is {other}"),
            }
            // What was cancelled may be corrected.
            trial.write(&slow::changelog(engine, 0));
            goes_on(&trial, &expected);
        }
    });
}

#[test]
fn a_signal_stops_in_the_middle_of_a_file_and_takes_its_rows_out_again() {
    on_engines(|engine| {
        let changelog = "changesets:
  - id: first
    operations:
      - create_table: {table: many, columns: [{name: id, type: int, primary_key: true}, {name: name, type: varchar(20)}]}
  - id: load
    operations:
      - load_data: {table: many, file: many.csv}
";
        let trial = Trial::new(engine, changelog);
        let mut text = String::from("id,name\n");
        for id in 0..1_500_000 {
            text += &format!("{id},name {id}\n");
        }
        std::fs::write(trial.database.folder().join("many.csv"), text).expect("the file");
        let running = trial.start(&["up"]);
        within(Duration::from_secs(60), "the first changeset to be there", || {
            moves(&trial.database).len() == 1
        });
        running.signal(libc::SIGINT);
        end(&trial, running).expect(130, &["stopped as asked"]);
        assert_eq!(moves(&trial.database).len(), 1, "{engine}: the file is not recorded");
        assert!(
            trial.database.query("SELECT id FROM many").is_empty(),
            "{engine}: no row of it is there"
        );
    });
}

/// SQL is loaded into a scratch database, which goes however the loading ends.
#[test]
fn a_signal_takes_the_scratch_database_away() {
    on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let trial = Trial::new(engine, "changesets: []\n");
        let sleep = match engine {
            "postgres" => "pg_sleep",
            _ => "sleep",
        };
        let model =
            format!("CREATE TABLE before_it (id int);\nSELECT {sleep}({FOR_EVER});\nCREATE TABLE after_it (id int);\n");
        std::fs::write(trial.database.folder().join("model.sql"), model).expect("the model");
        let running = trial.start(&["inspect", "model.sql", "--scratch", &trial.database.url]);
        let of_process = format!("driftless_scratch_{}_%", running.id());
        let there = || {
            let sql = match engine {
                "postgres" => format!(
                    "SELECT 1 FROM pg_stat_activity WHERE datname LIKE '{of_process}' AND state = 'active' AND query LIKE '%sleep(%'"
                ),
                _ => format!(
                    "SELECT 1 FROM information_schema.processlist WHERE db LIKE '{of_process}' AND info LIKE '%sleep(%'"
                ),
            };
            !trial.database.query(&sql).is_empty()
        };
        within(Duration::from_secs(60), "the slow statement", there);
        running.signal(libc::SIGTERM);
        std::thread::sleep(Duration::from_millis(300));
        running.signal(libc::SIGINT);
        end(&trial, running).expect(143, &["stopped as asked"]);
        let left = match engine {
            "postgres" => format!("SELECT 1 FROM pg_database WHERE datname LIKE '{of_process}'"),
            _ => format!("SELECT 1 FROM information_schema.schemata WHERE schema_name LIKE '{of_process}'"),
        };
        assert!(trial.database.query(&left).is_empty(), "{engine}: it is left");
    });
}
