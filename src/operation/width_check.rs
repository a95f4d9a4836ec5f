//! Texts that are wider than MySQL and MariaDB take, in a column and in an index, when each letter takes four bytes.

use super::Context;
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Base, Column, Constraint, Index, IndexKey, Table, Type};

/// The bytes of a letter in utf8mb4, which both use unless told otherwise.
const LETTER: u32 = 4;

/// The letters of utf8mb4 that a `varchar` has at most.
const COLUMN_LIMIT: u32 = 16_383;

/// The bytes that an index of InnoDB sorts by at most.
const KEY_LIMIT: u32 = 3072;

/// Warns of a column that holds more letters than there is room for.
pub(super) fn check_column(context: &mut Context<'_>, table: &Table, column: &Column, path: &str) {
    let Some(size) = letters(context, table, column).filter(|size| *size > COLUMN_LIMIT) else {
        return;
    };
    let title = &context.dialect().facts().title;
    let message = format!("`varchar({size})` is too long for {title} in utf8mb4 (at most {COLUMN_LIMIT})");
    let problem = Problem::warning("type-too-long", message).help("write `text`, or give the column another `charset`");
    context.problem(problem.at(path));
}

/// The same of the columns that a constraint keeps unique.
pub(super) fn check_constraint(context: &mut Context<'_>, table: &Table, constraint: &Constraint, path: &str) {
    let (what, columns) = match constraint {
        Constraint::PrimaryKey(key) => ("primary key", &key.columns),
        Constraint::Unique(key) => ("unique constraint", &key.columns),
        Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_) => return,
    };
    let parts: Vec<(&Name, Option<u32>)> = columns.iter().map(|name| (name, None)).collect();
    check_key(context, table, &parts, what, path);
}

/// The same of the columns that an index sorts by, as far as it takes their whole.
pub(super) fn check_index(context: &mut Context<'_>, table: &Table, index: &Index, path: &str) {
    if !index.kind.is_plain() {
        return;
    }
    let parts = index.columns.iter().filter_map(|part| match &part.key {
        IndexKey::Column(name) => Some((name, part.length)),
        IndexKey::Expression(_) => None,
    });
    let parts: Vec<(&Name, Option<u32>)> = parts.collect();
    check_key(context, table, &parts, "index", path);
}

fn check_key(context: &mut Context<'_>, table: &Table, parts: &[(&Name, Option<u32>)], what: &str, path: &str) {
    let case = context.catalog.column_case();
    let widths = parts.iter().filter_map(|(name, length)| {
        let size = letters(context, table, table.column(name, case)?)?;
        Some(size.min(length.unwrap_or(size)).saturating_mul(LETTER))
    });
    let bytes = widths.fold(0, u32::saturating_add);
    if bytes <= KEY_LIMIT {
        return;
    }
    let names: Vec<String> = parts.iter().map(|(name, _)| format!("`{name}`")).collect();
    let title = &context.dialect().facts().title;
    let message = format!(
        "the {what} on {} takes {bytes} bytes in utf8mb4, too many for {title} (at most {KEY_LIMIT})",
        names.join(", ")
    );
    let help = match what {
        "index" => "index the beginning: `{column: name, length: 100}`, or make the column shorter",
        _ => "make the column shorter (`varchar(768)` is the longest), or give it another `charset`",
    };
    context.problem(Problem::warning("key-too-long", message).help(help).at(path));
}

/// How many letters a column holds, where it is a text of limited length on an engine that counts so.
fn letters(context: &Context<'_>, table: &Table, column: &Column) -> Option<u32> {
    let said = |charset: &Option<Name>, collation: &Option<Name>| {
        // A collation begins with the name of its character set.
        let of_collation = || Some(collation.as_ref()?.split('_').next()?.to_string());
        charset.as_ref().map(Name::to_string).or_else(of_collation)
    };
    let charset =
        said(&column.charset, &column.collation).or_else(|| said(&table.options.charset, &table.options.collation));
    let four = charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf8mb4"));
    match &column.ty {
        Type::Portable(Base::Varchar | Base::Char, sizes) if four && context.family() == Family::Mysql => {
            sizes.first().copied()
        }
        _ => None,
    }
}
