//! Changelogs: files read, validated, decoded and gathered into one ordered list of changesets.

mod checksum;
mod config;
mod expression;
mod files;
mod format;
mod gather;
mod kept_files;
mod manner;
mod mentions;
mod parameters;
mod skeleton;
mod waits;

pub use checksum::{canonical_json, sha256_hex};
pub use config::{Config, ConfigError, Environment, HistoryTable, LeaseLength, Lock, LockKind, Timeouts};
pub use expression::Expression;
pub use files::{Folder, reason};
pub use format::{ChangelogFile, changelog_schema, changelog_schema_draft07, config_schema};
pub use gather::{Changelog, Changeset, OperationNode, Reverse, gather, gather_text};
pub use kept_files::{KeptFile, OF_THE_CONFIGURATION, OF_THE_DATABASE, WRITE_ELSEWHERE};
pub use manner::{Meaning, config_manner, manner, meanings};
pub use mentions::Mention;
pub use parameters::{Parameters, expand};
pub use skeleton::{Skeleton, skeleton};
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
