//! CSV as RFC 4180 has it, read line by line. A reader of our own, since the known ones do not tell an empty field
//! from an empty text in quotes, which here are NULL and "".

use std::io::{self, BufRead};

/// One field: its text, and whether it stood in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub text: String,
    pub quoted: bool,
}

/// What is wrong with a file, at a line (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvError {
    pub line: usize,
    pub message: String,
}

/// Records of a file, one after the other; memory holds one.
pub struct CsvReader<R> {
    input: R,
    delimiter: char,
    line: usize,
    buffer: Vec<u8>,
}

impl<R: BufRead> CsvReader<R> {
    pub fn new(input: R, delimiter: char) -> CsvReader<R> {
        CsvReader {
            input,
            delimiter,
            line: 0,
            buffer: Vec::new(),
        }
    }

    /// The next record and the line it begins at; empty lines are passed over.
    pub fn next_record(&mut self) -> Result<Option<(usize, Vec<Field>)>, CsvError> {
        loop {
            let Some(line) = self.next_line()? else {
                return Ok(None);
            };
            if !line.is_empty() {
                let start = self.line;
                return self.record(line).map(|fields| Some((start, fields)));
            }
        }
    }

    fn error(&self, message: impl Into<String>) -> CsvError {
        CsvError {
            line: self.line,
            message: message.into(),
        }
    }

    /// The next line without its break.
    fn next_line(&mut self) -> Result<Option<String>, CsvError> {
        self.buffer.clear();
        let read: io::Result<usize> = self.input.read_until(b'\n', &mut self.buffer);
        self.line += 1;
        match read {
            Err(error) => return Err(self.error(format!("cannot be read: {error}"))),
            Ok(0) => return Ok(None),
            Ok(_) => {}
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        let Ok(text) = std::str::from_utf8(&self.buffer) else {
            return Err(self.error("is not UTF-8"));
        };
        let text = match self.line {
            1 => text.trim_start_matches('\u{feff}'),
            _ => text,
        };
        Ok(Some(text.to_string()))
    }

    fn record(&mut self, first: String) -> Result<Vec<Field>, CsvError> {
        let start = self.line;
        let mut fields = Vec::new();
        let mut line = first;
        let mut at = 0;
        loop {
            if line[at..].starts_with('"') {
                let (text, end) = self.quoted(&mut line, at + 1, start)?;
                at = end;
                if !line[at..].is_empty() && !line[at..].starts_with(self.delimiter) {
                    return Err(self.error("has text after a closing quote"));
                }
                fields.push(Field { text, quoted: true });
            } else {
                let end = line[at..].find(self.delimiter).map_or(line.len(), |found| at + found);
                fields.push(Field {
                    text: line[at..end].to_string(),
                    quoted: false,
                });
                at = end;
            }
            if at >= line.len() {
                return Ok(fields);
            }
            at += self.delimiter.len_utf8();
        }
    }

    /// The text of a quoted field and where it ends; a line break inside it brings the next line in.
    fn quoted(&mut self, line: &mut String, mut at: usize, start: usize) -> Result<(String, usize), CsvError> {
        let mut text = String::new();
        loop {
            match line[at..].find('"') {
                Some(found) => {
                    text.push_str(&line[at..at + found]);
                    at += found + 1;
                    if !line[at..].starts_with('"') {
                        return Ok((text, at));
                    }
                    text.push('"');
                    at += 1;
                }
                None => {
                    text.push_str(&line[at..]);
                    text.push('\n');
                    let Some(next) = self.next_line()? else {
                        self.line = start;
                        return Err(self.error("has a quote that is never closed"));
                    };
                    *line = next;
                    at = 0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<(String, bool)>>, CsvError> {
        let mut reader = CsvReader::new(text.as_bytes(), ',');
        let mut all = Vec::new();
        while let Some((_, fields)) = reader.next_record()? {
            all.push(fields.into_iter().map(|field| (field.text, field.quoted)).collect());
        }
        Ok(all)
    }

    #[test]
    fn an_empty_field_and_an_empty_text_are_two_things() {
        let rows = read("a,,\"\"\r\n").unwrap();
        assert_eq!(rows, [[("a".into(), false), ("".into(), false), ("".into(), true)]]);
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_line_breaks() {
        let rows = read("\"a,\"\"b\"\"\nc\",d\n").unwrap();
        assert_eq!(rows, [[("a,\"b\"\nc".into(), true), ("d".into(), false)]]);
    }

    #[test]
    fn mistakes_have_their_line() {
        assert_eq!(read("a\n\"b").unwrap_err().line, 2);
        assert_eq!(read("a\n\"b\"c").unwrap_err().line, 2);
    }

    #[test]
    fn a_trailing_delimiter_is_one_more_field() {
        assert_eq!(read("a,\n").unwrap()[0].len(), 2);
    }
}
