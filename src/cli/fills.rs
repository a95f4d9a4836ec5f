//! Values for rows that have none: of columns which may hold no NULL.

use clap::Args;

use super::comparing::Compared;
use super::confirm::is_there;
use super::output::{Output, strong};
use super::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::{Name, ObjectName};
use crate::document::{self, Limits};
use crate::model::{Column, How, PartKind, Value, What};
use crate::operation::Fills;

#[derive(Args, Debug, Clone, Default)]
pub(super) struct FillArguments {
    /// What rows get that have no value for a column which may hold no NULL: `users.name=unknown`, `users.at={fn: now}`
    #[arg(long = "fill", value_name = "COLUMN=VALUE", value_parser = fill)]
    pub fills: Vec<(String, String)>,
    /// Leave such a column as it is: its table has no rows; may be given several times
    #[arg(long = "no-fill", value_name = "COLUMN")]
    pub no_fills: Vec<String>,
}

fn fill(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((column, value)) if column.contains('.') && value.trim().is_empty() => Err(format!(
            "nothing stands behind `=`; an empty text is written \"{column}=''\""
        )),
        Some((column, value)) if column.contains('.') => Ok((column.trim().to_string(), value.to_string())),
        _ => Err("expected TABLE.COLUMN=VALUE: `users.name=unknown`".into()),
    }
}

impl FillArguments {
    /// The values for columns whose rows have none, as they are given or asked for.
    pub fn values(&self, all: &[&Compared], output: &Output) -> Result<Fills, Failure> {
        let mut fills = Fills::new();
        let mut open: Vec<(ObjectName, Name, Column)> = Vec::new();
        for on in all {
            for found in wanting(on) {
                if !open
                    .iter()
                    .any(|(table, name, _)| (table, name) == (&found.0, &found.1))
                {
                    open.push(found);
                }
            }
        }
        let said = |table: &ObjectName, column: &Name| format!("{}.{column}", table.name);
        for (text, value) in &self.fills {
            let Some((table, column, _)) = open.iter().find(|(table, column, _)| said(table, column) == *text) else {
                let message = format!("`--fill {text}=…`: no row of it lacks a value");
                let known: Vec<String> = open.iter().map(|(table, column, _)| said(table, column)).collect();
                let help = match known.is_empty() {
                    true => "no column needs to be filled".to_string(),
                    false => format!("columns that need one: {}", known.join(", ")),
                };
                return Err(output.refuse(Exit::Usage, "fill", message, Some(&help)));
            };
            fills.insert((table.clone(), column.clone()), value_of(value, output)?);
        }
        open.retain(|(table, column, _)| {
            let is_given = fills.contains_key(&(table.clone(), column.clone()));
            !is_given && !self.no_fills.contains(&said(table, column))
        });
        if open.is_empty() {
            return Ok(fills);
        }
        if !is_there(output) {
            let message = "rows that are there would have no value for columns which may hold no NULL";
            let mut told = Diagnostic::error("no-value-for-rows", message);
            for (table, column, _) in &open {
                let text = said(table, column);
                told = told.help(format!(
                    "say `--fill {text}=VALUE`, or `--no-fill {text}` where the table has no rows"
                ));
            }
            return Err(output.fail(Exit::Usage, &[told], &Sources::default()));
        }
        for (table, column, definition) in open {
            let text = said(&table, &column);
            output.ask(&format!(
                "what do rows that are there get for {} ({})? [nothing: the table has none] ",
                strong(&text),
                definition.ty
            ));
            let mut line = String::new();
            let _ = std::io::stdin().read_line(&mut line);
            let line = line.trim();
            if !line.is_empty() {
                fills.insert((table, column), value_of(line, output)?);
            }
        }
        Ok(fills)
    }
}

/// A value as it is written on the command line: as in a changelog.
fn value_of(text: &str, output: &Output) -> Result<Value, Failure> {
    let mut sources = Sources::default();
    let id = sources.add("--fill", text);
    let read = document::parse(id, &sources, Limits::default());
    let node = read.map_err(|told| output.fail(Exit::Usage, &told, &sources))?;
    document::decode::<Value>(&node).map_err(|error| {
        let diagnostic = Diagnostic::error("invalid-value", error.message).label(error.span.unwrap_or(node.span), "");
        output.fail(Exit::Usage, &[diagnostic], &sources)
    })
}

/// The columns of tables that are there which may hold no NULL, and to which rows that are there have no value.
fn wanting(compared: &Compared) -> Vec<(ObjectName, Name, Column)> {
    let case = compared.after.column_case();
    let columns = compared
        .differing
        .iter()
        .filter_map(|found| match (&found.what, &found.how) {
            (What::Part(table, PartKind::Column, name), How::Made | How::Changed | How::Worded) => {
                let after = compared.after.table(table)?.column(name, case)?.clone();
                let before = compared.before.table(table)?.column(name, case);
                let is_wanting = match before {
                    None => after.needs_values(),
                    Some(before) => before.nullable && !after.nullable && after.identity.is_none(),
                };
                is_wanting.then(|| (table.clone(), name.clone(), after))
            }
            _ => None,
        });
    columns.collect()
}
