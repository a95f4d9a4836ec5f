//! Values of rows and defaults as Liquibase is told them.

use serde_json::json;

use super::Said;
use crate::dialect::{Dialect, Family, holes};
use crate::model::{Column, ColumnDefault, Type, Value};
use crate::render::{default_value, literal};

/// A value of a row: the key and what stands behind it.
pub(super) fn of_row(value: &Value, ty: &Type, dialect: Dialect) -> (&'static str, Said) {
    let sql = literal(value, ty, dialect);
    match value {
        Value::Bool(value) if is_truth(&sql, dialect) => ("valueBoolean", (*value).into()),
        Value::Number(text) | Value::Text(text) if sql == *text => ("valueNumeric", number(text)),
        Value::Number(text) | Value::Text(text) if sql == dialect.string(text) && is_plain(text) => {
            ("value", text.as_str().into())
        }
        _ => ("valueComputed", sql.as_str().into()),
    }
}

/// The default of a column, likewise.
pub(super) fn default_of(column: &Column, dialect: Dialect) -> Option<(&'static str, Said)> {
    let default = column.default.as_ref()?;
    let sql = default_value(default, &column.ty, dialect);
    let word = match default {
        ColumnDefault::Literal(Value::Bool(value)) if is_truth(&sql, dialect) => {
            return Some(("defaultValueBoolean", (*value).into()));
        }
        ColumnDefault::Literal(Value::Number(text)) if sql == *text => {
            return Some(("defaultValueNumeric", number(text)));
        }
        ColumnDefault::Function(name) => format!("default_{name}"),
        ColumnDefault::Literal(_) | ColumnDefault::Expression(_) => format!("default_{}", column.name),
    };
    let text = match (default, dialect.family()) {
        // In brackets it is the same to PostgreSQL, and is left as it is by Liquibase.
        (ColumnDefault::Expression(_) | ColumnDefault::Function(_), Family::Postgres) if !sql.starts_with('(') => {
            format!("({sql})")
        }
        _ => sql,
    };
    Some(("defaultValueComputed", Said::Sql { word, text }))
}

fn number(text: &str) -> Said {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => Said::Plain(json!(text)),
    }
}

fn is_truth(sql: &str, dialect: Dialect) -> bool {
    let literals = &dialect.facts().literals;
    sql == literals.true_ || sql == literals.false_
}

/// Whether Liquibase takes a text as it is: it trims, takes a word for NULL, and puts properties in.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.eq_ignore_ascii_case("null")
        && !text.contains(char::is_control)
        && !text.contains("${")
        && holes(text).is_empty()
}
