//! What takes a changeset back in formatted SQL: `--rollback …`, or a comment that begins `/* liquibase rollback`.

use super::line::{Value, setting};
use super::{Place, attribute, text_element};
use crate::diagnostic::Diagnostic;
use crate::liquibase::{Attribute, Element};

/// The element of all rollback lines of a changeset; `None` where they say nothing.
pub fn rollback(place: &Place, lines: &[&str], settings: &[Attribute]) -> Result<Option<Element>, Diagnostic> {
    let Some(sql) = text_element(place, "sql", lines) else {
        return Ok(None);
    };
    let text = sql
        .text
        .as_ref()
        .map(|text| text.text.to_ascii_lowercase())
        .unwrap_or_default();
    let mut rollback = Element::new("rollback", sql.name_span, sql.span);
    let is_nothing = ["not required", "empty"].iter().any(|word| text.starts_with(word));
    if is_nothing && !text.contains('\n') {
        rollback.children.push(Element::new("empty", sql.name_span, sql.span));
    } else if text.contains("changesetid") {
        rollback.attributes = other_changeset(place, lines)?;
    } else {
        let attributes = settings.to_vec();
        rollback.children.push(Element { attributes, ..sql });
    }
    Ok(Some(rollback))
}

/// The changeset whose changes are made again.
fn other_changeset(place: &Place, lines: &[&str]) -> Result<Vec<Attribute>, Diagnostic> {
    let find = |key: &str| {
        let mut found = lines.iter().rev().filter_map(|line| setting(line, key, Value::Spaced));
        found.next().map(|(_, value)| attribute(place, key, value, value))
    };
    let (id, author, path) = (find("changeSetId"), find("changeSetAuthor"), find("changeSetPath"));
    match (id, author) {
        (Some(id), Some(author)) => Ok([id, author].into_iter().chain(path).collect()),
        _ => {
            let first = lines.iter().find(|line| !line.trim().is_empty()).unwrap_or(&"");
            Err(place.mistake(first, "--rollback changeSetId:… changeSetAuthor:…"))
        }
    }
}
