//! The connection to a live database: one session over PostgreSQL, MySQL, MariaDB or SQLite, with rows as text.
//!
//! Everything is sent by the simple protocol, as it is written, so that what runs is what a dry run prints: all but the
//! rows of files, which COPY and prepared statements bring in.
//!
//! | file | is |
//! | --- | --- |
//! | `url` | where the database is, with its secrets kept out of every message |
//! | `session` | execute, query; `connect` opens it |
//! | `engine` | what a family has to bring; `postgres`, `mysql`, `sqlite` bring it |
//! | `parameters` | the values of a prepared statement |
//! | `server` | what answered: dialect, version, database, schema, user |
//! | `lock` | the lock that keeps two runs apart |
//! | `lease`, `lease_table` | the row that is leased where a session's lock does not hold |
//! | `lock_probe` | whether it holds |
//! | `holder`, `wait` | who holds it and what it does; the waiting for it |
//! | `cancel` | how the statement in flight is ended |
//! | `blockers` | who is in its way |
//! | `scratch` | a database for a trial |
//! | `other_tool` | tables that another tool keeps |
//! | `reprint` | how a server prints texts that authors wrote |
//! | `error` | what went wrong, in one sentence and its parts |

mod blockers;
mod cancel;
mod connect;
mod engine;
mod error;
mod failure;
mod file_lock;
mod holder;
pub mod introspect;
mod lease;
mod lease_table;
mod lock;
mod lock_key;
mod lock_probe;
mod mysql;
mod other_tool;
mod parameters;
mod postgres;
mod reprint;
mod scratch;
mod server;
mod session;
mod sqlite;
mod text;
mod url;
mod wait;

pub use cancel::Canceller;
pub use error::{Error, ErrorKind, Failure};
pub use holder::Holder;
pub use lease::Terms;
pub use lease_table::LeaseTable;
pub use lock::Locking;
pub use lock_key::LockKey;
pub use lock_probe::{LockProbe, OpenProbe};
pub use other_tool::{find_table, read_table};
pub use parameters::Parameters;
pub use reprint::reprinted;
pub use scratch::Scratch;
pub use server::Server;
pub use session::{ConnectOptions, Session, Table, TextRow};
pub use sqlite::files_of;
pub use url::{DatabaseUrl, Family};
