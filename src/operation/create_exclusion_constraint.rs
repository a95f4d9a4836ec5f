use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::table_options::check_partition_key;
use super::unnamed::Unnamed;
use super::{Context, Resolve, expression_check, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, Version};
use crate::model::{Change, Constraint, Exclusion, ExclusionElement, IndexKey, Table};

/// Keeps rows apart by operators: no two of them for which all of these hold (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateExclusionConstraint {
    pub table: TableRef,
    /// What is compared, and by which operator.
    pub elements: Vec<ExclusionPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The method of the index behind it.
    #[serde(default = "gist", skip_serializing_if = "is_gist")]
    pub using: Name,
    /// The rows that it is held against.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub predicate: Option<String>,
    /// Whether a transaction may put it off to its end.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferrable: bool,
    /// Whether it is put off to the end of the transaction unless said otherwise; it is then deferrable too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub initially_deferred: bool,
}

/// A column or an expression, and the operator that compares it in two rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusionPart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub expression: Option<String>,
    /// An operator class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// `=`, `&&`, `<>`, …
    #[schemars(length(min = 1))]
    pub operator: String,
}

fn gist() -> Name {
    Name::new("gist")
}

fn is_gist(method: &Name) -> bool {
    method.as_str() == "gist"
}

impl Resolve for CreateExclusionConstraint {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        if self.elements.is_empty() {
            let message = "at least one column or expression is needed";
            context.problem(Problem::error("no-columns", message).at("elements"));
            return Vec::new();
        }
        let parts: Option<Vec<ExclusionElement>> = self
            .elements
            .iter()
            .enumerate()
            .map(|(at, part)| part.resolve(context, &table, at))
            .collect();
        let Some(elements) = parts else {
            return Vec::new();
        };
        if let Some(predicate) = &self.predicate {
            expression_check::check(context, &table, predicate, "where");
        }
        let column_of = |element: &ExclusionElement| match &element.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        };
        let equal = elements.iter().filter(|element| element.operator == "=");
        let equal: Vec<Name> = equal.filter_map(column_of).collect();
        if !check_parted(context, &table, &equal) {
            return Vec::new();
        }
        let columns: Vec<Name> = elements.iter().filter_map(column_of).collect();
        let name = context.name_or(self.name.as_ref(), Unnamed::Exclusion(&columns, &elements), &table, "");
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

/// Partitions are held apart each by itself: only rows that are equal in what parts the table are in one of them.
fn check_parted(context: &mut Context<'_>, table: &Table, equal: &[Name]) -> bool {
    let target = context.target();
    if table.options.partition_by.is_none() || target.dialect.family() != Family::Postgres {
        return true;
    }
    if target.version >= Version(17, 0, 0) {
        return check_partition_key(context, table, equal, "elements");
    }
    let message = format!(
        "{} cannot hold an exclusion constraint of `{}`, which has partitions",
        target.title(),
        table.name
    );
    let problem = Problem::error("not-on-dialect", message).help("PostgreSQL 17 can; or hold it in each partition");
    context.problem(problem.at("table"));
    false
}

impl ExclusionPart {
    fn resolve(&self, context: &mut Context<'_>, table: &Table, at: usize) -> Option<ExclusionElement> {
        let path = format!("elements/{at}");
        let key = match (&self.column, &self.expression) {
            (Some(column), None) => IndexKey::Column(context.column(table, column, format!("{path}/column"))?.name),
            (None, Some(text)) => {
                expression_check::check(context, table, text, format!("{path}/expression"));
                IndexKey::Expression(text.clone())
            }
            _ => {
                let message = "it is either a `column` or an `expression`";
                context.problem(Problem::error("one-of", message).at(path));
                return None;
            }
        };
        let operator = self.operator.trim();
        if !is_operator(operator) {
            let message = format!("`{operator}` is not an operator");
            let problem = Problem::error("operator", message).help("such as `=`, `&&`, or `OPERATOR(schema.&&)`");
            context.problem(problem.at(format!("{path}/operator")));
            return None;
        }
        Some(ExclusionElement {
            key,
            class: self.class.clone(),
            operator: operator.to_string(),
        })
    }
}

/// Whether a text is an operator of PostgreSQL and nothing else, with its schema or without.
fn is_operator(text: &str) -> bool {
    let is_plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|letter| "+-*/<>=~!@#%^&|`?".contains(letter))
            && !text.contains("--")
            && !text.contains("/*")
    };
    let inside = text.get(..9).filter(|word| word.eq_ignore_ascii_case("operator("));
    match inside.and(text.strip_suffix(')')) {
        None => is_plain(text),
        Some(text) => {
            let (schema, operator) = text[9..].rsplit_once('.').unwrap_or(("", &text[9..]));
            let is_name = schema.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            is_name && is_plain(operator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_operator;

    #[test]
    fn an_operator_is_nothing_else() {
        for operator in ["=", "&&", "<->", "OPERATOR(pg_catalog.&&)", "operator(=)"] {
            assert!(is_operator(operator), "{operator}");
        }
        for text in [
            "",
            "x",
            "= x",
            "--",
            "=/*",
            "OPERATOR(a.b)",
            "OPERATOR(a;b.=)",
            "OPERATOR(",
            "=)",
        ] {
            assert!(!is_operator(text), "{text}");
        }
    }
}
