//! Functions, procedures and triggers of MySQL and MariaDB.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::Draft;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Name, ObjectName};
use crate::model::{Event, Object, Routine, Timing, Trigger};

pub(super) async fn read_routines(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let sql = "SELECT routine_type, specific_name, parameter_mode, parameter_name, dtd_identifier
         FROM information_schema.parameters WHERE specific_schema = database() AND ordinal_position > 0
         ORDER BY routine_type, specific_name, ordinal_position";
    let mut arguments: HashMap<(Option<String>, Option<String>), Vec<String>> = HashMap::new();
    for [kind, routine, mode, name, ty] in rows(session, sql).await? {
        // The parameters of functions have no mode: it is given, but cannot be written.
        let mode = match kind.as_deref() {
            Some("PROCEDURE") => mode.map(|mode| mode + " ").unwrap_or_default(),
            _ => String::new(),
        };
        let name = dialect.quote(&name.unwrap_or_default());
        let argument = format!("{mode}{name} {}", ty.unwrap_or_default());
        arguments.entry((kind, routine)).or_default().push(argument);
    }
    let sql = "SELECT routine_type, routine_name, dtd_identifier, is_deterministic, sql_data_access, security_type,
           routine_definition, routine_comment
         FROM information_schema.routines
         WHERE routine_schema = database() AND routine_type IN ('FUNCTION', 'PROCEDURE')
         ORDER BY routine_type, routine_name";
    for [kind, name, returns, deterministic, access, security, body, comment] in rows(session, sql).await? {
        let procedure = kind.as_deref() == Some("PROCEDURE");
        let mut options = Vec::new();
        options.extend((deterministic.as_deref() == Some("YES")).then(|| "DETERMINISTIC".to_string()));
        options.extend(access.filter(|access| access != "CONTAINS SQL"));
        options.extend((security.as_deref() == Some("INVOKER")).then(|| "SQL SECURITY INVOKER".to_string()));
        let list = arguments.remove(&(kind, name.clone())).unwrap_or_default();
        draft.add_object(Object::Routine(Arc::new(Routine {
            name: ObjectName::plain(name.unwrap_or_default()),
            procedure,
            arguments: list.join(", "),
            returns: returns.filter(|ty| !procedure && !ty.is_empty()),
            language: None,
            options: options.join(" "),
            body: body.unwrap_or_default(),
            comment: comment.filter(|text| !text.is_empty()),
        })));
    }
    Ok(())
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
        draft.add_object(Object::Trigger(Arc::new(Trigger {
            name: Name::new(name.unwrap_or_default()),
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
            body: body.unwrap_or_default(),
            comment: None,
        })));
    }
    Ok(())
}
