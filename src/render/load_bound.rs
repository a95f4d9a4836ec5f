//! The rows of a file as parameters of prepared INSERTs: reading the text of an INSERT is
//! nearly half of what MariaDB does for it.

use std::path::Path;

use super::literal::is_true;
use super::load::{Cell, Load, LoadError, Rows};
use super::rows::insert_head;
use crate::dialect::Family;
use crate::model::{Base, Moment, Parameter, Type, timestamp_parts};

/// Parameters of one statement: the servers count them in 16 bits. Its text, which is as long as it has rows, is prepared
/// once for all of the file; and over TLS each statement waits for some 40 ms.
const MOST_PARAMETERS: usize = 65_535;

/// Bytes of one statement's values, or little more.
const LONGEST: usize = 1024 * 1024;

impl Load {
    /// Whether a run binds the rows to prepared statements; a script has them as literals.
    pub fn binds(&self) -> bool {
        self.dialect().family() == Family::Mysql && !self.unload
    }

    /// Opens the file below the root.
    pub fn open_bound(&self, root: &Path) -> Result<BoundRows<'_>, LoadError> {
        let places: usize = self.types.iter().map(|ty| place(ty).matches('?').count()).sum();
        Ok(BoundRows {
            rows: self.rows(root)?,
            at_once: (MOST_PARAMETERS / places.max(1)).max(1),
        })
    }

    /// The statement that takes so many rows of [`BoundRows`].
    pub fn bound_insert(&self, rows: usize) -> String {
        let places: Vec<&str> = self.types.iter().map(place).collect();
        let row = format!(" ({}),", places.join(","));
        let mut sql = insert_head(&self.table, &self.source.columns, self.overriding, self.dialect());
        sql.push_str(&row.repeat(rows));
        sql.pop();
        sql
    }
}

/// What stands for a value in the statement. MySQL reads a time stamp in the session's zone, which is the server's own.
fn place(ty: &Type) -> &'static str {
    match ty.base() {
        Some(Base::TimestampTz) => "CONVERT_TZ(?,'+00:00',@@session.time_zone)",
        _ => "?",
    }
}

/// Rows of a file, one statement's after the other's.
pub struct BoundRows<'a> {
    rows: Rows<'a>,
    at_once: usize,
}

impl BoundRows<'_> {
    /// Hands on the values of the next rows, as many rows as one statement takes; how many it was.
    pub fn next_rows(&mut self, mut add: impl FnMut(Parameter<'_>)) -> Result<usize, LoadError> {
        let (mut count, mut length) = (0, 0);
        while count < self.at_once && length < LONGEST && self.rows.next_row()? {
            for (cell, ty) in self.rows.cells().zip(&self.rows.load.types) {
                bind(cell?, ty, &mut |parameter| {
                    length += size(parameter);
                    add(parameter);
                });
            }
            count += 1;
        }
        if length >= LONGEST {
            // So that the statements to come have the same number of rows, and need not be prepared again.
            self.at_once = (count * 3 / 4).max(1);
        }
        Ok(count)
    }
}

fn size(parameter: Parameter<'_>) -> usize {
    match parameter {
        Parameter::Null => 0,
        Parameter::Whole(_) => 8,
        Parameter::Text(text) => text.len(),
        Parameter::Bytes(bytes) => bytes.len(),
    }
}

/// The parameters of a cell, one for each `?` of its [`place`].
fn bind(cell: Cell<'_>, ty: &Type, add: &mut impl FnMut(Parameter<'_>)) {
    let whole = |flag: bool| Parameter::Whole(u64::from(flag));
    match (cell, ty.base()) {
        (Cell::Null, _) => add(Parameter::Null),
        (Cell::Bytes(bytes), _) => add(Parameter::Bytes(&bytes)),
        (Cell::Bool(value), Some(Base::Json)) => add(Parameter::Text(if value { "true" } else { "false" })),
        (Cell::Bool(value), _) => add(whole(value)),
        (Cell::Text(text) | Cell::Number(text), Some(Base::Boolean)) => add(whole(is_true(text))),
        (Cell::Text(text) | Cell::Number(text), Some(Base::TimestampTz)) => {
            let utc = Moment::parse(text).map(|moment| moment.utc());
            add(Parameter::Text(utc.as_deref().unwrap_or(text)));
        }
        (Cell::Text(text) | Cell::Number(text), Some(Base::Timestamp)) => {
            add(Parameter::Text(&timestamp_parts(text).0));
        }
        // To a bit, a year or an enum, a number and its digits are two things.
        (Cell::Number(text), None) => add(text.parse().map_or(Parameter::Text(text), Parameter::Whole)),
        (Cell::Text(text) | Cell::Number(text), _) => add(Parameter::Text(text)),
    }
}
