use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::{Context, Operation, Resolve, sql};
use crate::model::Change;

/// Runs the SQL of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlFile {
    /// The file, relative to this one.
    pub path: String,
    /// What takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<ByDialect<String>>,
    /// What it does to the schema, as operations that are not run; `[]`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<Operation>>,
}

impl Resolve for SqlFile {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        // A file that could not be read has been told of already.
        let Some(up) = context
            .files
            .get(&self.path)
            .and_then(|file| file.text.as_deref())
            .map(str::to_string)
        else {
            return Vec::new();
        };
        let dialect = context.dialect();
        let down = self.down.as_ref().and_then(|down| down.pick(dialect)).cloned();
        sql::change(context, up, down, self.effects.as_deref())
    }
}
