//! What a statement drops, with what falls with it.

use super::Reading;
use crate::dialect::{Cursor, Family, Name, ObjectName};
use crate::model::{Change, Object, ObjectKind};
use crate::operation::{
    DropEnum, DropFunction, DropIndex, DropMaterializedView, DropProcedure, DropSequence, DropTable, DropView,
    TableRef, dependents,
};

impl Reading<'_, '_> {
    pub(super) fn drop_statement(&self, text: &str) -> Option<Vec<Change>> {
        let mut cursor = Cursor::new(text, self.family());
        cursor.take_word("drop").then_some(())?;
        let kind = self.dropped_kind(&mut cursor)?;
        let if_exists = cursor.take_words(&["if", "exists"]);
        // What they cascade to stands at the end, and has to be known at the first.
        let cascade = self.family() == Family::Postgres && ends_in_cascade(text, self.family());
        let mut now = self.now.clone();
        let mut changes = Vec::new();
        loop {
            let reading = Reading {
                context: self.context,
                now: &now,
            };
            let step = reading.dropped(kind, &mut cursor, if_exists, cascade)?;
            for change in step {
                now.apply(&change).ok()?;
                changes.push(change);
            }
            if !cursor.take_symbol(",") {
                break;
            }
        }
        let _ = cursor.take_one_of(&["cascade", "restrict"]);
        cursor.is_done().then_some(changes)
    }

    fn dropped_kind(&self, cursor: &mut Cursor<'_>) -> Option<&'static str> {
        if cursor.take_words(&["materialized", "view"]) {
            return Some("materialized");
        }
        let own = [
            "type",
            "domain",
            "schema",
            "extension",
            "policy",
            "table",
            "view",
            "index",
            "trigger",
            "sequence",
            "function",
            "procedure",
        ];
        let kinds = match self.family() {
            Family::Postgres => &own[..],
            Family::Sqlite | Family::Mysql => &own[5..],
        };
        cursor.take_one_of(kinds)
    }

    fn dropped(&self, kind: &str, cursor: &mut Cursor<'_>, if_exists: bool, cascade: bool) -> Option<Vec<Change>> {
        let absent = || if_exists.then(Vec::new);
        match kind {
            "function" | "procedure" => {
                let is_function = kind == "function";
                let kind = if is_function {
                    ObjectKind::Function
                } else {
                    ObjectKind::Procedure
                };
                let Some(routine) = self.routine_named(kind, cursor) else {
                    return absent();
                };
                let (name, arguments) = (TableRef(routine.name.clone()), Some(routine.arguments.clone()));
                return match is_function {
                    true => self.resolved(&DropFunction {
                        function: name,
                        arguments,
                        cascade,
                    }),
                    false => self.resolved(&DropProcedure {
                        procedure: name,
                        arguments,
                        cascade,
                    }),
                };
            }
            "trigger" | "policy" if self.family() == Family::Postgres => {
                let kind = if kind == "trigger" {
                    ObjectKind::Trigger
                } else {
                    ObjectKind::Policy
                };
                return match self.on_table(kind, cursor) {
                    Some(object) => Some(vec![Change::DropObject { object }]),
                    None => absent(),
                };
            }
            "trigger" => {
                let name = self.now.normal_name(&cursor.object_name()?);
                return match self.trigger_named(&name.name) {
                    Some(object) => Some(vec![Change::DropObject { object }]),
                    None => absent(),
                };
            }
            _ => {}
        }
        let name = self.now.normal_name(&cursor.object_name()?);
        match kind {
            "table" if self.known(&name).is_some() => self.resolved(&DropTable {
                keep: false,
                table: TableRef(name),
                cascade,
            }),
            "view" | "materialized" => {
                let Some(view) = self.now.view(&name) else {
                    return absent();
                };
                (view.materialized == (kind == "materialized")).then_some(())?;
                let view = TableRef(name);
                match kind {
                    "view" => self.resolved(&DropView { view, cascade }),
                    _ => self.resolved(&DropMaterializedView { view, cascade }),
                }
            }
            "index" if !cascade => self.drop_index(name, cursor, if_exists),
            "sequence" if self.now.object(ObjectKind::Sequence, &name).is_some() => self.resolved(&DropSequence {
                sequence: TableRef(name),
            }),
            "type" if self.now.object(ObjectKind::Enum, &name).is_some() => {
                self.resolved(&DropEnum { name: TableRef(name) })
            }
            "type" | "domain" | "schema" | "extension" => {
                let kind = match kind {
                    "schema" => ObjectKind::Schema,
                    "extension" => ObjectKind::Extension,
                    _ => ObjectKind::Domain,
                };
                match self.now.object(kind, &name).cloned() {
                    Some(object) => self.drop_object(object, cascade),
                    None => absent(),
                }
            }
            _ => absent(),
        }
    }

    /// A domain that no column has, a schema in which nothing is known to lie, an extension.
    fn drop_object(&self, object: Object, cascade: bool) -> Option<Vec<Change>> {
        let name = object.name();
        let lies_in = |other: &ObjectName| other.schema.as_ref() == Some(&name.name);
        let used = match &object {
            Object::Schema(_) => {
                self.now.tables().any(|table| lies_in(&table.name))
                    || self.now.objects().any(|other| lies_in(&other.name()))
            }
            // What uses what an extension brings is not known.
            Object::Extension(_) => cascade,
            _ => !self.now.columns_of_type(&name).is_empty(),
        };
        if used {
            return None;
        }
        let mut changes = dependents::drops(&self.now.falls_with(&object));
        changes.push(Change::DropObject { object });
        Some(changes)
    }

    fn drop_index(&self, name: ObjectName, cursor: &mut Cursor<'_>, if_exists: bool) -> Option<Vec<Change>> {
        let table = match cursor.take_word("on") {
            true => self.known(&cursor.object_name()?)?.name.clone(),
            false => match self.now.index_table(&name, &name.name) {
                Some(table) => table.clone(),
                None => return if_exists.then(Vec::new),
            },
        };
        let name: Name = name.name;
        if if_exists && self.known(&table)?.indexes.iter().all(|index| index.name != name) {
            return Some(Vec::new());
        }
        self.resolved(&DropIndex {
            table: TableRef(table),
            name: Some(name),
            concurrently: false,
            columns: Vec::new(),
        })
    }
}

fn ends_in_cascade(text: &str, family: Family) -> bool {
    let all = crate::dialect::tokens(text, family);
    let last = all.iter().rev().find(|token| !token.is_blank());
    last.is_some_and(|token| token.is_word("cascade"))
}
