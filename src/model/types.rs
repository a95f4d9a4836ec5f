//! Portable column types and what they are natively.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diagnostic::nearest;
use crate::dialect::{Dialect, Facts, Family, ObjectName};

/// A portable type's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    SmallInt,
    Int,
    BigInt,
    Decimal,
    Real,
    Double,
    Boolean,
    Char,
    Varchar,
    Text,
    Binary,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Json,
}

const BASES: [(&str, Base, usize, usize); 19] = [
    // name, base, the fewest and the most sizes that it takes
    ("smallint", Base::SmallInt, 0, 0),
    ("int", Base::Int, 0, 0),
    ("bigint", Base::BigInt, 0, 0),
    ("decimal", Base::Decimal, 0, 2),
    ("real", Base::Real, 0, 0),
    ("double", Base::Double, 0, 0),
    ("boolean", Base::Boolean, 0, 0),
    ("char", Base::Char, 0, 1),
    ("varchar", Base::Varchar, 1, 1),
    ("text", Base::Text, 0, 0),
    ("binary", Base::Binary, 1, 1),
    ("bytes", Base::Bytes, 0, 0),
    ("date", Base::Date, 0, 0),
    ("time", Base::Time, 0, 1),
    ("timestamp", Base::Timestamp, 0, 1),
    ("timestamptz", Base::TimestampTz, 0, 1),
    ("interval", Base::Interval, 0, 0),
    ("uuid", Base::Uuid, 0, 0),
    ("json", Base::Json, 0, 0),
];

/// Words of other tools and engines, with the portable word for them.
const FOREIGN: [(&str, &str); 21] = [
    ("integer", "int"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("long", "bigint"),
    ("tinyint", "smallint"),
    ("number", "decimal"),
    ("numeric", "decimal"),
    ("float", "double"),
    ("bool", "boolean"),
    ("bit", "boolean"),
    ("string", "varchar(255)"),
    ("nvarchar", "varchar"),
    ("clob", "text"),
    ("longtext", "text"),
    ("blob", "bytes"),
    ("bytea", "bytes"),
    ("varbinary", "bytes"),
    ("datetime", "timestamp"),
    ("jsonb", "json"),
    ("guid", "uuid"),
];

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    Portable(Base, Vec<u32>),
    Enum(Vec<String>),
    /// An enum or a domain of the database, by its name. Where the engine has no such types, the values of an enum are
    /// what the column holds.
    Named {
        name: ObjectName,
        values: Vec<String>,
    },
    /// Passed to the engine as it is.
    Native(String),
}

/// Why a text is no type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeError {
    pub message: String,
    pub help: Option<String>,
}

impl Type {
    /// The type as the engine writes it, or why it has none.
    pub fn native(&self, dialect: Dialect) -> Result<String, TypeError> {
        let facts = dialect.facts();
        match self {
            Type::Native(text) => Ok(text.clone()),
            Type::Named { name, .. } if dialect.family() == Family::Postgres => Ok(match &name.schema {
                Some(schema) => format!("{}.{}", dialect.quote(schema), dialect.quote(&name.name)),
                None => dialect.quote(&name.name),
            }),
            Type::Enum(values) | Type::Named { values, .. } => {
                let form = facts.types.get("enum").and_then(Option::as_ref);
                let quoted: Vec<String> = values.iter().map(|value| dialect.string(value)).collect();
                match form {
                    Some(form) => Ok(form.bare.replace("{values}", &quoted.join(","))),
                    None => Err(missing(facts, "enum")),
                }
            }
            Type::Portable(base, sizes) => {
                let Some(Some(form)) = facts.types.get(base.name()) else {
                    return Err(missing(facts, base.name()));
                };
                let limit = facts.size_limits.get(base.name());
                if let (Some(size), Some(limit)) = (sizes.first().filter(|size| Some(*size) > limit), limit) {
                    return Err(too_long(facts, *base, *size, *limit));
                }
                let text = match sizes.len() {
                    0 => Some(&form.bare),
                    1 => form.one.as_ref(),
                    _ => form.two.as_ref(),
                };
                let text = text.unwrap_or(&form.bare);
                let size = |at: usize| sizes.get(at).map(u32::to_string).unwrap_or_default();
                Ok(text.replace("{p}", &size(0)).replace("{s}", &size(1)))
            }
        }
    }

    pub fn base(&self) -> Option<Base> {
        match self {
            Type::Portable(base, _) => Some(*base),
            Type::Enum(_) | Type::Named { .. } | Type::Native(_) => None,
        }
    }

    /// The values that it is limited to, where it is an enum of any kind.
    pub fn values(&self) -> Option<&[String]> {
        match self {
            Type::Enum(values) => Some(values),
            Type::Named { values, .. } => Some(values).filter(|values| !values.is_empty()).map(Vec::as_slice),
            Type::Portable(..) | Type::Native(_) => None,
        }
    }
}

fn too_long(facts: &Facts, base: Base, size: u32, limit: u32) -> TypeError {
    let name = base.name();
    let help = match base {
        Base::Char if facts.size_limits.get("varchar").is_none_or(|limit| size <= *limit) => {
            format!("write `varchar({size})`")
        }
        Base::Binary => "write `bytes`".to_string(),
        _ => "write `text`".to_string(),
    };
    TypeError {
        message: format!("`{name}({size})` is too long for {} (at most {limit})", facts.title),
        help: Some(help),
    }
}

fn missing(facts: &Facts, name: &str) -> TypeError {
    TypeError {
        message: format!("there is no type `{name}` on {}", facts.title),
        help: Some(format!(
            "give each dialect its own: `type: {{sqlite: …, mysql: …, default: {name}}}`"
        )),
    }
}

impl Base {
    pub fn name(self) -> &'static str {
        BASES
            .iter()
            .find(|(_, base, _, _)| *base == self)
            .map(|(name, ..)| *name)
            .expect("every base stands in the table")
    }

    /// The names of all portable types.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BASES.iter().map(|(name, ..)| *name).chain(["enum"])
    }
}

impl FromStr for Type {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Type, TypeError> {
        let text = text.trim();
        let (name, arguments) = match text.find('(') {
            Some(open) => match text.strip_suffix(')') {
                Some(body) => (text[..open].trim(), Some(&body[open + 1..])),
                None => {
                    return Err(TypeError {
                        message: format!("type `{text}` lacks its closing bracket"),
                        help: Some("in YAML's flow style a comma ends the value: write it as a block, quote it (\"decimal(10,2)\"), or use `{decimal: [10, 2]}`".into()),
                    });
                }
            },
            None => (text, None),
        };
        let lower = name.to_ascii_lowercase();
        if lower == "enum" {
            let values = enum_values(arguments.unwrap_or_default());
            return match values.is_empty() {
                true => Err(TypeError {
                    message: "an enum needs its values".into(),
                    help: Some("write `enum(small, large)`".into()),
                }),
                false => Ok(Type::Enum(values)),
            };
        }
        let Some((_, base, fewest, most)) = BASES.iter().find(|(known, ..)| *known == lower) else {
            return Err(unknown(text, &lower));
        };
        let mut sizes = Vec::new();
        for size in arguments.into_iter().flat_map(|all| all.split(',')) {
            match size.trim().parse::<u32>() {
                Ok(size) => sizes.push(size),
                Err(_) => {
                    return Err(TypeError {
                        message: format!("`{}` is not a size of `{lower}`", size.trim()),
                        help: None,
                    });
                }
            }
        }
        check_sizes(&lower, *base, &sizes, *fewest, *most)?;
        Ok(Type::Portable(*base, sizes))
    }
}

fn check_sizes(name: &str, base: Base, sizes: &[u32], fewest: usize, most: usize) -> Result<(), TypeError> {
    let error = |message: String, help: Option<&str>| {
        Err(TypeError {
            message,
            help: help.map(str::to_string),
        })
    };
    if sizes.len() < fewest {
        return error(
            format!("type `{name}` needs a size"),
            Some("write `varchar(255)`, or `text` for text of any length").filter(|_| base == Base::Varchar),
        );
    }
    if sizes.len() > most {
        return match most {
            0 => error(format!("type `{name}` takes no size"), None),
            _ => error(
                format!(
                    "type `{name}` takes at most {most} size{}",
                    if most == 1 { "" } else { "s" }
                ),
                None,
            ),
        };
    }
    match (base, sizes) {
        (Base::Decimal, [precision, ..]) if *precision == 0 || *precision > 65 => {
            error(format!("`{name}({precision})`: a precision is between 1 and 65"), None)
        }
        (Base::Decimal, [precision, scale]) if scale > precision || *scale > 30 => error(
            format!("`{name}({precision},{scale})`: the scale is at most the precision, and at most 30"),
            None,
        ),
        (Base::Time | Base::Timestamp | Base::TimestampTz, [precision]) if *precision > 6 => error(
            format!("`{name}({precision})`: at most 6 digits of a second are kept"),
            None,
        ),
        (Base::Char | Base::Varchar | Base::Binary, [0]) => error(format!("`{name}(0)` holds nothing"), None),
        _ => Ok(()),
    }
}

fn unknown(text: &str, name: &str) -> TypeError {
    let portable = FOREIGN
        .iter()
        .find(|(word, _)| *word == name)
        .map(|(_, portable)| *portable);
    let near = portable.or_else(|| nearest(name, Base::names()));
    TypeError {
        message: format!("unknown type `{text}`"),
        help: Some(match near {
            Some(word) => format!("did you mean `{word}`? A type that is passed on as it is: `{{native: {text}}}`"),
            None => format!(
                "portable types are {}; one that is passed on as it is: `{{native: {text}}}`",
                Base::names().collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

fn enum_values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let mut value = String::new();
            let mut characters = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, c)) = characters.next() {
                if c != '\'' {
                    value.push(c);
                } else if characters.peek().is_some_and(|(_, next)| *next == '\'') {
                    value.push('\'');
                    characters.next();
                } else {
                    end = at + 1;
                    break;
                }
            }
            values.push(value);
            rest = quoted[end..].trim_start().trim_start_matches(',').trim_start();
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            values.push(rest[..end].trim().to_string());
            rest = rest[end..].trim_start_matches(',').trim_start();
        }
    }
    values
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Native(text) => f.write_str(text),
            Type::Named { name, .. } => write!(f, "{name}"),
            Type::Enum(values) => {
                let quoted: Vec<String> = values.iter().map(|v| format!("'{}'", v.replace('\'', "''"))).collect();
                write!(f, "enum({})", quoted.join(", "))
            }
            Type::Portable(base, sizes) if sizes.is_empty() => f.write_str(base.name()),
            Type::Portable(base, sizes) => {
                let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
                write!(f, "{}({})", base.name(), sizes.join(","))
            }
        }
    }
}

/// In the history a portable type is its text, a native one `{native: …}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Text(String),
    Native {
        native: String,
    },
    Named {
        named: ObjectName,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<String>,
    },
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Type::Native(native) => Stored::Native { native: native.clone() },
            Type::Named { name, values } => Stored::Named {
                named: name.clone(),
                values: values.clone(),
            },
            other => Stored::Text(other.to_string()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Type, D::Error> {
        match Stored::deserialize(deserializer)? {
            Stored::Native { native } => Ok(Type::Native(native)),
            Stored::Named { named, values } => Ok(Type::Named { name: named, values }),
            Stored::Text(text) => text
                .parse()
                .map_err(|error: TypeError| serde::de::Error::custom(error.message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_an_answer_in_every_dialect() {
        for dialect in Dialect::all() {
            for name in Base::names() {
                assert!(dialect.facts().types.contains_key(name), "{dialect}: {name}");
            }
        }
    }

    #[test]
    fn types_are_read_and_written() {
        for text in [
            "int",
            "varchar(255)",
            "decimal(10,2)",
            "enum('a', 'b''c')",
            "timestamp(3)",
        ] {
            assert_eq!(text.parse::<Type>().unwrap().to_string(), text);
        }
        assert_eq!(
            "enum(a, b)".parse::<Type>(),
            Ok(Type::Enum(vec!["a".into(), "b".into()]))
        );
    }

    #[test]
    fn mistakes_have_an_answer() {
        let help = |text: &str| text.parse::<Type>().unwrap_err().help.unwrap();
        assert!(help("bigintt").contains("`bigint`"));
        assert!(help("integer").contains("`int`"));
        assert!(help("varchar").contains("255"));
        assert!(help("decimal(10").contains("flow style"));
        assert!("decimal(10,12)".parse::<Type>().is_err());
    }
}
