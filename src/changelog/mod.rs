//! Changelogs: files read, validated, decoded and gathered into one ordered list of changesets.

mod body;
mod callbacks;
mod changeset;
mod checksum;
mod condition;
mod condition_ids;
mod config;
mod definition;
mod desired;
mod environment;
mod expand;
mod expression;
mod files;
mod format;
mod gather;
mod given;
mod hidden;
mod kept_files;
mod list_text;
mod manner;
mod mentions;
mod on_error;
mod order;
mod parameter_check;
mod parameter_use;
mod parameters;
mod replaced;
mod rewriting;
mod runs;
mod secret_places;
mod secrets;
mod short_form;
mod skeleton;
mod sql_text;
mod waits;

pub use callbacks::{Action, Callbacks, Event};
pub use changeset::{Changeset, OperationNode, Reverse};
pub use checksum::{canonical_json, sha256_hex};
pub use condition::{
    ChangesetApplied, Condition, Conditions, DialectIs, FileConditions, Otherwise, ParamDefined, RunningAs,
    SequenceExists, ServerVersion, TableExists, ViewExists,
};
pub use config::{Config, ConfigError, HistoryTable, LeaseLength, Lock, LockKind, OutOfOrder, Timeouts};
pub use definition::{Definition, Origin, ParameterType, Written};
pub use desired::{Desired, Renamed, desired_manner, desired_of, desired_schema, read_desired};
pub use environment::{Chosen, Environment};
pub use expand::{Expanded, LARGEST_VALUE, Typed, expand, secrets_of, value_of};
pub use expression::Expression;
pub use files::{Folder, SQUASHED, reason};
pub use format::{ChangelogFile, changelog_schema, changelog_schema_draft07, config_schema};
pub use gather::{Changelog, gather, gather_active, gather_liquibase, gather_text};
pub use given::Given;
pub use hidden::SecretNames;
pub use kept_files::{KeptFile, OF_THE_CONFIGURATION, OF_THE_DATABASE, WRITE_ELSEWHERE};
pub use manner::{Meaning, config_manner, manner, meanings};
pub use mentions::Mention;
pub use on_error::OnError;
pub use order::Dependency;
pub use parameter_use::{ParameterUse, parameter_uses};
pub use parameters::Parameters;
pub use replaced::{HeldAs, Holds, Replaced, ReplacedId, Substitutes};
pub use rewriting::{New, Rewriting, rewritten};
pub use runs::Runs;
pub use secrets::Secrets;
pub use short_form::{short, with_texts};
pub use skeleton::{Skeleton, skeleton};
pub use sql_text::{LoadedStatement, changelog_of_sql};
pub use waits::Waits;

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, nearest};

/// Whether the parameters that a changeset uses have the same values in another reading of it.
pub fn parameters_match(one: &Changeset, other: &Changeset) -> bool {
    let uses = one.operations.iter().any(|node| node.has_parameters);
    !uses || one.parameters == other.parameters
}

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
    /// The contexts that hold of which no changeset speaks: a mistake in a strict setup, where a misspelt one would leave
    /// changesets out.
    pub fn unknown_contexts(&self, changelog: &Changelog) -> Vec<Diagnostic> {
        if !self.strict_contexts || self.contexts.is_empty() {
            return Vec::new();
        }
        let expressions = changelog
            .changesets
            .iter()
            .filter_map(|changeset| changeset.contexts.as_ref());
        let known: BTreeSet<&str> = expressions.flat_map(Expression::names).collect();
        let is_unknown = |context: &&String| !known.iter().any(|known| known.eq_ignore_ascii_case(context));
        let unknown = self.contexts.iter().filter(is_unknown);
        unknown
            .map(|context| {
                let message = format!("no changeset speaks of the context `{context}`");
                let diagnostic =
                    Diagnostic::error("unknown-context", message).did_you_mean(nearest(context, known.iter().copied()));
                diagnostic.note("`strict_contexts` is set: a changeset with contexts runs only where one of them holds")
            })
            .collect()
    }

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
