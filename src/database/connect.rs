//! Opens a connection and asks what answered: one round trip after the handshake.

use sqlx::{Executor, MySql, Postgres, Sqlite};

use super::engine::{self, Engine};
use super::error::Error;
use super::failure::connect_error;
use super::server::Server;
use super::session::{ConnectOptions, Connection, TextRow};
use super::url::{DatabaseUrl, Target};
use super::{mysql, postgres, sqlite};

/// A connection, and what is known of it.
pub(super) struct Opened {
    pub connection: Connection,
    pub server: Server,
    /// PostgreSQL lists it under our name: nobody chose another one.
    pub has_own_name: bool,
    /// How bytes come had to be set.
    pub has_set_bytes: bool,
}

impl Opened {
    fn new(connection: Connection, server: Server) -> Opened {
        Opened {
            connection,
            server,
            has_own_name: false,
            has_set_bytes: false,
        }
    }
}

pub(super) async fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Opened, Error> {
    match &url.target {
        Target::Postgres(target) => {
            let connected = postgres::connect(target, &options.application_name).await;
            let mut connection = connected.map_err(|error| connect_error::<Postgres>(error, url))?;
            let rows = hello::<Postgres>(&mut connection, postgres::HELLO, url).await?;
            let has_set_bytes = postgres::has_set_bytes(&rows);
            Ok(Opened {
                has_own_name: target.get_application_name().is_none(),
                has_set_bytes,
                ..Opened::new(Connection::Postgres(connection), postgres::server(rows)?)
            })
        }
        Target::Mysql(target) => {
            let connected = mysql::connect(target).await;
            let mut connection = connected.map_err(|error| connect_error::<MySql>(error, url))?;
            let server = mysql::server(hello::<MySql>(&mut connection, mysql::HELLO, url).await?)?;
            Ok(Opened::new(Connection::Mysql(connection), server))
        }
        Target::Sqlite(target) => {
            sqlite::check_file(url, target, options.create_missing)?;
            let connected = sqlite::connect(target, options.create_missing).await;
            let mut connection = connected.map_err(|error| connect_error::<Sqlite>(error, url))?;
            let server = sqlite::server(hello::<Sqlite>(&mut connection, sqlite::HELLO, url).await?)?;
            Ok(Opened::new(Connection::Sqlite(connection), server))
        }
    }
}

async fn hello<E>(connection: &mut E::Connection, sql: &str, url: &DatabaseUrl) -> Result<Vec<TextRow>, Error>
where
    E: Engine,
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
    usize: sqlx::ColumnIndex<E::Row>,
{
    engine::rows::<E>(connection, sql)
        .await
        .map_err(|error| connect_error::<E>(error, url))
}
