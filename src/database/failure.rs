//! Turns what the drivers report into an [`Error`], by whether a session was already there.

use std::io;

use super::engine::Engine;
use super::error::{Error, ErrorKind};
use super::text::{backticked, phrase};
use super::url::{DatabaseUrl, Family};

/// A failure of a session that stands.
pub(super) fn statement_error<E: Engine>(error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(said) => {
            let mut error = E::read(said.as_ref());
            // A statement can be refused for a lack of rights or of a database, too.
            if matches!(
                error.kind,
                ErrorKind::Authentication | ErrorKind::NoSuchDatabase | ErrorKind::Unreachable
            ) {
                error.kind = ErrorKind::Statement;
            }
            error
        }
        sqlx::Error::Io(cause) => Error::new(ErrorKind::Lost, format!("lost the connection: {}", io_cause(&cause))),
        sqlx::Error::Tls(cause) => Error::new(ErrorKind::Lost, format!("lost the connection: {cause}")),
        sqlx::Error::WorkerCrashed => Error::new(ErrorKind::Lost, "lost the connection: its thread ended"),
        sqlx::Error::Protocol(cause) => Error::new(
            ErrorKind::Statement,
            format!("cannot follow what the server sends: {}", protocol_cause(&cause)),
        ),
        other => Error::new(ErrorKind::Statement, phrase(&other.to_string())),
    }
}

/// A failure to get a session: named after the URL, which hides its password.
pub(super) fn connect_error<E: Engine>(error: sqlx::Error, url: &DatabaseUrl) -> Error {
    let mut error = match error {
        sqlx::Error::Database(said) => E::read(said.as_ref()),
        // How rustls reports a certificate it does not trust.
        sqlx::Error::Io(cause) if cause.kind() == io::ErrorKind::InvalidData && url.family() != Family::Sqlite => {
            tls_error(&cause.to_string())
        }
        sqlx::Error::Io(cause) => Error::new(ErrorKind::Unreachable, io_cause(&cause)),
        sqlx::Error::Tls(cause) => tls_error(&cause.to_string()),
        sqlx::Error::Configuration(cause) => configuration_error(&cause.to_string()),
        sqlx::Error::Protocol(cause) => Error::new(ErrorKind::Unreachable, protocol_cause(&cause))
            .with_hint(format!("is it really a {} server that answers there?", E::NAME)),
        other => Error::new(ErrorKind::Unreachable, phrase(&other.to_string())),
    };
    if error.kind == ErrorKind::Statement {
        error.kind = ErrorKind::Unreachable;
    }
    error.message = format!("cannot connect to `{url}`: {}", backticked(&error.message));
    error
}

fn tls_error(cause: &str) -> Error {
    Error::new(ErrorKind::Unreachable, format!("TLS failed: {}", phrase(cause))).with_hint(
        "`sslmode` (PostgreSQL) or `ssl-mode` (MySQL, MariaDB) in the URL says whether TLS is \
         required and what is verified",
    )
}

fn configuration_error(cause: &str) -> Error {
    // The driver is built without RSA (RUSTSEC-2023-0071), which MySQL wants for passwords over plain TCP.
    if cause.contains("RSA") {
        return Error::new(
            ErrorKind::Authentication,
            "the account's `caching_sha2_password` needs an encrypted connection",
        )
        .with_hint("use TLS (`?ssl-mode=REQUIRED`) or the server's socket (`?socket=/path`)");
    }
    Error::new(ErrorKind::Unreachable, phrase(cause))
}

fn io_cause(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "cut off on the way".to_owned(),
        io::ErrorKind::TimedOut => "no answer".to_owned(),
        io::ErrorKind::NotFound => "there is no such socket".to_owned(),
        _ => {
            let text = cause.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            match text.strip_prefix("failed to lookup address information: ") {
                Some(cause) => format!("cannot find the host: {}", phrase(cause)),
                None => phrase(text),
            }
        }
    }
}

/// Without the place in the driver's source that it adds.
fn protocol_cause(cause: &str) -> String {
    phrase(cause.split(" (sqlx_").next().unwrap_or_default())
}
