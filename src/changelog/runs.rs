//! When a changeset runs that the database holds already.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a changeset runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    #[default]
    Once,
    /// Again when its operations, the files that they name, or the values of its parameters change. What it creates takes
    /// the place of what was there: for views, routines and triggers.
    OnChange,
    /// With every `up`; likewise.
    Always,
}

impl Runs {
    pub fn is_once(&self) -> bool {
        *self == Runs::Once
    }
}
