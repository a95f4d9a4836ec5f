use std::collections::HashSet;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::arguments::{Common, Naming, Writing};
use super::changed::read_settled;
use super::comparing::{Compared, Comparing, Server};
use super::difference_tree::{DifferenceReport, LeftOutReport, show, tell_left_out};
use super::draft::{Made, Outline};
use super::ignored::Ignored;
use super::mark::{Marked, Meant, plan_marked};
use super::new::{author_of_git, usual_folder};
use super::new_file::{Inclusion, NewFile};
use super::output::{Output, good, plural};
use super::planning::full;
use super::project::{Access, At, Project};
use super::proposal::{learnt, warnings, written};
use super::recorder::Recorder;
use super::renames::{RenameArguments, Undeclared};
use super::slug::slug;
use super::source::Sourced;
use super::verify::OWN;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::find_table;
use crate::database::introspect::{LeftOut, introspect_all, left_out};
use crate::diagnostic::Diagnostic;
use crate::executor::RunError;
use crate::model::{How, Names, ObjectKind, PartKind, What};
use crate::operation::{Fills, Operation, Unwritable, operations_between};
use crate::plan::{History, Origins, origins};

#[derive(Args)]
pub(super) struct Drift {
    /// Write the changeset that brings the database back
    #[arg(long, conflicts_with = "accept")]
    fix: bool,
    /// Write the changeset that takes the change in, and record that this database has it
    #[arg(long)]
    accept: bool,
    /// What the changeset is for
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Add an `include` of the file to the changelog, where nothing includes it
    #[arg(long)]
    include: bool,
    /// Print the file, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

#[derive(Serialize)]
struct Report {
    target: String,
    drifted: bool,
    differences: Vec<DifferenceReport>,
    left_out: Vec<LeftOutReport>,
    not_expressible: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

/// What a database is beside what its history says.
pub(super) struct Drifted {
    /// From what it should be to what it is.
    pub compared: Compared,
    pub left_out: Vec<LeftOut>,
    /// Where the changelog says what parts should be.
    origins: Origins,
}

impl Drifted {
    /// Holds a database against its history.
    pub async fn find(
        at: &mut At<'_>,
        project: &Project,
        changelog: &Changelog,
        history: &History,
        output: &Output,
    ) -> Result<Result<Drifted, Failure>, RunError> {
        let ignored = match Ignored::of(project, output) {
            Ok(ignored) => ignored,
            Err(told) => return Ok(Err(told)),
        };
        let (_, expected) = full(at, history).await?;
        let mut own = at.store.own_tables();
        // The account of the tool that the changelog comes from is not the changelog's.
        if changelog
            .changesets
            .iter()
            .any(|changeset| changeset.names.are_of_engine())
        {
            for table in OWN {
                own.extend(find_table(at.session, at.target, None, table).await?);
            }
            own.retain(|table| expected.table(table).is_none());
        }
        let found = introspect_all(at.session, at.target, &own).await?.portable();
        let mut left_out = left_out(at.session, at.target, &own).await?;
        left_out.retain(|found| !ignored.holds_left_out(found));
        let expected = Sourced::new("the changelog".into(), expected);
        let mut found = Sourced::new("the database".into(), found);
        found.is_printed = true;
        let comparing = Comparing {
            output,
            ignored: &ignored,
            renames: &RenameArguments::default(),
            undeclared: Undeclared::Show,
            exact: true,
            spoken_only: false,
        };
        let url = project.url(output);
        let server = match url {
            Ok(Some(url)) => Some(Server {
                session: &mut *at.session,
                url,
                target: at.target.clone(),
            }),
            Ok(None) => None,
            Err(told) => return Ok(Err(told)),
        };
        let compared = match comparing.held_against(&expected, &found, server).await {
            Ok(compared) => compared,
            Err(told) => return Ok(Err(told)),
        };
        let origins = match compared.is_same() {
            true => Origins::default(),
            false => {
                let applied: HashSet<&str> = history.applied().into_iter().map(|record| record.id.as_str()).collect();
                origins(changelog, at.target, &project.selection, |id| applied.contains(id))
            }
        };
        Ok(Ok(Drifted {
            compared,
            left_out,
            origins,
        }))
    }

    /// Where the changelog says what a part should be: file and line.
    pub fn defined(&self, what: &What, changelog: &Changelog) -> Option<String> {
        let table = || what.table().map(|table| What::Table(table.clone()));
        let parts = &self.origins.parts;
        let span = parts.get(what).or_else(|| parts.get(&table()?))?;
        let source = changelog.sources.get(span.source);
        let line = source.position(span.start as usize).line;
        Some(format!("{}:{line}", source.path))
    }

    /// SQL that ran, and of which it is not known what it did: what it made is not expected.
    fn unknown(&self) -> impl Iterator<Item = Diagnostic> {
        let told = "it ran on this database: what it changed is shown as drift";
        let unknown = self.origins.unknown.iter().cloned();
        unknown.map(move |diagnostic| diagnostic.note(told))
    }
}

/// Refuses to run on a database that is not what its history says.
pub(super) async fn refuse_drift(
    at: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    output: &Output,
) -> Result<(), Failure> {
    let failed = |error: RunError| output.run_failed(&error, &changelog.sources);
    let history = at.store.read_changes(at.session).await.map_err(failed)?;
    let found = Drifted::find(at, project, changelog, &history, output)
        .await
        .map_err(failed)??;
    tell_left_out("the database", &found.left_out, output);
    if found.compared.is_same() {
        return Ok(());
    }
    let mut told = Diagnostic::error("drift", "the database is not what the changelog says it should be");
    for differing in &found.compared.differing {
        let what = match &differing.how {
            How::Made => format!("{} is not expected", differing.what),
            How::Gone => format!("{} is missing", differing.what),
            How::Changed => format!("{} is another one", differing.what),
            How::Worded => format!("{} may be another one: it differs in words", differing.what),
            How::Named(to) => format!("{} is called `{to}`", differing.what),
        };
        let place = found
            .defined(&differing.what, changelog)
            .map(|place| format!(" ({place})"));
        told = told.note(format!("{what}{}", place.unwrap_or_default()));
    }
    let mut all: Vec<Diagnostic> = found.unknown().collect();
    let told = told
        .help("`driftless drift` shows it; `drift --fix` writes what brings it back, `drift --accept` what takes it in")
        .help("nothing was run; leave `--check-drift` out to go on all the same");
    all.push(told);
    Err(output.fail(Exit::Disagree, &all, &changelog.sources))
}

impl Drift {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let access = if self.accept && !self.dry_run {
            Access::Change
        } else {
            Access::Look
        };
        let (changelog, mut live) = project.changelog_and_connection(access, output).await?;
        let failed = |error: RunError| output.run_failed(&error, &changelog.sources);
        let (history, was_there) = read_settled(&mut live, &project, output).await?;
        if !was_there {
            let message = "the database has no history: nothing says what it should be";
            let help = "`driftless up` brings it where the changelog is, `driftless baseline` records that it is there; \
                        `driftless diff changelog database` compares the two";
            return Err(output.refuse(Exit::Usage, "no-history", message, Some(help)));
        }
        let found = Drifted::find(&mut live.at(), &project, changelog, &history, output)
            .await
            .map_err(failed)??;
        let is_drifted = !found.compared.is_same();
        let compared = &found.compared;
        show(compared, &|what| found.defined(what, changelog), output);
        let mut told: Vec<Diagnostic> = found.unknown().collect();
        let mut file = None;
        let mut unwritable: Vec<Unwritable> = Vec::new();
        if is_drifted && (self.fix || self.accept) {
            let (made, left) = if self.fix {
                fixing(compared)
            } else {
                accepting(compared)
            };
            unwritable = left;
            told.extend(warnings(&unwritable));
            file = Some(self.write(&project, made, output, &mut told)?);
        }
        let report = Report {
            target: live.target.to_string(),
            drifted: is_drifted,
            differences: compared
                .differing
                .iter()
                .map(|differing| DifferenceReport::of(differing, found.defined(&differing.what, changelog)))
                .collect(),
            left_out: LeftOutReport::all(&found.left_out),
            not_expressible: unwritable
                .iter()
                .map(|found| format!("{}: {}", found.what, found.why))
                .collect(),
            written: file.as_ref().map(|(_, path, _)| path.clone()),
        };
        let exit = match (is_drifted, &file, unwritable.is_empty()) {
            (false, ..) => Exit::Done,
            (true, None, _) => Exit::Disagree,
            (true, Some(_), true) => Exit::Done,
            (true, Some(_), false) => Exit::LeftOver,
        };
        if let Some((id, _, true)) = &file
            && self.accept
            && !self.dry_run
        {
            self.record(&project, live, id, output).await?;
        }
        output.end(exit, &told, &changelog.sources, &report);
        tell_left_out("the database", &found.left_out, output);
        match (is_drifted, &file) {
            (false, _) => output.say("the database is what the changelog says"),
            (true, None) => output.say(format!(
                "{}: {}; `drift --fix` writes what brings the database back, `drift --accept` what takes it in",
                plural(compared.differing.len(), "difference"),
                in_numbers(compared.differing.iter().map(|found| &found.how))
            )),
            (true, Some((id, _, false))) if self.accept && !self.dry_run => output.say(format!(
                "once the changelog includes it: `driftless mark --applied {id}`, as this database has it already"
            )),
            (true, Some(_)) => {}
        }
        Ok(exit)
    }

    /// Writes a changeset: its id, its file, and whether the changelog takes it in.
    fn write(
        &self,
        project: &Project,
        made: Made,
        output: &Output,
        told: &mut Vec<Diagnostic>,
    ) -> Result<(String, String, bool), Failure> {
        let usual = if self.fix {
            "bring back what drifted"
        } else {
            "take in what drifted"
        };
        let title = self.title.clone().unwrap_or_else(|| usual.to_string());
        let outline = Outline {
            slug: slug(&title),
            title,
            folder: usual_folder(project),
            author: author_of_git(project),
            template: None,
            skeletons: Vec::new(),
            made: Some(made),
        };
        let file = NewFile {
            project,
            output,
            dry_run: self.dry_run,
            include: self.include,
        };
        let (draft, inclusion) = file.write(&outline)?;
        let path = project.folder.display(&draft.below);
        if self.dry_run {
            output.say(format!("would write {path}"));
            output.line(draft.text.trim_end());
        } else {
            output.say(format!("{} {path}", good("wrote")));
        }
        told.extend(file.tell(&draft, &inclusion));
        let id = draft.ids.into_iter().next().unwrap_or(draft.stem);
        Ok((id, path, !matches!(inclusion, Inclusion::Left(_))))
    }

    /// Records that this database has a changeset already.
    async fn record(
        &self,
        project: &Project,
        live: super::project::Live,
        id: &str,
        output: &Output,
    ) -> Result<(), Failure> {
        let changelog = project.sound_changelog(output)?;
        let recorder = Recorder {
            project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        let find = async |at: &mut At<'_>, history: &History| -> Result<Result<Vec<Marked>, Failure>, RunError> {
            let meant = changelog.changesets.iter().find(|changeset| changeset.id == id);
            let meant: Vec<Meant<'_>> = meant.into_iter().map(Meant::itself).collect();
            let (_, catalog) = full(at, history).await?;
            let planned = plan_marked(at, changelog, history, catalog, &meant, output).await?;
            Ok(planned.map(|(marked, _)| marked))
        };
        recorder.run(live, find).await?;
        output.say(format!("{} {id} as applied to this database", good("recorded")));
        Ok(())
    }
}

/// How many of each kind: `2 unexpected, 1 missing`.
fn in_numbers<'a>(found: impl Iterator<Item = &'a How>) -> String {
    let mut counts = [("unexpected", 0), ("missing", 0), ("changed", 0), ("undecided", 0)];
    for how in found {
        let kind = match how {
            How::Made => 0,
            How::Gone => 1,
            How::Changed | How::Named(_) => 2,
            How::Worded => 3,
        };
        counts[kind].1 += 1;
    }
    let words = counts.iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = words.map(|(word, count)| format!("{count} {word}")).collect();
    words.join(", ")
}

/// What brings a database back: the changelog learns what is there, and has it be what it says. Where the database is
/// not so, nothing is done.
fn fixing(compared: &Compared) -> (Made, Vec<Unwritable>) {
    let there = operations_between(
        &compared.before,
        &compared.after,
        &compared.differing,
        Names::Exact,
        &Fills::new(),
    );
    let differing = crate::model::compare(&compared.after, &compared.before, Names::Exact);
    let meant: Vec<&What> = compared.differing.iter().map(|found| &found.what).collect();
    let differing: Vec<_> = differing
        .into_iter()
        .filter(|found| meant.contains(&&found.what))
        .collect();
    let back = operations_between(
        &compared.after,
        &compared.before,
        &differing,
        Names::Exact,
        &Fills::new(),
    );
    let mut operations: Vec<Operation> = vec![learnt("what was found in the database", there.operations)];
    operations.extend(back.operations);
    let mut head = Map::new();
    let conditions: Vec<Value> = compared
        .differing
        .iter()
        .filter_map(|found| condition(&found.what, &found.how))
        .collect();
    if !conditions.is_empty() {
        head.insert("only_if".into(), conditions.into());
        head.insert("otherwise".into(), json!("mark_applied"));
    }
    // What was not meant to be does not come back.
    head.insert("reverse".into(), json!([]));
    let mut unwritable = back.unwritable;
    unwritable.extend(there.unwritable);
    let made = Made {
        head,
        operations: operations.iter().map(written).collect(),
    };
    (made, unwritable)
}

/// What takes the change in.
fn accepting(compared: &Compared) -> (Made, Vec<Unwritable>) {
    let between = operations_between(
        &compared.before,
        &compared.after,
        &compared.differing,
        Names::Exact,
        &Fills::new(),
    );
    let made = Made {
        head: Map::new(),
        operations: between.operations.iter().map(written).collect(),
    };
    (made, between.unwritable)
}

/// What holds of a database that has drifted so, where something is there that should not be, or the other way round.
fn condition(what: &What, how: &How) -> Option<Value> {
    let name = |name: &crate::dialect::ObjectName| match &name.schema {
        None => json!(name.name.as_str()),
        Some(schema) => json!({ "schema": schema.as_str(), "name": name.name.as_str() }),
    };
    let condition = match what {
        What::Table(table) => json!({ "table_exists": name(table) }),
        What::Part(table, PartKind::Column, column) => {
            json!({ "column_exists": { "table": name(table), "column": column.as_str() } })
        }
        What::Part(table, PartKind::Index, index) => {
            json!({ "index_exists": { "table": name(table), "name": index.as_str() } })
        }
        What::Part(_, PartKind::Whole | PartKind::PrimaryKey, _) => return None,
        What::Part(table, _, constraint) => {
            json!({ "constraint_exists": { "table": name(table), "name": constraint.as_str() } })
        }
        What::Object(key) if matches!(key.kind, ObjectKind::View | ObjectKind::MaterializedView) => {
            json!({ "view_exists": name(&key.name) })
        }
        What::Object(key) if key.kind == ObjectKind::Sequence => json!({ "sequence_exists": name(&key.name) }),
        What::Object(_) => return None,
    };
    match how {
        How::Made => Some(condition),
        How::Gone => Some(json!({ "not": condition })),
        How::Changed | How::Worded | How::Named(_) => None,
    }
}
