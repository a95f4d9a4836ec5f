use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::create_sequence::{SequenceType, check_numbers};
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::model::{Change, Object};

/// Changes what is named of a sequence; everything else stays, the number it has come to as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlterSequence {
    pub sequence: TableRef,
    /// The type of its numbers (PostgreSQL).
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<SequenceType>,
    /// The number that it begins with when it is begun again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// The step from one to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// How many numbers a session takes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// Whether it begins again after the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<bool>,
    /// The new comment; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for AlterSequence {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(before) = context.known_sequence(&self.sequence, "sequence") else {
            return Vec::new();
        };
        let mut after = (*before).clone();
        if let Some(ty) = self.ty {
            after.ty = Some(ty.native());
        }
        after.start = self.start.or(after.start);
        after.increment = self.increment.or(after.increment);
        after.minimum = self.minimum.or(after.minimum);
        after.maximum = self.maximum.or(after.maximum);
        after.cache = self.cache.or(after.cache);
        after.cycle = self.cycle.unwrap_or(after.cycle);
        if let Some(comment) = &self.comment {
            after.comment = context.kept_comment(Some(comment).filter(|comment| !comment.is_empty()));
        }
        check_numbers(context, &after);
        if after == *before {
            let named = serde_json::to_value(self).is_ok_and(|map| map.as_object().is_some_and(|map| map.len() > 1));
            if !named {
                let problem = Problem::error("nothing-to-do", "nothing of the sequence is named that should change")
                    .help("name one of type, start, increment, minimum, maximum, cache, cycle, comment");
                context.problem(problem.at("sequence"));
            }
            return Vec::new();
        }
        vec![Change::ReplaceObject {
            before: Object::Sequence(before),
            after: Object::Sequence(Arc::new(after)),
        }]
    }
}
