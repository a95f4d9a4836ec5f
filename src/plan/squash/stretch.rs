//! A stretch of operations of the schema: what it makes is made as it is at its end, what it does to what was there before
//! is done as it is written.

use std::collections::BTreeMap;
use std::ops::Range;

use super::merge::{Own, merged};
use super::touched::{Touch, touches};
use super::{Lane, Step, Written};
use crate::changelog::Changeset;
use crate::model::{Catalog, Change, NormalForm};
use crate::operation::{Context, Operation, Thing, Uncertain, operations_for};

/// Where what is kept as it is written stands.
#[derive(Clone, Copy)]
enum Layout {
    KeptFirst,
    KeptLast,
}

/// The operations that do what a stretch does. Where it cannot be said at once, it is said in two parts.
pub(super) fn folded(lanes: &[Lane], steps: &[Step], range: Range<usize>) -> Vec<Written> {
    if range.is_empty() {
        return Vec::new();
    }
    if range.len() == 1 {
        let step = &steps[range.start];
        return match step.changes.iter().all(Vec::is_empty) {
            true => Vec::new(),
            false => vec![as_written(step)],
        };
    }
    let stretch = Stretch::of(lanes, steps, range.clone());
    for layout in [Layout::KeptFirst, Layout::KeptLast] {
        if let Some(found) = stretch.tried(layout) {
            return found;
        }
    }
    let first_kept = stretch.kept.iter().position(|kept| *kept);
    let middle = match first_kept {
        Some(0) => range.start + 1,
        Some(at) => range.start + at,
        None => range.start + range.len() / 2,
    };
    let mut both = folded(lanes, steps, range.start..middle);
    both.extend(folded(lanes, steps, middle..range.end));
    both
}

fn as_written(step: &Step) -> Written {
    Written::Kept(step.changeset.clone(), step.operation.clone())
}

struct Stretch<'a> {
    lanes: &'a [Lane],
    steps: &'a [Step],
    range: Range<usize>,
    /// For each step whether it stays as it is written.
    kept: Vec<bool>,
    /// For each target what was made and is there at the end, in order.
    made: Vec<Vec<Thing>>,
}

impl<'a> Stretch<'a> {
    fn of(lanes: &'a [Lane], steps: &'a [Step], range: Range<usize>) -> Stretch<'a> {
        let mut stretch = Stretch {
            lanes,
            steps,
            kept: vec![false; range.len()],
            made: Vec::new(),
            range,
        };
        // What is kept for one target is kept for all, and what it makes is not made by itself.
        loop {
            let before = stretch.kept.clone();
            stretch.made = (0..lanes.len()).map(|lane| stretch.look(lane)).collect();
            if stretch.kept == before {
                return stretch;
            }
        }
    }

    /// What a target is made, and which steps have to stay as they are.
    fn look(&mut self, lane: usize) -> Vec<Thing> {
        let mut made: Vec<Thing> = Vec::new();
        for at in self.range.clone() {
            if self.kept[at - self.range.start] {
                continue;
            }
            let changes = &self.steps[at].changes[lane];
            let mut catalog = self.lanes[lane].catalogs[at].clone();
            let mut after = made.clone();
            let mut is_own = true;
            for change in changes {
                is_own &= note(&catalog, change, &mut after);
                is_own &= catalog.apply(change).is_ok();
            }
            match is_own {
                true => made = after,
                false => self.kept[at - self.range.start] = true,
            }
        }
        made
    }

    fn kept_steps(&self) -> impl Iterator<Item = &'a Step> {
        let steps = self.steps[self.range.clone()].iter().zip(&self.kept);
        steps.filter(|(_, kept)| **kept).map(|(step, _)| step)
    }

    /// The operations in a layout, where they do the same on every target.
    fn tried(&self, layout: Layout) -> Option<Vec<Written>> {
        let kept: Vec<Written> = self.kept_steps().map(as_written).collect();
        let mut own = Vec::new();
        for (lane, made) in self.lanes.iter().zip(&self.made) {
            let start = &lane.catalogs[self.range.start];
            let end = &lane.catalogs[self.range.end];
            let before = match layout {
                Layout::KeptFirst => after(start, &kept)?,
                Layout::KeptLast => start.clone(),
            };
            let operations = operations_for(&before, end, made).ok()?;
            own.push(Own {
                dialect: lane.target.dialect,
                catalog: before,
                operations,
            });
        }
        let made = merged(own)?.into_iter().map(Written::Made);
        let all: Vec<Written> = match layout {
            Layout::KeptFirst => kept.iter().cloned().chain(made).collect(),
            Layout::KeptLast => made.chain(kept).collect(),
        };
        let same = self.lanes.iter().all(|lane| {
            let found = after(&lane.catalogs[self.range.start], &all);
            let wanted = NormalForm::of(&lane.catalogs[self.range.end]);
            found.is_some_and(|found| NormalForm::of(&found) == wanted)
        });
        (same && all.len() <= self.range.len()).then_some(all)
    }
}

/// Takes a change into account in what was made. Whether it is about that alone.
fn note(catalog: &Catalog, change: &Change, made: &mut Vec<Thing>) -> bool {
    let Some(touch) = touches(catalog, change) else {
        return false;
    };
    match touch {
        Touch::Makes(thing) => {
            made.push(thing);
            true
        }
        Touch::Changes(thing) => made.contains(&thing),
        Touch::Drops(thing) => match made.iter().position(|known| *known == thing) {
            Some(at) => {
                made.remove(at);
                true
            }
            None => false,
        },
        Touch::Renames(from, to) => {
            let Some(at) = made.iter().position(|known| *known == from) else {
                return false;
            };
            made[at] = to;
            // What stands on a table is known by its name.
            if let Change::RenameTable { from, to } = change {
                for object in catalog.standing_on(from) {
                    let before = Thing::Object(catalog.object_key(&object));
                    let after = Thing::Object(catalog.object_key(&object.moved_to(to)));
                    made.iter_mut()
                        .filter(|known| **known == before)
                        .for_each(|known| *known = after.clone());
                }
            }
            true
        }
    }
}

/// The schema after operations; `None` where they cannot be.
fn after(catalog: &Catalog, written: &[Written]) -> Option<Catalog> {
    let mut catalog = catalog.clone();
    for written in written {
        let (operation, changeset) = match written {
            Written::Kept(changeset, operation) => (operation, Some(&**changeset)),
            Written::Made(operation) => (operation, None),
        };
        for change in resolved(&catalog, operation, changeset)? {
            catalog.apply(&change).ok()?;
        }
    }
    Some(catalog)
}

/// The changes of an operation without parameters; `None` where something is wrong with it.
pub(super) fn resolved(catalog: &Catalog, operation: &Operation, changeset: Option<&Changeset>) -> Option<Vec<Change>> {
    let none = BTreeMap::new();
    let files = changeset.map_or(&none, |changeset| &changeset.files);
    let mut context = Context::new(catalog, files, Uncertain::default());
    let changes = context.resolved(operation);
    let is_wrong = context.problems.iter().any(|problem| problem.diagnostic.is_error());
    (!is_wrong).then_some(changes)
}
