//! What stands on things that go or become others, and has to be taken down before them.

use std::collections::BTreeMap;

use super::between::Path;
use crate::dialect::{Family, ObjectName, calls};
use crate::model::{How, Object, PartKind, What};
use crate::operation::dependents::calling;
use crate::operation::{Context, Uncertain};

impl Path<'_> {
    /// The routines that take or give rows of tables and views that go, and what calls these.
    pub(super) fn routines_in_the_way(&self, down: &[Object]) -> Vec<Object> {
        let views = down.iter().filter_map(|object| match object {
            Object::View(view) => Some(view.name.clone()),
            _ => None,
        });
        let rows: Vec<ObjectName> = self.tables_gone().into_iter().chain(views).collect();
        self.routines_of_rows(&rows)
    }

    pub(super) fn routines_of_rows(&self, rows: &[ObjectName]) -> Vec<Object> {
        let mut found = Vec::new();
        if self.family() != Family::Postgres {
            return found;
        }
        let files = BTreeMap::new();
        let context = Context::new(self.before, &files, Uncertain::default());
        for object in self.before.objects() {
            if let Object::Routine(routine) = object
                && rows.iter().any(|name| context.takes_or_gives(routine, name))
            {
                found.extend(calling(&context, &routine.name));
                found.push(object.clone());
            }
        }
        found
    }

    /// The views that read what goes from tables: whole tables, and columns.
    pub(super) fn views_in_the_way(&self) -> Vec<Object> {
        let tables = self.tables_gone();
        let columns = self
            .differing
            .iter()
            .filter_map(|found| match (&found.what, &found.how) {
                (What::Part(table, PartKind::Column, name), How::Gone) => Some((table, name)),
                (What::Part(table, PartKind::Column, name), _) => {
                    let is_rebuilt = self.rebuilt.contains(&(table.clone(), name.to_string()));
                    is_rebuilt.then_some((table, name))
                }
                _ => None,
            });
        let retyped = self.retyped.iter().map(|(table, name)| (table, name));
        let columns: Vec<_> = columns.chain(retyped).collect();
        let reads = |object: &Object| {
            tables.iter().any(|table| self.before.object_uses(object, table))
                || columns.iter().any(|(table, name)| {
                    let text = object.texts().join(" ");
                    self.before.object_uses(object, table)
                        && (self.before.object_mentions(object, name) || text.contains('*'))
                })
        };
        let views = self.before.views().map(|view| Object::View(view.clone()));
        views
            .filter(|view| reads(view) || self.changes_with_routine(view) || self.changes_with_column(view))
            .collect()
    }

    /// Whether a view becomes another one, and is tied to routines: it calls one that cannot stay where it is and may not fit
    /// the new one, or its rows go into one.
    pub(super) fn changes_with_routine(&self, object: &Object) -> bool {
        let changed = self.changed();
        if !changed.contains(&&self.before.object_key(object)) {
            return false;
        }
        let calls_changed = changed
            .into_iter()
            .any(|key| match (self.found(key), self.writer.found(key)) {
                (Some(Object::Routine(old)), Some(Object::Routine(new))) => {
                    let stays = old.arguments == new.arguments && old.returns == new.returns;
                    let calls = |text: &str| calls(text, &old.name.name, self.family());
                    !stays && object.texts().into_iter().any(calls)
                }
                _ => false,
            });
        calls_changed || !self.routines_of_rows(&[object.name()]).is_empty()
    }

    /// The views that become others, and read one that does: as they were, they may not fit it any more.
    pub(super) fn views_on_changed(&self) -> Vec<Object> {
        let changed = self.changed();
        let is_changed = |object: &Object| changed.contains(&&self.before.object_key(object));
        let views = self.before.views().map(|view| Object::View(view.clone()));
        let above = views
            .filter(is_changed)
            .flat_map(|view| self.before.dependent_views(&view.name()));
        above.map(Object::View).filter(is_changed).collect()
    }

    /// Whether a view becomes another one, and reads a column that does: what it was may not fit the new column.
    pub(super) fn changes_with_column(&self, view: &Object) -> bool {
        let is_changed = self.changed().contains(&&self.before.object_key(view));
        is_changed
            && self.family() == Family::Postgres
            && self.differing.iter().any(|found| match &found.what {
                What::Part(table, PartKind::Column, name) => {
                    found.how == How::Changed
                        && self.before.object_uses(view, table)
                        && self.before.object_mentions(view, name)
                }
                _ => false,
            })
    }

    /// The triggers and policies that name tables which go, or columns that are of another type for a while, wherever
    /// they stand.
    pub(super) fn texts_in_the_way(&self) -> Vec<Object> {
        let tables = self.tables_gone();
        let texts = self
            .before
            .objects()
            .filter(|object| matches!(object, Object::Trigger(_) | Object::Policy(_)));
        let names_retyped = |object: &Object| {
            self.retyped.iter().any(|(table, name)| {
                let stands = object.stands_on().is_some_and(|on| self.before.key(on) == *table);
                (stands || self.before.object_uses(object, table)) && self.before.object_mentions(object, name)
            })
        };
        let naming = texts.filter(|object| {
            tables.iter().any(|table| self.before.object_uses(object, table)) || names_retyped(object)
        });
        naming.cloned().collect()
    }

    /// Privileges on single columns, which fall where a column is made anew.
    pub(super) fn rights_on_columns(&self) -> Vec<Object> {
        let mut found = Vec::new();
        for (table, column) in &self.rebuilt {
            found.extend(
                self.before
                    .standing_on(table)
                    .into_iter()
                    .filter(|object| match object {
                        Object::Grant(grant) => grant.column.as_ref().is_some_and(|name| name.as_str() == column),
                        _ => false,
                    }),
            );
        }
        found
    }
}
