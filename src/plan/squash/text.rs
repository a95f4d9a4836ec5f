//! A folded changeset as the text of its file.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Folded, Written};
use crate::changelog::{New, Replaced, manner, short, with_texts};
use crate::document::{escaped, write};
use crate::operation::Operation;

/// The ids that a folded changeset stands for.
pub fn stands_for(folded: &Folded) -> Vec<&str> {
    folded.originals.iter().map(|changeset| changeset.id.as_str()).collect()
}

/// The text of its file. What it names is named from where it stands.
pub fn file_of(folded: &Folded, id: &str, new: &New) -> String {
    let originals = &folded.originals;
    let inner = originals.iter().filter_map(|changeset| changeset.replaces.as_ref());
    let inner = inner.flat_map(Replaced::all_ids).map(|replaced| replaced.id.as_str());
    let ids: BTreeSet<&str> = stands_for(folded).into_iter().chain(inner).collect();
    let mut map = Map::new();
    map.insert("id".into(), json!(id));
    let authors: BTreeSet<&String> = originals
        .iter()
        .filter_map(|changeset| changeset.author.as_ref())
        .collect();
    if !authors.is_empty() {
        let authors: Vec<&str> = authors.into_iter().map(String::as_str).collect();
        map.insert("author".into(), json!(authors.join(", ")));
    }
    let (Some(first), Some(last)) = (originals.first(), originals.last()) else {
        return String::new();
    };
    let comment = format!("{} changesets in one: {} to {}.", originals.len(), first.id, last.id);
    map.insert("comment".into(), json!(comment));
    if let Some(contexts) = &first.contexts {
        map.insert("contexts".into(), json!(contexts.text()));
    }
    let mut list = |key: &str, items: Vec<&str>| {
        if !items.is_empty() {
            map.insert(key.into(), json!(items));
        }
    };
    list("labels", first.labels.iter().map(String::as_str).collect());
    list("dialects", first.dialects.iter().map(String::as_str).collect());
    let mut needed: Vec<&str> = Vec::new();
    for dependency in originals.iter().flat_map(|changeset| &changeset.depends_on) {
        if !ids.contains(dependency.id.as_str()) && !needed.contains(&dependency.id.as_str()) {
            needed.push(&dependency.id);
        }
    }
    list("depends_on", needed);
    list("replaces", stands_for(folded));
    map.insert("originals".into(), json!(new.written(&new.folder)));
    if !first.transaction {
        map.insert("transaction".into(), json!(false));
    }
    for (key, wait) in [
        ("lock_timeout", first.waits.lock),
        ("statement_timeout", first.waits.statement),
    ] {
        if let Some(wait) = wait {
            map.insert(key.into(), json!(wait.as_secs_f64()));
        }
    }
    let operations = folded.operations.iter().map(|written| operation(written, new));
    map.insert("operations".into(), operations.collect());
    if let Some(tag) = &last.tag {
        map.insert("tag".into(), json!(tag));
    }
    write(&Value::Object(map), &manner())
}

fn operation(written: &Written, new: &New) -> Value {
    let as_json = |operation: &Operation| serde_json::to_value(operation).expect("our own types are JSON");
    match written {
        Written::Made(operation) => short(with_texts(as_json(operation), &escaped)),
        Written::Kept(changeset, operation) => {
            let mut json = as_json(operation);
            for (file, path) in operation.files() {
                if let Some(named) = changeset.files.get(file) {
                    put(&mut json, operation.key(), &path, new.written(&named.path));
                }
            }
            let folder = changeset.file.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
            for (file, path) in operation.written_files() {
                let below = format!("{}{file}", folder.as_deref().unwrap_or_default());
                put(&mut json, operation.key(), &path, new.written(&below));
            }
            short(json)
        }
    }
}

/// Puts a text where a path of keys leads.
fn put(json: &mut Value, key: &str, path: &str, text: String) {
    let place = json.pointer_mut(&format!("/{key}/{path}"));
    if let Some(place) = place {
        *place = text.into();
    }
}
