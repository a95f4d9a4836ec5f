//! CSV as RFC 4180 has it, read line by line. A reader of our own, since the known ones do not tell an empty field
//! from an empty text in quotes, which here are NULL and "".

use std::io::BufRead;

use super::record::{Form, Lines, ReadError, Record, too_large, unbroken};
use crate::document::LARGEST_TEXT;

/// Records of a file, one after the other; memory holds one.
pub struct CsvReader<R> {
    lines: Lines<R>,
    delimiter: char,
}

impl<R: BufRead> CsvReader<R> {
    pub fn new(input: R, delimiter: char) -> CsvReader<R> {
        CsvReader {
            lines: Lines::new(input),
            delimiter,
        }
    }

    /// Reads the next record, and whether there was one; empty lines are passed over.
    pub fn next_record(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        let (start, mut whole) = loop {
            match self.lines.next_line()? {
                None => return Ok(false),
                Some((_, line)) if unbroken(line).is_empty() => {}
                Some(found) => break found,
            }
        };
        record.begin(start, 0);
        let (mut number, mut line, mut at) = (start, unbroken(whole), 0);
        loop {
            let from = record.length();
            if line[at..].starts_with('"') {
                at += 1;
                loop {
                    if let Some(found) = find(&whole[at..], '"') {
                        record.add(&whole[at..at + found]);
                        at += found + 1;
                        if !whole[at..].starts_with('"') {
                            break;
                        }
                        record.add("\"");
                        at += 1;
                        continue;
                    }
                    // A line break inside quotes brings the next line in.
                    record.add(&whole[at..]);
                    if record.length() as u64 > LARGEST_TEXT {
                        return Err(too_large(start));
                    }
                    let Some(next) = self.lines.next_line()? else {
                        return Err(ReadError::new(start, "has a quote that is never closed"));
                    };
                    (number, whole) = next;
                    (line, at) = (unbroken(whole), 0);
                }
                record.push(from, Form::Text);
                if at < line.len() && !line[at..].starts_with(self.delimiter) {
                    return Err(ReadError::new(number, "has text after a closing quote"));
                }
            } else {
                let end = find(&line[at..], self.delimiter).map_or(line.len(), |found| at + found);
                record.add(&line[at..end]);
                record.push(from, Form::Bare);
                at = end;
            }
            if at >= line.len() {
                return Ok(true);
            }
            at += self.delimiter.len_utf8();
        }
    }
}

/// As [`str::find`]; fields are short, and looked through byte by byte faster.
fn find(text: &str, letter: char) -> Option<usize> {
    match u8::try_from(letter) {
        Ok(letter) if letter.is_ascii() => text.bytes().position(|byte| byte == letter),
        _ => text.find(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<(String, bool)>>, ReadError> {
        let mut reader = CsvReader::new(text.as_bytes(), ',');
        let (mut all, mut record) = (Vec::new(), Record::default());
        while reader.next_record(&mut record)? {
            let fields = (0..record.count()).filter_map(|at| record.get(at));
            all.push(
                fields
                    .map(|(text, form)| (text.to_string(), form == Form::Text))
                    .collect(),
            );
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
        let rows = read("\"a,\"\"b\"\"\r\nc\",d\r\n").unwrap();
        assert_eq!(rows, [[("a,\"b\"\r\nc".into(), true), ("d".into(), false)]]);
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
