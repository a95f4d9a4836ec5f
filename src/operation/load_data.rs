use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::update::key_to_keep_by;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Name;
use crate::model::{Change, Kept, KeptWhat, LoadSource, Table};

/// Puts the rows of a CSV file into a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadData {
    pub table: TableRef,
    /// The file, relative to this one. Its first line names the columns, unless `columns` does.
    pub file: String,
    #[serde(default, skip_serializing_if = "Format::is_csv")]
    pub format: Format,
    /// The columns that the fields go to, in order: then the file has no line of names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// What stands between two fields (default: a comma).
    #[serde(default = "comma", skip_serializing_if = "is_comma")]
    pub delimiter: char,
    /// A text that stands for NULL. An empty field is NULL in any case, unless it is quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null: Option<String>,
    /// Note the keys of the rows that it puts in, in the same database, so that the way back finds them without the file.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

/// How the rows are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 4180, in UTF-8.
    #[default]
    Csv,
}

impl Format {
    fn is_csv(&self) -> bool {
        *self == Format::Csv
    }
}

fn comma() -> char {
    ','
}

fn is_comma(delimiter: &char) -> bool {
    *delimiter == ','
}

impl Resolve for LoadData {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(file) = context.files.get(&self.file).cloned() else {
            // A file that could not be read has been told of already.
            return Vec::new();
        };
        let names = match (self.columns.is_empty(), &file.header) {
            (false, _) => context.columns(&table, &self.columns, "columns"),
            (true, Some(header)) => self.columns_of_header(context, &table, header),
            (true, None) => {
                context.problem(Problem::error("no-header", format!("`{}` is empty", self.file)).at("file"));
                None
            }
        };
        let Some(columns) = names else {
            return Vec::new();
        };
        super::insert::check_complete(context, &table, &columns, "file");
        let key = context.row_key(&table, &columns, &[]);
        let kept_by = self.keep.then(|| key_to_keep_by(context, &table)).flatten();
        let load = Change::LoadRows {
            table: table.name.clone(),
            source: LoadSource {
                path: file.path,
                sha256: file.sha256,
                columns,
                header: self.columns.is_empty(),
                delimiter: self.delimiter,
                null: self.null.clone(),
                key,
                format: crate::model::LoadFormat::Csv,
                fields: Vec::new(),
            },
            kept: kept_by.is_some(),
        };
        let Some(key) = kept_by else {
            return vec![load];
        };
        let store = context.catalog.name_for_kept(&table.name);
        let keys = |made| Change::SetAside {
            kept: Kept {
                store: store.clone(),
                table: table.name.clone(),
                what: KeptWhat::Keys { key: key.clone(), made },
            },
        };
        vec![keys(false), load, keys(true)]
    }
}

impl LoadData {
    fn columns_of_header(&self, context: &mut Context<'_>, table: &Table, header: &[String]) -> Option<Vec<Name>> {
        let mut columns = Vec::new();
        for name in header {
            let before = context.problems.len();
            let Some(column) = context.column(table, name, "file") else {
                let note = format!("the first line of `{}` names it", self.file);
                let told = context.problems.drain(before..).collect::<Vec<_>>();
                context
                    .problems
                    .extend(told.into_iter().map(|problem| problem.note(note.clone())));
                return None;
            };
            if columns.contains(&column.name) {
                let message = format!("`{}` names the column `{name}` twice", self.file);
                context.problem(Problem::error("duplicate-column", message).at("file"));
                return None;
            }
            columns.push(column.name);
        }
        Some(columns)
    }
}
