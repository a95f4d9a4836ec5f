use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::granted::{GRANT_OPTION, GrantedObjects, Share, Written, is_everybodys, listed};
use super::{Context, OneOrMany, Resolve, is_false};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name};
use crate::model::{self, Change, Object, ObjectKind};

/// Takes privileges on tables and other objects away from roles or users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// What may no longer be done; `all` for all that is had.
    pub privileges: OneOrMany<String>,
    pub on: GrantedObjects,
    /// The columns that it is for; all of the table where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<OneOrMany<Name>>,
    /// A role or a user, or a list of them; `public` for everybody, `user@host` on MySQL and MariaDB.
    pub from: OneOrMany<String>,
    /// Take the right to pass it on alone, and leave the privileges.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grant_option: bool,
}

impl Resolve for Revoke {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let written = Written {
            on: &self.on,
            privileges: &self.privileges,
            columns: self.columns.as_ref(),
            roles: &self.from,
            roles_key: "from",
        };
        let shares = written.shares(context);
        let all = written.all();
        shares
            .into_iter()
            .flat_map(|share| self.taken(context, &share, all))
            .collect()
    }
}

impl Revoke {
    fn taken(&self, context: &mut Context<'_>, share: &Share, all: bool) -> Vec<Change> {
        let mysql = context.family() == Family::Mysql;
        let option = model::Grant {
            privilege: GRANT_OPTION.to_string(),
            ..share.bare.clone()
        };
        if self.grant_option && mysql {
            return self.each(context, &[option], share, false);
        }
        let mut grants = share.grants.clone();
        // Else it would be there for what is given next.
        if all && mysql && self.columns.is_none() {
            grants.push(option);
        }
        self.each(context, &grants, share, all)
    }

    /// The changes that take these; of `all` those that are there.
    fn each(&self, context: &mut Context<'_>, grants: &[model::Grant], share: &Share, all: bool) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut missing = Vec::new();
        for grant in grants {
            match self.take(context, grant) {
                Some(change) => changes.push(change),
                None => missing.push(grant),
            }
        }
        let wrong = match all {
            true => changes.is_empty(),
            false => !missing.is_empty(),
        };
        if wrong && !context.is_uncertain(&share.bare.name.name) {
            let problem = self.not_held(context, &missing, share, all);
            context.problem(problem);
        }
        changes
    }

    fn take(&self, context: &Context<'_>, grant: &model::Grant) -> Option<Change> {
        if is_everybodys(grant, context.family()) {
            let object = Object::Grant(Arc::new(model::Grant {
                withheld: true,
                ..grant.clone()
            }));
            let is_had = context.catalog.same_object(&object).is_none();
            return is_had.then_some(Change::CreateObject {
                object,
                if_not_exists: false,
            });
        }
        let before = context
            .catalog
            .same_object(&Object::Grant(Arc::new(grant.clone())))?
            .clone();
        if !self.grant_option || context.family() == Family::Mysql {
            return Some(Change::DropObject { object: before });
        }
        let after = Object::Grant(Arc::new(grant.clone()));
        (before != after).then_some(Change::ReplaceObject { before, after })
    }

    fn not_held(&self, context: &Context<'_>, missing: &[&model::Grant], share: &Share, all: bool) -> Problem {
        let role = &share.bare.to;
        let name = &share.bare.name;
        let first = missing.first();
        let message = match first {
            _ if all => format!("`{role}` has no privileges on `{name}`"),
            Some(grant) if self.grant_option && grant.privilege != GRANT_OPTION => {
                format!("`{role}` may not pass on `{}` on `{name}`", grant.privilege)
            }
            Some(grant) if grant.privilege == GRANT_OPTION => {
                format!("`{role}` may not pass on privileges on `{name}`")
            }
            Some(grant) => {
                let column = grant.column.as_ref().map(|column| format!(" of column `{column}`"));
                let column = column.unwrap_or_default();
                format!("`{role}` does not have `{}`{column} on `{name}`", grant.privilege)
            }
            None => format!("`{role}` does not have it on `{name}`"),
        };
        let problem = Problem::error("unknown-grant", message);
        let there = context.catalog.objects_named(ObjectKind::Grant, name);
        let there: Vec<&model::Grant> = there
            .filter_map(|object| match object {
                Object::Grant(grant) if grant.on == share.bare.on && !grant.withheld => Some(&**grant),
                _ => None,
            })
            .collect();
        let own: Vec<String> = there
            .iter()
            .filter(|grant| grant.to == *role)
            .map(|grant| match &grant.column {
                Some(column) => format!("{} ({column})", grant.privilege),
                None => grant.privilege.clone(),
            })
            .collect();
        let (problem, path) = match own.is_empty() {
            false => (
                problem.note(format!("it has {}", listed(own.iter().map(String::as_str)))),
                self.privileges.path("privileges", 0),
            ),
            true => {
                let roles = there.iter().map(|grant| grant.to.as_str());
                (problem.did_you_mean(nearest(role, roles)), self.from.path("from", 0))
            }
        };
        problem.at(path)
    }
}
