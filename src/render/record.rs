//! One row of a file as it was read, and the lines it comes from. Its buffers are used again for the next row.

use std::io::{BufRead, Read};

use crate::document::LARGEST_TEXT;

/// What is wrong with a file, at a line (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    pub line: usize,
    pub message: String,
}

impl ReadError {
    pub fn new(line: usize, message: impl Into<String>) -> ReadError {
        ReadError {
            line,
            message: message.into(),
        }
    }
}

/// How a field was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text without quotes: what it means, its column says.
    Bare,
    /// Text in quotes.
    Text,
    Number,
    Bool(bool),
    Null,
    /// A list or an object.
    Nested,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    form: Form,
}

/// The fields of one row, in one text.
#[derive(Debug, Default)]
pub struct Record {
    /// Where it begins in the file, from 1.
    pub line: usize,
    text: String,
    fields: Vec<Option<Field>>,
}

impl Record {
    /// Empties it, for a row that begins at a line and has so many places to be filled.
    pub(super) fn begin(&mut self, line: usize, places: usize) {
        self.line = line;
        self.text.clear();
        self.fields.clear();
        self.fields.resize(places, None);
    }

    /// Adds to the text of the field that is being read; where the field begins is what it was long before.
    pub(super) fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    fn field(&self, start: usize, form: Form) -> Option<Field> {
        let end = self.text.len();
        Some(Field { start, end, form })
    }

    pub(super) fn push(&mut self, start: usize, form: Form) {
        let field = self.field(start, form);
        self.fields.push(field);
    }

    /// Fills a place; whether it was empty.
    pub(super) fn place(&mut self, at: usize, start: usize, form: Form) -> bool {
        let field = self.field(start, form);
        std::mem::replace(&mut self.fields[at], field).is_none()
    }

    pub fn count(&self) -> usize {
        self.fields.len()
    }

    /// A field's text and form; `None` where its place was not filled.
    pub fn get(&self, at: usize) -> Option<(&str, Form)> {
        let field = self.fields.get(at).copied().flatten()?;
        Some((&self.text[field.start..field.end], field.form))
    }
}

/// The lines of a file, checked to be UTF-8; memory holds one.
pub(super) struct Lines<R> {
    input: R,
    number: usize,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        Lines {
            input,
            number: 0,
            buffer: Vec::new(),
        }
    }

    /// The next line with its break, and its number.
    pub fn next_line(&mut self) -> Result<Option<(usize, &str)>, ReadError> {
        self.buffer.clear();
        self.number += 1;
        let mut input = self.input.by_ref().take(LARGEST_TEXT + 1);
        match input.read_until(b'\n', &mut self.buffer) {
            Err(error) => return Err(ReadError::new(self.number, format!("cannot be read: {error}"))),
            Ok(0) => return Ok(None),
            Ok(_) => {}
        }
        if self.buffer.len() as u64 > LARGEST_TEXT {
            return Err(too_large(self.number));
        }
        let Ok(text) = std::str::from_utf8(&self.buffer) else {
            return Err(ReadError::new(self.number, "is not UTF-8"));
        };
        let text = match self.number {
            1 => text.trim_start_matches('\u{feff}'),
            _ => text,
        };
        Ok(Some((self.number, text)))
    }
}

/// A record is held in memory.
pub(super) fn too_large(number: usize) -> ReadError {
    ReadError::new(
        number,
        format!("has a row larger than {} MiB", LARGEST_TEXT / 1024 / 1024),
    )
}

/// A line without its break.
pub(super) fn unbroken(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}
