//! What a squashed changeset stands for.

use std::collections::HashMap;
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

/// Which ids go for which, in a whole changelog: of squashed changesets, and of those that they stand for.
#[derive(Debug, Default)]
pub struct Substitutes {
    by: HashMap<String, String>,
    of: HashMap<String, Vec<String>>,
}

/// A changeset as a database may hold it: by itself, by one that stands for it, or by all that it stands for.
#[derive(Debug, Clone)]
pub struct HeldAs {
    pub id: String,
    pub by: Option<Box<HeldAs>>,
    pub of: Vec<HeldAs>,
}

impl Substitutes {
    pub(super) fn find(all: &[Arc<Changeset>]) -> Substitutes {
        let mut found = Substitutes::default();
        all.iter().for_each(|changeset| found.add(changeset));
        found
    }

    fn add(&mut self, changeset: &Changeset) {
        let Some(replaced) = &changeset.replaces else {
            return;
        };
        let ids: Vec<String> = replaced.ids.iter().map(|replaced| replaced.id.clone()).collect();
        let by = ids.iter().map(|id| (id.clone(), changeset.id.clone()));
        self.by.extend(by);
        self.of.insert(changeset.id.clone(), ids);
        replaced.changesets.iter().for_each(|original| self.add(original));
    }

    /// The ways in which a database may hold a changeset.
    pub fn ways(&self, id: &str) -> HeldAs {
        let mut by = None;
        let mut outer: Vec<&String> = Vec::new();
        // One that is said to stand for itself is told elsewhere.
        while let Some(next) = self.by.get(outer.last().map_or(id, |last| last.as_str()))
            && !outer.contains(&next)
        {
            outer.push(next);
        }
        for next in outer.into_iter().rev() {
            by = Some(Box::new(HeldAs {
                id: next.clone(),
                by,
                of: Vec::new(),
            }));
        }
        HeldAs {
            by,
            ..self.inner(id, &mut Vec::new())
        }
    }

    fn inner<'s>(&'s self, id: &str, within: &mut Vec<&'s str>) -> HeldAs {
        let mut of = Vec::new();
        if let Some((id, ids)) = self
            .of
            .get_key_value(id)
            .filter(|(id, _)| !within.contains(&id.as_str()))
        {
            within.push(id);
            of.extend(ids.iter().map(|id| self.inner(id, within)));
            within.pop();
        }
        HeldAs {
            id: id.to_string(),
            by: None,
            of,
        }
    }
}

impl HeldAs {
    /// Whether a changeset is there, where `is_there` tells of single ids.
    pub fn holds(&self, is_there: &impl Fn(&str) -> bool) -> bool {
        is_there(&self.id)
            || self.by.as_ref().is_some_and(|by| by.holds(is_there))
            || (!self.of.is_empty() && self.of.iter().all(|original| original.holds(is_there)))
    }

    /// All the ids, that of the changeset itself first.
    pub fn ids(&self) -> Vec<&str> {
        let inner = self.by.iter().map(AsRef::as_ref).chain(&self.of);
        std::iter::once(self.id.as_str())
            .chain(inner.flat_map(HeldAs::ids))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changeset_is_held_by_whatever_goes_for_it() {
        let all = |pairs: &[(&str, &[&str])]| {
            let mut found = Substitutes::default();
            for (id, ids) in pairs {
                found
                    .by
                    .extend(ids.iter().map(|inner| (inner.to_string(), id.to_string())));
                found
                    .of
                    .insert(id.to_string(), ids.iter().map(|id| id.to_string()).collect());
            }
            found
        };
        let found = all(&[("all", &["ab", "cd"]), ("ab", &["a", "b"]), ("cd", &["c", "d"])]);
        let holds = |id: &str, there: &[&str]| found.ways(id).holds(&|id: &str| there.contains(&id));
        for there in [&["a"][..], &["ab"], &["all"]] {
            assert!(holds("a", there), "{there:?}");
        }
        assert!(!holds("a", &["b", "cd"]));
        for there in [&["all"][..], &["ab", "cd"], &["ab", "c", "d"], &["a", "b", "c", "d"]] {
            assert!(holds("all", there), "{there:?}");
        }
        assert!(!holds("all", &["ab", "c"]));
        let round = all(&[("x", &["y"]), ("y", &["x"])]);
        assert!(!round.ways("x").holds(&|_| false));
    }
}
