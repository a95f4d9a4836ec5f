use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::add_enum_value::position;
use super::specification::TableRef;
use super::{Context, Resolve, enum_check, enum_values};
use crate::diagnostic::Problem;
use crate::model::Change;

/// Gives a value of an enum another name; rows and defaults that hold it follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameEnumValue {
    #[serde(rename = "enum")]
    pub name: TableRef,
    pub from: String,
    pub to: String,
}

impl Resolve for RenameEnumValue {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(known) = context.known_enum(&self.name, "enum") else {
            return Vec::new();
        };
        if position(context, &known, &self.from, "from").is_none() {
            return Vec::new();
        }
        if known.values.contains(&self.to) {
            let message = format!("enum `{}` has a value `{}` already", known.name, self.to);
            context.problem(Problem::error("duplicate-value", message).at("to"));
            return Vec::new();
        }
        enum_check::check_label(context, &self.to, "to");
        enum_values::rename(context, known, &self.from, &self.to)
    }
}
