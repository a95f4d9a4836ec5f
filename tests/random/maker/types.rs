//! Types, sequences, schemas and extensions.

use std::sync::Arc;

use driftless::dialect::Family;
use driftless::model::{EnumType, Object, ObjectKind};
use serde_json::{Value, json};

use super::choices::Choices;
use super::{Maker, SCHEMAS};

impl Maker {
    pub(super) fn an_enum(&self, choices: &mut Choices<'_>) -> Option<Arc<EnumType>> {
        let enums = self.catalog.objects().filter_map(|object| match object {
            Object::Enum(found) => Some(found.clone()),
            _ => None,
        });
        choices.one(&enums.collect::<Vec<_>>()).cloned()
    }

    pub(super) fn create_enum(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let name = self.name(choices);
        let values = ["small", "it's", "ÜBER", "a\\b", "two words"];
        Some(json!({ "create_enum": { "name": name, "values": values[..choices.below(4) + 2] } }))
    }

    pub(super) fn add_enum_value(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        let mut operation = json!({ "enum": found.name, "value": format!("more {}", self.number()) });
        match choices.below(3) {
            0 => {}
            1 => operation["before"] = json!(found.values[0]),
            _ => operation["after"] = json!(choices.one(&found.values)?),
        }
        Some(json!({ "add_enum_value": operation }))
    }

    pub(super) fn rename_enum_value(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        let from = choices.one(&found.values)?;
        Some(
            json!({ "rename_enum_value": { "enum": found.name, "from": from, "to": format!("new {}", self.number()) } }),
        )
    }

    pub(super) fn drop_enum(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        Some(json!({ "drop_enum": { "enum": found.name } }))
    }

    pub(super) fn sequences(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let known = self.catalog.objects().filter_map(|object| match object {
            Object::Sequence(sequence) => Some(sequence.name.name.to_string()),
            _ => None,
        });
        let known: Vec<String> = known.collect();
        let name = self.name(choices);
        match (choices.below(4), choices.one(&known)) {
            (1, Some(sequence)) => Some(json!({ "rename_sequence": { "sequence": sequence, "to": name } })),
            (2, Some(sequence)) => {
                Some(json!({ "alter_sequence": { "sequence": sequence, "increment": 5, "cycle": choices.chance(50) } }))
            }
            (3, Some(sequence)) => Some(json!({ "drop_sequence": { "sequence": sequence } })),
            _ => {
                Some(json!({ "create_sequence": { "name": name, "start": choices.below(90) + 1, "maximum": 100000 } }))
            }
        }
    }

    pub(super) fn create_domain(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let name = self.name(choices);
        let mut operation = json!({ "name": name });
        match choices.below(3) {
            0 => {
                operation["type"] = json!("int");
                operation["checks"] = json!([{ "expression": "VALUE > -3" }]);
            }
            1 => {
                operation["type"] = json!("varchar(60)");
                let check = self.name(choices);
                operation["checks"] = json!([{ "expression": "VALUE <> 'it''s not'", "name": check }]);
            }
            _ => {
                operation["type"] = json!("decimal(10,2)");
                operation["default"] = json!(2.5);
            }
        }
        if choices.chance(30) {
            operation["comment"] = json!("it's; a \"domain\"");
        }
        Some(json!({ "create_domain": operation }))
    }

    pub(super) fn drop_domain(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let Some(domain) = self.an_object(ObjectKind::Domain, choices) else {
            return self.create_domain(choices);
        };
        Some(json!({ "drop_domain": { "domain": domain.name().name } }))
    }

    pub(super) fn schemas(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        match self.an_object(ObjectKind::Schema, choices) {
            Some(schema) if choices.chance(50) => Some(json!({ "drop_schema": { "schema": schema.name().name } })),
            _ => {
                // On MySQL and MariaDB it is a database, which outlives that of the test.
                let name = match self.family() {
                    Family::Mysql => format!("{SCHEMAS}{}", self.number()),
                    Family::Postgres | Family::Sqlite => self.name(choices),
                };
                Some(json!({ "create_schema": { "schema": name } }))
            }
        }
    }

    pub(super) fn extensions(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        match self.an_object(ObjectKind::Extension, choices) {
            Some(found) if choices.chance(50) => Some(json!({ "drop_extension": { "extension": found.name().name } })),
            _ => {
                let name = ["citext", "pg_trgm", "btree_gist"][choices.below(3)];
                Some(json!({ "create_extension": { "extension": name } }))
            }
        }
    }
}
