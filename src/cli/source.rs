//! Where a schema is taken from: the changelog, a database, files of the desired state, SQL, a snapshot.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::ignored::Ignored;
use super::output::Output;
use super::project::{Access, Live, Project};
use super::sql_source;
use super::{Exit, Failure};
use crate::changelog::{Changelog, Chosen, Renamed, read_desired};
use crate::database::DatabaseUrl;
use crate::database::introspect::{LeftOut, introspect_all, left_out};
use crate::diagnostic::{Diagnostic, Sources, nearest};
use crate::dialect::{Dialect, Target};
use crate::executor::RunError;
use crate::model::{Catalog, ObjectKind};
use crate::plan::{Fold, Ids, selected};

/// What a schema is taken from, as it is named on the command line.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// The changelog of the project, up to a changeset or all of it.
    Changelog(Option<String>),
    /// The database of the project.
    Own,
    Environment(String),
    Database(DatabaseUrl),
    /// Files of the desired state, or a snapshot.
    Desired(PathBuf),
    Sql(PathBuf),
}

/// The forms that a source has, for messages.
const FORMS: &str = "a source is `changelog`, `changelog@ID`, `database`, a URL, an environment, a file or folder of YAML \
                     or JSON with `tables:`, or of SQL";

/// A schema with what is known of where it is from.
pub(super) struct Sourced {
    pub title: String,
    pub catalog: Catalog,
    /// What positions are in.
    pub sources: Sources,
    pub renamed: Vec<Renamed>,
    /// The kinds of objects that it speaks of; `None`: of all.
    pub kinds: Option<BTreeSet<ObjectKind>>,
    /// What a database has that is not in the catalog.
    pub left_out: Vec<LeftOut>,
    /// Whether names that driftless makes up count as none: nobody gave them.
    pub is_unnamed: bool,
    /// Whether its texts are as a server prints them.
    pub is_printed: bool,
    /// The database that it was read from.
    pub live: Option<Live>,
    pub url: Option<DatabaseUrl>,
    pub told: Vec<Diagnostic>,
}

impl Source {
    pub fn parse(text: &str, project: &Project, output: &Output) -> Result<Source, Failure> {
        let refuse = |message: String, help: &str| output.refuse(Exit::Usage, "source", message, Some(help));
        if text == "changelog" {
            return Ok(Source::Changelog(None));
        }
        if let Some(id) = text.strip_prefix("changelog@") {
            return Ok(Source::Changelog(Some(id.to_string())));
        }
        if text == "database" {
            return Ok(Source::Own);
        }
        if text.contains("://") || text.starts_with("sqlite:") {
            let url =
                DatabaseUrl::parse(text).map_err(|error| output.run_failed(&error.into(), &Sources::default()))?;
            return Ok(Source::Database(url));
        }
        let environments = &project.config.environments;
        let path = Path::new(text);
        if Chosen::find(text, environments).is_some() {
            return Ok(Source::Environment(text.to_string()));
        }
        let ends = |path: &Path, ends: &[&str]| {
            let extension = path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            ends.iter().any(|end| extension.eq_ignore_ascii_case(end))
        };
        if path.is_dir() {
            let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
            let paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            let has_sql = paths.iter().any(|path| ends(path, &["sql"]));
            if has_sql && paths.iter().any(|path| ends(path, &["yaml", "yml", "json"])) {
                let message = format!("the folder `{text}` holds SQL and YAML: which is meant is not known");
                return Err(refuse(message, "put them into folders of their own, or name a file"));
            }
            return Ok(match has_sql {
                true => Source::Sql(path.to_path_buf()),
                false => Source::Desired(path.to_path_buf()),
            });
        }
        if ends(path, &["sql"]) {
            return Ok(Source::Sql(path.to_path_buf()));
        }
        if ends(path, &["yaml", "yml", "json"]) {
            return Ok(Source::Desired(path.to_path_buf()));
        }
        if ends(path, &["db", "sqlite", "sqlite3"]) && path.exists() {
            return Err(refuse(
                format!("`{text}` names no source of a schema"),
                &format!("for an SQLite file, write `sqlite:{text}`"),
            ));
        }
        if text.contains('/') && !path.exists() {
            return Err(refuse(format!("there is no file or folder `{text}`"), FORMS));
        }
        let known = environments.keys().map(String::as_str).chain(["changelog", "database"]);
        let help = match nearest(text, known) {
            Some(near) => format!("did you mean `{near}`? {FORMS}"),
            None => FORMS.to_string(),
        };
        Err(refuse(format!("`{text}` names no source of a schema"), &help))
    }

    /// The target that it is of by itself, as far as that is known without looking.
    fn dialect(&self, project: &Project, output: &Output) -> Result<Option<Target>, Failure> {
        Ok(match self {
            Source::Changelog(_) | Source::Desired(_) | Source::Sql(_) => None,
            Source::Own | Source::Environment(_) => self.url(project, output)?.and_then(|url| target_of_url(&url)),
            Source::Database(url) => target_of_url(url),
        })
    }

    fn url(&self, project: &Project, output: &Output) -> Result<Option<DatabaseUrl>, Failure> {
        match self {
            Source::Own => project.url(output),
            Source::Environment(name) => project.url_of(name, output).map(Some),
            Source::Database(url) => Ok(Some(url.clone())),
            Source::Changelog(_) | Source::Desired(_) | Source::Sql(_) => Ok(None),
        }
    }

    pub fn is_database(&self) -> bool {
        matches!(self, Source::Own | Source::Environment(_) | Source::Database(_))
    }

    /// Whether names that driftless makes up count as none.
    pub fn title(&self) -> String {
        match self {
            Source::Changelog(None) => "the changelog".into(),
            Source::Changelog(Some(id)) => format!("the changelog at `{id}`"),
            Source::Own => "the database".into(),
            Source::Environment(name) => format!("environment `{name}`"),
            Source::Database(url) => format!("`{url}`"),
            Source::Desired(path) | Source::Sql(path) => format!("`{}`", path.display()),
        }
    }
}

/// The oldest target that a URL can be of.
fn target_of_url(url: &DatabaseUrl) -> Option<Target> {
    let text = url.to_string();
    let name = text.split(':').next().unwrap_or_default();
    let name = match name {
        "postgresql" => "postgres",
        name => name,
    };
    Dialect::named(name).map(Target::oldest)
}

/// What sources are read with.
pub(super) struct Reading<'a> {
    pub project: &'a Project,
    pub output: &'a Output,
    pub ignored: &'a Ignored,
    /// The server on which SQL is loaded.
    pub scratch: Option<DatabaseUrl>,
}

impl Reading<'_> {
    /// The server of `--scratch`.
    pub fn scratch_of(text: Option<&str>, output: &Output) -> Result<Option<DatabaseUrl>, Failure> {
        let url = text.map(DatabaseUrl::parse).transpose();
        url.map_err(|error| output.run_failed(&error.into(), &Sources::default()))
    }

    /// Two schemas of one target: that of the database where one of them is one, else the one that is asked for.
    pub async fn both(&self, from: &Source, to: &Source) -> Result<(Sourced, Sourced), Failure> {
        // Databases say what they are; the others follow.
        if from.is_database() || !to.is_database() {
            let target = self.target(&[from, to]).await?;
            let first = self.read(from, target.as_ref()).await?;
            let of = first.catalog.target().clone();
            let second = self.read(to, Some(&of)).await?;
            self.refuse_others(&first, &second)?;
            return Ok((first, second));
        }
        let second = self.read(to, None).await?;
        let of = second.catalog.target().clone();
        let first = self.read(from, Some(&of)).await?;
        self.refuse_others(&first, &second)?;
        Ok((first, second))
    }

    fn refuse_others(&self, one: &Sourced, other: &Sourced) -> Result<(), Failure> {
        let (first, second) = (one.catalog.target(), other.catalog.target());
        if first.dialect == second.dialect {
            return Ok(());
        }
        let message = format!(
            "{} is of {}, and {} of {}: they cannot be compared",
            one.title,
            first.title(),
            other.title,
            second.title()
        );
        let help = "compare each with the changelog, which is for both";
        Err(self.output.refuse(Exit::Usage, "dialect", message, Some(help)))
    }

    /// The target of sources none of which is a database.
    async fn target(&self, sources: &[&Source]) -> Result<Option<Target>, Failure> {
        if sources.iter().any(|source| source.is_database()) {
            return Ok(None);
        }
        self.chosen().await.map(Some)
    }

    /// The target that is asked for: by `--dialect`, as the server is on which SQL is loaded, by the URL of the database, or
    /// as the only one of the configuration.
    pub async fn chosen(&self) -> Result<Target, Failure> {
        if let Some(target) = self.project.offline() {
            return Ok(target.clone());
        }
        if let Some(url) = &self.scratch {
            let failed = |error: RunError| self.output.run_failed(&error, &Sources::default());
            let live = self.project.live_to_look(url).await.map_err(failed)?;
            let _ = live.session.close().await;
            // What is in it is not what is meant.
            return Ok(Target {
                schema: None,
                ..live.target
            });
        }
        if let Some(target) = self.project.url(self.output)?.as_ref().and_then(target_of_url) {
            return Ok(target);
        }
        let targets = self.project.targets();
        match (targets.as_slice(), self.project.config.targets.is_empty()) {
            ([only], _) => Ok(only.clone()),
            ([first, ..], false) => Ok(first.clone()),
            _ => {
                let message = "nothing says for which database the schemas are compared";
                let help = "say `--dialect postgres:16`, or name `targets` in driftless.yaml";
                Err(self.output.refuse(Exit::Usage, "no-dialect", message, Some(help)))
            }
        }
    }

    /// One schema; `target` where it does not say itself of which it is.
    pub async fn read(&self, source: &Source, target: Option<&Target>) -> Result<Sourced, Failure> {
        let wanted = match target {
            Some(target) => target.clone(),
            None => match source.dialect(self.project, self.output)? {
                Some(target) => target,
                None if source.is_database() => Target::oldest(Dialect::all().next().expect("there are dialects")),
                None => self.chosen().await?,
            },
        };
        match source {
            Source::Changelog(to) => self.changelog(source.title(), to.as_deref(), &wanted),
            Source::Own | Source::Environment(_) | Source::Database(_) => {
                let Some(url) = source.url(self.project, self.output)? else {
                    // It says what is missing.
                    self.project.connect(Access::Look, self.output).await?;
                    return Err(Failure {
                        code: Exit::Usage.into(),
                    });
                };
                self.database(source.title(), url).await
            }
            Source::Desired(path) => self.desired(source.title(), path, &wanted),
            Source::Sql(path) => self.sql(source.title(), path, &wanted).await,
        }
    }

    fn changelog(&self, title: String, to: Option<&str>, target: &Target) -> Result<Sourced, Failure> {
        let changelog = self.project.sound_changelog(self.output)?;
        let all = selected(changelog, target, &self.project.selection);
        let mut chosen: Vec<_> = all.collect();
        if let Some(to) = to {
            let ids = Ids::new(
                chosen.iter().map(|changeset| changeset.id.as_str()),
                changelog,
                " in the changelog",
            );
            let at = ids.find(to).and_then(|at| at.ok_or_else(|| ids.unknown(to)));
            let at = at.map_err(|told| self.output.fail(Exit::Usage, &[told], &changelog.sources))?;
            chosen.truncate(at + 1);
        }
        let catalog = replayed(changelog, &chosen, target, self.output)?;
        Ok(Sourced::new(title, catalog))
    }

    fn desired(&self, title: String, path: &Path, target: &Target) -> Result<Sourced, Failure> {
        let desired = read_desired(path, self.project.parameters.clone());
        let changelog: &'static Changelog = Box::leak(Box::new(desired.changelog));
        let fail = |told: &[Diagnostic]| {
            let failure = self.output.fail(Exit::Usage, told, &changelog.sources);
            self.output.tally(told);
            failure
        };
        if changelog.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(fail(&changelog.diagnostics));
        }
        if let Some(own) = desired.dialect.as_ref().filter(|own| own.dialect != target.dialect) {
            let message = format!(
                "{title} is a schema of {}, and {} is meant",
                own.title(),
                target.title()
            );
            return Err(self.output.refuse(Exit::Usage, "dialect", message, None));
        }
        let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
        for changeset in &changelog.changesets {
            fold.up(changeset, &[]);
        }
        let mut told = changelog.diagnostics.clone();
        told.extend(std::mem::take(&mut fold.diagnostics));
        if told.iter().any(Diagnostic::is_error) {
            return Err(fail(&told));
        }
        let mut sourced = Sourced::new(title, fold.catalog);
        sourced.is_unnamed = desired.dialect.is_none();
        sourced.kinds = desired.dialect.is_none().then_some(desired.kinds);
        sourced.renamed = desired.renamed;
        sourced.sources = changelog.sources.clone();
        sourced.told = told;
        Ok(sourced)
    }

    async fn database(&self, title: String, url: DatabaseUrl) -> Result<Sourced, Failure> {
        let failed = |error: RunError| self.output.run_failed(&error, &Sources::default());
        let mut live = self.project.live_to_look(&url).await.map_err(failed)?;
        let own = live.store.own_tables();
        let catalog = introspect_all(&mut live.session, &live.target, &own).await;
        let catalog = catalog.map_err(|error| failed(error.into()))?;
        let missing = left_out(&mut live.session, &live.target, &own).await;
        let mut sourced = Sourced::new(title, catalog.portable());
        sourced.left_out = missing.map_err(|error| failed(error.into()))?;
        sourced.left_out.retain(|found| !self.ignored.holds_left_out(found));
        sourced.is_printed = true;
        sourced.live = Some(live);
        sourced.url = Some(url);
        Ok(sourced)
    }

    async fn sql(&self, title: String, path: &Path, target: &Target) -> Result<Sourced, Failure> {
        let loaded = sql_source::load(self, path, target).await?;
        let mut sourced = Sourced::new(title, loaded.catalog.portable());
        sourced.is_printed = loaded.is_printed;
        sourced.left_out = loaded.left_out;
        sourced.left_out.retain(|found| !self.ignored.holds_left_out(found));
        sourced.sources = loaded.sources;
        sourced.told = loaded.told;
        // What ORMs and applications write holds tables, seldom rights or code.
        let spoken = sourced.catalog.objects().map(crate::model::Object::kind).collect();
        sourced.kinds = Some(spoken);
        Ok(sourced)
    }
}

impl Sourced {
    pub fn new(title: String, catalog: Catalog) -> Sourced {
        Sourced {
            title,
            catalog,
            sources: Sources::default(),
            renamed: Vec::new(),
            kinds: None,
            left_out: Vec::new(),
            is_unnamed: false,
            is_printed: false,
            live: None,
            url: None,
            told: Vec::new(),
        }
    }
}

/// The schema after changesets, which have to be sound.
pub(super) fn replayed(
    changelog: &'static Changelog,
    changesets: &[&std::sync::Arc<crate::changelog::Changeset>],
    target: &Target,
    output: &Output,
) -> Result<Catalog, Failure> {
    let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
    for changeset in changesets {
        fold.offline(changeset);
    }
    if fold.diagnostics.iter().any(Diagnostic::is_error) {
        let failure = output.fail(Exit::Usage, &fold.diagnostics, &changelog.sources);
        output.tally(&fold.diagnostics);
        return Err(failure);
    }
    Ok(fold.catalog)
}
