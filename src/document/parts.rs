//! A long list read in parts, by as many threads as there are processors: most of the time that a large changelog takes is
//! the reading of its text.

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use super::parse::Builder;
use super::{Kind, Node};
use crate::diagnostic::{SourceId, Span};

/// The least that is worth a thread, in bytes.
const PART: usize = 64 * 1024;

/// In how many parts a text is read.
pub(super) fn count_for(text: &str) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    processors.min(text.len() / PART)
}

/// The tree of a file that ends with a list under its last key, whose items are read in so many parts. `None` where the file
/// is another one, or where a part cannot be read by itself: it is read as a whole then, and what is wrong with it is told.
pub(super) fn in_parts(source: SourceId, text: &str, count: usize) -> Option<Node> {
    if count < 2 {
        return None;
    }
    let (head, parts) = split(text, count)?;
    let read = |range: Range<usize>| {
        let node = Builder::new(source, &text[range.clone()], range.start, 0).read().ok()?;
        // What refers to a name is left to whoever knows all of them.
        match node.kind {
            Kind::Seq(items) => Some(items),
            _ => None,
        }
    };
    let mut root = Builder::new(source, &text[head], 0, 0).read().ok()?;
    let read: Vec<Option<Vec<Node>>> = thread::scope(|scope| {
        let (first, others) = parts.split_first()?;
        let threads: Vec<_> = others.iter().map(|range| scope.spawn(|| read(range.clone()))).collect();
        let mut all = vec![read(first.clone())];
        all.extend(threads.into_iter().map(|thread| thread.join().ok().flatten()));
        Some(all)
    })?;
    let items: Vec<Node> = read
        .into_iter()
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    let start = parts.first()?.start;
    let end = text.trim_end().len();
    let Kind::Map(entries) = &mut root.kind else {
        return None;
    };
    let list = entries
        .last_mut()
        .filter(|entry| matches!(entry.value.kind, Kind::Null(_)))?;
    // The list begins with its first dash.
    let start = start + text[start..].find('-')?;
    let end = items.last().map_or(end, |last| last.span.end as usize);
    list.value = Node {
        span: Span::new(source, start, end),
        kind: Kind::Seq(items),
    };
    root.span = Span::new(source, root.span.start as usize, end);
    Some(root)
}

/// What stands before the list, and stretches of its items. Where no line of it stands further left than its dashes, and the
/// first line behind the key is a dash, each line that begins with a dash at that place is an item: what goes over several
/// lines is further to the right.
fn split(text: &str, count: usize) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let mut starts = Vec::new();
    let mut indentation = None;
    let mut at = 0;
    // The line before the list ends with the colon of its key.
    let mut key = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let content = bare.trim_start_matches(' ');
        let depth = bare.len() - content.len();
        let is_empty = content.is_empty() || content.starts_with('#');
        match indentation {
            None if is_empty => {}
            None if key && content.starts_with("- ") => {
                indentation = Some(depth);
                starts.push(at);
            }
            None => key = depth == 0 && content.ends_with(':') && !content.starts_with("- "),
            Some(_) if is_empty => {}
            Some(list) if depth < list => return None,
            Some(list) if depth == list && content.starts_with("- ") => starts.push(at),
            Some(list) if depth == list => return None,
            Some(_) => {}
        }
        at += line.len();
    }
    let first = *starts.first()?;
    let size = (text.len() - first).div_ceil(count);
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut from = first;
    for start in starts.into_iter().skip(1) {
        if start - from >= size {
            parts.push(from..start);
            from = start;
        }
    }
    parts.push(from..text.len());
    (parts.len() > 1).then_some((0..first, parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    /// The trees of a text, as a whole and in parts.
    fn both(text: &str) -> (Option<Node>, Option<Node>) {
        let mut sources = Sources::default();
        let source = sources.add("a.yaml", text);
        let whole = Builder::new(source, text, 0, 1000).read().ok();
        (whole, in_parts(source, text, 3))
    }

    #[test]
    fn parts_make_the_same_tree() {
        let texts = [
            "params: {a: 1}\nchangesets:\n  - id: a # one\n    text: |\n      - no item\n\n    # nothing\n  - id: b\n    list:\n    - x\n    - y\n  - include: c\n",
            "changesets:\n- id: a\n  text: \"one\n    - two\"\n- id: b\n- id: ä\n  flow: {a: [1,\n    2], b: - }\n",
            "changesets:\n\n  # before\n  - id: a\n  - id: b\n# at the left\n  - id: c\n\n",
        ];
        for text in texts {
            let (whole, parts) = both(text);
            assert_eq!(parts, whole, "{text}");
            assert!(parts.is_some() || whole.is_none(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_in_parts_is_left() {
        let texts = [
            "changesets:\n  - id: a\n  - id: b\nmore: 1\n",
            "changesets:\n  - &one id: a\n    b: &two x\n  - id: *two\n",
            "changesets:\n  - id: a\n  - id: [b\n",
            "changesets:\n  - id: a\n  - id: b\n---\nmore: 1\n",
            "- id: a\n- id: b\n- id: c\n",
            "text: |\n  key:\n  - id: a\n  - id: b\n",
        ];
        for text in texts {
            assert_eq!(both(text).1, None, "{text}");
        }
    }
}
