//! Foreign keys: which go, which hold what changes below them, and which are made behind everything.

use super::Writer;
use super::between::Path;
use super::tables::{references, table_ref};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Differing, ForeignKey, How, PartKind, What};
use crate::operation::{CreateForeignKey, DropForeignKey, Operation};

impl Path<'_> {
    /// Drops the foreign keys that go, and those that hold what changes below them.
    pub(super) fn drop_foreign_keys(&mut self) {
        let mut going: Vec<(ObjectName, ForeignKey)> = Vec::new();
        let gone = self.tables_gone();
        for table in self.before.tables() {
            let key = self.before.key(&table.name);
            for foreign in &table.foreign_keys {
                let points = self.before.key(&foreign.references);
                let is_between_gone = gone.contains(&key) && gone.contains(&points) && key != points;
                if is_between_gone || (!gone.contains(&key) && self.has_to_go(&key, foreign, &points)) {
                    going.push((table.name.clone(), foreign.clone()));
                }
            }
        }
        for (table, foreign) in going {
            let operation = Operation::DropForeignKey(DropForeignKey {
                table: table_ref(&table),
                name: Some(foreign.name.clone()),
                columns: Vec::new(),
                all: false,
                keep_index: false,
            });
            self.add(&format!("foreign key `{}` of `{table}`", foreign.name), operation);
            // One that stays is made again at the end.
            let stays = self.writer.after.table(&table).and_then(|table| {
                let mut all = table.foreign_keys.iter();
                all.find(|other| other.name == foreign.name).cloned()
            });
            if let Some(stays) = stays {
                self.writer.waiting.push((table, stays));
            }
        }
    }

    /// Whether a foreign key of a table that stays goes, or is in the way.
    pub(super) fn has_to_go(&self, table: &ObjectName, foreign: &ForeignKey, points: &ObjectName) -> bool {
        let is_of = |what: &ObjectName, kinds: &[PartKind], columns: Option<&[Name]>| {
            self.differing.iter().any(|found| {
                let What::Part(owner, kind, name) = &found.what else {
                    return false;
                };
                let is_other = !matches!(found.how, How::Made | How::Named(_));
                let is_meant = match columns {
                    Some(columns) => columns.contains(name),
                    None => *name == foreign.name,
                };
                owner == what && kinds.contains(kind) && is_meant && is_other
            })
        };
        if is_of(table, &[PartKind::ForeignKey], None) {
            return true;
        }
        // The key that it rests on goes, and comes back as another one.
        let key = self.before.table(&foreign.references).is_some_and(|other| {
            let keys = other.keys_of(&foreign.referenced_columns).map(|key| &key.name);
            let indexes = other
                .indexes
                .iter()
                .filter(|index| index.unique)
                .map(|index| &index.name);
            let mut names = keys.chain(indexes);
            let kinds = [PartKind::PrimaryKey, PartKind::Unique, PartKind::Index];
            names.any(|name| {
                let is_gone = |found: &Differing| {
                    let What::Part(owner, kind, other) = &found.what else {
                        return false;
                    };
                    owner == points
                        && kinds.contains(kind)
                        && other == name
                        && found.how != How::Made
                        && !matches!(found.how, How::Named(_))
                };
                self.differing.iter().any(is_gone)
            })
        });
        let column = [PartKind::Column];
        let retyped =
            is_of(table, &column, Some(&foreign.columns)) || is_of(points, &column, Some(&foreign.referenced_columns));
        key || (retyped && self.family() == Family::Mysql) || self.is_rebuilt(table, foreign, points)
    }

    pub(super) fn is_rebuilt(&self, table: &ObjectName, foreign: &ForeignKey, points: &ObjectName) -> bool {
        let has = |table: &ObjectName, names: &[Name]| {
            let mut names = names.iter();
            names.any(|name| {
                let is_anew = self.rebuilt.contains(&(table.clone(), name.to_string()));
                is_anew || self.retyped.contains(&(table.clone(), name.clone()))
            })
        };
        has(table, &foreign.columns) || has(points, &foreign.referenced_columns)
    }

    /// A foreign key that is there after alone.
    pub fn make_foreign_key(&mut self, table: &ObjectName, foreign: &ForeignKey) {
        let is_waiting = self
            .writer
            .waiting
            .iter()
            .any(|(owner, other)| owner == table && other.name == foreign.name);
        if !is_waiting {
            self.writer.waiting.push((table.clone(), foreign.clone()));
        }
    }
}

/// The operation that makes a foreign key.
pub(super) fn create_foreign_key(writer: &Writer<'_>, table: &ObjectName, foreign: &ForeignKey) -> Operation {
    Operation::CreateForeignKey(CreateForeignKey {
        table: table_ref(table),
        columns: foreign.columns.clone(),
        references: references(foreign),
        name: writer.own_name("fk", table, &foreign.columns, &foreign.name),
        not_valid: foreign.not_valid,
    })
}
