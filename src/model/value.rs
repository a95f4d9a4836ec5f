//! Values of rows and defaults, and whether they fit a column.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Base, Type};
use crate::document::RAW_NUMBER;

/// One value as the author wrote it. A number keeps its digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    /// A portable function: `now`, `current_date`, `uuid`.
    Function(String),
    /// SQL, as it is.
    Sql(String),
}

impl Value {
    /// Whether this value may stand in a column of a type, or why not. SQL is for the engine to judge.
    pub fn fit(&self, ty: &Type) -> Result<(), String> {
        let base = match (self, ty) {
            (Value::Number(text), _) => return fit_text(text, true, ty),
            (Value::Text(text), _) => return fit_text(text, false, ty),
            (_, Type::Portable(base, sizes)) => (*base, sizes.as_slice()),
            (_, Type::Native(_) | Type::Enum(_) | Type::Named { .. }) => return Ok(()),
        };
        match self {
            Value::Bool(_) => match base.0 {
                Base::Boolean | Base::Json => Ok(()),
                _ => Err(format!("true and false are not values of `{ty}`")),
            },
            Value::Bytes(bytes) => fit_bytes(bytes, ty, base),
            Value::Null | Value::Function(_) | Value::Sql(_) | Value::Number(_) | Value::Text(_) => Ok(()),
        }
    }
}

/// Whether a number or a text may stand in a column of a type, or why not.
pub fn fit_text(text: &str, is_number: bool, ty: &Type) -> Result<(), String> {
    match ty {
        Type::Native(_) => Ok(()),
        Type::Enum(values) | Type::Named { values, .. } => {
            match is_number || values.is_empty() || values.iter().any(|value| value == text) {
                true => Ok(()),
                false => Err(format!("`{text}` is not one of {}", values.join(", "))),
            }
        }
        Type::Portable(base, sizes) => fit_portable(text, is_number, ty, *base, sizes),
    }
}

fn fit_bytes(bytes: &[u8], ty: &Type, (base, sizes): (Base, &[u32])) -> Result<(), String> {
    match (base, sizes) {
        (Base::Bytes, _) => Ok(()),
        (Base::Binary, [size]) if bytes.len() <= *size as usize => Ok(()),
        (Base::Binary, _) => Err(format!("{} bytes do not fit `{ty}`", bytes.len())),
        _ => Err(format!("bytes are not a value of `{ty}`")),
    }
}

fn fit_portable(text: &str, is_number: bool, ty: &Type, base: Base, sizes: &[u32]) -> Result<(), String> {
    let not = || Err(format!("`{}` is not a value of `{ty}`", shorten(text)));
    match base {
        Base::SmallInt | Base::Int | Base::BigInt => {
            let bounds = match base {
                Base::SmallInt => i64::from(i16::MIN)..=i64::from(i16::MAX),
                Base::Int => i64::from(i32::MIN)..=i64::from(i32::MAX),
                _ => i64::MIN..=i64::MAX,
            };
            match text.trim_start_matches('+').parse::<i64>() {
                Ok(value) if bounds.contains(&value) => Ok(()),
                Ok(_) => Err(format!("{text} is out of the range of `{ty}`")),
                Err(_) if is_whole(text) => Err(format!("{text} is out of the range of `{ty}`")),
                Err(_) => not(),
            }
        }
        Base::Decimal => fit_decimal(text, ty, sizes),
        Base::Real | Base::Double => match text.parse::<f64>() {
            Ok(_) => Ok(()),
            Err(_) => not(),
        },
        Base::Boolean => match text {
            "0" | "1" => Ok(()),
            "true" | "false" | "t" | "f" if !is_number => Ok(()),
            _ => not(),
        },
        Base::Char | Base::Varchar => {
            let length = text.chars().count();
            match sizes.first() {
                Some(size) if length > *size as usize => Err(format!("{length} characters do not fit `{ty}`")),
                _ => Ok(()),
            }
        }
        Base::Date if !is_number && is_date(text) => Ok(()),
        Base::Time if !is_number && is_time(text) => Ok(()),
        Base::Timestamp if !is_number && is_timestamp(text, false) => Ok(()),
        Base::TimestampTz if !is_number && is_timestamp(text, true) => Ok(()),
        Base::Date => Err(format!("`{}` is not a date (`2024-12-31`)", shorten(text))),
        Base::Time => Err(format!("`{}` is not a time (`23:59:59`)", shorten(text))),
        Base::Timestamp => Err(format!(
            "`{}` is not a time stamp (`2024-12-31 23:59:59`)",
            shorten(text)
        )),
        Base::TimestampTz => Err(format!(
            "`{}` is not a time stamp with its zone (`2024-12-31T23:59:59Z`)",
            shorten(text)
        )),
        Base::Uuid if is_uuid(text) => Ok(()),
        Base::Uuid => not(),
        Base::Json if is_number => Ok(()),
        Base::Json => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("`{}` is not JSON", shorten(text))),
        },
        Base::Text | Base::Interval => Ok(()),
        Base::Binary | Base::Bytes => Err(format!("`{ty}` takes `{{base64: …}}`")),
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

fn is_whole(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn fit_decimal(text: &str, ty: &Type, sizes: &[u32]) -> Result<(), String> {
    let digits = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric =
        !digits.is_empty() && digits != "." && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !numeric {
        return match text.parse::<f64>() {
            Ok(value) if value.is_finite() && text.contains(['e', 'E']) => Ok(()),
            _ => Err(format!("`{}` is not a value of `{ty}`", shorten(text))),
        };
    }
    let [precision, rest @ ..] = sizes else {
        return Ok(());
    };
    let scale = rest.first().copied().unwrap_or_default() as usize;
    let whole = whole.trim_start_matches('0').len();
    let fraction = fraction.trim_end_matches('0').len();
    if whole + scale > *precision as usize || fraction > scale {
        return Err(format!("{text} does not fit `{ty}`"));
    }
    Ok(())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits| parts.next().and_then(|part| number(part, digits));
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.splitn(3, ':');
    let mut part = || parts.next().and_then(|part| number(part, 2));
    let (Some(hour), Some(minute)) = (part(), part()) else {
        return false;
    };
    let second = match clock.len() {
        5 => Some(0),
        _ => part(),
    };
    hour < 24
        && minute < 60
        && second.is_some_and(|second| second < 60)
        && (1..=6).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_timestamp(text: &str, zoned: bool) -> bool {
    let (Some(date), Some(separator)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    if separator.is_empty() {
        return is_date(date) && !zoned;
    }
    let Some(rest) = separator.strip_prefix([' ', 'T']) else {
        return false;
    };
    let (time, zone) = split_zone(rest);
    let zone_fits = match zone {
        None => !zoned,
        Some("Z") => zoned,
        Some(offset) => zoned && number(&offset[1..3], 2).is_some_and(|hour| hour < 15),
    };
    is_date(date) && is_time(time) && zone_fits
}

/// A time and its zone (`Z`, `+02:00`), where it has one.
fn split_zone(text: &str) -> (&str, Option<&str>) {
    if let Some(time) = text.strip_suffix('Z') {
        return (time, Some("Z"));
    }
    match text.rfind(['+', '-']) {
        Some(at) if text.len() - at >= 3 && text.is_char_boundary(at + 3) => (text[..at].trim_end(), Some(&text[at..])),
        _ => (text, None),
    }
}

impl Value {
    /// A time stamp as `2024-12-31 23:59:59`, with its offset (`+00:00`) apart where it has one.
    pub fn timestamp_parts(text: &str) -> (String, Option<String>) {
        let Some((date, rest)) = text.split_at_checked(10) else {
            return (text.to_string(), None);
        };
        let (time, zone) = split_zone(rest.trim_start_matches([' ', 'T']));
        let time = match time {
            "" => "00:00:00".to_string(),
            time if time.len() == 5 => format!("{time}:00"),
            time => time.to_string(),
        };
        let zone = zone.map(|zone| match zone {
            "Z" => "+00:00".to_string(),
            zone if zone.len() == 3 => format!("{zone}:00"),
            zone if zone.len() == 5 => format!("{}:{}", &zone[..3], &zone[3..]),
            zone => zone.to_string(),
        });
        (format!("{date} {time}"), zone)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = |serializer: S, key: &str, text: &str| {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(key, text)?;
            map.end()
        };
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(text) => match text.parse::<i64>() {
                Ok(value) if value.to_string() == *text => serializer.serialize_i64(value),
                _ => one(serializer, "decimal", text),
            },
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => one(serializer, "base64", &BASE64.encode(bytes)),
            Value::Function(name) => one(serializer, "fn", name),
            Value::Sql(sql) => one(serializer, "sql", sql),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_NUMBER, ValueVisitor { raw: true })
    }
}

struct ValueVisitor {
    /// Whether a text that arrives now is a number's digits.
    raw: bool,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value, or {base64: …}, {fn: …}, {sql: …}")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ValueVisitor { raw: false })
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(match self.raw {
            true => Value::Number(text.to_string()),
            false => Value::Text(text.to_string()),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        use serde::de::Error;
        let Some((key, text)) = map.next_entry::<String, String>()? else {
            return Err(A::Error::custom("expected one of base64, fn, sql, decimal"));
        };
        if map.next_entry::<String, String>()?.is_some() {
            return Err(A::Error::custom("expected exactly one key"));
        }
        match key.as_str() {
            "base64" => match BASE64.decode(text.split_whitespace().collect::<String>()) {
                Ok(bytes) => Ok(Value::Bytes(bytes)),
                Err(_) => Err(A::Error::custom(format!("`{}` is not base64", shorten(&text)))),
            },
            "fn" => Ok(Value::Function(text)),
            "sql" => Ok(Value::Sql(text)),
            "decimal" => Ok(Value::Number(text)),
            other => Err(A::Error::custom(format!(
                "unknown key `{other}`, expected one of base64, fn, sql, decimal"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(value: &str, ty: &str) -> bool {
        Value::Text(value.into()).fit(&ty.parse().unwrap()).is_ok()
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(fits("2024-02-29", "date") && !fits("2023-02-29", "date"));
        assert!(fits("2024-12-31T23:59:59.5", "timestamp") && !fits("2024-12-31T24:00:00", "timestamp"));
        assert!(fits("2024-12-31T23:59:59+02:00", "timestamptz") && !fits("2024-12-31 23:59:59", "timestamptz"));
        assert!(fits("99999999.99", "decimal(10,2)") && !fits("1.005", "decimal(10,2)"));
        assert!(!fits("100000000", "decimal(10,2)") && fits("1.50", "decimal(3,1)"));
        assert!(fits("-32768", "smallint") && !fits("32768", "smallint"));
        assert!(fits("äöü", "varchar(3)") && !fits("äöüß", "varchar(3)"));
        assert!(!fits("x", "bytes") && !fits("{", "json") && !fits("small", "enum(a,b)"));
    }

    #[test]
    fn values_come_back_from_json_as_they_were() {
        for value in [
            Value::Null,
            Value::Number("12345678901234567890.10".into()),
            Value::Number("-7".into()),
            Value::Text("7".into()),
            Value::Bytes(vec![0, 255]),
            Value::Sql("now()".into()),
        ] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value, "{json}");
        }
    }

    #[test]
    fn time_stamps_are_brought_to_one_form() {
        assert_eq!(
            Value::timestamp_parts("2024-12-31T23:59Z"),
            ("2024-12-31 23:59:00".into(), Some("+00:00".into()))
        );
        assert_eq!(
            Value::timestamp_parts("2024-12-31"),
            ("2024-12-31 00:00:00".into(), None)
        );
    }
}
