//! The rows of a file as INSERTs (or, on the way back, DELETEs), streamed: memory holds a few hundred of them.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::csv::{CsvError, CsvReader, Field};
use super::rows::{clear_text, delete_text, insert_text};
use crate::dialect::{Dialect, Name, ObjectName};
use crate::model::{LoadSource, Type, Value};

/// Rows in one statement.
const ROWS_AT_ONCE: usize = 500;

/// A file to be loaded into a table, or its rows to be taken out again.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    pub dialect: Dialect,
    pub table: ObjectName,
    pub source: LoadSource,
    /// The types of the source's columns.
    pub types: Vec<Type>,
    /// Whether each of them may hold NULL.
    pub nullable: Vec<bool>,
    pub overriding: bool,
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

/// Statements of a load, one after the other.
pub struct Statements<'a> {
    load: &'a Load,
    path: PathBuf,
    reader: CsvReader<BufReader<File>>,
    header_read: bool,
    /// Whether the references are being cleared, on a first way through the file.
    clearing: bool,
}

impl Load {
    /// Opens the file below the root; each call of [`Statements::next_statement`] gives one statement.
    pub fn open(&self, root: &Path) -> Result<Statements<'_>, LoadError> {
        let path = root.join(&self.source.path);
        Ok(Statements {
            load: self,
            reader: self.reader(&path)?,
            path,
            header_read: !self.source.header,
            clearing: self.unload && !self.cleared.is_empty(),
        })
    }

    fn reader(&self, path: &Path) -> Result<CsvReader<BufReader<File>>, LoadError> {
        let file = File::open(path).map_err(|error| self.error(0, format!("cannot be read: {error}")))?;
        Ok(CsvReader::new(BufReader::new(file), self.source.delimiter))
    }

    fn error(&self, line: usize, message: String) -> LoadError {
        LoadError {
            path: self.source.path.clone(),
            line,
            message,
        }
    }

    fn csv_error(&self, error: CsvError) -> LoadError {
        self.error(error.line, error.message)
    }

    fn row(&self, line: usize, fields: Vec<Field>) -> Result<Vec<Value>, LoadError> {
        if fields.len() != self.source.columns.len() {
            let message = format!(
                "has {} fields where {} are expected",
                fields.len(),
                self.source.columns.len()
            );
            return Err(self.error(line, message));
        }
        let mut row = Vec::with_capacity(fields.len());
        let columns = self.types.iter().zip(&self.nullable).zip(&self.source.columns);
        for (field, ((ty, nullable), name)) in fields.into_iter().zip(columns) {
            let value = match self.value(field, ty) {
                Ok(Value::Null) if !nullable => Err("cannot hold NULL; an empty text is written \"\"".to_string()),
                other => other,
            };
            let fit = value.and_then(|value| value.fit(ty).map(|()| value));
            row.push(fit.map_err(|why| self.error(line, format!("`{name}`: {why}")))?);
        }
        Ok(row)
    }

    fn value(&self, field: Field, ty: &Type) -> Result<Value, String> {
        let is_null = !field.quoted && (field.text.is_empty() || self.source.null.as_ref() == Some(&field.text));
        if is_null {
            return Ok(Value::Null);
        }
        match ty.base() {
            Some(crate::model::Base::Bytes | crate::model::Base::Binary) => bytes(&field.text),
            _ => Ok(Value::Text(field.text)),
        }
    }

    fn text(&self, rows: &[Vec<Value>], clearing: bool) -> String {
        let Some(key) = self.source.key.as_ref().filter(|_| self.unload) else {
            let columns = &self.source.columns;
            return insert_text(&self.table, columns, &self.types, rows, self.overriding, self.dialect);
        };
        let at: Vec<usize> = key.iter().filter_map(|name| self.position(name)).collect();
        let types: Vec<Type> = at.iter().map(|at| self.types[*at].clone()).collect();
        let keys: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| at.iter().map(|at| row[*at].clone()).collect())
            .collect();
        match clearing {
            true => clear_text(&self.table, &self.cleared, key, &types, &keys, self.dialect),
            false => delete_text(&self.table, key, &types, &keys, self.dialect),
        }
    }

    fn position(&self, name: &Name) -> Option<usize> {
        self.source.columns.iter().position(|column| column == name)
    }
}

/// Bytes in a CSV are base64.
fn bytes(text: &str) -> Result<Value, String> {
    serde_json::from_value(serde_json::json!({ "base64": text })).map_err(|_| "is not base64".to_string())
}

impl Statements<'_> {
    pub fn next_statement(&mut self) -> Result<Option<(String, usize)>, LoadError> {
        let load = self.load;
        if !self.header_read {
            self.header_read = true;
            self.reader.next_record().map_err(|error| load.csv_error(error))?;
        }
        let mut rows = Vec::new();
        while rows.len() < ROWS_AT_ONCE {
            match self.reader.next_record().map_err(|error| load.csv_error(error))? {
                Some((line, fields)) => rows.push(load.row(line, fields)?),
                None => break,
            }
        }
        if rows.is_empty() && self.clearing {
            self.clearing = false;
            self.reader = load.reader(&self.path)?;
            self.header_read = !load.source.header;
            return self.next_statement();
        }
        Ok((!rows.is_empty()).then(|| (load.text(&rows, self.clearing), rows.len())))
    }
}
