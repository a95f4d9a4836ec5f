use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, enum_check};
use crate::diagnostic::Problem;
use crate::model::{Change, EnumType, Object, ObjectKind};

/// Creates an enum: a named list of values that columns can have for their type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEnum {
    pub name: TableRef,
    /// In the order in which they sort.
    pub values: Vec<String>,
    /// Kept by PostgreSQL; the others have nothing to keep it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreateEnum {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        if self.values.is_empty() {
            context.problem(Problem::error("no-values", "at least one value is needed").at("values"));
        }
        for (at, value) in self.values.iter().enumerate() {
            if self.values[..at].contains(value) {
                let message = format!("value `{value}` is named twice");
                context.problem(Problem::error("duplicate-value", message).at(format!("values/{at}")));
            }
            enum_check::check_label(context, value, format!("values/{at}"));
        }
        let Some(name) = context.free_name(ObjectKind::Enum, &self.name.0, "name") else {
            return Vec::new();
        };
        vec![Change::CreateObject {
            object: Object::Enum(Arc::new(EnumType {
                name,
                values: self.values.clone(),
                comment: self.comment.clone(),
            })),
            if_not_exists: false,
        }]
    }
}
