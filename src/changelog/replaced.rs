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
    pub fn held(&self, is_there: impl Fn(&str) -> bool) -> Holds {
        let count = self.ids.iter().filter(|replaced| is_there(&replaced.id)).count();
        match count {
            0 => Holds::Nothing,
            count if count == self.ids.len() => Holds::All,
            _ => Holds::Some,
        }
    }
}
