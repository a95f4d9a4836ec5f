//! A run that goes on although a changeset failed: with what does not depend on it, planned anew without it.

use super::course::Course;
use super::run::{Outcome, Replan, undone};
use super::{Run, RunError, RunErrorKind};
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{Direction, Plan, PlannedChangeset};

/// A changeset that failed, or could not be planned, and stays pending.
#[derive(Debug, Clone)]
pub struct Failed {
    pub id: String,
    pub why: String,
    /// What is told of it, where that was not told with the plan.
    pub told: Vec<Diagnostic>,
}

impl Failed {
    /// One that was not planned.
    pub fn of_plan(planned: &PlannedChangeset) -> Failed {
        let why = planned.gate.as_ref().and_then(|gate| gate.why_not());
        Failed {
            id: planned.id.clone(),
            why: why.unwrap_or_default(),
            told: Vec::new(),
        }
    }

    fn at_its_turn(planned: &PlannedChangeset, error: RunError) -> Failed {
        let why = error.to_string();
        let mut told = error.diagnostics;
        for diagnostic in told.iter_mut().filter(|diagnostic| diagnostic.is_error()) {
            diagnostic.severity = Severity::Warning;
        }
        if let Some(first) = told.first_mut() {
            let message = format!("changeset `{}` may fail, and did: it stays pending", planned.id);
            first.notes.push(message);
        }
        Failed {
            id: planned.id.clone(),
            why,
            told,
        }
    }
}

impl Run<'_> {
    /// Whether the run goes on where a changeset failed. Nothing may be left of what it did, or what comes after it would
    /// stand on unknown ground; and what is done for trial is told as it is.
    pub(super) fn goes_on(&self, course: &Course<'_>, planned: &PlannedChangeset, error: &RunError) -> bool {
        let may_fail = planned.source.as_ref().is_some_and(|source| !source.on_error.is_stop());
        let is_of_changeset = matches!(
            error.kind,
            RunErrorKind::Failed | RunErrorKind::Busy | RunErrorKind::Refused
        );
        may_fail
            && planned.direction == Direction::Up
            && is_of_changeset
            && error.undone
            && self.is_lasting
            && !course.is_rehearsal()
            && self.stop.get().is_none()
    }

    /// Leaves a changeset that failed behind, and what depends on it: the rest is to be planned anew.
    pub(super) async fn go_on_without(
        &self,
        course: &mut Course<'_>,
        plan: &Plan,
        planned: &PlannedChangeset,
        error: RunError,
        outcome: &mut Outcome,
    ) -> Result<(), RunError> {
        outcome.failed.push(Failed::at_its_turn(planned, error));
        let rest = undone(plan, outcome);
        if rest.is_empty() {
            return self.leave(course).await;
        }
        outcome.replan = Some(Replan {
            changeset: planned.id.clone(),
            why: "it failed".to_string(),
            rest,
        });
        Ok(())
    }
}
