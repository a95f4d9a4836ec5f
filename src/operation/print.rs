use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::model::Change;

/// Shows a line to whoever watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Print {
    pub message: String,
}

impl Resolve for Print {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        if self.message.trim().is_empty() {
            context.problem(Problem::error("no-message", "the message is empty").at("message"));
        }
        vec![Change::Print {
            message: self.message.clone(),
        }]
    }
}
