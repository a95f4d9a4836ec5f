//! What would happen: a fold over changesets, from a schema to the statements that change it. Pure: no clock, no network.

mod advance;
mod clause;
mod coming;
mod destination;
mod difference;
mod edited;
mod fold;
mod gate;
mod gated;
mod go_on;
mod history;
mod origin;
mod places;
mod retreat;
mod select;
mod squash;
mod standing;
mod taken_over;
mod way_back;

pub use advance::{
    Advance, Files, Latecomers, NotChosen, Pending, due, held, holds_squashed, is_inside_squashed, pending, wanted,
};
pub use destination::Destination;
pub use difference::{differences_in_words, differing_parts};
pub use edited::{Edited, RepairedChangeset, Retagged, find_edited, find_retagged, repairs};
pub use fold::{Fold, PlannedChangeset, parameters_digest, replay, replay_history};
pub use gate::{Answer, Asks, Clause, Failing, Gate, Leaf, Passage, Test, Truth, Turn, stops};
pub use history::{Begun, Entry, History, Record, State, StoredChanges, StoredReverse};
pub use origin::{Origins, origins};
pub use places::{Ids, moment as moment_of};
pub use retreat::{Retreat, known_ids};
pub use select::selected;
pub use squash::{Folded, Own, Part, Written, file_of, merged, squash, stands_for};
pub use standing::refuse_standing_on;
pub use taken_over::{Taken, Was, take_over};
pub use way_back::Undoing;

use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::Target;

/// Which way a changeset goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// Everything that would happen, in order, with what was found on the way.
#[derive(Debug)]
pub struct Plan {
    pub target: Target,
    pub changesets: Vec<PlannedChangeset>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Plan {
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}
