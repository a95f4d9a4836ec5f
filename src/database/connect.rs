//! Opens a connection and asks what answered: one round trip after the handshake.

use sqlx::{Executor, MySql, Postgres, Sqlite};

use super::engine::{self, Engine};
use super::error::Error;
use super::failure::connect_error;
use super::server::Server;
use super::session::{ConnectOptions, Connection, TextRow};
use super::url::{DatabaseUrl, Target};
use super::{mysql, postgres, sqlite};

pub(super) async fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<(Connection, Server), Error> {
    match &url.target {
        Target::Postgres(target) => {
            let connected = postgres::connect(target, &options.application_name).await;
            let mut connection = connected.map_err(|error| connect_error::<Postgres>(error, url))?;
            let server = postgres::server(hello::<Postgres>(&mut connection, postgres::HELLO, url).await?)?;
            Ok((Connection::Postgres(connection), server))
        }
        Target::Mysql(target) => {
            let connected = mysql::connect(target).await;
            let mut connection = connected.map_err(|error| connect_error::<MySql>(error, url))?;
            let server = mysql::server(hello::<MySql>(&mut connection, mysql::HELLO, url).await?)?;
            Ok((Connection::Mysql(connection), server))
        }
        Target::Sqlite(target) => {
            sqlite::check_file(url, target, options.create_missing)?;
            let connected = sqlite::connect(target, options.create_missing).await;
            let mut connection = connected.map_err(|error| connect_error::<Sqlite>(error, url))?;
            let server = sqlite::server(hello::<Sqlite>(&mut connection, sqlite::HELLO, url).await?)?;
            Ok((Connection::Sqlite(connection), server))
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
