//! The question that is asked before something is destroyed, where the environment wants it.

use std::io::IsTerminal;

use super::output::{Output, bad, strong};
use super::project::Project;
use crate::database::Session;
use crate::diagnostic::Diagnostic;
use crate::executor::{RunError, RunErrorKind};
use crate::plan::{Direction, Plan, PlannedChangeset};

/// What would be destroyed, line by line; nothing where nothing is.
pub(super) fn destruction(plan: &Plan) -> Vec<String> {
    let told = |planned: &PlannedChangeset| {
        let destroys: Vec<String> = planned.destroys.iter().map(|what| what.to_string()).collect();
        match (planned.direction, destroys.is_empty()) {
            (Direction::Up, true) => None,
            (Direction::Down, true) => Some(format!("{} is taken back", strong(&planned.id))),
            (Direction::Up, false) => Some(format!("{} destroys {}", strong(&planned.id), destroys.join(", "))),
            (Direction::Down, false) => Some(format!(
                "{} is taken back, which destroys {}",
                strong(&planned.id),
                destroys.join(", ")
            )),
        }
    };
    plan.changesets.iter().filter_map(told).collect()
}

/// Asks whether to go on, where the environment says `confirm` and something is destroyed. The lock is held meanwhile:
/// what is shown is what will be done.
pub(super) async fn confirm(
    project: &Project,
    session: &Session,
    destroyed: &[String],
    yes: bool,
    output: &Output,
) -> Result<(), RunError> {
    let asks = project
        .environment
        .as_ref()
        .filter(|chosen| chosen.environment.confirm == Some(true));
    let Some(chosen) = asks.filter(|_| !destroyed.is_empty() && !yes) else {
        return Ok(());
    };
    let place = format!(
        "environment `{}`, database `{}`",
        chosen.name(),
        session.server().database
    );
    if is_there(output) {
        output.say(format!("{} {place}:", bad("about to take back or destroy, in")));
        for line in destroyed {
            output.say(format!("  {line}"));
        }
    }
    let message = format!("this has to be confirmed, and nobody is there to be asked: {place}");
    ask(
        &message,
        "go on? others wait until this is answered [y/N] ",
        destroyed,
        output,
    )
    .await
}

/// Whether there is a person who can answer.
pub(super) fn is_there(output: &Output) -> bool {
    !output.is_json() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks a question that is answered by yes or no; `message` and `notes` are told where nobody can answer.
pub(super) async fn ask(message: &str, question: &str, notes: &[String], output: &Output) -> Result<(), RunError> {
    if !is_there(output) {
        let diagnostic = Diagnostic::error("not-confirmed", message);
        let diagnostic = notes.iter().fold(diagnostic, |diagnostic, line| {
            diagnostic.note(anstream::adapter::strip_str(line).to_string())
        });
        let diagnostic = diagnostic.help("nothing was changed; say `--yes` to go on without being asked");
        return Err(RunError::with(RunErrorKind::Refused, vec![diagnostic]));
    }
    output.ask(question);
    // The session and its lock are kept alive meanwhile; a wish to stop ends the process.
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    })
    .await;
    let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => {
            let message = "not confirmed; nothing was changed";
            let diagnostic = Diagnostic::error("not-confirmed", message);
            Err(RunError::with(RunErrorKind::Refused, vec![diagnostic]))
        }
    }
}
