//! Comments put to what they speak of: by the lines and columns that they stand on.

use super::written::{Body, Collection, Comment, Written};

/// A comment on a line of its own.
#[derive(Debug, Clone)]
pub(super) struct Remark {
    pub text: String,
    /// Whether the line above it is empty.
    pub is_after_blank: bool,
}

/// A comment behind something.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub text: String,
    /// The column it stands in by more than one space: in line with others.
    pub column: Option<usize>,
}

impl Note {
    fn new(text: &str, comment: &Comment) -> Note {
        let before = line_before(text, comment.start);
        let is_in_line = before.ends_with("  ") && !before.trim().is_empty();
        Note {
            text: comment.text.clone(),
            column: is_in_line.then(|| before.chars().count()),
        }
    }

    /// The note with what stands between it and a line so long.
    pub fn behind(&self, length: usize) -> String {
        let gap = self.column.map_or(1, |column| column.saturating_sub(length).max(1));
        format!("{}{}", " ".repeat(gap), self.text)
    }
}

/// Gives every comment its place.
pub(super) fn settle(text: &str, comments: &[Comment], written: &mut Written) {
    let mut settler = Settler { text, comments, at: 0 };
    if let Some(marker) = written.marker {
        written.above_marker = settler.before(marker);
        let behind = settler.on_line_of(marker, usize::MAX);
        written.behind_marker = behind;
    }
    let Some(root) = &mut written.root else {
        written.rest = settler.before(usize::MAX);
        return;
    };
    match &mut root.body {
        Body::Collection(collection) => {
            settler.collection(collection, None, usize::MAX);
            collection.tail.extend(settler.before(usize::MAX));
        }
        _ => written.rest = settler.before(usize::MAX),
    }
}

struct Settler<'a> {
    text: &'a str,
    comments: &'a [Comment],
    at: usize,
}

impl Settler<'_> {
    fn next(&self) -> Option<&Comment> {
        self.comments.get(self.at)
    }

    /// All that stand before a place.
    fn before(&mut self, place: usize) -> Vec<Remark> {
        let mut found = Vec::new();
        while let Some(comment) = self.next().filter(|comment| comment.start < place) {
            found.push(Remark {
                text: comment.text.clone(),
                is_after_blank: is_after_blank(self.text, comment.start),
            });
            self.at += 1;
        }
        found
    }

    /// Those behind something, on its line.
    fn on_line_of(&mut self, place: usize, before: usize) -> Vec<Note> {
        let mut found = Vec::new();
        while let Some(comment) = self.next().filter(|comment| comment.start < before) {
            let between = &self.text[place.min(comment.start)..comment.start];
            if between.contains('\n') {
                break;
            }
            found.push(Note::new(self.text, comment));
            self.at += 1;
        }
        found
    }

    /// Whether the next one is the last thing of a list or a map that ends without a bracket.
    fn is_indented(&self, column: usize, outer: Option<usize>, limit: usize) -> bool {
        let is_deeper = outer.is_none_or(|outer| column > outer);
        is_deeper
            && self.next().is_some_and(|comment| {
                comment.start < limit
                    && is_alone(self.text, comment.start)
                    && self::column(self.text, comment.start) >= column
            })
    }

    /// Gives comments to what is in a list or a map that ends before a limit.
    fn collection(&mut self, collection: &mut Collection, outer: Option<usize>, limit: usize) {
        let starts: Vec<usize> = collection.items.iter().map(|item| item.start).collect();
        let (is_flow, end, column) = (collection.is_flow, collection.end, collection.column);
        for (at, item) in collection.items.iter_mut().enumerate() {
            item.above.extend(self.before(item.start));
            let last_end = if is_flow { end } else { limit };
            let next = starts.get(at + 1).copied().unwrap_or(last_end);
            let is_block = item.value.is_block();
            if let Some(key) = item.key.as_ref().filter(|_| is_block) {
                item.head = self.on_line_of(key.end, item.value.start);
            } else if is_block {
                if !item.value.properties.is_empty() {
                    item.head = self.on_line_of(item.start, item.value.start);
                }
                item.above.extend(self.before(item.value.start));
            } else {
                while let Some(comment) = self.next().filter(|comment| comment.start < item.value.start) {
                    match is_alone(self.text, comment.start) {
                        true => item.above.extend(self.before(comment.end)),
                        false => {
                            item.head.push(Note::new(self.text, comment));
                            self.at += 1;
                        }
                    }
                }
            }
            if let Body::Collection(inner) = &mut item.value.body {
                self.collection(inner, Some(column), next);
                if inner.items.is_empty() {
                    let texts = std::mem::take(&mut inner.tail).into_iter();
                    item.head.extend(texts.map(|remark| Note {
                        text: remark.text,
                        column: None,
                    }));
                }
            }
            if !is_block {
                item.behind = self.on_line_of(item.value.end.max(item.start), next);
            }
        }
        if is_flow {
            collection.tail = self.before(end);
            return;
        }
        while self.is_indented(column, outer, limit) {
            let until = self.next().map_or(0, |comment| comment.end);
            collection.tail.extend(self.before(until));
        }
    }
}

/// What stands before a place on its line.
fn line_before(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[start..at].trim_start_matches('\u{feff}')
}

/// The column of a place, from 0.
pub(super) fn column(text: &str, at: usize) -> usize {
    line_before(text, at).chars().count()
}

/// Whether nothing stands before a place on its line. Looks no further back than it has to: a line may be very long.
fn is_alone(text: &str, at: usize) -> bool {
    blank_before(text, at).is_some()
}

/// The text above the line of a place, where that begins the line.
fn blank_before(text: &str, at: usize) -> Option<&str> {
    let before = text[..at].trim_end_matches([' ', '\t']);
    match before.trim_start_matches('\u{feff}').is_empty() {
        true => Some(""),
        false => before.strip_suffix('\n'),
    }
}

/// Whether something begins its line, and the line above it is empty.
pub(super) fn is_after_blank(text: &str, at: usize) -> bool {
    let above = blank_before(text, at).map(|above| above.trim_end_matches([' ', '\t', '\r']));
    above.is_some_and(|above| above.ends_with('\n'))
}
