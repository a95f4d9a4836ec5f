//! driftless: database schema migrations as data.
//!
//! Each module uses only those above it in this list (a test reads the imports and enforces it).

pub mod changelog;
pub mod cli;
pub mod database;
pub mod diagnostic;
pub mod dialect;
pub mod document;
pub mod executor;
pub mod liquibase;
pub mod model;
pub mod operation;
pub mod plan;
pub mod render;
