//! The sequences that PostgreSQL makes for columns that number their rows. They belong to the column, and have a name by
//! which privileges are given on them.

use super::{Catalog, GrantedOn, Object, ObjectKind, Table};
use crate::dialect::{Family, Name, ObjectName};

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

impl Catalog {
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
