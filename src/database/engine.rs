//! What a family of databases has to bring so that a session can speak with it, and what then works for all.

use std::ops::ControlFlow;

use futures_util::TryStreamExt;
use sqlx::database::HasStatementCache;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::{AssertSqlSafe, Column, Connection, Database, Executor, Row, SqlSafeStr, Statement, ValueRef};

use super::error::Error;
use super::session::TextRow;

/// A family of databases: where the drivers differ.
pub(super) trait Engine: Database + HasStatementCache {
    fn affected(result: &Self::QueryResult) -> u64;

    /// A value that is not NULL, as text: bytes as lower-case hex behind `\x`.
    fn text(value: Self::ValueRef<'_>) -> Result<String, BoxDynError>;

    /// Takes apart what the server said; the kind is the one it has while connecting.
    fn read(error: &dyn DatabaseError) -> Error;
}

/// A piece of an answer, in the order they come: the columns once, before the first row.
pub(super) enum Part {
    Columns(Vec<String>),
    Row(TextRow),
}

/// Sends the text as it is, by the simple protocol.
pub(super) async fn execute<E>(connection: &mut E::Connection, sql: &str) -> Result<u64, sqlx::Error>
where
    E: Engine,
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
{
    let result = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(E::affected(&result))
}

/// Sends the text as it is, and hands on each row as it arrives, until `each` says stop.
pub(super) async fn stream<E>(
    connection: &mut E::Connection,
    sql: &str,
    each: &mut (dyn FnMut(Part) -> ControlFlow<()> + Send),
) -> Result<(), sqlx::Error>
where
    E: Engine,
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
    usize: sqlx::ColumnIndex<E::Row>,
{
    let mut rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(connection);
    let mut first = true;
    while let Some(row) = rows.try_next().await? {
        if std::mem::take(&mut first) && each(Part::Columns(names(row.columns()))).is_break() {
            return Ok(());
        }
        if each(Part::Row(text_row::<E>(&row)?)).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Like [`stream`], all rows at once.
pub(super) async fn rows<E>(connection: &mut E::Connection, sql: &str) -> Result<Vec<TextRow>, sqlx::Error>
where
    E: Engine,
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
    usize: sqlx::ColumnIndex<E::Row>,
{
    let mut rows = Vec::new();
    stream::<E>(connection, sql, &mut |part| {
        if let Part::Row(row) = part {
            rows.push(row);
        }
        ControlFlow::Continue(())
    })
    .await?;
    Ok(rows)
}

/// The columns a query has, asked without running it; none where the server can't prepare it.
pub(super) async fn columns<E>(connection: &mut E::Connection, sql: &str) -> Vec<String>
where
    E: Engine,
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
{
    let columns = match connection.prepare(AssertSqlSafe(sql).into_sql_str()).await {
        Ok(statement) => names(statement.columns()),
        Err(_) => Vec::new(),
    };
    // What is kept of it would not be asked again, whatever becomes of the tables.
    let _ = connection.clear_cached_statements().await;
    columns
}

fn names<C: Column>(columns: &[C]) -> Vec<String> {
    columns.iter().map(|column| column.name().to_owned()).collect()
}

fn text_row<E>(row: &E::Row) -> Result<TextRow, sqlx::Error>
where
    E: Engine,
    usize: sqlx::ColumnIndex<E::Row>,
{
    let text = |index| {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            return Ok(None);
        }
        E::text(value).map(Some).map_err(sqlx::Error::Decode)
    };
    (0..row.len()).map(text).collect()
}
