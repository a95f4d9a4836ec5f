//! What the attributes of a value mean to Liquibase.

use super::ValueKind;
use super::moment::{Moment, NoMoment};

/// A value before it is known how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// None at all.
    Nothing,
    Text(String),
    Number(String),
    Bool(bool),
    Moment(Moment),
    Function(String),
    Next(String),
    Current(String),
}

impl Meant {
    /// A value of a column: in a row, or a default where the column is made.
    pub fn of_column(kind: ValueKind, text: &str) -> Meant {
        match kind {
            ValueKind::Plain => Meant::Text(text.to_string()),
            ValueKind::Numeric => numeric(text),
            // Any other word is false, be it `1` or `yes`.
            ValueKind::Boolean => Meant::Bool(text.eq_ignore_ascii_case("true")),
            ValueKind::Date => match Moment::read(text) {
                Ok(moment) => Meant::Moment(moment),
                Err(_) => Meant::Function(text.to_string()),
            },
            ValueKind::Computed => Meant::Function(text.to_string()),
            ValueKind::SequenceNext => Meant::Next(text.to_string()),
            ValueKind::SequenceCurrent => Meant::Current(text.to_string()),
        }
    }

    /// A default that is added to a column: numbers are read there, and not only looked at.
    pub fn of_change(kind: ValueKind, text: &str) -> Result<Meant, String> {
        match kind {
            ValueKind::Numeric => Ok(match read_number(text) {
                Some(number) => Meant::Number(number),
                None => Meant::Function(text.to_string()),
            }),
            ValueKind::Date if Moment::read(text) == Err(NoMoment::Broken) => {
                Err(format!("Liquibase does not understand the time stamp `{text}`"))
            }
            kind => Ok(Meant::of_column(kind, text)),
        }
    }

    /// The text that Java has for it.
    pub fn shown(&self) -> String {
        match self {
            Meant::Nothing => String::new(),
            Meant::Bool(value) => value.to_string(),
            Meant::Moment(moment) => moment.shown(),
            Meant::Text(text)
            | Meant::Number(text)
            | Meant::Function(text)
            | Meant::Next(text)
            | Meant::Current(text) => text.clone(),
        }
    }
}

/// A number is whatever begins like one, and stays as it is written.
fn numeric(text: &str) -> Meant {
    if text.eq_ignore_ascii_case("null") {
        return Meant::Nothing;
    }
    let inner = match text.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')').unwrap_or(inner),
        None => text,
    };
    match begins_like_a_number(inner) {
        true => Meant::Number(inner.to_string()),
        false => Meant::Function(text.to_string()),
    }
}

/// The same for a default of a column, of which the brackets are gone either way.
pub(super) fn numeric_default(text: &str) -> Meant {
    match numeric(text) {
        Meant::Function(text) => match text.strip_prefix('(') {
            Some(inner) => Meant::Function(inner.strip_suffix(')').unwrap_or(inner).to_string()),
            None => Meant::Function(text),
        },
        meant => meant,
    }
}

fn begins_like_a_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let digits = digits.strip_prefix('.').unwrap_or(digits);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// The number that a text begins with, as Java writes it.
fn read_number(text: &str) -> Option<String> {
    if !begins_like_a_number(text) {
        return None;
    }
    let (mut number, mut point, mut exponent) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            '-' if number.is_empty() || number.ends_with('E') => number.push(c),
            '0'..='9' => number.push(c),
            // Thousands are set apart.
            ',' if !point && !exponent => {}
            '.' if !point && !exponent => {
                point = true;
                number.push(c);
            }
            'E' if !exponent => {
                exponent = true;
                number.push(c);
            }
            _ => break,
        }
    }
    let value: f64 = number.trim_end_matches(['E', '-']).parse().ok()?;
    let whole = number.parse::<i64>().ok();
    let whole = whole.or_else(|| (value.fract() == 0.0 && value.abs() < 9e18).then_some(value as i64));
    Some(match whole {
        Some(whole) => whole.to_string(),
        None => java_double(value),
    })
}

/// A floating-point number as Java writes it: `1.0E-5` outside of a thousandth to ten millions.
fn java_double(value: f64) -> String {
    if (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}
