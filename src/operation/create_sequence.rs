use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Family;
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
        // As the database's own tools would have it, one that is there is taken as it is.
        let is_guarded = context.names.are_of_engine() && context.family() == Family::Postgres;
        let name = context.catalog.normal_name(&self.name.0);
        if is_guarded && context.catalog.object(ObjectKind::Sequence, &name).is_some() {
            return Vec::new();
        }
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
            if_not_exists: is_guarded,
        }]
    }
}

/// Refuses numbers that contradict each other, or what holds where nothing is said.
pub(super) fn check_numbers(context: &mut Context<'_>, sequence: &Sequence) {
    let contradiction = |message: String| Problem::error("contradiction", message);
    if sequence.increment == Some(0) {
        let message = "a sequence that steps by 0 gives one number only";
        context.problem(contradiction(message.into()).at("increment"));
    }
    if sequence.cache.is_some_and(|cache| cache < 1) && context.family() == Family::Postgres {
        context.problem(contradiction("a session takes one number at least".into()).at("cache"));
    }
    let (lowest, highest) = range(sequence.ty.as_deref());
    for (number, key) in [(sequence.minimum, "minimum"), (sequence.maximum, "maximum")] {
        if let Some(number) = number.filter(|number| *number < lowest || *number > highest) {
            let ty = sequence.ty.as_deref().unwrap_or_default();
            context.problem(contradiction(format!("{number} is no `{ty}`")).at(key));
            return;
        }
    }
    let descends = sequence.increment.is_some_and(|increment| increment < 0);
    let least = sequence.minimum.unwrap_or(if descends { lowest } else { 1 });
    let greatest = sequence.maximum.unwrap_or(if descends { -1 } else { highest });
    if least >= greatest {
        let message = format!("the minimum, {least}, is not less than the maximum, {greatest}");
        let path = if sequence.minimum.is_some() {
            "minimum"
        } else {
            "maximum"
        };
        context.problem(contradiction(message).at(path));
        return;
    }
    let Some(start) = sequence.start else {
        return;
    };
    let bound = match () {
        () if start < least => (least, "minimum"),
        () if start > greatest => (greatest, "maximum"),
        () => return,
    };
    let message = format!("the start, {start}, is beyond the {}, {}", bound.1, bound.0);
    context.problem(contradiction(message).at("start"));
}

/// The numbers of a sequence's type.
fn range(ty: Option<&str>) -> (i64, i64) {
    match ty {
        Some("smallint") => (i16::MIN.into(), i16::MAX.into()),
        Some("integer") => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}
