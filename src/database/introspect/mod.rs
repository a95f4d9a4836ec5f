//! The catalog of a live database, as the engine shows it: a fixed number of queries, however many tables there are.
//!
//! | file | is |
//! | --- | --- |
//! | `draft` | the catalog while it is being filled, row by row |
//! | `postgres`, `mysql`, `sqlite` | what a family is asked, and how its answers are read |
//! | `sqlite_table`, `sqlite_index` | what SQLite keeps in the text of its statements only |
//! | `sqlite_constraints` | both put together |
//! | `postgres_keys`, `mysql_keys` | keys, constraints and indexes |
//! | `postgres_objects`, `mysql_objects` | types, sequences, views, policies, grants; partitions of MySQL and MariaDB |
//! | `postgres_routines`, `mysql_routines` | functions, procedures, triggers |
//! | `schemas` | all schemas of a PostgreSQL database as one catalog |
//! | `mysql_text` | how MySQL and MariaDB write expressions |
//! | `left_out` | what is there beside it, or may not be read |
//! | `left_out_*` | what a family is asked for that |
//!
//! Covered are the target's own schema with what `model` knows of it, and on PostgreSQL the names of the other schemas.

mod draft;
mod left_out;
mod left_out_mysql;
mod left_out_mysql_questions;
mod left_out_mysql_rights;
mod left_out_mysql_statement;
mod left_out_postgres;
mod left_out_postgres_keys;
mod left_out_postgres_objects;
mod left_out_postgres_partitions;
mod left_out_postgres_schemas;
mod left_out_postgres_standing;
mod left_out_postgres_tables;
mod left_out_sqlite;
mod mysql;
mod mysql_keys;
mod mysql_objects;
mod mysql_routines;
mod mysql_statement;
mod mysql_text;
mod mysql_view;
mod postgres;
mod postgres_keys;
mod postgres_objects;
mod postgres_routines;
mod schemas;
mod sqlite;
mod sqlite_constraints;
mod sqlite_index;
mod sqlite_table;

pub use left_out::{LeftOut, Why, left_out};
pub use schemas::introspect_all;

use super::error::Error;
use super::session::Session;
use crate::dialect::{Family, ObjectName, Target};
use crate::model::Catalog;
use draft::Draft;

/// Asks for everything in the target's own schema, but for the tables to `ignore` (driftless's own).
pub async fn introspect(session: &mut Session, target: &Target, ignore: &[ObjectName]) -> Result<Catalog, Error> {
    let mut draft = Draft::new(target, ignore);
    match target.dialect.family() {
        Family::Sqlite => sqlite::read(session, &mut draft).await?,
        Family::Postgres => postgres::read(session, &mut draft).await?,
        Family::Mysql => mysql::read(session, &mut draft).await?,
    }
    Ok(draft.finish())
}

/// The rows of a query that has `N` columns.
async fn rows<const N: usize>(session: &mut Session, sql: &str) -> Result<Vec<[Option<String>; N]>, Error> {
    let rows = session.query(sql).await?;
    let rows = rows.into_iter().map(|row| {
        row.try_into()
            .expect("the query selects as many columns as its reader takes")
    });
    Ok(rows.collect())
}
