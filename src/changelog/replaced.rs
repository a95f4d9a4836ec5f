//! What a squashed changeset stands for.

use std::sync::Arc;

use super::Changeset;
use crate::diagnostic::Span;

/// The changesets in whose place one stands. A database that holds all of them has no need of it.
#[derive(Debug, Clone)]
pub struct Replaced {
    pub ids: Vec<ReplacedId>,
    /// The file or folder that holds them, below the root, and where that is said.
    pub originals: Option<(String, Span)>,
    /// The changesets themselves, where they were asked for: a database that holds some of them goes on with the rest.
    pub changesets: Vec<Arc<Changeset>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedId {
    pub id: String,
    pub span: Span,
}

/// How much of what a squashed changeset stands for a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Nothing,
    Some,
    All,
}

impl Replaced {
    pub fn held(&self, holds: impl Fn(&str) -> Holds) -> Holds {
        let each: Vec<Holds> = self.ids.iter().map(|replaced| holds(&replaced.id)).collect();
        let all_are = |wanted: Holds| each.iter().all(|holds| *holds == wanted);
        match () {
            () if all_are(Holds::Nothing) => Holds::Nothing,
            () if all_are(Holds::All) => Holds::All,
            () => Holds::Some,
        }
    }

    /// The ids that it stands for, those of what was squashed before included.
    pub fn all_ids(&self) -> Vec<&ReplacedId> {
        let inner = self.changesets.iter().filter_map(|original| original.replaces.as_ref());
        self.ids.iter().chain(inner.flat_map(Replaced::all_ids)).collect()
    }
}
