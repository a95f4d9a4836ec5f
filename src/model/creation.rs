//! What makes an empty database a catalog: everything in it, in an order in which it can be made.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Catalog, Change, Constraint, IndexKey, Object, ObjectKind, Table};
use crate::dialect::{Family, ObjectName, called, words};

/// Something that is made by itself.
enum Item<'a> {
    Table(&'a Arc<Table>),
    Object(&'a Object),
}

/// The items by the names that texts call them.
#[derive(Default)]
struct Names {
    /// Tables, views, and the types that stand before them.
    relations: HashMap<String, Vec<usize>>,
    routines: HashMap<String, Vec<usize>>,
}

impl Catalog {
    /// The changes that make all of it. What several texts need of each other in a circle cannot be ordered, but for
    /// foreign keys: those to tables that come later are added at the end.
    ///
    /// Schemas and extensions are others' too, and may be there already.
    pub fn creation(&self) -> Vec<Change> {
        let items = self.items();
        let names = Names::of(&items);
        let needs: Vec<Vec<usize>> = items.iter().map(|item| self.needs(item, &names)).collect();
        let (mut changes, mut later) = (Vec::new(), Vec::new());
        let mut made = Catalog::new(self.target().clone());
        for at in ordered(&needs) {
            let change = match &items[at] {
                Item::Table(table) => self.table_creation(table, &made, &mut later),
                Item::Object(object) => Change::CreateObject {
                    object: (*object).clone(),
                    if_not_exists: matches!(object.kind(), ObjectKind::Schema | ObjectKind::Extension),
                },
            };
            if let Change::CreateTable { table, .. } = &change {
                made.insert_table(table.clone());
            }
            changes.push(change);
        }
        changes.extend(later);
        changes
    }

    /// In the order in which their kinds can be made.
    fn items(&self) -> Vec<Item<'_>> {
        let before_tables = |object: &&Object| object.kind() < ObjectKind::View;
        let first = self.objects().filter(before_tables).map(Item::Object);
        let tables = self.tables().map(Item::Table);
        let rest = self.objects().filter(|object| !before_tables(object)).map(Item::Object);
        first.chain(tables).chain(rest).collect()
    }

    fn needs(&self, item: &Item<'_>, names: &Names) -> Vec<usize> {
        let family = self.target().dialect.family();
        match item {
            Item::Table(table) => {
                let parents = table.options.inherits.iter();
                let referenced = table.foreign_keys.iter().map(|foreign| &foreign.references);
                let mut needed: Vec<usize> = parents
                    .chain(referenced)
                    .flat_map(|name| names.relation(name))
                    .collect();
                needed.extend(names.routines_in(&texts_of(table), family));
                needed
            }
            Item::Object(Object::Domain(domain)) => {
                let mut texts = vec![domain.ty.to_string()];
                texts.extend(domain.checks.iter().map(|check| check.expression.clone()));
                names.all_in(&texts, family)
            }
            Item::Object(Object::View(view)) => names.all_in(std::slice::from_ref(&view.query), family),
            Item::Object(Object::Routine(routine)) => {
                let returns = routine.returns.clone().unwrap_or_default();
                names.all_in(&[routine.arguments.clone(), returns, routine.body.clone()], family)
            }
            // Nothing stands before what they need.
            Item::Object(
                Object::Schema(_)
                | Object::Extension(_)
                | Object::Enum(_)
                | Object::Sequence(_)
                | Object::Trigger(_)
                | Object::Policy(_)
                | Object::Grant(_),
            ) => Vec::new(),
        }
    }

    /// A table without the foreign keys to tables that are not there yet. SQLite takes them as they are.
    fn table_creation(&self, table: &Arc<Table>, made: &Catalog, later: &mut Vec<Change>) -> Change {
        let mut table = table.clone();
        let own = self.key(&table.name);
        let is_there = |name: &ObjectName| {
            let known = self.key(name) != own && self.table(name).is_some();
            !known || made.table(name).is_some() || self.target().dialect.family() == Family::Sqlite
        };
        if !table.foreign_keys.iter().all(|foreign| is_there(&foreign.references)) {
            let table = Arc::make_mut(&mut table);
            let all = std::mem::take(&mut table.foreign_keys).into_iter();
            let (now, then): (Vec<_>, Vec<_>) = all.partition(|foreign| is_there(&foreign.references));
            table.foreign_keys = now;
            later.extend(then.into_iter().map(|foreign| Change::AddConstraint {
                table: table.name.clone(),
                constraint: Constraint::ForeignKey(foreign),
            }));
        }
        Change::CreateTable {
            table,
            if_not_exists: false,
        }
    }
}

/// The SQL inside a table.
fn texts_of(table: &Table) -> Vec<String> {
    let defaults = table.columns.iter().filter_map(|column| match &column.default {
        Some(super::ColumnDefault::Expression(text)) => Some(text),
        _ => None,
    });
    let generated = table.columns.iter().filter_map(|column| column.generated.as_ref());
    let checks = table.checks.iter().map(|check| &check.expression);
    let keys = table.indexes.iter().flat_map(|index| &index.columns);
    let keys = keys.filter_map(|column| match &column.key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
    });
    let predicates = table.indexes.iter().filter_map(|index| index.predicate.as_ref());
    let texts = defaults.chain(generated.map(|generated| &generated.expression));
    texts.chain(checks).chain(keys).chain(predicates).cloned().collect()
}

impl Names {
    fn of(items: &[Item<'_>]) -> Names {
        let mut names = Names::default();
        for (at, item) in items.iter().enumerate() {
            let (list, name) = match item {
                Item::Table(table) => (&mut names.relations, table.name.name.clone()),
                Item::Object(object @ (Object::View(_) | Object::Domain(_))) => {
                    (&mut names.relations, object.name().name)
                }
                Item::Object(Object::Routine(routine)) => (&mut names.routines, routine.name.name.clone()),
                Item::Object(_) => continue,
            };
            list.entry(name.to_lowercase()).or_default().push(at);
        }
        names
    }

    fn relation(&self, name: &ObjectName) -> Vec<usize> {
        self.relations
            .get(&name.name.to_lowercase())
            .cloned()
            .unwrap_or_default()
    }

    fn routines_in(&self, texts: &[String], family: Family) -> Vec<usize> {
        let all = texts.iter().flat_map(|text| called(text, family));
        all.filter_map(|name| self.routines.get(&name.to_lowercase()))
            .flatten()
            .copied()
            .collect()
    }

    fn all_in(&self, texts: &[String], family: Family) -> Vec<usize> {
        let all = texts.iter().flat_map(|text| words(text, family));
        let relations = all.filter_map(|name| self.relations.get(&name.to_lowercase()));
        let mut found: Vec<usize> = relations.flatten().copied().collect();
        found.extend(self.routines_in(texts, family));
        found
    }
}

/// Each after those it needs, otherwise in the order in which they stand.
fn ordered(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(needs.len());
    let mut seen = vec![false; needs.len()];
    for first in 0..needs.len() {
        // How far each on the way down has come with what it needs.
        let mut path = Vec::new();
        if !std::mem::replace(&mut seen[first], true) {
            path.push((first, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let Some(needed) = needs[*at].get(*next).copied() else {
                order.push(*at);
                path.pop();
                continue;
            };
            *next += 1;
            if !std::mem::replace(&mut seen[needed], true) {
                path.push((needed, 0));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_before() {
        assert_eq!(ordered(&[vec![2], vec![], vec![3, 1], vec![0]]), [3, 1, 2, 0]);
        assert_eq!(ordered(&[vec![0], vec![]]), [0, 1]);
    }
}
