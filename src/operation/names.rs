//! How the names of a changeset are taken: as written, or as the database itself would take and make them.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, Name, folded, reading_unquoted};
use crate::document::{self, DecodeError, Node};

/// `as_written`: every name is meant as it stands, and what has none gets one of driftless. `native`: names are taken as
/// the database takes them without quotes, unless they need some, and what has none gets the name that the database would
/// give. `native_quoted`: names as they stand, the others from the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    #[default]
    AsWritten,
    Native,
    NativeQuoted,
}

impl Names {
    /// The word that is written for it, where it is not what holds where nothing is said.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Names::AsWritten => None,
            Names::Native => Some("native"),
            Names::NativeQuoted => Some("native_quoted"),
        }
    }

    /// Whether what has no name gets one of the database.
    pub fn are_of_engine(self) -> bool {
        self != Names::AsWritten
    }

    /// Whether a dialect may take a name for another one than is written.
    pub fn may_fold(self, dialect: Dialect) -> bool {
        self == Names::Native && !matches!(folded(dialect, "A"), Cow::Borrowed(_))
    }

    /// A name that stands in a text of no changelog, such as the first line of a file.
    pub fn read(self, name: &str, dialect: Dialect) -> Name {
        match self.may_fold(dialect) {
            true => Name::new(folded(dialect, name)),
            false => Name::new(name),
        }
    }

    /// Reads a typed value from a tree, with the names that a dialect takes it to say.
    pub fn decode<T: DeserializeOwned>(self, node: &Node, dialect: Dialect) -> Result<T, DecodeError> {
        match self.may_fold(dialect) {
            true => reading_unquoted(dialect, || document::decode(node)),
            false => document::decode(node),
        }
    }

    /// A tree whose keys are the names that a dialect takes them for: where what was decoded from it is found again.
    pub fn tree(self, node: Node, dialect: Dialect) -> Node {
        match self.may_fold(dialect) {
            true => node.with_keys(&|key| match folded(dialect, key) {
                Cow::Borrowed(_) => None,
                Cow::Owned(name) => Some(name),
            }),
            false => node,
        }
    }
}
