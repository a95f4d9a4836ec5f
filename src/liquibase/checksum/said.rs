//! All that a change says, as it goes into the checksum of its fields.

use super::Untold;
use super::canonical::{Object, Value};
use super::column::columns;
use super::field::field;
use super::fields::{Known, Sum};
use crate::liquibase::Element;

/// What a change says, its defaults included.
pub fn said(change: &Element, known: &Known) -> Result<Object, Untold> {
    let mut said = Object::default();
    for name in known.fields.iter().copied().filter(|name| !known.silent.contains(name)) {
        if name == "columns" {
            said.put_list(name, columns(change)?);
        } else if Some(name) != known.text {
            said.put(name, field(change, name)?);
        } else if known.sum == Sum::Fields {
            said.put(name, text(change, known)?);
        }
    }
    match known.name {
        "addForeignKeyConstraint" => cascade(&mut said),
        "dropColumn" => said
            .0
            .retain(|(_, value)| !matches!(value, Value::List(columns) if columns.is_empty())),
        "output" => output(&mut said),
        "stop" => trimmed(&mut said, "message", Some("Stop command in changelog file")),
        _ => {}
    }
    Ok(said)
}

/// The old way to say `onDelete="CASCADE"`: where both are said, neither holds. The names themselves are not kept.
fn cascade(said: &mut Object) {
    if let Some(cascades) = said.take("deleteCascade") {
        let rule = said.take("onDelete");
        said.put(
            "onDelete",
            (cascades == "true" && rule.is_none()).then(|| "CASCADE".to_string()),
        );
    }
    said.take("referencesUniqueColumn");
}

/// Where it goes is told in any case.
fn output(said: &mut Object) {
    trimmed(said, "message", None);
    trimmed(said, "target", None);
    let target = said.take("target").unwrap_or_else(|| "STDERR".to_string());
    said.put("target", Some(target));
}

/// Takes off the blanks around a text; one that is not there is the default.
fn trimmed(said: &mut Object, name: &str, default: Option<&str>) {
    let text = said.take(name).or(default.map(str::to_string));
    let text = text.map(|text| text.trim_matches(|c| c <= ' ').to_string());
    said.put(name, text.filter(|text| !text.is_empty()));
}

/// The text that stands in a change, or under the name that it has as a field.
pub fn text(change: &Element, known: &Known) -> Result<Option<String>, Untold> {
    let Some(name) = known.text else { return Ok(None) };
    let inside = change.text.as_ref().map(|text| text.text.clone());
    let mut named = field(change, name)?;
    if named.is_none() && name == "procedureText" {
        named = field(change, "procedureBody")?;
    }
    Ok(match name {
        "sql" | "message" | "selectQuery" => inside.or(named),
        _ => named.or(inside),
    })
}
