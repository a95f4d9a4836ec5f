//! A database that is there for a trial, and gone after it.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use super::error::{Error, ErrorKind};
use super::session::{ConnectOptions, Session};
use super::url::{DatabaseUrl, Family};

/// The beginning of the names of such databases: what is left of one whose process was killed is known by it.
const PREFIX: &str = "driftless_scratch_";

/// A temporary SQLite file, or a database made on a server. Say [`Scratch::remove`] at the end: a server's database does
/// not go by itself.
#[derive(Debug)]
pub struct Scratch {
    url: DatabaseUrl,
    /// The session that made it, and its name there.
    server: Option<(Session, String)>,
    /// The folder of the file.
    folder: Option<TempDir>,
}

impl Scratch {
    /// Makes an empty one: on the server of a URL, whose own database is not touched, or as a temporary file.
    pub async fn make(on: Option<&DatabaseUrl>, options: &ConnectOptions) -> Result<Scratch, Error> {
        match on.filter(|url| url.family() != Family::Sqlite) {
            None => Scratch::file(),
            Some(url) => {
                let mut session = Session::connect(url, options).await?;
                let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let name = format!("{PREFIX}{}_{:x}", std::process::id(), moment.as_nanos());
                session.run(&format!("CREATE DATABASE {name}")).await.map_err(|error| {
                    let message = format!("a scratch database cannot be made on `{url}`: {}", error.message);
                    Error::new(error.kind, message).with_hint("the user needs the right to create databases")
                })?;
                Ok(Scratch {
                    url: url.with_database(&name),
                    server: Some((session, name)),
                    folder: None,
                })
            }
        }
    }

    /// Makes one that holds all that a session with an SQLite file sees.
    pub async fn copy(session: &mut Session) -> Result<Scratch, Error> {
        let scratch = Scratch::file()?;
        let path = scratch.path().replace('\'', "''");
        session.run(&format!("VACUUM INTO '{path}'")).await?;
        Ok(scratch)
    }

    fn file() -> Result<Scratch, Error> {
        let failed = |error: std::io::Error| {
            Error::new(
                ErrorKind::NoSuchDatabase,
                format!("there is no room for a scratch file: {error}"),
            )
        };
        let folder = tempfile::Builder::new()
            .prefix("driftless-")
            .tempdir()
            .map_err(failed)?;
        Ok(Scratch {
            url: DatabaseUrl::parse(&format!("sqlite:{}", file_in(folder.path())))?,
            server: None,
            folder: Some(folder),
        })
    }

    fn path(&self) -> String {
        self.folder
            .as_ref()
            .map(|folder| file_in(folder.path()))
            .unwrap_or_default()
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Takes it away, with all that is in it.
    pub async fn remove(self) -> Result<(), Error> {
        let Some((mut session, name)) = self.server else {
            return Ok(());
        };
        let force = match session.family() {
            Family::Postgres => " WITH (FORCE)",
            Family::Mysql | Family::Sqlite => "",
        };
        session.run(&format!("DROP DATABASE {name}{force}")).await?;
        session.close().await
    }
}

fn file_in(folder: &Path) -> String {
    folder.join("scratch.db").display().to_string()
}
