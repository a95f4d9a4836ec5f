use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, known_object};
use crate::diagnostic::Problem;
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, Object, ObjectKind};

/// Sets the comment of an object beside the tables, or removes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetComment {
    pub on: CommentedObject,
    /// The new comment; null removes it.
    pub comment: Option<String>,
}

/// What bears the comment: one kind with its name; `table` beside a trigger or a policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommentedObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<Name>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub enumeration: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materialized_view: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<TableRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Name>,
    /// The table of a trigger or a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableRef>,
    /// The types of a routine's arguments, where there are several of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

impl Resolve for SetComment {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(before) = self.on.find(context) else {
            return Vec::new();
        };
        let after = before.with_comment(self.comment.clone());
        match before == after {
            true => Vec::new(),
            false => vec![Change::ReplaceObject { before, after }],
        }
    }
}

impl CommentedObject {
    fn find(&self, context: &mut Context<'_>) -> Option<Object> {
        let plain = |name: &Name| ObjectName::plain(name.as_str());
        let named: Vec<(ObjectKind, &str, ObjectName)> = [
            (ObjectKind::Schema, "on/schema", self.schema.as_ref().map(plain)),
            (
                ObjectKind::Extension,
                "on/extension",
                self.extension.as_ref().map(plain),
            ),
            (ObjectKind::Enum, "on/enum", written(&self.enumeration)),
            (ObjectKind::Domain, "on/domain", written(&self.domain)),
            (ObjectKind::Sequence, "on/sequence", written(&self.sequence)),
            (ObjectKind::View, "on/view", written(&self.view)),
            (
                ObjectKind::MaterializedView,
                "on/materialized_view",
                written(&self.materialized_view),
            ),
            (ObjectKind::Function, "on/function", written(&self.function)),
            (ObjectKind::Procedure, "on/procedure", written(&self.procedure)),
            (ObjectKind::Trigger, "on/trigger", self.trigger.as_ref().map(plain)),
            (ObjectKind::Policy, "on/policy", self.policy.as_ref().map(plain)),
        ]
        .into_iter()
        .filter_map(|(kind, path, name)| Some((kind, path, name?)))
        .collect();
        let [(kind, path, name)] = named.as_slice() else {
            if let ([], Some(table)) = (named.as_slice(), &self.table) {
                let message = format!("the comment of a table (`{}`) is not set here", table.0);
                let problem = Problem::error("one-of", message).help("`set_table_comment` sets it");
                context.problem(problem.at("on/table"));
                return None;
            }
            let problem = Problem::error("one-of", "a comment is on one object")
                .help("name it by its kind: `on: {view: active}`; of a table it is set by `set_table_comment`");
            context.problem(problem.at("on"));
            return None;
        };
        if !self.is_told_apart(context, *kind) {
            return None;
        }
        match kind {
            ObjectKind::Function | ObjectKind::Procedure => {
                let routine = known_object::routine(context, *kind, name, self.arguments.as_deref(), path)?;
                Some(Object::Routine(routine))
            }
            ObjectKind::Trigger | ObjectKind::Policy => {
                let Some(table) = &self.table else {
                    let message = format!("a {} is told apart by its `table` too", kind.word());
                    context.problem(Problem::error("one-of", message).at(*path));
                    return None;
                };
                let view = context.catalog.view(&table.0).map(|view| view.name.clone());
                let table = view.or_else(|| Some(context.table(table, "on/table")?.name.clone()))?;
                known_object::on_table(context, *kind, &name.name, &table, path)
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Sequence
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Grant => context.known(*kind, name, path),
        }
    }
}

impl CommentedObject {
    /// Refuses what tells apart objects of other kinds.
    fn is_told_apart(&self, context: &mut Context<'_>, kind: ObjectKind) -> bool {
        let stands = matches!(kind, ObjectKind::Trigger | ObjectKind::Policy);
        let called = matches!(kind, ObjectKind::Function | ObjectKind::Procedure);
        let (key, of) = if self.table.is_some() && !stands {
            ("table", "trigger or a policy")
        } else if self.arguments.is_some() && !called {
            ("arguments", "function or a procedure")
        } else {
            return true;
        };
        let message = format!(
            "`{key}` is for a {of}, not for {}",
            known_object::with_article(kind.word())
        );
        context.problem(Problem::error("one-of", message).at(format!("on/{key}")));
        false
    }
}

fn written(name: &Option<TableRef>) -> Option<ObjectName> {
    name.as_ref().map(|name| name.0.clone())
}
