//! Trees into YAML, as people write changelogs: blocks, and what is short on one line.

use serde_json::Value;

/// How long a map or a list on one line may be.
const SHORT: usize = 90;

/// A value as a YAML document. What was read of it is the same value.
pub fn write(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

/// A value that begins on a line of its own.
fn block(value: &Value, indent: usize, text: &mut String) {
    let spaces = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                *text += &format!("{spaces}{}:", scalar(key));
                below(value, indent, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                *text += &format!("{spaces}-");
                match flow(item).filter(|flow| flow.len() + indent <= SHORT && !is_operation(item)) {
                    Some(flow) => *text += &format!(" {flow}\n"),
                    None => {
                        // The first line of what is below stands behind the dash.
                        let mut inner = String::new();
                        block(item, indent + 2, &mut inner);
                        *text += &format!(" {}", &inner[indent + 2..]);
                    }
                }
            }
        }
        Value::String(lines) => *text += &format!("{spaces}{}\n", scalar(lines)),
        other => *text += &format!("{spaces}{}\n", flow(other).unwrap_or_default()),
    }
}

/// A value behind its key.
fn below(value: &Value, indent: usize, text: &mut String) {
    let is_list_of_maps = matches!(value, Value::Array(items) if items.iter().any(Value::is_object));
    let is_deep = matches!(value, Value::Object(map) if map.values().any(|value| value.is_array()));
    if let Value::String(lines) = value
        && let Some(lines) = literal(lines, indent + 2)
    {
        *text += &lines;
        return;
    }
    match flow(value).filter(|flow| flow.len() + indent <= SHORT && !is_list_of_maps && !is_deep) {
        Some(flow) => *text += &format!(" {flow}\n"),
        None => {
            *text += "\n";
            block(value, indent + 2, text);
        }
    }
}

/// An item that is one operation, which stands as a block.
fn is_operation(item: &Value) -> bool {
    matches!(item, Value::Object(map) if map.len() == 1 && map.values().all(Value::is_object))
}

/// A text of several lines as a block; `None` where it is written in quotes.
fn literal(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_plain = |c: char| c == '\n' || (!c.is_control() && c != '\u{feff}' && c != '\u{2028}' && c != '\u{2029}');
    let is_usual = body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.chars().all(is_plain)
        && body.lines().all(|line| !line.ends_with(' ') || line.trim().is_empty());
    if !is_usual {
        return None;
    }
    let chomp = if text.ends_with('\n') { "" } else { "-" };
    let spaces = " ".repeat(indent);
    let lines = body.split('\n').map(|line| match line.is_empty() {
        true => "\n".to_string(),
        false => format!("{spaces}{line}\n"),
    });
    Some(format!(" |{chomp}\n{}", lines.collect::<String>()))
}

/// A value on one line; `None` where a text of it has several lines.
fn flow(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) if map.is_empty() => Some("{}".into()),
        Value::Object(map) => {
            let entries: Option<Vec<String>> = map
                .iter()
                .map(|(key, value)| Some(format!("{}: {}", scalar(key), flow(value)?)))
                .collect();
            Some(format!("{{ {} }}", entries?.join(", ")))
        }
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(flow).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::String(text) if literal(text, 0).is_some() => None,
        Value::String(text) => Some(scalar(text)),
        other => Some(other.to_string()),
    }
}

/// A text, in quotes where it could be read as something else.
fn scalar(text: &str) -> String {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    // No number has such a letter.
    let is_word = |c: char| c.is_ascii_lowercase() && c > 'f' && !matches!(c, 'o' | 'x');
    let is_number = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(is_word);
    let is_first = |c: char| c.is_alphanumeric() || c == '_';
    let is_usual = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '@' | '-' | '.' | '/' | '(' | ')' | ' ' | '=' | '<' | '>' | '+')
    };
    let is_plain = (text.starts_with(is_first) || text.starts_with("../"))
        && !is_number
        && text.chars().all(is_usual)
        && !text.ends_with(' ')
        && !words.contains(&text.to_ascii_lowercase().as_str());
    match is_plain {
        true => text.to_string(),
        false => quoted(text),
    }
}

/// What JSON writes between quotes is what YAML reads there, but for what it does not let stand as it is.
fn quoted(text: &str) -> String {
    let is_unseen = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let json = Value::from(text).to_string();
    let letters = json.chars().map(|c| match is_unseen(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Sources;
    use crate::document::{Limits, parse};

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [
            "",
            "a",
            "yes",
            "Null",
            "1",
            "1e3",
            "0x1",
            "~",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "[x",
            "{y",
            "a, b",
            "it's",
            "\"q\"",
            "\\",
            "x\ny",
            "x\n\n y\n",
            " lead\nx",
            "tail \nx",
            "x\n\n",
            "\t",
            "\u{7f}",
            "é日本",
            "%x",
            "@a",
            "`b",
            "!c",
            "&d",
            "*e",
            "|",
            ">",
            "2024-01-01",
            "a:b",
            "=",
            "<<",
            "under_score (x) = 1",
            "\u{1F600}",
            "x\r\ny",
        ];
        for text in texts {
            let value = json!({ "k": text, "l": [text, { "m": text, "n": [text] }], "o": { "create": { "p": text } } });
            let written = write(&value);
            let mut sources = Sources::default();
            let id = sources.add("x.yaml", written.clone());
            let read = parse(id, &sources, Limits::default());
            let read = read.unwrap_or_else(|error| panic!("{text:?}: {error:?}\n{written}"));
            assert_eq!(read.to_json(), value, "{written}");
        }
    }

    #[test]
    fn it_reads_as_people_write_it() {
        let value = json!({ "id": "a", "operations": [{ "create_table": { "table": "t", "columns": [
            { "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "varchar(20)" }] } }] });
        let wanted = "id: a\noperations:\n  - create_table:\n      table: t\n      columns:\n        \
                      - { name: id, type: int, primary_key: true }\n        - { name: \"n\", type: varchar(20) }\n";
        assert_eq!(write(&value), wanted);
    }
}
