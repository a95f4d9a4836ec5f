//! Rows written to a file as they come, so that `load_data` reads them again as they were.

use std::borrow::Cow;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::definition::qualified;
use crate::dialect::{Dialect, Family};
use crate::model::{Base, Column, LoadFormat, Table, Type, UnloadTarget};

/// A query whose rows go to a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Unload {
    pub target: UnloadTarget,
    /// The SELECT that gives the rows.
    pub query: String,
    /// The types of its columns, where they are known: those of a table.
    pub types: Vec<Type>,
    pub dialect: Dialect,
}

/// The rows of a table in the order of its key, with the types of the columns; computed ones are left out, since no value
/// can be put into them.
pub(super) fn table_query(table: &Table, dialect: Dialect) -> (String, Vec<Type>) {
    let stored = || table.columns.iter().filter(|column| column.generated.is_none());
    let columns: Vec<String> = stored().map(|column| exact(column, dialect)).collect();
    let key = table.primary_key.iter().flat_map(|key| &key.columns);
    let key: Vec<String> = key.map(|name| dialect.quote(name)).collect();
    let order = match key.is_empty() {
        true => String::new(),
        false => format!(" ORDER BY {}", key.join(", ")),
    };
    let query = format!(
        "SELECT {} FROM {}{order}",
        columns.join(", "),
        qualified(&table.name, dialect)
    );
    (query, stored().map(|column| column.ty.clone()).collect())
}

/// A column in a form that loses nothing: all digits, the moment of a time stamp, JSON as text.
fn exact(column: &Column, dialect: Dialect) -> String {
    let name = dialect.quote(&column.name);
    let form = match (dialect.family(), column.ty.base()) {
        (Family::Sqlite, Some(Base::Real | Base::Double)) => {
            format!("CASE typeof({name}) WHEN 'real' THEN printf('%!.17g', {name}) ELSE {name} END")
        }
        // A FLOAT is shown with six digits.
        (Family::Mysql, Some(Base::Real)) => format!("({name} + 0e0)"),
        (Family::Mysql, Some(Base::Json)) => format!("CAST({name} AS CHAR)"),
        (Family::Mysql, Some(Base::TimestampTz)) => {
            format!("CONCAT(CONVERT_TZ({name}, @@session.time_zone, '+00:00'), '+00:00')")
        }
        _ => return name,
    };
    format!("{form} AS {name}")
}

impl Unload {
    /// Writes the names of the columns, where the format begins with them.
    pub fn head(&self, out: &mut dyn Write, names: &[String]) -> io::Result<()> {
        match self.target.format {
            LoadFormat::Csv => self.record(out, names.iter().map(|name| Some(Cow::from(name)))),
            LoadFormat::JsonLines => Ok(()),
        }
    }

    /// Writes one row.
    pub fn row(&self, out: &mut dyn Write, names: &[String], row: &[Option<String>]) -> io::Result<()> {
        let types = (0..row.len()).map(|at| self.types.get(at));
        let fields = row.iter().zip(types);
        match self.target.format {
            LoadFormat::Csv if matches!(row, [None]) => {
                let message = "a row of nothing but one NULL is an empty line in CSV; `format: json_lines` can hold it";
                Err(io::Error::other(message))
            }
            LoadFormat::Csv => self.record(
                out,
                fields.map(|(text, ty)| text.as_deref().map(|text| encoded(text, ty))),
            ),
            LoadFormat::JsonLines => {
                for (at, ((text, ty), name)) in fields.zip(names).enumerate() {
                    out.write_all(if at == 0 { b"{" } else { b"," })?;
                    serde_json::to_writer(&mut *out, name)?;
                    out.write_all(b":")?;
                    match text {
                        None => out.write_all(b"null")?,
                        Some(text) if text == "null" && ty.and_then(Type::base) == Some(Base::Json) => {
                            let message =
                                "a `null` of JSON cannot be told from NULL in JSON Lines; `format: csv` can hold it";
                            return Err(io::Error::other(message));
                        }
                        Some(text) => write_json(out, text, ty)?,
                    }
                }
                out.write_all(b"}\n")
            }
        }
    }

    /// A line of CSV: NULL is an empty field, an empty text is quoted.
    fn record<'f>(&self, out: &mut dyn Write, fields: impl Iterator<Item = Option<Cow<'f, str>>>) -> io::Result<()> {
        let delimiter = self.target.delimiter;
        for (at, field) in fields.enumerate() {
            if at > 0 {
                write!(out, "{delimiter}")?;
            }
            let Some(text) = field else {
                continue;
            };
            let quoted = text.is_empty()
                || text.contains([delimiter, '"', '\n', '\r'])
                || text.starts_with([' ', '\u{feff}'])
                || text.ends_with(' ');
            match quoted {
                true => write!(out, "\"{}\"", text.replace('"', "\"\""))?,
                false => out.write_all(text.as_bytes())?,
            }
        }
        out.write_all(b"\n")
    }
}

/// A value as `load_data` takes it: bytes in base64.
fn encoded<'t>(text: &'t str, ty: Option<&Type>) -> Cow<'t, str> {
    match ty.and_then(Type::base) {
        Some(Base::Bytes | Base::Binary) => match from_hex(text) {
            Some(bytes) => BASE64.encode(bytes).into(),
            None => text.into(),
        },
        _ => text.into(),
    }
}

/// The bytes that a session gives as `\x00ff`.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

fn write_json(out: &mut dyn Write, text: &str, ty: Option<&Type>) -> io::Result<()> {
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match ty.and_then(Type::base) {
        Some(Base::Boolean) => {
            let is_true = matches!(text, "1" | "t" | "true");
            out.write_all(if is_true { b"true" } else { b"false" })
        }
        // `NaN` and the infinities are texts.
        Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Decimal | Base::Real | Base::Double) if is_json() => {
            out.write_all(text.as_bytes())
        }
        // A line break can stand between its parts only.
        Some(Base::Json) if is_json() => out.write_all(text.replace(['\n', '\r'], " ").as_bytes()),
        _ => Ok(serde_json::to_writer(out, &*encoded(text, ty))?),
    }
}
