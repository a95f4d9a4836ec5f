//! A schema back into what its author would write: the operations that create it, each behind what it needs.

mod constraints;
mod grants;
mod objects;
mod order;
mod tables;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, CreateForeignKey, Operation, Uncertain};
use crate::dialect::ObjectName;
use crate::model::{Catalog, ForeignKey, ObjectKey};
use order::in_order_of_need;
use tables::{references, table_ref};

/// A table, or what stands beside tables, by what tells it apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Table(ObjectName),
    Object(ObjectKey),
}

/// What no operation creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable {
    pub what: String,
    pub why: String,
}

/// All that is in a catalog.
pub fn things_of(catalog: &Catalog) -> Vec<Thing> {
    let tables = catalog.tables().map(|table| Thing::Table(catalog.key(&table.name)));
    let objects = catalog
        .objects()
        .map(|object| Thing::Object(catalog.object_key(object)));
    tables.chain(objects).collect()
}

/// The operations that make things of `after` on top of `before`. What is asked for first comes first, as far as what it
/// needs allows.
pub fn operations_for(before: &Catalog, after: &Catalog, things: &[Thing]) -> Result<Vec<Operation>, Unwritable> {
    let mut writer = Writer {
        after,
        catalog: before.clone(),
        operations: Vec::new(),
        waiting: Vec::new(),
        told: BTreeSet::new(),
    };
    let things = in_order_of_need(after, things);
    for thing in &things {
        match thing {
            Thing::Table(name) => writer.table(name)?,
            Thing::Object(key) => writer.object(key, &things)?,
        }
    }
    writer.references(true)?;
    Ok(writer.operations)
}

struct Writer<'a> {
    after: &'a Catalog,
    /// What is there after the operations so far.
    catalog: Catalog,
    operations: Vec<Operation>,
    /// Foreign keys that point at what is not there yet.
    waiting: Vec<(ObjectName, ForeignKey)>,
    /// Privileges that were told together with others.
    told: BTreeSet<ObjectKey>,
}

impl Writer<'_> {
    /// Adds an operation, held against the schema as it then stands.
    fn add(&mut self, what: &str, operation: Operation) -> Result<(), Unwritable> {
        let catalog = self.tried(&operation).map_err(|why| Unwritable {
            what: what.to_string(),
            why,
        })?;
        self.catalog = catalog;
        self.operations.push(operation);
        Ok(())
    }

    /// The schema after an operation, or why it cannot be.
    fn tried(&self, operation: &Operation) -> Result<Catalog, String> {
        let files = BTreeMap::new();
        let mut context = Context::new(&self.catalog, &files, Uncertain::default());
        let changes = context.resolved(operation);
        let mut problems = context.problems.into_iter();
        if let Some(problem) = problems.find(|problem| problem.diagnostic.is_error()) {
            return Err(problem.diagnostic.message.clone());
        }
        let mut catalog = self.catalog.clone();
        for change in &changes {
            catalog.apply(change)?;
        }
        Ok(catalog)
    }

    /// Adds the foreign keys whose other side is there by now; at the end all that wait.
    fn references(&mut self, all: bool) -> Result<(), Unwritable> {
        let waiting = std::mem::take(&mut self.waiting);
        for (table, foreign) in waiting {
            if !all && !self.can_point(&foreign) {
                self.waiting.push((table, foreign));
                continue;
            }
            let operation = Operation::CreateForeignKey(CreateForeignKey {
                table: table_ref(&table),
                columns: foreign.columns.clone(),
                references: references(&foreign),
                name: self.own_name("fk", &table, &foreign.columns, &foreign.name),
                not_valid: foreign.not_valid,
            });
            self.add(&format!("foreign key `{}` of `{table}`", foreign.name), operation)?;
        }
        Ok(())
    }

    fn can_point(&self, foreign: &ForeignKey) -> bool {
        let table = self.catalog.table(&foreign.references);
        table.is_some_and(|table| table.is_unique(&foreign.referenced_columns))
    }
}
