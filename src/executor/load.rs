//! The rows of a file, brought in (or taken out again) as they are read: by COPY where there is such a thing.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future;

use super::Stop;
use crate::database::{self, ErrorKind, Family, Parameters, Session};
use crate::render::{Chunk, Load, LoadError};

/// How long a file may be loaded: it is many statements, between which nothing else would end it.
pub(super) struct Bounds<'a> {
    stop: &'a Stop,
    limit: Option<Duration>,
    began: Instant,
}

impl Bounds<'_> {
    pub fn new(stop: &Stop, limit: Option<Duration>) -> Bounds<'_> {
        Bounds {
            stop,
            limit: limit.filter(|limit| !limit.is_zero()),
            began: Instant::now(),
        }
    }

    fn check(&self) -> Result<(), LoadFailure> {
        match (self.stop.get(), self.limit) {
            (Some(signal), _) => Err(LoadFailure::Stopped(signal)),
            (None, Some(limit)) if self.began.elapsed() > limit => Err(LoadFailure::TooLong(limit)),
            (None, _) => Ok(()),
        }
    }
}

/// Why the rows of a file did not go in.
pub(super) enum LoadFailure {
    Stopped(i32),
    TooLong(Duration),
    File(LoadError),
    /// With the place in the file, as far as it is known.
    Database(database::Error, Option<String>),
}

impl From<LoadError> for LoadFailure {
    fn from(error: LoadError) -> LoadFailure {
        LoadFailure::File(error)
    }
}

/// Streams the file; the transaction is the caller's.
pub(super) async fn load(
    session: &mut Session,
    load: &Load,
    root: &Path,
    bounds: &Bounds<'_>,
) -> Result<(), LoadFailure> {
    if load.copies && !load.unload {
        return copy(session, load, root, bounds).await;
    }
    if load.binds() {
        return insert(session, load, root, bounds).await;
    }
    let mut statements = load.open(root)?;
    let mut read = statements.next_statement();
    while let Some(chunk) = read? {
        bounds.check()?;
        let run = session.run(&chunk.sql);
        let (ran, after) = while_it_works(run, || statements.next_statement()).await;
        if let Err(error) = ran {
            return Err(in_chunk(session, load, &chunk, error).await);
        }
        read = after;
    }
    Ok(())
}

/// The database works on some rows while the next ones are read.
async fn while_it_works<R, N>(run: impl Future<Output = R>, next: impl FnOnce() -> N) -> (R, N) {
    future::join(run, async { next() }).await
}

/// By prepared INSERTs, each of as many rows as the one before, but for the last.
async fn insert(session: &mut Session, load: &Load, root: &Path, bounds: &Bounds<'_>) -> Result<(), LoadFailure> {
    let mut rows = load.open_bound(root)?;
    let mut next = || {
        let mut parameters = Parameters::default();
        let count = rows.next_rows(|parameter| parameters.add(parameter))?;
        Ok::<_, LoadError>((count, parameters))
    };
    let (mut done, mut read) = (0, next());
    loop {
        let (count, parameters) = read?;
        if count == 0 {
            return Ok(());
        }
        bounds.check()?;
        let sql = load.bound_insert(count);
        let run = session.run_prepared(&sql, parameters);
        let (ran, after) = while_it_works(run, &mut next).await;
        if let Err(error) = ran {
            return Err(match load.chunk_of(root, done..done + count)? {
                Some(chunk) => in_chunk(session, load, &chunk, error).await,
                None => LoadFailure::Database(error, None),
            });
        }
        done += count;
        read = after;
    }
}

async fn copy(session: &mut Session, load: &Load, root: &Path, bounds: &Bounds<'_>) -> Result<(), LoadFailure> {
    let mut rows = load.open_copy(root)?;
    let copied = session
        .copy_in(&load.copy_statement(), |buffer| {
            bounds.check()?;
            Ok(rows.next_part(buffer)?)
        })
        .await;
    match copied {
        Ok(sent) => sent,
        Err(error) => {
            let row = row_of(error.context.as_deref(), &load.table.name);
            let line = row.and_then(|row| load.line_of(root, row));
            let place = line.map(|line| format!("{}:{line}", load.source.path));
            Err(LoadFailure::Database(error, place))
        }
    }
}

/// The number of the row that the server speaks of: `COPY track, line 3, column length: "x"`.
fn row_of(context: Option<&str>, table: &str) -> Option<usize> {
    let start = format!("COPY {table}, line ");
    let rest = context?.lines().find_map(|line| line.strip_prefix(&start))?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Finds the row of a failed statement by putting its rows in one by one: all of it is rolled back in any case.
async fn in_chunk(session: &mut Session, load: &Load, chunk: &Chunk, error: database::Error) -> LoadFailure {
    let goes_on = session.family() != Family::Postgres && error.kind == ErrorKind::Statement;
    for (line, sql) in chunk.each_alone().filter(|_| goes_on) {
        if let Err(error) = session.run(&sql).await {
            return LoadFailure::Database(error, Some(format!("{}:{line}", load.source.path)));
        }
    }
    let lines: Vec<usize> = chunk.each_alone().map(|(line, _)| line).collect();
    let place = lines.first().zip(lines.last());
    let place = place.map(|(first, last)| format!("{}, lines {first} to {last}", load.source.path));
    LoadFailure::Database(error, place)
}

#[cfg(test)]
mod tests {
    use super::row_of;

    #[test]
    fn the_server_says_which_row_it_was() {
        let context = "PL/pgSQL function f() line 3 at RAISE\nCOPY my table, line 12, column a: \"x, line 9\"";
        assert_eq!(row_of(Some(context), "my table"), Some(12));
        assert_eq!(row_of(Some("COPY t, line 7: \"1\t2\""), "t"), Some(7));
        assert_eq!(row_of(Some("SQL statement"), "t"), None);
        assert_eq!(row_of(None, "t"), None);
    }
}
