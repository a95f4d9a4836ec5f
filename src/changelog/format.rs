//! The shape of a changelog file, as types from which its JSON Schema is generated.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::condition::{Condition, Otherwise};
use super::config::Config;
use super::definition::ParameterType;
use super::{OnError, Runs};
use crate::document;
use crate::operation::{ByDialect, Names, OneOrMany, Operation};
use crate::operation::{is_false, is_true, yes};

/// A changelog file: a list of changesets and includes, or one changeset by itself.
pub enum ChangelogFile {}

impl JsonSchema for ChangelogFile {
    fn schema_name() -> Cow<'static, str> {
        "driftless changelog".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<ChangesetList>();
        let single = generator.subschema_for::<SingleChangeset>();
        json_schema!({
            "title": "driftless changelog",
            "description": "A list of changesets and includes, or one changeset by itself.",
            "type": "object",
            "anyOf": [list, single],
        })
    }
}

/// A file with a list of changesets.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct ChangesetList {
    /// For editors that look for it here.
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    /// Values for `${name}`, here and in what is included.
    #[serde(default)]
    params: IndexMap<String, Parameter>,
    /// What has to hold before anything of the run, for the changesets here and in what is included: a condition that
    /// does not stops it.
    #[serde(default)]
    require: Option<OneOrMany<Condition>>,
    /// Likewise: where a condition does not hold, these changesets are left out.
    #[serde(default)]
    only_if: Option<OneOrMany<Condition>>,
    /// How names are taken by the changesets of this file that do not say it themselves.
    #[serde(default)]
    names: Names,
    /// What happens, in order.
    changesets: Vec<Item>,
}

/// An item of the list.
#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Item {
    Changeset(Box<ChangesetKeys>),
    Include(Include),
}

impl JsonSchema for Item {
    fn schema_name() -> Cow<'static, str> {
        "Item".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let changeset = generator.subschema_for::<ChangesetKeys>();
        let include = generator.subschema_for::<Include>();
        json_schema!({ "anyOf": [changeset, include] })
    }
}

/// The changesets of another file, or of the files of a folder, at this place.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Include {
    /// A file, or a folder whose changelog files are taken in the order of their names; relative to this file.
    pub include: String,
    /// Whether folders below the folder are taken too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub recursive: bool,
}

/// A parameter: a value, or a map that says more of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a value, or {value: …} and what else is to be said of it")]
#[allow(dead_code)]
pub(super) enum Parameter {
    Full(ParameterMap),
    Plain(Scalar),
}

impl JsonSchema for Parameter {
    fn schema_name() -> Cow<'static, str> {
        "Parameter".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<ParameterMap>();
        json_schema!({ "anyOf": [map, { "type": ["string", "number", "boolean"] }] })
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ParameterMap")]
#[allow(dead_code)]
pub(super) struct ParameterMap {
    /// What it is worth, where nothing below says otherwise.
    #[serde(default)]
    value: Option<Scalar>,
    /// What it is worth on a dialect, where `by_environment` does not say.
    #[serde(default)]
    by_dialect: Option<ByDialect<Scalar>>,
    /// What it is worth in an environment of the configuration, or in those that extend it; `default` for the others.
    #[serde(default)]
    by_environment: Option<IndexMap<String, Scalar>>,
    /// What its value has to be; text where nothing is said.
    #[serde(rename = "type", default)]
    ty: Option<ParameterType>,
    /// The values that it may have.
    #[serde(default)]
    one_of: Option<Vec<Scalar>>,
    /// Whether its value is never shown, nor kept in the history.
    #[serde(default)]
    secret: Option<bool>,
    /// What it is for.
    #[serde(default)]
    description: Option<String>,
}

/// A text, a number or a truth, taken as the text it was written as.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "text, a number, true or false")]
#[allow(dead_code)]
pub(super) enum Scalar {
    Text(String),
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl From<String> for Scalar {
    fn from(text: String) -> Scalar {
        Scalar::Text(text)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// A changeset: what is applied, and taken back, as one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Changeset")]
#[allow(dead_code)]
struct ChangesetKeys {
    /// Its identity, wherever the file moves; unique in the whole changelog.
    #[schemars(length(min = 1, max = 255))]
    id: String,
    #[serde(flatten)]
    rest: Common,
}

/// The keys that both forms of a changeset share, as the schema says them.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Common {
    #[serde(default)]
    #[schemars(length(max = 255))]
    author: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    /// An expression (`prod and not demo`) held against `--contexts`.
    #[serde(default)]
    contexts: Option<String>,
    /// Names, held against `--labels`: letters, digits, `_`, `-`, `.`, `@`, `:`.
    #[serde(default)]
    labels: Vec<String>,
    /// Where it runs; all dialects where nothing is said.
    #[serde(default)]
    dialects: Vec<crate::operation::DialectChoice>,
    /// Ids of changesets that come before it, wherever they stand.
    #[serde(default)]
    depends_on: Vec<String>,
    /// `once`; `on_change`: again when it changes; `always`: with every `up`. The last two come behind all that run once.
    #[serde(default)]
    run: Runs,
    /// With `run: on_change` or `always`: at its place among the others.
    #[serde(default)]
    in_order: bool,
    /// Whether `squash` may leave out what it does to rows, and its own SQL.
    #[serde(default)]
    elidable: bool,
    /// Ids of changesets that it stands for: a database that holds them all has no need of it.
    #[serde(default)]
    replaces: Vec<String>,
    /// The file or folder with what it replaces: a database that holds some of it goes on with the rest of that.
    #[serde(default)]
    originals: Option<String>,
    /// `false`: each statement commits by itself.
    #[serde(default = "yes")]
    transaction: bool,
    /// What becomes of the run where it fails: `stop`, or `go_on`: it is rolled back and stays pending, and the run goes on.
    #[serde(default)]
    on_error: OnError,
    /// How names are taken, and what has none is called; the file's `names` where nothing is said.
    #[serde(default)]
    names: Option<Names>,
    /// How long a statement waits for a lock before it gives way and is tried again, in seconds; the configuration's
    /// `timeouts.table_lock` where nothing is said.
    #[serde(default)]
    #[schemars(range(min = 0))]
    lock_timeout: Option<f64>,
    /// How long a statement may take before it is cancelled, in seconds; the configuration's `timeouts.statement` where
    /// nothing is said.
    #[serde(default)]
    #[schemars(range(min = 0))]
    statement_timeout: Option<f64>,
    /// What has to hold when its turn comes: a condition that does not stops the run.
    #[serde(default)]
    require: Option<OneOrMany<Condition>>,
    /// Where a condition does not hold when its turn comes, it is left out, and asked again by the next run.
    #[serde(default)]
    only_if: Option<OneOrMany<Condition>>,
    /// What becomes of it where `only_if` does not hold: `leave_out`, or `mark_applied`, recorded as applied without
    /// being run.
    #[serde(default)]
    otherwise: Option<Otherwise>,
    /// Checksums of earlier wordings that still count.
    #[serde(default)]
    accept_checksums: Vec<String>,
    /// After it the database bears this tag.
    #[serde(default)]
    #[schemars(length(min = 1, max = 255))]
    tag: Option<String>,
    /// What it does, in order.
    operations: Vec<Operation>,
    /// What takes it back, in place of the derived reverse: operations, or `{irreversible: "why"}`.
    #[serde(default)]
    reverse: Option<ReverseKeys>,
}

/// One changeset as a file of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SingleChangeset")]
#[allow(dead_code)]
struct SingleChangeset {
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    /// Its identity; the file's name without extension where none is given.
    #[serde(default)]
    #[schemars(length(min = 1, max = 255))]
    id: Option<String>,
    #[serde(flatten)]
    rest: Common,
}

/// A changeset without its operations and reverse, which are decoded one by one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangesetHead {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub author: Option<String>,
    #[serde(default)]
    pub comment: Option<String>,
    #[serde(default, skip_serializing)]
    #[allow(dead_code)]
    operations: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub contexts: Option<String>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub dialects: Vec<String>,
    #[serde(default)]
    pub depends_on: Vec<String>,
    #[serde(default)]
    pub run: Runs,
    #[serde(default)]
    pub in_order: bool,
    #[serde(default)]
    pub elidable: bool,
    #[serde(default)]
    pub replaces: Vec<String>,
    #[serde(default)]
    pub originals: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub transaction: bool,
    #[serde(default, skip_serializing_if = "OnError::is_stop")]
    pub on_error: OnError,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_timeout: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_timeout: Option<f64>,
    #[serde(default, skip_serializing)]
    pub otherwise: Option<Otherwise>,
    #[serde(default, skip_serializing)]
    #[allow(dead_code)]
    reverse: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub accept_checksums: Vec<String>,
    #[serde(default)]
    pub tag: Option<String>,
}

/// The way back that the author wrote.
#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum ReverseKeys {
    Operations(Vec<Operation>),
    Irreversible(Irreversible),
}

/// That there is no way back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Irreversible {
    /// Why not.
    pub irreversible: String,
}

impl JsonSchema for ReverseKeys {
    fn schema_name() -> Cow<'static, str> {
        "Reverse".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let operations = generator.subschema_for::<Vec<Operation>>();
        let irreversible = generator.subschema_for::<Irreversible>();
        json_schema!({ "anyOf": [operations, irreversible] })
    }
}

/// The JSON Schema of changelog files.
pub fn changelog_schema() -> Json {
    document::describe_schema::<ChangelogFile>()
}

pub fn changelog_schema_draft07() -> Json {
    document::draft07::<ChangelogFile>()
}

/// The JSON Schema of `driftless.yaml`.
pub fn config_schema() -> Json {
    document::describe_schema::<Config>()
}
