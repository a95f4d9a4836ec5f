//! What a condition asks of a database, as SQL that answers it.

use super::control::Assertion;
use super::definition::qualified;
use crate::dialect::{Dialect, Family, Name, ObjectName, Target};
use crate::model::Value;

/// Something about a database that holds or does not.
#[derive(Debug, Clone, PartialEq)]
pub enum Inquiry {
    Table(ObjectName),
    /// A view, materialized or not.
    View(ObjectName),
    Sequence(ObjectName),
    Column {
        table: ObjectName,
        name: Name,
    },
    Index {
        table: ObjectName,
        name: Name,
    },
    Constraint {
        table: ObjectName,
        name: Name,
    },
    Rows {
        table: ObjectName,
        filter: Option<String>,
        bounds: Bounds,
    },
    Answer {
        query: String,
        expected: Value,
        /// Whether it does not hold where the query fails.
        may_fail: bool,
    },
    /// The user that the session runs as.
    User(String),
}

/// How many rows there have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub at_least: u64,
    pub at_most: Option<u64>,
}

impl Bounds {
    /// No more are counted than it takes to know.
    fn limit(self) -> u64 {
        match self.at_most {
            Some(most) => most.max(self.at_least).saturating_add(1),
            None => self.at_least.max(1),
        }
    }

    fn wanted(self) -> String {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => least.to_string(),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("at least {least}"),
        }
    }
}

impl Inquiry {
    /// Whether it is about rows, of which a schema says nothing.
    pub fn is_of_data(&self) -> bool {
        match self {
            Inquiry::Rows { .. } | Inquiry::Answer { .. } => true,
            Inquiry::Table(_)
            | Inquiry::View(_)
            | Inquiry::Sequence(_)
            | Inquiry::Column { .. }
            | Inquiry::Index { .. }
            | Inquiry::Constraint { .. }
            | Inquiry::User(_) => false,
        }
    }

    /// Whether a question that the database refuses is answered by that.
    pub fn may_fail(&self) -> bool {
        matches!(self, Inquiry::Answer { may_fail: true, .. })
    }

    /// An expression that is true where it holds. `None`: no SQL tells, as SQLite keeps the names of constraints in the
    /// text of its tables only.
    pub fn holds(&self, target: &Target) -> Option<String> {
        let dialect = target.dialect;
        Some(match self {
            Inquiry::Table(name) => relation(name, "table", target),
            Inquiry::View(name) => relation(name, "view", target),
            Inquiry::Sequence(name) => relation(name, "sequence", target),
            Inquiry::Column { table, name } => column(table, name, target),
            Inquiry::Index { table, name } => index(table, name, target),
            Inquiry::Constraint { table, name } => constraint(table, name, target)?,
            Inquiry::Rows { table, filter, bounds } => {
                let counted = counted(table, filter.as_deref(), *bounds, dialect);
                bounds_hold(&format!("({counted})"), *bounds)
            }
            Inquiry::Answer { .. } => format!("NOT ({})", self.assertion(dialect)?.differs()),
            Inquiry::User(user) => format!("{} = {}", user_as(user, dialect), dialect.string(user)),
        })
    }

    /// Gives one row: 1 where it holds, and what was found.
    pub fn question(&self, target: &Target) -> Option<String> {
        let dialect = target.dialect;
        match self {
            Inquiry::Rows { table, filter, bounds } => {
                let counted = counted(table, filter.as_deref(), *bounds, dialect);
                let holds = bounds_hold("driftless_count.n", *bounds);
                Some(format!(
                    "SELECT CASE WHEN {holds} THEN 1 ELSE 0 END, driftless_count.n FROM ({counted}) AS driftless_count"
                ))
            }
            Inquiry::Answer { .. } => Some(self.assertion(dialect)?.question()),
            Inquiry::User(_) => {
                let holds = self.holds(target)?;
                Some(format!("SELECT CASE WHEN {holds} THEN 1 ELSE 0 END, CURRENT_USER"))
            }
            Inquiry::Table(_)
            | Inquiry::View(_)
            | Inquiry::Sequence(_)
            | Inquiry::Column { .. }
            | Inquiry::Index { .. }
            | Inquiry::Constraint { .. } => {
                let holds = self.holds(target)?;
                Some(format!("SELECT CASE WHEN {holds} THEN 1 ELSE 0 END, NULL"))
            }
        }
    }

    fn assertion(&self, dialect: Dialect) -> Option<Assertion> {
        match self {
            Inquiry::Answer { query, expected, .. } => Some(Assertion {
                query: query.clone(),
                expected: expected.clone(),
                message: String::new(),
                dialect,
            }),
            _ => None,
        }
    }

    /// What was found, as a person reads it.
    pub fn told(&self, holds: bool, found: Option<&str>, dialect: Dialect) -> String {
        let has = |kind: &str, table: &ObjectName, name: &str| match holds {
            true => format!("table `{table}` has the {kind} `{name}`"),
            false => format!("table `{table}` has no {kind} `{name}`"),
        };
        let there = |kind: &str, name: &ObjectName| match holds {
            true => format!("there is a {kind} `{name}`"),
            false => format!("there is no {kind} `{name}`"),
        };
        match self {
            Inquiry::Table(name) => there("table", name),
            Inquiry::View(name) => there("view", name),
            Inquiry::Sequence(name) => there("sequence", name),
            Inquiry::Column { table, name } => has("column", table, name),
            Inquiry::Index { table, name } => has("index", table, name),
            Inquiry::Constraint { table, name } => has("constraint", table, name),
            Inquiry::Rows { table, filter, bounds } => {
                let count: u64 = found.and_then(|count| count.parse().ok()).unwrap_or_default();
                let more = match (count == bounds.limit(), bounds.at_most) {
                    (true, Some(_)) => format!("more than {}", count - 1),
                    (true, None) => format!("at least {count}"),
                    (false, _) => count.to_string(),
                };
                let rows = rows(count, filter.is_some());
                match holds {
                    true => format!("`{table}` has {more} {rows}"),
                    false => format!("`{table}` has {more} {rows}, not {}", bounds.wanted()),
                }
            }
            Inquiry::Answer { .. } if holds => format!("the answer is {}", shown(found)),
            Inquiry::Answer { .. } => {
                let expected = self.assertion(dialect).map(|assertion| assertion.shown());
                let expected = expected.unwrap_or_default();
                format!("the answer is {}, not {expected}", shown(found))
            }
            Inquiry::User(user) if holds => format!("the session runs as `{user}`"),
            Inquiry::User(user) => format!("the session runs as `{}`, not as `{user}`", found.unwrap_or_default()),
        }
    }

    /// What it asks, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Inquiry::Table(name) => format!("table `{name}` exists"),
            Inquiry::View(name) => format!("view `{name}` exists"),
            Inquiry::Sequence(name) => format!("sequence `{name}` exists"),
            Inquiry::Column { table, name } => format!("column `{name}` of `{table}` exists"),
            Inquiry::Index { table, name } => format!("index `{name}` of `{table}` exists"),
            Inquiry::Constraint { table, name } => format!("constraint `{name}` of `{table}` exists"),
            Inquiry::Rows { table, filter, bounds } => {
                let last = bounds.at_most.unwrap_or(bounds.at_least);
                format!("`{table}` has {} {}", bounds.wanted(), rows(last, filter.is_some()))
            }
            Inquiry::Answer { query, .. } => {
                let line: String = query.split_whitespace().collect::<Vec<_>>().join(" ");
                match line.char_indices().nth(60) {
                    Some((at, _)) => format!("`{}…` gives what is expected", &line[..at]),
                    None => format!("`{line}` gives what is expected"),
                }
            }
            Inquiry::User(user) => format!("the session runs as `{user}`"),
        }
    }
}

/// An answer, which may be anything, in one line that is not too long.
fn shown(answer: Option<&str>) -> String {
    let line: String = answer.unwrap_or("NULL").replace(char::is_control, " ");
    match line.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The word for so many rows.
fn rows(count: u64, chosen: bool) -> &'static str {
    match (count, chosen) {
        (1, false) => "row",
        (_, false) => "rows",
        (1, true) => "such row",
        (_, true) => "such rows",
    }
}

/// A count of no more rows than it takes to know.
fn counted(table: &ObjectName, filter: Option<&str>, bounds: Bounds, dialect: Dialect) -> String {
    let table = qualified(table, dialect);
    let filter = filter
        .map(|filter| format!(" WHERE (\n{filter}\n)"))
        .unwrap_or_default();
    let limit = bounds.limit();
    format!("SELECT count(*) AS n FROM (SELECT 1 AS one FROM {table}{filter} LIMIT {limit}) AS driftless_rows")
}

fn bounds_hold(count: &str, bounds: Bounds) -> String {
    match bounds.at_most {
        Some(most) => format!("{count} BETWEEN {} AND {most}", bounds.at_least),
        None => format!("{count} >= {}", bounds.at_least),
    }
}

/// On MySQL and MariaDB an account is a user and a host: without an `@` the user alone is meant.
fn user_as(user: &str, dialect: Dialect) -> String {
    match dialect.family() {
        Family::Mysql if !user.contains('@') => "SUBSTRING(CURRENT_USER(), 1, CHAR_LENGTH(CURRENT_USER()) - 1 \
             - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))"
            .to_string(),
        Family::Mysql | Family::Postgres | Family::Sqlite => "CURRENT_USER".to_string(),
    }
}

fn schema_of(name: &ObjectName, target: &Target) -> String {
    match (&name.schema, &target.schema, target.dialect.family()) {
        (Some(schema), _, _) => target.dialect.string(schema),
        (None, Some(schema), Family::Postgres) => target.dialect.string(schema),
        (None, _, Family::Postgres) => "current_schema()".to_string(),
        (None, _, _) => "database()".to_string(),
    }
}

/// That there is something of a kind and a name. Temporary ones are none.
fn relation(name: &ObjectName, kind: &str, target: &Target) -> String {
    let schema = schema_of(name, target);
    let written = target.dialect.string(&name.name);
    match target.dialect.family() {
        Family::Sqlite => format!(
            "EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = '{kind}' AND name = {written} COLLATE NOCASE)"
        ),
        Family::Postgres => {
            let kinds = match kind {
                "table" => "'r', 'p', 'f'",
                "view" => "'v', 'm'",
                _ => "'S'",
            };
            format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = {schema} AND c.relname = {written} AND c.relkind IN ({kinds}))"
            )
        }
        Family::Mysql => {
            let kinds = match kind {
                "table" => "'BASE TABLE', 'SYSTEM VERSIONED'",
                "view" => "'VIEW'",
                _ => "'SEQUENCE'",
            };
            format!(
                "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = {schema} AND {} \
                 AND table_type IN ({kinds}))",
                is_table("table_name", &written)
            )
        }
    }
}

/// MySQL and MariaDB compare names of tables as the files of the server do, whatever the collation of the column is.
fn is_table(column: &str, written: &str) -> String {
    let exact = |text: &str| format!("CAST(CONVERT({text} USING utf8mb4) AS BINARY)");
    format!(
        "{column} = {written} AND (@@lower_case_table_names <> 0 OR {} = {})",
        exact(column),
        exact(written)
    )
}

fn column(table: &ObjectName, name: &Name, target: &Target) -> String {
    let (schema, on) = (schema_of(table, target), target.dialect.string(&table.name));
    let name = target.dialect.string(name);
    match target.dialect.family() {
        Family::Sqlite => format!(
            "EXISTS (SELECT 1 FROM main.sqlite_schema m JOIN pragma_table_xinfo(m.name, 'main') c \
             WHERE m.type = 'table' AND m.name = {on} COLLATE NOCASE AND c.name = {name} COLLATE NOCASE)"
        ),
        Family::Postgres => format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {on} \
             AND c.relkind IN ('r', 'p', 'f') AND a.attname = {name} AND a.attnum > 0 AND NOT a.attisdropped)"
        ),
        Family::Mysql => format!(
            "({} AND EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = {schema} AND {} \
             AND LOWER(column_name) = LOWER({name})))",
            relation(table, "table", target),
            is_table("table_name", &on)
        ),
    }
}

fn index(table: &ObjectName, name: &Name, target: &Target) -> String {
    let (schema, on) = (schema_of(table, target), target.dialect.string(&table.name));
    let name = target.dialect.string(name);
    match target.dialect.family() {
        Family::Sqlite => format!(
            "EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = {on} COLLATE NOCASE \
             AND name = {name} COLLATE NOCASE)"
        ),
        Family::Postgres => format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
             JOIN pg_catalog.pg_class c ON c.oid = x.indrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {schema} AND c.relname = {on} AND i.relname = {name})"
        ),
        Family::Mysql => format!(
            "EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = {schema} AND {} \
             AND LOWER(index_name) = LOWER({name}))",
            is_table("table_name", &on)
        ),
    }
}

fn constraint(table: &ObjectName, name: &Name, target: &Target) -> Option<String> {
    let (schema, on) = (schema_of(table, target), target.dialect.string(&table.name));
    let written = target.dialect.string(name);
    match target.dialect.family() {
        Family::Sqlite => None,
        Family::Postgres => Some(format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {on} \
             AND k.conname = {written} AND k.contype IN ('c', 'f', 'p', 'u', 'x'))"
        )),
        Family::Mysql => Some(format!(
            "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE table_schema = {schema} AND {} \
             AND LOWER(constraint_name) = LOWER({written}))",
            is_table("table_name", &on)
        )),
    }
}
