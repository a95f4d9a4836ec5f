//! What changes one schema into another, as operations: what is in the way is taken down, what stays is altered, what is
//! new is made, and what nothing uses any more goes last.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{in_order_of_need, needed_by, words_of};
use super::{Fills, Thing, Unwritable, Writer};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Catalog, Differing, How, Names, Object, ObjectKey, ObjectKind, What, compare};
use crate::operation::Operation;

/// The operations that change a schema into another one, and what none of them can do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Between {
    pub operations: Vec<Operation>,
    pub unwritable: Vec<Unwritable>,
}

/// The operations for what differs between two schemas of one target. Their order is the same whenever it is asked for.
/// What is not as it is to be after them is told, whatever it comes from.
pub fn operations_between(
    before: &Catalog,
    after: &Catalog,
    differing: &[Differing],
    names: Names,
    fills: &Fills,
) -> Between {
    let (before, after) = (before.beside(after), after.beside(before));
    let mut path = Path {
        before: &before,
        writer: Writer::new(&before, &after),
        differing,
        fills,
        anew: Vec::new(),
        retyped: BTreeSet::new(),
        rebuilt: BTreeSet::new(),
        defaults_said: BTreeSet::new(),
        again: Vec::new(),
        unwritable: Vec::new(),
    };
    path.walk();
    path.look_back(names);
    Between {
        operations: path.writer.operations,
        unwritable: path.unwritable,
    }
}

/// The way from one schema to another.
pub(super) struct Path<'a> {
    pub before: &'a Catalog,
    pub writer: Writer<'a>,
    pub differing: &'a [Differing],
    pub fills: &'a Fills,
    /// The types that no alteration makes what they are to be, and those made of them.
    pub anew: Vec<Thing>,
    /// The columns that are of another type while theirs is made anew.
    pub retyped: BTreeSet<(ObjectName, Name)>,
    /// The columns that go and come back as others.
    pub rebuilt: BTreeSet<(ObjectName, String)>,
    /// The columns whose defaults were said anew with their types.
    pub defaults_said: BTreeSet<(ObjectName, Name)>,
    /// What is taken down to be made again.
    again: Vec<Thing>,
    pub unwritable: Vec<Unwritable>,
}

impl<'a> Path<'a> {
    fn walk(&mut self) {
        self.anew = self.types_made_anew();
        self.retyped = self.columns_of_types_made_anew();
        self.rebuilt = self.columns_made_anew();
        self.take_down();
        self.drop_foreign_keys();
        self.drop_tables();
        let parts = self.parts();
        for (table, parts) in &parts {
            self.drop_parts(table, parts);
        }
        let mut made = self.made();
        let early = self.needed_early(&made, !parts.is_empty() || !self.anew.is_empty());
        self.make(&early, &made);
        self.change_types();
        made = self.made();
        made.retain(|thing| !early.contains(thing));
        for (table, parts) in &parts {
            self.alter(table, parts);
        }
        for (table, parts) in &parts {
            self.make_parts(table, parts);
        }
        self.make_and_replace(made);
        let failed = self.writer.references(true);
        self.unwritable.extend(failed);
        self.drop_last();
    }

    /// Holds what was made against what is to be.
    fn look_back(&mut self, names: Names) {
        let is_meant = |left: &Differing| {
            let is_own = |found: &&Differing| match (&found.what, &left.what) {
                (What::Table(table), other) => other.table() == Some(table),
                (what, other) => what == other,
            };
            self.differing.iter().any(|found| is_own(&found))
        };
        let left = compare(&self.writer.catalog, self.writer.after, names);
        let left: Vec<Differing> = left.into_iter().filter(is_meant).collect();
        for found in left {
            let what = found.what.to_string();
            // Why a whole thing is not there was told.
            let is_told = self
                .unwritable
                .iter()
                .any(|told| what.starts_with(&told.what) || told.what.starts_with(&what));
            if is_told {
                continue;
            }
            let side = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "nothing".into());
            let why = match found.how {
                How::Gone => "it cannot go".to_string(),
                How::Named(_) => "it would have another name".to_string(),
                How::Made => format!("it is to be `{}`", side(found.after)),
                How::Changed | How::Worded => {
                    format!(
                        "it would be `{}`, and is to be `{}`",
                        side(found.before),
                        side(found.after)
                    )
                }
            };
            self.unwritable.push(Unwritable { what, why });
        }
    }

    /// Notes what could not be done, and goes on.
    pub fn note<T>(&mut self, result: Result<T, Unwritable>) {
        if let Err(unwritable) = result {
            self.unwritable.push(unwritable);
        }
    }

    pub fn add(&mut self, what: &str, operation: Operation) {
        let result = self.writer.add(what, operation);
        self.note(result);
    }

    pub fn refuse(&mut self, what: String, why: impl Into<String>) {
        self.unwritable.push(Unwritable { what, why: why.into() });
    }

    pub fn family(&self) -> Family {
        self.before.target().dialect.family()
    }

    /// The differences of tables that are there before and after.
    fn parts(&self) -> BTreeMap<ObjectName, Vec<&'a Differing>> {
        let mut parts: BTreeMap<ObjectName, Vec<&Differing>> = BTreeMap::new();
        for found in self.differing {
            if let What::Part(table, ..) = &found.what {
                parts.entry(table.clone()).or_default().push(found);
            }
        }
        for (table, _) in &self.retyped {
            parts.entry(table.clone()).or_default();
        }
        parts
    }

    /// The objects of a kind of difference.
    fn objects(&self, wanted: impl Fn(&How) -> bool) -> Vec<&'a ObjectKey> {
        let found = self.differing.iter().filter(|found| wanted(&found.how));
        let keys = found.filter_map(|found| match &found.what {
            What::Object(key) => Some(key),
            What::Table(_) | What::Part(..) => None,
        });
        keys.collect()
    }

    pub fn gone(&self) -> Vec<&'a ObjectKey> {
        self.objects(|how| *how == How::Gone)
    }

    pub fn changed(&self) -> Vec<&'a ObjectKey> {
        self.objects(|how| matches!(how, How::Changed | How::Worded))
    }

    pub fn tables_gone(&self) -> Vec<ObjectName> {
        let found = self.differing.iter().filter(|found| found.how == How::Gone);
        let names = found.filter_map(|found| match &found.what {
            What::Table(name) => Some(name.clone()),
            What::Part(..) | What::Object(_) => None,
        });
        names.collect()
    }

    /// What is there after alone, and what was taken down to be made again.
    fn made(&self) -> Vec<Thing> {
        let found = self.differing.iter().filter(|found| found.how == How::Made);
        let things = found.filter_map(|found| match &found.what {
            What::Table(name) => Some(Thing::Table(name.clone())),
            What::Object(key) => Some(Thing::Object(key.clone())),
            What::Part(..) => None,
        });
        let mut all: Vec<Thing> = things.collect();
        for thing in &self.again {
            if !all.contains(thing) {
                all.push(thing.clone());
            }
        }
        in_order_of_need(self.writer.after, &all)
    }

    fn make(&mut self, things: &[Thing], all: &[Thing]) {
        for thing in things {
            let result = self.writer.thing(thing, all);
            self.note(result);
        }
    }

    /// What is new and what becomes another one: each behind what it needs of both.
    fn make_and_replace(&mut self, made: Vec<Thing>) {
        let mut replaced = self.replaced();
        replaced.retain(|thing| !made.contains(thing));
        let all: Vec<Thing> = replaced.iter().chain(&made).cloned().collect();
        for thing in in_order_of_need(self.writer.after, &all) {
            match &thing {
                Thing::Object(key) if replaced.contains(&thing) => self.replace(key),
                _ => self.make(&[thing], &made),
            }
        }
    }

    /// The new things that have to be there before columns are altered: types, and functions that texts of columns use,
    /// with those that these use. Where nothing is altered, each is made where its turn comes.
    fn needed_early(&self, made: &[Thing], is_altering: bool) -> Vec<Thing> {
        if !is_altering {
            return Vec::new();
        }
        let family = self.family();
        let parts = self.differing.iter().filter(|found| match &found.what {
            What::Part(..) => true,
            What::Object(key) => key.kind == ObjectKind::Domain,
            What::Table(_) => false,
        });
        let texts = parts.filter_map(|found| found.after.as_deref());
        let used = words_of(texts, family);
        let mut early = needed_by(self.writer.after, made, |thing| is_needed_early(thing, &used));
        early.retain(|thing| match thing {
            Thing::Table(_) => false,
            Thing::Object(key) => !matches!(key.kind, ObjectKind::View | ObjectKind::MaterializedView),
        });
        early
    }

    pub fn found(&self, key: &ObjectKey) -> Option<Object> {
        let mut named = self.before.objects_named(key.kind, &key.name);
        named.find(|object| self.before.object_key(object) == *key).cloned()
    }

    /// Takes down what goes, and what is in the way of that, dependents first.
    fn take_down(&mut self) {
        let (gone, changed) = (self.gone(), self.changed());
        let mut down: Vec<Object> = Vec::new();
        let again = |kind: ObjectKind| {
            matches!(
                kind,
                ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Grant | ObjectKind::MaterializedView
            )
        };
        for key in gone.iter().chain(changed.iter().filter(|key| again(key.kind))) {
            let falls = matches!(
                key.kind,
                ObjectKind::View
                    | ObjectKind::MaterializedView
                    | ObjectKind::Trigger
                    | ObjectKind::Policy
                    | ObjectKind::Grant
            );
            if falls {
                down.extend(self.found(key));
            }
        }
        down.extend(self.views_in_the_way());
        down.extend(self.views_on_changed());
        down.extend(self.texts_in_the_way());
        down.extend(self.rights_on_columns());
        // With a view goes what reads it, and what stands on it.
        let mut all: Vec<Object> = Vec::new();
        for object in down {
            if let Object::View(view) = &object {
                for above in self.before.dependent_views(&view.name) {
                    all.push(Object::View(above));
                }
            }
            all.push(object);
        }
        all.extend(self.routines_in_the_way(&all));
        let mut met = BTreeSet::new();
        let all: Vec<Object> = all
            .into_iter()
            .filter(|object| met.insert(self.before.object_key(object)))
            .collect();
        for object in &all {
            let falling = self.before.falls_with(object);
            for object in falling.iter().chain([object]) {
                self.make_again(object);
            }
        }
        let gone_tables = self.tables_gone();
        let names_gone = |object: &Object| gone_tables.iter().any(|table| self.before.object_uses(object, table));
        // What stands on something that falls needs no word of its own.
        let falls_anyway = |object: &Object| {
            !names_gone(object)
                && object.stands_on().is_some_and(|on| {
                    let is_view = self
                        .before
                        .view(on)
                        .map(|view| self.before.object_key(&Object::View(view.clone())));
                    gone_tables.contains(&self.before.key(on)) || is_view.is_some_and(|view| met.contains(&view))
                })
        };
        let (below, others): (Vec<Object>, Vec<Object>) = all
            .into_iter()
            .filter(|object| !falls_anyway(object))
            .partition(|object| matches!(object, Object::View(_) | Object::Routine(_)));
        self.revoke(others.iter().filter_map(|object| match object {
            Object::Grant(grant) => Some((**grant).clone()),
            _ => None,
        }));
        for object in &others {
            if !matches!(object, Object::Grant(_)) {
                self.drop_object(object);
            }
        }
        // Those that use others first.
        let below: Vec<Thing> = below
            .iter()
            .map(|object| Thing::Object(self.before.object_key(object)))
            .collect();
        for thing in in_order_of_need(self.before, &below).into_iter().rev() {
            let Thing::Object(key) = thing else { continue };
            if let Some(object) = self.found(&key) {
                self.drop_object(&object);
            }
        }
    }

    /// What is there after, too, is made again.
    pub fn make_again(&mut self, object: &Object) {
        let key = self.before.object_key(object);
        if self.writer.found(&key).is_some() {
            self.again.push(Thing::Object(key));
        }
    }
}

/// Whether a thing has to be there early, where these names are used early.
fn is_needed_early(thing: &Thing, used: &BTreeSet<String>) -> bool {
    let Thing::Object(key) = thing else {
        return false;
    };
    match key.kind {
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Sequence => {
            true
        }
        ObjectKind::Function => used.contains(&key.name.name.to_lowercase()),
        ObjectKind::Procedure
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Grant => false,
    }
}
