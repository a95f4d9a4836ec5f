//! Objects beside tables, made, replaced, renamed and dropped: what each dialect has of them, and why not where it has not.

use super::definition::{create_index, default_value, names, native_type, qualified};
use super::{cannot, grant};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Feature, Name, ObjectName};
use crate::model::{
    Catalog, Change, CheckOption, Domain, EnumType, Event, Extension, Object, Policy, Routine, Schema, Sequence,
    Timing, Trigger, View, arguments_without_defaults, is_standard_body,
};

type Texts = Result<Vec<String>, Problem>;

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

fn dialect_of(catalog: &Catalog) -> Dialect {
    catalog.target().dialect
}

fn guard(if_not_exists: bool) -> &'static str {
    match if_not_exists {
        true => "IF NOT EXISTS ",
        false => "",
    }
}

/// `COMMENT ON`, where there is such a thing: MariaDB comments a sequence as it does a table, and keeps the comment of a
/// routine with its text.
fn comment_on(catalog: &Catalog, object: &Object) -> Option<String> {
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

fn routine_word(routine: &Routine) -> &'static str {
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

fn values(found: &EnumType, dialect: Dialect) -> String {
    let quoted: Vec<String> = found.values.iter().map(|value| dialect.string(value)).collect();
    quoted.join(", ")
}

fn create_enum(catalog: &Catalog, found: &EnumType) -> Vec<String> {
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
fn replace_enum(catalog: &Catalog, before: &EnumType, after: &EnumType) -> Texts {
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

fn make_enum_anew(catalog: &Catalog, after: &EnumType) -> Texts {
    let dialect = dialect_of(catalog);
    let name = qualified(&after.name, dialect);
    let former = Name::new(format!("driftless_former_{}", after.name.name));
    let mut texts = vec![format!("ALTER TYPE {name} RENAME TO {}", dialect.quote(&former))];
    texts.push(format!("CREATE TYPE {name} AS ENUM ({})", values(after, dialect)));
    for (table, column) in catalog.columns_of_type(&after.name) {
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
            "{alter} ALTER COLUMN {quoted} TYPE {name} USING {quoted}::text::{name}"
        ));
        if let (Some(default), Some(definition)) = (default, definition) {
            let value = default_value(default, &definition.ty, dialect);
            texts.push(format!("{alter} ALTER COLUMN {quoted} SET DEFAULT {value}"));
        }
        for check in &checks {
            let text = super::definition::constraint(catalog, &crate::model::Constraint::Check((*check).clone()))?;
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

fn check_sequences(catalog: &Catalog) -> Result<(), Problem> {
    match catalog.target().supports(Feature::Sequences) {
        true => Ok(()),
        false => Err(cannot(
            catalog,
            "have sequences",
            "number the rows by `identity`, or leave it out for this dialect",
        )),
    }
}

/// MariaDB's sequences are of one type.
fn check_sequence_type(catalog: &Catalog, sequence: &Sequence) -> Result<(), Problem> {
    match &sequence.ty {
        Some(_) if dialect_of(catalog).family() != Family::Postgres => Err(cannot(
            catalog,
            "choose the type of a sequence's numbers",
            "leave `type` out for this dialect, and give it a `maximum`",
        )),
        _ => Ok(()),
    }
}

fn create_sequence(catalog: &Catalog, sequence: &Sequence, if_not_exists: bool) -> Texts {
    check_sequences(catalog)?;
    check_sequence_type(catalog, sequence)?;
    let dialect = dialect_of(catalog);
    let mut text = format!(
        "CREATE SEQUENCE {}{}",
        guard(if_not_exists),
        qualified(&sequence.name, dialect)
    );
    if let (Some(ty), Family::Postgres) = (&sequence.ty, dialect.family()) {
        text += &format!(" AS {ty}");
    }
    let numbers = [
        ("START WITH", sequence.start),
        ("INCREMENT BY", sequence.increment),
        ("MINVALUE", sequence.minimum),
        ("MAXVALUE", sequence.maximum),
        ("CACHE", sequence.cache),
    ];
    for (word, number) in numbers {
        if let Some(number) = number {
            text += &format!(" {word} {number}");
        }
    }
    if sequence.cycle {
        text += " CYCLE";
    }
    if let (Some(comment), Family::Mysql) = (&sequence.comment, dialect.family()) {
        text += &format!(" COMMENT = {}", dialect.string(comment));
    }
    Ok(vec![text])
}

fn alter_sequence(catalog: &Catalog, before: &Sequence, after: &Sequence) -> Result<String, Problem> {
    check_sequences(catalog)?;
    check_sequence_type(catalog, after)?;
    let dialect = dialect_of(catalog);
    let postgres = dialect.family() == Family::Postgres;
    let mut text = format!("ALTER SEQUENCE {}", qualified(&after.name, dialect));
    if postgres && before.ty != after.ty {
        text += &format!(" AS {}", after.ty.as_deref().unwrap_or("bigint"));
    }
    let increment = after.increment.unwrap_or(1);
    let first = match increment < 0 {
        true => after.maximum.unwrap_or(-1),
        false => after.minimum.unwrap_or(1),
    };
    if before.increment != after.increment {
        text += &format!(" INCREMENT BY {increment}");
    }
    for (word, old, new) in [
        ("MINVALUE", before.minimum, after.minimum),
        ("MAXVALUE", before.maximum, after.maximum),
    ] {
        match new {
            _ if old == new => {}
            Some(number) => text += &format!(" {word} {number}"),
            None => text += &format!(" NO {word}"),
        }
    }
    if before.start != after.start {
        text += &format!(" START WITH {}", after.start.unwrap_or(first));
    }
    if before.cache != after.cache {
        let usual = if postgres { 1 } else { 1000 };
        text += &format!(" CACHE {}", after.cache.unwrap_or(usual));
    }
    if before.cycle != after.cycle {
        let no = match (after.cycle, postgres) {
            (true, _) => "",
            (false, true) => "NO ",
            (false, false) => "NO",
        };
        text += &format!(" {no}CYCLE");
    }
    Ok(text)
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

/// A mark around a text that the text does not hold.
pub(super) fn dollar_quoted(text: &str) -> String {
    let tag = (0..)
        .map(|number| match number {
            0 => "$body$".to_string(),
            number => format!("$body{number}$"),
        })
        .find(|tag| !text.contains(tag.as_str()))
        .unwrap_or_default();
    format!("{tag}{text}{tag}")
}

fn create_routine(catalog: &Catalog, routine: &Routine, replace: bool) -> Result<String, Problem> {
    let dialect = dialect_of(catalog);
    let verb = if replace { "CREATE OR REPLACE" } else { "CREATE" };
    let mut text = format!(
        "{verb} {} {}({})",
        routine_word(routine),
        qualified(&routine.name, dialect),
        routine.arguments
    );
    if let Some(returns) = &routine.returns {
        text += &format!("\nRETURNS {returns}");
    }
    match dialect.family() {
        Family::Sqlite => Err(cannot(
            catalog,
            "keep functions and procedures",
            "leave it out for this dialect (`dialects: [postgres, mysql, mariadb]`)",
        )),
        Family::Postgres => {
            let language = routine.language.as_ref().map_or("sql", Name::as_str);
            text += &format!("\nLANGUAGE {}", dialect.quote(language));
            if !routine.options.trim().is_empty() {
                text += &format!("\n{}", routine.options.trim());
            }
            text += &match is_standard_body(&routine.body) && language.eq_ignore_ascii_case("sql") {
                true => format!("\n{}", routine.body),
                false => format!("\nAS {}", dollar_quoted(&routine.body)),
            };
            Ok(text)
        }
        Family::Mysql => {
            if !routine.options.trim().is_empty() {
                text += &format!("\n{}", routine.options.trim());
            }
            if let Some(comment) = &routine.comment {
                text += &format!("\nCOMMENT {}", dialect.string(comment));
            }
            Ok(format!("{text}\n{}", routine.body.trim_end().trim_end_matches(';')))
        }
    }
}

fn create_trigger(catalog: &Catalog, trigger: &Trigger) -> Result<String, Problem> {
    let dialect = dialect_of(catalog);
    let family = dialect.family();
    if let Some(lacking) = trigger_lacks(trigger, family) {
        return Err(cannot(catalog, lacking.what, lacking.instead));
    }
    let events: Vec<String> = trigger
        .events
        .iter()
        .map(|event| match (event, trigger.of.is_empty()) {
            (Event::Update, false) => format!("UPDATE OF {}", names(&trigger.of, dialect)),
            (event, _) => event.word().to_string(),
        })
        .collect();
    let name = match family {
        Family::Postgres => dialect.quote(&trigger.name),
        // It lies in the schema of its table.
        Family::Sqlite | Family::Mysql => {
            let name = ObjectName {
                schema: trigger.table.schema.clone(),
                name: trigger.name.clone(),
            };
            qualified(&name, dialect)
        }
    };
    let mut text = format!(
        "CREATE TRIGGER {name} {} {} ON {}",
        trigger.timing.word(),
        events.join(" OR "),
        qualified(&trigger.table, dialect)
    );
    text += match trigger.each_statement {
        true => "\nFOR EACH STATEMENT",
        false => "\nFOR EACH ROW",
    };
    if let Some(when) = &trigger.when {
        text += &format!("\nWHEN ({when})");
    }
    let body = trigger.body.trim().trim_end_matches(';').trim_end();
    let is_block = body.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("begin"));
    text += &match family {
        Family::Sqlite if !is_block => format!("\nBEGIN\n  {body};\nEND"),
        Family::Sqlite | Family::Postgres | Family::Mysql => format!("\n{body}"),
    };
    Ok(text)
}

/// What a trigger asks for that an engine lacks: the key that asks for it, what it is, and what to do instead.
pub struct Lacking {
    pub key: &'static str,
    pub what: &'static str,
    pub instead: &'static str,
}

/// What of a trigger only PostgreSQL has.
pub fn trigger_lacks(trigger: &Trigger, family: Family) -> Option<Lacking> {
    if family == Family::Postgres {
        return None;
    }
    let mysql = family == Family::Mysql;
    let all = [
        (
            trigger.events.contains(&Event::Truncate),
            "events",
            "have a trigger for `truncate`",
            "leave it out for this dialect",
        ),
        (
            trigger.events.len() != 1,
            "events",
            "have a trigger for several events",
            "write one trigger for each event",
        ),
        (
            trigger.each_statement,
            "each_statement",
            "have a trigger for each statement",
            "leave `each_statement` out for this dialect",
        ),
        (
            mysql && !trigger.of.is_empty(),
            "of",
            "limit a trigger to columns (`of`)",
            "ask for the columns in its body: `IF NOT (OLD.name <=> NEW.name) THEN …`",
        ),
        (
            mysql && trigger.when.is_some(),
            "when",
            "limit a trigger to rows (`when`)",
            "ask for them in its body with `IF`",
        ),
        (
            mysql && trigger.timing == Timing::InsteadOf,
            "timing",
            "have a trigger instead of writing to a view",
            "write to the tables below it",
        ),
    ];
    let found = all.into_iter().find(|(is_so, ..)| *is_so);
    found.map(|(_, key, what, instead)| Lacking { key, what, instead })
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
