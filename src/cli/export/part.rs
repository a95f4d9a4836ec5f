//! What each operation of a changeset does on a target, and what takes all of it back: as changes of Liquibase, where it
//! has such, and as statements.

use std::collections::HashMap;

use super::placeholder::Placeholders;
use super::ways::{Back, both_ways};
use crate::changelog::{Changelog, OperationNode, Selection};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::{Dialect, Feature, Target};
use crate::liquibase::{ChangeType, change_types};
use crate::model::{Catalog, Change};
use crate::plan::{Gate, PlannedChangeset};
use crate::render::{Statement, render};

/// What is done on a target.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub dialect: Dialect,
    /// `None`: Liquibase has no words for it.
    pub types: Option<Vec<ChangeType>>,
    pub statements: Vec<Statement>,
}

/// A changeset on a target.
pub(super) struct Deed {
    /// Whether it is carried out there.
    pub runs: bool,
    pub gate: Option<Box<Gate>>,
    /// Whether a statement of it needs to stand outside of a transaction.
    pub apart: bool,
    /// One for each of its operations.
    pub operations: Vec<Part>,
    /// What takes it back, or why nothing does.
    pub back: Result<Part, String>,
}

/// All changesets on a target, by their ids.
pub(super) struct OnTarget {
    pub target: Target,
    pub deeds: HashMap<String, Deed>,
}

impl OnTarget {
    pub fn new(
        changelog: &Changelog,
        target: &Target,
        selection: &Selection,
        placeholders: &Placeholders<'_>,
    ) -> (OnTarget, Vec<Diagnostic>) {
        let (all, diagnostics) = both_ways(changelog, target, selection);
        let mut catalog = Catalog::new(target.clone());
        let mut deeds = HashMap::new();
        for way in all {
            let runs = way.runs();
            let up = way.up;
            let mut operations = Vec::new();
            let nodes = up.source.as_ref().map(|source| source.operations.as_slice());
            for node in nodes.unwrap_or_default() {
                let changes = changes_of(&up, node);
                let marked = match up.source.as_ref().filter(|_| node.has_parameters) {
                    Some(changeset) => placeholders.part(changeset, node, &catalog, &changes),
                    None => None,
                };
                let part = part(&mut catalog, &changes);
                operations.push(marked.unwrap_or(part));
            }
            let back = match way.back {
                Back::None(why) => Err(why),
                Back::Planned(planned) => Ok(Part {
                    dialect: target.dialect,
                    types: change_types(&mut catalog.clone(), &planned.changes),
                    statements: planned.statements,
                }),
            };
            let deed = Deed {
                runs,
                apart: runs && !up.transactional && target.supports(Feature::TransactionalDdl),
                gate: up.gate,
                operations,
                back,
            };
            deeds.insert(up.id, deed);
        }
        let target = target.clone();
        (OnTarget { target, deeds }, diagnostics)
    }
}

/// Changes both ways, on the schema before them, which is taken along.
pub(super) fn part(catalog: &mut Catalog, changes: &[Change]) -> Part {
    let types = change_types(&mut catalog.clone(), changes);
    Part {
        dialect: catalog.target().dialect,
        types,
        // What cannot be rendered was told while it was planned.
        statements: render(catalog, changes).0,
    }
}

/// The changes that came of an operation.
fn changes_of(up: &PlannedChangeset, node: &OperationNode) -> Vec<Change> {
    let whole = node.node.span;
    let is_inside = |span: &Span| span.source == whole.source && (whole.start..whole.end).contains(&span.start);
    let own = up.changes.iter().zip(&up.origins);
    let own = own.filter(|(_, origin)| origin.as_ref().is_some_and(is_inside));
    own.map(|(change, _)| change.clone()).collect()
}
