//! What a change says that Liquibase does not know: it reads over it, and so may have been meant otherwise.

use super::super::checksum::{
    COLUMN_FIELDS, CONSTRAINT_FIELDS, LOADED_COLUMN_FIELDS, PLACED_COLUMN_FIELDS, known_fields,
};
use super::super::element::{Attribute, Element};
use crate::diagnostic::{Diagnostic, nearest};

/// What a changeset may say.
const OF_A_CHANGESET: [&str; 24] = [
    "id",
    "author",
    "context",
    "contextFilter",
    "labels",
    "dbms",
    "runAlways",
    "alwaysRun",
    "runOnChange",
    "failOnError",
    "runInTransaction",
    "runOrder",
    "objectQuotingStrategy",
    "logicalFilePath",
    "created",
    "ignore",
    "onValidationFail",
    "runWith",
    "runWithSpoolFile",
    "comment",
    "validCheckSum",
    "rollback",
    "changes",
    "preConditions",
];

/// Tells of attributes of a changeset, and of its changes, that nobody knows.
pub(in crate::liquibase) fn unknown_in(changeset: &Element, changes: &[&Element]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check("changeSet", &changeset.attributes, &OF_A_CHANGESET, &mut found);
    for change in changes {
        let Some(fields) = known_fields(&change.name) else {
            continue;
        };
        check(&change.name, &change.attributes, fields, &mut found);
        let more: &[&str] = match change.name.as_str() {
            "addColumn" => &PLACED_COLUMN_FIELDS,
            "loadData" | "loadUpdateData" => &LOADED_COLUMN_FIELDS,
            _ => &[],
        };
        let of_column = [&COLUMN_FIELDS, more].concat();
        for column in change.listed("columns", "column") {
            check("column", &column.attributes, &of_column, &mut found);
            if let Some(constraints) = column.child("constraints") {
                check("constraints", &constraints.attributes, &CONSTRAINT_FIELDS, &mut found);
            }
        }
    }
    found
}

fn check(of: &str, attributes: &[Attribute], known: &[&str], found: &mut Vec<Diagnostic>) {
    for attribute in attributes {
        if known.iter().any(|known| known.eq_ignore_ascii_case(&attribute.name)) {
            continue;
        }
        let message = format!("Liquibase knows no `{}` of `{of}`, and reads over it", attribute.name);
        let diagnostic = Diagnostic::warning("unknown-attribute", message).label(attribute.name_span, "");
        found.push(diagnostic.did_you_mean(nearest(&attribute.name, known.iter().copied())));
    }
}
