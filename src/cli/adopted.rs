//! A changeset that is taken over, and the rows of the history that say so.

use std::rc::Rc;

use super::recorder::AsRow;
use crate::executor::{Deployment, NewRow, OfRun};
use crate::liquibase::Row;
use crate::plan::{PlannedChangeset, State};

/// A changeset that is taken over.
pub(super) struct Adopted {
    pub planned: PlannedChangeset,
    pub row: Row,
    pub state: State,
    /// Whether its checksum is still that of what ran; else why nobody can tell.
    pub verified: Result<(), String>,
    /// Whether its path in the table is another one.
    pub is_moved: bool,
    /// Whether it was run with another text than it has now.
    pub is_otherwise: bool,
    /// A tag that it bears beside its own.
    pub tag: Option<String>,
    /// Who ran it, and who took it over.
    pub run_by: String,
}

impl Adopted {
    pub fn id(&self) -> &str {
        &self.planned.id
    }
}

/// What is written of it.
pub(super) enum Recorded {
    Changeset(Rc<Adopted>),
    /// Its tag, which was given later.
    Tag(Rc<Adopted>),
}

impl AsRow for Recorded {
    fn row<'a>(&'a self, deployment: &'a Deployment) -> NewRow<'a> {
        let (Recorded::Changeset(one) | Recorded::Tag(one)) = self;
        let row = NewRow::of(&one.planned, deployment, Some(0));
        let row = NewRow {
            state: one.state,
            started: one.row.executed.as_deref(),
            run_by: &one.run_by,
            deployment: row.deployment.or(one.row.deployment.as_deref()),
            ..row
        };
        match self {
            Recorded::Changeset(_) => NewRow {
                author: row.author.or(Some(&one.row.identity.author)),
                comment: row.comment.or(one.row.comment.as_deref()),
                // What was run with another text runs again.
                checksum: match &one.row.sum {
                    Some(sum) if one.is_otherwise => sum,
                    _ => row.checksum,
                },
                ..row
            },
            Recorded::Tag(_) => NewRow {
                run: OfRun::BeforeLast(0),
                direction: "tag",
                tag: one.tag.as_deref(),
                operations: Default::default(),
                changes: &[],
                reverse: None,
                ..row
            },
        }
    }
}
