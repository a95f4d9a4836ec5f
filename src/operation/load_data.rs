use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::update::key_to_keep_by;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Name, ObjectName};
use crate::model::{Change, Kept, KeptWhat, LoadFormat, LoadSource, Table};

/// Puts the rows of a file into a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadData {
    pub table: TableRef,
    /// The file, relative to this one.
    pub file: String,
    /// How it is written (default: `json_lines` where its name ends in `.jsonl` or `.ndjson`, else `csv`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LoadFormat")]
    pub format: Option<LoadFormat>,
    /// The columns that the fields go to. In CSV a list gives them in order, and the file then has no line of names.
    #[serde(default, skip_serializing_if = "Columns::is_empty")]
    pub columns: Columns,
    /// What stands between two fields of CSV (default: a comma).
    #[serde(default = "comma", skip_serializing_if = "is_comma")]
    pub delimiter: char,
    /// A text that stands for NULL in CSV. An empty field is NULL in any case, unless it is quoted.
    #[serde(default, deserialize_with = "word_for_null", skip_serializing_if = "Option::is_none")]
    pub null: Option<String>,
    /// Note the keys of the rows that it puts in, in the same database, so that the way back finds them without the file.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

/// The columns of a table that are in a file: a list, or a map of column and the name of its field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a list of columns, or a map of column and field")]
pub enum Columns {
    List(Vec<Name>),
    #[serde(serialize_with = "super::in_order")]
    Map(IndexMap<Name, String>),
}

impl Default for Columns {
    fn default() -> Columns {
        Columns::List(Vec::new())
    }
}

impl Columns {
    fn is_empty(&self) -> bool {
        *self == Columns::default()
    }
}

/// In YAML the word NULL is not a text, unless it is quoted.
fn word_for_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    let message = "expected a text: write it in quotes, `\"NULL\"`";
    word.map(Some).ok_or_else(|| serde::de::Error::custom(message))
}

/// The format that the name of a file speaks for.
pub(super) fn format_of(file: &str) -> LoadFormat {
    let file = file.to_ascii_lowercase();
    match file.ends_with(".jsonl") || file.ends_with(".ndjson") {
        true => LoadFormat::JsonLines,
        false => LoadFormat::Csv,
    }
}

pub(super) fn comma() -> char {
    ','
}

pub(super) fn is_comma(delimiter: &char) -> bool {
    *delimiter == ','
}

impl LoadData {
    /// A file of CSV with a line of names.
    pub fn of(table: ObjectName, file: String) -> LoadData {
        LoadData {
            table: TableRef(table),
            file,
            format: None,
            columns: Columns::default(),
            delimiter: comma(),
            null: None,
            keep: false,
        }
    }
}

impl Resolve for LoadData {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let format = self.format();
        if format == LoadFormat::JsonLines && self.null.is_some() {
            let problem = Problem::error("not-in-format", "`null` is of CSV: JSON has a `null` of its own");
            context.problem(problem.at("null"));
        }
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(file) = context.files.get(&self.file).cloned() else {
            // A file that could not be read has been told of already.
            return Vec::new();
        };
        let is_positional =
            format == LoadFormat::Csv && matches!(&self.columns, Columns::List(list) if !list.is_empty());
        let found = match (&self.columns, &file.header) {
            (Columns::List(list), _) if !list.is_empty() => {
                let columns = context.columns(&table, list, "columns");
                columns.map(|columns| (columns, list.iter().map(Name::to_string).collect()))
            }
            (_, None) => {
                context.problem(Problem::error("no-header", format!("`{}` is empty", self.file)).at("file"));
                None
            }
            (Columns::List(_), Some(header)) => self
                .columns_of_header(context, &table, header)
                .map(|columns| (columns, header.clone())),
            (Columns::Map(map), Some(header)) => self
                .columns_of_map(context, &table, map, header)
                .map(|columns| (columns, header.clone())),
        };
        let Some((columns, fields)) = found else {
            return Vec::new();
        };
        super::insert::check_complete(context, &table, &columns, "file");
        let key = context.row_key(&table, &columns, &[]);
        let is_named = columns.iter().zip(&fields).any(|(column, field)| **column != **field);
        let kept_by = self.keep.then(|| key_to_keep_by(context, &table)).flatten();
        let load = Change::LoadRows {
            table: table.name.clone(),
            source: LoadSource {
                path: file.path,
                sha256: file.sha256,
                columns,
                header: format == LoadFormat::Csv && !is_positional,
                delimiter: self.delimiter,
                null: self.null.clone(),
                key,
                format,
                fields: match format == LoadFormat::JsonLines && is_named {
                    true => fields,
                    false => Vec::new(),
                },
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
    pub fn format(&self) -> LoadFormat {
        self.format.unwrap_or_else(|| format_of(&self.file))
    }

    /// The columns that a map gives to the fields of the file, in their order: all of them, and each once.
    fn columns_of_map(
        &self,
        context: &mut Context<'_>,
        table: &Table,
        map: &IndexMap<Name, String>,
        header: &[String],
    ) -> Option<Vec<Name>> {
        let before = context.problems.len();
        for (column, field) in map {
            let path = format!("columns/{column}");
            let told = context.problems.len();
            context.column(table, column, path.as_str());
            for problem in &mut context.problems[told..] {
                problem.place.at_key = true;
            }
            if !header.contains(field) {
                let message = format!("`{}` has no field `{field}`", self.file);
                let nearest = crate::diagnostic::nearest(field, header.iter().map(String::as_str));
                context.problem(Problem::error("unknown-field", message).did_you_mean(nearest).at(path));
            } else if map.values().filter(|other| *other == field).count() > 1 {
                let message = format!("the field `{field}` is given to several columns");
                context.problem(Problem::error("duplicate-field", message).at(path));
            }
        }
        let mut columns = Vec::new();
        for field in header {
            match map.iter().find(|(_, given)| *given == field) {
                Some((column, _)) => columns.extend(table.column(column, context.catalog.column_case())),
                None => {
                    let message = format!("the field `{field}` of `{}` goes to no column", self.file);
                    context.problem(Problem::error("unknown-field", message).at("columns"));
                }
            }
        }
        let is_sound = context.problems.len() == before && columns.len() == header.len();
        is_sound.then(|| columns.into_iter().map(|column| column.name.clone()).collect())
    }

    fn columns_of_header(&self, context: &mut Context<'_>, table: &Table, header: &[String]) -> Option<Vec<Name>> {
        let mut columns = Vec::new();
        for name in header {
            let before = context.problems.len();
            let name = &context.names.read(name, context.dialect());
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
