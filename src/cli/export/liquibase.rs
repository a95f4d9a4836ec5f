use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::super::arguments::Common;
use super::super::output::{Output, plural};
use super::super::project::Project;
use super::super::{Exit, Failure};
use super::changeset::Exporting;
use super::data::{Files, relative};
use super::left_over::LeftOver;
use super::part::OnTarget;
use super::placeholder::Placeholders;
use super::properties;
use super::tree::{File, Item, files};
use super::written::{refuse_filled, write_all};
use crate::changelog::{Changelog, Changeset, Selection};
use crate::diagnostic::Diagnostic;
use crate::document::{self, Manner};
use crate::liquibase::Properties;
use crate::render::LoadError;

/// The form of the files.
const MANNER: Manner<'_> = Manner {
    schema: &Json::Null,
    spread_maps: &[&[]],
    spread_lists: &[&["databaseChangeLog"]],
    apart: &[&["databaseChangeLog"]],
    width: 120,
};

#[derive(Args)]
pub(super) struct ToLiquibase {
    /// The folder to write to, which is empty or not there
    #[arg(long, value_name = "FOLDER", default_value = "liquibase")]
    folder: PathBuf,
}

#[derive(Serialize)]
struct Report {
    targets: Vec<String>,
    written: Vec<String>,
    changesets: usize,
    left_over: usize,
}

impl ToLiquibase {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        refuse_filled(&self.folder, output)?;
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let selection = Selection {
            contexts: common.contexts.clone(),
            labels: project.selection.labels.clone(),
            strict_contexts: false,
        };
        let placeholders = Placeholders::new(changelog);
        let mut targets = Vec::new();
        for target in project.targets() {
            let (on, diagnostics) = OnTarget::new(changelog, &target, &selection, &placeholders);
            let wrong: Vec<Diagnostic> = diagnostics.into_iter().filter(Diagnostic::is_error).collect();
            if !wrong.is_empty() {
                let told: Vec<Diagnostic> = wrong
                    .into_iter()
                    .map(|found| found.note(format!("on {}", target.title())))
                    .collect();
                return Err(output.fail(Exit::Usage, &told, &changelog.sources));
            }
            targets.push(on);
        }
        let titles: Vec<String> = targets.iter().map(|on| on.target.to_string()).collect();
        let tree = files(changelog, &project.folder, &project.first);
        let mut exporting = Exporting {
            changelog,
            paths: paths(&tree),
            properties: Properties {
                taken: changelog
                    .scopes
                    .iter()
                    .flat_map(|scope| scope.names().map(str::to_string))
                    .collect(),
                ..Properties::default()
            },
            files: Files {
                root: project.folder.root(),
                texts: BTreeMap::new(),
            },
            targets,
            left: LeftOver::default(),
        };
        let (changesets, left) = exporting
            .all(&tree)
            .map_err(|error| output.refuse(Exit::Failed, "unreadable-file", error.to_string(), None))?;
        let files = exporting.files.texts;
        let written = write_all(&self.folder, &files, output)?;
        let exit = if left.diagnostics.is_empty() {
            Exit::Done
        } else {
            Exit::LeftOver
        };
        let report = Report {
            targets: titles,
            written,
            changesets,
            left_over: left.diagnostics.len(),
        };
        output.end(exit, &left.diagnostics, &changelog.sources, &report);
        let first = exporting
            .paths
            .get(&project.first)
            .map(String::as_str)
            .unwrap_or_default();
        output.say(format!(
            "{} for Liquibase; next: `liquibase --search-path={} --changelog-file={first} validate`",
            plural(changesets, "changeset"),
            self.folder.display(),
        ));
        Ok(exit)
    }
}

/// Where each file goes: as it is called below the folder of the first, as YAML.
fn paths(tree: &[File]) -> HashMap<String, String> {
    let first = tree.first().map(|file| file.path.as_str()).unwrap_or_default();
    let above = first
        .rsplit_once('/')
        .map_or(String::new(), |(above, _)| format!("{above}/"));
    let is_below = tree.iter().all(|file| file.path.starts_with(&above));
    let mut taken = HashSet::new();
    let mut paths = HashMap::new();
    for file in tree {
        let below = match is_below {
            true => &file.path[above.len()..],
            false => file.path.as_str(),
        };
        let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
        let mut path = format!("{stem}.yaml");
        if !taken.insert(path.clone()) {
            path = format!("{below}.yaml");
            taken.insert(path.clone());
        }
        paths.insert(file.path.clone(), path);
    }
    paths
}

impl Exporting<'_> {
    /// Writes all files into `files`; how many changesets there are, and what is left over.
    fn all(&mut self, tree: &[File]) -> Result<(usize, LeftOver), LoadError> {
        let changelog: &Changelog = self.changelog;
        let by_id: HashMap<&str, &Changeset> = changelog
            .changesets
            .iter()
            .map(|changeset| (changeset.id.as_str(), &**changeset))
            .collect();
        let mut count = 0;
        let mut bodies = Vec::new();
        for file in tree {
            let mut items = vec![json!({ "objectQuotingStrategy": "QUOTE_ALL_OBJECTS" })];
            if let Some(conditions) = self.pre_conditions_of(&file.path) {
                items.push(json!({ "preConditions": conditions }));
            }
            let own = self.paths[&file.path].clone();
            for item in &file.items {
                match item {
                    Item::Include(path) => {
                        let path = relative(&own, self.paths.get(path).unwrap_or(path));
                        items.push(json!({ "include": { "file": path, "relativeToChangelogFile": true } }));
                    }
                    Item::Changeset(id) => {
                        let Some(changeset) = by_id.get(id.as_str()) else {
                            continue;
                        };
                        if let Some(item) = self.change_set(changeset)? {
                            count += 1;
                            items.push(item);
                        }
                    }
                }
            }
            bodies.push((own, items));
        }
        self.tell_order(tree, &by_id);
        let databases = self.targets.len();
        for (at, (path, mut items)) in bodies.into_iter().enumerate() {
            if at == 0 {
                let properties = properties::items(&self.properties, databases);
                items.splice(1..1, properties);
            }
            let text = document::write(&json!({ "databaseChangeLog": items }), &MANNER);
            self.files.texts.insert(path, text);
        }
        Ok((count, std::mem::take(&mut self.left)))
    }

    /// Lists what stands behind what it has to come before: Liquibase takes changesets as they stand.
    fn tell_order(&mut self, tree: &[File], by_id: &HashMap<&str, &Changeset>) {
        let mut order = Vec::new();
        walk(tree, tree.first(), &mut order);
        let place: HashMap<&str, usize> = order.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        for id in &order {
            let Some(changeset) = by_id.get(id) else {
                continue;
            };
            let later = changeset.depends_on.iter().flat_map(|needed| needed.ids());
            let later = later.filter(|needed| place.get(&**needed) > place.get(id));
            for needed in later.map(|needed| needed.to_string()).collect::<Vec<_>>() {
                self.left.add(
                    changeset.span,
                    format!("changeset `{id}` depends on `{needed}`, which stands behind it"),
                    "Liquibase takes changesets as they stand: move it",
                );
            }
        }
    }
}

/// The ids in the order in which Liquibase comes by them.
fn walk<'t>(tree: &'t [File], file: Option<&'t File>, order: &mut Vec<&'t str>) {
    for item in file.into_iter().flat_map(|file| &file.items) {
        match item {
            Item::Changeset(id) => order.push(id),
            Item::Include(path) => walk(tree, tree.iter().find(|file| file.path == *path), order),
        }
    }
}
