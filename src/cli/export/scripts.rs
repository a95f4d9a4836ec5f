use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::super::arguments::Common;
use super::super::bare_script::{BareForm, script};
use super::super::output::{Output, plural};
use super::super::planning::refuse_errors;
use super::super::project::{Access, Project};
use super::super::slug::slug;
use super::super::sql::{How, script_secrets};
use super::super::{Exit, Failure};
use super::ways::{Back, BothWays, both_ways};
use super::written::{refuse_filled, write_all};
use crate::changelog::Changelog;
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::Target;
use crate::executor::{ScriptConditions, ScriptReader, refuse_assumed};
use crate::model::Value;
use crate::plan::{Asks, Clause, Gate, Plan, PlannedChangeset, Test};
use crate::render::Assertion;

#[derive(Args)]
pub(super) struct ToScripts {
    /// The folder to write to, which is empty or not there
    #[arg(long, value_name = "FOLDER", default_value = "sql")]
    folder: PathBuf,
    /// Leave out BEGIN and COMMIT: for tools that make a transaction of each script by themselves
    #[arg(long)]
    no_transactions: bool,
    /// What becomes of conditions in a script, which cannot choose
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    conditions: How,
    /// Put the values of secret parameters into the scripts, which stop where they need one otherwise
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Serialize)]
struct Report {
    target: String,
    written: Vec<String>,
    changesets: usize,
    /// The changesets whose way down is not there.
    irreversible: Vec<String>,
}

impl ToScripts {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        refuse_filled(&self.folder, output)?;
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let target = target(&project, common, output).await?;
        let (ways, diagnostics) = both_ways(changelog, &target, &project.selection);
        refuse_errors(&of(&target, Vec::new(), diagnostics), changelog, output)?;
        let form = BareForm {
            conditions: self.conditions.into(),
            secrets: script_secrets(self.show_secrets),
            reader: match self.no_transactions {
                true => ScriptReader::Transacting,
                false => ScriptReader::Any,
            },
        };
        let ways: Vec<BothWays> = ways.into_iter().filter(BothWays::runs).collect();
        let width = ways.len().to_string().len().max(4);
        let mut files = BTreeMap::new();
        let mut irreversible = Vec::new();
        let mut asked: Vec<String> = Vec::new();
        for (at, mut way) in ways.into_iter().enumerate() {
            let id = way.up.id.clone();
            let title = slug(&id);
            let gap = if title.is_empty() { "" } else { "_" };
            let stem = format!("{:0width$}{gap}{title}", at + 1);
            way.up.gate = way.up.gate.map(|gate| Box::new(by_itself(*gate, &mut asked)));
            let up = of(&target, vec![way.up], Vec::new());
            if form.conditions == ScriptConditions::Refuse {
                refuse_assumed(&up).map_err(|error| output.run_failed(&error, &changelog.sources))?;
            }
            files.insert(
                format!("{stem}.up.sql"),
                script(&up, form, changelog, &project, output)?,
            );
            let down = match way.back {
                Back::Planned(planned) => {
                    let down = of(&target, vec![*planned], Vec::new());
                    script(&down, form, changelog, &project, output)?
                }
                Back::None(why) => {
                    let text = refusal(&id, &why, &target);
                    irreversible.push(id);
                    text
                }
            };
            files.insert(format!("{stem}.down.sql"), down);
        }
        let changesets = files.len() / 2;
        let written = write_all(&self.folder, &files, output)?;
        let told: Vec<Diagnostic> = irreversible.iter().map(|id| cannot_go_back(id, changelog)).collect();
        let report = Report {
            target: target.to_string(),
            written,
            changesets,
            irreversible,
        };
        output.end(Exit::Done, &told, &changelog.sources, &report);
        output.say(format!("{} for {}", plural(changesets, "changeset"), target.title()));
        Ok(Exit::Done)
    }
}

/// What the scripts are for: as the flags say, else the one target of the configuration, else its database.
async fn target(project: &Project, common: &Common, output: &Output) -> Result<Target, Failure> {
    let targets = project.targets();
    match targets.as_slice() {
        [only] if common.url.is_none() || project.offline().is_some() => return Ok(only.clone()),
        _ => {}
    }
    if project.has_url() {
        return Ok(project.connect(Access::Look, output).await?.target);
    }
    let help = "name one: `--dialect postgres:16`, or give `--url` for that of a server";
    Err(output.refuse(Exit::Usage, "no-dialect", "scripts need a dialect", Some(help)))
}

fn of(target: &Target, changesets: Vec<PlannedChangeset>, diagnostics: Vec<Diagnostic>) -> Plan {
    Plan {
        target: target.clone(),
        changesets,
        diagnostics,
    }
}

/// Conditions as a script by itself asks them: what files require once, before the first of their changesets; and of other
/// changesets nothing, since no history is kept: those that stand before have run.
fn by_itself(mut gate: Gate, asked: &mut Vec<String>) -> Gate {
    gate.around.retain(|around| {
        let file = around.file.clone().unwrap_or_default();
        let is_new = !asked.contains(&file);
        if is_new {
            asked.push(file);
        }
        is_new
    });
    gate.only_if.iter_mut().for_each(known);
    gate.require.iter_mut().for_each(known);
    gate
}

fn known(clause: &mut Clause) {
    match &mut clause.test {
        Test::All(clauses) | Test::Any(clauses) => clauses.iter_mut().for_each(known),
        Test::Not(inner) => known(inner),
        Test::Leaf(leaf) => {
            if let Asks::Applied(_) = &leaf.asks {
                leaf.asks = Asks::Known {
                    holds: true,
                    told: leaf.asks.summary(),
                    decides: false,
                };
            }
        }
    }
}

/// A script that says why there is no way back, and fails.
fn refusal(id: &str, why: &str, target: &Target) -> String {
    let message = format!("changeset {id} cannot be taken back: {why}").replace(char::is_control, " ");
    let stop = Assertion {
        query: "SELECT 1".into(),
        expected: Value::Number("0".into()),
        message: message.clone(),
        dialect: target.dialect,
    };
    let statements: Vec<String> = stop.script().iter().map(|sql| format!("{sql};\n")).collect();
    format!("-- {message}\n{}", statements.concat())
}

fn cannot_go_back(id: &str, changelog: &Changelog) -> Diagnostic {
    let changeset = changelog.changesets.iter().find(|changeset| changeset.id == id);
    let span: Option<Span> = changeset.map(|changeset| changeset.span);
    let diagnostic = Diagnostic::warning("irreversible", format!("changeset `{id}` cannot be taken back"));
    let diagnostic = span.into_iter().fold(diagnostic, |told, span| told.label(span, ""));
    diagnostic.note("its script for the way down says so, and fails")
}
