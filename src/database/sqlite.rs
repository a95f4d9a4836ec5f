//! SQLite.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::sqlite::{SqliteConnection, SqliteQueryResult, SqliteValueRef};
use sqlx::{ConnectOptions as _, Decode, Sqlite, TypeInfo, ValueRef};

use super::engine::{self, Engine};
use super::error::{Error, ErrorKind};
use super::failure::statement_error;
use super::file_lock;
use super::server::{Server, only_row};
use super::session::TextRow;
use super::text::{hex, phrase};
use super::url::{DatabaseUrl, SqliteTarget};

/// Asks what there is; sent once, after opening. The last column makes SQLite read the file, which it puts off.
pub(super) const HELLO: &str = "SELECT sqlite_version(), \
     (SELECT file FROM pragma_database_list WHERE name = 'main'), (SELECT count(*) FROM sqlite_schema)";

/// So many rows are read ahead by the thread that the driver has for a file: with few the two wake each other all the
/// time.
const ROWS_AHEAD: usize = 1000;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn connect(target: &SqliteTarget, create: bool) -> Result<SqliteConnection, sqlx::Error> {
    target
        .options
        .clone()
        .create_if_missing(create && !target.must_exist)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(0)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
        .connect()
        .await
}

/// Says what SQLite calls `unable to open database file`, whatever the cause.
pub(super) fn check_file(url: &DatabaseUrl, target: &SqliteTarget, create: bool) -> Result<(), Error> {
    let path = target.options.get_filename();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if target.in_memory || path.to_string_lossy().starts_with("file:") {
        return Ok(());
    }
    let error = |kind: ErrorKind, fact: String| Error::new(kind, format!("cannot open `{url}`: {fact}"));
    let no_such = |fact: String| error(ErrorKind::NoSuchDatabase, fact);
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(no_such(format!("`{}` is a folder", path.display()))),
        Ok(_) => return Ok(()),
        Err(cause) if !is_missing(cause.kind()) => {
            return Err(error(ErrorKind::Unreachable, not_seen(path, &cause)).with_hint(RIGHTS));
        }
        Err(_) => {}
    }
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        return Err(no_such(format!("there is no folder `{}`", folder.display())));
    }
    if create && !target.must_exist {
        return Ok(());
    }
    let missing = error(ErrorKind::NoSuchFile, format!("there is no file `{}`", path.display()));
    match target.must_exist {
        true => {
            Err(missing
                .with_hint("by the `mode` in its URL the file has to be there; without it `driftless up` makes it"))
        }
        false => Err(missing),
    }
}

/// Whether there is no such file: all else says that it cannot be looked at.
fn is_missing(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn not_seen(path: &Path, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => format!("permission denied to look at `{}`", path.display()),
        _ => format!("`{}` cannot be looked at: {cause}", path.display()),
    }
}

/// What SQLite does not say where it cannot open or write.
const RIGHTS: &str =
    "who runs driftless needs the right to read and write the file and its folder, since SQLite writes beside it";

/// What helps, by primary result code.
fn hint(kind: ErrorKind, extended: Option<&str>) -> Option<&'static str> {
    match (kind, primary(extended), extended) {
        (ErrorKind::Busy, ..) => Some("another program has the file: run the command again when that is done"),
        // SQLITE_READONLY_DBMOVED
        (_, 8, Some("1032")) => {
            Some("the file was moved or removed while it was open: look whether it is there, and run the command again")
        }
        // SQLITE_READONLY
        (_, 8, _) => Some(
            "the file or its folder cannot be written, or its URL has `mode=ro`: who runs driftless needs the right to write both, since SQLite writes beside the file",
        ),
        // SQLITE_CANTOPEN
        (_, 14, _) => Some(RIGHTS),
        _ => None,
    }
}

/// The files of a database: its own, and those that stand beside it at times.
pub fn files_of(database: &Path) -> Vec<PathBuf> {
    let beside = |ending: &str| {
        let mut name = database.as_os_str().to_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let mut files: Vec<PathBuf> = ["", "-wal", "-shm", "-journal"].map(beside).into();
    files.push(file_lock::beside(database));
    files
}

pub(super) fn server(rows: Vec<TextRow>) -> Result<Server, Error> {
    let [version, file, _] = only_row(rows)?;
    Ok(Server {
        dialect: "sqlite".to_owned(),
        version: version.unwrap_or_default(),
        database: file
            .filter(|file| !file.is_empty())
            .unwrap_or_else(|| ":memory:".to_owned()),
        schema: Some("main".to_owned()),
        user: None,
        connection: None,
    })
}

/// How many steps of SQLite's machine pass between two looks at whether the statement is to end.
const STEPS: i32 = 10_000;

/// Has statements end when `interrupt` is set, which is done with that.
pub(super) async fn watch(connection: &mut SqliteConnection, interrupt: Arc<AtomicBool>) -> Result<(), Error> {
    let handle = connection.lock_handle().await;
    let mut handle = handle.map_err(statement_error::<Sqlite>)?;
    handle.set_progress_handler(STEPS, move || !interrupt.swap(false, Ordering::SeqCst));
    Ok(())
}

/// Sends the text as it is; how many rows it changed. The driver's own count repeats the last one for each statement
/// that changes none.
pub(super) async fn execute(connection: &mut SqliteConnection, sql: &str) -> Result<u64, sqlx::Error> {
    let before = total_changes(connection).await?;
    engine::execute::<Sqlite>(connection, sql).await?;
    Ok(total_changes(connection).await?.saturating_sub(before))
}

async fn total_changes(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let rows = engine::rows::<Sqlite>(connection, "SELECT total_changes()").await?;
    let count = rows.into_iter().flatten().flatten().next();
    Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
}

impl Engine for Sqlite {
    fn affected(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    /// Bytes of a number are its text, in SQLite's own conversion: reals to 15 digits, as its shell prints them.
    fn text(value: SqliteValueRef<'_>) -> Result<String, BoxDynError> {
        let is_blob = value.type_info().name() == "BLOB";
        let bytes = <&[u8] as Decode<Sqlite>>::decode(value)?;
        if is_blob {
            return Ok(hex(bytes));
        }
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn read(error: &dyn DatabaseError) -> Error {
        let code = error.code().map(|code| code.into_owned());
        let mut read = Error::new(kind(code.as_deref()), phrase(error.message()));
        read.code = code;
        read.hint = hint(read.kind, read.code.as_deref()).map(str::to_string);
        read
    }
}

/// By result code, whose low byte is the primary one: <https://www.sqlite.org/rescode.html>.
fn kind(extended: Option<&str>) -> ErrorKind {
    match primary(extended) {
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => ErrorKind::Busy,
        // SQLITE_INTERRUPT
        9 => ErrorKind::Cancelled,
        // SQLITE_CANTOPEN, SQLITE_NOTADB
        14 | 26 => ErrorKind::NoSuchDatabase,
        _ => ErrorKind::Statement,
    }
}

fn primary(extended: Option<&str>) -> u32 {
    let code = extended.and_then(|code| code.parse::<u32>().ok());
    code.unwrap_or_default() & 0xff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_looked_at_is_not_missing() {
        assert!(is_missing(io::ErrorKind::NotFound) && is_missing(io::ErrorKind::NotADirectory));
        assert!(!is_missing(io::ErrorKind::PermissionDenied) && !is_missing(io::ErrorKind::TimedOut));
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(
            not_seen(Path::new("data/app.db"), &denied),
            "permission denied to look at `data/app.db`"
        );
    }

    #[test]
    fn says_what_helps_where_sqlite_does_not() {
        for code in ["8", "264", "1544"] {
            let hint = hint(ErrorKind::Statement, Some(code)).expect(code);
            assert!(
                hint.starts_with("the file or its folder cannot be written"),
                "{code}: {hint}"
            );
        }
        assert!(hint(ErrorKind::Statement, Some("1032")).is_some_and(|hint| hint.contains("moved or removed")));
        for code in ["14", "526"] {
            assert_eq!(hint(ErrorKind::NoSuchDatabase, Some(code)), Some(RIGHTS));
        }
        assert_eq!(hint(ErrorKind::Statement, Some("2067")), None);
    }
}
