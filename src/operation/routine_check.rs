//! What an engine would refuse of a routine, found before: its arguments, its language, the words beside its body.

use super::routine::Written;
use super::{ByDialect, Context};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Feature, Token, tokens};
use crate::model::{Argument, ObjectKind, Routine, arguments, is_standard_body};

/// Languages that every PostgreSQL has.
const LANGUAGES: [&str; 4] = ["sql", "plpgsql", "c", "internal"];

/// Words beside a body that only PostgreSQL knows, and those that it knows for functions alone.
const OF_POSTGRES: [&str; 8] = [
    "immutable",
    "stable",
    "volatile",
    "strict",
    "leakproof",
    "parallel",
    "cost",
    "rows",
];

/// Words beside a body that PostgreSQL does not know.
const OF_MYSQL: [&str; 4] = ["deterministic", "reads", "modifies", "contains"];

/// Tells what an engine would refuse; whether there is nothing of it.
pub(super) fn is_sound(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) -> bool {
    let told = context.problems.len();
    match context.family() {
        // It keeps none at all, which is told when it is written.
        Family::Sqlite => return true,
        Family::Postgres => of_postgres(context, written, routine),
        Family::Mysql => of_mysql(context, written, routine),
    }
    let sound = context.problems.len() == told;
    if sound && !routine.procedure && context.family() == Family::Mysql {
        warn_of_binary_log(context, written, routine);
    }
    sound
}

fn of_postgres(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) {
    check_postgres_arguments(context, written, routine);
    check_language(context, written, routine);
    let mut foreign = OF_MYSQL.to_vec();
    if routine.procedure {
        foreign.extend(OF_POSTGRES);
    }
    check_options(context, written, routine, &foreign);
    let twin = Routine {
        procedure: !routine.procedure,
        ..routine.clone()
    };
    let twin = crate::model::Object::Routine(twin.into());
    if context.catalog.same_object(&twin).is_some() {
        let message = format!("{} `{}` exists already", twin.kind().word(), routine.name);
        let problem = Problem::error("duplicate-name", message)
            .help("functions and procedures share their names: give it another one, or other arguments");
        context.problem(problem.at(written.kind.word()));
    }
}

fn check_postgres_arguments(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) {
    let all = arguments(&routine.arguments, context.dialect());
    let path = path_of(context, written.arguments, "arguments");
    let gives = |argument: &&Argument| argument.mode == "out";
    let (given, taken): (Vec<_>, Vec<_>) = all.iter().partition(gives);
    check_names(context, &taken, &path);
    check_names(context, &given, &path);
    let with_out = Feature::OutArgumentsOfProcedures;
    if routine.procedure && !given.is_empty() && !context.target().supports(with_out) {
        let message = format!(
            "{} cannot have a procedure with `OUT` arguments",
            context.target().title()
        );
        let problem = Problem::error("not-on-dialect", message).help("make it `INOUT`");
        context.problem(problem.at(&path));
    }
    let defaulted = taken.iter().skip_while(|argument| !argument.has_default);
    if let Some(argument) = defaulted.into_iter().find(|argument| !argument.has_default) {
        let message = format!(
            "the argument `{}` needs a default too, as one before it has one",
            argument.name
        );
        context.problem(Problem::error("routine-arguments", message).at(&path));
    }
    let returns = routine.returns.as_deref().unwrap_or_default();
    if returns.eq_ignore_ascii_case("trigger") && !all.is_empty() {
        let problem = Problem::error(
            "routine-arguments",
            "a function that `returns: trigger` has no arguments",
        )
        .help("what a trigger hands it stands in `TG_ARGV`");
        context.problem(problem.at(path));
    }
}

fn of_mysql(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) {
    let all = arguments(&routine.arguments, context.dialect());
    let path = path_of(context, written.arguments, "arguments");
    check_names(context, &all.iter().collect::<Vec<_>>(), &path);
    let title = context.target().title();
    let modes = routine.procedure || context.target().supports(Feature::ArgumentModesOfFunctions);
    for argument in &all {
        let problem = if argument.name.is_empty() {
            Problem::error(
                "routine-arguments",
                format!("{title} cannot do without the names of arguments"),
            )
            .help("write a name before each type: `price decimal(6, 2)`")
        } else if argument.has_default {
            Problem::error(
                "not-on-dialect",
                format!("{title} cannot have arguments with a default"),
            )
            .help("write the arguments of each: `arguments: {postgres: …, default: …}`")
        } else if argument.says_mode && !modes {
            let word = argument.mode.to_uppercase();
            Problem::error(
                "not-on-dialect",
                format!("{title} cannot have `{word}` before an argument of a function"),
            )
            .help("leave it out: what a function is given, it reads")
        } else {
            continue;
        };
        context.problem(problem.at(&path));
        break;
    }
    check_options(context, written, routine, &OF_POSTGRES);
    let family = context.family();
    let gives = tokens(&routine.body, family)
        .iter()
        .any(|token| token.is_word("return"));
    let body = body_path(context, written);
    match (written.kind, gives) {
        (ObjectKind::Function, false) => {
            let message = format!("{title} cannot have a function whose body does not `RETURN`");
            let problem = Problem::error("routine-body", message).help("write `RETURN …`, or a body for each dialect");
            context.problem(problem.at(body));
        }
        (ObjectKind::Procedure, true) => {
            let message = format!("{title} cannot `RETURN` from a procedure");
            let problem = Problem::error("routine-body", message).help("leave a labelled block by `LEAVE`");
            context.problem(problem.at(body));
        }
        _ => {}
    }
}

/// A server with a binary log wants to know what a function does to data: MySQL's default.
fn warn_of_binary_log(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) {
    let options = tokens(&routine.options, context.family());
    let says = |word: &str| options.iter().any(|token| token.is_word(word));
    if (says("deterministic") && !says("not")) || says("no") || says("reads") {
        return;
    }
    let path = match written.options {
        Some(_) => path_of(context, written.options, "options"),
        None => written.kind.word().to_string(),
    };
    let message = format!("nothing says that `{}` changes no data", routine.name);
    let problem = Problem::warning("binary-log", message)
        .help("say `DETERMINISTIC`, `NO SQL` or `READS SQL DATA` in `options`")
        .note("a server that writes a binary log, as MySQL does unless told otherwise, refuses it (error 1418)");
    context.problem(problem.at(path));
}

/// Refuses two arguments of one name.
fn check_names(context: &mut Context<'_>, all: &[&Argument], path: &str) {
    for (at, argument) in all.iter().enumerate() {
        let known = all[..at].iter().any(|known| known.name == argument.name);
        if known && !argument.name.is_empty() {
            let message = format!("two arguments are called `{}`", argument.name);
            context.problem(Problem::error("routine-arguments", message).at(path));
            return;
        }
    }
}

fn check_language(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine) {
    if let Some(language) = &routine.language {
        context.check_name(language, "language");
    }
    let language = routine.language.as_ref().map_or("sql", |name| name.as_str());
    let language = language.to_ascii_lowercase();
    let near = nearest(&language, LANGUAGES).filter(|near| *near != language && near.len() > 1);
    let word = written.kind.word();
    if let Some(near) = near {
        let problem = Problem::error("unknown-language", format!("unknown language `{language}`"));
        context.problem(problem.did_you_mean(Some(near)).at("language"));
        return;
    }
    let all = tokens(&routine.body, Family::Postgres);
    let first = all.iter().find(|token| !token.is_blank());
    let is_block = all.iter().any(|token| token.is_word("begin"));
    let begins = |word: &str| first.is_some_and(|token| token.is_word(word));
    let returns = routine.returns.as_deref().unwrap_or_default();
    let standard = is_standard_body(&routine.body);
    let said = if written.language.is_some() { "language" } else { word };
    let problem = if language == "sql" && returns.eq_ignore_ascii_case("trigger") {
        Problem::error("routine-language", "a function in `sql` cannot be one of a trigger")
            .help("say `language: plpgsql`, with a block as its body: `BEGIN …; RETURN NEW; END`")
            .at(said)
    } else if language == "sql" && !standard && (begins("begin") || begins("declare")) {
        Problem::error(
            "routine-language",
            format!("the body of the {word} is a block, and its language is `sql`"),
        )
        .help("say `language: plpgsql`")
        .at(said)
    } else if language == "sql" && standard && !context.target().supports(Feature::StandardBodies) {
        let (what, help) = match begins("return") {
            true => ("RETURN", "write `SELECT …`"),
            false => ("BEGIN ATOMIC", "write the statements alone, each with its `;`"),
        };
        let message = format!(
            "{} cannot have a body that begins with `{what}`",
            context.target().title()
        );
        Problem::error("not-on-dialect", message)
            .help(help)
            .at(body_path(context, written))
    } else if language == "plpgsql" && !is_block {
        Problem::error("routine-body", format!("the body of a {word} in `plpgsql` is a block"))
            .help("write `BEGIN …; END`, or say `language: sql`")
            .at(body_path(context, written))
    } else {
        return;
    };
    context.problem(problem);
}

/// Refuses words of the other engines.
fn check_options(context: &mut Context<'_>, written: &Written<'_>, routine: &Routine, foreign: &[&str]) {
    let family = context.family();
    let options: Vec<Token<'_>> = tokens(&routine.options, family);
    let options: Vec<&Token<'_>> = options.iter().filter(|token| !token.is_blank()).collect();
    let is_foreign = |at: usize, token: &Token<'_>| {
        let security = token.is_word("security");
        let of_sql = at > 0 && options[at - 1].is_word("sql");
        let no_sql = token.is_word("no") && options.get(at + 1).is_some_and(|next| next.is_word("sql"));
        match family {
            Family::Postgres => (security && of_sql) || no_sql || foreign.iter().any(|word| token.is_word(word)),
            Family::Mysql => (security && !of_sql) || foreign.iter().any(|word| token.is_word(word)),
            Family::Sqlite => false,
        }
    };
    let found = options.iter().enumerate().find(|(at, token)| is_foreign(*at, token));
    let Some((_, token)) = found else {
        return;
    };
    let word = written.kind.word();
    let message = format!(
        "{} cannot have `{}` beside the body of a {word}",
        context.target().title(),
        token.text
    );
    let path = path_of(context, written.options, "options");
    let of_functions = family == Family::Postgres && OF_POSTGRES.iter().any(|word| token.is_word(word));
    let help = match of_functions {
        true => "leave it out: it is said of functions alone",
        false => "write the words of each: `options: {postgres: …, default: …}`",
    };
    let problem =
        Problem::error("routine-options", message)
            .help(help)
            .inside(&routine.options, token.start, token.text.len());
    context.problem(problem.at(path));
}

fn path_of(context: &Context<'_>, text: Option<&ByDialect<String>>, key: &str) -> String {
    text.map_or_else(|| key.to_string(), |text| text.path(key, context.dialect()))
}

fn body_path(context: &Context<'_>, written: &Written<'_>) -> String {
    match written.body {
        Some(_) => path_of(context, written.body, "body"),
        None => "file".to_string(),
    }
}
