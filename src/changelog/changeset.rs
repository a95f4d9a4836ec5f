//! A changeset as it was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Conditions, Dependency, Expression, FileConditions, OnError, Parameters, Replaced, Runs, Waits};
use crate::diagnostic::Span;
use crate::document::Node;
use crate::operation::{NamedFile, Names, Operation};

/// A changeset as it was read.
#[derive(Debug, Clone)]
pub struct Changeset {
    pub id: String,
    /// Where its id stands, or its file begins.
    pub span: Span,
    /// The file that holds it, below the root.
    pub file: String,
    pub author: Option<String>,
    pub comment: Option<String>,
    pub contexts: Option<Expression>,
    pub labels: Vec<String>,
    pub dialects: Vec<String>,
    /// What comes before it, wherever it stands.
    pub depends_on: Vec<Dependency>,
    pub runs: Runs,
    /// Whether it stays at its place although it runs again and again.
    pub in_order: bool,
    /// Whether squashing may leave out what it does to rows.
    pub elidable: bool,
    /// What it stands for, where it was made by squashing.
    pub replaces: Option<Replaced>,
    pub transaction: bool,
    pub on_error: OnError,
    pub names: Names,
    pub waits: Waits,
    pub operations: Vec<OperationNode>,
    pub reverse: Option<Reverse>,
    pub accept_checksums: Vec<String>,
    pub tag: Option<String>,
    pub checksum: String,
    pub reverse_checksum: Option<String>,
    /// The files its operations name, by the path as written.
    pub files: BTreeMap<String, NamedFile>,
    pub parameters: Arc<Parameters>,
    pub conditions: Conditions,
    /// Those of the files around it, the outermost first.
    pub around: Vec<Arc<FileConditions>>,
}

/// The way back that the author wrote.
#[derive(Debug, Clone)]
pub enum Reverse {
    Operations(Vec<OperationNode>),
    Irreversible(String),
}

/// An operation with the tree it was read from.
#[derive(Debug, Clone)]
pub struct OperationNode {
    /// The one-key map.
    pub node: Node,
    /// As typed, parameters still in it; `None` where it could not be read.
    pub operation: Option<Operation>,
    pub has_parameters: bool,
}

impl Changeset {
    /// What the author wrote, as JSON: kept in the history to show a difference against.
    pub fn written(&self) -> Vec<serde_json::Value> {
        let operations = self.operations.iter().filter_map(|node| node.operation.as_ref());
        operations
            .map(|operation| serde_json::to_value(operation).expect("our own types are JSON"))
            .collect()
    }
}

impl OperationNode {
    /// The key and the tree of what stands behind it.
    pub fn body(&self) -> Option<(&str, &Node)> {
        self.node.entries().first().map(|entry| (&*entry.key, &entry.value))
    }
}
