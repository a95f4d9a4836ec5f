//! Which changes are rendered as one statement.

use super::grant;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Change, Constraint, ForeignKey, IndexKey, IndexKind};

/// How many of the changes are rendered as one: privileges of one role, alterations of one table where the engine gains
/// by it.
pub(super) fn length(dialect: Dialect, changes: &[Change]) -> usize {
    let family = dialect.family();
    if let Some(length) = grant::group_length(changes) {
        return length;
    }
    let Some(table) = changes[0].altered_table().filter(|_| family != Family::Postgres) else {
        return 1;
    };
    let mut touched: Vec<(&str, &str)> = Vec::new();
    let mut length = 0;
    for change in changes {
        let joins = change.altered_table() == Some(table) && !stands_alone(change, family);
        let part = touched_by(change, family);
        let again = part.is_some_and(|part| touched.contains(&part)) && !alters_on(change, &changes[..length], family);
        if !joins || again || (family == Family::Mysql && is_apart(change, &changes[..length], dialect)) {
            break;
        }
        // A primary key that goes makes room for another one in the same statement.
        touched.extend(part.filter(|part| *part != PRIMARY_KEY || matches!(change, Change::AddConstraint { .. })));
        length += 1;
    }
    length.max(1)
}

/// Whether MySQL needs a statement of its own for a change behind those before it.
fn is_apart(change: &Change, before: &[Change], dialect: Dialect) -> bool {
    let is_tie = |change: &Change| tie(change).is_some();
    // A column is numbered anew with foreign keys unchecked; a new one is to be checked.
    let meets =
        |one: &dyn Fn(&Change) -> bool, other: &dyn Fn(&Change) -> bool| one(change) && before.iter().any(other);
    (dialect.name() == "mysql" && meets(&is_of_words, &is_of_words))
        || meets(&is_tie, &changes_numbering)
        || meets(&changes_numbering, &is_tie)
        || ties_altered(change, before)
        || (dialect.name() == "mariadb" && ties_made(change, before))
}

/// Whether an index of words is made, of which InnoDB makes one at a time.
fn is_of_words(change: &Change) -> bool {
    matches!(change, Change::CreateIndex { index, .. } if index.kind == IndexKind::Fulltext)
}

/// A foreign key that is put on a table.
fn tie(change: &Change) -> Option<(&ObjectName, &ForeignKey)> {
    match change {
        Change::AddConstraint {
            table,
            constraint: Constraint::ForeignKey(foreign),
        } => Some((table, foreign)),
        _ => None,
    }
}

/// Whether a column begins to number its rows, or ends.
pub(super) fn changes_numbering(change: &Change) -> bool {
    matches!(change, Change::AlterColumn { before, after, .. } if before.identity.is_some() != after.identity.is_some())
}

/// Whether a column that changes before it alter is altered further: it can be said once, as it becomes in the end, as
/// long as its values are converted once.
fn alters_on(change: &Change, before: &[Change], family: Family) -> bool {
    let part = touched_by(change, family);
    let same = || before.iter().filter(|other| touched_by(other, family) == part);
    let converts = |change: &Change| match change {
        Change::AlterColumn { before, after, .. } => {
            before.ty != after.ty || before.charset != after.charset || before.collation != after.collation
        }
        _ => false,
    };
    let alters = |change: &Change| match change {
        Change::AlterColumn {
            before, after, using, ..
        } => using.is_none() && before.identity == after.identity && before.generated == after.generated,
        _ => false,
    };
    let conversions = same().chain([change]).filter(|change| converts(change)).count();
    family == Family::Mysql && alters(change) && same().all(alters) && conversions < 2
}

/// Whether a foreign key is put on columns that changes before it alter: MySQL holds it against the columns as they were.
fn ties_altered(change: &Change, before: &[Change]) -> bool {
    let Some((table, foreign)) = tie(change) else {
        return false;
    };
    let referenced = foreign
        .referenced_columns
        .iter()
        .filter(|_| foreign.references == *table);
    let mut columns = foreign.columns.iter().chain(referenced);
    columns.any(|name| {
        before
            .iter()
            .any(|change| matches!(change, Change::AlterColumn { after, .. } if after.name == *name))
    })
}

/// Whether a foreign key of a table to itself points at what changes before it make: MariaDB looks for it in the table as
/// it was.
fn ties_made(change: &Change, before: &[Change]) -> bool {
    let Some((table, foreign)) = tie(change) else {
        return false;
    };
    let is_meant = |name: &Name| foreign.references == *table && foreign.referenced_columns.contains(name);
    before.iter().any(|change| match change {
        Change::AddColumn { column, .. } => is_meant(&column.name),
        Change::AddConstraint {
            constraint: Constraint::PrimaryKey(key) | Constraint::Unique(key),
            ..
        } => key.columns.iter().any(is_meant),
        Change::CreateIndex { index, .. } => index.columns.iter().any(|part| match &part.key {
            IndexKey::Column(name) => is_meant(name),
            IndexKey::Expression(_) => false,
        }),
        _ => false,
    })
}

/// A rename changes what the names of the others mean, and `IF NOT EXISTS` has a statement of its own on MariaDB.
fn stands_alone(change: &Change, family: Family) -> bool {
    let guarded = matches!(
        change,
        Change::CreateIndex {
            if_not_exists: true,
            ..
        }
    );
    matches!(change, Change::RenameColumn { .. } | Change::RenameIndex { .. }) || (guarded && family == Family::Mysql)
}

/// There is one of them, whatever it is called.
const PRIMARY_KEY: (&str, &str) = ("primary key", "");

/// The part of a table that a statement may touch once only: MySQL finds every name in the table as it was before the
/// statement; a rebuild on SQLite copies a column by one expression.
fn touched_by(change: &Change, family: Family) -> Option<(&'static str, &str)> {
    if family == Family::Sqlite {
        return match change {
            Change::AlterColumn {
                before, using: Some(_), ..
            } => Some(("column", &before.name)),
            _ => None,
        };
    }
    match change {
        Change::AddColumn { column, .. } | Change::DropColumn { column, .. } => Some(("column", &column.name)),
        Change::AlterColumn { before, .. } => Some(("column", &before.name)),
        Change::AddConstraint {
            constraint: Constraint::PrimaryKey(_),
            ..
        }
        | Change::DropConstraint {
            constraint: Constraint::PrimaryKey(_),
            ..
        } => Some(PRIMARY_KEY),
        // It is a part of that column.
        Change::AddConstraint {
            constraint: Constraint::Check(check),
            ..
        }
        | Change::DropConstraint {
            constraint: Constraint::Check(check),
            ..
        }
        | Change::RenameConstraint {
            constraint: Constraint::Check(check),
            ..
        } if check.of_column => Some(("column", &check.name)),
        Change::AddConstraint { constraint, .. }
        | Change::DropConstraint { constraint, .. }
        | Change::RenameConstraint { constraint, .. } => Some(("key", constraint.name())),
        Change::CreateIndex { index, .. } | Change::DropIndex { index, .. } => Some(("key", &index.name)),
        _ => None,
    }
}
