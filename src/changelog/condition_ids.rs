//! The changesets that conditions name: that the changelog has them.

use std::collections::{HashMap, HashSet};

use super::Changelog;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::document::{Node, has_placeholder};

/// Tells of conditions that name a changeset which the changelog does not have.
pub(super) fn check_ids(changelog: &mut Changelog, ids: &HashMap<String, Span>) {
    let replaced = changelog
        .changesets
        .iter()
        .filter_map(|changeset| changeset.replaces.as_ref());
    let replaced = replaced.flat_map(|replaced| replaced.ids.iter().map(|replaced| replaced.id.as_str()));
    let known: HashSet<&str> = replaced.chain(ids.keys().map(String::as_str)).collect();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut check = |id: &str, span: Span| {
        // What a parameter makes of it is known when it is put in.
        if known.contains(id) || has_placeholder(id) || found.iter().any(|told| told.labels[0].span == span) {
            return;
        }
        let diagnostic = Diagnostic::error("unknown-changeset", format!("there is no changeset `{id}`"));
        found.push(
            diagnostic
                .label(span, "")
                .did_you_mean(nearest(id, known.iter().copied())),
        );
    };
    for changeset in &changelog.changesets {
        let around = changeset.around.iter().map(|file| &file.conditions);
        for conditions in around.chain([&changeset.conditions]) {
            let nodes = conditions.only_if.iter().chain(&conditions.require);
            nodes.for_each(|node| visit_ids(node, &mut check));
        }
    }
    changelog.diagnostics.extend(found);
}

fn visit_ids(node: &Node, visit: &mut dyn FnMut(&str, Span)) {
    for entry in node.entries() {
        match &*entry.key {
            "changeset_applied" => {
                let id = entry.value.get("id").unwrap_or(&entry.value);
                if let Some(text) = id.scalar_text() {
                    visit(text, id.span);
                }
            }
            "query" => {}
            _ => visit_ids(&entry.value, visit),
        }
    }
    node.items().iter().for_each(|item| visit_ids(item, visit));
}
