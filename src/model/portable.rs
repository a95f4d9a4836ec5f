//! Types as an engine names them, in the words that are the same on all engines, as far as there are such.

use std::collections::HashMap;

use super::{Base, Catalog, Column, ColumnDefault, Object, Type, Value, normal_expression, normal_type};
use crate::dialect::{Dialect, Family, Target, TokenKind, tokens};

/// The portable types in the order in which they are taken: several can be one type to an engine.
const BASES: [Base; 17] = [
    Base::SmallInt,
    Base::Int,
    Base::BigInt,
    Base::Boolean,
    Base::Real,
    Base::Double,
    Base::Decimal,
    Base::Char,
    Base::Text,
    Base::Varchar,
    Base::Binary,
    Base::Bytes,
    Base::Date,
    Base::Time,
    Base::Timestamp,
    Base::TimestampTz,
    Base::Interval,
];

/// Those that are a type of their own on some engines, and share one on others.
const LAST: [Base; 2] = [Base::Uuid, Base::Json];

impl Type {
    /// The portable type that an engine's own one is.
    pub fn portable(native: &str, dialect: Dialect) -> Option<Type> {
        // To MariaDB `json` is a text that is held to be JSON, and what we call `json` there is the text alone.
        if dialect.name() == "mariadb" && native.trim().eq_ignore_ascii_case("json") {
            return None;
        }
        let wanted = normal_type(native, dialect);
        if let Some(values) = values_of(native, dialect) {
            return Some(Type::Enum(values));
        }
        let sizes = sizes_of(&wanted);
        // To an engine a text may have room for nothing.
        if sizes == [0] && wanted.contains("char") {
            return None;
        }
        // SQLite keeps the words of a type, and lets anything be one.
        let is_same = |ty: &Type| {
            let own = ty.native(dialect).ok();
            own.is_some_and(|own| match dialect.family() {
                Family::Sqlite => own.eq_ignore_ascii_case(native.trim()),
                Family::Postgres | Family::Mysql => normal_type(&own, dialect) == wanted,
            })
        };
        let mut all = BASES.iter().chain(&LAST);
        all.find_map(|base| {
            let may_have = match base {
                Base::Decimal => 0..=2,
                Base::Char | Base::Time | Base::Timestamp | Base::TimestampTz => 0..=1,
                Base::Varchar | Base::Binary => 1..=1,
                _ => 0..=0,
            };
            // A size may be the usual one, which is said by none; and that there is none by 0.
            let mut scaled = vec![Vec::new(), sizes.clone()];
            if matches!(base, Base::Time | Base::Timestamp | Base::TimestampTz) {
                scaled.push(vec![0]);
            }
            if let [precision, 0] = sizes.as_slice() {
                scaled.insert(1, vec![*precision]);
            }
            let found = scaled.into_iter().filter(|sizes| may_have.contains(&sizes.len()));
            found.map(|sizes| Type::Portable(*base, sizes)).find(is_same)
        })
    }
}

/// The values of an enum that is a type of the column, on MySQL and MariaDB.
fn values_of(native: &str, dialect: Dialect) -> Option<Vec<String>> {
    let is_enum = native.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("enum("));
    if dialect.family() != Family::Mysql || !is_enum {
        return None;
    }
    let all = tokens(&native[4..], dialect.family());
    let values = all
        .iter()
        .filter(|token| token.kind == TokenKind::Text)
        .filter_map(|token| token.value(true));
    let values: Vec<String> = values.collect();
    let own = Type::Enum(values.clone()).native(dialect).ok()?;
    (normal_type(&own, dialect) == normal_type(native, dialect)).then_some(values)
}

fn sizes_of(native: &str) -> Vec<u32> {
    let inner = native.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let inner = inner.map(|(inner, _)| inner).unwrap_or_default();
    inner.split(',').filter_map(|size| size.trim().parse().ok()).collect()
}

impl Catalog {
    /// The same schema in portable types, as far as its columns are of such.
    pub fn portable(mut self) -> Catalog {
        let target = self.target().clone();
        let mut known: HashMap<String, Option<Type>> = HashMap::new();
        let mut found = |ty: &Type, default: &Option<ColumnDefault>| -> Option<Type> {
            let Type::Native(native) = ty else {
                return None;
            };
            let portable = known
                .entry(native.clone())
                .or_insert_with(|| Type::portable(native, target.dialect));
            portable.clone().filter(|portable| holds(portable, default, &target))
        };
        let tables: Vec<_> = self.tables().cloned().collect();
        for table in tables {
            let columns = table.columns.iter().map(|column| {
                let ty = found(&column.ty, &column.default).unwrap_or_else(|| column.ty.clone());
                let default = column
                    .default
                    .as_ref()
                    .map(|default| portable_default(default, &ty, &target));
                Column {
                    ty,
                    default,
                    ..column.clone()
                }
            });
            let columns: Vec<Column> = columns.collect();
            if columns == table.columns {
                continue;
            }
            if let Some(table) = self.table_mut(&table.name) {
                table.columns = columns;
            }
        }
        let domains: Vec<Object> = self
            .objects()
            .filter(|object| matches!(object, Object::Domain(_)))
            .cloned()
            .collect();
        for object in domains {
            if let Object::Domain(domain) = &object
                && let Some(ty) = found(&domain.ty, &domain.default)
            {
                let mut domain = (**domain).clone();
                domain.ty = ty;
                self.insert_object(Object::Domain(domain.into()));
            }
        }
        self
    }
}

/// A default in the words that are the same on all engines, where it is one of those.
fn portable_default(default: &ColumnDefault, ty: &Type, target: &Target) -> ColumnDefault {
    let function = match (default, ty.base()) {
        (ColumnDefault::Literal(Value::Number(number)), Some(Base::Boolean)) => {
            return match number.as_str() {
                "0" => ColumnDefault::Literal(Value::Bool(false)),
                "1" => ColumnDefault::Literal(Value::Bool(true)),
                _ => default.clone(),
            };
        }
        (ColumnDefault::Expression(_), Some(Base::Timestamp | Base::TimestampTz)) => "now",
        (ColumnDefault::Expression(_), Some(Base::Date)) => "current_date",
        (ColumnDefault::Expression(_), Some(Base::Uuid)) => "uuid",
        _ => return default.clone(),
    };
    // In the engine's own words alone: it tells `now()` from `CURRENT_TIMESTAMP`, and so does its dump.
    let normal = |text: &str| normal_expression(text, target.dialect);
    let form = target.dialect.facts().functions.get(function);
    match (default, form) {
        (ColumnDefault::Expression(text), Some(form)) if normal(&form.replace("({p})", "")) == normal(text) => {
            ColumnDefault::Function(function.into())
        }
        _ => default.clone(),
    }
}

/// Whether a default can be one of a portable type: an engine lets more be one than all of them do.
fn holds(ty: &Type, default: &Option<ColumnDefault>, target: &Target) -> bool {
    match default {
        Some(ColumnDefault::Literal(value)) => value.fit(ty, target).is_ok(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_an_engine_is_said_portably() {
        let portable = |native: &str, name: &str| {
            let dialect = Dialect::named(name).expect("a known dialect");
            Type::portable(native, dialect).map(|ty| ty.to_string())
        };
        for (name, native, wanted) in [
            ("postgres", "character varying(255)", "varchar(255)"),
            ("postgres", "timestamp(3) without time zone", "timestamp(3)"),
            ("postgres", "timestamp with time zone", "timestamptz"),
            ("postgres", "numeric(10,2)", "decimal(10,2)"),
            ("postgres", "numeric(10,0)", "decimal(10)"),
            ("postgres", "jsonb", "json"),
            ("postgres", "uuid", "uuid"),
            ("postgres", "bytea", "bytes"),
            ("mysql", "int(11)", "int"),
            ("mysql", "tinyint(1)", "boolean"),
            ("mysql", "longtext", "text"),
            ("mysql", "datetime", "timestamp(0)"),
            ("mysql", "varchar(40)", "varchar(40)"),
            ("mysql", "char(36)", "char(36)"),
            ("mysql", "enum('a','it''s')", "enum('a', 'it''s')"),
            ("sqlite", "INTEGER", "int"),
            ("sqlite", "varchar(40)", "varchar(40)"),
            ("sqlite", "text", "text"),
        ] {
            assert_eq!(portable(native, name).as_deref(), Some(wanted), "{native} of {name}");
        }
        for (name, native) in [
            ("postgres", "citext"),
            ("postgres", "json"),
            ("postgres", "int4range"),
            ("mysql", "int unsigned"),
            ("mysql", "text"),
            ("mariadb", "json"),
            ("mysql", "char(0)"),
            ("sqlite", "INT"),
            ("sqlite", ""),
        ] {
            assert_eq!(portable(native, name), None, "{native} of {name}");
        }
    }
}
