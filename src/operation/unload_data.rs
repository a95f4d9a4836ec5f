use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load_data::{comma, format_of, is_comma};
use super::specification::TableRef;
use super::{ByDialect, Context, Resolve, query_check};
use crate::diagnostic::Problem;
use crate::model::{Change, LoadFormat, UnloadTarget};

/// Writes the rows of a table or a query to a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnloadData {
    /// The table whose rows are written, in place of `query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableRef>,
    /// A SELECT, in place of `table`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<ByDialect<String>>,
    /// The file, below the changelog's folder; one that is there already is replaced.
    pub file: String,
    /// How it is written (default: `json_lines` where its name ends in `.jsonl` or `.ndjson`, else `csv`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LoadFormat")]
    pub format: Option<LoadFormat>,
    /// What stands between two fields of CSV (default: a comma).
    #[serde(default = "comma", skip_serializing_if = "is_comma")]
    pub delimiter: char,
}

impl Resolve for UnloadData {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        self.check_file(context);
        let (table, query) = match (&self.table, &self.query) {
            (Some(table), None) => match context.table(table, "table") {
                Some(table) => (Some(table.name.clone()), String::new()),
                None => return Vec::new(),
            },
            (None, Some(query)) => match self.text(context, query) {
                Some(query) => (None, query),
                None => return Vec::new(),
            },
            (table, _) => {
                let message = "either `table` or `query` says which rows are written";
                let path = if table.is_some() { "query" } else { "" };
                context.problem(Problem::error("table-or-query", message).at(path));
                return Vec::new();
            }
        };
        vec![Change::UnloadData {
            target: UnloadTarget {
                path: self.file.clone(),
                table,
                query,
                format: self.format.unwrap_or_else(|| format_of(&self.file)),
                delimiter: self.delimiter,
            },
        }]
    }
}

impl UnloadData {
    fn check_file(&self, context: &mut Context<'_>) {
        let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\']);
        if !self.file.split('/').all(is_plain) {
            let message = format!("`{}` is not a path below the changelog's folder", self.file);
            let problem = Problem::error("file-outside", message).help("write it as `folder/name.csv`");
            context.problem(problem.at("file"));
        }
    }

    fn text(&self, context: &mut Context<'_>, query: &ByDialect<String>) -> Option<String> {
        let dialect = context.dialect();
        let Some(text) = query.pick(dialect) else {
            if !query.speaks_of(dialect) {
                let message = format!("no query is given for {}", dialect.facts().title);
                context.problem(Problem::error("missing-dialect", message).at("query"));
            }
            return None;
        };
        let text = text.trim().trim_end_matches(';').trim_end();
        if text.is_empty() {
            context.problem(Problem::error("no-query", "the query is empty").at("query"));
        }
        query_check::is_query(context, text, Some(query), "query");
        Some(text.to_string())
    }
}
