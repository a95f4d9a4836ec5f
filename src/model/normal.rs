//! The form in which two catalogs are compared: what an engine shows and what was asked for, said the same way.

use std::collections::BTreeMap;

use super::expression::{literal_of, normal_expression};
use super::normal_object::describe_object;
use super::{
    Base, Catalog, Column, ColumnDefault, Exclusion, Index, IndexKey, IndexKind, Key, Nulls, Table, Type, Value,
};
use crate::dialect::{Dialect, Family, Feature, Name, NameCase};

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
        for table in catalog.tables() {
            describe_table(catalog, table, &mut facts);
        }
        for object in catalog.objects() {
            describe_object(catalog, object, &mut facts);
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

fn describe_table(catalog: &Catalog, table: &Table, facts: &mut BTreeMap<String, String>) {
    let dialect = catalog.target().dialect;
    let identifier = &dialect.facts().identifier;
    let path = format!(
        "table {}",
        fold(&catalog.normal_name(&table.name).to_string(), identifier.case)
    );
    let column_name = |name: &Name| fold(name, identifier.column_case);
    let columns = |names: &[Name]| names.iter().map(column_name).collect::<Vec<_>>().join(", ");
    let comments = catalog.target().supports(Feature::Comments);
    let comment = table.comment.as_deref().filter(|text| comments && !text.is_empty());
    let mut whole = describe_options(table, catalog);
    whole.extend(comment.map(|text| format!("comment '{text}'")));
    facts.insert(path.clone(), whole.join(" "));
    for (at, column) in table.columns.iter().enumerate() {
        // PostgreSQL only ever adds columns at the end: their order cannot be restored, so it is not compared.
        let place = match dialect.family() {
            Family::Postgres => String::new(),
            Family::Sqlite | Family::Mysql => format!("{:03} ", at + 1),
        };
        let key = format!("{path} / column {place}{}", column_name(&column.name));
        facts.insert(key, describe_column(column, table, catalog));
    }
    if let Some(key) = &table.primary_key {
        let name = match dialect.family() {
            // MySQL calls every primary key PRIMARY.
            Family::Mysql => String::new(),
            Family::Sqlite | Family::Postgres => format!(" {}", key.name),
        };
        facts.insert(
            format!("{path} / primary key{name}"),
            columns(&key.columns) + &describe_key(key),
        );
    }
    for key in &table.uniques {
        facts.insert(
            format!("{path} / unique {}", key.name),
            columns(&key.columns) + &describe_key(key),
        );
    }
    for exclusion in &table.exclusions {
        facts.insert(
            format!("{path} / exclusion {}", exclusion.name),
            describe_exclusion(exclusion, dialect, identifier.column_case),
        );
    }
    for foreign in &table.foreign_keys {
        let mut text = format!(
            "{} -> {}({})",
            columns(&foreign.columns),
            fold(&catalog.normal_name(&foreign.references).to_string(), identifier.case),
            columns(&foreign.referenced_columns)
        );
        for (word, action) in [("delete", foreign.on_delete), ("update", foreign.on_update)] {
            // InnoDB does the same in both cases, and its servers disagree on which of the two they show.
            let quiet = action == super::Action::NoAction
                || (dialect.family() == Family::Mysql && action == super::Action::Restrict);
            if !quiet {
                text += &format!(" on {word} {}", action.sql().to_lowercase());
            }
        }
        if foreign.match_full {
            text += " match full";
        }
        if foreign.deferrable {
            text += " deferrable";
        }
        if foreign.initially_deferred {
            text += " initially deferred";
        }
        if foreign.not_valid {
            text += " not valid";
        }
        facts.insert(format!("{path} / foreign key {}", foreign.name), text);
    }
    for check in &table.checks {
        let validity = if check.not_valid { " not valid" } else { "" };
        facts.insert(
            format!("{path} / check {}", check.name),
            normal_expression(&check.expression, dialect) + validity,
        );
    }
    for index in &table.indexes {
        match index.unique_columns().filter(|_| dialect.family() == Family::Mysql) {
            // A unique index and a unique constraint are one thing to MySQL.
            Some(names) => facts.insert(
                format!("{path} / unique {}", index.name),
                names.into_iter().map(column_name).collect::<Vec<_>>().join(", "),
            ),
            None => facts.insert(
                format!("{path} / index {}", index.name),
                describe_index(index, dialect, identifier.column_case),
            ),
        };
    }
}

fn describe_key(key: &Key) -> String {
    let mut text = String::new();
    if key.nulls_not_distinct {
        text += " nulls not distinct";
    }
    if key.deferrable {
        text += " deferrable";
    }
    if key.initially_deferred {
        text += " initially deferred";
    }
    text
}

fn describe_exclusion(exclusion: &Exclusion, dialect: Dialect, case: NameCase) -> String {
    let parts: Vec<String> = exclusion
        .elements
        .iter()
        .map(|element| {
            let key = match &element.key {
                IndexKey::Column(name) => fold(name, case),
                IndexKey::Expression(text) => format!("({})", normal_expression(text, dialect)),
            };
            let class = element
                .class
                .as_ref()
                .map(|class| format!(" {class}"))
                .unwrap_or_default();
            format!("{key}{class} with {}", element.operator)
        })
        .collect();
    let mut text = format!("{} {}", exclusion.method, parts.join(", "));
    if let Some(predicate) = &exclusion.predicate {
        text += &format!(" where {}", normal_expression(predicate, dialect));
    }
    if exclusion.deferrable {
        text += " deferrable";
    }
    if exclusion.initially_deferred {
        text += " initially deferred";
    }
    text
}

/// What is said of a table beside its columns, but for what every table of the engine has.
fn describe_options(table: &Table, catalog: &Catalog) -> Vec<String> {
    let options = &table.options;
    let dialect = catalog.target().dialect;
    let mut all = Vec::new();
    let mut word = |name: &str, value: Option<String>| all.extend(value.map(|value| format!("{name} {value}")));
    let lower = |name: &Option<Name>| name.as_ref().map(|name| name.to_ascii_lowercase());
    word("engine", lower(&options.engine).filter(|engine| engine != "innodb"));
    // A collation says its character set; where neither is said it is the database's own, most often the usual one.
    let usual = ["utf8mb4", "utf8mb4_0900_ai_ci", "utf8mb4_general_ci"];
    let unusual = |name: &Option<Name>| lower(name).filter(|name| !usual.contains(&name.as_str()));
    word(
        "charset",
        unusual(&options.charset).filter(|_| options.collation.is_none()),
    );
    word("collate", unusual(&options.collation));
    word("tablespace", options.tablespace.as_ref().map(Name::to_string));
    let inherits: Vec<String> = options
        .inherits
        .iter()
        .map(|name| catalog.normal_name(name).to_string())
        .collect();
    word("inherits", (!inherits.is_empty()).then(|| inherits.join(", ")));
    let partition_by = options.partition_by.as_ref();
    word(
        "partition by",
        partition_by.map(|text| normal_expression(text, dialect)),
    );
    // Their order says nothing: the bounds do not overlap.
    let mut partitions: Vec<_> = options.partitions.iter().collect();
    partitions.sort_by_key(|partition| &partition.name);
    for partition in partitions {
        let bounds = normal_expression(&partition.bounds, dialect);
        word("partition", Some(format!("{} {bounds}", partition.name)));
    }
    let security = table.row_security;
    let flags = [
        (options.strict, "strict"),
        (options.without_rowid, "without rowid"),
        (options.unlogged, "unlogged"),
        (security.enabled, "row security"),
        (security.forced, "forced row security"),
    ];
    all.extend(flags.iter().filter(|(flag, _)| *flag).map(|(_, word)| word.to_string()));
    all
}

pub(super) fn describe_index(index: &Index, dialect: Dialect, case: NameCase) -> String {
    let parts: Vec<String> = index
        .columns
        .iter()
        .map(|column| {
            let key = match &column.key {
                IndexKey::Column(name) => fold(name, case),
                IndexKey::Expression(text) => format!("({})", normal_expression(text, dialect)),
            };
            let mut text = match column.order.is_ascending() {
                true => key,
                false => format!("{key} desc"),
            };
            if let Some(length) = column.length {
                text += &format!("({length})");
            }
            if let Some(class) = &column.class {
                text += &format!(" {class}");
            }
            // NULL is the greatest of all where nothing is said.
            match (column.nulls, column.order.is_ascending()) {
                (Some(Nulls::First), true) => text += " nulls first",
                (Some(Nulls::Last), false) => text += " nulls last",
                _ => {}
            }
            text
        })
        .collect();
    let mut text = parts.join(", ");
    if index.unique {
        text = format!("unique {text}");
    }
    if !index.include.is_empty() {
        let names: Vec<String> = index.include.iter().map(|name| fold(name, case)).collect();
        text += &format!(" include {}", names.join(", "));
    }
    if index.nulls_not_distinct {
        text += " nulls not distinct";
    }
    if let Some(predicate) = &index.predicate {
        text += &format!(" where {}", normal_expression(predicate, dialect));
    }
    let method = index.method.as_ref().map(|method| method.to_ascii_lowercase());
    if let Some(method) = method.filter(|method| method != "btree") {
        text += &format!(" using {method}");
    }
    match index.kind {
        IndexKind::Plain => text,
        IndexKind::Fulltext => format!("fulltext {text}"),
        IndexKind::Spatial => format!("spatial {text}"),
    }
}

fn describe_column(column: &Column, table: &Table, catalog: &Catalog) -> String {
    let dialect = catalog.target().dialect;
    let native = match &column.ty {
        Type::Named { name, .. } if dialect.family() == Family::Postgres => catalog.normal_name(name).to_string(),
        ty => ty.native(dialect).unwrap_or_else(|_| ty.to_string()),
    };
    let in_key = table.primary_key.as_ref().is_some_and(|key| {
        key.columns
            .iter()
            .any(|name| name.same(&column.name, catalog.column_case()))
    });
    // SQLite knows one type for a column that numbers its rows.
    let native = match dialect.family() {
        Family::Sqlite if column.identity.is_some() => "integer".to_string(),
        _ => normal_type(&native, dialect),
    };
    let mut text = native;
    if !column.nullable || in_key {
        text += " not null";
    }
    if column.identity.is_some() {
        text += " identity";
    }
    if column.identity.as_ref().is_some_and(|identity| identity.always) && dialect.family() == Family::Postgres {
        text += " always";
    }
    // NULL is what a column holds anyway.
    let default = column.default.as_ref();
    let default = default.map(|default| normal_default(default, &column.ty, dialect));
    if let Some(default) = default.filter(|default| default != "null") {
        text += &format!(" default {default}");
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "stored" } else { "virtual" };
        text += &format!(
            " generated {kind} {}",
            normal_expression(&generated.expression, dialect)
        );
    }
    if let Some(value) = &column.on_update {
        text += &format!(" on update {}", normal_now(&normal_expression(value, dialect)));
    }
    if column.invisible {
        text += " invisible";
    }
    // A collation says its character set.
    if let Some(charset) = column.charset.as_ref().filter(|_| column.collation.is_none()) {
        text += &format!(" charset {}", charset.to_ascii_lowercase());
    }
    if let Some(collation) = &column.collation {
        text += &format!(" collate {}", collation.to_ascii_lowercase());
    }
    if let Some(comment) = column.comment.as_deref().filter(|text| !text.is_empty())
        && catalog.target().supports(Feature::Comments)
    {
        text += &format!(" comment '{comment}'");
    }
    text
}

/// A native type with its synonyms resolved: `character varying(255)` is `varchar(255)`.
pub fn normal_type(native: &str, dialect: Dialect) -> String {
    let lower = native.trim().to_ascii_lowercase();
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
        // PostgreSQL writes the precision it keeps by default nowhere, and `char` as `char(1)`.
        Some(arguments) if arguments == "6" && known.starts_with("time") && dialect.family() == Family::Postgres => {
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
        Some(arguments) => format!("{known}({arguments})"),
        None if known == "char" => "char(1)".into(),
        None => known,
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

fn normal_now(text: &str) -> String {
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
    // `0.50` on a `decimal(10,2)` is what some engines make of `0.5`.
    let digits = text.trim_start_matches('-');
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match numeric && text.contains('.') && digits.matches('.').count() == 1 {
        true => format!("'{}'", text.trim_end_matches('0').trim_end_matches('.')),
        false => format!("'{}'", text.strip_suffix(".000000").unwrap_or(&text)),
    }
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
        assert_eq!(normal_type("int(11)", dialect("mariadb")), "int");
        assert_eq!(normal_type("tinyint(1)", dialect("mariadb")), "tinyint(1)");
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
