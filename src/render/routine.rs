//! Functions, procedures and triggers.

use super::definition::{names, qualified};
use super::object::{dialect_of, routine_word};
use super::{Body, Statement, cannot};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Catalog, Change, Event, Object, Routine, Timing, Trigger, is_standard_body};

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

/// The statements of a way back. A body that is put back was there before: PostgreSQL is not asked whether what it names
/// still is.
pub fn put_back(mut statements: Vec<Statement>, changes: &[Change], family: Family) -> Vec<Statement> {
    let is_read = |object: &Object| match object {
        Object::Routine(routine) => {
            let language = routine.language.as_ref().map_or("sql", Name::as_str);
            language.eq_ignore_ascii_case("sql") && !is_standard_body(&routine.body)
        }
        _ => false,
    };
    // Another comment puts no body back.
    let makes = |statement: &Statement| matches!(&statement.body, Body::Sql(text) if text.starts_with("CREATE"));
    let puts = |statement: &Statement| match changes.get(statement.change) {
        Some(Change::CreateObject { object, .. } | Change::ReplaceObject { after: object, .. }) => {
            is_read(object) && makes(statement)
        }
        _ => false,
    };
    let first = statements.iter().position(puts).filter(|_| family == Family::Postgres);
    let last = statements.iter().rposition(puts);
    if let (Some(first), Some(last)) = (first, last) {
        let (from, to) = (statements[first].change, statements[last].change);
        statements.insert(last + 1, Statement::sql(to, "RESET check_function_bodies"));
        statements.insert(first, Statement::sql(from, "SET check_function_bodies = off"));
    }
    statements
}

pub(super) fn create_routine(catalog: &Catalog, routine: &Routine, replace: bool) -> Result<String, Problem> {
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

pub(super) fn create_trigger(catalog: &Catalog, trigger: &Trigger) -> Result<String, Problem> {
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
