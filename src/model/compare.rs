//! What changes one schema into another, part by part. Linear in what both hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::normal::fold;
use super::normal_object::{describe_object, object_texts};
use super::part::{Part, Wording, parts_of};
use super::sameness::same_text;
use super::unnamed::is_unnamed;
use super::{Catalog, Object, ObjectKey, PartKind, Table};
use crate::dialect::{Name, ObjectName};

/// A table, a part of one, or what stands beside tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    Table(ObjectName),
    /// Of a table; by the name that it has before, where it is there before.
    Part(ObjectName, PartKind, Name),
    Object(ObjectKey),
}

/// What is the matter with a part of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It is there after alone.
    Made,
    /// It is there before alone.
    Gone,
    /// It is another one.
    Changed,
    /// It differs in a text of SQL alone: whether that means the same is told by a server, if at all.
    Worded,
    /// It is the same, and has another name after.
    Named(Name),
}

/// One thing in which two schemas differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    pub what: What,
    pub how: How,
    /// What it is before and after, in one line each.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Which names of constraints and indexes count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// All of them.
    #[default]
    Exact,
    /// Those that somebody gave: not those that an engine made up, and of a side that leaves names to driftless not those
    /// that driftless made up.
    Given { before: bool, after: bool },
}

/// All in which two schemas of one target differ, tables first, in the order of their names. The order of columns does not
/// count.
pub fn compare(before: &Catalog, after: &Catalog, names: Names) -> Vec<Differing> {
    let (before, after) = (before.beside(after), after.beside(before));
    let comparing = Comparing {
        before: &before,
        after: &after,
        names,
        wording: Wording::of(&after),
        shown: Wording::of(&after).written(),
    };
    let mut found = Vec::new();
    comparing.tables(&mut found);
    comparing.objects(&mut found);
    found
}

/// The tables whose common columns stand in another order, which no engine shows to those who name them.
pub fn reordered(before: &Catalog, after: &Catalog) -> Vec<ObjectName> {
    let case = after.column_case();
    let common = |table: &Table, other: &Table| -> Vec<String> {
        let names = table.columns.iter().map(|column| &column.name);
        let names = names.filter(|name| other.column(name, case).is_some());
        names.map(|name| fold(name, case)).collect()
    };
    let both = after
        .tables()
        .filter_map(|table| Some((before.table(&table.name)?, table)));
    let moved = both.filter(|(old, new)| !Arc::ptr_eq(old, new) && common(old, new) != common(new, old));
    moved.map(|(_, table)| after.normal_name(&table.name)).collect()
}

struct Comparing<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    names: Names,
    wording: Wording,
    /// As people read it.
    shown: Wording,
}

impl Comparing<'_> {
    fn tables(&self, found: &mut Vec<Differing>) {
        for table in self.before.tables() {
            match self.after.table(&table.name) {
                Some(other) if Arc::ptr_eq(table, other) => {}
                Some(other) => self.parts(table, other, found),
                None => found.push(Differing {
                    what: What::Table(self.before.key(&table.name)),
                    how: How::Gone,
                    before: Some(in_short(table)),
                    after: None,
                }),
            }
        }
        let made = self
            .after
            .tables()
            .filter(|table| self.before.table(&table.name).is_none());
        found.extend(made.map(|table| Differing {
            what: What::Table(self.after.key(&table.name)),
            how: How::Made,
            before: None,
            after: Some(in_short(table)),
        }));
        found.sort_by(|one, other| one.what.table().cmp(&other.what.table()));
    }

    fn parts(&self, before: &Table, after: &Table, found: &mut Vec<Differing>) {
        let key = self.after.key(&after.name);
        let (old, new) = (parts_of(before, self.before), parts_of(after, self.after));
        let case = self.after.column_case();
        // MySQL calls every primary key PRIMARY, and there is one of them and of the whole.
        let name_of = |part: &Part<'_>| match part.kind() {
            PartKind::Whole | PartKind::PrimaryKey => String::new(),
            PartKind::Column => fold(part.name(), case),
            _ => part.name().to_string(),
        };
        let by_name: BTreeMap<(PartKind, String), usize> = new
            .iter()
            .enumerate()
            .map(|(at, part)| ((part.kind(), name_of(part)), at))
            .collect();
        let mut met = BTreeSet::new();
        let mut left = Vec::new();
        for part in &old {
            match by_name.get(&(part.kind(), name_of(part))) {
                Some(at) => {
                    met.insert(*at);
                    self.part((before, part), (after, &new[*at]), &key, found);
                }
                None => left.push(part),
            }
        }
        let mut more: Vec<&Part<'_>> = new
            .iter()
            .enumerate()
            .filter(|(at, _)| !met.contains(at))
            .map(|(_, part)| part)
            .collect();
        for part in left {
            let same = more.iter().position(|other| {
                part.kind() == other.kind()
                    && part.kind() != PartKind::Column
                    && self.is_same((before, part), (after, other)).is_none()
            });
            let what = What::Part(key.clone(), part.kind(), part.name().clone());
            let Some(at) = same else {
                found.push(Differing {
                    what,
                    how: How::Gone,
                    before: Some(part.described(before, self.before, self.shown)),
                    after: None,
                });
                continue;
            };
            let other = more.remove(at);
            if !self.are_names_alike((before, part), (after, other)) {
                let name = other.name().clone();
                found.push(Differing {
                    what,
                    before: Some(part.name().to_string()),
                    after: Some(name.to_string()),
                    how: How::Named(name),
                });
            }
        }
        found.extend(more.into_iter().map(|part| Differing {
            what: What::Part(key.clone(), part.kind(), part.name().clone()),
            how: How::Made,
            before: None,
            after: Some(part.described(after, self.after, self.shown)),
        }));
    }

    /// Two parts of one kind and name.
    fn part(&self, old: (&Table, &Part<'_>), new: (&Table, &Part<'_>), key: &ObjectName, found: &mut Vec<Differing>) {
        let what = || What::Part(key.clone(), old.1.kind(), old.1.name().clone());
        if let Some(how) = self.is_same(old, new) {
            found.push(Differing {
                what: what(),
                how,
                before: Some(old.1.described(old.0, self.before, self.shown)),
                after: Some(new.1.described(new.0, self.after, self.shown)),
            });
            return;
        }
        let (from, to) = (old.1.name(), new.1.name());
        let is_key = old.1.kind() == PartKind::PrimaryKey && from != to && !self.is_mysql();
        if is_key && !self.are_names_alike(old, new) {
            found.push(Differing {
                what: what(),
                how: How::Named(to.clone()),
                before: Some(from.to_string()),
                after: Some(to.to_string()),
            });
        }
    }

    fn is_mysql(&self) -> bool {
        self.after.target().dialect.family() == crate::dialect::Family::Mysql
    }

    /// In what way two parts differ, but for their names.
    fn is_same(&self, old: (&Table, &Part<'_>), new: (&Table, &Part<'_>)) -> Option<How> {
        let said = |wording: Wording| {
            let before = old.1.described(old.0, self.before, wording);
            before == new.1.described(new.0, self.after, wording)
        };
        let (one, other) = (old.1.texts(), new.1.texts());
        if said(self.wording) {
            return (!self.are_same_texts(&one, &other)).then_some(How::Worded);
        }
        match !one.is_empty() && one.len() == other.len() && said(self.wording.masked()) {
            true => Some(How::Worded),
            false => Some(How::Changed),
        }
    }

    /// Whether texts of which the normal forms are the same are so with their brackets.
    fn are_same_texts(&self, one: &[&str], other: &[&str]) -> bool {
        let dialect = self.after.target().dialect;
        // A literal on one side and a text on the other are the same value.
        one.len() != other.len() || one.iter().zip(other).all(|(one, other)| same_text(one, other, dialect))
    }

    fn are_names_alike(&self, old: (&Table, &Part<'_>), new: (&Table, &Part<'_>)) -> bool {
        let Names::Given { before, after } = self.names else {
            return false;
        };
        is_unnamed(self.before, old.0, old.1, before) || is_unnamed(self.after, new.0, new.1, after)
    }

    fn objects(&self, found: &mut Vec<Differing>) {
        let described = |catalog: &Catalog, object: &Object, wording: Wording| -> String {
            let facts = describe_object(catalog, object, wording).into_iter();
            let facts: Vec<String> = facts.map(|(_, text)| text).collect();
            facts.join("; ")
        };
        let is_compared =
            |catalog: &Catalog, object: &Object| !describe_object(catalog, object, self.wording).is_empty();
        let find = |catalog: &Catalog, object: &Object| catalog.same_object(object).cloned();
        for object in self.before.objects().filter(|object| is_compared(self.before, object)) {
            let before = described(self.before, object, self.wording);
            let what = What::Object(self.before.object_key(object));
            let Some(other) = find(self.after, object) else {
                found.push(Differing {
                    what,
                    how: How::Gone,
                    before: Some(described(self.before, object, self.shown)),
                    after: None,
                });
                continue;
            };
            if object == &other {
                continue;
            }
            let after = described(self.after, &other, self.wording);
            let (one, two) = (object_texts(object), object_texts(&other));
            let is_same = before == after;
            let masked = |catalog: &Catalog, object: &Object| described(catalog, object, self.wording.masked());
            let how = match is_same {
                true if self.are_same_texts(&one, &two) => continue,
                true => How::Worded,
                false
                    if !one.is_empty()
                        && one.len() == two.len()
                        && masked(self.before, object) == masked(self.after, &other) =>
                {
                    How::Worded
                }
                false => How::Changed,
            };
            found.push(Differing {
                what,
                how,
                before: Some(described(self.before, object, self.shown)),
                after: Some(described(self.after, &other, self.shown)),
            });
        }
        let made = self.after.objects().filter(|object| is_compared(self.after, object));
        let made = made.filter(|object| self.before.same_object(object).is_none());
        found.extend(made.map(|object| Differing {
            what: What::Object(self.after.object_key(object)),
            how: How::Made,
            before: None,
            after: Some(described(self.after, object, self.shown)),
        }));
    }
}

impl What {
    /// The table that it is, or is a part of.
    pub fn table(&self) -> Option<&ObjectName> {
        match self {
            What::Table(name) | What::Part(name, ..) => Some(name),
            What::Object(_) => None,
        }
    }
}

/// What a person calls it: "table `users`", "column `email` of `users`".
impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            What::Table(name) | What::Part(name, PartKind::Whole, _) => write!(f, "table `{name}`"),
            What::Part(table, PartKind::PrimaryKey, _) => write!(f, "primary key of `{table}`"),
            What::Part(table, kind, name) => write!(f, "{} `{name}` of `{table}`", kind.word()),
            What::Object(key) => write!(f, "{} {}", key.kind.word(), key.name),
        }
    }
}

fn in_short(table: &Table) -> String {
    match table.columns.len() {
        1 => "1 column".to_string(),
        count => format!("{count} columns"),
    }
}
