//! The rows of a file as INSERTs (or, on the way back, DELETEs), or as what COPY reads; memory holds a few hundred.

use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::csv::CsvReader;
use super::definition::{names, qualified};
use super::json_lines::{JsonField, JsonLinesReader};
use super::literal::{literal, push_text};
use super::record::{Form, ReadError, Record};
use super::rows::{clear_text, delete_text, insert_head};
use crate::dialect::{Dialect, Name, ObjectName, Target};
use crate::document::open_below;
use crate::model::{Base, LoadFormat, LoadSource, Type, Value, fit_text};

/// Rows in one statement, and how long it gets at most, in bytes, before another one begins.
const ROWS_AT_ONCE: usize = 500;
const LONGEST: usize = 256 * 1024;

/// A file to be loaded into a table, or its rows to be taken out again.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    pub target: Target,
    pub table: ObjectName,
    pub source: LoadSource,
    /// The types of the source's columns.
    pub types: Vec<Type>,
    /// Whether each of them may hold NULL.
    pub nullable: Vec<bool>,
    pub overriding: bool,
    /// Whether COPY can bring the rows in: the dialect has it, and no policies stand on the table.
    pub copies: bool,
    /// Columns that are set to NULL before rows are taken out: references of the rows to each other.
    pub cleared: Vec<Name>,
    /// Take the rows out by their key.
    pub unload: bool,
}

/// Why a file cannot be loaded; the line counts from 1, and is 0 where it is the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    pub path: String,
    pub line: usize,
    pub message: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "`{}` {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

enum Reader {
    Csv(CsvReader<BufReader<File>>),
    JsonLines(JsonLinesReader<BufReader<File>>),
}

/// The rows of a file, one after the other.
pub(super) struct Rows<'a> {
    pub load: &'a Load,
    reader: Reader,
    record: Record,
}

/// A field, held against its column.
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(&'a str),
    Bytes(Vec<u8>),
}

impl Cell<'_> {
    fn value(&self) -> Value {
        match self {
            Cell::Null => Value::Null,
            Cell::Bool(value) => Value::Bool(*value),
            Cell::Number(text) => Value::Number((*text).to_string()),
            Cell::Text(text) => Value::Text((*text).to_string()),
            Cell::Bytes(bytes) => Value::Bytes(bytes.clone()),
        }
    }
}

impl Load {
    pub(super) fn dialect(&self) -> Dialect {
        self.target.dialect
    }

    /// Goes through the file and holds every row against its columns.
    pub fn check(&self, root: &Path) -> Result<(), LoadError> {
        let mut rows = self.rows(root)?;
        while rows.next_row()? {
            for cell in rows.cells() {
                cell?;
            }
        }
        Ok(())
    }

    /// Opens the file below the root; each call of [`Statements::next_statement`] gives one statement.
    pub fn open(&self, root: &Path) -> Result<Statements<'_>, LoadError> {
        Ok(Statements {
            rows: self.rows(root)?,
            root: root.to_path_buf(),
            clearing: self.unload && !self.cleared.is_empty(),
        })
    }

    /// All rows as texts that a database takes for any type, `None` where a value is NULL; `None` for all of them where a
    /// value is no such text.
    pub fn texts(&self, root: &Path) -> Result<Option<Vec<Vec<Option<String>>>>, LoadError> {
        let mut rows = self.rows(root)?;
        let mut all = Vec::new();
        while rows.next_row()? {
            let mut texts = Vec::new();
            for (at, cell) in rows.cells().enumerate() {
                let cell = cell?;
                let is_null = matches!(cell, Cell::Null);
                let mut sql = String::new();
                self.push_cell(&mut sql, cell, at);
                texts.push(match plain_text(&sql, self.dialect()) {
                    _ if is_null => None,
                    Some(text) => Some(text),
                    None => return Ok(None),
                });
            }
            all.push(texts);
        }
        Ok(Some(all))
    }

    /// Opens the file below the root, for COPY.
    pub fn open_copy(&self, root: &Path) -> Result<CopyRows<'_>, LoadError> {
        Ok(CopyRows { rows: self.rows(root)? })
    }

    /// The statement that reads what [`CopyRows`] gives. It takes numbers for any identity, as `overriding` does.
    pub fn copy_statement(&self) -> String {
        let columns = names(&self.source.columns, self.dialect());
        format!("COPY {} ({columns}) FROM STDIN", qualified(&self.table, self.dialect()))
    }

    /// An INSERT of rows of the file by their numbers (from 0), however long it gets.
    pub fn chunk_of(&self, root: &Path, numbers: Range<usize>) -> Result<Option<Chunk>, LoadError> {
        let mut rows = self.rows(root)?;
        for _ in 0..numbers.start {
            rows.next_row()?;
        }
        rows.next_insert(numbers.len(), usize::MAX)
    }

    /// The line of the file at which the row of a number (from 1) begins.
    pub fn line_of(&self, root: &Path, row: usize) -> Option<usize> {
        let mut rows = self.rows(root).ok()?;
        for _ in 0..row {
            rows.next_row().ok().filter(|found| *found)?;
        }
        Some(rows.record.line)
    }

    pub(super) fn rows(&self, root: &Path) -> Result<Rows<'_>, LoadError> {
        let file = open_below(root, &self.source.path);
        let file = file.map_err(|error| self.error(0, format!("cannot be read: {error}")))?;
        let file = BufReader::with_capacity(64 * 1024, file);
        let mut record = Record::default();
        let reader = match self.source.format {
            LoadFormat::Csv => {
                let mut reader = CsvReader::new(file, self.source.delimiter);
                if self.source.header {
                    reader
                        .next_record(&mut record)
                        .map_err(|error| self.read_error(error))?;
                }
                Reader::Csv(reader)
            }
            LoadFormat::JsonLines => Reader::JsonLines(JsonLinesReader::new(file, self.json_fields())),
        };
        Ok(Rows {
            load: self,
            reader,
            record,
        })
    }

    fn json_fields(&self) -> Vec<JsonField> {
        let columns = self.source.columns.iter().zip(&self.types).enumerate();
        let field = |(at, (column, ty)): (usize, (&Name, &Type))| JsonField {
            name: self
                .source
                .fields
                .get(at)
                .cloned()
                .unwrap_or_else(|| column.to_string()),
            is_json: ty.base() == Some(Base::Json),
        };
        columns.map(field).collect()
    }

    fn error(&self, line: usize, message: String) -> LoadError {
        LoadError {
            path: self.source.path.clone(),
            line,
            message,
        }
    }

    fn read_error(&self, error: ReadError) -> LoadError {
        self.error(error.line, error.message)
    }

    /// A field of a record, where it fits its column.
    fn cell<'r>(&self, record: &'r Record, at: usize) -> Result<Cell<'r>, LoadError> {
        let found = record.get(at).ok_or_else(|| "is missing".to_string());
        let cell = found.and_then(|(text, form)| self.fitting(text, form, at));
        cell.map_err(|why| self.error(record.line, format!("`{}`: {why}", self.source.columns[at])))
    }

    fn fitting<'r>(&self, text: &'r str, form: Form, at: usize) -> Result<Cell<'r>, String> {
        let (ty, target) = (&self.types[at], &self.target);
        let is_null = match form {
            Form::Null => true,
            Form::Bare => text.is_empty() || self.source.null.as_deref() == Some(text),
            Form::Text | Form::Number | Form::Bool(_) | Form::Nested => false,
        };
        if is_null {
            return match (self.nullable[at], self.source.format) {
                (true, _) => Ok(Cell::Null),
                (false, LoadFormat::Csv) => Err("cannot hold NULL; an empty text is written \"\"".to_string()),
                (false, LoadFormat::JsonLines) => Err("cannot hold NULL".to_string()),
            };
        }
        match form {
            Form::Bool(value) => Value::Bool(value).fit(ty, target).map(|()| Cell::Bool(value)),
            Form::Nested if matches!(ty, Type::Native(_)) => Ok(Cell::Text(text)),
            Form::Nested => Err(format!("a list or an object is not a value of `{ty}`")),
            _ if matches!(ty.base(), Some(Base::Bytes | Base::Binary)) => {
                let bytes = BASE64.decode(text).map_err(|_| "is not base64".to_string())?;
                let value = Value::Bytes(bytes);
                value.fit(ty, target)?;
                match value {
                    Value::Bytes(bytes) => Ok(Cell::Bytes(bytes)),
                    _ => Ok(Cell::Null),
                }
            }
            Form::Number => fit_text(text, true, ty, target).map(|()| Cell::Number(text)),
            _ => fit_text(text, false, ty, target).map(|()| Cell::Text(text)),
        }
    }

    fn push_cell(&self, out: &mut String, cell: Cell<'_>, at: usize) {
        let (ty, dialect) = (&self.types[at], self.dialect());
        match cell {
            Cell::Null => out.push_str("NULL"),
            Cell::Number(text) => push_text(out, text, true, ty, dialect),
            Cell::Text(text) => push_text(out, text, false, ty, dialect),
            other => out.push_str(&literal(&other.value(), ty, dialect)),
        }
    }

    fn by_key(&self, rows: &[Vec<Value>], key: &[Name], clearing: bool) -> String {
        let at: Vec<usize> = key.iter().filter_map(|name| self.position(name)).collect();
        let types: Vec<Type> = at.iter().map(|at| self.types[*at].clone()).collect();
        let keys: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| at.iter().map(|at| row[*at].clone()).collect())
            .collect();
        match clearing {
            true => clear_text(&self.table, &self.cleared, key, &types, &keys, self.dialect()),
            false => delete_text(&self.table, key, &types, &keys, self.dialect()),
        }
    }

    fn position(&self, name: &Name) -> Option<usize> {
        self.source.columns.iter().position(|column| column == name)
    }
}

impl Rows<'_> {
    /// Reads the next row, and whether there was one.
    pub fn next_row(&mut self) -> Result<bool, LoadError> {
        let found = match &mut self.reader {
            Reader::Csv(reader) => reader.next_record(&mut self.record),
            Reader::JsonLines(reader) => reader.next_record(&mut self.record),
        };
        let found = found.map_err(|error| self.load.read_error(error))?;
        let (count, expected) = (self.record.count(), self.load.source.columns.len());
        if found && count != expected {
            let message = format!("has {count} fields where {expected} are expected");
            return Err(self.load.error(self.record.line, message));
        }
        Ok(found)
    }

    pub fn cells(&self) -> impl Iterator<Item = Result<Cell<'_>, LoadError>> {
        (0..self.record.count()).map(|at| self.load.cell(&self.record, at))
    }

    /// The next rows as an INSERT, of so many rows at most; once it is so long, none is added.
    fn next_insert(&mut self, count: usize, longest: usize) -> Result<Option<Chunk>, LoadError> {
        let load = self.load;
        let sql = insert_head(&load.table, &load.source.columns, load.overriding, load.dialect());
        let mut chunk = Chunk {
            head: sql.len(),
            sql,
            rows: Vec::new(),
        };
        while chunk.rows.len() < count && chunk.sql.len() < longest && self.next_row()? {
            if !chunk.rows.is_empty() {
                chunk.sql.push(',');
            }
            let start = chunk.sql.len();
            for (at, cell) in self.cells().enumerate() {
                chunk.sql.push_str(if at == 0 { "\n  (" } else { ", " });
                load.push_cell(&mut chunk.sql, cell?, at);
            }
            chunk.sql.push(')');
            chunk.rows.push((self.record.line, start..chunk.sql.len()));
        }
        Ok((!chunk.rows.is_empty()).then_some(chunk))
    }
}

/// A literal as a text, where it is one or a number or a truth.
fn plain_text(sql: &str, dialect: Dialect) -> Option<String> {
    let literals = &dialect.facts().literals;
    if sql == literals.true_ {
        return Some("1".into());
    }
    if sql == literals.false_ {
        return Some("0".into());
    }
    if sql.parse::<f64>().is_ok() {
        return Some(sql.to_string());
    }
    let inside = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inside.contains('\\')).then(|| inside.replace("''", "'"))
}

/// A statement of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub sql: String,
    /// What stands before its rows.
    head: usize,
    /// The line of each row in the file, and its place in the statement.
    rows: Vec<(usize, Range<usize>)>,
}

impl Chunk {
    /// Each row by itself, with its line in the file.
    pub fn each_alone(&self) -> impl Iterator<Item = (usize, String)> {
        let row = |(line, range): &(usize, Range<usize>)| {
            (*line, format!("{}{}", &self.sql[..self.head], &self.sql[range.clone()]))
        };
        self.rows.iter().map(row)
    }
}

/// Statements of a load, one after the other.
pub struct Statements<'a> {
    rows: Rows<'a>,
    root: PathBuf,
    /// Whether the references are being cleared, on a first way through the file.
    clearing: bool,
}

impl Statements<'_> {
    pub fn next_statement(&mut self) -> Result<Option<Chunk>, LoadError> {
        match self.rows.load.source.key.as_ref().filter(|_| self.rows.load.unload) {
            Some(key) => self.next_by_key(key),
            None => self.rows.next_insert(ROWS_AT_ONCE, LONGEST),
        }
    }

    fn next_by_key(&mut self, key: &[Name]) -> Result<Option<Chunk>, LoadError> {
        let load = self.rows.load;
        let mut rows: Vec<Vec<Value>> = Vec::new();
        while rows.len() < ROWS_AT_ONCE && self.rows.next_row()? {
            let values = self.rows.cells().map(|cell| cell.map(|cell| cell.value()));
            rows.push(values.collect::<Result<_, _>>()?);
        }
        if rows.is_empty() && self.clearing {
            self.clearing = false;
            self.rows = load.rows(&self.root)?;
            return self.next_by_key(key);
        }
        Ok((!rows.is_empty()).then(|| Chunk {
            sql: load.by_key(&rows, key, self.clearing),
            head: 0,
            rows: Vec::new(),
        }))
    }
}

/// The rows of a file in the text format of COPY.
pub struct CopyRows<'a> {
    rows: Rows<'a>,
}

impl CopyRows<'_> {
    /// Adds the next rows, some ten thousand bytes of them; whether there were any.
    pub fn next_part(&mut self, out: &mut Vec<u8>) -> Result<bool, LoadError> {
        let start = out.len();
        while out.len() - start < LONGEST && self.rows.next_row()? {
            for (at, cell) in self.rows.cells().enumerate() {
                if at > 0 {
                    out.push(b'\t');
                }
                push_copied(out, cell?);
            }
            out.push(b'\n');
        }
        Ok(out.len() > start)
    }
}

/// <https://www.postgresql.org/docs/current/sql-copy.html>, "Text Format".
fn push_copied(out: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Null => out.extend_from_slice(b"\\N"),
        Cell::Bool(value) => out.push(if value { b't' } else { b'f' }),
        Cell::Number(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Text(text) => {
            let special = |byte: u8| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t');
            // All of it is looked at: many bytes at once.
            if !text.bytes().fold(false, |found, byte| found | special(byte)) {
                return out.extend_from_slice(text.as_bytes());
            }
            let mut from = 0;
            for (at, byte) in text.bytes().enumerate() {
                let letter = match byte {
                    b'\\' => b'\\',
                    b'\n' => b'n',
                    b'\r' => b'r',
                    b'\t' => b't',
                    _ => continue,
                };
                out.extend_from_slice(&text.as_bytes()[from..at]);
                out.extend_from_slice(&[b'\\', letter]);
                from = at + 1;
            }
            out.extend_from_slice(&text.as_bytes()[from..]);
        }
        Cell::Bytes(bytes) => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            out.extend_from_slice(b"\\\\x");
            for byte in bytes {
                out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
            }
        }
    }
}
