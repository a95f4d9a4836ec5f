//! Names of tables, columns and what belongs to them.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::{Facts, NameCase};

/// A name of the database, as written; never empty, never with a NUL in it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

impl Name {
    /// A name that is known to be one, such as an engine's answer.
    pub fn new(text: impl AsRef<str>) -> Name {
        Name(text.as_ref().into())
    }

    /// A name as an author writes it, within [`reading_unquoted`](super::reading_unquoted) as a database takes it.
    pub fn read(text: impl AsRef<str>) -> Name {
        Name::new(super::unquoted::read(text.as_ref()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are one name where case counts so.
    pub fn same(&self, other: &str, case: NameCase) -> bool {
        match case {
            NameCase::Exact => self.as_str() == other,
            NameCase::Ignored => self.as_str().eq_ignore_ascii_case(other),
        }
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match text.is_empty() || text.contains('\0') {
            true => Err(serde::de::Error::custom("a name must not be empty nor hold a NUL")),
            false => Ok(Name::read(text)),
        }
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// The name of a table or view, with its schema where it is not the target's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectName {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    pub name: Name,
}

impl ObjectName {
    pub fn plain(name: impl AsRef<str>) -> ObjectName {
        ObjectName {
            schema: None,
            name: Name::new(name),
        }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// What a generated name is made of.
pub struct NameParts<'a> {
    /// `pk`, `uq`, `fk`, `ck` or `ix`.
    pub kind: &'a str,
    pub table: &'a str,
    pub columns: &'a [&'a str],
}

/// The name of an object that the author gave none: kind, table and columns joined by `_`, cut to the dialect's
/// limit with eight hex digits of a hash of the whole. It never changes from version to version.
pub fn generated_name(facts: &Facts, parts: &NameParts<'_>) -> Name {
    let mut whole = format!("{}_{}", parts.kind, parts.table);
    for column in parts.columns {
        whole.push('_');
        whole.push_str(column);
    }
    if facts.fits(&whole) {
        return Name::new(whole);
    }
    let digest = Sha256::digest(whole.as_bytes());
    let hash: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    Name::new(format!("{}_{hash}", facts.cut(&whole, 9)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn a_long_name_is_cut_to_the_limit_with_a_hash() {
        let facts = Dialect::named("postgres").unwrap().facts();
        let long = "x".repeat(70);
        let name = generated_name(
            facts,
            &NameParts {
                kind: "ix",
                table: &long,
                columns: &["a"],
            },
        );
        assert_eq!(name.len(), 63);
        let other = generated_name(
            facts,
            &NameParts {
                kind: "ix",
                table: &long,
                columns: &["b"],
            },
        );
        assert_ne!(name, other);
        let short = generated_name(
            facts,
            &NameParts {
                kind: "ix",
                table: "t",
                columns: &["a", "b"],
            },
        );
        assert_eq!(&*short, "ix_t_a_b");
    }
}
