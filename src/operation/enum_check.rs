//! Values of enums that an engine does not keep as they are, or does not tell apart.

use super::Context;
use crate::diagnostic::Problem;
use crate::dialect::Family;
use crate::model::{Column, EnumType, Table, Type};

/// How many bytes PostgreSQL keeps of a value of a named enum.
const LABEL_LIMIT: usize = 63;

/// Refuses a value that is too long for the type of its name.
pub(super) fn check_label(context: &mut Context<'_>, value: &str, path: impl Into<String>) {
    if context.family() == Family::Postgres && value.len() > LABEL_LIMIT {
        let message = format!("value `{value}` is too long for PostgreSQL (at most {LABEL_LIMIT} bytes)");
        context.problem(Problem::error("value-too-long", message).at(path));
    }
}

/// Refuses an enum of a column with a value twice, or with values that MySQL and MariaDB take for one, or cut.
pub(super) fn check_values(context: &mut Context<'_>, table: &Table, column: &Column, path: &str) {
    let Some(values) = column.ty.values() else {
        return;
    };
    let twice = values
        .iter()
        .enumerate()
        .find(|(at, value)| values[..*at].contains(value));
    if let (Some((_, value)), Type::Enum(_)) = (twice, &column.ty) {
        context.problem(Problem::error("duplicate-value", format!("value `{value}` is named twice")).at(path));
        return;
    }
    if context.family() != Family::Mysql {
        return;
    }
    let title = context.dialect().facts().title.clone();
    if let Some(value) = values.iter().find(|value| value.ends_with(' ')) {
        let message = format!("{title} cannot keep the space at the end of the value `{value}`");
        context.problem(Problem::error("value-does-not-fit", message).at(path));
    }
    let collation = column.collation.as_ref().or(table.options.collation.as_ref());
    if collation.is_some_and(|collation| collation.to_ascii_lowercase().ends_with("_bin")) {
        return;
    }
    let twins = values.iter().enumerate().find_map(|(at, value)| {
        let twin = values[..at]
            .iter()
            .find(|other| *other != value && are_one(other, value))?;
        Some((twin, value))
    });
    if let Some((first, second)) = twins {
        let message = format!("{title} cannot tell the values `{first}` and `{second}` apart");
        let problem = Problem::error("duplicate-value", message)
            .help("give the column a `collation` that tells capitals apart, such as `utf8mb4_bin`, or one of them another name");
        context.problem(problem.at(path));
    }
}

/// Refuses values that a column which has the enum already could not have.
pub(super) fn check_columns_of(context: &mut Context<'_>, after: &EnumType, path: &str) -> bool {
    let told = context.problems.len();
    for (table, name) in context.catalog.columns_of_type(&after.name) {
        let Some(column) = table.column(&name, context.catalog.column_case()) else {
            continue;
        };
        let mut column = column.clone();
        if let Type::Named { values, .. } = &mut column.ty {
            values.clone_from(&after.values);
        }
        check_values(context, &table, &column, path);
        if context.problems.len() > told {
            return false;
        }
    }
    true
}

/// Whether two values are one where capitals do not count.
pub(super) fn are_one(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
