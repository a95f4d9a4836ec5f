use std::collections::HashMap;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, faint, strong, warn};
use super::project::Project;
use super::{Exit, Failure};
use crate::changelog::{Changelog, Runs};

#[derive(Args)]
pub(super) struct Graph {
    /// The form to print it in
    #[arg(long = "as", value_enum, default_value_t = Form::Text)]
    form: Form,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A list, for people
    Text,
    /// A flowchart of Mermaid
    Mermaid,
    /// A graph of Graphviz
    Dot,
}

#[derive(Serialize)]
struct Report {
    /// In the order in which they run.
    changesets: Vec<NodeReport>,
}

#[derive(Serialize)]
struct NodeReport {
    id: String,
    file: String,
    run: Runs,
    depends_on: Vec<String>,
    replaces: Vec<String>,
}

impl Graph {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let nodes = nodes(changelog);
        match self.form {
            Form::Text => text(&nodes, output),
            Form::Mermaid => mermaid(&nodes, output),
            Form::Dot => dot(&nodes, output),
        }
        output.end(
            Exit::Done,
            &changelog.diagnostics,
            &changelog.sources,
            Report { changesets: nodes },
        );
        Ok(Exit::Done)
    }
}

fn nodes(changelog: &Changelog) -> Vec<NodeReport> {
    let each = changelog.changesets.iter().map(|changeset| {
        let replaced = changeset.replaces.iter().flat_map(|replaced| &replaced.ids);
        NodeReport {
            id: changeset.id.clone(),
            file: changeset.file.clone(),
            run: changeset.runs,
            depends_on: changeset.depends_on.iter().map(|needed| needed.id.clone()).collect(),
            replaces: replaced.map(|replaced| replaced.id.clone()).collect(),
        }
    });
    each.collect()
}

fn text(nodes: &[NodeReport], output: &Output) {
    let width = nodes.len().to_string().len();
    for (node, number) in nodes.iter().zip(1..) {
        let mut line = format!("{number:>width$}  {}  {}", strong(&node.id), faint(&node.file));
        if !node.depends_on.is_empty() {
            line += &format!("  needs {}", node.depends_on.join(", "));
        }
        if !node.replaces.is_empty() {
            line += &format!("  replaces {}", node.replaces.join(", "));
        }
        match node.run {
            Runs::Once => {}
            Runs::OnChange => line += &format!("  {}", warn("on change")),
            Runs::Always => line += &format!("  {}", warn("always")),
        }
        output.line(line);
    }
    if nodes.is_empty() {
        output.line("the changelog has no changesets");
    }
}

/// The dependencies, by the numbers of both ends: what is needed first.
fn edges(nodes: &[NodeReport]) -> Vec<(usize, usize)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        places.insert(&node.id, at);
        places.extend(node.replaces.iter().map(|id| (id.as_str(), at)));
    }
    let each = nodes.iter().enumerate().flat_map(|(at, node)| {
        let needed = node.depends_on.iter().filter_map(|id| places.get(id.as_str()));
        needed.map(move |needed| (*needed, at)).collect::<Vec<_>>()
    });
    each.collect()
}

/// The order as dotted lines, dependencies as arrows.
fn mermaid(nodes: &[NodeReport], output: &Output) {
    output.line("flowchart TD");
    for (at, node) in nodes.iter().enumerate() {
        // What means something in a label is written as its number.
        let escape = |c: char| match c {
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '/') => c.to_string(),
            c => format!("#{};", u32::from(c)),
        };
        let label: String = node.id.chars().map(escape).collect();
        output.line(format!("    n{at}[\"{label}\"]"));
    }
    for at in 1..nodes.len() {
        output.line(format!("    n{} -.-> n{at}", at - 1));
    }
    for (from, to) in edges(nodes) {
        output.line(format!("    n{from} --> n{to}"));
    }
}

fn dot(nodes: &[NodeReport], output: &Output) {
    output.line("digraph changelog {");
    output.line("    node [shape=box];");
    for (at, node) in nodes.iter().enumerate() {
        let label = node.id.replace('\\', "\\\\").replace('"', "\\\"");
        output.line(format!("    n{at} [label=\"{label}\"];"));
    }
    for at in 1..nodes.len() {
        output.line(format!("    n{} -> n{at} [style=dotted];", at - 1));
    }
    for (from, to) in edges(nodes) {
        output.line(format!("    n{from} -> n{to};"));
    }
    output.line("}");
}
