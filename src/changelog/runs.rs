//! When a changeset runs that the database holds already.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a changeset runs: `once`; `on_change`, again when its operations, the files that they name, or the values of
/// its parameters change; `always`, with every `up`. What one creates that runs again takes the place of what was there:
/// views, routines and triggers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    #[default]
    Once,
    OnChange,
    Always,
}

impl Runs {
    pub fn is_once(&self) -> bool {
        *self == Runs::Once
    }
}
