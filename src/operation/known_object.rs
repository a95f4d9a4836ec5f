//! Objects that have to be there: found by kind and name, or told of with the nearest name that is known.

use std::sync::Arc;

use super::Context;
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Dialect, Family, Feature, Name, ObjectName, Target};
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
    let there = standing.into_iter().filter(|object| object.kind() == kind);
    let found = there.clone().find(|object| object.name().name == *name);
    if found.is_some() {
        return found;
    }
    if let Some(object) = context.catalog.objects_named(kind, &beside(table, name)).next() {
        let on = object.stands_on().map(ToString::to_string).unwrap_or_default();
        let message = format!("{} `{name}` stands on `{on}`, not on `{table}`", kind.word());
        context.problem(Problem::error(code(kind), message).at(key_beside(path, "table")));
        return None;
    }
    if !context.is_uncertain(name) && !context.is_uncertain(&table.name) {
        let known: Vec<ObjectName> = there.map(|object| ObjectName::plain(&*object.name().name)).collect();
        let problem = unknown(context, kind, &ObjectName::plain(&**name), &known);
        context.problem(problem.at(path));
    }
    None
}

/// The path of a key that stands beside another one.
fn key_beside(path: &str, key: &str) -> String {
    match path.rsplit_once('/') {
        Some((parent, _)) => format!("{parent}/{key}"),
        None => key.to_string(),
    }
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
                let problem = Problem::error(code(kind), message).note(format!("known: {}", signatures.join(", ")));
                context.problem(problem.at(key_beside(path, "arguments")));
            }
            found.cloned()
        }
    }
}

/// What has to be told where nothing of this kind and name is known.
pub(super) fn unknown(context: &Context<'_>, kind: ObjectKind, name: &ObjectName, known: &[ObjectName]) -> Problem {
    let word = kind.word();
    if known.is_empty() && !is_possible(kind, context.target()) {
        return not_here(context, kind);
    }
    let problem = Problem::error(code(kind), format!("unknown {word} `{name}`"));
    match meant(name, known) {
        Some(near) => problem.did_you_mean(Some(&near)),
        None => problem.help(format!(
            "{} is known once an operation before this one creates it, or `sql` says so in its `effects`",
            with_article(word)
        )),
    }
}

/// What was meant by a name that is not known, as it is written: a dot does not divide a name, and a name alone is one
/// of the database's own schema.
pub(super) fn meant(name: &ObjectName, known: &[ObjectName]) -> Option<String> {
    let text = name.to_string();
    let written = |found: &ObjectName| match &found.schema {
        Some(schema) => format!("{{schema: {schema}, name: {}}}", found.name),
        None => found.name.to_string(),
    };
    let in_schema = known.iter().find(|other| {
        *other != name && (other.to_string() == text || (name.schema.is_none() && other.name == name.name))
    });
    if let Some(found) = in_schema {
        return Some(written(found));
    }
    let texts: Vec<String> = known.iter().map(ToString::to_string).collect();
    let near = nearest(&text, texts.iter().map(String::as_str))?;
    let at = texts.iter().position(|text| text == near)?;
    Some(written(&known[at]))
}

/// Whether a target has objects of a kind.
fn is_possible(kind: ObjectKind, target: &Target) -> bool {
    let family = target.dialect.family();
    match kind {
        ObjectKind::Schema => target.supports(Feature::Schemas),
        ObjectKind::Sequence => target.supports(Feature::Sequences),
        ObjectKind::Function | ObjectKind::Procedure => family != Family::Sqlite,
        ObjectKind::Extension | ObjectKind::Domain | ObjectKind::MaterializedView | ObjectKind::Policy => {
            family == Family::Postgres
        }
        ObjectKind::Enum | ObjectKind::View | ObjectKind::Trigger | ObjectKind::Grant => true,
    }
}

fn not_here(context: &Context<'_>, kind: ObjectKind) -> Problem {
    let what = match kind {
        ObjectKind::MaterializedView => "keep the rows of a view".to_string(),
        ObjectKind::Function | ObjectKind::Procedure => "keep functions and procedures".to_string(),
        ObjectKind::Policy => "have policies on rows".to_string(),
        _ => format!("have {}s", kind.word()),
    };
    let others = Dialect::all().filter(|dialect| is_possible(kind, &Target::oldest(*dialect)));
    let others: Vec<&str> = others.map(|dialect| dialect.name()).collect();
    Problem::error("not-on-dialect", format!("{} cannot {what}", context.target().title())).help(format!(
        "leave it out for this dialect (`dialects: [{}]`)",
        others.join(", ")
    ))
}

/// `a table`, `an enum`.
pub(super) fn with_article(word: &str) -> String {
    match word.starts_with(['a', 'e', 'i', 'o']) {
        true => format!("an {word}"),
        false => format!("a {word}"),
    }
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
