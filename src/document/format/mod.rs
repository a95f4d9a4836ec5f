//! Documents written anew in one form: their meaning and their comments stay, which is looked at before anything is said.

mod forms;
mod json;
mod print;
mod remarks;
mod same;
mod scalar;
mod write;
mod written;

pub use forms::Forms;
pub use same::same;
pub use scalar::{quoted, shortest};
pub use write::write;

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use super::{Entry, Kind, Limits, Node, parse};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use print::Printer;
use same::first_difference;
use written::{Comment, Written};

/// How a file is written: each of the two holds the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Yaml,
    Json,
}

impl Form {
    /// The form of a file, by its name.
    pub fn of(path: &str) -> Form {
        match path.ends_with(".json") {
            true => Form::Json,
            false => Form::Yaml,
        }
    }
}

/// What the form of a kind of document is.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// Its JSON Schema: keys stand in its order.
    pub schema: &'a Value,
    /// The maps that always stand line by line, by the way to them; `*` is any item.
    pub spread_maps: &'a [&'a [&'a str]],
    /// The lists that do.
    pub spread_lists: &'a [&'a [&'a str]],
    /// The lists whose items are kept apart by an empty line where one of them has several lines.
    pub apart: &'a [&'a [&'a str]],
    /// In characters: what stands on one line is at most as long, or stands on several.
    pub width: usize,
}

impl Manner<'_> {
    /// Whether a map or list stands line by line, however short it is.
    fn spreads(&self, is_map: bool, path: &[String]) -> bool {
        let known = if is_map { self.spread_maps } else { self.spread_lists };
        is_one_of(known, path)
    }
}

/// Whether a way is one of those given.
fn is_one_of(known: &[&[&str]], path: &[String]) -> bool {
    known
        .iter()
        .any(|known| known.len() == path.len() && known.iter().zip(path).all(|(known, step)| known == step))
}

/// A document in another form, with what that form cannot hold.
#[derive(Debug, Clone)]
pub struct Converted {
    pub text: String,
    /// The comments that are lost.
    pub comments: Vec<Span>,
    /// How many aliases are written out.
    pub aliases: usize,
    /// Numbers that JSON writes otherwise.
    pub numbers: Vec<Span>,
}

/// What names a schema for editors, in a comment of YAML.
const MODELINE: &str = "# yaml-language-server: $schema=";

/// The text of a document, formatted. Its syntax errors are told.
pub fn format(source: SourceId, sources: &Sources, form: Form, manner: &Manner<'_>) -> Result<String, Vec<Diagnostic>> {
    let root = parse(source, sources, Limits::default())?;
    let text = &*sources.get(source).text;
    let written = Written::read(text);
    let formatted = match form {
        Form::Yaml => Printer::new(manner, false).document(text, written),
        Form::Json => {
            strict_json(source, text, &written.comments)?;
            json::document(&root, text, manner).0
        }
    };
    match lost(&root, text, &formatted) {
        None => Ok(formatted),
        Some(place) => Err(vec![changed("unformatted", "formatted", place)]),
    }
}

/// A document in the other form. Comments are lost in JSON, and said to be.
pub fn convert(
    source: SourceId,
    sources: &Sources,
    to: Form,
    manner: &Manner<'_>,
) -> Result<Converted, Vec<Diagnostic>> {
    let root = parse(source, sources, Limits::default())?;
    let text = &*sources.get(source).text;
    let written = Written::read(text);
    let (wanted, converted) = match to {
        Form::Yaml => to_yaml(root, text, written, manner),
        Form::Json => to_json(root, text, written, manner),
    };
    match changed_place(&wanted, &converted.text) {
        None => Ok(converted),
        Some(place) => Err(vec![changed("other-meaning", "converted", place)]),
    }
}

/// A document as YAML, with the tree that it means: `$schema` becomes a comment for editors.
fn to_yaml(mut root: Node, text: &str, written: Written, manner: &Manner<'_>) -> (Node, Converted) {
    let schema = root.get("$schema").and_then(Node::as_str).map(str::to_string);
    if let (Some(_), Kind::Map(entries)) = (&schema, &mut root.kind) {
        entries.retain(|entry| entry.key != "$schema");
    }
    let body = Printer::new(manner, true)
        .without_schema(schema.is_some())
        .document(text, written);
    let modeline = schema.map(|schema| format!("{MODELINE}{schema}\n")).unwrap_or_default();
    let converted = Converted {
        text: modeline + &body,
        comments: Vec::new(),
        aliases: 0,
        numbers: Vec::new(),
    };
    (root, converted)
}

/// A document as JSON, with the tree that it means: the comment for editors becomes `$schema`.
fn to_json(mut root: Node, text: &str, written: Written, manner: &Manner<'_>) -> (Node, Converted) {
    let comments = written.comments.iter();
    let schema = comments.clone().find_map(|comment| comment.text.strip_prefix(MODELINE));
    let lost = comments.filter(|comment| !comment.text.starts_with(MODELINE));
    let comments = lost.map(|comment| Span::new(root.span.source, comment.start, comment.end));
    let comments = comments.collect();
    let schema = schema.filter(|_| root.get("$schema").is_none());
    if let (Some(schema), Kind::Map(entries)) = (schema, &mut root.kind) {
        entries.push(Entry {
            key: "$schema".into(),
            key_span: root.span,
            value: Node {
                span: root.span,
                kind: Kind::Str(schema.into()),
            },
        });
    }
    let (text, numbers) = json::document(&root, text, manner);
    let converted = Converted {
        text,
        comments,
        aliases: written.aliases,
        numbers,
    };
    (root, converted)
}

/// Where the comments of a text stand that has no syntax errors.
pub(super) fn comments(text: &str) -> Vec<Range<usize>> {
    let comments = Written::read(text).comments.into_iter();
    comments
        .map(|comment| comment.start..comment.start + comment.text.len())
        .collect()
}

/// The first place of a document that another text does not keep, be it a value or a comment.
fn lost(root: &Node, text: &str, other: &str) -> Option<Span> {
    changed_place(root, other).or_else(|| {
        let (comments, others) = (Written::read(text).comments, Written::read(other).comments);
        let mut kept: HashMap<&str, usize> = HashMap::new();
        for comment in &others {
            *kept.entry(&comment.text).or_default() += 1;
        }
        for comment in &comments {
            match kept.get_mut(comment.text.as_str()).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => return Some(Span::new(root.span.source, comment.start, comment.end)),
            }
        }
        // One more would be none of the author's.
        (others.len() > comments.len()).then_some(root.span)
    })
}

/// The first place of a tree that a text does not mean.
fn changed_place(root: &Node, text: &str) -> Option<Span> {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    match parse(source, &sources, Limits::default()) {
        Ok(again) => first_difference(root, &again),
        Err(_) => Some(root.span),
    }
}

fn changed(code: &'static str, done: &str, place: Span) -> Diagnostic {
    let message = format!("this file cannot be {done} without a change of its meaning");
    Diagnostic::error(code, message)
        .label(place, "it would be another one here")
        .help("it is left as it is; what stands here is most likely a rare part of YAML")
}

/// What driftless reads in a file of JSON beyond JSON is no mistake of its meaning, but cannot be written as JSON.
fn strict_json(source: SourceId, text: &str, comments: &[Comment]) -> Result<(), Vec<Diagnostic>> {
    let comment = comments.first().map(|comment| (comment.start, comment.end));
    let strict = serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}'));
    let (start, end) = match (comment, strict) {
        (Some(place), _) => place,
        (None, Ok(_)) => return Ok(()),
        (None, Err(error)) => {
            let line_start = text
                .split_inclusive('\n')
                .take(error.line().saturating_sub(1))
                .map(str::len)
                .sum::<usize>();
            let at = (line_start + error.column().saturating_sub(1)).min(text.len());
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            (at, at)
        }
    };
    let message = match comment {
        Some(_) => "JSON has no comments",
        None => "this is YAML, and no JSON",
    };
    let diagnostic = Diagnostic::error("not-json", message).label(Span::new(source, start, end), "");
    Err(vec![diagnostic.help("name the file `.yaml`, or write it as JSON")])
}
