use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::{Common, Naming, Writing};
use super::changed::read_for_script;
use super::output::Output;
use super::planning::{plan_way, refuse_errors};
use super::project::{Access, Live, Project};
use super::way::{EitherArguments, Way};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Changeset};
use crate::diagnostic::{Diagnostic, Sources};
use crate::executor::{
    ScriptConditions, ScriptOptions, ScriptReader, ScriptSecrets, Store, refuse_assumed, write_script,
};
use crate::model::Catalog;
use crate::plan::{
    Entry, Fold, Ids, Plan, PlannedChangeset, Record, State, StoredChanges, Turn, replay, selected, stops,
};

#[derive(Args)]
pub(super) struct Sql {
    #[command(flatten)]
    either: EitherArguments,
    /// Without a database: begin after this changeset
    #[arg(long, value_name = "ID", conflicts_with_all = ["target", "only"])]
    from: Option<String>,
    /// Without a database: end with this changeset
    #[arg(long, value_name = "ID", conflicts_with_all = ["target", "only"])]
    to: Option<String>,
    /// What becomes of conditions in a script, which cannot choose
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    conditions: How,
    /// Put the values of secret parameters into the script, which stops where it needs one otherwise
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Serialize)]
struct Report {
    target: String,
    script: String,
}

impl Sql {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let offline = project.offline().is_some() || self.from.is_some() || self.to.is_some();
        let printing = Printing {
            conditions: self.conditions.into(),
            secrets: script_secrets(self.show_secrets),
            ..Printing::default()
        };
        if !offline && project.has_url() {
            let way = self.either.way(&project, output)?;
            let (changelog, mut live) = project.changelog_and_connection(Access::Look, output).await?;
            return dry_run(&mut live, &project, changelog, &way, printing, output).await;
        }
        if self.either.up.target.is_some() || !self.either.up.only.is_empty() {
            let help = "give `--from ID` and `--to ID`";
            return Err(output.refuse(
                Exit::Usage,
                "offline",
                "without a database there is no place to count from",
                Some(help),
            ));
        }
        let changelog = project.sound_changelog(output)?;
        let plan = self.offline(&project, changelog, output)?;
        let store = Store::new(&plan.target, &project.history_table());
        let store = store.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        refuse_errors(&plan, changelog, output)?;
        let printing = Printing {
            with_history_table: self.from.is_none() && !self.either.down,
            ..printing
        };
        print(&plan, &store, printing, &project, changelog, output)
    }

    /// The changesets of a range, replayed from the files alone.
    fn offline(&self, project: &Project, changelog: &Changelog, output: &Output) -> Result<Plan, Failure> {
        let Some(target) = project.offline().cloned() else {
            let help = "name one: `--dialect postgres:16`, or give `--url` for what is pending there";
            return Err(output.refuse(Exit::Usage, "no-dialect", "a script needs a dialect", Some(help)));
        };
        let chosen: Vec<&Changeset> = selected(changelog, &target, &project.selection)
            .map(AsRef::as_ref)
            .collect();
        let ids = Ids::new(chosen.iter().map(|changeset| changeset.id.as_str()), changelog, "");
        let wrong = |diagnostic: Diagnostic| output.fail(Exit::Usage, &[diagnostic], &changelog.sources);
        let end = |text: &String| {
            let found = ids.find(text).and_then(|at| at.ok_or_else(|| ids.unknown(text)));
            found.map(|at| at + 1).map_err(wrong)
        };
        let from = self.from.as_ref().map(end).transpose()?.unwrap_or(0);
        let to = self.to.as_ref().map(end).transpose()?.unwrap_or(chosen.len());
        if from > to {
            let message = "`--from` stands behind `--to`";
            return Err(output.refuse(Exit::Usage, "range", message, Some("for the way back, say `--down`")));
        }
        let (fold, planned) = replay(changelog, &target, &project.selection);
        let diagnostics = fold.diagnostics;
        if !self.either.down {
            let changesets = planned.into_iter().take(to).skip(from).collect();
            return Ok(Plan {
                target,
                changesets,
                diagnostics,
            });
        }
        // The way back starts from the schema that the range ends with.
        let mut catalog = Catalog::new(target.clone());
        for change in planned.iter().take(to).flat_map(|planned| &planned.changes) {
            if let Err(why) = catalog.apply(change) {
                return Err(output.refuse(Exit::Failed, "out-of-step", why, None));
            }
        }
        let mut fold = Fold::new(changelog, catalog);
        let mut changesets = Vec::new();
        let range = planned.iter().take(to).skip(from).rev();
        for planned in range.filter(|planned| planned.turn != Turn::LeftOut) {
            let changeset = changelog.changesets.iter().find(|changeset| changeset.id == planned.id);
            changesets.push(fold.down(Entry::of(&as_record(planned)), changeset));
        }
        let diagnostics = fold.diagnostics;
        Ok(Plan {
            target,
            changesets,
            diagnostics,
        })
    }
}

/// A planned changeset as its row in the history would be.
pub(super) fn as_record(planned: &PlannedChangeset) -> Record {
    Record {
        seq: 0,
        run: None,
        id: planned.id.clone(),
        file: planned.file.clone(),
        author: planned.author.clone(),
        comment: planned.comment.clone(),
        tag: planned.tag.clone(),
        checksum: planned.checksum.clone(),
        reverse_checksum: planned.reverse_checksum.clone(),
        parameters: planned.parameters.clone(),
        state: match planned.turn {
            Turn::Marked => State::Marked,
            Turn::Run | Turn::LeftOut => State::Applied,
        },
        direction: "up".into(),
        started: String::new(),
        duration_ms: 0,
        run_by: String::new(),
        version: String::new(),
        deployment: None,
        reason: None,
        changes: Some(StoredChanges {
            version: StoredChanges::VERSION,
            operations: Vec::new(),
            changes: planned.changes.clone(),
            reverse: planned.reverse.clone(),
            error: None,
        }),
    }
}

/// What is printed beside the plan.
#[derive(Default)]
pub(super) struct Printing {
    /// Whether the history may have to be made.
    pub with_history_table: bool,
    pub conditions: ScriptConditions,
    pub secrets: ScriptSecrets,
}

/// What becomes of conditions in a script, which cannot choose: what is required is taken to hold, or checked where a script
/// can; or there is no script where something would have to be taken to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum How {
    Assume,
    #[default]
    Check,
    Refuse,
}

impl From<How> for ScriptConditions {
    fn from(how: How) -> ScriptConditions {
        match how {
            How::Assume => ScriptConditions::Assume,
            How::Check => ScriptConditions::Check,
            How::Refuse => ScriptConditions::Refuse,
        }
    }
}

pub(super) fn script_secrets(show: bool) -> ScriptSecrets {
    match show {
        true => ScriptSecrets::PutIn,
        false => ScriptSecrets::LeftOut,
    }
}

/// What a command would do on a database, as a script.
pub(super) async fn dry_run(
    live: &mut Live,
    project: &Project,
    changelog: &Changelog,
    way: &Way,
    printing: Printing,
    output: &Output,
) -> Result<Exit, Failure> {
    let (history, was_there) = read_for_script(live, project, output).await?;
    let plan = plan_way(&mut live.at(), project, changelog, &history, way).await;
    let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
    refuse_errors(&plan, changelog, output)?;
    let printing = Printing {
        with_history_table: !was_there,
        ..printing
    };
    print(&plan, &live.store, printing, project, changelog, output)
}

/// The script of a plan to stdout; with JSON inside the envelope.
fn print(
    plan: &Plan,
    store: &Store,
    printing: Printing,
    project: &Project,
    changelog: &Changelog,
    output: &Output,
) -> Result<Exit, Failure> {
    let deployment = project.deployment(&Writing::default(), &Naming::default());
    let callbacks = project.callbacks(&plan.target, &changelog.parameters);
    let callbacks = callbacks.map_err(|error| output.run_failed(&error, &changelog.sources))?;
    let options = ScriptOptions {
        store,
        root: project.folder.root(),
        with_history_table: printing.with_history_table,
        with_history: true,
        deployment: &deployment,
        conditions: printing.conditions,
        callbacks: &callbacks,
        secrets: printing.secrets,
        reader: ScriptReader::Client,
    };
    let failed = |error: crate::executor::RunError| output.run_failed(&error, &changelog.sources);
    if printing.conditions == ScriptConditions::Refuse {
        refuse_assumed(plan).map_err(failed)?;
    }
    if output.is_json() {
        let mut text = Vec::new();
        write_script(&mut text, plan, &options).map_err(failed)?;
        let report = Report {
            target: plan.target.to_string(),
            script: String::from_utf8_lossy(&text).into_owned(),
        };
        output.end(Exit::Done, &plan.diagnostics, &changelog.sources, report);
        return Ok(Exit::Done);
    }
    output.diagnostics(&plan.diagnostics, &changelog.sources);
    output.diagnostics(&stops(plan), &changelog.sources);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    write_script(&mut out, plan, &options).map_err(failed)?;
    Ok(Exit::Done)
}
