//! What SQLite must show before a table is built anew.

use super::{RunError, RunErrorKind};
use crate::database::Session;
use crate::render::Guard;

/// A rebuild may only take down what it knows how to put back.
pub(super) async fn check_guard(session: &mut Session, guard: &Guard) -> Result<(), RunError> {
    let table = guard.table.replace('\'', "''");
    let sql = format!(
        "SELECT type, name, sql FROM sqlite_schema WHERE lower(tbl_name) = lower('{table}') AND type IN ('index', 'trigger', 'table')"
    );
    for row in session.query(&sql).await? {
        let [Some(kind), Some(name), text] = row.as_slice() else {
            continue;
        };
        let Some(text) = text else {
            continue;
        };
        let known = guard.objects.iter().any(|object| object.eq_ignore_ascii_case(name));
        let message = match kind.as_str() {
            "table" => {
                let tail = text.rsplit(')').next().unwrap_or_default().to_ascii_uppercase();
                let option = ["STRICT", "WITHOUT ROWID"]
                    .into_iter()
                    .find(|option| tail.contains(option) && !guard.options.contains(option));
                option.map(|option| format!("table `{}` is {option}, which its changesets do not say", guard.table))
            }
            _ if known => None,
            kind => Some(format!(
                "{kind} `{name}` stands on `{}`, and no changeset made it",
                guard.table
            )),
        };
        if let Some(message) = message {
            return Err(RunError::new(RunErrorKind::Disagree, message)
                .help("SQLite cannot make this change in place: the table would be built anew without it")
                .help("declare it with `sql` and `effects`, or drop it before and create it again after"));
        }
    }
    Ok(())
}
