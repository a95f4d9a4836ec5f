use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Constraint, Exclusion, ExclusionElement, IndexKey, Table};

/// Lets no two rows of a table meet by operators: no two for which all of them hold (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateExclusionConstraint {
    pub table: TableRef,
    pub elements: Vec<ExclusionElementSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// How the index behind it is kept (default: gist).
    #[serde(default = "gist", skip_serializing_if = "is_gist")]
    pub using: Name,
    /// Only rows that meet this are held apart.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// Whether a transaction may put it off to its end.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferrable: bool,
    /// Whether it is put off to the end of the transaction unless said otherwise; it is then deferrable too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub initially_deferred: bool,
}

/// What is compared, and by which operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExclusionElement")]
pub struct ExclusionElementSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// An operator class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// `=`, `&&`, `<>`.
    pub operator: String,
}

fn gist() -> Name {
    Name::new("gist")
}

fn is_gist(method: &Name) -> bool {
    *method == gist()
}

impl Resolve for CreateExclusionConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some((elements, columns)) = self.elements(context, &table) else {
            return Vec::new();
        };
        let name = context.name_or(self.name.as_ref(), "ex", &table.name, &columns, "");
        let constraint = Constraint::Exclusion(Exclusion {
            name,
            method: self.using.clone(),
            elements,
            predicate: self.predicate.clone(),
            deferrable: self.deferrable || self.initially_deferred,
            initially_deferred: self.initially_deferred,
        });
        if !context.check_constraint_name(&table, &constraint, "name") {
            return Vec::new();
        }
        vec![Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        }]
    }
}

impl CreateExclusionConstraint {
    /// The elements, and the names that a generated name is made of.
    fn elements(&self, context: &mut Context<'_>, table: &Table) -> Option<(Vec<ExclusionElement>, Vec<Name>)> {
        if self.elements.is_empty() {
            context.problem(Problem::error("no-elements", "at least one element is needed").at("elements"));
            return None;
        }
        let (mut elements, mut named) = (Vec::new(), Vec::new());
        for (at, spec) in self.elements.iter().enumerate() {
            let path = format!("elements/{at}");
            let key = match (&spec.column, &spec.expression) {
                (Some(name), None) => {
                    let column = context.column(table, name, format!("{path}/column"))?;
                    named.push(column.name.clone());
                    IndexKey::Column(column.name)
                }
                (None, Some(text)) => {
                    named.extend(context.columns_used(table, text));
                    IndexKey::Expression(text.clone())
                }
                _ => {
                    let message = "an element compares a `column` or an `expression`";
                    context.problem(Problem::error("one-of", message).at(path));
                    return None;
                }
            };
            elements.push(ExclusionElement {
                key,
                class: spec.class.clone(),
                operator: spec.operator.clone(),
            });
        }
        Some((elements, named))
    }
}
