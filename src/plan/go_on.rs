//! Changesets that may fail (`on_error: go_on`): what is wrong with one is told as a warning, and the others are planned
//! without it.

use std::collections::HashSet;
use std::sync::Arc;

use super::gate::Gate;
use super::gated::left_out;
use super::{Direction, Fold, Plan, PlannedChangeset};
use crate::changelog::Changeset;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Change;

impl Fold<'_> {
    /// Plans a changeset on its way up. Where one has mistakes that may fail, nothing of it is planned; what is half
    /// applied is not left like that.
    pub fn up_or_leave_out(&mut self, changeset: &Arc<Changeset>, done: &[Change]) -> PlannedChangeset {
        if changeset.on_error.is_stop() || !done.is_empty() {
            return self.up(changeset, done);
        }
        let mut told = match self.attempt(changeset, |_| true) {
            Ok(planned) => return planned,
            Err(told) => told,
        };
        as_warnings(
            &mut told,
            &format!("changeset `{}` is left out: it may fail", changeset.id),
        );
        self.diagnostics.append(&mut told);
        self.leave_out(&changeset.id);
        PlannedChangeset {
            gate: Some(Box::new(Gate::broken(changeset.span, self.catalog.target().dialect))),
            ..left_out(changeset)
        }
    }

    /// Plans a changeset on its way up, or nothing of it, with what is wrong with it: where all of that is of a kind that
    /// `allows` it.
    pub(super) fn attempt(
        &mut self,
        changeset: &Arc<Changeset>,
        allows: impl Fn(&Diagnostic) -> bool,
    ) -> Result<PlannedChangeset, Vec<Diagnostic>> {
        let before = self.state();
        let told = self.diagnostics.len();
        let planned = self.up(changeset, &[]);
        let mut wrong = self.diagnostics[told..]
            .iter()
            .filter(|found| found.is_error())
            .peekable();
        if wrong.peek().is_none() || !wrong.all(allows) {
            return Ok(planned);
        }
        self.set_state(before);
        self.held.remove(&changeset.id);
        Err(self.diagnostics.split_off(told))
    }
}

/// Tells errors as warnings, and what comes of them.
pub(super) fn as_warnings(told: &mut [Diagnostic], note: &str) {
    for diagnostic in told.iter_mut().filter(|found| found.is_error()) {
        diagnostic.severity = Severity::Warning;
        diagnostic.notes.push(note.to_string());
    }
}

impl PlannedChangeset {
    /// Whether it is left out because of what is wrong with it.
    pub fn is_broken(&self) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.is_broken)
    }
}

impl Plan {
    /// The changesets on their way up that cannot be carried out without those that `failed`, each with the one that it
    /// depends on.
    pub fn standing_on<'p>(&'p self, failed: &[String]) -> Vec<(&'p str, &'p str)> {
        let mut lost: HashSet<&str> = failed.iter().map(String::as_str).collect();
        let mut standing = Vec::new();
        for planned in self
            .changesets
            .iter()
            .filter(|planned| planned.direction == Direction::Up)
        {
            let mut needed = planned.source.iter().flat_map(|source| &source.depends_on);
            if let Some(needed) = needed.find(|needed| needed.ids().any(|id| lost.contains(id))) {
                lost.insert(&planned.id);
                standing.push((planned.id.as_str(), needed.id.as_str()));
            }
        }
        standing
    }
}
