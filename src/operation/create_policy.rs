use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, OneOrMany, Resolve, expression_check, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Object, Policy, PolicyCommand};

/// Creates a policy: which rows of a table a role sees and may write (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePolicy {
    pub policy: Name,
    pub table: TableRef,
    /// The command that it is for; all where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<PolicyCommand>,
    /// The roles that it is for; everybody where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<OneOrMany<Name>>,
    /// The rows that are seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub using: Option<String>,
    /// The rows that may be written; those of `using` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub check: Option<String>,
    /// It has to hold beside the others, instead of one of them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restrictive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreatePolicy {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        context.check_name(&self.policy, "policy");
        let command = self.command.unwrap_or_default();
        let idle = match command {
            PolicyCommand::Insert => self
                .using
                .is_some()
                .then_some(("using", "sees no rows: it has a `check` alone")),
            PolicyCommand::Select | PolicyCommand::Delete => self
                .check
                .is_some()
                .then_some(("check", "writes no rows: it has a `using` alone")),
            PolicyCommand::All | PolicyCommand::Update => None,
        };
        if let Some((path, why)) = idle {
            let message = format!("a policy for `{}` {why}", command.word().to_ascii_lowercase());
            context.problem(Problem::error("policy-expression", message).at(path));
            return Vec::new();
        }
        if !self.check_roles(context) {
            return Vec::new();
        }
        for (text, key) in [(&self.using, "using"), (&self.check, "check")] {
            if let Some(text) = text {
                expression_check::check(context, &table, text, key);
            }
        }
        if self.using.is_none() && self.check.is_none() {
            let message = format!("policy `{}` lets no row through", self.policy);
            let help = match command {
                PolicyCommand::Insert => "say in `check` which rows may be written",
                _ => "say in `using` which rows it is for",
            };
            context.problem(Problem::warning("policy-expression", message).help(help).at("policy"));
        }
        let object = Object::Policy(Arc::new(Policy {
            name: self.policy.clone(),
            table: table.name.clone(),
            restrictive: self.restrictive,
            command,
            roles: self
                .roles
                .as_ref()
                .map(|roles| roles.as_slice().to_vec())
                .unwrap_or_default(),
            using: self.using.clone(),
            check: self.check.clone(),
            comment: self.comment.clone(),
        }));
        if context.catalog.same_object(&object).is_some() {
            let message = format!("policy `{}` exists already on `{}`", self.policy, table.name);
            context.problem(Problem::error("duplicate-name", message).at("policy"));
            return Vec::new();
        }
        vec![Change::CreateObject {
            object,
            if_not_exists: false,
        }]
    }
}

impl CreatePolicy {
    /// Refuses a role that is named twice, and others beside everybody: PostgreSQL leaves those out.
    fn check_roles(&self, context: &mut Context<'_>) -> bool {
        let Some(written) = &self.roles else {
            return true;
        };
        let roles = written.as_slice();
        let everybody = |role: &Name| role.eq_ignore_ascii_case("public");
        for (at, role) in roles.iter().enumerate() {
            context.check_name(role, written.path("roles", at));
            let problem = if roles[..at].contains(role) {
                Problem::error("duplicate-role", format!("role `{role}` is named twice"))
            } else if everybody(role) && roles.len() > 1 {
                Problem::error("duplicate-role", "`public` is everybody, the other roles as well")
                    .help("name `public` alone, or leave it out")
            } else {
                continue;
            };
            context.problem(problem.at(written.path("roles", at)));
            return false;
        }
        true
    }
}
