//! Questions that have to be answered as expected, and lines for whoever watches.

use super::literal::literal;
use crate::dialect::{Dialect, Family};
use crate::model::{Type, Value};

/// A query with the answer that it must give.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    pub query: String,
    pub expected: Value,
    pub message: String,
    pub dialect: Dialect,
}

/// A line for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub dialect: Dialect,
}

/// The type that a bare value has.
fn type_of(value: &Value) -> Type {
    let name = match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "decimal",
        _ => "text",
    };
    name.parse().unwrap_or(Type::Native(String::new()))
}

impl Assertion {
    /// What the author wrote of it that a secret may stand in.
    pub(super) fn texts(&self) -> Vec<&str> {
        match &self.expected {
            Value::Text(text) => vec![&self.query, text],
            _ => vec![&self.query],
        }
    }

    /// The same with each of those put through a function.
    pub fn map_texts(&self, map: impl Fn(&str) -> String) -> Assertion {
        Assertion {
            query: map(&self.query),
            expected: match &self.expected {
                Value::Text(text) => Value::Text(map(text)),
                other => other.clone(),
            },
            ..self.clone()
        }
    }

    fn query(&self) -> &str {
        self.query.trim().trim_end_matches(';').trim_end()
    }

    fn expected(&self) -> String {
        literal(&self.expected, &type_of(&self.expected), self.dialect)
    }

    /// Whether the answer is another one, as the dialect compares.
    pub(super) fn differs(&self) -> String {
        let (query, expected) = (self.query(), self.expected());
        match self.dialect.family() {
            Family::Postgres => format!("(\n{query}\n) IS DISTINCT FROM {expected}"),
            Family::Sqlite => format!("(\n{query}\n) IS NOT {expected}"),
            Family::Mysql => format!("NOT ((\n{query}\n) <=> {expected})"),
        }
    }

    /// Gives one row: 1 where the answer is the expected one, and the answer.
    pub fn question(&self) -> String {
        let text = match self.dialect.family() {
            Family::Postgres | Family::Sqlite => "text",
            Family::Mysql => "char",
        };
        format!(
            "SELECT CASE WHEN {} THEN 0 ELSE 1 END, CAST((\n{}\n) AS {text})",
            self.differs(),
            self.query()
        )
    }

    /// What a person reads when it fails.
    pub fn failure(&self, answer: Option<&str>) -> String {
        format!(
            "{} (the answer is {}, not {})",
            self.message,
            answer.unwrap_or("NULL"),
            self.shown()
        )
    }

    /// The expected value as a person reads it.
    pub(super) fn shown(&self) -> String {
        match &self.expected {
            Value::Null => "NULL".to_string(),
            Value::Text(text) | Value::Number(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            other => literal(other, &type_of(other), self.dialect),
        }
    }

    /// The same as plain SQL that fails, for a script.
    pub fn script(&self) -> Vec<String> {
        let dialect = self.dialect;
        match dialect.family() {
            Family::Postgres => {
                let body = format!(
                    "BEGIN\n  IF {} THEN\n    RAISE EXCEPTION USING ERRCODE = 'assert_failure', MESSAGE = {};\n  END IF;\nEND",
                    self.differs(),
                    dialect.string(&self.message)
                );
                vec![format!("DO {}", super::routine::dollar_quoted(&body))]
            }
            Family::Sqlite => vec![
                format!(
                    "CREATE TEMP TABLE driftless_assert (failed INTEGER CONSTRAINT {} CHECK (failed = 0))",
                    dialect.quote(&self.message)
                ),
                format!("INSERT INTO driftless_assert SELECT {}", self.differs()),
                "DROP TABLE temp.driftless_assert".to_string(),
            ],
            // The error shows the first letters of the message. A path that is known before the answer is would fail in
            // any case, and MariaDB takes none that asks its information schema: so the answer comes first.
            Family::Mysql => vec![
                format!("SET @driftless_assert = ({})", self.differs()),
                format!(
                    "SELECT EXTRACTVALUE('<a/>', IF(@driftless_assert, CONCAT('~', {}), '/a')) AS assertion",
                    dialect.string(&self.message)
                ),
            ],
        }
    }
}

/// A block of PL/pgSQL that fails unless its statements leave `holds` true: each is planned only when it is come to.
pub fn holding_block(statements: &str, message: &str, dialect: Dialect) -> String {
    let body = format!(
        "DECLARE\n  holds boolean;\nBEGIN\n{statements}  IF holds IS NOT TRUE THEN\n    \
         RAISE EXCEPTION USING ERRCODE = 'assert_failure', MESSAGE = {};\n  END IF;\nEND",
        dialect.string(message)
    );
    format!("DO {}", super::routine::dollar_quoted(&body))
}

impl Message {
    /// The same as plain SQL, for a script.
    pub fn script(&self) -> String {
        format!("SELECT {} AS message", self.dialect.string(&self.text))
    }
}
