use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Operation, Resolve, applies, in_turn};
use crate::model::Change;

/// Some operations on some dialects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// A dialect includes those that extend it (`mysql` includes `mariadb`; `"!mariadb"` takes it out).
    pub dialects: Vec<DialectChoice>,
    pub operations: Vec<Operation>,
}

/// A dialect's name, or `!` and the name of one that is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DialectChoice(pub String);

impl JsonSchema for DialectChoice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DialectChoice".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names = crate::dialect::Dialect::all().map(|dialect| dialect.name());
        let choices: Vec<String> = names.flat_map(|name| [name.to_string(), format!("!{name}")]).collect();
        schemars::json_schema!({ "type": "string", "enum": choices })
    }
}

impl Only {
    /// Whether its operations are meant on a dialect.
    pub fn applies(&self, dialect: crate::dialect::Dialect) -> bool {
        let list: Vec<String> = self.dialects.iter().map(|choice| choice.0.clone()).collect();
        applies(&list, dialect)
    }
}

impl Resolve for Only {
    /// Its operations one after the other, each on what the one before left.
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        if !self.applies(context.dialect()) {
            return Vec::new();
        }
        let (changes, places) = in_turn(context, &self.operations, "operations").into_iter().unzip();
        context.places = places;
        changes
    }
}
