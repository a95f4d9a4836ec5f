//! A transaction as a scope: what the work does is there when it succeeds, and gone when it fails.

use super::RunError;
use crate::database::{Family, Session};

/// Runs work inside a transaction: committed when it succeeds, rolled back when it fails.
pub(super) async fn in_transaction<T>(
    session: &mut Session,
    work: impl AsyncFnOnce(&mut Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    session.run(begin(session.family())).await?;
    match work(session).await {
        Ok(value) => {
            session.run("COMMIT").await?;
            Ok(value)
        }
        Err(error) => {
            // The error that led here is the one to tell; a connection that is gone has rolled back by itself.
            let _ = session.run("ROLLBACK").await;
            Err(error)
        }
    }
}

/// SQLite takes its write lock at once: there it is the lock between runs.
pub(super) fn begin(family: Family) -> &'static str {
    match family {
        Family::Sqlite => "BEGIN IMMEDIATE",
        Family::Postgres => "BEGIN",
        Family::Mysql => "START TRANSACTION",
    }
}

/// Runs work with SQLite's foreign keys off, which can be done outside a transaction only; on again however it ends.
pub(super) async fn without_foreign_keys<T>(
    session: &mut Session,
    off: bool,
    work: impl AsyncFnOnce(&mut Session) -> Result<T, RunError>,
) -> Result<T, RunError> {
    if !off {
        return work(session).await;
    }
    session.run("PRAGMA foreign_keys = OFF").await?;
    let result = work(session).await;
    // A failure inside a rebuild may have left this one on.
    session
        .run("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON")
        .await?;
    result
}
