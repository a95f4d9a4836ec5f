//! Rows of the history written without anything being run.

use super::course::{Opening, begin};
use super::{NewRow, RunError, RunErrorKind, Store};
use crate::database::Session;

/// Writes rows to the history, all or none; the tables are made where they are missing. Under the lock.
pub async fn write_rows(session: &mut Session, store: &Store, rows: &[NewRow<'_>]) -> Result<(), RunError> {
    if rows.is_empty() {
        return Ok(());
    }
    session.check_session_lock().await?;
    if store.read(session).await?.is_none() {
        for statement in store.create() {
            session.run(&statement).await?;
        }
    }
    let opening = Opening {
        settings: String::new(),
        fence: session.fence_sql(),
    };
    let mut texts = vec![begin(session.family(), &opening)];
    texts.extend(rows.iter().map(|row| store.insert(row)));
    texts.push("COMMIT".to_string());
    let written = session.run(&texts.join(";\n")).await;
    if written.is_err() {
        let _ = session.run("ROLLBACK").await;
    }
    written.map_err(|error| RunError::from(session.explain_fence(error)))
}

/// Refuses to write while a changeset is under way whose run was cut off.
pub async fn refuse_under_way(session: &mut Session, store: &Store) -> Result<(), RunError> {
    let Some(found) = store.journal().read(session).await? else {
        return Ok(());
    };
    let message = format!(
        "changeset `{}` was cut off, and how far it came is not written down yet",
        found.record.id
    );
    Err(RunError::new(RunErrorKind::Partial, message).help("say `driftless resume` first"))
}
