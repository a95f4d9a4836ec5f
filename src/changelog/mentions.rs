//! Where a changelog names one of its files: what has to follow when the file gets another name.

use std::path::Path;
use std::sync::Arc;

use super::{Changelog, Folder};
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::document::{Limits, Node, parse};

/// An `include` of a file by its name.
#[derive(Debug, Clone)]
pub struct Mention {
    /// The file that it stands in, as it is called in messages.
    pub file: String,
    pub text: Arc<str>,
    pub span: Span,
}

impl Changelog {
    /// Where files of the changelog include a file. One that is taken in with its folder is named nowhere.
    pub fn mentions(&self, folder: &Folder, file: &Path) -> Vec<Mention> {
        let Ok(wanted) = file.canonicalize() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for source in self.files() {
            let below = match folder.root().as_os_str().to_str() {
                Some(".") => source.path.clone(),
                _ => match Path::new(&source.path).strip_prefix(folder.root()) {
                    Ok(below) => below.display().to_string(),
                    Err(_) => continue,
                },
            };
            let is_wanted = |include: &&Node| {
                let written = include.as_str().unwrap_or_default();
                let resolved = folder.resolve(&below, written).ok();
                resolved.is_some_and(|path| folder.on_disk(&path).canonicalize().is_ok_and(|path| path == wanted))
            };
            found.extend(
                includes(&source.path, &source.text)
                    .iter()
                    .filter(is_wanted)
                    .map(|node| Mention {
                        file: source.path.clone(),
                        text: source.text.clone(),
                        span: node.span,
                    }),
            );
        }
        found
    }

    /// The mistakes that keep files of the changelog from being read: not those that its operations name.
    pub fn unread(&self) -> impl Iterator<Item = &Diagnostic> {
        let told = self.diagnostics.iter().filter(|told| told.code == "unreadable-file");
        told.filter(|told| {
            // What names the first file is no file.
            let Some(label) = told.labels.first() else {
                return true;
            };
            let source = self.sources.get(label.span.source);
            let mut includes = includes(&source.path, &source.text).into_iter();
            includes.any(|include| (include.span.start, include.span.end) == (label.span.start, label.span.end))
        })
    }
}

/// The values of all `include` of a file.
fn includes(path: &str, text: &Arc<str>) -> Vec<Node> {
    let mut sources = Sources::default();
    let source = sources.add(path, text.clone());
    let Ok(root) = parse(source, &sources, Limits::default()) else {
        return Vec::new();
    };
    let items = root.get("changesets").map(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| item.get("include").cloned()).collect()
}
