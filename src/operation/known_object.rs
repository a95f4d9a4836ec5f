//! Objects that have to be there: found by kind and name, or told of with the nearest name that is known.

use std::sync::Arc;

use super::Context;
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Object, ObjectKind, Routine, normal_arguments};

/// A trigger or a policy of a table.
pub(super) fn on_table(
    context: &mut Context<'_>,
    kind: ObjectKind,
    name: &Name,
    table: &ObjectName,
    path: &str,
) -> Option<Object> {
    let standing = context.catalog.standing_on(table);
    let mut there = standing.into_iter().filter(|object| object.kind() == kind);
    let found = there.clone().find(|object| object.name().name == *name);
    if found.is_some() {
        return found;
    }
    let known = there.by_ref().map(|object| object.name().name.to_string()).collect();
    if let Some(object) = context.catalog.objects_named(kind, &beside(table, name)).next() {
        let on = object.stands_on().map(ToString::to_string).unwrap_or_default();
        let message = format!("{} `{name}` stands on `{on}`, not on `{table}`", kind.word());
        context.problem(Problem::error(code(kind), message).at(path));
        return None;
    }
    if !context.is_uncertain(name) {
        unknown(context, kind, name, known, path);
    }
    None
}

/// The name of what lies in the schema of its table.
pub(super) fn beside(table: &ObjectName, name: &Name) -> ObjectName {
    ObjectName {
        schema: table.schema.clone(),
        name: name.clone(),
    }
}

/// A function or a procedure: by its arguments' types too where there are several of its name.
pub(super) fn routine(
    context: &mut Context<'_>,
    kind: ObjectKind,
    name: &ObjectName,
    arguments: Option<&str>,
    path: &str,
) -> Option<Arc<Routine>> {
    let dialect = context.dialect();
    let routines: Vec<Arc<Routine>> = context
        .catalog
        .objects_named(kind, name)
        .filter_map(|object| match object {
            Object::Routine(routine) => Some(routine.clone()),
            _ => None,
        })
        .collect();
    let signature = |routine: &Routine| normal_arguments(&routine.arguments, dialect);
    let signatures: Vec<String> = routines
        .iter()
        .map(|one| format!("`{}({})`", one.name, signature(one)))
        .collect();
    let wanted = arguments.filter(|_| dialect.family() == Family::Postgres);
    let wanted = wanted.map(|arguments| normal_arguments(arguments, dialect));
    match (wanted, routines.as_slice()) {
        (None, [one]) => Some(one.clone()),
        (None, []) => {
            context.known(kind, name, path)?;
            None
        }
        (None, _) => {
            let message = format!("there are several {}s `{name}`: {}", kind.word(), signatures.join(", "));
            let problem = Problem::error("ambiguous-routine", message).help("say which by its `arguments`");
            context.problem(problem.at(path));
            None
        }
        (Some(wanted), _) => {
            let found = routines.iter().find(|routine| signature(routine) == wanted);
            if found.is_none() && routines.is_empty() {
                context.known(kind, name, path)?;
            } else if found.is_none() && !context.is_uncertain(&name.name) {
                let message = format!("unknown {} `{name}({wanted})`", kind.word());
                let problem = Problem::error(code(kind), message).note(format!("there is {}", signatures.join(", ")));
                context.problem(problem.at(path));
            }
            found.cloned()
        }
    }
}

fn unknown(context: &mut Context<'_>, kind: ObjectKind, name: &str, known: Vec<String>, path: &str) {
    let problem = Problem::error(code(kind), format!("unknown {} `{name}`", kind.word()));
    let near = nearest(name, known.iter().map(String::as_str));
    context.problem(problem.did_you_mean(near).at(path));
}

pub(super) fn code(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Schema => "unknown-schema",
        ObjectKind::Extension => "unknown-extension",
        ObjectKind::Enum => "unknown-enum",
        ObjectKind::Domain => "unknown-domain",
        ObjectKind::Sequence => "unknown-sequence",
        ObjectKind::View | ObjectKind::MaterializedView => "unknown-view",
        ObjectKind::Function => "unknown-function",
        ObjectKind::Procedure => "unknown-procedure",
        ObjectKind::Trigger => "unknown-trigger",
        ObjectKind::Policy => "unknown-policy",
        ObjectKind::Grant => "unknown-grant",
    }
}
