//! Ctrl-C and SIGTERM.

use super::output::remark;
use crate::executor::Stop;

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

/// A wish to stop, set by Ctrl-C and SIGTERM.
pub(super) fn stop_on_signals() -> Stop {
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
