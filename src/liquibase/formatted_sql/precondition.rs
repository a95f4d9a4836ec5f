//! Preconditions in formatted SQL: `--preconditions onFail:…`, `--precondition-sql-check expectedResult:0 select …`.

use super::line::{Value, after, is_word, setting};
use super::{Place, attribute};
use crate::diagnostic::Diagnostic;
use crate::liquibase::{Element, Text};

/// The container, of what stands behind `--preconditions`.
pub fn container(place: &Place, line: &str, settings: &str) -> Result<Element, Diagnostic> {
    let mut element = Element::new("preConditions", place.span(line), place.span(line));
    let output = setting(settings, "onSqlOutput", Value::Word);
    let old = setting(settings, "onUpdateSQL", Value::Word);
    if output.is_some() && old.is_some() {
        return Err(place
            .mistake(line, "--preconditions onSqlOutput:…")
            .note("`onUpdateSQL` is its old name"));
    }
    let set = [
        ("onFail", setting(settings, "onFail", Value::Word)),
        ("onError", setting(settings, "onError", Value::Word)),
        ("onSqlOutput", output.or(old)),
    ];
    let set = set.into_iter().filter_map(|(name, found)| Some((name, found?.1)));
    element.attributes = set.map(|(name, value)| attribute(place, name, value, value)).collect();
    Ok(element)
}

/// One precondition, of its kind and what stands behind.
pub fn single(place: &Place, line: &str, kind: &str, body: &str) -> Result<Element, Diagnostic> {
    let body = body.trim();
    match kind {
        "sql-check" => sql_check(place, line, body),
        "table-exists" => exists(place, line, body, ["tableExists", "tableName", "table"]),
        "view-exists" => exists(place, line, body, ["viewExists", "viewName", "view"]),
        _ => {
            let known = ["sql-check", "table-exists", "view-exists"];
            let message = format!("formatted SQL has no precondition `{kind}`");
            let told = Diagnostic::error("liquibase-syntax", message).label(place.span(kind), "");
            Err(told.help(format!("it has `{}`", known.join("`, `"))))
        }
    }
}

fn sql_check(place: &Place, line: &str, body: &str) -> Result<Element, Diagnostic> {
    let told = || place.mistake(line, "--precondition-sql-check expectedResult:\"0\" SELECT …");
    let (expected, sql) = expected_result(body).ok_or_else(told)?;
    let mut element = Element::new("sqlCheck", place.span(line), place.span(line));
    element
        .attributes
        .push(attribute(place, "expectedResult", expected, expected));
    element.text = Some(Text {
        text: sql.to_string(),
        span: place.span(sql),
    });
    Ok(element)
}

/// The result that is expected, a word or between quotes, and the query behind it.
fn expected_result(body: &str) -> Option<(&str, &str)> {
    let value = after(body, "expectedResult:").unwrap_or(body);
    let (expected, rest) = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote)?,
        _ => value.split_at(value.find(|c| !is_word(c))?),
    };
    let sql = rest.strip_prefix(' ')?;
    (!expected.is_empty()).then_some((expected, sql))
}

fn exists(
    place: &Place,
    line: &str,
    body: &str,
    [name, attribute_name, key]: [&str; 3],
) -> Result<Element, Diagnostic> {
    let Some((_, table)) = setting(body, key, Value::Word) else {
        return Err(place.mistake(line, &format!("--precondition-{key}-exists {key}:name")));
    };
    let mut element = Element::new(name, place.span(line), place.span(line));
    element.attributes.push(attribute(place, attribute_name, table, table));
    let schema = setting(body, "schema", Value::Word);
    element
        .attributes
        .extend(schema.map(|(_, schema)| attribute(place, "schemaName", schema, schema)));
    Ok(element)
}
