//! Changelogs: files read, validated, decoded and gathered into one ordered list of changesets.

mod checksum;
mod config;
mod definition;
mod environment;
mod expand;
mod expression;
mod files;
mod format;
mod gather;
mod given;
mod kept_files;
mod parameter_check;
mod parameter_use;
mod parameters;
mod secret_places;
mod secrets;
mod waits;

pub use checksum::{canonical_json, sha256_hex};
pub use config::{Config, ConfigError, HistoryTable, LeaseLength, Lock, LockKind, Timeouts};
pub use definition::{Definition, Origin, ParameterType, Written};
pub use environment::{Chosen, Environment};
pub use expand::{Expanded, LARGEST_VALUE, Typed, expand, secrets_of, value_of};
pub use expression::Expression;
pub use files::Folder;
pub use format::{ChangelogFile, changelog_schema, changelog_schema_draft07, config_schema};
pub use gather::{Changelog, Changeset, OperationNode, Reverse, gather, gather_text};
pub use given::Given;
pub use kept_files::{KeptFile, OF_THE_CONFIGURATION, OF_THE_DATABASE, WRITE_ELSEWHERE};
pub use parameter_use::{ParameterUse, parameter_uses};
pub use parameters::Parameters;
pub use secrets::Secrets;
pub use waits::Waits;

/// Which changesets are meant: by contexts and labels.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The contexts that hold; without any, every changeset runs.
    pub contexts: Vec<String>,
    pub labels: Option<Expression>,
    /// Whether a changeset with contexts stays out where none are given.
    pub strict_contexts: bool,
}

impl Selection {
    /// Whether a changeset is meant, whatever the dialect.
    pub fn includes(&self, changeset: &Changeset) -> bool {
        let by_context = match &changeset.contexts {
            None => true,
            Some(_) if self.contexts.is_empty() => !self.strict_contexts,
            Some(expression) => expression.holds(&self.contexts),
        };
        let by_label = match &self.labels {
            None => true,
            Some(expression) => expression.holds(&changeset.labels),
        };
        by_context && by_label
    }
}
