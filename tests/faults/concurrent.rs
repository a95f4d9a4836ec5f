//! Many runs at once: one goes first, the others wait and find its work done.

use std::time::{Duration, Instant};

use crate::kill::{DOWN, TOLD};
use crate::random::number;
use crate::slow::{self, A_WHILE, FOR_EVER};
use crate::state::{State, moves};
use crate::support::on_engines;
use crate::trial::{Ended, Running, Trial};

/// Starts them all, then waits for all.
fn at_once(trial: &Trial, runs: &[&[&str]]) -> (Vec<Ended>, Duration) {
    let begun = Instant::now();
    let mut running: Vec<_> = runs.iter().map(|arguments| trial.start(arguments)).collect();
    let ended: Vec<Ended> = running.iter_mut().map(|run| run.end()).collect();
    for (arguments, ended) in runs.iter().zip(&ended) {
        trial.note(format!("{}: {:?}\n{}", arguments.join(" "), ended.code, ended.text));
    }
    (ended, begun.elapsed())
}

fn rounds() -> u64 {
    number("DRIFTLESS_FAULT_CONCURRENT", 3)
}

/// What one runner alone comes to, and how long it takes.
fn alone(engine: &'static str) -> (State, Duration) {
    let trial = Trial::new(engine, TOLD);
    let took = trial.measure(&["up"]).total;
    (trial.state(), took)
}

/// Ten runners; `before` is what one alone does first.
fn ten_runners(engine: &'static str, before: &[&str]) {
    let (expected, one) = alone(engine);
    for round in 0..rounds() {
        let trial = Trial::new(engine, TOLD);
        trial.note(format!("round {round}"));
        if !before.is_empty() {
            trial.run(before).expect(0, &[]);
        }
        let (ended, ten) = at_once(&trial, &[["up"].as_slice(); 10]);
        eprintln!("{engine}: one runner {one:.1?}, ten at once {ten:.1?}");
        for ended in ended {
            ended.expect(0, &[]);
        }
        trial.state().assert_is(&expected, "after ten runners");
        let moves = moves(&trial.database);
        assert!(moves.iter().all(|(_, state)| state == "applied"), "{moves:?}");
        let mut ids: Vec<_> = moves.iter().map(|(id, _)| id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), moves.len(), "a changeset was applied twice: {moves:?}");
    }
}

#[test]
fn ten_runners_at_once_on_an_empty_database_all_succeed_and_apply_each_changeset_once() {
    on_engines(|engine| ten_runners(engine, &[]));
}

#[test]
fn ten_runners_at_once_on_a_filled_database_all_succeed_and_apply_each_changeset_once() {
    on_engines(|engine| ten_runners(engine, &["up", "columns"]));
}

#[test]
fn up_and_down_at_once_follow_one_another() {
    on_engines(|engine| {
        let (expected, _) = alone(engine);
        for round in 0..rounds() {
            let trial = Trial::new(engine, TOLD);
            trial.note(format!("round {round}"));
            trial.run(&["up", "rows"]).expect(0, &[]);
            let (ended, _) = at_once(&trial, &[&["up"], &DOWN, &["up"], &DOWN]);
            for ended in ended {
                ended.expect(0, &[]);
            }
            let mut applied: Vec<String> = Vec::new();
            for (id, state) in moves(&trial.database) {
                match state.as_str() {
                    "applied" if !applied.contains(&id) => applied.push(id),
                    // The last that came is the first that goes.
                    "reverted" if applied.last() == Some(&id) => {
                        applied.pop();
                    }
                    _ => panic!("`{id}` became {state} when there was {applied:?}"),
                }
            }
            trial.run(&["up"]).expect(0, &[]);
            trial.state().assert_is(&expected, "after runs in both directions");
        }
    });
}

/// Words for who is at the slow statement, as the server knows it; SQLite knows the process.
fn holder(trial: &Trial, first: &Running) -> String {
    let session = || slow::session(&trial.database).expect("it is at the statement");
    match trial.database.engine {
        "sqlite" => format!("process {}", first.id()),
        "postgres" => format!("pid {}", session()),
        _ => format!("connection {}", session()),
    }
}

#[test]
fn who_waits_says_for_whom_and_goes_on() {
    on_engines(|engine| {
        let trial = Trial::new(engine, &slow::changelog(engine, A_WHILE));
        let mut first = slow::start(&trial);
        let holder = holder(&trial, &first);
        trial.run(&["up"]).expect(0, &["waiting for", &holder]);
        first.end().expect(0, &[]);
        trial.run(&["status", "--check"]).expect(0, &[]);
    });
}

#[test]
fn who_has_waited_long_enough_gives_up_and_says_who_holds_the_lock() {
    on_engines(|engine| {
        let trial = Trial::new(engine, &slow::changelog(engine, FOR_EVER));
        let mut first = slow::start(&trial);
        let holder = holder(&trial, &first);
        trial.configure(&["table_lock: 1", "attempts: 2"]);
        trial.run(&["up", "--lock-timeout", "0.5"]).expect(1, &[&holder]);
        first.kill();
        if engine != "sqlite" {
            slow::end_session(&trial.database);
        }
    });
}

#[test]
fn the_lock_goes_with_a_run_that_is_killed() {
    on_engines(|engine| {
        let trial = Trial::new(engine, &slow::changelog(engine, A_WHILE));
        let mut first = slow::start(&trial);
        first.kill();
        // The server may be at the statement of the dead one still.
        let mut ended = trial.run(&["up"]);
        if ended.code == Some(5) {
            let row = trial.database.query("SELECT id FROM waiting");
            trial
                .run(&["resume", if row.is_empty() { "--not-done" } else { "--done" }])
                .expect(0, &[]);
            ended = trial.run(&["up"]);
        }
        ended.expect(0, &[]);
        let rows = trial.database.query("SELECT id FROM waiting");
        assert_eq!(
            rows.len(),
            1,
            "{engine}: the statement of the dead run happened, and again"
        );
    });
}
