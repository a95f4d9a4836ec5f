//! How driftless says native types: as one portable type, as a map by dialect, or as they are.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Base, Type, normal_type};

/// In the order in which they are taken where several are the same to a database.
const BASES: [Base; 19] = [
    Base::SmallInt,
    Base::Int,
    Base::BigInt,
    Base::Boolean,
    Base::Real,
    Base::Double,
    Base::Decimal,
    Base::Char,
    Base::Text,
    Base::Varchar,
    Base::Bytes,
    Base::Binary,
    Base::Date,
    Base::Time,
    Base::Timestamp,
    Base::TimestampTz,
    Base::Interval,
    Base::Uuid,
    Base::Json,
];

/// The shortest `type:` that is these native types on these dialects.
pub fn written_type(natives: &[(Dialect, String)]) -> Value {
    // MariaDB, which falls back to what MySQL has, comes after it.
    let of = |dialect: Dialect| natives.iter().find(move |(given, _)| *given == dialect).cloned();
    let natives: Vec<(Dialect, String)> = Dialect::all().filter_map(of).collect();
    let choices = choices(&natives);
    let total = |choice: &Choice| choice.costs.iter().copied().sum::<Option<usize>>();
    let alone = choices.iter().filter_map(|choice| Some((choice, total(choice)?)));
    if let Some((choice, _)) = alone.min_by_key(|(choice, total)| (choice.is_native, *total)) {
        return choice.alone.clone();
    }
    let defaults = [None].into_iter().chain((0..choices.len()).map(Some));
    let maps = defaults.filter_map(|default| map_of(&natives, &choices, default));
    let shortest = maps.min_by_key(|(map, cost)| (map.len(), *cost));
    Value::Object(shortest.map(|(map, _)| map).unwrap_or_default())
}

/// One way to say a type, and for which of the dialects it says what is asked for.
struct Choice {
    is_native: bool,
    /// Where it holds for all dialects.
    alone: Value,
    /// As a value of a map by dialect.
    in_map: Value,
    /// How far it is from what one would like to read, for each dialect; `None` where it says something else.
    costs: Vec<Option<usize>>,
}

fn choices(natives: &[(Dialect, String)]) -> Vec<Choice> {
    let normal: Vec<String> = natives
        .iter()
        .map(|(dialect, text)| normal_type(text, *dialect))
        .collect();
    let mut all = Vec::new();
    for ty in portable_types(natives, &normal) {
        let cost = |((dialect, text), normal): (&(Dialect, String), &String)| {
            let own = ty.native(*dialect).ok()?;
            let is_same = normal_type(&own, *dialect) == *normal;
            // A size that nobody wrote is the last that one would like to read.
            let cost = match (sizes_in(text) == sizes_of(&ty), sizes_of(&ty).is_empty()) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            is_same.then_some(cost)
        };
        let costs: Vec<_> = natives.iter().zip(&normal).map(cost).collect();
        if costs.iter().any(Option::is_some) {
            let written = Value::String(written(&ty));
            all.push(Choice {
                is_native: false,
                alone: written.clone(),
                in_map: written,
                costs,
            });
        }
    }
    let words: Vec<String> = natives.iter().map(|(_, text)| word(text, natives)).collect();
    for (at, own) in words.iter().enumerate() {
        if words[..at].contains(own) {
            continue;
        }
        let is_portable_word = own.parse::<Type>().is_ok();
        let cost = if is_portable_word { 3 } else { 1 };
        let native = json!({ "native": own });
        all.push(Choice {
            is_native: true,
            alone: native.clone(),
            in_map: if is_portable_word {
                native
            } else {
                Value::String(own.clone())
            },
            costs: words.iter().map(|word| (word == own).then_some(cost)).collect(),
        });
    }
    all
}

/// The portable types that could be one of these.
fn portable_types(natives: &[(Dialect, String)], normal: &[String]) -> Vec<Type> {
    let mut sizes: Vec<Vec<u32>> = vec![Vec::new()];
    for text in normal.iter().chain(natives.iter().map(|(_, text)| text)) {
        let own = sizes_in(text);
        if let [precision, 0] = own.as_slice() {
            sizes.push(vec![*precision]);
        }
        sizes.push(own);
    }
    // Of whole seconds MySQL and MariaDB say nothing.
    sizes.push(vec![0]);
    let mut all = Vec::new();
    for base in BASES {
        for sizes in &sizes {
            let ty = Type::Portable(base, sizes.clone());
            let is_allowed = ty.to_string().parse::<Type>().is_ok_and(|parsed| parsed == ty);
            if is_allowed && !all.contains(&ty) {
                all.push(ty);
            }
        }
    }
    let enums = normal
        .iter()
        .filter_map(|text| Type::portable(text, Dialect::named("mysql")?));
    all.extend(enums.filter(|ty| matches!(ty, Type::Enum(_))));
    all
}

fn sizes_of(ty: &Type) -> Vec<u32> {
    match ty {
        Type::Portable(_, sizes) => sizes.clone(),
        Type::Enum(_) | Type::Named { .. } | Type::Native(_) => Vec::new(),
    }
}

fn sizes_in(native: &str) -> Vec<u32> {
    let inner = native.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let sizes = inner.map(|(inner, _)| inner.split(',').map(|size| size.trim().parse().ok()).collect());
    sizes.and_then(|sizes: Option<Vec<u32>>| sizes).unwrap_or_default()
}

/// A portable type as people write it.
fn written(ty: &Type) -> String {
    let is_plain = |value: &String| {
        !value.is_empty()
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    match ty {
        Type::Enum(values) if values.iter().all(is_plain) => format!("enum({})", values.join(", ")),
        ty => ty.to_string(),
    }
}

/// A native type in lower case and without blanks between sizes, where that is the same to all that have it.
fn word(native: &str, natives: &[(Dialect, String)]) -> String {
    let lower = lower(native);
    let mut having = natives.iter().filter(|(_, text)| text == native);
    match having.all(|(dialect, text)| normal_type(&lower, *dialect) == normal_type(text, *dialect)) {
        true => lower,
        false => native.trim().to_string(),
    }
}

/// What stands in quotes or in brackets keeps its letters.
fn lower(native: &str) -> String {
    let (mut word, mut depth, mut quote) = (String::new(), 0_usize, None);
    for c in native.trim().chars() {
        match (c, quote) {
            (c, Some(open)) => quote = Some(open).filter(|open| c != *open),
            ('\'' | '"' | '`', None) => quote = Some(c),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
        match c {
            ' ' if depth > 0 && quote.is_none() && word.ends_with([',', '(']) => {}
            c if depth > 0 || quote.is_some() => word.push(c),
            c => word.push(c.to_ascii_lowercase()),
        }
    }
    word
}

/// A map with this default, and what it costs; `None` where no dialect would take the default.
fn map_of(
    natives: &[(Dialect, String)],
    choices: &[Choice],
    default: Option<usize>,
) -> Option<(Map<String, Value>, usize)> {
    let cost = |choice: usize, all: &[usize]| all.iter().map(|at| choices[choice].costs[*at]).sum::<Option<usize>>();
    let best = |all: &[usize]| {
        let able = (0..choices.len()).filter(|choice| cost(*choice, all).is_some());
        able.min_by_key(|choice| cost(*choice, all))
    };
    let by_default = |at: usize| default.filter(|default| cost(*default, &[at]).is_some());
    let position = |name: &str| natives.iter().position(|(dialect, _)| dialect.name() == name);
    // What MySQL has for itself is MariaDB's, too.
    let family = [position("mysql"), position("mariadb")];
    let family = family.map(|at| at.filter(|at| by_default(*at).is_none()));
    let together = match family {
        [Some(mysql), Some(mariadb)] => best(&[mysql, mariadb]),
        _ => None,
    };
    let (mut map, mut picked, mut total, mut left) = (Map::new(), Vec::new(), 0, 0);
    for (at, (dialect, _)) in natives.iter().enumerate() {
        let of_family = together.filter(|_| family.contains(&Some(at)));
        let own = by_default(at).or(of_family).or_else(|| best(&[at]))?;
        total += cost(own, &[at])?;
        picked.push(own);
        let parents = dialect.lineage().skip(1);
        let inherited = parents.filter(|name| map.contains_key(*name)).find_map(position);
        let otherwise = inherited.map(|at| picked[at]).or(default);
        if otherwise != Some(own) {
            map.insert(dialect.name().into(), choices[own].in_map.clone());
        } else if inherited.is_none() {
            left += 1;
        }
    }
    if let Some(default) = default {
        map.insert("default".into(), choices[default].in_map.clone());
    }
    (default.is_none() || left > 0).then_some((map, total))
}
