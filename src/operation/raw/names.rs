//! The names that engines give to constraints and indexes that have none.

use super::Reading;
use crate::dialect::{self, Family, Name, NameParts, generated_name};
use crate::model::{Constraint, IndexColumn, IndexKey, Table};

impl Reading<'_, '_> {
    pub(super) fn primary_key_name(&self, table: &Table, columns: &[Name]) -> Option<Name> {
        match self.family() {
            Family::Mysql => Some(Name::new("PRIMARY")),
            Family::Postgres => self.of_postgres(table, &[], "pkey"),
            Family::Sqlite => Some(self.of_sqlite("pk", table, columns)),
        }
    }

    pub(super) fn unique_name(&self, table: &Table, columns: &[Name]) -> Option<Name> {
        match self.family() {
            Family::Mysql => Some(numbered(&columns.first()?.to_string(), "_", 2, table)),
            Family::Postgres => self.of_postgres(table, columns, "key"),
            Family::Sqlite => Some(self.of_sqlite("uq", table, columns)),
        }
    }

    /// MySQL and MariaDB name the index behind it by rules of their own: there it needs a name.
    pub(super) fn foreign_key_name(&self, table: &Table, columns: &[Name]) -> Option<Name> {
        match self.family() {
            Family::Mysql => None,
            Family::Postgres => self.of_postgres(table, columns, "fkey"),
            Family::Sqlite => Some(self.of_sqlite("fk", table, columns)),
        }
    }

    pub(super) fn check_name(&self, table: &Table, expression: &str, column: Option<&Name>) -> Option<Name> {
        let used: Vec<Name> = table
            .columns
            .iter()
            .filter(|column| dialect::mentions(expression, &column.name, self.family()))
            .map(|column| column.name.clone())
            .collect();
        match (self.family(), self.context.dialect().name(), column) {
            (Family::Sqlite, ..) => Some(free(self.of_sqlite("ck", table, &used), "_", 2, table)),
            (Family::Postgres, ..) => self.of_postgres(table, if used.len() == 1 { &used } else { &[] }, "check"),
            (Family::Mysql, "mysql", _) => Some(numbered_always(&format!("{}_chk_", table.name.name), table)),
            (Family::Mysql, _, Some(column)) => Some(column.clone()),
            (Family::Mysql, _, None) => Some(numbered_always("CONSTRAINT_", table)),
        }
    }

    pub(super) fn index_name(&self, table: &Table, columns: &[IndexColumn]) -> Option<Name> {
        let parts: Vec<Name> = columns
            .iter()
            .map(|column| match &column.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect::<Option<_>>()?;
        match self.family() {
            Family::Postgres => self.of_postgres(table, &parts, "idx"),
            Family::Mysql => Some(numbered(&parts.first()?.to_string(), "_", 2, table)),
            Family::Sqlite => None,
        }
    }

    /// What would be cut has a name that is not worth guessing.
    fn of_postgres(&self, table: &Table, columns: &[Name], end: &str) -> Option<Name> {
        let mut parts = vec![table.name.name.to_string()];
        parts.extend(columns.iter().map(Name::to_string));
        parts.push(end.to_string());
        let whole = parts.join("_");
        (whole.len() <= 63).then(|| free(Name::new(whole), "", 1, table))
    }

    fn of_sqlite(&self, kind: &str, table: &Table, columns: &[Name]) -> Name {
        let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let parts = NameParts {
            kind,
            table: &table.name.name,
            columns: &columns,
        };
        generated_name(self.context.dialect().facts(), &parts)
    }
}

/// Puts a constraint on a table that is being made; `None` where its name is taken.
pub(super) fn add(table: &mut Table, constraint: Constraint) -> Option<()> {
    if table.constraint_names().any(|(known, _)| known == constraint.name()) {
        return None;
    }
    match constraint {
        Constraint::PrimaryKey(key) => {
            for column in table
                .columns
                .iter_mut()
                .filter(|column| key.columns.contains(&column.name))
            {
                column.nullable = false;
            }
            table.primary_key = Some(key);
        }
        Constraint::Unique(key) => table.uniques.push(key),
        Constraint::Check(check) => table.checks.push(check),
        Constraint::ForeignKey(foreign) => table.foreign_keys.push(foreign),
        Constraint::Exclusion(exclusion) => table.exclusions.push(exclusion),
    }
    Some(())
}

fn is_taken(name: &Name, table: &Table) -> bool {
    let indexes = table.indexes.iter().any(|index| index.name == *name);
    indexes || table.constraint_names().any(|(known, _)| known == name)
}

fn free(name: Name, between: &str, from: u32, table: &Table) -> Name {
    match is_taken(&name, table) {
        true => {
            let mut names = (from..).map(|number| Name::new(format!("{name}{between}{number}")));
            names.find(|name| !is_taken(name, table)).unwrap_or(name)
        }
        false => name,
    }
}

fn numbered(name: &str, between: &str, from: u32, table: &Table) -> Name {
    free(Name::new(name), between, from, table)
}

fn numbered_always(stem: &str, table: &Table) -> Name {
    let mut names = (1..).map(|number| Name::new(format!("{stem}{number}")));
    names
        .find(|name| !is_taken(name, table))
        .unwrap_or_else(|| Name::new(stem))
}
