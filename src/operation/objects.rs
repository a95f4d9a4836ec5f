//! Objects by their names: those that have to be there, and names that have to be free.

use std::sync::Arc;

use super::specification::TableRef;
use super::{Context, dependents, known_object};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, ObjectName, TokenKind, tokens};
use crate::model::{Change, ColumnDefault, EnumType, Object, ObjectKind, Sequence, Type, View};

impl Context<'_> {
    /// An object that has to be there.
    pub(super) fn known(&mut self, kind: ObjectKind, name: &ObjectName, path: &str) -> Option<Object> {
        if let Some(object) = self.catalog.object(kind, name) {
            return Some(object.clone());
        }
        if self.is_uncertain(&name.name) {
            return None;
        }
        if let Some(other) = self.of_another_kind(kind, name) {
            let materialized = ObjectKind::MaterializedView.word();
            let views = [other, kind.word()].contains(&materialized);
            let called = |word: &str| match word {
                "view" if views => "a plain view".to_string(),
                word => known_object::with_article(word),
            };
            let (other, this) = (called(other), called(kind.word()));
            let message = format!("`{name}` is {other}, not {this}");
            self.problem(Problem::error(known_object::code(kind), message).at(path));
            return None;
        }
        let known = self.catalog.objects().filter(|object| object.kind() == kind);
        let known: Vec<ObjectName> = known.map(Object::name).collect();
        let problem = known_object::unknown(self, kind, name, &known);
        self.problem(problem.at(path));
        None
    }

    /// What a name stands for that is none of this kind.
    fn of_another_kind(&self, kind: ObjectKind, name: &ObjectName) -> Option<&'static str> {
        if matches!(kind, ObjectKind::Schema | ObjectKind::Extension) {
            return None;
        }
        let table = self.catalog.table(name).map(|_| "table");
        table.or_else(|| self.other_than_table(name))
    }

    /// What a name stands for that is no table.
    pub(super) fn other_than_table(&self, name: &ObjectName) -> Option<&'static str> {
        let kinds = [
            ObjectKind::View,
            ObjectKind::MaterializedView,
            ObjectKind::Sequence,
            ObjectKind::Enum,
            ObjectKind::Domain,
            ObjectKind::Function,
            ObjectKind::Procedure,
        ];
        let found = kinds
            .into_iter()
            .find(|kind| self.catalog.object(*kind, name).is_some());
        found.map(ObjectKind::word)
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
        self.check_object_name(&name, path);
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
        match kind {
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Grant => None,
            ObjectKind::Enum | ObjectKind::Domain => self.relation(name, &[ObjectKind::Enum, ObjectKind::Domain]),
            ObjectKind::Sequence | ObjectKind::View | ObjectKind::MaterializedView => self.taken(name),
        }
    }

    /// What a name stands for that a table, a view or a sequence cannot have beside it.
    pub(super) fn taken(&self, name: &ObjectName) -> Option<&'static str> {
        let kinds = [ObjectKind::Sequence, ObjectKind::Enum, ObjectKind::Domain];
        let index = || self.index_named(name).map(|_| "index");
        self.relation(name, &kinds).or_else(index)
    }

    /// A table, a view or one of the kinds that has this name.
    fn relation(&self, name: &ObjectName, kinds: &[ObjectKind]) -> Option<&'static str> {
        let table = self.catalog.table(name).map(|_| "table");
        let table = table.or_else(|| self.catalog.is_partition(name).then_some("partition"));
        let views = [ObjectKind::View, ObjectKind::MaterializedView];
        let mut kinds = views.iter().chain(kinds);
        table.or_else(|| {
            let found = kinds.find(|kind| self.catalog.object(**kind, name).is_some());
            found.map(|kind| kind.word())
        })
    }

    /// What has an index of this name, where those are named in a schema.
    fn index_named(&self, name: &ObjectName) -> Option<String> {
        let on_table = self.catalog.index_table(name, &name.name);
        let has_it = |view: &&Arc<View>| {
            view.name.schema == name.schema && view.indexes.iter().any(|index| index.name == name.name)
        };
        let on_table = on_table.map(|table| format!("table `{table}`"));
        on_table.or_else(|| {
            let view = self.catalog.views().find(has_it)?;
            Some(format!("materialized view `{}`", view.name))
        })
    }

    /// Where the name is used already that an index of a table would have beside all tables and views.
    pub(super) fn index_name_taken(&self, table: &ObjectName, index: &Name) -> Option<String> {
        if !self.catalog.are_indexes_named_in_schema() {
            return None;
        }
        let name = known_object::beside(table, index);
        if let Some(other) = self.index_named(&name) {
            return Some(format!("used on {other}"));
        }
        let own = (self.catalog.key(&name) == self.catalog.key(table)).then_some("table");
        let word = own.or_else(|| self.relation(&name, &[ObjectKind::Sequence]))?;
        Some(format!("that of a {word}"))
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
