//! Places inside a text that stands in a file as a block, quoted or plain.

use super::{Kind, Node};
use crate::diagnostic::{Sources, Span};

/// The place in the file of so many bytes of a text, where some value below the node holds it. They end with their line.
pub fn place_in_text(node: &Node, sources: &Sources, text: &str, start: usize, length: usize) -> Option<Span> {
    let (span, found, at) = find_text(node, text)?;
    place_in_block(sources, span, found, at + start, length)
}

/// The value that holds a text, and where in it.
fn find_text<'n>(node: &'n Node, text: &str) -> Option<(Span, &'n str, usize)> {
    match &node.kind {
        Kind::Str(found) => found.find(text).map(|at| (node.span, &**found, at)),
        Kind::Seq(items) => items.iter().find_map(|item| find_text(item, text)),
        Kind::Map(entries) => entries.iter().find_map(|entry| find_text(&entry.value, text)),
        _ => None,
    }
}

fn place_in_block(sources: &Sources, span: Span, text: &str, offset: usize, length: usize) -> Option<Span> {
    let source = sources.get(span.source);
    let before = text.get(..offset)?;
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().map_or(0, str::len);
    let first = source.position(span.start as usize);
    let (start, end) = source.line(first.line + line)?;
    let raw = source.text.get(start..end)?;
    let wanted = text.lines().nth(line)?;
    // Where the same line stands in the file, its indentation, its key or its quote before it.
    let start = if line == 0 {
        start.max(span.start as usize)
    } else {
        start
    };
    let raw = raw.get(raw.len() - (end - start)..)?;
    let at = start + raw.find(wanted.trim_end())? + column;
    let rest = text.get(offset..)?;
    let shown = rest.lines().next().unwrap_or_default().trim_end().len();
    let length = length.min(shown).max(1);
    Some(Span::new(span.source, at, (at + length).min(end)))
}
