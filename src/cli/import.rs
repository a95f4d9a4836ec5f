use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use super::arguments::Common;
use super::output::{Output, good, plural};
use super::project::{Project, from_here};
use super::verify::{VerifyReport, verify};
use super::written_files::{make, take_back};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Folder, Given, gather, gather_liquibase, manner, reason, short};
use crate::diagnostic::{Diagnostic, Sources, UrlText};
use crate::document::{self, Limits, Node};
use crate::liquibase::{Ids, LEFT_OVER, MadeFile, Remark, Translated, relative};

#[derive(Args)]
#[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
pub(super) struct Import {
    #[command(subcommand)]
    from: Option<From>,
    /// Run the changelog in a scratch database on the server of a database, and hold what it makes against that
    #[arg(long, value_name = "URL", required = true)]
    verify: Option<UrlText>,
}

#[derive(Subcommand)]
enum From {
    /// Turn a Liquibase changelog (XML, YAML, JSON, formatted SQL) into one of driftless
    Liquibase(Liquibase),
}

#[derive(Args)]
struct Liquibase {
    /// Its first file
    #[arg(value_name = "FILE")]
    file: String,
    /// The folder to write to, which has to be empty or not there
    #[arg(long, value_name = "FOLDER", default_value = "changelogs")]
    folder: String,
    /// A folder that its paths are meant from, where it is neither this one nor one above the first file
    #[arg(long, value_name = "FOLDER")]
    search_path: Vec<String>,
    /// `short`: an id that is unique stays as it is; `whole`: each gets its file and author, as where the changelog is run
    /// directly
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Naming::Short)]
    ids: Naming,
    /// Run it in a scratch database on the server of a database, and hold what it makes against that; exit with 4 where they
    /// differ
    #[arg(long, value_name = "URL")]
    verify: Option<UrlText>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    Short,
    Whole,
}

#[derive(Serialize)]
struct Report {
    changelog: String,
    written: Vec<String>,
    files: usize,
    changesets: usize,
    left_over: Vec<Told>,
    passed_over: Vec<Told>,
    /// What the changelog makes, held against a database.
    #[serde(flatten)]
    verified: Verified,
}

#[derive(Serialize, Default)]
struct Verified {
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<VerifyReport>,
}

/// What was found, with its place.
#[derive(Serialize)]
struct Told {
    message: String,
    place: Option<String>,
}

impl Import {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        if let Some(From::Liquibase(command)) = self.from {
            return command.run(common, output).await;
        }
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let url = self.verify.expect("it is required");
        let verified = verify(&project, changelog, &url, output).await?;
        let exit = verified.exit();
        output.end(
            exit,
            &[],
            &changelog.sources,
            &Verified {
                verified: Some(verified),
            },
        );
        Ok(exit)
    }
}

impl Liquibase {
    async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let root = project.folder.root().to_path_buf();
        let first = below(&root, &self.file, output)?;
        let folder = Folder::new(root).searching(match self.search_path.is_empty() {
            true => project.config.liquibase.search_path.clone(),
            false => self.search_path.clone(),
        });
        let ids = match self.ids {
            Naming::Short => Ids::Short,
            Naming::Whole => Ids::Whole,
        };
        let (changelog, translated) = gather_liquibase(&folder, &first, ids, project.parameters.clone());
        let told = told_of(&changelog, &translated);
        if told.iter().any(Diagnostic::is_error) {
            let failure = output.fail(Exit::Usage, &told, &changelog.sources);
            output.tally(&told);
            return Err(failure);
        }
        let places = Places::of(&translated);
        let is_here = folder.root() == Path::new(".");
        let out = Folder::new(match is_here || Path::new(&self.folder).is_absolute() {
            true => Path::new(&self.folder).to_path_buf(),
            false => folder.on_disk(&self.folder),
        });
        let texts = places.texts(&translated);
        let given = project.parameters.clone();
        self.refuse_unlike(&folder, &out, &places, &texts, (&changelog, given), output)?;
        let verified = match &self.verify {
            Some(url) => Some(verify(&project, &changelog, url, output).await?),
            None => None,
        };
        let written = texts.keys().chain(places.named.values()).map(|path| out.display(path));
        let written: Vec<String> = written.collect();
        if self.dry_run {
            for (path, text) in &texts {
                output.line(format!("# {}\n{text}", out.display(path)));
            }
        } else {
            self.refuse_full(&out, output)?;
            self.write(&folder, &out, &texts, &places, output)?;
        }
        let count = |code: &str| told.iter().filter(|found| found.code == code).count();
        let left_over = count(LEFT_OVER);
        let report = Report {
            changelog: out.display(&places.first),
            files: texts.len(),
            written,
            changesets: changelog.changesets.len(),
            left_over: report_of(&told, LEFT_OVER, &changelog.sources),
            passed_over: report_of(&told, crate::liquibase::LEFT_OUT, &changelog.sources),
            verified: Verified { verified },
        };
        let exit = match (&report.verified.verified, left_over) {
            (Some(verified), _) if verified.differs => verified.exit(),
            (_, 0) => Exit::Done,
            _ => Exit::LeftOver,
        };
        output.end(exit, &told, &changelog.sources, &report);
        let word = if self.dry_run { "would write" } else { "wrote" };
        output.say(format!(
            "{} {} with {} to {}/",
            good(word),
            plural(report.files, "file"),
            plural(report.changesets, "changeset"),
            self.folder.trim_end_matches('/'),
        ));
        if left_over > 0 {
            output.say(format!(
                "{} cannot be expressed, and {} listed above: see to {}",
                plural(left_over, "thing"),
                if left_over == 1 { "is" } else { "are" },
                if left_over == 1 { "it" } else { "them" },
            ));
        }
        if project.config.changelog.as_deref() != Some(report.changelog.as_str()) {
            output.say(format!(
                "next: `changelog: {}` in driftless.yaml; `driftless adopt liquibase {first}` takes over the history of a \
                 database",
                report.changelog
            ));
        }
        Ok(exit)
    }

    fn refuse_full(&self, out: &Folder, output: &Output) -> Result<(), Failure> {
        let place = out.root();
        let is_full = match std::fs::read_dir(place) {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => place.exists(),
        };
        if !is_full {
            return Ok(());
        }
        let message = format!("`{}` is there already, and is not empty", place.display());
        let help = "name another `--folder`: `import` overwrites nothing";
        Err(output.refuse(Exit::Usage, "exists", message, Some(help)))
    }

    /// What is written has to mean what was read.
    fn refuse_unlike(
        &self,
        folder: &Folder,
        out: &Folder,
        places: &Places,
        texts: &BTreeMap<String, String>,
        (changelog, given): (&Changelog, Given),
        output: &Output,
    ) -> Result<(), Failure> {
        let mut overlay: BTreeMap<String, Option<Arc<str>>> = BTreeMap::new();
        for (path, text) in texts {
            overlay.insert(path.clone(), Some(Arc::from(text.as_str())));
        }
        for (from, to) in &places.named {
            let content = folder.read(from).ok();
            overlay.insert(to.clone(), content);
        }
        let written = gather(&out.clone().with_files(overlay), &places.first, given);
        let wrong: Vec<Diagnostic> = written
            .diagnostics
            .iter()
            .filter(|told| told.is_error())
            .cloned()
            .collect();
        if !wrong.is_empty() {
            return Err(output.fail(Exit::Failed, &wrong, &written.sources));
        }
        let sums = |changelog: &Changelog| -> Vec<(String, String)> {
            let all = changelog.changesets.iter();
            all.map(|changeset| (changeset.id.clone(), changeset.checksum.clone()))
                .collect()
        };
        let (read, written) = (sums(changelog), sums(&written));
        match read.iter().zip(&written).find(|(one, other)| one != other) {
            None if read.len() == written.len() => Ok(()),
            differing => {
                let id = differing.map_or("", |((id, _), _)| id.as_str());
                let message = format!("what would be written of changeset `{id}` is not what was read");
                Err(output.refuse(Exit::Failed, "unlike", message, Some("this is a mistake of driftless")))
            }
        }
    }

    fn write(
        &self,
        folder: &Folder,
        out: &Folder,
        texts: &BTreeMap<String, String>,
        places: &Places,
        output: &Output,
    ) -> Result<(), Failure> {
        let mut done = Vec::new();
        let files = texts.iter().map(|(path, text)| (path, Ok(text.clone())));
        let copies = places
            .named
            .iter()
            .map(|(from, to)| (to, std::fs::read_to_string(folder.on_disk(from))));
        for (path, text) in files.chain(copies) {
            let made = text.and_then(|text| make(&out.on_disk(path), &text, &mut done));
            if let Err(error) = made {
                take_back(done);
                let message = format!("cannot write `{}`: {}", out.display(path), reason(&error));
                return Err(output.refuse(Exit::Failed, "unwritable", message, Some("nothing was written")));
            }
        }
        Ok(())
    }
}

/// A file as it is called below the root.
pub(super) fn below(root: &Path, file: &str, output: &Output) -> Result<String, Failure> {
    let path = &from_here(Path::new(file));
    let below = match root.as_os_str().is_empty() || root == Path::new(".") {
        true => Some(path.as_path()),
        false => path.strip_prefix(root).ok(),
    };
    let below = below.filter(|below| below.is_relative() && !below.starts_with(".."));
    match below {
        Some(below) => Ok(below
            .display()
            .to_string()
            .replace('\\', "/")
            .trim_start_matches("./")
            .to_string()),
        None => {
            let message = format!("`{}` is not below `{}`", file, root.display());
            Err(output.refuse(
                Exit::Usage,
                "path",
                message,
                Some("run it in a folder above the changelog"),
            ))
        }
    }
}

/// All that is to be told, what makes no difference too.
fn told_of(changelog: &Changelog, translated: &Translated) -> Vec<Diagnostic> {
    let mut told = changelog.diagnostics.clone();
    let more = translated
        .problems
        .iter()
        .filter(|problem| problem.code == crate::liquibase::LEFT_OUT);
    told.extend(more.cloned());
    told
}

fn report_of(told: &[Diagnostic], code: &str, sources: &Sources) -> Vec<Told> {
    let found = told.iter().filter(|found| found.code == code);
    let one = |found: &Diagnostic| Told {
        message: found.message.clone(),
        place: found.labels.first().map(|label| sources.locate(label.span)),
    };
    found.map(one).collect()
}

/// Where the files of a changelog go.
struct Places {
    first: String,
    /// The file of each original.
    files: HashMap<String, String>,
    /// The files that operations name.
    named: BTreeMap<String, String>,
}

impl Places {
    /// Each as it stood to the others, below the folder that they are written to.
    fn of(translated: &Translated) -> Places {
        let all: Vec<&str> = translated
            .files
            .iter()
            .map(|file| file.path.as_str())
            .chain(translated.named.iter().map(String::as_str))
            .collect();
        let common = common_folder(&all);
        let within = |path: &str| path[common.len()..].to_string();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut files = HashMap::new();
        for file in &translated.files {
            let within = within(&file.path);
            let (stem, ending) = within.rsplit_once('.').unwrap_or((&within, ""));
            let mut place = format!("{stem}.yaml");
            if !taken.insert(place.clone()) {
                place = format!("{stem}_{ending}.yaml");
                taken.insert(place.clone());
            }
            files.insert(file.path.clone(), place);
        }
        let named = translated
            .named
            .iter()
            .map(|path| (path.clone(), within(path)))
            .collect();
        let first = translated.files.first().and_then(|file| files.get(&file.path)).cloned();
        Places {
            first: first.unwrap_or_default(),
            files,
            named,
        }
    }

    /// The texts of all files.
    fn texts(&self, translated: &Translated) -> BTreeMap<String, String> {
        let files = translated.files.iter();
        files
            .map(|file| (self.files[&file.path].clone(), self.text(file)))
            .collect()
    }

    fn text(&self, file: &MadeFile) -> String {
        let json = self.included(file, short(file.node.to_json()));
        let text = document::write(&json, &manner());
        remarked(text, &file.remarks)
    }

    /// The same with files included by the names that they get.
    fn included(&self, file: &MadeFile, json: Value) -> Value {
        let Value::Object(map) = json else {
            return json;
        };
        let own = &self.files[&file.path];
        let item = |item: Value| {
            let Some(written) = item.get("include").and_then(Value::as_str) else {
                return item;
            };
            let original = resolved(&file.path, written);
            match self.files.get(&original) {
                Some(place) => {
                    let mut map = Map::new();
                    map.insert("include".into(), relative(own, place).into());
                    map.into()
                }
                None => item,
            }
        };
        let map = map.into_iter().map(|(key, value)| match (key.as_str(), value) {
            ("changesets", Value::Array(items)) => (key, Value::Array(items.into_iter().map(item).collect())),
            (_, value) => (key, value),
        });
        map.collect::<Map<_, _>>().into()
    }
}

/// The folder in which all of them are, with a slash behind it.
fn common_folder<'p>(paths: &[&'p str]) -> &'p str {
    let Some(first) = paths.first() else {
        return "";
    };
    let mut common = first.rfind('/').map_or("", |at| &first[..=at]);
    while !paths.iter().all(|path| path.starts_with(common)) {
        common = match common.trim_end_matches('/').rfind('/') {
            Some(at) => &common[..=at],
            None => "",
        };
    }
    common
}

/// What a path that is written in a file means.
fn resolved(file: &str, written: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A text with comments before what they stood before.
fn remarked(text: String, remarks: &[Remark]) -> String {
    if remarks.is_empty() {
        return text;
    }
    let mut sources = Sources::default();
    let source = sources.add("x.yaml", text.as_str());
    let Ok(root) = document::parse(source, &sources, Limits::default()) else {
        return text;
    };
    let mut places: Vec<(usize, String)> = Vec::new();
    for remark in remarks {
        let path = match (remark.item, remark.operation) {
            (None, _) => None,
            (Some(item), None) => Some(format!("changesets/{item}")),
            (Some(item), Some(operation)) => Some(format!("changesets/{item}/operations/{operation}")),
        };
        let start = path.map_or(0, |path| line_of(&root, &path, &text));
        let line = &text[start..];
        let indentation: String = line.chars().take_while(|c| *c == ' ').collect();
        let lines = remark.lines.iter().flat_map(|remark| remark.lines());
        let comment: String = lines
            .map(|line| format!("{indentation}# {}\n", line.trim()).replace("# \n", "#\n"))
            .collect();
        places.push((start, comment));
    }
    places.sort_by_key(|(start, _)| *start);
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (start, comment) in places {
        result += &text[from..start];
        result += &comment;
        from = start;
    }
    result + &text[from..]
}

/// Where the line begins in which an item of a list does.
fn line_of(root: &Node, path: &str, text: &str) -> usize {
    let start = root.find(path).span.start as usize;
    text[..start.min(text.len())].rfind('\n').map_or(0, |at| at + 1)
}
