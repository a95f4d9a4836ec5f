use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::autogenerate::Autogenerate;
use super::draft::{Outline, Template};
use super::new_file::{Inclusion, NewFile};
use super::output::{Output, good};
use super::project::Project;
use super::slug::slug;
use super::{Exit, Failure};
use crate::changelog::{Skeleton, reason, skeleton};
use crate::diagnostic::{Diagnostic, Sources, nearest};
use crate::document::{self, Limits, Node};
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
    #[command(flatten)]
    autogenerate: Autogenerate,
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

impl New {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        if let Some(flag) = self.autogenerate.stray_flag() {
            let message = format!("`{flag}` is for what `--autogenerate` finds");
            return Err(output.refuse(Exit::Usage, "usage", message, Some("say `--autogenerate`, too")));
        }
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
            made: None,
        };
        let file = NewFile {
            project: &project,
            output,
            dry_run: self.dry_run,
            include: self.include,
        };
        if self.autogenerate.is_meant() {
            return self.autogenerate.run(&file, outline).await;
        }
        let (draft, inclusion) = file.write(&outline)?;
        let path = project.folder.display(&draft.below);
        if self.dry_run {
            output.say(format!("would write {path}"));
            output.line(draft.text.trim_end());
        } else {
            output.say(format!("{} {path}", good("wrote")));
        }
        let told = file.tell(&draft, &inclusion);
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

    /// The folder it is written to, below the changelog's.
    fn folder(&self, project: &Project, output: &Output) -> Result<String, Failure> {
        let Some(folder) = &self.folder else {
            return Ok(usual_folder(project));
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
}

/// Who git says is working here.
pub(super) fn author_of_git(project: &Project) -> Option<String> {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(project.folder.root())
        .args(["config", "--get", "user.name"]);
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_string();
    let is_usable = output.status.success() && !name.is_empty() && !name.contains(char::is_control);
    is_usable.then_some(name)
}

/// The folder of new files, where none is named: the first that the changelog includes, or its own.
pub(super) fn usual_folder(project: &Project) -> String {
    let first = included_folders(project).into_iter().next();
    first.unwrap_or_else(|| folder_of(&project.first).to_string())
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
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
