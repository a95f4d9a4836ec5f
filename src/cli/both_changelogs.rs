//! The changelog of Liquibase whose history is taken over, and that of driftless whose ids the history gets: the same, or what
//! it was turned into.

use std::collections::HashMap;
use std::sync::Arc;

use super::import::below;
use super::output::Output;
use super::project::{At, Project};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Changeset, Folder, gather_liquibase};
use crate::diagnostic::Diagnostic;
use crate::liquibase::{Ids, Translated};
use crate::operation::applies;

/// Both, as they are read.
pub(super) struct BothChangelogs {
    /// Whose ids the history gets.
    pub changelog: &'static Changelog,
    pub folder: Folder,
    /// Liquibase's; its changesets stand in the sources of `own`.
    pub translated: Translated,
    pub own: &'static Changelog,
    /// The changeset of each of Liquibase's, where the changelog has it.
    pub changesets: Vec<Option<&'static Arc<Changeset>>>,
}

impl BothChangelogs {
    /// Reads the changelog of Liquibase, and that whose ids the history gets: the same, or what it was turned into.
    pub fn of(
        project: &Project,
        file: Option<&str>,
        search_path: &[String],
        output: &Output,
    ) -> Result<BothChangelogs, Failure> {
        let refuse = |message: String, help: String| output.refuse(Exit::Usage, "changelog", message, Some(&help));
        let folder = project.folder.clone().searching(search_path.to_vec());
        let is_direct = project.is_of_liquibase();
        let first = match file {
            Some(file) => below(folder.root(), file, output)?,
            None if is_direct => project.first.clone(),
            None => {
                let message = format!("`{}` is no changelog of Liquibase", project.first);
                let help = "name Liquibase's, which the rows are of: `driftless adopt liquibase db/master.xml`";
                return Err(refuse(message, help.into()));
            }
        };
        if !folder.on_disk(&project.first).exists() {
            let message = format!(
                "there is no changelog `{}`, whose ids the history is to get",
                project.first
            );
            let help = format!(
                "`--changelog {first}` takes that of Liquibase as it is, `driftless import liquibase {first}` makes one of \
                 driftless"
            );
            return Err(refuse(message, help));
        }
        if is_direct && folder.real(&first) != folder.real(&project.first) {
            let message = format!("the changelog is `{}`, and not `{first}`", project.first);
            return Err(refuse(
                message,
                format!("leave the file out, or say `--changelog {first}`"),
            ));
        }
        let gathered = |ids: Ids| {
            let (own, translated) = gather_liquibase(&folder, &first, ids, project.parameters.clone());
            (&*Box::leak(Box::new(own)), translated)
        };
        let (mut own, mut translated) = gathered(if is_direct { Ids::Whole } else { Ids::Short });
        if own.diagnostics.iter().any(Diagnostic::is_error) {
            let failure = output.fail(Exit::Usage, &own.diagnostics, &own.sources);
            output.tally(&own.diagnostics);
            return Err(failure);
        }
        let changelog = if is_direct {
            own
        } else {
            project.sound_changelog(output)?
        };
        let mut changesets = in_changelog(changelog, &translated);
        if changesets.iter().any(Option::is_none) {
            let (other, whole) = gathered(Ids::Whole);
            let found = in_changelog(changelog, &whole);
            let count = |found: &[Option<_>]| found.iter().flatten().count();
            if count(&found) > count(&changesets) {
                (own, translated, changesets) = (other, whole, found);
            }
        }
        Ok(BothChangelogs {
            changelog,
            folder,
            translated,
            own,
            changesets,
        })
    }

    /// Liquibase's changesets for a database by their numbers; of several that are one to it, that which is selected.
    pub fn meant(&self, at: &At<'_>, project: &Project) -> Vec<usize> {
        let dialect = at.target.dialect;
        let is_selected = |place: &usize| {
            let own = self.changesets[*place];
            own.is_some_and(|changeset| project.selection.includes(changeset) && applies(&changeset.dialects, dialect))
        };
        let mut places: HashMap<_, usize> = HashMap::new();
        let mut all: Vec<usize> = Vec::new();
        for (place, made) in self.translated.changesets.iter().enumerate() {
            if !made.dialects.contains(&dialect) {
                continue;
            }
            match places.get(&made.identity.key()) {
                None => {
                    places.insert(made.identity.key(), all.len());
                    all.push(place);
                }
                Some(known) if !is_selected(&all[*known]) && is_selected(&place) => all[*known] = place,
                Some(_) => {}
            }
        }
        all
    }
}

fn in_changelog(changelog: &'static Changelog, translated: &Translated) -> Vec<Option<&'static Arc<Changeset>>> {
    let all = changelog.changesets.iter();
    let by_id: HashMap<&str, &'static Arc<Changeset>> =
        all.map(|changeset| (changeset.id.as_str(), changeset)).collect();
    let made = translated.changesets.iter();
    made.map(|made| by_id.get(made.id.as_str()).copied()).collect()
}
