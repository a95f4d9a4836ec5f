//! What a change makes of a catalog: the one place where schemas are simulated.

use std::sync::Arc;

use super::{Catalog, Change, Constraint, IndexKey, Table};
use crate::dialect::{self, Dialect, Name, NameCase, ObjectName};

impl Catalog {
    /// Carries out a change. An error says that the catalog is not what the change was made for: a history or a
    /// database that is out of step.
    pub fn apply(&mut self, change: &Change) -> Result<(), String> {
        match change {
            Change::CreateTable { table, if_not_exists } => {
                if self.table(&table.name).is_some() {
                    return match if_not_exists {
                        true => Ok(()),
                        false => Err(format!("table `{}` exists already", table.name)),
                    };
                }
                self.insert_table(table.clone());
            }
            Change::DropTable { table } => {
                self.remove_table(&table.name).ok_or_else(|| no_table(&table.name))?;
            }
            Change::RenameTable { from, to } => self.rename_table(from, to)?,
            Change::AddColumn { table, column, at } => {
                let table = self.wanted(table)?;
                let at = at.unwrap_or(table.columns.len()).min(table.columns.len());
                table.columns.insert(at, column.clone());
            }
            Change::DropColumn { table, column, .. } => {
                let case = self.column_case();
                let table = self.wanted(table)?;
                let at = table
                    .position(&column.name, case)
                    .ok_or_else(|| no_column(table, &column.name))?;
                table.columns.remove(at);
            }
            Change::RenameColumn { table, from, to } => self.rename_column(table, from, to)?,
            Change::AlterColumn {
                table, before, after, ..
            } => {
                let case = self.column_case();
                let table = self.wanted(table)?;
                let at = table
                    .position(&before.name, case)
                    .ok_or_else(|| no_column(table, &before.name))?;
                table.columns[at] = (**after).clone();
            }
            Change::AddConstraint { table, constraint } => self.add_constraint(table, constraint)?,
            Change::DropConstraint { table, constraint } => self.drop_constraint(table, constraint)?,
            Change::CreateIndex {
                table,
                index,
                if_not_exists,
            } => {
                let known = self.wanted(table)?;
                if known.indexes.iter().any(|other| other.name == index.name) {
                    return match if_not_exists {
                        true => Ok(()),
                        false => Err(format!("index `{}` exists already", index.name)),
                    };
                }
                known.indexes.push(index.clone());
                self.index_added(table, &index.name);
            }
            Change::DropIndex { table, index } => {
                let known = self.wanted(table)?;
                let at = known.indexes.iter().position(|other| other.name == index.name);
                known
                    .indexes
                    .remove(at.ok_or_else(|| format!("no index `{}`", index.name))?);
                self.index_removed(table, &index.name);
            }
            Change::CreateView { view } => {
                if self.view(&view.name).is_some() {
                    return Err(format!("view `{}` exists already", view.name));
                }
                self.insert_view(view.clone());
            }
            Change::DropView { view } => {
                self.remove_view(&view.name)
                    .ok_or_else(|| format!("no view `{}`", view.name))?;
            }
            Change::ReplaceView { after, .. } => self.insert_view(after.clone()),
            Change::Raw { effects, .. } => {
                for effect in effects.iter().flatten() {
                    self.apply(effect)?;
                }
            }
            Change::InsertRows { .. }
            | Change::DeleteKeys { .. }
            | Change::UpdateRows { .. }
            | Change::DeleteRows { .. }
            | Change::LoadRows { .. }
            | Change::UnloadRows { .. } => {}
        }
        Ok(())
    }

    fn wanted(&mut self, name: &ObjectName) -> Result<&mut Table, String> {
        self.table_mut(name).ok_or_else(|| no_table(name))
    }

    fn rename_table(&mut self, from: &ObjectName, to: &ObjectName) -> Result<(), String> {
        let referring: Vec<ObjectName> = self
            .incoming(from)
            .iter()
            .map(|(table, _)| table.name.clone())
            .collect();
        let mut table = self.remove_table(from).ok_or_else(|| no_table(from))?;
        let from = self.key(from);
        let renamed = Arc::make_mut(&mut table);
        renamed.name = to.clone();
        for foreign in &mut renamed.foreign_keys {
            if self.key(&foreign.references) == from {
                foreign.references = to.clone();
            }
        }
        self.insert_table(table);
        for name in referring {
            let mut other = self.remove_table(&name).ok_or_else(|| no_table(&name))?;
            for foreign in &mut Arc::make_mut(&mut other).foreign_keys {
                if self.key(&foreign.references) == from {
                    foreign.references = to.clone();
                }
            }
            self.insert_table(other);
        }
        Ok(())
    }

    fn rename_column(&mut self, table: &ObjectName, from: &Name, to: &Name) -> Result<(), String> {
        let case = self.column_case();
        let dialect = self.target().dialect;
        let referring: Vec<ObjectName> = self
            .incoming(table)
            .iter()
            .map(|(table, _)| table.name.clone())
            .collect();
        let referenced = self.key(table);
        for name in referring {
            let keys: Vec<bool> = self
                .table(&name)
                .map(|other| {
                    other
                        .foreign_keys
                        .iter()
                        .map(|foreign| self.key(&foreign.references) == referenced)
                        .collect()
                })
                .unwrap_or_default();
            let other = self.wanted(&name)?;
            for (foreign, points_here) in other.foreign_keys.iter_mut().zip(keys) {
                if points_here {
                    rename_all(&mut foreign.referenced_columns, from, to, case);
                }
            }
        }
        let own: Vec<bool> = self
            .table(table)
            .map(|own| {
                own.foreign_keys
                    .iter()
                    .map(|foreign| self.key(&foreign.references) == referenced)
                    .collect()
            })
            .unwrap_or_default();
        let table = self.wanted(table)?;
        let at = table.position(from, case).ok_or_else(|| no_column(table, from))?;
        table.columns[at].name = to.clone();
        for (foreign, points_here) in table.foreign_keys.iter_mut().zip(own) {
            if points_here {
                rename_all(&mut foreign.referenced_columns, from, to, case);
            }
        }
        table.rename_in_parts(from, to, case, dialect);
        Ok(())
    }

    fn add_constraint(&mut self, name: &ObjectName, constraint: &Constraint) -> Result<(), String> {
        let table = self.wanted(name)?;
        if table.constraint_names().any(|(known, _)| known == constraint.name()) {
            return Err(format!("constraint `{}` exists already on `{name}`", constraint.name()));
        }
        match constraint {
            Constraint::PrimaryKey(key) => table.primary_key = Some(key.clone()),
            Constraint::Unique(key) => table.uniques.push(key.clone()),
            Constraint::Check(check) => table.checks.push(check.clone()),
            Constraint::ForeignKey(foreign) => {
                table.foreign_keys.push(foreign.clone());
                self.link(name, foreign);
            }
        }
        self.constraint_added(name, constraint);
        Ok(())
    }

    fn drop_constraint(&mut self, name: &ObjectName, constraint: &Constraint) -> Result<(), String> {
        let table = self.wanted(name)?;
        let wanted = constraint.name();
        let found = match constraint {
            Constraint::PrimaryKey(_) => table.primary_key.take().is_some(),
            Constraint::Unique(_) => remove(&mut table.uniques, |key| key.name == *wanted),
            Constraint::Check(_) => remove(&mut table.checks, |check| check.name == *wanted),
            Constraint::ForeignKey(foreign) => {
                let found = remove(&mut table.foreign_keys, |known| known.name == *wanted);
                let left = table.foreign_keys.clone();
                self.unlink(name, foreign, Some(&left));
                found
            }
        };
        self.constraint_removed(name, constraint);
        match found {
            true => Ok(()),
            false => Err(format!("no constraint `{wanted}` on `{name}`")),
        }
    }
}

impl Table {
    /// Renames a column in everything that stands on the table: keys, indexes, and the texts that use the name.
    pub(super) fn rename_in_parts(&mut self, from: &Name, to: &Name, case: NameCase, dialect: Dialect) {
        let quoted = dialect.quote(to);
        let rewrite = |text: &mut String| {
            if dialect::mentions(text, from, dialect.family()) {
                *text = dialect::rename_in(text, from, &quoted, dialect.family());
            }
        };
        for key in self.primary_key.iter_mut().chain(&mut self.uniques) {
            rename_all(&mut key.columns, from, to, case);
        }
        for foreign in &mut self.foreign_keys {
            rename_all(&mut foreign.columns, from, to, case);
        }
        for check in &mut self.checks {
            rewrite(&mut check.expression);
        }
        for index in &mut self.indexes {
            for column in &mut index.columns {
                match &mut column.key {
                    IndexKey::Column(name) if name.same(from, case) => *name = to.clone(),
                    IndexKey::Column(_) => {}
                    IndexKey::Expression(text) => rewrite(text),
                }
            }
            if let Some(text) = &mut index.predicate {
                rewrite(text);
            }
        }
        for column in &mut self.columns {
            if let Some(generated) = &mut column.generated {
                rewrite(&mut generated.expression);
            }
        }
    }
}

fn rename_all(names: &mut [Name], from: &Name, to: &Name, case: NameCase) {
    for name in names {
        if name.same(from, case) {
            *name = to.clone();
        }
    }
}

fn remove<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool) -> bool {
    match list.iter().position(is) {
        Some(at) => {
            list.remove(at);
            true
        }
        None => false,
    }
}

fn no_table(name: &ObjectName) -> String {
    format!("no table `{name}`")
}

fn no_column(table: &Table, column: &str) -> String {
    format!("table `{}` has no column `{column}`", table.name)
}
