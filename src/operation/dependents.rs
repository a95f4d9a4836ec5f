//! What stands on something that changes: views, triggers and policies, taken down before and put back after.

use std::sync::Arc;

use super::{Context, text_users};
use crate::diagnostic::Problem;
use crate::dialect::{self, Family, Name, ObjectName};
use crate::model::{Change, Object, Routine, View};

/// The changes with the objects around them: down in the order given, up in the other, with their texts rewritten.
pub(super) fn around(objects: &[Object], changes: Vec<Change>, rewrite: impl Fn(&Object) -> Object) -> Vec<Change> {
    let up = objects.iter().rev().map(|object| Change::CreateObject {
        object: rewrite(object),
        if_not_exists: false,
    });
    drops(objects).into_iter().chain(changes).chain(up).collect()
}

pub(super) fn drops(objects: &[Object]) -> Vec<Change> {
    let drops = objects
        .iter()
        .map(|object| Change::DropObject { object: object.clone() });
    drops.collect()
}

/// The views that use a table or view, each behind what stands on it; dependents before what they use.
pub(super) fn views_on(context: &Context<'_>, name: &ObjectName) -> Vec<Object> {
    with_standing(context, &context.catalog.dependent_views(name))
}

/// The views that use a column of a table, and those that use them, each behind what stands on it; dependents first.
pub(super) fn views_using(context: &Context<'_>, table: &ObjectName, column: &str) -> Vec<Object> {
    let catalog = context.catalog;
    let on_table = catalog.dependent_views(table);
    let direct: Vec<&Arc<View>> = on_table
        .iter()
        .filter(|view| {
            catalog.object_uses(&Object::View((*view).clone()), table)
                && (catalog.view_mentions(&view.name, column) || view.query.contains('*'))
        })
        .collect();
    let using: Vec<Arc<View>> = on_table
        .iter()
        .filter(|view| {
            direct.iter().any(|used| {
                used.name == view.name
                    || catalog
                        .dependent_views(&used.name)
                        .iter()
                        .any(|above| above.name == view.name)
            })
        })
        .cloned()
        .collect();
    with_standing(context, &using)
}

fn with_standing(context: &Context<'_>, views: &[Arc<View>]) -> Vec<Object> {
    let mut all = Vec::new();
    for view in views {
        all.extend(context.catalog.standing_on(&view.name));
        all.push(Object::View(view.clone()));
    }
    all
}

/// The triggers and policies whose texts use the name of a table.
pub(super) fn texts_on(context: &Context<'_>, table: &ObjectName) -> Vec<Object> {
    texts(context, |object| context.catalog.object_uses(object, table))
}

/// What uses a table or view and does not fall with it: texts that name it, functions that are read when they are made,
/// views; what uses others before these.
pub(super) fn using(context: &Context<'_>, name: &ObjectName) -> Vec<Object> {
    let catalog = context.catalog;
    let standing = catalog.standing_on(name);
    let views = views_on(context, name);
    let mut using = texts_on(context, name);
    using.retain(|object| !standing.contains(object) && !views.contains(object));
    for object in catalog.objects() {
        if let Object::Routine(routine) = object
            && text_users::is_read_when_made(context, routine)
            && catalog.object_uses(object, name)
        {
            using.extend(catalog.falls_with(object));
            using.push(object.clone());
        }
    }
    using.extend(views);
    using
}

/// The triggers and policies whose texts use a column of a table: those that stand on it, and those that name both.
pub(super) fn texts_using(context: &Context<'_>, table: &ObjectName, column: &Name) -> Vec<Object> {
    let catalog = context.catalog;
    let key = catalog.key(table);
    texts(context, |object| {
        let stands = object.stands_on().is_some_and(|on| catalog.key(on) == key);
        let named = matches!(object, Object::Trigger(trigger) if trigger.of.contains(column));
        let reaches = stands || catalog.object_uses(object, table);
        reaches && ((named && stands) || catalog.object_mentions(object, column))
    })
}

pub(super) fn texts(context: &Context<'_>, wanted: impl Fn(&Object) -> bool) -> Vec<Object> {
    let texts = context
        .catalog
        .objects()
        .filter(|object| matches!(object, Object::Trigger(_) | Object::Policy(_)));
    texts.filter(|object| wanted(object)).cloned().collect()
}

/// The privileges on one column of a table.
pub(super) fn grants_on_column(context: &Context<'_>, table: &ObjectName, column: &Name) -> Vec<Object> {
    let case = context.catalog.column_case();
    let standing = context.catalog.standing_on(table).into_iter();
    let on_it = standing.filter(|object| match object {
        Object::Grant(grant) => grant.column.as_ref().is_some_and(|name| name.same(column, case)),
        _ => false,
    });
    on_it.collect()
}

/// The same where the engine does not let them follow another name: MySQL and MariaDB keep privileges by names.
pub(super) fn kept_by_name(context: &Context<'_>, grants: Vec<Object>) -> impl Iterator<Item = Object> {
    let by_name = context.family() == Family::Mysql;
    let grants = grants.into_iter();
    grants.filter(move |object| by_name && matches!(object, Object::Grant(_)))
}

/// Routines whose bodies use a name: no engine follows there by itself. They are told of.
pub(super) fn warn_of_routines(context: &mut Context<'_>, what: &str, names: &[&str], path: &str) {
    let catalog = context.catalog;
    let using = catalog.objects().filter(|object| {
        matches!(object, Object::Routine(_)) && names.iter().all(|name| catalog.object_mentions(object, name))
    });
    let using: Vec<String> = using
        .map(|object| format!("{} `{}`", object.kind().word(), object.name()))
        .collect();
    for routine in using {
        let problem = Problem::warning("mentioned-in-routine", format!("the body of {routine} mentions {what}"))
            .help("no engine rewrites it: replace it with `replace: true` in the same changeset");
        context.problem(problem.at(path));
    }
}

/// The views, triggers and policies whose texts call a routine, with what uses those; dependents first.
pub(super) fn calling(context: &Context<'_>, routine: &ObjectName) -> Vec<Object> {
    let family = context.family();
    let calls = |object: &Object| {
        let mut texts = object.texts().into_iter();
        texts.any(|text| dialect::calls(text, &routine.name, family))
    };
    let mut found = texts(context, calls);
    for view in context.catalog.views() {
        let object = Object::View(view.clone());
        if calls(&object) {
            let above = views_on(context, &view.name);
            let standing = context.catalog.standing_on(&view.name);
            for object in above.into_iter().chain(standing).chain([object]) {
                // Met again it moves behind: what uses it has to go first.
                found.retain(|known| *known != object);
                found.push(object);
            }
        }
    }
    found
}

/// Whether nothing that stays calls a routine; where something does it is told of.
pub(super) fn nothing_fixed_calls(context: &mut Context<'_>, routine: &ObjectName, what: &str, path: &str) -> bool {
    let family = context.family();
    let users = text_users::fixed(context, &|text| dialect::calls(text, &routine.name, family));
    if users.is_empty() {
        return true;
    }
    let problem = Problem::error(
        "has-dependents",
        format!("{what} is used by {}", users.join(" and by ")),
    )
    .help("drop that before, and create it again after");
    context.problem(problem.at(path));
    false
}

/// Routines that call one that goes: no engine keeps them from failing.
pub(super) fn warn_of_callers(context: &mut Context<'_>, gone: &Routine, path: &str) {
    let family = context.family();
    let mut callers = Vec::new();
    for object in context.catalog.objects() {
        if let Object::Routine(routine) = object
            && routine.name != gone.name
            && dialect::calls(&routine.body, &gone.name.name, family)
        {
            callers.push(format!("{} `{}`", object.kind().word(), routine.name));
        }
    }
    for caller in callers {
        let message = format!("the body of {caller} calls `{}`", gone.name);
        let problem = Problem::warning("mentioned-in-routine", message)
            .help("no engine rewrites it: replace it with `replace: true` in the same changeset");
        context.problem(problem.at(path));
    }
}

/// Objects in the way of what goes: dropped with it on `cascade`, else the reason why it cannot go.
pub(super) fn in_the_way(
    context: &mut Context<'_>,
    what: &str,
    objects: Vec<Object>,
    cascade: bool,
    path: &str,
) -> Option<Vec<Change>> {
    let users: Vec<&Object> = objects
        .iter()
        .filter(|object| !matches!(object, Object::Grant(_)))
        .collect();
    if !cascade && !users.is_empty() {
        let mut named: Vec<(&str, Vec<String>)> = Vec::new();
        for user in users {
            let (word, name) = (user.kind().word(), format!("`{}`", user.name()));
            match named.iter_mut().find(|(known, _)| *known == word) {
                Some((_, names)) => names.push(name),
                None => named.push((word, vec![name])),
            }
        }
        let plural = |word: &str| match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{word}s"),
        };
        let texts: Vec<String> = named
            .iter()
            .map(|(word, names)| match names.len() {
                1 => format!("the {word} {}", names[0]),
                _ => format!("the {} {}", plural(word), names.join(", ")),
            })
            .collect();
        let message = format!("{what} is used by {}", texts.join(" and by "));
        let problem = Problem::error("has-dependents", message)
            .help("drop what uses it before, or say `cascade: true` to drop that as well (the way back puts it back)");
        context.problem(problem.at(path));
        return None;
    }
    Some(drops(&objects))
}
