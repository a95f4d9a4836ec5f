//! Columns of PostgreSQL that number their rows, as dumps write them: the identity comes later than the column.

use super::Reading;
use super::object::numbers;
use super::table::altered;
use crate::dialect::{Cursor, Name, ObjectName};
use crate::model::{Change, Column, Sequence};

impl Reading<'_, '_> {
    /// `ALTER TABLE … ALTER COLUMN … ADD GENERATED … AS IDENTITY (…)`, behind its first two words.
    pub(super) fn add_identity(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        cursor.take_word("only");
        let table = self.known(&self.now.normal_name(&cursor.object_name()?))?;
        cursor.take_word("alter").then_some(())?;
        cursor.take_word("column");
        let before = table.column(&Name::new(cursor.name()?), self.now.column_case())?;
        cursor.take_words(&["add", "generated"]).then_some(())?;
        let always = cursor.take_word("always");
        (always || cursor.take_words(&["by", "default"])).then_some(())?;
        cursor.take_words(&["as", "identity"]).then_some(())?;
        let mut sequence = Sequence::named(ObjectName::plain("sequence"));
        if let Some(options) = cursor.group() {
            let mut options = Cursor::new(options, self.family());
            if options.take_words(&["sequence", "name"]) {
                options.object_name()?;
            }
            numbers(&mut options, &mut sequence)?;
        }
        let is_free = !before.nullable && before.default.is_none() && before.identity.is_none();
        (cursor.is_done() && is_free).then_some(())?;
        let after = Column {
            identity: Some(sequence.of_column(always)?),
            ..before.clone()
        };
        Some(vec![altered(&table.name, before, after)])
    }
}
