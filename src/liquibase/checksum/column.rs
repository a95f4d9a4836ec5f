//! Columns and their constraints as Liquibase loads them.

use super::Untold;
use super::canonical::{Object, Value};
use super::date::iso_date;
use super::field::field;
use super::fields::{CONSTRAINT_FIELDS, PLACED_COLUMN_FIELDS};
use crate::liquibase::Element;

/// What is taken as it is written; the values and defaults are not.
const PLAIN: [&str; 13] = [
    "name",
    "computed",
    "type",
    "encoding",
    "autoIncrement",
    "startWith",
    "incrementBy",
    "remarks",
    "descending",
    "valueBlobFile",
    "valueClobFile",
    "generationType",
    "defaultOnNull",
];

/// What Liquibase forgets of the columns of an index.
const NOT_OF_INDEXES: [&str; 9] = [
    "type",
    "autoIncrement",
    "constraints",
    "defaultValue",
    "value",
    "startWith",
    "incrementBy",
    "encoding",
    "remarks",
];

/// The columns of a change: below `columns`, or directly below it.
pub fn columns(change: &Element) -> Result<Vec<Object>, Untold> {
    let is_placed = matches!(&*change.name, "addColumn" | "createIndex");
    let named = |name: &'static str| change.children.iter().filter(move |child| child.name == name);
    let mut found = Vec::new();
    for list in named("columns").chain(named("column")) {
        let below: Vec<&Element> = list.children.iter().filter(|child| child.name == "column").collect();
        let elements = if below.is_empty() { vec![list] } else { below };
        for element in elements {
            let mut column = column(element, is_placed)?;
            if change.name == "createIndex" {
                column.0.retain(|(name, _)| !NOT_OF_INDEXES.contains(&&**name));
            }
            found.push(column);
        }
    }
    Ok(found)
}

fn column(element: &Element, is_placed: bool) -> Result<Object, Untold> {
    let mut column = Object::default();
    for name in PLAIN {
        column.put(name, field(element, name)?);
    }
    if is_placed {
        for name in PLACED_COLUMN_FIELDS {
            column.put(name, field(element, name)?);
        }
    }
    let text = element
        .text
        .as_ref()
        .map(|text| text.text.trim_matches(|c| c <= ' ').to_string());
    let value = field(element, "value")?;
    column.put("value", value.or(text.filter(|text| !text.is_empty())));
    settings(&mut column, element, "value")?;
    settings(&mut column, element, "defaultValue")?;
    column.put("valueSequenceCurrent", field(element, "valueSequenceCurrent")?);
    column.put("defaultValue", field(element, "defaultValue")?);
    column.put(
        "defaultValueConstraintName",
        field(element, "defaultValueConstraintName")?,
    );
    if let Some(constraints) = constraints(element)? {
        column.0.push(("constraints".to_string(), Value::Object(constraints)));
    }
    Ok(column)
}

/// The typed forms of a value or a default. What is no number and no date is a function; the last function holds.
fn settings(column: &mut Object, element: &Element, start: &str) -> Result<(), Untold> {
    let named = |end: &str| format!("{start}{end}");
    let numeric = named("Numeric");
    let mut computed = None;
    if let Some(written) = field(element, &numeric)?.filter(|text| !text.eq_ignore_ascii_case("null")) {
        let is_default = start == "defaultValue";
        let number = match written.strip_prefix('(') {
            Some(inner) => inner.strip_suffix(')').unwrap_or(inner).to_string(),
            None => written.clone(),
        };
        match is_number(&number) {
            _ if is_default && written == "GENERATED_BY_DEFAULT" => {
                column.take("autoIncrement");
                column.put("autoIncrement", Some("true".to_string()));
            }
            true => column.put(&numeric, Some(number)),
            false => computed = Some(if is_default { number } else { written }),
        }
    }
    let date = named("Date");
    if let Some(written) = field(element, &date)? {
        match iso_date(&written) {
            Some(read) => column.put(&date, Some(read)),
            None => computed = Some(written),
        }
    }
    column.put(&named("Boolean"), field(element, &named("Boolean"))?);
    column.put(&named("SequenceNext"), field(element, &named("SequenceNext"))?);
    column.put(&named("Computed"), field(element, &named("Computed"))?.or(computed));
    Ok(())
}

/// Whether a text begins like a number of American English, which is all that Java asks for.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let digits = digits.trim_start_matches(',');
    let digits = digits.strip_prefix('.').unwrap_or(digits);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '∞') || text.starts_with("NaN")
}

fn constraints(column: &Element) -> Result<Option<Object>, Untold> {
    let none = column.attribute("constraints").map(|_| Object::default());
    let Some(element) = column.child("constraints") else {
        return Ok(none);
    };
    let mut constraints = Object::default();
    for name in CONSTRAINT_FIELDS {
        constraints.put(name, field(element, name)?);
    }
    Ok(Some(constraints))
}
