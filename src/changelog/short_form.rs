//! What is written for authors, in its short forms.

use serde_json::{Map, Value};

/// The same with all texts changed.
pub fn with_texts(json: Value, change: &dyn Fn(&str) -> String) -> Value {
    match json {
        Value::String(text) => change(&text).into(),
        Value::Array(items) => items.into_iter().map(|item| with_texts(item, change)).collect(),
        Value::Object(map) => {
            let map = map.into_iter().map(|(key, value)| (key, with_texts(value, change)));
            map.collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// References in their short form, `teams(id)`, where that says all.
pub fn short(json: Value) -> Value {
    match json {
        Value::Array(items) => items.into_iter().map(short).collect(),
        Value::Object(map) => {
            let map = map.into_iter().map(|(key, value)| match key.as_str() {
                "references" => (key, short_reference(&value).unwrap_or(value)),
                _ => (key, short(value)),
            });
            map.collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn short_reference(value: &Value) -> Option<Value> {
    let map = value.as_object().filter(|map| map.len() == 2)?;
    let is_plain = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let table = map.get("table")?.as_str().filter(is_plain)?;
    let columns = map.get("columns")?.as_array()?.iter();
    let columns: Option<Vec<&str>> = columns.map(|column| column.as_str().filter(is_plain)).collect();
    Some(format!("{table}({})", columns?.join(", ")).into())
}
