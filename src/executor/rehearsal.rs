//! A plan carried out for trial: in one transaction that is rolled back, where everything in it can be.

use super::course::{Course, Opening, begin};
use super::run::{Observer, Outcome, Run};
use super::{RunError, RunErrorKind};
use crate::database::{Family, Session};
use crate::plan::Plan;

/// Why a plan cannot be rehearsed in a transaction; `None` where it can.
pub fn why_not_in_transaction(plan: &Plan) -> Option<String> {
    let by_itself = plan.changesets.iter().find(|planned| !planned.transactional);
    if let Some(planned) = by_itself {
        return Some(format!(
            "changeset `{}` is not one transaction on {}: what commits by itself cannot be rolled back",
            planned.id,
            plan.target.title()
        ));
    }
    let rebuilding = plan
        .changesets
        .iter()
        .find(|planned| planned.statements.iter().any(|statement| statement.rebuilds));
    rebuilding.map(|planned| {
        format!(
            "changeset `{}` builds a table anew with foreign keys off, which is set outside of transactions",
            planned.id
        )
    })
}

/// Carries out a plan, the history's rows included, and rolls everything back.
pub async fn rehearse(
    session: &mut Session,
    run: &Run<'_>,
    plan: &Plan,
    with_history_table: bool,
    observer: &mut dyn Observer,
) -> Result<Outcome, RunError> {
    session.run(&begin(session.family(), &Opening::default())).await?;
    let mut course = Course::new(session, observer, run.stop, run.last_seq).rehearsing();
    let mut outcome = Outcome::default();
    let result = async {
        if with_history_table {
            for statement in run.store.create() {
                course.session.run(&statement).await?;
            }
        }
        run.changesets(&mut course, plan, &mut outcome).await
    }
    .await;
    let rolled_back = session.run("ROLLBACK").await;
    match (result, rolled_back) {
        (Ok(()), Ok(())) => Ok(outcome),
        (Ok(()), Err(error)) => Err(error.into()),
        (Err(mut error), _) => {
            error.done = outcome.done.iter().map(|done| done.id.clone()).collect();
            if matches!(error.kind, RunErrorKind::Failed | RunErrorKind::Busy) {
                error = error.note("everything was rolled back: the database is as it was");
            }
            Err(error)
        }
    }
}

/// What is held at the end of a transaction only is held at the end of each changeset; `before` is how many rows pointed at
/// nothing at its beginning.
pub(super) async fn hold_now(course: &mut Course<'_>, before: u64) -> Result<(), RunError> {
    if course.family() == Family::Postgres {
        let sql = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED";
        return Ok(course.session.run(sql).await?);
    }
    match broken_references(course).await?.saturating_sub(before) {
        0 => Ok(()),
        more => Err(RunError::failed(format!("{more} rows would point at nothing"))),
    }
}

/// How many rows of an SQLite database point at nothing.
pub(super) async fn broken_references(course: &mut Course<'_>) -> Result<u64, RunError> {
    if course.family() != Family::Sqlite {
        return Ok(0);
    }
    let rows = course
        .session
        .query("SELECT count(*) FROM pragma_foreign_key_check")
        .await?;
    let count = rows.into_iter().flatten().flatten().next();
    Ok(count.and_then(|text| text.parse().ok()).unwrap_or_default())
}
