//! The file of a new changeset: what stands in it, and whether driftless takes it.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::moment::Moment;
use super::project::Project;
use crate::changelog::{Skeleton, gather_text, manner};
use crate::diagnostic::{Diagnostic, Source, Sources, Span, nearest};
use crate::document::{self, Form, quoted};

/// What a file is made of, whenever it is written.
pub(super) struct Outline {
    pub title: String,
    pub slug: String,
    /// Below the changelog's folder; empty where it is that.
    pub folder: String,
    pub author: Option<String>,
    pub template: Option<Template>,
    pub skeletons: Vec<(String, Skeleton)>,
    /// What stands in it, where that is known already.
    pub made: Option<Made>,
}

/// What a changeset says beside its author and its comment.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    /// Conditions and the like.
    pub head: Map<String, Value>,
    pub operations: Vec<Value>,
}

/// A file with fields.
pub(super) struct Template {
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// A file to be written.
pub(super) struct Draft {
    /// The name of the file without its extension, which is an id where no other is given.
    pub stem: String,
    pub ids: Vec<String>,
    /// Below the changelog's folder.
    pub below: String,
    pub text: String,
}

/// What is wrong with a draft, and where.
pub(super) struct Mistakes {
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

/// The fields of templates.
const FIELDS: [&str; 7] = ["id", "title", "slug", "author", "timestamp", "date", "time"];

impl Outline {
    /// The file as it is written at a moment. It is sound but for what it may name that is not there yet.
    pub fn draft(&self, project: &Project, moment: Moment) -> Result<Draft, Mistakes> {
        let stem = format!("{}_{}", moment.digits(), self.slug);
        let extension = match &self.template {
            Some(template) => template
                .path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or("yaml"),
            None => "yaml",
        };
        let below = match self.folder.is_empty() {
            true => format!("{stem}.{extension}"),
            false => format!("{}/{stem}.{extension}", self.folder),
        };
        let text = match (&self.made, &self.template) {
            (Some(made), _) => self.made(made, project, &below),
            (None, Some(template)) => self.filled(template, &stem, moment)?,
            (None, None) => self.plain(project, &below),
        };
        let ids = self.check(project, &below, &text)?;
        Ok(Draft { stem, ids, below, text })
    }

    fn filled(&self, template: &Template, stem: &str, moment: Moment) -> Result<String, Mistakes> {
        let source = Source::new(template.path.display().to_string(), template.text.as_str());
        let value = |name: &str, place: Span| match name {
            "id" => Ok(stem.to_string()),
            "title" => Ok(self.title.clone()),
            "slug" => Ok(self.slug.clone()),
            "timestamp" => Ok(moment.digits()),
            "date" => Ok(moment.date()),
            "time" => Ok(moment.time()),
            "author" => self.author.clone().ok_or_else(|| {
                Diagnostic::error("no-author", "the template asks for the author, who is not known")
                    .label(place, "")
                    .help("say `--author NAME`, or `git config user.name NAME`")
            }),
            _ => Err(unknown_field(name, place)),
        };
        document::fill(&source, &value).map_err(|diagnostics| {
            let mut sources = Sources::default();
            sources.add(source.path.as_str(), source.text.clone());
            Mistakes { diagnostics, sources }
        })
    }

    /// A changeset that is known as a whole.
    fn made(&self, made: &Made, project: &Project, below: &str) -> String {
        let mut map = self.head(project, below);
        map.extend(made.head.clone());
        map.insert("operations".into(), Value::Array(made.operations.clone()));
        document::write(&Value::Object(map), &manner())
    }

    /// What stands above the operations.
    fn head(&self, project: &Project, below: &str) -> Map<String, Value> {
        let mut map = Map::new();
        if project.folder.on_disk("schema/changelog.schema.json").is_file() {
            let schema = format!(
                "{}schema/changelog.schema.json",
                "../".repeat(below.matches('/').count())
            );
            map.insert("$schema".into(), schema.into());
        }
        if let Some(author) = &self.author {
            map.insert("author".into(), author.as_str().into());
        }
        map.insert("comment".into(), self.title.as_str().into());
        map
    }

    /// A changeset with what is known of it.
    fn plain(&self, project: &Project, below: &str) -> String {
        let mut map = self.head(project, below);
        map.insert("operations".into(), Value::Array(Vec::new()));
        let mut text = by_lines(&Value::Object(map), 1);
        let operations: Vec<String> = self
            .skeletons
            .iter()
            .map(|(_, skeleton)| by_lines(&skeleton.operation, 3))
            .collect();
        text.truncate(text.len() - "]\n}".len());
        text += &format!("{}]\n}}", operations.join(","));
        let mut sources = Sources::default();
        let source = sources.add(below, text);
        let converted = document::convert(source, &sources, Form::Yaml, &manner());
        let text = converted.expect("JSON becomes YAML").text;
        self.with_hints(&text)
    }

    /// Above each operation that is to be filled in, the keys that it takes beside those that are there.
    fn with_hints(&self, text: &str) -> String {
        let mut lines = Vec::new();
        let mut rest = self.skeletons.iter().peekable();
        for line in text.lines() {
            if let Some((key, skeleton)) = rest.next_if(|(key, _)| line.starts_with(&format!("  - {key}:"))) {
                let more = match skeleton.more.is_empty() {
                    true => String::new(),
                    false => format!("also takes {}; ", skeleton.more.join(", ")),
                };
                lines.extend(wrapped(&format!("{more}see `driftless explain {key}`")));
            }
            lines.push(line.to_string());
        }
        lines.join("\n") + "\n"
    }

    /// The ids of the changesets of a text, which may name files that are still to be written.
    fn check(&self, project: &Project, below: &str, text: &str) -> Result<Vec<String>, Mistakes> {
        let found = gather_text(&project.folder, below, Arc::from(text), project.parameters.clone());
        let mut diagnostics: Vec<Diagnostic> = found.diagnostics;
        diagnostics.retain(|told| told.is_error() && told.code != "unreadable-file");
        let known = &project.changelog().changesets;
        for changeset in &found.changesets {
            // One that is named after the file gets the next name.
            let is_named = !below
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .starts_with(&format!("{}.", changeset.id));
            if is_named && known.iter().any(|known| known.id == changeset.id) {
                let message = format!("changeset `{}` is there already", changeset.id);
                let diagnostic = Diagnostic::error("duplicate-id", message).label(changeset.span, "");
                diagnostics.push(diagnostic.help("leave its `id` out, or make it with a field: `id: {{ id }}`"));
            }
        }
        if diagnostics.is_empty() {
            return Ok(found.changesets.iter().map(|changeset| changeset.id.clone()).collect());
        }
        if let (Some(first), Some(template)) = (diagnostics.first_mut(), &self.template) {
            let note = format!(
                "this is what the template `{}` makes; nothing was written",
                template.name
            );
            first.notes.push(note);
        }
        Err(Mistakes {
            diagnostics,
            sources: found.sources,
        })
    }
}

fn unknown_field(name: &str, place: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error("unknown-field", format!("unknown field `{name}`")).label(place, "");
    match nearest(name, FIELDS) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => diagnostic.note(format!("known are: {}", FIELDS.join(", "))),
    }
}

/// JSON with the entries of its outer maps, and the maps of its lists, on lines of their own, so many levels deep.
fn by_lines(value: &Value, levels: usize) -> String {
    let (open, items, close) = match value {
        Value::Object(map) if levels > 0 => {
            let entries = map.iter();
            let entries =
                entries.map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), by_lines(value, levels - 1)));
            ('{', entries.collect::<Vec<_>>(), '}')
        }
        Value::Array(items) if levels > 0 && items.iter().any(Value::is_object) => {
            ('[', items.iter().map(|item| by_lines(item, levels - 1)).collect(), ']')
        }
        Value::String(text) => return quoted(text),
        other => return other.to_string(),
    };
    format!("{open}\n{}\n{close}", items.join(",\n"))
}

/// A text as lines of a comment.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < manner().width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("  # {word}")),
        }
    }
    lines
}
