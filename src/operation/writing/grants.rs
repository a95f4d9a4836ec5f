//! Privileges: those that one sentence gives or takes.

use super::objects::{arguments_of, few};
use super::tables::table_ref;
use super::{Thing, Unwritable, Writer};
use crate::dialect::Family;
use crate::model::{self, Catalog, GrantedOn, Object, ObjectKey, ObjectKind};
use crate::operation::granted::{GRANT_OPTION, GrantedObjects};
use crate::operation::{Grant, OneOrMany, Operation, Revoke};

impl Writer<'_> {
    /// Writes a privilege with those that can be told with it.
    pub(super) fn grants(&mut self, first: &model::Grant, all: &[Thing]) -> Result<(), Unwritable> {
        let mut together = Vec::new();
        for thing in all {
            let Thing::Object(key) = thing else {
                continue;
            };
            if let Some(Object::Grant(grant)) = self.found(key)
                && grant.joins(first)
                && self.told.insert(key.clone())
            {
                together.push(grant);
            }
        }
        let is_mysql = self.after.target().dialect.family() == Family::Mysql;
        let options = together
            .iter()
            .filter(|grant| is_mysql && grant.privilege == GRANT_OPTION);
        let has_option = options.count() > 0;
        // Those of the whole, and those of each column.
        let mut columns: Vec<_> = together.iter().map(|grant| grant.column.clone()).collect();
        columns.dedup();
        let mut option_said = false;
        let mut seen = Vec::new();
        for column in columns {
            if seen.contains(&column) {
                continue;
            }
            let privileges: Vec<String> = together
                .iter()
                .filter(|grant| grant.column == column && !(is_mysql && grant.privilege == GRANT_OPTION))
                .map(|grant| grant.privilege.clone())
                .collect();
            seen.push(column.clone());
            let Some(privileges) = few(&privileges) else {
                continue;
            };
            let option = match is_mysql {
                true => has_option && !std::mem::replace(&mut option_said, true),
                false => first.grantable,
            };
            let on = self.on(first, self.after);
            let columns = column.map(OneOrMany::One);
            let to = OneOrMany::One(first.to.clone());
            let operation = match first.withheld {
                true => Operation::Revoke(Revoke {
                    privileges,
                    on,
                    columns,
                    from: to,
                    grant_option: false,
                }),
                false => Operation::Grant(Grant {
                    privileges,
                    on,
                    columns,
                    to,
                    grant_option: option,
                }),
            };
            self.add(&Object::Grant(first.clone().into()).to_string(), operation)?;
        }
        Ok(())
    }

    /// Takes privileges of one role on one object or column; gives back what was withheld.
    pub(super) fn take(&mut self, grants: &[model::Grant]) -> Result<(), Unwritable> {
        let is_mysql = self.after.target().dialect.family() == Family::Mysql;
        let is_option = |grant: &&model::Grant| is_mysql && grant.privilege == GRANT_OPTION;
        let Some(first) = grants.first() else {
            return Ok(());
        };
        let what = Object::Grant(first.clone().into()).to_string();
        let columns = first.column.clone().map(OneOrMany::One);
        let who = OneOrMany::One(first.to.clone());
        let privileges: Vec<String> = grants
            .iter()
            .filter(|grant| !is_option(grant))
            .map(|grant| grant.privilege.clone())
            .collect();
        let on = self.on(first, &self.catalog);
        if let Some(option) = grants.iter().find(|grant| is_option(grant)) {
            let privileges = few(&privileges).unwrap_or(OneOrMany::One("all".into()));
            let revoke = Revoke {
                privileges,
                on: self.on(option, &self.catalog),
                columns: columns.clone(),
                from: who.clone(),
                grant_option: true,
            };
            self.add(&what, Operation::Revoke(revoke))?;
        }
        let Some(privileges) = few(&privileges) else {
            return Ok(());
        };
        let operation = match first.withheld {
            true => Operation::Grant(Grant {
                privileges,
                on,
                columns,
                to: who,
                grant_option: false,
            }),
            false => Operation::Revoke(Revoke {
                privileges,
                on,
                columns,
                from: who,
                grant_option: false,
            }),
        };
        self.add(&what, operation)
    }

    /// What a privilege is on, as a schema has it.
    fn on(&self, grant: &model::Grant, catalog: &Catalog) -> GrantedObjects {
        let mut on = GrantedObjects::default();
        let name = Some(OneOrMany::One(table_ref(&grant.name)));
        let is_there = |kind| catalog.object(kind, &grant.name).is_some();
        let routine = |kind| ObjectKey {
            kind,
            name: catalog.key(&grant.name),
            detail: String::new(),
        };
        match grant.on {
            GrantedOn::Table if is_there(ObjectKind::View) => on.view = name,
            GrantedOn::Table if is_there(ObjectKind::MaterializedView) => on.materialized_view = name,
            GrantedOn::Table => on.table = name,
            GrantedOn::Sequence => on.sequence = name,
            GrantedOn::Schema => on.schema = Some(OneOrMany::One(grant.name.name.clone())),
            GrantedOn::Function => {
                on.function = name;
                on.arguments = arguments_of(catalog, grant.arguments.as_ref(), &routine(ObjectKind::Function));
            }
            GrantedOn::Procedure => {
                on.procedure = name;
                on.arguments = arguments_of(catalog, grant.arguments.as_ref(), &routine(ObjectKind::Procedure));
            }
            GrantedOn::Type if is_there(ObjectKind::Domain) => on.domain = name,
            GrantedOn::Type => on.enumeration = name,
        }
        on
    }
}
