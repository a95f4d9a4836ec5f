//! What would change one schema into another: operations, the changeset that holds them, and what it does.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::comparing::Compared;
use super::output::Output;
use super::project::Project;
use super::{Exit, Failure};
use crate::changelog::{Changelog, gather_text, manner, short, with_texts};
use crate::diagnostic::Diagnostic;
use crate::document;
use crate::document::escaped;
use crate::model::Catalog;
use crate::operation::{ByDialect, Fills, Operation, Sql, Unwritable, operations_between};
use crate::plan::{Fold, Plan};

/// Operations that change a schema into another one, and what none of them can do.
#[derive(Debug, Clone, Default)]
pub(super) struct Proposal {
    pub operations: Vec<Operation>,
    pub unwritable: Vec<Unwritable>,
}

impl Compared {
    pub fn proposal(&self, fills: &Fills) -> Proposal {
        let between = operations_between(&self.before, &self.after, &self.differing, self.names, fills);
        let mut operations = self.renaming.clone();
        operations.extend(between.operations);
        Proposal {
            operations,
            unwritable: between.unwritable,
        }
    }

    pub fn is_same(&self) -> bool {
        self.differing.is_empty() && self.renaming.is_empty()
    }
}

/// An operation that runs nothing, and by which the changelog learns what is there already.
pub(super) fn learnt(what: &str, effects: Vec<Operation>) -> Operation {
    Operation::Sql(Sql {
        up: ByDialect::One(format!("-- {what}")),
        down: Some(ByDialect::One("-- it stays".into())),
        effects: Some(effects),
    })
}

/// An operation as its author would write it.
pub(super) fn written(operation: &Operation) -> Value {
    let json = serde_json::to_value(operation).expect("our own types are JSON");
    short(with_texts(json, &escaped))
}

/// A changeset as the text of a file of its own.
pub(super) fn changeset_text(head: Map<String, Value>, operations: &[Operation]) -> String {
    let mut map = head;
    map.insert("operations".into(), operations.iter().map(written).collect());
    document::write(&Value::Object(map), &manner())
}

/// The head of a changeset with a comment.
pub(super) fn head(comment: &str) -> Map<String, Value> {
    Map::from_iter([("comment".to_string(), json!(comment))])
}

/// What operations would do to a schema. They were held against it: what is wrong all the same is told.
pub(super) fn planned(
    project: &Project,
    path: &str,
    text: &str,
    before: Catalog,
    output: &Output,
) -> Result<(Plan, &'static Changelog), Failure> {
    let changelog = gather_text(&project.folder, path, Arc::from(text), project.parameters.clone());
    let changelog: &'static Changelog = Box::leak(Box::new(changelog));
    let target = before.target().clone();
    let mut fold = Fold::new(changelog, before);
    let changesets = changelog
        .changesets
        .iter()
        .map(|changeset| fold.up(changeset, &[]))
        .collect();
    let mut plan = Plan {
        target,
        changesets,
        diagnostics: fold.diagnostics,
    };
    let told = changelog.diagnostics.iter().filter(|told| told.is_error()).cloned();
    plan.diagnostics.extend(told);
    match plan.has_errors() {
        true => {
            let wrong: Vec<Diagnostic> = plan
                .diagnostics
                .iter()
                .filter(|told| told.is_error())
                .cloned()
                .collect();
            Err(output.fail(Exit::Failed, &wrong, &changelog.sources))
        }
        false => Ok((plan, changelog)),
    }
}

/// What no operation can do, as warnings.
pub(super) fn warnings(unwritable: &[Unwritable]) -> Vec<Diagnostic> {
    let told = unwritable.iter().map(|found| {
        let message = format!("no operation makes {} what it is to be: {}", found.what, found.why);
        Diagnostic::warning("not-expressible", message)
    });
    told.collect()
}
