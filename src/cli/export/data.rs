//! Files of rows: as CSV that Liquibase loads, where it would load the same, else as SQL beside the changelog.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::part::Part;
use super::statements::{is_split_rightly, sql, texts};
use crate::dialect::Dialect;
use crate::liquibase::dbms;
use crate::render::{Body, Load, LoadError};

/// The files that are written beside the changelog, by their paths below the folder.
pub(super) struct Files<'a> {
    /// Where the rows are read from.
    pub root: &'a Path,
    pub texts: BTreeMap<String, String>,
}

/// The changes of parts that load or unload files; `from` is the file of the changelog that they stand in.
pub(super) fn changes(parts: &[&Part], from: &str, files: &mut Files<'_>) -> Result<Vec<Json>, LoadError> {
    if let Some(loaded) = as_csv(parts, from, files)? {
        return Ok(loaded);
    }
    let mut shared: Vec<(Dialect, Vec<&'static str>, Vec<Piece>)> = Vec::new();
    for part in parts {
        let pieces = pieces(part, files.root)?;
        match shared.iter_mut().find(|(_, _, known)| *known == pieces) {
            Some((_, names, _)) => names.push(dbms(part.dialect)),
            None => shared.push((part.dialect, vec![dbms(part.dialect)], pieces)),
        }
    }
    let mut all = Vec::new();
    for (dialect, names, pieces) in shared {
        for piece in pieces {
            match piece {
                Piece::Plain(texts) => {
                    let mut changes = sql(&[(dialect, texts)]);
                    changes
                        .iter_mut()
                        .for_each(|change| change["sql"]["dbms"] = json!(names.join(", ")));
                    all.extend(changes);
                }
                Piece::Script { rows, text, splits } => {
                    let path = files.free(&rows, &format!("{}.sql", names.join("_")));
                    all.push(json!({ "sqlFile": {
                        "dbms": names.join(", "),
                        "path": relative(from, &path),
                        "relativeToChangelogFile": true,
                        "splitStatements": splits,
                    } }));
                    files.texts.insert(path, text);
                }
            }
        }
    }
    Ok(all)
}

/// What is sent to a database, in order.
#[derive(PartialEq)]
enum Piece {
    Plain(Vec<String>),
    /// What stands in a file of its own, and whether that is split into statements.
    Script {
        rows: String,
        text: String,
        splits: bool,
    },
}

fn pieces(part: &Part, root: &Path) -> Result<Vec<Piece>, LoadError> {
    let mut pieces = Vec::new();
    for statement in &part.statements {
        match (&statement.body, pieces.last_mut()) {
            (Body::Load(load), _) => scripts(load, part.dialect, root, &mut pieces)?,
            (_, Some(Piece::Plain(plain))) => plain.extend(texts(statement)),
            _ => pieces.push(Piece::Plain(texts(statement))),
        }
    }
    Ok(pieces)
}

/// The statements of a file of rows, in as few scripts as Liquibase can take apart.
fn scripts(load: &Load, dialect: Dialect, root: &Path, pieces: &mut Vec<Piece>) -> Result<(), LoadError> {
    let mut statements = load.open(root)?;
    let own = pieces.len();
    while let Some(chunk) = statements.next_statement()? {
        let splits = is_split_rightly(&chunk.sql, dialect);
        let added = format!("{};\n", chunk.sql);
        match pieces[own..].last_mut() {
            Some(Piece::Script { text, splits: true, .. }) if splits => text.push_str(&added),
            _ => pieces.push(Piece::Script {
                rows: load.source.path.clone(),
                text: if splits { added } else { chunk.sql },
                splits,
            }),
        }
    }
    Ok(())
}

/// One file for all databases, where each begins with loading the same texts.
fn as_csv(parts: &[&Part], from: &str, files: &mut Files<'_>) -> Result<Option<Vec<Json>>, LoadError> {
    let mut same: Option<(&Load, Vec<Vec<Option<String>>>)> = None;
    let mut rest = Vec::new();
    for part in parts {
        let Some((first, others)) = part.statements.split_first() else {
            return Ok(None);
        };
        let Body::Load(load) = &first.body else {
            return Ok(None);
        };
        let others: Vec<String> = others.iter().flat_map(texts).collect();
        rest.push((part.dialect, others));
        let is_plain = !load.unload && !load.overriding && load.table.schema.is_none();
        let rows = if is_plain { load.texts(files.root)? } else { None };
        match (rows, &same) {
            (Some(rows), None) if rows.iter().flatten().flatten().all(|text| is_kept(text)) => {
                same = Some((load, rows))
            }
            (Some(rows), Some((_, known))) if rows == *known => {}
            _ => return Ok(None),
        }
    }
    let Some((load, rows)) = same else {
        return Ok(None);
    };
    let path = files.free(&load.source.path, "csv");
    let file = relative(from, &path);
    let header: Vec<String> = load.source.columns.iter().map(|column| field(column)).collect();
    let mut text = header.join(",") + "\n";
    for row in &rows {
        let fields: Vec<String> = row
            .iter()
            .map(|value| value.as_ref().map_or("NULL".into(), |value| field(value)))
            .collect();
        text += &(fields.join(",") + "\n");
    }
    files.texts.insert(path, text);
    let columns: Vec<Json> = load
        .source
        .columns
        .iter()
        .map(|column| json!({ "column": { "header": column, "name": column, "type": "STRING" } }))
        .collect();
    let mut changes = vec![json!({ "loadData": {
        "tableName": load.table.name,
        "file": file,
        "relativeToChangelogFile": true,
        "usePreparedStatements": false,
        "columns": columns,
    } })];
    changes.extend(sql(&rest));
    Ok(Some(changes))
}

/// Whether Liquibase loads a text as it is: it trims, and takes a word for NULL.
fn is_kept(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.eq_ignore_ascii_case("null") && !text.contains(['\\', '\n', '\r'])
}

fn field(text: &str) -> String {
    match text.contains([',', '"', ' ']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_string(),
    }
}

impl Files<'_> {
    /// A path for the rows of a file that no other has.
    fn free(&self, rows: &str, extension: &str) -> String {
        let name = rows.rsplit('/').next().unwrap_or(rows);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut path = format!("data/{stem}.{extension}");
        let mut number = 1;
        while self.texts.contains_key(&path) {
            number += 1;
            path = format!("data/{stem}_{number}.{extension}");
        }
        path
    }
}

/// A path as it is called from a file, both below one folder.
pub(super) fn relative(from: &str, path: &str) -> String {
    let mut above: Vec<&str> = from.split('/').collect();
    above.pop();
    let parts: Vec<&str> = path.split('/').collect();
    let shared = above.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let shared = shared.min(parts.len() - 1);
    let up = vec![".."; above.len() - shared];
    up.into_iter()
        .chain(parts[shared..].iter().copied())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(relative("a.yaml", "data/x.csv"), "data/x.csv");
        assert_eq!(relative("b/c/a.yaml", "data/x.csv"), "../../data/x.csv");
        assert_eq!(relative("b/a.yaml", "b/c/d.yaml"), "c/d.yaml");
    }
}
