//! One item more for a list of a file, the rest of which stays as it is written, comments and all.

use super::format::comments;
use super::{Kind, Limits, Node, line_break, parse, same};
use crate::diagnostic::Sources;

/// A text with an item behind the last one of the list under a key of its map; why not, where the list is not written line by
/// line, or the text would not mean the same and the item.
pub fn append_item(text: &str, key: &str, item: &str) -> Result<String, String> {
    let before = read(text).ok_or("it has mistakes of syntax")?;
    let list = before.get(key).filter(|list| matches!(list.kind, Kind::Seq(_)));
    let list = list.ok_or_else(|| format!("it has no list under `{key}`"))?;
    if is_flow(&before, text) || (is_flow(list, text) && !list.items().is_empty()) {
        return Err(format!("its `{key}` stand in brackets, and not line by line"));
    }
    let added = match list.items().last() {
        None => behind_nothing(list, text, item),
        Some(last) => behind(last, text, item),
    };
    let added = added.map(|added| match added.ends_with('\n') {
        true => added,
        false => added + line_break(text),
    });
    let is_sound = |added: &String| {
        let (after, item) = (read(added)?, read(item)?);
        Some(is_more(&before, &after, key, &item) && remarks(text) == remarks(added))
    };
    let sound = added.filter(|added| is_sound(added).unwrap_or(false));
    sound.ok_or_else(|| format!("its `{key}` are written in a way that cannot be added to"))
}

/// A text with an item in the place of `[]`, below the comments that stood in it.
fn behind_nothing(list: &Node, text: &str, item: &str) -> Option<String> {
    let (start, end) = (list.span.start as usize, list.span.end as usize);
    let line = format!("{}  ", line_break(text));
    let inside = comments(text)
        .into_iter()
        .filter(|comment| (start..end).contains(&comment.start));
    let kept: String = inside.map(|comment| format!("{line}{}", &text[comment])).collect();
    Some(format!(
        "{}{kept}{line}- {item}{}",
        text[..start].trim_end(),
        &text[end..]
    ))
}

/// A text with an item below the last one of a list.
fn behind(last: &Node, text: &str, item: &str) -> Option<String> {
    let start = text[..last.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let dash = text[start..last.span.start as usize].find('-')?;
    let indentation = &text[start..start + dash];
    let from = end_of(last, text);
    let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
    let head = text[..end].trim_end_matches('\r');
    Some(format!(
        "{head}{}{indentation}- {item}{}",
        line_break(text),
        &text[head.len()..]
    ))
}

fn is_flow(node: &Node, text: &str) -> bool {
    text[node.span.start as usize..].starts_with(['{', '['])
}

/// The comments of a text, in whatever order.
fn remarks(text: &str) -> Vec<&str> {
    let mut remarks: Vec<&str> = comments(text).into_iter().map(|comment| &text[comment]).collect();
    remarks.sort_unstable();
    remarks
}

/// Where a value ends: the span of one that is written line by line reaches over the comments below it.
fn end_of(node: &Node, text: &str) -> usize {
    let is_flow = is_flow(node, text);
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
        assert_eq!(add(text).as_deref(), Ok(wanted));
        let nested = "changesets:\n    - id: a\n      operations:\n        - sql: |\n            x\nparams: {}";
        let wanted = "changesets:\n    - id: a\n      operations:\n        - sql: |\n            x\n    - include: b.yaml\nparams: {}\n";
        assert_eq!(add(nested).as_deref(), Ok(wanted));
        assert_eq!(
            add("changesets: []\n").as_deref(),
            Ok("changesets:\n  - include: b.yaml\n")
        );
        let remarked = "# all\nchangesets: [ # one\n  # two\n]   # three\n# the end\n";
        let wanted = "# all\nchangesets:\n  # one\n  # two\n  - include: b.yaml   # three\n# the end\n";
        assert_eq!(add(remarked).as_deref(), Ok(wanted));
        let below = "changesets: # one\r\n  []\r\n";
        let wanted = "changesets: # one\r\n  - include: b.yaml\r\n";
        assert_eq!(add(below).as_deref(), Ok(wanted));
        let windows = "changesets:\r\n  - include: a.yaml\r\n";
        assert_eq!(add(windows), Ok(format!("{windows}  - include: b.yaml\r\n")));
        for (text, why) in [
            ("changesets: [{ include: a.yaml }]\n", "in brackets"),
            ("{\"changesets\": []}", "in brackets"),
            ("operations: []\n", "no list under `changesets`"),
            ("changesets:\n", "no list under `changesets`"),
            ("a: &a []\nchangesets: *a\n", "in a way"),
            ("a: [", "mistakes"),
        ] {
            let told = add(text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
