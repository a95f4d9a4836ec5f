//! The options that commands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::changelog::Config;
use crate::diagnostic::UrlText;
use crate::dialect::Target;

#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Common {
    /// The first file of the changelog
    #[arg(long, global = true, value_name = "FILE", env = "DRIFTLESS_CHANGELOG")]
    pub changelog: Option<PathBuf>,
    /// The database: `sqlite:file.db`, `postgres://…`, `mysql://…`, `mariadb://…`
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DRIFTLESS_URL",
        hide_env_values = true
    )]
    pub url: Option<UrlText>,
    /// An environment of the configuration
    #[arg(long, global = true, value_name = "NAME", env = "DRIFTLESS_ENV")]
    pub env: Option<String>,
    /// The configuration (default: driftless.yaml here)
    #[arg(long, global = true, value_name = "FILE", env = "DRIFTLESS_CONFIG")]
    pub config: Option<PathBuf>,
    /// A dialect, without a database: `sqlite`, `postgres:16`, `mysql`, `mariadb:10.11`
    #[arg(long, global = true, value_name = "NAME[:VERSION]", value_parser = Target::parse)]
    pub dialect: Option<Target>,
    /// A value for `${K}`; may be given several times
    #[arg(long = "param", global = true, value_name = "K=V", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// A YAML or JSON file with values for parameters; may be given several times, later ones go before earlier ones
    #[arg(long = "params-file", global = true, value_name = "FILE")]
    pub params_files: Vec<PathBuf>,
    /// The contexts that hold, separated by commas
    #[arg(
        long,
        global = true,
        value_name = "NAMES",
        value_delimiter = ',',
        env = "DRIFTLESS_CONTEXTS"
    )]
    pub contexts: Vec<String>,
    /// An expression over labels: `billing and not demo`
    #[arg(long, global = true, value_name = "EXPRESSION")]
    pub labels: Option<String>,
    /// Text for people, or JSON for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(ValueEnum, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => Err("expected NAME=VALUE".into()),
    }
}

/// Options of commands that write to a database.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Writing {
    /// How long to wait for another runner, in seconds
    #[arg(long, value_name = "SECONDS")]
    pub lock_timeout: Option<f64>,
    /// Why it is done, for the history
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Go on without being asked
    #[arg(long, short)]
    pub yes: bool,
}

/// Options of commands that bring something into a database.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Naming {
    /// A name that the history keeps with what this run does: `down --deployment NAME` takes it back
    #[arg(long, value_name = "NAME")]
    pub deployment: Option<String>,
}

impl Writing {
    /// How long to wait for another runner.
    pub fn patience(&self, config: &Config) -> Duration {
        match self.lock_timeout {
            Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            None => config.timeouts.lock(),
        }
    }
}
