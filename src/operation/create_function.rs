use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::routine::Written;
use super::specification::TableRef;
use super::{ByDialect, Context, Resolve, is_false};
use crate::dialect::Name;
use crate::model::{Change, ObjectKind};

/// Creates a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFunction {
    pub function: TableRef,
    /// What stands between the brackets: `price numeric, rate numeric`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<ByDialect<String>>,
    /// The type that it gives.
    pub returns: ByDialect<String>,
    /// The language of its body, `sql` where nothing is said (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
    /// The words beside the body: `IMMUTABLE STRICT`, `DETERMINISTIC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<ByDialect<String>>,
    /// The body, for all dialects or for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<ByDialect<String>>,
    /// A file that holds the body, in place of `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Put it in the place of the function of this name, where there is one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replace: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreateFunction {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let written = Written {
            kind: ObjectKind::Function,
            name: &self.function,
            arguments: self.arguments.as_ref(),
            returns: Some(&self.returns),
            language: self.language.as_ref(),
            options: self.options.as_ref(),
            body: self.body.as_ref(),
            file: self.file.as_deref(),
            replace: self.replace,
            comment: self.comment.as_deref(),
        };
        written.create(context)
    }
}
