//! What stands beside tables and becomes another: views, routines, sequences, types.

use std::collections::BTreeSet;

use super::Thing;
use super::between::Path;
use super::objects::commented;
use super::order::in_order_of_need;
use super::tables::table_ref;
use super::values::{quoted, type_spec};
use crate::dialect::{Family, Name, ObjectName, mentions};
use crate::model::{Base, Column, Object, ObjectKey, Sequence, Type, usual_numbers};
use crate::operation::create_sequence::SequenceType;
use crate::operation::{
    AddEnumValue, AlterColumn, AlterSequence, ByDialect, DropDefault, Operation, SetComment, SetDefault,
};

impl Path<'_> {
    /// Enums and domains that hold other values after.
    pub(super) fn change_types(&mut self) {
        let mut keys: Vec<ObjectKey> = self.changed().into_iter().cloned().collect();
        // Where columns carry the values, no difference is told of the enum itself.
        if self.family() != Family::Postgres {
            let both = self.before.objects().filter_map(|object| match object {
                Object::Enum(_) => Some((object, self.writer.after.same_object(object)?)),
                _ => None,
            });
            let other = both.filter(|(object, after)| object != after);
            keys.extend(other.map(|(object, _)| self.before.object_key(object)));
        }
        for key in keys {
            let (Some(before), Some(after)) = (self.found(&key), self.writer.found(&key)) else {
                continue;
            };
            if let (Object::Enum(old), Object::Enum(new), false) =
                (&before, &after, self.differs_in_comment(&before, &after))
            {
                match is_part_of(&old.values, &new.values) {
                    true => self.add_values(&old.name, &old.values, &new.values),
                    false if self.family() != Family::Postgres => self.make_types_anew(&[Thing::Object(key)]),
                    false => {}
                }
            }
        }
        self.make_types_anew(&self.anew.clone());
    }

    /// The types that no alteration makes what they are to be, with the domains that are made of them, each behind what it
    /// is made of.
    pub(super) fn types_made_anew(&self) -> Vec<Thing> {
        let is_anew = |key: &&ObjectKey| match (self.found(key), self.writer.found(key)) {
            (Some(before), Some(after)) if self.differs_in_comment(&before, &after) => false,
            (Some(Object::Enum(old)), Some(Object::Enum(new))) => {
                self.family() == Family::Postgres && !is_part_of(&old.values, &new.values)
            }
            (Some(Object::Domain(_)), Some(_)) => true,
            _ => false,
        };
        let keys = self.changed().into_iter().filter(is_anew);
        let mut found: Vec<Thing> = keys.cloned().map(Thing::Object).collect();
        loop {
            let is_made_of = |object: &&Object| match object {
                Object::Domain(domain) => {
                    let thing = Thing::Object(self.before.object_key(object));
                    !found.contains(&thing) && self.type_among(&domain.ty, &found).is_some()
                }
                _ => false,
            };
            let Some(above) = self.before.objects().find(is_made_of) else {
                break;
            };
            found.push(Thing::Object(self.before.object_key(above)));
        }
        in_order_of_need(self.before, &found)
    }

    pub(super) fn columns_of_types_made_anew(&self) -> BTreeSet<(ObjectName, Name)> {
        let tables = self.before.tables();
        let columns = tables.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let meant = columns.filter(|(_, column)| self.type_among(&column.ty, &self.anew).is_some());
        meant
            .map(|(table, column)| (self.before.key(&table.name), column.name.clone()))
            .collect()
    }

    /// The one of these types that a type is, or is a list of.
    fn type_among(&self, ty: &Type, types: &[Thing]) -> Option<Object> {
        let is_it = |name: &ObjectName| match ty {
            Type::Named { name: other, .. } => self.before.key(other) == self.before.key(name),
            Type::Native(text) => self.family() == Family::Postgres && mentions(text, &name.name, Family::Postgres),
            Type::Portable(..) | Type::Enum(_) => false,
        };
        types.iter().find_map(|thing| match thing {
            Thing::Object(key) => self.found(key).filter(|object| is_it(&object.name())),
            Thing::Table(_) => None,
        })
    }

    /// What a column is meanwhile that is of one of these types.
    fn meanwhile(&self, ty: &Type, types: &[Thing]) -> Type {
        let Some(found) = self.type_among(ty, types) else {
            return ty.clone();
        };
        let after = self.writer.found(&self.before.object_key(&found));
        let made_of = match (&found, after) {
            (Object::Domain(domain), _) => self.meanwhile(&domain.ty, types),
            // The columns carry the values.
            (_, Some(Object::Enum(after))) if self.family() != Family::Postgres => Type::Enum(after.values.clone()),
            _ => Type::Portable(Base::Text, Vec::new()),
        };
        let dialect = self.before.target().dialect;
        match (ty, made_of.native(dialect)) {
            (Type::Native(text), Ok(native)) => {
                let list = text.find('[').map_or("", |at| &text[at..]);
                Type::Native(native + list)
            }
            _ => made_of,
        }
    }

    fn add_values(&mut self, name: &ObjectName, old: &[String], new: &[String]) {
        let mut known: Vec<String> = old.to_vec();
        for (at, value) in new.iter().enumerate() {
            if known.contains(value) {
                continue;
            }
            let after = at.checked_sub(1).map(|before| new[before].clone());
            let is_last = after.is_some() && after.as_ref() == known.last();
            let operation = Operation::AddEnumValue(AddEnumValue {
                name: table_ref(name),
                value: value.clone(),
                before: after.is_none().then(|| known.first().cloned()).flatten(),
                after: after.clone().filter(|_| !is_last),
            });
            self.add(&format!("enum `{name}`"), operation);
            let place = after
                .and_then(|after| known.iter().position(|other| *other == after))
                .map_or(0, |at| at + 1);
            known.insert(place, value.clone());
        }
    }

    /// Types that no alteration makes what they are to be: their columns are of other ones meanwhile.
    fn make_types_anew(&mut self, types: &[Thing]) {
        let dialect = self.before.target().dialect;
        let tables: Vec<_> = self.writer.catalog.tables().cloned().collect();
        let all = tables
            .iter()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let columns: Vec<_> = all
            .filter(|(_, column)| column.generated.is_none())
            .filter_map(|(table, column)| Some((table, column, self.type_among(&column.ty, types)?.to_string())))
            .collect();
        for (table, column, what) in &columns {
            if column.default.is_some() {
                let operation = Operation::DropDefault(DropDefault {
                    table: table_ref(&table.name),
                    column: column.name.clone(),
                });
                self.add(what, operation);
            }
            let spec = type_spec(self.before, &self.meanwhile(&column.ty, types));
            self.retype(what, &table.name, &column.name, spec, None);
        }
        for thing in types.iter().rev() {
            let Thing::Object(key) = thing else { continue };
            let Some(object) = self.found(key) else { continue };
            for fallen in self.before.falls_with(&object) {
                self.make_again(&fallen);
            }
            self.drop_object(&object);
        }
        for thing in in_order_of_need(self.writer.after, types) {
            let Thing::Object(key) = &thing else { continue };
            // Why it could not go was told.
            let is_gone = self
                .found(key)
                .is_some_and(|old| self.writer.catalog.same_object(&old).is_none());
            if is_gone {
                let made = self.writer.object(key, &[]);
                self.note(made);
            }
        }
        let is_stored = self.family() == Family::Postgres;
        for (table, column, what) in &columns {
            let held = self.type_among(&column.ty, types);
            if held.is_none_or(|held| self.writer.catalog.same_object(&held).is_none()) {
                continue;
            }
            let native = match &column.ty {
                Type::Named { name, .. } => quoted(name, dialect),
                ty => ty.native(dialect).unwrap_or_else(|_| ty.to_string()),
            };
            let using = is_stored.then(|| ByDialect::One(format!("{}::{native}", dialect.quote(&column.name))));
            let ty = match &column.ty {
                Type::Named { name, .. } => Type::Named {
                    name: name.clone(),
                    values: Vec::new(),
                },
                ty => ty.clone(),
            };
            let spec = type_spec(self.writer.after, &ty);
            self.retype(what, &table.name, &column.name, spec, using);
            let is_of_type = |after: &Column| match (&after.ty, &column.ty) {
                (Type::Named { name, .. }, Type::Named { name: other, .. }) => name == other,
                (one, other) => one == other,
            };
            // The old default need not be one of the new values.
            let after = self.writer.after.table(&table.name);
            let after = after.and_then(|table| table.column(&column.name, self.before.column_case()).cloned());
            let default = after.filter(is_of_type).and_then(|after| after.default);
            self.defaults_said
                .insert((self.before.key(&table.name), column.name.clone()));
            if let Some(default) = default {
                let operation = Operation::SetDefault(SetDefault {
                    table: table_ref(&table.name),
                    column: column.name.clone(),
                    default: super::values::default_of(&default, dialect),
                });
                self.add(what, operation);
            }
        }
    }

    fn retype(
        &mut self,
        what: &str,
        table: &ObjectName,
        column: &Name,
        ty: crate::operation::TypeSpec,
        using: Option<ByDialect<String>>,
    ) {
        let operation = Operation::AlterColumn(AlterColumn {
            table: table_ref(table),
            column: column.clone(),
            ty: Some(ty),
            using,
            reverse_using: None,
            nullable: None,
            default: None,
            drop_default: false,
            comment: None,
            collation: None,
            charset: None,
            on_update: None,
            invisible: None,
        });
        self.add(what, operation);
    }

    /// What stays and is another one after, and is put in its place: a view, a routine, a sequence.
    pub(super) fn replaced(&self) -> Vec<Thing> {
        let is_replaced = |key: &&ObjectKey| {
            let before = self.found(key);
            // What was taken down is made again.
            before.is_some_and(|before| self.writer.catalog.same_object(&before).is_some())
        };
        let keys = self.changed().into_iter().filter(is_replaced);
        keys.cloned().map(Thing::Object).collect()
    }

    pub(super) fn replace(&mut self, key: &ObjectKey) {
        let (Some(before), Some(after)) = (self.found(key), self.writer.found(key)) else {
            return;
        };
        if self.tell_comment(&before, &after) {
            return;
        }
        match (&before, &after) {
            (Object::Sequence(old), Object::Sequence(new)) => self.alter_sequence(old, new),
            (Object::View(_) | Object::Routine(_), _) => {
                let result = self.writer.replacing(&after);
                self.note(result);
            }
            (Object::Extension(_) | Object::Schema(_), _) => {
                self.refuse(after.to_string(), "no operation moves it to another schema");
            }
            _ => {}
        }
    }

    fn differs_in_comment(&self, before: &Object, after: &Object) -> bool {
        before.comment() != after.comment() && before.with_comment(None) == after.with_comment(None)
    }

    /// Sets the comment, where nothing else differs.
    fn tell_comment(&mut self, before: &Object, after: &Object) -> bool {
        let differs = self.differs_in_comment(before, after);
        if differs {
            let several = |object: &Object| self.before.objects_named(object.kind(), &object.name()).count() > 1;
            let operation = Operation::SetComment(SetComment {
                on: commented(after, several(after), self.before.target().dialect),
                comment: after.comment().map(str::to_string).filter(|text| !text.is_empty()),
            });
            self.add(&after.to_string(), operation);
        }
        differs
    }

    fn alter_sequence(&mut self, old: &Sequence, new: &Sequence) {
        let dialect = self.before.target().dialect;
        let (was, is) = (usual_numbers(old, dialect), usual_numbers(new, dialect));
        let number = |one: i64, other: i64| (one != other).then_some(other);
        let types = [SequenceType::SmallInt, SequenceType::Int, SequenceType::BigInt];
        let comment = |sequence: &Sequence| sequence.comment.clone().unwrap_or_default();
        let operation = Operation::AlterSequence(AlterSequence {
            sequence: table_ref(&new.name),
            ty: types
                .into_iter()
                .find(|ty| Some(ty.native()) == new.ty.clone().or(Some("bigint".into())).filter(|_| old.ty != new.ty)),
            start: number(was.start, is.start),
            increment: number(was.increment, is.increment),
            minimum: number(was.minimum, is.minimum),
            maximum: number(was.maximum, is.maximum),
            cache: number(was.cache, is.cache),
            cycle: (old.cycle != new.cycle).then_some(new.cycle),
            comment: (comment(old) != comment(new)).then(|| comment(new)),
        });
        self.add(&format!("sequence `{}`", new.name), operation);
    }
}

/// Whether the one list is the other with some left out, in its order.
fn is_part_of(some: &[String], all: &[String]) -> bool {
    let mut rest = all.iter();
    some.iter().all(|value| rest.any(|other| other == value))
}
