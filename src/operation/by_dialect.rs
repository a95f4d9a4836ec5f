//! Values that may differ from dialect to dialect.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::dialect::Dialect;

/// The keys of a map by dialect.
pub const DIALECT_KEYS: [&str; 5] = ["sqlite", "postgres", "mysql", "mariadb", "default"];

/// One text for all dialects, or a map: a dialect falls back to the one it extends, then to `default`; null means
/// nothing there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged, bound(serialize = "T: Serialize"))]
pub enum ByDialect<T> {
    One(T),
    #[serde(serialize_with = "super::in_order")]
    Each(IndexMap<String, Option<T>>),
}

impl<T> ByDialect<T> {
    pub fn pick(&self, dialect: Dialect) -> Option<&T> {
        match self {
            ByDialect::One(value) => Some(value),
            ByDialect::Each(map) => map.get(self.key(dialect)?).and_then(Option::as_ref),
        }
    }

    /// The key of the map under which a dialect finds its own.
    fn key(&self, dialect: Dialect) -> Option<&'static str> {
        match self {
            ByDialect::One(_) => None,
            ByDialect::Each(map) => dialect
                .lineage()
                .chain(["default"])
                .find(|name| map.contains_key(*name)),
        }
    }

    /// Where what a dialect picks stands, below the key of the whole.
    pub fn path(&self, key: &str, dialect: Dialect) -> String {
        match self.key(dialect) {
            Some(own) => format!("{key}/{own}"),
            None => key.to_string(),
        }
    }

    /// Whether the map says anything of a dialect, be it "nothing there".
    pub fn speaks_of(&self, dialect: Dialect) -> bool {
        matches!(self, ByDialect::One(_)) || self.key(dialect).is_some()
    }
}

impl<'de, T: Deserialize<'de> + From<String>> Deserialize<'de> for ByDialect<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ByDialect<T>, D::Error> {
        deserializer.deserialize_any(ByDialectVisitor(PhantomData))
    }
}

struct ByDialectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + From<String>> Visitor<'de> for ByDialectVisitor<T> {
    type Value = ByDialect<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or a map by dialect")
    }

    fn visit_str<E>(self, text: &str) -> Result<ByDialect<T>, E> {
        Ok(ByDialect::One(text.to_string().into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByDialect<T>, A::Error> {
        let mut each = IndexMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if !DIALECT_KEYS.contains(&key.as_str()) {
                return Err(serde::de::Error::custom(format!("`{key}` is no dialect")));
            }
            each.insert(key, map.next_value::<Option<T>>()?);
        }
        Ok(ByDialect::Each(each))
    }
}

impl<T: JsonSchema> JsonSchema for ByDialect<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}ByDialect", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let or_null = generator.subschema_for::<Option<T>>();
        let properties: serde_json::Map<String, serde_json::Value> = DIALECT_KEYS
            .iter()
            .map(|key| (key.to_string(), or_null.clone().into()))
            .collect();
        json_schema!({
            "description": "One text, or one for each dialect (`default` for the others, null for none).",
            "anyOf": [one, {
                "type": "object",
                "properties": properties,
                "additionalProperties": false,
                "minProperties": 1,
            }],
        })
    }
}

/// Whether a list such as `[mysql, "!mariadb"]` includes a dialect; an empty list includes all.
pub fn applies(list: &[String], dialect: Dialect) -> bool {
    let names: Vec<&str> = dialect.lineage().collect();
    let excluded = list.iter().filter_map(|item| item.strip_prefix('!'));
    if excluded.into_iter().any(|name| names.contains(&name)) {
        return false;
    }
    let mut included = list.iter().filter(|item| !item.starts_with('!')).peekable();
    included.peek().is_none() || included.any(|name| names.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_falls_back_to_the_one_it_extends() {
        let list = |items: &[&str]| items.iter().map(|item| item.to_string()).collect::<Vec<_>>();
        let mariadb = Dialect::named("mariadb").unwrap();
        assert!(applies(&list(&["mysql"]), mariadb));
        assert!(!applies(&list(&["mysql", "!mariadb"]), mariadb));
        assert!(applies(&[], mariadb));
        assert!(!applies(&list(&["sqlite"]), mariadb));
        assert!(applies(&list(&["!sqlite"]), mariadb));
    }
}
