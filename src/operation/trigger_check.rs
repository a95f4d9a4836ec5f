//! What an engine would refuse of a trigger, found before: what it stands on, its events, the rows that its texts name.

use std::sync::Arc;

use super::given_text::refuse_empty;
use super::{Context, CreateTrigger, expression_check};
use crate::diagnostic::Problem;
use crate::dialect::{Cursor, Family, ObjectName, Token, tokens};
use crate::model::{Event, Object, ObjectKind, Routine, Timing, Trigger, View, arguments};
use crate::render::trigger_lacks;

impl CreateTrigger {
    /// The table or view, and whether the timing and the columns are of it.
    pub(super) fn stands_on(&self, context: &mut Context<'_>) -> Option<ObjectName> {
        if let Some(view) = context.catalog.view(&self.table.0).cloned() {
            return self.on_view(context, &view).then(|| view.name.clone());
        }
        let table = context.table(&self.table, "table")?;
        if self.timing == Timing::InsteadOf {
            let message = format!("`{}` is a table: `instead_of` is for views", table.name);
            context.problem(Problem::error("trigger-timing", message).at("timing"));
            return None;
        }
        for (at, name) in self.of.iter().enumerate() {
            context.column(&table, name, format!("of/{at}"))?;
        }
        Some(table.name.clone())
    }

    fn on_view(&self, context: &mut Context<'_>, view: &View) -> bool {
        let family = context.family();
        let name = &view.name;
        let instead = self.timing == Timing::InsteadOf;
        let for_statements = family == Family::Postgres && self.each_statement;
        let problem = if view.materialized {
            let message = format!("`{name}` is a materialized view, which has no triggers");
            Problem::error("trigger-timing", message).at("table")
        } else if family == Family::Mysql {
            let message = format!("{} cannot have a trigger on a view", context.target().title());
            Problem::error("not-on-dialect", message)
                .help("put it on the tables below the view, or leave it out for this dialect")
                .at("table")
        } else if self.events.as_slice().contains(&Event::Truncate) && family == Family::Postgres {
            let message = format!("`{name}` is a view, which cannot be emptied by `truncate`");
            Problem::error("trigger-events", message).at("events")
        } else if !instead && !for_statements {
            let message = format!("`{name}` is a view: a trigger for its rows is `instead_of`");
            Problem::error("trigger-timing", message).at("timing")
        } else if instead && family == Family::Postgres {
            let wrong = [
                (self.each_statement, "each_statement", "for each row"),
                (!self.of.is_empty(), "of", "for all columns"),
                (self.when.is_some(), "when", "for all rows"),
            ];
            let Some((_, key, why)) = wrong.into_iter().find(|(is_wrong, ..)| *is_wrong) else {
                return true;
            };
            let message = format!("an `instead_of` trigger is {why}, and has no `{key}`");
            Problem::error("trigger-timing", message).at(key)
        } else {
            return true;
        };
        context.problem(problem);
        false
    }

    /// Tells what the engine would refuse; whether there is nothing of it.
    pub(super) fn is_sound(&self, context: &mut Context<'_>, trigger: &Trigger) -> bool {
        let told = context.problems.len();
        context.check_name(&self.trigger, "trigger");
        self.check_events(context);
        let lacking = trigger_lacks(trigger, context.family()).filter(|_| context.problems.len() == told);
        match lacking {
            Some(lacking) => {
                let message = format!("{} cannot {}", context.target().title(), lacking.what);
                let problem = Problem::error("not-on-dialect", message).help(lacking.instead);
                context.problem(problem.at(lacking.key));
            }
            None => self.check_texts(context, &trigger.body, trigger.when.as_deref()),
        }
        context.problems.len() == told
    }

    fn check_events(&self, context: &mut Context<'_>) {
        let events = self.events.as_slice();
        if !self.of.is_empty() && !events.contains(&Event::Update) {
            let message = "`of` names the columns whose update counts, and `update` is not among the events";
            context.problem(Problem::error("trigger-events", message).at("of"));
        }
        if events.contains(&Event::Truncate) && !self.each_statement && context.family() == Family::Postgres {
            let problem = Problem::error("trigger-events", "`truncate` empties a table without telling its rows");
            context.problem(problem.help("add `each_statement: true`").at("events"));
        }
        for (at, event) in events.iter().enumerate() {
            if events[..at].contains(event) {
                let message = format!("`{}` is named twice", event.word().to_ascii_lowercase());
                let path = self.events.path("events", at);
                context.problem(Problem::error("trigger-events", message).at(path));
            }
        }
        for (at, column) in self.of.iter().enumerate() {
            if self.of[..at].contains(column) {
                let message = format!("column `{column}` is named twice");
                context.problem(Problem::error("duplicate-column", message).at(format!("of/{at}")));
            }
        }
    }

    /// Its texts, in what an engine reads when the trigger is made, or when it fires for the first time.
    fn check_texts(&self, context: &mut Context<'_>, body: &str, when: Option<&str>) {
        let family = context.family();
        let dialect = context.dialect();
        let path = match &self.body {
            Some(text) => text.path("body", dialect),
            None => "file".to_string(),
        };
        let first = tokens(body, family).into_iter().find(|token| !token.is_blank());
        let calls = first.is_some_and(|token| token.is_word("execute"));
        match (family, calls) {
            (Family::Postgres, true) => self.check_function(context, body, &path),
            (Family::Postgres, false) => {
                let problem = Problem::error("trigger-body", "the body of a trigger calls a function on PostgreSQL")
                    .help("create the function before (`returns: trigger`), and write `EXECUTE FUNCTION name()`");
                context.problem(problem.at(&path));
            }
            (Family::Sqlite | Family::Mysql, true) => {
                let message = format!(
                    "{} cannot call a function as the body of a trigger",
                    context.target().title()
                );
                let problem = Problem::error("trigger-body", message)
                    .help("`body` takes a map by dialect: write the statements themselves for this one");
                context.problem(problem.at(&path));
                return;
            }
            (Family::Sqlite | Family::Mysql, false) => {
                self.check_rows(context, body, &path);
                self.check_assignments(context, body, &path);
            }
        }
        refuse_empty(context, self.when.as_ref(), "when");
        if let Some(when) = when {
            let path = self
                .when
                .as_ref()
                .map_or("when".to_string(), |text| text.path("when", dialect));
            self.check_rows(context, when, &path);
        }
    }

    /// Refuses the row before where there is none, and the one after; and columns that they do not have.
    fn check_rows(&self, context: &mut Context<'_>, text: &str, path: &str) {
        if let Some(table) = context.catalog.table(&self.table.0).cloned() {
            expression_check::check_rows(context, &table, text, path);
        }
        let events = self.events.as_slice();
        let all = tokens(text, context.family());
        for (word, without, which) in [("old", Event::Insert, "before"), ("new", Event::Delete, "after")] {
            let Some(token) = all.windows(2).find(|pair| names_row(pair, word)).map(|pair| pair[0]) else {
                continue;
            };
            let named = token.text.to_ascii_uppercase();
            let problem = if self.each_statement {
                let message = format!("a trigger for each statement has no `{named}`: it does not tell rows");
                Problem::error("trigger-rows", message).help("leave `each_statement` out")
            } else if events.contains(&without) {
                let event = without.word().to_ascii_lowercase();
                let message = format!("there is no `{named}` on `{event}`: no row is there {which} it");
                let problem = Problem::error("trigger-rows", message);
                match events.len() {
                    1 => problem,
                    _ => problem.help("write one trigger for each event"),
                }
            } else {
                continue;
            };
            context.problem(problem.inside(text, token.start, token.text.len()).at(path));
        }
    }

    /// Refuses to change a row where that comes too late, or not by `SET`.
    fn check_assignments(&self, context: &mut Context<'_>, body: &str, path: &str) {
        let family = context.family();
        let all = tokens(body, family);
        let all: Vec<Token<'_>> = all.into_iter().filter(|token| !token.is_blank()).collect();
        let begins = |at: usize| {
            let before = at.checked_sub(1).map(|before| all[before]);
            before.is_none_or(|token| {
                token.text == ";" || ["begin", "then", "else"].iter().any(|word| token.is_word(word))
            })
        };
        for (at, token) in all.iter().enumerate().filter(|(_, token)| token.is_word("set")) {
            let sets = |word: &str| all.get(at + 1..).is_some_and(|rest| names_row(rest, word));
            let title = context.target().title();
            let problem = if family == Family::Sqlite && begins(at) {
                let message = format!("{title} cannot `SET` a value in a trigger");
                Problem::error("trigger-body", message)
                    .help("update the table in a trigger that is `after`: `UPDATE … WHERE rowid = NEW.rowid`")
            } else if family == Family::Mysql && sets("old") {
                Problem::error("trigger-rows", "`OLD` is what the row was, and cannot be set")
            } else if family == Family::Mysql && sets("new") && self.timing == Timing::After {
                Problem::error("trigger-rows", "`NEW` is written already when a trigger fires `after`")
                    .help("say `timing: before`")
            } else {
                continue;
            };
            context.problem(problem.inside(body, token.start, token.text.len()).at(path));
            return;
        }
    }

    /// PostgreSQL asks for a function that is one of triggers, without arguments.
    fn check_function(&self, context: &mut Context<'_>, body: &str, path: &str) {
        let mut cursor = Cursor::new(body, Family::Postgres);
        cursor.take_word("execute");
        if cursor.take_one_of(&["function", "procedure"]).is_none() {
            let problem = Problem::error(
                "trigger-body",
                "a trigger calls its function by `EXECUTE FUNCTION name()`",
            );
            context.problem(problem.at(path));
            return;
        }
        let Some(name) = cursor.object_name() else {
            return;
        };
        let dialect = context.dialect();
        let functions: Vec<Arc<Routine>> = routines(context, ObjectKind::Function, &name);
        let of_triggers = |routine: &Arc<Routine>| {
            let returns = routine.returns.as_deref().unwrap_or_default();
            returns.trim().eq_ignore_ascii_case("trigger") && arguments(&routine.arguments, dialect).is_empty()
        };
        let problem = if functions.iter().any(of_triggers) {
            return;
        } else if !functions.is_empty() {
            Problem::error("trigger-body", format!("function `{name}` is not one for triggers"))
                .help("create one without arguments, with `returns: trigger`")
        } else if !routines(context, ObjectKind::Procedure, &name).is_empty() {
            Problem::error(
                "trigger-body",
                format!("`{name}` is a procedure, and a trigger calls a function"),
            )
        } else {
            return;
        };
        let at = body.find(name.name.as_str()).unwrap_or_default();
        context.problem(problem.inside(body, at, name.name.len()).at(path));
    }
}

fn routines(context: &Context<'_>, kind: ObjectKind, name: &ObjectName) -> Vec<Arc<Routine>> {
    let found = context.catalog.objects_named(kind, name);
    let found = found.filter_map(|object| match object {
        Object::Routine(routine) => Some(routine.clone()),
        _ => None,
    });
    found.collect()
}

/// Whether a text goes on with `OLD.` or `NEW.`.
fn names_row(text: &[Token<'_>], word: &str) -> bool {
    matches!(text, [row, dot, ..] if row.is_word(word) && dot.text == ".")
}
