//! What the text of a CREATE TRIGGER says, on every engine. SQLite keeps nothing else of a trigger.

use super::{Event, Timing, Trigger};
use crate::dialect::{Cursor, Family, Name, ObjectName, trimmed};

/// Reads a CREATE TRIGGER; `None`: it is none, or says more than is known of triggers.
pub fn trigger_of(sql: &str, family: Family) -> Option<Trigger> {
    let mut cursor = Cursor::new(sql, family);
    cursor.take_word("create").then_some(())?;
    cursor.take_words(&["or", "replace"]);
    cursor.take_word("trigger").then_some(())?;
    cursor.take_words(&["if", "not", "exists"]);
    let named = cursor.object_name()?;
    let timing = match cursor.take_one_of(&["before", "after", "instead"]) {
        Some("after") => Timing::After,
        Some("instead") => {
            cursor.take_word("of").then_some(())?;
            Timing::InsteadOf
        }
        Some(_) => Timing::Before,
        // What SQLite means where nothing is said.
        None if family == Family::Sqlite => Timing::Before,
        None => return None,
    };
    let (mut events, mut of) = (Vec::new(), Vec::new());
    loop {
        events.push(event(&mut cursor)?);
        if cursor.take_word("of") {
            of = columns(&mut cursor)?;
        }
        if !cursor.take_word("or") {
            break;
        }
    }
    cursor.take_word("on").then_some(())?;
    let on = cursor.object_name()?;
    // SQLite and MySQL have a trigger in the schema of its table, which its own name may carry.
    let table = ObjectName {
        schema: on.schema.or(named.schema).filter(|_| family != Family::Sqlite),
        name: on.name,
    };
    let each_statement = level(&mut cursor)?;
    let when = match cursor.take_word("when") {
        true if family == Family::Postgres => Some(cursor.group()?.trim().to_string()),
        true => Some(cursor.until(&["begin"])?.to_string()),
        false => None,
    };
    if family == Family::Postgres && !cursor.peek_word("execute") {
        return None;
    }
    if cursor.peek_word("follows") || cursor.peek_word("precedes") {
        return None;
    }
    let body = trimmed(cursor.rest(), family).trim_end_matches(';').trim_end();
    Some(Trigger {
        name: named.name,
        table,
        timing,
        events,
        of,
        each_statement,
        when,
        body: body.to_string(),
        comment: None,
    })
    .filter(|trigger| !trigger.body.is_empty())
}

fn event(cursor: &mut Cursor<'_>) -> Option<Event> {
    Some(match cursor.take_one_of(&["insert", "delete", "update", "truncate"])? {
        "insert" => Event::Insert,
        "delete" => Event::Delete,
        "update" => Event::Update,
        _ => Event::Truncate,
    })
}

fn columns(cursor: &mut Cursor<'_>) -> Option<Vec<Name>> {
    let mut found = vec![Name::new(cursor.name()?)];
    while cursor.take_symbol(",") {
        found.push(Name::new(cursor.name()?));
    }
    Some(found)
}

/// Whether it is for statements, not for rows, which PostgreSQL means where nothing is said.
fn level(cursor: &mut Cursor<'_>) -> Option<bool> {
    if !cursor.take_word("for") {
        return Some(cursor.family() == Family::Postgres);
    }
    cursor.take_word("each");
    Some(cursor.take_one_of(&["row", "statement"])? == "statement")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_trigger_are_told_apart() {
        let sql = "CREATE TRIGGER IF NOT EXISTS \"on change\" AFTER UPDATE OF a, \"b c\" ON t FOR EACH ROW
            WHEN (new.a IS NOT old.a) BEGIN UPDATE t SET b = 1; END";
        let trigger = trigger_of(sql, Family::Sqlite).unwrap();
        assert_eq!((trigger.name.as_str(), trigger.table.name.as_str()), ("on change", "t"));
        assert_eq!(
            (trigger.timing, trigger.events.as_slice()),
            (Timing::After, &[Event::Update][..])
        );
        assert_eq!(trigger.of, [Name::new("a"), Name::new("b c")]);
        assert_eq!(trigger.when.as_deref(), Some("(new.a IS NOT old.a)"));
        assert_eq!(trigger.body, "BEGIN UPDATE t SET b = 1; END");
    }

    #[test]
    fn what_is_not_said_has_its_usual_meaning() {
        let trigger = trigger_of("create trigger x insert on v begin select 1; end", Family::Sqlite).unwrap();
        assert_eq!(
            (trigger.timing, trigger.events.as_slice()),
            (Timing::Before, &[Event::Insert][..])
        );
        assert!(trigger.of.is_empty() && trigger.when.is_none());
        let trigger = trigger_of(
            "create trigger x after truncate on T execute function f()",
            Family::Postgres,
        );
        assert!(trigger.is_some_and(|trigger| trigger.each_statement && trigger.table.name.as_str() == "t"));
    }

    #[test]
    fn each_engine_has_its_own_words() {
        let sql = "CREATE OR REPLACE TRIGGER x BEFORE INSERT OR UPDATE OF a ON s.t FOR EACH ROW
            WHEN (new.a > f(1)) EXECUTE FUNCTION g('b')";
        let trigger = trigger_of(sql, Family::Postgres).unwrap();
        assert_eq!(trigger.events, [Event::Insert, Event::Update]);
        assert_eq!(trigger.when.as_deref(), Some("new.a > f(1)"));
        assert_eq!(trigger.body, "EXECUTE FUNCTION g('b')");
        let sql = "CREATE TRIGGER `x` AFTER DELETE ON t FOR EACH ROW BEGIN DELETE FROM u; END;";
        let trigger = trigger_of(sql, Family::Mysql).unwrap();
        assert_eq!(trigger.body, "BEGIN DELETE FROM u; END");
        for unknown in [
            "CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()",
            "CREATE TRIGGER x AFTER INSERT ON t REFERENCING NEW TABLE AS n EXECUTE FUNCTION g()",
        ] {
            assert!(trigger_of(unknown, Family::Postgres).is_none(), "{unknown}");
        }
    }
}
