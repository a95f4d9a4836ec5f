//! A table that another session holds on to: driftless waits a little, says for whom, and gives up with nothing half-done.

use std::time::Duration;

use crate::holder::Holder;
use crate::kill::TOLD;
use crate::slow::{self, FOR_EVER};
use crate::state::moves;
use crate::support::{on_engines, on_some};
use crate::trial::Trial;

/// What a report does that nobody has ended: it only reads, and that is enough to keep a table from being altered.
fn reads(engine: &str) -> &'static [&'static str] {
    match engine {
        "sqlite" => &["BEGIN IMMEDIATE", "SELECT count(*) FROM author"],
        _ => &["START TRANSACTION", "SELECT count(*) FROM author"],
    }
}

/// A database whose next changeset begins with a change of the table that is read.
fn before_the_change(engine: &'static str) -> Trial {
    let trial = Trial::new(engine, TOLD);
    trial.run(&["up", "rows"]).expect(0, &[]);
    trial
}

fn names(engine: &str, holder: &Holder) -> String {
    match (engine, &holder.id) {
        ("postgres", Some(pid)) => format!("pid {pid}"),
        (_, Some(connection)) => format!("connection {connection}"),
        (_, None) => "locked".to_string(),
    }
}

#[test]
fn a_table_that_is_held_for_a_while_is_waited_for_and_the_holder_named() {
    on_engines(|engine| {
        let trial = before_the_change(engine);
        trial.configure(&["table_lock: 1"]);
        let holder = Holder::hold(&trial.database, reads(engine), Duration::from_secs(3));
        trial.run(&["up"]).expect(0, &[&names(engine, &holder)]);
        trial.run(&["status", "--check"]).expect(0, &[]);
    });
}

#[test]
fn a_table_that_is_held_for_ever_fails_the_run_with_the_holder_named_and_nothing_done() {
    on_engines(|engine| {
        let trial = before_the_change(engine);
        trial.configure(&["table_lock: 1", "attempts: 3"]);
        let before = trial.state();
        let holder = Holder::hold(&trial.database, reads(engine), Duration::from_secs(300));
        trial
            .run(&["up", "--lock-timeout", "3"])
            .expect(1, &[&names(engine, &holder)]);
        holder.let_go();
        trial.state().assert_is(&before, "after a lock that was not granted");
        trial.run(&["up"]).expect(0, &[]);
    });
}

#[test]
fn a_history_that_somebody_keeps_locked_is_waited_for_and_that_is_told() {
    on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let trial = before_the_change(engine);
        for command in [&["status"][..], &["up"]] {
            let how: &'static [&'static str] = match engine {
                "postgres" => &["BEGIN", "LOCK TABLE driftless_history"],
                _ => &["LOCK TABLES driftless_history WRITE"],
            };
            let holder = Holder::hold(&trial.database, how, Duration::from_secs(300));
            let mut running = trial.start(command);
            let told = running.wait_for(|line| line.starts_with("waiting for "));
            holder.let_go();
            assert!(told, "{engine}: nothing was told");
            running.end().expect(0, &[]);
        }
    });
}

#[test]
fn a_changeset_has_a_timeout_of_its_own_for_locks_and_for_statements() {
    on_engines(|engine| {
        let text = slow::changelog(engine, FOR_EVER);
        let limited = text.replace(
            "  - id: slow\n",
            "  - id: slow\n    lock_timeout: 1\n    statement_timeout: 1\n",
        );
        let trial = Trial::new(engine, &limited);
        let ended = trial.run(&["up"]);
        assert!(matches!(ended.code, Some(1 | 5)), "{:?}: {}", ended.code, ended.text);
        let moves = moves(&trial.database);
        assert!(
            !moves.contains(&("slow".to_string(), "applied".to_string())),
            "{moves:?}"
        );
        assert!(
            ended.text.contains("it took longer than 1 s"),
            "{engine}: {}",
            ended.text
        );
        assert!(
            engine == "sqlite" || slow::session(&trial.database).is_none(),
            "{engine}: it goes on at the server"
        );
        trial.write(&slow::changelog(engine, 0));
        trial.run(&["up"]).expect(0, &[]);
    });
}
