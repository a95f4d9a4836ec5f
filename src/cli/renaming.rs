//! Files of a changelog under other names: whatever names them follows, and all is as before, or nothing is done.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::init::write;
use super::project::Project;
use super::replace::replace;
use crate::changelog::{Changelog, gather};
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::document::{Limits, parse};

/// What is to be done.
pub(super) struct Renaming<'a> {
    project: &'a Project,
    changelog: &'static Changelog,
    /// The files that name others, by what they are on disk.
    mendings: IndexMap<PathBuf, Mending>,
    /// The first file of the changelog, below its folder.
    first: String,
    is_first_named: bool,
}

/// A file in which names are written anew.
struct Mending {
    shown: String,
    text: Arc<str>,
    /// What stands where, and what is to stand there.
    edits: Vec<(usize, usize, String)>,
}

impl Mending {
    fn mended(&self) -> String {
        let mut text = self.text.to_string();
        let mut edits: Vec<_> = self.edits.iter().collect();
        // From the end on, so that places stay what they are.
        edits.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
        for (start, end, new) in edits {
            text.replace_range(start..end, new);
        }
        text
    }
}

impl<'a> Renaming<'a> {
    pub fn of(project: &'a Project) -> Renaming<'a> {
        Renaming {
            project,
            changelog: project.changelog(),
            mendings: IndexMap::new(),
            first: project.first.clone(),
            is_first_named: true,
        }
    }

    /// Puts the new name in the place of the old one wherever that is written.
    pub fn rename(&mut self, from: &Path, to: &Path) {
        for mention in self.changelog.mentions(&self.project.folder, from) {
            self.mend(Path::new(&mention.file), &mention.text, mention.span, from, to);
        }
        let first = self.project.folder.on_disk(&self.project.first);
        if first.canonicalize().ok() != from.canonicalize().ok() || !first.exists() {
            return;
        }
        let new = Path::new(&self.first).with_extension(extension(to));
        self.first = new.display().to_string();
        self.is_first_named = false;
        let Some(config) = self.project.config_path.clone() else {
            return;
        };
        let Ok(text) = std::fs::read_to_string(&config) else {
            return;
        };
        let mut sources = Sources::default();
        let source = sources.add("", text.as_str());
        let root = parse(source, &sources, Limits::default()).ok();
        if let Some(span) = root.as_ref().and_then(|root| Some(root.get("changelog")?.span)) {
            self.is_first_named = self.mend(&config, &text.into(), span, from, to);
        }
    }

    /// Whether a name can be written anew: its extension stands there as it is.
    fn mend(&mut self, file: &Path, text: &Arc<str>, span: Span, from: &Path, to: &Path) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let old = format!(".{}", extension(from));
        let Some(at) = text[start..end].rfind(&old) else {
            return false;
        };
        let key = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        let mending = self.mendings.entry(key).or_insert_with(|| Mending {
            shown: file.display().to_string(),
            text: text.clone(),
            edits: Vec::new(),
        });
        let place = start + at;
        mending
            .edits
            .push((place, place + old.len(), format!(".{}", extension(to))));
        true
    }

    /// The text of a file in which names are written anew.
    pub fn text_of(&self, file: &Path) -> Option<String> {
        let mending = self.mendings.get(&file.canonicalize().ok()?)?;
        Some(mending.mended())
    }

    /// The name of the first file, where nothing says it.
    pub fn unnamed_first(&self) -> Option<String> {
        (!self.is_first_named).then(|| self.first.clone())
    }

    /// Writes files (old name, new name, text), takes the old ones away, and looks whether the changelog is what it was.
    /// Gives the files that were mended.
    pub fn carry_out(&self, files: Vec<(PathBuf, PathBuf, String)>) -> Result<Vec<String>, Diagnostic> {
        let mut undo = Undo::default();
        let done = self.write(&files, &mut undo);
        let done = done.map_err(|error| Diagnostic::error("unwritable", format!("cannot convert: {error}")));
        let checked = done.and_then(|mended| match self.is_as_before() {
            true => Ok(mended),
            false => Err(Diagnostic::error(
                "other-meaning",
                "the changelog would not be the same under the new names, and nothing was changed",
            )
            .help("files of a folder are taken in the order of their names: include them one by one")),
        });
        if checked.is_err() {
            undo.run();
        }
        checked
    }

    fn write(&self, files: &[(PathBuf, PathBuf, String)], undo: &mut Undo) -> std::io::Result<Vec<String>> {
        for (from, to, text) in files {
            write(to, text)?;
            undo.written.push(to.clone());
            std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
        }
        let converted: Vec<PathBuf> = files.iter().filter_map(|(from, ..)| from.canonicalize().ok()).collect();
        let mut mended = Vec::new();
        for (file, mending) in self.mendings.iter().filter(|(file, _)| !converted.contains(file)) {
            replace(file, &mending.mended())?;
            undo.changed.push((file.clone(), mending.text.to_string()));
            mended.push(mending.shown.clone());
        }
        for (from, ..) in files {
            let before = std::fs::read_to_string(from)?;
            let permissions = std::fs::metadata(from)?.permissions();
            std::fs::remove_file(from)?;
            undo.removed.push((from.clone(), before, permissions));
        }
        Ok(mended)
    }

    fn is_as_before(&self) -> bool {
        let now = gather(&self.project.folder, &self.first, self.project.parameters.clone());
        let told = |changelog: &Changelog| -> Vec<(String, String, Option<String>)> {
            let changesets = changelog.changesets.iter();
            changesets
                .map(|changeset| {
                    (
                        changeset.id.clone(),
                        changeset.checksum.clone(),
                        changeset.reverse_checksum.clone(),
                    )
                })
                .collect()
        };
        let errors = |changelog: &Changelog| changelog.diagnostics.iter().filter(|told| told.is_error()).count();
        told(&now) == told(self.changelog) && errors(&now) == errors(self.changelog)
    }
}

/// How to get back to what was there.
#[derive(Default)]
struct Undo {
    written: Vec<PathBuf>,
    changed: Vec<(PathBuf, String)>,
    removed: Vec<(PathBuf, String, std::fs::Permissions)>,
}

impl Undo {
    /// As far as it goes: what failed once may fail again.
    fn run(self) {
        for (path, text, permissions) in self.removed {
            let _ = write(&path, &text).and_then(|()| std::fs::set_permissions(&path, permissions));
        }
        for (path, text) in self.changed {
            let _ = replace(&path, &text);
        }
        for path in self.written {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().into_owned()
}
