//! What follows another name of a table or a column: views, triggers, policies and grants, with the name in their texts.

use std::sync::Arc;

use super::{Context, dependents};
use crate::diagnostic::Problem;
use crate::dialect::{self, ColumnRename, Family, Name, ObjectName};
use crate::model::{IndexKey, Object, Table, View};

/// An object with the name of a table replaced where its texts mean the table, not a column.
pub(super) fn with_table(context: &Context<'_>, object: &Object, from: &ObjectName, to: &ObjectName) -> Object {
    let dialect = context.dialect();
    let quoted = dialect.quote(&to.name);
    let stands = object
        .stands_on()
        .is_some_and(|on| context.catalog.key(on) == context.catalog.key(from));
    let object = if stands { object.moved_to(to) } else { object.clone() };
    let schema = from.schema.as_ref().or(context.target().schema.as_ref());
    let schemas: Vec<&str> = schema.iter().map(|name| name.as_str()).collect();
    with_texts(object, |text| {
        dialect::rename_table_in(text, &from.name, &schemas, &quoted, dialect.family())
    })
}

/// The views, triggers and policies that another name of a column concerns, each before and after; dependents before
/// what they use. `None`: it cannot be told what one of them means, which has been said.
pub(super) fn followers(
    context: &mut Context<'_>,
    table: &Table,
    from: &Name,
    to: &Name,
) -> Option<Vec<(Object, Object)>> {
    let views = dependents::views_using(context, &table.name, from);
    let quoted = context.dialect().quote(to);
    let mut rename = Renaming {
        from,
        to,
        quoted: &quoted,
        family: context.family(),
        relations: vec![table.name.name.to_string()],
        keys: vec![context.catalog.key(&table.name)],
    };
    // From the table on: what shows the column under its name hands the new one on.
    let mut renamed: Vec<(Arc<View>, Object)> = Vec::new();
    for object in views.iter().rev() {
        if let Object::View(view) = object {
            let twice = dialect::may_show(&view.query, to, rename.family) && !view.query.contains('*');
            let (after, shows) = match rename.reaches(context, object) {
                true => rename.view(view),
                false => (object.clone(), false),
            };
            if shows && twice {
                let message = format!("view `{}` would show two columns `{to}`", view.name);
                let problem = Problem::error("duplicate-column", message)
                    .help("drop the view before with `drop_view`, and create it after with other names");
                context.problem(problem.at("to"));
                return None;
            }
            if shows {
                rename.relations.push(view.name.name.to_string());
                rename.keys.push(context.catalog.key(&view.name));
            }
            renamed.push((view.clone(), after));
        }
    }
    let mut all = texts_using(context, &rename);
    all.retain(|object| !views.contains(object));
    all.extend(views);
    let mut pairs = Vec::new();
    for object in all {
        let unclear = match rename.reaches(context, &object) {
            true => rename.unclear(context, &object, table),
            false => None,
        };
        if let Some(why) = unclear {
            context.problem(why.at("column"));
            return None;
        }
        let view = renamed.iter().find(|(view, _)| object == Object::View(view.clone()));
        let after = match view {
            Some((_, after)) => after.clone(),
            None => rename.object(context, &object),
        };
        pairs.push((object, after));
    }
    Some(pairs)
}

/// The triggers and policies that stand on one of the relations, or name one of them, and use the column.
fn texts_using(context: &Context<'_>, rename: &Renaming<'_>) -> Vec<Object> {
    let catalog = context.catalog;
    dependents::texts(context, |object| {
        let named = matches!(object, Object::Trigger(trigger) if trigger.of.contains(rename.from));
        let of_own = named && rename.stands(context, object);
        rename.reaches(context, object) && (of_own || catalog.object_mentions(object, rename.from))
    })
}

struct Renaming<'a> {
    from: &'a Name,
    to: &'a Name,
    quoted: &'a str,
    family: Family,
    /// The table, and the views that show the column under its name.
    relations: Vec<String>,
    /// Their keys in the catalog.
    keys: Vec<ObjectName>,
}

impl Renaming<'_> {
    fn stands(&self, context: &Context<'_>, object: &Object) -> bool {
        let on = object.stands_on().map(|on| context.catalog.key(on));
        on.is_some_and(|on| self.keys.contains(&on))
    }

    /// Whether an object stands on one of the relations, or its texts name one.
    fn reaches(&self, context: &Context<'_>, object: &Object) -> bool {
        let mut relations = self.relations.iter();
        self.stands(context, object) || relations.any(|name| context.catalog.object_mentions(object, name))
    }

    fn rewrite(&self, text: &str, rows: &[&str]) -> (String, bool) {
        let rename = ColumnRename {
            from: self.from,
            to_quoted: self.quoted,
            family: self.family,
            relations: &self.relations,
            rows,
        };
        rename.rewrite(text)
    }

    /// A view after, and whether it shows the column under its own name.
    fn view(&self, view: &Arc<View>) -> (Object, bool) {
        let mut after = view.clone();
        let (query, shows) = self.rewrite(&view.query, &[]);
        let changed = Arc::make_mut(&mut after);
        changed.query = query;
        for index in changed.indexes.iter_mut().filter(|_| shows) {
            let rewrite = |text: &str| dialect::rename_in(text, self.from, self.quoted, self.family);
            for column in &mut index.columns {
                match &mut column.key {
                    IndexKey::Column(name) if name == self.from => *name = self.to.clone(),
                    IndexKey::Column(_) => {}
                    IndexKey::Expression(text) => *text = rewrite(text),
                }
            }
            index.predicate = index.predicate.as_deref().map(rewrite);
            for name in index.include.iter_mut().filter(|name| *name == self.from) {
                *name = self.to.clone();
            }
        }
        (Object::View(after), shows)
    }

    /// A trigger, a policy or a grant after.
    fn object(&self, context: &Context<'_>, object: &Object) -> Object {
        let stands = self.stands(context, object);
        let mut object = match stands {
            true => with_granted_column(object, self.from, self.to),
            false => object.clone(),
        };
        if let (Object::Trigger(trigger), true) = (&mut object, stands) {
            for name in Arc::make_mut(trigger).of.iter_mut().filter(|name| *name == self.from) {
                *name = self.to.clone();
            }
        }
        let rows: &[&str] = if stands { &["new", "old"] } else { &[] };
        // A policy's condition is one on the rows of its table.
        with_texts(object, |text| self.rewrite(text, rows).0)
    }

    /// Why it cannot be told what a text means.
    fn unclear(&self, context: &Context<'_>, object: &Object, table: &Table) -> Option<Problem> {
        let (word, name) = (object.kind().word(), object.name());
        let help = format!("drop the {word} before with `drop_{word}`, and create it after with the new name");
        let texts = || object.texts().into_iter();
        if texts().any(|text| dialect::declares(text, self.from, self.family)) {
            let message = format!(
                "{word} `{name}` declares a variable `{}`, the name of the column",
                self.from
            );
            return Some(Problem::error("ambiguous-in-view", message).help(help));
        }
        if texts().all(|text| dialect::uses_alone(text, self.from, self.family) == 0) {
            return None;
        }
        let other = self.other(context, object, table)?;
        let message = format!(
            "{word} `{name}` uses `{}`, which both `{}` and `{other}` have: which one is meant cannot be told",
            self.from, table.name
        );
        Some(Problem::error("ambiguous-in-view", message).help(help))
    }

    /// Another table or view that an object uses and that has a column of this name, which stays.
    fn other(&self, context: &Context<'_>, object: &Object, table: &Table) -> Option<ObjectName> {
        let catalog = context.catalog;
        let case = catalog.column_case();
        let tables = catalog.tables().filter(|other| other.name != table.name);
        let mut tables = tables.filter(|other| other.column(self.from, case).is_some());
        let mentioned = |name: &ObjectName| catalog.object_mentions(object, &name.name);
        let found = tables.find(|other| mentioned(&other.name));
        if let Some(found) = found {
            return Some(found.name.clone());
        }
        let views = catalog.views().filter(|view| object.name() != view.name);
        let mut views = views.filter(|view| !self.keys.contains(&catalog.key(&view.name)) && mentioned(&view.name));
        views
            .find(|view| dialect::may_show(&view.query, self.from, self.family))
            .map(|view| view.name.clone())
    }
}

/// A grant on the column of a table or view; other objects stay as they are.
pub(super) fn with_granted_column(object: &Object, from: &Name, to: &Name) -> Object {
    let mut object = object.clone();
    if let Object::Grant(grant) = &mut object
        && grant.column.as_ref() == Some(from)
    {
        Arc::make_mut(grant).column = Some(to.clone());
    }
    object
}

fn with_texts(mut object: Object, rewrite: impl Fn(&str) -> String) -> Object {
    match &mut object {
        Object::View(view) => {
            let view = Arc::make_mut(view);
            view.query = rewrite(&view.query);
        }
        Object::Trigger(trigger) => {
            let trigger = Arc::make_mut(trigger);
            trigger.body = rewrite(&trigger.body);
            trigger.when = trigger.when.as_deref().map(&rewrite);
        }
        Object::Policy(policy) => {
            let policy = Arc::make_mut(policy);
            policy.using = policy.using.as_deref().map(&rewrite);
            policy.check = policy.check.as_deref().map(&rewrite);
        }
        Object::Routine(routine) => {
            let routine = Arc::make_mut(routine);
            routine.body = rewrite(&routine.body);
        }
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Sequence(_)
        | Object::Grant(_) => {}
    }
    object
}
