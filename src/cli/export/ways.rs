//! Every changeset on its way up and back on a target, from nothing, by the files alone.

use super::super::sql::as_record;
use crate::changelog::{Changelog, Selection};
use crate::diagnostic::Diagnostic;
use crate::dialect::Target;
use crate::model::{Catalog, Restores};
use crate::plan::{Entry, Fold, PlannedChangeset, Turn, replay};

/// What a changeset does on a target.
pub(super) struct BothWays {
    pub up: PlannedChangeset,
    pub back: Back,
}

/// How a changeset is taken back.
pub(super) enum Back {
    Planned(Box<PlannedChangeset>),
    /// It cannot be, and why.
    None(String),
}

impl BothWays {
    /// Whether it is carried out at all.
    pub fn runs(&self) -> bool {
        self.up.turn == Turn::Run
    }
}

/// The changesets that are meant, in the order in which they run, and what is wrong with them.
pub(super) fn both_ways(
    changelog: &Changelog,
    target: &Target,
    selection: &Selection,
) -> (Vec<BothWays>, Vec<Diagnostic>) {
    let (fold, planned) = replay(changelog, target, selection);
    let diagnostics = fold.diagnostics;
    let mut catalog = Catalog::new(target.clone());
    let mut all = Vec::new();
    for up in planned {
        for change in &up.changes {
            // What cannot be applied was told while it was planned.
            let _ = catalog.apply(change);
        }
        let back = back(changelog, &catalog, &up);
        all.push(BothWays { up, back });
    }
    (all, diagnostics)
}

/// The way back from right behind a changeset.
fn back(changelog: &Changelog, after: &Catalog, up: &PlannedChangeset) -> Back {
    let record = as_record(up);
    let mut fold = Fold::new(changelog, after.clone());
    let planned = fold.down(Entry::of(&record), up.source.as_ref());
    if let Restores::None(why) = &planned.restores {
        return Back::None(why.clone());
    }
    match fold.diagnostics.into_iter().find(Diagnostic::is_error) {
        Some(wrong) => Back::None(wrong.message),
        None => Back::Planned(Box::new(planned)),
    }
}
