//! The constraints of a table: checks, those that an enum brings by itself, and those that come after the table.

use std::collections::BTreeMap;

use super::tables::{is_plain, key_of, one_of, table_ref};
use super::{Unwritable, Writer};
use crate::model::{Check, Constraint, Exclusion, Key, Table, normal_expression};
use crate::operation::create_exclusion_constraint::ExclusionPart;
use crate::operation::create_table::CheckSpec;
use crate::operation::specification::ColumnSpec;
use crate::operation::{
    Context, CreateCheckConstraint, CreateExclusionConstraint, CreatePrimaryKey, CreateUniqueConstraint,
    DropConstraint, Operation, RenameConstraint, SetRowSecurity, Uncertain,
};

impl Writer<'_> {
    /// The checks of the table, those of one column at it; what an enum brings by itself is left out.
    pub(super) fn checks(&self, table: &Table, columns: &mut [ColumnSpec]) -> Vec<CheckSpec> {
        let mut checks = Vec::new();
        let files = BTreeMap::new();
        let mut context = Context::new(self.after, &files, Uncertain::default());
        let of_enums: Vec<Check> = table
            .columns
            .iter()
            .filter_map(|column| context.check_of_enum(&table.name, &column.name, &column.ty))
            .filter_map(|constraint| match constraint {
                Constraint::Check(check) => Some(check),
                _ => None,
            })
            .collect();
        for check in table.checks.iter().filter(|check| !check.not_valid) {
            if of_enums.iter().any(|known| self.says_the_same(known, check)) {
                continue;
            }
            let used = context.columns_used(table, &check.expression);
            let name = self.own_name("ck", &table.name, &used, &check.name);
            let inline = one_of(columns, &used).filter(|column| column.check.is_none());
            match (inline, name) {
                (Some(column), None) => column.check = Some(check.expression.clone()),
                (_, name) => checks.push(CheckSpec {
                    name,
                    expression: check.expression.clone(),
                }),
            }
        }
        checks
    }

    fn says_the_same(&self, one: &Check, other: &Check) -> bool {
        let dialect = self.catalog.target().dialect;
        normal_expression(&one.expression, dialect) == normal_expression(&other.expression, dialect)
    }

    /// What an enum brings by itself may bear another name by now, or be gone.
    pub(super) fn mend_checks(&mut self, what: &str, table: &Table) -> Result<(), Unwritable> {
        let made = self.catalog.table(&table.name).map(|made| made.checks.clone());
        let made = made.unwrap_or_default();
        let is_named = |check: &Check| table.checks.iter().any(|wanted| wanted.name == check.name);
        for check in made.iter().filter(|check| !is_named(check)) {
            let wanted = table.checks.iter().find(|wanted| {
                self.says_the_same(wanted, check) && !made.iter().any(|known| known.name == wanted.name)
            });
            let operation = match wanted {
                Some(wanted) => Operation::RenameConstraint(RenameConstraint {
                    table: table_ref(&table.name),
                    constraint: check.name.clone(),
                    to: wanted.name.clone(),
                }),
                None => Operation::DropConstraint(DropConstraint {
                    table: table_ref(&table.name),
                    name: Some(check.name.clone()),
                    columns: Vec::new(),
                    primary_key: false,
                }),
            };
            self.add(what, operation)?;
        }
        Ok(())
    }

    /// What cannot be said where the table is created.
    pub(super) fn constraints_after(&mut self, table: &Table) -> Result<(), Unwritable> {
        for key in table.uniques.iter().filter(|key| !is_plain(key)) {
            self.unique(table, key)?;
        }
        for check in table.checks.iter().filter(|check| check.not_valid) {
            self.check(table, check)?;
        }
        for exclusion in &table.exclusions {
            self.exclusion(table, exclusion)?;
        }
        match table.row_security.is_off() {
            true => Ok(()),
            false => self.row_security(table),
        }
    }

    pub(super) fn primary_key(&mut self, table: &Table, key: &Key) -> Result<(), Unwritable> {
        let operation = Operation::CreatePrimaryKey(CreatePrimaryKey {
            table: table_ref(&table.name),
            columns: key.columns.clone(),
            name: self.own_name("pk", &table.name, &key.columns, &key.name),
        });
        self.add(&format!("primary key of `{}`", table.name), operation)
    }

    pub(super) fn unique(&mut self, table: &Table, key: &Key) -> Result<(), Unwritable> {
        let operation = Operation::CreateUniqueConstraint(CreateUniqueConstraint {
            table: table_ref(&table.name),
            columns: key.columns.clone(),
            name: self.own_name("uq", &table.name, &key.columns, &key.name),
            nulls_not_distinct: key.nulls_not_distinct,
            deferrable: key.deferrable && !key.initially_deferred,
            initially_deferred: key.initially_deferred,
        });
        self.add(
            &format!("unique constraint `{}` of `{}`", key.name, table.name),
            operation,
        )
    }

    pub(super) fn check(&mut self, table: &Table, check: &Check) -> Result<(), Unwritable> {
        let files = BTreeMap::new();
        let used = Context::new(self.after, &files, Uncertain::default()).columns_used(table, &check.expression);
        let operation = Operation::CreateCheckConstraint(CreateCheckConstraint {
            table: table_ref(&table.name),
            expression: check.expression.clone(),
            name: self.own_name("ck", &table.name, &used, &check.name),
            not_valid: check.not_valid,
        });
        self.add(&format!("check `{}` of `{}`", check.name, table.name), operation)
    }

    pub(super) fn exclusion(&mut self, table: &Table, exclusion: &Exclusion) -> Result<(), Unwritable> {
        let elements = exclusion.elements.iter().map(|element| {
            let (column, expression) = key_of(&element.key);
            ExclusionPart {
                column,
                expression,
                class: element.class.clone(),
                operator: element.operator.clone(),
            }
        });
        let operation = Operation::CreateExclusionConstraint(CreateExclusionConstraint {
            table: table_ref(&table.name),
            elements: elements.collect(),
            name: Some(exclusion.name.clone()),
            using: exclusion.method.clone(),
            predicate: exclusion.predicate.clone(),
            deferrable: exclusion.deferrable && !exclusion.initially_deferred,
            initially_deferred: exclusion.initially_deferred,
        });
        let what = format!("exclusion constraint `{}` of `{}`", exclusion.name, table.name);
        self.add(&what, operation)
    }

    pub(super) fn row_security(&mut self, table: &Table) -> Result<(), Unwritable> {
        let operation = Operation::SetRowSecurity(SetRowSecurity {
            table: table_ref(&table.name),
            enabled: table.row_security.enabled,
            forced: table.row_security.forced,
        });
        self.add(&format!("row security of `{}`", table.name), operation)
    }
}
