//! What the changes of a changeset have touched so far: whether a question about rows would be answered otherwise before
//! the changeset than in the middle of it.

use std::collections::HashSet;

use crate::dialect::{Name, ObjectName};
use crate::model::{Action, Catalog, Change, Column, KeptWhat, Object, Value};

/// A table that is asked, with the columns that count.
pub(super) struct Reads {
    pub table: ObjectName,
    pub columns: Vec<Name>,
}

/// What was touched so far in a changeset.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// By SQL whose doings are not known, or by triggers that came or went.
    everything: bool,
    /// Tables made, dropped or called otherwise.
    tables: HashSet<ObjectName>,
    columns: HashSet<(ObjectName, String)>,
    /// Tables whose rows were changed.
    rows: HashSet<ObjectName>,
    /// Columns that hold no NULL since all rows that did have got a value.
    filled: HashSet<(ObjectName, String)>,
}

impl Earlier {
    /// Whether something that is asked of was touched.
    pub fn touches(&self, catalog: &Catalog, reads: &[Reads]) -> bool {
        if self.everything {
            return true;
        }
        let keys: Vec<ObjectName> = reads.iter().map(|read| catalog.key(&read.table)).collect();
        let in_schema = keys.iter().zip(reads).any(|(key, read)| {
            let mut columns = read.columns.iter();
            self.tables.contains(key)
                || columns.any(|column| self.columns.contains(&(key.clone(), column.to_lowercase())))
        });
        in_schema || self.touches_rows(catalog, &keys)
    }

    /// Whether a column was filled, and no row has changed since.
    pub fn has_filled(&self, catalog: &Catalog, table: &ObjectName, column: &Name) -> bool {
        self.filled.contains(&(catalog.key(table), column.to_lowercase()))
    }

    /// Rows change others by triggers and by what foreign keys do.
    fn touches_rows(&self, catalog: &Catalog, asked: &[ObjectName]) -> bool {
        let mut reached: Vec<ObjectName> = self.rows.iter().cloned().collect();
        let mut at = 0;
        while let Some(table) = reached.get(at).cloned() {
            let standing = catalog.standing_on(&table);
            if asked.contains(&table) || standing.iter().any(|object| matches!(object, Object::Trigger(_))) {
                return true;
            }
            for (referring, foreign) in catalog.incoming(&table) {
                let key = catalog.key(&referring.name);
                let follows = [foreign.on_delete, foreign.on_update]
                    .into_iter()
                    .any(|action| !matches!(action, Action::NoAction | Action::Restrict));
                if follows && !reached.contains(&key) {
                    reached.push(key);
                }
            }
            at += 1;
        }
        false
    }

    /// Takes a change into account that was just applied to the catalog.
    pub fn follow(&mut self, catalog: &Catalog, change: &Change) {
        match change {
            Change::CreateTable { table, .. } | Change::DropTable { table } => {
                self.tables.insert(catalog.key(&table.name));
            }
            Change::RenameTable { from, to } => {
                self.tables.extend([catalog.key(from), catalog.key(to)]);
            }
            Change::AddColumn { table, column, .. } | Change::DropColumn { table, column, .. } => {
                self.touch_column(catalog, table, &column.name);
            }
            Change::RenameColumn { table, from, to } => {
                self.touch_column(catalog, table, from);
                self.touch_column(catalog, table, to);
            }
            Change::AlterColumn {
                table,
                before,
                after,
                using,
                ..
            } => {
                if using.is_some() || !keeps_values(before, after) {
                    self.touch_column(catalog, table, &before.name);
                }
            }
            Change::InsertRows { table, .. }
            | Change::DeleteKeys { table, .. }
            | Change::UpsertRows { table, .. }
            | Change::InsertQuery { table, .. }
            | Change::Truncate { table, .. }
            | Change::DeleteRows { table, .. }
            | Change::LoadRows { table, .. }
            | Change::UnloadRows { table, .. } => self.touch_rows(catalog, table),
            Change::UpdateRows { table, set, filter, .. } => {
                self.touch_rows(catalog, table);
                let key = catalog.key(table);
                for (column, value) in set {
                    let holding_null = format!("{} IS NULL", catalog.target().dialect.quote(column));
                    let all = filter.as_ref().is_none_or(|filter| *filter == holding_null);
                    let known = !matches!(value, Value::Null | Value::Sql(_));
                    if all && known {
                        self.filled.insert((key.clone(), column.to_lowercase()));
                    }
                }
            }
            Change::SetAside { kept } | Change::BringBack { kept } => match kept.what {
                KeptWhat::Table { .. } => {
                    self.tables.insert(catalog.key(&kept.table));
                }
                KeptWhat::Values { .. } | KeptWhat::Rows { .. } | KeptWhat::Replaced { .. } | KeptWhat::Keys { .. } => {
                    self.touch_rows(catalog, &kept.table)
                }
            },
            Change::CreateObject { object, .. }
            | Change::DropObject { object }
            | Change::ReplaceObject { after: object, .. }
            | Change::RenameObject { object, .. } => match object {
                // A check may call or cast to what came, and a trigger that went may have changed rows.
                Object::Routine(_)
                | Object::Trigger(_)
                | Object::Enum(_)
                | Object::Domain(_)
                | Object::Extension(_) => self.touch_everything(),
                Object::Sequence(_) | Object::Schema(_) | Object::View(_) | Object::Policy(_) | Object::Grant(_) => {}
            },
            Change::Raw { .. } => self.touch_everything(),
            Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::AlterTable { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::RenameIndex { .. }
            | Change::RefreshView { .. }
            | Change::UnloadData { .. }
            | Change::Assert { .. }
            | Change::Print { .. } => {}
        }
    }

    fn touch_column(&mut self, catalog: &Catalog, table: &ObjectName, column: &Name) {
        let column = (catalog.key(table), column.to_lowercase());
        self.filled.remove(&column);
        self.columns.insert(column);
    }

    fn touch_rows(&mut self, catalog: &Catalog, table: &ObjectName) {
        let key = catalog.key(table);
        self.filled.retain(|(filled, _)| *filled != key);
        self.rows.insert(key);
    }

    fn touch_everything(&mut self) {
        self.filled.clear();
        self.everything = true;
    }
}

/// Whether an altered column holds what it held, and compares as it did.
pub(super) fn keeps_values(before: &Column, after: &Column) -> bool {
    before.ty == after.ty
        && before.collation == after.collation
        && before.charset == after.charset
        && before.generated == after.generated
        && before.identity == after.identity
}
