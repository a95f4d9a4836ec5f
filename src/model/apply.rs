//! What a change makes of a catalog: the one place where schemas are simulated.

use std::sync::Arc;

use super::{Catalog, Change, Constraint, IndexKey, Kept, KeptWhat, Object, Table, Type};
use crate::dialect::{self, Dialect, Family, Name, NameCase, ObjectName};

impl Catalog {
    /// Whether a change can be carried out.
    pub fn applies(&self, change: &Change) -> bool {
        match change {
            // Without a copy of all that there is.
            Change::CreateTable { table, .. } if self.table(&table.name).is_none() => true,
            change if change.is_of_rows() => true,
            change => self.clone().apply(change).is_ok(),
        }
    }

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
                let rights = self.rights_on_numbering(table, None);
                self.remove_table(&table.name).ok_or_else(|| no_table(&table.name))?;
                self.remove_standing_on(&table.name);
                for object in rights {
                    self.remove_object(&object);
                }
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
                ..
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
            Change::DropIndex { table, index, .. } => {
                let known = self.wanted(table)?;
                let at = known.indexes.iter().position(|other| other.name == index.name);
                known
                    .indexes
                    .remove(at.ok_or_else(|| format!("no index `{}`", index.name))?);
                self.index_removed(table, &index.name);
            }
            Change::AlterTable { table, after, .. } => {
                let table = self.wanted(table)?;
                table.comment = after.comment.clone();
                table.row_security = after.row_security;
            }
            Change::RenameConstraint { table, constraint, to } => {
                self.replace_constraint(table, constraint, constraint.renamed(to))?;
            }
            Change::ValidateConstraint { table, constraint } => {
                self.replace_constraint(table, constraint, constraint.with_not_valid(false))?;
            }
            Change::RenameIndex { table, from, to } => {
                let known = self.wanted(table)?;
                let index = known.indexes.iter_mut().find(|index| index.name == *from);
                index.ok_or_else(|| format!("no index `{from}`"))?.name = to.clone();
                self.index_removed(table, from);
                self.index_added(table, to);
            }
            Change::CreateObject { object, if_not_exists } => {
                if self.same_object(object).is_some() {
                    return match if_not_exists {
                        true => Ok(()),
                        false => Err(format!("{object} exists already")),
                    };
                }
                self.insert_object(object.clone());
            }
            Change::DropObject { object } => {
                let falling = self.falls_with(object);
                self.remove_object(object).ok_or_else(|| format!("no {object}"))?;
                for fallen in falling {
                    self.remove_object(&fallen);
                }
            }
            Change::ReplaceObject { before, after } => {
                self.remove_object(before).ok_or_else(|| format!("no {before}"))?;
                // Elsewhere the columns carry the values, and are altered by changes of their own.
                if let (Object::Enum(found), Family::Postgres) = (after, self.target().dialect.family()) {
                    let ty = Type::Named {
                        name: found.name.clone(),
                        values: found.values.clone(),
                    };
                    self.retype(&found.name, &ty);
                }
                self.insert_object(after.clone());
            }
            Change::RenameObject { object, to } => self.rename_object(object, to)?,
            Change::SetAside { kept } => {
                if let KeptWhat::Table { .. } = kept.what {
                    self.remove_table(&kept.table).ok_or_else(|| no_table(&kept.table))?;
                }
                self.keep(kept);
            }
            Change::BringBack { kept } => self.bring_back(kept)?,
            Change::Raw { effects, .. } => {
                for effect in effects.iter().flatten() {
                    self.apply(effect)?;
                }
            }
            Change::InsertRows { .. }
            | Change::DeleteKeys { .. }
            | Change::UpdateRows { .. }
            | Change::UpsertRows { .. }
            | Change::InsertQuery { .. }
            | Change::Truncate { .. }
            | Change::DeleteRows { .. }
            | Change::LoadRows { .. }
            | Change::UnloadRows { .. }
            | Change::UnloadData { .. }
            | Change::RefreshView { .. }
            | Change::Assert { .. }
            | Change::Print { .. } => {}
        }
        Ok(())
    }

    fn bring_back(&mut self, kept: &Kept) -> Result<(), String> {
        if let KeptWhat::Table { definition } = &kept.what {
            if self.table(&definition.name).is_some() {
                return Err(format!("table `{}` exists already", definition.name));
            }
            self.insert_table(definition.clone());
        }
        Ok(())
    }

    /// The triggers, policies and grants that fall with a table or view.
    fn remove_standing_on(&mut self, name: &ObjectName) {
        for object in self.standing_on(name) {
            self.remove_object(&object);
        }
    }

    /// Another name, which the columns, grants and whatever else uses it follow.
    fn rename_object(&mut self, object: &Object, to: &Name) -> Result<(), String> {
        let renamed = object.renamed(to);
        let standing = self.falls_with(object);
        self.remove_object(object).ok_or_else(|| format!("no {object}"))?;
        if self.same_object(&renamed).is_some() {
            return Err(format!("{renamed} exists already"));
        }
        let values = match &renamed {
            Object::Enum(found) => Some(found.values.clone()),
            Object::Domain(_) => Some(Vec::new()),
            _ => None,
        };
        if let Some(values) = values {
            let ty = Type::Named {
                name: renamed.name(),
                values,
            };
            self.retype(&object.name(), &ty);
        }
        for standing in standing {
            self.remove_object(&standing);
            self.insert_object(standing.moved_to(&renamed.name()));
        }
        self.insert_object(renamed);
        Ok(())
    }

    fn replace_constraint(&mut self, table: &ObjectName, before: &Constraint, after: Constraint) -> Result<(), String> {
        let known = self.wanted(table)?;
        let found = match after.clone() {
            Constraint::PrimaryKey(key) => known.primary_key.as_mut().map(|found| *found = key),
            Constraint::Unique(key) => known
                .uniques
                .iter_mut()
                .find(|found| found.name == *before.name())
                .map(|found| *found = key),
            Constraint::Check(check) => known
                .checks
                .iter_mut()
                .find(|found| found.name == *before.name())
                .map(|found| *found = check),
            Constraint::ForeignKey(foreign) => known
                .foreign_keys
                .iter_mut()
                .find(|found| found.name == *before.name())
                .map(|found| *found = foreign),
            Constraint::Exclusion(exclusion) => known
                .exclusions
                .iter_mut()
                .find(|found| found.name == *before.name())
                .map(|found| *found = exclusion),
        };
        found.ok_or_else(|| format!("no constraint `{}` on `{table}`", before.name()))?;
        self.constraint_removed(table, before);
        self.constraint_added(table, &after);
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
        // A check may say `song.title` where `title` would do.
        let dialect = self.target().dialect;
        let schema = from
            .schema
            .as_ref()
            .or(self.target().schema.as_ref())
            .map(Name::to_string);
        let schemas: Vec<&str> = schema.iter().map(String::as_str).collect();
        let quoted = dialect.quote(&to.name);
        renamed.for_each_text(|text| {
            *text = dialect::rename_table_in(text, &from.name, &schemas, &quoted, dialect.family());
        });
        for foreign in &mut renamed.foreign_keys {
            if self.key(&foreign.references) == from {
                foreign.references = to.clone();
            }
        }
        self.insert_table(table);
        // Triggers, policies and grants follow.
        for object in self.standing_on(&from) {
            self.remove_object(&object);
            self.insert_object(object.moved_to(to));
        }
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
        for object in self.standing_on(table) {
            if let Object::Grant(grant) = &object
                && grant.column.as_ref().is_some_and(|column| column.same(from, case))
            {
                let mut renamed = grant.clone();
                Arc::make_mut(&mut renamed).column = Some(to.clone());
                self.remove_object(&object);
                self.insert_object(Object::Grant(renamed));
            }
        }
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
            Constraint::Exclusion(exclusion) => table.exclusions.push(exclusion.clone()),
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
            Constraint::Exclusion(_) => remove(&mut table.exclusions, |exclusion| exclusion.name == *wanted),
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
        if let Some((expression, rest)) = self.options.parted_by(dialect.family()) {
            let mut expression = expression.to_string();
            rewrite(&mut expression);
            self.options.partition_by = Some(expression + rest);
        }
        self.for_each_text(rewrite);
        for check in self.checks.iter_mut().filter(|check| check.of_column) {
            if check.name.same(from, case) {
                check.name = to.clone();
            }
        }
        let elements = self.exclusions.iter_mut().flat_map(|exclusion| &mut exclusion.elements);
        let parts = self.indexes.iter_mut().flat_map(|index| &mut index.columns);
        let keys = elements
            .map(|element| &mut element.key)
            .chain(parts.map(|part| &mut part.key));
        for key in keys {
            match key {
                IndexKey::Column(name) if name.same(from, case) => *name = to.clone(),
                IndexKey::Column(_) | IndexKey::Expression(_) => {}
            }
        }
        for index in &mut self.indexes {
            rename_all(&mut index.include, from, to, case);
        }
    }

    /// Goes through the author's SQL inside the table: checks, predicates, expressions of indexes and columns.
    fn for_each_text(&mut self, rewrite: impl Fn(&mut String)) {
        for check in &mut self.checks {
            rewrite(&mut check.expression);
        }
        let elements = self.exclusions.iter_mut().flat_map(|exclusion| {
            let keys = exclusion.elements.iter_mut().map(|element| &mut element.key);
            keys.filter_map(text_of).chain(&mut exclusion.predicate)
        });
        elements.for_each(&rewrite);
        let parts = self.indexes.iter_mut().flat_map(|index| {
            let keys = index.columns.iter_mut().map(|part| &mut part.key);
            keys.filter_map(text_of).chain(&mut index.predicate)
        });
        parts.for_each(&rewrite);
        let computed = self.columns.iter_mut().filter_map(|column| column.generated.as_mut());
        computed.for_each(|generated| rewrite(&mut generated.expression));
    }
}

fn text_of(key: &mut IndexKey) -> Option<&mut String> {
    match key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
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
