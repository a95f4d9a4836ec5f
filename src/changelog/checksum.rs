//! Checksums of changesets: of what they mean, not of how they are written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::operation::{NamedFile, Operation};

/// `1:` and the SHA-256 of operations as typed, with the content of the files that they name.
pub(super) fn checksum(operations: &[Operation], files: &BTreeMap<String, NamedFile>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(canonical_json(&operations).as_bytes());
    for (name, file) in files {
        hasher.update(format!("\n{name}\n{}", file.sha256).as_bytes());
    }
    format!("1:{}", hex(&hasher.finalize()))
}

/// JSON with the keys of every map in order and nothing between.
pub fn canonical_json<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).expect("our own types are JSON");
    let mut text = String::new();
    write(&value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (at, (key, item)) in entries.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(item, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
