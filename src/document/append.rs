//! One item more for a list of a file, the rest of which stays as it is written, comments and all.

use super::{Kind, Limits, Node, line_break, parse, same};
use crate::diagnostic::Sources;

/// A text with an item behind the last one of the list under a key of its map; `None` where the list is not written line
/// by line, or the text would not mean the same and the item.
pub fn append_item(text: &str, key: &str, item: &str) -> Option<String> {
    let before = read(text)?;
    let list = before.get(key)?;
    let added = match list.items().last() {
        // `key: []`
        None => {
            let (start, end) = (list.span.start as usize, list.span.end as usize);
            let head = text[..start].trim_end_matches(' ');
            format!("{head}\n  - {item}{}", &text[end..])
        }
        Some(last) => {
            let start = text[..last.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
            let dash = text[start..last.span.start as usize].find('-')?;
            let indentation = &text[start..start + dash];
            let from = end_of(last, text);
            let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
            let head = text[..end].trim_end_matches('\r');
            format!("{head}{}{indentation}- {item}{}", line_break(text), &text[head.len()..])
        }
    };
    let added = match added.ends_with('\n') {
        true => added,
        false => added + line_break(text),
    };
    is_more(&before, &read(&added)?, key, &read(item)?).then_some(added)
}

/// Where a value ends: the span of one that is written line by line reaches over the comments below it.
fn end_of(node: &Node, text: &str) -> usize {
    let is_flow = text[node.span.start as usize..].starts_with(['{', '[']);
    let last = match &node.kind {
        Kind::Seq(items) if !is_flow => items.last(),
        Kind::Map(entries) if !is_flow => entries.last().map(|entry| &entry.value),
        _ => None,
    };
    // That of a block reaches to what comes next.
    let end = text[..node.span.end as usize].trim_end().len();
    last.map_or(end, |last| end_of(last, text))
}

fn read(text: &str) -> Option<Node> {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    parse(source, &sources, Limits::default()).ok()
}

/// Whether a map is another one with one item more in a list.
fn is_more(before: &Node, after: &Node, key: &str, item: &Node) -> bool {
    let mut wanted = before.clone();
    if let Kind::Map(entries) = &mut wanted.kind {
        for entry in entries.iter_mut().filter(|entry| &*entry.key == key) {
            if let Kind::Seq(items) = &mut entry.value.kind {
                items.push(item.clone());
            }
        }
    }
    same(&wanted, after)
}

#[cfg(test)]
mod tests {
    use super::append_item;

    #[test]
    fn the_rest_stays_as_it_is() {
        let add = |text: &str| append_item(text, "changesets", "include: b.yaml");
        let text = "# all\nchangesets:\n- include: a.yaml  # one\n\n# the end\n";
        let wanted = "# all\nchangesets:\n- include: a.yaml  # one\n- include: b.yaml\n\n# the end\n";
        assert_eq!(add(text).as_deref(), Some(wanted));
        let nested = "changesets:\n    - id: a\n      operations:\n        - sql: |\n            x\nparams: {}";
        let wanted = "changesets:\n    - id: a\n      operations:\n        - sql: |\n            x\n    - include: b.yaml\nparams: {}\n";
        assert_eq!(add(nested).as_deref(), Some(wanted));
        assert_eq!(
            add("changesets: []\n").as_deref(),
            Some("changesets:\n  - include: b.yaml\n")
        );
        let windows = "changesets:\r\n  - include: a.yaml\r\n";
        assert_eq!(add(windows), Some(format!("{windows}  - include: b.yaml\r\n")));
        for text in [
            "changesets: [{ include: a.yaml }]\n",
            "{\"changesets\": []}",
            "operations: []\n",
            "a: [",
        ] {
            assert_eq!(add(text), None, "{text}");
        }
    }
}
