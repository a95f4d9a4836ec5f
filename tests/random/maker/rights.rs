//! Who may do what, and what everything is for.

use driftless::dialect::Family;
use driftless::model::{GrantedOn, Object, ObjectKind};
use serde_json::{Value, json};

use super::Maker;
use super::choices::Choices;
use crate::support::ROLES;

impl Maker {
    pub(super) fn policies(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let what = choices.below(4);
        if what == 0
            && let Some(Object::Policy(policy)) = self.an_object(ObjectKind::Policy, choices)
        {
            return Some(json!({ "drop_policy": { "policy": policy.name, "table": policy.table.name } }));
        }
        if what == 1 {
            let enabled = !table.row_security.enabled;
            return Some(json!({ "set_row_security": { "table": table.name.name, "enabled": enabled } }));
        }
        let column = choices.one(&table.columns)?.name.clone();
        let mut operation = json!({ "policy": self.name(choices), "table": table.name.name });
        operation["using"] = json!(format!("{} IS NOT NULL", self.quote(&column)));
        match choices.below(4) {
            0 => operation["command"] = json!("select"),
            1 => operation["check"] = json!("true"),
            2 => operation["restrictive"] = json!(true),
            _ => operation["roles"] = json!(ROLES),
        }
        if choices.chance(30) {
            operation["comment"] = json!("it's \"so\"");
        }
        Some(json!({ "create_policy": operation }))
    }

    pub(super) fn grant(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let role = ROLES[choices.below(2)];
        let mut operation = json!({ "to": role, "on": { "table": table.name.name } });
        operation["privileges"] =
            [json!("all"), json!("select"), json!(["insert", "update"])][choices.below(3)].clone();
        match choices.below(5) {
            0 => {
                operation["privileges"] = json!(["select", "update"]);
                operation["columns"] = json!([choices.one(&table.columns)?.name]);
            }
            1 => {
                let function = self.an_object(ObjectKind::Function, choices)?.name().name;
                operation["privileges"] = json!("execute");
                operation["on"] = json!({ "function": function, "arguments": "int" });
            }
            2 => {
                let view = self.an_object(ObjectKind::View, choices)?.name().name;
                operation["on"] = json!({ "view": view });
            }
            3 if self.family() == Family::Postgres => {
                let kinds = [
                    (ObjectKind::Enum, "enum"),
                    (ObjectKind::Sequence, "sequence"),
                    (ObjectKind::Domain, "domain"),
                ];
                let (kind, key) = kinds[choices.below(3)];
                operation["privileges"] = json!("usage");
                operation["on"] = json!({ key: self.an_object(kind, choices)?.name().name });
            }
            _ => {}
        }
        if choices.chance(30) {
            operation["grant_option"] = json!(true);
        }
        Some(json!({ "grant": operation }))
    }

    pub(super) fn revoke(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let Object::Grant(grant) = self.an_object(ObjectKind::Grant, choices)? else {
            return None;
        };
        let key = match grant.on {
            GrantedOn::Table if self.catalog.view(&grant.name).is_some() => "view",
            GrantedOn::Table => "table",
            GrantedOn::Function => "function",
            _ => return None,
        };
        let mut operation = json!({ "from": grant.to, "privileges": grant.privilege, "on": { key: grant.name.name } });
        if grant.privilege == "grant option" {
            operation["grant_option"] = json!(true);
            operation["privileges"] = json!("select");
        }
        if let Some(column) = &grant.column {
            operation["columns"] = json!([column]);
        }
        if key == "function" {
            operation["on"]["arguments"] = json!("int");
        }
        if choices.chance(20) && grant.column.is_none() {
            operation["privileges"] = json!("all");
        }
        Some(json!({ "revoke": operation }))
    }

    pub(super) fn set_comment(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let kinds = [
            (ObjectKind::Enum, "enum"),
            (ObjectKind::Domain, "domain"),
            (ObjectKind::Sequence, "sequence"),
            (ObjectKind::View, "view"),
            (ObjectKind::MaterializedView, "materialized_view"),
            (ObjectKind::Function, "function"),
            (ObjectKind::Procedure, "procedure"),
            (ObjectKind::Trigger, "trigger"),
            (ObjectKind::Policy, "policy"),
            (ObjectKind::Schema, "schema"),
        ];
        let there: Vec<_> = kinds
            .iter()
            .filter_map(|(kind, key)| Some((self.an_object(*kind, choices)?, *key)))
            .collect();
        let (object, key) = choices.one(&there)?.clone();
        let mut on = json!({ key: object.name().name });
        match &object {
            Object::Trigger(trigger) => on["table"] = json!(trigger.table.name),
            Object::Policy(policy) => on["table"] = json!(policy.table.name),
            _ => {}
        }
        let comment = [json!("what's \"it\"; for \\ all"), Value::Null][choices.below(2)].clone();
        Some(json!({ "set_comment": { "on": on, "comment": comment } }))
    }
}
