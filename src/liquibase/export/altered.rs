//! Columns that are renamed or become others.

use super::change::named;
use super::column::ty;
use super::said::{ChangeType, Said};
use super::table::can_alter;
use super::value;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Catalog, Column};

/// MySQL and MariaDB are told all of a column again, of which Liquibase says the type alone.
fn is_no_more_than_its_type(column: &Column) -> bool {
    column.nullable
        && column.default.is_none()
        && column.identity.is_none()
        && column.comment.is_none()
        && column.collation.is_none()
        && column.charset.is_none()
        && column.generated.is_none()
        && column.on_update.is_none()
        && !column.invisible
}

pub(super) fn rename_column(catalog: &Catalog, table: &ObjectName, from: &Name, to: &Name) -> Option<Vec<ChangeType>> {
    let dialect = catalog.target().dialect;
    can_alter(dialect)?;
    let known = catalog.table(table)?;
    let column = known.column(from, catalog.column_case())?;
    if dialect.family() == Family::Mysql && (!is_no_more_than_its_type(column) || known.check_of_column(from).is_some())
    {
        return None;
    }
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("oldColumnName", (&**from).into()));
    keys.push(("newColumnName", (&**to).into()));
    keys.push(("columnDataType", ty(column, dialect)?));
    Some(vec![ChangeType {
        name: "renameColumn",
        keys,
    }])
}

/// Another default, another type, or whether it may be NULL: one of them.
pub(super) fn alter_column(
    dialect: Dialect,
    table: &ObjectName,
    before: &Column,
    after: &Column,
) -> Option<Vec<ChangeType>> {
    can_alter(dialect)?;
    let mut keys = named(table, "tableName", dialect)?;
    keys.push(("columnName", (&*after.name).into()));
    let one = |name: &'static str, keys: Vec<(&'static str, Said)>| Some(vec![ChangeType { name, keys }]);
    let with_default = Column {
        default: after.default.clone(),
        ..before.clone()
    };
    if with_default == *after {
        return match value::default_of(after, dialect) {
            Some(default) => {
                keys.push(default);
                one("addDefaultValue", keys)
            }
            None => one("dropDefaultValue", keys),
        };
    }
    let is_plain = dialect.family() == Family::Postgres
        || is_no_more_than_its_type(&Column {
            nullable: true,
            ..before.clone()
        });
    let with_null = Column {
        nullable: after.nullable,
        ..before.clone()
    };
    if with_null == *after && is_plain {
        keys.push(("columnDataType", ty(after, dialect)?));
        return match after.nullable {
            true => one("dropNotNullConstraint", keys),
            false => one("addNotNullConstraint", keys),
        };
    }
    let with_type = Column {
        ty: after.ty.clone(),
        ..before.clone()
    };
    let is_free = dialect.family() == Family::Postgres && before.default.is_none() || is_no_more_than_its_type(before);
    if with_type == *after && is_free {
        keys.push(("newDataType", ty(after, dialect)?));
        return one("modifyDataType", keys);
    }
    None
}
