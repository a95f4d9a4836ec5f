//! What became of a run whose connection broke: looked up over another one.

use std::time::Duration;

use tokio::time::sleep;

use super::{Run, RunError};
use crate::database::Session;
use crate::plan::{Direction, Plan, Record, State};

/// How long the server is waited for, and how long whatever it is still at work on.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];
const PATIENCE: Duration = Duration::from_secs(10);

/// Adds to the error what the history says of the plan now: an answer that was lost is looked up, nothing is done again.
pub async fn look_after_loss(lost: &Session, run: &Run<'_>, plan: &Plan, mut error: RunError) -> RunError {
    let mut why = None;
    for pause in PAUSES {
        sleep(pause).await;
        match lost.another().await {
            Ok(mut session) => {
                return match look(&mut session, run, plan).await {
                    Ok(notes) => {
                        error.done.clear();
                        let told = notes.into_iter().fold(error, RunError::note);
                        told.help("run the command again: it goes on from there")
                    }
                    Err(again) => error
                        .note(format!("what came of it could not be looked up: {again}"))
                        .help("run the command again: it looks before it goes on"),
                };
            }
            Err(again) => why = Some(again),
        }
    }
    if let Some(again) = why {
        error = error.note(format!("and there is no other connection: {}", again.message));
    }
    error
        .note("whether the statement that was running happened is not known")
        .help("run the command again once the server is back: it looks before it goes on")
}

async fn look(session: &mut Session, run: &Run<'_>, plan: &Plan) -> Result<Vec<String>, RunError> {
    // The server may still be at work for the session that is gone: its lock goes with it.
    let store = run.store;
    if run.fence.is_none() {
        let key = store.lock_key(session);
        session.lock(&key, PATIENCE, &mut |_| ()).await?;
    }
    let history = store.read(session).await?.unwrap_or_default();
    let under_way = store.journal().read(session).await?;
    let (mut done, mut not_done, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for planned in &plan.changesets {
        let is_under_way = under_way.as_ref().is_some_and(|found| found.record.id == planned.id);
        let is_its_row = |record: &&Record| match planned.direction {
            Direction::Up => record.id == planned.id && record.state.is_there(),
            Direction::Down => record.id == planned.id && record.state == State::Reverted,
        };
        let mut written = history.records().iter().filter(|record| record.seq > run.last_seq);
        let is_done = written.any(|record| is_its_row(&record));
        match (is_under_way, is_done) {
            (true, _) => notes.push(format!("changeset `{}` was cut off half-way", planned.id)),
            (false, true) => done.push(format!("`{}`", planned.id)),
            (false, false) => not_done.push(format!("`{}`", planned.id)),
        }
    }
    let word = match plan.changesets.first().map(|planned| planned.direction) {
        Some(Direction::Down) => "taken back",
        Some(Direction::Up) | None => "applied",
    };
    for (names, word) in [(done, word.to_string()), (not_done, format!("not {word}"))] {
        if !names.is_empty() {
            notes.push(format!("{word}: {}", shortened(&names)));
        }
    }
    Ok(notes)
}

/// The first few, and how many more.
fn shortened(names: &[String]) -> String {
    match names.len() > 6 {
        true => format!("{}, … and {} more", names[..5].join(", "), names.len() - 5),
        false => names.join(", "),
    }
}
