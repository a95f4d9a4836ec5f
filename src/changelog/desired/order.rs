//! The operations of a desired state in an order in which they can be made, wherever they are written.

use std::collections::{BTreeSet, HashMap};

use super::unfold::Unfolded;
use crate::document::Node;

/// What comes first: types before tables, tables before what points at them or reads them.
fn rank(key: &str) -> usize {
    match key {
        "create_schema" => 0,
        "create_extension" => 1,
        "create_enum" => 2,
        "create_domain" => 3,
        "create_sequence" => 4,
        "create_table" => 5,
        "create_unique_constraint" => 6,
        "create_index" => 7,
        "set_identity" => 8,
        "create_check_constraint" | "create_exclusion_constraint" => 8,
        "create_foreign_key" => 9,
        // Those that read each other.
        "create_function" | "create_procedure" | "create_view" | "create_materialized_view" => 10,
        "set_row_security" => 11,
        "create_trigger" | "create_policy" => 12,
        _ => 13,
    }
}

/// Puts operations in order; what stands in the same line keeps the order in which it is written, but that a thing comes
/// behind those that its texts name.
pub(super) fn in_order(mut all: Vec<Unfolded>) -> Vec<Unfolded> {
    all.sort_by_key(|unfolded| rank(unfolded.key));
    let mut sorted = Vec::with_capacity(all.len());
    let mut rest = all.into_iter().peekable();
    while let Some(first) = rest.peek() {
        let rank_of_first = rank(first.key);
        let mut group = Vec::new();
        while let Some(next) = rest.next_if(|next| rank(next.key) == rank_of_first) {
            group.push(next);
        }
        sorted.extend(match rank_of_first {
            3 | 5 | 10 => behind_what_they_name(group),
            _ => group,
        });
    }
    sorted
}

fn behind_what_they_name(group: Vec<Unfolded>) -> Vec<Unfolded> {
    let names: Vec<String> = group.iter().map(|unfolded| name_of(&unfolded.node)).collect();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, name) in names.iter().enumerate() {
        by_name.entry(name).or_default().push(at);
    }
    let needs: Vec<Vec<usize>> = group
        .iter()
        .enumerate()
        .map(|(at, unfolded)| {
            let words = words_of(unfolded);
            let mut found: Vec<usize> = words
                .iter()
                .filter_map(|word| by_name.get(word.as_str()))
                .flatten()
                .copied()
                .collect();
            found.retain(|other| *other != at);
            found.sort_unstable();
            found
        })
        .collect();
    let mut order = Vec::with_capacity(group.len());
    let mut seen = vec![false; group.len()];
    for at in 0..group.len() {
        visit(at, &needs, &mut seen, &mut order);
    }
    let mut group: Vec<Option<Unfolded>> = group.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| group[at].take()).collect()
}

fn visit(at: usize, needs: &[Vec<usize>], seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[at], true) {
        return;
    }
    for other in &needs[at] {
        visit(*other, needs, seen, order);
    }
    order.push(at);
}

/// The name of what an operation makes, in lower case.
fn name_of(node: &Node) -> String {
    let Some(body) = node.entries().first().map(|entry| &entry.value) else {
        return String::new();
    };
    let keys = ["table", "view", "function", "procedure", "name"];
    let named = keys.iter().find_map(|key| body.get(key));
    let name = named.and_then(|node| node.as_str().or_else(|| node.get("name")?.as_str()));
    name.unwrap_or_default().to_lowercase()
}

/// The words that can name another thing of the same kind.
fn words_of(unfolded: &Unfolded) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let Some(body) = unfolded.node.entries().first().map(|entry| &entry.value) else {
        return words;
    };
    let mut add = |node: &Node| {
        node.visit_strings(&mut |text, _| {
            let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
            words.extend(parts.filter(|part| !part.is_empty()).map(str::to_lowercase));
            // A name with blanks in it stands in quotes.
            words.extend(
                text.split(['"', '`'])
                    .filter(|part| part.contains(' '))
                    .map(str::to_lowercase),
            );
        });
    };
    match unfolded.key {
        // A table needs those that it inherits from.
        "create_table" => body
            .find("options/postgres")
            .get("inherits")
            .into_iter()
            .for_each(&mut add),
        "create_domain" => body.get("type").into_iter().for_each(&mut add),
        _ => {
            for entry in body.entries() {
                add(&entry.value);
            }
        }
    }
    words
}
