use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, enum_check, enum_values};
use crate::diagnostic::{Problem, nearest};
use crate::model::{Change, EnumType};

/// Adds a value to an enum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEnumValue {
    #[serde(rename = "enum")]
    pub name: TableRef,
    pub value: String,
    /// The value that it sorts before; behind all others where neither this nor `after` is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value that it sorts right behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Resolve for AddEnumValue {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(before) = context.known_enum(&self.name, "enum") else {
            return Vec::new();
        };
        if before.values.contains(&self.value) {
            let message = format!("enum `{}` has a value `{}` already", before.name, self.value);
            context.problem(Problem::error("duplicate-value", message).at("value"));
            return Vec::new();
        }
        let Some(at) = self.position(context, &before) else {
            return Vec::new();
        };
        let mut after = before.clone();
        Arc::make_mut(&mut after).values.insert(at, self.value.clone());
        enum_check::check_label(context, &self.value, "value");
        if !enum_check::check_columns_of(context, &after, "value") {
            return Vec::new();
        }
        enum_values::replace(context, before, after, "enum")
    }
}

impl AddEnumValue {
    fn position(&self, context: &mut Context<'_>, known: &EnumType) -> Option<usize> {
        match (&self.before, &self.after) {
            (None, None) => Some(known.values.len()),
            (Some(value), None) => position(context, known, value, "before"),
            (None, Some(value)) => position(context, known, value, "after").map(|at| at + 1),
            (Some(_), Some(_)) => {
                let message = "a value stands either `before` or `after` another one";
                context.problem(Problem::error("one-of", message).at("after"));
                None
            }
        }
    }
}

/// The place of a value that has to be there.
pub(super) fn position(context: &mut Context<'_>, known: &EnumType, value: &str, path: &str) -> Option<usize> {
    let found = known.values.iter().position(|other| other == value);
    if found.is_none() {
        let problem = Problem::error("unknown-value", format!("enum `{}` has no value `{value}`", known.name));
        let problem = match nearest(value, known.values.iter().map(String::as_str)) {
            Some(near) => problem.did_you_mean(Some(near)),
            None => problem.note(format!("its values are {}", known.values.join(", "))),
        };
        context.problem(problem.at(path));
    }
    found
}
