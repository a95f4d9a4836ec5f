//! Objects beside tables, made, replaced, renamed and dropped: what each dialect has of them, and why not where it has not.

use super::definition::{default_value, native_type, qualified};
use super::enumeration::{create_enum, replace_enum};
use super::index::create_index;
use super::routine::{create_routine, create_trigger};
use super::sequence::{alter_sequence, create_sequence};
use super::{cannot, grant};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Feature, Name, ObjectName};
use crate::model::{
    Catalog, Change, CheckOption, Domain, Extension, Object, Policy, Routine, Schema, View, arguments_without_defaults,
};

pub(super) type Texts = Result<Vec<String>, Problem>;

/// The statements of a change of an object; none where the change is of another kind.
pub(super) fn render(catalog: &Catalog, change: &Change) -> Texts {
    match change {
        Change::CreateObject { object, if_not_exists } => create(catalog, object, *if_not_exists),
        Change::DropObject { object } => Ok(vec![drop(catalog, object)].into_iter().flatten().collect()),
        Change::ReplaceObject { before, after } => replace(catalog, before, after),
        Change::RenameObject { object, to } => rename(catalog, object, to),
        Change::RefreshView { view, concurrently } => {
            let word = if *concurrently { "CONCURRENTLY " } else { "" };
            let name = qualified(view, catalog.target().dialect);
            Ok(vec![format!("REFRESH MATERIALIZED VIEW {word}{name}")])
        }
        _ => Ok(Vec::new()),
    }
}

pub(super) fn create(catalog: &Catalog, object: &Object, if_not_exists: bool) -> Texts {
    let mut texts = match object {
        Object::Schema(schema) => create_schema(catalog, schema, if_not_exists)?,
        Object::Extension(extension) => create_extension(catalog, extension, if_not_exists)?,
        Object::Enum(found) => create_enum(catalog, found),
        Object::Domain(domain) => create_domain(catalog, domain)?,
        Object::Sequence(sequence) => create_sequence(catalog, sequence, if_not_exists)?,
        Object::View(view) => create_view(catalog, view, if_not_exists)?,
        Object::Routine(routine) => vec![create_routine(catalog, routine, false)?],
        Object::Trigger(trigger) => vec![create_trigger(catalog, trigger)?],
        Object::Policy(policy) => vec![create_policy(catalog, policy)?],
        // Those of one role are told together.
        Object::Grant(_) => Vec::new(),
    };
    // The other engines write it with what it is on.
    if object.comment().is_some() && dialect_of(catalog).family() == Family::Postgres {
        texts.extend(comment_on(catalog, object));
    }
    Ok(texts)
}

pub(super) fn dialect_of(catalog: &Catalog) -> Dialect {
    catalog.target().dialect
}

pub(super) fn guard(if_not_exists: bool) -> &'static str {
    match if_not_exists {
        true => "IF NOT EXISTS ",
        false => "",
    }
}

/// `COMMENT ON`, where there is such a thing: MariaDB comments a sequence as it does a table, and keeps the comment of a
/// routine with its text.
pub(super) fn comment_on(catalog: &Catalog, object: &Object) -> Option<String> {
    let dialect = dialect_of(catalog);
    if let (Object::Sequence(sequence), Family::Mysql) = (object, dialect.family()) {
        let text = sequence.comment.as_deref().unwrap_or_default();
        let name = qualified(&sequence.name, dialect);
        return Some(format!("ALTER TABLE {name} COMMENT = {}", dialect.string(text)));
    }
    if dialect.family() != Family::Postgres {
        return None;
    }
    let of = match object {
        Object::Enum(_) => format!("TYPE {}", qualified(&object.name(), dialect)),
        Object::Trigger(trigger) => format!(
            "TRIGGER {} ON {}",
            dialect.quote(&trigger.name),
            qualified(&trigger.table, dialect)
        ),
        Object::Policy(policy) => format!(
            "POLICY {} ON {}",
            dialect.quote(&policy.name),
            qualified(&policy.table, dialect)
        ),
        Object::Routine(routine) => format!("{} {}", routine_word(routine), signature(routine, dialect)),
        Object::Grant(_) => return None,
        Object::Schema(_) | Object::Extension(_) | Object::Domain(_) | Object::Sequence(_) | Object::View(_) => {
            format!(
                "{} {}",
                object.kind().word().to_uppercase(),
                qualified(&object.name(), dialect)
            )
        }
    };
    let text = object
        .comment()
        .map_or_else(|| "NULL".to_string(), |text| dialect.string(text));
    Some(format!("COMMENT ON {of} IS {text}"))
}

pub(super) fn routine_word(routine: &Routine) -> &'static str {
    match routine.procedure {
        true => "PROCEDURE",
        false => "FUNCTION",
    }
}

/// A routine's name, on PostgreSQL with what tells it from others of that name.
fn signature(routine: &Routine, dialect: Dialect) -> String {
    let name = qualified(&routine.name, dialect);
    match dialect.family() {
        Family::Postgres => format!("{name}({})", arguments_without_defaults(&routine.arguments, dialect)),
        Family::Sqlite | Family::Mysql => name,
    }
}

fn drop(catalog: &Catalog, object: &Object) -> Option<String> {
    let dialect = dialect_of(catalog);
    let name = qualified(&object.name(), dialect);
    let family = dialect.family();
    Some(match object {
        // Elsewhere it is nowhere but in the columns that have it.
        Object::Enum(_) if family != Family::Postgres => return None,
        Object::Enum(_) => format!("DROP TYPE {name}"),
        Object::Schema(_) | Object::Extension(_) | Object::Domain(_) | Object::Sequence(_) | Object::View(_) => {
            format!("DROP {} {name}", object.kind().word().to_uppercase())
        }
        Object::Routine(routine) => format!("DROP {} {}", routine_word(routine), signature(routine, dialect)),
        Object::Trigger(trigger) => match family {
            Family::Postgres => format!(
                "DROP TRIGGER {} ON {}",
                dialect.quote(&trigger.name),
                qualified(&trigger.table, dialect)
            ),
            Family::Sqlite | Family::Mysql => format!("DROP TRIGGER {name}"),
        },
        Object::Policy(policy) => format!(
            "DROP POLICY {} ON {}",
            dialect.quote(&policy.name),
            qualified(&policy.table, dialect)
        ),
        // Those of one role are told together.
        Object::Grant(_) => return None,
    })
}

fn replace(catalog: &Catalog, before: &Object, after: &Object) -> Texts {
    let dialect = dialect_of(catalog);
    // MySQL's ALTER cannot empty a routine's comment.
    let empties = dialect.family() == Family::Mysql && matches!(after, Object::Routine(one) if one.comment.is_none());
    if before.with_comment(None) == after.with_comment(None) && !empties {
        return match (after, dialect.family()) {
            (_, Family::Postgres) | (Object::Sequence(_), _) => Ok(comment_on(catalog, after).into_iter().collect()),
            (Object::Routine(routine), Family::Mysql) => Ok(vec![format!(
                "ALTER {} {} COMMENT {}",
                routine_word(routine),
                qualified(&routine.name, dialect),
                dialect.string(routine.comment.as_deref().unwrap_or_default())
            )]),
            (_, Family::Sqlite | Family::Mysql) => Ok(Vec::new()),
        };
    }
    let comment = || {
        let differs = before.comment() != after.comment();
        differs.then(|| comment_on(catalog, after)).flatten()
    };
    match (before, after) {
        (Object::Enum(old), Object::Enum(new)) => {
            let mut texts = replace_enum(catalog, old, new)?;
            texts.extend(comment());
            return Ok(texts);
        }
        (Object::Sequence(old), Object::Sequence(new)) => {
            let mut texts = vec![alter_sequence(catalog, old, new)?];
            texts.extend(comment());
            return Ok(texts);
        }
        // MySQL cannot replace one in place.
        (Object::Routine(old), Object::Routine(new))
            if old.arguments == new.arguments
                && old.returns == new.returns
                && old.procedure == new.procedure
                && catalog.target().supports(Feature::CreateOrReplaceRoutine) =>
        {
            let mut texts = vec![create_routine(catalog, new, true)?];
            texts.extend(comment());
            return Ok(texts);
        }
        (Object::Grant(old), Object::Grant(new)) => return Ok(vec![grant::replace(old, new, dialect)]),
        (Object::View(_), Object::View(new)) if dialect.family() == Family::Mysql => {
            let text = view_text(catalog, new, "CREATE OR REPLACE VIEW")?;
            return Ok(vec![text]);
        }
        _ => {}
    }
    let mut texts: Vec<String> = drop(catalog, before).into_iter().collect();
    texts.extend(create(catalog, after, false)?);
    Ok(texts)
}

fn rename(catalog: &Catalog, object: &Object, to: &Name) -> Texts {
    let dialect = dialect_of(catalog);
    let (name, new) = (qualified(&object.name(), dialect), dialect.quote(to));
    let renamed = ObjectName {
        schema: object.name().schema,
        name: to.clone(),
    };
    let anew = || {
        let mut texts: Vec<String> = drop(catalog, object).into_iter().collect();
        texts.extend(create(catalog, &object.renamed(to), false)?);
        Ok(texts)
    };
    if dialect.family() != Family::Postgres {
        return match object {
            Object::Enum(_) => Ok(Vec::new()),
            Object::Sequence(_) | Object::View(_) if dialect.family() == Family::Mysql => {
                Ok(vec![format!("RENAME TABLE {name} TO {}", qualified(&renamed, dialect))])
            }
            Object::Schema(_) => Err(cannot(
                catalog,
                "rename a schema",
                "create another one and move its tables there",
            )),
            _ => anew(),
        };
    }
    let of = match object {
        Object::Enum(_) => format!("TYPE {name}"),
        Object::Routine(routine) => format!("{} {}", routine_word(routine), signature(routine, dialect)),
        Object::Trigger(trigger) => format!(
            "TRIGGER {} ON {}",
            dialect.quote(&trigger.name),
            qualified(&trigger.table, dialect)
        ),
        Object::Policy(policy) => format!(
            "POLICY {} ON {}",
            dialect.quote(&policy.name),
            qualified(&policy.table, dialect)
        ),
        Object::Extension(_) | Object::Grant(_) => return anew(),
        Object::Schema(_) | Object::Domain(_) | Object::Sequence(_) | Object::View(_) => {
            format!("{} {name}", object.kind().word().to_uppercase())
        }
    };
    Ok(vec![format!("ALTER {of} RENAME TO {new}")])
}

fn create_schema(catalog: &Catalog, schema: &Schema, if_not_exists: bool) -> Texts {
    let dialect = dialect_of(catalog);
    if !catalog.target().supports(Feature::Schemas) {
        return Err(cannot(
            catalog,
            "have schemas",
            "leave it out for this dialect, and begin the tables' names with it",
        ));
    }
    Ok(vec![format!(
        "CREATE SCHEMA {}{}",
        guard(if_not_exists),
        dialect.quote(&schema.name)
    )])
}

fn create_extension(catalog: &Catalog, extension: &Extension, if_not_exists: bool) -> Texts {
    let dialect = dialect_of(catalog);
    if dialect.family() != Family::Postgres {
        return Err(cannot(
            catalog,
            "have extensions",
            "leave it out for this dialect (`dialects: [postgres]`)",
        ));
    }
    let mut text = format!(
        "CREATE EXTENSION {}{}",
        guard(if_not_exists),
        dialect.quote(&extension.name)
    );
    if let Some(schema) = &extension.schema {
        text += &format!(" SCHEMA {}", dialect.quote(schema));
    }
    if let Some(version) = &extension.version {
        text += &format!(" VERSION {}", dialect.string(version));
    }
    Ok(vec![text])
}

fn create_domain(catalog: &Catalog, domain: &Domain) -> Texts {
    let dialect = dialect_of(catalog);
    if dialect.family() != Family::Postgres {
        return Err(cannot(
            catalog,
            "have domains",
            "give the columns the domain's type and a check of their own, or leave it out for this dialect",
        ));
    }
    let mut text = format!(
        "CREATE DOMAIN {} AS {}",
        qualified(&domain.name, dialect),
        native_type(&domain.ty, dialect)?
    );
    if let Some(default) = &domain.default {
        text += &format!(" DEFAULT {}", default_value(default, &domain.ty, dialect));
    }
    if !domain.nullable {
        text += " NOT NULL";
    }
    for check in &domain.checks {
        text += &format!(
            " CONSTRAINT {} CHECK ({})",
            dialect.quote(&check.name),
            check.expression
        );
    }
    Ok(vec![text])
}

fn view_text(catalog: &Catalog, view: &View, verb: &str) -> Result<String, Problem> {
    let dialect = dialect_of(catalog);
    let mut text = format!("{verb} {} AS\n{}", qualified(&view.name, dialect), view.query);
    if let Some(option) = view.check_option {
        if dialect.family() == Family::Sqlite {
            return Err(cannot(
                catalog,
                "write through a view, and so has no `check_option`",
                "leave `check_option` out for this dialect",
            ));
        }
        let word = match option {
            CheckOption::Local => "LOCAL",
            CheckOption::Cascaded => "CASCADED",
        };
        text += &format!("\nWITH {word} CHECK OPTION");
    }
    Ok(text)
}

fn create_view(catalog: &Catalog, view: &View, if_not_exists: bool) -> Texts {
    if !view.materialized {
        return Ok(vec![view_text(catalog, view, "CREATE VIEW")?]);
    }
    if dialect_of(catalog).family() != Family::Postgres {
        return Err(cannot(
            catalog,
            "keep the rows of a view",
            "create a plain view, or a table that is filled by `create_table_as`",
        ));
    }
    let verb = format!("CREATE MATERIALIZED VIEW {}", guard(if_not_exists));
    let mut texts = vec![view_text(catalog, view, verb.trim_end())?];
    for index in &view.indexes {
        texts.push(create_index(catalog, &view.name, index, false, false)?);
    }
    Ok(texts)
}

fn create_policy(catalog: &Catalog, policy: &Policy) -> Result<String, Problem> {
    let dialect = dialect_of(catalog);
    if dialect.family() != Family::Postgres {
        return Err(cannot(
            catalog,
            "have policies on rows",
            "leave it out for this dialect (`dialects: [postgres]`), or give access by views",
        ));
    }
    let mut text = format!(
        "CREATE POLICY {} ON {}",
        dialect.quote(&policy.name),
        qualified(&policy.table, dialect)
    );
    if policy.restrictive {
        text += " AS RESTRICTIVE";
    }
    text += &format!(" FOR {}", policy.command.word());
    if !policy.roles.is_empty() {
        let roles: Vec<String> = policy.roles.iter().map(|role| grant::grantee(role, dialect)).collect();
        text += &format!(" TO {}", roles.join(", "));
    }
    if let Some(using) = &policy.using {
        text += &format!("\nUSING ({using})");
    }
    if let Some(check) = &policy.check {
        text += &format!("\nWITH CHECK ({check})");
    }
    Ok(text)
}
