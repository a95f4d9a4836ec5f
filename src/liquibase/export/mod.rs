//! What happens to a schema as changes of Liquibase: only where Liquibase makes the same of it on a database.

mod altered;
mod change;
mod column;
mod keys;
mod rows;
mod said;
mod table;
mod types;
mod value;

pub use change::{Undone, change_types};
pub use said::{ChangeType, Properties, Said, dbms, together};
