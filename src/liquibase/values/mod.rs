//! Values and defaults of Liquibase changelogs: what Liquibase writes for them, and how driftless says the same.

mod bare;
mod literal;
mod meant;
mod moment;
mod said;

use serde_json::{Value as Json, json};

use self::literal::Literal;
use self::meant::Meant;
use self::moment::Moment;
use self::said::Column;
use super::types::{Kind, kind_of, native_type};
use crate::dialect::{Dialect, Family};

/// Which attribute a value is written by: `value` or `defaultValue`, and what may follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Plain,
    /// `valueNumeric`
    Numeric,
    /// `valueBoolean`
    Boolean,
    /// `valueDate`
    Date,
    /// `valueComputed`
    Computed,
    SequenceNext,
    SequenceCurrent,
}

/// What a default is for.
#[derive(Debug, Clone, Copy)]
pub enum DefaultOf<'t> {
    /// A column that is made with it, by `createTable` or `addColumn`; its type as written.
    Column { written: &'t str },
    /// A column that is there, by `addDefaultValue`: `columnDataType` where it is written, and the native type where it
    /// is known.
    Added {
        written: Option<&'t str>,
        native: Option<&'t str>,
    },
}

/// A value as driftless has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Text, number, true, false, null, `{fn: now}`, `{sql: …}`.
    pub value: Json,
    /// What Liquibase writes for it.
    pub sql: String,
    /// What the column is set to whenever its row changes (MySQL, MariaDB).
    pub on_update: Option<Json>,
}

/// A value of a row, of a column of a native type where that is known, or why Liquibase cannot write it there.
pub fn value_of(kind: ValueKind, text: &str, native: Option<&str>, dialect: Dialect) -> Result<Said, String> {
    let literal = literal::of_row(&Meant::of_column(kind, text), dialect)?;
    let column = Column {
        native,
        dialect,
        is_default: false,
    };
    said(&literal, &column)
}

/// What `addNotNullConstraint` puts where there is nothing: of a type that is written as one of truths, a truth.
pub fn fill_of(text: &str, written: Option<&str>, native: Option<&str>, dialect: Dialect) -> Result<Said, String> {
    if written.map(kind_of).transpose()? != Some(Kind::Boolean) {
        return value_of(ValueKind::Plain, text, native, dialect);
    }
    let truth = literal::of_column(&Meant::Text(text.to_string()), Kind::Boolean, dialect)?;
    let is_bits = native.is_some_and(|native| native.to_ascii_lowercase().starts_with("bit"));
    let literal = match &truth {
        Literal::Bool(value) if is_bits && dialect.family() == Family::Postgres => {
            Literal::Sql(format!("B'{}'", u8::from(*value)))
        }
        _ => truth,
    };
    let column = Column {
        native,
        dialect,
        is_default: false,
    };
    said(&literal, &column)
}

/// A default; `None` where Liquibase writes none. An error says why Liquibase does not write it, or that the database
/// refuses what it writes.
pub fn default_of(kind: ValueKind, text: &str, of: DefaultOf<'_>, dialect: Dialect) -> Result<Option<Said>, String> {
    let Some(literal) = literal_of(kind, text, of, dialect)? else {
        return Ok(None);
    };
    let native = match of {
        DefaultOf::Added {
            native: Some(native), ..
        } => Some(native.to_string()),
        DefaultOf::Added { written: None, .. } => None,
        DefaultOf::Column { written }
        | DefaultOf::Added {
            written: Some(written), ..
        } => Some(native_type(written, dialect)?.text),
    };
    let column = Column {
        native: native.as_deref(),
        dialect,
        is_default: true,
    };
    let literal = bare::taken(literal, dialect);
    let sql = literal.sql(dialect);
    if let Some(why) = bare::refused(&sql, native.as_deref().unwrap_or_default(), dialect) {
        return Err(why);
    }
    let parts = split_on_update(&sql).filter(|_| dialect.family() == Family::Mysql);
    let Some((default, update)) = parts else {
        return said(&literal, &column).map(Some);
    };
    let part = |sql: &str| said::json(&column.said(&Literal::Sql(sql.trim().to_string())));
    Ok(Some(Said {
        value: part(default),
        on_update: Some(part(update)),
        sql,
    }))
}

/// What Liquibase writes for a default.
fn literal_of(kind: ValueKind, text: &str, of: DefaultOf<'_>, dialect: Dialect) -> Result<Option<Literal>, String> {
    let (written, native) = match of {
        DefaultOf::Column { written } => {
            let meant = match kind {
                ValueKind::Numeric => meant::numeric_default(text),
                kind => Meant::of_column(kind, text),
            };
            return match meant {
                Meant::Nothing => Ok(None),
                meant => literal::of_column(&meant, kind_of(written)?, dialect).map(Some),
            };
        }
        DefaultOf::Added { written, native } => (written, native),
    };
    let meant = Meant::of_change(kind, text)?;
    let kind = written.map(kind_of).transpose()?;
    check_kind(&meant, kind, written)?;
    let literal = match dialect.family() {
        Family::Sqlite => {
            let held = native.or(written).map(kind_of).transpose()?;
            literal::of_column(&made_again(meant, kind), held.unwrap_or(Kind::Clob), dialect)?
        }
        Family::Postgres | Family::Mysql => literal::of_change(&meant, dialect)?,
    };
    Ok(Some(literal))
}

/// One value for all dialects, where there is one: what is said is the same, or what is written is.
pub fn one_for_all(all: &[Said]) -> Option<Json> {
    let (first, others) = all.split_first()?;
    if others
        .iter()
        .all(|other| (&other.value, &other.on_update) == (&first.value, &first.on_update))
    {
        return Some(first.value.clone());
    }
    let is_one = others.iter().all(|other| other.sql == first.sql) && all.iter().all(|said| said.on_update.is_none());
    is_one.then(|| json!({ "sql": first.sql }))
}

fn said(literal: &Literal, column: &Column<'_>) -> Result<Said, String> {
    let sql = literal.sql(column.dialect);
    match sql.trim().is_empty() {
        true => Err("Liquibase writes nothing at all for an empty expression".into()),
        false => Ok(Said {
            value: said::json(&column.said(literal)),
            sql,
            on_update: None,
        }),
    }
}

/// `CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP` has two values.
fn split_on_update(sql: &str) -> Option<(&str, &str)> {
    let at = sql.to_ascii_lowercase().find("on update")?;
    Some((&sql[..at], &sql[at + "on update".len()..])).filter(|(default, _)| !default.trim().is_empty())
}

/// What `addDefaultValue` refuses.
fn check_kind(meant: &Meant, kind: Option<Kind>, written: Option<&str>) -> Result<(), String> {
    let is_call = matches!(meant, Meant::Function(_) | Meant::Next(_));
    let fits = match kind {
        Some(Kind::Boolean) => is_call || matches!(meant, Meant::Bool(_)),
        Some(Kind::Char | Kind::NChar | Kind::NVarchar | Kind::Varchar) => is_call || matches!(meant, Meant::Text(_)),
        _ => true,
    };
    match fits {
        true => Ok(()),
        false => Err(format!(
            "Liquibase refuses the default `{}` for `columnDataType` `{}`",
            meant.shown(),
            written.unwrap_or_default()
        )),
    }
}

/// On SQLite the table is made again, and most defaults become texts on the way.
fn made_again(meant: Meant, kind: Option<Kind>) -> Meant {
    let text = meant.shown();
    match (kind, meant) {
        (Some(Kind::Boolean), meant @ Meant::Bool(_)) | (Some(Kind::Date), meant @ Meant::Moment(_)) => meant,
        (Some(Kind::Boolean), _) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Meant::Bool(true),
            "false" | "0" => Meant::Bool(false),
            _ => Meant::Function(text),
        },
        (Some(Kind::Date), _) => Moment::read(&text).map_or(Meant::Function(text), Meant::Moment),
        (_, meant @ Meant::Next(_)) => meant,
        _ => Meant::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Liquibase itself writes.
    const GOLDEN: &str = include_str!("../../../tests/data/liquibase/values.tsv");

    fn kind(name: &str) -> ValueKind {
        match name {
            "value" => ValueKind::Plain,
            "valueNumeric" => ValueKind::Numeric,
            "valueBoolean" => ValueKind::Boolean,
            "valueDate" => ValueKind::Date,
            "valueComputed" => ValueKind::Computed,
            "valueSequenceNext" => ValueKind::SequenceNext,
            _ => ValueKind::SequenceCurrent,
        }
    }

    #[test]
    fn values_are_written_as_liquibase_writes_them() {
        let mut wrong = Vec::new();
        for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [place, kind_name, written, text, natives @ ..] = cells.as_slice() else {
                panic!("a row is short: {line}");
            };
            for (dialect, expected) in Dialect::all().zip(natives) {
                if *place == "added" && dialect.name() == "sqlite" {
                    continue;
                }
                let kind = kind(kind_name);
                let literal = match *place {
                    "row" => literal::of_row(&Meant::of_column(kind, text), dialect).map(Some),
                    "column" => literal_of(kind, text, DefaultOf::Column { written }, dialect),
                    _ => {
                        let written = Some(*written).filter(|written| !written.is_empty());
                        literal_of(kind, text, DefaultOf::Added { written, native: None }, dialect)
                    }
                };
                let found = match literal.map(|literal| literal.map(|literal| literal.sql(dialect))) {
                    Ok(Some(sql)) if sql.is_empty() && *place == "added" => "-".to_string(),
                    Ok(Some(sql)) => sql,
                    Ok(None) => "-".to_string(),
                    Err(_) => "!".to_string(),
                };
                // Of a word, its letters may be small ones.
                let is_word = matches!(found.as_str(), "NULL" | "NOW()" | "CURRENT_TIMESTAMP");
                let plain = expected
                    .trim_start_matches("(")
                    .replace("ull)", "ull")
                    .replace("ULL)", "ULL");
                if found != *expected && !(is_word && plain.eq_ignore_ascii_case(&found)) {
                    wrong.push(format!(
                        "{place} {kind_name} `{text}` of `{written}` on {dialect}: `{expected}`, not `{found}`"
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[track_caller]
    fn says(said: Result<Said, String>, expected: &str) {
        assert_eq!(said.map(|said| said.value.to_string()).as_deref(), Ok(expected));
    }

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).expect("a dialect")
    }

    #[test]
    fn values_of_rows_are_said_as_their_columns_take_them() {
        let of = |kind, text, native, name| value_of(kind, text, native, dialect(name));
        let plain = |text, native, name| of(ValueKind::Plain, text, Some(native), name);
        says(plain("12", "INTEGER", "postgres"), "12");
        says(plain("12", "VARCHAR(50)", "postgres"), "\"12\"");
        says(plain("1.50", "DECIMAL(10, 2)", "mysql"), r#"{"decimal":"1.50"}"#);
        // Too many digits are rounded by the server, and refused by driftless.
        says(plain("1.005", "DECIMAL(10, 2)", "mysql"), r#"{"sql":"'1.005'"}"#);
        says(plain("1", "TINYINT(1)", "mariadb"), "true");
        // A server takes the one and refuses the other.
        says(plain("true", "BOOLEAN", "postgres"), "true");
        says(plain("true", "TINYINT(1)", "mariadb"), r#"{"sql":"'true'"}"#);
        says(
            plain("2020-01-01 10:00:00", "TIMESTAMP WITH TIME ZONE", "postgres"),
            r#"{"sql":"'2020-01-01 10:00:00'"}"#,
        );
        says(plain("\\x00ff", "BYTEA", "postgres"), r#"{"sql":"'\\x00ff'"}"#);
        says(plain("a\\b", "TEXT", "mysql"), r#""a\\b""#);
        says(plain("NULL", "TEXT", "mysql"), "null");
        says(plain("now()", "timestamp", "mysql"), r#"{"fn":"now"}"#);
        says(of(ValueKind::Plain, "abc", None, "sqlite"), "\"abc\"");
        says(of(ValueKind::Plain, "12", None, "sqlite"), r#"{"sql":"'12'"}"#);
        says(of(ValueKind::Numeric, "439.2", None, "sqlite"), r#"{"sql":"439.2"}"#);
        says(
            of(ValueKind::Numeric, "439.2", Some("numeric(10, 2)"), "postgres"),
            "439.2",
        );
        says(of(ValueKind::Boolean, "true", Some("INT"), "mysql"), "1");
        says(
            of(ValueKind::Boolean, "true", Some("INTEGER"), "postgres"),
            r#"{"sql":"TRUE"}"#,
        );
        says(
            of(ValueKind::Computed, "NOW()", Some("datetime(3)"), "mysql"),
            r#"{"sql":"CURRENT_TIMESTAMP"}"#,
        );
        says(
            of(ValueKind::SequenceNext, "s", None, "postgres"),
            r#"{"sql":"nextval('s')"}"#,
        );
        assert!(of(ValueKind::SequenceNext, "s", None, "mysql").is_err());
        assert!(of(ValueKind::Computed, "", None, "mysql").is_err());
    }

    #[test]
    fn what_fills_a_column_of_truths_is_one() {
        let of = |text, written, native, name| fill_of(text, Some(written), Some(native), dialect(name));
        says(of("1", "BIT(1)", "BIT(1)", "mysql"), "true");
        says(of("FALSE", "BOOLEAN", "TINYINT(1)", "mariadb"), "false");
        says(of("true", "BIT(1)", "BIT(1)", "postgres"), r#"{"sql":"B'1'"}"#);
        says(of("0", "bool", "BOOLEAN", "postgres"), "false");
        says(of("true", "TINYINT(1)", "TINYINT(1)", "mysql"), r#"{"sql":"'true'"}"#);
        assert!(of("xyz", "BOOLEAN", "TINYINT(1)", "mysql").is_err());
    }

    #[test]
    fn defaults_are_said_as_their_columns_take_them() {
        let of = |kind, text, written, name| {
            let said = default_of(kind, text, DefaultOf::Column { written }, dialect(name))?;
            said.ok_or_else(|| "none".to_string())
        };
        says(
            of(ValueKind::Computed, "CURRENT_TIMESTAMP", "datetime", "mysql"),
            r#"{"fn":"now"}"#,
        );
        says(
            of(ValueKind::Date, "CURRENT_TIMESTAMP", "timestamp", "postgres"),
            r#"{"fn":"now"}"#,
        );
        says(
            of(ValueKind::Plain, "now()", "varchar(50)", "postgres"),
            r#"{"sql":"'now()'"}"#,
        );
        says(
            of(ValueKind::Plain, "CURRENT_TIMESTAMP", "varchar(50)", "mysql"),
            r#"{"sql":"'CURRENT_TIMESTAMP'"}"#,
        );
        says(of(ValueKind::Plain, "0", "boolean", "mysql"), "false");
        says(of(ValueKind::Plain, "abc", "int", "sqlite"), r#"{"sql":"'abc'"}"#);
        says(of(ValueKind::Numeric, "1.0", "int", "postgres"), "1");
        assert_eq!(of(ValueKind::Numeric, "null", "int", "postgres"), Err("none".into()));
        // Liquibase writes both without brackets.
        assert!(of(ValueKind::Plain, "abc", "text", "mysql").is_err());
        assert!(of(ValueKind::Computed, "uuid()", "varchar(36)", "mysql").is_err());
        says(of(ValueKind::Plain, "abc", "text", "mariadb"), "\"abc\"");
        let both = of(
            ValueKind::Computed,
            "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            "timestamp",
            "mysql",
        );
        assert_eq!(both.expect("a default").on_update, Some(json!({ "fn": "now" })));
        let added = |kind, text, written| {
            let added = DefaultOf::Added { written, native: None };
            default_of(kind, text, added, dialect("mariadb"))
        };
        assert!(added(ValueKind::Plain, "1", Some("boolean")).is_err());
        says(
            added(ValueKind::Computed, "uuid()", None).map(|said| said.expect("a default")),
            r#"{"sql":"(uuid())"}"#,
        );
    }

    #[test]
    fn one_value_does_for_all_where_it_can() {
        let all = |kind, text, natives: [(&str, &str); 2]| {
            let said =
                natives.map(|(name, native)| value_of(kind, text, Some(native), dialect(name)).expect("a value"));
            one_for_all(&said)
        };
        let stamps = [("postgres", "TIMESTAMP WITHOUT TIME ZONE"), ("mysql", "timestamp")];
        let literal = json!({ "sql": "'2020-01-01 10:00:00'" });
        assert_eq!(all(ValueKind::Date, "2020-01-01T10:00:00", stamps), Some(literal));
        let truths = [("postgres", "BOOLEAN"), ("mysql", "TINYINT")];
        assert_eq!(all(ValueKind::Boolean, "true", truths), Some(json!(true)));
        let days = [("postgres", "date"), ("mysql", "date")];
        assert_eq!(all(ValueKind::Date, "2020-02-30", days), Some(json!("2020-03-01")));
        let sequences = [("postgres", "BIGINT"), ("mariadb", "BIGINT")];
        assert_eq!(all(ValueKind::SequenceNext, "s", sequences), None);
    }
}
