//! A schema back into what its author would write: the operations that create it, each behind what it needs.

mod altered;
mod between;
mod constraints;
mod down;
mod foreign_keys;
mod grants;
mod in_the_way;
mod objects;
mod order;
mod rebuilt;
mod renaming;
mod replaced;
mod tables;
mod values;

pub use altered::Fills;
pub use between::{Between, operations_between};
pub use renaming::{Renames, renamed};

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Operation, Uncertain};
use crate::dialect::ObjectName;
use crate::model::{Catalog, Change, ForeignKey, ObjectKey};
use order::in_order_of_need;

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
    let mut writer = Writer::new(before, after);
    let things = in_order_of_need(after, things);
    for thing in &things {
        writer.thing(thing, &things)?;
    }
    match writer.references(true).into_iter().next() {
        Some(unwritable) => Err(unwritable),
        None => Ok(writer.operations),
    }
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

impl<'a> Writer<'a> {
    fn new(before: &Catalog, after: &'a Catalog) -> Writer<'a> {
        Writer {
            after,
            catalog: before.clone(),
            operations: Vec::new(),
            waiting: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// Makes a thing; a privilege together with those among `all` that can be told in one sentence.
    fn thing(&mut self, thing: &Thing, all: &[Thing]) -> Result<(), Unwritable> {
        match thing {
            Thing::Table(name) => self.table(name),
            Thing::Object(key) => self.object(key, all),
        }
    }

    /// Adds an operation, held against the schema as it then stands.
    fn add(&mut self, what: &str, operation: Operation) -> Result<(), Unwritable> {
        let unwritable = |why: String| Unwritable {
            what: what.to_string(),
            why,
        };
        for change in self.resolved(&operation).map_err(unwritable)? {
            self.catalog.apply(&change).map_err(unwritable)?;
        }
        self.operations.push(operation);
        Ok(())
    }

    /// The changes of an operation on the schema as it stands, or why it cannot be.
    fn resolved(&self, operation: &Operation) -> Result<Vec<Change>, String> {
        let files = BTreeMap::new();
        let mut context = Context::new(&self.catalog, &files, Uncertain::default());
        let changes = context.resolved(operation);
        let mut problems = context.problems.into_iter();
        match problems.find(|problem| problem.diagnostic.is_error()) {
            Some(problem) => Err(problem.diagnostic.message.clone()),
            None => Ok(changes),
        }
    }

    /// Adds the foreign keys whose other side is there by now; at the end all that wait. Those that cannot be are told.
    fn references(&mut self, all: bool) -> Vec<Unwritable> {
        let mut failed = Vec::new();
        for (table, foreign) in std::mem::take(&mut self.waiting) {
            if !all && !self.can_point(&foreign) {
                self.waiting.push((table, foreign));
                continue;
            }
            let operation = foreign_keys::create_foreign_key(self, &table, &foreign);
            failed.extend(
                self.add(&format!("foreign key `{}` of `{table}`", foreign.name), operation)
                    .err(),
            );
        }
        failed
    }

    fn can_point(&self, foreign: &ForeignKey) -> bool {
        let table = self.catalog.table(&foreign.references);
        table.is_some_and(|table| table.is_unique(&foreign.referenced_columns))
    }
}
