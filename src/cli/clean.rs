//! Whether a database holds nothing but what driftless put there.

use super::output::Output;
use super::project::At;
use super::{Exit, Failure};
use crate::database::introspect::introspect;
use crate::diagnostic::{Diagnostic, Sources};
use crate::model::{KEPT_PREFIX, NormalForm};

/// How many things are named.
const NAMED: usize = 8;

/// Refuses a database that has tables and the like although nothing was ever applied to it.
pub(super) async fn refuse_unclean(at: &mut At<'_>, output: &Output) -> Result<(), Failure> {
    let failed = |error| output.run_failed(&error, &Sources::default());
    let history = at.store.read(at.session).await.map_err(failed)?;
    if history.is_some_and(|history| !history.records().is_empty()) {
        return Ok(());
    }
    let found = introspect(at.session, at.target, &at.store.own_tables())
        .await
        .map_err(|error| failed(error.into()))?;
    let form = NormalForm::of(&found);
    let is_whole = |what: &&String| !what.contains(" / ") && !what.starts_with(&format!("table {KEPT_PREFIX}"));
    let all: Vec<&String> = form.0.keys().filter(is_whole).collect();
    if all.is_empty() {
        return Ok(());
    }
    let mut diagnostic = Diagnostic::error("not-clean", "the database is not empty, and driftless was never here");
    for what in all.iter().take(NAMED) {
        diagnostic = diagnostic.note(format!("it has {what}"));
    }
    if all.len() > NAMED {
        diagnostic = diagnostic.note(format!("and {} more", all.len() - NAMED));
    }
    let diagnostic = diagnostic
        .help("where it has the schema that the changelog makes already, `driftless baseline` records that")
        .help("without `--if-clean`, `up` goes on beside what is there");
    Err(output.fail(Exit::Refused, &[diagnostic], &Sources::default()))
}
