//! How much a thing that goes and one that is new look like the same under another name.

use super::part::{Part, Wording};
use super::{Catalog, Table};
use crate::dialect::Name;

/// That two things may be one, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// From 0 to 1.
    pub share: f64,
    pub evidence: String,
}

/// The least share of columns that two tables have in common.
const ENOUGH: f64 = 0.6;

/// Whether a table may be another one under a new name: most of their columns are the same.
pub fn alike_tables(old: &Table, new: &Table, catalog: &Catalog) -> Option<Likeness> {
    let wording = Wording::of(catalog);
    let said = |table: &Table| -> Vec<(String, String)> {
        let columns = table.columns.iter().enumerate();
        let columns = columns.map(|(at, column)| {
            let text = Part::Column(at, column).described(table, catalog, wording);
            (column.name.to_lowercase(), text)
        });
        columns.collect()
    };
    let (one, other) = (said(old), said(new));
    let common = one.iter().filter(|column| other.contains(column)).count();
    let all = one.len().max(other.len());
    let share = common as f64 / all.max(1) as f64;
    (share >= ENOUGH).then(|| Likeness {
        share,
        evidence: format!("{common} of {all} columns are the same"),
    })
}

/// Whether a column may be another one under a new name: both are of one type.
pub fn alike_columns(old: &Table, from: &Name, new: &Table, to: &Name, catalog: &Catalog) -> Option<Likeness> {
    let case = catalog.column_case();
    let find = |table: &Table, name: &Name| {
        let at = table.position(name, case)?;
        Some((at, table.columns[at].clone()))
    };
    let ((from_at, one), (to_at, other)) = (find(old, from)?, find(new, to)?);
    let dialect = catalog.target().dialect;
    let native = |column: &super::Column| {
        let native = column.ty.native(dialect).unwrap_or_else(|_| column.ty.to_string());
        super::normal_type(&native, dialect)
    };
    if native(&one) != native(&other) {
        return None;
    }
    let wording = Wording::of(catalog);
    let whole =
        |table: &Table, at: usize, column: &super::Column| Part::Column(at, column).described(table, catalog, wording);
    let is_whole = whole(old, from_at, &one) == whole(new, to_at, &other);
    let likeness = strsim::jaro_winkler(&from.to_lowercase(), &to.to_lowercase());
    let place = if from_at == to_at { 0.2 } else { 0.0 };
    let mut evidence = match is_whole {
        true => format!("both are {}", whole(old, from_at, &one)),
        false => format!("both are of type {}", native(&one)),
    };
    if from_at == to_at {
        evidence += ", and stand at the same place";
    }
    Some(Likeness {
        share: likeness * 0.5 + place + if is_whole { 0.3 } else { 0.0 },
        evidence,
    })
}
