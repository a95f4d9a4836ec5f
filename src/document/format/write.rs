//! Values as documents of YAML, as people write changelogs: blocks, and what is short on one line.

use serde_json::Value;

use super::Manner;
use super::print::Printer;
use super::scalar::quoted;
use super::written::Written;

/// So many characters a line has at most, fewer than a manner allows: what is written may come to stand deeper in a file,
/// and is formatted there too.
const WIDTH: usize = 100;

/// A value as a YAML document, formatted. What was read of it is the same value.
pub fn write(value: &Value, manner: &Manner<'_>) -> String {
    let json = laid_out(value, true);
    let manner = Manner {
        width: manner.width.min(WIDTH),
        ..*manner
    };
    Printer::new(&manner, true).document(&json, Written::read(&json))
}

/// JSON in which each list and map that is to stand line by line does so.
fn laid_out(value: &Value, on_lines: bool) -> String {
    let (open, parts, close): (_, Vec<String>, _) = match value {
        Value::Object(map) if !map.is_empty() => {
            let entries = map.iter().map(|(key, value)| {
                let value = laid_out(value, on_lines && is_tall(value));
                format!("{}: {value}", quoted(key))
            });
            ('{', entries.collect(), '}')
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| laid_out(item, on_lines && is_operation(item)));
            ('[', items.collect(), ']')
        }
        Value::String(text) => return quoted(text),
        other => return other.to_string(),
    };
    let line = if on_lines { "\n" } else { "" };
    format!("{open}{line}{}{line}{close}", parts.join(&format!(", {line}")))
}

/// Whether what stands behind a key is read line by line: a list of maps, and a map with a list in it.
fn is_tall(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(Value::is_object),
        Value::Object(map) => map.values().any(Value::is_array),
        _ => false,
    }
}

/// An item that is one operation, which stands as a block.
fn is_operation(item: &Value) -> bool {
    matches!(item, Value::Object(map) if map.len() == 1 && map.values().all(Value::is_object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Sources;
    use crate::document::{Form, Limits, format, parse};

    const MANNER: Manner<'_> = Manner {
        schema: &Value::Null,
        spread_maps: &[&[]],
        spread_lists: &[],
        apart: &[],
        width: 120,
    };

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
            "x \n  y\n\nz ",
        ];
        for text in texts {
            let value = json!({ "k": text, "l": [text, { "m": text, "n": [text] }], "o": { "create": { "p": text } } });
            let written = write(&value, &MANNER);
            let mut sources = Sources::default();
            let id = sources.add("x.yaml", written.clone());
            let read = parse(id, &sources, Limits::default());
            let read = read.unwrap_or_else(|error| panic!("{text:?}: {error:?}\n{written}"));
            assert_eq!(read.to_json(), value, "{written}");
            assert_eq!(format(id, &sources, Form::Yaml, &MANNER), Ok(written));
        }
    }

    #[test]
    fn it_reads_as_people_write_it() {
        let value = json!({ "id": "a", "operations": [{ "create_table": { "table": "t", "columns": [
            { "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "varchar(20)" }] } }] });
        let wanted = "id: a\noperations:\n  - create_table:\n      table: t\n      columns:\n        \
                      - { name: id, type: int, primary_key: true }\n        - { name: \"n\", type: varchar(20) }\n";
        assert_eq!(write(&value, &MANNER), wanted);
    }
}
