//! Databases that Liquibase has changed, and of which driftless has no history yet: nothing there begins from nothing.

use std::collections::HashSet;

use super::output::{Output, plural};
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::{Session, find_table, read_table};
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::dialect::Target;
use crate::liquibase::rows_of;
use crate::plan::Plan;

/// The table that Liquibase makes where nothing else is said.
const TABLE: &str = "DATABASECHANGELOG";

/// The code of the warning.
const UNADOPTED: &str = "unadopted";

/// What Liquibase ran, and nobody took over.
pub(super) struct Unadopted {
    rows: usize,
    /// How many of them have the id of a changeset.
    known: usize,
}

impl Unadopted {
    /// Looks for it, in a database without a history. Who may not read the table is not in its way either.
    pub async fn find(session: &mut Session, target: &Target, changelog: &Changelog) -> Option<Unadopted> {
        let name = find_table(session, target, None, TABLE).await.ok()??;
        let table = read_table(session, target, &name).await.ok()?;
        let rows = rows_of(&table.columns, table.rows).ok()?;
        if rows.is_empty() {
            return None;
        }
        let all = changelog.changesets.iter();
        let ids: HashSet<String> = all.map(|changeset| changeset.id.to_lowercase()).collect();
        let is_known = |id: &str| ids.contains(&id.to_lowercase());
        let known = rows.iter().filter(|row| {
            let identity = &row.identity;
            is_known(&identity.whole()) || is_known(&identity.id)
        });
        Some(Unadopted {
            known: known.count(),
            rows: rows.len(),
        })
    }

    /// Whether it ran changesets of the changelog.
    pub fn is_of_changelog(&self) -> bool {
        self.known > 0
    }

    pub fn warning(&self) -> Diagnostic {
        let message = format!(
            "Liquibase ran {} in this database, of which this changelog has {}, and driftless has no history of it",
            plural(self.rows, "changeset"),
            self.known
        );
        Diagnostic::warning(UNADOPTED, message)
            .help("`driftless adopt liquibase` takes its history over, after which `up` runs what is pending")
    }
}

/// Refuses a plan that would run from the beginning what Liquibase ran already.
pub(super) fn refuse_unadopted(plan: &Plan, output: &Output) -> Result<(), Failure> {
    let Some(found) = plan.diagnostics.iter().find(|told| told.code == UNADOPTED) else {
        return Ok(());
    };
    let diagnostic = Diagnostic {
        severity: Severity::Error,
        ..found.clone()
    };
    let diagnostic = diagnostic
        .note("nothing was run")
        .help("`driftless up --allow-unadopted` begins from nothing all the same");
    Err(output.fail(Exit::Refused, &[diagnostic], &Sources::default()))
}
