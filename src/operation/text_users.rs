//! Definitions whose texts an engine ties to what they name: what they name cannot be dropped while they are there.

use super::Context;
use crate::dialect::{Family, ObjectName, casts_to, mentions};
use crate::model::{ColumnDefault, IndexKey, Object, Routine, Table, Type, is_standard_body, normal_arguments};

/// Parts of tables, domains and functions whose texts are such, as they are told of.
pub(super) fn fixed(context: &Context<'_>, is_such: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut users = Vec::new();
    for table in context.catalog.tables() {
        users.extend(of_table(table, is_such));
    }
    for object in context.catalog.objects() {
        match object {
            Object::Domain(domain) => {
                let by_check = domain.checks.iter().any(|check| is_such(&check.expression));
                let by_default = domain
                    .default
                    .as_ref()
                    .is_some_and(|default| is_default_such(default, is_such));
                if by_check || by_default {
                    users.push(format!("the domain `{}`", domain.name));
                }
            }
            Object::Routine(routine) if is_read_when_made(context, routine) && is_such(&routine.body) => {
                users.push(format!("the {} `{}`", object.kind().word(), routine.name));
            }
            _ => {}
        }
    }
    users
}

/// Texts of other bodies are read when they are called.
pub(super) fn is_read_when_made(context: &Context<'_>, routine: &Routine) -> bool {
    let sql = routine
        .language
        .as_ref()
        .is_none_or(|language| language.eq_ignore_ascii_case("sql"));
    context.family() == Family::Postgres && sql && is_standard_body(&routine.body)
}

fn of_table(table: &Table, is_such: &dyn Fn(&str) -> bool) -> Vec<String> {
    let of = &table.name;
    let mut users = Vec::new();
    for check in table.checks.iter().filter(|check| is_such(&check.expression)) {
        users.push(format!("the check `{}` of `{of}`", check.name));
    }
    for column in &table.columns {
        let by_default = column
            .default
            .as_ref()
            .is_some_and(|default| is_default_such(default, is_such));
        let generated = column.generated.as_ref();
        if by_default || generated.is_some_and(|generated| is_such(&generated.expression)) {
            users.push(format!("the column `{of}.{}`", column.name));
        }
    }
    for index in &table.indexes {
        let by_key = index.columns.iter().any(|part| is_key_such(&part.key, is_such));
        if by_key || index.predicate.as_deref().is_some_and(is_such) {
            users.push(format!("the index `{}` of `{of}`", index.name));
        }
    }
    for exclusion in &table.exclusions {
        let by_key = exclusion.elements.iter().any(|part| is_key_such(&part.key, is_such));
        if by_key || exclusion.predicate.as_deref().is_some_and(is_such) {
            users.push(format!("the exclusion constraint `{}` of `{of}`", exclusion.name));
        }
    }
    users
}

fn is_default_such(default: &ColumnDefault, is_such: &dyn Fn(&str) -> bool) -> bool {
    matches!(default, ColumnDefault::Expression(text) if is_such(text))
}

fn is_key_such(key: &IndexKey, is_such: &dyn Fn(&str) -> bool) -> bool {
    matches!(key, IndexKey::Expression(text) if is_such(text))
}

impl Context<'_> {
    /// What has an enum or a domain for its type, as it is told of.
    pub(super) fn users_of_type(&self, name: &ObjectName) -> Vec<String> {
        let key = self.catalog.key(name);
        let postgres = self.family() == Family::Postgres;
        let is_it = |ty: &Type| match ty {
            Type::Named { name, .. } => self.catalog.key(name) == key,
            Type::Native(text) => postgres && mentions(text, &name.name, Family::Postgres),
            _ => false,
        };
        let mut users = Vec::new();
        for table in self.catalog.tables() {
            let having = table.columns.iter().filter(|column| is_it(&column.ty));
            users.extend(having.map(|column| format!("the column `{}.{}`", table.name, column.name)));
        }
        for object in self.catalog.objects() {
            let uses = match object {
                Object::Domain(domain) => is_it(&domain.ty),
                Object::Routine(routine) => postgres && self.takes_or_gives(routine, name),
                _ => false,
            };
            if uses {
                users.push(format!("the {} `{}`", object.kind().word(), object.name()));
            }
        }
        if postgres {
            users.extend(self.casting_to(name));
        }
        let mut once: Vec<String> = Vec::new();
        for user in users {
            if !once.contains(&user) {
                once.push(user);
            }
        }
        once
    }

    /// Whether a type, or the rows of a table or a view, go into a routine or come out of it.
    pub(super) fn takes_or_gives(&self, routine: &Routine, ty: &ObjectName) -> bool {
        let dialect = self.dialect();
        let is_it = |types: &str| mentions(types, &ty.name, Family::Postgres);
        let returns = routine.returns.as_deref().unwrap_or_default().trim();
        let row = returns.get(..5).filter(|word| word.eq_ignore_ascii_case("table"));
        let columns = row.map(|word| {
            returns[word.len()..]
                .trim()
                .trim_start_matches('(')
                .trim_end_matches(')')
        });
        let given = match columns {
            Some(columns) => normal_arguments(columns, dialect),
            None => returns.to_string(),
        };
        is_it(&normal_arguments(&routine.arguments, dialect)) || is_it(&given)
    }

    /// What turns values into a type, where the engine notes that.
    fn casting_to(&self, ty: &ObjectName) -> Vec<String> {
        let casts = |text: &str| casts_to(text, &ty.name, Family::Postgres);
        let mut users = fixed(self, &casts);
        for object in self.catalog.objects() {
            let noted = match object {
                Object::View(_) | Object::Policy(_) => object.texts().into_iter().any(casts),
                Object::Trigger(trigger) => trigger.when.as_deref().is_some_and(casts),
                _ => false,
            };
            if noted {
                users.push(format!("the {} `{}`", object.kind().word(), object.name()));
            }
        }
        users
    }
}
