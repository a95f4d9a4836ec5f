use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::granted::{GRANT_OPTION, GrantedObjects, Written, is_everybodys};
use super::{Context, OneOrMany, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{self, Change, GrantedOn, Object};

/// Gives privileges on tables and other objects to roles or users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What may be done, in the words of the database: `select`, `execute`; `all` for all that there is.
    pub privileges: OneOrMany<String>,
    pub on: GrantedObjects,
    /// The columns that it is for; all of the table where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<OneOrMany<Name>>,
    /// A role or a user, or a list of them; `public` for everybody, `user@host` on MySQL and MariaDB.
    pub to: OneOrMany<String>,
    /// They may pass it on.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grant_option: bool,
}

impl Resolve for Grant {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let written = Written {
            on: &self.on,
            privileges: &self.privileges,
            columns: self.columns.as_ref(),
            roles: &self.to,
            roles_key: "to",
        };
        let mut changes = Vec::new();
        for share in written.shares(context) {
            if self.grant_option && share.bare.to == "public" {
                let problem = Problem::error("grant-option", "everybody cannot be given the right to pass it on");
                context.problem(problem.at("grant_option"));
                continue;
            }
            if is_forgotten(&share.bare, context.family()) {
                let title = &context.dialect().facts().title;
                let message = format!(
                    "{title} cannot keep privileges on `{}`, whose name is not ASCII: they are gone when the server starts again",
                    share.bare.name
                );
                let problem = Problem::error("not-on-dialect", message);
                context.problem(problem.help("give the routine a name of ASCII letters").at("on"));
                continue;
            }
            // One right for all of the object there, given once.
            let apart = self.grant_option && context.family() == Family::Mysql;
            let option = apart.then(|| model::Grant {
                privilege: GRANT_OPTION.to_string(),
                ..share.bare.clone()
            });
            for mut grant in share.grants.into_iter().chain(option) {
                grant.grantable = self.grant_option && !apart;
                changes.extend(give(context, grant));
            }
        }
        changes
    }
}

/// Both take the letters of a routine's name for others as they write the privilege down, and read it back so.
fn is_forgotten(grant: &model::Grant, family: Family) -> bool {
    let on_routine = matches!(grant.on, GrantedOn::Function | GrantedOn::Procedure);
    family == Family::Mysql && on_routine && !grant.name.name.is_ascii()
}

/// What has to happen for a privilege to be had; nothing where it is.
pub(super) fn give(context: &Context<'_>, mut grant: model::Grant) -> Option<Change> {
    if is_everybodys(&grant, context.family()) {
        grant.withheld = true;
        let object = context.catalog.same_object(&Object::Grant(Arc::new(grant)))?.clone();
        return Some(Change::DropObject { object });
    }
    let grantable = grant.grantable;
    let after = Object::Grant(Arc::new(grant));
    match context.catalog.same_object(&after) {
        None => Some(Change::CreateObject {
            object: after,
            if_not_exists: false,
        }),
        // The right to pass it on stays where it is not said again.
        Some(before) => (grantable && *before != after).then(|| Change::ReplaceObject {
            before: before.clone(),
            after,
        }),
    }
}
