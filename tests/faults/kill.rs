//! driftless killed at random moments. What it had begun is known to the next run.

use crate::random::{Random, number};
use crate::state::{State, in_flight, moves};
use crate::support::{on_engines, on_some};
use crate::trial::{Course, Ended, Killed, Trial};

/// Every statement of it can be asked for.
pub const TOLD: &str = include_str!("told.yaml");

fn rounds() -> u64 {
    number("DRIFTLESS_FAULT_ROUNDS", 20)
}

/// The changelog with each statement of it committed by itself.
pub fn by_itself(changelog: &str) -> String {
    let plain = changelog.replace("\n    transaction: false\n", "\n");
    plain.replace("\n    operations:\n", "\n    transaction: false\n    operations:\n")
}

/// The changelog without those changesets that have no transaction around them.
pub fn in_transactions(changelog: &str) -> String {
    let changesets = changelog.split("\n\n");
    let kept: Vec<&str> = changesets.filter(|text| !text.contains("transaction: false")).collect();
    kept.join("\n\n")
}

/// What undisturbed runs come to: there, and back.
struct Undisturbed {
    changelog: String,
    in_transactions: bool,
    up: Course,
    down: Course,
    state: State,
}

pub const DOWN: [&str; 3] = ["down", "base", "--allow-data-loss"];

impl Undisturbed {
    fn run(engine: &'static str, changelog: String) -> Undisturbed {
        let trial = Trial::new(engine, &changelog);
        let up = trial.measure(&["up"]);
        let state = trial.state();
        let down = trial.measure(&DOWN);
        trial.state().assert_empty("an undisturbed way back");
        Undisturbed {
            in_transactions: !changelog.contains("transaction: false"),
            changelog,
            up,
            down,
            state,
        }
    }
}

/// Rounds of a test on one engine; some of the kills have to come in the middle of a changeset.
fn kill_rounds(
    way: &Undisturbed,
    engine: &'static str,
    rounds: u64,
    round: fn(&Trial, &Undisturbed, &mut Random) -> bool,
) {
    let mut hits = 0;
    for number in 0..rounds {
        let mut random = Random::of(engine, number);
        let trial = Trial::new(engine, &way.changelog);
        trial.note(format!("round {number}"));
        hits += u64::from(round(&trial, way, &mut random));
    }
    eprintln!("{engine}: {hits} of {rounds} rounds were killed in the middle of a changeset");
    assert!(hits * 4 >= rounds, "{engine}: only {hits} of {rounds} rounds were hit");
}

/// Kills it a few times, and says whether any of them came in the middle of a changeset: where statements commit by
/// themselves, there are notes of it.
fn kill_some(trial: &Trial, arguments: &[&str], way: &Undisturbed, random: &mut Random) -> bool {
    let course = if arguments == DOWN { &way.down } else { &way.up };
    let mut hit = false;
    let mut moment = course.moment(random);
    for _ in 0..=random.below(3) {
        match trial.kill(arguments, moment) {
            Killed::InTheMiddle => hit |= way.in_transactions || !in_flight(&trial.database).is_empty(),
            Killed::TooLate(ended) => {
                ended.expect(0, &[]);
                break;
            }
        }
        moment = course.later_moment(random);
    }
    hit
}

fn applied_once(trial: &Trial) {
    let mut applied: Vec<String> = moves(&trial.database)
        .into_iter()
        .filter(|(_, state)| state == "applied")
        .map(|(id, _)| id)
        .collect();
    let all = applied.len();
    applied.sort();
    applied.dedup();
    assert_eq!(applied.len(), all, "a changeset was applied twice");
}

fn up_goes_on(trial: &Trial, way: &Undisturbed, random: &mut Random) -> bool {
    let hit = kill_some(trial, &["up"], way, random);
    trial.run(&["up"]).expect(0, &[]);
    trial.state().assert_is(&way.state, "after a kill and another `up`");
    applied_once(trial);
    trial.run(&["status", "--check"]).expect(0, &[]);
    hit
}

fn down_goes_on(trial: &Trial, way: &Undisturbed, random: &mut Random) -> bool {
    let hit = match random.below(2) {
        // From where an `up` was killed.
        0 => {
            trial.run(&["up", "+1"]).expect(0, &[]);
            kill_some(trial, &["up"], way, random)
        }
        _ => {
            trial.run(&["up"]).expect(0, &[]);
            false
        }
    };
    let hit = kill_some(trial, &DOWN, way, random) || hit;
    trial.run(&DOWN).expect(0, &[]);
    trial.state().assert_empty("after a kill and another `down base`");
    trial.run(&["up"]).expect(0, &[]);
    trial.state().assert_is(&way.state, "there and back and there again");
    hit
}

#[test]
fn a_changeset_of_one_transaction_is_there_or_not_after_a_kill() {
    on_some(&["sqlite", "postgres"], |engine| {
        let way = Undisturbed::run(engine, in_transactions(TOLD));
        kill_rounds(&way, engine, rounds() / 2, up_goes_on);
        kill_rounds(&way, engine, rounds() / 4, down_goes_on);
    });
}

#[test]
fn an_up_of_statements_that_commit_by_themselves_goes_on_by_itself_after_a_kill() {
    on_engines(|engine| {
        let way = Undisturbed::run(engine, by_itself(TOLD));
        kill_rounds(&way, engine, rounds(), up_goes_on);
    });
}

#[test]
fn a_down_of_statements_that_commit_by_themselves_goes_on_by_itself_after_a_kill() {
    on_engines(|engine| {
        let way = Undisturbed::run(engine, by_itself(TOLD));
        kill_rounds(&way, engine, rounds() / 4, down_goes_on);
    });
}

/// A statement that driftless cannot read, and that takes its time.
struct Raw {
    up: String,
    down: String,
    /// Asks whether `up` happened.
    there: String,
}

fn raw_statements(engine: &str) -> Vec<Raw> {
    let catalog = match engine {
        "sqlite" => "sqlite_schema WHERE name = ",
        "postgres" => "pg_tables WHERE tablename = ",
        _ => "information_schema.tables WHERE table_schema = database() AND table_name = ",
    };
    let slow = match engine {
        "sqlite" => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT max(i) AS a FROM n"
        }
        "postgres" => "SELECT 1 AS a FROM pg_sleep(0.04)",
        _ => "SELECT SLEEP(0.04) AS a",
    };
    let mut all = Vec::new();
    for number in 0..4 {
        all.push(Raw {
            up: format!("CREATE TABLE made_{number} AS {slow}"),
            down: format!("DROP TABLE made_{number}"),
            there: format!("SELECT count(*) FROM {catalog}'made_{number}'"),
        });
        all.push(Raw {
            up: format!("INSERT INTO counter (id, word) SELECT count(*), 'row {number}' FROM counter"),
            down: format!("DELETE FROM counter WHERE word = 'row {number}'"),
            there: format!("SELECT count(*) FROM counter WHERE word = 'row {number}'"),
        });
    }
    all
}

/// Two changesets of the author's own SQL, with a known one between: nobody says what it does.
fn raw_changelog(engine: &str) -> String {
    let mut text = String::from(
        "changesets:
  - id: beginning
    operations:
      - create_table: {table: counter, columns: [{name: id, type: int}, {name: word, type: varchar(20)}]}
",
    );
    for (at, raw) in raw_statements(engine).iter().enumerate() {
        if at % 4 == 0 {
            text += &format!("  - id: raw-{at}\n    transaction: false\n    operations:\n");
            text += &format!(
                "      - create_table: {{table: known_{at}, columns: [{{name: id, type: int, primary_key: true}}]}}\n"
            );
        }
        text += &format!("      - sql:\n          up: {}\n          down: {}\n", raw.up, raw.down);
    }
    text
}

/// Whether it ended with a question; that is answered as things are.
fn answered(trial: &Trial, ended: Ended) -> bool {
    if ended.code == Some(0) {
        return false;
    }
    let ended = ended.expect(5, &["resume --done", "resume --not-done"]);
    let engine = trial.database.engine;
    // Warnings of statements that cannot be read stand before it.
    let question = ended.text.split_once("error[").map_or("", |(_, question)| question);
    let asked = |statement: &str| question.contains(statement);
    let found: Vec<(String, bool)> = raw_statements(engine)
        .into_iter()
        .flat_map(|raw| [(raw.up, raw.there.clone(), true), (raw.down, raw.there, false)])
        .filter(|(statement, ..)| asked(statement))
        .map(|(statement, there, makes)| {
            let there = trial.database.query(&there)[0][0].as_deref() == Some("1");
            (statement, there == makes)
        })
        .collect();
    let [(statement, done)] = found.as_slice() else {
        panic!("the question is not about one statement: {found:?}\n{}", ended.text);
    };
    trial.note(format!("is done: {done}: {statement}"));
    trial.run(&["status", "--check"]).expect(5, &[]);
    let answer = if *done { "--done" } else { "--not-done" };
    trial.run(&["resume", answer]).expect(0, &[]);
    true
}

fn until_done(trial: &Trial, arguments: &[&str]) -> u64 {
    for questions in 0..3 {
        if !answered(trial, trial.run(arguments)) {
            return questions;
        }
    }
    panic!("it goes on asking");
}

#[test]
fn where_sql_of_the_authors_was_in_flight_every_stop_is_a_question_that_resume_answers() {
    on_engines(|engine| {
        let way = Undisturbed::run(engine, raw_changelog(engine));
        let mut questions = 0;
        // Where a machine is slow the moments may all fall between statements: then there are more of them.
        let few = (rounds() / 4).max(1);
        for number in 0..few * 8 {
            if number >= few && questions > 0 {
                break;
            }
            let mut random = Random::of(engine, number);
            let trial = Trial::new(engine, &way.changelog);
            trial.note(format!("round {number}"));
            trial.kill(&["up"], way.up.moment(&mut random));
            questions += until_done(&trial, &["up"]);
            trial
                .state()
                .assert_is(&way.state, "after a kill, an answer and another `up`");
            trial.kill(&DOWN, way.down.moment(&mut random));
            questions += until_done(&trial, &DOWN);
            trial.state().assert_empty("after a kill, an answer and another `down`");
        }
        assert!(questions > 0, "{engine}: nothing was ever asked");
    });
}
