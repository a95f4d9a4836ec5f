//! Liquibase changelogs: read in each of their formats, and turned into changelogs of driftless.

mod element;

pub use element::{Attribute, Element, Text};
