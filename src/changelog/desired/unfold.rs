//! A file of the desired state as operations: each thing of a list is one, and a table is one with those of all that it
//! holds. Every part keeps the place that it is written at.

use crate::document::{Entry, Kind, Node};

/// The lists of a file, in the order in which they can be made, and the operation of their items.
pub(super) const LISTS: [(&str, &str); 15] = [
    ("schemas", "create_schema"),
    ("extensions", "create_extension"),
    ("enums", "create_enum"),
    ("domains", "create_domain"),
    ("sequences", "create_sequence"),
    ("tables", "create_table"),
    ("indexes", "create_index"),
    ("functions", "create_function"),
    ("procedures", "create_procedure"),
    ("views", "create_view"),
    ("materialized_views", "create_materialized_view"),
    ("triggers", "create_trigger"),
    ("policies", "create_policy"),
    ("grants", "grant"),
    ("revokes", "revoke"),
];

/// What stands inside a table, and its operation.
pub(super) const INSIDE: [(&str, &str); 8] = [
    ("uniques", "create_unique_constraint"),
    ("checks", "create_check_constraint"),
    ("exclusions", "create_exclusion_constraint"),
    ("indexes", "create_index"),
    ("foreign_keys", "create_foreign_key"),
    ("triggers", "create_trigger"),
    ("policies", "create_policy"),
    ("row_security", "set_row_security"),
];

/// An operation as a tree.
pub(super) struct Unfolded {
    pub key: &'static str,
    pub node: Node,
}

/// The operations of an item of a list.
pub(super) fn unfolded(key: &'static str, item: Node, into: &mut Vec<Unfolded>) {
    match key {
        "create_table" => table(item, into),
        "create_extension" => extension(item, into),
        _ => into.push(operation(key, item)),
    }
}

fn operation(key: &'static str, body: Node) -> Unfolded {
    let span = body.span;
    let entry = Entry {
        key: key.into(),
        key_span: span,
        value: body,
    };
    Unfolded {
        key,
        node: Node {
            span,
            kind: Kind::Map(vec![entry]),
        },
    }
}

/// An extension, whose comment is set by itself.
fn extension(mut item: Node, into: &mut Vec<Unfolded>) {
    let Kind::Map(entries) = &mut item.kind else {
        return into.push(operation("create_extension", item));
    };
    let comment = entries
        .iter()
        .position(|entry| &*entry.key == "comment")
        .map(|at| entries.remove(at));
    let name = entries.iter().find(|entry| &*entry.key == "extension").cloned();
    let span = item.span;
    into.push(operation("create_extension", item));
    if let (Some(comment), Some(name)) = (comment, name) {
        let on = Entry {
            key: "on".into(),
            key_span: name.key_span,
            value: Node {
                span,
                kind: Kind::Map(vec![name]),
            },
        };
        let kind = Kind::Map(vec![on, comment]);
        into.push(operation("set_comment", Node { span, kind }));
    }
}

fn table(mut item: Node, into: &mut Vec<Unfolded>) {
    let name = item.entry("table").cloned();
    let Kind::Map(entries) = &mut item.kind else {
        return into.push(operation("create_table", item));
    };
    let mut after = Vec::new();
    entries.retain(|entry| &*entry.key != "renamed_from");
    after.extend(identity_by_index(entries).map(|body| ("set_identity", body)));
    for entry in entries.iter_mut().filter(|entry| &*entry.key == "columns") {
        let Kind::Seq(columns) = &mut entry.value.kind else {
            continue;
        };
        for column in columns {
            after.extend(reference_of(column).map(|body| ("create_foreign_key", body)));
        }
    }
    for (key, operation) in INSIDE {
        let is_plain = |item: &Node| {
            let names = item.entries().iter().map(|entry| &*entry.key);
            matches!(operation, "create_unique_constraint" | "create_check_constraint")
                && names
                    .into_iter()
                    .all(|key| matches!(key, "name" | "columns" | "expression"))
        };
        for entry in entries.extract_if(.., |entry| &*entry.key == key).collect::<Vec<_>>() {
            match entry.value.kind {
                Kind::Seq(items) => {
                    let (plain, more): (Vec<Node>, Vec<Node>) = items.into_iter().partition(is_plain);
                    after.extend(more.into_iter().map(|item| (operation, item)));
                    if !plain.is_empty() {
                        let value = Node {
                            span: entry.value.span,
                            kind: Kind::Seq(plain),
                        };
                        entries.push(Entry { value, ..entry });
                    }
                }
                kind @ Kind::Map(_) if operation == "set_row_security" => {
                    let span = entry.value.span;
                    after.push((operation, Node { span, kind }));
                }
                // What is wrong with it was told.
                _ => {}
            }
        }
    }
    into.push(self::operation("create_table", item));
    for (key, mut body) in after {
        if let (Kind::Map(entries), Some(name)) = (&mut body.kind, &name) {
            entries.insert(0, name.clone());
        }
        into.push(operation(key, body));
    }
}

/// The numbers of a column that an index alone begins with, taken out of it: MySQL and MariaDB number rows by what is there
/// already.
fn identity_by_index(entries: &mut [Entry]) -> Option<Node> {
    let item = |key: &str| {
        entries
            .iter()
            .find(|entry| &*entry.key == key)
            .map(|entry| &entry.value)
    };
    let begins = |node: &Node| {
        let first = node.get("columns")?.items().first()?;
        first
            .as_str()
            .or_else(|| first.get("column")?.as_str())
            .map(str::to_string)
    };
    let all = |key: &str| item(key).map(Node::items).unwrap_or_default();
    let by_index: Vec<String> = all("indexes").iter().filter_map(begins).collect();
    let by_key: Vec<String> = all("uniques")
        .iter()
        .chain(item("primary_key"))
        .filter_map(begins)
        .collect();
    let is_said = |column: &Node, key: &str| {
        column
            .get(key)
            .is_some_and(|node| !matches!(node.kind, Kind::Bool(false, _)))
    };
    let columns = entries.iter_mut().find(|entry| &*entry.key == "columns")?;
    let Kind::Seq(columns) = &mut columns.value.kind else {
        return None;
    };
    let column = columns.iter_mut().find(|column| {
        let name = column.get("name").and_then(Node::as_str);
        name.is_some_and(|name| by_index.iter().any(|first| first == name) && !by_key.iter().any(|first| first == name))
            && is_said(column, "identity")
            && !is_said(column, "primary_key")
            && !is_said(column, "unique")
    })?;
    let span = column.span;
    let mut name = column.entry("name")?.clone();
    let Kind::Map(entries) = &mut column.kind else {
        return None;
    };
    let at = entries.iter().position(|entry| &*entry.key == "identity")?;
    let identity = entries.remove(at);
    entries.retain(|entry| &*entry.key != "nullable");
    entries.push(Entry {
        key: "nullable".into(),
        key_span: identity.key_span,
        value: Node {
            span: identity.value.span,
            kind: Kind::Bool(false, "false".into()),
        },
    });
    name.key = "column".into();
    Some(Node {
        span,
        kind: Kind::Map(vec![name, identity]),
    })
}

/// The foreign key that is said at a column, taken out of it; and the name that the column had.
fn reference_of(column: &mut Node) -> Option<Node> {
    let (span, name) = (column.span, column.get("name")?.clone());
    let Kind::Map(entries) = &mut column.kind else {
        return None;
    };
    entries.retain(|entry| &*entry.key != "renamed_from");
    let at = entries.iter().position(|entry| &*entry.key == "references")?;
    let references = entries.remove(at);
    let columns = Entry {
        key: "columns".into(),
        key_span: references.key_span,
        value: Node {
            span: name.span,
            kind: Kind::Seq(vec![name]),
        },
    };
    Some(Node {
        span,
        kind: Kind::Map(vec![columns, references]),
    })
}
