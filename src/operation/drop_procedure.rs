use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false, routine};
use crate::model::{Change, ObjectKind};

/// Drops a procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropProcedure {
    pub procedure: TableRef,
    /// The types of its arguments, where PostgreSQL has several of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// Drop the views, triggers and policies that use it as well, instead of refusing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cascade: bool,
}

impl Resolve for DropProcedure {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let arguments = self.arguments.as_deref();
        routine::drop(context, ObjectKind::Procedure, &self.procedure, arguments, self.cascade)
    }
}
