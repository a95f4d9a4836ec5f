//! The normal form of what stands beside the tables.

use super::expression::normal_expression;
use super::normal::{fold, normal_type};
use super::part::{Wording, describe_index};
use super::{Catalog, CheckOption, ColumnDefault, GrantedOn, Object, Routine, Sequence, Trigger};
use crate::dialect::{Dialect, Family, Feature, Name, TokenKind, tokens};

/// The facts of an object: what tells it apart, and what it is. Nothing where it is not compared.
pub(super) fn describe_object(catalog: &Catalog, object: &Object, wording: Wording) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let dialect = catalog.target().dialect;
    let case = dialect.facts().identifier.case;
    let name = fold(&catalog.normal_name(&object.name()).to_string(), case);
    let word = object.kind().word();
    let (key, mut text) = match object {
        // Another database, of which this one knows nothing.
        Object::Schema(_) if dialect.family() != Family::Postgres => return facts,
        Object::Schema(_) => (format!("{word} {name}"), String::new()),
        // Its version is the server's matter unless one was asked for.
        Object::Extension(extension) => {
            let schema = extension.schema.as_ref().filter(|schema| schema.as_str() != "public");
            (
                format!("{word} {name}"),
                schema.map(|schema| format!("in {schema}")).unwrap_or_default(),
            )
        }
        Object::Enum(found) => {
            // Elsewhere the columns carry the values.
            if dialect.family() != Family::Postgres {
                return facts;
            }
            let values: Vec<String> = found.values.iter().map(|value| dialect.string(value)).collect();
            (format!("{word} {name}"), values.join(", "))
        }
        Object::Domain(domain) => {
            let native = domain.ty.native(dialect).unwrap_or_else(|_| domain.ty.to_string());
            let mut text = normal_type(&native, dialect);
            if !domain.nullable {
                text += " not null";
            }
            if let Some(default) = &domain.default {
                text += &format!(" default {}", wording.default(default, &domain.ty));
            }
            for check in &domain.checks {
                facts.push((
                    format!("{word} {name} / check {}", check.name),
                    wording.text(&check.expression),
                ));
            }
            (format!("{word} {name}"), text)
        }
        Object::Sequence(sequence) => (format!("{word} {name}"), describe_sequence(sequence, dialect)),
        Object::View(view) => {
            for index in &view.indexes {
                facts.push((
                    format!("{word} {name} / index {}", index.name),
                    describe_index(index, wording, dialect.facts().identifier.column_case),
                ));
            }
            let mut text = wording.text(&view.query);
            match view.check_option {
                Some(CheckOption::Local) => text += " with local check option",
                Some(CheckOption::Cascaded) => text += " with cascaded check option",
                None => {}
            }
            (format!("{word} {name}"), text)
        }
        Object::Routine(routine) => {
            let arguments = normal_arguments(&routine.arguments, dialect);
            (
                format!("{word} {name}({arguments})"),
                describe_routine(routine, dialect),
            )
        }
        Object::Trigger(trigger) => {
            let table = fold(&catalog.normal_name(&trigger.table).to_string(), case);
            (
                format!("table {table} / trigger {}", fold(&trigger.name, case)),
                describe_trigger(trigger, dialect, wording),
            )
        }
        Object::Policy(policy) => {
            let table = fold(&catalog.normal_name(&policy.table).to_string(), case);
            let mut text = policy.command.word().to_ascii_lowercase();
            if policy.restrictive {
                text += " restrictive";
            }
            let mut roles: Vec<&str> = policy.roles.iter().map(Name::as_str).collect();
            roles.retain(|role| *role != "public");
            roles.sort_unstable();
            if !roles.is_empty() {
                text += &format!(" to {}", roles.join(", "));
            }
            if let Some(using) = &policy.using {
                text += &format!(" using {}", wording.text(using));
            }
            if let Some(check) = &policy.check {
                text += &format!(" check {}", wording.text(check));
            }
            (format!("table {table} / policy {}", policy.name), text)
        }
        Object::Grant(grant) => {
            // What is given on a whole database is not read there: it belongs to whoever made the database.
            if grant.on == GrantedOn::Schema && dialect.family() == Family::Mysql {
                return facts;
            }
            let arguments = grant.arguments.as_ref().map(|text| normal_arguments(text, dialect));
            let arguments = arguments.map(|text| format!("({text})")).unwrap_or_default();
            let on = grant.on.word().to_ascii_lowercase();
            let column = grant
                .column
                .as_ref()
                .map(|column| format!(" ({column})"))
                .unwrap_or_default();
            let key = format!(
                "grant {}{column} on {on} {name}{arguments} to {}",
                grant.privilege, grant.to
            );
            let how = match (grant.withheld, grant.grantable) {
                (true, _) => "withheld",
                (false, true) => "grantable",
                (false, false) => "",
            };
            (key, how.to_string())
        }
    };
    let comment = object.comment().filter(|text| !text.is_empty());
    if let Some(comment) =
        comment.filter(|_| holds_comment(object, dialect) && catalog.target().supports(Feature::Comments))
    {
        text += &format!(" comment '{comment}'");
    }
    facts.push((key, text.trim().to_string()));
    facts
}

/// The author's SQL inside an object that a server prints in its own words.
pub(super) fn object_texts(object: &Object) -> Vec<&str> {
    match object {
        Object::View(view) => vec![&view.query],
        Object::Trigger(trigger) => trigger.when.iter().map(String::as_str).collect(),
        Object::Policy(policy) => policy.using.iter().chain(&policy.check).map(String::as_str).collect(),
        Object::Domain(domain) => {
            let default = match &domain.default {
                Some(ColumnDefault::Expression(text)) => Some(text.as_str()),
                _ => None,
            };
            let checks = domain.checks.iter().map(|check| check.expression.as_str());
            default.into_iter().chain(checks).collect()
        }
        Object::Schema(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Sequence(_)
        | Object::Routine(_)
        | Object::Grant(_) => Vec::new(),
    }
}

/// MySQL and MariaDB keep the comments of routines alone; MariaDB also those of sequences.
fn holds_comment(object: &Object, dialect: Dialect) -> bool {
    match dialect.family() {
        Family::Postgres => true,
        Family::Sqlite => false,
        Family::Mysql => matches!(object, Object::Routine(_) | Object::Sequence(_)),
    }
}

/// What differs from the numbers that a sequence has when nothing is said.
fn describe_sequence(sequence: &Sequence, dialect: Dialect) -> String {
    let mut text = match &sequence.ty {
        Some(ty) if normal_type(ty, dialect) != "bigint" => normal_type(ty, dialect),
        _ => String::new(),
    };
    let descends = sequence.increment.is_some_and(|increment| increment < 0);
    let usual_start = match descends {
        true => sequence.maximum.unwrap_or(-1),
        false => sequence.minimum.unwrap_or(1),
    };
    let usual_cache = if dialect.family() == Family::Mysql { 1000 } else { 1 };
    let parts = [
        ("start", sequence.start, Some(usual_start)),
        ("increment", sequence.increment, Some(1)),
        ("minimum", sequence.minimum, usual_minimum(sequence, dialect)),
        ("maximum", sequence.maximum, usual_maximum(sequence, dialect)),
        ("cache", sequence.cache, Some(usual_cache)),
    ];
    for (word, value, usual) in parts {
        if let Some(value) = value.filter(|value| Some(*value) != usual) {
            text += &format!(" {word} {value}");
        }
    }
    if sequence.cycle {
        text += " cycle";
    }
    text.trim().to_string()
}

/// The numbers of a sequence, those spelt out that nothing is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceNumbers {
    pub start: i64,
    pub increment: i64,
    pub minimum: i64,
    pub maximum: i64,
    pub cache: i64,
}

/// What a sequence counts by, with what is usual where nothing is said.
pub fn usual_numbers(sequence: &Sequence, dialect: Dialect) -> SequenceNumbers {
    let minimum = sequence.minimum.or(usual_minimum(sequence, dialect)).unwrap_or(1);
    let maximum = sequence.maximum.or(usual_maximum(sequence, dialect)).unwrap_or(-1);
    let descends = sequence.increment.is_some_and(|increment| increment < 0);
    SequenceNumbers {
        start: sequence.start.unwrap_or(if descends { maximum } else { minimum }),
        increment: sequence.increment.unwrap_or(1),
        minimum,
        maximum,
        cache: sequence
            .cache
            .unwrap_or(if dialect.family() == Family::Mysql { 1000 } else { 1 }),
    }
}

fn bounds_of_type(sequence: &Sequence, dialect: Dialect) -> (i64, i64) {
    let name = sequence.ty.as_deref().map(|ty| normal_type(ty, dialect));
    let (least, greatest) = match name.as_deref() {
        Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("integer" | "int") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    match dialect.family() {
        // MariaDB keeps the outermost numbers for itself.
        Family::Mysql => (least + 1, greatest - 1),
        Family::Sqlite | Family::Postgres => (least, greatest),
    }
}

fn usual_minimum(sequence: &Sequence, dialect: Dialect) -> Option<i64> {
    let descends = sequence.increment.is_some_and(|increment| increment < 0);
    Some(if descends {
        bounds_of_type(sequence, dialect).0
    } else {
        1
    })
}

fn usual_maximum(sequence: &Sequence, dialect: Dialect) -> Option<i64> {
    let descends = sequence.increment.is_some_and(|increment| increment < 0);
    Some(if descends {
        -1
    } else {
        bounds_of_type(sequence, dialect).1
    })
}

fn describe_routine(routine: &Routine, dialect: Dialect) -> String {
    let mut text = match spelt_arguments(&routine.arguments, dialect) {
        arguments if arguments.is_empty() => String::new(),
        arguments => format!("({arguments}) "),
    };
    // Arguments that go out say what it gives.
    let is_said = gives_by_arguments(&routine.arguments, dialect);
    if let Some(returns) = routine.returns.as_ref().filter(|returns| !is_said || is_set(returns)) {
        text += &format!("returns {} ", normal_returns(returns, dialect));
    }
    if let Some(language) = &routine.language {
        text += &format!("language {} ", language.to_ascii_lowercase());
    }
    for option in normal_options(&routine.options, dialect) {
        text += &format!("{option} ");
    }
    text + &format!("as {}", routine_body(&routine.body, dialect))
}

fn gives_by_arguments(arguments: &str, dialect: Dialect) -> bool {
    let all = split_list(arguments, dialect);
    let mut modes = all.iter().map(|argument| parts_of(argument, dialect).0);
    modes.any(|mode| mode == "out" || mode == "inout")
}

fn is_set(returns: &str) -> bool {
    returns.trim_start().to_ascii_lowercase().starts_with("setof ")
}

fn routine_body(text: &str, dialect: Dialect) -> String {
    match dialect.family() {
        // The server prints again what it has read at once, and keeps everything else as it is written.
        Family::Postgres if is_standard_body(text) => normal_expression(text, dialect),
        Family::Postgres => text.trim().trim_end_matches(';').trim_end().replace("\r\n", "\n"),
        // Their clients leave out comments.
        Family::Sqlite | Family::Mysql => normal_body(text, dialect),
    }
}

/// Whether a body is SQL that PostgreSQL reads at once, not a text for a language.
pub fn is_standard_body(body: &str) -> bool {
    let mut words = body.split_whitespace().map(str::to_ascii_uppercase);
    match words.next().as_deref() {
        Some("RETURN") => true,
        Some("BEGIN") => words.next().as_deref() == Some("ATOMIC"),
        _ => false,
    }
}

fn normal_returns(returns: &str, dialect: Dialect) -> String {
    let lower = returns.trim().to_ascii_lowercase();
    if let Some(row) = lower.strip_prefix("table") {
        let inner = row.trim();
        let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        let inner = inner.unwrap_or(row);
        return format!("table({})", spelt_arguments(inner, dialect));
    }
    match lower.strip_prefix("setof ") {
        Some(ty) => format!("setof {}", argument_type(ty, dialect)),
        None => argument_type(&lower, dialect),
    }
}

/// A type as routines know it: PostgreSQL forgets its size.
fn argument_type(ty: &str, dialect: Dialect) -> String {
    let ty = normal_type(&without_charset(ty), dialect);
    match (ty.find('('), ty.rfind(')')) {
        (Some(open), Some(close)) if dialect.family() == Family::Postgres => {
            format!("{}{}", &ty[..open], &ty[close + 1..])
        }
        // A length that is forgotten tells both apart no longer.
        _ if ty == "bpchar" => "char".into(),
        _ => ty,
    }
}

/// MySQL shows the character set of a text that a function gives, whoever said it.
fn without_charset(ty: &str) -> String {
    let ends = [" charset ", " character set ", " collate "];
    let end = ends.iter().filter_map(|word| ty.find(word)).min();
    ty[..end.unwrap_or(ty.len())].to_string()
}

/// The words beside a routine's body, those left out that say what is so anyway, in order.
fn normal_options(options: &str, dialect: Dialect) -> Vec<String> {
    let known: &[&str] = match dialect.family() {
        Family::Postgres => &[
            "immutable",
            "stable",
            "strict",
            "returns null on null input",
            "security definer",
            "leakproof",
            "window",
            "parallel safe",
            "parallel restricted",
        ],
        Family::Sqlite | Family::Mysql => &[
            "deterministic",
            "no sql",
            "reads sql data",
            "modifies sql data",
            "sql security invoker",
        ],
    };
    let words: Vec<String> = options.split_whitespace().map(str::to_ascii_lowercase).collect();
    let text = format!(" {} ", words.join(" "));
    let text = text.replace(" not deterministic ", " ").replace(" not leakproof ", " ");
    let found = known.iter().filter(|option| text.contains(&format!(" {option} ")));
    let mut found: Vec<String> = found
        .map(|option| match *option {
            "returns null on null input" => "strict".to_string(),
            option => option.to_string(),
        })
        .collect();
    if dialect.family() == Family::Postgres {
        found.extend(estimates(&words));
        found.extend(settings(options, dialect));
    }
    found.sort();
    found.dedup();
    found
}

/// What a call costs and how many rows it gives, where it is not what is usual.
fn estimates(words: &[String]) -> impl Iterator<Item = String> {
    let pairs = words.windows(2);
    pairs.filter_map(|pair| match (pair[0].as_str(), pair[1].as_str()) {
        ("cost", "100") | ("rows", "1000") => None,
        (word @ ("cost" | "rows"), number) if number.parse::<f64>().is_ok() => Some(format!("{word} {number}")),
        _ => None,
    })
}

/// `SET name TO value, …` of a function, each as `set name value, …`.
fn settings(options: &str, dialect: Dialect) -> Vec<String> {
    let all = tokens(options, dialect.family());
    let all: Vec<_> = all.iter().filter(|token| !token.is_blank()).collect();
    let starts = (0..all.len()).filter(|at| all[*at].is_word("set"));
    let mut found = Vec::new();
    for start in starts {
        let end = (start..all.len()).find(|at| all[*at].text == "=" || all[*at].is_word("to"));
        let Some(end) = end else { continue };
        let name: Vec<String> = all[start + 1..end]
            .iter()
            .map(|token| token.text.to_lowercase())
            .collect();
        let mut values = Vec::new();
        let mut at = end + 1;
        while let Some(token) = all.get(at) {
            values.push(
                token
                    .value(false)
                    .or_else(|| token.name())
                    .unwrap_or_else(|| token.text.to_string()),
            );
            if all.get(at + 1).is_none_or(|token| token.text != ",") {
                break;
            }
            at += 2;
        }
        found.push(format!("set {} {}", name.concat(), values.join(", ")));
    }
    found
}

fn describe_trigger(trigger: &Trigger, dialect: Dialect, wording: Wording) -> String {
    let mut events = trigger.events.clone();
    events.sort();
    let words: Vec<String> = events.iter().map(|event| event.word().to_ascii_lowercase()).collect();
    let mut text = format!("{} {}", trigger.timing.word().to_ascii_lowercase(), words.join(" or "));
    if !trigger.of.is_empty() {
        let case = dialect.facts().identifier.column_case;
        let names: Vec<String> = trigger.of.iter().map(|name| fold(name, case)).collect();
        text += &format!(" of {}", names.join(", "));
    }
    text += if trigger.each_statement {
        " each statement"
    } else {
        " each row"
    };
    if let Some(when) = &trigger.when {
        text += &format!(" when {}", wording.text(when));
    }
    format!("{text} {}", normal_body(&trigger.body, dialect))
}

/// The tokens of a body, without the blanks and comments between them, keywords aside as they are written.
fn normal_body(text: &str, dialect: Dialect) -> String {
    let all = tokens(text, dialect.family());
    let mut parts: Vec<String> = all
        .iter()
        .filter(|token| !token.is_blank())
        .map(|token| match token.kind {
            TokenKind::Word => token.text.to_ascii_lowercase(),
            TokenKind::Quoted => token
                .name()
                .map_or_else(|| token.text.to_string(), |name| name.to_string()),
            // The arguments of a trigger's function are texts, whatever they are written as.
            TokenKind::Number if dialect.family() == Family::Postgres => format!("'{}'", token.text),
            _ => token.text.to_string(),
        })
        .collect();
    let drop_ends = |parts: &mut Vec<String>| {
        while parts.last().is_some_and(|last| last == ";") {
            parts.pop();
        }
    };
    drop_ends(&mut parts);
    // SQLite has every body in a block, whether its author wrote one or not.
    if dialect.family() == Family::Sqlite && parts.first().is_some_and(|first| first == "begin") {
        parts.remove(0);
        parts.pop_if(|last| last == "end");
        drop_ends(&mut parts);
    }
    // PostgreSQL has said PROCEDURE here for FUNCTION.
    if parts.first().is_some_and(|first| first == "execute") && parts.get(1).is_some_and(|word| word == "procedure") {
        parts[1] = "function".into();
    }
    parts.join(" ")
}

/// The types of arguments, by which routines of one name are told apart: `integer, text`.
pub fn normal_arguments(arguments: &str, dialect: Dialect) -> String {
    let all: Vec<String> = split_list(arguments, dialect)
        .iter()
        .filter_map(|argument| {
            let (mode, _, ty) = parts_of(argument, dialect);
            (mode != "out" && mode != "table").then_some(ty)
        })
        .collect();
    all.join(", ")
}

/// One of a routine's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// `in`, `out`, `inout`, `variadic`; `in` where nothing is said.
    pub mode: String,
    pub says_mode: bool,
    /// Lower-cased; empty where it has none.
    pub name: String,
    pub has_default: bool,
}

/// What stands between the brackets, one by one.
pub fn arguments(text: &str, dialect: Dialect) -> Vec<Argument> {
    let all = split_list(text, dialect);
    let each = all.iter().map(|argument| {
        let (mode, name, _) = parts_of(argument, dialect);
        let first = argument.split_whitespace().next().unwrap_or_default();
        Argument {
            says_mode: first.eq_ignore_ascii_case(&mode),
            mode,
            name,
            has_default: default_of(argument).is_some(),
        }
    });
    each.collect()
}

/// Arguments as DROP and COMMENT name them: with modes, names and types, without their defaults.
pub fn arguments_without_defaults(arguments: &str, dialect: Dialect) -> String {
    let all: Vec<String> = split_list(arguments, dialect)
        .iter()
        .map(|argument| without_default(argument).to_string())
        .collect();
    all.join(", ")
}

fn without_default(argument: &str) -> &str {
    let text = argument.trim();
    let lower = text.to_ascii_lowercase();
    let end = lower
        .find(" default ")
        .or_else(|| lower.find('='))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(':').trim()
}

/// What an argument is where a call leaves it out.
fn default_of(argument: &str) -> Option<&str> {
    let text = argument.trim();
    let rest = text.get(without_default(text).len()..)?.trim_start();
    let word = rest.get(..7).filter(|word| word.eq_ignore_ascii_case("default"));
    let rest = match word {
        Some(word) => &rest[word.len()..],
        None => rest.trim_start_matches([':', '=']),
    };
    Some(rest.trim()).filter(|text| !text.is_empty())
}

fn spelt_arguments(arguments: &str, dialect: Dialect) -> String {
    let all: Vec<String> = split_list(arguments, dialect)
        .iter()
        .map(|argument| {
            let (mode, name, ty) = parts_of(argument, dialect);
            let mode = if mode == "in" { "" } else { mode.as_str() };
            let default = default_of(argument).map(|text| format!("default {}", normal_expression(text, dialect)));
            let parts = [mode, &name, &ty, default.as_deref().unwrap_or_default()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(" ")
        })
        .collect();
    all.join(", ")
}

/// A list split at its outermost commas.
fn split_list(text: &str, dialect: Dialect) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for token in tokens(text, dialect.family()) {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "," if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(token.text);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The mode, the name and the type of an argument.
fn parts_of(argument: &str, dialect: Dialect) -> (String, String, String) {
    let text = without_default(argument);
    let (mut words, mut mode) = (words_of(text, dialect).into_iter().peekable(), "in".to_string());
    if let Some(word) = words.peek().map(|word| word.to_ascii_lowercase())
        && matches!(word.as_str(), "in" | "out" | "inout" | "variadic")
    {
        mode = word;
        words.next();
    }
    let rest: Vec<&str> = words.collect();
    let whole = rest.join(" ");
    // PostgreSQL lets an argument go without a name: then the whole of it is a type.
    let is_type = |text: &str| {
        let name = text.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
        let facts = dialect.facts();
        let known = facts
            .types
            .values()
            .flatten()
            .any(|form| form.bare.eq_ignore_ascii_case(&name));
        known || facts.synonyms.contains_key(&name)
    };
    let (name, ty) = match rest.split_first() {
        Some((first, others)) if !others.is_empty() && !is_type(&whole) => (first.to_string(), others.join(" ")),
        _ => (String::new(), whole),
    };
    let name = name.trim_matches(dialect.facts().identifier.quote).to_ascii_lowercase();
    // The letters of a name in quotes say which type is meant.
    let ty = match ty.contains('"') && dialect.family() == Family::Postgres {
        true => ty,
        false => argument_type(&ty.to_ascii_lowercase(), dialect),
    };
    (mode, name, ty)
}

/// The words of an argument, a name in quotes whole.
fn words_of(text: &str, dialect: Dialect) -> Vec<&str> {
    let (mut words, mut from) = (Vec::new(), None);
    for token in tokens(text, dialect.family()) {
        match (token.is_blank(), from) {
            (true, Some(start)) => {
                words.push(&text[start..token.start]);
                from = None;
            }
            (false, None) => from = Some(token.start),
            _ => {}
        }
    }
    words.extend(from.map(|start| &text[start..]));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_told_apart_by_their_types() {
        let postgres = Dialect::named("postgres").unwrap();
        let normal = |text: &str| normal_arguments(text, postgres);
        assert_eq!(normal("a int, b varchar(9) DEFAULT 'x'"), "integer, varchar");
        assert_eq!(normal("integer, text"), "integer, text");
        assert_eq!(normal("IN a double precision, OUT b text"), "double precision");
        assert_eq!(normal(""), "");
        assert_eq!(
            normal("a int, b \"Order State\", \"c d\" \"Order State\"[], \"Order State\""),
            "integer, \"Order State\", \"Order State\"[], \"Order State\""
        );
        assert_eq!(
            normal("IN a integer, VARIADIC b text[] DEFAULT '{}'"),
            "integer, text[]"
        );
        let mysql = Dialect::named("mysql").unwrap();
        assert_eq!(normal_arguments("a INT, b DECIMAL(10, 2)", mysql), "int, decimal(10,2)");
    }

    #[test]
    fn options_that_say_nothing_are_left_out() {
        let postgres = Dialect::named("postgres").unwrap();
        assert_eq!(
            normal_options("VOLATILE STRICT\n SECURITY DEFINER", postgres),
            ["security definer", "strict"]
        );
        let mysql = Dialect::named("mysql").unwrap();
        assert!(normal_options("NOT DETERMINISTIC CONTAINS SQL", mysql).is_empty());
    }
}
