//! Conditions as authors write them: what has to hold before a changeset, or before the changesets of a file.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Parameters;
use crate::dialect::Name;
use crate::document::{Kind, Node};
use crate::model::Value;
use crate::operation::{ByDialect, DialectChoice, Names, OneOrMany, TableRef};

/// The conditions of a changeset, or of a file: each the tree of a [`Condition`], its parameters still in it.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// One that does not hold stops the run.
    pub require: Vec<Node>,
    /// Where one does not hold, what they stand before is left out.
    pub only_if: Vec<Node>,
    pub otherwise: Otherwise,
    /// How the names in them are taken.
    pub names: Names,
}

impl Conditions {
    pub fn is_empty(&self) -> bool {
        self.require.is_empty() && self.only_if.is_empty()
    }
}

/// Conditions that hold for the changesets of a file and of what it includes.
#[derive(Debug, Clone)]
pub struct FileConditions {
    pub file: String,
    pub conditions: Conditions,
    pub parameters: Arc<Parameters>,
}

/// What becomes of a changeset whose `only_if` does not hold: it is left out, and asked again by the next run; or it is
/// recorded as applied, and nothing is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    #[default]
    LeaveOut,
    MarkApplied,
}

/// A condition, written as a map of one key.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    TableExists(TableExists),
    ColumnExists(ColumnExists),
    IndexExists(PartExists),
    ConstraintExists(PartExists),
    ViewExists(ViewExists),
    SequenceExists(SequenceExists),
    RowCount(RowCount),
    Query(Query),
    Dialect(DialectIs),
    ServerVersion(ServerVersion),
    RunningAs(RunningAs),
    ChangesetApplied(ChangesetApplied),
    ParamDefined(ParamDefined),
    /// Every one of these holds.
    All(Group),
    /// At least one of these holds.
    Any(Group),
    /// This does not hold; of several: not all of them do.
    Not(Group),
}

/// A condition that is written as a word, or with more to say as a map.
macro_rules! short_or_long {
    ($($type:ident($short:ty, $long:ident) $text:literal $forms:ident,)*) => {
        $(
            #[derive(Debug, Clone, PartialEq, Deserialize)]
            #[serde(untagged, expecting = $text)]
            pub enum $type {
                Short($short),
                Long($long),
            }

            impl JsonSchema for $type {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($type).into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let mut forms = vec![generator.subschema_for::<$long>()];
                    forms.extend($forms());
                    json_schema!({ "anyOf": forms })
                }
            }
        )*
    };
}

short_or_long! {
    TableExists(TableRef, TableKeys) "a table's name, {schema, name}, or {table, message}" names,
    ViewExists(TableRef, ViewKeys) "a view's name, {schema, name}, or {view, message}" names,
    SequenceExists(TableRef, SequenceKeys) "a sequence's name, {schema, name}, or {sequence, message}" names,
    RunningAs(String, RunningAsKeys) "a user's name, or {user, message}" words,
    ChangesetApplied(String, ChangesetAppliedKeys) "an id, or {id, message}" words,
    ParamDefined(String, ParamDefinedKeys) "a parameter's name, or {name, message}" words,
}

/// A word.
fn words() -> Vec<Schema> {
    vec![json_schema!({ "type": "string", "minLength": 1 })]
}

/// A name, by itself or with its schema.
fn names() -> Vec<Schema> {
    let qualified = json_schema!({
        "type": "object",
        "properties": {
            "schema": { "type": "string", "minLength": 1 },
            "name": { "type": "string", "minLength": 1 },
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    words().into_iter().chain([qualified]).collect()
}

/// The keys of `table_exists`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableKeys {
    pub table: TableRef,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `view_exists`; a materialized view is one too.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewKeys {
    pub view: TableRef,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `sequence_exists`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceKeys {
    pub sequence: TableRef,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `column_exists`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnExists {
    pub table: TableRef,
    pub column: Name,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `index_exists` and `constraint_exists`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartExists {
    pub table: TableRef,
    pub name: Name,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `row_count`: how many rows a table has.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowCount {
    pub table: TableRef,
    /// Which rows are counted, as SQL; all of them where nothing is said.
    #[serde(default, rename = "where")]
    pub filter: Option<ByDialect<String>>,
    #[serde(default)]
    pub equals: Option<u64>,
    #[serde(default)]
    pub at_least: Option<u64>,
    #[serde(default)]
    pub at_most: Option<u64>,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `query`: a question to the database, and the answer that is wanted.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// A SELECT that gives one value.
    pub sql: ByDialect<String>,
    /// The value that it has to give.
    pub equals: Value,
    /// Whether it does not hold where the database refuses the query; else that stops the run.
    #[serde(default)]
    pub may_fail: bool,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// One of these dialects; one includes those that extend it (`mysql` includes `mariadb`; `"!mariadb"` takes it out).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a dialect, a list of them, or {is, message}")]
pub enum DialectIs {
    Short(OneOrMany<DialectChoice>),
    Long(DialectKeys),
}

impl JsonSchema for DialectIs {
    fn schema_name() -> Cow<'static, str> {
        "DialectIs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<DialectChoice>();
        let long = generator.subschema_for::<DialectKeys>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }, long] })
    }
}

/// The keys of `dialect`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DialectKeys {
    pub is: OneOrMany<DialectChoice>,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// Versions of the server: a range such as `>= 14`, or its bounds.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerVersion {
    Short(String),
    Long(ServerVersionKeys),
}

/// The keys of `server_version`; as many of its numbers are compared as are written.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerVersionKeys {
    #[serde(default)]
    #[schemars(with = "Option<VersionText>")]
    pub at_least: Option<Value>,
    #[serde(default)]
    #[schemars(with = "Option<VersionText>")]
    pub below: Option<Value>,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

impl<'de> Deserialize<'de> for ServerVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ServerVersion, D::Error> {
        deserializer.deserialize_any(ServerVersionVisitor)
    }
}

struct ServerVersionVisitor;

impl<'de> Visitor<'de> for ServerVersionVisitor {
    type Value = ServerVersion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a range such as `>= 14`, or {at_least, below, message}")
    }

    fn visit_str<E>(self, text: &str) -> Result<ServerVersion, E> {
        Ok(ServerVersion::Short(text.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<ServerVersion, E> {
        Ok(ServerVersion::Short(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<ServerVersion, E> {
        Ok(ServerVersion::Short(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ServerVersion, A::Error> {
        // Its values are read from where they stand, so that 8.10 is no 8.1.
        let keys = ServerVersionKeys::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ServerVersion::Long(keys))
    }
}

impl JsonSchema for ServerVersion {
    fn schema_name() -> Cow<'static, str> {
        "ServerVersion".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = generator.subschema_for::<ServerVersionKeys>();
        json_schema!({ "anyOf": [{ "type": ["string", "number"] }, long] })
    }
}

/// A version, which YAML may take for a number.
enum VersionText {}

impl JsonSchema for VersionText {
    fn schema_name() -> Cow<'static, str> {
        "VersionText".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
}

/// The keys of `running_as`: the user that the server takes the session for.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunningAsKeys {
    pub user: String,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `changeset_applied`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesetAppliedKeys {
    pub id: String,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The keys of `param_defined`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParamDefinedKeys {
    pub name: String,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// Conditions that are put together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a list of conditions, a condition, or {conditions, message}")]
pub enum Group {
    Short(Vec<Condition>),
    Long(GroupKeys),
    One(Box<Condition>),
}

impl JsonSchema for Group {
    fn schema_name() -> Cow<'static, str> {
        "ConditionGroup".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Condition>();
        let long = generator.subschema_for::<GroupKeys>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }, long] })
    }
}

/// The keys of `all`, `any` and `not`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupKeys {
    #[schemars(length(min = 1))]
    pub conditions: Vec<Condition>,
    /// What is told where the condition does not hold.
    #[serde(default)]
    pub message: Option<String>,
}

/// The conditions that stand under a key: a list of them, or one.
pub(super) fn listed(node: &Node) -> Vec<Node> {
    match &node.kind {
        Kind::Seq(items) => items.clone(),
        _ => vec![node.clone()],
    }
}
