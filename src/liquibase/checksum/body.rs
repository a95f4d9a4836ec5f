//! Sums of texts.

use md5::{Digest, Md5};
use unicode_normalization::UnicodeNormalization;

const VERSION: u32 = 9;

/// The checksum of a text, as Liquibase stores it: `9:…`.
pub fn sum(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let normal: String = lines.chars().filter(|c| *c != '\u{fffd}').nfc().collect();
    sum_of_bytes(normal.as_bytes())
}

pub fn sum_of_bytes(bytes: &[u8]) -> String {
    let digest = Md5::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{VERSION}:{hex}")
}

/// The checksum of SQL, however it is laid out.
pub fn sum_of_sql(sql: &str) -> String {
    let bytes = sql.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    sum_of_bytes(&bytes.collect::<Vec<u8>>())
}
