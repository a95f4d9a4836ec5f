//! `driftless.yaml`: where the changelog is, which databases it is for, and how to reach them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::callbacks::{Callbacks, check_callbacks, explain_commands};
use super::environment::{check_contexts, check_extends};
use super::format::{Parameter, config_schema};
use super::given::hide_values;
use super::parameter_check::hide_secrets;
use super::waits::{Waits, seconds};
use super::{Chosen, Definition, Environment, Given, Origin};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::Target;
use crate::document::{self, Kind, Limits, Node, Schema};

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
    /// What becomes of a pending changeset that stands before an applied one (default: `allow`).
    #[serde(default)]
    pub out_of_order: OutOfOrder,
    /// What is called around runs and changesets: SQL, or commands.
    #[serde(default)]
    pub callbacks: Callbacks,
    /// Whether callbacks may be commands, which run on this machine.
    #[serde(default)]
    pub allow_commands: bool,
    /// Whether a changeset with contexts stays out where `--contexts` gives none.
    #[serde(default)]
    pub strict_contexts: bool,
    /// Templates of `new` by name: files, relative to this file. `default` is taken where none is named.
    #[serde(default)]
    pub templates: IndexMap<String, String>,
    /// What the tables, views and types are to be: a file or folder of the desired state, SQL, or a database; relative to
    /// this file. `new --autogenerate` and `check` compare the changelog with it.
    #[serde(default)]
    pub model: Option<String>,
    /// What others make, and is not looked at where schemas are compared: patterns of names, `audit_*`, `users.legacy_*`,
    /// `index:*_tmp`.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// How changelogs of Liquibase are read.
    #[serde(default)]
    pub liquibase: LiquibaseFiles,
    /// Values for `${name}`.
    #[serde(default)]
    #[allow(dead_code)]
    params: IndexMap<String, Parameter>,
    /// The same, with their places.
    #[serde(skip)]
    #[schemars(skip)]
    defined: IndexMap<String, Definition>,
    /// The file itself.
    #[serde(skip)]
    #[schemars(skip)]
    sources: Sources,
}

/// Where the files of a Liquibase changelog are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiquibaseFiles {
    /// The folders that its paths are meant from, relative to this file (default: this folder, then those above the first
    /// file).
    #[serde(default)]
    pub search_path: Vec<String>,
}

/// What becomes of a pending changeset that stands before an applied one, as after the merge of a branch: `allow`, it is
/// applied, and the plan says so; `refuse`, nothing is applied; `skip`, it is left out, with what depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutOfOrder {
    #[default]
    Allow,
    Refuse,
    Skip,
}

impl OutOfOrder {
    pub const WORDS: [&str; 3] = ["allow", "refuse", "skip"];
}

impl std::str::FromStr for OutOfOrder {
    type Err = String;

    fn from_str(word: &str) -> Result<OutOfOrder, String> {
        match word {
            "allow" => Ok(OutOfOrder::Allow),
            "refuse" => Ok(OutOfOrder::Refuse),
            "skip" => Ok(OutOfOrder::Skip),
            _ => Err(format!("expected one of {}", OutOfOrder::WORDS.join(", "))),
        }
    }
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
        match &parsed {
            Ok(node) => hide(node, &mut sources),
            Err(_) if sources.get(id).text.contains("secret") => hide_values(&mut sources, id),
            Err(_) => {}
        }
        let checked = parsed.and_then(|node| match SCHEMA.check(&node) {
            found if found.is_empty() => Ok(node),
            mut found => {
                explain_commands(&node, &mut found);
                Err(found)
            }
        });
        let decoded = checked.and_then(|node| {
            let mut config: Config = document::decode(&node).map_err(|error| {
                vec![Diagnostic::error("invalid-value", error.message).label(error.span.unwrap_or(node.span), "")]
            })?;
            let mut wrong = check_callbacks(&node, config.allow_commands);
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
            wrong.extend(check_extends(&config.environments, &node));
            wrong.extend(check_contexts(&node));
            config.defined = definitions(node.get("params"), &Origin::Config);
            for (name, environment) in &mut config.environments {
                let node = node.get("environments").and_then(|node| node.get(name));
                let params = node.and_then(|node| node.get("params"));
                environment.defined = definitions(params, &Origin::Environment(name.clone()));
            }
            match wrong.is_empty() {
                true => Ok(config),
                false => Err(wrong),
            }
        });
        match decoded {
            Ok(mut config) => {
                config.sources = sources;
                Ok(config)
            }
            Err(diagnostics) => Err(ConfigError { diagnostics, sources }),
        }
    }

    /// The callbacks of the file and of an environment, the environment's in the place of the file's.
    pub fn callbacks(&self, environment: Option<&Environment>) -> Callbacks {
        let own = environment.map(|environment| environment.callbacks.clone());
        own.unwrap_or_default().or(self.callbacks.clone())
    }

    /// The file to use where none is named: `driftless.yaml` or `driftless.yml` in the folder.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        ["driftless.yaml", "driftless.yml"]
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    }

    /// What the file says of parameters, and over it what an environment and those that it extends say.
    pub fn parameters(&self, chosen: Option<&Chosen>) -> Given {
        let mut given = Given::new(self.sources.clone());
        given.known_environments = self.environments.keys().cloned().collect();
        given.environments = chosen.map(|chosen| chosen.names.clone()).unwrap_or_default();
        let extended = given
            .environments
            .iter()
            .rev()
            .filter_map(|name| self.environments.get(name));
        let layers: Vec<_> = [&self.defined]
            .into_iter()
            .chain(extended.map(|environment| &environment.defined))
            .collect();
        for (name, definition) in layers.into_iter().flatten() {
            given.add(name, definition.clone());
        }
        given
    }
}

fn definitions(params: Option<&Node>, origin: &Origin) -> IndexMap<String, Definition> {
    let entries = params.into_iter().flat_map(Node::entries);
    entries
        .filter_map(|entry| Some((entry.key.to_string(), Definition::read(entry, origin.clone())?)))
        .collect()
}

/// Keeps the values of parameters out of what excerpts of the file show: which are secrets the changelog says, too.
fn hide(root: &Node, sources: &mut Sources) {
    let environments = root.get("environments").into_iter().flat_map(Node::entries);
    let own = environments.filter_map(|entry| entry.value.get("params"));
    for params in root.get("params").into_iter().chain(own) {
        hide_secrets(params, sources);
        for entry in params.entries() {
            let is_map = matches!(entry.value.kind, Kind::Map(_));
            match Definition::read(entry, Origin::Config).filter(|_| is_map) {
                Some(definition) => definition.values().for_each(|value| sources.hide(value.span)),
                // A value, or nobody knows what of it is meant for one.
                None => sources.hide(entry.value.span),
            }
        }
    }
}
