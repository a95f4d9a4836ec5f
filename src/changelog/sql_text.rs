//! SQL that stands by itself, as a changelog of one operation for each statement: so that what it makes is known as that of
//! the `sql` in a changeset is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::given::Given;
use super::{Changelog, Changeset, Conditions, OnError, OperationNode, Parameters, Runs, Waits};
use crate::diagnostic::{Sources, Span};
use crate::document::{Entry, Kind, Node};
use crate::operation::{ByDialect, Names, Operation, Sql};

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedStatement {
    pub text: String,
    pub span: Span,
}

/// The statements as one changeset.
pub fn changelog_of_sql(statements: Vec<LoadedStatement>, sources: Sources) -> Changelog {
    let parameters = Arc::new(Parameters::outside(Given::default()));
    let mut changelog = Changelog {
        sources,
        parameters: parameters.clone(),
        ..Changelog::default()
    };
    let Some(span) = statements.first().map(|first| first.span) else {
        return changelog;
    };
    let operations = statements.into_iter().map(|statement| {
        let (span, text) = (statement.span, statement.text);
        let value = Node {
            span,
            kind: Kind::Str(text.as_str().into()),
        };
        let entry = Entry {
            key: "sql".into(),
            key_span: span,
            value,
        };
        OperationNode {
            node: Node {
                span,
                kind: Kind::Map(vec![entry]),
            },
            operation: Some(Operation::Sql(Sql {
                up: ByDialect::One(text),
                down: None,
                effects: None,
            })),
            has_parameters: false,
        }
    });
    changelog.changesets.push(Arc::new(changeset(
        "sql",
        span,
        operations.collect(),
        BTreeMap::new(),
        parameters,
    )));
    changelog
}

/// A changeset of operations that stand in no changelog.
pub(super) fn changeset(
    id: &str,
    span: Span,
    operations: Vec<OperationNode>,
    files: BTreeMap<String, crate::operation::NamedFile>,
    parameters: Arc<Parameters>,
) -> Changeset {
    Changeset {
        names: Names::default(),
        on_error: OnError::default(),
        id: id.into(),
        span,
        file: String::new(),
        author: None,
        comment: None,
        contexts: None,
        labels: Vec::new(),
        dialects: Vec::new(),
        depends_on: Vec::new(),
        runs: Runs::default(),
        in_order: false,
        elidable: false,
        replaces: None,
        transaction: true,
        waits: Waits::default(),
        operations,
        reverse: None,
        accept_checksums: Vec::new(),
        tag: None,
        checksum: String::new(),
        reverse_checksum: None,
        files,
        parameters,
        conditions: Conditions::default(),
        around: Vec::new(),
    }
}
