//! Texts in YAML: plain where that is safe, in quotes, or as blocks.

use granit_parser::ScalarStyle;

use crate::document::Kind;
use crate::document::parse::plain;

/// A text in YAML's double quotes. Where nothing has to be escaped but what JSON escapes, it is JSON too.
pub fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(json.len());
    for c in json.chars() {
        match is_printable(c) {
            true => quoted.push(c),
            false => quoted += &format!("\\u{:04x}", u32::from(c)),
        }
    }
    quoted
}

/// What stands in a file without being seen, or as a line break to some: U+0085, U+2028, the mark of byte order.
fn is_printable(c: char) -> bool {
    !matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A text as short as it is safe, also for readers of YAML 1.1, to whom `no` is false and `12:30` a number.
pub fn shortest(text: &str, in_flow: bool) -> String {
    match is_plain(text, in_flow) {
        true => text.to_string(),
        false => quoted(text),
    }
}

fn is_plain(text: &str, in_flow: bool) -> bool {
    const WORDS: [&str; 12] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=",
    ];
    let lower = text.to_lowercase();
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '(' | '$' | '<'));
    let begins = begins || text.starts_with("./") || text.starts_with("../");
    let looks_like_a_number = text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_hexdigit() || "xXoO_:.+-TZ ".contains(c));
    let begins = begins || (text.starts_with(|c: char| c.is_ascii_digit()) && !looks_like_a_number);
    let breaks = text.contains(": ") || text.contains(" #") || text.ends_with(':') || text.trim() != text;
    let breaks = breaks || text.contains(|c: char| c.is_control() || !is_printable(c));
    let breaks = breaks || (in_flow && text.contains(['{', '}', '[', ']', ',', ':', '"', '\'']));
    begins && !breaks && !WORDS.contains(&lower.as_str()) && matches!(plain(text), Kind::Str(_))
}

/// A scalar as it was written, on one line; in double quotes instead of single ones where nothing has to be escaped.
/// `None` where it has several lines.
pub(super) fn on_one_line(value: &str, raw: &str, style: ScalarStyle) -> Option<String> {
    if raw.contains(['\n', '\r']) || matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return None;
    }
    let needs_escapes = |c: char| matches!(c, '"' | '\\') || c.is_control() || !is_printable(c);
    match style == ScalarStyle::SingleQuoted && !value.contains(needs_escapes) {
        true => Some(format!("\"{value}\"")),
        false => Some(raw.to_string()),
    }
}

/// A block: its head (`|`, `>-`, `|2+`), and its lines without their indentation.
pub(super) struct Block {
    pub head: String,
    pub lines: Vec<String>,
    /// Whether an empty line behind it would be one of its own.
    pub is_open: bool,
}

/// A text as a block of lines, as they are; `None` where a block cannot hold it.
pub(super) fn literal(value: &str) -> Option<Block> {
    let is_odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || !is_printable(c);
    if value.trim_matches(['\n', ' ', '\t']).is_empty() || value.contains(is_odd) {
        return None;
    }
    let lines = value.trim_end_matches('\n').split('\n').map(str::to_string).collect();
    Some(block('|', value, lines))
}

/// A folded block with the lines that it was written with.
pub(super) fn folded(value: &str, raw: &str, column: usize) -> Option<Block> {
    if value.trim_matches(['\n', ' ', '\t']).is_empty() {
        return None;
    }
    let leading = value.len() - value.trim_start_matches('\n').len();
    let text = raw.lines().map(|line| {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        line[spaces.min(column)..].to_string()
    });
    let text = text.skip_while(|line| line.is_empty());
    let mut lines = vec![String::new(); leading];
    lines.extend(text);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    Some(block('>', value, lines))
}

fn block(sign: char, value: &str, lines: Vec<String>) -> Block {
    let first = lines.iter().find(|line| !line.is_empty());
    let indicator = match first.is_some_and(|line| line.starts_with([' ', '\t'])) {
        true => "2",
        false => "",
    };
    let ends = value.len() - value.trim_end_matches('\n').len();
    let chomping = match ends {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let mut lines = lines;
    lines.extend(vec![String::new(); ends.saturating_sub(1)]);
    Block {
        head: format!("{sign}{indicator}{chomping}"),
        lines,
        is_open: ends > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_quoted() {
        for text in [
            "",
            "no",
            "Off",
            "~",
            "null",
            "1.10",
            "0o17",
            "0x1F",
            "12:30",
            "2024-01-01",
            "1e3",
            "1_000",
            ".inf",
            "- a",
            "a: b",
            "a #b",
            " a",
            "a ",
            "a\nb",
            "@a",
            "`a`",
            "%a",
            "a:",
            "\u{feff}a",
            "a\tb",
            "<<",
            "=",
        ] {
            assert!(shortest(text, false).starts_with('"'), "{text}");
        }
        for text in [
            "a b",
            "varchar(10)",
            "${name}",
            "id = 1 AND x",
            "don't",
            "über",
            "a:b",
            "7 days",
            "lower(name)",
        ] {
            assert_eq!(shortest(text, false), text);
        }
        assert_eq!(shortest("decimal(10,2)", true), "\"decimal(10,2)\"");
        assert_eq!(quoted("a\u{85}\"\n"), "\"a\\u0085\\\"\\n\"");
    }
}
