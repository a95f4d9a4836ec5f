use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::draft::{Draft, Outline, Template};
use super::moment::Moment;
use super::output::{Output, good};
use super::project::Project;
use super::replace::replace;
use super::slug::slug;
use super::written_files::{make, take_back};
use super::{Exit, Failure};
use crate::changelog::{Skeleton, gather, reason, skeleton};
use crate::diagnostic::{Diagnostic, Sources, nearest};
use crate::document::{self, Form, Limits, Node, append_item, quoted, shortest};
use crate::operation::KEYS;

#[derive(Args)]
pub(super) struct New {
    /// What the changeset is for, in a few words: "add email to users"
    title: String,
    /// The folder to write it to, below the changelog's (default: the first folder that the changelog includes)
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// Who writes it (default: git's `user.name`)
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// A template of the configuration (default: the one that is called `default`)
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Operations to begin with, separated by commas: `create_table,add_column`
    #[arg(long, value_name = "KEYS", value_delimiter = ',', conflicts_with = "template")]
    operations: Vec<String>,
    /// Add an `include` of the file to the changelog, where nothing includes it
    #[arg(long)]
    include: bool,
    /// Print the file, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report {
    id: String,
    file: String,
    /// Whether the changelog takes it in.
    included: bool,
    /// What would be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// How the changelog comes to take the file in.
enum Inclusion {
    /// It does already.
    There,
    /// Its first file is to be this text.
    Added(String),
    /// By its author; why not by itself, where that was asked for.
    Left(Option<String>),
}

impl New {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let slug = slug(&self.title);
        if slug.is_empty() {
            let help = "say what it is for: `driftless new \"add email to users\"`";
            return Err(output.refuse(Exit::Usage, "title", "the title holds no letter", Some(help)));
        }
        let outline = Outline {
            title: self.title.clone(),
            slug,
            folder: self.folder(&project, output)?,
            author: self.author.clone().or_else(|| author_of_git(&project)),
            template: self.template(&project, output)?,
            skeletons: self.skeletons(output)?,
        };
        let (draft, inclusion) = self.write(&project, &outline, output)?;
        let path = project.folder.display(&draft.below);
        if self.dry_run {
            output.say(format!("would write {path}"));
            output.line(draft.text.trim_end());
        } else {
            output.say(format!("{} {path}", good("wrote")));
        }
        let told = self.tell(&project, &draft, &inclusion, output);
        let included = !matches!(inclusion, Inclusion::Left(_));
        let report = Report {
            id: draft.ids.into_iter().next().unwrap_or(draft.stem),
            file: path,
            included,
            text: self.dry_run.then_some(draft.text),
        };
        output.end(Exit::Done, &told, &Sources::default(), report);
        Ok(Exit::Done)
    }

    /// Writes the file under the first name that is free: another one may have been written in the same second. It is
    /// written and included, or nothing is changed.
    fn write(&self, project: &Project, outline: &Outline, output: &Output) -> Result<(Draft, Inclusion), Failure> {
        let known = &project.changelog().changesets;
        let mut moment = Moment::now();
        loop {
            let draft = outline
                .draft(project, moment)
                .map_err(|wrong| output.fail(Exit::Usage, &wrong.diagnostics, &wrong.sources))?;
            moment = moment.next();
            let path = project.folder.on_disk(&draft.below);
            if path.exists() || known.iter().any(|changeset| changeset.id == draft.stem) {
                continue;
            }
            let inclusion = self.inclusion(project, &draft, output)?;
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

    /// The folder it is written to, below the changelog's.
    fn folder(&self, project: &Project, output: &Output) -> Result<String, Failure> {
        let Some(folder) = &self.folder else {
            let first = included_folders(project).into_iter().next();
            return Ok(first.unwrap_or_else(|| folder_of(&project.first).to_string()));
        };
        project.folder.resolve("", folder).map_err(|message| {
            let help = "name a folder below that of the changelog";
            output.refuse(Exit::Usage, "path", message, Some(help))
        })
    }

    /// The template that is meant, where one is.
    fn template(&self, project: &Project, output: &Output) -> Result<Option<Template>, Failure> {
        let templates = &project.config.templates;
        let name = match &self.template {
            Some(name) => name,
            None if !self.operations.is_empty() || !templates.contains_key("default") => return Ok(None),
            None => "default",
        };
        let Some(file) = templates.get(name) else {
            let known = templates.keys().map(String::as_str);
            let help = match nearest(name, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if templates.is_empty() => {
                    format!("name its file in driftless.yaml: `templates: {{ {name}: templates/{name}.yaml }}`")
                }
                None => format!("the configuration names {}", known.collect::<Vec<_>>().join(", ")),
            };
            let message = format!("there is no template `{name}`");
            return Err(output.refuse(Exit::Usage, "unknown-template", message, Some(&help)));
        };
        let base = project
            .config_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let path = base.join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("cannot read the template `{}`: {}", path.display(), reason(&error));
            output.refuse(Exit::Usage, "unreadable-file", message, None)
        })?;
        let is_known = matches!(
            path.extension().and_then(|extension| extension.to_str()),
            Some("yaml" | "yml" | "json")
        );
        if !is_known {
            let message = format!(
                "the template `{}` is neither `.yaml`, `.yml` nor `.json`",
                path.display()
            );
            return Err(output.refuse(Exit::Usage, "template", message, None));
        }
        let name = name.to_string();
        Ok(Some(Template { name, path, text }))
    }

    fn skeletons(&self, output: &Output) -> Result<Vec<(String, Skeleton)>, Failure> {
        let mut found = Vec::new();
        let mut wrong = Vec::new();
        for key in self
            .operations
            .iter()
            .map(|key| key.trim())
            .filter(|key| !key.is_empty())
        {
            match skeleton(key) {
                Some(skeleton) => found.push((key.to_string(), skeleton)),
                None => {
                    let help = match nearest(key, KEYS.iter().copied()) {
                        Some(word) => format!("did you mean `{word}`?"),
                        None => "`driftless explain` lists them all".into(),
                    };
                    let message = format!("unknown operation `{key}`");
                    wrong.push(Diagnostic::error("unknown-operation", message).help(help));
                }
            }
        }
        match wrong.is_empty() {
            true => Ok(found),
            false => Err(output.fail(Exit::Usage, &wrong, &Sources::default())),
        }
    }

    /// How the changelog comes to take a file in that is not written yet.
    fn inclusion(&self, project: &Project, draft: &Draft, output: &Output) -> Result<Inclusion, Failure> {
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
    fn tell(&self, project: &Project, draft: &Draft, inclusion: &Inclusion, output: &Output) -> Vec<Diagnostic> {
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

/// Who git says is working here.
fn author_of_git(project: &Project) -> Option<String> {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(project.folder.root())
        .args(["config", "--get", "user.name"]);
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_string();
    let is_usable = output.status.success() && !name.is_empty() && !name.contains(char::is_control);
    is_usable.then_some(name)
}

/// The folders that the first file includes.
fn included_folders(project: &Project) -> Vec<String> {
    let Ok(text) = project.folder.read(&project.first) else {
        return Vec::new();
    };
    let mut sources = Sources::default();
    let source = sources.add(&project.first, text);
    let Ok(root) = document::parse(source, &sources, Limits::default()) else {
        return Vec::new();
    };
    let items = root.get("changesets").map(Node::items).unwrap_or_default();
    let written = items.iter().filter_map(|item| item.get("include")?.as_str());
    let folders = written.filter_map(|include| project.folder.resolve(&project.first, include).ok());
    folders.filter(|below| project.folder.on_disk(below).is_dir()).collect()
}

/// The folder of a path, empty where it is the changelog's.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
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
