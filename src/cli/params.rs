use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, bad, faint, plural, strong};
use super::project::Project;
use super::{Exit, Failure};
use crate::changelog::{Changelog, Definition, Origin, ParameterUse, Parameters, parameter_uses, value_of};
use crate::diagnostic::{Sources, Span, nearest};
use crate::dialect::{Dialect, Target, shown};

/// How many places of use are shown.
const MOST_USES: usize = 6;

#[derive(Args)]
pub(super) struct Params {
    /// Only these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

#[derive(Serialize)]
struct Report {
    parameters: Vec<Row>,
}

/// A parameter as it holds somewhere.
#[derive(Serialize, PartialEq)]
struct Row {
    name: String,
    /// `text`, `int`, `number`, `bool`.
    #[serde(rename = "type")]
    ty: &'static str,
    secret: bool,
    description: Option<String>,
    /// What it is worth; where dialects differ, on each.
    values: Vec<ValueRow>,
    /// Where it is used: `file:line`.
    used: Vec<String>,
}

#[derive(Serialize, PartialEq)]
struct ValueRow {
    /// The dialects it holds on; of all that were asked for where it is the same on each.
    dialects: Vec<String>,
    /// `null` for a secret, for a variable of the environment, and where there is none.
    value: Option<String>,
    /// Why there is none.
    problem: Option<String>,
    /// What says so: `--param`, `file:line`, …
    origin: Option<String>,
    /// What would say so without that, the strongest first.
    shadows: Vec<String>,
}

impl Params {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let dialects = dialects(&project.targets());
        let uses = parameter_uses(changelog);
        let mut rows = Vec::new();
        let all = names(changelog, &uses);
        if let Some(unknown) = self.names.iter().find(|name| !all.contains(name)) {
            let message = format!("no parameter is called `{unknown}`");
            let near = nearest(unknown, all.iter().map(String::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return Err(output.refuse(Exit::Usage, "unknown-parameter", message, help.as_deref()));
        }
        for name in all {
            let is_meant = self.names.is_empty() || self.names.contains(&name);
            for row in rows_of(changelog, &name, &uses, &dialects)
                .into_iter()
                .filter(|_| is_meant)
            {
                rows.push(row);
            }
        }
        rows.iter().for_each(|row| print(row, dialects.len(), output));
        if rows.is_empty() {
            output.line("there are no parameters");
        }
        let lacking = rows
            .iter()
            .filter(|row| row.values.iter().any(|value| value.problem.is_some()))
            .count();
        output.end(Exit::Done, &[], &changelog.sources, Report { parameters: rows });
        if lacking > 0 {
            output.say(format!("{} without a value", plural(lacking, "parameter")));
        }
        Ok(Exit::Done)
    }
}

/// The dialects of some targets, each once.
fn dialects(targets: &[Target]) -> Vec<Dialect> {
    let mut found: Vec<Dialect> = Vec::new();
    for target in targets {
        if !found.contains(&target.dialect) {
            found.push(target.dialect);
        }
    }
    found
}

/// All that are defined or used, in the order of their names.
fn names(changelog: &Changelog, uses: &[ParameterUse]) -> Vec<String> {
    let defined = changelog.scopes.iter().flat_map(Parameters::names);
    let used = uses.iter().map(|one| one.name.as_str());
    let mut all: Vec<String> = defined.chain(used).map(str::to_string).collect();
    all.sort();
    all.dedup();
    all
}

/// One parameter; several where files define it apart from each other, and what it is worth differs.
fn rows_of(changelog: &Changelog, name: &str, uses: &[ParameterUse], dialects: &[Dialect]) -> Vec<Row> {
    let used: Vec<&ParameterUse> = uses.iter().filter(|one| one.name == name).collect();
    let mut rows: Vec<(Vec<Span>, Row)> = Vec::new();
    let scopes = changelog
        .scopes
        .iter()
        .filter(|scope| scope.definitions(name).next().is_some());
    let mut scopes: Vec<&Parameters> = scopes.collect();
    if scopes.is_empty() {
        scopes.push(&changelog.parameters);
    }
    for scope in scopes {
        let places: Vec<Span> = scope.definitions(name).map(|definition| definition.span).collect();
        if rows.iter().any(|(told, _)| *told == places) {
            continue;
        }
        let own = used.iter().filter(|one| {
            let of_it: Vec<Span> = one
                .parameters
                .definitions(name)
                .map(|definition| definition.span)
                .collect();
            of_it == places
        });
        let mut own: Vec<String> = own.map(|one| line_of(&changelog.sources, one.span)).collect();
        own.dedup();
        let row = Row {
            name: name.to_string(),
            ty: scope.type_of(name).map_or("text", |ty| ty.word()),
            secret: scope.is_secret(name),
            description: scope
                .definitions(name)
                .find_map(|definition| definition.description.clone()),
            values: values(changelog, scope, name, dialects),
            used: own,
        };
        rows.push((places, row));
    }
    // What holds outside of the files that say more of it, and is not used there, tells nothing.
    let all: Vec<Vec<Span>> = rows.iter().map(|(places, _)| places.clone()).collect();
    let says_more = |of: &[Span], others: &[Span]| of != others && of.iter().all(|place| others.contains(place));
    rows.retain(|(places, row)| !row.used.is_empty() || !all.iter().any(|others| says_more(places, others)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn values(changelog: &Changelog, scope: &Parameters, name: &str, dialects: &[Dialect]) -> Vec<ValueRow> {
    let mut rows: Vec<ValueRow> = Vec::new();
    for dialect in dialects {
        let found = value_of(name, scope, *dialect, &changelog.sources);
        let origin = |definition: &Definition| origin(&changelog.sources, definition);
        let is_variable = name.starts_with("env:");
        let (value, problem) = match found {
            // Who set it knows it, and it may be what a secret is read from.
            Ok(_) if is_variable => (None, None),
            Ok(value) if scope.is_secret(name) => (None, value.is_none().then(|| "it has no value here".to_string())),
            Ok(value) => (value.map(|text| shown(&text).into_owned()), None),
            Err(problem) => (None, Some(problem.message)),
        };
        let row = ValueRow {
            dialects: Vec::new(),
            value,
            problem,
            origin: match is_variable {
                true => Some("the environment".to_string()),
                false => scope.written(name, *dialect).map(|(definition, _)| origin(definition)),
            },
            shadows: scope.shadowed(name, *dialect).into_iter().map(origin).collect(),
        };
        let same = rows
            .iter_mut()
            .find(|known| (&known.value, &known.problem, &known.origin) == (&row.value, &row.problem, &row.origin));
        match same {
            Some(known) => known.dialects.push(dialect.name().to_string()),
            None => rows.push(ValueRow {
                dialects: vec![dialect.name().to_string()],
                ..row
            }),
        }
    }
    rows
}

/// Where a definition stands, as a person looks for it.
fn origin(sources: &Sources, definition: &Definition) -> String {
    let place = line_of(sources, definition.span);
    match &definition.origin {
        Origin::Flag => "--param".to_string(),
        Origin::ParamsFile | Origin::Config | Origin::File => place,
        Origin::Environment(name) => format!("{place}, environment `{name}`"),
    }
}

fn line_of(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    format!("{}:{}", source.path, source.position(span.start as usize).line)
}

fn print(row: &Row, dialects: usize, output: &Output) {
    let secret = if row.secret { ", secret" } else { "" };
    let description = row.description.as_ref().map(|text| format!("  {}", faint(text)));
    output.line(format!(
        "{} ({}{secret}){}",
        strong(&row.name),
        row.ty,
        description.unwrap_or_default()
    ));
    for value in &row.values {
        let on = match value.dialects.len() == dialects {
            true => String::new(),
            false => format!("{}: ", value.dialects.join(", ")),
        };
        let text = match (&value.problem, &value.value) {
            (Some(problem), _) => bad(problem),
            (None, Some(value)) => quoted(value),
            (None, None) if row.secret => "(secret)".to_string(),
            (None, None) => "(set)".to_string(),
        };
        let origin = value
            .origin
            .as_ref()
            .map(|origin| format!("  from {origin}"))
            .unwrap_or_default();
        output.line(format!("    {on}{text}{}", faint(&origin)));
        for shadowed in &value.shadows {
            output.line(faint(&format!("        shadows {shadowed}")));
        }
    }
    let used = match row.used.as_slice() {
        [] => "not used".to_string(),
        few if few.len() <= MOST_USES => format!("used at {}", few.join(", ")),
        many => format!(
            "used at {}, … and {} more",
            many[..MOST_USES].join(", "),
            many.len() - MOST_USES
        ),
    };
    output.line(faint(&format!("    {used}")));
}

/// A value on one line, so that blanks at its ends are seen.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    match plain {
        true => text.to_string(),
        false => format!("{text:?}"),
    }
}
