//! The shape of a file of the desired state, and its JSON Schema: that of the operations, with what stands on a table
//! inside it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::format::Parameter;
use crate::document;
use crate::operation::{
    CreateCheckConstraint, CreateDomain, CreateEnum, CreateExclusionConstraint, CreateExtension, CreateForeignKey,
    CreateFunction, CreateIndex, CreateMaterializedView, CreatePolicy, CreateProcedure, CreateSchema, CreateSequence,
    CreateTable, CreateTrigger, CreateUniqueConstraint, CreateView, Grant, OneOrMany, Revoke, SetRowSecurity,
};

/// What a schema is to be. Everything may be left out; the order says nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "driftless schema")]
#[allow(dead_code)]
struct SchemaFile {
    /// For editors that look for it here.
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    /// The dialect that it was read from, with the version: it is for that one alone. Without it, it is for all.
    #[serde(default)]
    dialect: Option<String>,
    /// Values for `${name}`.
    #[serde(default)]
    params: IndexMap<String, Parameter>,
    /// Files and folders that belong to it; relative to this file.
    #[serde(default)]
    include: Option<OneOrMany<String>>,
    #[serde(default)]
    schemas: Vec<CreateSchema>,
    #[serde(default)]
    extensions: Vec<CreateExtension>,
    #[serde(default)]
    enums: Vec<CreateEnum>,
    #[serde(default)]
    domains: Vec<CreateDomain>,
    #[serde(default)]
    sequences: Vec<CreateSequence>,
    #[serde(default)]
    tables: Vec<CreateTable>,
    #[serde(default)]
    indexes: Vec<CreateIndex>,
    #[serde(default)]
    functions: Vec<CreateFunction>,
    #[serde(default)]
    procedures: Vec<CreateProcedure>,
    #[serde(default)]
    views: Vec<CreateView>,
    #[serde(default)]
    materialized_views: Vec<CreateMaterializedView>,
    #[serde(default)]
    triggers: Vec<CreateTrigger>,
    #[serde(default)]
    policies: Vec<CreatePolicy>,
    #[serde(default)]
    grants: Vec<Grant>,
    /// What is taken away that everybody has from the beginning (PostgreSQL).
    #[serde(default)]
    revokes: Vec<Revoke>,
}

/// What stands inside a table, beside what `create_table` says: the words of the operations, without `table`.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Inside {
    uniques: Vec<CreateUniqueConstraint>,
    foreign_keys: Vec<CreateForeignKey>,
    checks: Vec<CreateCheckConstraint>,
    exclusions: Vec<CreateExclusionConstraint>,
    indexes: Vec<CreateIndex>,
    triggers: Vec<CreateTrigger>,
    policies: Vec<CreatePolicy>,
    row_security: SetRowSecurity,
}

/// The JSON Schema of files of the desired state.
pub fn desired_schema() -> Value {
    let mut schema = document::describe_schema::<SchemaFile>();
    let inside = document::describe_schema::<Inside>();
    let definitions = |schema: &Value| {
        schema
            .get("$defs")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let mut all = definitions(&inside);
    let mut tables = Map::new();
    for (key, property) in inside
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let reference = property
            .get("items")
            .unwrap_or(property)
            .get("$ref")
            .and_then(Value::as_str);
        let Some(name) = reference.and_then(|reference| reference.rsplit('/').next()) else {
            continue;
        };
        let own = format!("{name}OfTable");
        if let Some(definition) = all.get(name).cloned() {
            all.insert(own.clone(), without_table(definition));
        }
        let reference = json!({ "$ref": format!("#/$defs/{own}") });
        tables.insert(
            key.clone(),
            match property.get("items") {
                Some(_) => json!({ "type": "array", "items": reference }),
                None => reference,
            },
        );
    }
    all.extend(definitions(&schema));
    let renamed = json!({ "type": "string", "minLength": 1, "description": "The name that it had before." });
    for (name, more) in [("CreateTable", tables), ("Column", Map::new())] {
        let properties = all
            .get_mut(name)
            .and_then(|definition| definition.get_mut("properties"));
        if let Some(properties) = properties.and_then(Value::as_object_mut) {
            properties.remove("if_not_exists");
            properties.extend(more);
            properties.insert("renamed_from".into(), renamed.clone());
        }
    }
    let extension = all
        .get_mut("CreateExtension")
        .and_then(|definition| definition.get_mut("properties"));
    if let Some(properties) = extension.and_then(Value::as_object_mut) {
        let comment = json!({ "type": "string", "description": "What it is for." });
        properties.insert("comment".into(), comment);
    }
    if let Some(map) = schema.as_object_mut() {
        map.insert("$defs".into(), all.into());
    }
    schema
}

/// A definition of what stands inside a table, which it need not name.
fn without_table(mut definition: Value) -> Value {
    if let Some(properties) = definition.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove("table");
    }
    if let Some(required) = definition.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|key| key != "table");
    }
    definition
}
