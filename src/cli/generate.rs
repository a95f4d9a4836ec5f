use std::collections::BTreeMap;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};

use super::arguments::Common;
use super::difference_tree::{LeftOutReport, tell_left_out};
use super::ignored::Ignored;
use super::output::{Output, good, plural};
use super::project::Project;
use super::proposal::{changeset_text, head, warnings};
use super::slug::slug;
use super::source::{Reading, Source};
use super::written_files::{make, take_back};
use super::{Exit, Failure};
use crate::changelog::{Folder, gather, manner, reason};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::ObjectName;
use crate::document;
use crate::executor::write_table;
use crate::model::{Catalog, Names, compare};
use crate::operation::{Fills, LoadData, Operation, operations_between};

#[derive(Args)]
pub(super) struct Generate {
    /// The database, where it is not that of the project: a URL or an environment
    #[arg(value_name = "SOURCE", default_value = "database")]
    source: String,
    /// The folder to write to, below the changelog's
    #[arg(long, value_name = "FOLDER", default_value = "changesets")]
    folder: String,
    /// One file for all, one for each table, or one for each schema
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Split::None)]
    split: Split,
    /// Write the rows, too, each table to a file of CSV: `all`, or tables separated by commas
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    data: Vec<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    None,
    Table,
    Schema,
}

#[derive(Serialize)]
struct Report {
    target: String,
    written: Vec<String>,
    tables: usize,
    left_out: Vec<LeftOutReport>,
    not_expressible: Vec<String>,
}

/// A changeset of a file of its own.
struct Part {
    name: String,
    operations: Vec<Operation>,
}

impl Generate {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let ignored = Ignored::of(&project, output)?;
        let reading = Reading {
            project: &project,
            output,
            ignored: &ignored,
            scratch: None,
        };
        let source = Source::parse(&self.source, &project, output)?;
        if !source.is_database() {
            let message = format!("{} is no database", source.title());
            let help =
                "`generate` writes the changelog of a database that is there; `new --autogenerate` that of a model";
            return Err(output.refuse(Exit::Usage, "source", message, Some(help)));
        }
        let mut read = reading.read(&source, None).await?;
        let catalog = ignored.without(&read.catalog);
        let nothing = Catalog::new(catalog.target().clone());
        let differing = compare(&nothing, &catalog, Names::Exact);
        let between = operations_between(&nothing, &catalog, &differing, Names::Exact, &Fills::new());
        let folder = project.folder.resolve("", &self.folder).map_err(|message| {
            output.refuse(
                Exit::Usage,
                "path",
                message,
                Some("name a folder below that of the changelog"),
            )
        })?;
        let tables = self.tables_with_data(&catalog, output)?;
        let operations = with_data(between.operations, &tables, &catalog);
        let files = self.files(&project, &folder, operations);
        if let Some((path, _)) = files
            .iter()
            .find(|(path, _)| project.folder.is_there(path) && **path != project.first)
        {
            let message = format!("`{}` is there already", project.folder.display(path));
            let help = "`generate` overwrites nothing: name another `--folder`";
            return Err(output.refuse(Exit::Usage, "exists", message, Some(help)));
        }
        let is_included = self.refuse_unsound(&project, &files, output)?;
        let shown = |path: &str| project.folder.display(path);
        let data_files: Vec<String> = tables
            .iter()
            .map(|table| format!("{folder}/{}", data_file(table)))
            .collect();
        if self.dry_run {
            for (path, text) in &files {
                output.line(format!("# {}\n{text}", shown(path)));
            }
        } else {
            self.write(&project, &files, output)?;
            for (table, path) in tables.iter().zip(&data_files) {
                let live = read.live.as_mut().expect("a database is connected to");
                let root = project.folder.root();
                let written = write_table(&mut live.session, &catalog, table, path, root).await;
                written.map_err(|error| output.run_failed(&error, &Sources::default()))?;
            }
        }
        let word = if self.dry_run { "would write" } else { "wrote" };
        let all: Vec<String> = files.keys().chain(&data_files).map(|path| shown(path)).collect();
        for path in &all {
            output.say(format!("{} {path}", good(word)));
        }
        let is_whole = read.left_out.is_empty() && between.unwritable.is_empty();
        let exit = if is_whole { Exit::Done } else { Exit::LeftOver };
        let mut told = warnings(&between.unwritable);
        if !is_included {
            let message = format!("`{}` does not include `{}`", shown(&project.first), shown(&folder));
            told.push(Diagnostic::warning("not-included", message).help(format!("add `- include: {folder}/` to it")));
        }
        let report = Report {
            target: catalog.target().to_string(),
            written: all,
            tables: catalog.tables().count(),
            left_out: LeftOutReport::all(&read.left_out),
            not_expressible: between
                .unwritable
                .iter()
                .map(|found| format!("{}: {}", found.what, found.why))
                .collect(),
        };
        output.end(exit, &told, &Sources::default(), &report);
        tell_left_out(&read.title, &read.left_out, output);
        if project.config.targets.is_empty() {
            let dialect = catalog.target().dialect.name();
            output.say(format!(
                "what was written is for {dialect}: `targets: [{dialect}]` in driftless.yaml says so to `validate`"
            ));
        }
        output.say(format!(
            "{} of {}; next: `driftless baseline` records that the database has it",
            plural(report.tables, "table"),
            catalog.target().title()
        ));
        Ok(exit)
    }

    /// The tables whose rows are written, in the order in which they can be put in.
    fn tables_with_data(&self, catalog: &Catalog, output: &Output) -> Result<Vec<ObjectName>, Failure> {
        if self.data.iter().any(|word| word == "all") {
            return Ok(catalog.tables().map(|table| table.name.clone()).collect());
        }
        let find = |name: &String| {
            let table = catalog.table(&ObjectName::plain(name.as_str()));
            table.map(|table| table.name.clone()).ok_or_else(|| {
                let known = catalog.tables().map(|table| table.name.name.as_str());
                let near = crate::diagnostic::nearest(name, known);
                let help = near.map(|near| format!("did you mean `{near}`?"));
                output.refuse(
                    Exit::Usage,
                    "unknown-table",
                    format!("there is no table `{name}`"),
                    help.as_deref(),
                )
            })
        };
        self.data.iter().map(find).collect()
    }

    /// The files with their texts, and the changelog that includes them where there is none yet.
    fn files(&self, project: &Project, folder: &str, operations: Vec<Operation>) -> BTreeMap<String, String> {
        let parts = match self.split {
            Split::None => vec![Part {
                name: "baseline".into(),
                operations,
            }],
            Split::Table => parts(operations, |operation, last| match place_of(operation) {
                Some(name) if !name.is_empty() => name,
                _ => last.to_string(),
            }),
            Split::Schema => parts(operations, |operation, last| match schema_of(operation) {
                Some(schema) => schema,
                None => {
                    if last.is_empty() {
                        "schema".into()
                    } else {
                        last.to_string()
                    }
                }
            }),
        };
        let width = parts.len().to_string().len().max(4);
        let mut files = BTreeMap::new();
        for (at, part) in parts.iter().enumerate() {
            let path = format!("{folder}/{:0width$}_{}.yaml", at + 1, part.name);
            let comment = match self.split {
                Split::None => "The schema from before driftless.".to_string(),
                Split::Table | Split::Schema => format!("{}, from before driftless.", capital(&part.name)),
            };
            files.insert(path, changeset_text(head(&comment), &part.operations));
        }
        if !project.folder.is_there(&project.first) {
            let items = json!({ "changesets": [{ "include": format!("{folder}/") }] });
            files.insert(project.first.clone(), document::write(&items, &manner()));
        }
        files
    }

    /// Refuses to write what would not be a sound changelog. Whether the changelog takes the files in.
    fn refuse_unsound(
        &self,
        project: &Project,
        files: &BTreeMap<String, String>,
        output: &Output,
    ) -> Result<bool, Failure> {
        let overlay = files
            .iter()
            .map(|(path, text)| (path.clone(), Some(Arc::from(text.as_str()))));
        let folder: Folder = project.folder.clone().with_files(overlay.collect());
        let changelog = gather(&folder, &project.first, project.parameters.clone());
        // The rows are written when all else is.
        let wrong: Vec<Diagnostic> = changelog
            .diagnostics
            .iter()
            .filter(|told| told.is_error() && (self.data.is_empty() || told.code != "unreadable-file"))
            .cloned()
            .collect();
        if !wrong.is_empty() {
            return Err(output.fail(Exit::Failed, &wrong, &changelog.sources));
        }
        let first = files.keys().find(|path| **path != project.first);
        let is_in = |path: &String| changelog.files().any(|source| source.path == folder.display(path));
        Ok(first.is_none_or(is_in))
    }

    fn write(&self, project: &Project, files: &BTreeMap<String, String>, output: &Output) -> Result<(), Failure> {
        let mut done = Vec::new();
        for (path, text) in files {
            if let Err(error) = make(&project.folder.on_disk(path), text, &mut done) {
                take_back(done);
                let message = format!("cannot write `{}`: {}", project.folder.display(path), reason(&error));
                return Err(output.refuse(Exit::Failed, "unwritable", message, Some("nothing was written")));
            }
        }
        Ok(())
    }
}

/// The rows of tables are put in behind each, before what points at it.
fn with_data(operations: Vec<Operation>, tables: &[ObjectName], catalog: &Catalog) -> Vec<Operation> {
    let mut all = Vec::with_capacity(operations.len() + tables.len());
    for operation in operations {
        let made = match &operation {
            Operation::CreateTable(create) => Some(catalog.key(&create.table.0)),
            _ => None,
        };
        all.push(operation);
        if let Some(table) = made.and_then(|made| tables.iter().find(|table| catalog.key(table) == made)) {
            all.push(Operation::LoadData(LoadData::of(table.clone(), data_file(table))));
        }
    }
    all
}

/// Where the rows of a table go, beside the files of changesets.
fn data_file(table: &ObjectName) -> String {
    let name = table.to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let name: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    format!("data/{name}.csv")
}

/// Operations that stand together and go to one file.
fn parts(operations: Vec<Operation>, name: impl Fn(&Operation, &str) -> String) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for operation in operations {
        let last = parts.last().map(|part| part.name.clone()).unwrap_or_default();
        let own = match slug(&name(&operation, &last)) {
            own if own.is_empty() => "part".to_string(),
            own => own,
        };
        match parts.last_mut() {
            Some(part) if part.name == own => part.operations.push(operation),
            _ => parts.push(Part {
                name: own,
                operations: vec![operation],
            }),
        }
    }
    parts
}

/// What an operation goes by where there is a file for each table; `None`: with what stands before it.
fn place_of(operation: &Operation) -> Option<String> {
    let body = serde_json::to_value(operation).ok()?;
    let body = body.get(operation.key())?;
    let table = body.get("table").map(text_of);
    Some(match operation {
        Operation::CreateTable(_) => table?,
        Operation::CreateSchema(_)
        | Operation::CreateExtension(_)
        | Operation::CreateEnum(_)
        | Operation::CreateDomain(_)
        | Operation::CreateSequence(_)
        | Operation::SetComment(_) => "types".into(),
        Operation::CreateFunction(_) | Operation::CreateProcedure(_) => "routines".into(),
        Operation::CreateView(_) | Operation::CreateMaterializedView(_) => "views".into(),
        Operation::CreateTrigger(_) => "triggers".into(),
        Operation::CreatePolicy(_) => "policies".into(),
        Operation::Grant(_) | Operation::Revoke(_) => "grants".into(),
        // Of the table before it, or one of those that had to wait.
        _ => return None,
    })
}

fn text_of(name: &Value) -> String {
    let text = name.as_str().or_else(|| name.get("name")?.as_str());
    text.unwrap_or_default().to_string()
}

/// The schema of what an operation makes, where it says one.
fn schema_of(operation: &Operation) -> Option<String> {
    let body = serde_json::to_value(operation).ok()?;
    let body = body.get(operation.key())?;
    let named = ["table", "view", "function", "procedure", "name"]
        .iter()
        .find_map(|key| body.get(*key))?;
    let schema = named.get("schema").and_then(Value::as_str);
    Some(schema.unwrap_or("schema").to_string())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
