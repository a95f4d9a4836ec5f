//! The file of a new changeset, written under a name that is free, and taken into the changelog.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::{Draft, Outline};
use super::moment::Moment;
use super::new::folder_of;
use super::output::{Output, good};
use super::project::Project;
use super::replace::replace;
use super::written_files::{make, take_back};
use super::{Exit, Failure};
use crate::changelog::{gather, reason};
use crate::diagnostic::Diagnostic;
use crate::document::{Form, append_item, quoted, shortest};

/// How a file is written.
pub(super) struct NewFile<'a> {
    pub project: &'a Project,
    pub output: &'a Output,
    /// Whether it is shown, and nothing is written.
    pub dry_run: bool,
    /// Whether an `include` is added to the changelog, where nothing includes it.
    pub include: bool,
}

/// How the changelog comes to take the file in.
pub(super) enum Inclusion {
    /// It does already.
    There,
    /// Its first file is to be this text.
    Added(String),
    /// By its author; why not by itself, where that was asked for.
    Left(Option<String>),
}

impl NewFile<'_> {
    /// Writes the file under the first name that is free: another one may have been written in the same second. It is
    /// written and included, or nothing is changed.
    pub fn write(&self, outline: &Outline) -> Result<(Draft, Inclusion), Failure> {
        let (project, output) = (self.project, self.output);
        let known = &project.changelog().changesets;
        let mut moment = Moment::now();
        // What is written later stands behind what was written in the same second.
        while known
            .iter()
            .any(|changeset| changeset.id.starts_with(&format!("{}_", moment.digits())))
        {
            moment = moment.next();
        }
        loop {
            let draft = outline
                .draft(project, moment)
                .map_err(|wrong| output.fail(Exit::Usage, &wrong.diagnostics, &wrong.sources))?;
            moment = moment.next();
            let path = project.folder.on_disk(&draft.below);
            if path.exists() || known.iter().any(|changeset| changeset.id == draft.stem) {
                continue;
            }
            let inclusion = self.inclusion(&draft)?;
            if self.dry_run {
                return Ok((draft, inclusion));
            }
            let mut done = Vec::new();
            let written = match make(&path, &draft.text, &mut done) {
                Err(error) => Err((&draft.below, error)),
                Ok(()) => include(project, &inclusion).map_err(|error| (&project.first, error)),
            };
            let Err((failed, error)) = written else {
                return Ok((draft, inclusion));
            };
            take_back(done);
            if error.kind() != std::io::ErrorKind::AlreadyExists || !path.exists() {
                let message = format!("cannot write `{}`: {}", project.folder.display(failed), reason(&error));
                return Err(output.refuse(Exit::Failed, "unwritable", message, None));
            }
        }
    }

    /// How the changelog comes to take a file in that is not written yet.
    fn inclusion(&self, draft: &Draft) -> Result<Inclusion, Failure> {
        let (project, output) = (self.project, self.output);
        let text = Arc::from(draft.text.as_str());
        let files = BTreeMap::from([(draft.below.clone(), Some(text))]);
        let folder = project.folder.clone().with_files(files);
        let changelog = gather(&folder, &project.first, project.parameters.clone());
        let path = folder.display(&draft.below);
        if changelog.files().any(|source| source.path == path) {
            return Ok(Inclusion::There);
        }
        if !self.include {
            return Ok(Inclusion::Left(None));
        }
        let text = std::fs::read_to_string(folder.on_disk(&project.first)).map_err(|error| {
            let message = format!("cannot read `{}`: {}", folder.display(&project.first), reason(&error));
            let help = "`driftless init` starts a project; nothing was written";
            output.refuse(Exit::Usage, "unreadable-file", message, Some(help))
        })?;
        let item = format!("include: {}", shortest(&path_of(project, draft), false));
        Ok(match append_item(&text, "changesets", &item) {
            Ok(text) => Inclusion::Added(text),
            Err(why) => Inclusion::Left(Some(why)),
        })
    }

    /// Says what was added to the changelog, or what to add, and why.
    pub fn tell(&self, draft: &Draft, inclusion: &Inclusion) -> Vec<Diagnostic> {
        let (project, output) = (self.project, self.output);
        let first = project.folder.display(&project.first);
        let path = path_of(project, draft);
        let item = match Form::of(&first) {
            Form::Yaml => format!("- include: {}", shortest(&path, false)),
            Form::Json => format!("{{ \"include\": {} }}", quoted(&path)),
        };
        match inclusion {
            Inclusion::There => {}
            Inclusion::Added(_) if self.dry_run => output.say(format!("would include it in {first}")),
            Inclusion::Added(_) => output.say(format!("{} it in {first}", good("included"))),
            Inclusion::Left(_) => output.say(format!("add it to `{first}`:\n  {item}")),
        }
        let why = match inclusion {
            Inclusion::Left(Some(why)) => Some(format!("`{first}` stays as it is: {why}")),
            _ => None,
        };
        why.into_iter()
            .map(|why| Diagnostic::warning("not-included", why))
            .collect()
    }
}

/// Writes the first file, where it is to be another one.
fn include(project: &Project, inclusion: &Inclusion) -> std::io::Result<()> {
    match inclusion {
        Inclusion::Added(text) => replace(&project.folder.on_disk(&project.first), text),
        Inclusion::There | Inclusion::Left(_) => Ok(()),
    }
}

/// How the first file names a new one.
fn path_of(project: &Project, draft: &Draft) -> String {
    path_from(folder_of(&project.first), &draft.below)
}

/// How a file in a folder names another one, both below the changelog's folder.
fn path_from(folder: &str, path: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut to: Vec<&str> = path.split('/').collect();
    while to.len() > 1 && from.first() == to.first() {
        from.remove(0);
        to.remove(0);
    }
    format!("{}{}", "../".repeat(from.len()), to.join("/"))
}

#[cfg(test)]
mod tests {
    use super::path_from;

    #[test]
    fn a_path_is_told_from_where_it_is_written() {
        assert_eq!(path_from("", "a/b.yaml"), "a/b.yaml");
        assert_eq!(path_from("db", "db/a/b.yaml"), "a/b.yaml");
        assert_eq!(path_from("db/x", "db/a/b.yaml"), "../a/b.yaml");
        assert_eq!(path_from("db/x", "b.yaml"), "../../b.yaml");
    }
}
