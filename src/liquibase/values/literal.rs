//! What Liquibase writes for a value.

use super::meant::Meant;
use super::moment::Moment;
use crate::dialect::{Dialect, Family};
use crate::liquibase::types::Kind;

/// A value as it stands in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Null,
    /// In quotes.
    Text(String),
    Bool(bool),
    /// The function for now, with so many digits of a second.
    Now(u32),
    Sql(String),
}

impl Literal {
    pub fn sql(&self, dialect: Dialect) -> String {
        let literals = &dialect.facts().literals;
        match self {
            Literal::Null => "NULL".into(),
            Literal::Text(text) => format!("'{}'", dialect.escaped(text)),
            Literal::Bool(true) => literals.true_.clone(),
            Literal::Bool(false) => literals.false_.clone(),
            Literal::Now(0) => now(dialect).into(),
            Literal::Now(digits) => now(dialect).replace("()", &format!("({digits})")),
            Literal::Sql(sql) => sql.clone(),
        }
    }

    /// SQL as it is, in which the database's own function for now is known.
    fn of_sql(sql: &str, dialect: Dialect) -> Literal {
        match sql.eq_ignore_ascii_case(now(dialect)) {
            true => Literal::Now(0),
            false => Literal::Sql(sql.to_string()),
        }
    }
}

/// What Liquibase has for now.
fn now(dialect: Dialect) -> &'static str {
    match dialect.family() {
        Family::Sqlite => "CURRENT_TIMESTAMP",
        Family::Postgres | Family::Mysql => "NOW()",
    }
}

/// A value of a row.
pub(super) fn of_row(meant: &Meant, dialect: Dialect) -> Result<Literal, String> {
    if meant.shown().eq_ignore_ascii_case("null") {
        return Ok(Literal::Null);
    }
    Ok(match meant {
        Meant::Nothing => Literal::Null,
        Meant::Text(text) if text.starts_with("\"SYSIBM\"") || text.starts_with("to_date(") => {
            Literal::Sql(text.clone())
        }
        Meant::Text(text) if text.eq_ignore_ascii_case(now(dialect)) => Literal::Now(0),
        Meant::Text(text) => Literal::Text(text.clone()),
        Meant::Number(text) => Literal::Sql(text.clone()),
        Meant::Bool(value) => Literal::Bool(*value),
        Meant::Moment(moment) => Literal::Text(moment.text().to_string()),
        Meant::Function(_) | Meant::Next(_) | Meant::Current(_) => function(meant, dialect)?,
    })
}

/// A default that is added to a column, of which its own class alone says how it is written.
pub(super) fn of_change(meant: &Meant, dialect: Dialect) -> Result<Literal, String> {
    if meant.shown().eq_ignore_ascii_case("null") && !matches!(meant, Meant::Bool(_)) {
        return Ok(Literal::Null);
    }
    Ok(match meant {
        Meant::Text(text) => Literal::Text(text.clone()),
        Meant::Number(text) => Literal::Sql(trimmed(text).to_string()),
        Meant::Next(_) if dialect.name() == "mysql" => return Err(no_next(dialect)),
        // Nothing is done to it but that it comes into brackets.
        Meant::Function(text) | Meant::Next(text) if dialect.family() == Family::Mysql => match text.starts_with('(') {
            true => Literal::Sql(text.clone()),
            false => Literal::Sql(format!("({text})")),
        },
        meant => of_row(meant, dialect)?,
    })
}

/// A default of a column that is made, as the column's type has it.
pub(super) fn of_column(meant: &Meant, kind: Kind, dialect: Dialect) -> Result<Literal, String> {
    let shown = meant.shown();
    if matches!(meant, Meant::Function(_) | Meant::Next(_) | Meant::Current(_)) {
        return match shown.eq_ignore_ascii_case("null") {
            true => Ok(Literal::Null),
            false => function(meant, dialect),
        };
    }
    if shown.eq_ignore_ascii_case("null") && !matches!(kind, Kind::Blob | Kind::Unknown) {
        return Ok(Literal::Null);
    }
    let refused = || Err(format!("Liquibase cannot write `{shown}` as a default of such a type"));
    Ok(match (kind, meant) {
        (Kind::Boolean, _) => return boolean(meant, dialect),
        (Kind::SmallInt | Kind::MediumInt, Meant::Bool(value)) => Literal::Sql(u8::from(*value).to_string()),
        (Kind::BigInt | Kind::Int | Kind::TinyInt | Kind::SmallInt | Kind::MediumInt, _) => {
            Literal::of_sql(trimmed(&shown), dialect)
        }
        (Kind::Char | Kind::NChar | Kind::NVarchar | Kind::Varchar, _) => Literal::Text(shown),
        (Kind::Clob, _) if shown.starts_with('\'') => Literal::Sql(shown),
        (Kind::Clob, _) => Literal::Text(shown),
        (Kind::Blob, Meant::Text(text)) => unescaped(text, dialect),
        (Kind::Blob, _) => Literal::Sql(shown),
        (Kind::Date, Meant::Text(text)) if text == "CURRENT_TIMESTAMP()" => Literal::Now(0),
        (Kind::DateTime | Kind::Timestamp, Meant::Text(text))
            if text.ends_with("()") || text.eq_ignore_ascii_case(now(dialect)) =>
        {
            Literal::of_sql(text, dialect)
        }
        (Kind::Date | Kind::DateTime | Kind::Timestamp | Kind::Time, Meant::Text(text)) => quoted(text, dialect),
        (Kind::Date, Meant::Moment(moment)) => Literal::Text(moment.text().to_string()),
        (Kind::Time, Meant::Moment(Moment::Time(text))) => Literal::Text(text.clone()),
        (Kind::DateTime | Kind::Timestamp, Meant::Moment(Moment::Stamp(text))) => Literal::Text(text.clone()),
        (Kind::Date | Kind::DateTime | Kind::Timestamp | Kind::Time, _) => return refused(),
        (Kind::Xml, Meant::Number(text)) => Literal::Sql(trimmed(text).to_string()),
        (Kind::Xml, _) if dialect.family() == Family::Postgres => {
            Literal::Sql(format!("xml {}", Literal::Text(shown).sql(dialect)))
        }
        (Kind::Xml, _) => Literal::Text(shown),
        (Kind::Unknown | Kind::Elsewhere, Meant::Number(text)) => unescaped(trimmed(text), dialect),
        (Kind::Unknown | Kind::Elsewhere, _) if shown.eq_ignore_ascii_case("null") => Literal::Text("null".into()),
        (Kind::Unknown | Kind::Elsewhere, _) => unescaped(&shown, dialect),
        (
            Kind::Currency | Kind::Decimal | Kind::Double | Kind::Float | Kind::Function | Kind::Number | Kind::Uuid,
            Meant::Number(text),
        ) => Literal::Sql(trimmed(text).to_string()),
        (
            Kind::Currency | Kind::Decimal | Kind::Double | Kind::Float | Kind::Function | Kind::Number | Kind::Uuid,
            _,
        ) => Literal::of_sql(&shown, dialect),
    })
}

fn boolean(meant: &Meant, dialect: Dialect) -> Result<Literal, String> {
    let refused = |shown: &str| Err(format!("Liquibase knows no truth of `{shown}`"));
    let text = match meant {
        Meant::Bool(value) => return Ok(Literal::Bool(*value)),
        // Any number but one is false.
        Meant::Number(text) => return Ok(Literal::Bool(matches!(text.as_str(), "1" | "1.0"))),
        Meant::Text(text) => text.replace('\'', ""),
        meant => return refused(&meant.shown()),
    };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "t" => return Ok(Literal::Bool(true)),
        "false" | "0" | "f" => return Ok(Literal::Bool(false)),
        _ => {}
    }
    let bits = text
        .strip_suffix("::bit")
        .or_else(|| text.strip_suffix("::\"bit\""))
        .unwrap_or(&text);
    let bits = bits.strip_prefix('b').unwrap_or(bits);
    let is_bits = bits.starts_with(['0', '1']) && bits.trim_start_matches(&bits[..1]).is_empty();
    match is_bits && dialect.family() == Family::Postgres {
        true => {
            let shown = text.replace(['b', '"'], "").replace("::it", "");
            Ok(Literal::Sql(format!("b'{shown}'::\"bit\"")))
        }
        false => refused(&text),
    }
}

/// A function's call, or what a sequence gives.
fn function(meant: &Meant, dialect: Dialect) -> Result<Literal, String> {
    let text = meant.shown();
    let lower = text.to_lowercase();
    let is_now = lower.starts_with("current_timestamp")
        || lower.starts_with("current_datetime")
        || lower.eq_ignore_ascii_case(now(dialect));
    let is_mysql = dialect.family() == Family::Mysql;
    if is_now && is_mysql && lower.contains("on update") {
        return Ok(Literal::Sql(text));
    }
    if is_now {
        return Ok(Literal::Now(if is_mysql { digits_of(&text) } else { 0 }));
    }
    let title = &dialect.facts().title;
    match (meant, dialect.name()) {
        (Meant::Next(name), "postgres") => Ok(Literal::Sql(format!("nextval('{}')", sequence(name, dialect)))),
        (Meant::Current(name), "postgres") => Ok(Literal::Sql(format!("currval('{}')", sequence(name, dialect)))),
        (Meant::Next(name), "mariadb") => Ok(Literal::Sql(format!("NEXT VALUE FOR {}", sequence(name, dialect)))),
        (Meant::Next(_), _) => Err(no_next(dialect)),
        (Meant::Current(_), _) => Err(format!("Liquibase has no current value of a sequence on {title}")),
        _ => Ok(Literal::of_sql(&text, dialect)),
    }
}

fn no_next(dialect: Dialect) -> String {
    format!("Liquibase has no next value of a sequence on {}", dialect.facts().title)
}

/// The digits in the first brackets that hold nothing else.
fn digits_of(text: &str) -> u32 {
    let inner = text.split('(').skip(1).filter_map(|rest| rest.split_once(')'));
    let mut digits = inner.filter_map(|(inner, _)| inner.parse().ok());
    digits.next().unwrap_or(0)
}

/// A sequence's name, in quotes where it needs them.
fn sequence(name: &str, dialect: Dialect) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let is_mixed =
        name.bytes().any(|byte| byte.is_ascii_uppercase()) && name.bytes().any(|byte| byte.is_ascii_lowercase());
    match is_plain && !(is_mixed && dialect.family() == Family::Postgres) {
        true => name.to_string(),
        false => dialect.quote(name),
    }
}

/// In quotes that are doubled, while a backslash is not.
fn quoted(text: &str, dialect: Dialect) -> Literal {
    match text.contains('\\') && dialect.family() == Family::Mysql {
        true => Literal::Sql(format!("'{}'", text.replace('\'', "''"))),
        false => Literal::Text(text.to_string()),
    }
}

/// In quotes and as it is.
fn unescaped(text: &str, dialect: Dialect) -> Literal {
    let is_taken_apart = text.contains('\'') || text.contains('\\') && dialect.family() == Family::Mysql;
    match is_taken_apart {
        true => Literal::Sql(format!("'{text}'")),
        false => Literal::Text(text.to_string()),
    }
}

/// A number without the zeros behind its point, if there is nothing else.
fn trimmed(number: &str) -> &str {
    match number.rsplit_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => number,
    }
}
