//! `driftless.yaml`: where the changelog is, which databases it is for, and how to reach them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::{Scalar, config_schema};
use super::waits::{Waits, seconds};
use crate::diagnostic::{Diagnostic, Sources, UrlText};
use crate::dialect::Target;
use crate::document::{self, Limits, Schema};

/// The configuration as it is written. Everything may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "driftless configuration")]
pub struct Config {
    /// For editors that look for it here.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// The first file of the changelog, relative to this file (default: `changelog.yaml`).
    #[serde(default)]
    pub changelog: Option<String>,
    /// The dialects that `validate` checks for, each with a version where wished: `[sqlite, "postgres:16"]`.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The environment that is meant where none is named.
    #[serde(default)]
    pub default_environment: Option<String>,
    #[serde(default)]
    pub environments: IndexMap<String, Environment>,
    #[serde(default)]
    pub history: HistoryTable,
    #[serde(default)]
    pub lock: Lock,
    #[serde(default)]
    pub timeouts: Timeouts,
    /// Whether a changeset with contexts stays out where `--contexts` gives none.
    #[serde(default)]
    pub strict_contexts: bool,
    /// Templates of `new` by name: files, relative to this file. `default` is taken where none is named.
    #[serde(default)]
    pub templates: IndexMap<String, String>,
    /// Values for `${name}`.
    #[serde(default)]
    params: IndexMap<String, Scalar>,
}

/// A database by name.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// `sqlite:file.db`, `postgres://…`, `mysql://…`; `${env:NAME}` reads the environment.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("default" = serde_json::Value::Null))]
    pub url: Option<UrlText>,
    #[serde(default)]
    pub history: Option<HistoryTable>,
    #[serde(default)]
    pub lock: Option<Lock>,
    #[serde(default)]
    pub contexts: Vec<String>,
    #[serde(default)]
    params: IndexMap<String, Scalar>,
}

/// Where driftless keeps its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryTable {
    /// Default: `driftless_history`.
    #[serde(default = "history_table")]
    #[schemars(length(min = 1, max = 50))]
    pub table: String,
    /// A schema of its own (PostgreSQL, which creates it; MySQL and MariaDB, where it is a database that is there).
    #[serde(default)]
    pub schema: Option<String>,
}

fn history_table() -> String {
    "driftless_history".into()
}

impl Default for HistoryTable {
    fn default() -> HistoryTable {
        HistoryTable {
            table: history_table(),
            schema: None,
        }
    }
}

/// How two runs are kept apart: `session` (the default), by a lock that goes with the session; `lease`, by a row that is
/// leased, behind a pooler and on clusters where such locks do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Lock {
    Kind(LockKind),
    Lease(LeaseLength),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LockKind {
    Session,
    Lease,
}

/// A lease with how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaseLength {
    /// In seconds, where it is not renewed (default: 30). It is renewed three times in that time.
    #[schemars(range(min = 1, max = 3600))]
    lease: f64,
}

impl Default for Lock {
    fn default() -> Lock {
        Lock::Kind(LockKind::Session)
    }
}

impl Lock {
    /// How long a lease lasts, where it is one.
    pub fn lease(&self) -> Option<Duration> {
        let usual = Duration::from_secs(30);
        match self {
            Lock::Kind(LockKind::Session) => None,
            Lock::Kind(LockKind::Lease) => Some(usual),
            Lock::Lease(length) => Some(Duration::try_from_secs_f64(length.lease).unwrap_or(usual)),
        }
    }
}

/// How long to wait, in seconds.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// For a connection (default: 10).
    #[serde(default = "ten")]
    pub connect: f64,
    /// For another runner to finish (default: 300).
    #[serde(default = "five_minutes")]
    #[schemars(range(min = 0))]
    pub lock: f64,
    /// For a lock that a statement needs, before it gives way to whoever waits behind it (default: 5).
    #[serde(default = "five")]
    #[schemars(range(min = 0))]
    pub table_lock: f64,
    /// How often a statement is tried that did not get its lock (default: 10).
    #[serde(default = "ten_times")]
    #[schemars(range(min = 1))]
    pub attempts: u32,
    /// For a statement, before it is cancelled (default: as long as it takes).
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub statement: Option<f64>,
}

fn five() -> f64 {
    5.0
}

fn ten_times() -> u32 {
    10
}

fn ten() -> f64 {
    10.0
}

fn five_minutes() -> f64 {
    300.0
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            connect: ten(),
            lock: five_minutes(),
            table_lock: five(),
            attempts: ten_times(),
            statement: None,
        }
    }
}

impl Timeouts {
    pub fn connect(&self) -> Duration {
        seconds(self.connect).unwrap_or(Duration::from_secs(10))
    }

    pub fn lock(&self) -> Duration {
        seconds(self.lock).unwrap_or(Duration::from_secs(300))
    }

    /// What holds for the statements of changesets that say nothing else.
    pub fn waits(&self) -> Waits {
        Waits {
            lock: seconds(self.table_lock),
            statement: self.statement.and_then(seconds),
        }
    }
}

/// Why a configuration cannot be used, with its place in the file where it has one.
#[derive(Debug)]
pub struct ConfigError {
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(config_schema()));

impl Config {
    /// Reads and checks a configuration file.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let mut sources = Sources::default();
        let name = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot read `{name}`: {error}");
                return Err(ConfigError {
                    diagnostics: vec![Diagnostic::error("unreadable-file", message)],
                    sources,
                });
            }
        };
        let id = sources.add(name, text);
        let parsed = document::parse(id, &sources, Limits::default());
        let checked = parsed.and_then(|node| match SCHEMA.check(&node) {
            found if found.is_empty() => Ok(node),
            found => Err(found),
        });
        let decoded = checked.and_then(|node| {
            let config: Config = document::decode(&node).map_err(|error| {
                vec![Diagnostic::error("invalid-value", error.message).label(error.span.unwrap_or(node.span), "")]
            })?;
            let mut wrong = Vec::new();
            for (at, target) in config.targets.iter().enumerate() {
                if let Err(message) = Target::parse(target) {
                    wrong.push(
                        Diagnostic::error("unknown-dialect", message)
                            .label(node.find(&format!("targets/{at}")).span, ""),
                    );
                }
            }
            if let Some(name) = config
                .default_environment
                .as_ref()
                .filter(|name| !config.environments.contains_key(*name))
            {
                let known = config.environments.keys().map(String::as_str);
                let near = crate::diagnostic::nearest(name, known);
                let message = format!("there is no environment `{name}`");
                let span = node.find("default_environment").span;
                wrong.push(
                    Diagnostic::error("unknown-environment", message)
                        .label(span, "")
                        .did_you_mean(near),
                );
            }
            match wrong.is_empty() {
                true => Ok(config),
                false => Err(wrong),
            }
        });
        decoded.map_err(|diagnostics| ConfigError { diagnostics, sources })
    }

    /// The file to use where none is named: `driftless.yaml` or `driftless.yml` in the folder.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        ["driftless.yaml", "driftless.yml"]
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    }

    /// The parameters of the file and of an environment, the environment's over the file's.
    pub fn parameters(&self, environment: Option<&Environment>) -> BTreeMap<String, String> {
        let own = self.params.iter();
        let more = environment
            .into_iter()
            .flat_map(|environment| environment.params.iter());
        own.chain(more)
            .map(|(name, value)| (name.clone(), value.text()))
            .collect()
    }
}
