//! Text to tree: YAML 1.2, and JSON as the part of YAML that it is.

use std::collections::HashMap;

use compact_str::CompactString;
use granit_parser::{Event, Parser, ScalarStyle};

use super::parts::{count_for, in_parts};
use super::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};

/// Bounds on what a file may ask of memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: usize,
    /// Nodes that aliases (`*name`) may add to one file by being expanded.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 64 * 1024 * 1024,
            alias_nodes: 100_000,
        }
    }
}

/// Reads a file as a tree, or says what is wrong with its syntax. An empty file is an empty map.
pub fn parse(source: SourceId, sources: &Sources, limits: Limits) -> Result<Node, Vec<Diagnostic>> {
    let file = sources.get(source);
    if file.text.len() > limits.file_bytes {
        let diagnostic = Diagnostic::error(
            "file-too-large",
            format!("`{}` is larger than {} MiB", file.path, limits.file_bytes / 1024 / 1024),
        )
        .help("split it, and put rows into CSV files for `load_data`");
        return Err(vec![diagnostic.label(Span::new(source, 0, 0), "")]);
    }
    if let Some(node) = in_parts(source, &file.text, count_for(&file.text)) {
        return Ok(node);
    }
    Builder::new(source, &file.text, 0, limits.alias_nodes).read()
}

/// Each alias of a text with what it stands for: where both begin, in bytes. Of a text that cannot be read, up to there.
pub fn aliases(text: &str) -> Vec<(usize, usize)> {
    let mut anchored: HashMap<usize, usize> = HashMap::new();
    let mut found = Vec::new();
    let mut events = Parser::new_from_str(text);
    while let Some(Ok((event, span))) = events.next_event() {
        let start = span.byte_range().map_or(0, |range| range.start);
        match event {
            Event::Alias(anchor) => found.extend(anchored.get(&anchor).map(|at| (start, *at))),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                anchored.insert(anchor, start);
            }
            _ => {}
        }
    }
    found
}

pub(super) struct Builder<'a> {
    source: SourceId,
    text: &'a str,
    /// Where the text begins in its file.
    base: usize,
    events: Parser<'a, granit_parser::StrInput<'a>>,
    /// Anchored nodes with the number of nodes in each.
    anchors: HashMap<usize, (Node, usize)>,
    alias_nodes: usize,
    /// Mistakes after which reading goes on.
    diagnostics: Vec<Diagnostic>,
}

type Step<T> = Result<T, Box<Diagnostic>>;

impl<'a> Builder<'a> {
    /// A builder of a text, or of a part of one that begins at `base`.
    pub(super) fn new(source: SourceId, text: &'a str, base: usize, alias_nodes: usize) -> Builder<'a> {
        let options = granit_parser::options! { emit_comments: false };
        Builder {
            source,
            text,
            base,
            events: Parser::new_from_str_with_options(text, options),
            anchors: HashMap::new(),
            alias_nodes,
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn read(mut self) -> Result<Node, Vec<Diagnostic>> {
        match self.document() {
            Ok(node) if self.diagnostics.is_empty() => Ok(node),
            Ok(_) => Err(self.diagnostics),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                Err(self.diagnostics)
            }
        }
    }

    fn next(&mut self) -> Step<(Event<'a>, Span)> {
        let source = self.source;
        let text_len = self.text.len();
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                Ok((event, Span::new(source, self.base + range.start, self.base + range.end)))
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(text_len).min(text_len);
                Err(Box::new(syntax_error(source, self.text, at, &error.to_string())))
            }
            None => Err(Box::new(Diagnostic::error("yaml-syntax", "the file ends too early"))),
        }
    }

    fn document(&mut self) -> Step<Node> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    return Ok(Node {
                        span,
                        kind: Kind::Map(Vec::new()),
                    });
                }
                event => {
                    let (node, _) = self.node(event, span)?;
                    return self.end(node);
                }
            }
        }
    }

    fn end(&mut self, node: Node) -> Step<Node> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentEnd => {}
                _ => {
                    return Err(Box::new(
                        Diagnostic::error("yaml-syntax", "a second document begins here")
                            .label(span, "")
                            .help("a file is one document: take out the `---`, or make it a file of its own"),
                    ));
                }
            }
        }
        if let Kind::Null(_) = node.kind {
            return Ok(Node {
                span: node.span,
                kind: Kind::Map(Vec::new()),
            });
        }
        Ok(node)
    }

    /// The node that an event begins, and the number of nodes in it.
    fn node(&mut self, event: Event<'a>, span: Span) -> Step<(Node, usize)> {
        let (node, size, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = match (style, &tag) {
                    (ScalarStyle::Plain, None) => plain(&text),
                    _ => Kind::Str(text.into()),
                };
                (Node { span, kind }, 1, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let (node, size) = self.sequence(span)?;
                (node, size, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                let (node, size) = self.mapping(span)?;
                (node, size, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            other => {
                return Err(Box::new(
                    Diagnostic::error("yaml-syntax", format!("unexpected {other:?}")).label(span, ""),
                ));
            }
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok((node, size))
    }

    fn sequence(&mut self, start: Span) -> Step<(Node, usize)> {
        let (mut items, mut size) = (Vec::new(), 1);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                items.shrink_to_fit();
                return Ok((self.closed(start, span, Kind::Seq(items)), size));
            }
            let (node, count) = self.node(event, span)?;
            items.push(node);
            size += count;
        }
    }

    fn mapping(&mut self, start: Span) -> Step<(Node, usize)> {
        let (mut entries, mut size): (Vec<Entry>, usize) = (Vec::new(), 1);
        let mut merged: Vec<Entry> = Vec::new();
        let mut places = Places::default();
        loop {
            let (event, key_span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                for entry in merged {
                    if places.find(&entries, &entry.key).is_none() {
                        entries.push(entry);
                    }
                }
                entries.shrink_to_fit();
                return Ok((self.closed(start, key_span, Kind::Map(entries)), size));
            }
            let Event::Scalar(key, _, _, _) = event else {
                return Err(Box::new(
                    Diagnostic::error("yaml-syntax", "a key must be a word")
                        .label(key_span, "")
                        .help("`{…}` or `[…]` at the place of a key is most often text that needs quotes, such as \"${name}\""),
                ));
            };
            let (event, span) = self.next()?;
            let (value, count) = self.node(event, span)?;
            size += count;
            if key == "<<" {
                merged.extend(self.merge(value)?);
                continue;
            }
            if let Some(first) = places.find(&entries, &key) {
                let first = &entries[first];
                self.diagnostics.push(
                    Diagnostic::error("duplicate-key", format!("key `{key}` is given twice"))
                        .label(key_span, "again here")
                        .label(first.key_span, "first here"),
                );
                continue;
            }
            entries.push(Entry {
                key: key.into(),
                key_span,
                value,
            });
        }
    }

    /// The entries that a `<<: *base` or `<<: [*a, *b]` brings in.
    fn merge(&self, value: Node) -> Step<Vec<Entry>> {
        let span = value.span;
        match value.kind {
            Kind::Map(entries) => Ok(entries),
            Kind::Seq(items) => {
                let mut all = Vec::new();
                for item in items {
                    all.extend(self.merge(item)?);
                }
                Ok(all)
            }
            _ => Err(Box::new(
                Diagnostic::error("yaml-syntax", "`<<` merges maps, and this is none").label(span, ""),
            )),
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step<(Node, usize)> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(Box::new(
                Diagnostic::error("yaml-syntax", "this alias refers to itself").label(span, ""),
            ));
        };
        let Some(left) = self.alias_nodes.checked_sub(*size) else {
            return Err(Box::new(
                Diagnostic::error("alias-limit", "the aliases of this file expand to too many nodes")
                    .label(span, "the limit is passed here")
                    .help("write the values out, or load rows with `load_data`"),
            ));
        };
        let (node, size) = (node.clone(), *size);
        self.alias_nodes = left;
        Ok((node, size))
    }

    /// A collection's span: from its first character to the end of its last child, line breaks left out.
    fn closed(&self, start: Span, end: Span, kind: Kind) -> Node {
        let end = end.end.max(start.start) as usize - self.base;
        let end = self.base + self.text[..end].trim_end().len();
        Node {
            span: Span::new(self.source, start.start as usize, end.max(start.end as usize)),
            kind,
        }
    }
}

/// Where the keys of a map stand. Most maps have few; one of parameters, or a row, may have many.
#[derive(Default)]
struct Places {
    known: HashMap<CompactString, usize>,
}

impl Places {
    fn find(&mut self, entries: &[Entry], key: &str) -> Option<usize> {
        const FEW: usize = 16;
        if entries.len() < FEW {
            return entries.iter().position(|entry| *entry.key == *key);
        }
        let new = entries.iter().enumerate().skip(self.known.len());
        self.known.extend(new.map(|(at, entry)| (entry.key.clone(), at)));
        self.known.get(key).copied()
    }
}

/// What an unquoted scalar is under the YAML 1.2 core schema (`yes`, `no` and `on` are text there).
pub(super) fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null(text.into()),
        "true" | "True" | "TRUE" => return Kind::Bool(true, text.into()),
        "false" | "False" | "FALSE" => return Kind::Bool(false, text.into()),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Kind::Str(text.into());
    }
    // A leading zero (`007`) is a code, not a number: kept as text, so that nothing is lost.
    let zero_led = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    if digits.bytes().all(|byte| byte.is_ascii_digit()) && !zero_led {
        return match text.parse::<i64>() {
            Ok(value) => Kind::Int(value, text.into()),
            Err(_) => Kind::Float(text.parse().unwrap_or(f64::MAX), text.into()),
        };
    }
    let decimal = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    match text.parse::<f64>() {
        Ok(value) if decimal && !zero_led && digits.bytes().any(|b| b.is_ascii_digit()) => {
            Kind::Float(value, text.into())
        }
        _ => Kind::Str(text.into()),
    }
}

fn syntax_error(source: SourceId, text: &str, at: usize, message: &str) -> Diagnostic {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let line_start = text[..at].rfind('\n').map_or(0, |break_at| break_at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let reason = message.split(" at byte").next().unwrap_or(message);
    let reason = reason.split(" at line").next().unwrap_or(reason);
    let reason = reason.split(" at char").next().unwrap_or(reason);
    let indentation = &line[..line.len() - line.trim_start().len()];
    let tab = indentation.find('\t').map(|tab| line_start + tab);
    let place = tab.map_or(Span::new(source, at, end), |tab| Span::new(source, tab, tab + 1));
    let message = format!("not valid YAML: {}", reason.trim());
    let diagnostic = Diagnostic::error("yaml-syntax", message).label(place, "");
    if tab.is_some() {
        return diagnostic.help("YAML is indented with spaces: replace the tab at the start of this line");
    }
    if reason.contains("mapping values") && line.matches(": ").count() > 1 {
        return diagnostic.help("text that holds `: ` needs quotes: \"…\"");
    }
    if line.contains("${") {
        return diagnostic.help("text with a parameter in it needs quotes inside `{…}` and `[…]`: \"${name}\"");
    }
    let before = &text[line_start..at];
    let open = before.matches(['{', '[']).count() > before.matches(['}', ']']).count();
    if open {
        return diagnostic.help("text with a comma, a bracket or a quote in it needs quotes inside `{…}` and `[…]`");
    }
    diagnostic.help("compare this line's indentation with its neighbours', and look for a missing quote or colon above")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Node, Vec<Diagnostic>> {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        parse(id, &sources, Limits::default())
    }

    #[test]
    fn scalars_keep_their_text() {
        let node = read("a: 1.10\nb: 007\nc: no\nd: ~\ne: true\nf: -5\ng: 99999999999999999999\n").unwrap();
        assert_eq!(node.get("a").unwrap().scalar_text(), Some("1.10"));
        assert_eq!(node.get("b").unwrap().kind, Kind::Str("007".into()));
        assert_eq!(node.get("c").unwrap().kind, Kind::Str("no".into()));
        assert!(matches!(node.get("d").unwrap().kind, Kind::Null(_)));
        assert!(matches!(node.get("f").unwrap().kind, Kind::Int(-5, _)));
        assert_eq!(node.get("g").unwrap().scalar_text(), Some("99999999999999999999"));
    }

    #[test]
    fn a_duplicate_key_names_both_places() {
        let errors = read("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(errors[0].labels.len(), 2);
        assert_eq!(
            (errors[0].labels[0].span.start, errors[0].labels[1].span.start),
            (10, 0)
        );
    }

    #[test]
    fn nested_anchors_are_bounded() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..10 {
            let below = format!("*a{}", n - 1);
            text += &format!("a{n}: &a{n} [{}]\n", vec![below; 10].join(", "));
        }
        assert_eq!(read(&text).unwrap_err()[0].code, "alias-limit");
    }

    #[test]
    fn merges_and_aliases_are_expanded() {
        let node = read("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\n").unwrap();
        let used = node.get("use").unwrap();
        assert!(matches!(used.get("y").unwrap().kind, Kind::Int(3, _)));
        assert!(matches!(used.get("x").unwrap().kind, Kind::Int(1, _)));
    }

    #[test]
    fn a_tab_is_named() {
        let errors = read("a:\n\tb: 1\n").unwrap_err();
        assert!(errors[0].help[0].contains("tab"), "{errors:?}");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
