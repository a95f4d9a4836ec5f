//! The way back that a changeset writes itself.

use super::element::Element;
use super::node::{Body, text};
use super::statements::{Splitting, statements};
use super::translate::Translator;
use crate::document::Node;

/// What a changeset says of its way back, in parts that are translated one by one.
pub(super) enum Part<'e> {
    /// A change, and whether what it is written in is another changeset.
    Change(&'e Element),
    /// SQL.
    Sql(&'e super::Text),
}

/// Another changeset whose changes take this one back.
pub(super) struct Reference<'e> {
    pub id: &'e super::Text,
    pub author: Option<&'e str>,
    pub path: Option<&'e str>,
}

/// The changeset that a rollback refers to, if it does.
pub(super) fn reference(rollback: &Element) -> Option<Reference<'_>> {
    Some(Reference {
        id: rollback.value("changeSetId")?,
        author: rollback.text_of("changeSetAuthor"),
        path: rollback.text_of("changeSetPath"),
    })
}

/// The parts of a rollback.
pub(super) fn parts(rollback: &Element) -> Vec<Part<'_>> {
    let mut all = Vec::new();
    for child in &rollback.children {
        match child.name.as_str() {
            "changes" => all.extend(parts(child)),
            "comment" => {}
            // An item of a list that is no map.
            "" => all.extend(child.text.as_ref().map(Part::Sql)),
            _ => all.push(Part::Change(child)),
        }
    }
    all.extend(rollback.text.as_ref().map(Part::Sql));
    all
}

impl Translator<'_> {
    /// SQL of a rollback: Liquibase splits it, and takes the comments out.
    pub fn rollback_sql(&mut self, written: &super::Text) -> Vec<Node> {
        let sql = self.free(written);
        let splitting = Splitting {
            splits: true,
            delimiter: None,
        };
        let all = statements(&sql, &splitting, self.family());
        // A remark alone says that there is nothing to do.
        let says = |statement: &String| {
            let tokens = crate::dialect::tokens(statement, self.family());
            tokens.iter().any(|token| !token.is_blank())
        };
        let all: Vec<String> = all.into_iter().filter(says).collect();
        let is_nothing =
            matches!(all.as_slice(), [only] if matches!(only.trim().to_lowercase().as_str(), "not required" | "empty"));
        if all.is_empty() || is_nothing {
            return Vec::new();
        }
        let body = Body::new(written.span).with("up", text(all.join(";\n"), written.span));
        vec![body.operation("sql")]
    }
}
