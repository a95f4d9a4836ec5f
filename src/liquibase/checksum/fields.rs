//! What each change of Liquibase 4.28 may say, and what of it goes into its checksum.

use std::sync::LazyLock;

/// A change by its name.
pub struct Known {
    pub name: &'static str,
    pub sum: Sum,
    /// All that it may say.
    pub fields: Vec<&'static str>,
    /// What of that does not go into the checksum of the fields.
    pub silent: Vec<&'static str>,
    /// The field that the text of the element is.
    pub text: Option<&'static str>,
}

/// What the checksum of a change is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// All that it says.
    Fields,
    /// Its SQL, without blanks.
    Sql,
    /// A file of SQL, without blanks.
    File,
    /// All that it says, and its body without blanks.
    Body,
    /// The table's name and the rows.
    Rows,
    /// What a class of Java says.
    Class,
}

/// A line for each change: its name, what its checksum is made of, its fields. `-` marks those that go into no checksum,
/// `=` the one that the text of the element is.
static CHANGES: LazyLock<Vec<Known>> = LazyLock::new(|| include_str!("changes.txt").lines().filter_map(line).collect());

fn line(line: &'static str) -> Option<Known> {
    let mut words = line.split(' ');
    let (name, sum) = (words.next()?, words.next()?);
    let words: Vec<&str> = words.collect();
    let marked = |mark: char| words.iter().filter_map(move |word| word.strip_prefix(mark));
    Some(Known {
        name,
        sum: match sum {
            "sql" => Sum::Sql,
            "file" => Sum::File,
            "body" => Sum::Body,
            "rows" => Sum::Rows,
            "class" => Sum::Class,
            _ => Sum::Fields,
        },
        silent: marked('-').collect(),
        text: marked('=').next(),
        fields: words.iter().map(|word| word.trim_start_matches(['-', '='])).collect(),
    })
}

pub fn known(name: &str) -> Option<&'static Known> {
    CHANGES.iter().find(|known| known.name == name)
}

/// The names of what a change may say; `None` where Liquibase has no such change.
pub fn known_fields(change: &str) -> Option<&'static [&'static str]> {
    known(change).map(|known| &*known.fields)
}

/// The names of all changes.
pub fn known_changes() -> impl Iterator<Item = &'static str> {
    CHANGES.iter().map(|known| known.name)
}

/// What a column may say, wherever there are columns; those of `loadData` also [`LOADED_COLUMN_FIELDS`].
pub const COLUMN_FIELDS: [&str; 28] = [
    "name",
    "computed",
    "type",
    "encoding",
    "autoIncrement",
    "startWith",
    "incrementBy",
    "remarks",
    "descending",
    "value",
    "valueNumeric",
    "valueDate",
    "valueBoolean",
    "valueBlobFile",
    "valueClobFile",
    "valueComputed",
    "valueSequenceNext",
    "valueSequenceCurrent",
    "defaultValueConstraintName",
    "defaultValue",
    "defaultValueNumeric",
    "defaultValueDate",
    "defaultValueBoolean",
    "defaultValueComputed",
    "defaultValueSequenceNext",
    "defaultOnNull",
    "generationType",
    "constraints",
];

/// What only columns that are added or indexed may say.
pub const PLACED_COLUMN_FIELDS: [&str; 3] = ["beforeColumn", "afterColumn", "position"];

/// What only columns of rows that are loaded may say.
pub const LOADED_COLUMN_FIELDS: [&str; 3] = ["header", "index", "allowUpdate"];

pub const CONSTRAINT_FIELDS: [&str; 21] = [
    "nullable",
    "notNullConstraintName",
    "primaryKey",
    "primaryKeyName",
    "primaryKeyTablespace",
    "references",
    "referencedTableCatalogName",
    "referencedTableSchemaName",
    "referencedTableName",
    "referencedColumnNames",
    "unique",
    "uniqueConstraintName",
    "checkConstraint",
    "deleteCascade",
    "foreignKeyName",
    "initiallyDeferred",
    "deferrable",
    "validateNullable",
    "validateUnique",
    "validatePrimaryKey",
    "validateForeignKey",
];
