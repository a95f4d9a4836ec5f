//! Columns as Liquibase is told them.

use super::{Said, value};
use crate::dialect::{Dialect, Family};
use crate::model::Column;

/// The keys of a column but for its constraints; `None`: Liquibase has no words for it.
pub(super) fn column(column: &Column, dialect: Dialect) -> Option<Vec<(&'static str, Said)>> {
    let is_plain = column.generated.is_none()
        && column.collation.is_none()
        && column.charset.is_none()
        && column.on_update.is_none()
        && !column.invisible;
    if !is_plain {
        return None;
    }
    let mut keys = vec![("name", (&*column.name).into()), ("type", ty(column, dialect)?)];
    if let Some(identity) = &column.identity {
        keys.push(("autoIncrement", true.into()));
        if identity.start.is_some() && dialect.family() == Family::Sqlite {
            return None;
        }
        let start = identity.start.map(|start| ("startWith", start.into()));
        let increment = identity.increment.map(|step| ("incrementBy", step.into()));
        keys.extend(start.into_iter().chain(increment));
        if identity.always {
            keys.push(("generationType", "ALWAYS".into()));
        }
    }
    keys.extend(value::default_of(column, dialect));
    if let Some(comment) = &column.comment {
        keys.push(("remarks", comment.as_str().into()));
    }
    Some(keys)
}

/// The type of a column.
pub(super) fn ty(column: &Column, dialect: Dialect) -> Option<Said> {
    let numbers = column.identity.is_some();
    let native = match numbers && dialect.family() == Family::Sqlite {
        true => "INTEGER".to_string(),
        false => column.ty.native(dialect).ok()?,
    };
    let written = match numbers {
        true => format!("{} numbered", column.ty),
        false => column.ty.to_string(),
    };
    Some(Said::Type { written, native })
}
