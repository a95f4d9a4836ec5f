//! Ctrl-C and SIGTERM.

use std::sync::OnceLock;

use super::Failure;
use super::output::{Output, remark};
use crate::diagnostic::Sources;
use crate::executor::{RunError, RunErrorKind, Stop};

/// While nothing is under way a wish to stop ends the process. Else the first one waits for the statement that is running,
/// the second cancels it, and the third ends the process: the database rolls back what is not committed, and the journal
/// knows of the rest.
fn hear(stop: &Stop, signal: i32) {
    if !stop.is_held() {
        remark("stopped as asked; nothing was begun");
        std::process::exit(128 + signal);
    }
    match stop.wish(signal) {
        1 => remark("stopping after the statement that is running; once more to cancel it"),
        2 => remark("cancelling the statement that is running; once more to end at once"),
        _ => std::process::exit(128 + signal),
    }
}

/// A wish to stop, set by Ctrl-C and SIGTERM: one for all of the process, so that who holds it last is heard.
pub(super) fn stop_on_signals() -> Stop {
    static STOP: OnceLock<Stop> = OnceLock::new();
    STOP.get_or_init(listen).clone()
}

/// Does what leaves something behind where it is not ended in order. A wish to stop that comes meanwhile is carried out
/// after it.
pub(super) async fn in_order<T>(output: &Output, work: impl AsyncFnOnce(&Stop) -> T) -> Result<T, Failure> {
    let stop = stop_on_signals();
    let held = stop.hold();
    let value = work(&stop).await;
    drop(held);
    match stop.get() {
        None => Ok(value),
        Some(signal) => {
            let error = RunError::new(RunErrorKind::Stopped(signal), "stopped as asked; nothing was begun");
            Err(output.run_failed(&error, &Sources::default()))
        }
    }
}

fn listen() -> Stop {
    let stop = Stop::default();
    let heard = stop.clone();
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        loop {
            tokio::select! {
                _ = interrupt.recv() => hear(&heard, 2),
                _ = terminate.recv() => hear(&heard, 15),
            }
        }
    });
    stop
}
