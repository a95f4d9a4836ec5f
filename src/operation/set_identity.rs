use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in};
use super::specification::{IdentitySpec, TableRef};
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Column};

/// Lets a column number its rows, or no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetIdentity {
    pub table: TableRef,
    pub column: Name,
    /// `true`, or `{start, increment, always}`; `false` ends it.
    pub identity: IdentitySpec,
}

impl Resolve for SetIdentity {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        let identity = self.identity.resolve();
        if identity == before.identity {
            let message = match &identity {
                Some(_) => format!("column `{}` numbers its rows like this already", before.name),
                None => format!("column `{}` does not number its rows", before.name),
            };
            context.is_so_already(Problem::error("nothing-to-do", message).at("identity"));
            return Vec::new();
        }
        if identity.is_some() {
            context.check_identity_type(&before.ty, "identity");
            if before.default.is_some() {
                let message = format!("column `{}` has a default, and cannot number its rows too", before.name);
                let problem = Problem::error("identity-with-default", message);
                context.problem(problem.help("take it away before with `drop_default`").at("column"));
            }
            if before.generated.is_some() {
                let message = format!("column `{}` is generated, and cannot number its rows", before.name);
                context.problem(Problem::error("generated-column", message).at("column"));
                return Vec::new();
            }
        }
        let after = Column {
            nullable: before.nullable && identity.is_none(),
            identity,
            ..before.clone()
        };
        alter(context, &table, &before, after, Conversion::default())
    }
}
