//! A change of Liquibase as it is put together: some of what it says may differ from database to database, which Liquibase
//! says by a property.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::types;
use crate::dialect::Dialect;

/// One change of Liquibase.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeType {
    pub name: &'static str,
    pub keys: Vec<(&'static str, Said)>,
}

/// What stands behind a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Plain(Json),
    /// A type: as it is called in the changelog, and as the database is to have it.
    Type {
        written: String,
        native: String,
    },
    /// SQL of the database's own; the word is what a property is called by.
    Sql {
        word: String,
        text: String,
    },
    Map(Vec<(&'static str, Said)>),
    List(Vec<Said>),
}

impl From<&str> for Said {
    fn from(text: &str) -> Said {
        Said::Plain(json!(text))
    }
}

impl From<bool> for Said {
    fn from(value: bool) -> Said {
        Said::Plain(json!(value))
    }
}

impl From<i64> for Said {
    fn from(value: i64) -> Said {
        Said::Plain(json!(value))
    }
}

/// What Liquibase calls a database.
pub fn dbms(dialect: Dialect) -> &'static str {
    match dialect.name() {
        "postgres" => "postgresql",
        other => other,
    }
}

/// The properties of a changelog that say what differs from database to database.
#[derive(Debug, Default)]
pub struct Properties {
    /// By name: the value for each database, by what Liquibase calls it.
    pub all: IndexMap<String, BTreeMap<&'static str, String>>,
    /// Names that are somebody else's.
    pub taken: Vec<String>,
}

impl Properties {
    /// A placeholder for a text that differs.
    fn placeholder(&mut self, word: &str, values: BTreeMap<&'static str, String>) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric();
        let plain: String = word
            .chars()
            .map(|c| if is_plain(c) { c.to_ascii_lowercase() } else { '_' })
            .collect();
        let word = plain.trim_matches('_');
        for number in 1.. {
            let name = match number {
                1 => word.to_string(),
                _ => format!("{word}_{number}"),
            };
            let is_taken = self.taken.iter().any(|taken| taken.eq_ignore_ascii_case(&name));
            match self.all.get(&name) {
                Some(known) if *known == values => return format!("${{{name}}}"),
                None if !is_taken => {
                    self.all.insert(name.clone(), values);
                    return format!("${{{name}}}");
                }
                _ => {}
            }
        }
        unreachable!("numbers do not end")
    }
}

/// The changes that are the same on each database, as Liquibase reads them; `None` where they are not.
pub fn together(all: &[(Dialect, Vec<ChangeType>)], properties: &mut Properties) -> Option<Vec<Json>> {
    let (_, first) = all.first()?;
    let is_alike = |(_, other): &(Dialect, Vec<ChangeType>)| {
        let names = other.iter().map(|change| change.name);
        names.eq(first.iter().map(|change| change.name))
    };
    if !all.iter().all(is_alike) {
        return None;
    }
    // Properties of a change that does not come about are not wanted.
    let mut trial = Properties {
        all: properties.all.clone(),
        taken: properties.taken.clone(),
    };
    let mut changes = Vec::new();
    for (at, change) in first.iter().enumerate() {
        let maps: Vec<(Dialect, Said)> = all
            .iter()
            .map(|(dialect, changes)| (*dialect, Said::Map(changes[at].keys.clone())))
            .collect();
        let maps: Vec<(Dialect, &Said)> = maps.iter().map(|(dialect, map)| (*dialect, map)).collect();
        changes.push(json!({ change.name: joined(&maps, &mut trial)? }));
    }
    *properties = trial;
    Some(changes)
}

fn joined(all: &[(Dialect, &Said)], properties: &mut Properties) -> Option<Json> {
    match all.first()?.1 {
        Said::Plain(value) => {
            let is_same = |(_, other): &(Dialect, &Said)| matches!(other, Said::Plain(other) if other == value);
            all.iter().all(is_same).then(|| value.clone())
        }
        Said::Type { written, .. } => {
            let natives: Option<Vec<(Dialect, &str)>> = all
                .iter()
                .map(|(dialect, said)| match said {
                    Said::Type { native, .. } => Some((*dialect, native.as_str())),
                    _ => None,
                })
                .collect();
            let words = types::words(written, &natives?)?;
            one_or_property(&format!("type_{written}"), words, properties)
        }
        Said::Sql { word, .. } => {
            let texts: Option<Vec<(Dialect, String)>> = all
                .iter()
                .map(|(dialect, said)| match said {
                    Said::Sql { text, .. } => Some((*dialect, text.clone())),
                    _ => None,
                })
                .collect();
            one_or_property(word, texts?, properties)
        }
        Said::Map(keys) => {
            let mut map = Map::new();
            for (at, (key, _)) in keys.iter().enumerate() {
                let values: Option<Vec<(Dialect, &Said)>> = all
                    .iter()
                    .map(|(dialect, said)| match said {
                        Said::Map(other) if other.len() == keys.len() && other[at].0 == *key => {
                            Some((*dialect, &other[at].1))
                        }
                        _ => None,
                    })
                    .collect();
                map.insert(key.to_string(), joined(&values?, properties)?);
            }
            Some(Json::Object(map))
        }
        Said::List(items) => {
            let mut list = Vec::new();
            for at in 0..items.len() {
                let values: Option<Vec<(Dialect, &Said)>> = all
                    .iter()
                    .map(|(dialect, said)| match said {
                        Said::List(other) if other.len() == items.len() => Some((*dialect, &other[at])),
                        _ => None,
                    })
                    .collect();
                list.push(joined(&values?, properties)?);
            }
            Some(Json::Array(list))
        }
    }
}

/// A text that is the same everywhere, or a property that has it for each database.
fn one_or_property(word: &str, texts: Vec<(Dialect, String)>, properties: &mut Properties) -> Option<Json> {
    let first = texts.first()?.1.clone();
    if texts.iter().all(|(_, text)| *text == first) {
        return Some(json!(first));
    }
    let values = texts.into_iter().map(|(dialect, text)| (dbms(dialect), text));
    Some(json!(properties.placeholder(word, values.collect())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).unwrap()
    }

    fn of_type(written: &str, native: &str) -> Vec<ChangeType> {
        let ty = Said::Type {
            written: written.into(),
            native: native.into(),
        };
        vec![ChangeType {
            name: "x",
            keys: vec![("type", ty)],
        }]
    }

    #[test]
    fn what_differs_is_a_property() {
        let mut properties = Properties::default();
        let all = [
            (dialect("postgres"), of_type("json", "jsonb")),
            (dialect("mysql"), of_type("json", "json")),
        ];
        let joined = together(&all, &mut properties).unwrap();
        assert_eq!(joined, [json!({ "x": { "type": "${type_json}" } })]);
        assert_eq!(properties.all["type_json"]["postgresql"], "jsonb");
        assert_eq!(together(&all, &mut properties).unwrap(), joined);
        assert_eq!(properties.all.len(), 1);
    }

    #[test]
    fn one_word_that_means_it_everywhere_is_taken() {
        let mut properties = Properties::default();
        let all = [
            (dialect("postgres"), of_type("text", "text")),
            (dialect("mysql"), of_type("text", "longtext")),
            (dialect("sqlite"), of_type("text", "TEXT")),
        ];
        let joined = together(&all, &mut properties).unwrap();
        assert_eq!(joined, [json!({ "x": { "type": "longtext" } })]);
        assert!(properties.all.is_empty());
    }

    #[test]
    fn changes_of_another_kind_are_not_the_same() {
        let other = vec![ChangeType {
            name: "y",
            keys: Vec::new(),
        }];
        let all = [
            (dialect("postgres"), of_type("int", "integer")),
            (dialect("mysql"), other),
        ];
        assert_eq!(together(&all, &mut Properties::default()), None);
    }
}
