//! How driftless says a value that Liquibase writes.

use serde_json::{Value as Json, json};

use super::literal::Literal;
use crate::dialect::{Dialect, Family, Target};
use crate::model::{Base, Type, Value};
use crate::operation::looks_like_call;

/// The column that a value is for.
pub(super) struct Column<'n> {
    /// Its type, where it is known.
    pub native: Option<&'n str>,
    pub dialect: Dialect,
    pub is_default: bool,
}

impl Column<'_> {
    /// The value that stores what the literal does.
    pub fn said(&self, literal: &Literal) -> Value {
        let ty = self
            .native
            .map(|native| Type::portable(native, self.dialect).unwrap_or_else(|| Type::Native(native.to_string())));
        match literal {
            Literal::Null => Value::Null,
            Literal::Text(text) => self.text(text, ty.as_ref()),
            Literal::Bool(value) => self.bool(*value, ty.as_ref()),
            Literal::Now(digits) => self.now(*digits),
            Literal::Sql(sql) => self.sql(sql, ty.as_ref()),
        }
    }

    fn text(&self, text: &str, ty: Option<&Type>) -> Value {
        let own = Value::Text(text.to_string());
        let literal = || Value::Sql(Literal::Text(text.to_string()).sql(self.dialect));
        if self.is_default && looks_like_call(text) {
            return literal();
        }
        let (ty, base) = match ty {
            None if is_word(text) => return own,
            None => return literal(),
            Some(Type::Native(_)) => return own,
            Some(ty) => (ty, ty.base()),
        };
        if own.fit(ty, &Target::oldest(self.dialect)).is_err() {
            return literal();
        }
        match (base, self.dialect.family()) {
            (Some(Base::Boolean), family) => match text {
                "1" => Value::Bool(true),
                "0" => Value::Bool(false),
                "true" | "t" if family == Family::Postgres => Value::Bool(true),
                "false" | "f" if family == Family::Postgres => Value::Bool(false),
                _ => literal(),
            },
            (Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Decimal | Base::Real | Base::Double), _) => {
                match is_number(text) {
                    true => Value::Number(text.to_string()),
                    false => literal(),
                }
            }
            // A zone is for driftless to reckon with, and for MySQL alone to refuse.
            (Some(Base::TimestampTz), Family::Mysql) => literal(),
            // There it is a text, and stays as it is written.
            (Some(Base::Timestamp | Base::TimestampTz), Family::Sqlite) => literal(),
            // A uuid, which keeps no other text.
            (Some(Base::Char), Family::Mysql) if self.native == Some("char(36)") => {
                match own.fit(&Type::Portable(Base::Uuid, Vec::new()), &Target::oldest(self.dialect)) {
                    Ok(()) => own,
                    Err(_) => literal(),
                }
            }
            _ => own,
        }
    }

    fn bool(&self, value: bool, ty: Option<&Type>) -> Value {
        let literal = || Value::Sql(Literal::Bool(value).sql(self.dialect));
        match ty.map(|ty| (ty, ty.base())) {
            None | Some((Type::Native(_), _) | (_, Some(Base::Boolean))) => Value::Bool(value),
            Some((_, Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Decimal | Base::Real | Base::Double)))
                if self.dialect.family() != Family::Postgres =>
            {
                Value::Number(u8::from(value).to_string())
            }
            Some(_) => literal(),
        }
    }

    fn now(&self, digits: u32) -> Value {
        let is_same = match self.dialect.family() {
            Family::Sqlite | Family::Postgres => true,
            Family::Mysql => self.digits() == Some(digits),
        };
        match (is_same, digits) {
            (true, _) => Value::Function("now".into()),
            (false, 0) => Value::Sql("CURRENT_TIMESTAMP".into()),
            (false, digits) => Value::Sql(format!("CURRENT_TIMESTAMP({digits})")),
        }
    }

    /// The digits of a second that the column keeps.
    fn digits(&self) -> Option<u32> {
        let lower = self.native?.to_ascii_lowercase();
        let rest = lower
            .strip_prefix("datetime")
            .or_else(|| lower.strip_prefix("timestamp"))?;
        match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(digits) => digits.parse().ok(),
            None => rest.is_empty().then_some(0),
        }
    }

    fn sql(&self, sql: &str, ty: Option<&Type>) -> Value {
        let own = || Value::Sql(sql.to_string());
        let number = Value::Number(sql.to_string());
        let digits = digits_of_now(sql).filter(|_| self.dialect.family() == Family::Mysql);
        match digits {
            Some(digits) if !sql.starts_with('(') => return self.now(digits),
            Some(_) if digits == self.digits() => return Value::Function("now".into()),
            _ => {}
        }
        if !is_number(sql) {
            return own();
        }
        let is_whole = sql.parse::<i64>().is_ok_and(|whole| whole.to_string() == sql);
        let is_mine = |ty: &Type| number.fit(ty, &Target::oldest(self.dialect)).is_ok();
        match ty.map(|ty| (ty, ty.base())) {
            None if is_whole => number,
            Some((Type::Native(_), _)) => number,
            Some((_, Some(Base::Boolean))) if self.dialect.family() != Family::Postgres => match sql {
                "1" => Value::Bool(true),
                "0" => Value::Bool(false),
                _ => own(),
            },
            Some((ty, Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Decimal | Base::Real | Base::Double)))
                if is_mine(ty) =>
            {
                number
            }
            Some((ty, Some(Base::Char | Base::Varchar | Base::Text))) if is_whole && is_mine(ty) => number,
            _ => own(),
        }
    }
}

/// How many digits of a second a call asks for that is no more than now.
pub(super) fn digits_of_now(sql: &str) -> Option<u32> {
    let lower = sql.trim().to_ascii_lowercase();
    let lower = lower
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(&lower);
    let is_word = |word: &str| matches!(word, "now" | "current_timestamp");
    match lower.split_once('(') {
        None => (lower == "current_timestamp").then_some(0),
        Some((word, ")")) => is_word(word).then_some(0),
        Some((word, digits)) => digits.strip_suffix(')')?.parse().ok().filter(|_| is_word(word)),
    }
}

/// A number in digits, with one point at most.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = whole.len() > 1 && whole.starts_with('0');
    all(whole) && all(fraction) && !is_padded
}

/// A text that no column takes for anything else than a text.
fn is_word(text: &str) -> bool {
    let is_truth = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "t" | "f" | "yes" | "no" | "y" | "n" | "on" | "off" | "nan" | "infinity" | "now" | "today"
    );
    text.starts_with(|c: char| c.is_alphabetic()) && !is_truth && text.parse::<f64>().is_err() && !is_hexadecimal(text)
}

/// What could be a uuid.
fn is_hexadecimal(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A value as it stands in a changelog.
pub(super) fn json(value: &Value) -> Json {
    if let Value::Number(text) = value
        && let Ok(number) = text.parse::<f64>()
        && number.to_string() == *text
        && text.contains('.')
    {
        return json!(number);
    }
    serde_json::to_value(value).unwrap_or_default()
}
