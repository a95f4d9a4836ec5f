//! Types, defaults and numbers, in the words of an author.

use indexmap::IndexMap;

use crate::dialect::{Dialect, ObjectName};
use crate::model::{Catalog, Column, ColumnDefault, ObjectKind, Type, Value};
use crate::operation::specification::{IdentityOptions, IdentitySpec, TypeSpec, TypeValue};
use crate::render::default_value;

pub(super) fn type_spec(catalog: &Catalog, ty: &Type) -> TypeSpec {
    let form = |key: &str, value: TypeValue| TypeSpec::Form(IndexMap::from([(key.to_string(), value)]));
    match ty {
        Type::Portable(..) => TypeSpec::Text(ty.to_string()),
        Type::Enum(values) => form("enum", TypeValue::Values(values.clone())),
        Type::Native(text) => form("native", TypeValue::Type(TypeSpec::Text(text.clone()))),
        Type::Named { name, .. } => {
            let key = match catalog.object(ObjectKind::Domain, name) {
                Some(_) => "domain",
                None => "enum",
            };
            form(key, TypeValue::Type(named(name)))
        }
    }
}

fn named(name: &ObjectName) -> TypeSpec {
    let word = |text: &str| TypeValue::Type(TypeSpec::Text(text.to_string()));
    match &name.schema {
        None => TypeSpec::Text(name.name.to_string()),
        Some(schema) => TypeSpec::Form(IndexMap::from([
            ("schema".to_string(), word(schema)),
            ("name".to_string(), word(&name.name)),
        ])),
    }
}

pub(super) fn default_of(default: &ColumnDefault, dialect: Dialect) -> Value {
    match default {
        ColumnDefault::Function(name) => Value::Function(name.clone()),
        ColumnDefault::Expression(text) => Value::Sql(text.clone()),
        // A text that looks like a call is taken for one that was meant.
        ColumnDefault::Literal(Value::Text(text)) if crate::operation::context::looks_like_call(text) => {
            Value::Sql(dialect.string(text))
        }
        ColumnDefault::Literal(value) => value.clone(),
    }
}

pub(super) fn identity_of(column: &Column) -> IdentitySpec {
    match &column.identity {
        None => IdentitySpec::Flag(false),
        Some(identity) if *identity == Default::default() => IdentitySpec::Flag(true),
        Some(identity) => IdentitySpec::Options(IdentityOptions {
            start: identity.start,
            increment: identity.increment,
            always: identity.always,
        }),
    }
}

/// What a column is set to whenever its row changes.
pub(super) fn on_update_of(column: &Column, dialect: Dialect) -> Option<Value> {
    let text = column.on_update.as_ref()?;
    let now = ColumnDefault::Function("now".into());
    Some(match *text == default_value(&now, &column.ty, dialect) {
        true => Value::Function("now".into()),
        false => Value::Sql(text.clone()),
    })
}

/// A name in quotes, with its schema where it has one.
pub(super) fn quoted(name: &ObjectName, dialect: Dialect) -> String {
    let schema = name.schema.as_ref().map(|schema| dialect.quote(schema) + ".");
    schema.unwrap_or_default() + &dialect.quote(&name.name)
}
