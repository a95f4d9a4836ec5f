//! The order in which things can be made: each behind what it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::Thing;
use crate::dialect::{Family, Name, called, words};
use crate::model::{Catalog, ColumnDefault, IndexKey, Object, ObjectKind, Table, Type};

/// What is asked of things to put them in order.
struct Need {
    rank: usize,
    /// The names that their texts use.
    words: BTreeSet<String>,
    /// The things that they are tied to by more than a text.
    ties: Vec<Thing>,
}

/// Things in the order given, but that each stands behind what it needs. Of those that need each other one comes first.
pub(super) fn in_order_of_need(catalog: &Catalog, things: &[Thing]) -> Vec<Thing> {
    needed_by(catalog, things, |_| true)
}

/// Those that are wanted, and what they need of the others, in the same order.
pub(super) fn needed_by(catalog: &Catalog, things: &[Thing], is_wanted: impl Fn(&Thing) -> bool) -> Vec<Thing> {
    let mut known: Vec<(Thing, Need)> = things
        .iter()
        .filter_map(|thing| Some((thing.clone(), need(catalog, thing)?)))
        .collect();
    known.sort_by_key(|(_, need)| need.rank);
    let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (thing, _)) in known.iter().enumerate() {
        named.entry(name_of(thing).to_lowercase()).or_default().push(at);
    }
    let mut state = Walk {
        known: &known,
        named: &named,
        seen: vec![false; known.len()],
        order: Vec::new(),
    };
    for (at, _) in known.iter().enumerate().filter(|(_, (thing, _))| is_wanted(thing)) {
        state.visit(at);
    }
    state.order.iter().map(|at| known[*at].0.clone()).collect()
}

struct Walk<'a> {
    known: &'a [(Thing, Need)],
    named: &'a BTreeMap<String, Vec<usize>>,
    seen: Vec<bool>,
    order: Vec<usize>,
}

impl Walk<'_> {
    fn visit(&mut self, at: usize) {
        if std::mem::replace(&mut self.seen[at], true) {
            return;
        }
        let (thing, need) = &self.known[at];
        let by_text = need.words.iter().filter_map(|word| self.named.get(word)).flatten();
        let by_text = by_text.filter(|other| may_need(thing, &self.known[**other].0));
        let tied = need
            .ties
            .iter()
            .filter_map(|tie| self.known.iter().position(|(known, _)| known == tie));
        let mut before: Vec<usize> = by_text.copied().chain(tied).collect();
        before.sort_unstable();
        for other in before {
            self.visit(other);
        }
        self.order.push(at);
    }
}

fn name_of(thing: &Thing) -> &Name {
    match thing {
        Thing::Table(name) => &name.name,
        Thing::Object(key) => &key.name.name,
    }
}

/// Whether a name in the text of one can mean the other: a word in a table's texts is no other table.
fn may_need(thing: &Thing, other: &Thing) -> bool {
    let makes_text = |kind: ObjectKind| {
        !matches!(
            kind,
            ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Grant | ObjectKind::Schema | ObjectKind::Extension
        )
    };
    match (thing, other) {
        (Thing::Table(_), Thing::Table(_)) => false,
        (Thing::Table(_), Thing::Object(other)) => {
            matches!(
                other.kind,
                ObjectKind::Function | ObjectKind::Sequence | ObjectKind::Enum | ObjectKind::Domain
            )
        }
        (Thing::Object(_), Thing::Table(_)) => true,
        (Thing::Object(_), Thing::Object(other)) => makes_text(other.kind),
    }
}

fn need(catalog: &Catalog, thing: &Thing) -> Option<Need> {
    let family = catalog.target().dialect.family();
    match thing {
        Thing::Table(name) => {
            let table = catalog.table(name)?;
            let texts = texts_of(table);
            Some(Need {
                rank: 5,
                words: words_of(texts, family),
                ties: ties_of(catalog, table),
            })
        }
        Thing::Object(key) => {
            let object = catalog
                .objects_named(key.kind, &key.name)
                .find(|object| catalog.object_key(object) == *key)?;
            let mut texts = object.texts();
            if let Object::Routine(routine) = object {
                texts.extend([
                    routine.arguments.as_str(),
                    routine.returns.as_deref().unwrap_or_default(),
                ]);
            }
            let mut ties: Vec<Thing> = object
                .stands_on()
                .map(|on| on_table(catalog, on))
                .into_iter()
                .flatten()
                .collect();
            if let Object::Domain(domain) = object {
                ties.extend(named_type(catalog, &domain.ty));
                texts.extend(own_words(&domain.ty));
                texts.extend(domain.default.iter().filter_map(said_by));
            }
            Some(Need {
                rank: rank(key.kind),
                words: words_of(texts, family),
                ties,
            })
        }
    }
}

/// The names in texts, those of what they call too, in small letters.
pub(super) fn words_of<'a>(texts: impl IntoIterator<Item = &'a str>, family: Family) -> BTreeSet<String> {
    let all = texts
        .into_iter()
        .flat_map(|text| words(text, family).into_iter().chain(called(text, family)));
    all.map(|word| word.to_lowercase()).collect()
}

fn rank(kind: ObjectKind) -> usize {
    match kind {
        ObjectKind::Schema => 0,
        ObjectKind::Extension => 1,
        ObjectKind::Enum => 2,
        ObjectKind::Domain => 3,
        ObjectKind::Sequence => 4,
        ObjectKind::Function | ObjectKind::Procedure => 6,
        ObjectKind::View | ObjectKind::MaterializedView => 7,
        ObjectKind::Trigger => 8,
        ObjectKind::Policy => 9,
        ObjectKind::Grant => 10,
    }
}

/// The table or the view of a name.
fn on_table(catalog: &Catalog, name: &crate::dialect::ObjectName) -> Vec<Thing> {
    let view = catalog.view(name).map(|view| Object::View(view.clone()));
    let view = view.map(|view| Thing::Object(catalog.object_key(&view)));
    view.into_iter().chain([Thing::Table(catalog.key(name))]).collect()
}

fn ties_of(catalog: &Catalog, table: &Table) -> Vec<Thing> {
    let referred = table.foreign_keys.iter().map(|foreign| &foreign.references);
    let tables = referred.chain(&table.options.inherits);
    let tables = tables.map(|name| Thing::Table(catalog.key(name)));
    let types = table.columns.iter().flat_map(|column| named_type(catalog, &column.ty));
    tables.chain(types).collect()
}

fn named_type(catalog: &Catalog, ty: &Type) -> Option<Thing> {
    let Type::Named { name, .. } = ty else {
        return None;
    };
    let kinds = [ObjectKind::Enum, ObjectKind::Domain];
    let object = kinds.into_iter().find_map(|kind| catalog.object(kind, name))?;
    Some(Thing::Object(catalog.object_key(object)))
}

/// The author's SQL inside a table.
fn texts_of(table: &Table) -> Vec<&str> {
    let mut texts: Vec<&str> = table.checks.iter().map(|check| check.expression.as_str()).collect();
    for column in &table.columns {
        texts.extend(own_words(&column.ty));
        texts.extend(column.default.iter().filter_map(said_by));
        texts.extend(column.generated.iter().map(|generated| generated.expression.as_str()));
    }
    for index in &table.indexes {
        texts.extend(index.predicate.as_deref());
        texts.extend(index.columns.iter().filter_map(|column| match &column.key {
            IndexKey::Expression(text) => Some(text.as_str()),
            IndexKey::Column(_) => None,
        }));
    }
    texts
}

/// A type in the words of the engine, which may name others: a list of values of an enum.
fn own_words(ty: &Type) -> Option<&str> {
    match ty {
        Type::Native(text) => Some(text),
        Type::Portable(..) | Type::Enum(_) | Type::Named { .. } => None,
    }
}

fn said_by(default: &ColumnDefault) -> Option<&str> {
    match default {
        ColumnDefault::Expression(text) => Some(text),
        ColumnDefault::Literal(_) | ColumnDefault::Function(_) => None,
    }
}
