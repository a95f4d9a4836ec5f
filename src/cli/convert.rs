use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indexmap::IndexMap;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, good, plural};
use super::project::Project;
use super::renaming::Renaming;
use super::{Exit, Failure};
use crate::changelog::{Config, SecretNames, manner, meanings, reason};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::document::{self, Form};

#[derive(Args)]
pub(super) struct Convert {
    /// Changelog files, or `-` for stdin to stdout
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form they get
    #[arg(long, value_enum, value_name = "FORM")]
    to: To,
    /// Lose the comments, which JSON has no place for
    #[arg(long)]
    drop_comments: bool,
    /// Print what the file becomes, and write nothing
    #[arg(long)]
    stdout: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Yaml,
    Json,
}

#[derive(Serialize, Default)]
struct Report {
    files: Vec<Converted>,
    /// The files that name them, and now do so by the new name.
    mended: Vec<String>,
    /// What is printed instead of being written.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize)]
struct Converted {
    from: String,
    to: String,
    /// How many comments are lost.
    dropped_comments: usize,
}

/// What is found on the way.
#[derive(Default)]
struct Work {
    /// The parameters whose values are not shown.
    secrets: SecretNames,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// A file with what it becomes.
struct Ready {
    text: String,
    dropped: usize,
}

impl Convert {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        if self.stdout || self.files.iter().any(|file| is_stdin(file)) {
            return self.print(common, output);
        }
        let project = Project::open(common, output)?;
        let mut work = Work::knowing(project.config_path.as_deref());
        for source in project.changelog().files() {
            work.secrets.learn(&source.text);
        }
        let mut renaming = Renaming::of(&project);
        let pairs = self.pairs(&project, &mut work);
        for (from, to) in &pairs {
            renaming.rename(from, to);
        }
        let mut ready = IndexMap::new();
        for (from, to) in &pairs {
            let text = match renaming.text_of(from) {
                Some(text) => Ok(text),
                None => std::fs::read_to_string(from),
            };
            let Some(done) = self.convert(&from.display().to_string(), text, &mut work) else {
                continue;
            };
            ready.insert(from.clone(), (to.clone(), done));
        }
        if work.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(work.failed(output));
        }
        let texts = ready
            .iter()
            .map(|(from, (to, done))| (from.clone(), to.clone(), done.text.clone()));
        let mended = renaming
            .carry_out(texts.collect())
            .map_err(|diagnostic| output.fail(Exit::Failed, &[diagnostic], &Sources::default()))?;
        let mut report = Report {
            mended,
            ..Report::default()
        };
        for (from, (to, done)) in &ready {
            let lost = match done.dropped {
                0 => String::new(),
                count => format!(", without {}", plural(count, "comment")),
            };
            output.line(format!(
                "{} {} to {}{lost}",
                good("converted"),
                from.display(),
                to.display()
            ));
            report.files.push(Converted {
                from: from.display().to_string(),
                to: to.display().to_string(),
                dropped_comments: done.dropped,
            });
        }
        for file in &report.mended {
            output.line(format!("{} {file}, which names it", good("mended")));
        }
        if let Some(first) = renaming.unnamed_first() {
            let text = "the first file of the changelog has another name now: set `changelog: {}` in driftless.yaml";
            work.diagnostics
                .push(Diagnostic::warning("first-file", text.replace("{}", &first)));
        }
        output.end(Exit::Done, &work.diagnostics, &work.sources, report);
        Ok(Exit::Done)
    }

    /// The files, each with its new name; a mistake for each that cannot have one.
    fn pairs(&self, project: &Project, work: &mut Work) -> Vec<(PathBuf, PathBuf)> {
        let mut pairs: Vec<(PathBuf, PathBuf)> = Vec::new();
        for from in &self.files {
            let shown = from.display();
            let to = from.with_extension(self.extension());
            let is_there_already = Form::of(&shown.to_string()) == self.form();
            let is_config = project.config_path.as_ref().is_some_and(|config| is_same(config, from));
            let mistake = match from.extension().and_then(|extension| extension.to_str()) {
                _ if is_config => Some((format!("`{shown}` is the configuration, which is always YAML"), None)),
                _ if is_there_already && self.to == To::Json => Some((format!("`{shown}` is JSON already"), None)),
                Some("yaml" | "yml") if is_there_already => Some((
                    format!("`{shown}` is YAML already"),
                    Some("`driftless fmt` formats it, `--to json` converts it"),
                )),
                Some("yaml" | "yml" | "json") if to.exists() => Some((
                    format!("`{}` is there already", to.display()),
                    Some("`convert` overwrites nothing: move it away first"),
                )),
                Some("yaml" | "yml" | "json") => None,
                _ => Some((format!("`{shown}` is neither `.yaml`, `.yml` nor `.json`"), None)),
            };
            match mistake {
                Some((message, help)) => {
                    let diagnostic = Diagnostic::error("convert", message);
                    work.diagnostics
                        .push(help.into_iter().fold(diagnostic, Diagnostic::help));
                }
                None if pairs.iter().any(|(_, known)| *known == to) => {}
                None => pairs.push((from.clone(), to)),
            }
        }
        pairs
    }

    fn form(&self) -> Form {
        match self.to {
            To::Yaml => Form::Yaml,
            To::Json => Form::Json,
        }
    }

    fn extension(&self) -> &'static str {
        match self.to {
            To::Yaml => "yaml",
            To::Json => "json",
        }
    }

    /// One file to stdout.
    fn print(&self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let [file] = self.files.as_slice() else {
            let message = "only one file can be printed";
            return Err(output.refuse(
                Exit::Usage,
                "convert",
                message,
                Some("give one, or leave out `--stdout`"),
            ));
        };
        let (shown, text) = match is_stdin(file) {
            true => {
                let mut text = String::new();
                let read = std::io::stdin().lock().read_to_string(&mut text);
                ("stdin".to_string(), read.map(|_| text))
            }
            false => (file.display().to_string(), std::fs::read_to_string(file)),
        };
        let config = common.config.clone().or_else(|| Config::find(Path::new("")));
        let mut work = Work::knowing(config.as_deref());
        let Some(done) = self.convert(&shown, text, &mut work) else {
            return Err(work.failed(output));
        };
        output.line(done.text.strip_suffix('\n').unwrap_or(&done.text));
        let report = Report {
            text: Some(done.text),
            ..Report::default()
        };
        output.end(Exit::Done, &work.diagnostics, &work.sources, report);
        Ok(Exit::Done)
    }

    /// What a file becomes; a mistake is noted where that would not be the same.
    fn convert(&self, shown: &str, text: std::io::Result<String>, work: &mut Work) -> Option<Ready> {
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot read `{shown}`: {}", reason(&error));
                work.diagnostics.push(Diagnostic::error("unreadable-file", message));
                return None;
            }
        };
        let source = work.sources.add(shown, text.as_str());
        work.secrets.learn(&text);
        work.secrets.hide(source, &mut work.sources);
        let done = match document::convert(source, &work.sources, self.form(), &manner()) {
            Ok(done) => done,
            Err(diagnostics) => {
                work.diagnostics.extend(diagnostics);
                return None;
            }
        };
        if let (Some(first), false) = (done.comments.first(), self.drop_comments) {
            work.diagnostics.push(lost_comments(shown, done.comments.len(), *first));
            return None;
        }
        if meanings(shown, &text) != meanings(shown, &done.text) {
            work.diagnostics.push(other_meaning(shown, source, &done.numbers));
            return None;
        }
        if done.aliases > 0 {
            let are = if done.aliases == 1 { "is" } else { "are" };
            let message = format!("JSON has no aliases: {} of `{shown}` {are} written out", done.aliases);
            work.diagnostics.push(Diagnostic::warning("aliases", message));
        }
        Some(Ready {
            text: done.text,
            dropped: done.comments.len(),
        })
    }
}

impl Work {
    /// With the secrets that a configuration names.
    fn knowing(config: Option<&Path>) -> Work {
        let mut work = Work::default();
        if let Some(text) = config.and_then(|config| std::fs::read_to_string(config).ok()) {
            work.secrets.learn(&text);
        }
        work
    }

    fn failed(&self, output: &Output) -> Failure {
        let is_refused = |diagnostic: &Diagnostic| diagnostic.code == "lost-comments" || !diagnostic.is_error();
        let exit = match self.diagnostics.iter().all(is_refused) {
            true => Exit::Refused,
            false => Exit::Usage,
        };
        let failure = output.fail(exit, &self.diagnostics, &self.sources);
        output.tally(&self.diagnostics);
        failure
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn is_same(left: &Path, right: &Path) -> bool {
    left.canonicalize()
        .is_ok_and(|left| right.canonicalize().is_ok_and(|right| left == right))
}

fn lost_comments(shown: &str, count: usize, first: Span) -> Diagnostic {
    let message = format!(
        "JSON has no comments, and {} of `{shown}` would be lost",
        plural(count, "comment")
    );
    Diagnostic::error("lost-comments", message)
        .label(first, "the first one")
        .help("put what matters into the `comment` of the changeset, and say `--drop-comments`")
}

fn other_meaning(shown: &str, source: SourceId, numbers: &[Span]) -> Diagnostic {
    let message = format!("`{shown}` would mean something else, and its changesets have other checksums");
    let diagnostic = Diagnostic::error("other-meaning", message);
    match numbers.first() {
        Some(number) => diagnostic
            .label(*number, "JSON has no such number")
            .help("write it without `+`, and with a digit before and behind the point"),
        None => diagnostic.label(Span::new(source, 0, 0), ""),
    }
}
