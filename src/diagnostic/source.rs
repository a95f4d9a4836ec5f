//! The files that diagnostics point into.

use std::borrow::Cow;
use std::sync::Arc;

use super::Diagnostic;

/// Names one file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A stretch of one file, in bytes, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        Span {
            source,
            start: start as u32,
            end: end as u32,
        }
    }
}

/// One file: its path as the author knows it, its text, and where its lines begin.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    pub text: Arc<str>,
    lines: Vec<u32>,
    /// Stretches that are not shown: the values of secrets.
    hidden: Vec<Span>,
}

/// A place that a person can find: line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Source {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at as u32 + 1)).collect();
        Source {
            path: path.into(),
            text,
            lines,
            hidden: Vec::new(),
        }
    }

    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start as usize <= offset) - 1;
        let start = self.lines[line] as usize;
        let before = self.text.get(start..offset).unwrap_or_default();
        Position {
            line: line + 1,
            column: before.trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// Where a line (from 1) begins and where it ends, its line break left out.
    pub fn line(&self, line: usize) -> Option<(usize, usize)> {
        let start = *self.lines.get(line.checked_sub(1)?)? as usize;
        let end = self.lines.get(line).map_or(self.text.len(), |next| *next as usize);
        let text = self.text[start..end].trim_end_matches(['\n', '\r']);
        Some((start, start + text.len()))
    }

    /// A stretch of the text as it may be shown: with as many `*` as there are bytes in place of what is hidden.
    pub fn shown(&self, start: usize, end: usize) -> Cow<'_, str> {
        let text = &self.text[start..end];
        let overlaps = |span: &&Span| (span.start as usize) < end && start < span.end as usize;
        let mut hidden = self.hidden.iter().filter(overlaps).peekable();
        if hidden.peek().is_none() {
            return text.into();
        }
        let hidden: Vec<&Span> = hidden.collect();
        let is_hidden = |at: usize| {
            hidden
                .iter()
                .any(|span| (span.start as usize..span.end as usize).contains(&at))
        };
        let letters = text.char_indices().map(|(at, c)| match is_hidden(start + at) {
            true if !matches!(c, '\n' | '\r') => "*".repeat(c.len_utf8()),
            _ => c.to_string(),
        });
        letters.collect::<String>().into()
    }

    pub fn line_count(&self) -> usize {
        self.lines.len()
    }
}

/// All files read so far.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.list.push(Source::new(path, text));
        SourceId(self.list.len() as u32 - 1)
    }

    /// Keeps a stretch from being shown.
    pub fn hide(&mut self, span: Span) {
        let hidden = &mut self.list[span.source.0 as usize].hidden;
        if !hidden.contains(&span) {
            hidden.push(span);
        }
    }

    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }

    /// Takes in the files of others, with what is told of them.
    pub fn take_in(&mut self, others: &Sources, told: &mut [Diagnostic]) {
        let known = self.list.len() as u32;
        self.list.extend(others.list.iter().cloned());
        for label in told.iter_mut().flat_map(|diagnostic| &mut diagnostic.labels) {
            label.span.source.0 += known;
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Source> {
        self.list.iter()
    }

    /// `path:line:column` of where a span begins.
    pub fn locate(&self, span: Span) -> String {
        let source = self.get(span.source);
        let position = source.position(span.start as usize);
        format!("{}:{}:{}", source.path, position.line, position.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a.yaml", "é: 1\r\nb: 2\n");
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(7), Position { line: 2, column: 1 });
        assert_eq!(source.line(1), Some((0, 5)));
    }
}
