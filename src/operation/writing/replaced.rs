//! What stands beside tables and becomes another: views, routines, sequences, types.

use super::Thing;
use super::between::Path;
use super::objects::commented;
use super::tables::table_ref;
use super::values::{quoted, type_spec};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Base, Object, ObjectKey, Sequence, Type, usual_numbers};
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
            if self.differs_in_comment(&before, &after) {
                continue;
            }
            match (&before, &after) {
                (Object::Enum(old), Object::Enum(new)) => {
                    let is_longer = is_part_of(&old.values, &new.values);
                    match is_longer {
                        true => self.add_values(&old.name, &old.values, &new.values),
                        false => self.make_type_anew(&before, &key),
                    }
                }
                (Object::Domain(_), _) => self.make_type_anew(&before, &key),
                _ => {}
            }
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

    /// A type that no alteration makes what it is to be: its columns are of another one meanwhile.
    fn make_type_anew(&mut self, object: &Object, key: &ObjectKey) {
        let name = object.name();
        let what = object.to_string();
        let base = match (object, self.writer.found(key)) {
            (Object::Domain(domain), _) => domain.ty.clone(),
            // The columns carry the values.
            (_, Some(Object::Enum(after))) if self.family() != Family::Postgres => Type::Enum(after.values.clone()),
            _ => Type::Portable(Base::Text, Vec::new()),
        };
        let columns = self.writer.catalog.columns_of_type(&name);
        for (table, column) in &columns {
            let case = self.before.column_case();
            let has_default = table
                .column(column, case)
                .is_some_and(|column| column.default.is_some());
            if has_default {
                let operation = Operation::DropDefault(DropDefault {
                    table: table_ref(&table.name),
                    column: column.clone(),
                });
                self.add(&what, operation);
            }
            let spec = type_spec(self.before, &base);
            self.retype(&what, &table.name, column, spec, None);
        }
        for fallen in self.before.falls_with(object) {
            self.make_again(&fallen);
        }
        self.drop_object(object);
        let made = self.writer.object(key, &[]);
        self.note(made);
        let dialect = self.before.target().dialect;
        let is_stored = self.family() == Family::Postgres;
        for (table, column) in &columns {
            let native = quoted(&name, dialect);
            let using = is_stored.then(|| ByDialect::One(format!("{}::{native}", dialect.quote(column))));
            let ty = Type::Named {
                name: name.clone(),
                values: Vec::new(),
            };
            let spec = type_spec(self.writer.after, &ty);
            self.retype(&what, &table.name, column, spec, using);
            let case = self.before.column_case();
            // The old default need not be one of the new values.
            let after = self.writer.after.table(&table.name);
            let after = after.and_then(|table| table.column(column, case).cloned());
            let default = after.filter(|after| matches!(&after.ty, Type::Named { name: other, .. } if *other == name));
            self.defaults_said
                .insert((self.before.key(&table.name), column.clone()));
            if let Some(default) = default.and_then(|after| after.default) {
                let operation = Operation::SetDefault(SetDefault {
                    table: table_ref(&table.name),
                    column: column.clone(),
                    default: super::values::default_of(&default, dialect),
                });
                self.add(&what, operation);
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
