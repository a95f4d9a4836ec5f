//! Files that a changelog may not write over: those that it is read from, the configuration, the database.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Changelog, Changeset, Folder, OperationNode, Reverse};
use crate::diagnostic::Diagnostic;
use crate::document::real_names;

/// A file that stays as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub path: PathBuf,
    pub why: &'static str,
}

pub const OF_THE_CONFIGURATION: &str = "it is the configuration";
pub const OF_THE_DATABASE: &str = "it belongs to the database";
const OF_THE_CHANGELOG: &str = "the changelog is read from it";
const OF_AN_OPERATION: &str = "an operation reads it";

/// What to do instead.
pub const WRITE_ELSEWHERE: &str = "write the rows to a file of their own";

impl Changelog {
    /// Why rows cannot be written to a file below the root, where they would take the place of what is needed.
    pub fn why_kept(&self, root: &Path, path: &str) -> Option<&'static str> {
        Names::of(self, root).why(&root.join(path))
    }
}

/// Tells of operations that write over such files. Rows that an operation reads may be written anew before it does, not
/// behind it.
pub(super) fn check_written_files(changelog: &mut Changelog, folder: &Folder) {
    let writes = |changeset: &Arc<Changeset>| operations_of(changeset).any(|node| !written(node).is_empty());
    if !changelog.changesets.iter().any(writes) {
        return;
    }
    let mut names = Names::of(changelog, folder.root());
    let mut found = Vec::new();
    for changeset in &changelog.changesets {
        for node in operations_of(changeset) {
            for (file, key) in written(node) {
                let Some(why) = names.why(&folder.on_disk(file)) else {
                    continue;
                };
                let message = format!("`{file}` cannot be written: {why}");
                let span = node.body().map_or(node.node.span, |(_, body)| body.find(&key).span);
                let diagnostic = Diagnostic::error("file-in-use", message).label(span, "");
                found.push(diagnostic.help(WRITE_ELSEWHERE));
            }
            let read = node.operation.iter().flat_map(|operation| operation.files());
            for file in read.filter_map(|(file, _)| changeset.files.get(file)) {
                names.add(&folder.on_disk(&file.path), OF_AN_OPERATION);
            }
        }
    }
    changelog.diagnostics.extend(found);
}

fn operations_of(changeset: &Changeset) -> impl Iterator<Item = &OperationNode> {
    let reverse = match &changeset.reverse {
        Some(Reverse::Operations(operations)) => operations.as_slice(),
        Some(Reverse::Irreversible(_)) | None => &[],
    };
    changeset.operations.iter().chain(reverse)
}

/// The files that an operation writes; what a parameter makes of a name is known later.
fn written(node: &OperationNode) -> Vec<(&str, String)> {
    let files = node.operation.iter().flat_map(|operation| operation.written_files());
    files.filter(|(file, _)| !file.contains(['\0', '$'])).collect()
}

/// The names of files that are kept, links followed.
struct Names(HashMap<PathBuf, &'static str>);

impl Names {
    /// But for files of rows.
    fn of(changelog: &Changelog, root: &Path) -> Names {
        let mut names = Names(HashMap::new());
        for kept in &changelog.kept_files {
            names.add(&kept.path, kept.why);
        }
        for source in changelog.files() {
            names.add(Path::new(&source.path), OF_THE_CHANGELOG);
        }
        let files = changelog
            .changesets
            .iter()
            .flat_map(|changeset| changeset.files.values());
        for file in files.filter(|file| file.text.is_some()) {
            names.add(&root.join(&file.path), OF_AN_OPERATION);
        }
        names
    }

    fn add(&mut self, path: &Path, why: &'static str) {
        for name in real_names(path) {
            self.0.entry(name).or_insert(why);
        }
    }

    fn why(&self, path: &Path) -> Option<&'static str> {
        real_names(path).iter().find_map(|name| self.0.get(name)).copied()
    }
}
