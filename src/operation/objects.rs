//! Objects by their names: those that have to be there, and names that have to be free.

use std::sync::Arc;

use super::specification::TableRef;
use super::{Context, dependents, known_object};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, ObjectName, TokenKind, tokens};
use crate::model::{Change, ColumnDefault, EnumType, Object, ObjectKind, Sequence, Type};

impl Context<'_> {
    /// An object that has to be there.
    pub(super) fn known(&mut self, kind: ObjectKind, name: &ObjectName, path: &str) -> Option<Object> {
        if let Some(object) = self.catalog.object(kind, name) {
            return Some(object.clone());
        }
        if self.is_uncertain(&name.name) {
            return None;
        }
        let word = kind.word();
        let code = known_object::code(kind);
        if let Some(other) = self.taken_by(kind, name) {
            let message = format!("`{name}` is {} {other}, not {} {word}", article(other), article(word));
            self.problem(Problem::error(code, message).at(path));
            return None;
        }
        let problem = Problem::error(code, format!("unknown {word} `{name}`"));
        let known = self.catalog.objects().filter(|object| object.kind() == kind);
        let known: Vec<String> = known.map(|object| object.name().to_string()).collect();
        let problem = match nearest(&name.to_string(), known.iter().map(String::as_str)) {
            Some(near) => problem.did_you_mean(Some(near)),
            None => problem.help(format!(
                "{} {word} is known once an operation before this one creates it, or `sql` says so in its `effects`",
                article(word)
            )),
        };
        self.problem(problem.at(path));
        None
    }

    pub(super) fn known_enum(&mut self, name: &TableRef, path: &str) -> Option<Arc<EnumType>> {
        match self.known(ObjectKind::Enum, &name.0, path)? {
            Object::Enum(found) => Some(found),
            _ => None,
        }
    }

    pub(super) fn known_sequence(&mut self, name: &TableRef, path: &str) -> Option<Arc<Sequence>> {
        match self.known(ObjectKind::Sequence, &name.0, path)? {
            Object::Sequence(found) => Some(found),
            _ => None,
        }
    }

    /// The comment of a sequence, which every engine keeps that has sequences.
    pub(super) fn kept_comment(&self, comment: Option<&String>) -> Option<String> {
        comment.filter(|_| self.family() != Family::Sqlite).cloned()
    }

    /// The defaults of columns and the objects whose texts name a sequence, as a name or inside a literal.
    pub(super) fn users_of_sequence(&self, sequence: &ObjectName) -> Vec<String> {
        let family = self.family();
        let is_it = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            last.trim_matches('"').eq_ignore_ascii_case(&sequence.name)
        };
        let names = |text: &str| {
            let all = tokens(text, family);
            let mut named = all.iter().filter_map(|token| match token.kind {
                TokenKind::Text => token.value(family == Family::Mysql),
                _ => token.name(),
            });
            named.any(|name| is_it(&name))
        };
        let mut users = Vec::new();
        for table in self.catalog.tables() {
            for column in &table.columns {
                if matches!(&column.default, Some(ColumnDefault::Expression(text)) if names(text)) {
                    users.push(format!("the default of `{}.{}`", table.name, column.name));
                }
            }
        }
        for object in self.catalog.objects() {
            if object.texts().into_iter().any(names) {
                users.push(format!("the {} `{}`", object.kind().word(), object.name()));
            }
        }
        users
    }

    /// A name for a new object, which no other may have that it would be confused with.
    pub(super) fn free_name(&mut self, kind: ObjectKind, name: &ObjectName, path: &str) -> Option<ObjectName> {
        let name = self.catalog.normal_name(name);
        self.check_name(&name.name, path);
        let own = self.catalog.object(kind, &name).map(|_| kind.word());
        let Some(word) = own.or_else(|| self.taken_by(kind, &name)) else {
            return Some(name);
        };
        if !self.is_uncertain(&name.name) {
            let message = format!("{word} `{name}` exists already");
            self.problem(Problem::error("duplicate-name", message).at(path));
        }
        None
    }

    /// What else has this name among the kinds of things that share their names with this one.
    fn taken_by(&self, kind: ObjectKind, name: &ObjectName) -> Option<&'static str> {
        let others: &[ObjectKind] = match kind {
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Grant => return None,
            ObjectKind::Enum => &[ObjectKind::Domain],
            ObjectKind::Domain => &[ObjectKind::Enum],
            ObjectKind::Sequence => &[],
            ObjectKind::View => &[ObjectKind::MaterializedView, ObjectKind::Sequence],
            ObjectKind::MaterializedView => &[ObjectKind::View, ObjectKind::Sequence],
        };
        let shared = [ObjectKind::View, ObjectKind::MaterializedView];
        let mut others = others.iter().chain(shared.iter().filter(|other| **other != kind));
        let table = self.catalog.table(name).map(|_| "table");
        table.or_else(|| {
            let found = others.find(|other| self.catalog.object(**other, name).is_some());
            found.map(|other| other.word())
        })
    }

    /// The enum or domain that a column has for its type.
    pub(super) fn named_type(&mut self, kind: ObjectKind, name: &ObjectName, path: &str) -> Option<Type> {
        let found = self.known(kind, name, path)?;
        let values = match &found {
            Object::Enum(found) => found.values.clone(),
            _ => Vec::new(),
        };
        Some(Type::Named {
            name: found.name(),
            values,
        })
    }

    /// The columns and domains that have an enum or a domain for their type, as they are told of.
    pub(super) fn users_of_type(&self, name: &ObjectName) -> Vec<String> {
        let key = self.catalog.key(name);
        let domains = self.catalog.objects().filter_map(|object| match object {
            Object::Domain(domain) => match &domain.ty {
                Type::Named { name, .. } if self.catalog.key(name) == key => {
                    Some(format!("the domain `{}`", domain.name))
                }
                _ => None,
            },
            _ => None,
        });
        let columns = self.catalog.columns_of_type(name).into_iter();
        let columns = columns.map(|(table, column)| format!("the column `{}.{column}`", table.name));
        columns.chain(domains).collect()
    }

    /// The drop of an object, behind what falls with it.
    pub(super) fn drop_with_standing(&self, object: Object) -> Vec<Change> {
        let mut changes = dependents::drops(&self.catalog.falls_with(&object));
        changes.push(Change::DropObject { object });
        changes
    }

    /// Refuses to drop what is used.
    pub(super) fn refuse_used(&mut self, object: &Object, users: &[String], path: &str) -> bool {
        if users.is_empty() {
            return false;
        }
        let message = format!(
            "{} `{}` is used by {}",
            object.kind().word(),
            object.name(),
            users.join(" and by ")
        );
        let problem = Problem::error("has-dependents", message).help("drop or alter what uses it before");
        self.problem(problem.at(path));
        true
    }
}

fn article(word: &str) -> &'static str {
    match word.starts_with(['a', 'e', 'i', 'o']) {
        true => "an",
        false => "a",
    }
}
