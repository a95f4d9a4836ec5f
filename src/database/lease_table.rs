//! The table in which a run leases the right to write, and what is said to it.
//!
//! All times are the server's. On PostgreSQL the table has one row: who fences a transaction locks that row's key, with
//! which a renewal, which leaves the key alone, does not collide, while the next runner, whose name becomes the key, does. MySQL
//! and MariaDB know no such lock: there the fence is a row of its own, which is written only when the lease changes
//! hands. Locking it makes a Galera cluster abort a transaction that was overtaken on another node, too.

use std::time::Duration;

use super::url::Family;

/// What the table is called and how it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseTable {
    pub(super) family: Family,
    name: String,
    schema: Option<String>,
}

/// What PostgreSQL says where the fence does not hold; MySQL and MariaDB have no words for it.
const LOST: &str = "driftless has lost its lease";

/// When a lease ends that nobody has.
const FREE: &str = "2000-01-01";

impl LeaseTable {
    /// A table by its quoted name, in a schema (quoted, too) that is made where it is missing.
    pub fn new(family: Family, name: impl Into<String>, schema: Option<String>) -> LeaseTable {
        LeaseTable {
            family,
            name: name.into(),
            schema,
        }
    }

    /// What makes it, with its rows. Whoever comes second finds it there.
    pub(super) fn create(&self) -> Vec<String> {
        let name = &self.name;
        let columns = "who varchar(255) NOT NULL, connection bigint, acquired timestamp(3) NULL";
        match self.family {
            Family::Sqlite => Vec::new(),
            Family::Postgres => {
                let schema = self.schema.iter();
                let schema = schema.map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
                let table = format!(
                    "CREATE TABLE IF NOT EXISTS {name} (part smallint PRIMARY KEY, holder varchar(64) NOT NULL UNIQUE, \
                     {columns}, expires timestamp(3) NOT NULL)"
                );
                let row = format!(
                    "INSERT INTO {name} (part, holder, who, expires) VALUES (1, '', '', '{FREE}') \
                     ON CONFLICT (part) DO NOTHING"
                );
                schema.chain([table, row]).collect()
            }
            Family::Mysql => {
                let columns = columns.replace("timestamp", "datetime");
                vec![
                    format!(
                        "CREATE TABLE IF NOT EXISTS {name} (part smallint PRIMARY KEY, holder varchar(64) NOT NULL, \
                         {columns}, expires datetime(3) NOT NULL) \
                         ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin"
                    ),
                    format!(
                        "INSERT IGNORE INTO {name} (part, holder, who, expires) \
                         VALUES (1, '', '', '{FREE}'), (2, '', '', '{FREE}')"
                    ),
                ]
            }
        }
    }

    /// Takes the lease where it has run out, in one message; the first value of the last row says whether it did. Who waits never
    /// waits on the server. `name` is what the session is called from then on (PostgreSQL).
    pub(super) fn take(&self, holder: &str, who: &str, length: Duration, name: Option<&str>) -> String {
        let table = &self.name;
        let milliseconds = length.as_millis();
        let who = self.string(who);
        match self.family {
            Family::Sqlite => String::new(),
            Family::Postgres => {
                let named = match name {
                    Some(name) => format!("set_config('application_name', '{name}', false)"),
                    None => "''".to_owned(),
                };
                format!(
                    "WITH free AS (SELECT part FROM {table} WHERE expires <= {NOW_POSTGRES} FOR UPDATE SKIP LOCKED) \
                     UPDATE {table} AS lease SET holder = '{holder}', who = {who}, acquired = {NOW_POSTGRES}, \
                     expires = {NOW_POSTGRES} + interval '{milliseconds} milliseconds' \
                     FROM free WHERE lease.part = free.part RETURNING true, {named}"
                )
            }
            Family::Mysql => format!(
                "SET @driftless_free = NULL; START TRANSACTION; \
                 SELECT part INTO @driftless_free FROM {table} WHERE part = 2 FOR UPDATE SKIP LOCKED; \
                 UPDATE {table} SET holder = '{holder}', who = {who}, acquired = UTC_TIMESTAMP(3), \
                 expires = UTC_TIMESTAMP(3) + INTERVAL {milliseconds}000 MICROSECOND \
                 WHERE part = 1 AND @driftless_free = 2 AND expires <= UTC_TIMESTAMP(3); \
                 SELECT ROW_COUNT() INTO @driftless_free; \
                 UPDATE {table} SET holder = '{holder}' WHERE part = 2 AND @driftless_free = 1; \
                 COMMIT; SELECT @driftless_free = 1"
            ),
        }
    }

    /// Makes the lease last from now; of no row where it is another's.
    pub(super) fn renew(&self, holder: &str, length: Duration) -> String {
        let table = &self.name;
        let milliseconds = length.as_millis();
        let until = match self.family {
            Family::Postgres | Family::Sqlite => {
                format!("{NOW_POSTGRES} + interval '{milliseconds} milliseconds'")
            }
            Family::Mysql => format!("UTC_TIMESTAMP(3) + INTERVAL {milliseconds}000 MICROSECOND"),
        };
        format!("UPDATE {table} SET expires = {until} WHERE part = 1 AND holder = '{holder}'")
    }

    /// Ends the lease; of no row where it is another's. The row still says whose it was: the key stays, as a transaction
    /// that outlives its run may hold it.
    pub(super) fn release(&self, holder: &str) -> String {
        format!(
            "UPDATE {} SET expires = '{FREE}' WHERE part = 1 AND holder = '{holder}'",
            self.name
        )
    }

    /// Fails unless the lease is this holder's; at the head of a transaction it holds until that ends: nobody takes the lease
    /// over in the middle of it.
    pub(super) fn fence(&self, holder: &str) -> String {
        let table = &self.name;
        match self.family {
            Family::Sqlite => String::new(),
            Family::Postgres => format!(
                "SELECT CAST(COALESCE((SELECT '1' FROM {table} WHERE part = 1 AND holder = '{holder}' FOR KEY SHARE), \
                 '{LOST}') AS integer)"
            ),
            Family::Mysql => format!(
                "SELECT EXP(IF(COUNT(*) = 1, 0, 1000)) FROM {table} WHERE part = 2 AND holder = '{holder}' \
                 LOCK IN SHARE MODE"
            ),
        }
    }

    /// Whether an error is the fence's.
    pub(super) fn is_fence(&self, error: &super::error::Error) -> bool {
        let code = error.code.as_deref().unwrap_or_default();
        match self.family {
            Family::Sqlite => false,
            Family::Postgres => code == "22P02" && error.message.contains(LOST),
            // DOUBLE value is out of range
            Family::Mysql => {
                code.starts_with("1690") && error.message.contains("exp(if(") && error.message.contains("1000")
            }
        }
    }

    /// Writes down which connection the holder works over.
    pub(super) fn connect(&self, holder: &str) -> String {
        let own = match self.family {
            Family::Postgres | Family::Sqlite => "pg_backend_pid()",
            Family::Mysql => "connection_id() + 0",
        };
        format!(
            "UPDATE {} SET connection = {own} WHERE part = 1 AND holder = '{holder}'",
            self.name
        )
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn string(&self, text: &str) -> String {
        // A backslash is one more thing to MySQL in some of its modes only.
        let text: String = text
            .chars()
            .filter(|letter| *letter != '\\' && *letter != '\0')
            .take(255)
            .collect();
        format!("'{}'", text.replace('\'', "''"))
    }
}

pub(super) const NOW_POSTGRES: &str = "(clock_timestamp() AT TIME ZONE 'UTC')";
