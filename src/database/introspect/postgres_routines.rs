//! Functions, procedures and triggers of PostgreSQL.

use std::sync::Arc;

use super::draft::Draft;
use super::postgres::{columns_of, no_member, texts_of};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Family, Name, ObjectName, Token, Version, tokens};
use crate::model::{Event, Object, Routine, Timing, Trigger};

pub(super) async fn read_routines(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let standard_body = match draft.target().version >= Version(14, 0, 0) {
        true => "pg_get_function_sqlbody(p.oid)",
        false => "NULL",
    };
    // With a range type come functions that make its values.
    let sql = format!(
        "SELECT p.proname, p.prokind, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname,
           concat_ws(' ', CASE p.prokind WHEN 'w' THEN 'WINDOW' END,
             CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
             CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
             CASE WHEN p.proisstrict THEN 'STRICT' END, CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
             CASE WHEN p.proleakproof THEN 'LEAKPROOF' END,
             CASE WHEN p.procost <> (CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END)
               THEN 'COST ' || p.procost END,
             CASE WHEN p.proretset AND p.prorows <> 1000 THEN 'ROWS ' || p.prorows END),
           array_to_json(p.proconfig), coalesce({standard_body}, p.prosrc), m.description
         FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
         LEFT JOIN pg_description m ON m.classoid = 'pg_proc'::regclass AND m.objoid = p.oid AND m.objsubid = 0
         WHERE p.pronamespace = {schema} AND p.prokind IN ('f', 'p', 'w') AND {}
           AND NOT EXISTS (SELECT FROM pg_depend i
             WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
         ORDER BY p.proname, p.oid",
        no_member("pg_proc", "p")
    );
    for [
        name,
        kind,
        arguments,
        returns,
        language,
        options,
        settings,
        body,
        comment,
    ] in rows(session, &sql).await?
    {
        let mut options = options.unwrap_or_default();
        for setting in texts_of(settings)? {
            options += &format!(" {}", setting_text(&setting, draft));
        }
        draft.add_object(Object::Routine(Arc::new(Routine {
            name: ObjectName::plain(name.unwrap_or_default()),
            procedure: kind.as_deref() == Some("p"),
            arguments: arguments.unwrap_or_default(),
            returns,
            language: language.map(Name::new),
            options: options.trim().to_string(),
            body: body.unwrap_or_default(),
            comment,
        })));
    }
    Ok(())
}

/// `SET name TO value`, of `name=value` as the server keeps it. Lists are kept as names, of which an empty one cannot be
/// written back: each becomes a text.
fn setting_text(kept: &str, draft: &Draft) -> String {
    let (name, value) = kept.split_once('=').unwrap_or((kept, ""));
    let dialect = draft.target().dialect;
    let is_list = matches!(
        name,
        "search_path" | "temp_tablespaces" | "local_preload_libraries" | "session_preload_libraries"
    );
    if !is_list || value.is_empty() {
        return format!("SET {name} TO {}", dialect.string(value));
    }
    let names = tokens(value, Family::Postgres);
    let texts: Vec<String> = names
        .iter()
        .filter_map(|token| Some(dialect.string(&token.name()?)))
        .collect();
    format!("SET {name} TO {}", texts.join(", "))
}

pub(super) async fn read_triggers(session: &mut Session, draft: &mut Draft, schema: &str) -> Result<(), Error> {
    let sql = format!(
        "SELECT c.relname, t.tgname, t.tgtype, CASE WHEN t.tgattr <> '' THEN
             (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(t.tgattr) WITH ORDINALITY AS k (number, place)
              JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = k.number) END,
           pg_get_triggerdef(t.oid, true), m.description
         FROM pg_class c
         JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
         LEFT JOIN pg_description m ON m.classoid = 'pg_trigger'::regclass AND m.objoid = t.oid AND m.objsubid = 0
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND {}
         ORDER BY c.oid, t.oid",
        no_member("pg_trigger", "t")
    );
    for [table, name, bits, columns, definition, comment] in rows(session, &sql).await? {
        let table = table.unwrap_or_default();
        if !draft.knows(&table) {
            continue;
        }
        let bits: u16 = bits.and_then(|bits| bits.parse().ok()).unwrap_or_default();
        let events = [
            (4, Event::Insert),
            (8, Event::Delete),
            (16, Event::Update),
            (32, Event::Truncate),
        ];
        let (when, body) = condition_and_body(&definition.unwrap_or_default());
        draft.add_object(Object::Trigger(Arc::new(Trigger {
            name: Name::new(name.unwrap_or_default()),
            table: ObjectName::plain(table),
            timing: match (bits & 2 != 0, bits & 64 != 0) {
                (true, _) => Timing::Before,
                (_, true) => Timing::InsteadOf,
                _ => Timing::After,
            },
            events: events
                .into_iter()
                .filter(|(bit, _)| bits & bit != 0)
                .map(|(_, event)| event)
                .collect(),
            of: columns_of(columns)?,
            each_statement: bits & 1 == 0,
            when,
            body,
            comment,
        })));
    }
    Ok(())
}

/// What stands in the brackets behind WHEN, and from EXECUTE on, in a trigger as the server writes it.
fn condition_and_body(definition: &str) -> (Option<String>, String) {
    let all: Vec<Token<'_>> = tokens(definition, Family::Postgres);
    let (mut depth, mut when) = (0, None);
    for token in &all {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ if depth == 0 && token.is_word("when") => when = Some(token.end()),
            _ if depth == 0 && token.is_word("execute") => {
                let condition = when.and_then(|from| definition.get(from..token.start));
                let condition = condition.map(|text| unbracketed(text.trim()).to_string());
                return (condition, definition[token.start..].to_string());
            }
            _ => {}
        }
    }
    (None, definition.to_string())
}

fn unbracketed(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_trigger_are_told_apart() {
        let (when, body) = condition_and_body(
            "CREATE TRIGGER \"when\" BEFORE UPDATE OF a ON \"execute\" FOR EACH ROW \
             WHEN (old.a IS DISTINCT FROM f(new.a, ')')) EXECUTE FUNCTION stamp('a', 'EXECUTE')",
        );
        assert_eq!(when.as_deref(), Some("old.a IS DISTINCT FROM f(new.a, ')')"));
        assert_eq!(body, "EXECUTE FUNCTION stamp('a', 'EXECUTE')");
    }
}
