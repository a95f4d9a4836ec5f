use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::arguments::Common;
use super::output::{Output, bad, faint, good, plural};
use super::project::Project;
use super::replace::replace;
use super::{Exit, Failure};
use crate::changelog::{Config, Folder, SecretNames, config_manner, manner, meanings, reason};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, mask_urls};
use crate::document::{self, Form, Limits};

#[derive(Args)]
pub(super) struct Fmt {
    /// Files, folders, or `-` for stdin to stdout (default: all files of the changelog)
    paths: Vec<PathBuf>,
    /// Write nothing: name the files that are not formatted, and end with 4 where there are any
    #[arg(long)]
    check: bool,
    /// As `--check`, showing what would change
    #[arg(long)]
    diff: bool,
}

#[derive(Serialize)]
struct Report {
    files: Vec<Formatted>,
    /// The text that stdin becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize)]
struct Formatted {
    file: String,
    changed: bool,
}

/// What is done, file by file.
#[derive(Default)]
struct Work {
    /// The parameters whose values are not shown.
    secrets: SecretNames,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    files: Vec<Formatted>,
    text: Option<String>,
}

impl Fmt {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if self.paths.len() > 1 && self.paths.iter().any(is_stdin) {
            let message = "`-` stands alone: what it becomes goes to stdout";
            return Err(output.refuse(Exit::Usage, "usage", message, None));
        }
        let mut work = Work::default();
        let config = common.config.clone().or_else(|| Config::find(Path::new("")));
        let files = self.files(common, config.as_deref(), output, &mut work)?;
        // A pipe can be read once.
        for path in config.iter().chain(&files).filter(|path| path.is_file()) {
            if let Ok(text) = std::fs::read_to_string(path) {
                work.secrets.learn(&text);
            }
        }
        for path in files {
            match path.as_os_str().to_str() {
                Some("-") => self.stdin(output, &mut work),
                _ => self.file(&path, output, &mut work),
            }
        }
        let changed = work.files.iter().filter(|file| file.changed).count();
        let differs = (self.check || self.diff) && changed > 0;
        let is_unwritten = work
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code == "unwritable");
        let exit = match work.diagnostics.is_empty() {
            _ if is_unwritten => Exit::Failed,
            false => Exit::Usage,
            true if differs => Exit::Disagree,
            true => Exit::Done,
        };
        if work.text.is_none() {
            let verb = if self.check || self.diff {
                "to format"
            } else {
                "formatted"
            };
            let (all, same) = (plural(changed, "file"), work.files.len() - changed);
            output.say(format!("{all} {verb}, {same} as they should be"));
        }
        let (files, text) = (work.files, work.text);
        output.end(exit, &work.diagnostics, &work.sources, Report { files, text });
        output.tally(&work.diagnostics);
        Ok(exit)
    }

    /// The files that are meant.
    fn files(
        &self,
        common: &Common,
        config: Option<&Path>,
        output: &Output,
        work: &mut Work,
    ) -> Result<Vec<PathBuf>, Failure> {
        if self.paths.is_empty() {
            let changelog = Project::open(common, output)?.changelog();
            work.diagnostics.extend(changelog.unread().cloned());
            // The places of what cannot be read stand in these files.
            work.sources = changelog.sources.clone();
            return Ok(changelog.files().map(|source| PathBuf::from(&source.path)).collect());
        }
        let templates = templates_of(config);
        let mut files: Vec<PathBuf> = Vec::new();
        for path in &self.paths {
            match path.is_dir() {
                true => files.extend(changelogs_of(path, &templates, work)),
                false => files.push(path.clone()),
            }
        }
        let mut seen = std::collections::HashSet::new();
        files.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
        Ok(files)
    }

    fn stdin(&self, output: &Output, work: &mut Work) {
        let mut text = String::new();
        if let Err(error) = std::io::stdin().lock().read_to_string(&mut text) {
            let message = format!("cannot read stdin: {error}");
            return work.diagnostics.push(Diagnostic::error("unreadable-file", message));
        }
        work.secrets.learn(&text);
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() && !text.trim().is_empty();
        let form = if is_json { Form::Json } else { Form::Yaml };
        let Some(formatted) = work.formatted("stdin", &text, form) else {
            return;
        };
        match (self.check, self.diff) {
            (false, false) => output.line(formatted.strip_suffix('\n').unwrap_or(&formatted)),
            _ => self.tell("stdin", &text, &formatted, &work.secrets, output),
        }
        work.note("stdin", formatted != text);
        work.text = Some(formatted);
    }

    fn file(&self, path: &Path, output: &Output, work: &mut Work) {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot read `{shown}`: {}", reason(&error));
                return work.diagnostics.push(Diagnostic::error("unreadable-file", message));
            }
        };
        let Some(formatted) = work.formatted(&shown, &text, Form::of(&shown)) else {
            return;
        };
        if formatted == text || self.check || self.diff {
            work.note(&shown, formatted != text);
            return self.tell(&shown, &text, &formatted, &work.secrets, output);
        }
        match replace(path, &formatted) {
            Ok(()) => {
                work.note(&shown, true);
                output.line(format!("{} {shown}", good("formatted")));
            }
            Err(error) => {
                let message = format!("cannot write `{shown}`: {error}");
                work.diagnostics.push(Diagnostic::error("unwritable", message));
            }
        }
    }

    /// Says what would change.
    fn tell(&self, shown: &str, text: &str, formatted: &str, secrets: &SecretNames, output: &Output) {
        if formatted == text {
            return;
        }
        if !self.diff {
            return output.line(shown);
        }
        let diff = TextDiff::from_lines(text, formatted);
        let before = shown_lines(text, diff.iter_old_slices(), secrets);
        let after = shown_lines(formatted, diff.iter_new_slices(), secrets);
        output.line(bad(&format!("--- {shown}")));
        output.line(good(&format!("+++ {shown}")));
        for hunk in diff.unified_diff().iter_hunks() {
            output.line(faint(&hunk.header().to_string()));
            for change in hunk.iter_changes() {
                let line = |lines: &[String], at: Option<usize>| at.map(|at| lines[at].clone()).unwrap_or_default();
                output.line(match change.tag() {
                    ChangeTag::Delete => bad(&format!("-{}", line(&before, change.old_index()))),
                    ChangeTag::Insert => good(&format!("+{}", line(&after, change.new_index()))),
                    ChangeTag::Equal => format!(" {}", line(&after, change.new_index())),
                });
                if change.missing_newline() {
                    output.line("\\ No newline at end of file");
                }
            }
        }
    }
}

impl Work {
    fn note(&mut self, file: &str, changed: bool) {
        self.files.push(Formatted {
            file: file.to_string(),
            changed,
        });
    }

    /// The text of a file, formatted; what is wrong with it is noted.
    fn formatted(&mut self, shown: &str, text: &str, form: Form) -> Option<String> {
        let source = self.sources.add(shown, text);
        let manner = match shown.ends_with("driftless.yaml") || shown.ends_with("driftless.yml") {
            true => config_manner(),
            false => manner(),
        };
        match document::format(source, &self.sources, form, &manner) {
            Ok(formatted) if meanings(shown, text) == meanings(shown, &formatted) => Some(formatted),
            Ok(_) => {
                self.diagnostics.push(other_meaning(shown, source));
                None
            }
            Err(diagnostics) => {
                self.secrets.hide(source, &mut self.sources);
                self.diagnostics.extend(diagnostics);
                None
            }
        }
    }
}

/// The lines of a text, as they are counted, as they may be shown.
fn shown_lines<'t>(text: &str, lines: impl Iterator<Item = &'t str>, secrets: &SecretNames) -> Vec<String> {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    secrets.hide(source, &mut sources);
    let mut at = 0;
    let shown = lines.map(|line| {
        let start = at;
        at += line.len();
        let line = sources.get(source).shown(start, at);
        mask_urls(line.trim_end_matches(['\n', '\r'])).into_owned()
    });
    shown.collect()
}

fn other_meaning(shown: &str, source: SourceId) -> Diagnostic {
    let message = format!("`{shown}` is left as it is: formatted, its changesets would have other checksums");
    Diagnostic::error("unformatted", message).label(Span::new(source, 0, 0), "")
}

/// The templates of a configuration, which become changelog files, and are none.
fn templates_of(config: Option<&Path>) -> Vec<PathBuf> {
    let Some((path, config)) = config.and_then(|path| Some((path, Config::read(path).ok()?))) else {
        return Vec::new();
    };
    let base = path.parent().unwrap_or(Path::new(""));
    let templates = config.templates.values().map(|file| base.join(file));
    templates.filter_map(|file| file.canonicalize().ok()).collect()
}

/// The changelog files of a folder and of those below it; other files of YAML and JSON are not meant.
fn changelogs_of(path: &Path, templates: &[PathBuf], work: &mut Work) -> Vec<PathBuf> {
    let listed = Folder::new(path).list(".", true);
    let files = listed.unwrap_or_else(|message| {
        work.diagnostics.push(Diagnostic::error("unreadable-file", message));
        Vec::new()
    });
    let files = files.iter().map(|file| path.join(file.trim_start_matches("./")));
    let is_template = |file: &PathBuf| file.canonicalize().is_ok_and(|file| templates.contains(&file));
    // A pipe would keep who reads it.
    let files = files.filter(|file| file.is_file() && !is_template(file));
    files.filter(|file| may_be_changelog(file)).collect()
}

fn may_be_changelog(path: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else {
        return true;
    };
    let mut sources = Sources::default();
    let source = sources.add("", text);
    // What has syntax errors is told of where it is formatted.
    document::parse(source, &sources, Limits::default()).map_or(true, |root| {
        root.get("changesets").is_some() || root.get("operations").is_some()
    })
}
