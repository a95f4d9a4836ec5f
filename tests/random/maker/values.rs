//! Types, and the values that columns of them get.

use driftless::model::{Base, Column, Type};
use serde_json::{Value, json};

use super::choices::Choices;

pub const TYPES: [&str; 17] = [
    "int",
    "bigint",
    "smallint",
    "varchar(40)",
    "varchar(200)",
    "text",
    "decimal(10,2)",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "double",
    "char(12)",
    "bytes",
    "uuid",
    "json",
    "time",
];

/// Stands in a row for a value that the maker does not know.
pub fn unknown() -> Value {
    json!("\u{1}unknown")
}

pub fn is_number(column: &Column) -> bool {
    matches!(column.ty.base(), Some(Base::SmallInt | Base::Int | Base::BigInt))
}

pub fn is_text(column: &Column) -> bool {
    matches!(&*column.ty.to_string(), "varchar(40)" | "varchar(200)" | "text")
}

pub fn can_be_unique(ty: &str) -> bool {
    ["int", "bigint", "varchar", "date", "uuid"].contains(&ty.split('(').next().unwrap_or_default())
}

/// A type that holds all that the other one does.
pub fn wider(ty: &Type) -> Option<&'static str> {
    match ty.to_string().as_str() {
        "smallint" => Some("int"),
        "int" => Some("bigint"),
        "varchar(40)" => Some("varchar(200)"),
        "varchar(200)" => Some("text"),
        "decimal(10,2)" => Some("decimal(12,2)"),
        "char(12)" => Some("varchar(40)"),
        "date" => Some("timestamp"),
        _ => None,
    }
}

pub fn default_for(ty: &str, choices: &mut Choices<'_>) -> Value {
    match ty.split('(').next().unwrap_or_default() {
        "int" | "bigint" | "smallint" => json!([0, 7, 3000][choices.below(3)]),
        "varchar" => json!(["it's", "", "a \\ b", "say \"hi\"", "null"][choices.below(5)]),
        "text" => json!(["long; text", "%s"][choices.below(2)]),
        "decimal" => json!(1.5),
        "boolean" => json!(choices.chance(50)),
        "date" => [json!("2024-02-29"), json!({ "fn": "current_date" })][choices.below(2)].clone(),
        "timestamp" => [json!("2024-02-29 12:30:00"), json!({ "fn": "now" })][choices.below(2)].clone(),
        "timestamptz" => json!({ "fn": "now" }),
        "double" => json!(0.25),
        "char" => json!("x"),
        "uuid" => [
            json!("00000000-0000-4000-8000-000000000002"),
            json!("00000000-0000-4000-8000-000000000001"),
        ][choices.below(2)]
        .clone(),
        "time" => json!("23:59:00"),
        _ => Value::Null,
    }
}

/// A value that no other row has, as far as the type has so many.
pub fn value_for(ty: &Type, count: usize) -> Option<Value> {
    if let Some(values) = ty.values() {
        return Some(json!(values[count % values.len()]));
    }
    let odd = ["plain", "it's", "a \\ b", "ünï 日本", "x;y--z"][count % 5];
    let (month, day) = (count / 28 % 12 + 1, count % 28 + 1);
    Some(match ty.base()? {
        Base::SmallInt | Base::Int | Base::BigInt => json!(count),
        Base::Decimal => json!(format!("{count}.25")),
        Base::Real | Base::Double => json!(count as f64 + 0.5),
        Base::Boolean => json!(count.is_multiple_of(2)),
        Base::Char => json!(format!("c{count}")),
        Base::Varchar | Base::Text => json!(format!("{odd} {count}")),
        Base::Binary | Base::Bytes => json!({ "base64": "AAH/" }),
        Base::Date => json!(format!("2024-{month:02}-{day:02}")),
        Base::Time => json!(format!("{:02}:{:02}:00", count % 24, count % 60)),
        Base::Timestamp => json!(format!("2024-{month:02}-{day:02} 12:00:00")),
        Base::TimestampTz => json!(format!("2024-{month:02}-{day:02}T12:00:00Z")),
        Base::Interval => return None,
        Base::Uuid => json!(format!("00000000-0000-4000-8000-{count:012}")),
        Base::Json => json!(format!("{{\"n\": {count}}}")),
    })
}
