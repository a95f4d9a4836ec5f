//! Functions, procedures and triggers of MySQL and MariaDB.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::Draft;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Family, Name, ObjectName, Token, TokenKind, tokens};
use crate::model::{Event, Object, Routine, Timing, Trigger};

/// `of_database` is the collation of texts of which nothing is said.
pub(super) async fn read_routines(session: &mut Session, draft: &mut Draft, of_database: &str) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT routine_type, specific_name, parameter_mode, parameter_name, dtd_identifier,
           character_set_name, collation_name
         FROM information_schema.parameters WHERE specific_schema = database() AND ordinal_position > 0
         ORDER BY routine_type, specific_name, ordinal_position";
    let mut arguments: HashMap<(Option<String>, Option<String>), Vec<String>> = HashMap::new();
    for [kind, routine, mode, name, ty, charset, collation] in rows(session, sql).await? {
        // The parameters of functions have no mode: it is given, but cannot be written.
        let mode = match kind.as_deref() {
            Some("PROCEDURE") => mode.map(|mode| mode + " ").unwrap_or_default(),
            _ => String::new(),
        };
        let name = dialect.quote(&name.unwrap_or_default());
        let ty = ty.unwrap_or_default();
        let letters = letters_of(&ty, charset, collation, of_database);
        let argument = format!("{mode}{name} {ty}{letters}");
        arguments.entry((kind, routine)).or_default().push(argument);
    }
    let sql = "SELECT routine_type, routine_name, dtd_identifier, is_deterministic, sql_data_access, security_type,
           routine_definition, routine_comment, character_set_name, collation_name
         FROM information_schema.routines
         WHERE routine_schema = database() AND routine_type IN ('FUNCTION', 'PROCEDURE')
         ORDER BY routine_type, routine_name";
    for row in rows(session, sql).await? {
        let [
            kind,
            name,
            returns,
            deterministic,
            access,
            security,
            body,
            comment,
            charset,
            collation,
        ] = row;
        // What the user may not read, or is written in another language, is left out: what it does stays unknown.
        let Some(body) = body.filter(|body| !is_aggregate(body)) else {
            continue;
        };
        let procedure = kind.as_deref() == Some("PROCEDURE");
        let mut options = Vec::new();
        options.extend((deterministic.as_deref() == Some("YES")).then(|| "DETERMINISTIC".to_string()));
        options.extend(access.filter(|access| access != "CONTAINS SQL"));
        options.extend((security.as_deref() == Some("INVOKER")).then(|| "SQL SECURITY INVOKER".to_string()));
        let list = arguments.remove(&(kind.clone(), name.clone())).unwrap_or_default();
        let name = ObjectName::plain(name.unwrap_or_default());
        let kind = kind.as_deref().unwrap_or_default();
        let body = body_as_written(session, draft, kind, &name.name, body).await?;
        draft.add_object(Object::Routine(Arc::new(Routine {
            name,
            procedure,
            arguments: list.join(", "),
            returns: returns.filter(|ty| !procedure && !ty.is_empty()).map(|ty| {
                let letters = letters_of(&ty, charset, collation, of_database);
                ty + &letters
            }),
            language: None,
            options: options.join(" "),
            body,
            comment: comment.filter(|text| !text.is_empty()),
        })));
    }
    Ok(())
}

/// The character set and the collation of a text, where the database has others.
fn letters_of(ty: &str, charset: Option<String>, collation: Option<String>, of_database: &str) -> String {
    let word = ty.split('(').next().unwrap_or_default().to_ascii_lowercase();
    let is_text = word.ends_with("char") || word.ends_with("text") || matches!(word.as_str(), "enum" | "set");
    // Some servers say the character set with the type.
    let is_text = is_text && !ty.to_ascii_lowercase().contains(" char");
    match charset.zip(collation) {
        Some((charset, collation)) if is_text && collation != of_database => {
            format!(" CHARACTER SET {charset} COLLATE {collation}")
        }
        _ => String::new(),
    }
}

/// A function of MariaDB that takes many rows: nothing but its text tells it from another one, and no operation makes it.
fn is_aggregate(body: &str) -> bool {
    let mut cursor = Cursor::new(body, Family::Mysql);
    while !cursor.is_done() {
        if cursor.take_words(&["fetch", "group", "next", "row"]) {
            return true;
        }
        cursor.next();
    }
    false
}

pub(super) async fn read_triggers(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT event_object_table, trigger_name, action_timing, event_manipulation, action_statement
         FROM information_schema.triggers WHERE trigger_schema = database()
         ORDER BY event_object_table, action_timing, event_manipulation, action_order";
    for [table, name, timing, event, body] in rows(session, sql).await? {
        let table = table.unwrap_or_default();
        if !draft.knows(&table) {
            continue;
        }
        let name = Name::new(name.unwrap_or_default());
        let body = body_as_written(session, draft, "TRIGGER", &name, body.unwrap_or_default()).await?;
        draft.add_object(Object::Trigger(Arc::new(Trigger {
            name,
            table: ObjectName::plain(table),
            timing: match timing.as_deref() {
                Some("BEFORE") => Timing::Before,
                _ => Timing::After,
            },
            events: vec![match event.as_deref() {
                Some("INSERT") => Event::Insert,
                Some("DELETE") => Event::Delete,
                _ => Event::Update,
            }],
            of: Vec::new(),
            each_statement: false,
            when: None,
            body,
            comment: None,
        })));
    }
    Ok(())
}

/// The body of a routine or a trigger. MySQL lists it with other letters where a quoted name in it holds a backtick: what
/// such a body is, the statement that made it tells.
async fn body_as_written(
    session: &mut Session,
    draft: &Draft,
    kind: &str,
    name: &Name,
    listed: String,
) -> Result<String, Error> {
    let dialect = draft.target().dialect;
    if dialect.name() != "mysql" || !holds_backtick_in_name(&listed) {
        return Ok(listed);
    }
    let made = session
        .query(&format!("SHOW CREATE {kind} {}", dialect.quote(name)))
        .await?;
    let statement = made.into_iter().next().and_then(|row| row.into_iter().nth(2).flatten());
    let body = statement.as_deref().and_then(|statement| match kind {
        "TRIGGER" => body_of_trigger(statement),
        _ => body_of_routine(statement),
    });
    Ok(body.map_or(listed, str::to_string))
}

/// Whether a name with a backtick is listed, in whose place stands `aa`bb` for the name a`b.
fn holds_backtick_in_name(body: &str) -> bool {
    let all = tokens(body, Family::Mysql);
    let quoted = |token: &Token<'_>| token.kind == TokenKind::Quoted && token.text.starts_with('`');
    let inner = |token: &Token<'_>| {
        token
            .text
            .get(1..token.text.len() - 1)
            .is_none_or(|inner| inner.contains('`'))
    };
    let unclosed = |token: &Token<'_>| token.text.len() < 2 || !token.text.ends_with('`');
    let runs_on = |pair: &[Token<'_>]| quoted(&pair[0]) && !pair[1].is_blank() && pair[1].kind != TokenKind::Symbol;
    all.iter()
        .any(|token| quoted(token) && (unclosed(token) || inner(token)))
        || all.windows(2).any(runs_on)
}

fn body_of_trigger(statement: &str) -> Option<&str> {
    let mut cursor = Cursor::new(statement, Family::Mysql);
    while !cursor.take_words(&["FOR", "EACH", "ROW"]) {
        cursor.next()?;
    }
    Some(cursor.rest())
}

/// Behind the arguments and the type, the server writes what else is said of a routine on lines of their own, set in.
fn body_of_routine(statement: &str) -> Option<&str> {
    let mut depth = 0;
    let end = tokens(statement, Family::Mysql).into_iter().find_map(|token| {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        (token.text == ")" && depth == 0).then(|| token.end())
    })?;
    let (_, mut rest) = statement.get(end..)?.split_once('\n')?;
    while rest.starts_with("    ") {
        (_, rest) = rest.split_once('\n')?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::{body_of_routine, body_of_trigger, holds_backtick_in_name};

    #[test]
    fn the_body_is_what_stands_behind_the_head() {
        let trigger =
            "CREATE DEFINER=`a`@`%` TRIGGER `FOR EACH ROW` BEFORE INSERT ON `t` FOR EACH ROW set new.`a``b` = 1";
        assert_eq!(body_of_trigger(trigger), Some("set new.`a``b` = 1"));
        let routine = "CREATE DEFINER=`a`@`%` FUNCTION `f(`(a int, b enum('x\n)')) RETURNS decimal(3,1)\n    NO SQL\n    \
                       COMMENT 'ab\\nc'\nreturn `a``b`";
        assert_eq!(body_of_routine(routine), Some("return `a``b`"));
        let bare = "CREATE DEFINER=`a`@`%` PROCEDURE `p`()\nBEGIN\n    SELECT 1;\nEND";
        assert_eq!(body_of_routine(bare), Some("BEGIN\n    SELECT 1;\nEND"));
    }

    #[test]
    fn names_with_a_backtick_are_noticed() {
        for listed in [
            "DELETE FROM `bback`tick11` WHERE 1",
            "SET @a = NEW.`aa`bb`",
            "SELECT `aa```",
            "x.`aa`bb` = `aa`bb`",
        ] {
            assert!(holds_backtick_in_name(listed), "{listed}");
        }
        for listed in [
            "SELECT `a`, `b` FROM `c`.`d`",
            "SELECT '`' AS `a`",
            "SELECT 1 /* ` */",
            "RETURN a * 2",
        ] {
            assert!(!holds_backtick_in_name(listed), "{listed}");
        }
    }
}
