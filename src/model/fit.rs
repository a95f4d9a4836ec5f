//! Whether a value may stand in a column, or why not: nothing is bent that an engine would bend.

use super::moment::{Moment, fraction_of, is_date};
use super::value::shorten;
use super::{Base, Type, Value};
use crate::dialect::{Family, Target, Version, holes};

impl Value {
    /// Whether this value may stand in a column of a type, or why not. SQL is for the engine to judge.
    pub fn fit(&self, ty: &Type, target: &Target) -> Result<(), String> {
        match self {
            Value::Number(text) => fit_text(text, true, ty, target),
            Value::Text(text) => match holes(text).first() {
                Some(secret) => fit_secret(secret.name, ty),
                None => fit_text(text, false, ty, target),
            },
            Value::Null | Value::Function(_) | Value::Sql(_) => Ok(()),
            Value::Bool(_) => match ty {
                Type::Portable(Base::Boolean | Base::Json, _) | Type::Native(_) => Ok(()),
                Type::Named { values, .. } if values.is_empty() => Ok(()),
                _ => Err(format!("true and false are not values of `{ty}`")),
            },
            Value::Bytes(bytes) => fit_bytes(bytes, ty),
        }
    }
}

/// Whether a number or a text may stand in a column of a type, or why not.
pub fn fit_text(text: &str, is_number: bool, ty: &Type, target: &Target) -> Result<(), String> {
    match ty {
        Type::Native(_) => Ok(()),
        Type::Enum(values) | Type::Named { values, .. } => {
            match values.is_empty() || values.iter().any(|value| value == text) {
                true => Ok(()),
                false => Err(format!("`{}` is not one of {}", shorten(text), values.join(", "))),
            }
        }
        Type::Portable(base, sizes) => fit_portable(text, is_number, ty, (*base, sizes), target),
    }
}

/// What a secret holds is not known here: it is put in as a text, which the engine judges.
fn fit_secret(name: &str, ty: &Type) -> Result<(), String> {
    match ty {
        Type::Native(_) | Type::Portable(Base::Char | Base::Varchar | Base::Text, _) => Ok(()),
        Type::Named { values, .. } if values.is_empty() => Ok(()),
        _ => Err(format!(
            "the secret `{name}` is put in as text, and `{ty}` takes another form; SQL can turn it into that: \
             `{{sql: …}}`"
        )),
    }
}

fn fit_bytes(bytes: &[u8], ty: &Type) -> Result<(), String> {
    match ty {
        Type::Portable(Base::Bytes, _) | Type::Native(_) => Ok(()),
        Type::Named { values, .. } if values.is_empty() => Ok(()),
        Type::Portable(Base::Binary, sizes) => match sizes.first() {
            Some(size) if bytes.len() <= *size as usize => Ok(()),
            _ => Err(format!("{} bytes do not fit `{ty}`", bytes.len())),
        },
        _ => Err(format!("bytes are not a value of `{ty}`")),
    }
}

fn fit_portable(
    text: &str,
    is_number: bool,
    ty: &Type,
    (base, sizes): (Base, &[u32]),
    target: &Target,
) -> Result<(), String> {
    let not = || Err(format!("`{}` is not a value of `{ty}`", shorten(text)));
    match base {
        Base::SmallInt => fit_whole(text, ty, i16::MIN.into()..=i16::MAX.into()),
        Base::Int => fit_whole(text, ty, i32::MIN.into()..=i32::MAX.into()),
        Base::BigInt => fit_whole(text, ty, i64::MIN..=i64::MAX),
        Base::Decimal => fit_decimal(text, ty, sizes, target),
        Base::Real | Base::Double => fit_float(text, is_number, ty, base, target),
        Base::Boolean => match text {
            "0" | "1" => Ok(()),
            "true" | "false" | "t" | "f" if !is_number => Ok(()),
            _ => not(),
        },
        Base::Char | Base::Varchar | Base::Text => {
            match sizes.first().map(|size| (*size as usize, text.chars().count())) {
                Some((size, length)) if length > size => Err(format!("{length} characters do not fit `{ty}`")),
                _ if text.contains('\0') && target.dialect.family() != Family::Mysql => Err(format!(
                    "{} keeps no text with a character NUL",
                    target.dialect.facts().title
                )),
                _ => Ok(()),
            }
        }
        Base::Date if !is_number && is_date(text) => Ok(()),
        Base::Date => Err(format!("`{}` is not a date (`2024-12-31`)", shorten(text))),
        Base::Time => match fraction_of(text).filter(|_| !is_number) {
            Some(fraction) => fit_fraction(text, fraction, ty, sizes),
            None => Err(format!("`{}` is not a time (`23:59:59`)", shorten(text))),
        },
        Base::Timestamp | Base::TimestampTz => fit_moment(text, is_number, ty, (base, sizes), target),
        Base::Uuid if is_uuid(text) => Ok(()),
        Base::Uuid => not(),
        Base::Json if is_number => Ok(()),
        Base::Json => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("`{}` is not JSON", shorten(text))),
        },
        Base::Interval => Ok(()),
        Base::Binary | Base::Bytes => Err(format!("`{ty}` takes `{{base64: …}}`")),
    }
}

fn fit_whole(text: &str, ty: &Type, bounds: std::ops::RangeInclusive<i64>) -> Result<(), String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(value) if bounds.contains(&value) => Ok(()),
        _ if is_whole => Err(format!("{} is out of the range of `{ty}`", shorten(text))),
        _ => Err(format!("`{}` is not a value of `{ty}`", shorten(text))),
    }
}

/// The engines differ in what they make of a number that is too large or too small: some the nearest that they have.
fn fit_float(text: &str, is_number: bool, ty: &Type, base: Base, target: &Target) -> Result<(), String> {
    let out_of_range = || Err(format!("{} is out of the range of `{ty}`", shorten(text)));
    let Ok(number) = text.parse::<f64>() else {
        return Err(format!("`{}` is not a value of `{ty}`", shorten(text)));
    };
    let is_word = text
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E'));
    if is_word {
        // `NaN` and the infinities.
        return match target.dialect.family() {
            Family::Postgres if !is_number => Ok(()),
            _ => Err(format!("`{}` is not a value of `{ty}`", shorten(text))),
        };
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let kept = match (base, target.dialect.family()) {
        // The nearest of 32 bits is kept, where there is one.
        (Base::Real, Family::Postgres) => text.parse::<f32>().map_or(f64::NAN, f64::from),
        (Base::Real, Family::Mysql) if number.abs() > f32::MAX.into() => f64::INFINITY,
        (Base::Real, Family::Mysql) => f64::from(number as f32),
        _ => number,
    };
    match kept.is_finite() && (is_zero || kept != 0.0) {
        true => Ok(()),
        false => out_of_range(),
    }
}

/// A number by its digits: how many stand before the point, and how many behind it.
struct Digits {
    whole: usize,
    fraction: usize,
    /// From the first that is not 0 to the last.
    significant: usize,
    has_exponent: bool,
}

fn digits_of(text: &str) -> Option<Digits> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i16>().ok()?)),
        None => (text, None),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    let length = whole.len() + fraction.len();
    if length == 0 || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let leading = all().take_while(|byte| *byte == b'0').count();
    let trailing = all().rev().take_while(|byte| *byte == b'0').count();
    let significant = length.saturating_sub(leading + trailing) as i64;
    // Where the point stands, counted from the first digit that is not 0.
    let point = whole.len() as i64 + i64::from(exponent.unwrap_or_default()) - leading as i64;
    let (whole, fraction) = match significant {
        0 => (0, 0),
        _ => (point.max(0), (significant - point).max(0)),
    };
    Some(Digits {
        whole: whole as usize,
        fraction: fraction as usize,
        significant: significant as usize,
        has_exponent: exponent.is_some(),
    })
}

fn fit_decimal(text: &str, ty: &Type, sizes: &[u32], target: &Target) -> Result<(), String> {
    let Some(digits) = digits_of(text) else {
        return Err(format!("`{}` is not a value of `{ty}`", shorten(text)));
    };
    let family = target.dialect.family();
    let (whole, fraction) = match (sizes, family) {
        ([precision, rest @ ..], _) => {
            let scale = rest.first().copied().unwrap_or_default();
            (precision.saturating_sub(scale), scale)
        }
        // `decimal(65,30)`
        ([], Family::Mysql) => (35, 30),
        ([], Family::Sqlite | Family::Postgres) => (1000, 1000),
    };
    if digits.whole > whole as usize || digits.fraction > fraction as usize {
        return Err(format!("{} does not fit `{ty}`", shorten(text)));
    }
    let is_whole_number = !digits.has_exponent && !text.contains('.') && text.parse::<i64>().is_ok();
    // A floating-point number, there or on the way.
    let by_float = match family {
        Family::Sqlite => !is_whole_number,
        Family::Mysql => digits.has_exponent,
        Family::Postgres => false,
    };
    if by_float && digits.significant > 15 {
        let title = &target.dialect.facts().title;
        return Err(match family {
            Family::Sqlite => format!("{title} keeps 15 digits of a decimal, not all of {}", shorten(text)),
            _ => format!(
                "{title} takes 15 digits before an exponent, not all of {}",
                shorten(text)
            ),
        });
    }
    Ok(())
}

fn fit_fraction(text: &str, fraction: &str, ty: &Type, sizes: &[u32]) -> Result<(), String> {
    let kept = sizes.first().copied().unwrap_or(6) as usize;
    match fraction.trim_end_matches('0').len() > kept {
        true => Err(format!("`{text}` has more digits of a second than `{ty}` keeps")),
        false => Ok(()),
    }
}

fn fit_moment(
    text: &str,
    is_number: bool,
    ty: &Type,
    (base, sizes): (Base, &[u32]),
    target: &Target,
) -> Result<(), String> {
    let zoned = base == Base::TimestampTz;
    let moment = Moment::parse(text).filter(|moment| !is_number && moment.offset.is_some() == zoned);
    let Some(moment) = moment else {
        let form = match zoned {
            true => "a time stamp with its zone (`2024-12-31T23:59:59Z`)",
            false => "a time stamp (`2024-12-31 23:59:59`)",
        };
        return Err(format!("`{}` is not {form}", shorten(text)));
    };
    fit_fraction(text, moment.fraction, ty, sizes)?;
    // A TIMESTAMP, which counts seconds in 32 bits.
    let last = match (target.dialect.name(), target.version >= Version(11, 5, 0)) {
        ("mariadb", true) => i64::from(u32::MAX),
        _ => i64::from(i32::MAX),
    };
    let in_range = target.dialect.family() != Family::Mysql || (1..=last).contains(&moment.epoch());
    match zoned && !in_range {
        true => {
            let year = if last == i64::from(i32::MAX) { 2038 } else { 2106 };
            Err(format!(
                "`{text}` is out of the range of `{ty}` on {}: 1970 to {year}",
                target.title()
            ))
        }
        false => Ok(()),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(target: &str, ty: &str, fitting: &[&str], refused: &[&str]) {
        let target = Target::parse(target).expect("a target");
        let ty: Type = ty.parse().expect("a type");
        for (texts, fits) in [(fitting, true), (refused, false)] {
            for text in texts {
                let result = Value::Text((*text).into()).fit(&ty, &target);
                assert_eq!(result.is_ok(), fits, "{target}: {ty}: {text}: {result:?}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let holds = |ty, fitting, refused| holds("postgres", ty, fitting, refused);
        holds(
            "date",
            &["2024-02-29", "0001-01-01"],
            &["2023-02-29", "0000-01-01", "2024-02-29 00:00:00"],
        );
        holds(
            "timestamp",
            &["2024-12-31T23:59:59.5", "2024-12-31"],
            &["2024-12-31T24:00:00", "2024-12-31T10:00Z"],
        );
        holds(
            "timestamp(3)",
            &["2024-12-31 10:00:00.123000"],
            &["2024-12-31 10:00:00.1234"],
        );
        holds(
            "timestamptz",
            &["2024-12-31T23:59:59+02:00"],
            &["2024-12-31 23:59:59", "2024-12-31"],
        );
        holds("time(0)", &["23:59:59", "23:59"], &["23:59:59.9", "23:59:59Z"]);
        holds(
            "decimal(10,2)",
            &["99999999.99", "-0.10", "1e7", "125e-2"],
            &["1.005", "100000000", "1e8", "1e-3"],
        );
        holds(
            "decimal(3,1)",
            &["1.50", "0e900", "+1"],
            &["100", "++1", "1.2.3", "", ".", "NaN"],
        );
        holds(
            "smallint",
            &["-32768", "+7", "007"],
            &["32768", "++7", "+-7", "1.0", " 7", ""],
        );
        holds("bigint", &["-9223372036854775808"], &["9223372036854775808"]);
        holds("varchar(3)", &["äöü", ""], &["äöüß"]);
        holds("text", &["\u{1}"], &["\0"]);
        holds(
            "double",
            &["1e308", "5e-324", "NaN", "-Infinity", "0e-999"],
            &["1e309", "1e-400", "1_000", "x", ""],
        );
        holds("real", &["3.4028235e+38", "1e-45"], &["3.5e38", "1e-60"]);
        holds("boolean", &["true", "f", "1"], &["yes", "2", ""]);
        holds("enum(a,7)", &["a", "7"], &["b", "1"]);
        holds("json", &["{\"a\": [1]}", "null"], &["{", ""]);
        holds("bytes", &[], &["x"]);
    }

    #[test]
    fn each_engine_has_its_own_limits() {
        holds("sqlite", "double", &["1e-320"], &["NaN", "Infinity"]);
        holds("sqlite", "real", &["1e300"], &[]);
        holds(
            "sqlite",
            "decimal(20,2)",
            &["123456789012345678", "1234567890123.45"],
            &["12345678901234.567", "1234567890123456.78"],
        );
        holds(
            "mysql",
            "decimal",
            &["1e34"],
            &["1e35", "1e-31", "1.234567890123456789e3"],
        );
        holds("mysql", "real", &[], &["3.4028235e38"]);
        holds("mysql", "text", &["\0"], &[]);
        let (last, later) = ("2038-01-19T05:14:07+02:00", "2038-01-19T02:00:00-05:00");
        holds(
            "mysql",
            "timestamptz",
            &[last, "1970-01-01T00:00:01Z"],
            &[later, "1970-01-01T01:30:00+02:00"],
        );
        holds("mariadb:11.5", "timestamptz", &[later], &["2106-02-08T00:00:00Z"]);
        holds(
            "postgres",
            "timestamptz",
            &["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"],
            &[],
        );
    }

    #[test]
    fn values_that_are_no_texts() {
        let target = Target::parse("mysql").expect("a target");
        let fits = |value: Value, ty: &str| value.fit(&ty.parse().expect("a type"), &target).is_ok();
        assert!(fits(Value::Bool(true), "boolean") && !fits(Value::Bool(true), "int"));
        assert!(!fits(Value::Bool(true), "enum(a)") && !fits(Value::Bytes(vec![0]), "enum(a)"));
        assert!(fits(Value::Bytes(vec![0; 3]), "binary(3)") && !fits(Value::Bytes(vec![0; 4]), "binary(3)"));
        assert!(!fits(Value::Bytes(vec![0]), "text") && !fits(Value::Number("1".into()), "date"));
        assert!(!fits(Value::Number("1".into()), "enum(a)") && fits(Value::Number("1".into()), "enum(1)"));
    }
}
