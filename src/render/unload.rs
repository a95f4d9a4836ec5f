//! The rows of a query, written to a file as they come.

use std::io::Write;

use crate::dialect::Dialect;
use crate::model::{LoadFormat, UnloadTarget};

/// A query whose rows go to a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Unload {
    pub target: UnloadTarget,
    pub dialect: Dialect,
}

impl Unload {
    /// Writes the names of the columns, where the format begins with them.
    pub fn head(&self, out: &mut dyn Write, names: &[String]) -> std::io::Result<()> {
        match self.target.format {
            LoadFormat::Csv => {
                let fields: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
                self.record(out, &fields)
            }
            LoadFormat::JsonLines => Ok(()),
        }
    }

    /// Writes one row.
    pub fn row(&self, out: &mut dyn Write, names: &[String], row: &[Option<String>]) -> std::io::Result<()> {
        match self.target.format {
            LoadFormat::Csv => {
                let fields: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
                self.record(out, &fields)
            }
            LoadFormat::JsonLines => {
                let fields = names
                    .iter()
                    .cloned()
                    .zip(row.iter().cloned().map(serde_json::Value::from));
                let object: serde_json::Map<String, serde_json::Value> = fields.collect();
                serde_json::to_writer(&mut *out, &object)?;
                out.write_all(b"\n")
            }
        }
    }

    /// A line of CSV: NULL is an empty field, an empty text is quoted.
    fn record(&self, out: &mut dyn Write, fields: &[Option<&str>]) -> std::io::Result<()> {
        let delimiter = self.target.delimiter;
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                write!(out, "{delimiter}")?;
            }
            let Some(text) = field else {
                continue;
            };
            let quoted = text.is_empty()
                || text.contains([delimiter, '"', '\n', '\r'])
                || text.starts_with(' ')
                || text.ends_with(' ');
            match quoted {
                true => write!(out, "\"{}\"", text.replace('"', "\"\""))?,
                false => out.write_all(text.as_bytes())?,
            }
        }
        out.write_all(b"\n")
    }
}
