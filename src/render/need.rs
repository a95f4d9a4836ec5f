//! What a statement needs of the rows that are there, and what is said where they do not give it.

use super::question::Questions;
use crate::dialect::{Dialect, Family, Name, ObjectName};

/// What a change needs of the rows that are there, as questions to the database before the change.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// The change that needs it, as an index into what was rendered.
    pub change: usize,
    /// Whether nothing before it in the same changeset touches what it asks: it can be asked before the changeset begins.
    pub up_front: bool,
    pub lack: Lack,
    pub questions: Questions,
}

/// What rows lack that are in the way of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Lack {
    /// A value, in a column that is to hold no NULL.
    Value { table: ObjectName, column: Name },
    /// A value, for a column that is yet to come.
    ValueOfNew { table: ObjectName, column: Name },
    /// A difference from other rows.
    Difference {
        table: ObjectName,
        /// What is to be unique, as a person reads it.
        of: String,
        /// Among which rows; all where nothing is said.
        among: Option<String>,
    },
    /// The row that they refer to.
    Referenced {
        table: ObjectName,
        references: ObjectName,
        /// Whether they may refer to nothing only as a whole.
        in_full: bool,
    },
    /// What a check asks.
    Check { table: ObjectName, check: Name },
}

impl Lack {
    /// The stable name of the mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Lack::Value { .. } => "null-values",
            Lack::ValueOfNew { .. } => "rows-without-value",
            Lack::Difference { .. } => "duplicates",
            Lack::Referenced { .. } => "orphans",
            Lack::Check { .. } => "check-fails",
        }
    }

    /// The fact, with the numbers that the question for them was answered with, where it was.
    pub fn message(&self, numbers: &[u64]) -> String {
        let number = numbers.first().copied();
        let verb = |one: &'static str, more: &'static str| if number == Some(1) { one } else { more };
        match self {
            Lack::Value { table, column } => {
                let how_many = number.map(|number| format!(" in {}", rows(number)));
                format!(
                    "column `{column}` of `{table}` holds NULL{}",
                    how_many.unwrap_or_default()
                )
            }
            Lack::ValueOfNew { table, column } => {
                let how_many = number.map_or("rows".to_string(), rows);
                format!(
                    "table `{table}` has {how_many}, and the new column `{column}` takes no NULL and has no default"
                )
            }
            Lack::Difference { table, of, among } => {
                let values = match number {
                    Some(1) => "1 value".to_string(),
                    Some(number) => format!("{number} values"),
                    None => "values".to_string(),
                };
                let stand = verb("stands", "stand");
                let among = among.as_ref().map(|predicate| format!(" where `{predicate}`"));
                let how_many = numbers.get(1).map(|number| format!(" ({})", rows(*number)));
                format!(
                    "{values} of {of} {stand} more than once in `{table}`{}{}",
                    among.unwrap_or_default(),
                    how_many.unwrap_or_default()
                )
            }
            Lack::Referenced {
                table,
                references,
                in_full,
            } => {
                let how_many = number.map_or("rows".to_string(), rows);
                let in_part = if *in_full { ", or say only a part of it" } else { "" };
                let refer = verb("refers", "refer");
                format!("{how_many} of `{table}` {refer} to no row of `{references}`{in_part}")
            }
            Lack::Check { table, check } => {
                let how_many = number.map_or("rows".to_string(), rows);
                format!("{how_many} of `{table}` {} check `{check}`", verb("fails", "fail"))
            }
        }
    }

    /// What an author can do about it.
    pub fn help(&self, dialect: Dialect) -> String {
        match self {
            Lack::Value { .. } => {
                "give those rows a value before, with `update` or with `fill` of `set_not_null`".into()
            }
            Lack::ValueOfNew { .. } => {
                "give it a `default`, or add it nullable, fill it with `update`, and then `set_not_null`".into()
            }
            Lack::Difference { .. } => {
                "tell those rows apart with `update` before, or take out with `delete` those that are too many".into()
            }
            Lack::Referenced { .. } | Lack::Check { .. } => {
                let mended = "mend those rows with `update` before, or take them out with `delete`";
                match dialect.family() {
                    Family::Postgres => format!(
                        "{mended}; with `not_valid: true` it holds for new rows only, until `validate_constraint`"
                    ),
                    Family::Sqlite | Family::Mysql => mended.into(),
                }
            }
        }
    }
}

fn rows(number: u64) -> String {
    match number {
        1 => "1 row".into(),
        number => format!("{number} rows"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_otherwise_than_many_and_than_a_number_that_is_not_known() {
        let users = ObjectName::plain("users");
        let lack = Lack::Difference {
            table: users.clone(),
            of: "`email`".into(),
            among: Some("active".into()),
        };
        assert_eq!(
            lack.message(&[1, 2]),
            "1 value of `email` stands more than once in `users` where `active` (2 rows)"
        );
        assert_eq!(
            lack.message(&[2, 5]),
            "2 values of `email` stand more than once in `users` where `active` (5 rows)"
        );
        assert_eq!(
            lack.message(&[]),
            "values of `email` stand more than once in `users` where `active`"
        );
        let lack = Lack::Referenced {
            table: ObjectName::plain("orders"),
            references: users.clone(),
            in_full: false,
        };
        assert_eq!(lack.message(&[1]), "1 row of `orders` refers to no row of `users`");
        assert_eq!(lack.message(&[4]), "4 rows of `orders` refer to no row of `users`");
        assert_eq!(lack.message(&[]), "rows of `orders` refer to no row of `users`");
        let lack = Lack::Check {
            table: users,
            check: Name::new("grown"),
        };
        assert_eq!(lack.message(&[1]), "1 row of `users` fails check `grown`");
    }
}
