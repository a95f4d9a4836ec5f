//! Foreign keys: what they may point at.

use std::sync::Arc;

use super::Context;
use super::specification::ReferencesSpec;
use super::unnamed::Unnamed;
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{ForeignKey, Key, Table, Type, normal_type};

impl Context<'_> {
    /// A foreign key, checked against the table it points at; `own` is the table it stands on, as it will be.
    pub fn foreign_key(
        &mut self,
        own: &Table,
        name: Option<&Name>,
        columns: &[Name],
        spec: &ReferencesSpec,
        path: &str,
    ) -> Option<ForeignKey> {
        let to_itself = self.catalog.key(&spec.table.0) == self.catalog.key(&own.name);
        let referenced = match to_itself {
            true => Arc::new(own.clone()),
            false => self.table(&spec.table, &reference_path(path, "table"))?,
        };
        let referenced_columns = self.columns(&referenced, &spec.columns, &reference_path(path, "columns"))?;
        if columns.len() != referenced_columns.len() {
            let message = format!("{} columns cannot point at {}", columns.len(), referenced_columns.len());
            self.problem(Problem::error("foreign-key-width", message).at(path));
            return None;
        }
        if to_itself && columns == referenced_columns {
            let message = "the foreign key points at its own columns: every row would meet it by itself";
            let problem = Problem::error("reference-to-itself", message);
            self.problem(problem.at(reference_path(path, "columns")));
            return None;
        }
        if !referenced.is_unique(&referenced_columns) && !self.are_keys_uncertain(&referenced.name) {
            let list: Vec<&str> = referenced_columns.iter().map(|name| &**name).collect();
            let message = format!(
                "`{}({})` is neither a primary key nor unique",
                referenced.name,
                list.join(", ")
            );
            let problem = Problem::error("reference-not-unique", message)
                .help("point at the primary key, or add a unique constraint before");
            self.problem(problem.at(reference_path(path, "columns")));
        }
        self.check_referenced_key(&referenced, &referenced_columns, &reference_path(path, "columns"));
        self.check_reference_options(own, &referenced, path);
        self.check_reference_types(own, columns, &referenced, &referenced_columns, path);
        let name = self.name_or(name, Unnamed::ForeignKey(columns), own, "");
        Some(ForeignKey {
            name,
            columns: columns.to_vec(),
            references: self.catalog.normal_name(&spec.table.0),
            referenced_columns,
            on_delete: spec.on_delete,
            on_update: spec.on_update,
            match_full: spec.match_full,
            deferrable: spec.deferrable,
            initially_deferred: spec.initially_deferred,
            not_valid: false,
        })
    }

    /// MySQL and MariaDB refuse a foreign key between columns of different types.
    fn check_reference_types(
        &mut self,
        own: &Table,
        columns: &[Name],
        referenced: &Table,
        others: &[Name],
        path: &str,
    ) {
        if self.family() != Family::Mysql {
            return;
        }
        let case = self.catalog.column_case();
        for (name, other) in columns.iter().zip(others) {
            let (Some(a), Some(b)) = (own.column(name, case), referenced.column(other, case)) else {
                continue;
            };
            let dialect = self.dialect();
            let native = |ty: &Type| {
                ty.native(dialect)
                    .map(|native| normal_type(&native, dialect))
                    .unwrap_or_default()
            };
            let (left, right) = (native(&a.ty), native(&b.ty));
            let text = |native: &str| native.starts_with("varchar") || native.starts_with("char");
            let known = !left.is_empty() && !right.is_empty();
            if known && left != right && !(text(&left) && text(&right)) {
                let message = format!(
                    "`{}.{name}` is `{}`, but `{}.{other}` is `{}`",
                    own.name, a.ty, referenced.name, b.ty
                );
                let problem = Problem::error("reference-type", message).help("give both columns the same type");
                self.problem(problem.at(path));
            }
        }
    }

    /// PostgreSQL holds a reference by an index at once: a key that is put off does not do.
    fn check_referenced_key(&mut self, referenced: &Table, columns: &[Name], path: &str) {
        let meant: Vec<&Key> = referenced.keys_of(columns).collect();
        if let [first, ..] = meant.as_slice()
            && meant.iter().all(|key| key.deferrable || key.initially_deferred)
        {
            let message = format!(
                "`{}` of `{}` is deferrable: no reference can stand on it",
                first.name, referenced.name
            );
            let problem = Problem::error("reference-deferrable", message);
            self.problem(problem.help("point at a key that is held at once").at(path));
        }
    }

    /// What is said of tables beside their columns can forbid a reference.
    fn check_reference_options(&mut self, own: &Table, referenced: &Table, path: &str) {
        if referenced.options.unlogged && !own.options.unlogged {
            let message = format!(
                "`{}` is unlogged, and may be empty after a crash: `{}`, which is logged, cannot refer to it",
                referenced.name, own.name
            );
            let problem = Problem::error("reference-unlogged", message).help("make both of them `unlogged`, or none");
            self.problem(problem.at(path));
        }
        let parted = [own, referenced]
            .into_iter()
            .find(|table| table.options.partition_by.is_some());
        if let Some(table) = parted
            && self.family() == Family::Mysql
        {
            let message = format!(
                "{} cannot have a foreign key of or to `{}`, which has partitions",
                self.target().title(),
                table.name
            );
            let problem = Problem::error("not-on-dialect", message).help("leave out one of them for this dialect");
            self.problem(problem.at(path));
        }
    }
}

/// The short form of a reference has no keys of its own: its mistakes stand at the whole of it.
fn reference_path(path: &str, key: &str) -> String {
    format!("{path}/{key}")
}
