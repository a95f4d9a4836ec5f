//! Liquibase changelogs: read in each of their formats, and turned into changelogs of driftless.

mod element;
pub mod types;

pub use element::{Attribute, Element, Text};
