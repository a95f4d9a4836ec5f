//! What is known of the rows of tables that the same plan makes: of those nothing has to be asked.

use std::collections::{HashMap, HashSet};

use crate::dialect::{Name, ObjectName};
use crate::model::{Catalog, Change, Object};

/// The tables that a plan has made so far, with what it put into them.
#[derive(Debug, Default)]
pub struct NewTables {
    tables: HashMap<ObjectName, Filled>,
    /// Whether triggers may put rows anywhere.
    has_triggers: bool,
}

#[derive(Debug, Default)]
struct Filled {
    has_rows: bool,
    /// The columns that hold something in some row.
    columns: HashSet<String>,
}

impl NewTables {
    /// Before the first change of a plan.
    pub fn of(catalog: &Catalog) -> NewTables {
        NewTables {
            tables: HashMap::new(),
            has_triggers: catalog.objects().any(|object| matches!(object, Object::Trigger(_))),
        }
    }

    /// Whether the plan made the table and put no row into it.
    pub fn is_empty(&self, catalog: &Catalog, table: &ObjectName) -> bool {
        self.known(catalog, table).is_some_and(|filled| !filled.has_rows)
    }

    /// Whether the plan made the table and all its rows, and none holds anything in the column.
    pub fn holds_nothing(&self, catalog: &Catalog, table: &ObjectName, column: &Name) -> bool {
        let known = self.known(catalog, table);
        known.is_some_and(|filled| !filled.columns.contains(&column.to_lowercase()))
    }

    /// Nothing is known any more.
    pub fn forget(&mut self) {
        self.tables.clear();
    }

    fn known(&self, catalog: &Catalog, table: &ObjectName) -> Option<&Filled> {
        let known = self.tables.get(&catalog.key(table));
        known.filter(|_| !self.has_triggers)
    }

    /// Takes a change into account that was just applied to the catalog.
    pub fn follow(&mut self, catalog: &Catalog, change: &Change) {
        match change {
            Change::CreateTable { table, if_not_exists } => {
                let key = catalog.key(&table.name);
                match if_not_exists {
                    false => self.tables.insert(key, Filled::default()),
                    true => self.tables.remove(&key),
                };
            }
            Change::DropTable { table } => {
                self.tables.remove(&catalog.key(&table.name));
            }
            Change::RenameTable { from, to } => {
                if let Some(filled) = self.tables.remove(&catalog.key(from)) {
                    self.tables.insert(catalog.key(to), filled);
                }
            }
            Change::AddColumn { table, column, .. } => {
                let is_filled = !column.nullable
                    || column.default.is_some()
                    || column.generated.is_some()
                    || column.identity.is_some();
                self.fill(catalog, table, is_filled.then_some(&column.name), false);
            }
            Change::AlterColumn { table, after, .. } => self.fill(catalog, table, [&after.name], false),
            Change::RenameColumn { table, from, to } => {
                if let Some(filled) = self.tables.get_mut(&catalog.key(table))
                    && filled.columns.remove(&from.to_lowercase())
                {
                    filled.columns.insert(to.to_lowercase());
                }
            }
            Change::DropColumn { table, column, .. } => {
                if let Some(filled) = self.tables.get_mut(&catalog.key(table)) {
                    filled.columns.remove(&column.name.to_lowercase());
                }
            }
            Change::InsertRows { table, columns, .. }
            | Change::UpsertRows { table, columns, .. }
            | Change::InsertQuery { table, columns, .. } => self.fill(catalog, table, columns, true),
            Change::LoadRows { table, source, .. } => self.fill(catalog, table, &source.columns, true),
            Change::UpdateRows { table, set, .. } => {
                self.fill(catalog, table, set.iter().map(|(column, _)| column), false);
            }
            Change::SetAside { kept } | Change::BringBack { kept } => {
                self.tables.remove(&catalog.key(&kept.table));
            }
            Change::Raw { .. } => self.forget(),
            Change::CreateObject {
                object: Object::Trigger(_),
                ..
            } => self.has_triggers = true,
            Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::AlterTable { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::RenameIndex { .. }
            | Change::RefreshView { .. }
            | Change::DeleteKeys { .. }
            | Change::Truncate { .. }
            | Change::DeleteRows { .. }
            | Change::UnloadRows { .. }
            | Change::UnloadData { .. }
            | Change::Assert { .. }
            | Change::Print { .. } => {}
        }
    }

    /// Notes that columns hold something; with new rows, also those that fill themselves.
    fn fill<'n>(
        &mut self,
        catalog: &Catalog,
        table: &ObjectName,
        columns: impl IntoIterator<Item = &'n Name>,
        has_rows: bool,
    ) {
        let Some(filled) = self.tables.get_mut(&catalog.key(table)) else {
            return;
        };
        filled.has_rows |= has_rows;
        filled
            .columns
            .extend(columns.into_iter().map(|name| name.to_lowercase()));
        let known = catalog.table(table).filter(|_| has_rows);
        for column in known.iter().flat_map(|table| &table.columns) {
            let by_itself = column.default.is_some()
                || column.generated.is_some()
                || column.identity.is_some()
                || column.on_update.is_some();
            if by_itself || !column.nullable {
                filled.columns.insert(column.name.to_lowercase());
            }
        }
    }
}
