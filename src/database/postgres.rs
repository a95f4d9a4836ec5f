//! PostgreSQL.

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgErrorPosition, PgQueryResult, PgValueRef};
use sqlx::{ConnectOptions as _, Postgres};

use super::engine::Engine;
use super::error::{Error, ErrorKind};
use super::server::{Server, only_row, version_number};
use super::session::TextRow;
use super::text::phrase;

/// Asks what the server is; sent once, after connecting. Bytes are to come as hex, whatever the server's default; where that
/// is hex, nothing is set: behind a pooler that would be in another's session, too. What ends a text must not depend on the
/// server's settings (poolers know of this one, and keep it with the client).
pub(super) const HELLO: &str = "SET standard_conforming_strings = on; SELECT set_config('bytea_output', 'hex', false) \
     WHERE current_setting('bytea_output') <> 'hex'; \
     SELECT current_setting('server_version'), current_database(), current_schema(), current_user, pg_backend_pid()";

pub(super) async fn connect(options: &PgConnectOptions, application: &str) -> Result<PgConnection, sqlx::Error> {
    let mut options = options
        .clone()
        .statement_cache_capacity(0)
        // The server's own, which is 1 (shortest exact) unless somebody chose otherwise.
        .extra_float_digits(None)
        .disable_statement_logging();
    if options.get_application_name().is_none() {
        options = options.application_name(application);
    }
    options.connect().await
}

/// Whether [`HELLO`] had to set how bytes come.
pub(super) fn has_set_bytes(rows: &[TextRow]) -> bool {
    rows.len() > 1
}

pub(super) fn server(rows: Vec<TextRow>) -> Result<Server, Error> {
    let [version, database, schema, user, process] = only_row(rows)?;
    Ok(Server {
        dialect: "postgres".to_owned(),
        version: version_number(&version.unwrap_or_default()),
        database: database.unwrap_or_default(),
        schema,
        user,
        connection: process.and_then(|number| number.parse().ok()),
    })
}

impl Engine for Postgres {
    fn affected(result: &PgQueryResult) -> u64 {
        result.rows_affected()
    }

    /// The simple protocol sends every type as text, bytes as `\x…`.
    fn text(value: PgValueRef<'_>) -> Result<String, BoxDynError> {
        Ok(String::from_utf8_lossy(value.as_bytes()?).into_owned())
    }

    /// Never by `Display`, which adds the line of PostgreSQL's own C source as if it were one of the SQL.
    fn read(error: &dyn DatabaseError) -> Error {
        let Some(said) = error.try_downcast_ref::<PgDatabaseError>() else {
            return Error::new(ErrorKind::Statement, phrase(error.message()));
        };
        let mut error = Error::new(kind(said.code()), phrase(said.message()));
        error.code = Some(said.code().to_owned());
        error.detail = said.detail().map(str::to_owned);
        error.hint = said.hint().map(str::to_owned);
        error.context = said.r#where().map(str::to_owned);
        match said.position() {
            Some(PgErrorPosition::Original(position)) => error.position = Some(position),
            Some(PgErrorPosition::Internal { position, query }) => {
                let inner = format!("at character {position} of the inner query {query}");
                error.context = Some(match error.context.take() {
                    Some(context) => format!("{inner}\n{context}"),
                    None => inner,
                });
            }
            None => {}
        }
        error
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn kind(code: &str) -> ErrorKind {
    match code {
        "28000" | "28P01" => ErrorKind::Authentication,
        "3D000" => ErrorKind::NoSuchDatabase,
        // too many connections; still starting up
        "53300" | "57P03" => ErrorKind::Unreachable,
        // lock not available; deadlock; could not serialize
        "55P03" | "40P01" | "40001" => ErrorKind::Busy,
        // cancelled, by a person or by `statement_timeout`
        "57014" => ErrorKind::Cancelled,
        // shut down by an administrator; after a crash; the database was dropped; idle for too long
        "57P01" | "57P02" | "57P04" | "57P05" | "25P03" => ErrorKind::Lost,
        _ if code.starts_with("08") => ErrorKind::Lost,
        _ => ErrorKind::Statement,
    }
}
