//! What stands under a name, read by its type.

use super::Untold;
use crate::diagnostic::Span;
use crate::liquibase::Element;

/// A field as Liquibase has it after reading it by its type; `None` where it is not given.
pub fn field(element: &Element, name: &str) -> Result<Option<String>, Untold> {
    let Some(value) = element.value(name) else {
        return Ok(None);
    };
    let read = match name {
        "startWith" | "incrementBy" | "minValue" | "maxValue" | "cacheSize" | "startValue" | "position" => {
            integer(&value.text)
        }
        _ if is_boolean(name) => Some(value.text.eq_ignore_ascii_case("true").to_string()),
        _ => Some(value.text.clone()),
    };
    read.map(Some).ok_or_else(|| unreadable(name, value.span))
}

fn integer(text: &str) -> Option<String> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let significant = digits.trim_start_matches('0');
    is_number.then(|| match significant {
        "" => "0".to_string(),
        _ => format!("{minus}{significant}"),
    })
}

/// Whether a field is true or false, whichever change it belongs to.
fn is_boolean(name: &str) -> bool {
    const BOOLEANS: [&str; 31] = [
        "applyToRollback",
        "autoIncrement",
        "cascadeConstraints",
        "clustered",
        "computed",
        "cycle",
        "defaultOnNull",
        "defaultValueBoolean",
        "deferrable",
        "deleteCascade",
        "descending",
        "disabled",
        "dropIndex",
        "fullDefinition",
        "ifExists",
        "initiallyDeferred",
        "nullable",
        "ordered",
        "primaryKey",
        "private",
        "referencesUniqueColumn",
        "relativeToChangelogFile",
        "replaceIfExists",
        "unique",
        "validate",
        "validateForeignKey",
        "validateNullable",
        "validatePrimaryKey",
        "validateUnique",
        "valueBoolean",
        "usePreparedStatements",
    ];
    BOOLEANS.contains(&name)
}

pub fn unreadable(what: &str, span: Span) -> Untold {
    Untold::Unreadable {
        what: what.to_string(),
        span,
    }
}
