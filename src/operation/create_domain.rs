use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::{TableRef, TypeSpec};
use super::unnamed::{Unnamed, native_name};
use super::{Context, Resolve, is_true, yes};
use crate::diagnostic::Problem;
use crate::dialect::{Name, NameParts, ObjectName, generated_name};
use crate::model::{Change, Check, Domain, Object, ObjectKind, Table, Value};

/// Creates a domain: a type made of another one, with what holds for its values (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDomain {
    pub name: TableRef,
    /// The type that it is made of.
    #[serde(rename = "type")]
    pub ty: TypeSpec,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What has to hold for a value, called `VALUE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<DomainCheck>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What has to hold for a value of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainCheck {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    #[schemars(length(min = 1))]
    pub expression: String,
}

impl Resolve for CreateDomain {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(name) = context.free_name(ObjectKind::Domain, &self.name.0, "name") else {
            return Vec::new();
        };
        let ty = context.type_of(&self.ty, "type");
        let default = self
            .default
            .as_ref()
            .map(|value| context.default_of(value, &ty, "default"));
        let mut checks: Vec<Check> = Vec::new();
        for (at, check) in self.checks.iter().enumerate() {
            let own = match &check.name {
                Some(name) => name.clone(),
                None => name_of_check(context, &name, &checks, at),
            };
            context.check_name(&own, format!("checks/{at}/name"));
            if checks.iter().any(|known| known.name == own) {
                let message = format!("two checks are called `{own}`");
                context.problem(Problem::error("duplicate-name", message).at(format!("checks/{at}/name")));
            }
            checks.push(Check::new(own, &check.expression));
        }
        let domain = Domain {
            name,
            ty,
            nullable: self.nullable,
            default,
            checks,
            comment: self.comment.clone(),
        };
        vec![Change::CreateObject {
            object: Object::Domain(Arc::new(domain)),
            if_not_exists: false,
        }]
    }
}

/// `ck_price`, `ck_price_2`; or as the database would call it.
fn name_of_check(context: &Context<'_>, domain: &ObjectName, known: &[Check], at: usize) -> Name {
    if context.names.are_of_engine() {
        let made = Table {
            checks: known.to_vec(),
            ..Table::empty(domain.clone())
        };
        return native_name(context.catalog, &made, Unnamed::Check(&[]));
    }
    let number = (at + 1).to_string();
    let columns: &[&str] = if at == 0 { &[] } else { &[&number] };
    let parts = NameParts {
        kind: "ck",
        table: &domain.name,
        columns,
    };
    generated_name(context.dialect().facts(), &parts)
}
