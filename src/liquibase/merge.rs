//! The operations of a change on each dialect, written once: what is the same is said for all, a text or a type that differs
//! in a map by dialect, and what differs in more than that under `only`.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::node::{Body, from_json, list, text};
use super::types::written_type;
use crate::dialect::Dialect;
use crate::document::{Entry, Kind, Node};

/// Keys whose texts may be a map by dialect.
const BY_DIALECT: [&str; 5] = ["up", "down", "query", "body", "expression"];

/// What a database calls the present moment.
const NOW: [&str; 5] = [
    "now()",
    "current_timestamp",
    "current_timestamp()",
    "now(6)",
    "current_timestamp(6)",
];

/// The operations of one change, for the dialects that it is for.
pub(super) fn merged(each: Vec<(Dialect, Vec<Node>)>) -> Vec<Node> {
    said(each).into_iter().map(shortened).collect()
}

/// SQL that says nothing but itself is a text.
fn shortened(node: Node) -> Node {
    let Node { span, kind } = node;
    let kind = match kind {
        Kind::Map(entries) => Kind::Map(
            entries
                .into_iter()
                .map(|entry| {
                    let value = match (&*entry.key, entry.value.entries()) {
                        ("sql", [up]) if &*up.key == "up" && up.value.as_str().is_some() => up.value.clone(),
                        _ => shortened(entry.value),
                    };
                    Entry { value, ..entry }
                })
                .collect(),
        ),
        Kind::Seq(items) => Kind::Seq(items.into_iter().map(shortened).collect()),
        other => other,
    };
    Node { span, kind }
}

fn said(each: Vec<(Dialect, Vec<Node>)>) -> Vec<Node> {
    if each.iter().all(|(_, operations)| operations.is_empty()) {
        return Vec::new();
    }
    // As far as they are the same from the beginning, they are said for all.
    let mut same = Vec::new();
    let mut each = each;
    while each.iter().all(|(_, operations)| !operations.is_empty()) {
        let firsts = each
            .iter()
            .map(|(dialect, operations)| (*dialect, operations[..1].to_vec()));
        let Some(first) = in_step(&firsts.collect::<Vec<_>>()) else {
            break;
        };
        same.extend(first);
        each.iter_mut().for_each(|(_, operations)| drop(operations.remove(0)));
    }
    each.retain(|(_, operations)| !operations.is_empty());
    if each.is_empty() {
        return same;
    }
    let mut groups: Vec<Vec<(Dialect, Vec<Node>)>> = Vec::new();
    for (dialect, operations) in each {
        let fits = groups.iter_mut().find(|group| {
            let mut trial = (*group).clone();
            trial.push((dialect, operations.clone()));
            in_step(&trial).is_some()
        });
        match fits {
            Some(group) => group.push((dialect, operations)),
            None => groups.push(vec![(dialect, operations)]),
        }
    }
    let said = groups.into_iter().filter_map(|group| {
        let span = group.iter().find_map(|(_, operations)| operations.first())?.span;
        let dialects: Vec<Dialect> = group.iter().map(|(dialect, _)| *dialect).collect();
        let names = choice_of(&dialects).into_iter().map(|name| text(name, span)).collect();
        let only = Body::new(span)
            .with("dialects", list(names, span))
            .with("operations", list(in_step(&group)?, span));
        Some(only.operation("only"))
    });
    same.extend(said);
    same
}

/// The operations one by one, where they are as many on each dialect and each can be said for all.
fn in_step(each: &[(Dialect, Vec<Node>)]) -> Option<Vec<Node>> {
    let count = each.first()?.1.len();
    if each.iter().any(|(_, operations)| operations.len() != count) {
        return None;
    }
    let one = |at: usize| {
        let nodes: Vec<(Dialect, &Node)> = each.iter().map(|(dialect, all)| (*dialect, &all[at])).collect();
        one_of("", &nodes)
    };
    (0..count).map(one).collect()
}

/// One tree for all dialects, if there is one.
fn one_of(key: &str, nodes: &[(Dialect, &Node)]) -> Option<Node> {
    let (_, first) = nodes.first()?;
    let span = first.span;
    if key == "type"
        && let Some(natives) = natives(nodes)
    {
        return Some(from_json(&written_once(natives), span));
    }
    if nodes.iter().all(|(_, node)| is_same(node, first)) && !has_types(first) {
        return Some((*first).clone());
    }
    if is_now(nodes) {
        return Some(Body::new(span).with("fn", text("now", span)).node());
    }
    if let Some(sql) = literal_of_all(nodes) {
        return Some(Body::new(span).with("sql", text(sql, span)).node());
    }
    match &first.kind {
        Kind::Map(entries) => {
            let is_alike = nodes.iter().all(|(_, node)| {
                let own = node.entries();
                own.len() == entries.len() && own.iter().zip(entries).all(|(own, first)| own.key == first.key)
            });
            let below = entries.iter().enumerate().filter(|_| is_alike).map(|(at, entry)| {
                let values: Vec<(Dialect, &Node)> = nodes
                    .iter()
                    .map(|(dialect, node)| (*dialect, &node.entries()[at].value))
                    .collect();
                // What a condition asks may differ, as a value may not.
                let is_asked = &*entry.key == "sql" && entries.iter().any(|entry| &*entry.key == "equals");
                let key = if is_asked { "query" } else { &*entry.key };
                let value = one_of(key, &values)?;
                Some(Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value,
                })
            });
            let entries = below.collect::<Option<Vec<Entry>>>()?;
            is_alike.then_some(Node {
                span,
                kind: Kind::Map(entries),
            })
        }
        Kind::Seq(items) => {
            let is_alike = nodes.iter().all(|(_, node)| node.items().len() == items.len());
            let below = (0..items.len()).filter(|_| is_alike).map(|at| {
                let values: Vec<(Dialect, &Node)> = nodes
                    .iter()
                    .map(|(dialect, node)| (*dialect, &node.items()[at]))
                    .collect();
                one_of(key, &values)
            });
            let items = below.collect::<Option<Vec<Node>>>()?;
            is_alike.then(|| list(items, span))
        }
        Kind::Str(_) if BY_DIALECT.contains(&key) => {
            let texts = nodes
                .iter()
                .map(|(dialect, node)| Some((*dialect, node.as_str()?.to_string())));
            Some(by_dialect(&texts.collect::<Option<Vec<_>>>()?, first))
        }
        _ => None,
    }
}

/// Texts that differ, as a map: MariaDB has that of MySQL, unless it has its own.
fn by_dialect(texts: &[(Dialect, String)], at: &Node) -> Node {
    let of = |name: &str| {
        texts
            .iter()
            .find(|(dialect, _)| dialect.name() == name)
            .map(|(_, text)| text)
    };
    let mut body = Body::new(at.span);
    for (dialect, written) in texts {
        if dialect.name() == "mariadb" && of("mysql") == Some(written) {
            continue;
        }
        body.put(dialect.name(), text(written, at.span));
    }
    body.node()
}

thread_local! {
    /// Types as they are written, by what they are natively: the same few stand in all tables.
    static WRITTEN: RefCell<HashMap<Vec<(&'static str, String)>, Value>> = RefCell::default();
}

fn written_once(natives: Vec<(Dialect, String)>) -> Value {
    let key = natives
        .iter()
        .map(|(dialect, native)| (dialect.name(), native.clone()))
        .collect();
    WRITTEN
        .with_borrow_mut(|known: &mut HashMap<_, _>| known.entry(key).or_insert_with(|| written_type(&natives)).clone())
}

fn natives(nodes: &[(Dialect, &Node)]) -> Option<Vec<(Dialect, String)>> {
    let one = |(dialect, node): &(Dialect, &Node)| Some((*dialect, native(node)?.to_string()));
    nodes.iter().map(one).collect()
}

/// The text of `{native: …}`, which is how types are noted until they are written.
fn native(node: &Node) -> Option<&str> {
    match node.entries() {
        [only] if &*only.key == "native" => only.value.as_str(),
        _ => None,
    }
}

fn has_types(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(entries) => entries
            .iter()
            .any(|entry| native(&entry.value).is_some() || has_types(&entry.value)),
        Kind::Seq(items) => items.iter().any(has_types),
        _ => false,
    }
}

/// Whether each is the present moment in the words of its dialect.
fn is_now(nodes: &[(Dialect, &Node)]) -> bool {
    nodes.iter().all(|(_, node)| {
        let sql = node.get("sql").and_then(Node::as_str).unwrap_or_default();
        NOW.contains(&sql.to_ascii_lowercase().as_str()) || node.get("fn").and_then(Node::as_str) == Some("now")
    })
}

/// The literal of values that some dialects have as SQL, where it is the same on all.
fn literal_of_all(nodes: &[(Dialect, &Node)]) -> Option<String> {
    let sql = |node: &Node| match node.entries() {
        [only] if &*only.key == "sql" => only.value.as_str().map(str::to_string),
        _ => None,
    };
    if !nodes.iter().any(|(_, node)| sql(node).is_some()) {
        return None;
    }
    let literal = |(dialect, node): &(Dialect, &Node)| {
        let literals = &dialect.facts().literals;
        match &node.kind {
            Kind::Map(_) => sql(node),
            Kind::Str(text) => Some(dialect.string(text)),
            Kind::Bool(true, _) => Some(literals.true_.clone()),
            Kind::Bool(false, _) => Some(literals.false_.clone()),
            Kind::Int(_, raw) | Kind::Float(_, raw) => Some(raw.to_string()),
            Kind::Null(_) => Some("NULL".to_string()),
            Kind::Seq(_) => None,
        }
    };
    let mut all = nodes.iter().map(literal);
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Whether both mean the same, wherever they stand.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Map(one), Kind::Map(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.key == other.key && is_same(&one.value, &other.value))
        }
        (Kind::Seq(one), Kind::Seq(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (one, other) => one == other,
    }
}

/// Dialects as a list of choices: `mysql` includes `mariadb`.
pub(super) fn choice_of(dialects: &[Dialect]) -> Vec<String> {
    let has = |name: &str| dialects.iter().any(|dialect| dialect.name() == name);
    if dialects.is_empty() {
        // Nowhere is everything taken out.
        let parents = Dialect::all().filter(|dialect| dialect.lineage().count() == 1);
        return parents.map(|dialect| format!("!{}", dialect.name())).collect();
    }
    let mut names: Vec<String> = Vec::new();
    for dialect in Dialect::all() {
        let parent = dialect.lineage().nth(1);
        match (has(dialect.name()), parent.is_some_and(has)) {
            (true, false) => names.push(dialect.name().to_string()),
            (false, true) => names.push(format!("!{}", dialect.name())),
            _ => {}
        }
    }
    names
}

/// Whether the dialects are all there are.
pub(super) fn is_everywhere(dialects: &[Dialect]) -> bool {
    dialects.len() == Dialect::all().count()
}
