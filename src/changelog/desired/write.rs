//! Operations that make a schema, written as its desired state.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::super::manner::manner;
use super::super::short_form::{short, with_texts};
use super::format::desired_schema;
use super::unfold::{INSIDE, LISTS};
use crate::document::{Manner, escaped};
use crate::operation::Operation;

static SCHEMA: LazyLock<Value> = LazyLock::new(desired_schema);

/// The form of files of the desired state.
pub fn desired_manner() -> Manner<'static> {
    Manner {
        schema: &SCHEMA,
        spread_maps: &[
            &[],
            &["tables", "*"],
            &["functions", "*"],
            &["procedures", "*"],
            &["triggers", "*"],
        ],
        spread_lists: &[
            &["tables"],
            &["views"],
            &["materialized_views"],
            &["functions"],
            &["procedures"],
        ],
        apart: &[&["tables"], &["functions"], &["procedures"]],
        ..manner()
    }
}

/// A schema as its file says it; `dialect` where it is for one alone.
pub fn desired_of(operations: &[Operation], dialect: Option<&str>) -> Value {
    let mut lists: Vec<(&str, Vec<Value>)> = LISTS.iter().map(|(list, _)| (*list, Vec::new())).collect();
    for operation in operations {
        let json = serde_json::to_value(operation).expect("our own types are JSON");
        let Some(body) = json.get(operation.key()).cloned() else {
            continue;
        };
        if !put_inside(operation.key(), &body, &mut lists) {
            let list = LISTS.iter().position(|(_, key)| *key == operation.key());
            if let Some(at) = list {
                lists[at].1.push(body);
            } else {
                amend(operation.key(), &body, &mut lists);
            }
        }
    }
    let mut map = Map::new();
    if let Some(dialect) = dialect {
        map.insert("dialect".into(), json!(dialect));
    }
    for (list, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        map.insert(list.into(), items.into());
    }
    short(with_texts(map.into(), &escaped))
}

/// Puts what stands on a table inside it.
fn put_inside(key: &str, body: &Value, lists: &mut [(&str, Vec<Value>)]) -> bool {
    let Some((inside, _)) = INSIDE.iter().find(|(_, operation)| *operation == key) else {
        return false;
    };
    let Some(Value::Object(table)) = table_of(body, lists) else {
        return false;
    };
    let mut own = body.as_object().cloned().unwrap_or_default();
    own.remove("table");
    if key == "set_row_security" {
        table.insert((*inside).into(), own.into());
        return true;
    }
    if key == "create_foreign_key" && put_at_column(&own, table) {
        return true;
    }
    let list = table.entry(*inside).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(own.into());
    }
    true
}

/// A foreign key of one column stands at that, where it says nothing that cannot be said there.
fn put_at_column(own: &Map<String, Value>, table: &mut Map<String, Value>) -> bool {
    let columns = own.get("columns").and_then(Value::as_array);
    let (Some([name]), Some(references), 2) = (columns.map(Vec::as_slice), own.get("references"), own.len()) else {
        return false;
    };
    let all = table.get_mut("columns").and_then(Value::as_array_mut);
    let mut all = all.into_iter().flatten();
    let column = all.find(|column| column.get("name") == Some(name));
    match column.and_then(Value::as_object_mut) {
        Some(column) if !column.contains_key("references") => {
            column.insert("references".into(), references.clone());
            true
        }
        _ => false,
    }
}

/// The table that an operation is about.
fn table_of<'l>(body: &Value, lists: &'l mut [(&str, Vec<Value>)]) -> Option<&'l mut Value> {
    let name = body.get("table")?;
    let (_, tables) = lists.iter_mut().find(|(list, _)| *list == "tables")?;
    tables.iter_mut().rev().find(|table| table.get("table") == Some(name))
}

/// What is said after something was made, where it cannot be said with it: said with it all the same.
fn amend(key: &str, body: &Value, lists: &mut [(&str, Vec<Value>)]) {
    if key == "set_identity" {
        return number(body, lists);
    }
    // What else comes behind a table gives the check of an enum another name, which no author cares for.
    if key != "set_comment" {
        return;
    }
    let name = body.get("on").and_then(|on| on.get("extension"));
    let extensions = lists.iter_mut().find(|(list, _)| *list == "extensions");
    let all = extensions.into_iter().flat_map(|(_, all)| all.iter_mut());
    for extension in all.filter(|extension| extension.get("extension") == name) {
        if let (Some(map), Some(comment)) = (extension.as_object_mut(), body.get("comment")) {
            map.insert("comment".into(), comment.clone());
        }
    }
}

/// That a column numbers its rows is said at it.
fn number(body: &Value, lists: &mut [(&str, Vec<Value>)]) {
    let (name, identity) = (body.get("column"), body.get("identity"));
    let columns = table_of(body, lists).and_then(|table| table.get_mut("columns")?.as_array_mut());
    for column in columns
        .into_iter()
        .flatten()
        .filter(|column| column.get("name") == name)
    {
        if let (Some(column), Some(identity)) = (column.as_object_mut(), identity) {
            column.remove("nullable");
            column.insert("identity".into(), identity.clone());
        }
    }
}
