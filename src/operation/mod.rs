//! What authors write: one file for each operation, each resolved against the catalog into changes.

mod add_column;
mod add_enum_value;
mod alter_column;
mod alter_sequence;
mod alteration;
mod assert;
mod by_dialect;
mod context;
mod create_check_constraint;
mod create_domain;
mod create_enum;
mod create_exclusion_constraint;
mod create_extension;
mod create_foreign_key;
mod create_function;
mod create_index;
mod create_materialized_view;
mod create_policy;
mod create_primary_key;
mod create_procedure;
mod create_schema;
mod create_sequence;
mod create_table;
mod create_table_as;
mod create_trigger;
mod create_unique_constraint;
mod create_view;
mod delete;
mod dependents;
mod drop_column;
mod drop_constraint;
mod drop_default;
mod drop_domain;
mod drop_enum;
mod drop_extension;
mod drop_foreign_key;
mod drop_function;
mod drop_index;
mod drop_materialized_view;
mod drop_not_null;
mod drop_policy;
mod drop_procedure;
mod drop_schema;
mod drop_sequence;
mod drop_table;
mod drop_trigger;
mod drop_view;
mod enum_check;
mod enum_values;
mod expression_check;
mod given_text;
mod grant;
mod granted;
mod insert;
mod known_object;
mod load_data;
mod merge_columns;
mod moved_values;
mod names;
mod objects;
mod one_or_many;
mod only;
mod print;
mod query_check;
mod raw;
mod reference;
mod refresh_materialized_view;
mod rename_column;
mod rename_constraint;
mod rename_enum_value;
mod rename_index;
mod rename_sequence;
mod rename_table;
mod renamed;
mod revoke;
mod routine;
mod routine_check;
mod set_column_comment;
mod set_comment;
mod set_default;
mod set_identity;
mod set_not_null;
mod set_row_security;
mod set_table_comment;
mod specification;
mod split_column;
mod sql;
mod sql_file;
mod table_options;
mod text_users;
mod trigger_check;
mod truncate;
mod type_check;
mod uncertain;
mod unload_data;
mod unnamed;
mod update;
mod upsert;
mod validate_constraint;
mod width_check;
mod writing;

pub use add_column::AddColumn;
pub use add_enum_value::AddEnumValue;
pub use alter_column::AlterColumn;
pub use alter_sequence::AlterSequence;
pub use assert::Assert;
pub use by_dialect::{ByDialect, DIALECT_KEYS, applies};
pub use context::{Context, NamedFile, looks_like_call};
pub use create_check_constraint::CreateCheckConstraint;
pub use create_domain::CreateDomain;
pub use create_enum::CreateEnum;
pub use create_exclusion_constraint::CreateExclusionConstraint;
pub use create_extension::CreateExtension;
pub use create_foreign_key::CreateForeignKey;
pub use create_function::CreateFunction;
pub use create_index::CreateIndex;
pub use create_materialized_view::CreateMaterializedView;
pub use create_policy::CreatePolicy;
pub use create_primary_key::CreatePrimaryKey;
pub use create_procedure::CreateProcedure;
pub use create_schema::CreateSchema;
pub use create_sequence::CreateSequence;
pub use create_table::CreateTable;
pub use create_table_as::CreateTableAs;
pub use create_trigger::CreateTrigger;
pub use create_unique_constraint::CreateUniqueConstraint;
pub use create_view::CreateView;
pub use delete::Delete;
pub use drop_column::DropColumn;
pub use drop_constraint::DropConstraint;
pub use drop_default::DropDefault;
pub use drop_domain::DropDomain;
pub use drop_enum::DropEnum;
pub use drop_extension::DropExtension;
pub use drop_foreign_key::DropForeignKey;
pub use drop_function::DropFunction;
pub use drop_index::DropIndex;
pub use drop_materialized_view::DropMaterializedView;
pub use drop_not_null::DropNotNull;
pub use drop_policy::DropPolicy;
pub use drop_procedure::DropProcedure;
pub use drop_schema::DropSchema;
pub use drop_sequence::DropSequence;
pub use drop_table::DropTable;
pub use drop_trigger::DropTrigger;
pub use drop_view::DropView;
pub use grant::Grant;
pub use insert::Insert;
pub use load_data::LoadData;
pub use merge_columns::MergeColumns;
pub use names::Names;
pub use one_or_many::OneOrMany;
pub use only::{DialectChoice, Only};
pub use print::Print;
pub use refresh_materialized_view::RefreshMaterializedView;
pub use rename_column::RenameColumn;
pub use rename_constraint::RenameConstraint;
pub use rename_enum_value::RenameEnumValue;
pub use rename_index::RenameIndex;
pub use rename_sequence::RenameSequence;
pub use rename_table::RenameTable;
pub use revoke::Revoke;
pub use set_column_comment::SetColumnComment;
pub use set_comment::SetComment;
pub use set_default::SetDefault;
pub use set_identity::SetIdentity;
pub use set_not_null::SetNotNull;
pub use set_row_security::SetRowSecurity;
pub use set_table_comment::SetTableComment;
pub use specification::{ColumnSpec, ReferencesSpec, TableRef, TypeSpec};
pub use split_column::{SplitColumn, SplitPart};
pub use sql::{Sql, UNKNOWN_EFFECTS};
pub use sql_file::SqlFile;
pub use truncate::Truncate;
pub use uncertain::Uncertain;
pub use unload_data::UnloadData;
pub use update::Update;
pub use upsert::Upsert;
pub use validate_constraint::ValidateConstraint;
pub use writing::{Between, Fills, Renames, Thing, Unwritable, operations_between, operations_for, renamed, things_of};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Problem;
use crate::dialect::ObjectName;
use crate::model::{Change, Value};

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

        /// The page of each operation, by its key: Markdown, with its SQL on every dialect.
        pub const PAGES: &[(&str, &str)] = &[
            $((stringify!($key), include_str!(concat!("../../tests/operations/", stringify!($key), ".md"))),)*
        ];

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
    create_table_as CreateTableAs,
    drop_table DropTable,
    rename_table RenameTable,
    add_column AddColumn,
    drop_column DropColumn,
    rename_column RenameColumn,
    alter_column AlterColumn,
    merge_columns MergeColumns,
    split_column SplitColumn,
    set_not_null SetNotNull,
    drop_not_null DropNotNull,
    set_default SetDefault,
    drop_default DropDefault,
    set_column_comment SetColumnComment,
    set_table_comment SetTableComment,
    set_identity SetIdentity,
    create_primary_key CreatePrimaryKey,
    create_unique_constraint CreateUniqueConstraint,
    create_exclusion_constraint CreateExclusionConstraint,
    create_foreign_key CreateForeignKey,
    create_check_constraint CreateCheckConstraint,
    drop_constraint DropConstraint,
    drop_foreign_key DropForeignKey,
    rename_constraint RenameConstraint,
    validate_constraint ValidateConstraint,
    create_index CreateIndex,
    drop_index DropIndex,
    rename_index RenameIndex,
    create_view CreateView,
    drop_view DropView,
    create_materialized_view CreateMaterializedView,
    refresh_materialized_view RefreshMaterializedView,
    drop_materialized_view DropMaterializedView,
    create_enum CreateEnum,
    add_enum_value AddEnumValue,
    rename_enum_value RenameEnumValue,
    drop_enum DropEnum,
    create_domain CreateDomain,
    drop_domain DropDomain,
    create_sequence CreateSequence,
    alter_sequence AlterSequence,
    rename_sequence RenameSequence,
    drop_sequence DropSequence,
    create_function CreateFunction,
    drop_function DropFunction,
    create_procedure CreateProcedure,
    drop_procedure DropProcedure,
    create_trigger CreateTrigger,
    drop_trigger DropTrigger,
    set_comment SetComment,
    create_policy CreatePolicy,
    drop_policy DropPolicy,
    set_row_security SetRowSecurity,
    grant Grant,
    revoke Revoke,
    create_schema CreateSchema,
    drop_schema DropSchema,
    create_extension CreateExtension,
    drop_extension DropExtension,
    insert Insert,
    update Update,
    upsert Upsert,
    delete Delete,
    truncate Truncate,
    load_data LoadData,
    unload_data UnloadData,
    assert Assert,
    print Print,
    sql Sql,
    sql_file SqlFile,
    only Only,
}

/// The page of an operation.
pub fn page(key: &str) -> Option<&'static str> {
    let found = PAGES.iter().find(|(known, _)| *known == key);
    found.map(|(_, page)| *page)
}

impl Operation {
    /// The files it names, as written, each with the path of the key that names it.
    pub fn files(&self) -> Vec<(&str, String)> {
        match self {
            Operation::CreateView(view) => named_file(&view.file),
            Operation::CreateMaterializedView(view) => named_file(&view.file),
            Operation::CreateFunction(function) => named_file(&function.file),
            Operation::CreateProcedure(procedure) => named_file(&procedure.file),
            Operation::CreateTrigger(trigger) => named_file(&trigger.file),
            Operation::LoadData(load) => vec![(load.file.as_str(), "file".to_string())],
            Operation::Sql(sql) => files_below("effects", sql.effects.as_deref(), Operation::files),
            Operation::SqlFile(file) => {
                let mut files = vec![(file.path.as_str(), "path".to_string())];
                files.extend(files_below("effects", file.effects.as_deref(), Operation::files));
                files
            }
            Operation::Only(only) => files_below("operations", Some(&only.operations), Operation::files),
            _ => Vec::new(),
        }
    }

    /// The files it writes, likewise.
    pub fn written_files(&self) -> Vec<(&str, String)> {
        match self {
            Operation::UnloadData(unload) => vec![(unload.file.as_str(), "file".to_string())],
            Operation::Only(only) => files_below("operations", Some(&only.operations), Operation::written_files),
            _ => Vec::new(),
        }
    }
}

fn named_file(file: &Option<String>) -> Vec<(&str, String)> {
    let file = file.iter();
    file.map(|file| (file.as_str(), "file".to_string())).collect()
}

/// The files of operations that stand under a key of another one.
fn files_below<'a>(
    key: &str,
    operations: Option<&'a [Operation]>,
    files_of: impl Fn(&'a Operation) -> Vec<(&'a str, String)>,
) -> Vec<(&'a str, String)> {
    let mut files = Vec::new();
    for (at, operation) in operations.into_iter().flatten().enumerate() {
        let own = files_of(operation).into_iter();
        files.extend(own.map(|(file, path)| (file, format!("{key}/{at}/{}/{path}", operation.key()))));
    }
    files
}

/// For serde: a map of the author's in the order of its keys, so that their order does not count in a checksum.
pub(crate) fn in_order<K: Serialize + Ord, V: Serialize, S: serde::Serializer>(
    map: &indexmap::IndexMap<K, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<(&K, &V)> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    serializer.collect_map(entries)
}

/// Resolves the operations under a key of another one, each on what the one before leaves: their changes, each with the
/// path of the key that means it.
fn in_turn(context: &mut Context<'_>, operations: &[Operation], key: &str) -> Vec<(Change, String)> {
    if operations.is_empty() {
        return Vec::new();
    }
    let mut catalog = context.catalog.clone();
    let mut all = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let own = format!("{key}/{at}/{}", operation.key());
        let mut inner = Context::new(&catalog, context.files, std::mem::take(&mut context.uncertain));
        inner.names = context.names;
        let changes = inner.resolved(operation);
        context.uncertain = inner.uncertain;
        let failed = inner.problems.iter().any(|problem| problem.diagnostic.is_error());
        for mut problem in inner.problems {
            problem.place.path = format!("{own}/{}", problem.place.path);
            context.problem(problem);
        }
        let mut places = inner.places.into_iter().map(|place| format!("{own}/{place}"));
        for change in changes {
            let place = places.next().unwrap_or_else(|| own.clone());
            match catalog.apply(&change) {
                Ok(()) => all.push((change, place)),
                Err(why) if !failed => {
                    let mut problem = out_of_step(&change, &why).at(place);
                    problem.place.at_key = true;
                    context.problem(problem);
                }
                // What was wrong has been told.
                Err(_) => {}
            }
        }
    }
    all
}

/// Tells of a text that is not one query; of tables in it that are almost called like known ones.
pub fn check_query(context: &mut Context<'_>, given: &ByDialect<String>, key: &str) {
    let dialect = context.dialect();
    match given.pick(dialect) {
        Some(text) if text.trim().is_empty() => {
            context.problem(Problem::error("no-query", "the query is empty").at(given.path(key, dialect)));
        }
        Some(text) => {
            query_check::is_query(context, text, Some(given), key);
        }
        None if given.speaks_of(dialect) => {}
        None => {
            let message = format!("no query is given for {}", dialect.facts().title);
            context.problem(Problem::error("missing-dialect", message).at(key));
        }
    }
}

/// The known name that is nearest to one that is not, as it is written.
pub fn nearest_name(name: &ObjectName, known: &[ObjectName]) -> Option<String> {
    known_object::meant(name, known)
}

/// A change that the schema is not ready for.
pub(crate) fn out_of_step(change: &Change, why: &str) -> Problem {
    Problem::error("out-of-step", format!("cannot {}: {why}", change.summary()))
}

/// For serde: whether a flag is at its default and left out.
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

pub(crate) fn is_true(flag: &bool) -> bool {
    *flag
}

/// A value that is said, be it NULL.
pub(crate) fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
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
