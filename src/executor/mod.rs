//! Plans carried out on a live database, and written down in its history; or written out as a script.
//!
//! | file | is |
//! | --- | --- |
//! | `run` | a plan, changeset by changeset; again where somebody is in the way |
//! | `course` | the session of a run, watched: a statement can be cancelled, who blocks it is named |
//! | `atomic` | a changeset as one transaction |
//! | `stepwise`, `step` | a changeset step by step, where it cannot be one |
//! | `journal` | what is under way of such a one, in a table beside the history |
//! | `settle` | what a run that was cut off left there: asked of the database, and written down |
//! | `aftermath` | what came of a run whose connection broke |
//! | `statement`, `load`, `control`, `guard`, `unbroken` | one statement of whatever kind, and what is held around it |
//! | `callbacks` | what a configuration has happen around a run and its changesets |
//! | `conditions` | what authors want to hold before a changeset |
//! | `needs`, `destruction` | what is asked of the rows that are there, before |
//! | `located` | a server's error at its operation |
//! | `store`, `rows` | the history table, and rows of it by themselves |
//! | `rehearsal` | a plan for trial |
//! | `script`, `script_conditions` | a plan as a script for the engine's own client |
//! | `kept` | tables of what was set aside |
//! | `secret` | secrets put into what is sent, and taken out of what comes back |
//! | `stop` | signals |

mod aftermath;
mod atomic;
mod callbacks;
mod conditions;
mod control;
mod course;
mod destruction;
mod error;
mod go_on;
mod guard;
mod journal;
mod kept;
mod load;
mod located;
mod needs;
mod rehearsal;
mod rows;
mod run;
mod script;
mod script_conditions;
mod secret;
mod settle;
mod statement;
mod step;
mod stepwise;
mod stop;
mod store;
mod unbroken;

pub use aftermath::look_after_loss;
pub use callbacks::Callbacks;
pub use conditions::Asked;
pub use control::write_table;
pub use destruction::{Loss, losses};
pub use error::{RunError, RunErrorKind};
pub use go_on::Failed;
pub use journal::{EntryState, UnderWay};
pub use kept::{KeptTable, count_rows, kept_tables, purged};
pub use rehearsal::{rehearse, why_not_in_transaction};
pub use rows::{refuse_under_way, write_rows};
pub use run::{Deployment, Done, Observer, Outcome, Replan, Run, apply, with_run};
pub use script::{ScriptOptions, ScriptReader, ScriptSecrets, write_script};
pub use script_conditions::{ScriptConditions, refuse_assumed};
pub use secret::refuse_lacking_secrets;
pub use settle::{Interrupted, Verdict, interrupted, settle, settle_what_is_left};
pub use stop::{Held, Stop};
pub use store::{NewRow, OfRun, Store};

use std::sync::Arc;

use crate::database::Session;
use crate::dialect::{Dialect, Family, Name, Target};
use crate::model::{Catalog, Object, trigger_of};

/// The target that a live session is: its dialect and version as the server says them.
pub fn target_of(session: &Session) -> Result<Target, RunError> {
    let server = session.server();
    let dialect = Dialect::named(&server.dialect);
    let dialect =
        dialect.ok_or_else(|| RunError::failed(format!("`{}` is no dialect that driftless knows", server.dialect)))?;
    let version = server.version.parse().map_err(RunError::failed)?;
    let oldest = dialect.facts().oldest;
    if version < oldest {
        let title = &dialect.facts().title;
        let message = format!("the server is {title} {version}; the oldest that is supported is {oldest}");
        return Err(RunError::new(RunErrorKind::Usage, message));
    }
    if dialect.family() == Family::Mysql && server.database.is_empty() {
        return Err(RunError::new(RunErrorKind::Usage, "the URL names no database")
            .help("add it at the end: `mysql://user@host/database`"));
    }
    let schema = match dialect.family() {
        Family::Sqlite => None,
        Family::Postgres | Family::Mysql => server.schema.as_ref().map(Name::new),
    };
    Ok(Target {
        dialect,
        version,
        schema,
    })
}

/// Tells a catalog of the triggers that stand on its tables in a live SQLite database, so that rebuilds keep them: but for
/// those that a half-applied changeset made, as `with_partial` knows them.
pub async fn know_triggers(
    session: &mut Session,
    catalog: &mut Catalog,
    with_partial: Option<&Catalog>,
) -> Result<(), RunError> {
    if catalog.target().dialect.family() != Family::Sqlite {
        return Ok(());
    }
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid";
    for row in session.query(sql).await? {
        let [Some(sql)] = row.as_slice() else {
            continue;
        };
        // One that a changeset made is known, and said as its changeset says it.
        let trigger = trigger_of(sql, Family::Sqlite).map(|trigger| Object::Trigger(Arc::new(trigger)));
        let is_known = |trigger: &Object| {
            let later = with_partial.and_then(|catalog| catalog.same_object(trigger));
            catalog.same_object(trigger).is_some() || later.is_some()
        };
        if let Some(trigger) = trigger.filter(|trigger| !is_known(trigger)) {
            catalog.add_object(trigger);
        }
    }
    Ok(())
}
