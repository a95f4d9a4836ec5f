//! The sequences that PostgreSQL makes for columns that number their rows. They belong to the column, and have a name by
//! which privileges are given on them.

use super::{Catalog, Change, Column, ColumnDefault, GrantedOn, Identity, Object, ObjectKind, Sequence, Table};
use crate::dialect::{Cursor, Family, Name, ObjectName};

/// How long a name can be, in bytes.
const LONGEST: usize = 63;

/// The name that PostgreSQL gives the sequence of a column when it makes it, where that is free: the longer of both names
/// is cut first (`makeObjectName`).
pub fn sequence_name(table: &str, column: &str) -> String {
    let room = LONGEST - "__seq".len();
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > room {
        match first > second {
            true => first -= 1,
            false => second -= 1,
        }
    }
    format!("{}_{}_seq", cut(table, first), cut(column, second))
}

/// The beginning of a name that is no longer than that, in whole letters.
fn cut(name: &str, length: usize) -> &str {
    let mut end = length.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

impl Sequence {
    /// Its numbers as a column has them that is one with it; none where it counts otherwise than a column does.
    pub fn of_column(&self, always: bool) -> Option<Identity> {
        let is_usual =
            self.minimum.is_none() && self.maximum.is_none() && matches!(self.cache, None | Some(1)) && !self.cycle;
        is_usual.then(|| Identity::counting(self.start, self.increment, always))
    }
}

impl Catalog {
    /// Gives a sequence to the column that asks it for its numbers (`OWNED BY`), which numbers its rows itself from there
    /// on, as one of type `serial` does. Whether that could be done.
    pub fn give_sequence(&mut self, name: &ObjectName, table: &ObjectName, column: &Name) -> bool {
        self.given(name, table, column)
            .is_some_and(|changes| changes.iter().all(|change| self.apply(change).is_ok()))
    }

    fn given(&self, name: &ObjectName, table: &ObjectName, column: &Name) -> Option<[Change; 2]> {
        let object = self.object(ObjectKind::Sequence, name)?.clone();
        let Object::Sequence(sequence) = &object else {
            return None;
        };
        let table = self.table(table)?;
        let before = table.column(column, self.column_case())?;
        (!before.nullable && self.asks(before, name)).then_some(())?;
        let after = Column {
            identity: Some(sequence.of_column(false)?),
            default: None,
            ..before.clone()
        };
        let altered = Change::AlterColumn {
            table: table.name.clone(),
            before: Box::new(before.clone()),
            after: Box::new(after),
            using: None,
            reverse_using: None,
        };
        Some([altered, Change::DropObject { object }])
    }

    /// Whether a column's default is the next number of a sequence.
    fn asks(&self, column: &Column, sequence: &ObjectName) -> bool {
        let Some(ColumnDefault::Expression(text)) = &column.default else {
            return false;
        };
        let family = self.target().dialect.family();
        let named = || {
            let mut cursor = Cursor::new(text, family);
            cursor.take_word("nextval").then_some(())?;
            let mut inside = Cursor::new(cursor.group()?, family);
            cursor.is_done().then_some(())?;
            let name = inside.text()?;
            let cast = inside.rest().trim().to_ascii_lowercase();
            matches!(cast.as_str(), "" | "::regclass" | "::text").then_some(())?;
            Cursor::new(&name, family).object_name()
        };
        named().is_some_and(|name| self.key(&name) == self.key(sequence))
    }

    /// Whether a column numbers its rows by a sequence of this name.
    pub fn is_numbering(&self, sequence: &ObjectName) -> bool {
        let key = self.key(sequence);
        let numbers = |table: &Table| self.sequences_of(table, None).contains(&key);
        self.target().dialect.family() == Family::Postgres && self.tables().any(|table| numbers(table))
    }

    /// The privileges on the sequences by which a table, or one of its columns, numbers its rows: they fall with it.
    pub fn rights_on_numbering(&self, table: &Table, column: Option<&Name>) -> Vec<Object> {
        if self.target().dialect.family() != Family::Postgres {
            return Vec::new();
        }
        let mut found = Vec::new();
        for sequence in self.sequences_of(table, column) {
            let grants = self.objects_named(ObjectKind::Grant, &sequence);
            let on_it =
                grants.filter(|object| matches!(object, Object::Grant(grant) if grant.on == GrantedOn::Sequence));
            found.extend(on_it.cloned());
        }
        found
    }

    fn sequences_of(&self, table: &Table, column: Option<&Name>) -> Vec<ObjectName> {
        let columns = table.columns.iter().filter(|known| known.identity.is_some());
        let meant = columns.filter(|known| column.is_none_or(|column| *column == known.name));
        let names = meant.map(|known| ObjectName {
            schema: table.name.schema.clone(),
            name: Name::new(sequence_name(&table.name.name, &known.name)),
        });
        names.map(|name| self.key(&name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_name_is_cut() {
        assert_eq!(sequence_name("users", "id"), "users_id_seq");
        let long = "a".repeat(63);
        assert_eq!(sequence_name(&long, "id"), format!("{}_id_seq", "a".repeat(56)));
        assert_eq!(
            sequence_name(&long, &"b".repeat(63)),
            format!("{}_{}_seq", "a".repeat(29), "b".repeat(29))
        );
        assert_eq!(
            sequence_name(&"ü".repeat(30), "id"),
            format!("{}_id_seq", "ü".repeat(28))
        );
    }
}
