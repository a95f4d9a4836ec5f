//! The facts of one dialect, as its file in `dialects/` states them.

use indexmap::IndexMap;
use serde::Deserialize;

use super::Version;
use crate::diagnostic::{Sources, nearest};
use crate::document::{self, Entry, Kind, Node};

/// The databases that share a way of writing SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    Sqlite,
    Postgres,
    Mysql,
}

/// How a limit on names is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Bytes,
    Characters,
}

/// Whether two names that differ in case alone are two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameCase {
    Exact,
    Ignored,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    pub quote: char,
    pub limit: usize,
    pub unit: Unit,
    /// Of tables and what stands beside them.
    pub case: NameCase,
    pub column_case: NameCase,
}

/// What becomes of a name that is written without quotes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unquoted {
    pub case: UnquotedCase,
    /// Words that are no name without quotes, in lower case.
    pub reserved: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnquotedCase {
    Kept,
    Lower,
}

/// How a portable type is written, by the number of sizes given with it.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeForm {
    pub bare: String,
    pub one: Option<String>,
    pub two: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literals {
    #[serde(rename = "true")]
    pub true_: String,
    #[serde(rename = "false")]
    pub false_: String,
    pub bytes: String,
    /// Whether a backslash inside a text literal has to be doubled.
    pub backslash_escapes: bool,
}

/// Whether something is there, or since which version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Support {
    No,
    Yes,
    Since(Version),
}

/// What a dialect may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    TransactionalDdl,
    Schemas,
    Comments,
    DeferrableForeignKeys,
    PartialIndexes,
    ExpressionIndexes,
    AlterColumn,
    AddConstraint,
    DefaultExpressions,
    DropCascade,
    CreateOrReplaceRoutine,
    Sequences,
    NullsNotDistinct,
    IndexIfNotExists,
    NullInPrimaryKey,
    InvisibleColumns,
    InvisibleWithoutDefault,
    GrantsToEverybody,
    ArgumentModesOfFunctions,
    OutArgumentsOfProcedures,
    StandardBodies,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supports {
    transactional_ddl: Support,
    schemas: Support,
    comments: Support,
    deferrable_foreign_keys: Support,
    partial_indexes: Support,
    expression_indexes: Support,
    alter_column: Support,
    add_constraint: Support,
    default_expressions: Support,
    drop_cascade: Support,
    create_or_replace_routine: Support,
    sequences: Support,
    nulls_not_distinct: Support,
    index_if_not_exists: Support,
    null_in_primary_key: Support,
    invisible_columns: Support,
    invisible_without_default: Support,
    grants_to_everybody: Support,
    argument_modes_of_functions: Support,
    out_arguments_of_procedures: Support,
    standard_bodies: Support,
}

/// One dialect's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub name: String,
    #[serde(default)]
    pub extends: Option<String>,
    pub title: String,
    pub family: Family,
    pub oldest: Version,
    pub identifier: Identifier,
    pub unquoted: Unquoted,
    /// Portable name → native form; `None`: this dialect has no such type.
    pub types: IndexMap<String, Option<TypeForm>>,
    /// The greatest size of portable types that have one here.
    pub size_limits: IndexMap<String, u32>,
    /// Native name → the native name that the normal form uses.
    pub synonyms: IndexMap<String, String>,
    pub functions: IndexMap<String, String>,
    pub literals: Literals,
    /// What extensions bring that definitions name, by the extension.
    pub extensions: IndexMap<String, Vec<String>>,
    /// What may be granted, by the kind of object that it is on.
    privileges: IndexMap<String, IndexMap<String, Support>>,
    supports: Supports,
}

impl Facts {
    pub fn supports(&self, feature: Feature, version: Version) -> bool {
        let support = match feature {
            Feature::TransactionalDdl => self.supports.transactional_ddl,
            Feature::Schemas => self.supports.schemas,
            Feature::Comments => self.supports.comments,
            Feature::DeferrableForeignKeys => self.supports.deferrable_foreign_keys,
            Feature::PartialIndexes => self.supports.partial_indexes,
            Feature::ExpressionIndexes => self.supports.expression_indexes,
            Feature::AlterColumn => self.supports.alter_column,
            Feature::AddConstraint => self.supports.add_constraint,
            Feature::DefaultExpressions => self.supports.default_expressions,
            Feature::DropCascade => self.supports.drop_cascade,
            Feature::CreateOrReplaceRoutine => self.supports.create_or_replace_routine,
            Feature::Sequences => self.supports.sequences,
            Feature::NullsNotDistinct => self.supports.nulls_not_distinct,
            Feature::IndexIfNotExists => self.supports.index_if_not_exists,
            Feature::NullInPrimaryKey => self.supports.null_in_primary_key,
            Feature::InvisibleColumns => self.supports.invisible_columns,
            Feature::InvisibleWithoutDefault => self.supports.invisible_without_default,
            Feature::GrantsToEverybody => self.supports.grants_to_everybody,
            Feature::ArgumentModesOfFunctions => self.supports.argument_modes_of_functions,
            Feature::OutArgumentsOfProcedures => self.supports.out_arguments_of_procedures,
            Feature::StandardBodies => self.supports.standard_bodies,
        };
        support.holds(version)
    }

    /// The privileges that there are on `table`, `column`, `sequence`, `schema`, `function`, `procedure` or `type`.
    pub fn privileges(&self, kind: &str, version: Version) -> Vec<&str> {
        let known = self.privileges.get(kind).into_iter().flatten();
        let there = known.filter(|(_, support)| support.holds(version));
        there.map(|(privilege, _)| privilege.as_str()).collect()
    }

    /// Whether a name is short enough.
    pub fn fits(&self, name: &str) -> bool {
        self.length(name) <= self.identifier.limit
    }

    fn length(&self, name: &str) -> usize {
        match self.identifier.unit {
            Unit::Bytes => name.len(),
            Unit::Characters => name.chars().count(),
        }
    }

    /// The longest beginning of a name that leaves room for so many more.
    pub fn cut<'a>(&self, name: &'a str, room: usize) -> &'a str {
        let mut end = 0;
        for (at, character) in name.char_indices() {
            let next = at + character.len_utf8();
            if self.length(&name[..next]) + room > self.identifier.limit {
                break;
            }
            end = next;
        }
        &name[..end]
    }

    /// The portable type nearest to an unknown one.
    pub fn nearest_type(&self, name: &str) -> Option<&str> {
        nearest(name, self.types.keys().map(String::as_str))
    }
}

impl Support {
    fn holds(self, version: Version) -> bool {
        match self {
            Support::No => false,
            Support::Yes => true,
            Support::Since(first) => version >= first,
        }
    }
}

impl<'de> Deserialize<'de> for Support {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Support, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Flag(bool),
            Since(String),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Flag(true) => Support::Yes,
            Form::Flag(false) => Support::No,
            Form::Since(text) => Support::Since(text.parse().map_err(serde::de::Error::custom)?),
        })
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for TypeForm {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<TypeForm, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(String),
            Sized {
                bare: String,
                one: Option<String>,
                two: Option<String>,
            },
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::One(bare) => TypeForm {
                bare,
                one: None,
                two: None,
            },
            Form::Sized { bare, one, two } => TypeForm { bare, one, two },
        })
    }
}

/// Reads the embedded files; a derived dialect is its parent's tree with its own entries laid over it.
pub(super) fn load_all(files: &[(&str, &str)]) -> Vec<Facts> {
    let trees: Vec<Node> = files.iter().map(|(name, text)| tree(name, text)).collect();
    trees
        .iter()
        .map(|node| {
            let parent = node.get("extends").and_then(Node::as_str);
            let parent = parent.map(|parent| {
                let at = files.iter().position(|(name, _)| *name == parent);
                &trees[at.expect("an embedded dialect extends a known one")]
            });
            let whole = parent.map_or_else(|| node.clone(), |parent| overlay(parent, node));
            document::decode(&whole).expect("the embedded dialect files are read by a test")
        })
        .collect()
}

fn tree(name: &str, text: &str) -> Node {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    document::parse(id, &sources, document::Limits::default()).expect("the embedded dialect files are read by a test")
}

fn overlay(base: &Node, over: &Node) -> Node {
    let Kind::Map(above) = &over.kind else {
        return over.clone();
    };
    let Kind::Map(below) = &base.kind else {
        return over.clone();
    };
    let mut entries: Vec<Entry> = below.clone();
    for entry in above {
        match entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => known.value = overlay(&known.value, &entry.value),
            None => entries.push(entry.clone()),
        }
    }
    Node {
        span: over.span,
        kind: Kind::Map(entries),
    }
}
