//! The form in which two catalogs are compared: what an engine shows and what was asked for, said the same way.

use std::collections::BTreeMap;

use super::expression::{literal_of, normal_expression};
use super::normal_object::describe_object;
use super::part::{Wording, parts_of};
use super::{Base, Catalog, ColumnDefault, Type, Value};
use crate::dialect::{Dialect, Family, NameCase};

/// A catalog as flat facts: `table users / column 2 email` → `varchar(255) not null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalForm(pub BTreeMap<String, String>);

/// One fact that two normal forms do not share.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    pub what: String,
    pub left: Option<String>,
    pub right: Option<String>,
}

impl NormalForm {
    pub fn of(catalog: &Catalog) -> NormalForm {
        let mut facts = BTreeMap::new();
        let wording = Wording::of(catalog);
        for table in catalog.tables() {
            for part in parts_of(table, catalog) {
                facts.insert(part.path(table, catalog), part.described(table, catalog, wording));
            }
        }
        for object in catalog.objects() {
            facts.extend(describe_object(catalog, object, wording));
        }
        NormalForm(facts)
    }

    /// What stands on one side only, or differs.
    pub fn differences(&self, other: &NormalForm) -> Vec<Difference> {
        let all: std::collections::BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        all.into_iter()
            .filter(|what| self.0.get(*what) != other.0.get(*what))
            .map(|what| Difference {
                what: what.clone(),
                left: self.0.get(what).cloned(),
                right: other.0.get(what).cloned(),
            })
            .collect()
    }
}

pub(super) fn fold(name: &str, case: NameCase) -> String {
    match case {
        NameCase::Exact => name.to_string(),
        NameCase::Ignored => name.to_ascii_lowercase(),
    }
}

/// A native type with its synonyms resolved: `character varying(255)` is `varchar(255)`.
pub fn normal_type(native: &str, dialect: Dialect) -> String {
    // The letters of a name in quotes say which type is meant.
    if native.contains('"') && dialect.family() == Family::Postgres {
        return native.trim().to_string();
    }
    let lower = native.trim().to_ascii_lowercase();
    // Without a length it is as long as its text.
    if lower == "bpchar" && dialect.family() == Family::Postgres {
        return lower;
    }
    if let Some(element) = lower.strip_suffix("[]") {
        return format!("{}[]", normal_type(&native.trim()[..element.len()], dialect));
    }
    let (name, arguments) = match (lower.find('('), lower.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let name = format!("{} {}", lower[..open].trim(), lower[close + 1..].trim());
            (
                name.trim().to_string(),
                Some(native.trim()[open + 1..close].to_string()),
            )
        }
        _ => (lower.split_whitespace().collect::<Vec<_>>().join(" "), None),
    };
    let facts = dialect.facts();
    let arguments = arguments.map(|text| {
        let keep = name.starts_with("enum") || name.starts_with("set");
        match keep {
            true => text.replace("', '", "','"),
            false => text.replace(' ', ""),
        }
    });
    let known = facts.synonyms.get(&name).cloned().unwrap_or(name);
    let is_display_width = dialect.family() == Family::Mysql
        && matches!(
            known.split(' ').next().unwrap_or_default(),
            "int" | "bigint" | "smallint" | "mediumint" | "tinyint"
        )
        && !(known == "tinyint" && arguments.as_deref() == Some("1"));
    match arguments {
        Some(_) if is_display_width => known,
        // PostgreSQL writes the precision it keeps by default nowhere, and keeps no more than that.
        Some(digits)
            if known.starts_with("time")
                && dialect.family() == Family::Postgres
                && digits.parse::<u32>().is_ok_and(|digits| digits >= 6) =>
        {
            known
        }
        // MySQL and MariaDB say of whole seconds nothing.
        Some(digits)
            if digits == "0"
                && matches!(known.as_str(), "time" | "datetime" | "timestamp")
                && dialect.family() == Family::Mysql =>
        {
            known
        }
        // The servers spell out that a decimal without a scale has none.
        Some(precision)
            if matches!(known.as_str(), "decimal" | "numeric")
                && !precision.contains(',')
                && dialect.family() != Family::Sqlite =>
        {
            format!("{known}({precision},0)")
        }
        // How many bits of a number are kept says which of the two it is.
        Some(bits) if known == "float" && dialect.family() == Family::Mysql => match bits.parse() {
            Ok(0..=24_u32) => known,
            Ok(_) => "double".into(),
            Err(_) => format!("{known}({bits})"),
        },
        Some(bits) if known == "float" && dialect.family() == Family::Postgres => match bits.parse() {
            Ok(0..=24_u32) => "real".into(),
            Ok(_) => "double precision".into(),
            Err(_) => format!("{known}({bits})"),
        },
        Some(_) if known == "year" && dialect.family() == Family::Mysql => known,
        Some(arguments) => format!("{known}({arguments})"),
        None if known == "float" && dialect.family() == Family::Postgres => "double precision".into(),
        None => match usual_size(&known, dialect.family()) {
            Some(size) => format!("{known}({size})"),
            None => known,
        },
    }
}

/// The size of a type that says none, where it has one all the same.
fn usual_size(name: &str, family: Family) -> Option<&'static str> {
    match (name, family) {
        ("char", _) => Some("1"),
        ("bit", Family::Mysql | Family::Postgres) => Some("1"),
        ("binary", Family::Mysql) => Some("1"),
        ("decimal", Family::Mysql) => Some("10,0"),
        _ => None,
    }
}

/// A default as text: literals by their value, everything else as an expression.
pub fn normal_default(default: &ColumnDefault, ty: &Type, dialect: Dialect) -> String {
    match default {
        ColumnDefault::Literal(value) => normal_literal(value, ty, dialect),
        ColumnDefault::Function(name) => {
            let form = dialect.facts().functions.get(name.as_str());
            let text = form.map(String::as_str).unwrap_or(name);
            normal_now(&normal_expression(&text.replace("({p})", ""), dialect))
        }
        ColumnDefault::Expression(text) => match literal_of(text, dialect) {
            Some(value) => normal_literal(&value, ty, dialect),
            None => normal_now(&normal_expression(text, dialect)),
        },
    }
}

pub(super) fn normal_now(text: &str) -> String {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_precision = rest.bytes().all(|byte| byte.is_ascii_digit());
    match name {
        "current_timestamp" | "now" | "localtimestamp" if is_precision => "current_timestamp".into(),
        _ => text.to_string(),
    }
}

fn normal_literal(value: &Value, ty: &Type, dialect: Dialect) -> String {
    let native = ty.native(dialect).unwrap_or_default().to_ascii_lowercase();
    let is_mysql = dialect.family() == Family::Mysql;
    let is_bytes = is_mysql && (native.starts_with("binary") || native.starts_with("varbinary"));
    let text = match value {
        Value::Null => return "null".into(),
        // A type of numbers holds 1 and 0.
        Value::Bool(value) if matches!(ty, Type::Native(_)) && is_number_there(&native, dialect) => {
            u8::from(*value).to_string()
        }
        Value::Bool(value) => return value.to_string(),
        Value::Number(text) | Value::Text(text) if is_bytes => return shown_bytes(text.as_bytes(), &native, dialect),
        Value::Bytes(bytes) if is_bytes => return shown_bytes(bytes, &native, dialect),
        // In their full width.
        Value::Number(text) | Value::Text(text) if is_mysql && native.ends_with("zerofill") => {
            text.trim_start_matches('0').to_string()
        }
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => return hex(bytes),
        Value::Function(name) | Value::Sql(name) => return name.clone(),
    };
    match (ty.base(), text.as_str()) {
        (Some(Base::Boolean), "1" | "t" | "true") => return "true".into(),
        (Some(Base::Boolean), "0" | "f" | "false") => return "false".into(),
        // A day is its first moment.
        (Some(Base::Timestamp), day) if day.len() == "2024-02-29".len() => return format!("'{day} 00:00:00'"),
        _ => {}
    }
    if let Type::Native(native) = ty {
        match (native.to_ascii_lowercase().as_str(), text.as_str()) {
            ("boolean" | "tinyint(1)", "1" | "TRUE" | "true") => return "true".into(),
            ("boolean" | "tinyint(1)", "0" | "FALSE" | "false") => return "false".into(),
            _ => {}
        }
    }
    if is_mysql
        && native.starts_with("bit")
        && let Ok(bits) = text.parse::<u64>()
    {
        return normal_expression(&format!("b'{bits:b}'"), dialect);
    }
    // `0.50` on a `decimal(10,2)` is what some engines make of `0.5`.
    let digits = text.trim_start_matches('-');
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match numeric && text.contains('.') && digits.matches('.').count() == 1 {
        true => format!("'{}'", text.trim_end_matches('0').trim_end_matches('.')),
        false => format!("'{}'", text.strip_suffix(".000000").unwrap_or(&text)),
    }
}

/// Whether a native type is no boolean to a database whose true and false are numbers.
fn is_number_there(native: &str, dialect: Dialect) -> bool {
    dialect.family() != Family::Postgres && !matches!(native, "boolean" | "bool" | "tinyint(1)")
}

/// Bytes of a default as far as the servers show them: MySQL up to the first that is 0; MariaDB with a question mark for
/// each that is no text, and filled up where they have a length.
fn shown_bytes(bytes: &[u8], native: &str, dialect: Dialect) -> String {
    if dialect.name() == "mysql" {
        return hex(bytes.split(|byte| *byte == 0).next().unwrap_or_default());
    }
    let mut shown = Vec::new();
    for chunk in bytes.utf8_chunks() {
        shown.extend_from_slice(chunk.valid().as_bytes());
        shown.extend(chunk.invalid().iter().map(|_| b'?'));
    }
    let filling = match native.starts_with("binary") {
        true => shown.iter().rev().take_while(|byte| **byte == 0).count(),
        false => 0,
    };
    hex(&shown[..shown.len() - filling])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).unwrap()
    }

    #[test]
    fn types_have_one_name() {
        let normal = |text: &str| normal_type(text, dialect("postgres"));
        assert_eq!(normal("character varying(255)"), normal("varchar(255)"));
        assert_eq!(normal("timestamp(3) without time zone"), normal("timestamp(3)"));
        assert_eq!(normal("numeric(10, 2)"), "numeric(10,2)");
        assert_eq!(normal("bpchar(3)"), normal("character(3)"));
        assert_ne!(normal("bpchar"), normal("character(1)"));
        assert_ne!(normal("\"Mood\""), normal("\"mood\""));
        assert_eq!(normal_type("int(11)", dialect("mariadb")), "int");
        assert_eq!(normal_type("tinyint(1)", dialect("mariadb")), "tinyint(1)");
        for (written, shown) in [
            ("NUMERIC", "decimal(10,0)"),
            ("bit", "bit(1)"),
            ("float(24)", "float"),
            ("float(53)", "double"),
            ("real", "double"),
            ("year(4)", "year"),
            ("dec(10, 2) unsigned", "decimal(10,2) unsigned"),
            ("INT8", "bigint"),
        ] {
            assert_eq!(
                normal_type(written, dialect("mysql")),
                normal_type(shown, dialect("mysql")),
                "{written}"
            );
        }
        for (written, shown) in [
            ("float", "double precision"),
            ("float(24)", "real"),
            ("varbit(5)", "bit varying(5)"),
            ("dec(5)", "numeric(5,0)"),
            ("int[]", "integer[]"),
            ("nchar(3)", "character(3)"),
        ] {
            assert_eq!(normal(written), normal(shown), "{written}");
        }
    }

    #[test]
    fn what_a_server_prints_is_what_was_asked_for() {
        let postgres = dialect("postgres");
        assert_eq!(
            normal_expression("((email)::text ~~ '%@%'::text)", postgres),
            normal_expression("email LIKE '%@%'", postgres)
        );
        let mysql = dialect("mysql");
        assert_eq!(
            normal_expression("(`age` >= 0)", mysql),
            normal_expression("age >= 0", mysql)
        );
        let text = ColumnDefault::Literal(Value::Text("x".into()));
        let shown = ColumnDefault::Expression("'x'::character varying".into());
        let ty = "varchar(10)".parse().unwrap();
        assert_eq!(
            normal_default(&text, &ty, postgres),
            normal_default(&shown, &ty, postgres)
        );
    }
}
