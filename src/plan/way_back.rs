//! The way back of changes, and what is left of them when it stops half-way.

use serde::{Deserialize, Serialize};

use super::StoredReverse;
use crate::model::{Change, Destroys, Kept, KeptWhat, Restores};

/// What the steps of a derived way back undo.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Undoing {
    /// What is taken back, in the order in which it was done; nothing where the author wrote the way back.
    pub changes: Vec<Change>,
    /// For each step, the place of the change that it undoes.
    pub places: Vec<usize>,
}

impl Undoing {
    /// The changes that are still in the database when so many of the steps are done.
    pub fn left_after(&self, steps: &[Change], done: usize) -> Vec<Change> {
        let Some(next) = self.places.get(done).copied() else {
            return inverses(&steps[done..]);
        };
        // What the author wrote as one text goes back as one.
        let first = match self.changes.get(next) {
            Some(Change::Raw {
                part: Some((at, _)), ..
            }) => (next + 1).saturating_sub(*at),
            _ => next,
        };
        let is_begun = done > 0 && self.places[done - 1] == next;
        if !is_begun {
            return self.changes[..=next].to_vec();
        }
        let steps_of_it = self.places[done..].iter().take_while(|place| **place == next).count();
        let mut left = self.changes[..first].to_vec();
        left.extend(inverses(&steps[done..done + steps_of_it]));
        // A text of which a part is taken back is not what its file says any more: it can only go on the way it went.
        if let Some(Change::Raw { up, .. }) = left.get_mut(first) {
            *up = format!("-- partly taken back\n{up}");
        }
        left
    }
}

/// What takes steps back, the last one first.
fn inverses(steps: &[Change]) -> Vec<Change> {
    let mut left: Vec<Change> = Vec::new();
    for step in steps.iter().rev() {
        let Change::Raw {
            up,
            part: Some((at, count)),
            ..
        } = step
        else {
            left.extend(step.inverse().changes);
            continue;
        };
        if at == count {
            left.extend(step.inverse().changes);
            continue;
        }
        // The way back of a text is one text: what is left of it, in its order.
        if let Some(Change::Raw { down: Some(down), .. }) = left.last_mut() {
            *down = format!("{up};\n{down}");
        }
    }
    left
}

/// The derived way back of changes: their inverses, last first, each with the place of the change that it undoes.
pub(super) fn derived(changes: &[Change]) -> (Vec<(usize, Change)>, Restores) {
    let mut back = Vec::new();
    let mut restores = Restores::Exact;
    let mut covered = 0;
    if let Some((count, steps)) = unfinished(changes) {
        covered = count;
        let last = changes.len() - 1;
        back.extend(steps.into_iter().map(|step| (last, step)));
    }
    for (at, change) in changes.iter().enumerate().rev() {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        // The last statement of a text takes all of it back.
        if let Change::Raw {
            part: Some((at, count)),
            ..
        } = change
        {
            covered = if at == count { count - 1 } else { at - 1 };
        }
        let inverse = change.inverse();
        back.extend(inverse.changes.into_iter().map(|step| (at, step)));
        if !goes_with_its_table(change, &changes[..at]) {
            restores = restores.and(inverse.restores);
        }
    }
    (back, restores)
}

/// What undoes the end of changes that stopped between setting something aside and doing what it is set aside for: of how
/// many changes, and how. What was to go is there still.
fn unfinished(changes: &[Change]) -> Option<(usize, Vec<Change>)> {
    match changes {
        [.., Change::SetAside { kept }] => match &kept.what {
            KeptWhat::Rows { .. }
            | KeptWhat::Values { .. }
            | KeptWhat::Replaced { .. }
            | KeptWhat::Keys { made: false, .. } => Some((1, vec![Change::BringBack { kept: emptied(kept) }])),
            KeptWhat::Table { .. } | KeptWhat::Keys { made: true, .. } => None,
        },
        [.., Change::SetAside { kept }, Change::LoadRows { kept: true, .. }] => match &kept.what {
            KeptWhat::Keys { key, made: false } => {
                let made = Kept {
                    what: KeptWhat::Keys {
                        key: key.clone(),
                        made: true,
                    },
                    ..kept.clone()
                };
                let steps = vec![
                    Change::SetAside { kept: made.clone() },
                    Change::BringBack { kept: made },
                ];
                Some((2, steps))
            }
            KeptWhat::Rows { .. }
            | KeptWhat::Values { .. }
            | KeptWhat::Replaced { .. }
            | KeptWhat::Table { .. }
            | KeptWhat::Keys { made: true, .. } => None,
        },
        _ => None,
    }
}

/// The same store, of which nothing is brought back.
fn emptied(kept: &Kept) -> Kept {
    Kept {
        what: KeptWhat::Values {
            key: Vec::new(),
            columns: Vec::new(),
            filter: None,
            not_null: Vec::new(),
        },
        ..kept.clone()
    }
}

/// Whether it puts rows into a table that one of the changes before creates: they go with it.
fn goes_with_its_table(change: &Change, before: &[Change]) -> bool {
    let (Change::InsertRows { table, .. } | Change::InsertQuery { table, .. } | Change::LoadRows { table, .. }) =
        change
    else {
        return false;
    };
    before.iter().any(|earlier| match earlier {
        Change::CreateTable {
            table: created,
            if_not_exists: false,
        } => created.name == *table,
        _ => false,
    })
}

pub(super) fn way_back(changes: &[Change], explicit: Option<&StoredReverse>) -> (Restores, Vec<Destroys>) {
    match explicit {
        Some(StoredReverse::Irreversible(why)) => (Restores::None(why.clone()), Vec::new()),
        Some(StoredReverse::Changes(back)) => (Restores::Exact, destroyed(back)),
        None => {
            let (back, restores) = derived(changes);
            let back: Vec<Change> = back.into_iter().map(|(_, step)| step).collect();
            let destroys = destroyed(&back);
            (restores, destroys)
        }
    }
}

pub(super) fn destroyed(changes: &[Change]) -> Vec<Destroys> {
    let mut all: Vec<Destroys> = Vec::new();
    for change in changes {
        for destroys in change.destroys() {
            if !all.contains(&destroys) {
                all.push(destroys);
            }
        }
    }
    all
}
