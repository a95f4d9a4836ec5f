//! A run of changesets folded into few: what they make and change of their own is made as it is at the end. Pure.

mod merge;
mod stretch;
mod text;
mod touched;

pub use merge::{Own, merged};
pub use text::{file_of, stands_for};

use std::sync::Arc;

use super::{Fold, selected};
use crate::changelog::{Changelog, Changeset, Parameters, Selection, Waits};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Target};
use crate::model::{Catalog, Change};
use crate::operation::{Names, Operation, applies};
use stretch::folded;

/// What becomes of the changesets of a range.
#[derive(Debug, Clone)]
pub enum Part {
    /// It stays as it is, and why.
    Stays(Arc<Changeset>, Option<&'static str>),
    /// One takes the place of several.
    Folded(Folded),
}

/// A changeset that stands for others.
#[derive(Debug, Clone)]
pub struct Folded {
    pub originals: Vec<Arc<Changeset>>,
    pub operations: Vec<Written>,
    /// The changesets of which something was left out.
    pub left_out: Vec<String>,
}

/// An operation of a new changeset.
#[derive(Debug, Clone)]
pub enum Written {
    /// As it stands in an original.
    Kept(Arc<Changeset>, Operation),
    Made(Operation),
}

/// An operation of an original, with what it does on each target.
struct Step {
    changeset: Arc<Changeset>,
    operation: Operation,
    /// Whether what stands on either side of it is folded by itself.
    is_barrier: bool,
    /// For each target.
    changes: Vec<Vec<Change>>,
}

/// The targets of one changeset, with the schema of each before every step and after the last.
struct Lane {
    target: Target,
    catalogs: Vec<Catalog>,
}

/// Folds the changesets of a range. The changelog has to be sound on all targets.
pub fn squash(
    changelog: &Changelog,
    range: &[Arc<Changeset>],
    targets: &[Target],
    selection: &Selection,
) -> Result<Vec<Part>, Vec<Diagnostic>> {
    let mut folds = Vec::new();
    for target in targets {
        let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
        let first = range.first().map(|first| first.id.as_str());
        for changeset in selected(changelog, target, selection) {
            let place = |id: &str| changelog.changesets.iter().position(|known| known.id == id);
            if first.and_then(place) <= place(&changeset.id) {
                break;
            }
            fold.up(changeset, &[]);
        }
        folds.push(fold);
    }
    let why = |changeset: &Changeset| stays(changeset, selection);
    let mut parts = Vec::new();
    for group in range.chunk_by(|one, next| why(one).is_none() && why(next).is_none() && go_together(one, next)) {
        if let [one] = group
            && !selection.includes(one)
        {
            parts.push(Part::Stays(one.clone(), why(one)));
            continue;
        }
        let (lanes, steps) = steps(&mut folds, targets, group);
        match group {
            [one] => parts.push(Part::Stays(one.clone(), why(one))),
            _ => parts.push(Part::Folded(fold_group(group, &lanes, &steps))),
        }
    }
    let mut wrong = folds
        .into_iter()
        .flat_map(|fold| fold.diagnostics)
        .filter(Diagnostic::is_error)
        .peekable();
    match wrong.peek() {
        None => Ok(parts),
        Some(_) => Err(wrong.collect()),
    }
}

/// Why a changeset cannot be part of another one.
fn stays(changeset: &Changeset, selection: &Selection) -> Option<&'static str> {
    if !selection.includes(changeset) {
        return Some("contexts or labels leave it out here");
    }
    if !changeset.runs.is_once() {
        return Some("it runs again and again");
    }
    if !changeset.on_error.is_stop() {
        return Some("it may fail");
    }
    if changeset.names != Names::AsWritten {
        return Some("it takes its names from the database");
    }
    if !changeset.conditions.is_empty() {
        return Some("it has conditions");
    }
    if changeset.reverse.is_some() && !changeset.elidable {
        return Some("it has a `reverse` of its own");
    }
    None
}

/// Whether two changesets run where the other runs, and in the same way.
fn go_together(one: &Changeset, next: &Changeset) -> bool {
    let how = |changeset: &Changeset| -> (bool, Waits) { (changeset.transaction, changeset.waits) };
    one.contexts == next.contexts
        && one.labels == next.labels
        && one.dialects == next.dialects
        && one.around.len() == next.around.len()
        && one
            .around
            .iter()
            .zip(&next.around)
            .all(|(one, next)| Arc::ptr_eq(one, next))
        && how(one) == how(next)
        && parameters(one)
            .zip(parameters(next))
            .is_none_or(|(one, next)| one == next)
}

/// The parameters of a changeset that uses some.
fn parameters(changeset: &Changeset) -> Option<&Parameters> {
    let uses = changeset.operations.iter().any(|node| node.has_parameters);
    uses.then_some(&*changeset.parameters)
}

/// The steps of a group, on the targets that it is for.
fn steps(folds: &mut [Fold<'_>], targets: &[Target], group: &[Arc<Changeset>]) -> (Vec<Lane>, Vec<Step>) {
    let is_meant = |dialect: Dialect| applies(&group[0].dialects, dialect);
    let mut meant: Vec<&mut Fold<'_>> = folds
        .iter_mut()
        .zip(targets)
        .filter(|(_, target)| is_meant(target.dialect))
        .map(|(fold, _)| fold)
        .collect();
    let mut lanes: Vec<Lane> = meant
        .iter()
        .map(|fold| Lane {
            target: fold.catalog.target().clone(),
            catalogs: vec![fold.catalog.clone()],
        })
        .collect();
    let mut steps = Vec::new();
    for changeset in group {
        for node in &changeset.operations {
            let changes: Vec<Vec<Change>> = meant.iter_mut().map(|fold| fold.resolved(changeset, node)).collect();
            let Some(operation) = &node.operation else {
                continue;
            };
            let is_more = changes.iter().flatten().any(|change| !touched::is_of_schema(change));
            let is_barrier = node.has_parameters || is_more;
            if is_barrier && changeset.elidable {
                steps.push(None);
                continue;
            }
            for (lane, fold) in lanes.iter_mut().zip(&meant) {
                lane.catalogs.push(fold.catalog.clone());
            }
            steps.push(Some(Step {
                changeset: changeset.clone(),
                operation: operation.clone(),
                is_barrier,
                changes,
            }));
        }
    }
    (lanes, steps.into_iter().flatten().collect())
}

fn fold_group(group: &[Arc<Changeset>], lanes: &[Lane], steps: &[Step]) -> Folded {
    let mut operations = Vec::new();
    let mut from = 0;
    while from < steps.len() {
        let barrier = steps[from..].iter().position(|step| step.is_barrier);
        let to = barrier.map_or(steps.len(), |at| from + at);
        operations.extend(folded(lanes, steps, from..to));
        if let Some(step) = steps.get(to) {
            operations.push(Written::Kept(step.changeset.clone(), step.operation.clone()));
        }
        from = to + 1;
    }
    let count = |changeset: &Arc<Changeset>| steps.iter().filter(|step| step.changeset.id == changeset.id).count();
    let left_out = group
        .iter()
        .filter(|changeset| changeset.elidable && count(changeset) < changeset.operations.len());
    Folded {
        originals: group.to_vec(),
        operations,
        left_out: left_out.map(|changeset| changeset.id.clone()).collect(),
    }
}
