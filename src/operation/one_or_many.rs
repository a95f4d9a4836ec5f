//! Lists of which authors write a single item as it is.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// One item, or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    // Before `One`: a list is a list, though an item may be readable from one too.
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(item) => std::slice::from_ref(item),
            OneOrMany::Many(items) => items,
        }
    }

    /// Where an item stands: the key itself where it is the only one.
    pub fn path(&self, key: &str, at: usize) -> String {
        match self {
            OneOrMany::One(_) => key.to_string(),
            OneOrMany::Many(_) => format!("{key}/{at}"),
        }
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}OrList", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({
            "description": "One, or a list of them.",
            "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }],
        })
    }
}
