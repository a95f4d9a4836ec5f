//! The words that operations share: tables, columns, types, references, as authors write them.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DIALECT_KEYS, is_false, is_true, yes};
use crate::dialect::{Dialect, Name, ObjectName, as_written};
use crate::model::{Action, Base, ObjectKind, Type, TypeError, Value};

/// A table's or view's name: a word, or `{schema, name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRef(pub ObjectName);

impl Serialize for TableRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.schema {
            None => self.0.name.serialize(serializer),
            Some(_) => self.0.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for TableRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TableRef, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a table's name, or {schema, name}")]
        enum Form {
            Word(Name),
            Qualified(ObjectName),
        }
        Ok(TableRef(match Form::deserialize(deserializer)? {
            Form::Word(name) => ObjectName { schema: None, name },
            Form::Qualified(name) => name,
        }))
    }
}

impl JsonSchema for TableRef {
    fn schema_name() -> Cow<'static, str> {
        "TableName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A name as written, or `{schema, name}`; without a schema the target's own is meant.",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "properties": {
                        "schema": { "type": "string", "minLength": 1 },
                        "name": { "type": "string", "minLength": 1 },
                    },
                    "required": ["name"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

/// A column's type as written: `varchar(255)`, `{decimal: [10, 2]}`, `{native: citext}`, or a map by dialect of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum TypeSpec {
    Text(String),
    #[serde(serialize_with = "super::in_order")]
    Form(IndexMap<String, TypeValue>),
}

/// What stands behind a key of a type that is written as a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a type, or a list of sizes")]
pub enum TypeValue {
    Nothing(()),
    Sizes(Vec<u32>),
    Values(Vec<String>),
    Type(TypeSpec),
}

impl TypeValue {
    /// What stands behind a key that names something: its texts are names.
    fn with_names_read(self) -> TypeValue {
        match self {
            TypeValue::Type(TypeSpec::Text(text)) => TypeValue::Type(TypeSpec::Text(Name::read(text).to_string())),
            TypeValue::Type(TypeSpec::Form(map)) => {
                let entries = map.into_iter().map(|(key, value)| (key, value.with_names_read()));
                TypeValue::Type(TypeSpec::Form(entries.collect()))
            }
            other => other,
        }
    }
}

/// The keys that name an enum or a domain.
const NAMED: [(&str, ObjectKind); 2] = [("enum", ObjectKind::Enum), ("domain", ObjectKind::Domain)];

impl TypeSpec {
    /// The enum or the domain that is named for a dialect: `{enum: mood}`, `{domain: {schema: shop, name: email}}`.
    pub fn named(&self, dialect: Dialect) -> Option<(ObjectKind, ObjectName)> {
        let TypeSpec::Form(map) = self else {
            return None;
        };
        for (key, kind) in NAMED {
            if let (1, Some(TypeValue::Type(name))) = (map.len(), map.get(key)) {
                return Some((kind, name.as_name()?));
            }
        }
        let found = dialect.lineage().chain(["default"]).find_map(|name| map.get(name));
        match found {
            Some(TypeValue::Type(spec)) => spec.named(dialect),
            _ => None,
        }
    }

    /// A name where a type would stand: a word, or `{schema, name}`.
    fn as_name(&self) -> Option<ObjectName> {
        let map = match self {
            TypeSpec::Text(text) => return Some(ObjectName::plain(text.as_str())),
            TypeSpec::Form(map) => map,
        };
        let word = |key: &str| match map.get(key) {
            Some(TypeValue::Type(TypeSpec::Text(text))) => Some(Name::new(text.as_str())),
            _ => None,
        };
        Some(ObjectName {
            schema: word("schema"),
            name: word("name")?,
        })
    }

    /// The type on a dialect.
    pub fn resolve(&self, dialect: Dialect) -> Result<Type, TypeError> {
        let map = match self {
            TypeSpec::Text(text) => return text.parse(),
            TypeSpec::Form(map) => map,
        };
        if let Some((key, value)) = map.first().filter(|_| map.len() == 1) {
            match value {
                TypeValue::Type(TypeSpec::Text(text)) if key == "native" => return Ok(Type::Native(text.clone())),
                TypeValue::Sizes(sizes) => {
                    let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
                    return format!("{key}({})", sizes.join(",")).parse();
                }
                TypeValue::Values(values) if key == "enum" => return Ok(Type::Enum(values.clone())),
                _ => {}
            }
        }
        if let Some(key) = map.keys().find(|key| !DIALECT_KEYS.contains(&key.as_str())) {
            return Err(TypeError {
                message: format!("`{key}` is neither a type with sizes nor a dialect"),
                help: Some(
                    "a type is text (`varchar(255)`), `{decimal: [10, 2]}`, `{native: …}`, or a map by dialect".into(),
                ),
            });
        }
        let found = dialect.lineage().chain(["default"]).find_map(|name| map.get(name));
        match found {
            Some(TypeValue::Type(TypeSpec::Text(text))) => {
                // A word that is no portable type is the dialect's own here: `{postgres: citext}`.
                Ok(text.parse().unwrap_or_else(|_| Type::Native(text.clone())))
            }
            Some(TypeValue::Type(spec)) => spec.resolve(dialect),
            _ => Err(TypeError {
                message: format!("no type is given for {}", dialect.facts().title),
                help: Some("add what is missing to the map, or `default` for all the others".into()),
            }),
        }
    }
}

impl<'de> Deserialize<'de> for TypeSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TypeSpec, D::Error> {
        struct TypeVisitor;

        impl<'de> Visitor<'de> for TypeVisitor {
            type Value = TypeSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type")
            }

            fn visit_str<E>(self, text: &str) -> Result<TypeSpec, E> {
                Ok(TypeSpec::Text(text.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TypeSpec, A::Error> {
                let mut form = IndexMap::new();
                while let Some((key, value)) = map.next_entry::<String, TypeValue>()? {
                    let names = NAMED.iter().any(|(known, _)| *known == key);
                    form.insert(key, if names { value.with_names_read() } else { value });
                }
                Ok(TypeSpec::Form(form))
            }
        }
        deserializer.deserialize_any(TypeVisitor)
    }
}

impl JsonSchema for TypeSpec {
    fn schema_name() -> Cow<'static, str> {
        "Type".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let own = generator.subschema_for::<TypeSpec>();
        let sizes = serde_json::json!({ "type": "array", "items": { "type": "integer", "minimum": 0 } });
        let mut properties = serde_json::Map::new();
        properties.insert(
            "native".into(),
            serde_json::json!({ "type": "string", "description": "Passed on as it is." }),
        );
        let name = generator.subschema_for::<TableRef>();
        let values = serde_json::json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
        properties.insert(
            "enum".into(),
            serde_json::json!({
                "description": "The name of an enum of the database, or a list of values.",
                "anyOf": [name.clone(), values],
            }),
        );
        properties.insert(
            "domain".into(),
            serde_json::json!({ "description": "The name of a domain of the database (PostgreSQL).", "anyOf": [name] }),
        );
        for name in Base::names().filter(|name| *name != "enum") {
            properties.insert(name.into(), sizes.clone());
        }
        for key in DIALECT_KEYS {
            properties.insert(
                key.into(),
                serde_json::json!({ "anyOf": [own.clone(), { "type": "null" }] }),
            );
        }
        json_schema!({
            "description": "A portable type with its sizes (`varchar(255)`), `{decimal: [10, 2]}`, `{enum: …}`, `{domain: …}`, `{native: …}`, or a map by dialect.",
            "anyOf": [
                {
                    "type": "string",
                    "minLength": 1,
                    "examples": ["bigint", "varchar(255)", "decimal(10,2)", "timestamptz", "boolean", "text", "json", "uuid"],
                },
                { "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 },
            ],
        })
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Text, a number, true, false or null; `{fn: now}`, `{sql: …}`, `{base64: …}`.",
            "anyOf": [
                { "type": ["string", "number", "boolean", "null"] },
                {
                    "type": "object",
                    "properties": {
                        "fn": { "type": "string", "enum": ["now", "current_date", "uuid"], "description": "A function that every dialect has." },
                        "sql": { "type": "string", "description": "SQL, as it is." },
                        "base64": { "type": "string", "description": "Bytes." },
                        "decimal": { "type": "string", "description": "A number with all its digits." },
                    },
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        })
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Column")]
pub struct ColumnSpec {
    pub name: Name,
    #[serde(rename = "type")]
    pub ty: TypeSpec,
    /// Whether it may hold NULL (default: true; columns of a primary key never do).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub nullable: bool,
    /// What it holds where a row says nothing: a literal, `{fn: now}` or `{sql: …}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Numbers its rows: `true`, or `{start, increment, always}`.
    #[serde(default, skip_serializing_if = "IdentitySpec::is_off")]
    pub identity: IdentitySpec,
    /// Whether it is the primary key by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
    /// Whether no two rows may hold the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<ReferencesSpec>,
    /// An expression that every row has to meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub check: Option<String>,
    #[serde(default, deserialize_with = "as_written", skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedSpec>,
    /// The character set of its own (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Name>,
    /// What it is set to whenever its row changes: `{fn: now}` or `{sql: …}` (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<Value>,
    /// Whether `SELECT *` leaves it out (MySQL 8.0.23, MariaDB).
    #[serde(default, skip_serializing_if = "is_false")]
    pub invisible: bool,
}

/// A column computed from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Generated")]
pub struct GeneratedSpec {
    #[schemars(length(min = 1))]
    pub expression: String,
    /// Computed on writing and kept (default), or on reading.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub stored: bool,
}

/// Whether and how a column numbers its rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "true, false, or {start, increment, always}")]
pub enum IdentitySpec {
    #[default]
    Off,
    Flag(bool),
    Options(IdentityOptions),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityOptions {
    /// The first number (default: 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// The step from one to the next (default: 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// Whether rows may not bring a number of their own (PostgreSQL; the others take any).
    #[serde(default, skip_serializing_if = "is_false")]
    pub always: bool,
}

impl IdentitySpec {
    fn is_off(&self) -> bool {
        matches!(self, IdentitySpec::Off | IdentitySpec::Flag(false))
    }

    pub(super) fn resolve(&self) -> Option<crate::model::Identity> {
        match self {
            IdentitySpec::Off | IdentitySpec::Flag(false) => None,
            IdentitySpec::Flag(true) => Some(crate::model::Identity::default()),
            IdentitySpec::Options(options) => Some(crate::model::Identity {
                start: options.start,
                increment: options.increment,
                always: options.always,
            }),
        }
    }
}

impl JsonSchema for IdentitySpec {
    fn schema_name() -> Cow<'static, str> {
        "Identity".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let options = generator.subschema_for::<IdentityOptions>();
        json_schema!({
            "description": "Numbers the rows: `true`, or `{start, increment, always}`.",
            "anyOf": [{ "type": "boolean" }, options],
        })
    }
}

/// What a foreign key points at: `{table, columns, …}`, or short `teams(id)`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferencesSpec {
    pub table: TableRef,
    pub columns: Vec<Name>,
    pub on_delete: Action,
    pub on_update: Action,
    pub match_full: bool,
    pub deferrable: bool,
    pub initially_deferred: bool,
}

/// The long form; the short one says the first two keys.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReferencesMap")]
struct ReferencesMap {
    table: TableRef,
    columns: Vec<Name>,
    /// What happens to the referring rows when the row goes.
    #[serde(default, skip_serializing_if = "is_default_action")]
    on_delete: Action,
    /// What happens to them when its key changes.
    #[serde(default, skip_serializing_if = "is_default_action")]
    on_update: Action,
    /// `full`: either all columns are NULL or none (PostgreSQL).
    #[serde(rename = "match", default, skip_serializing_if = "is_simple")]
    matching: Matching,
    /// Whether it may be checked at the end of the transaction.
    #[serde(default, skip_serializing_if = "is_false")]
    deferrable: bool,
    /// Whether it is checked there unless told otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    initially_deferred: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Matching {
    #[default]
    Simple,
    Full,
}

fn is_default_action(action: &Action) -> bool {
    *action == Action::default()
}

fn is_simple(matching: &Matching) -> bool {
    *matching == Matching::Simple
}

impl Serialize for ReferencesSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ReferencesMap {
            table: self.table.clone(),
            columns: self.columns.clone(),
            on_delete: self.on_delete,
            on_update: self.on_update,
            matching: if self.match_full {
                Matching::Full
            } else {
                Matching::Simple
            },
            deferrable: self.deferrable,
            initially_deferred: self.initially_deferred,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ReferencesSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ReferencesSpec, D::Error> {
        struct ReferencesVisitor;

        impl<'de> Visitor<'de> for ReferencesVisitor {
            type Value = ReferencesSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`table(column)`, or {table, columns}")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ReferencesSpec, E> {
                short_reference(text).ok_or_else(|| E::custom(format!("`{text}` is not of the form `table(column)`")))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ReferencesSpec, A::Error> {
                let long = ReferencesMap::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ReferencesSpec {
                    table: long.table,
                    columns: long.columns,
                    on_delete: long.on_delete,
                    on_update: long.on_update,
                    match_full: long.matching == Matching::Full,
                    deferrable: long.deferrable || long.initially_deferred,
                    initially_deferred: long.initially_deferred,
                })
            }
        }
        deserializer.deserialize_any(ReferencesVisitor)
    }
}

/// Reads `teams(id)` and `auth.teams(id, region)`.
fn short_reference(text: &str) -> Option<ReferencesSpec> {
    let (table, columns) = text.trim().strip_suffix(')')?.split_once('(')?;
    let name = match table.trim().split_once('.') {
        Some((schema, name)) => ObjectName {
            schema: Some(Name::read(schema.trim())),
            name: Name::read(name.trim()),
        },
        None => ObjectName {
            schema: None,
            name: Name::read(table.trim()),
        },
    };
    let columns: Vec<Name> = columns.split(',').map(|column| Name::read(column.trim())).collect();
    let whole = !name.name.is_empty() && columns.iter().all(|column| !column.is_empty());
    whole.then_some(ReferencesSpec {
        table: TableRef(name),
        columns,
        on_delete: Action::default(),
        on_update: Action::default(),
        match_full: false,
        deferrable: false,
        initially_deferred: false,
    })
}

impl JsonSchema for ReferencesSpec {
    fn schema_name() -> Cow<'static, str> {
        "References".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = generator.subschema_for::<ReferencesMap>();
        json_schema!({
            "description": "What the foreign key points at: `teams(id)`, or a map.",
            "anyOf": [{ "type": "string", "pattern": "^.+\\(.+\\)$", "examples": ["teams(id)"] }, long],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_a_short_form() {
        let spec: ReferencesSpec = serde_json::from_str("\"auth.teams(id, region)\"").unwrap();
        assert_eq!(spec.table.0.to_string(), "auth.teams");
        assert_eq!(spec.columns.len(), 2);
        let long = serde_json::to_value(&spec).unwrap();
        assert_eq!(serde_json::from_value::<ReferencesSpec>(long).unwrap(), spec);
        assert!(serde_json::from_str::<ReferencesSpec>("\"teams\"").is_err());
    }

    #[test]
    fn types_have_their_forms() {
        let ty = |json: &str, dialect: &str| {
            serde_json::from_str::<TypeSpec>(json)
                .unwrap()
                .resolve(Dialect::named(dialect).unwrap())
        };
        assert_eq!(
            ty(r#"{"decimal": [10, 2]}"#, "sqlite").unwrap().to_string(),
            "decimal(10,2)"
        );
        let map = r#"{"postgres": "citext", "default": "varchar(255)"}"#;
        assert_eq!(ty(map, "postgres"), Ok(Type::Native("citext".into())));
        assert_eq!(ty(map, "mariadb").unwrap().to_string(), "varchar(255)");
        assert!(ty(r#"{"postgres": "citext"}"#, "sqlite").is_err());
    }
}
