//! Liquibase changelogs: read in each of their formats, and turned into changelogs of driftless; and the other way round.

mod calendar;
mod changelog;
mod changeset;
pub mod checksum;
mod element;
mod export;
mod files;
mod format;
mod formatted_sql;
mod identity;
mod matching;
mod merge;
mod modify_sql;
mod node;
mod plain;
mod precondition;
mod properties;
mod reading;
mod rollback;
mod row;
mod statement_text;
mod statements;
mod tables;
mod timestamp;
mod translate;
mod tree;
pub mod types;
pub mod values;
mod verify;
mod xml;

pub use changelog::{Made, MadeFile, Remark, Translated, translate};
pub use element::{Attribute, Element, Text};
pub use export::{ChangeType, Properties, Said, Undone, change_types, dbms, together};
pub use files::{Files, relative};
pub use format::{Format, is_liquibase, read};
pub use identity::{Identity, Ids};
pub use matching::{Matched, Pair, matched};
pub use reading::{Contexts, Options};
pub use row::{Lock, Ran, Row, held_lock, rows_of};
pub use translate::CHANGES;
pub use verify::Verdict;

/// The code of what cannot be said, and has to be seen to by a person.
pub const LEFT_OVER: &str = "left-over";

/// The code of what makes no difference, or is not done here.
pub const LEFT_OUT: &str = "passed-over";
