//! Functions and procedures that a statement makes.

use std::sync::Arc;

use super::Reading;
use crate::dialect::{Cursor, Family, Name, trimmed};
use crate::model::{ObjectKind, Routine};
use crate::operation::known_object;

/// The words by which what PostgreSQL lets be said of a routine begins.
const PARTS: [&str; 23] = [
    "language",
    "as",
    "immutable",
    "stable",
    "volatile",
    "not",
    "leakproof",
    "called",
    "returns",
    "strict",
    "external",
    "security",
    "parallel",
    "cost",
    "rows",
    "support",
    "set",
    "window",
    "transform",
    "return",
    "begin",
    "null",
    "on",
];

impl Reading<'_, '_> {
    /// Behind `FUNCTION` or `PROCEDURE`.
    pub(super) fn routine(&self, mut cursor: Cursor<'_>, procedure: bool) -> Option<Routine> {
        let name = self.now.normal_name(&cursor.object_name()?);
        let routine = Routine {
            name,
            procedure,
            arguments: cursor.group()?.trim().to_string(),
            returns: None,
            language: None,
            options: String::new(),
            body: String::new(),
            comment: None,
        };
        match self.family() {
            Family::Postgres => of_postgres(cursor, routine),
            Family::Mysql => of_mysql(cursor, routine),
            Family::Sqlite => None,
        }
    }

    /// One that is there, by its name and the types of its arguments where they are said.
    pub(super) fn routine_named(&self, kind: ObjectKind, cursor: &mut Cursor<'_>) -> Option<Arc<Routine>> {
        let name = self.now.normal_name(&cursor.object_name()?);
        let arguments = cursor.group();
        let mut context = self.context_now();
        known_object::routine(&mut context, kind, &name, arguments, "")
    }
}

fn of_postgres(mut cursor: Cursor<'_>, mut routine: Routine) -> Option<Routine> {
    let mut options: Vec<&str> = Vec::new();
    while let Some(token) = cursor.peek() {
        if token.is_word("return") || token.is_word("begin") {
            routine.body = trimmed(cursor.rest(), Family::Postgres).to_string();
            break;
        }
        if cursor.take_words(&["returns", "null"]) {
            options.push("RETURNS NULL");
        } else if cursor.take_word("returns") {
            routine.returns = Some(cursor.until(&PARTS)?.to_string());
        } else if cursor.take_word("language") {
            let name = cursor.text().or_else(|| cursor.name())?;
            routine.language = Some(Name::new(name.to_lowercase()));
        } else if cursor.take_word("as") {
            routine.body = cursor.text()?.trim().to_string();
            if cursor.take_symbol(",") {
                return None;
            }
        } else {
            options.push(cursor.next()?.text);
        }
    }
    routine.options = options.join(" ");
    routine.language = Some(routine.language.unwrap_or_else(|| Name::new("sql")));
    (!routine.body.is_empty()).then_some(routine)
}

fn of_mysql(mut cursor: Cursor<'_>, mut routine: Routine) -> Option<Routine> {
    if cursor.take_word("returns") {
        let ends = [
            "comment",
            "language",
            "not",
            "deterministic",
            "contains",
            "no",
            "reads",
            "modifies",
            "sql",
            "begin",
            "return",
        ];
        routine.returns = Some(cursor.until(&ends)?.to_string());
    }
    let mut options: Vec<&str> = Vec::new();
    loop {
        if cursor.take_word("comment") {
            routine.comment = Some(cursor.text()?).filter(|text| !text.is_empty());
        } else if cursor.take_words(&["language", "sql"]) || cursor.take_words(&["contains", "sql"]) {
            continue;
        } else if let Some((_, text)) = OPTIONS.iter().find(|(words, _)| cursor.take_words(words)) {
            options.push(text);
        } else {
            break;
        }
    }
    routine.options = options.join(" ");
    routine.body = trimmed(cursor.rest(), Family::Mysql)
        .trim_end_matches(';')
        .trim_end()
        .to_string();
    (!routine.body.is_empty()).then_some(routine)
}

const OPTIONS: [(&[&str], &str); 7] = [
    (&["not", "deterministic"], "NOT DETERMINISTIC"),
    (&["deterministic"], "DETERMINISTIC"),
    (&["no", "sql"], "NO SQL"),
    (&["reads", "sql", "data"], "READS SQL DATA"),
    (&["modifies", "sql", "data"], "MODIFIES SQL DATA"),
    (&["sql", "security", "definer"], "SQL SECURITY DEFINER"),
    (&["sql", "security", "invoker"], "SQL SECURITY INVOKER"),
];
