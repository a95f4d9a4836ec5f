//! Liquibase changelogs: read in each of their formats, and turned into changelogs of driftless.

mod element;
pub mod types;
mod format;
mod formatted_sql;
mod plain;
mod timestamp;
mod tree;
mod xml;

pub use element::{Attribute, Element, Text};
pub use format::{Format, is_liquibase, read};
