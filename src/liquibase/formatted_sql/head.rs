//! The line that begins a changeset: `--changeset author:id key:value …`.

use super::line::{Value, is_blank, quoted, said_inside, setting, skip_blanks, unquoted};
use super::{Place, attribute};
use crate::diagnostic::Diagnostic;
use crate::liquibase::{Attribute, Element};

/// What may be set on the line, beside the id and the author.
const SETTINGS: [(&str, Value); 12] = [
    ("runOnChange", Value::Word),
    ("runAlways", Value::Word),
    ("context", Value::Quoted),
    ("contextFilter", Value::Quoted),
    ("labels", Value::Quoted),
    ("runInTransaction", Value::Word),
    ("failOnError", Value::Word),
    ("runWith", Value::Expression),
    ("runWithSpoolFile", Value::Rest),
    ("logicalFilePath", Value::NonBlank),
    ("dbms", Value::Names),
    ("ignore", Value::Word),
];

/// A changeset as its first line has it.
pub struct Head<'t> {
    pub line: &'t str,
    pub changeset: Element,
    /// What is set for its SQL.
    pub sql: Vec<Attribute>,
    /// What is set for the SQL of its rollback.
    pub rollback: Vec<Attribute>,
}

impl<'t> Head<'t> {
    /// `None` where the line begins no changeset.
    pub fn read(place: &Place, line: &'t str) -> Option<Result<Head<'t>, Diagnostic>> {
        let named = said_inside(line, "changeset").filter(|rest| rest.starts_with(is_blank))?;
        let (author, id, between) = author_and_id(skip_blanks(named))?;
        if between {
            let told = place.mistake(line, "--changeset author:id");
            return Some(Err(told.note("no blank stands between the author and the id")));
        }
        let word = &line[line.len() - named.len() - "changeset".len()..line.len() - named.len()];
        let mut changeset = Element::new("changeSet", place.span(word), place.span(line));
        changeset
            .attributes
            .push(attribute(place, "author", author, unquoted(author)));
        changeset.attributes.push(attribute(place, "id", id, unquoted(id)));
        changeset.attributes.extend(SETTINGS.iter().filter_map(|(key, value)| {
            let (written, value) = setting(line, key, *value)?;
            let value = match *key {
                "context" | "contextFilter" | "labels" => unquoted(value),
                _ => value,
            };
            (!value.is_empty()).then(|| attribute_of(place, key, written, value))
        }));
        let set = |name: &str, key: &str, value: Value| {
            let (written, value) = setting(line, key, value)?;
            Some(attribute_of(place, name, written, value))
        };
        let comments = set("stripComments", "stripComments", Value::Word);
        let sql = [
            set("splitStatements", "splitStatements", Value::Word),
            comments.or_else(|| Some(attribute(place, "stripComments", word, "true"))),
            set("endDelimiter", "endDelimiter", Value::NonBlank),
        ];
        let rollback = [
            set("splitStatements", "rollbackSplitStatements", Value::Word),
            set("endDelimiter", "rollbackEndDelimiter", Value::NonBlank),
        ];
        Some(Ok(Head {
            line,
            changeset,
            sql: sql.into_iter().flatten().collect(),
            rollback: rollback.into_iter().flatten().collect(),
        }))
    }
}

fn attribute_of(place: &Place, name: &str, written: &str, value: &str) -> Attribute {
    Attribute {
        name_span: place.span(written),
        ..attribute(place, name, value, value)
    }
}

/// The author and the id, and whether blanks stand between them.
fn author_and_id(text: &str) -> Option<(&str, &str, bool)> {
    let in_quotes = quoted(text).filter(|author| text[author.len()..].starts_with(':'));
    let author = in_quotes.or_else(|| text.split(':').next().filter(|author| !author.is_empty()))?;
    let rest = text[author.len()..].strip_prefix(':')?;
    let trimmed = skip_blanks(rest);
    let id = quoted(trimmed).or_else(|| Value::Spaced.at_start_of(trimmed))?;
    Some((author, id, trimmed.len() != rest.len()))
}
