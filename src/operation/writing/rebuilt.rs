//! Columns that no statement makes what they are to be: they go, with what stands on them, and come back as others.

use std::collections::{BTreeMap, BTreeSet};

use super::between::Path;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Column, Constraint, How, IndexKey, PartKind, Table, Type, What, normal_expression, normal_type};
use crate::operation::{Context, Uncertain};

impl Path<'_> {
    /// The columns that no alteration makes what they are to be: those that are computed, before or after.
    pub(super) fn columns_made_anew(&self) -> BTreeSet<(ObjectName, String)> {
        let changed = self
            .differing
            .iter()
            .filter(|found| matches!(found.how, How::Changed | How::Worded));
        let columns = changed.filter_map(|found| match &found.what {
            What::Part(table, PartKind::Column, name) => Some((table, name)),
            _ => None,
        });
        let is_anew = |(table, name): &(&ObjectName, &Name)| {
            let both = self.both_columns(table, name);
            both.is_some_and(|(before, after)| !self.is_computed_alike(&before, &after))
        };
        let anew = columns.filter(is_anew);
        let mut anew: BTreeSet<(ObjectName, String)> =
            anew.map(|(table, name)| (table.clone(), name.to_string())).collect();
        self.add_computed(&mut anew);
        anew
    }

    /// What is computed from columns that go or become others is computed anew.
    pub(super) fn add_computed(&self, anew: &mut BTreeSet<(ObjectName, String)>) {
        let mut moved: BTreeMap<&ObjectName, Vec<&Name>> = BTreeMap::new();
        for found in self.differing.iter().filter(|found| found.how != How::Made) {
            if let What::Part(table, PartKind::Column, name) = &found.what {
                moved.entry(table).or_default().push(name);
            }
        }
        for (table, name) in &self.retyped {
            moved.entry(table).or_default().push(name);
        }
        let case = self.before.column_case();
        for (name, columns) in moved {
            let (Some(table), Some(after)) = (self.before.table(name), self.writer.after.table(name)) else {
                continue;
            };
            let files = BTreeMap::new();
            let context = Context::new(self.before, &files, Uncertain::default());
            for column in &table.columns {
                let used = column
                    .generated
                    .iter()
                    .flat_map(|generated| context.columns_used(table, &generated.expression));
                let stays = after.column(&column.name, case).is_some();
                if stays && used.into_iter().any(|used| columns.contains(&&used)) {
                    anew.insert((name.clone(), column.name.to_string()));
                }
            }
        }
    }

    pub(super) fn is_computed_alike(&self, before: &Column, after: &Column) -> bool {
        let dialect = self.before.target().dialect;
        let said = |column: &Column| {
            let generated = column.generated.as_ref();
            generated.map(|generated| (normal_expression(&generated.expression, dialect), generated.stored))
        };
        match (&before.generated, &after.generated) {
            (None, None) => true,
            // What is computed of another type is computed anew.
            (Some(_), Some(_)) => said(before) == said(after) && self.is_typed_alike(before, after),
            _ => false,
        }
    }

    pub(super) fn is_typed_alike(&self, before: &Column, after: &Column) -> bool {
        let dialect = self.before.target().dialect;
        let native = |ty: &Type| match ty {
            Type::Named { name, .. } if dialect.family() == Family::Postgres => {
                self.before.normal_name(name).to_string()
            }
            ty => normal_type(&ty.native(dialect).unwrap_or_else(|_| ty.to_string()), dialect),
        };
        let numbers = |column: &Column| dialect.family() == Family::Sqlite && column.identity.is_some();
        native(&before.ty) == native(&after.ty) || (numbers(before) && numbers(after))
    }

    pub(super) fn both_columns(&self, table: &ObjectName, name: &Name) -> Option<(Column, Column)> {
        let case = self.before.column_case();
        let before = self.before.table(table)?.column(name, case)?.clone();
        let after = self.writer.after.table(table)?.column(name, case)?.clone();
        Some((before, after))
    }

    /// Whether a check of the table is what an enum brings by itself, and goes and comes with it.
    pub(super) fn comes_with_type(&self, table: &Table, check: &Name) -> bool {
        let Some(other) = self.writer.after.table(&table.name) else {
            return false;
        };
        let case = self.before.column_case();
        let is_of = |table: &Table, column: &Column| {
            let files = BTreeMap::new();
            let mut context = Context::new(self.before, &files, Uncertain::default());
            let made = context.check_of_enum(&table.name, &column.name, &column.ty);
            matches!(made, Some(Constraint::Check(made)) if made.name == *check)
        };
        let mut columns = table.columns.iter();
        columns.any(|column| {
            let after = other.column(&column.name, case);
            after.is_some_and(|after| after.ty != column.ty && (is_of(table, column) || is_of(other, after)))
        })
    }

    /// What stands on a column that is made anew goes before it.
    pub(super) fn drop_around_rebuilt(&mut self, table: &Table) {
        for (kind, name) in self.around_rebuilt(table) {
            let what = format!("{} `{name}` of `{}`", kind.word(), table.name);
            self.drop_part(&table.name, kind, &name, kind == PartKind::Index, &what);
        }
    }

    /// The keys, constraints and indexes of columns that are made anew.
    pub(super) fn around_rebuilt(&self, table: &Table) -> Vec<(PartKind, Name)> {
        let key = self.before.key(&table.name);
        let is_anew = |name: &Name| self.rebuilt.contains(&(key.clone(), name.to_string()));
        // Their texts need not fit what the column is meanwhile.
        let is_other = |name: &Name| is_anew(name) || self.retyped.contains(&(key.clone(), name.clone()));
        if !table.columns.iter().any(|column| is_other(&column.name)) {
            return Vec::new();
        }
        let files = BTreeMap::new();
        let context = Context::new(self.before, &files, Uncertain::default());
        let in_text = |text: &str| context.columns_used(table, text).iter().any(is_other);
        let in_key = |key: &IndexKey| match key {
            IndexKey::Column(name) => is_anew(name),
            IndexKey::Expression(text) => in_text(text),
        };
        let mut found: Vec<(PartKind, Name)> = Vec::new();
        for constraint in table.constraints() {
            let (kind, uses) = match &constraint {
                Constraint::PrimaryKey(key) => (PartKind::PrimaryKey, key.columns.iter().any(is_anew)),
                Constraint::Unique(key) => (PartKind::Unique, key.columns.iter().any(is_anew)),
                Constraint::Check(check) => (PartKind::Check, in_text(&check.expression)),
                Constraint::Exclusion(exclusion) => {
                    let mut elements = exclusion.elements.iter();
                    let in_key = elements.any(|element| match &element.key {
                        IndexKey::Column(name) => is_other(name),
                        IndexKey::Expression(text) => in_text(text),
                    });
                    let in_rest = exclusion.predicate.as_deref().is_some_and(in_text);
                    (PartKind::Exclusion, in_key || in_rest)
                }
                // Those went before.
                Constraint::ForeignKey(_) => continue,
            };
            if uses {
                found.push((kind, constraint.name().clone()));
            }
        }
        for index in &table.indexes {
            let predicate = index.predicate.as_deref().is_some_and(in_text);
            if predicate || index.columns.iter().any(|column| in_key(&column.key)) || index.include.iter().any(is_anew)
            {
                found.push((PartKind::Index, index.name.clone()));
            }
        }
        found
    }
}
