//! That a changelog with new changesets means what it meant: the same order, the same checksums, the same schema.

use std::sync::Arc;

use super::project::Project;
use super::squash::Named;
use crate::changelog::{Changelog, Changeset, Selection, parameters_match};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::Target;
use crate::model::NormalForm;
use crate::operation::Operation;
use crate::plan::{Written, differences_in_words, replay};

/// The changelog with the new changesets means what it meant, on all targets.
pub(super) fn check(
    project: &Project,
    before: &Changelog,
    after: &Changelog,
    named: &[Named<'_>],
    targets: &[Target],
) -> Result<(), (Vec<Diagnostic>, Sources)> {
    let failed = |diagnostics: Vec<Diagnostic>| (diagnostics, after.sources.clone());
    let differs = |message: String| failed(vec![Diagnostic::error("squash-differs", message)]);
    let wrong: Vec<Diagnostic> = after
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .cloned()
        .collect();
    if !wrong.is_empty() {
        return Err(failed(wrong));
    }
    let mut expected: Vec<&str> = Vec::new();
    for changeset in &before.changesets {
        match named.iter().find(|named| named.new.originals.contains(&changeset.id)) {
            Some(named) if named.new.originals.first() == Some(&changeset.id) => expected.push(&named.id),
            Some(_) => {}
            None => expected.push(&changeset.id),
        }
    }
    let found: Vec<&str> = after.changesets.iter().map(|changeset| changeset.id.as_str()).collect();
    if let Some((wanted, found)) = expected.iter().zip(&found).find(|(wanted, found)| wanted != found) {
        let message = format!("`{found}` would stand where `{wanted}` has to stand");
        let help = "files of a folder are taken in the order of their names: rename those around the range first";
        return Err(failed(vec![Diagnostic::error("squash-differs", message).help(help)]));
    }
    if expected.len() != found.len() {
        return Err(differs(
            "there would not be as many changesets as there have to be".into(),
        ));
    }
    let originals = after.changesets.iter().flat_map(|changeset| &changeset.replaces);
    let originals = originals.flat_map(|replaced| &replaced.changesets);
    let now: Vec<&Arc<Changeset>> = after.changesets.iter().chain(originals).collect();
    for changeset in &before.changesets {
        let same = now.iter().find(|other| other.id == changeset.id);
        let same = same.is_some_and(|other| {
            other.checksum == changeset.checksum
                && other.reverse_checksum == changeset.reverse_checksum
                && parameters_match(changeset, other)
        });
        if !same {
            return Err(differs(format!("`{}` would not be read as it is now", changeset.id)));
        }
    }
    for named in named {
        if let Some(new) = after.changesets.iter().find(|changeset| changeset.id == named.id) {
            is_read_as_meant(named, new).map_err(differs)?;
        }
    }
    for target in targets {
        same_schema(&project.selection, before, after, named, target).map_err(failed)?;
    }
    Ok(())
}

/// What a new changeset says is what it has to say, with the parameters that the originals see.
fn is_read_as_meant(named: &Named<'_>, new: &Changeset) -> Result<(), String> {
    let id = &named.id;
    let mut originals = named.folded.originals.iter();
    if let Some(original) = originals.find(|original| !parameters_match(original, new)) {
        return Err(format!("the parameters of `{}` would be others in `{id}`", original.id));
    }
    let as_json = |operation: &Operation| serde_json::to_value(operation).unwrap_or_default();
    for (written, node) in named.folded.operations.iter().zip(&new.operations) {
        let (Written::Kept(_, operation) | Written::Made(operation)) = written;
        let meant = as_json(operation);
        // Paths, and texts that look like parameters, are written in another way.
        let is_plain = operation.files().is_empty() && operation.written_files().is_empty();
        let is_plain = is_plain && !meant.to_string().contains("${");
        if is_plain && node.operation.as_ref().map(as_json) != Some(meant) {
            return Err(format!(
                "`{}` in `{id}` would not be read as it is meant",
                operation.key()
            ));
        }
    }
    match named.folded.operations.len() == new.operations.len() {
        true => Ok(()),
        false => Err(format!("`{id}` would not have the operations that are meant")),
    }
}

/// The schema after each part, and at the end.
fn same_schema(
    selection: &Selection,
    before: &Changelog,
    after: &Changelog,
    named: &[Named<'_>],
    target: &Target,
) -> Result<(), Vec<Diagnostic>> {
    let whole = |changelog| {
        let (fold, _) = replay(changelog, target, selection);
        let wrong: Vec<Diagnostic> = fold.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        match wrong.is_empty() {
            true => Ok(NormalForm::of(&fold.catalog)),
            false => Err(wrong),
        }
    };
    let upto = |changelog: &Changelog, last: &str| {
        let mut part = Changelog::default();
        part.changesets.clone_from(&changelog.changesets);
        part.sources.clone_from(&changelog.sources);
        let end = part.changesets.iter().position(|changeset| changeset.id == last);
        part.changesets.truncate(end.map_or(0, |end| end + 1));
        NormalForm::of(&replay(&part, target, selection).0.catalog)
    };
    let hold = |wanted: NormalForm, found: NormalForm, what: &str| {
        let differences = wanted.differences(&found);
        if differences.is_empty() {
            return Ok(());
        }
        let message = format!("{what} would leave another schema on {}", target.title());
        let mut diagnostic = Diagnostic::error("squash-differs", message);
        for text in differences_in_words(differences.iter()).into_iter().take(10) {
            diagnostic = diagnostic.note(text);
        }
        if named.iter().any(|named| !named.folded.left_out.is_empty()) {
            diagnostic = diagnostic.help("what is `elidable` may be left out: does it change the schema?");
        }
        Err(vec![diagnostic])
    };
    for named in named {
        let last = named.new.originals.last().map(String::as_str).unwrap_or_default();
        hold(upto(before, last), upto(after, &named.id), &format!("`{}`", named.id))?;
    }
    hold(whole(before)?, whole(after)?, "the new changelog")
}
