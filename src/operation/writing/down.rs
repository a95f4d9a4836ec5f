//! What goes: tables, parts of tables, and what stands beside them.

use super::between::Path;
use super::order::in_order_of_need;
use super::tables::table_ref;
use super::{Thing, Unwritable};
use crate::dialect::ObjectName;
use crate::model::{Differing, Grant, How, Object, ObjectKind, PartKind, What};
use crate::operation::{
    DropConstraint, DropDomain, DropEnum, DropExtension, DropFunction, DropIndex, DropMaterializedView, DropPolicy,
    DropProcedure, DropSchema, DropSequence, DropTable, DropTrigger, DropView, Operation, RenameConstraint,
    RenameIndex,
};

impl Path<'_> {
    /// Drops tables, those first that need others.
    pub(super) fn drop_tables(&mut self) {
        let tables: Vec<Thing> = self.tables_gone().into_iter().map(Thing::Table).collect();
        for thing in in_order_of_need(self.before, &tables).into_iter().rev() {
            let Thing::Table(name) = thing else { continue };
            let Some(table) = self.before.table(&name) else {
                continue;
            };
            let operation = Operation::DropTable(DropTable {
                table: table_ref(&table.name),
                cascade: false,
                keep: false,
            });
            self.add(&format!("table `{}`", table.name), operation);
        }
    }

    /// Drops the keys, constraints and indexes of a table that go or become others, and gives others their new names.
    pub(super) fn drop_parts(&mut self, name: &ObjectName, parts: &[&Differing]) {
        let Some(table) = self.before.table(name).cloned() else {
            return;
        };
        for found in parts {
            let What::Part(_, kind, part) = &found.what else {
                continue;
            };
            let what = format!("{} `{part}` of `{}`", kind.word(), table.name);
            let is_index = table.indexes.iter().any(|index| index.name == *part) && !is_constraint_kind(*kind);
            match (&found.how, kind) {
                (_, PartKind::Whole | PartKind::Column | PartKind::ForeignKey)
                    if !matches!(found.how, How::Named(_)) => {}
                (How::Made, _) => {}
                (How::Named(to), _) if is_index => {
                    let operation = Operation::RenameIndex(RenameIndex {
                        table: table_ref(&table.name),
                        index: part.clone(),
                        to: to.clone(),
                    });
                    self.add(&what, operation);
                }
                (How::Named(to), _) => {
                    let operation = Operation::RenameConstraint(RenameConstraint {
                        table: table_ref(&table.name),
                        constraint: part.clone(),
                        to: to.clone(),
                    });
                    self.add(&what, operation);
                }
                (How::Changed | How::Worded, PartKind::Check) if self.comes_with_type(&table, part) => {}
                (How::Gone, PartKind::Check) if self.comes_with_type(&table, part) => {}
                (How::Gone | How::Changed | How::Worded, _) => {
                    self.drop_part(&table.name, *kind, part, is_index, &what)
                }
            }
        }
        self.drop_around_rebuilt(&table);
        self.drop_computed(&table);
    }

    pub(super) fn drop_part(
        &mut self,
        table: &ObjectName,
        kind: PartKind,
        part: &crate::dialect::Name,
        is_index: bool,
        what: &str,
    ) {
        let is_there = self.writer.catalog.table(table).is_some_and(|table| {
            let mut named = table.constraint_names();
            table.indexes.iter().any(|index| index.name == *part) || named.any(|(name, _)| name == part)
        });
        if !is_there {
            return;
        }
        let operation = match is_index || kind == PartKind::Index {
            true => Operation::DropIndex(DropIndex {
                table: table_ref(table),
                name: Some(part.clone()),
                columns: Vec::new(),
                concurrently: false,
            }),
            false => Operation::DropConstraint(DropConstraint {
                table: table_ref(table),
                name: Some(part.clone()),
                columns: Vec::new(),
                primary_key: false,
            }),
        };
        self.add(what, operation);
    }

    /// Drops an object that stands beside tables.
    pub(super) fn drop_object(&mut self, object: &Object) {
        let arguments = |types: &str| {
            // Others of its name may be there by now.
            let several = self.writer.catalog.objects_named(object.kind(), &object.name()).count() > 1;
            several.then(|| crate::model::normal_arguments(types, self.before.target().dialect))
        };
        let operation = match object {
            Object::Schema(schema) => Operation::DropSchema(DropSchema {
                schema: schema.name.clone(),
            }),
            Object::Extension(extension) => Operation::DropExtension(DropExtension {
                extension: extension.name.clone(),
            }),
            Object::Enum(found) => Operation::DropEnum(DropEnum {
                name: table_ref(&found.name),
            }),
            Object::Domain(domain) => Operation::DropDomain(DropDomain {
                domain: table_ref(&domain.name),
            }),
            Object::Sequence(sequence) => Operation::DropSequence(DropSequence {
                sequence: table_ref(&sequence.name),
            }),
            Object::View(view) if view.materialized => Operation::DropMaterializedView(DropMaterializedView {
                view: table_ref(&view.name),
                cascade: false,
            }),
            Object::View(view) => Operation::DropView(DropView {
                view: table_ref(&view.name),
                cascade: false,
            }),
            Object::Routine(routine) if routine.procedure => Operation::DropProcedure(DropProcedure {
                procedure: table_ref(&routine.name),
                arguments: arguments(&routine.arguments),
                cascade: false,
            }),
            Object::Routine(routine) => Operation::DropFunction(DropFunction {
                function: table_ref(&routine.name),
                arguments: arguments(&routine.arguments),
                cascade: false,
            }),
            Object::Trigger(trigger) => Operation::DropTrigger(DropTrigger {
                trigger: trigger.name.clone(),
                table: table_ref(&trigger.table),
            }),
            Object::Policy(policy) => Operation::DropPolicy(DropPolicy {
                policy: policy.name.clone(),
                table: table_ref(&policy.table),
            }),
            Object::Grant(_) => return,
        };
        self.add(&object.to_string(), operation);
    }

    /// Takes privileges, those in one sentence that can be; what was withheld is given.
    pub(super) fn revoke(&mut self, grants: impl Iterator<Item = Grant>) {
        let mut grants: Vec<Grant> = grants.collect();
        while let Some(first) = grants.first().cloned() {
            let (together, rest): (Vec<Grant>, Vec<Grant>) = grants
                .into_iter()
                .partition(|grant| grant.joins(&first) && grant.column == first.column);
            grants = rest;
            let result: Result<(), Unwritable> = self.writer.take(&together);
            self.note(result);
        }
    }

    /// Drops what tables and views no longer use.
    pub(super) fn drop_last(&mut self) {
        let is_late = |kind: ObjectKind| match kind {
            ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Domain
            | ObjectKind::Enum
            | ObjectKind::Sequence
            | ObjectKind::Extension
            | ObjectKind::Schema => true,
            ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Grant => false,
        };
        let gone = self.gone().into_iter().filter(|key| is_late(key.kind));
        let gone: Vec<Thing> = gone.cloned().map(Thing::Object).collect();
        // Each before what it needs.
        for thing in in_order_of_need(self.before, &gone).into_iter().rev() {
            let Thing::Object(key) = thing else { continue };
            // With what is made anew, others went.
            let is_there = |object: &Object| self.writer.catalog.same_object(object).is_some();
            if let Some(object) = self.found(&key).filter(is_there) {
                self.drop_object(&object);
            }
        }
    }
}

fn is_constraint_kind(kind: PartKind) -> bool {
    matches!(
        kind,
        PartKind::PrimaryKey | PartKind::ForeignKey | PartKind::Check | PartKind::Exclusion
    )
}
