//! Values of rows and defaults.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
/// As much of a text as a message can hold.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
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
}
