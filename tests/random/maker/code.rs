//! Functions, procedures and triggers.

use driftless::dialect::Family;
use driftless::model::{Object, ObjectKind};
use serde_json::{Value, json};

use super::Maker;
use super::choices::Choices;

impl Maker {
    pub(super) fn create_trigger(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        let (trigger, function) = (self.name(choices), self.name(choices));
        let body = match self.family() {
            Family::Postgres => {
                let body = "BEGIN\n  RETURN NEW;\nEND";
                self.offer(
                    json!({ "create_function": {
                        "function": function, "returns": "trigger", "language": "plpgsql", "body": body,
                    } }),
                    false,
                );
                format!("EXECUTE FUNCTION {}()", self.quote(&function))
            }
            Family::Mysql => format!("SET @seen = NEW.{}", self.quote(&column)),
            Family::Sqlite => format!("SELECT NEW.{}", self.quote(&column)),
        };
        let event = ["insert", "update"][choices.below(2)];
        let timing = ["before", "after"][choices.below(2)];
        Some(json!({ "create_trigger": {
            "trigger": trigger, "table": table.name.name, "timing": timing, "events": event, "body": body,
        } }))
    }

    pub(super) fn drop_trigger(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let triggers = self.catalog.objects().filter_map(|object| match object {
            Object::Trigger(trigger) => Some(trigger.clone()),
            _ => None,
        });
        let triggers: Vec<_> = triggers.collect();
        let trigger = choices.one(&triggers)?;
        Some(json!({ "drop_trigger": { "trigger": trigger.name, "table": trigger.table.name } }))
    }

    /// A function or a procedure, sometimes in the place of the one before.
    pub(super) fn create_routine(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let name = self.name(choices);
        let comment = choices.chance(30).then_some("what's it for; \"this\"");
        if choices.chance(40) {
            let body = match self.a_table(choices) {
                Some(table) => format!("DELETE FROM {} WHERE 1 = 0", self.full(&table.name)),
                None => "SELECT 1".to_string(),
            };
            let arguments = json!({ "postgres": "a int", "default": "IN a int" });
            return Some(json!({ "create_procedure": {
                "procedure": name, "arguments": arguments, "body": body, "comment": comment,
            } }));
        }
        let known = self.an_object(ObjectKind::Function, choices);
        let replaced = known.filter(|found| match found {
            Object::Routine(routine) => choices.chance(30) && routine.returns.as_deref() != Some("trigger"),
            _ => false,
        });
        let is_new = replaced.is_none();
        let name = replaced.map_or(name, |found| found.name().name.to_string());
        let factor = self.number();
        Some(json!({ "create_function": {
            "function": name, "arguments": "a int", "returns": "int", "replace": !is_new, "comment": comment,
            "options": { "postgres": "IMMUTABLE", "default": "DETERMINISTIC NO SQL" },
            "body": { "postgres": format!("SELECT a * {factor}"), "default": format!("RETURN a * {factor}") },
        } }))
    }

    pub(super) fn drop_routine(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let kind = [ObjectKind::Function, ObjectKind::Procedure][choices.below(2)];
        let Some(found) = self.an_object(kind, choices) else {
            return self.create_routine(choices);
        };
        let name = found.name().name;
        Some(match kind {
            ObjectKind::Function => json!({ "drop_function": { "function": name, "cascade": choices.chance(50) } }),
            _ => json!({ "drop_procedure": { "procedure": name } }),
        })
    }
}
