//! Asking the person at the terminal before something is done.

use std::io::{IsTerminal, Write};

use super::output::Output;
use super::{Exit, Failure};

/// Asks a question that is answered by yes or no. Where nobody can answer it is refused: `--yes` says it beforehand.
pub(super) async fn ask(question: &str, output: &Output) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() || output.is_json() {
        let message = "there is nobody to ask, and nothing was changed";
        return Err(output.refuse(
            Exit::Refused,
            "not-confirmed",
            message,
            Some("say `--yes` to go on without asking"),
        ));
    }
    let mut stderr = std::io::stderr();
    let asked = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    if asked.is_err() || std::io::stdin().read_line(&mut answer).is_err() {
        return Ok(false);
    }
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
