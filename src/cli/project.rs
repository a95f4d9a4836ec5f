//! What a command works on: the configuration, the changelog, the database, as files, environment and flags say.

use std::path::{Path, PathBuf};
use std::pin::pin;

use super::arguments::{Common, Naming, Writing};
use super::changed::{patiently, read_history};
use super::environment::on_command_line;
use super::gates::FileGates;
use super::output::Output;
use super::{Exit, Failure};
use crate::changelog::{
    Changelog, Chosen, Config, Expression, Folder, Given, HistoryTable, KeptFile, OF_THE_CONFIGURATION,
    OF_THE_DATABASE, Parameters, Selection, gather, gather_active,
};
use crate::database::{ConnectOptions, DatabaseUrl, ErrorKind, Family, Locking, Session, Terms, files_of};
use crate::diagnostic::{Diagnostic, Sources, UrlText, nearest};
use crate::dialect::{Dialect, Target};
use crate::executor::{Callbacks, Deployment, RunError, RunErrorKind, Store, target_of};
use crate::liquibase::is_liquibase;
use crate::plan::{History, holds_squashed, is_inside_squashed};

/// The configuration with what overrides it.
pub(super) struct Project {
    pub config: Config,
    /// The file it is read from, where there is one.
    pub config_path: Option<PathBuf>,
    pub environment: Option<Chosen>,
    /// The root of the changelog.
    pub folder: Folder,
    /// Its first file, below the root.
    pub first: String,
    pub selection: Selection,
    /// What is said of parameters outside of the changelog.
    pub parameters: Given,
    url: Option<UrlText>,
    /// The folder that a relative SQLite file of the configuration is meant from.
    base: PathBuf,
    dialect: Option<Target>,
}

/// What a command wants of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To look at what is applied: an SQLite file that is not there yet is looked at as an empty one.
    Look,
    /// To look at everything that the history says of it.
    LookClosely,
    /// To change what is there.
    Change,
    /// To change it, a missing SQLite file being made.
    Create,
}

/// The rows of a history, as far as they are wanted; `None` where there is none yet.
pub(super) async fn rows_of(store: &Store, session: &mut Session, access: Access) -> Result<Option<History>, RunError> {
    match access {
        Access::LookClosely => store.read_rows(session).await,
        Access::Look | Access::Change | Access::Create => store.read(session).await,
    }
}

impl Access {
    fn looks(self) -> bool {
        matches!(self, Access::Look | Access::LookClosely)
    }
}

/// A live database, with what driftless keeps in it.
pub(super) struct Live {
    pub session: Session,
    pub target: Target,
    pub store: Store,
    /// What is wanted of it.
    pub access: Access,
    /// The conditions of files that were answered.
    pub files: FileGates,
    /// The rows of the history, where they were read already; of a database that has one.
    pub rows: Option<Option<History>>,
}

/// A session at work, with what driftless keeps in its database.
pub(super) struct At<'a> {
    pub session: &'a mut Session,
    pub target: &'a Target,
    pub store: &'a Store,
    pub files: &'a mut FileGates,
}

impl Live {
    pub fn at(&mut self) -> At<'_> {
        At {
            session: &mut self.session,
            target: &self.target,
            store: &self.store,
            files: &mut self.files,
        }
    }
}

/// Fails where a changelog has mistakes.
fn sound(changelog: &'static Changelog, selection: &Selection, output: &Output) -> Result<&'static Changelog, Failure> {
    if changelog.diagnostics.iter().any(Diagnostic::is_error) {
        let failure = output.fail(Exit::Usage, &changelog.diagnostics, &changelog.sources);
        output.tally(&changelog.diagnostics);
        return Err(failure);
    }
    let unknown = selection.unknown_contexts(changelog);
    if !unknown.is_empty() {
        return Err(output.fail(Exit::Usage, &unknown, &changelog.sources));
    }
    output.diagnostics(&changelog.diagnostics, &changelog.sources);
    Ok(changelog)
}

impl Project {
    pub fn open(common: &Common, output: &Output) -> Result<Project, Failure> {
        let config_path = match &common.config {
            Some(path) => Some(path.clone()),
            None => Config::find(Path::new("")),
        };
        let mut config = match &config_path {
            Some(path) => {
                Config::read(path).map_err(|error| output.fail(Exit::Usage, &error.diagnostics, &error.sources))?
            }
            None => Config::default(),
        };
        let base = config_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""))
            .to_path_buf();
        let environment = environment(common, &config, output)?;
        if let Some(own) = environment
            .as_ref()
            .and_then(|chosen| chosen.environment.timeouts.clone())
        {
            config.timeouts = own;
        }
        let (folder, first) = changelog_path(common, &config, config_path.is_some(), &base);
        let mut parameters = config.parameters(environment.as_ref());
        for file in &common.params_files {
            parameters.add_file(file);
        }
        for (name, value) in &common.parameters {
            parameters.add_flag(name, value);
        }
        let labels = match &common.labels {
            None => None,
            Some(text) => Some(
                Expression::parse(text)
                    .map_err(|error| expression_failure("--labels", text, error.at, &error.message, output))?,
            ),
        };
        let mut contexts = common.contexts.clone();
        if contexts.is_empty() {
            contexts = environment
                .as_ref()
                .and_then(|chosen| chosen.environment.contexts.clone())
                .unwrap_or_default();
        }
        if let Some(message) = contexts.iter().find_map(|name| Expression::misnamed(name)) {
            let help = "`--contexts` takes names, separated by commas: `--contexts prod,demo`";
            return Err(output.refuse(Exit::Usage, "invalid-value", message, Some(help)));
        }
        parameters.contexts = contexts.clone();
        let selection = Selection {
            contexts,
            labels,
            strict_contexts: config.strict_contexts,
        };
        let (url, base) = url_and_base(common, environment.as_ref(), base, output);
        let kept = kept_files(config_path.as_deref(), &config, url.as_ref(), &base);
        let folder = folder.keeping(kept).searching(config.liquibase.search_path.clone());
        Ok(Project {
            config,
            config_path,
            environment,
            folder,
            first,
            selection,
            parameters,
            url,
            base,
            dialect: common.dialect.clone(),
        })
    }

    /// Reads the changelog, mistakes and all. It lives as long as the process, which ends with the command: taking a
    /// large tree apart would be work for nothing.
    pub fn changelog(&self) -> &'static Changelog {
        Box::leak(Box::new(gather_active(
            &self.folder,
            &self.first,
            self.parameters.clone(),
        )))
    }

    /// Likewise, with what squashed changesets stand for.
    pub fn whole_changelog(&self) -> &'static Changelog {
        Box::leak(Box::new(gather(&self.folder, &self.first, self.parameters.clone())))
    }

    /// Whether its changelog is one of Liquibase.
    pub fn is_of_liquibase(&self) -> bool {
        is_of_liquibase(&self.folder.on_disk(&self.first))
    }

    /// Reads the changelog, and fails where it has mistakes.
    pub fn sound_changelog(&self, output: &Output) -> Result<&'static Changelog, Failure> {
        sound(self.changelog(), &self.selection, output)
    }

    /// Reads the changelog while the server is connected to. Where both fail, the changelog's mistakes are told. Where the
    /// database holds some of what a squashed changeset stands for, that is read too.
    pub async fn changelog_and_connection(
        &self,
        access: Access,
        output: &Output,
    ) -> Result<(&'static Changelog, Live), Failure> {
        self.with_originals(access, output, is_inside_squashed).await
    }

    /// Likewise, to go back and on: what a squashed changeset stands for is read where the database holds any of it.
    pub async fn changelog_for_both_ways(
        &self,
        access: Access,
        output: &Output,
    ) -> Result<(&'static Changelog, Live), Failure> {
        self.with_originals(access, output, holds_squashed).await
    }

    async fn with_originals(
        &self,
        access: Access,
        output: &Output,
        are_needed: impl Fn(&Changelog, &History) -> bool,
    ) -> Result<(&'static Changelog, Live), Failure> {
        let (changelog, mut live) = self.both(access, output).await?;
        let mut all = changelog.changesets.iter();
        if all.any(|changeset| changeset.replaces.is_some()) {
            let (history, was_there) = read_history(&mut live, output).await?;
            let is_needed = are_needed(changelog, &history);
            // Who only looks need not look again.
            live.rows = access.looks().then(|| was_there.then_some(history));
            if is_needed {
                return Ok((sound(self.whole_changelog(), &self.selection, output)?, live));
            }
        }
        Ok((changelog, live))
    }

    async fn both(&self, access: Access, output: &Output) -> Result<(&'static Changelog, Live), Failure> {
        // A file is not made for a changelog with mistakes.
        let meanwhile = |url: &DatabaseUrl| access.looks() || url.family() != Family::Sqlite;
        let Some(url) = self.url(output)?.filter(meanwhile) else {
            let changelog = self.sound_changelog(output)?;
            return Ok((changelog, self.connect(access, output).await?));
        };
        let (folder, first, parameters) = (self.folder.clone(), self.first.clone(), self.parameters.clone());
        let mut reading = tokio::task::spawn_blocking(move || gather_active(&folder, &first, parameters));
        let mut opening = pin!(self.session_and_rows(&url, access, output));
        let mut opened = None;
        let read = loop {
            tokio::select! {
                read = &mut reading => break read,
                found = &mut opening, if opened.is_none() => opened = Some(found),
            }
        };
        let changelog = read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let changelog = sound(Box::leak(Box::new(changelog)), &self.selection, output)?;
        let opened = match opened {
            Some(opened) => opened,
            None => opening.await,
        };
        let (session, rows) = match opened {
            Err(error) if error.kind == ErrorKind::NoSuchFile => {
                return Ok((changelog, self.connect(access, output).await?));
            }
            other => other.map_err(|error| output.run_failed(&error.into(), &Sources::default()))?,
        };
        let mut live = self.live_on(session, access, output)?;
        live.rows = rows;
        Ok((changelog, live))
    }

    /// A session; for who looks with the rows of the history. What is wrong with those is told when they are asked for.
    async fn session_and_rows(
        &self,
        url: &DatabaseUrl,
        access: Access,
        output: &Output,
    ) -> Result<(Session, Option<Option<History>>), crate::database::Error> {
        let options = self.connect_options(access == Access::Create);
        let mut session = Session::connect(url, &options).await?;
        let store = target_of(&session).and_then(|target| Store::new(&target, &self.history_table()));
        let rows = match store {
            Ok(store) if access.looks() => {
                let read = async |session: &mut Session| rows_of(&store, session, access).await;
                patiently(&mut session, output, read).await.ok()
            }
            _ => None,
        };
        Ok((session, rows))
    }

    pub fn has_url(&self) -> bool {
        self.url.is_some()
    }

    /// The dialect that was asked for without a database.
    pub fn offline(&self) -> Option<&Target> {
        self.dialect.as_ref()
    }

    /// The targets to check for: the one asked for, those of the configuration, else all.
    pub fn targets(&self) -> Vec<Target> {
        if let Some(target) = &self.dialect {
            return vec![target.clone()];
        }
        let configured: Vec<Target> = self
            .config
            .targets
            .iter()
            .filter_map(|text| Target::parse(text).ok())
            .collect();
        match configured.is_empty() {
            true => Dialect::all().map(Target::oldest).collect(),
            false => configured,
        }
    }

    pub fn history_table(&self) -> HistoryTable {
        let own = self
            .environment
            .as_ref()
            .and_then(|chosen| chosen.environment.history.clone());
        own.unwrap_or_else(|| self.config.history.clone())
    }

    /// Connects to the database.
    pub async fn connect(&self, access: Access, output: &Output) -> Result<Live, Failure> {
        let url = self.database_url(output)?;
        let options = self.connect_options(access == Access::Create);
        let failed = |error: crate::database::Error| output.run_failed(&error.into(), &Sources::default());
        let session = match Session::connect(&url, &options).await {
            Err(error) if error.kind == ErrorKind::NoSuchFile && access.looks() && !url.must_exist() => {
                output.say(format!("note: `{url}` is not there yet; `driftless up` makes it"));
                let empty = DatabaseUrl::parse("sqlite::memory:").map_err(failed)?;
                Session::connect(&empty, &options).await.map_err(failed)?
            }
            other => other.map_err(failed)?,
        };
        self.live_on(session, access, output)
    }

    fn live_on(&self, session: Session, access: Access, output: &Output) -> Result<Live, Failure> {
        let target = target_of(&session).map_err(|error| output.run_failed(&error, &Sources::default()))?;
        if let Some(wanted) = self.dialect.as_ref().filter(|wanted| wanted.dialect != target.dialect) {
            let message = format!(
                "the database is {}, and `--dialect` says {}",
                target.title(),
                wanted.dialect
            );
            return Err(output.refuse(
                Exit::Usage,
                "dialect",
                message,
                Some("leave `--dialect` out: the server says what it is"),
            ));
        }
        let store = Store::new(&target, &self.history_table())
            .map_err(|error| output.run_failed(&error, &Sources::default()))?;
        Ok(Live {
            session,
            target,
            store,
            access,
            files: FileGates::new(),
            rows: None,
        })
    }

    /// The options of a connection.
    pub fn connect_options(&self, create_missing: bool) -> ConnectOptions {
        ConnectOptions {
            connect_timeout: self.config.timeouts.connect(),
            create_missing,
            ..ConnectOptions::default()
        }
    }

    /// A session with a database that driftless has made itself.
    pub async fn live(&self, url: &DatabaseUrl) -> Result<Live, RunError> {
        let session = Session::connect(url, &self.connect_options(true)).await?;
        let target = target_of(&session)?;
        let store = Store::new(&target, &self.history_table())?;
        Ok(Live {
            session,
            target,
            store,
            access: Access::Create,
            files: FileGates::new(),
            rows: None,
        })
    }

    /// A session with a database that is looked at.
    pub async fn live_to_look(&self, url: &DatabaseUrl) -> Result<Live, RunError> {
        let session = Session::connect(url, &self.connect_options(false)).await?;
        let target = target_of(&session)?;
        let store = Store::new(&target, &self.history_table())?;
        Ok(Live {
            session,
            target,
            store,
            access: Access::Look,
            files: FileGates::new(),
            rows: None,
        })
    }

    /// Where the database of an environment is.
    pub fn url_of(&self, name: &str, output: &Output) -> Result<DatabaseUrl, Failure> {
        let chosen = Chosen::find(name, &self.config.environments);
        let url = chosen.and_then(|chosen| chosen.environment.url.clone());
        let Some(url) = url else {
            let message = format!("the environment `{name}` has no `url`");
            return Err(output.refuse(
                Exit::Usage,
                "no-database",
                message,
                Some("give it one in driftless.yaml"),
            ));
        };
        let named = self
            .config_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        parsed(named, &url, output)
    }

    /// Where the database is, where one is given.
    pub fn url(&self, output: &Output) -> Result<Option<DatabaseUrl>, Failure> {
        match self.has_url() {
            true => self.database_url(output).map(Some),
            false => Ok(None),
        }
    }

    fn database_url(&self, output: &Output) -> Result<DatabaseUrl, Failure> {
        let Some(url) = &self.url else {
            return Err(self.no_database(output));
        };
        parsed(&self.base, url, output)
    }

    fn no_database(&self, output: &Output) -> Failure {
        let all = &self.config.environments;
        let has_url = |name: &&str| Chosen::find(name, all).is_some_and(|chosen| chosen.environment.url.is_some());
        let names: Vec<&str> = all.keys().map(String::as_str).filter(has_url).collect();
        let message = match &self.environment {
            Some(chosen) => format!("the environment `{}` has no `url`", chosen.name()),
            None => "no database is given".to_string(),
        };
        let help = match (names.is_empty(), &self.environment) {
            (false, _) => format!("give `--url`, or `--env` with one of {}", names.join(", ")),
            (true, Some(_)) => "give it one in driftless.yaml, or give `--url`".to_string(),
            (true, None) => "give `--url`, set DRIFTLESS_URL, or name an environment in driftless.yaml".to_string(),
        };
        output.refuse(Exit::Usage, "no-database", message, Some(&help))
    }

    /// How runs on this database are kept apart.
    pub fn locking(&self, live: &Live) -> Result<Locking, RunError> {
        let own = self.environment.as_ref().and_then(|chosen| chosen.environment.lock);
        let Some(length) = own.unwrap_or(self.config.lock).lease() else {
            return Ok(Locking::Session);
        };
        if live.session.family() == Family::Sqlite {
            let message =
                "`lock: lease` is not for SQLite, whose file is locked by whoever writes, and free when that one dies";
            return Err(RunError::new(RunErrorKind::Usage, message)
                .help("leave `lock` out, or set `lock: session` for this environment"));
        }
        Ok(Locking::Lease(Terms {
            table: live.store.lease_table(&live.session),
            length,
            who: format!("{}, process {}", run_by(), std::process::id()),
        }))
    }

    /// What is called around a run on a target.
    pub fn callbacks(&self, target: &Target, parameters: &Parameters) -> Result<Callbacks, RunError> {
        let environment = self.environment.as_ref();
        let callbacks = self.config.callbacks(environment.map(|chosen| &chosen.environment));
        let name = environment.map(|chosen| chosen.name().to_string());
        let folder = self.folder.root().to_path_buf();
        Callbacks::new(&callbacks, parameters, target.dialect, folder, name)
    }

    /// Who runs, and what is said of it.
    pub fn deployment(&self, writing: &Writing, naming: &Naming) -> Deployment {
        Deployment {
            run_by: run_by(),
            name: naming.deployment.clone(),
            reason: writing.reason.clone(),
        }
    }
}

/// `user@host`, as far as the machine tells.
pub(super) fn run_by() -> String {
    let user = whoami::username().unwrap_or_else(|_| "unknown".into());
    let host = whoami::hostname().unwrap_or_else(|_| "unknown".into());
    let both = format!("{user}@{host}");
    both.chars().take(255).collect()
}

fn environment(common: &Common, config: &Config, output: &Output) -> Result<Option<Chosen>, Failure> {
    let Some(name) = common.env.as_ref().or(config.default_environment.as_ref()) else {
        return Ok(None);
    };
    if let Some(chosen) = Chosen::find(name, &config.environments) {
        return Ok(Some(chosen));
    }
    let known = config.environments.keys().map(String::as_str);
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if config.environments.is_empty() => "the configuration names none".to_string(),
        None => format!("the configuration names {}", known.collect::<Vec<_>>().join(", ")),
    };
    Err(output.refuse(
        Exit::Usage,
        "unknown-environment",
        format!("there is no environment `{name}`"),
        Some(&help),
    ))
}

/// The URL of the database, and the folder that a relative file in it is meant from. An environment that the command line
/// names goes before a variable.
fn url_and_base(
    common: &Common,
    chosen: Option<&Chosen>,
    base: PathBuf,
    output: &Output,
) -> (Option<UrlText>, PathBuf) {
    let own = chosen.and_then(|chosen| chosen.environment.url.clone());
    let Some(given) = &common.url else {
        return (own, base);
    };
    let named = on_command_line("--env").filter(|_| on_command_line("--url").is_none());
    let (Some(name), Some(own)) = (named, own) else {
        return (Some(given.clone()), PathBuf::new());
    };
    // What is wrong with the URL is told where it is used.
    let is_same = expand_environment(own.as_str()).is_ok_and(|url| rebase(&base, &url) == given.as_str());
    if !is_same {
        output.say(format!(
            "note: DRIFTLESS_URL is not used: `--env {name}` has a `url` of its own"
        ));
    }
    (Some(own), base)
}

/// The root and the first file: the root is the configuration's folder, else the first file's.
fn changelog_path(common: &Common, config: &Config, has_config: bool, base: &Path) -> (Folder, String) {
    let default = || PathBuf::from(config.changelog.as_deref().unwrap_or("changelog.yaml"));
    match &common.changelog {
        None => (Folder::new(base), default().display().to_string()),
        Some(path) => {
            // A file below the configuration's folder keeps that as its root.
            let below = match base.as_os_str().is_empty() {
                true => path.as_path(),
                false => path.strip_prefix(base).unwrap_or(Path::new("")),
            };
            let inside = has_config && !below.as_os_str().is_empty() && below.is_relative() && !below.starts_with("..");
            if inside {
                return (Folder::new(base), below.display().to_string());
            }
            // Paths in a changelog of Liquibase are meant from further above.
            let from_here = from_here(path);
            let is_below = from_here.is_relative() && !from_here.starts_with("..");
            if is_below && is_of_liquibase(path) {
                return (Folder::new(""), from_here.display().to_string());
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            (Folder::new(folder), name)
        }
    }
}

/// A path from the working folder on, where it is one below it.
pub(super) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    below.unwrap_or_else(|| path.to_path_buf())
}

/// Whether a file is a changelog of Liquibase.
fn is_of_liquibase(path: &Path) -> bool {
    let text = std::fs::read_to_string(path);
    text.is_ok_and(|text| is_liquibase(&path.display().to_string(), &text))
}

/// What a changelog may not write over: the configuration, the database, and those of other environments.
fn kept_files(config_path: Option<&Path>, config: &Config, url: Option<&UrlText>, base: &Path) -> Vec<KeptFile> {
    let kept = |path: PathBuf, why: &'static str| KeptFile { path, why };
    let of_config = config_path.map(|path| kept(path.to_path_buf(), OF_THE_CONFIGURATION));
    let named = config_path.and_then(Path::parent).unwrap_or(Path::new(""));
    let environments = config.environments.values();
    let others = environments.filter_map(|environment| Some((environment.url.as_ref()?, named)));
    let urls = url.map(|url| (url, base)).into_iter().chain(others);
    let databases = urls.flat_map(|(url, base)| {
        // What is wrong with a URL is told where it is used.
        let url = expand_environment(url.as_str()).ok();
        let url = url.and_then(|url| DatabaseUrl::parse(&rebase(base, &url)).ok());
        url.as_ref()
            .and_then(DatabaseUrl::file)
            .map(files_of)
            .unwrap_or_default()
    });
    let databases = databases.map(|path| kept(path, OF_THE_DATABASE));
    of_config.into_iter().chain(databases).collect()
}

/// A relative SQLite file in a configuration is meant from the configuration's folder.
fn rebase(base: &Path, url: &str) -> String {
    if base.as_os_str().is_empty() {
        return url.to_string();
    }
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.starts_with('/') && !path.starts_with(':') => {
            format!("sqlite:{}", base.join(path).display())
        }
        _ => url.to_string(),
    }
}

/// A URL as it is written, its variables put in, its file found from a folder.
fn parsed(base: &Path, url: &UrlText, output: &Output) -> Result<DatabaseUrl, Failure> {
    let url = expand_environment(url.as_str()).map_err(|name| {
        let message = format!("the environment has no variable `{name}`, which the URL needs");
        output.refuse(Exit::Usage, "undefined-parameter", message, None)
    })?;
    DatabaseUrl::parse(&rebase(base, &url)).map_err(|error| output.run_failed(&error.into(), &Sources::default()))
}

/// `${env:NAME}` in a URL.
fn expand_environment(text: &str) -> Result<String, String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${env:") {
        result.push_str(&rest[..at]);
        let body = &rest[at + 6..];
        let Some(end) = body.find('}') else {
            break;
        };
        let name = &body[..end];
        result.push_str(&std::env::var(name).map_err(|_| name.to_string())?);
        rest = &body[end + 1..];
    }
    result.push_str(rest);
    Ok(result)
}

fn expression_failure(flag: &str, text: &str, at: usize, message: &str, output: &Output) -> Failure {
    let mut sources = Sources::default();
    let id = sources.add(flag, text);
    let span = crate::diagnostic::Span::new(id, at, (at + 1).min(text.len().max(at)));
    let diagnostic = Diagnostic::error("expression", message).label(span, "");
    output.fail(Exit::Usage, &[diagnostic], &sources)
}
