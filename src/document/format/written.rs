//! A document as it is written: styles, anchors and comments, beside the values.

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::remarks::{self, Note, Remark};

/// A comment, its `#` included.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// The whole of it.
pub(super) struct Written {
    pub comments: Vec<Comment>,
    pub aliases: usize,
    /// Where `---` stands.
    pub marker: Option<usize>,
    /// What stands above `---`, and behind it.
    pub above_marker: Vec<Remark>,
    pub behind_marker: Vec<Note>,
    pub root: Option<Part>,
    /// The comments of a document without a value.
    pub rest: Vec<Remark>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Part {
    /// Its anchor and tag, as written.
    pub properties: String,
    pub start: usize,
    pub end: usize,
    pub body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Scalar {
        /// What it means, and how it is written.
        value: String,
        raw: String,
        style: ScalarStyle,
        /// The column of a block's text.
        column: usize,
    },
    /// As written, the `*` included.
    Alias(String),
    Collection(Collection),
}

/// A list or a map.
#[derive(Debug)]
pub(super) struct Collection {
    pub is_map: bool,
    pub is_flow: bool,
    /// Whether it stands on one line.
    pub is_short: bool,
    pub column: usize,
    pub end: usize,
    pub items: Vec<Item>,
    /// The comments behind its last item.
    pub tail: Vec<Remark>,
}

/// An item of a list, or an entry of a map, with the comments that belong to it.
#[derive(Debug)]
pub(super) struct Item {
    pub start: usize,
    /// Whether the line above it is empty.
    pub is_after_blank: bool,
    pub above: Vec<Remark>,
    pub key: Option<Part>,
    /// Between its key or dash and its value.
    pub head: Vec<Note>,
    pub value: Part,
    pub behind: Vec<Note>,
}

impl Part {
    pub fn collection(&self) -> Option<&Collection> {
        match &self.body {
            Body::Collection(collection) => Some(collection),
            _ => None,
        }
    }

    /// A block collection, or a flow one.
    pub fn is_block(&self) -> bool {
        self.collection().is_some_and(|collection| !collection.is_flow)
    }

    /// What it means, where it is a scalar.
    pub fn value(&self) -> &str {
        match &self.body {
            Body::Scalar { value, .. } => value,
            _ => "",
        }
    }
}

struct Mark {
    event: Event<'static>,
    start: usize,
    end: usize,
    column: usize,
    properties: Vec<(usize, usize)>,
}

struct Reader<'a> {
    text: &'a str,
    marks: std::vec::IntoIter<Mark>,
    /// The end of what was read last.
    at: usize,
    aliases: usize,
}

impl Written {
    /// Reads a text that has no syntax errors.
    pub fn read(text: &str) -> Written {
        let (marks, mut comments) = events(text);
        comments.sort_by_key(|comment| comment.start);
        let mut reader = Reader {
            text,
            marks: marks.into_iter(),
            at: 0,
            aliases: 0,
        };
        let mut marker = None;
        let mut root = None;
        while let Some(mark) = reader.marks.next() {
            match mark.event {
                Event::DocumentStart(explicit, _) => {
                    marker = explicit.then_some(mark.start);
                    reader.at = mark.end;
                }
                Event::Scalar(..) | Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                    root = root.or(Some(reader.part(mark)));
                }
                _ => {}
            }
        }
        let mut written = Written {
            comments: comments.clone(),
            aliases: reader.aliases,
            marker,
            above_marker: Vec::new(),
            behind_marker: Vec::new(),
            root,
            rest: Vec::new(),
        };
        remarks::settle(text, &comments, &mut written);
        written
    }
}

/// The events of the parser, and the comments.
fn events(text: &str) -> (Vec<Mark>, Vec<Comment>) {
    let options = granit_parser::options! {
        emit_comments: true,
        emit_anchor_events: true,
        max_buffered_comment_events: usize::MAX,
    };
    let mut marks: Vec<Mark> = Vec::new();
    let mut comments = Vec::new();
    for found in Parser::new_from_str_with_options(text, options) {
        let Ok((event, span)) = found else {
            break;
        };
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::Comment(..) => comments.push(Comment {
                text: text[range.clone()].trim_end().to_string(),
                start: range.start,
                end: range.end,
            }),
            Event::Anchor(..) => {
                if let Some(mark) = marks.last_mut() {
                    mark.properties.push((range.start, range.end));
                }
            }
            event => {
                let tag = span.tag_span().and_then(|tag| tag.byte_range());
                marks.push(Mark {
                    event: owned(event),
                    start: range.start,
                    end: range.end,
                    column: span.indent.unwrap_or_default(),
                    properties: tag.map(|tag| (tag.start, tag.end)).into_iter().collect(),
                });
            }
        }
    }
    (marks, comments)
}

fn owned(event: Event<'_>) -> Event<'static> {
    match event {
        Event::Scalar(text, style, anchor, _) => Event::Scalar(text.into_owned().into(), style, anchor, None),
        Event::SequenceStart(style, anchor, _) => Event::SequenceStart(style, anchor, None),
        Event::MappingStart(style, anchor, _) => Event::MappingStart(style, anchor, None),
        Event::Alias(anchor) => Event::Alias(anchor),
        Event::DocumentStart(explicit, version) => Event::DocumentStart(explicit, version),
        Event::SequenceEnd => Event::SequenceEnd,
        Event::MappingEnd => Event::MappingEnd,
        Event::DocumentEnd => Event::DocumentEnd,
        Event::StreamEnd => Event::StreamEnd,
        _ => Event::StreamStart,
    }
}

impl Reader<'_> {
    /// The value that an event begins.
    fn part(&mut self, mark: Mark) -> Part {
        let mut properties = mark.properties.clone();
        properties.sort_unstable();
        let texts: Vec<&str> = properties.iter().map(|(start, end)| &self.text[*start..*end]).collect();
        let properties_text = texts.join(" ");
        if let Some((_, end)) = properties.last() {
            self.at = self.at.max(*end);
        }
        let (start, body) = match mark.event {
            Event::Scalar(ref value, style, _, _) => {
                let start = self.scalar_start(&mark);
                (start, self.scalar(&mark, value.to_string(), style))
            }
            Event::Alias(_) => {
                self.at = mark.end;
                self.aliases += 1;
                (mark.start, Body::Alias(self.text[mark.start..mark.end].to_string()))
            }
            Event::SequenceStart(style, ..) => self.collection(mark.start, style == StructureStyle::Flow, false),
            Event::MappingStart(style, ..) => self.collection(mark.start, style == StructureStyle::Flow, true),
            _ => (self.at, Body::Alias(String::new())),
        };
        Part {
            properties: properties_text,
            start,
            end: self.at,
            body,
        }
    }

    /// Where nothing is written, that is where it could be.
    fn scalar_start(&self, mark: &Mark) -> usize {
        match mark.start == mark.end {
            true => self.at,
            false => mark.start,
        }
    }

    fn scalar(&mut self, mark: &Mark, value: String, style: ScalarStyle) -> Body {
        let raw = self.text[mark.start..mark.end].trim_end();
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let lines = match is_block {
            // From the start of its first line that is not empty.
            true => {
                let line = self.text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
                &self.text[line..mark.start + raw.len()]
            }
            false => raw,
        };
        if mark.start < mark.end {
            self.at = mark.start + raw.len();
        }
        Body::Scalar {
            value,
            raw: lines.to_string(),
            style,
            column: mark.column,
        }
    }

    fn collection(&mut self, start: usize, is_flow: bool, is_map: bool) -> (usize, Body) {
        let mut items: Vec<Item> = Vec::new();
        let mut first = start;
        while let Some(mark) = self.marks.next() {
            if matches!(mark.event, Event::SequenceEnd | Event::MappingEnd) {
                if is_flow {
                    self.at = mark.end.max(self.at);
                }
                break;
            }
            let dash = match is_flow || is_map {
                true => None,
                false => dash_behind(self.text, self.at),
            };
            if let Some(dash) = dash {
                self.at = dash + 1;
            }
            let place = mark
                .properties
                .iter()
                .map(|(start, _)| *start)
                .chain([mark.start])
                .min();
            let (key, value) = match is_map {
                false => (None, self.part(mark)),
                true => {
                    let key = self.part(mark);
                    let Some(mark) = self.marks.next() else {
                        break;
                    };
                    (Some(key), self.part(mark))
                }
            };
            let start = dash.or(place).unwrap_or(value.start);
            if items.is_empty() && !is_flow {
                first = start;
            }
            items.push(Item {
                start,
                is_after_blank: remarks::is_after_blank(self.text, start),
                above: Vec::new(),
                key,
                head: Vec::new(),
                value,
                behind: Vec::new(),
            });
        }
        let collection = Collection {
            is_map,
            is_flow,
            is_short: !self.text[first..self.at.max(first)].contains(['\n', '\r']),
            // Of no use to what ends with a bracket.
            column: if is_flow { 0 } else { remarks::column(self.text, first) },
            end: self.at,
            items,
            tail: Vec::new(),
        };
        (first, Body::Collection(collection))
    }
}

/// The next dash, behind blanks, comments, anchors and tags.
fn dash_behind(text: &str, from: usize) -> Option<usize> {
    let mut rest = &text[from..];
    loop {
        rest = rest.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r', ':', '?']);
        let skipped = match rest.chars().next()? {
            '#' => rest.find(['\n', '\r'])?,
            '&' | '!' => rest.find([' ', '\t', '\n', '\r'])?,
            '-' => return Some(text.len() - rest.len()),
            _ => return None,
        };
        rest = &rest[skipped..];
    }
}
