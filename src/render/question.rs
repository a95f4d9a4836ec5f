//! The questions that are asked of the rows of a table: is one in the way, how many are, which are they.

use super::definition::{names, qualified};
use crate::dialect::{Dialect, Family, Name};
use crate::model::Table;

/// How many rows are shown at most, and how many of their columns.
const SHOWN: (usize, usize) = (5, 8);

/// What to ask about rows that may be in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// Has rows as soon as one is in the way: asked inside EXISTS, where it stops at the first.
    pub violated: String,
    /// One row: how many are in the way; of values that stand more than once, how many those are and in how many rows.
    pub count: String,
    /// Some of them, what tells them apart first.
    pub samples: Option<String>,
}

impl Questions {
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let all = [Some(&self.violated), Some(&self.count), self.samples.as_ref()];
        all.into_iter().flatten().map(String::as_str)
    }
}

/// The rows of a table, and what of them is shown.
pub(super) struct Rows<'a> {
    dialect: Dialect,
    from: String,
    key: Vec<&'a Name>,
    shown: Vec<&'a Name>,
}

/// A part of what is to be unique.
pub(super) struct KeyPart {
    /// As SQL.
    pub value: String,
    /// As a person reads it.
    pub label: String,
}

impl<'a> Rows<'a> {
    /// The rows of a table; `alone`: without those of tables that inherit from it (PostgreSQL).
    pub fn of(table: &'a Table, concerned: &'a [Name], alone: bool, dialect: Dialect) -> Rows<'a> {
        let only = match alone && dialect.family() == Family::Postgres && table.options.partition_by.is_none() {
            true => "ONLY ",
            false => "",
        };
        let key: Vec<&Name> = table.primary_key.iter().flat_map(|key| &key.columns).collect();
        let mut shown = key.clone();
        shown.extend(concerned.iter().filter(|name| !key.contains(name)));
        shown.truncate(SHOWN.1);
        Rows {
            dialect,
            from: format!("{only}{}", qualified(&table.name, dialect)),
            key,
            shown,
        }
    }

    /// Those for which a condition holds. `guard` says whether they are in the way at all, of this server.
    pub fn where_(&self, condition: &str, guard: Option<&str>) -> Questions {
        let from = &self.from;
        let found = match condition {
            "" => format!("FROM {from}"),
            condition => format!("FROM {from} WHERE {condition}"),
        };
        let guard = guard.map(|guard| match condition {
            "" => format!(" WHERE {guard}"),
            _ => format!(" AND {guard}"),
        });
        Questions {
            violated: format!("SELECT 1 {found}{}", guard.unwrap_or_default()),
            count: format!("SELECT count(*) {found}"),
            samples: self.samples(&found, &[]),
        }
    }

    /// Those that are not told apart by a key; `among` which rows.
    pub fn repeated(&self, key: &[KeyPart], among: Option<&str>, nulls_are_same: bool) -> Questions {
        let from = &self.from;
        let mut conditions: Vec<String> = among.iter().map(|predicate| format!("({predicate})")).collect();
        let chosen = conditions.clone();
        if !nulls_are_same {
            conditions.extend(key.iter().map(|part| format!("{} IS NOT NULL", part.value)));
        }
        let values: Vec<&str> = key.iter().map(|part| part.value.as_str()).collect();
        let grouped = format!(
            "FROM {from}{} GROUP BY {} HAVING count(*) > 1",
            filtered(&conditions),
            values.join(", ")
        );
        let named: Vec<String> = (1..)
            .zip(&values)
            .map(|(at, value)| format!("{value} AS driftless_{at}"))
            .collect();
        let equal = if nulls_are_same { "IS NOT DISTINCT FROM" } else { "=" };
        let joined: Vec<String> = (1..)
            .zip(&values)
            .map(|(at, value)| format!("{value} {equal} driftless_same.driftless_{at}"))
            .collect();
        let found = format!(
            "FROM {from} JOIN (SELECT {} {grouped}) AS driftless_same ON {}{}",
            named.join(", "),
            joined.join(" AND "),
            filtered(&chosen)
        );
        Questions {
            violated: format!("SELECT 1 {grouped}"),
            count: format!("SELECT count(*), sum(n) FROM (SELECT count(*) AS n {grouped}) AS driftless_same"),
            samples: self.samples(&found, &values),
        }
    }

    fn samples(&self, found: &str, order: &[&str]) -> Option<String> {
        if self.shown.is_empty() {
            return None;
        }
        let owned: Vec<Name> = self.shown.iter().map(|name| (*name).clone()).collect();
        let mut order: Vec<String> = order.iter().map(|value| value.to_string()).collect();
        order.extend(self.key.iter().map(|name| self.dialect.quote(name)));
        let order = match order.is_empty() {
            true => String::new(),
            false => format!(" ORDER BY {}", order.join(", ")),
        };
        let columns = names(&owned, self.dialect);
        Some(format!("SELECT {columns} {found}{order} LIMIT {}", SHOWN.0))
    }
}

fn filtered(conditions: &[String]) -> String {
    match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    }
}
