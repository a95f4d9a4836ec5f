//! What databases differ in: facts read from `dialects/*.yaml`, targets, names, and the tokens of SQL.

mod cursor;
mod facts;
mod hole;
mod lexer;
mod name;
mod place;
mod rename;
mod splitter;
mod target;
mod unquoted;
mod version;
mod version_range;

pub use cursor::{Cursor, trimmed};
pub use facts::{Facts, Family, Feature, NameCase, TypeForm, Unit, UnquotedCase};
pub use hole::{Hole, filled, hole, holes, mark_of_holes, shown};
pub use lexer::{Token, TokenKind, called, calls, casts_to, mentions, tokens, words};
pub use name::{Name, NameParts, ObjectName, generated_name};
pub use rename::{ColumnRename, declares, may_show, rename_in, rename_table_in, uses, uses_alone, without_qualifier};
pub use splitter::{Piece, split};
pub use target::Target;
pub use unquoted::{as_written, folded, reading_unquoted};
pub use version::Version;
pub use version_range::VersionRange;

use std::sync::LazyLock;

/// Every dialect: its name and its facts. A dialect of a known family is one more line here.
const SOURCES: [(&str, &str); 4] = [
    ("sqlite", include_str!("../../dialects/sqlite.yaml")),
    ("postgres", include_str!("../../dialects/postgres.yaml")),
    ("mysql", include_str!("../../dialects/mysql.yaml")),
    ("mariadb", include_str!("../../dialects/mariadb.yaml")),
];

static LOADED: LazyLock<Vec<Facts>> = LazyLock::new(|| facts::load_all(&SOURCES));

/// One of the known databases.
#[derive(Clone, Copy)]
pub struct Dialect(&'static Facts);

impl Dialect {
    /// A dialect by its name (`postgres`; also the names people use for it, `postgresql`, `sqlite3`).
    pub fn named(name: &str) -> Option<Dialect> {
        let name = match name.to_ascii_lowercase().as_str() {
            "postgresql" | "pg" => "postgres".to_string(),
            "sqlite3" => "sqlite".to_string(),
            other => other.to_string(),
        };
        LOADED.iter().find(|facts| facts.name == name).map(Dialect)
    }

    /// All dialects, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Dialect> {
        LOADED.iter().map(Dialect)
    }

    pub fn facts(self) -> &'static Facts {
        self.0
    }

    pub fn name(self) -> &'static str {
        &self.0.name
    }

    pub fn family(self) -> Family {
        self.0.family
    }

    /// This dialect, the one it extends, and so on: the order in which a map by dialect is asked.
    pub fn lineage(self) -> impl Iterator<Item = &'static str> {
        let mut next = Some(self.0);
        std::iter::from_fn(move || {
            let facts = next?;
            next = facts
                .extends
                .as_deref()
                .and_then(|parent| LOADED.iter().find(|known| known.name == parent));
            Some(facts.name.as_str())
        })
    }

    /// A name as this dialect quotes it. Always quoted, so that a name can carry no SQL.
    pub fn quote(self, name: &str) -> String {
        let quote = self.0.identifier.quote;
        let doubled = name.replace(quote, &format!("{quote}{quote}"));
        format!("{quote}{doubled}{quote}")
    }

    /// A name that SQL has as a bare word, or some with points between: a collation, an operator class, a method. Quoted
    /// where it is more than that.
    pub fn word(self, name: &str) -> String {
        let is_plain = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match name.split('.').all(is_plain) {
            true => name.to_string(),
            false => self.quote(name),
        }
    }

    /// A text literal. Where a secret stands in the text it is known to stand in a literal.
    pub fn string(self, text: &str) -> String {
        format!("'{}'", hole::quoted(&self.escaped(text)))
    }

    /// What stands between the quotes of a text literal; nothing in the text is taken for the place of a secret.
    pub fn escaped(self, text: &str) -> String {
        let doubled = text.replace('\'', "''");
        match self.0.literals.backslash_escapes {
            true => doubled.replace('\\', "\\\\").replace('\0', "\\0"),
            false => doubled,
        }
    }
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Dialect) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Dialect {}

impl std::fmt::Debug for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.name)
    }
}

impl std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_readable() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/dialects");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        files.sort();
        let mut listed: Vec<String> = Dialect::all().map(|dialect| dialect.name().to_string()).collect();
        listed.sort();
        assert_eq!(files, listed);
    }

    #[test]
    fn a_derived_dialect_says_only_what_differs() {
        let mariadb = Dialect::named("mariadb").unwrap();
        assert_eq!(mariadb.lineage().collect::<Vec<_>>(), ["mariadb", "mysql"]);
        assert_eq!(mariadb.facts().identifier.limit, 64);
        assert!(
            !mariadb
                .facts()
                .supports(Feature::TransactionalDdl, mariadb.facts().oldest)
        );
    }

    #[test]
    fn quoting_leaves_no_way_out() {
        assert_eq!(Dialect::named("postgres").unwrap().quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(Dialect::named("mysql").unwrap().quote("a`b"), "`a``b`");
        assert_eq!(Dialect::named("mysql").unwrap().string("a\\'b"), "'a\\\\''b'");
        assert_eq!(Dialect::named("mysql").unwrap().string("a\0b"), "'a\\0b'");
        let postgres = Dialect::named("postgres").unwrap();
        assert_eq!(postgres.word("public.gin_trgm_ops"), "public.gin_trgm_ops");
        assert_eq!(postgres.word("a; --"), "\"a; --\"");
        assert_eq!(postgres.word(""), "\"\"");
    }
}
