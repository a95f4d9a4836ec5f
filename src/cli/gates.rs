//! The conditions of a plan, answered: by the plan where it knows, else by the database.

use std::sync::Arc;

use super::project::At;
use crate::changelog::{Changeset, FileConditions};
use crate::executor::{Asked, RunError, RunErrorKind};
use crate::plan::{Answer, Asks, Fold, Gate, History, Passage, PlannedChangeset, State, Turn};

/// The conditions of files as they were answered before anything of a run: they are not asked twice.
pub(super) type FileGates = Vec<(Arc<FileConditions>, Arc<Gate>)>;

/// The conditions of a changeset, answered; `before` is what is planned before it.
pub(super) async fn answered(
    live: &mut At<'_>,
    fold: &mut Fold<'_>,
    history: &History,
    changeset: &Arc<Changeset>,
    before: &[PlannedChangeset],
) -> Result<Option<Gate>, RunError> {
    // What is half applied was let in when it began.
    if history
        .last_of(&changeset.id)
        .is_some_and(|record| record.state == State::Partial)
    {
        return Ok(None);
    }
    let Some(mut gate) = fold.gate(changeset) else {
        return Ok(None);
    };
    for file in &changeset.around {
        let known = live.files.iter().find(|(known, _)| Arc::ptr_eq(known, file));
        let around = match known {
            Some((_, around)) => around.clone(),
            None => {
                let around = Arc::new(of_file(live, fold, history, file).await?);
                live.files.push((file.clone(), around.clone()));
                around
            }
        };
        gate.around.push(around);
    }
    if gate.closed_around().is_some() {
        return Ok(Some(gate));
    }
    let is_first = fold.is_ahead() && before.iter().all(|planned| planned.turn == Turn::LeftOut);
    let fold = &*fold;
    let mut asked = asked(live);
    let known = &mut |leaf: &crate::plan::Leaf| match &leaf.asks {
        Asks::Applied(held) => Some(Answer::of(held.holds(&|id| fold.plans(id) || history.is_there(id)))),
        Asks::Known { .. } => fold.knows(&leaf.asks),
        // Nothing happens before it: the database is as it will be.
        Asks::Of(_) if is_first => None,
        Asks::Of(inquiry) if inquiry.is_of_data() => Some(Answer::assumed()),
        Asks::Of(_) => fold.knows(&leaf.asks),
    };
    asked.answer(&mut gate, known).await?;
    Ok(Some(gate))
}

/// Those of a file, asked of the database as it is. What it requires stops everything.
async fn of_file(
    live: &mut At<'_>,
    fold: &mut Fold<'_>,
    history: &History,
    file: &FileConditions,
) -> Result<Gate, RunError> {
    let mut gate = fold.file_gate(file);
    let mut asked = asked(live);
    let known = &mut |leaf: &crate::plan::Leaf| match &leaf.asks {
        Asks::Applied(held) => Some(Answer::of(held.holds(&|id| history.is_there(id)))),
        Asks::Known { .. } | Asks::Of(_) => fold.knows_before(&leaf.asks),
    };
    asked.answer(&mut gate, known).await?;
    if let Passage::Stops(failing) = gate.passage() {
        let diagnostic = failing.diagnostic(&format!("`{}`", file.file));
        let diagnostic = diagnostic.note("nothing was carried out");
        return Err(RunError::with(RunErrorKind::Refused, vec![diagnostic]));
    }
    Ok(gate)
}

fn asked<'a>(live: &'a mut At<'_>) -> Asked<'a> {
    Asked {
        session: live.session,
        target: live.target,
        store: live.store,
        in_transaction: false,
    }
}
