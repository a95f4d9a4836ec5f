//! MySQL and MariaDB.

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlQueryResult, MySqlValueRef};
use sqlx::{ConnectOptions as _, Decode, MySql, Type, TypeInfo, ValueRef};

use super::engine::Engine;
use super::error::{Error, ErrorKind};
use super::server::{Server, only_row, version_number};
use super::session::TextRow;
use super::text::{hex, phrase};

/// Gives the session back the server's own modes, and asks what the server is; sent once, after connecting.
///
/// The driver's connect flags add `IGNORE_SPACE` to `sql_mode`, and routines keep the mode they are made in. One mode is
/// left out: what ends a text must not depend on the server's settings.
pub(super) const HELLO: &str = "SET SESSION sql_mode = REPLACE(@@GLOBAL.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), NAMES utf8mb4; \
     SELECT version(), database(), current_user(), connection_id()";

pub(super) async fn connect(options: &MySqlConnectOptions) -> Result<MySqlConnection, sqlx::Error> {
    options
        .clone()
        // The statements of a load: all of its rows, and the last ones.
        .statement_cache_capacity(2)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        // Comes with `HELLO`, to save a round trip.
        .set_names(false)
        .disable_statement_logging()
        .connect()
        .await
}

pub(super) fn server(rows: Vec<TextRow>) -> Result<Server, Error> {
    let [version, database, user, connection] = only_row(rows)?;
    let version = version.unwrap_or_default();
    let is_mariadb = version.to_ascii_lowercase().contains("mariadb");
    // Old proxies show MariaDB as if it were MySQL 5.5.5.
    let number = version.strip_prefix("5.5.5-").unwrap_or(&version);
    Ok(Server {
        dialect: if is_mariadb { "mariadb" } else { "mysql" }.to_owned(),
        version: version_number(number),
        database: database.clone().unwrap_or_default(),
        schema: database,
        user,
        connection: connection.and_then(|number| number.parse().ok()),
    })
}

impl Engine for MySql {
    fn affected(result: &MySqlQueryResult) -> u64 {
        result.rows_affected()
    }

    fn text(value: MySqlValueRef<'_>) -> Result<String, BoxDynError> {
        let binary = is_binary(&value);
        let bytes = <&[u8] as Decode<MySql>>::decode(value)?;
        if binary {
            return Ok(hex(bytes));
        }
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn read(error: &dyn DatabaseError) -> Error {
        let Some(said) = error.try_downcast_ref::<MySqlDatabaseError>() else {
            return Error::new(ErrorKind::Statement, phrase(error.message()));
        };
        let mut error = Error::new(kind(said.number()), phrase(said.message()));
        error.code = Some(match said.code() {
            Some(state) => format!("{} ({state})", said.number()),
            None => said.number().to_string(),
        });
        error
    }
}

/// Whether the column holds bytes. The driver's type names can't tell: they take a `_bin` collation for bytes; what
/// it accepts as a string goes by the character set.
fn is_binary(value: &MySqlValueRef<'_>) -> bool {
    let info = value.type_info();
    let is_string = <str as Type<MySql>>::compatible(&info);
    let is_string_or_bytes = <[u8] as Type<MySql>>::compatible(&info);
    (is_string_or_bytes && !is_string) || matches!(info.name(), "BIT" | "GEOMETRY")
}

/// By number: <https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html>, and MariaDB's own.
fn kind(number: u16) -> ErrorKind {
    match number {
        // Access denied, by password, for the database, without one; the plugin can't be used; host not allowed.
        1044 | 1045 | 1698 | 1251 | 1524 | 1130 => ErrorKind::Authentication,
        1049 => ErrorKind::NoSuchDatabase,
        // too many connections; host blocked; too many for this user
        1040 | 1129 | 1203 | 1226 => ErrorKind::Unreachable,
        // lock wait timeout; deadlock; NOWAIT
        1205 | 1213 | 3572 => ErrorKind::Busy,
        // query interrupted; MariaDB's `max_statement_time`; MySQL's `max_execution_time`
        1317 | 1969 | 3024 => ErrorKind::Cancelled,
        // shutting down; connection killed; idle for too long
        1053 | 1079 | 1927 | 3169 | 4031 => ErrorKind::Lost,
        _ => ErrorKind::Statement,
    }
}
