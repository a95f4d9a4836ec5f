//! What becomes of a run where a changeset fails.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `stop`: the run ends there. `go_on`: what it did is rolled back, it stays pending, and the run goes on with what does
/// not depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    #[default]
    Stop,
    GoOn,
}

impl OnError {
    pub fn is_stop(&self) -> bool {
        *self == OnError::Stop
    }
}
