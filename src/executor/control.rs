//! What a run does beside sending statements: assertions asked, rows written to files.

use std::fs::File;
use std::io::{BufWriter, ErrorKind};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::RunError;
use crate::database::{self, Session};
use crate::dialect::ObjectName;
use crate::document::place_below;
use crate::model::{Catalog, Change, LoadFormat, UnloadTarget};
use crate::render::{Assertion, Body, Unload, render};

/// Why a question or a file did not go well.
pub(super) enum ControlError {
    Database(database::Error),
    Failed(String),
}

/// Asks, and holds the answer against the one that is expected.
pub(super) async fn assert(session: &mut Session, assertion: &Assertion) -> Result<(), ControlError> {
    let rows = session
        .query(&assertion.question())
        .await
        .map_err(ControlError::Database)?;
    let row = rows.into_iter().next().unwrap_or_default();
    let answer = row.get(1).cloned().flatten();
    match row.first().cloned().flatten().as_deref() {
        Some("1") => Ok(()),
        _ => Err(ControlError::Failed(assertion.failure(answer.as_deref()))),
    }
}

/// Writes the rows of a query to a file, as they come; the file is there whole or not at all.
pub(super) async fn unload(session: &mut Session, unload: &Unload, root: &Path) -> Result<(), ControlError> {
    let shown = &unload.target.path;
    let failed = |error: std::io::Error| ControlError::Failed(format!("`{shown}` cannot be written: {error}"));
    let path = place_below(root, shown).map_err(failed)?;
    let (half, file) = Half::beside(&path).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let (mut written, mut problem) = (false, None);
    let mut names: Vec<String> = Vec::new();
    let streamed = session
        .query_named(&unload.query, &mut |columns, row| {
            let result = match std::mem::replace(&mut written, true) {
                true => Ok(()),
                false => {
                    names = columns.to_vec();
                    unload.head(&mut out, &names)
                }
            };
            match result.and_then(|()| unload.row(&mut out, &names, &row)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    problem = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
        .await;
    let columns = streamed.map_err(ControlError::Database)?;
    if let Some(error) = problem {
        return Err(failed(error));
    }
    if !written {
        unload.head(&mut out, &columns).map_err(failed)?;
    }
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    drop(file);
    std::fs::rename(&half.path, &path).map_err(failed)
}

/// A file that is not yet whole; gone when it is left so.
struct Half {
    path: PathBuf,
}

impl Half {
    fn beside(path: &Path) -> std::io::Result<(Half, File)> {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let path = path.with_file_name(name);
        // What lies there is of a process that died, or a link that would be followed.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = File::create_new(&path)?;
        Ok((Half { path }, file))
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        // Renamed by now, unless something failed.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Writes the rows of a table to a file of CSV below a root, as `load_data` reads them.
pub async fn write_table(
    session: &mut Session,
    catalog: &Catalog,
    table: &ObjectName,
    path: &str,
    root: &Path,
) -> Result<(), RunError> {
    let target = UnloadTarget {
        path: path.to_string(),
        table: Some(table.clone()),
        query: String::new(),
        format: LoadFormat::Csv,
        delimiter: ',',
    };
    let (statements, _) = render(&mut catalog.clone(), &[Change::UnloadData { target }]);
    for statement in statements {
        let Body::Unload(rows) = &statement.body else {
            continue;
        };
        unload(session, rows, root).await.map_err(|error| match error {
            ControlError::Database(error) => RunError::from(error),
            ControlError::Failed(message) => RunError::failed(message),
        })?;
    }
    Ok(())
}
