//! driftless: database schema migrations as data.
//!
//! Each module uses only those above it in this list (a test reads the imports and enforces it).

pub mod diagnostic;
pub mod dialect;
pub mod document;
pub mod model;
pub mod render;
pub mod operation;
pub mod changelog;
pub mod plan;
pub mod database;
pub mod executor;
pub mod cli;
