//! Enums: made, and made anew where a value goes.

use super::cannot;
use super::constraint::constraint;
use super::definition::{default_value, qualified};
use super::index::create_index;
use super::object::{Texts, comment_on, dialect_of};
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Catalog, EnumType, Object, Type};

pub(super) fn values(found: &EnumType, dialect: Dialect) -> String {
    let quoted: Vec<String> = found.values.iter().map(|value| dialect.string(value)).collect();
    quoted.join(", ")
}

pub(super) fn create_enum(catalog: &Catalog, found: &EnumType) -> Vec<String> {
    let dialect = dialect_of(catalog);
    match dialect.family() {
        Family::Postgres => vec![format!(
            "CREATE TYPE {} AS ENUM ({})",
            qualified(&found.name, dialect),
            values(found, dialect)
        )],
        // Each column that has it carries its values.
        Family::Sqlite | Family::Mysql => Vec::new(),
    }
}

/// Values that are added or renamed are so in place; where one goes, the type is made anew and the columns follow.
pub(super) fn replace_enum(catalog: &Catalog, before: &EnumType, after: &EnumType) -> Texts {
    let dialect = dialect_of(catalog);
    if dialect.family() != Family::Postgres {
        return Ok(Vec::new());
    }
    let name = qualified(&after.name, dialect);
    let pairs = || before.values.iter().zip(&after.values);
    let renamed = pairs().filter(|(old, new)| old != new);
    let in_place = before.values.len() == after.values.len()
        && renamed
            .clone()
            .all(|(old, new)| !before.values.contains(new) && !after.values.contains(old));
    if in_place {
        let texts = renamed.map(|(old, new)| {
            format!(
                "ALTER TYPE {name} RENAME VALUE {} TO {}",
                dialect.string(old),
                dialect.string(new)
            )
        });
        return Ok(texts.collect());
    }
    let kept = after.values.iter().filter(|value| before.values.contains(value));
    if kept.eq(&before.values) {
        let mut texts = Vec::new();
        for (at, value) in after
            .values
            .iter()
            .enumerate()
            .filter(|(_, value)| !before.values.contains(value))
        {
            // Each stands behind the one before it, which is there by now.
            let place = match at.checked_sub(1) {
                Some(previous) => format!("AFTER {}", dialect.string(&after.values[previous])),
                None => match before.values.first() {
                    Some(first) => format!("BEFORE {}", dialect.string(first)),
                    None => String::new(),
                },
            };
            texts.push(
                format!("ALTER TYPE {name} ADD VALUE {} {place}", dialect.string(value))
                    .trim_end()
                    .to_string(),
            );
        }
        return Ok(texts);
    }
    make_enum_anew(catalog, after)
}

pub(super) fn make_enum_anew(catalog: &Catalog, after: &EnumType) -> Texts {
    let dialect = dialect_of(catalog);
    let name = qualified(&after.name, dialect);
    let former = Name::new(format!("driftless_former_{}", after.name.name));
    let is_it = |ty: &Type| matches!(ty, Type::Named { name, .. } if catalog.key(name) == catalog.key(&after.name));
    let mut domains = catalog.objects().filter_map(|object| match object {
        Object::Domain(domain) if is_it(&domain.ty) => Some(&domain.name),
        _ => None,
    });
    if let Some(domain) = domains.next() {
        let what = format!("take values from the enum {name} while the domain `{domain}` stands on it");
        return Err(cannot(catalog, &what, "drop the domain before, and create it again"));
    }
    let mut texts = vec![format!("ALTER TYPE {name} RENAME TO {}", dialect.quote(&former))];
    texts.push(format!("CREATE TYPE {name} AS ENUM ({})", values(after, dialect)));
    let single = catalog
        .columns_of_type(&after.name)
        .into_iter()
        .map(|found| (found, ""));
    let lists = catalog
        .lists_of_type(&after.name)
        .into_iter()
        .map(|found| (found, "[]"));
    for ((table, column), list) in single.chain(lists) {
        let alter = format!("ALTER TABLE {}", qualified(&table.name, dialect));
        let quoted = dialect.quote(&column);
        let uses = |text: &str| crate::dialect::mentions(text, &column, Family::Postgres);
        // What compares its values does so by the former type, and is told anew.
        let checks: Vec<_> = table.checks.iter().filter(|check| uses(&check.expression)).collect();
        let indexes = table.indexes.iter();
        let indexes: Vec<_> = indexes
            .filter(|index| index.predicate.as_deref().is_some_and(uses))
            .collect();
        for check in &checks {
            texts.push(format!("{alter} DROP CONSTRAINT {}", dialect.quote(&check.name)));
        }
        for index in &indexes {
            let index = ObjectName {
                schema: table.name.schema.clone(),
                name: index.name.clone(),
            };
            texts.push(format!("DROP INDEX {}", qualified(&index, dialect)));
        }
        let definition = table.column(&column, catalog.column_case());
        let default = definition.and_then(|column| column.default.as_ref());
        if default.is_some() {
            texts.push(format!("{alter} ALTER COLUMN {quoted} DROP DEFAULT"));
        }
        texts.push(format!(
            "{alter} ALTER COLUMN {quoted} TYPE {name}{list} USING {quoted}::text{list}::{name}{list}"
        ));
        if let (Some(default), Some(definition)) = (default, definition) {
            let value = default_value(default, &definition.ty, dialect);
            texts.push(format!("{alter} ALTER COLUMN {quoted} SET DEFAULT {value}"));
        }
        for check in &checks {
            let text = constraint(catalog, &crate::model::Constraint::Check((*check).clone()))?;
            texts.push(format!("{alter} ADD {text}"));
        }
        for index in &indexes {
            texts.push(create_index(catalog, &table.name, index, false, false)?);
        }
    }
    let former = ObjectName {
        schema: after.name.schema.clone(),
        name: former,
    };
    texts.push(format!("DROP TYPE {}", qualified(&former, dialect)));
    texts.extend(comment_on(catalog, &Object::Enum(after.clone().into())).filter(|_| after.comment.is_some()));
    Ok(texts)
}
