use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::Common;
use super::bare_script::{BareForm, script};
use super::difference_tree::{LeftOutReport, tell_left_out};
use super::ignored::Ignored;
use super::mermaid::diagram;
use super::output::{Output, good};
use super::project::Project;
use super::proposal::{changeset_text, head, planned, warnings};
use super::replace::replace;
use super::source::{Reading, Source};
use super::written_files::make;
use super::{Exit, Failure};
use crate::changelog::{desired_manner, desired_of, reason};
use crate::document;
use crate::model::{Catalog, Names, compare};
use crate::operation::{Fills, operations_between};

#[derive(Args)]
pub(super) struct Inspect {
    /// What to look at: `database`, a URL, an environment, `changelog`, `changelog@ID`, a file or folder of YAML or SQL
    #[arg(value_name = "SOURCE", default_value = "database")]
    source: String,
    /// How it is written
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = Form::Yaml)]
    form: Form,
    /// The file to write it to (default: stdout)
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The server on which files of SQL are loaded, each into a scratch database
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The desired state, as `diff` and `new --autogenerate` read it
    Yaml,
    /// The same
    Json,
    /// Statements that create it
    Sql,
    /// An entity-relationship diagram
    Mermaid,
}

#[derive(Serialize)]
struct Report {
    source: String,
    target: String,
    text: String,
    left_out: Vec<LeftOutReport>,
    not_expressible: Vec<String>,
}

impl Inspect {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let ignored = Ignored::of(&project, output)?;
        let reading = Reading {
            project: &project,
            output,
            ignored: &ignored,
            scratch: Reading::scratch_of(self.scratch.as_deref(), output)?,
        };
        let source = Source::parse(&self.source, &project, output)?;
        let read = reading.read(&source, None).await?;
        output.diagnostics(&read.told, &read.sources);
        let catalog = ignored.without(&read.catalog);
        let nothing = Catalog::new(catalog.target().clone());
        let differing = compare(&nothing, &catalog, Names::Exact);
        let between = operations_between(&nothing, &catalog, &differing, Names::Exact, &Fills::new());
        let dialect = catalog.target().to_string();
        let desired = || desired_of(&between.operations, Some(&dialect));
        let text = match self.form {
            Form::Yaml => document::write(&desired(), &desired_manner()),
            Form::Json => serde_json::to_string_pretty(&desired()).unwrap_or_default() + "\n",
            Form::Sql => {
                let text = changeset_text(head(&format!("All of {}.", read.title)), &between.operations);
                let (plan, changelog) = planned(&project, "schema.yaml", &text, nothing, output)?;
                script(&plan, BareForm::default(), changelog, &project, output)?
            }
            Form::Mermaid => diagram(&catalog),
        };
        match &self.output {
            Some(path) => {
                let written = match path.exists() {
                    true => replace(path, &text),
                    false => make(path, &text, &mut Vec::new()),
                };
                written.map_err(|error| {
                    let message = format!("cannot write `{}`: {}", path.display(), reason(&error));
                    output.refuse(Exit::Failed, "unwritable", message, None)
                })?;
                output.say(format!("{} {}", good("wrote"), path.display()));
            }
            None => output.line(text.trim_end()),
        }
        let is_whole = read.left_out.is_empty() && between.unwritable.is_empty();
        let exit = if is_whole { Exit::Done } else { Exit::LeftOver };
        let report = Report {
            source: read.title.clone(),
            target: dialect.clone(),
            text,
            left_out: LeftOutReport::all(&read.left_out),
            not_expressible: between
                .unwritable
                .iter()
                .map(|found| format!("{}: {}", found.what, found.why))
                .collect(),
        };
        output.end(exit, &warnings(&between.unwritable), &read.sources, &report);
        tell_left_out(&read.title, &read.left_out, output);
        Ok(exit)
    }
}
