//! Where a database is: a URL whose secrets never show.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use super::error::{Error, ErrorKind};
use crate::diagnostic::{mask_url, nearest, unescaped};

/// The address of a database, parsed: `sqlite:app.db`, `postgres://user:password@host/database`, `mysql://…`, `mariadb://…`.
///
/// Shows itself, by `Display` and `Debug`, with `***` for its password.
#[derive(Clone)]
pub struct DatabaseUrl {
    shown: String,
    pub(super) target: Target,
}

/// Servers that speak one protocol. Whether one of the MySQL family is MariaDB, only its version tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Sqlite,
    Postgres,
    Mysql,
}

/// The options of the driver that the URL asks for.
#[derive(Clone)]
pub(super) enum Target {
    Sqlite(Box<SqliteTarget>),
    Postgres(Box<PgConnectOptions>),
    Mysql(Box<MySqlConnectOptions>),
}

#[derive(Clone)]
pub(super) struct SqliteTarget {
    pub options: SqliteConnectOptions,
    /// The URL says `mode=rw` or `mode=ro`: an existing file, nothing else.
    pub must_exist: bool,
    pub in_memory: bool,
}

impl DatabaseUrl {
    /// Reads a URL. The error names what is wrong and never repeats the password.
    pub fn parse(text: &str) -> Result<DatabaseUrl, Error> {
        let text = text.trim();
        let is_scheme = |scheme: &str| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        let parts = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme));
        let (scheme, rest) = parts.ok_or_else(|| no_scheme(text))?;
        let target = match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => Target::Sqlite(Box::new(parse_sqlite(text, rest)?)),
            "postgres" | "postgresql" => {
                Target::Postgres(Box::new(parse_server("postgres", text, rest, &OF_POSTGRES)?))
            }
            "mysql" | "mariadb" => Target::Mysql(Box::new(parse_server("mysql", text, rest, &OF_MYSQL)?)),
            _ => return Err(unknown_scheme(scheme)),
        };
        let shown = mask_url(text);
        Ok(DatabaseUrl { shown, target })
    }

    /// The same server with another database.
    pub fn with_database(&self, name: &str) -> DatabaseUrl {
        let target = match &self.target {
            Target::Sqlite(target) => Target::Sqlite(target.clone()),
            Target::Postgres(options) => Target::Postgres(Box::new((**options).clone().database(name))),
            Target::Mysql(options) => Target::Mysql(Box::new((**options).clone().database(name))),
        };
        DatabaseUrl {
            shown: format!("{} (database {name})", self.shown),
            target,
        }
    }

    /// Whether it is an SQLite file that is never made.
    pub fn must_exist(&self) -> bool {
        matches!(&self.target, Target::Sqlite(target) if target.must_exist)
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match &self.target {
            Target::Sqlite(target) if !target.in_memory => Some(target.options.get_filename()),
            _ => None,
        }
    }

    pub fn family(&self) -> Family {
        match self.target {
            Target::Sqlite(_) => Family::Sqlite,
            Target::Postgres(_) => Family::Postgres,
            Target::Mysql(_) => Family::Mysql,
        }
    }
}

/// The parameters that the drivers know; others they pass over.
const OF_SQLITE: [&str; 4] = ["mode", "cache", "immutable", "vfs"];
const OF_POSTGRES: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
const OF_MYSQL: [&str; 14] = [
    "ssl-mode",
    "sslmode",
    "ssl-ca",
    "sslca",
    "ssl-cert",
    "sslcert",
    "ssl-key",
    "sslkey",
    "charset",
    "collation",
    "statement-cache-capacity",
    "socket",
    "timezone",
    "time-zone",
];

fn parse_server<T: FromStr<Err = sqlx::Error>>(
    scheme: &str,
    text: &str,
    rest: &str,
    known: &[&str],
) -> Result<T, Error> {
    if !rest.starts_with("//") {
        return Err(Error::new(
            ErrorKind::Url,
            format!("the database URL has no `//` after `{scheme}:`"),
        )
        .with_hint(format!("write `{scheme}://user:password@host:port/database`")));
    }
    let parsed = format!("{scheme}:{rest}").parse();
    let parsed = parsed.map_err(|error| malformed(text, &error))?;
    let place = rest.split('#').next().unwrap_or_default();
    let query = place.split_once('?').map_or("", |(_, query)| query);
    check_parameters(text, query, known)?;
    Ok(parsed)
}

/// One that is misspelt would be passed over, and TLS with it, say.
fn check_parameters(text: &str, query: &str, known: &[&str]) -> Result<(), Error> {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let written = pair.split('=').next().unwrap_or_default();
        let key = unescaped(written);
        // One option of the server's, as in `options[search_path]=app`.
        let group = key.strip_suffix(']').and_then(|key| key.split_once('['));
        let name = match group {
            Some(("options", _)) => "options",
            _ => key.as_str(),
        };
        if known.contains(&name) {
            continue;
        }
        let shown = mask_url(text);
        // What stands behind a `?` may be of a password, which is not said.
        let cause = match shown.contains(written) {
            true => format!("unknown parameter `{key}`"),
            false => "unknown parameter".to_string(),
        };
        let message = format!("cannot read the database URL `{shown}`: {cause}");
        let error = Error::new(ErrorKind::Url, message);
        return Err(error.with_hint(match nearest(&key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the parameters are `{}`", known.join("`, `")),
        }));
    }
    Ok(())
}

fn parse_sqlite(text: &str, rest: &str) -> Result<SqliteTarget, Error> {
    let place = rest.strip_prefix("//").unwrap_or(rest);
    let (path, parameters) = place.split_once('?').unwrap_or((place, ""));
    let says = |pair| parameters.split('&').any(|parameter| parameter == pair);
    let in_memory = path == ":memory:" || says("mode=memory");
    if path.is_empty() && !in_memory {
        return Err(
            Error::new(ErrorKind::Url, format!("`{}` names no file", mask_url(text)))
                .with_hint("write `sqlite:app.db`, or `sqlite::memory:` for one that is gone with the session"),
        );
    }
    check_parameters(text, parameters, &OF_SQLITE)?;
    let options = format!("sqlite:{place}")
        .parse()
        .map_err(|error| malformed(text, &error))?;
    Ok(SqliteTarget {
        options,
        must_exist: says("mode=rw") || says("mode=ro"),
        in_memory,
    })
}

fn malformed(text: &str, error: &sqlx::Error) -> Error {
    // Some causes are wrapped twice.
    let said = error.to_string();
    let cause = said.trim_start_matches("error with configuration: ");
    let error = Error::new(
        ErrorKind::Url,
        format!("cannot read the database URL `{}`: {cause}", mask_url(text)),
    );
    if !text.contains('@') {
        return error;
    }
    error.with_hint(
        "special characters in user, password and database are escaped: \
         `@` as `%40`, `/` as `%2F`, `?` as `%3F`, `#` as `%23`, `%` as `%25`",
    )
}

fn unknown_scheme(scheme: &str) -> Error {
    Error::new(
        ErrorKind::Url,
        format!("the database URL has the unknown scheme `{scheme}`"),
    )
    .with_hint("the schemes are `sqlite:`, `postgres://`, `mysql://` and `mariadb://`")
}

fn no_scheme(text: &str) -> Error {
    let error = Error::new(ErrorKind::Url, "the database URL has no scheme");
    if text.contains('=') {
        return error.with_hint(
            "a URL reads `postgres://user@host:port/database`, `sqlite:app.db`, `mysql://…` or `mariadb://…`",
        );
    }
    if text.is_empty() || text.contains('@') {
        return error.with_hint("the schemes are `sqlite:`, `postgres://`, `mysql://` and `mariadb://`");
    }
    error.with_hint(format!(
        "for an SQLite file write `sqlite:{text}`; for a server `postgres://`, `mysql://` or `mariadb://`"
    ))
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<DatabaseUrl, Error> {
        DatabaseUrl::parse(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({})", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_scheme() {
        for (text, family) in [
            ("sqlite:app.db", Family::Sqlite),
            ("sqlite://data/app.db?mode=rwc", Family::Sqlite),
            ("sqlite::memory:", Family::Sqlite),
            ("SQLite:app.db", Family::Sqlite),
            ("postgres://app:secret@db:5432/x", Family::Postgres),
            ("postgresql://db/x?sslmode=require", Family::Postgres),
            ("mysql://app:secret@db/x", Family::Mysql),
            ("mariadb://app:secret@db/x", Family::Mysql),
        ] {
            let url = DatabaseUrl::parse(text).expect(text);
            assert_eq!(url.family(), family);
            assert!(!format!("{url} {url:?}").contains("secret"));
        }
    }

    #[test]
    fn says_what_is_wrong_without_the_password() {
        for (text, message) in [
            ("", "the database URL has no scheme"),
            ("app.db", "the database URL has no scheme"),
            (
                "oracle://app:secret@db/x",
                "the database URL has the unknown scheme `oracle`",
            ),
            ("postgres:x", "the database URL has no `//` after `postgres:`"),
            (
                "postgres://app:secret@db:port/x",
                "cannot read the database URL `postgres://app:***@db:port/x`: invalid port number",
            ),
            (
                "postgres://app:sec/secret@db/x",
                "cannot read the database URL `postgres://app:***@db/x`: invalid port number",
            ),
            (
                "mysql://app:secret@db/x?ssl-mode=maybe",
                "cannot read the database URL `mysql://app:***@db/x?ssl-mode=maybe`: unknown value \"maybe\" for `ssl_mode`",
            ),
            ("sqlite:", "`sqlite:` names no file"),
            ("host=db password=secret", "the database URL has no scheme"),
            ("host=db password=a:secret", "the database URL has no scheme"),
            (
                "sqlite:app.db?key=secret",
                "cannot read the database URL `sqlite:app.db?key=***`: unknown parameter `key`",
            ),
            (
                "postgres://db/x?sslmod=verify-full",
                "cannot read the database URL `postgres://db/x?sslmod=verify-full`: unknown parameter `sslmod`",
            ),
            (
                "mariadb://app:secret@db/x?charset=utf8mb4&SSLMODE=VERIFY_CA",
                "cannot read the database URL `mariadb://app:***@db/x?charset=utf8mb4&SSLMODE=VERIFY_CA`: unknown parameter `SSLMODE`",
            ),
            (
                "postgres://app:12?secret=a&b@db/x",
                "cannot read the database URL `postgres://app:***@db/x`: unknown parameter",
            ),
        ] {
            let error = DatabaseUrl::parse(text).expect_err(text);
            assert_eq!(error.message, message);
            assert_eq!(error.kind, ErrorKind::Url);
            assert!(!format!("{error:?}").contains("secret"));
        }
    }
    #[test]
    fn knows_the_parameters_that_the_drivers_know() {
        let options = ["options[search_path]", "options%5Bsearch_path%5D"];
        let value = |scheme, key| match (scheme, key) {
            ("postgres", "sslmode" | "ssl-mode") => "disable",
            (_, "sslmode" | "ssl-mode") => "disabled",
            (_, "hostaddr") => "127.0.0.1",
            (_, "port" | "statement-cache-capacity") => "1",
            _ => "x",
        };
        let of_postgres = OF_POSTGRES.iter().chain(&options).map(|key| ("postgres", *key));
        for (scheme, key) in of_postgres.chain(OF_MYSQL.iter().map(|key| ("mysql", *key))) {
            let url = format!("{scheme}://db/x?{key}={}", value(scheme, key));
            DatabaseUrl::parse(&url).expect(&url);
        }
    }

    #[test]
    fn says_which_parameter_may_be_meant() {
        for (text, hint) in [
            ("postgres://db/x?sslmod=verify-full", "did you mean `sslmode`?"),
            ("postgres://db/x?SSLMODE=verify-full", "did you mean `sslmode`?"),
            ("mysql://db/x?sslmdoe=VERIFY_CA", "did you mean `sslmode`?"),
            ("sqlite:app.db?mod=ro", "did you mean `mode`?"),
            (
                "sqlite:app.db?frobnicate=1",
                "the parameters are `mode`, `cache`, `immutable`, `vfs`",
            ),
        ] {
            let error = DatabaseUrl::parse(text).expect_err(text);
            assert_eq!(error.hint.as_deref(), Some(hint));
        }
    }
}
