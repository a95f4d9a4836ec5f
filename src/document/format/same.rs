//! Whether two documents mean the same.

use std::collections::HashMap;

use super::json::json_number;
use crate::diagnostic::Span;
use crate::document::{Entry, Kind, Node};

/// Whether two trees hold the same values under the same keys, whatever the order of the keys. A number is the same where
/// it has the same digits, `1.10` is not `1.1`.
pub fn same(left: &Node, right: &Node) -> bool {
    first_difference(left, right).is_none()
}

/// The first place of a tree at which another one is not the [`same`].
pub(super) fn first_difference(left: &Node, right: &Node) -> Option<Span> {
    let is_same = match (&left.kind, &right.kind) {
        (Kind::Null(_), Kind::Null(_)) => true,
        (Kind::Bool(left, _), Kind::Bool(right, _)) => left == right,
        (Kind::Int(_, left), Kind::Int(_, right)) | (Kind::Float(_, left), Kind::Float(_, right)) => {
            left == right || json_number(left) == json_number(right)
        }
        (Kind::Str(left), Kind::Str(right)) => left == right,
        (Kind::Seq(items), Kind::Seq(others)) => {
            let mut pairs = items.iter().zip(others);
            if let Some(found) = pairs.find_map(|(item, other)| first_difference(item, other)) {
                return Some(found);
            }
            if let Some(more) = items.get(others.len()) {
                return Some(more.span);
            }
            items.len() == others.len()
        }
        (Kind::Map(entries), Kind::Map(others)) => {
            let others_by_key: HashMap<&str, &Node> = others.iter().map(|entry| (&*entry.key, &entry.value)).collect();
            let differs = |entry: &Entry| match others_by_key.get(&*entry.key) {
                Some(other) => first_difference(&entry.value, other),
                None => Some(entry.key_span),
            };
            if let Some(found) = entries.iter().find_map(differs) {
                return Some(found);
            }
            entries.len() == others.len()
        }
        _ => false,
    };
    (!is_same).then_some(left.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::document::{Limits, parse};

    #[test]
    fn the_first_difference_is_found_where_it_stands() {
        let left = "a: 1.10\nb: [x, { c: d }, y]\nf: {}\n";
        let at = |right: &str| {
            let mut sources = Sources::default();
            let (one, other) = (sources.add("", left), sources.add("", right));
            let read = |source| parse(source, &sources, Limits::default()).unwrap();
            let found = first_difference(&read(one), &read(other));
            found.map(|span| &left[span.start as usize..span.end as usize])
        };
        assert_eq!(at("f: {}\nb: [x, { c: d }, y]\na: 1.10\n"), None);
        assert_eq!(at("a: 1.1\nb: [x, { c: d }, y]\nf: {}\n"), Some("1.10"));
        assert_eq!(at("a: 1.10\nb: [x, { c: e }, y]\nf: {}\n"), Some("d"));
        assert_eq!(at("a: 1.10\nb: [x, { e: d }, y]\nf: {}\n"), Some("c"));
        assert_eq!(at("a: 1.10\nb: [x, { c: d }]\nf: {}\n"), Some("y"));
        assert_eq!(at("a: 1.10\nb: [x, { c: d }, y, z]\nf: {}\n"), Some("[x, { c: d }, y]"));
        assert_eq!(at("a: 1.10\nb: [x, { c: d }, y]\nf: {}\ng: 1\n"), Some(left.trim_end()));
        assert_eq!(at("a: 1.10\nb: [x, { c: d }, y]\nf:\n"), Some("{}"));
    }
}
