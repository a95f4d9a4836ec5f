//! What a changeset does: its operations and its reverse, read from their trees. It takes most of the time that is left
//! once a file is a tree, and no changeset needs another one for it: a long list is read by all processors.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread;

use super::checksum::checksum;
use super::format::Irreversible;
use super::{OperationNode, Reverse};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::{holes, mark_of_holes};
use crate::document::{self, Entry, Kind, Node, placeholders};
use crate::operation::{NamedFile, Operation};

/// The least number of changesets that is worth a thread.
const FEW: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Body {
    pub operations: Vec<OperationNode>,
    pub reverse: Option<Reverse>,
    /// Where the operations name no file, whose content counts.
    pub checksum: Option<String>,
    pub reverse_checksum: Option<String>,
    /// The names of parameters in it.
    pub used: BTreeSet<String>,
    pub problems: Vec<Diagnostic>,
}

/// The bodies of changesets, each taken out of its tree; `broken` are mistakes that are told already.
pub(super) fn read_bodies(items: Vec<Node>, broken: &[Span]) -> Vec<(Node, Body)> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let count = processors.min(items.len() / FEW);
    if count < 2 {
        return items.into_iter().map(|item| read_body(item, broken)).collect();
    }
    let size = items.len().div_ceil(count);
    let mut rest = items.into_iter();
    let mut all = Vec::new();
    thread::scope(|scope| {
        let first: Vec<Node> = rest.by_ref().take(size).collect();
        let mut threads = Vec::new();
        loop {
            let part: Vec<Node> = rest.by_ref().take(size).collect();
            if part.is_empty() {
                break;
            }
            let read = move || part.into_iter().map(|item| read_body(item, broken)).collect::<Vec<_>>();
            threads.push(scope.spawn(read));
        }
        all.extend(first.into_iter().map(|item| read_body(item, broken)));
        for thread in threads {
            match thread.join() {
                Ok(part) => all.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all
}

/// A changeset without its body, and the body.
pub(super) fn read_body(mut item: Node, broken: &[Span]) -> (Node, Body) {
    let mut body = Body::default();
    let Kind::Map(entries) = &mut item.kind else {
        return (item, body);
    };
    for Entry { key, value, .. } in entries.extract_if(.., |entry| matches!(&*entry.key, "operations" | "reverse")) {
        match (&*key, value.kind) {
            ("operations", Kind::Seq(items)) => {
                body.operations = items.into_iter().map(|node| body.operation(node, broken)).collect();
            }
            ("reverse", Kind::Seq(items)) => {
                let nodes = items.into_iter().map(|node| body.operation(node, broken)).collect();
                body.reverse = Some(Reverse::Operations(nodes));
            }
            ("reverse", kind @ Kind::Map(_)) => {
                let node = Node { span: value.span, kind };
                if let Ok(found) = document::decode::<Irreversible>(&node) {
                    body.reverse = Some(Reverse::Irreversible(found.irreversible));
                }
            }
            _ => {}
        }
    }
    let names_files = |nodes: &[OperationNode]| {
        nodes.iter().any(|node| {
            node.operation
                .as_ref()
                .is_some_and(|operation| !operation.files().is_empty())
        })
    };
    if !names_files(&body.operations) {
        body.checksum = Some(checksum_of(&body.operations, &BTreeMap::new()));
    }
    body.reverse_checksum = match &body.reverse {
        Some(Reverse::Operations(nodes)) => Some(checksum_of(nodes, &BTreeMap::new())),
        Some(Reverse::Irreversible(why)) => Some(format!("1:{}", super::sha256_hex(why.as_bytes()))),
        None => None,
    };
    (item, body)
}

impl Body {
    fn operation(&mut self, node: Node, broken: &[Span]) -> OperationNode {
        let operation = match document::decode::<Operation>(&node) {
            Ok(operation) if !is_broken(broken, node.span) => Some(operation),
            Ok(_) => None,
            Err(error) => {
                if !is_broken(broken, node.span) {
                    let span = error.span.unwrap_or(node.span);
                    self.problems
                        .push(Diagnostic::error("invalid-value", error.message).label(span, ""));
                }
                None
            }
        };
        if let Some((c, span)) = mark_in(&node) {
            let message = format!(
                "a text holds the control character U+{:04X}, which marks the places of secrets",
                u32::from(c)
            );
            self.problems
                .push(Diagnostic::error("control-character", message).label(span, ""));
        }
        let mut has_parameters = false;
        node.visit_strings(&mut |text, _| {
            for found in placeholders(text) {
                has_parameters = true;
                if !found.literal && !self.used.contains(found.name) {
                    self.used.insert(found.name.to_string());
                }
            }
        });
        OperationNode {
            node,
            operation,
            has_parameters,
        }
    }
}

/// The checksum of operations, with the content of those of the files that they name themselves.
pub(super) fn checksum_of(operations: &[OperationNode], files: &BTreeMap<String, NamedFile>) -> String {
    let typed: Vec<&Operation> = operations.iter().filter_map(|node| node.operation.as_ref()).collect();
    let own: BTreeSet<&str> = match files.is_empty() {
        true => BTreeSet::new(),
        false => typed
            .iter()
            .flat_map(|operation| operation.files())
            .map(|(file, _)| file)
            .collect(),
    };
    let named = files.iter().filter(|(name, _)| own.contains(name.as_str()));
    let named = named.map(|(name, file)| (name.clone(), file.clone())).collect();
    checksum(&typed, &named)
}

/// Whether a mistake lies within a span; the mistakes are in the order of their starts.
pub(super) fn is_broken(broken: &[Span], span: Span) -> bool {
    let from = broken.partition_point(|at| at.start < span.start);
    let mut within = broken[from..].iter().take_while(|at| at.start <= span.end);
    within.any(|at| at.end <= span.end)
}

/// A character in a key or a text below a node that only the places of secrets are made of.
fn mark_in(node: &Node) -> Option<(char, Span)> {
    match &node.kind {
        Kind::Str(text) => mark_in_text(text).map(|c| (c, node.span)),
        Kind::Seq(items) => items.iter().find_map(mark_in),
        Kind::Map(entries) => entries.iter().find_map(|entry| {
            let key = mark_in_text(&entry.key).map(|c| (c, entry.key_span));
            key.or_else(|| mark_in(&entry.value))
        }),
        Kind::Null(_) | Kind::Bool(..) | Kind::Int(..) | Kind::Float(..) => None,
    }
}

/// The mark in a text that is a place of a secret, or may become one once its parameters are put in. Alone it is a
/// character like any other.
fn mark_in_text(text: &str) -> Option<char> {
    let mark = mark_of_holes(text)?;
    let is_place = !holes(text).is_empty() || !placeholders(text).is_empty();
    is_place.then_some(mark)
}
