//! JSON Lines: an object on each line, read line by line. Numbers keep their digits.

use std::io::BufRead;

use serde::de::IgnoredAny;

use super::record::{Form, Lines, ReadError, Record};

/// A field that each object has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonField {
    pub name: String,
    /// Whether its column holds JSON: then the value is taken as it is written.
    pub is_json: bool,
}

/// Objects of a file, one after the other; memory holds one.
pub struct JsonLinesReader<R> {
    lines: Lines<R>,
    fields: Vec<JsonField>,
}

/// The names in the first object of a file; `None` where there is none.
pub fn first_names(input: impl BufRead) -> Result<Option<Vec<String>>, ReadError> {
    let mut lines = Lines::new(input);
    while let Some((number, line)) = lines.next_line()? {
        if line.trim().is_empty() {
            continue;
        }
        check_line(number, line)?;
        let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
        let object = object.map_err(|_| ReadError::new(number, "is not an object"))?;
        return Ok(Some(object.into_iter().map(|(name, _)| name).collect()));
    }
    Ok(None)
}

fn check_line(number: usize, line: &str) -> Result<(), ReadError> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
        return Err(ReadError::new(number, not_json(&error)));
    }
    match line.trim_start().starts_with('{') {
        true => Ok(()),
        false => Err(ReadError::new(number, "is not an object")),
    }
}

fn not_json(error: &serde_json::Error) -> String {
    let message = error.to_string();
    format!("is not JSON: {}", message.split(" at line ").next().unwrap_or_default())
}

impl<R: BufRead> JsonLinesReader<R> {
    pub fn new(input: R, fields: Vec<JsonField>) -> JsonLinesReader<R> {
        JsonLinesReader {
            lines: Lines::new(input),
            fields,
        }
    }

    /// Reads the next object, and whether there was one; empty lines are passed over.
    pub fn next_record(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        let (number, line) = loop {
            match self.lines.next_line()? {
                None => return Ok(false),
                Some((_, line)) if line.trim().is_empty() => {}
                Some(found) => break found,
            }
        };
        check_line(number, line)?;
        record.begin(number, self.fields.len());
        let mut scanner = Scanner { line, at: 0 };
        scanner.skip("{");
        let (mut expected, mut filled) = (0, 0);
        while scanner.next_byte() == b'"' {
            let name = scanner.value();
            scanner.skip(":");
            let value = scanner.value();
            scanner.skip(",");
            let name = unescaped(name).map_err(|why| ReadError::new(number, why))?;
            // Most files have their names in the same order on every line.
            let is_next = self.fields.get(expected).is_some_and(|field| field.name == *name);
            let found = match is_next {
                true => Some(expected),
                false => self.fields.iter().position(|field| field.name == *name),
            };
            let Some(at) = found else {
                return Err(ReadError::new(
                    number,
                    format!("has a field `{name}` that goes to no column"),
                ));
            };
            let from = record.length();
            let form = put(record, value, self.fields[at].is_json);
            let form = form.map_err(|why| ReadError::new(number, why))?;
            if !record.place(at, from, form) {
                return Err(ReadError::new(number, format!("has the field `{name}` twice")));
            }
            (expected, filled) = (at + 1, filled + 1);
        }
        if filled < self.fields.len() {
            let missing = (0..self.fields.len()).filter(|at| record.get(*at).is_none());
            let missing: Vec<String> = missing.map(|at| format!("`{}`", self.fields[at].name)).collect();
            return Err(ReadError::new(number, format!("has no {}", missing.join(", "))));
        }
        Ok(true)
    }
}

fn put(record: &mut Record, value: &str, is_json: bool) -> Result<Form, String> {
    Ok(match value.as_bytes()[0] {
        b'n' => Form::Null,
        _ if is_json => {
            record.add(value);
            Form::Text
        }
        b'"' => {
            record.add(&unescaped(value)?);
            Form::Text
        }
        b't' => Form::Bool(true),
        b'f' => Form::Bool(false),
        b'{' | b'[' => {
            record.add(value);
            Form::Nested
        }
        _ => {
            record.add(value);
            Form::Number
        }
    })
}

/// The text of a string in its quotes; half of a letter of two (`\ud800`) is none.
fn unescaped(quoted: &str) -> Result<std::borrow::Cow<'_, str>, String> {
    if !quoted.contains('\\') {
        return Ok(quoted[1..quoted.len() - 1].into());
    }
    let text = serde_json::from_str::<String>(quoted);
    text.map(Into::into).map_err(|error| not_json(&error))
}

/// Goes through a line that is known to be JSON.
struct Scanner<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The next byte that is not white space; 0 at the end.
    fn next_byte(&mut self) -> u8 {
        let bytes = self.line.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or_default()
    }

    fn skip(&mut self, mark: &str) {
        self.next_byte();
        if self.line[self.at..].starts_with(mark) {
            self.at += mark.len();
        }
    }

    /// The next value, as it is written.
    fn value(&mut self) -> &'a str {
        self.next_byte();
        let start = self.at;
        let bytes = self.line.as_bytes();
        let mut depth = 0;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.string();
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        break;
                    }
                }
                b',' if depth == 0 => break,
                byte if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => {}
            }
            self.at += 1;
        }
        &self.line[start..self.at]
    }

    fn string(&mut self) {
        let bytes = self.line.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                b'"' => {
                    self.at += 1;
                    return;
                }
                _ => 1,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<(String, Form)>>, ReadError> {
        let field = |name: &str, is_json| JsonField {
            name: name.into(),
            is_json,
        };
        let mut reader = JsonLinesReader::new(text.as_bytes(), vec![field("a", false), field("é", true)]);
        let (mut all, mut record) = (Vec::new(), Record::default());
        while reader.next_record(&mut record)? {
            let fields = (0..record.count()).filter_map(|at| record.get(at));
            all.push(fields.map(|(text, form)| (text.to_string(), form)).collect());
        }
        Ok(all)
    }

    #[test]
    fn values_keep_their_digits_and_their_json() {
        let rows =
            read("{\"\\u00e9\": {\"x\": [1, \"}\"]} , \"a\": 1.10}\n\n{\"a\":\"q\\\"\\n\",\"é\":\"x\"}").unwrap();
        assert_eq!(
            rows[0],
            [
                ("1.10".into(), Form::Number),
                ("{\"x\": [1, \"}\"]}".into(), Form::Text)
            ]
        );
        assert_eq!(rows[1], [("q\"\n".into(), Form::Text), ("\"x\"".into(), Form::Text)]);
    }

    #[test]
    fn mistakes_have_their_line() {
        let message = |text: &str| {
            read(text)
                .map_err(|error| format!("{}: {}", error.line, error.message))
                .unwrap_err()
        };
        assert_eq!(message("{\"a\":1,\"é\":null}\n{\"a\":1}"), "2: has no `é`");
        assert_eq!(
            message("{\"a\":1,\"b\":2}"),
            "1: has a field `b` that goes to no column"
        );
        assert_eq!(message("{\"a\":1,\"a\":2}"), "1: has the field `a` twice");
        assert_eq!(message("[1]"), "1: is not an object");
        assert!(message("{\"a\":\"\\ud800\",\"é\":1}").starts_with("1: is not JSON: "));
        assert!(message("{\"a\":01}").starts_with("1: is not JSON: "));
    }
}
