use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::given_text::GivenText;
use super::specification::TableRef;
use super::{ByDialect, Context, OneOrMany, Resolve, is_false, known_object};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Change, Event, Object, ObjectKind, Timing, Trigger};

/// Creates a trigger: what the database does by itself when rows of a table change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTrigger {
    pub trigger: Name,
    /// The table that it stands on; a view, where it acts instead of writing to it.
    pub table: TableRef,
    pub timing: Timing,
    /// What sets it off: `insert`, `update`, `delete`, `truncate`, or a list of these.
    pub events: OneOrMany<Event>,
    /// The columns whose update counts; all where none is named (PostgreSQL, SQLite).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Name>,
    /// Once for a statement, not for each row (PostgreSQL).
    #[serde(default, skip_serializing_if = "is_false")]
    pub each_statement: bool,
    /// The rows it is for (PostgreSQL, SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<ByDialect<String>>,
    /// What is done, for all dialects or for each: `EXECUTE FUNCTION …` on PostgreSQL, statements elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<ByDialect<String>>,
    /// A file that holds the body, in place of `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Put it in the place of the trigger of this name, where there is one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replace: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreateTrigger {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let text = GivenText {
            key: "body",
            inline: self.body.as_ref(),
            file: self.file.as_deref(),
            of: "trigger",
        };
        let Some(body) = text.read(context) else {
            return Vec::new();
        };
        let Some(table) = self.stands_on(context) else {
            return Vec::new();
        };
        let trigger = Trigger {
            name: self.trigger.clone(),
            table: table.clone(),
            timing: self.timing,
            events: self.events.as_slice().to_vec(),
            of: self.of.clone(),
            each_statement: self.each_statement,
            when: super::given_text::beside(self.when.as_ref(), context),
            body: body.trim().trim_end_matches(';').trim_end().to_string(),
            comment: self.comment.clone(),
        };
        if !self.is_sound(context, &trigger) {
            return Vec::new();
        }
        let after = Object::Trigger(Arc::new(trigger));
        match self.former(context, &table) {
            None => vec![Change::CreateObject {
                object: after,
                if_not_exists: false,
            }],
            Some(before) if before == after => Vec::new(),
            Some(before) if (self.replace || context.replaces) && before.stands_on() == after.stands_on() => {
                vec![Change::ReplaceObject { before, after }]
            }
            Some(before) => {
                let on = before.stands_on().map(ToString::to_string).unwrap_or_default();
                let message = format!("trigger `{}` exists already on `{on}`", self.trigger);
                let mut problem = Problem::error("duplicate-name", message);
                if on == table.to_string() {
                    problem = problem.help("say `replace: true` to put this one in its place");
                }
                context.problem(problem.at("trigger"));
                Vec::new()
            }
        }
    }
}

impl CreateTrigger {
    /// The trigger of this name: PostgreSQL looks for it on the table, the others in the whole schema.
    fn former(&self, context: &Context<'_>, table: &ObjectName) -> Option<Object> {
        let catalog = context.catalog;
        let name = known_object::beside(table, &self.trigger);
        let mut named = catalog.objects_named(ObjectKind::Trigger, &name);
        let anywhere = context.family() != Family::Postgres;
        let here = |object: &&Object| {
            object
                .stands_on()
                .is_some_and(|on| catalog.key(on) == catalog.key(table))
        };
        named.find(|object| anywhere || here(object)).cloned()
    }
}
