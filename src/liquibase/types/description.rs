//! A type as a Liquibase changelog has it, taken apart the way Liquibase does.

use super::registry::{Kind, kind_of};

/// The parts of a type as written.
#[derive(Debug)]
pub(super) struct Description<'w> {
    /// All of it, as written.
    pub raw: &'w str,
    pub kind: Kind,
    /// The name that Liquibase goes on by.
    pub name: String,
    pub parameters: Vec<&'w str>,
    /// What stands behind the name.
    pub information: Option<String>,
    pub auto_increment: bool,
}

/// Types of two words; behind any other word comes further information.
const TWO_WORDS: [&str; 6] = [
    "bit varying",
    "character varying",
    "long varchar",
    "long nvarchar",
    "long binary",
    "long varbinary",
];

const QUOTES: [(char, char); 4] = [('"', '"'), ('[', ']'), ('`', '`'), ('\'', '\'')];

impl<'w> Description<'w> {
    pub fn read(raw: &'w str) -> Result<Description<'w>, String> {
        if raw.starts_with("${") && raw.ends_with('}') {
            return Ok(Description {
                raw,
                kind: Kind::Unknown,
                name: raw.to_string(),
                parameters: Vec::new(),
                information: None,
                auto_increment: false,
            });
        }
        let (mut name, is_identity) = bare_name(raw);
        let lower = name.to_ascii_lowercase();
        let mut information = None;
        if !TWO_WORDS.iter().any(|words| lower.starts_with(words)) {
            let trimmed = trim(&name).to_string();
            let (first, rest) = match trimmed.split_once(is_blank) {
                Some((first, rest)) => (first, Some(rest.trim_start_matches(is_blank))),
                None => (trimmed.as_str(), None),
            };
            information = rest.map(str::to_string);
            name = first.to_string();
        }
        let (kind, name) = match kind_of(&name) {
            Some((Kind::Elsewhere, name)) => return Err(format!("Liquibase has no type `{name}` on this database")),
            Some((kind, own)) => (kind, own.to_string()),
            None if name.to_ascii_uppercase().starts_with("INTERVAL") => (Kind::Unknown, raw.to_string()),
            None => (Kind::Unknown, name),
        };
        let numbers_itself = is_identity && matches!(kind, Kind::Int | Kind::BigInt);
        Ok(Description {
            raw,
            kind,
            name,
            parameters: parameters(raw, kind),
            information,
            auto_increment: numbers_itself || is_serial(raw, kind) || property_of(raw, kind)?,
        })
    }

    /// As it is written, in lower case and without the blanks around it.
    pub fn lower(&self) -> String {
        trim(self.raw).to_ascii_lowercase()
    }
}

/// What is left without what stands in brackets, in braces and in quotes, and whether `identity` stood behind it.
fn bare_name(raw: &str) -> (String, bool) {
    let mut name = raw.to_string();
    if let Some(open) = name.find('(') {
        let close = name.rfind(')').filter(|close| *close > open);
        // What only begins with a bracket is none.
        let has_name = open > 0 || name[1..].find('(').is_some();
        if let Some(close) = close.filter(|_| has_name) {
            let before = name[..open].trim_end_matches(is_blank).len();
            name.replace_range(before..=close, "");
        }
    }
    if let Some(brace) = name.find('{').filter(|brace| *brace > 0) {
        name.truncate(name[..brace].trim_end_matches(is_blank).len());
    }
    let is_identity = name.to_ascii_lowercase().ends_with(" identity");
    if is_identity {
        name = name.to_ascii_lowercase();
        name.truncate(name.len() - " identity".len());
    }
    for (open, close) in QUOTES {
        let Some(rest) = name.strip_prefix(open) else {
            continue;
        };
        if rest.matches(close).count() == 1 {
            name = rest.replace(close, "");
            break;
        }
    }
    (name, is_identity)
}

/// What stands in the first brackets, comma by comma.
fn parameters(raw: &str, kind: Kind) -> Vec<&str> {
    let Some(open) = raw.find('(') else {
        return Vec::new();
    };
    if open == 0 && !raw[1..].contains('(') {
        return Vec::new();
    }
    let inside = &raw[open + 1..];
    let inside = inside.split(')').next().unwrap_or_default();
    let is_text = matches!(kind, Kind::Char | Kind::NChar | Kind::NVarchar | Kind::Varchar);
    let plain = |parameter| match is_text {
        // Only Oracle tells bytes from characters.
        true => trim(parameter).strip_suffix(" BYTE").unwrap_or(trim(parameter)),
        false => trim(parameter),
    };
    inside
        .split(',')
        .map(plain)
        .filter(|parameter| !parameter.is_empty())
        .collect()
}

fn is_serial(raw: &str, kind: Kind) -> bool {
    let lower = raw.to_ascii_lowercase();
    match kind {
        Kind::Int => lower.starts_with("serial"),
        Kind::BigInt | Kind::SmallInt => lower.contains("serial"),
        _ => false,
    }
}

/// Whether `{autoIncrement:true}` stands behind the type.
fn property_of(raw: &str, kind: Kind) -> Result<bool, String> {
    let Some((_, inside)) = raw.split_once('{') else {
        return Ok(false);
    };
    let inside = inside.split('}').next().unwrap_or_default();
    let mut auto_increment = false;
    for property in inside.split(',').map(trim).filter(|property| !property.is_empty()) {
        let Some((key, value)) = property.split_once(':') else {
            return Err(format!(
                "Liquibase does not understand `{{{inside}}}` of the type `{raw}`"
            ));
        };
        let is_number = matches!(
            kind,
            Kind::BigInt
                | Kind::Decimal
                | Kind::Int
                | Kind::MediumInt
                | Kind::Number
                | Kind::SmallInt
                | Kind::TinyInt
                | Kind::Unknown
        );
        if key != "autoIncrement" || !is_number {
            return Err(format!("the type `{raw}` has no `{key}` in Liquibase"));
        }
        auto_increment = value.eq_ignore_ascii_case("true");
    }
    Ok(auto_increment)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}
