//! A connection to one database, with everything that is said over it as text.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sqlx::{Connection as _, MySql, MySqlConnection, PgConnection, Postgres, Sqlite, SqliteConnection};

use super::cancel::Canceller;
use super::connect::{self, Opened};
use super::engine::{self, Part};
use super::error::{Error, ErrorKind};
use super::failure::statement_error;
use super::lock::Held;
use super::parameters::Parameters;
use super::server::Server;
use super::sqlite;
use super::url::{DatabaseUrl, Family};

/// The values of a row as text, NULL as `None`, bytes as lower-case hex behind `\x`.
pub type TextRow = Vec<Option<String>>;

/// An answer with the names of its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<TextRow>,
}

/// How to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectOptions {
    /// For all of it: name resolution, TCP, TLS, authentication.
    pub connect_timeout: Duration,
    /// How PostgreSQL lists the session, unless the URL or `PGAPPNAME` says otherwise.
    pub application_name: String,
    /// Create a missing SQLite file; never for commands that only read.
    pub create_missing: bool,
}

impl Default for ConnectOptions {
    fn default() -> ConnectOptions {
        ConnectOptions {
            connect_timeout: Duration::from_secs(10),
            application_name: "driftless".to_owned(),
            create_missing: false,
        }
    }
}

/// A session with a database. Dropping it closes the connection, and frees the locks it holds.
#[derive(Debug)]
pub struct Session {
    connection: Connection,
    server: Server,
    /// Set to have the statement in flight end: SQLite looks at it from time to time.
    interrupt: Arc<AtomicBool>,
    pub(super) origin: Origin,
    /// PostgreSQL lists it under our name: nobody chose another one.
    pub(super) has_own_name: bool,
    /// How bytes come had to be set.
    pub(super) has_set_bytes: bool,
    pub(super) held: Option<Held>,
}

/// Where a session leads to: another one can be had there.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub url: DatabaseUrl,
    options: ConnectOptions,
}

impl Origin {
    pub async fn connect(&self) -> Result<Session, Error> {
        Session::connect(&self.url, &self.options).await
    }
}

#[derive(Debug)]
pub(super) enum Connection {
    Postgres(PgConnection),
    Mysql(MySqlConnection),
    Sqlite(SqliteConnection),
}

impl Session {
    /// Opens a session. Errors name the URL without its password.
    ///
    /// It has the server's own settings, but for what the PostgreSQL driver always sets: `TimeZone = 'UTC'`,
    /// `DateStyle = 'ISO, MDY'`, and our `bytea_output = 'hex'`, where that is not the server's; and SQLite's `foreign_keys`, which are on.
    pub async fn connect(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Session, Error> {
        let limit = options.connect_timeout;
        match tokio::time::timeout(limit, connect::open(url, options)).await {
            Ok(opened) => {
                let mut session = Session::of(opened?, url, options);
                if let Connection::Sqlite(connection) = &mut session.connection {
                    sqlite::watch(connection, session.interrupt.clone()).await?;
                }
                Ok(session)
            }
            Err(_) => {
                let message = format!("cannot connect to `{url}`: no answer within {} s", limit.as_secs_f64());
                Err(Error::new(ErrorKind::Timeout, message)
                    .with_hint("are host and port right, and does a firewall let this machine through?"))
            }
        }
    }

    fn of(opened: Opened, url: &DatabaseUrl, options: &ConnectOptions) -> Session {
        Session {
            connection: opened.connection,
            server: opened.server,
            interrupt: Arc::new(AtomicBool::new(false)),
            origin: Origin {
                url: url.clone(),
                options: options.clone(),
            },
            has_own_name: opened.has_own_name,
            has_set_bytes: opened.has_set_bytes,
            held: None,
        }
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What can end the statement in flight while the session waits for it.
    pub fn canceller(&self) -> Canceller {
        Canceller::new(self.origin.clone(), self.server.connection, self.interrupt.clone())
    }

    /// Another session with the same database, opened the same way.
    pub async fn another(&self) -> Result<Session, Error> {
        self.origin.connect().await
    }

    pub fn family(&self) -> Family {
        match self.connection {
            Connection::Postgres(_) => Family::Postgres,
            Connection::Mysql(_) => Family::Mysql,
            Connection::Sqlite(_) => Family::Sqlite,
        }
    }

    /// Sends the text as it is, one or several statements; the sum of the rows affected.
    ///
    /// PostgreSQL counts the rows of a SELECT too; MySQL counts matched rows of an UPDATE, not changed ones; SQLite
    /// counts those that triggers and foreign keys touch. On SQLite and MySQL the statements before a failed one stay.
    pub async fn execute(&mut self, sql: &str) -> Result<u64, Error> {
        match &mut self.connection {
            Connection::Postgres(connection) => engine::execute::<Postgres>(connection, sql)
                .await
                .map_err(statement_error::<Postgres>),
            Connection::Mysql(connection) => engine::execute::<MySql>(connection, sql)
                .await
                .map_err(statement_error::<MySql>),
            Connection::Sqlite(connection) => sqlite::execute(connection, sql)
                .await
                .map_err(statement_error::<Sqlite>),
        }
    }

    /// Like [`Session::execute`], where nobody asks how many rows it was: SQLite has to be asked for that apart.
    pub async fn run(&mut self, sql: &str) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(connection) => engine::execute::<Sqlite>(connection, sql)
                .await
                .map(|_| ())
                .map_err(statement_error::<Sqlite>),
            Connection::Postgres(_) | Connection::Mysql(_) => self.execute(sql).await.map(|_| ()),
        }
    }

    /// Runs one statement of MySQL or MariaDB that has a `?` for each parameter; prepared once while its text stays the
    /// same.
    pub async fn run_prepared(&mut self, sql: &str, parameters: Parameters) -> Result<(), Error> {
        let Connection::Mysql(connection) = &mut self.connection else {
            return Err(Error::new(
                ErrorKind::Statement,
                "only MySQL and MariaDB take parameters",
            ));
        };
        parameters.run(connection, sql).await.map_err(statement_error::<MySql>)
    }

    /// Streams data to PostgreSQL's `COPY … FROM STDIN`: `next` adds to an empty buffer, and says whether there was more.
    /// The inner error is that of `next`, after which the statement has failed as a whole.
    pub async fn copy_in<E>(
        &mut self,
        sql: &str,
        mut next: impl FnMut(&mut Vec<u8>) -> Result<bool, E>,
    ) -> Result<Result<(), E>, Error> {
        let Connection::Postgres(connection) = &mut self.connection else {
            return Err(Error::new(ErrorKind::Statement, "only PostgreSQL has COPY"));
        };
        let failed = statement_error::<Postgres>;
        let mut copy = connection.copy_in_raw(sql).await.map_err(failed)?;
        let mut buffer = Vec::new();
        loop {
            match next(&mut buffer) {
                Ok(true) => {
                    copy.send(buffer.as_slice()).await.map_err(failed)?;
                    buffer.clear();
                    // A server that is quicker than we are never has us wait, nor anybody else come to a turn.
                    tokio::task::yield_now().await;
                }
                Ok(false) => {
                    copy.finish().await.map_err(failed)?;
                    return Ok(Ok(()));
                }
                Err(error) => {
                    copy.abort("the file has a mistake").await.map_err(failed)?;
                    return Ok(Err(error));
                }
            }
        }
    }

    /// Sends the text as it is; the rows of all its statements.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<TextRow>, Error> {
        let mut rows = Vec::new();
        self.query_each(sql, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .await?;
        Ok(rows)
    }

    /// Like [`Session::query`], for one statement, with the names of the columns, also where there are no rows.
    pub async fn query_table(&mut self, sql: &str) -> Result<Table, Error> {
        let mut table = Table::default();
        self.stream(sql, &mut |part| {
            match part {
                Part::Columns(columns) => table.columns = columns,
                Part::Row(row) => table.rows.push(row),
            }
            ControlFlow::Continue(())
        })
        .await?;
        if table.rows.is_empty() {
            table.columns = self.columns(sql).await;
        }
        Ok(table)
    }

    /// Like [`Session::query`], row by row as they arrive: memory does not grow with them.
    ///
    /// After a `Break` the rest is not handed on, but still read off the connection before the next statement.
    pub async fn query_each(
        &mut self,
        sql: &str,
        each: &mut (dyn FnMut(TextRow) -> ControlFlow<()> + Send),
    ) -> Result<(), Error> {
        self.stream(sql, &mut |part| match part {
            Part::Columns(_) => ControlFlow::Continue(()),
            Part::Row(row) => each(row),
        })
        .await
    }

    /// Like [`Session::query_each`], for one statement, with the names of the columns beside each row; these are given at
    /// the end too, also where there was no row.
    pub async fn query_named(
        &mut self,
        sql: &str,
        each: &mut (dyn FnMut(&[String], TextRow) -> ControlFlow<()> + Send),
    ) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        self.stream(sql, &mut |part| match part {
            Part::Columns(columns) => {
                names = columns;
                ControlFlow::Continue(())
            }
            Part::Row(row) => each(&names, row),
        })
        .await?;
        if names.is_empty() {
            names = self.columns(sql).await;
        }
        Ok(names)
    }

    /// Says goodbye. Merely dropping the session is safe too, but the server then learns of it a little later.
    pub async fn close(self) -> Result<(), Error> {
        match self.connection {
            Connection::Postgres(connection) => connection.close().await.map_err(statement_error::<Postgres>),
            Connection::Mysql(connection) => connection.close().await.map_err(statement_error::<MySql>),
            Connection::Sqlite(connection) => connection.close().await.map_err(statement_error::<Sqlite>),
        }
    }

    async fn stream(&mut self, sql: &str, each: &mut (dyn FnMut(Part) -> ControlFlow<()> + Send)) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Postgres(connection) => engine::stream::<Postgres>(connection, sql, each)
                .await
                .map_err(statement_error::<Postgres>),
            Connection::Mysql(connection) => engine::stream::<MySql>(connection, sql, each)
                .await
                .map_err(statement_error::<MySql>),
            Connection::Sqlite(connection) => engine::stream::<Sqlite>(connection, sql, each)
                .await
                .map_err(statement_error::<Sqlite>),
        }
    }

    async fn columns(&mut self, sql: &str) -> Vec<String> {
        match &mut self.connection {
            Connection::Postgres(connection) => {
                let columns = engine::columns::<Postgres>(connection, sql).await;
                // The driver leaves it behind, where a pooler hands it to whoever comes next.
                let _ = engine::execute::<Postgres>(connection, "DEALLOCATE ALL").await;
                columns
            }
            Connection::Mysql(connection) => engine::columns::<MySql>(connection, sql).await,
            Connection::Sqlite(connection) => engine::columns::<Sqlite>(connection, sql).await,
        }
    }
}
