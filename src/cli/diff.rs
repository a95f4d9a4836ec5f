use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::Common;
use super::bare_script::{BareForm, script};
use super::comparing::Comparing;
use super::difference_tree::{CandidateReport, DifferenceReport, LeftOutReport, remarks, show, tell_left_out};
use super::ignored::Ignored;
use super::output::{Output, plural};
use super::project::Project;
use super::proposal::{changeset_text, head, planned, warnings, written};
use super::renames::{RenameArguments, Undeclared};
use super::source::{Reading, Source};
use super::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::operation::Fills;

#[derive(Args)]
pub(super) struct Diff {
    /// What there is: `changelog`, `changelog@ID`, `database`, a URL, an environment, a file or folder of YAML or SQL
    #[arg(value_name = "FROM")]
    from: String,
    /// What there is to be
    #[arg(value_name = "TO")]
    to: String,
    /// How it is shown
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = Form::Tree)]
    form: Form,
    /// Exit with 4 where they differ
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    renames: RenameArguments,
    /// The server on which files of SQL are loaded, each into a scratch database
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

#[derive(ValueEnum, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// Tables with their parts
    #[default]
    Tree,
    /// A changeset
    Operations,
    /// SQL of the dialect
    Sql,
    /// As `--format json`
    Json,
}

#[derive(Serialize)]
struct Report {
    from: String,
    to: String,
    target: String,
    differs: bool,
    differences: Vec<DifferenceReport>,
    renames: Vec<String>,
    may_be_renamed: Vec<CandidateReport>,
    operations: Vec<serde_json::Value>,
    not_expressible: Vec<String>,
    left_out: Vec<LeftOutReport>,
}

impl Diff {
    pub fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let ignored = Ignored::of(&project, output)?;
        let reading = Reading {
            project: &project,
            output,
            ignored: &ignored,
            scratch: Reading::scratch_of(self.scratch.as_deref(), output)?,
        };
        let from = Source::parse(&self.from, &project, output)?;
        let to = Source::parse(&self.to, &project, output)?;
        let (mut from, mut to) = reading.both(&from, &to).await?;
        output.diagnostics(&from.told, &from.sources);
        output.diagnostics(&to.told, &to.sources);
        let is_shown = output.is_json() || self.form == Form::Tree;
        let comparing = Comparing {
            output,
            ignored: &ignored,
            renames: &self.renames,
            undeclared: if is_shown { Undeclared::Show } else { Undeclared::Refuse },
            exact: false,
            spoken_only: false,
        };
        let compared = comparing.run(&mut from, &mut to).await?;
        let proposal = compared.proposal(&Fills::new());
        let differs = !compared.is_same();
        let exit = match differs && self.exit_code {
            true => Exit::Disagree,
            false => Exit::Done,
        };
        let mut told: Vec<Diagnostic> = warnings(&proposal.unwritable);
        let renames = &compared.renames;
        let tables = renames.tables.iter().map(|(from, to)| format!("{from} → {to}"));
        let columns = renames
            .columns
            .iter()
            .map(|(table, from, to)| format!("{table}.{from} → {to}"));
        let report = Report {
            from: from.title.clone(),
            to: to.title.clone(),
            target: compared.after.target().to_string(),
            differs,
            differences: compared
                .differing
                .iter()
                .map(|found| DifferenceReport::of(found, None))
                .collect(),
            renames: tables.chain(columns).collect(),
            may_be_renamed: CandidateReport::all(&compared.candidates),
            operations: proposal.operations.iter().map(written).collect(),
            not_expressible: proposal
                .unwritable
                .iter()
                .map(|found| format!("{}: {}", found.what, found.why))
                .collect(),
            left_out: LeftOutReport::all(&from.left_out)
                .into_iter()
                .chain(LeftOutReport::all(&to.left_out))
                .collect(),
        };
        if !output.is_json() {
            let comment = format!("What changes {} into {}.", from.title, to.title);
            match self.form {
                Form::Tree | Form::Json => show(&compared, &|_| None, output),
                Form::Operations if differs => {
                    output.line(changeset_text(head(&comment), &proposal.operations).trim_end());
                }
                Form::Sql if differs => {
                    let text = changeset_text(head(&comment), &proposal.operations);
                    let (plan, changelog) = planned(&project, "diff.yaml", &text, from.catalog.clone(), output)?;
                    told.extend(plan.diagnostics.iter().cloned());
                    output.line(script(&plan, BareForm::default(), changelog, &project, output)?.trim_end());
                }
                Form::Operations | Form::Sql => {}
            }
            remarks(&compared, output);
            tell_left_out(&from.title, &from.left_out, output);
            tell_left_out(&to.title, &to.left_out, output);
        }
        output.end(exit, &told, &from.sources, &report);
        if !differs {
            output.say(format!("{} and {} are the same", from.title, to.title));
        } else if self.form == Form::Tree {
            let count = compared.differing.len() + renames.tables.len() + renames.columns.len();
            output.say(format!(
                "{} from {} to {}",
                plural(count, "difference"),
                from.title,
                to.title
            ));
        }
        Ok(exit)
    }
}
