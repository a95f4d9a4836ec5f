//! Whether a table can hold a column of a type: everything that adds a column or alters one asks here.

use super::{Context, enum_check, width_check};
use crate::diagnostic::Problem;
use crate::model::{Column, Table};

/// The types of a strict table of SQLite.
const STRICT: [&str; 6] = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];

/// `path` is that of what says the type.
pub(super) fn check(context: &mut Context<'_>, table: &Table, column: &Column, path: &str) {
    enum_check::check_values(context, table, column, path);
    width_check::check_column(context, table, column, path);
    check_strict(context, table, column, path);
}

fn check_strict(context: &mut Context<'_>, table: &Table, column: &Column, path: &str) {
    let Ok(native) = column.ty.native(context.dialect()) else {
        return;
    };
    if table.options.strict && !STRICT.contains(&native.to_ascii_uppercase().as_str()) {
        let message = format!("a strict table has no `{native}`, the type of `{}`", column.name);
        let problem = Problem::error("not-strict", message).help(format!(
            "its types are {}: `{{sqlite: TEXT, default: …}}`",
            STRICT.join(", ")
        ));
        context.problem(problem.at(path));
    }
}
