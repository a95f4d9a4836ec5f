use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, Kept, KeptWhat};

/// Empties a table at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    pub table: TableRef,
    /// Set the rows aside in the same database, so that the way back brings them back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

impl Resolve for Truncate {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let incoming = context.catalog.incoming(&table.name);
        let reference = incoming.first().map(|(other, foreign)| {
            format!(
                "table `{}` is referenced by `{}` (foreign key `{}`)",
                table.name, other.name, foreign.name
            )
        });
        if let Some(message) = reference {
            let problem = Problem::error("has-dependents", message)
                .help("drop that foreign key before, or `delete` the rows with `all: true`");
            context.problem(problem.at("table"));
            return Vec::new();
        }
        let columns = table.columns.iter().filter(|column| column.generated.is_none());
        let aside = Change::SetAside {
            kept: Kept {
                store: context.catalog.name_for_kept(&table.name),
                table: table.name.clone(),
                what: KeptWhat::Rows {
                    columns: columns.map(|column| column.name.clone()).collect(),
                    filter: None,
                },
            },
        };
        let truncate = Change::Truncate {
            table: table.name.clone(),
            kept: self.keep,
        };
        self.keep.then_some(aside).into_iter().chain([truncate]).collect()
    }
}
