//! Changesets that were edited after they were applied: what ran, what the file says now, and how to make peace.

use std::sync::Arc;

use similar::TextDiff;

use super::{Fold, History, Record, StoredChanges};
use crate::changelog::{Changelog, Changeset, Runs, Selection};
use crate::diagnostic::Diagnostic;
use crate::dialect::Target;
use crate::model::{Catalog, Change};

/// An applied changeset whose file says something else now.
#[derive(Debug)]
pub struct Edited<'a> {
    pub changeset: &'a Arc<Changeset>,
    pub record: &'a Record,
}

/// The applied changesets whose checksum is no longer the recorded one.
pub fn find_edited<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
    history: &'a History,
) -> Vec<Edited<'a>> {
    super::selected(changelog, target, selection)
        // What runs again when it changes may change.
        .filter(|changeset| changeset.runs.is_once())
        .filter_map(|changeset| {
            let record = history
                .last_of(&changeset.id)
                .filter(|record| record.state.is_there())?;
            (!is_known(record, changeset)).then_some(Edited { changeset, record })
        })
        .collect()
}

fn is_known(record: &Record, changeset: &Changeset) -> bool {
    record.checksum == changeset.checksum || changeset.accept_checksums.contains(&record.checksum)
}

/// An applied changeset whose tag in the file is not the recorded one.
#[derive(Debug)]
pub struct Retagged<'a> {
    pub changeset: &'a Arc<Changeset>,
    pub record: &'a Record,
}

/// The applied changesets of which nothing but the tag is another one.
pub fn find_retagged<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
    history: &'a History,
) -> Vec<Retagged<'a>> {
    super::selected(changelog, target, selection)
        // The next run brings it.
        .filter(|changeset| changeset.runs != Runs::Always)
        .filter_map(|changeset| {
            let record = history.last_of(&changeset.id)?;
            let is_retagged = record.state.is_there() && is_known(record, changeset) && record.tag != changeset.tag;
            is_retagged.then_some(Retagged { changeset, record })
        })
        .collect()
}

impl Edited<'_> {
    /// What `up` says of it: the difference, and the ways out. `stored` is what the history kept.
    pub fn diagnostic(&self, stored: Option<&StoredChanges>) -> Diagnostic {
        let id = &self.changeset.id;
        let now = self.changeset.written();
        let mut diagnostic = Diagnostic::error(
            "edited-after-applied",
            format!("changeset `{id}` was edited after it was applied"),
        )
        .label(self.changeset.span, "");
        if let Some(stored) = stored.filter(|stored| !stored.operations.is_empty()) {
            let (then, now) = (as_yaml(&stored.operations), as_yaml(&now));
            let diff = TextDiff::from_lines(&then, &now);
            let text = diff
                .unified_diff()
                .context_radius(2)
                .header("applied", "file")
                .to_string();
            diagnostic = diagnostic.note(match text.is_empty() {
                true => "the operations are the same; `names`, or a file that they name, has changed".to_string(),
                false => format!("the difference:\n{}", text.trim_end()),
            });
        }
        diagnostic
            .help("put the file back as it was, and write a new changeset for the change")
            .help(format!(
                "or accept the old wording: `accept_checksums: [\"{}\"]`",
                self.record.checksum
            ))
            .help("or record the new wording: `driftless repair`")
    }
}

fn as_yaml(operations: &[serde_json::Value]) -> String {
    serde_yaml::to_string(&operations).unwrap_or_default()
}

/// A changeset with its new checksum, and its new changes where they differ.
#[derive(Debug)]
pub struct RepairedChangeset<'a> {
    pub changeset: &'a Arc<Changeset>,
    pub record: &'a Record,
    pub changes: Vec<Change>,
    pub reverse: Option<super::StoredReverse>,
    pub parameters: Option<String>,
    /// Whether the new wording means something else for the schema.
    pub differs: bool,
}

impl RepairedChangeset<'_> {
    /// How the changes that are recorded differ from those that the file means now.
    pub fn difference(&self) -> String {
        let json = |changes: &[Change]| {
            changes
                .iter()
                .filter_map(|change| serde_json::to_value(change).ok())
                .collect::<Vec<_>>()
        };
        let stored: &[Change] = self.record.changes.as_ref().map_or(&[], |stored| &stored.changes);
        let (then, now) = (as_yaml(&json(stored)), as_yaml(&json(&self.changes)));
        let diff = TextDiff::from_lines(&then, &now);
        diff.unified_diff()
            .context_radius(2)
            .header("recorded", "file")
            .to_string()
    }
}

/// What `repair` would record for each edited changeset: the file's operations resolved at their place in the history.
pub fn repairs<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
    history: &'a History,
) -> Result<(Vec<RepairedChangeset<'a>>, Vec<Diagnostic>), String> {
    let edited = find_edited(changelog, target, selection, history);
    let mut catalog = Catalog::new(target.clone());
    let (mut repaired, mut diagnostics) = (Vec::new(), Vec::new());
    for record in history.applied() {
        let stored: &[Change] = record.changes.as_ref().map_or(&[], |stored| &stored.changes);
        if let Some(found) = edited.iter().find(|edited| edited.changeset.id == record.id) {
            let mut fold = Fold::new(changelog, catalog.clone());
            let planned = fold.up(found.changeset, &[]);
            diagnostics.extend(fold.diagnostics);
            repaired.push(RepairedChangeset {
                changeset: found.changeset,
                record,
                differs: planned.changes != stored,
                changes: planned.changes.clone(),
                reverse: planned.reverse,
                parameters: planned.parameters,
            });
            // From here on the schema is what the file says.
            for change in &planned.changes {
                let _ = catalog.apply(change);
            }
            continue;
        }
        for change in stored {
            catalog
                .apply(change)
                .map_err(|why| format!("the history does not fit together at `{}`: {why}", record.id))?;
        }
    }
    Ok((repaired, diagnostics))
}
