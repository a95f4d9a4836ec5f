//! The order of changesets: that of the files, but for what runs again and again, and for what depends on others.

use std::cmp::Reverse as Least;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use super::{Changelog, Changeset, Replaced, Substitutes};
use crate::diagnostic::{Diagnostic, Span, nearest};

/// Another changeset that has to come before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    pub id: String,
    pub span: Span,
    /// Other ids that it may go by: of what stands for it, and of what it stands for.
    pub others: Vec<String>,
}

impl Dependency {
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.others).map(String::as_str)
    }
}

/// Where each changeset stands, by its id; what a squashed one replaces stands with it.
type Places<'a> = HashMap<&'a str, usize>;

/// Puts a changelog in order. A changeset that runs again and again comes behind all that run once, unless it says
/// `in_order`; one that depends on others moves behind them, and nothing else moves.
pub(super) fn put_in_order(changelog: &mut Changelog) {
    let all = &changelog.changesets;
    let is_plain = |changeset: &Arc<Changeset>| {
        changeset.depends_on.is_empty()
            && changeset.replaces.is_none()
            && (changeset.runs.is_once() || changeset.in_order)
    };
    if all.iter().all(is_plain) {
        return;
    }
    let mut problems = Vec::new();
    let places = places(all, &mut problems);
    let needed: Vec<Vec<usize>> = all
        .iter()
        .map(|changeset| needed(changeset, &places, &mut problems))
        .collect();
    let order = sorted(all, &needed);
    changelog.substitutes = Arc::new(Substitutes::find(all));
    if order.len() < all.len() {
        problems.extend(cycles(all, &needed, &order));
    } else {
        let ordered = order.into_iter().map(|at| all[at].clone());
        let ordered = ordered.map(|changeset| with_others(changeset, &changelog.substitutes));
        changelog.changesets = ordered.collect();
    }
    changelog.diagnostics.extend(problems);
}

/// With the ids by which what it depends on may go.
fn with_others(mut changeset: Arc<Changeset>, substitutes: &Substitutes) -> Arc<Changeset> {
    let others = |dependency: &Dependency| {
        let ways = substitutes.ways(&dependency.id);
        ways.ids().into_iter().skip(1).map(str::to_string).collect::<Vec<_>>()
    };
    let others: Vec<Vec<String>> = changeset.depends_on.iter().map(others).collect();
    if others.iter().any(|others| !others.is_empty()) {
        let changeset = Arc::make_mut(&mut changeset);
        for (dependency, others) in changeset.depends_on.iter_mut().zip(others) {
            dependency.others = others;
        }
    }
    changeset
}

fn places<'a>(all: &'a [Arc<Changeset>], problems: &mut Vec<Diagnostic>) -> Places<'a> {
    let mut places: Places<'a> = all
        .iter()
        .zip(0..)
        .map(|(changeset, at)| (changeset.id.as_str(), at))
        .collect();
    let mut replaced: HashMap<&str, Span> = HashMap::new();
    for (at, changeset) in all.iter().enumerate() {
        for found in changeset.replaces.iter().flat_map(Replaced::all_ids) {
            if let Some(first) = replaced.insert(&found.id, found.span) {
                let message = format!("`{}` is replaced twice", found.id);
                let diagnostic = Diagnostic::error("replaced-twice", message).label(found.span, "again here");
                problems.push(diagnostic.label(first, "first here"));
                continue;
            }
            if let Some(other) = places.insert(&found.id, at) {
                let message = format!("`{}` is replaced, and still in the changelog", found.id);
                let diagnostic = Diagnostic::error("replaced-and-there", message).label(found.span, "");
                problems.push(diagnostic.label(all[other].span, "it is here").help(
                    "what is replaced is read from the `originals` of what replaces it: take it out of the changelog",
                ));
            }
        }
    }
    places
}

fn needed(changeset: &Changeset, places: &Places<'_>, problems: &mut Vec<Diagnostic>) -> Vec<usize> {
    let mut needed = Vec::new();
    for dependency in &changeset.depends_on {
        match places.get(dependency.id.as_str()) {
            Some(at) => needed.push(*at),
            None => {
                let message = format!(
                    "there is no changeset `{}`, which `{}` depends on",
                    dependency.id, changeset.id
                );
                let near = nearest(&dependency.id, places.keys().copied());
                let diagnostic = Diagnostic::error("unknown-changeset", message).label(dependency.span, "");
                problems.push(diagnostic.did_you_mean(near));
            }
        }
    }
    needed
}

/// Each changeset as early as its place and what it needs allow; those of a cycle, and behind one, are left out.
fn sorted(all: &[Arc<Changeset>], needed: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = needed.iter().map(Vec::len).collect();
    let mut needing: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (at, needs) in needed.iter().enumerate() {
        for need in needs {
            needing[*need].push(at);
        }
    }
    let key = |at: usize| Least((!all[at].runs.is_once() && !all[at].in_order, at));
    let free = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<_> = free.map(|(at, _)| key(at)).collect();
    let mut order = Vec::with_capacity(all.len());
    while let Some(Least((_, at))) = ready.pop() {
        order.push(at);
        for next in &needing[at] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                ready.push(key(*next));
            }
        }
    }
    order
}

/// Tells the cycles, each step where it is written.
fn cycles(all: &[Arc<Changeset>], needed: &[Vec<usize>], order: &[usize]) -> Vec<Diagnostic> {
    let mut left = vec![true; all.len()];
    for at in order {
        left[*at] = false;
    }
    // Each one that is left needs one that is left: going on leads round at last, or to where it was known.
    let next = |at: usize| needed[at].iter().copied().find(|need| left[*need]);
    let mut known = vec![false; all.len()];
    let mut found = Vec::new();
    for start in (0..all.len()).filter(|at| left[*at]) {
        let mut path: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| !known[*here]) {
            known[here] = true;
            path.push(here);
            at = next(here);
        }
        if let Some(first) = path.iter().position(|here| Some(*here) == at) {
            found.push(cycle(all, &path[first..]));
        }
    }
    found
}

fn cycle(all: &[Arc<Changeset>], round: &[usize]) -> Diagnostic {
    let names: Vec<&str> = round
        .iter()
        .chain(round.first())
        .map(|at| all[*at].id.as_str())
        .collect();
    let message = format!("these changesets depend on each other: {}", names.join(" → "));
    let mut diagnostic = Diagnostic::error("dependency-cycle", message);
    for (place, here) in round.iter().enumerate() {
        let need = round[(place + 1) % round.len()];
        let ids = all[need].replaces.iter().flat_map(Replaced::all_ids);
        let named: Vec<&str> = ids
            .map(|replaced| replaced.id.as_str())
            .chain([all[need].id.as_str()])
            .collect();
        let mut written = all[*here].depends_on.iter();
        if let Some(dependency) = written.find(|dependency| named.contains(&dependency.id.as_str())) {
            let text = format!("`{}` needs `{}`", all[*here].id, dependency.id);
            diagnostic = diagnostic.label(dependency.span, text);
        }
    }
    diagnostic
}
