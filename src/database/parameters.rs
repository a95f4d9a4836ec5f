//! The values of a prepared statement, in the form that MySQL and MariaDB take.

use sqlx::mysql::{MySqlArguments, MySqlConnection};
use sqlx::{Arguments, AssertSqlSafe};

use crate::model::Parameter;

/// What stands for the `?` of a statement, in their order.
#[derive(Debug, Default)]
pub struct Parameters(MySqlArguments);

impl Parameters {
    pub fn add(&mut self, parameter: Parameter<'_>) {
        let added = match parameter {
            Parameter::Null => self.0.add(None::<&str>),
            Parameter::Whole(number) => self.0.add(number),
            Parameter::Text(text) => self.0.add(text),
            Parameter::Bytes(bytes) => self.0.add(bytes),
        };
        added.expect("numbers, texts and bytes always have a binary form");
    }

    pub(super) async fn run(self, connection: &mut MySqlConnection, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(sql), self.0).execute(connection).await?;
        Ok(())
    }
}
