use std::collections::BTreeSet;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, good, plural};
use super::project::Project;
use super::proof::{Proof, prove};
use super::signals::stop_on_signals;
use super::unchanged::check;
use super::written_files::{put_in_place, take_back};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Changeset, Folder, New, Rewriting, gather, rewritten};
use crate::database::DatabaseUrl;
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::Target;
use crate::executor::Stop;
use crate::plan::{Folded, Ids, Part, file_of, squash, stands_for};

#[derive(Args)]
pub(super) struct Squash {
    /// The first and the last changeset: `A..B`; `A..` to the end, `..B` from the beginning
    #[arg(value_name = "A..B")]
    range: String,
    /// The id of the new changeset (default: `<first>_squashed_<last>`)
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The server to prove it on (default: that of the database, whose own data is not touched; without one, or with
    /// SQLite, a temporary file)
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

#[derive(Serialize)]
struct Report {
    /// The new changesets.
    squashed: Vec<Squashed>,
    /// The changesets of the range that stay as they are.
    stay: Vec<Stays>,
    /// The files that were written or changed, and those that went elsewhere, from and to.
    written: Vec<String>,
    moved: Vec<(String, String)>,
    /// The targets on which both were run and compared.
    proven: Vec<String>,
    /// The targets for which they were compared as plans alone.
    planned: Vec<String>,
}

#[derive(Serialize)]
struct Squashed {
    id: String,
    file: String,
    replaces: Vec<String>,
    /// What it says, as its file does.
    text: String,
}

#[derive(Serialize)]
struct Stays {
    id: String,
    why: String,
}

/// A new changeset with its place.
pub(super) struct Named<'a> {
    pub id: String,
    pub folded: &'a Folded,
    pub new: New,
}

impl Squash {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        if !self.range.contains("..") {
            let message = format!("`{}` is no range", self.range);
            let help = "say the first and the last changeset: `A..B`, `A..` to the end, `..B` from the beginning";
            return Err(output.refuse(Exit::Usage, "range", message, Some(help)));
        }
        let project = Project::open(common, output)?;
        let changelog = project.whole_changelog();
        let targets = project.targets();
        refuse_mistakes(&project, changelog, &targets, output)?;
        let all = &changelog.changesets;
        let ids = all.iter().map(|changeset| changeset.id.as_str());
        let range = Ids::new(ids, changelog, " in the changelog").range(&self.range);
        let range = range.map_err(|diagnostic| output.fail(Exit::Usage, &[diagnostic], &changelog.sources))?;
        let range = &all[range];
        let parts = squash(changelog, range, &targets, &project.selection);
        let parts = parts.map_err(|wrong| output.fail(Exit::Usage, &wrong, &changelog.sources))?;
        let named = self.named(&project, changelog, &parts, output)?;
        let news: Vec<New> = named.iter().map(|named| named.new.clone()).collect();
        let rewriting = rewritten(&project.folder, &project.first, all, &news);
        let rewriting = rewriting.map_err(|why| {
            let help = "move the changesets to files of their own, each named as its id, and include those";
            output.refuse(Exit::Usage, "not-rewritable", why, Some(help))
        })?;
        let stop = stop_on_signals();
        let folder = project.folder.clone().with_files(rewriting.files.clone());
        let after = gather(&folder, &project.first, project.parameters.clone());
        check(&project, changelog, &after, &named, &targets)
            .map_err(|(diagnostics, sources)| output.fail(Exit::Failed, &diagnostics, &sources))?;
        let proof = self
            .prove((&project, &stop), changelog, &after, range, &named, &targets, output)
            .await?;
        let notes = notes(&named, range);
        if self.dry_run {
            for named in &named {
                output.line(format!(
                    "# {}\n{}",
                    project.folder.display(&named.new.file),
                    named.new.text
                ));
            }
        } else {
            write((&project, &stop), changelog, &named, &rewriting, &targets, output)?;
        }
        self.tell(&project, &after, &parts, &named, &rewriting, &proof, notes, output);
        Ok(Exit::Done)
    }

    /// The new changesets, each with its id, its place and its text.
    fn named<'a>(
        &self,
        project: &Project,
        changelog: &Changelog,
        parts: &'a [Part],
        output: &Output,
    ) -> Result<Vec<Named<'a>>, Failure> {
        let mut taken = BTreeSet::new();
        let mut named: Vec<Named<'a>> = Vec::new();
        for part in parts {
            let Part::Folded(folded) = part else {
                continue;
            };
            let ids = stands_for(folded);
            let id = match (&self.id, named.len()) {
                (Some(id), 0) => id.clone(),
                (Some(id), count) => format!("{id}_{}", count + 1),
                (None, _) => default_id(&ids),
            };
            if id.is_empty() || id.chars().count() > 255 || id.chars().any(char::is_control) {
                let help = "say a shorter one with `--id`";
                return Err(output.refuse(Exit::Usage, "id", format!("`{id}` cannot be an id"), Some(help)));
            }
            let is_known = |known: &&Arc<Changeset>| {
                let mut replaced = known.replaces.iter().flat_map(|replaces| &replaces.ids);
                known.id == id || replaced.any(|replaced| replaced.id == id)
            };
            if let Some(known) = changelog.changesets.iter().find(is_known) {
                let diagnostic = Diagnostic::error("duplicate-id", format!("there is a changeset `{id}` already"))
                    .label(known.span, "")
                    .help("say another one with `--id`");
                return Err(output.fail(Exit::Usage, &[diagnostic], &changelog.sources));
            }
            let mut new = New::place(&project.folder, &id, &folded.originals, &mut taken);
            new.text = file_of(folded, &id, &new);
            named.push(Named { id, folded, new });
        }
        if !named.is_empty() {
            return Ok(named);
        }
        let mut diagnostic = Diagnostic::error("nothing-to-squash", "no two changesets of the range can become one")
            .help("only changesets that stand together, and that run in the same places in the same way, are squashed");
        for part in parts {
            if let Part::Stays(changeset, Some(why)) = part {
                diagnostic = diagnostic.note(format!("`{}` stays: {why}", changeset.id));
            }
        }
        Err(output.fail(Exit::Usage, &[diagnostic], &changelog.sources))
    }

    #[allow(clippy::too_many_arguments)]
    async fn prove(
        &self,
        (project, stop): (&Project, &Stop),
        before: &Changelog,
        after: &Changelog,
        range: &[Arc<Changeset>],
        named: &[Named<'_>],
        targets: &[Target],
        output: &Output,
    ) -> Result<Proof, Failure> {
        let given = self.scratch.as_deref().map(DatabaseUrl::parse).transpose();
        let given = given.map_err(|error| output.run_failed(&error.into(), &before.sources))?;
        let url = match given {
            Some(url) => Some(url),
            None => project.url(output)?,
        };
        let last = range.last().map(|last| last.id.as_str()).unwrap_or_default();
        let mut ends = vec![last.to_string()];
        ends.extend(
            named
                .iter()
                .filter(|named| stands_for(named.folded).contains(&last))
                .map(|named| named.id.clone()),
        );
        let may_differ = named.iter().any(|named| !named.folded.left_out.is_empty());
        let proof = prove(project, stop, [before, after], &ends, url.as_ref(), targets, may_differ).await;
        let proof = proof.map_err(|error| output.run_failed(&error, &before.sources))?;
        match proof.wrong.is_empty() {
            true => Ok(proof),
            false => Err(output.fail(Exit::Failed, &proof.wrong, &before.sources)),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn tell(
        &self,
        project: &Project,
        after: &Changelog,
        parts: &[Part],
        named: &[Named<'_>],
        rewriting: &Rewriting,
        proof: &Proof,
        mut notes: Vec<Diagnostic>,
        output: &Output,
    ) {
        let shown = |path: &str| project.folder.display(path);
        let file_with = |id: &str| {
            let mut all = after.changesets.iter();
            all.find(|changeset| changeset.id == id)
                .map(|changeset| changeset.file.as_str())
        };
        let moved_to: Vec<&String> = rewriting.moved.iter().map(|(_, to)| to).collect();
        let there = rewriting
            .files
            .iter()
            .filter(|(path, text)| text.is_some() && !moved_to.contains(path));
        let written: Vec<String> = there.map(|(path, _)| shown(path)).collect();
        let stay = parts.iter().filter_map(|part| match part {
            Part::Stays(changeset, why) => Some(Stays {
                id: changeset.id.clone(),
                why: why.unwrap_or("it stands alone").to_string(),
            }),
            Part::Folded(_) => None,
        });
        let report = Report {
            squashed: named
                .iter()
                .map(|named| Squashed {
                    id: named.id.clone(),
                    file: shown(file_with(&named.id).unwrap_or(&named.new.file)),
                    replaces: named.new.originals.clone(),
                    text: named.new.text.clone(),
                })
                .collect(),
            stay: stay.collect(),
            written,
            moved: rewriting
                .moved
                .iter()
                .map(|(from, to)| (shown(from), shown(to)))
                .collect(),
            proven: proof.live.clone(),
            planned: proof.planned.clone(),
        };
        notes.extend(proof.notes.iter().cloned());
        let (wrote, moved) = match self.dry_run {
            true => ("would write", "would move"),
            false => ("wrote", "moved"),
        };
        for path in &report.written {
            output.say(format!("{} {path}", good(wrote)));
        }
        for (from, to) in &report.moved {
            output.say(format!("{} {from} to {to}", good(moved)));
        }
        for stays in &report.stay {
            output.say(format!("`{}` stays as it is: {}", stays.id, stays.why));
        }
        output.end(Exit::Done, &notes, &Sources::default(), &report);
        let count: usize = named.iter().map(|named| named.new.originals.len()).sum();
        output.say(format!("{} became {}", plural(count, "changeset"), named.len()));
        if !proof.live.is_empty() {
            output.say(format!("run and compared on {}", proof.live.join(", ")));
        }
        if !proof.planned.is_empty() {
            output.say(format!(
                "compared as planned, not run, for {}: `--scratch URL` runs it on a server",
                proof.planned.join(", ")
            ));
        }
    }
}

/// `<first>_squashed_<last>`, as far as an id is long; of what was squashed before its own first and last.
fn default_id(ids: &[&str]) -> String {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return String::new();
    };
    let first = first.split("_squashed_").next().unwrap_or(first);
    let last = last.rsplit("_squashed_").next().unwrap_or(last);
    let whole = format!("{first}_squashed_{last}");
    match whole.chars().count() > 255 {
        true => format!("{first}_squashed"),
        false => whole,
    }
}

fn refuse_mistakes(
    project: &Project,
    changelog: &Changelog,
    targets: &[Target],
    output: &Output,
) -> Result<(), Failure> {
    let mut wrong = super::validate::check(project, changelog, targets);
    wrong.retain(Diagnostic::is_error);
    if wrong.is_empty() {
        return Ok(());
    }
    let failure = output.fail(Exit::Usage, &wrong, &changelog.sources);
    output.tally(&wrong);
    if project.config.targets.is_empty() {
        output.say("`targets` in driftless.yaml, or `--dialect`, says which databases the changelog is for");
    }
    Err(failure)
}

/// What is good to know.
fn notes(named: &[Named<'_>], range: &[Arc<Changeset>]) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let mut note = |code, message: String| {
        let mut diagnostic = Diagnostic::warning(code, message);
        diagnostic.severity = crate::diagnostic::Severity::Note;
        notes.push(diagnostic);
    };
    for named in named {
        let last = named.folded.originals.last().map(|last| last.id.as_str());
        let inner = range
            .iter()
            .filter(|changeset| named.new.originals.contains(&changeset.id));
        for changeset in inner.filter(|changeset| Some(changeset.id.as_str()) != last) {
            if let Some(tag) = &changeset.tag {
                note(
                    "tag-inside",
                    format!(
                        "a new database has no tag `{tag}`: it is that of `{}`, inside the range",
                        changeset.id
                    ),
                );
            }
        }
        for id in &named.folded.left_out {
            note(
                "left-out",
                format!("what `{id}` does beside changing the schema is left out, as it is `elidable`"),
            );
        }
    }
    notes
}

/// Writes, reads again what was written, and puts everything back where it is not what it has to be.
fn write(
    (project, stop): (&Project, &Stop),
    before: &Changelog,
    named: &[Named<'_>],
    rewriting: &Rewriting,
    targets: &[Target],
    output: &Output,
) -> Result<(), Failure> {
    let _held = stop.hold();
    let done = put_in_place(&project.folder, rewriting).map_err(|(path, error)| {
        let message = format!("cannot write `{}`: {error}", project.folder.display(&path));
        output.refuse(Exit::Failed, "unwritable", message, Some("all files are as they were"))
    })?;
    let folder: &Folder = &project.folder;
    let after = gather(folder, &project.first, project.parameters.clone());
    check(project, before, &after, named, targets).map_err(|(diagnostics, sources)| {
        take_back(done);
        output.fail(Exit::Failed, &diagnostics, &sources)
    })
}
