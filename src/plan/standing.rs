//! Whether something can be taken out of the middle of a history: only where nothing later stands on it.

use super::way_back::derived;
use super::{Entry, History, StoredReverse};
use crate::diagnostic::Diagnostic;
use crate::dialect::Target;
use crate::model::{Catalog, Change, NormalForm};

/// What keeps a changeset where it is.
#[derive(Debug, PartialEq, Eq)]
struct StandsOn {
    later: String,
    why: String,
}

/// Refuses to take entries back while one that stays stands on them. The history has its changes.
pub fn refuse_standing_on(history: &History, target: &Target, chosen: &[Entry<'_>]) -> Result<(), Diagnostic> {
    let all: Vec<Entry<'_>> = history.entries().collect();
    let is_chosen = |entry: &Entry<'_>| chosen.iter().any(|found| found.record.seq == entry.record.seq);
    let Some(first) = all.iter().position(is_chosen) else {
        return Ok(());
    };
    if all[first..].iter().all(is_chosen) {
        return Ok(());
    }
    let mut whole = Catalog::new(target.clone());
    for entry in &all[..first] {
        apply(&mut whole, entry)?;
    }
    let start = (whole.clone(), whole.clone());
    // What is wrong at the end began with one of them, which is looked for only then.
    let (mut whole, mut without) = start.clone();
    let mut found = None;
    for entry in &all[first..] {
        if is_chosen(entry) {
            apply(&mut whole, entry)?;
        } else if let Err(why) = apply_to_both(&mut whole, &mut without, entry)? {
            found = Some(StandsOn {
                later: entry.record.id.clone(),
                why,
            });
            break;
        }
    }
    if found.is_none() && problem(&whole, &without, chosen).is_some() {
        let (mut whole, mut without) = start;
        for (at, entry) in all[first..].iter().enumerate() {
            if is_chosen(entry) {
                apply(&mut whole, entry)?;
                continue;
            }
            // It went well before.
            let _ = apply_to_both(&mut whole, &mut without, entry)?;
            let so_far: Vec<Entry<'_>> = all[first..=first + at]
                .iter()
                .filter(|entry| is_chosen(entry))
                .rev()
                .copied()
                .collect();
            if let Some(why) = problem(&whole, &without, &so_far) {
                found = Some(StandsOn {
                    later: entry.record.id.clone(),
                    why,
                });
                break;
            }
        }
    }
    let Some(StandsOn { later, why }) = found else {
        return Ok(());
    };
    let names: Vec<String> = chosen.iter().map(|entry| format!("`{}`", entry.record.id)).collect();
    let message = format!("`{later}` stands on what would be taken back");
    Err(Diagnostic::error("stands-on", message)
        .note(format!("to be taken back: {}", names.join(", ")))
        .note(format!("without it, {why}"))
        .help(format!(
            "take `{later}` back as well: `--only {later}`, or everything from there on"
        )))
}

fn apply(catalog: &mut Catalog, entry: &Entry<'_>) -> Result<(), Diagnostic> {
    changes_of(entry).try_for_each(|change| apply_change(catalog, entry, change))
}

/// An entry that stays; the inner error says what it misses without the others.
fn apply_to_both(
    whole: &mut Catalog,
    without: &mut Catalog,
    entry: &Entry<'_>,
) -> Result<Result<(), String>, Diagnostic> {
    for change in changes_of(entry) {
        if let Some(lacking) = without.lacks_for_rows(whole, change) {
            return Ok(Err(format!("a change of rows finds {lacking}")));
        }
        apply_change(whole, entry, change)?;
        if let Err(why) = without.apply(change) {
            return Ok(Err(why));
        }
    }
    Ok(Ok(()))
}

fn apply_change(catalog: &mut Catalog, entry: &Entry<'_>, change: &Change) -> Result<(), Diagnostic> {
    catalog.apply(change).map_err(|why| {
        let message = format!("the history does not fit together at `{}`: {why}", entry.record.id);
        Diagnostic::error("history", message)
    })
}

fn changes_of<'a>(entry: &Entry<'a>) -> impl Iterator<Item = &'a Change> {
    let stored = entry.record.changes.iter();
    stored.flat_map(|stored| &stored.changes)
}

/// What is wrong when entries, the latest first, are taken out of a schema; `without` is what it would be had they never
/// been.
fn problem(whole: &Catalog, without: &Catalog, chosen: &[Entry<'_>]) -> Option<String> {
    let mut back = whole.clone();
    let mut is_derived = true;
    for entry in chosen {
        let Some(stored) = &entry.record.changes else {
            continue;
        };
        let steps: Vec<Change> = match &stored.reverse {
            Some(StoredReverse::Changes(steps)) => {
                is_derived = false;
                steps.clone()
            }
            // That is told where it is planned.
            Some(StoredReverse::Irreversible(_)) => return None,
            None => derived(&stored.changes).0.into_iter().map(|(_, step)| step).collect(),
        };
        for step in &steps {
            if let Err(why) = back.apply(step) {
                return Some(format!("the way back finds {why}"));
            }
        }
    }
    if let Some(user) = without.user_of_gone(whole) {
        return Some(user);
    }
    // What the author wrote may leave something else.
    if !is_derived {
        return None;
    }
    let differences = NormalForm::of(&back).differences(&NormalForm::of(without));
    let words = super::differences_in_words(differences.iter());
    words
        .into_iter()
        .next()
        .map(|difference| format!("{difference}: it was changed since"))
}
