//! What the text of a CREATE TRIGGER says on SQLite, which keeps nothing else of it.

use super::sqlite_cursor::{Cursor, trimmed};
use crate::dialect::{Name, ObjectName};
use crate::model::{Event, Timing, Trigger};

/// Reads a CREATE TRIGGER that SQLite has accepted.
pub fn parse(sql: &str) -> Option<Trigger> {
    let mut cursor = Cursor::new(sql);
    while !cursor.take_word("trigger") {
        cursor.next()?;
    }
    if cursor.take_word("if") {
        cursor.take_word("not");
        cursor.take_word("exists");
    }
    let mut name = cursor.name()?;
    if cursor.peek()?.text == "." {
        cursor.next();
        name = cursor.name()?;
    }
    let timing = match () {
        () if cursor.take_word("after") => Timing::After,
        () if cursor.take_word("instead") => {
            cursor.take_word("of");
            Timing::InsteadOf
        }
        () => {
            cursor.take_word("before");
            Timing::Before
        }
    };
    let event = match () {
        () if cursor.take_word("insert") => Event::Insert,
        () if cursor.take_word("delete") => Event::Delete,
        () => {
            cursor.take_word("update");
            Event::Update
        }
    };
    let mut of = Vec::new();
    if cursor.take_word("of") {
        while !cursor.take_word("on") {
            of.push(Name::new(cursor.name()?));
            if cursor.peek()?.text == "," {
                cursor.next();
            }
        }
    } else {
        cursor.take_word("on");
    }
    let table = ObjectName::plain(cursor.name()?);
    if cursor.take_word("for") {
        cursor.take_word("each");
        cursor.take_word("row");
    }
    let mut when = None;
    if cursor.take_word("when") {
        let start = cursor.peek()?.start;
        while !cursor.peek()?.is_word("begin") {
            if cursor.group().is_none() {
                cursor.next();
            }
        }
        when = Some(trimmed(sql.get(start..cursor.peek()?.start)?).to_string());
    }
    Some(Trigger {
        name: Name::new(name),
        table,
        timing,
        events: vec![event],
        of,
        each_statement: false,
        when,
        body: trimmed(cursor.rest()).trim_end_matches(';').to_string(),
        comment: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_trigger_are_told_apart() {
        let sql = "CREATE TRIGGER IF NOT EXISTS \"on change\" AFTER UPDATE OF a, \"b c\" ON t FOR EACH ROW
            WHEN (new.a IS NOT old.a) BEGIN UPDATE t SET b = 1; END";
        let trigger = parse(sql).unwrap();
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
        let trigger = parse("create trigger x insert on v begin select 1; end").unwrap();
        assert_eq!(
            (trigger.timing, trigger.events.as_slice()),
            (Timing::Before, &[Event::Insert][..])
        );
        assert!(trigger.of.is_empty() && trigger.when.is_none());
    }
}
