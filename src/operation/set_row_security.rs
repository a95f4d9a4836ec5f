use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::{Change, RowSecurity, TableTraits};

/// Says whether the policies of a table are held against its rows (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRowSecurity {
    pub table: TableRef,
    pub enabled: bool,
    /// Also for the table's owner.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forced: bool,
}

impl Resolve for SetRowSecurity {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let before = TableTraits {
            comment: table.comment.clone(),
            row_security: table.row_security,
        };
        let after = TableTraits {
            row_security: RowSecurity {
                enabled: self.enabled,
                forced: self.forced,
            },
            ..before.clone()
        };
        if self.forced && !self.enabled {
            let problem = Problem::warning(
                "row-security",
                "`forced` says nothing while row security is not enabled",
            )
            .help("say `enabled: true`, or leave `forced` out");
            context.problem(problem.at("forced"));
        }
        if before == after {
            return Vec::new();
        }
        vec![Change::AlterTable {
            table: table.name.clone(),
            before,
            after,
        }]
    }
}
