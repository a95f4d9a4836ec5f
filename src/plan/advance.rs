//! Which changesets a move up is about.

use std::collections::HashSet;
use std::sync::Arc;

use super::places::{Ids, moment, unknown, written_at};
use super::retreat::known_ids;
use super::{Destination, History, parameters_digest, selected};
use crate::changelog::{Changelog, Changeset, Holds, OutOfOrder, Runs, Selection};
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::Target;

/// A move up, as it is asked for.
#[derive(Debug, Clone)]
pub struct Advance {
    pub destination: Destination,
    /// These and no others, where any are named.
    pub only: Vec<String>,
    pub out_of_order: OutOfOrder,
}

impl Advance {
    /// All that is pending, wherever it stands.
    pub fn all() -> Advance {
        Advance {
            destination: Destination::Head,
            only: Vec::new(),
            out_of_order: OutOfOrder::Allow,
        }
    }
}

/// What is still to be applied.
#[derive(Debug, Default)]
pub struct Pending<'a> {
    pub changesets: Vec<&'a Arc<Changeset>>,
    pub late: Latecomers<'a>,
}

impl<'a> Pending<'a> {
    fn new(all: &[&'a Arc<Changeset>], is_due: &[bool], chosen: Vec<usize>, advance: &Advance) -> Pending<'a> {
        // Of what runs again and again nothing stands before or behind it.
        let last_there = (0..all.len()).rposition(|at| !is_due[at] && all[at].runs.is_once());
        let before = |at: &&usize| Some(**at) < last_there && all[**at].runs.is_once();
        Pending {
            late: Latecomers {
                ids: chosen.iter().filter(before).map(|at| all[*at].id.as_str()).collect(),
                policy: advance.out_of_order,
                met: Vec::new(),
            },
            changesets: chosen.into_iter().map(|at| all[at]).collect(),
        }
    }
}

/// Pending changesets that stand before applied ones, and what becomes of them. Only those count which their conditions
/// let in.
#[derive(Debug, Default)]
pub struct Latecomers<'a> {
    ids: HashSet<&'a str>,
    policy: OutOfOrder,
    met: Vec<&'a Changeset>,
}

impl<'a> Latecomers<'a> {
    /// Whether a changeset stays out although its conditions let it in.
    pub fn keep_out(&mut self, changeset: &'a Changeset) -> bool {
        if !self.ids.contains(changeset.id.as_str()) {
            return false;
        }
        self.met.push(changeset);
        self.policy == OutOfOrder::Skip
    }

    /// What is to be said of them, or why nothing may be done.
    pub fn verdict(self) -> Result<Option<Diagnostic>, Diagnostic> {
        if self.met.is_empty() {
            return Ok(None);
        }
        let names: Vec<String> = self.met.iter().map(|changeset| format!("`{}`", changeset.id)).collect();
        let before = format!("before changesets that are applied already: {}", names.join(", "));
        let note = |message: String| Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::warning("out-of-order", message)
        };
        match self.policy {
            OutOfOrder::Allow => Ok(Some(note(format!("out of order, {before}")))),
            OutOfOrder::Skip => Ok(Some(note(format!("left out, as they stand {before}")))),
            OutOfOrder::Refuse => {
                let message = format!("changesets are pending that stand {before}");
                let labelled = |diagnostic: Diagnostic, changeset: &&Changeset| diagnostic.label(changeset.span, "");
                let diagnostic = self
                    .met
                    .iter()
                    .fold(Diagnostic::error("out-of-order", message), labelled);
                Err(diagnostic
                    .help("say `--out-of-order allow` to apply them all the same, or `skip` to leave them out"))
            }
        }
    }
}

/// Why there is nothing to choose.
#[derive(Debug)]
pub enum NotChosen {
    /// It was said wrongly.
    Usage(Diagnostic),
    /// It is not allowed.
    Refused(Diagnostic),
}

impl From<Diagnostic> for NotChosen {
    fn from(diagnostic: Diagnostic) -> NotChosen {
        NotChosen::Usage(diagnostic)
    }
}

/// What files say for a target.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    pub changelog: &'a Changelog,
    pub target: &'a Target,
    pub selection: &'a Selection,
}

/// The changesets that a database is to have, in order: of a squashed one the originals, where it holds some of them.
pub fn wanted<'a>(files: Files<'a>, history: &History) -> Vec<&'a Arc<Changeset>> {
    let mut all = Vec::new();
    for changeset in selected(files.changelog, files.target, files.selection) {
        expand(changeset, files, history, &mut all);
    }
    all
}

fn expand<'a>(changeset: &'a Arc<Changeset>, files: Files<'a>, history: &History, all: &mut Vec<&'a Arc<Changeset>>) {
    match &changeset.replaces {
        Some(replaced) if held(changeset, history) == Holds::Some && !replaced.changesets.is_empty() => {
            let meant = replaced.changesets.iter().filter(|original| {
                crate::operation::applies(&original.dialects, files.target.dialect)
                    && files.selection.includes(original)
            });
            for original in meant {
                expand(original, files, history, all);
            }
        }
        _ => all.push(changeset),
    }
}

/// How much of a changeset the database holds: itself, or what it stands for.
pub fn held(changeset: &Changeset, history: &History) -> Holds {
    match &changeset.replaces {
        _ if history.is_there(&changeset.id) => Holds::All,
        None => Holds::Nothing,
        Some(replaced) => replaced.held(|id| {
            let original = replaced.changesets.iter().find(|original| original.id == id);
            match original {
                _ if history.is_there(id) => Holds::All,
                Some(original) => held(original, history),
                None => Holds::Nothing,
            }
        }),
    }
}

/// Whether the database holds some of what squashed changesets stand for, and not all of it: it goes on with the
/// originals.
pub fn is_inside_squashed(changelog: &Changelog, history: &History) -> bool {
    let mut squashed = changelog
        .changesets
        .iter()
        .filter(|changeset| changeset.replaces.is_some());
    // What no file knows can be what was squashed before that was squashed again.
    let known = known_ids(changelog);
    let has_unknown = || history.entries().any(|entry| !known.contains(entry.record.id.as_str()));
    squashed.any(|changeset| held(changeset, history) == Holds::Some || has_unknown())
}

/// Whether the database holds anything that no changeset of the files is by itself, but may be one that was squashed.
pub fn holds_squashed(changelog: &Changelog, history: &History) -> bool {
    let own: HashSet<&str> = changelog
        .changesets
        .iter()
        .map(|changeset| changeset.id.as_str())
        .collect();
    history.entries().any(|entry| !own.contains(entry.record.id.as_str()))
}

/// Whether a changeset is to run: for the first time, or again.
fn is_due(changeset: &Changeset, files: Files<'_>, history: &History) -> bool {
    if held(changeset, history) != Holds::All {
        return true;
    }
    match changeset.runs {
        Runs::Once => false,
        Runs::Always => true,
        Runs::OnChange => history.last_of(&changeset.id).is_some_and(|record| {
            let same = record.checksum == changeset.checksum || changeset.accept_checksums.contains(&record.checksum);
            !same || record.parameters != parameters_digest(changeset, files.target, &files.changelog.sources)
        }),
    }
}

/// The changesets that are to run, for the first time or again, and why there is no way to that, where there is none.
pub fn due<'a>(files: Files<'a>, history: &History) -> (Vec<&'a Arc<Changeset>>, Option<NotChosen>) {
    let all = wanted(files, history);
    let stuck = refuse_gone_originals(&all, history).err();
    let due = all.into_iter().filter(|changeset| is_due(changeset, files, history));
    (due.collect(), stuck)
}

/// The pending changesets of a move.
pub fn pending<'a>(files: Files<'a>, history: &History, advance: &Advance) -> Result<Pending<'a>, NotChosen> {
    let all = wanted(files, history);
    refuse_gone_originals(&all, history)?;
    let is_due: Vec<bool> = all.iter().map(|changeset| is_due(changeset, files, history)).collect();
    if !advance.only.is_empty() {
        return only(files, &all, &is_due, advance);
    }
    let end = end(files, &all, &is_due, &advance.destination)?;
    let chosen = (0..end).filter(|at| is_due[*at]).collect();
    Ok(Pending::new(&all, &is_due, chosen, advance))
}

fn refuse_gone_originals(all: &[&Arc<Changeset>], history: &History) -> Result<(), NotChosen> {
    let inside = all.iter().find_map(|changeset| {
        let replaced = changeset
            .replaces
            .as_ref()
            .filter(|_| held(changeset, history) == Holds::Some)?;
        Some((changeset, replaced))
    });
    let Some((changeset, replaced)) = inside else {
        return Ok(());
    };
    let missing: Vec<String> = replaced
        .ids
        .iter()
        .filter(|replaced| !history.is_there(&replaced.id))
        .map(|replaced| format!("`{}`", replaced.id))
        .collect();
    let message = format!(
        "the database holds some of what `{}` replaces, and the changesets themselves are gone",
        changeset.id
    );
    let diagnostic = Diagnostic::error("originals-gone", message)
        .label(changeset.span, "")
        .note(format!("it does not hold {}", missing.join(", ")))
        .help("put its `originals` back, from before they were deleted, and go up with them first");
    Err(NotChosen::Refused(diagnostic))
}

/// How many of all a move goes through.
fn end<'a>(
    files: Files<'a>,
    all: &[&'a Arc<Changeset>],
    is_due: &[bool],
    destination: &Destination,
) -> Result<usize, NotChosen> {
    let usage = |message: String| NotChosen::Usage(Diagnostic::error("target", message));
    match destination {
        Destination::Head => Ok(all.len()),
        Destination::Base => Err(usage("`base` is a target of `down`".into())),
        Destination::Steps(steps) if *steps < 0 => {
            Err(usage(format!("`{steps}` is a target of `down`; `up` takes `+N`")))
        }
        Destination::Steps(steps) => {
            let mut left = *steps;
            let stop = is_due.iter().position(|due| {
                left -= i64::from(*due);
                left < 0
            });
            Ok(stop.unwrap_or(all.len()))
        }
        Destination::Id(text) => match ids(files, all).find(text)? {
            Some(at) => Ok(at + 1),
            None => match moment(text) {
                Some(moment) => until(all, text, &moment),
                None => Err(not_there(files, all, text).into()),
            },
        },
        Destination::Date(text) => match moment(text) {
            Some(moment) => until(all, text, &moment),
            None => Err(usage(not_a_date(text))),
        },
        Destination::Tag(tag) => {
            let at = all.iter().position(|changeset| changeset.tag.as_ref() == Some(tag));
            let tags = all.iter().filter_map(|changeset| changeset.tag.as_deref());
            Ok(1 + at.ok_or_else(|| unknown("tag", tag, tags, " in the files"))?)
        }
    }
}

pub(super) fn not_a_date(text: &str) -> String {
    format!("`{text}` is not a date: write `2026-12-31` or `2026-12-31T23:59:59Z`")
}

/// To the last one that was written by then, as the names of changesets tell.
fn until(all: &[&Arc<Changeset>], text: &str, moment: &str) -> Result<usize, NotChosen> {
    let written: Vec<Option<String>> = all.iter().map(|changeset| written_at(&changeset.id)).collect();
    if written.iter().all(Option::is_none) {
        let message = format!("no changeset's id tells when it was written, so none stands before {text}");
        let help = "`driftless new` names files by their time; say an id or a tag instead";
        return Err(Diagnostic::error("target", message).help(help).into());
    }
    let by_then = written.iter().rposition(|written| {
        let written = written.as_deref();
        written.is_some_and(|written| written <= moment)
    });
    Ok(by_then.map_or(0, |at| at + 1))
}

fn ids<'a>(files: Files<'a>, all: &[&'a Arc<Changeset>]) -> Ids<'a> {
    Ids::new(all.iter().map(|changeset| changeset.id.as_str()), files.changelog, "")
}

fn not_there<'a>(files: Files<'a>, all: &[&'a Arc<Changeset>], text: &str) -> Diagnostic {
    let mut in_files = files.changelog.changesets.iter();
    if let Some(left_out) = in_files.find(|changeset| changeset.id == text) {
        let message = format!("changeset `{text}` is left out here, by dialect, contexts or labels");
        return Diagnostic::error("left-out", message).label(left_out.span, "");
    }
    ids(files, all).unknown(text)
}

/// Those that are named, where nothing that they depend on is pending.
fn only<'a>(
    files: Files<'a>,
    all: &[&'a Arc<Changeset>],
    is_due: &[bool],
    advance: &Advance,
) -> Result<Pending<'a>, NotChosen> {
    let mut chosen = vec![false; all.len()];
    let ids = ids(files, all);
    for text in &advance.only {
        let at = ids.find(text)?.ok_or_else(|| not_there(files, all, text))?;
        chosen[at] = true;
    }
    let is_pending = |id: &str| {
        let at = all.iter().position(|changeset| changeset.id == id);
        at.is_some_and(|at| is_due[at] && !chosen[at] && all[at].runs.is_once())
    };
    for (at, changeset) in all.iter().enumerate().filter(|(at, _)| chosen[*at]) {
        let missing = changeset.depends_on.iter().find(|needed| needed.ids().any(is_pending));
        if let Some(missing) = missing.filter(|_| is_due[at]) {
            let message = format!("`{}` depends on `{}`, which is pending", changeset.id, missing.id);
            let diagnostic = Diagnostic::error("depends-on-pending", message)
                .label(missing.span, "")
                .help(format!("say `--only {}` as well", missing.id));
            return Err(NotChosen::Refused(diagnostic));
        }
    }
    let chosen = (0..all.len()).filter(|at| chosen[*at] && is_due[*at]).collect();
    Ok(Pending::new(all, is_due, chosen, advance))
}
