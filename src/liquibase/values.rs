//! stub
use crate::dialect::Dialect;
use serde_json::{Value, json};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Plain,
    Numeric,
    Boolean,
    Date,
    Computed,
    SequenceNext,
    SequenceCurrent,
}
pub fn value_of(kind: ValueKind, text: &str, _ty: Option<&str>, _dialect: Dialect) -> Result<Value, String> {
    Ok(match kind {
        ValueKind::Plain => json!(text),
        ValueKind::Boolean => json!(text == "true"),
        _ => json!({"sql": text}),
    })
}
pub fn default_of(kind: ValueKind, text: &str, ty: Option<&str>, dialect: Dialect) -> Result<Value, String> {
    value_of(kind, text, ty, dialect)
}
