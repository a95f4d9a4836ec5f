//! Functions and procedures: what creating and dropping them have in common.

use std::sync::Arc;

use super::given_text::{GivenText, beside};
use super::specification::TableRef;
use super::{ByDialect, Context, dependents, known_object, routine_check};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Feature, Name};
use crate::model::{Change, Object, ObjectKind, Routine};

/// A routine as its author wrote it.
pub(super) struct Written<'a> {
    pub kind: ObjectKind,
    pub name: &'a TableRef,
    pub arguments: Option<&'a ByDialect<String>>,
    pub returns: Option<&'a ByDialect<String>>,
    pub language: Option<&'a Name>,
    pub options: Option<&'a ByDialect<String>>,
    pub body: Option<&'a ByDialect<String>>,
    pub file: Option<&'a str>,
    pub replace: bool,
    pub comment: Option<&'a str>,
}

/// A body without what says nothing around it. In some languages, such as Python, the blanks before the first word do.
fn without_margin<'a>(body: &'a str, language: Option<&Name>) -> &'a str {
    let is_free = language.is_none_or(|name| ["sql", "plpgsql"].iter().any(|free| name.eq_ignore_ascii_case(free)));
    if is_free {
        return body.trim();
    }
    let margin = body.len() - body.trim_start().len();
    let first = body[..margin].rfind('\n').map_or(0, |at| at + 1);
    body[first..].trim_end()
}

impl Written<'_> {
    pub fn create(&self, context: &mut Context<'_>) -> Vec<Change> {
        let word = self.kind.word();
        let text = GivenText {
            key: "body",
            inline: self.body,
            file: self.file,
            of: word,
        };
        let Some(body) = text.read(context) else {
            return Vec::new();
        };
        let name = context.catalog.normal_name(&self.name.0);
        context.check_object_name(&name, word);
        let returns = beside(self.returns, context);
        if self.kind == ObjectKind::Function && returns.is_none() && context.family() != Family::Sqlite {
            let message = format!(
                "nothing is said of what the function returns on {}",
                context.target().title()
            );
            context.problem(Problem::error("missing-dialect", message).at("returns"));
            return Vec::new();
        }
        // The other engines have one language.
        let language = match context.family() {
            Family::Postgres => Some(self.language.cloned().unwrap_or_else(|| Name::new("sql"))),
            Family::Sqlite | Family::Mysql => None,
        };
        let after = Arc::new(Routine {
            name,
            procedure: self.kind == ObjectKind::Procedure,
            arguments: beside(self.arguments, context).unwrap_or_default(),
            returns,
            options: beside(self.options, context).unwrap_or_default(),
            body: without_margin(&body, language.as_ref()).to_string(),
            language,
            comment: self.comment.map(str::to_string),
        });
        let object = Object::Routine(after.clone());
        let before = context.catalog.same_object(&object).cloned();
        let replace = self.replace || context.replaces;
        let is_taken = before.is_some() && !replace;
        if !is_taken && !routine_check::is_sound(context, self, &after) {
            return Vec::new();
        }
        match before {
            None => vec![Change::CreateObject {
                object,
                if_not_exists: false,
            }],
            Some(Object::Routine(before)) if replace => self.replace(context, &before, &after),
            Some(_) => {
                let problem = Problem::error("duplicate-name", format!("{word} `{}` exists already", after.name))
                    .help("say `replace: true` to put this one in its place");
                context.problem(problem.at(word));
                Vec::new()
            }
        }
    }

    /// In its place where the engine can; else what PostgreSQL ties to it is taken down before and put back after.
    fn replace(&self, context: &mut Context<'_>, before: &Arc<Routine>, after: &Arc<Routine>) -> Vec<Change> {
        if before == after {
            return Vec::new();
        }
        let (old, new) = (Object::Routine(before.clone()), Object::Routine(after.clone()));
        let in_place = before.arguments == after.arguments
            && before.returns == after.returns
            && context.target().supports(Feature::CreateOrReplaceRoutine);
        let mut around = Vec::new();
        if !in_place {
            if context.family() == Family::Postgres {
                let what = format!("{} `{}`", self.kind.word(), before.name);
                if !dependents::nothing_fixed_calls(context, &before.name, &what, self.kind.word()) {
                    return Vec::new();
                }
                around.extend(dependents::calling(context, &before.name));
            }
            around.extend(context.catalog.falls_with(&old));
        }
        let replace = Change::ReplaceObject {
            before: old,
            after: new,
        };
        dependents::around(&around, vec![replace], Clone::clone)
    }
}

/// Drops a routine, with the privileges on it.
pub(super) fn drop(
    context: &mut Context<'_>,
    kind: ObjectKind,
    name: &TableRef,
    arguments: Option<&str>,
    cascade: bool,
) -> Vec<Change> {
    let word = kind.word();
    let Some(routine) = known_object::routine(context, kind, &name.0, arguments, word) else {
        return Vec::new();
    };
    let what = format!("{word} `{}`", routine.name);
    if !dependents::nothing_fixed_calls(context, &routine.name, &what, word) {
        return Vec::new();
    }
    let using = dependents::calling(context, &routine.name);
    let Some(mut changes) = dependents::in_the_way(context, &what, using, cascade, word) else {
        return Vec::new();
    };
    dependents::warn_of_callers(context, &routine, word);
    let object = Object::Routine(routine);
    changes.extend(dependents::drops(&context.catalog.falls_with(&object)));
    changes.push(Change::DropObject { object });
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_before_the_first_word_stay_where_they_say_something() {
        let body = "\n\n  x = 1\n  return x\n";
        assert_eq!(
            without_margin(body, Some(&Name::new("plpython3u"))),
            "  x = 1\n  return x"
        );
        assert_eq!(without_margin(body, Some(&Name::new("SQL"))), "x = 1\n  return x");
        assert_eq!(without_margin(body, None), "x = 1\n  return x");
    }
}
