//! Changesets from what the model says and the changelog does not make yet.

use clap::Args;
use serde::Serialize;

use super::comparing::{Compared, Comparing};
use super::difference_tree::{remarks, show, tell_left_out};
use super::draft::{Made, Outline};
use super::fills::FillArguments;
use super::ignored::Ignored;
use super::new_file::{Inclusion, NewFile};
use super::output::{Output, good};
use super::plan::show as show_plan;
use super::project::Project;
use super::proposal::{changeset_text, head, planned, warnings, written};
use super::renames::{RenameArguments, Undeclared};
use super::slug::slug;
use super::source::{Reading, Source, Sourced};
use super::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::Target;
use crate::model::Catalog;
use crate::operation::Operation;
use crate::plan::{Own, merged};

/// Where the model is, and what is to be known of it.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct ModelArguments {
    /// What there is to be: a file or folder of YAML or SQL, a database (default: `model` of the configuration)
    #[arg(long, value_name = "SOURCE")]
    pub model: Option<String>,
    /// The server on which a model of SQL is loaded, into a scratch database
    #[arg(long, value_name = "URL")]
    pub scratch: Option<String>,
}

impl ModelArguments {
    /// The model that is meant.
    pub fn source(&self, project: &Project, output: &Output) -> Result<Source, Failure> {
        if let Some(text) = &self.model {
            return Source::parse(text, project, output);
        }
        let Some(text) = &project.config.model else {
            let help = "say `--model schema.yaml`, or name it in driftless.yaml: `model: schema.yaml`";
            return Err(output.refuse(Exit::Usage, "no-model", "nothing says where the model is", Some(help)));
        };
        // A path of the configuration is meant from its folder.
        let base = project.config_path.as_deref().and_then(std::path::Path::parent);
        let below = base
            .filter(|base| !base.as_os_str().is_empty())
            .map(|base| base.join(text));
        match below.filter(|path| path.exists()) {
            Some(path) => Source::parse(&path.display().to_string(), project, output),
            None => Source::parse(text, project, output),
        }
    }
}

#[derive(Args, Debug, Clone, Default)]
pub(super) struct Autogenerate {
    /// Write what the model says and the changelog does not make yet
    #[arg(long, conflicts_with_all = ["template", "operations"])]
    autogenerate: bool,
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    renames: RenameArguments,
    /// One changeset for each table
    #[arg(long, requires = "autogenerate")]
    per_table: bool,
    #[command(flatten)]
    fills: FillArguments,
}

#[derive(Serialize)]
struct Report {
    /// Whether there was anything to write.
    differs: bool,
    changesets: Vec<ChangesetReport>,
    not_expressible: Vec<String>,
}

#[derive(Serialize)]
struct ChangesetReport {
    id: String,
    file: String,
    included: bool,
    text: String,
    /// What going back restores: `exact`, `lossy`, `none`.
    reverse: &'static str,
    destroys: Vec<String>,
}

/// The changelog and the model on one target.
pub(super) struct OnTarget {
    pub compared: Compared,
    pub changelog: Sourced,
    pub model: Sourced,
}

/// Compares the changelog with the model on each target that is meant.
pub(super) async fn on_targets(
    reading: &Reading<'_>,
    model: &Source,
    ignored: &Ignored,
    renames: &RenameArguments,
    undeclared: Undeclared,
) -> Result<Vec<OnTarget>, Failure> {
    let (project, output) = (reading.project, reading.output);
    let targets: Vec<Option<Target>> = match model {
        // They are of one target by themselves.
        _ if model.is_database() => vec![None],
        Source::Sql(_) => vec![Some(reading.chosen().await?)],
        _ if project.offline().is_some() || !project.config.targets.is_empty() => {
            project.targets().into_iter().map(Some).collect()
        }
        _ if project.has_url() || reading.scratch.is_some() => vec![Some(reading.chosen().await?)],
        // As `validate` does: for all that there are.
        _ => project.targets().into_iter().map(Some).collect(),
    };
    let mut renames = renames.clone();
    let mut all: Vec<OnTarget> = Vec::new();
    for target in targets {
        let (mut from, mut to) = match &target {
            None => reading.both(&Source::Changelog(None), model).await?,
            Some(target) => {
                let to = reading.read(model, Some(target)).await?;
                let of = to.catalog.target().clone();
                (reading.read(&Source::Changelog(None), Some(&of)).await?, to)
            }
        };
        let comparing = Comparing {
            output,
            ignored,
            renames: &renames,
            undeclared,
            exact: false,
            spoken_only: true,
        };
        let compared = comparing.run(&mut from, &mut to).await?;
        // What was answered once is not asked again for the next target.
        for (table, name) in &compared.renames.tables {
            let said = (table.name.to_string(), name.to_string());
            renames
                .renames
                .extend((!renames.renames.contains(&said)).then_some(said));
        }
        for (table, old, name) in &compared.renames.columns {
            let said = (format!("{}.{old}", table.name), name.to_string());
            renames
                .renames
                .extend((!renames.renames.contains(&said)).then_some(said));
        }
        all.push(OnTarget {
            compared,
            changelog: from,
            model: to,
        });
    }
    Ok(all)
}

/// Shows what differs on targets: once what is the same on several.
pub(super) fn show_all(all: &[OnTarget], output: &Output) {
    let differing: Vec<&OnTarget> = all.iter().filter(|on| !on.compared.is_same()).collect();
    let words = |on: &OnTarget| {
        let found = on.compared.differing.iter();
        found
            .map(|found| (found.what.clone(), found.how.clone()))
            .collect::<Vec<_>>()
    };
    let mut told: Vec<&OnTarget> = Vec::new();
    for on in &differing {
        if told.iter().any(|known| words(known) == words(on)) {
            continue;
        }
        told.push(on);
    }
    for on in &told {
        if told.len() > 1 {
            let same = differing.iter().filter(|other| words(other) == words(on));
            let titles: Vec<String> = same.map(|other| other.compared.after.target().title()).collect();
            output.line(format!("for {}:", titles.join(", ")));
        }
        show(&on.compared, &|_| None, output);
    }
}

impl Autogenerate {
    /// A flag that says something where nothing is autogenerated.
    pub fn stray_flag(&self) -> Option<&'static str> {
        let given = [
            ("--model", self.model.model.is_some()),
            ("--scratch", self.model.scratch.is_some()),
            ("--rename", !self.renames.renames.is_empty()),
            ("--no-rename", !self.renames.no_renames.is_empty()),
            ("--fill", !self.fills.fills.is_empty()),
            ("--no-fill", !self.fills.no_fills.is_empty()),
        ];
        let mut given = given
            .into_iter()
            .filter(|(_, is_given)| *is_given && !self.autogenerate);
        given.next().map(|(flag, _)| flag)
    }

    pub fn is_meant(&self) -> bool {
        self.autogenerate
    }

    pub async fn run(&self, file: &NewFile<'_>, mut outline: Outline) -> Result<Exit, Failure> {
        let (project, output) = (file.project, file.output);
        let ignored = Ignored::of(project, output)?;
        let reading = Reading {
            project,
            output,
            ignored: &ignored,
            scratch: Reading::scratch_of(self.model.scratch.as_deref(), output)?,
        };
        let model = self.model.source(project, output)?;
        let all = on_targets(&reading, &model, &ignored, &self.renames, Undeclared::Refuse).await?;
        let first = all.first().expect("there is a target");
        output.diagnostics(&first.model.told, &first.model.sources);
        if all.iter().all(|on| on.compared.is_same()) {
            remarks(&first.compared, output);
            output.say(format!(
                "the changelog makes what {} says; nothing was written",
                first.model.title
            ));
            let report = Report {
                differs: false,
                changesets: Vec::new(),
                not_expressible: Vec::new(),
            };
            output.end(Exit::Done, &[], &Sources::default(), report);
            return Ok(Exit::Done);
        }
        let shown = all.iter().find(|on| !on.compared.is_same()).unwrap_or(first);
        show_all(&all, output);
        remarks(&shown.compared, output);
        tell_left_out(&first.model.title, &first.model.left_out, output);
        let compared: Vec<&Compared> = all.iter().map(|on| &on.compared).collect();
        let fills = self.fills.values(&compared, output)?;
        let mut unwritable = Vec::new();
        let mut own = Vec::new();
        for on in &all {
            let proposal = on.compared.proposal(&fills);
            for found in proposal.unwritable {
                if !unwritable.contains(&found) {
                    unwritable.push(found);
                }
            }
            own.push(Own {
                dialect: on.changelog.catalog.target().dialect,
                catalog: on.changelog.catalog.clone(),
                operations: proposal.operations,
            });
        }
        let operations = match own.len() {
            1 => own.remove(0).operations,
            _ => merged(own).ok_or_else(|| {
                let message = "the changes of the targets cannot be said in one changeset";
                let help = "write one for each: `--dialect postgres`, then `dialects: [postgres]` in the file";
                output.refuse(Exit::Failed, "not-expressible", message, Some(help))
            })?,
        };
        let mut told = warnings(&unwritable);
        if operations.is_empty() {
            let failure = output.fail(Exit::LeftOver, &told, &Sources::default());
            output.say("nothing was written");
            return Err(failure);
        }
        let parts = match self.per_table {
            true => by_table(operations),
            false => vec![(outline.title.clone(), operations)],
        };
        let mut sources = Sources::default();
        let mut changesets = Vec::new();
        let mut before: Catalog = shown.changelog.catalog.clone();
        let title = outline.title.clone();
        for (name, operations) in &parts {
            if self.per_table {
                outline.title = format!("{title}: {name}");
                outline.slug = slug(&outline.title);
            }
            outline.made = Some(Made {
                operations: operations.iter().map(written).collect(),
                ..Made::default()
            });
            let (draft, inclusion) = file.write(&outline)?;
            let path = project.folder.display(&draft.below);
            let text = changeset_text(head(&outline.title), operations);
            let (plan, changelog) = planned(project, &draft.below, &text, before.clone(), output)?;
            let mut reverse = "exact";
            let mut destroys = Vec::new();
            for changeset in &plan.changesets {
                reverse = changeset.restores.word();
                destroys.extend(changeset.destroys.iter().map(|what| what.to_string()));
                for change in &changeset.changes {
                    // It was planned: it applies.
                    let _ = before.apply(change);
                }
            }
            if file.dry_run {
                output.say(format!("would write {path}"));
                output.line(draft.text.trim_end());
            } else {
                output.say(format!("{} {path}", good("wrote")));
            }
            show_plan(&plan, output);
            let said = plan.diagnostics.iter().filter(|told| told.code != "no-value-for-rows");
            let mut said: Vec<Diagnostic> = said.cloned().collect();
            sources.take_in(&changelog.sources, &mut said);
            told.extend(said);
            for what in &destroys {
                told.push(Diagnostic::warning(
                    "destructive",
                    format!("`{}` destroys {what}", draft.stem),
                ));
            }
            told.extend(file.tell(&draft, &inclusion));
            changesets.push(ChangesetReport {
                id: draft.ids.into_iter().next().unwrap_or(draft.stem),
                file: path,
                included: !matches!(inclusion, Inclusion::Left(_)),
                text: draft.text,
                reverse,
                destroys,
            });
        }
        let exit = if unwritable.is_empty() {
            Exit::Done
        } else {
            Exit::LeftOver
        };
        let report = Report {
            differs: true,
            changesets,
            not_expressible: unwritable
                .iter()
                .map(|found| format!("{}: {}", found.what, found.why))
                .collect(),
        };
        output.end(exit, &told, &sources, report);
        Ok(exit)
    }
}

/// Operations by the table that they are about, in their order; those of no table stand with what is before them.
fn by_table(operations: Vec<Operation>) -> Vec<(String, Vec<Operation>)> {
    let mut parts: Vec<(String, Vec<Operation>)> = Vec::new();
    for operation in operations {
        let json = written(&operation);
        let body = json.get(operation.key());
        let table = body.and_then(|body| body.get("table"));
        let name = table
            .and_then(|name| name.as_str().or_else(|| name.get("name")?.as_str()))
            .map(str::to_string);
        match (name, parts.last_mut()) {
            (None, Some(last)) => last.1.push(operation),
            (Some(name), Some(last)) if last.0 == name => last.1.push(operation),
            (name, _) => parts.push((name.unwrap_or_else(|| "other".into()), vec![operation])),
        }
    }
    parts
}
