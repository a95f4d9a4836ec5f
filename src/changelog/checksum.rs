//! Checksums of changesets: of what they mean, not of how they are written.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::operation::{NamedFile, Names, Operation};

/// `1:` and the SHA-256 of operations as typed, with the content of the files that they name.
///
/// The typed form has its keys in a fixed order, the author's own maps in the order of their keys, and leaves defaults
/// out: it is canonical as it is written. Golden checksums guard it.
pub(super) fn checksum(operations: &[&Operation], files: &BTreeMap<String, NamedFile>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(canonical_json(&operations).as_bytes());
    for (name, file) in files {
        hasher.update(format!("\n{name}\n{}", file.sha256).as_bytes());
    }
    format!("1:{}", hex(&hasher.finalize()))
}

/// The checksum of what is meant under other names than the written ones.
pub(super) fn under_names(checksum: String, names: Names) -> String {
    match names.word() {
        None => checksum,
        Some(word) => format!("1:{}", sha256_hex(format!("{checksum}\nnames: {word}").as_bytes())),
    }
}

/// JSON with nothing between, of types whose maps are in order.
pub fn canonical_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types are JSON")
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| DIGITS[usize::from(half)]).collect()
}
