//! How bytes and a server's phrases become text of ours.

use std::fmt::Write;

/// `\x` and two lower-case hex digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("\\x");
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing into a string cannot fail");
    }
    text
}

/// A server's message as the end of our sentence: a small first letter, no full stop.
pub(super) fn phrase(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match (letters.next(), letters.clone().next()) {
        // `Table` becomes `table`; `DDL` and `SSL` stay.
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => message.to_owned(),
    }
}

/// PostgreSQL's `"name"` as `` `name` ``.
pub(super) fn backticked(message: &str) -> String {
    if message.matches('"').count() % 2 == 1 {
        return message.to_owned();
    }
    message.replace('"', "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_hex() {
        assert_eq!(hex(&[0, 255, 16]), "\\x00ff10");
        assert_eq!(hex(&[]), "\\x");
    }

    #[test]
    fn makes_phrases() {
        assert_eq!(phrase("Table 't' already exists"), "table 't' already exists");
        assert_eq!(phrase("DDL is not allowed."), "DDL is not allowed");
        assert_eq!(phrase("near \"x\": syntax error"), "near \"x\": syntax error");
        assert_eq!(phrase(""), "");
        assert_eq!(backticked("role \"app\" does not exist"), "role `app` does not exist");
    }
}
