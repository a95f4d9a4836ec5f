//! Texts that are edited together: what is put back around one that takes the place of another gets the text that a
//! changeset behind it gives it anyway. Its old one may not stand on the new one below it.

use std::sync::Arc;

use super::Fold;
use crate::changelog::{Changeset, OperationNode};
use crate::dialect::mentions;
use crate::model::{Catalog, Change, Object};

impl<'a> Fold<'a> {
    /// Takes into account what is planned on its way up, in order.
    pub fn expecting(mut self, changesets: &[&Arc<Changeset>]) -> Fold<'a> {
        self.expected = changesets.iter().map(|changeset| (*changeset).clone()).collect();
        self
    }

    /// What is planned behind a changeset, where it is one that runs again.
    pub(super) fn behind(&self, changeset: &Changeset) -> Option<Vec<Arc<Changeset>>> {
        let at = self.expected.iter().position(|expected| expected.id == changeset.id);
        let behind = at.map_or(&[][..], |at| &self.expected[at + 1..]);
        let coming = behind.iter().take_while(|coming| !coming.runs.is_once()).cloned();
        (!changeset.runs.is_once()).then(|| coming.collect())
    }

    /// The changes of an operation, with the texts that are coming in what they put back; `rest` is what its changeset
    /// does behind it.
    pub(super) fn with_coming_texts(
        &self,
        changes: Vec<Change>,
        changeset: &Changeset,
        rest: &[OperationNode],
    ) -> Vec<Change> {
        let Some(behind) = &self.coming else {
            return changes;
        };
        let is_put_back = |change: &Change| match change {
            Change::CreateObject { object, .. } => changes
                .iter()
                .any(|other| matches!(other, Change::DropObject { object: dropped } if dropped == object)),
            _ => false,
        };
        if !changes.iter().any(is_put_back) {
            return changes;
        }
        let mut after = self.catalog.clone();
        for change in &changes {
            // What cannot be applied is told where it is rendered.
            let _ = after.apply(change);
        }
        let coming = self.coming_objects(&after, changeset, rest, behind);
        let (put_back, mut all): (Vec<Change>, Vec<Change>) = changes.iter().cloned().partition(is_put_back);
        let put_back: Vec<Object> = put_back.into_iter().filter_map(created).collect();
        let is_same = |one: &Object, other: &Object| after.object_key(one) == after.object_key(other);
        let is_there = |object: &Object| put_back.iter().any(|known| is_same(known, object));
        // Of the others those come in their own time on which something else stands already.
        let (mut now, mut later): (Vec<Object>, Vec<Object>) = coming
            .into_iter()
            .partition(|object| is_there(object) || after.same_object(object).is_none());
        while let Some(early) = now
            .iter()
            .position(|object| later.iter().any(|other| uses(&after, object, other)))
        {
            later.push(now.remove(early));
        }
        let mut objects: Vec<Object> = put_back
            .iter()
            .map(|object| now.iter().find(|new| is_same(new, object)).unwrap_or(object).clone())
            .collect();
        now.retain(|object| !is_there(object));
        while let Some(needed) = now
            .iter()
            .position(|object| objects.iter().any(|user| uses(&after, user, object)))
        {
            objects.push(now.remove(needed));
        }
        all.extend(
            in_order(&after, objects)
                .into_iter()
                .map(|object| Change::CreateObject {
                    object,
                    if_not_exists: false,
                }),
        );
        all
    }

    /// The objects that are made, or made anew, by what is certain to be carried out next.
    fn coming_objects(
        &self,
        after: &Catalog,
        changeset: &Changeset,
        rest: &[OperationNode],
        behind: &[Arc<Changeset>],
    ) -> Vec<Object> {
        let mut next = Fold::new(self.changelog, after.clone());
        next.left_out = self.left_out.clone();
        let mut changes = next.resolve(changeset, rest).changes;
        for coming in behind {
            if next.gate(coming).is_none() {
                changes.extend(next.resolve(coming, &coming.operations).changes);
            }
        }
        let mut objects: Vec<Object> = Vec::new();
        for object in changes.into_iter().filter_map(|(change, _)| created(change)) {
            objects.retain(|known| after.object_key(known) != after.object_key(&object));
            objects.push(object);
        }
        objects.retain(|object| after.same_object(object) != Some(object));
        objects
    }
}

fn created(change: Change) -> Option<Object> {
    match change {
        Change::CreateObject { object, .. } | Change::ReplaceObject { after: object, .. } => Some(object),
        _ => None,
    }
}

/// Whether the text of an object names another one.
fn uses(catalog: &Catalog, object: &Object, other: &Object) -> bool {
    let family = catalog.target().dialect.family();
    let stands = object
        .stands_on()
        .is_some_and(|on| catalog.key(on) == catalog.key(&other.name()));
    let mut texts = object.texts().into_iter();
    stands || texts.any(|text| mentions(text, &other.name().name, family))
}

/// The same, each behind what it uses.
fn in_order(catalog: &Catalog, mut objects: Vec<Object>) -> Vec<Object> {
    let mut ordered = Vec::new();
    while !objects.is_empty() {
        let is_free = |at: &usize| {
            let mut others = objects.iter().enumerate().filter(|(other, _)| other != at);
            !others.any(|(_, other)| uses(catalog, &objects[*at], other))
        };
        // Where names go in a circle, one of them is that of something else.
        let next = (0..objects.len()).find(is_free).unwrap_or_default();
        ordered.push(objects.remove(next));
    }
    ordered
}
