//! What authors write: one file for each operation, each resolved against the catalog into changes.

mod add_column;
mod alter_column;
mod by_dialect;
mod context;
mod create_check_constraint;
mod create_foreign_key;
mod create_index;
mod create_primary_key;
mod create_table;
mod create_unique_constraint;
mod create_view;
mod delete;
mod dependents;
mod drop_column;
mod drop_constraint;
mod drop_foreign_key;
mod drop_index;
mod drop_table;
mod drop_view;
mod insert;
mod load_data;
mod only;
mod raw;
mod rename_column;
mod rename_table;
mod specification;
mod sql;
mod sql_file;
mod update;

pub use add_column::AddColumn;
pub use alter_column::AlterColumn;
pub use by_dialect::{ByDialect, DIALECT_KEYS, applies};
pub use context::{Context, NamedFile, Uncertain};
pub use create_check_constraint::CreateCheckConstraint;
pub use create_foreign_key::CreateForeignKey;
pub use create_index::CreateIndex;
pub use create_primary_key::CreatePrimaryKey;
pub use create_table::CreateTable;
pub use create_unique_constraint::CreateUniqueConstraint;
pub use create_view::CreateView;
pub use delete::Delete;
pub use drop_column::DropColumn;
pub use drop_constraint::DropConstraint;
pub use drop_foreign_key::DropForeignKey;
pub use drop_index::DropIndex;
pub use drop_table::DropTable;
pub use drop_view::DropView;
pub use insert::Insert;
pub use load_data::LoadData;
pub use only::{DialectChoice, Only};
pub use rename_column::RenameColumn;
pub use rename_table::RenameTable;
pub use specification::{ColumnSpec, ReferencesSpec, TableRef, TypeSpec};
pub use sql::Sql;
pub use sql_file::SqlFile;
pub use update::Update;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Change;

/// What every operation can do: become changes, on the schema as it stands.
pub trait Resolve {
    /// The changes that it means. Mistakes go to the context; what can still be meant is returned all the same, so
    /// that one mistake does not bring others about.
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change>;
}

/// The list of operations: the key that is written, and its type.
macro_rules! operations {
    ($($key:ident $type:ident,)*) => {
        /// One operation, written as a map of one key.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub enum Operation {
            $($type($type),)*
        }

        /// The keys of all operations.
        pub const KEYS: &[&str] = &[$(stringify!($key),)*];

        impl Operation {
            pub fn key(&self) -> &'static str {
                match self {
                    $(Operation::$type(_) => stringify!($key),)*
                }
            }
        }

        impl Resolve for Operation {
            fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
                match self {
                    $(Operation::$type(operation) => operation.resolve(context),)*
                }
            }
        }
    };
}

operations! {
    create_table CreateTable,
    drop_table DropTable,
    rename_table RenameTable,
    add_column AddColumn,
    drop_column DropColumn,
    rename_column RenameColumn,
    alter_column AlterColumn,
    create_primary_key CreatePrimaryKey,
    create_unique_constraint CreateUniqueConstraint,
    create_foreign_key CreateForeignKey,
    create_check_constraint CreateCheckConstraint,
    drop_constraint DropConstraint,
    drop_foreign_key DropForeignKey,
    create_index CreateIndex,
    drop_index DropIndex,
    create_view CreateView,
    drop_view DropView,
    insert Insert,
    update Update,
    delete Delete,
    load_data LoadData,
    sql Sql,
    sql_file SqlFile,
    only Only,
}

impl Operation {
    /// The files it names, as written, with the path of the key that names them.
    pub fn files(&self) -> Vec<(&str, &'static str)> {
        match self {
            Operation::CreateView(view) => view.file.iter().map(|file| (file.as_str(), "file")).collect(),
            Operation::LoadData(load) => vec![(load.file.as_str(), "file")],
            Operation::SqlFile(file) => vec![(file.path.as_str(), "path")],
            Operation::Only(only) => only.operations.iter().flat_map(Operation::files).collect(),
            _ => Vec::new(),
        }
    }
}

/// For serde: a map of the author's in the order of its keys, so that their order does not count in a checksum.
pub(crate) fn in_order<V: Serialize, S: serde::Serializer>(
    map: &indexmap::IndexMap<String, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<(&String, &V)> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    serializer.collect_map(entries)
}

/// Resolves the operations under a key of another one, each on what the one before leaves.
fn in_turn(context: &mut Context<'_>, operations: &[Operation], key: &str) -> Vec<Change> {
    if operations.is_empty() {
        return Vec::new();
    }
    let mut catalog = context.catalog.clone();
    let mut all = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let mut inner = Context {
            catalog: &catalog,
            files: context.files,
            uncertain: context.uncertain,
            problems: Vec::new(),
        };
        let changes = operation.resolve(&mut inner);
        for mut problem in inner.problems {
            problem.place.path = format!("{key}/{at}/{}/{}", operation.key(), problem.place.path);
            context.problem(problem);
        }
        // What cannot be applied has been told.
        all.extend(changes.into_iter().filter(|change| catalog.apply(change).is_ok()));
    }
    all
}

/// For serde: whether a flag is at its default and left out.
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

pub(crate) fn is_true(flag: &bool) -> bool {
    *flag
}

pub(crate) fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn every_operation_has_its_file_and_its_page() {
        let root = env!("CARGO_MANIFEST_DIR");
        for key in KEYS {
            assert!(
                std::path::Path::new(&format!("{root}/src/operation/{key}.rs")).exists(),
                "{key}.rs"
            );
            assert!(
                std::path::Path::new(&format!("{root}/tests/operations/{key}.md")).exists(),
                "{key}.md"
            );
        }
        let pages = std::fs::read_dir(format!("{root}/tests/operations")).unwrap();
        for page in pages {
            let name = page.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            assert!(KEYS.contains(&name.as_str()), "{name}.md is the page of no operation");
        }
    }
}
