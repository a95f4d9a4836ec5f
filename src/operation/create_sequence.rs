use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, Object, ObjectKind, Sequence};

/// Creates a sequence, which gives numbers one after the other (PostgreSQL, MariaDB).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSequence {
    pub name: TableRef,
    /// The type of its numbers (PostgreSQL; default: bigint).
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<SequenceType>,
    /// The first number (default: the least; the greatest where it descends).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// The step from one to the next (default: 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// How many numbers a session takes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// Begin again after the last one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cycle: bool,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SequenceType {
    SmallInt,
    Int,
    BigInt,
}

impl SequenceType {
    pub(super) fn native(self) -> String {
        match self {
            SequenceType::SmallInt => "smallint",
            SequenceType::Int => "integer",
            SequenceType::BigInt => "bigint",
        }
        .into()
    }
}

impl Resolve for CreateSequence {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(name) = context.free_name(ObjectKind::Sequence, &self.name.0, "name") else {
            return Vec::new();
        };
        let sequence = Sequence {
            name,
            ty: self.ty.map(SequenceType::native),
            start: self.start,
            increment: self.increment,
            minimum: self.minimum,
            maximum: self.maximum,
            cache: self.cache,
            cycle: self.cycle,
            comment: context.kept_comment(self.comment.as_ref()),
        };
        check_numbers(context, &sequence);
        vec![Change::CreateObject {
            object: Object::Sequence(Arc::new(sequence)),
            if_not_exists: false,
        }]
    }
}

/// Refuses numbers that contradict each other.
pub(super) fn check_numbers(context: &mut Context<'_>, sequence: &Sequence) {
    if sequence.increment == Some(0) {
        let message = "a sequence that steps by 0 gives one number only";
        context.problem(Problem::error("contradiction", message).at("increment"));
    }
    if let (Some(least), Some(greatest)) = (sequence.minimum, sequence.maximum)
        && least >= greatest
    {
        let message = format!("the minimum, {least}, is not less than the maximum, {greatest}");
        context.problem(Problem::error("contradiction", message).at("minimum"));
    }
    let below = sequence
        .minimum
        .filter(|least| sequence.start.is_some_and(|start| start < *least));
    let above = sequence
        .maximum
        .filter(|greatest| sequence.start.is_some_and(|start| start > *greatest));
    if let (Some(start), Some(bound)) = (sequence.start, below.or(above)) {
        let message = format!("the start, {start}, is beyond {bound}");
        context.problem(Problem::error("contradiction", message).at("start"));
    }
}
