//! Values as literals of a dialect.

use crate::dialect::{Dialect, Family, holes};
use crate::model::{Base, Moment, Type, Value, timestamp_parts};

/// A value as it stands in SQL, for a column of a type.
pub fn literal(value: &Value, ty: &Type, dialect: Dialect) -> String {
    let facts = dialect.facts();
    match value {
        Value::Null => "NULL".into(),
        Value::Bool(value) if ty.base() == Some(Base::Json) => dialect.string(if *value { "true" } else { "false" }),
        Value::Bool(true) => facts.literals.true_.clone(),
        Value::Bool(false) => facts.literals.false_.clone(),
        Value::Bytes(bytes) => facts.literals.bytes.replace("{hex}", &hex(bytes)),
        Value::Sql(sql) => sql.clone(),
        Value::Function(name) => function(name, ty, dialect),
        Value::Number(text) | Value::Text(text) => {
            let mut out = String::new();
            push_text(&mut out, text, matches!(value, Value::Number(_)), ty, dialect);
            match holes(text).is_empty() {
                true => out,
                // Secrets stand in columns of text only.
                false => dialect.string(text),
            }
        }
    }
}

/// Adds a number or a text as it stands in SQL, for a column of a type.
pub(super) fn push_text(out: &mut String, text: &str, is_number: bool, ty: &Type, dialect: Dialect) {
    let literals = &dialect.facts().literals;
    match ty.base() {
        Some(Base::Boolean) => out.push_str(match is_true(text) {
            true => &literals.true_,
            false => &literals.false_,
        }),
        Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Decimal | Base::Real | Base::Double) => {
            push_number(out, text, dialect);
        }
        Some(Base::Timestamp | Base::TimestampTz) => out.push_str(&timestamp(text, ty, dialect)),
        _ if is_number && matches!(ty, Type::Native(_)) => push_number(out, text, dialect),
        _ => push_string(out, text, dialect),
    }
}

/// Which of the two values of a boolean it is that a text stands for.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "1" | "true" | "t")
}

fn push_number(out: &mut String, text: &str, dialect: Dialect) {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    match plain && text.bytes().any(|byte| byte.is_ascii_digit()) {
        true => out.push_str(text),
        false => push_string(out, text, dialect),
    }
}

/// As [`Dialect::string`] has it, but that nothing in it is taken for the place of a secret: it may come from a file of
/// rows.
fn push_string(out: &mut String, text: &str, dialect: Dialect) {
    out.push('\'');
    match text.bytes().any(|byte| matches!(byte, b'\'' | b'\\' | 0)) {
        true => out.push_str(&dialect.escaped(text)),
        false => out.push_str(text),
    }
    out.push('\'');
}

/// A portable function's form; its `{p}` takes the digits of a second that the column keeps.
pub(super) fn function(name: &str, ty: &Type, dialect: Dialect) -> String {
    let form = dialect.facts().functions.get(name);
    let precision = match ty {
        Type::Portable(_, sizes) => sizes.first().copied().unwrap_or(6),
        Type::Native(native) => digits_of(native).unwrap_or(6),
        Type::Enum(_) | Type::Named { .. } => 6,
    };
    match (form, precision) {
        (Some(form), 0) => form.replace("({p})", ""),
        (Some(form), precision) => form.replace("{p}", &precision.to_string()),
        (None, _) => name.to_string(),
    }
}

/// The digits of a second that a type of MySQL or MariaDB keeps: none where it says none.
fn digits_of(native: &str) -> Option<u32> {
    let lower = native.trim().to_ascii_lowercase();
    let rest = ["datetime", "timestamp", "time"]
        .iter()
        .find_map(|word| lower.strip_prefix(word))?;
    match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((digits, _)) => digits.trim().parse().ok(),
        None => (rest.is_empty() || rest.starts_with(' ')).then_some(0),
    }
}

fn timestamp(text: &str, ty: &Type, dialect: Dialect) -> String {
    let (time, zone) = timestamp_parts(text);
    let zoned = ty.base() == Some(Base::TimestampTz);
    match (zone.filter(|_| zoned), dialect.family()) {
        // A TIMESTAMP's literal is read in the session's zone, which is the server's own. Not every offset is known to the
        // servers, so it is told in UTC.
        (Some(_), Family::Mysql) => {
            let utc = Moment::parse(text).map_or(time, |moment| moment.utc());
            format!("CONVERT_TZ({}, '+00:00', @@session.time_zone)", dialect.string(&utc))
        }
        (Some(zone), _) => dialect.string(&format!("{time}{zone}")),
        (None, _) => dialect.string(&time),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: Value, ty: &str, dialect: &str) -> String {
        literal(&value, &ty.parse().unwrap(), Dialect::named(dialect).unwrap())
    }

    #[test]
    fn text_can_carry_no_sql() {
        let evil = || Value::Text("\\'; drop table x; --".into());
        assert_eq!(text(evil(), "text", "postgres"), "'\\''; drop table x; --'");
        assert_eq!(text(evil(), "text", "mysql"), "'\\\\''; drop table x; --'");
        assert_eq!(text(Value::Text("1; drop".into()), "int", "sqlite"), "'1; drop'");
    }

    #[test]
    fn now_has_the_digits_of_its_column() {
        let now = |native: &str| function("now", &Type::Native(native.into()), Dialect::named("mysql").unwrap());
        assert_eq!(now("datetime"), "CURRENT_TIMESTAMP");
        assert_eq!(now("TIMESTAMP(3)"), "CURRENT_TIMESTAMP(3)");
    }

    #[test]
    fn time_stamps_keep_their_moment() {
        let moment = || Value::Text("2024-12-31T23:59:59Z".into());
        assert_eq!(text(moment(), "timestamptz", "postgres"), "'2024-12-31 23:59:59+00:00'");
        assert!(text(moment(), "timestamptz", "mysql").starts_with("CONVERT_TZ("));
    }
}
